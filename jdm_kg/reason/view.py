"""What reasoners see of a graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from jdm_kg.facts import Facts, Literal, Term, Triple
from jdm_kg.iris import is_own
from jdm_kg.reason.owl2 import (
    AXIOM_PREDICATES,
    BUILT_IN_ANNOTATIONS,
    CHARACTERISTICS,
    FACETS,
    GENERAL_AXIOMS,
    KINDS,
    OWL,
    RDF,
    RDFS,
    STANDALONE,
    TEXTS,
    datatype_of,
    is_blank,
)

_TYPE: Final = RDF.type


def seen(facts: Facts, more: Iterable[Triple] = ()) -> tuple[Triple, ...]:
    """The part of a graph that reasoners may see.

    Kept are the axioms of the schema, the types of the project's own things, the relations between them, and their
    numbers, truth values and times. Left out are:

    - labels, definitions, mappings and all else that is said with an annotation property, and the ontology header;
    - text, unless a class is defined by it: no text contradicts another, and the checks look at it before;
    - literals and ranges of datatypes outside of OWL 2, such as `xsd:date`, at which HermiT stops;
    - offsets and other facts that are given with a foreign datatype property;
    - relations to foreign things;
    - properties and classes used as names, such as the predicate of a claim: as individuals nothing follows about
      them. The claim itself stays, with its type, subject, object and qualifiers, so that disjointness can refute it;
    - blank nodes, those that make up axioms excepted.

    Args:
        facts: Schema and content.
        more: Further facts about individuals.

    Returns:
        Some of the triples, in their order, blank nodes that axioms lead to last. As long as they stay the same, so
        does all that follows from them.
    """
    view = View.of(facts)
    kept: list[Triple] = []
    for s in facts.nodes:
        kept += view.of_subject(s, facts.of(s))
    for s, p, o in more:
        kept += view.of_subject(s, {p: [o]})
    kept += _expressions(facts, kept, view.annotations)
    return tuple(kept)


def _expressions(facts: Facts, roots: Iterable[Triple], annotations: frozenset[str]) -> list[Triple]:
    """All that blank nodes say which some triples lead to, but for what these say themselves."""
    leading = [triple for triple in roots if triple[1] == _TYPE or triple[1] in AXIOM_PREDICATES]
    roots = [triple for triple in leading if is_blank(triple[0]) or is_blank(triple[2])]
    known = set(roots)
    waiting = list(dict.fromkeys(term for s, _, o in roots for term in (s, o) if isinstance(term, str)))
    found: list[Triple] = []
    while waiting:  # what a kept blank node leads to is kept whole
        node = waiting.pop()
        if not is_blank(node):
            continue
        for p, values in facts.of(node).items():
            for o in values:
                if p not in annotations and (node, p, o) not in known:
                    known.add((node, p, o))
                    found.append((node, p, o))
                    if isinstance(o, str):
                        waiting.append(o)
    return found


@dataclass(frozen=True)
class View:
    """Decides which triples reasoners see; blank nodes that a triple leads to are not its business."""

    annotations: frozenset[str]
    classes: frozenset[str]
    data_properties: frozenset[str]
    defining: frozenset[Term]
    entities: frozenset[str]
    object_properties: frozenset[str]
    own_data_properties: frozenset[str]

    @staticmethod
    def of(facts: Facts) -> View:
        """As the declarations of a graph tell."""
        declared = {kind: frozenset(facts.subjects(RDF.type, kind)) for kind in (*KINDS, OWL.AnnotationProperty)}
        return View(
            annotations=declared[OWL.AnnotationProperty] | BUILT_IN_ANNOTATIONS,
            classes=declared[OWL.Class] | {OWL.Thing, OWL.Nothing},
            data_properties=declared[OWL.DatatypeProperty],
            defining=frozenset(facts.inverse(OWL.onProperty)),
            entities=frozenset().union(*declared.values()),
            object_properties=declared[OWL.ObjectProperty] - AXIOM_PREDICATES,
            own_data_properties=frozenset(filter(is_own, declared[OWL.DatatypeProperty])),
        )

    def of_subject(self, s: str, properties: Mapping[str, list[Term]]) -> Iterable[Triple]:
        """Those of the triples about a node that are seen."""
        if is_blank(s):
            return self._of_blank(s, properties)
        kept: list[Triple] = []
        is_thing = is_own(s) and s not in self.entities
        for p, values in properties.items():
            if p in self.object_properties:
                if is_thing:
                    kept += [(s, p, o) for o in values if is_own(o) and o not in self.entities]
            elif p == _TYPE:
                kept += [(s, p, o) for o in values if self._sees_type(o, is_thing=is_thing)]
            elif p in AXIOM_PREDICATES:
                kept += [(s, p, o) for o in values if self._sees_axiom(s, p, o)]
            elif is_thing and p in self.own_data_properties:
                kept += [(s, p, o) for o in values if isinstance(o, Literal) and self._sees_value(p, o)]
        return kept

    def sees(self, triple: Triple) -> bool:
        """Whether reasoners may see a triple about a node with a name."""
        s, p, o = triple
        return bool(self.of_subject(s, {p: [o]}))

    @staticmethod
    def _of_blank(s: str, properties: Mapping[str, list[Term]]) -> Iterable[Triple]:
        for p, values in properties.items():
            for o in values:
                # What else blank nodes say is part of an axiom that leads to them.
                if p in GENERAL_AXIOMS or (p == RDF.type and o in STANDALONE):
                    yield s, p, o

    def _sees_type(self, o: Term, *, is_thing: bool) -> bool:
        if o in KINDS or o in CHARACTERISTICS:
            return True
        return is_thing and (o in self.classes or is_blank(o))

    def _sees_axiom(self, s: str, p: str, o: Term) -> bool:
        if s in self.annotations:
            return False
        foreign_datatype = p == RDFS.range and s in self.data_properties and isinstance(o, str) and not is_blank(o)
        return not foreign_datatype or o in FACETS or o == RDFS.Literal or o in self.entities

    def _sees_value(self, p: str, o: Literal) -> bool:
        datatype = datatype_of(o)
        return datatype in FACETS and (datatype not in TEXTS or p in self.defining)


def entities(triples: Iterable[Triple]) -> set[str]:
    """The classes, properties and datatypes that some triples declare."""
    return {s for s, p, o in triples if p == RDF.type and o in KINDS}


def speaks_of_schema(p: str, o: Term) -> bool:
    """Whether a triple with this predicate and object is an axiom, not a fact about an individual."""
    return p in AXIOM_PREDICATES or (p == RDF.type and (o in KINDS or o in CHARACTERISTICS))
