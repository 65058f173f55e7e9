"""The graph as TriG, divided by where each statement comes from.

One named graph holds what rests on one source document, one the schema, one what curators wrote that belongs to no
document, and one what follows by reasoning. Together they are the full graph. The default graph says what each of them
is; that is about this file, and not part of the content.

Source: RDF 1.1 TriG (W3C Recommendation).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph

from jdm_kg import facts, turtle
from jdm_kg.exports import common
from jdm_kg.exports.rdf import SECTIONS, TITLE
from jdm_kg.exports.table import Files, Format, Release
from jdm_kg.facts import Facts, Literal, Triple
from jdm_kg.iris import BASE, PREFIXES, is_own, name
from jdm_kg.reason.claims import edges
from jdm_kg.turtle import canonical_triples, from_facts, quads, to_trig

_FILE = "jdm-kg.trig"
_GRAPHS = BASE + "graph/"
_SCHEMA = _GRAPHS + "schema"
_CURATED = _GRAPHS + "curated"
_INFERRED = _GRAPHS + "inferred"

_LEADS_TO_DOCUMENT = tuple(name(f"vocab:{part}") for part in ("restsOn", "inPassage", "inSection", "inSource"))
_LABELS = {
    _SCHEMA: (
        "schema",
        "Classes, properties and values of qualifiers.",
    ),
    _CURATED: (
        "curated",
        "Things, their names and mappings, tensions, and all else that curators wrote and that belongs to no document.",
    ),
    _INFERRED: (
        "inferred",
        "What a reasoner derives from the other graphs, and none of them says. Without it, what is left is asserted.",
    ),
}


@dataclass(frozen=True)
class _Homes:
    """In which named graphs a statement stands.

    Attributes:
        said: The asserted graph.
        edges: The direct edges, each with the claims that give it.
        documents: IRIs of the source documents.
    """

    said: Facts
    edges: Mapping[Triple, list[str]]
    documents: frozenset[str]

    def of(self, triple: Triple) -> list[str]:
        """A direct edge belongs to each document that states it; any other statement to what it is about."""
        subject, _, obj = triple
        # What is derived speaks of no blank node (`jdm_kg.reason.close`), and here these have other names.
        if not any(isinstance(term, str) and term.startswith("_:") for term in (subject, obj)):
            if triple not in self.said:
                return [_INFERRED]
            if is_own(subject) and not subject.startswith(PREFIXES["vocab"]):
                records = self.edges.get(triple) or [subject]
                return sorted({document_graph(one) for record in records for one in self._documents(record)}) or [
                    _CURATED
                ]
        return [_SCHEMA]

    def _documents(self, record: str) -> set[str]:
        """The documents of a claim, passage, defect or section, by way of each other."""
        reached = {record}
        waiting = [record]
        while waiting:
            node = waiting.pop()
            new = {other for p in _LEADS_TO_DOCUMENT for other in self.said.resources(node, p)} - reached
            reached |= new
            waiting += new
        return reached & self.documents


def document_graph(document: str) -> str:
    """The IRI of the named graph of what rests on a source document."""
    return f"{_GRAPHS}source/{document.removeprefix(PREFIXES['source'])}"


def write(release: Release) -> Files:
    """The TriG file."""
    documents = {document_graph(source.iri): source for source in common.sources(release.facts)}
    homes = _Homes(release.said, edges(release.said), frozenset(source.iri for source in documents.values()))
    graphs: dict[str, list[turtle.Triple]] = {graph: [] for graph in (_SCHEMA, _CURATED, *documents, _INFERRED)}
    # Blank nodes have the names that they have in the whole, so that one which stands in two graphs is the same.
    triples = canonical_triples(release.full)
    for triple, plain in zip(triples, facts.convert(quads(triples)), strict=True):
        for graph in homes.of(plain):
            graphs[graph].append(triple)
    filled = {graph: found for graph, found in graphs.items() if found}
    about = from_facts(_about(release, {graph: documents.get(graph) for graph in filled}))
    text = to_trig(
        [("", canonical_triples(about)), *filled.items()],
        title=TITLE.format(version=release.version, kind="full"),
        sections=((_GRAPHS, "What the named graphs are"), *SECTIONS),
    )
    return {_FILE: text.encode()}


def _about(release: Release, graphs: Mapping[str, common.Source | None]) -> Iterator[Triple]:
    """What the default graph says of each named graph."""
    header = common.header(release.facts)
    for graph, source in graphs.items():
        label, description = _LABELS.get(graph, ("", ""))
        if source:
            label = f"resting on {source.label}"
            description = "What this document says: its description, sections and passages, the claims that rest on "
            description += "them, the relations that these give, and the defects of its text."
            yield graph, name("dcterms:source"), source.iri
            yield graph, name("prov:wasDerivedFrom"), source.iri
        if graph == _INFERRED:
            yield from ((graph, name("prov:wasDerivedFrom"), other) for other in graphs if other != graph)
        yield graph, name("rdf:type"), name("prov:Entity")
        yield graph, name("rdfs:label"), _english(label)
        yield graph, name("dcterms:description"), _english(description)
        yield graph, name("dcterms:license"), common.LICENSE_URL
        yield graph, name("dcterms:rights"), _english(header.rights or common.DISCLAIMER)
        yield graph, name("owl:versionInfo"), Literal(release.version, name("xsd:string"))
        if release.modified:
            yield graph, name("dcterms:modified"), Literal(release.modified, name("xsd:date"))


def _english(text: str) -> Literal:
    return Literal(text, name("rdf:langString"), common.LANGUAGE)


def read(files: Files, _: Release) -> Iterable[Triple]:
    """The triples of all named graphs. The default graph is about the file.

    Raises:
        SyntaxError: The file is not TriG.
    """
    found = pyoxigraph.parse(files[_FILE], format=pyoxigraph.RdfFormat.TRIG)
    return facts.convert([quad for quad in found if quad.graph_name != pyoxigraph.DefaultGraph()])


FORMATS = (
    Format(
        "trig",
        (_FILE,),
        "stores that keep graphs apart: one named graph for each source document, the schema, what belongs to no "
        "document, and what follows",
        write,
        read,
    ),
)
"""The formats of this module."""
