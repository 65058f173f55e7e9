"""Loading the folder of Turtle files, and deriving the direct edges from the claims."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef
from rdflib.term import Node

from jdm_kg import facts, iris, turtle
from jdm_kg.files import MAPPINGS_FILE, content_files
from jdm_kg.texts import read_text
from jdm_kg.turtle import Triple


def load(root: Path) -> Graph:
    """The asserted graph: everything that curators wrote, the mappings, and the direct edges of the claims.

    Args:
        root: The folder that holds `ontology/`.

    Raises:
        InputError: A file can't be read or parsed.
    """
    graph = load_authored(root)
    for triple in derive_edges(graph):
        graph.add(triple)
    return graph


def load_authored(root: Path) -> Graph:
    """What curators wrote, and the mappings; without the edges that are derived from claims.

    Raises:
        InputError: A file can't be read or parsed.
    """
    graph = turtle.new_graph()
    for path in content_files(root):
        for triple in turtle.parse(path):
            graph.add(triple)
    mappings = root / "ontology" / MAPPINGS_FILE
    if mappings.is_file():
        for triple in read_mappings(mappings):
            graph.add(triple)
    return graph


def derive_edges(graph: Graph) -> Graph:
    """The direct edges that the claims of a graph give, by the one CONSTRUCT in `edges.rq`.

    Args:
        graph: Claims and schema; it is not changed.
    """
    query = resources.files("jdm_kg").joinpath("edges.rq").read_text(encoding="utf-8")
    edges = turtle.new_graph()
    found = graph.query(query).graph
    for triple in found if found is not None else ():
        edges.add(triple)
    return edges


def read_mappings(path: Path) -> Iterator[Triple]:
    """The SKOS mapping triples of an SSSOM/TSV file with its metadata embedded as comments.

    Raises:
        InputError: The file can't be read, or is not as `jdm_kg.facts.mappings` wants it.
    """
    for subject, predicate, obj in facts.mappings(read_text(path), path):
        yield URIRef(subject), URIRef(predicate), URIRef(str(obj))


def is_own(term: Node) -> bool:
    """Whether a term is an IRI in a namespace of the project."""
    return isinstance(term, URIRef) and iris.is_own(term)


def shorten(term: Node) -> str:
    """An IRI as `prefix:name` where a prefix of the project fits; other terms as they are in N-Triples."""
    return iris.shorten(term) if isinstance(term, URIRef) else str(term.n3())


def label(graph: Graph, term: Node) -> str:
    """The English preferred label of a thing, or its short IRI."""
    for predicate in (SKOS.prefLabel, RDFS.label):
        for value in sorted(graph.objects(term, predicate), key=str):
            return str(value)
    return shorten(term)


def superclasses(graph: Graph, cls: Node) -> set[Node]:
    """A class and all classes above it, following `rdfs:subClassOf`."""
    return {node for node in graph.transitive_objects(cls, RDFS.subClassOf) if node is not None}


def instances(graph: Graph, cls: URIRef) -> list[Node]:
    """All individuals of a class or of one below it, sorted by IRI."""
    found: set[Node] = set()
    for sub in graph.transitive_subjects(RDFS.subClassOf, cls):
        found.update(graph.subjects(RDF.type, sub))
    return sorted(found - set(graph.subjects(RDF.type, OWL.Class)), key=str)
