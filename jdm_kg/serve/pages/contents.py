"""What stands on the page of each kind of node."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from jdm_kg.iris import PREFIXES, name
from jdm_kg.knowledge import Iri
from jdm_kg.knowledge.things import Claim, Defect, Tension
from jdm_kg.serve.pages.book import Book, sentence_case, warned

Values = dict[str, Any]
"""The values of a template."""

_MATCHES: Final = {
    "exactMatch": "Means the same",
    "closeMatch": "Means nearly the same",
    "broadMatch": "Wider",
    "narrowMatch": "Narrower",
    "relatedMatch": "Related",
}
_SORTS: Final = {
    "owl:Class": "class",
    "owl:ObjectProperty": "relation",
    "owl:DatatypeProperty": "property",
    "owl:AnnotationProperty": "annotation",
}


def page(book: Book, node: str) -> tuple[str, Values]:
    """The template of a node's page, and its values."""
    if node in book.knowledge.things():
        return "thing.html", _thing(book, node)
    for curie, make in _RECORDS.items():
        if book.is_a(node, curie):
            return make(book, node)
    return _vocabulary(book, node) if node == PREFIXES["vocab"] else _term(book, node)


def _thing(book: Book, node: str) -> Values:
    thing = book.knowledge.thing(node)
    about = set(thing.as_subject)
    identifiers: dict[str, list[Any]] = {}
    for identifier in thing.identifiers:
        identifiers.setdefault(_MATCHES[identifier.relation], []).append(identifier)
    return {
        **_head(book, node),
        "thing": thing,
        "safety": warned(((thing.iri, thing.safety),), ()),
        "safety_beside": warned(thing.safety_beside, (node, *(advice.iri for advice in thing.safety))),
        "spoken": book.spoken(thing.as_subject, "said"),
        "named": book.spoken((claim for claim in thing.claims if claim not in about), "named"),
        "tensions": _sharp_first(thing.tensions),
        "defects": _notable_first(thing.defects),
        "outgoing": book.relations(thing.neighbours, outgoing=True),
        "incoming": book.relations(thing.neighbours, outgoing=False),
        "identifiers": identifiers,
    }


def _sharp_first(tensions: Iterable[Tension]) -> list[Tension]:
    return sorted(tensions, key=lambda tension: tension.sharpness.name != "sharp")


def _notable_first(defects: Iterable[Defect]) -> list[Defect]:
    return sorted(defects, key=lambda defect: defect.weight.name != "notableDefect")


def _head(book: Book, node: str, heading: str = "") -> Values:
    heading = heading or sentence_case(book.iri(node).words)
    return {
        "title": heading,
        "heading": heading,
        "description": book.meaning(node),
        "kinds": book.kinds(node),
        "replaced": book.replaced_by(node),
    }


def _record(book: Book, node: str, claims: Iterable[Claim], **values: object) -> tuple[str, Values]:
    """What all records have; the values given stand in for it, or are further ones."""
    shown = tuple(claims)
    knowledge = book.knowledge
    tensions = {iri for claim in shown for iri in claim.tensions}
    defects = {iri for claim in shown for iri in claim.defects}
    return str(values.pop("template", "record.html")), {
        **_head(book, node),
        "safety": warned(((book.iri(node), book.advice(node)),), ()),
        "safety_beside": book.beside(node, (node, *(claim.iri for claim in shown))),
        "lists": [],
        "claims": shown,
        "claims_title": "What it says",
        "tensions": _sharp_first(knowledge.tension(iri) for iri in sorted(tensions - {node})),
        "defects": _notable_first(knowledge.defect(iri) for iri in sorted(defects - {node})),
        "rows": book.record(node),
        **values,
    }


def _claim(book: Book, node: str) -> tuple[str, Values]:
    heading = f"Claim {book.iri(node).name}"
    description = "One statement of one document, told in our own words, with all that the document attaches to it."
    claims = [book.knowledge.claim(node)]
    return _record(book, node, claims, title=heading, heading=heading, description=description)


def _passage(book: Book, node: str) -> tuple[str, Values]:
    passage = book.knowledge.passage(node)
    heading = f"Passage {passage.iri.name}"
    _, values = found = _record(
        book,
        node,
        passage.claims,
        template="passage.html",
        title=heading,
        heading=heading,
        description="A span of a document. Its words are not kept here: they belong to the document.",
        claims_title="What rests on it",
        passage=passage,
    )
    known = {defect.iri for defect in values["defects"]}
    values["defects"] += [book.knowledge.defect(iri) for iri in passage.defects if iri not in known]
    return found


