"""KGX: nodes and edges as two tables in the words of the Biolink model 4.4.4.

A node has the identifier of the best exact mapping, or one of ours (`JDMKG:…`); `iri` is always ours. An edge is a
claim: its `id` is the claim, `original_predicate` our relation, `has_confidence_level` how firmly the document commits
itself. Where Biolink has no narrower predicate, the edge says no more than that two things are related.

Left out are claims about things for which Biolink has no place, values, wording that a document prints faultily, and
of what is denied all but what the same predicate denies without exceptions: a predicate wider than ours would deny too
much, and "not in some cases" would be read as "not".

Source: KGX format specification, "KGX format as TSV"; Biolink model 4.4.4.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from jdm_kg.exports.claims import Claim, advice, claims, english, in_words, kind
from jdm_kg.exports.common import DISCLAIMER, LICENSE, LICENSE_URL, in_english, label, sources
from jdm_kg.exports.curies import exact, known, vocabularies
from jdm_kg.exports.table import Files, Format, Release
from jdm_kg.facts import Facts, Triple
from jdm_kg.iris import BASE, PREFIXES, name

_NODES: Final = "jdm-kg_nodes.tsv"
_EDGES: Final = "jdm-kg_edges.tsv"
_SOURCE: Final = "infores:jdm-kg"
_SAFETY: Final = " Safety: "

# Most special first. What is not here has no place in Biolink.
_CATEGORIES: Final = MappingProxyType(
    {
        "vocab:Condition": "Disease",
        "vocab:ClinicalFeature": "PhenotypicFeature",
        "vocab:Finding": "ClinicalFinding",
        "vocab:BodyPart": "GrossAnatomicalStructure",
        "vocab:BodySystem": "AnatomicalEntity",
        "vocab:DiagnosticTest": "DiagnosticAid",
        "vocab:Biomarker": "ChemicalEntity",
        "vocab:Drug": "Drug",
        "vocab:DrugClass": "ChemicalEntity",
        "vocab:Treatment": "Treatment",
        "vocab:Exposure": "EnvironmentalExposure",
        "vocab:Mechanism": "PathologicalProcess",
        "vocab:LifeStage": "LifeStage",
        "vocab:Population": "PopulationOfIndividualOrganisms",
        "vocab:RiskFactor": "NamedThing",
        "vocab:Substance": "NamedThing",
        "vocab:Outcome": "NamedThing",
    }
)
_LOCATION: Final = "disease_has_location"
_DISEASE_OR_FEATURE: Final = frozenset({"Disease", "PhenotypicFeature", "ClinicalFinding"})
# Our relation; Biolink's predicate; whether it runs from our object to our subject; whether it means just the same.
_PREDICATES: Final[Mapping[str, tuple[str, bool, bool]]] = MappingProxyType(
    {
        name(f"vocab:{relation}"): (predicate, turned, same)
        for relation, predicate, turned, same in (
            ("hasSymptom", "has_phenotype", False, True),
            ("hasMainSymptom", "has_phenotype", False, False),
            ("hasTreatment", "treats_or_applied_or_studied_to_treat", True, False),
            ("usedFor", "treats_or_applied_or_studied_to_treat", False, False),
            ("effectiveFor", "treats_or_applied_or_studied_to_treat", False, False),
            ("hasSideEffect", "has_side_effect", False, True),
            ("hasDiagnosticTest", "is_diagnosed_by", False, True),
            ("prevents", "preventative_for_condition", False, True),
            ("hasTrigger", "contributes_to", True, False),
            ("hasRiskFactor", "contributes_to", True, False),
            ("hasCause", "causes", True, True),
            ("leadsTo", "causes", False, True),
            ("affects", _LOCATION, False, False),
            ("hasSite", "located_in", False, False),
            ("isSubtypeOf", "subclass_of", False, True),
            ("commonestFormOf", "subclass_of", False, False),
            ("memberOfClass", "subclass_of", False, True),
            ("contains", "has_part", False, True),
            ("resembles", "similar_to", False, False),
        )
    }
)
_TO_CONDITIONS: Final = frozenset(
    {"treats_or_applied_or_studied_to_treat", "has_side_effect", "preventative_for_condition"}
)
_WIDEST: Final = "related_to"
_NOT_RELATED: Final = frozenset({name("vocab:distinctFrom")})

_PREFIXES: Final = MappingProxyType(
    {
        "JDMKG": PREFIXES["id"],
        "JDMKG.PASSAGE": PREFIXES["passage"],
        "JDMKG.SOURCE": PREFIXES["source"],
        "JDMKG.VOCAB": PREFIXES["vocab"],
    }
)

_NODE_COLUMNS: Final = (
    "id", "category", "name", "description", "synonym", "xref", "iri", "license", "rights", "provided_by",
)  # fmt: skip
_EDGE_COLUMNS: Final = (
    "id", "subject", "predicate", "object", "category", "original_predicate", "negated", "frequency_qualifier",
    "anatomical_context_qualifier", "population_context_qualifier", "has_confidence_level", "knowledge_level",
    "agent_type", "primary_knowledge_source", "publications", "has_evidence", "description",
)  # fmt: skip

Row = dict[str, str]


def write(release: Release) -> Files:
    """The two tables, sorted by identifier."""
    facts = release.facts
    kept = [claim for claim in claims(facts) if _fits(facts, claim)]
    things = {thing for claim in kept for thing in _things(claim)}
    ids = {thing: _id(facts, thing) for thing in sorted(things)}
    nodes = [_node(facts, thing, ids[thing]) for thing in ids]
    nodes += [_document(source.iri, source.label, source.terms, source.address) for source in sources(facts)]
    nodes += [_level(facts, level) for level in sorted({claim.certainty for claim in kept})]
    nodes.append(
        {
            "id": _SOURCE,
            "category": "biolink:Dataset",
            "name": "jdm-kg",
            "description": f"{DISCLAIMER} Version {release.version}.",
            "iri": BASE,
            "license": LICENSE_URL,
            "rights": LICENSE,
        }
    )
    nodes = [{**node, "provided_by": _SOURCE} for node in nodes]
    edges = [_edge(claim, ids) for claim in kept]
    return {_NODES: _table(_NODE_COLUMNS, nodes), _EDGES: _table(_EDGE_COLUMNS, edges)}


def _table(columns: tuple[str, ...], rows: list[Row]) -> bytes:
    text = io.StringIO()
    table = csv.DictWriter(text, columns, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None)
    table.writeheader()
    plain = ({column: " ".join(cell.split()) for column, cell in row.items()} for row in rows)
    table.writerows(sorted(plain, key=lambda row: row["id"]))
    return text.getvalue().encode()


def _several(values: Iterable[str]) -> str:
    """A list in one cell; a value with the mark between values is left out."""
    return "|".join(value for value in values if "|" not in value)


def _category(facts: Facts, thing: str) -> str:
    return kind(facts, thing, _CATEGORIES, "")


def _things(claim: Claim) -> list[str]:
    return [claim.subject, str(claim.target), *claim.things("vocab:bodySite"), *claim.things("vocab:population")]


def _predicate(facts: Facts, claim: Claim) -> tuple[str, bool, bool]:
    """Biolink's predicate, whether it is turned round, and whether it means the same; the widest where none fits."""
    predicate, turned, same = _PREDICATES.get(claim.predicate, (_WIDEST, False, False))
    end = claim.subject if turned else str(claim.target)
    if predicate == _LOCATION and _category(facts, claim.subject) != "Disease":
        return _WIDEST, False, False
    if predicate in _TO_CONDITIONS and _category(facts, end) not in _DISEASE_OR_FEATURE:
        return _WIDEST, False, False
    return predicate, turned, same


