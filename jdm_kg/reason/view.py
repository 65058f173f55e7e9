"""What reasoners see of a graph."""

from __future__ import annotations

from dataclasses import dataclass

from rdflib import OWL, RDF, RDFS, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from jdm_kg import turtle
from jdm_kg.graph import is_own
from jdm_kg.reason.owl2 import (
    AXIOM_PREDICATES,
    BUILT_IN_ANNOTATIONS,
    CHARACTERISTICS,
    FACETS,
    GENERAL_AXIOMS,
    KINDS,
    STANDALONE,
    TEXTS,
)


def reasoner_input(graph: Graph) -> Graph:
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
        graph: Schema and content; it is not changed.

    Returns:
        A new graph, a subset of the given one.
    """
    declared = {kind: set(graph.subjects(RDF.type, kind)) for kind in (*KINDS, OWL.AnnotationProperty)}
    view = _View(
        annotations=declared[OWL.AnnotationProperty] | BUILT_IN_ANNOTATIONS,
        classes=declared[OWL.Class] | {OWL.Thing, OWL.Nothing},
        data_properties=declared[OWL.DatatypeProperty],
        defining=set(graph.objects(None, OWL.onProperty)),
        entities=set().union(*declared.values()),
        object_properties=declared[OWL.ObjectProperty],
    )
    kept = turtle.new_graph()
    roots: set[Node] = set()
    for s, p, o in graph:
        if view.sees(s, p, o):
            kept.add((s, p, o))
            roots.update(term for term in (s, o) if isinstance(term, BNode))
    todo = list(roots)
    while todo:  # what a kept blank node leads to is kept whole
        node = todo.pop()
        for p, o in graph.predicate_objects(node):
            if p in view.annotations or (node, p, o) in kept:
                continue
            kept.add((node, p, o))
            if isinstance(o, BNode):
                todo.append(o)
    return kept


@dataclass(frozen=True)
class _View:
    """Decides which triples reasoners see; blank nodes that a triple leads to are not its business."""

    annotations: set[Node]
    classes: set[Node]
    data_properties: set[Node]
    defining: set[Node]
    entities: set[Node]
    object_properties: set[Node]

    def sees(self, s: Node, p: Node, o: Node) -> bool:
        if p == RDF.type and (o in KINDS or o in CHARACTERISTICS):
            return isinstance(s, URIRef)
        if p == RDF.type and o in STANDALONE:
            return isinstance(s, BNode)
        if p in AXIOM_PREDICATES:
            return self._sees_axiom(s, p, o)
        return is_own(s) and s not in self.entities and self._sees_fact(p, o)

    def _sees_axiom(self, s: Node, p: Node, o: Node) -> bool:
        if isinstance(s, BNode):
            return p in GENERAL_AXIOMS  # what else blank nodes say is part of an axiom that leads to them
        if s in self.annotations:
            return False
        foreign_datatype = p == RDFS.range and s in self.data_properties and isinstance(o, URIRef)
        return not foreign_datatype or o in FACETS or o == RDFS.Literal or o in self.entities

    def _sees_fact(self, p: Node, o: Node) -> bool:
        if p == RDF.type:
            return o in self.classes or isinstance(o, BNode)
        if p in self.object_properties:
            return is_own(o) and o not in self.entities
        if p in self.data_properties and isinstance(o, Literal) and is_own(p):
            datatype = o.datatype or (RDF.PlainLiteral if o.language else XSD.string)
            return datatype in FACETS and (datatype not in TEXTS or p in self.defining)
        return False


def entities(graph: Graph) -> set[Node]:
    """The classes, properties and datatypes that a graph declares."""
    return {s for kind in KINDS for s in graph.subjects(RDF.type, kind)}


def speaks_of_schema(p: Node, o: Node) -> bool:
    """Whether a triple with this predicate and object is an axiom, not a fact about an individual."""
    return p in AXIOM_PREDICATES or (p == RDF.type and (o in KINDS or o in CHARACTERISTICS))