def _source(book: Book, node: str) -> tuple[str, Values]:
    about = [book.knowledge.claim(claim) for claim in sorted(book.facts.subjects(name("vocab:subject"), node))]
    sections = _in_order(book, "vocab:inSource", node, "vocab:Section")
    return _record(
        book,
        node,
        about,
        template="source.html",
        claims_title="What is said of the document itself",
        source=book.knowledge.source(node),
        lists=[("Its sections", "sections", sections)] if sections else [],
    )


def _section(book: Book, node: str) -> tuple[str, Values]:
    parts = _in_order(book, "vocab:inSection", node, "vocab:Section")
    passages = _in_order(book, "vocab:inSection", node, "vocab:Passage")
    claims = {claim.iri: claim for iri in passages for claim in book.knowledge.passage(iri).claims}
    lists = [("Its parts", "parts", parts), ("Its passages", "passages", passages)]
    return _record(
        book,
        node,
        claims.values(),
        description="A section of a document.",
        lists=[entry for entry in lists if entry[2]],
    )


def _in_order(book: Book, relation: str, node: str, kind: str) -> list[Iri]:
    """The parts of a document or section of one kind, in reading order."""
    found = (part for part in book.facts.subjects(name(relation), node) if book.is_a(part, kind))

    def order(part: str) -> tuple[int, str]:
        text = book.text(part, "vocab:order")
        return int(text) if text.isdecimal() else 0, part

    return [book.iri(part) for part in sorted(found, key=order)]


def _tension(book: Book, node: str) -> tuple[str, Values]:
    tension = book.knowledge.tension(node)
    return _record(
        book,
        node,
        tension.claims,
        template="tension.html",
        description=tension.explanation,
        tension=tension,
        claims_title="The statements that do not sit together",
    )


def _defect(book: Book, node: str) -> tuple[str, Values]:
    defect = book.knowledge.defect(node)
    return _record(
        book,
        node,
        (book.knowledge.claim(iri) for iri in defect.claims),
        template="defect.html",
        description=defect.explanation,
        defect=defect,
        claims_title="Statements that it touches",
    )


def _term(book: Book, node: str) -> tuple[str, Values]:
    """A class, a relation, a value or another word of the vocabulary.

    A list of the members of a class is no statement about them: their own pages hold their advice.
    """
    types = set(book.facts.resources(node, name("rdf:type")))
    sort = next((word for curie, word in _SORTS.items() if name(curie) in types), "value")
    narrower = book.iris(s for s in book.facts.subjects(name("rdfs:subClassOf"), node) if s != node)
    members = [s for s in book.facts.subjects(name("rdf:type"), node) if s.startswith(PREFIXES["id"])]
    lists = [("Narrower kinds", "narrower", narrower), ("Things of this kind", "members", book.iris(members))]
    return _record(book, node, (), kinds=(), sort=sort, safety_beside=(), lists=[entry for entry in lists if entry[2]])


def _vocabulary(book: Book, node: str) -> tuple[str, Values]:
    """The vocabulary as a whole."""
    groups = (
        ("Kinds of things and records", "classes", {"owl:Class"}),
        ("Relations", "relations", {"owl:ObjectProperty"}),
        ("Properties with texts and numbers", "properties", {"owl:DatatypeProperty", "owl:AnnotationProperty"}),
    )
    lists = []
    for title, anchor, curies in groups:
        found = (term for curie in curies for term in book.facts.subjects(name("rdf:type"), name(curie)))
        lists.append((title, anchor, book.iris(term for term in found if term.startswith(node))))
    return _record(
        book,
        node,
        (),
        kinds=(),
        safety_beside=(),
        description=book.text(node, "dcterms:description"),
        lists=lists,
    )


_RECORDS: Final[Mapping[str, Callable[[Book, str], tuple[str, Values]]]] = {
    "vocab:Claim": _claim,
    "vocab:Passage": _passage,
    "vocab:SourceDocument": _source,
    "vocab:Section": _section,
    "vocab:Tension": _tension,
    "vocab:SourceDefect": _defect,
}
