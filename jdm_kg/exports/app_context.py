"""What each key of the documents for apps means in RDF: their JSON-LD context.

A context is made for a release because plain texts take the language that the content mostly has. Only features are
used that all readers of JSON-LD 1.1 understand alike: `@nest` for keys that only group, `@included` for lists of
records that are no relation of the thing above them, `@reverse` for relations that lead the other way, and null for
what helps apps and is no triple: native numbers whose exact form stands beside them, headings, and what is computed.

Source: JSON-LD 1.1 (W3C Recommendation), sections 4.2, 4.6, 4.7 and 4.8.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from jdm_kg.exports.app_table import FOLDER, GROUPS, ITEMS, MAPPINGS, PARTS, SECTIONS, SYMPTOM_GROUPS, SYMPTOMS
from jdm_kg.facts import Facts, Literal
from jdm_kg.iris import BASE, PREFIXES, name, shorten

Json = dict[str, Any]

ADDRESS: Final = f"{BASE}{FOLDER}/context.jsonld"
"""Where the context is published; nothing ever needs to fetch it."""

_USED_PREFIXES = ("dcterms", "oa", "rdf", "skos", "vocab", "xsd")

NULLS: Final[Mapping[str, str]] = {
    "meta": "version, licence and disclaimer of the file",
    "title": "a heading, for readers",
    "kind": "the type in plain words",
    "main": "whether a document singles the symptom out",
    "derived": "whether no single statement says it, so that it follows from several",
    "minimum": "a lower bound as a number",
    "maximum": "an upper bound as a number",
    "outOf": "a denominator as a number",
    "isoMinimum": "a lower bound as an ISO 8601 duration",
    "isoMaximum": "an upper bound as an ISO 8601 duration",
    "isoPeriod": "a period as an ISO 8601 duration",
    "isStale": "whether the review of a document is overdue",
    "curie": "an identifier as prefix:code",
    "vocabulary": "the name of the terminology of an identifier",
    "file": "the file of a thing",
    "page": "the file of the whole document of a condition",
}
"""Keys that are no triples, and what they hold."""

_NESTS = ("band", "mappings", *GROUPS, *(section.key for section in SECTIONS), SYMPTOM_GROUPS)
_INCLUDED_LISTS = (
    "denials",
    "uncertain",
    "statements",
    "otherStatements",
    "asSubject",
    "asObject",
    "asQualifier",
    "safetyByTreatment",
    "siblings",
    "sources",
    "tensions",
    "things",
)
_TEXTS: Final = {
    "label": "skos:prefLabel",
    "definition": "skos:definition",
    "adviceText": "vocab:adviceText",
    "text": "vocab:adviceText",
    "statement": "vocab:statement",
    "explanation": "vocab:explanation",
    "sourceTitle": "dcterms:title",
    "sourceTerms": "vocab:sourceLicense",
    "reviewStatus": "vocab:reviewStatus",
}
_THINGS: Final = {
    "subject": "vocab:subject",
    "object": "vocab:object",
    "frequency": "vocab:frequency",
    "document": "vocab:inSource",
    "section": "vocab:inSection",
    "rule": "vocab:bandRule",
    "publisher": "vocab:publishedBy",
    "license": "dcterms:license",
}
_THING_LISTS: Final = {
    "evidence": "vocab:restsOn",
    "between": "vocab:between",
    "authors": "vocab:authoredBy",
    "reviewers": "vocab:reviewedBy",
    "bodySystems": "vocab:inBodySystem",
    "broader": "skos:broader",
    "partOf": "vocab:partOf",
    "hasPart": "vocab:hasPart",
    "sharesSafetyOf": "vocab:sharesSafetyOf",
    **{match: f"skos:{match}" for match in MAPPINGS},
}
_TERMS: Final = {
    "predicate": "vocab:predicate",
    "polarity": "vocab:polarity",
    "certainty": "vocab:certainty",
    "tensionKind": "vocab:tensionKind",
    "sharpness": "vocab:sharpness",
}
_TYPED: Final = {
    "bandMinimum": ("vocab:bandMinimum", "xsd:decimal"),
    "bandMaximum": ("vocab:bandMaximum", "xsd:decimal"),
    "lastReviewed": ("vocab:lastReviewed", "xsd:gYearMonth"),
    "nextReviewDue": ("vocab:nextReviewDue", "xsd:gYearMonth"),
    "staleFrom": ("vocab:staleFrom", "xsd:date"),
    "webAddress": ("vocab:webAddress", "xsd:anyURI"),
}
_PLAIN: Final = {
    "start": ("oa:start", "xsd:integer"),
    "end": ("oa:end", "xsd:integer"),
    "language": ("dcterms:language", "xsd:string"),
}
_VALUES: Final = {"value": ("vocab:value", "xsd:string"), "valueMonth": ("vocab:value", "xsd:gYearMonth")}
DATATYPES: Final = {"decimal": "xsd:decimal", "whole": "xsd:integer", "flag": "xsd:boolean", "code": "xsd:string"}
"""The datatype of the values of a kind of part."""
_NATIVE: Final = {"xsd:integer": re.compile(r"0|-?[1-9][0-9]{0,14}"), "xsd:boolean": re.compile("true|false")}
"""Those values that JSON has itself."""
_LANGUAGE_MAPS: Final = {"labels": "skos:prefLabel", "alternativeLabels": "skos:altLabel"}
_REVERSED: Final = {"narrower": "skos:broader", "inTensions": "vocab:between"}

_LANGUAGE_STRING = name("rdf:langString")


def language(facts: Facts) -> str:
    """The language of most preferred labels, `en` where there is none."""
    count = Counter(label.language for label in _literals(facts, "skos:prefLabel") if label.language)
    return min(count, key=lambda tag: (-count[tag], tag), default="en")


def context(facts: Facts) -> Json:
    """The whole context, keys in a fixed order.

    A key whose property has values of several languages or datatypes, or numbers in an unusual form, is no triple
    (null): which of them one value was, its reader can't tell. Labels stand in `labels` too, with their language.
    """
    main = language(facts)
    found: Json = {"@version": 1.1, "@vocab": PREFIXES["vocab"]}
    found |= {prefix: PREFIXES[prefix] for prefix in _USED_PREFIXES}
    found |= {"id": "@id", "type": "@type", "kinds": _list("rdf:type", "@vocab")}
    found |= dict.fromkeys(NULLS)
    found |= dict.fromkeys(_NESTS, "@nest")
    found |= {"bodySystem": "@included", **dict.fromkeys(_INCLUDED_LISTS, "@included")}
    found |= {key: _text(facts, relation, main) for key, relation in _TEXTS.items()}
    found |= {key: {"@id": relation, "@container": ["@language", "@set"]} for key, relation in _LANGUAGE_MAPS.items()}
    found |= {key: {"@id": relation, "@type": "@id"} for key, relation in _THINGS.items()}
    found |= {key: _list(relation, "@id") for key, relation in _THING_LISTS.items()}
    found |= {key: {"@id": relation, "@type": "@vocab"} for key, relation in _TERMS.items()}
    found |= {key: _typed(facts, relation, datatype) for key, (relation, datatype) in _TYPED.items()}
    found |= {key: _typed(facts, relation, datatype) for key, (relation, datatype) in _PLAIN.items()}
    found |= {key: {"@id": relation, "@type": datatype} for key, (relation, datatype) in _VALUES.items()}
    found |= {key: {"@reverse": relation, "@type": "@id"} for key, relation in _REVERSED.items()}
    found |= dict(_of_parts(facts, main))
    found |= dict(_of_links(facts))
    return found


def of_document(whole: Json, document: Json) -> Json:
    """The part of a context that a document uses."""
    used = set(_keys(document))
    kept = {key: value for key, value in whole.items() if key.startswith("@") or key in used}
    prefixes = {prefix for value in kept.values() for prefix in _prefixes(value)}
    return {key: value for key, value in whole.items() if key in kept or key in prefixes}


def _of_parts(facts: Facts, main: str) -> Iterator[tuple[str, object]]:
    for part in (*PARTS, *(part for _, parts in GROUPS.values() for part in parts)):
        if part.kind == "texts":
            meaning = _text(facts, part.relation, main)
            yield part.key, meaning and {**meaning, "@container": "@set"}
        elif part.kind == "things":
            yield part.key, _list(part.relation, "@id")
        elif part.kind == "thing":
            yield part.key, {"@id": part.relation, "@type": "@id"}
        else:
            yield part.key, _typed(facts, part.relation, DATATYPES[part.kind])


def _of_links(facts: Facts) -> Iterator[tuple[str, object]]:
    lists = [SYMPTOMS, *(links for item in ITEMS.values() for links in item.links)]
    for links in [*lists, *(links for section in SECTIONS for links in section.links)]:
        if links.item == "text":
            meaning = _typed(facts, links.relation, "xsd:string")
            yield links.key, meaning and {**meaning, "@container": "@set"}
        elif links.reverse:
            yield links.key, {"@reverse": links.relation, "@type": "@id"}
        else:
            yield links.key, _list(links.relation, "@id")


def _list(relation: str, kind: str) -> Json:
    return {"@id": relation, "@type": kind, "@container": "@set"}


def _text(facts: Facts, relation: str, main: str) -> Json | None:
    tags = {literal.language for literal in _literals(facts, relation)}
    if relation == _TEXTS["label"] and _lacks_label(facts, main):
        return None
    return {"@id": relation, "@language": main} if tags <= {main} else None


def _lacks_label(facts: Facts, main: str) -> bool:
    """Whether something that documents name has no preferred label in the main language."""
    labelled = {
        node
        for value, nodes in facts.inverse(name(_TEXTS["label"])).items()
        if isinstance(value, Literal) and value.language == main
        for node in nodes
    }
    kinds = ("Entity", "QualifierValue", "SourceDocument", "Section", "Tension")
    return not all(labelled.issuperset(facts.instances(name(f"vocab:{kind}"))) for kind in kinds)


def _typed(facts: Facts, relation: str, datatype: str) -> Json | None:
    values = list(_literals(facts, relation))
    form = _NATIVE.get(datatype)
    if any(value.datatype != name(datatype) for value in values):
        return None
    if form is None:
        return {"@id": relation} if datatype == "xsd:string" else {"@id": relation, "@type": datatype}
    return {"@id": relation} if all(form.fullmatch(value.text) for value in values) else None


def _literals(facts: Facts, relation: str) -> Iterator[Literal]:
    return (value for value in facts.inverse(name(relation)) if isinstance(value, Literal))


def _keys(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner)


def _prefixes(meaning: object) -> Iterator[str]:
    texts = meaning.values() if isinstance(meaning, dict) else [meaning]
    for text in texts:
        if isinstance(text, str) and ":" in text:
            yield text.split(":", maxsplit=1)[0]


def local(iri: str) -> str:
    """A term of the vocabulary as documents write it: without its namespace where it is ours.

    >>> local(BASE + "vocab/denied")
    'denied'
    """
    return iri.removeprefix(PREFIXES["vocab"]) if iri.startswith(PREFIXES["vocab"]) else shorten(iri)