def _fits(facts: Facts, claim: Claim) -> bool:
    """Whether an edge can say what the claim says, and no more."""
    if not isinstance(claim.target, str) or claim.as_printed or claim.predicate in _NOT_RELATED:
        return False
    if not (_category(facts, claim.subject) and _category(facts, claim.target)):
        return False
    return not claim.denied or (_predicate(facts, claim)[2] and not claim.things("vocab:frequency"))


def _id(facts: Facts, thing: str) -> str:
    """The first exact mapping in the order of our table of vocabularies that Biolink has a prefix for, or our own."""
    of = vocabularies(exact(facts, thing))
    for vocabulary in known():
        for iri, found in of.items():
            if found == vocabulary and vocabulary.biolink:
                return f"{vocabulary.biolink}:{vocabulary.code(iri)}"
    return _own(thing)


def _own(iri: str) -> str:
    for prefix, namespace in _PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def _node(facts: Facts, thing: str, curie: str) -> Row:
    said = [in_words(facts, thing, "skos:definition")]
    of = vocabularies(exact(facts, thing))
    return {
        "id": curie,
        "category": f"biolink:{_category(facts, thing)}",
        "name": label(facts, thing),
        "description": _SAFETY.join([*said, *(words for _, words in advice(facts, thing))]),
        "synonym": _several(in_english(facts, thing, "skos:altLabel")),
        "xref": _several(f"{v.biolink or v.prefix}:{v.code(iri)}" if v.registry else iri for iri, v in of.items()),
        "iri": thing,
    }


def _document(iri: str, title: str, terms: str, address: str) -> Row:
    return {
        "id": _own(iri),
        "category": "biolink:WebPage",
        "name": title,
        "xref": _several([address]),
        "iri": iri,
        "rights": terms,
    }


