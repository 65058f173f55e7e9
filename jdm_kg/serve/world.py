"""The data of a server, as the process holds it that is copied for every answer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph

from jdm_kg import store
from jdm_kg.facts import Facts, Literal
from jdm_kg.iris import BASE, PREFIXES, is_own, name
from jdm_kg.knowledge import Knowledge
from jdm_kg.serve import pages

if TYPE_CHECKING:
    from collections.abc import Sequence


class World:
    """The data, and what is known of it before anything is asked.

    Args:
        data: The triples: the default graph and, if there are any, named graphs.
        digest: Stands for the content: equal only for equal triples.
        exported: The description of the dataset and its files, as far as there is one.
        prefixes: Those that queries need not declare, each with its namespace.

    Attributes:
        store: The triples.
        prefixes: As above.
        digest: As above.
        graphs: IRIs of the named graphs.
        nodes: IRIs in the namespace of the project of which something is said.
        version: Of this package; a new one may tell the same data in another way.
    """

    def __init__(
        self,
        data: pyoxigraph.Store,
        digest: str,
        exported: Sequence[pyoxigraph.Triple] = (),
        prefixes: Mapping[str, str] = PREFIXES,
    ) -> None:
        self.store = data
        self.prefixes = prefixes
        self.knowledge = Knowledge(data)
        self.exported = tuple(exported)
        self.version = _version()
        self.graphs = frozenset(str(graph.value) for graph in data.named_graphs())
        self.digest = digest
        self.nodes = frozenset(node for node in self.facts.nodes if is_own(node))
        self._today = ""

    @property
    def facts(self) -> Facts:
        """The default graph."""
        return self.knowledge.facts

    @property
    def title(self) -> str:
        """What the data is called."""
        titles = [
            value.text
            for value in self.facts.objects(BASE + "vocab/", name("dcterms:title"))
            if isinstance(value, Literal)
        ]
        return min(titles, default="SPARQL endpoint")

    @property
    def today(self) -> str:
        """The day in UTC: pages tell on which day a review is overdue."""
        return datetime.now(UTC).date().isoformat()

    def knows(self, iri: str) -> bool:
        """Whether there is a document about something."""
        return iri in self.nodes or iri in self.graphs or iri in self.older

    @cached_property
    def older(self) -> dict[str, str]:
        """IRIs that stand for one version of something, with that of the thing itself."""
        index = self.facts.inverse(name("owl:versionIRI"))
        return {str(made): nodes[0] for made, nodes in index.items()}

    def objects(self, node: str, predicate: str) -> list[str]:
        """The IRIs that a node has as values of a property."""
        return self.facts.resources(node, predicate)

    def about(self, iri: str) -> list[pyoxigraph.Triple]:
        """The triples of a named graph; or those of a node, with their blank nodes, and those that name it."""
        iri = self.older.get(iri, iri)
        node = pyoxigraph.NamedNode(iri)
        graph = BASE + "graph/schema" if iri == PREFIXES["vocab"] else iri
        if graph in self.graphs:
            return [quad.triple for quad in self.store.quads_for_pattern(None, None, None, pyoxigraph.NamedNode(graph))]
        default = pyoxigraph.DefaultGraph()
        found = dict.fromkeys(self._of(node))
        found.update(dict.fromkeys(quad.triple for quad in self.store.quads_for_pattern(None, None, node, default)))
        return list(found)

    def _of(self, node: pyoxigraph.NamedNode | pyoxigraph.BlankNode) -> Iterator[pyoxigraph.Triple]:
        waiting, seen = [node], {node}
        while waiting:
            for quad in self.store.quads_for_pattern(waiting.pop(), None, None, pyoxigraph.DefaultGraph()):
                yield quad.triple
                if isinstance(quad.object, pyoxigraph.BlankNode) and quad.object not in seen:
                    seen.add(quad.object)
                    waiting.append(quad.object)

    def prepare(self) -> None:
        """Do beforehand what every answer needs, so that no copy of this process must; again when the day changes."""
        if self._today != self.today:
            self._today = self.today
            self.page("front")
            self.page("editor")
            self.completions()
            self.answer("ASK {}", error="none")
            for kind in sorted({node.removeprefix(BASE).partition("/")[0] for node in self.nodes}):
                self.thing_html(min(node for node in self.nodes if node.startswith(BASE + kind)))

    # --- Pages ---

    def page(self, which: str, text: str = "", question: str = "") -> bytes:
        """A page that tells of no thing.

        Args:
            which: "front" or "editor".
            text: What is looked for, on the front page; the query that the editor begins with.
            question: The name of the question that the editor begins with.
        """
        if which == "editor":
            return pages.editor_html(self.knowledge, text, question).encode()
        return pages.front_html(self.knowledge, text).encode()

    def answer(self, query: str, *, results: bytes = b"", text: str = "", error: str = "") -> bytes:
        """The page that shows the answer to a query: rows as JSON, triples as text, or what is wrong."""
        return pages.answer_html(self.knowledge, query, results=results, text=text, error=error).encode()

    def docs(self, openapi: Mapping[str, object]) -> bytes:
        """The page that tells what programs can ask for."""
        return pages.openapi_html(self.knowledge, openapi).encode()

    def completions(self) -> bytes:
        """The words that the editor completes, as JSON."""
        return pages.completions(self.knowledge)

    def has_page(self, iri: str) -> bool:
        """Whether there is a page about something that is known: graphs, and what stands for a version, have none."""
        return iri in self.nodes

    def thing_html(self, iri: str) -> bytes | None:
        """The page of a thing, or None where there is none."""
        page = pages.thing_html(self.knowledge, iri)
        return None if page is None else page.encode()

    def thing_jsonld(self, iri: str) -> bytes | None:
        """What is known of a thing, or None."""
        return pages.thing_jsonld(self.knowledge, iri)


def load(root: Path | None, dataset: Path | None, exported: Path | None) -> World:
    """Load the data.

    Args:
        root: The folder with `ontology/`, of which the full graph is served; None for that of the package.
        dataset: A file to serve instead.
        exported: The folder of exports, for the description of the dataset.

    Raises:
        InputError: Something can't be read.
    """
    if dataset is not None:
        loaded = store.read_file(str(dataset))
        # Blank nodes of a file that somebody else wrote can be such that to tell graphs apart takes for ever.
        digest = hashlib.sha256(dataset.read_bytes()).hexdigest()
        return World(loaded.store, digest, prefixes={**PREFIXES, **loaded.prefixes})
    data = store.in_memory(None if root is None else str(root))
    file = exported / "void.ttl" if exported else None
    described = list(pyoxigraph.parse(path=str(file))) if file and file.is_file() else []
    return World(data, _digest(data), [quad.triple for quad in described])


def _digest(data: Iterable[pyoxigraph.Quad]) -> str:
    """Equal for equal triples, however their blank nodes are called."""
    dataset = pyoxigraph.Dataset(data)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    digest = hashlib.sha256()
    for line in sorted(str(quad) for quad in dataset):
        digest.update(line.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _version() -> str:
    try:
        return version("jdm-kg")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "0"
