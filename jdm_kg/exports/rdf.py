"""The graph as canonical Turtle and N-Triples."""

from __future__ import annotations

from rdflib import Graph

from jdm_kg.turtle import to_ntriples, to_turtle
from jdm_kg.vocab import BASE

_SECTIONS = (
    (BASE + "vocab/", "Vocabulary"),
    (BASE + "source/", "Source documents and their sections"),
    (BASE + "id/", "Things"),
    (BASE + "claim/", "Claims"),
    (BASE + "tension/", "Tensions"),
    (BASE + "defect/", "Defects of the sources"),
    (BASE + "passage/", "Passages"),
)

_TITLE = """jdm-kg {version}, {kind} graph.
Not medical advice: information for reading and research, from public documents.
Text under CC BY-SA 4.0; the sources have their own terms, given with each source document below.
Generated; edit the files in ontology/ instead."""


def turtle(graph: Graph, version: str, kind: str) -> str:
    """The graph as Turtle in sections: vocabulary, sources, things, claims, tensions, defects, passages."""
    return to_turtle(graph, title=_TITLE.format(version=version, kind=kind), sections=_SECTIONS)


def ntriples(graph: Graph) -> str:
    """The graph as sorted N-Triples."""
    return to_ntriples(graph)
