"""The graph as it is: canonical Turtle, N-Triples and compact JSON-LD, asserted and full.

Sources: RDF 1.1 Turtle, RDF 1.1 N-Triples, JSON-LD 1.1 (W3C Recommendations).
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph
from rdflib import Graph

from jdm_kg import facts
from jdm_kg.exports import jsonld
from jdm_kg.exports.table import Files, Format, Release
from jdm_kg.facts import Triple
from jdm_kg.turtle import to_ntriples, to_turtle
from jdm_kg.vocab import BASE

SECTIONS = (
    (BASE + "vocab/", "Vocabulary"),
    (BASE + "source/", "Source documents and their sections"),
    (BASE + "id/", "Things"),
    (BASE + "claim/", "Claims"),
    (BASE + "tension/", "Tensions"),
    (BASE + "defect/", "Defects of the sources"),
    (BASE + "passage/", "Passages"),
)

TITLE = """jdm-kg {version}, {kind} graph.
Not medical advice: information for reading and research, from public documents.
Text under CC BY-SA 4.0; the sources have their own terms, given with each source document below.
Generated; edit the files in ontology/ instead."""


def turtle(graph: Graph, version: str, kind: str) -> str:
    """The graph as Turtle in sections: vocabulary, sources, things, claims, tensions, defects, passages."""
    return to_turtle(graph, title=TITLE.format(version=version, kind=kind), sections=SECTIONS)


def ntriples(graph: Graph) -> str:
    """The graph as sorted N-Triples."""
    return to_ntriples(graph)


def read_rdf(files: Files, _: Release) -> Iterable[Triple]:
    """The triples of all RDF files, whatever graph they stand in, as pyoxigraph reads them.

    Raises:
        SyntaxError: A file is not what its ending says.
    """
    for name, content in files.items():
        form = pyoxigraph.RdfFormat.from_extension(name.rsplit(".", 1)[-1])
        yield from facts.convert(list(pyoxigraph.parse(content, format=form)))


def _formats(stem: str, kind: str, of: str, *, asserted: bool) -> Iterable[Format]:
    def graph(release: Release) -> Graph:
        return release.asserted if asserted else release.full

    suffix = "-asserted" if asserted else ""
    ttl, nt, ld = f"{stem}.ttl", f"{stem}.nt", f"{stem}.jsonld"
    yield Format(
        f"turtle{suffix}",
        (ttl,),
        f"readers of Turtle, any RDF tool: {of}",
        lambda r: {ttl: turtle(graph(r), r.version, kind).encode()},
        read_rdf,
        asserted,
    )
    yield Format(
        f"ntriples{suffix}",
        (nt,),
        f"bulk loaders and line tools such as grep and diff: {of}",
        lambda r: {nt: ntriples(graph(r)).encode()},
        read_rdf,
        asserted,
    )
    yield Format(
        f"jsonld{suffix}",
        (ld,),
        f"programs that read JSON-LD: {of}",
        lambda r: {ld: jsonld.write(graph(r)).encode()},
        read_rdf,
        asserted,
    )


FORMATS = (
    *_formats("jdm-kg", "full", "all that was said and what follows from it", asserted=False),
    *_formats("jdm-kg-asserted", "asserted", "only what documents and curators say", asserted=True),
)
"""The formats of this module."""