def _level(facts: Facts, level: str) -> Row:
    return {
        "id": _own(level),
        "category": "biolink:ConfidenceLevel",
        "name": label(facts, level),
        "description": in_words(facts, level, "skos:definition"),
        "iri": level,
    }


def _edge(claim: Claim, ids: Mapping[str, str]) -> Row:
    predicate, turned, _ = _predicate(claim.facts, claim)
    subject, obj = ids[claim.subject], ids[str(claim.target)]
    if turned:
        subject, obj = obj, subject
    return {
        "id": claim.iri,
        "subject": subject,
        "predicate": f"biolink:{predicate}",
        "object": obj,
        "category": "biolink:Association",
        "original_predicate": _own(claim.predicate),
        "negated": "true" if claim.denied else "false",
        "frequency_qualifier": "; ".join(claim.texts("vocab:frequencyWording")),
        "anatomical_context_qualifier": _several(ids[thing] for thing in claim.things("vocab:bodySite")),
        "population_context_qualifier": _several(ids[thing] for thing in claim.things("vocab:population")),
        "has_confidence_level": _own(claim.certainty),
        "knowledge_level": "not_provided" if claim.hedged else "knowledge_assertion",
        "agent_type": "manual_agent",
        "primary_knowledge_source": _SOURCE,
        "publications": _several(map(_own, claim.documents)),
        "has_evidence": _several(map(_own, claim.passages)),
        "description": claim.statement,
    }


def read(files: Files, _: Release) -> Iterator[Triple]:
    """The claims and things that the tables carry; the edges of the graph are those of claims that are stated."""
    iris: dict[str, str] = {}
    for row in _rows(files[_NODES]):
        iris[row["id"]] = row["iri"]
        if row["iri"].startswith(PREFIXES["id"]):
            yield from _thing(row)
        elif row["category"] == "biolink:WebPage":
            yield row["iri"], name("rdf:type"), name("vocab:SourceDocument")
            yield row["iri"], name("skos:prefLabel"), english(row["name"])
    for row in _rows(files[_EDGES]):
        yield from _claim(row, iris)


def _rows(table: bytes) -> csv.DictReader[str]:
    lines = table.decode("utf-8").split("\n")
    return csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def _thing(row: Row) -> Iterator[Triple]:
    yield row["iri"], name("rdf:type"), name("vocab:Entity")
    yield row["iri"], name("skos:prefLabel"), english(row["name"])
    definition = row["description"].split(_SAFETY)[0]
    if definition:
        yield row["iri"], name("skos:definition"), english(definition)
    for synonym in _list(row["synonym"]):
        yield row["iri"], name("skos:altLabel"), english(synonym)
    for xref in _list(row["xref"]):
        yield row["iri"], name("skos:exactMatch"), _full(xref)


def _claim(row: Row, iris: Mapping[str, str]) -> Iterator[Triple]:
    claim, predicate = row["id"], _full(row["original_predicate"])
    _, turned, _ = _PREDICATES.get(predicate, ("", False, False))
    turned = turned and row["predicate"] != f"biolink:{_WIDEST}"
    ends = iris[row["subject"]], iris[row["object"]]
    subject, obj = ends[::-1] if turned else ends
    denied, certainty = row["negated"] == "true", _full(row["has_confidence_level"])
    yield claim, name("rdf:type"), name("vocab:Claim")
    yield claim, name("vocab:subject"), subject
    yield claim, name("vocab:predicate"), predicate
    yield claim, name("vocab:object"), obj
    yield claim, name("vocab:polarity"), name("vocab:denied" if denied else "vocab:affirmed")
    yield claim, name("vocab:certainty"), certainty
    yield claim, name("vocab:statement"), english(row["description"])
    if row["frequency_qualifier"]:
        yield claim, name("vocab:frequencyWording"), english(row["frequency_qualifier"])
    for passage in _list(row["has_evidence"]):
        yield claim, name("vocab:restsOn"), _full(passage)
    for column, curie in (("anatomical_context_qualifier", "bodySite"), ("population_context_qualifier", "population")):
        yield from ((claim, name(f"vocab:{curie}"), iris[node]) for node in _list(row[column]))
    if not denied and certainty == name("vocab:stated"):
        yield subject, predicate, obj


def _list(cell: str) -> list[str]:
    return cell.split("|") if cell else []


def _full(curie: str) -> str:
    prefix, _, code = curie.partition(":")
    spaces = {(v.biolink or v.prefix): v.namespace for v in known()} | _PREFIXES
    return spaces[prefix] + code if prefix in spaces else curie


FORMATS = (
    Format(
        "kgx",
        (_NODES, _EDGES),
        "builders of biomedical knowledge graphs: nodes and edges in KGX, in the words of Biolink",
        write,
        read,
    ),
)
"""The formats of this module."""
