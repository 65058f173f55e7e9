"""A release as the graphs that a store is to hold, under names of their own that hold version and digest.

What such a graph holds never changes: another content has another digest, so it has other names. A reader who asks for
the graphs of one edition gets that edition, whatever is loaded meanwhile.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph

from jdm_kg.exports import BY_NAME, Release
from jdm_kg.iris import BASE, name
from jdm_kg.publish.comparing import normal

_GRAPHS = BASE + "graph/"
CATALOGUE = _GRAPHS + "published"
"""The named graph that says which editions a store holds, and which of them is the current one."""
_ABOUT = "about"
_DIGITS = 12  # of the digest in a name; two editions of one version that share them are refused, not mixed up
_TRIPLES, _BYTES = 500, 200_000  # of one UPDATE request: Virtuoso compiles each as a whole


@dataclass(frozen=True)
class Graph:
    """One named graph of an edition.

    Attributes:
        iri: Its name in the store.
        triples: What it holds.
    """

    iri: str
    triples: tuple[pyoxigraph.Triple, ...]

    @cached_property
    def ntriples(self) -> bytes:
        """Its triples as N-Triples, sorted."""
        return _ntriples(self.triples)

    def requests(self) -> Iterator[str]:
        """UPDATE requests that put the triples in the place of what the graph holds.

        The first empties the graph and holds all triples with blank nodes: so these are neither split nor made twice,
        even if it is sent again. Virtuoso takes no blank nodes in INSERT DATA, hence the empty WHERE.
        """
        blank = [triple for triple in self.triples if _has_blank(triple)]
        first = f"DROP SILENT GRAPH <{self.iri}>"
        if blank:
            first += f" ;\nINSERT {{ GRAPH <{self.iri}> {{\n{_ntriples(blank).decode()}}} }} WHERE {{}}"
        yield first
        for batch in _batches(triple for triple in self.triples if not _has_blank(triple)):
            yield f"INSERT DATA {{ GRAPH <{self.iri}> {{\n{batch}}} }}"


@dataclass(frozen=True)
class Edition:
    """A release under names of its own.

    Attributes:
        name: Version, hyphen, and the first digits of the digest.
        version: Version of the content.
        digest: SHA-256 of all graphs in normal form, hexadecimal.
        whole: The full graph, under the name of the edition: all that most readers need.
        graphs: The same divided by where each statement comes from, as in the TriG export. A statement of two documents
            stands in two of them, which not every store takes for one when it joins them.
        about: That which says of each of them what it is, under which terms, and of which stable name it is a version.
    """

    name: str
    version: str
    digest: str
    whole: Graph
    graphs: tuple[Graph, ...]
    about: Graph

    @property
    def iri(self) -> str:
        """The IRI of the edition and of its full graph, below which its other graphs have theirs."""
        return iri_of(self.name)

    @property
    def all(self) -> tuple[Graph, ...]:
        """All its graphs."""
        return (self.whole, *self.graphs, self.about)


def iri_of(edition: str) -> str:
    """The IRI of an edition by its name."""
    return _GRAPHS + edition


def edition(release: Release) -> Edition:
    """The graphs of the TriG export under the names of an edition."""
    (trig,) = BY_NAME["trig"].write(release).values()
    by_graph: dict[str, list[pyoxigraph.Triple]] = {}
    for quad in pyoxigraph.parse(trig, format=pyoxigraph.RdfFormat.TRIG):
        stable = quad.graph_name.value if isinstance(quad.graph_name, pyoxigraph.NamedNode) else ""
        by_graph.setdefault(stable, []).append(quad.triple)
    said_of_them = by_graph.pop("")
    digest = hashlib.sha256()
    for stable in sorted(by_graph):
        digest.update(f"{stable}\n{normal(by_graph[stable]).digest}\n".encode())
    whole = digest.hexdigest()
    title = f"{re.sub(r'[^0-9A-Za-z._]', '-', release.version)}-{whole[:_DIGITS]}"
    names = {stable: f"{iri_of(title)}/{stable.removeprefix(_GRAPHS)}" for stable in by_graph}
    about = [_renamed(triple, names) for triple in said_of_them]
    version_of = pyoxigraph.NamedNode(name("dcterms:isVersionOf"))
    about += [
        pyoxigraph.Triple(pyoxigraph.NamedNode(iri), version_of, pyoxigraph.NamedNode(stable))
        for stable, iri in names.items()
    ]
    about.append(pyoxigraph.Triple(pyoxigraph.NamedNode(iri_of(title)), version_of, pyoxigraph.NamedNode(BASE)))
    graphs = tuple(Graph(names[stable], _sorted(triples)) for stable, triples in sorted(by_graph.items()))
    everything = Graph(iri_of(title), _sorted(triple for triples in by_graph.values() for triple in triples))
    return Edition(
        title, release.version, whole, everything, graphs, Graph(f"{iri_of(title)}/{_ABOUT}", _sorted(about))
    )


def _renamed(triple: pyoxigraph.Triple, names: dict[str, str]) -> pyoxigraph.Triple:
    def new(term: object) -> object:
        if isinstance(term, pyoxigraph.NamedNode) and term.value in names:
            return pyoxigraph.NamedNode(names[term.value])
        return term

    return pyoxigraph.Triple(new(triple.subject), triple.predicate, new(triple.object))  # type: ignore[arg-type]


def _sorted(triples: Iterable[pyoxigraph.Triple]) -> tuple[pyoxigraph.Triple, ...]:
    """The triples in an order that depends on nothing else, with blank nodes named so too."""
    dataset = pyoxigraph.Dataset(pyoxigraph.Quad(*triple) for triple in triples)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return tuple(sorted((quad.triple for quad in dataset), key=str))


def _ntriples(triples: Iterable[pyoxigraph.Triple]) -> bytes:
    return pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.N_TRIPLES) or b""


def _has_blank(triple: pyoxigraph.Triple) -> bool:
    return any(isinstance(term, pyoxigraph.BlankNode) for term in (triple.subject, triple.object))


def _batches(triples: Iterable[pyoxigraph.Triple]) -> Iterator[str]:
    lines: list[str] = []
    size = 0
    for triple in triples:
        line = _ntriples([triple]).decode()
        if lines and (len(lines) == _TRIPLES or size + len(line) > _BYTES):
            yield "".join(lines)
            lines, size = [], 0
        lines.append(line)
        size += len(line)
    if lines:
        yield "".join(lines)
