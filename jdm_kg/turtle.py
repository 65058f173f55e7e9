"""Graphs of rdflib: reading them from Turtle, and writing Turtle in one canonical form.

Reading is strict (pyoxigraph follows the W3C Turtle 1.1 grammar to the letter) and keeps every literal as it is
written; rdflib's own parser accepts bad IRIs and rewrites numbers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph
from rdflib import RDF, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from jdm_kg import facts
from jdm_kg.errors import InputError
from jdm_kg.facts import Facts
from jdm_kg.iris import PREFIXES
from jdm_kg.texts import read_text

Triple = tuple[Node, Node, Node]
_Term = pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal | pyoxigraph.Triple

_RDF = PREFIXES["rdf"]
_XSD_STRING = pyoxigraph.NamedNode(PREFIXES["xsd"] + "string")
_RDF_LANG_STRING = pyoxigraph.NamedNode(_RDF + "langString")
_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")


def new_graph() -> Graph:
    """An empty graph that knows the project's prefixes and no others."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    return graph


def parse(path: Path) -> Graph:
    """Parse a Turtle file strictly, keeping the lexical form of every literal.

    Args:
        path: A UTF-8 file in Turtle 1.1.

    Raises:
        InputError: The file can't be read or is not Turtle; line and column say where it stops making sense.
    """
    graph = new_graph()
    for triple in _parse_text(read_text(path), path):
        graph.add(triple)
    return graph


def _parse_text(text: str, path: Path) -> Iterator[Triple]:
    blank_nodes: dict[str, BNode] = {}
    for quad in facts.quads(text, path):
        yield (
            from_oxigraph(quad.subject, blank_nodes),
            from_oxigraph(quad.predicate, blank_nodes),
            from_oxigraph(quad.object, blank_nodes),
        )


def from_oxigraph(term: _Term, blank_nodes: dict[str, BNode] | None = None) -> Node:
    """The rdflib term that says the same as a pyoxigraph term, with its lexical form kept.

    Args:
        term: A named node, blank node or literal.
        blank_nodes: Gives the same blank node the same new name within one graph.
    """
    if isinstance(term, pyoxigraph.NamedNode):
        return URIRef(term.value)
    if isinstance(term, pyoxigraph.BlankNode):
        return (blank_nodes if blank_nodes is not None else {}).setdefault(term.value, BNode())
    if isinstance(term, pyoxigraph.Triple):
        raise InputError("triple terms (RDF 1.2) are not supported")
    if term.language:
        return Literal(term.value, lang=term.language)
    if term.datatype == _XSD_STRING:
        return Literal(term.value)
    return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)


def from_facts(plain: Iterable[facts.Triple]) -> Graph:
    """The graph of plain triples."""
    graph = new_graph()
    blank_nodes: dict[str, BNode] = {}
    for triple in plain:
        quad = facts.quad_of(triple)
        graph.add(
            (
                from_oxigraph(quad.subject, blank_nodes),
                from_oxigraph(quad.predicate, blank_nodes),
                from_oxigraph(quad.object, blank_nodes),
            )
        )
    return graph


def to_facts(graph: Graph) -> Facts:
    """The plain triples of a graph.

    Raises:
        InputError: An IRI is not one that RDF 1.1 allows.
    """
    return Facts(facts.convert(quads(graph)))


def quads(graph: Iterable[Triple]) -> Iterator[pyoxigraph.Quad]:
    """The triples of a graph as pyoxigraph quads of the default graph, in the order of the graph.

    Raises:
        InputError: An IRI is not one that RDF 1.1 allows.
    """
    for subject, predicate, obj in graph:
        yield pyoxigraph.Quad(_to_oxigraph(subject), _to_oxigraph(predicate), _to_oxigraph(obj))


def _to_oxigraph(term: Node) -> Any:  # noqa: ANN401 - rdflib does not say which terms may stand where in a triple
    if isinstance(term, BNode):
        return pyoxigraph.BlankNode(str(term))
    if isinstance(term, Literal):
        if term.language:
            return pyoxigraph.Literal(str(term), language=term.language)
        if term.datatype:
            return pyoxigraph.Literal(str(term), datatype=pyoxigraph.NamedNode(str(term.datatype)))
        return pyoxigraph.Literal(str(term))
    try:
        return pyoxigraph.NamedNode(str(term))
    except ValueError as error:
        raise InputError(f"<{term}> is not a valid IRI: {error}") from error


def _canonical_quads(graph: Graph) -> list[pyoxigraph.Quad]:
    dataset = pyoxigraph.Dataset(quads(graph))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(dataset, key=str)


def canonical_triples(graph: Graph) -> list[Triple]:
    """The triples of a graph with canonical names for blank nodes, sorted by their N-Triples form.

    Source: RDF Dataset Canonicalization 1.0 (RDFC-1.0, W3C Recommendation).

    Raises:
        InputError: An IRI is not one that RDF 1.1 allows.
    """
    names: dict[str, BNode] = {}

    def convert(term: _Term) -> Node:
        if isinstance(term, pyoxigraph.BlankNode):
            return names.setdefault(term.value, BNode(term.value))
        return from_oxigraph(term)

    return [(convert(q.subject), convert(q.predicate), convert(q.object)) for q in _canonical_quads(graph)]


def to_ntriples(graph: Graph) -> str:
    """A graph as canonical N-Triples: RDFC-1.0 names for blank nodes, lines sorted, one final line feed."""
    triples = (quad.triple for quad in _canonical_quads(graph))
    return bytes(pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.N_TRIPLES) or b"").decode("utf-8")


# Writing -----------------------------------------------------------------------------------------------------------

_LOCAL = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
# The lexical forms that Turtle writes without quotes (Turtle 1.1, section 2.5.2 and 2.5.3).
_SHORT = {
    PREFIXES["xsd"] + "integer": re.compile(r"[+-]?[0-9]+"),
    PREFIXES["xsd"] + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    PREFIXES["xsd"] + "boolean": re.compile(r"true|false"),
}


def to_turtle(graph: Graph, *, title: str = "", sections: Iterable[tuple[str, str]] = ()) -> str:
    """A graph as canonical Turtle 1.1 that a person can read: sorted, one predicate a line, objects sorted.

    Blank nodes that are used once are written in place (`[ … ]`, `( … )`); equal graphs give equal text.

    Args:
        graph: The triples to write.
        title: A comment for the top of the file; may hold several lines.
        sections: Pairs of (start of an IRI, heading): subjects are grouped under the first pair that fits, in this
            order; what fits none comes last.
    """
    prefixes: set[str] = set()
    body = _TurtleWriter(Nesting(canonical_triples(graph)), prefixes).body(list(sections))
    return _text([*_heading(title, prefixes), *body])


def to_trig(
    graphs: Iterable[tuple[str, Iterable[Triple]]], *, title: str = "", sections: Iterable[tuple[str, str]] = ()
) -> str:
    """Graphs with names as canonical TriG 1.1 that a person can read, each as `to_turtle` writes it.

    Args:
        graphs: Pairs of an IRI, or an empty text for the default graph, and triples, in the order in which they are
            written. A blank node in several graphs is the same; its name is kept, so it has to be a canonical one.
        title: As for `to_turtle`.
        sections: As for `to_turtle`, for each graph.
    """
    listed = [(name, list(triples)) for name, triples in graphs]
    blank = [{term for triple in triples for term in triple if isinstance(term, BNode)} for _, triples in listed]
    count = Counter(node for nodes in blank for node in nodes)
    shared = [node for node in count if count[node] > 1]
    prefixes: set[str] = set()
    body: list[str] = []
    for name, triples in listed:
        writer = _TurtleWriter(Nesting(triples, shared), prefixes)
        lines = writer.body(list(sections))
        if name:  # no literal is spread over lines
            inner = "\n".join(lines).strip("\n").split("\n")
            lines = [f"{writer.iri(name)} {{", *(f"    {line}".rstrip(" ") for line in inner), "}", ""]
        body += lines
    return _text([*_heading(title, prefixes), *body])


def _heading(title: str, prefixes: Iterable[str]) -> list[str]:
    comment = [f"# {line}".rstrip() for line in title.splitlines()]
    return [*comment, *([""] if comment else []), *(f"@prefix {p}: <{PREFIXES[p]}> ." for p in sorted(prefixes)), ""]


def _text(lines: list[str]) -> str:
    return "\n".join(lines).rstrip("\n") + "\n"


class Nesting:
    """Which nodes of a graph open a statement, and which blank nodes are written where they are used.

    Args:
        triples: The graph.
        named: Blank nodes that are written by name in any case.

    Attributes:
        properties: For each subject its predicates, each with the objects, in the order of the triples.
        top: The subjects that open a statement: all but the blank nodes that are written where they are used.
    """

    def __init__(self, triples: Iterable[Triple], named: Iterable[BNode] = ()) -> None:
        self.properties: dict[Node, dict[str, list[Node]]] = {}
        self._uses: dict[Node, int] = dict.fromkeys(named, 2)
        for subject, predicate, obj in triples:
            self.properties.setdefault(subject, {}).setdefault(str(predicate), []).append(obj)
            if isinstance(obj, BNode):
                self._uses[obj] = self._uses.get(obj, 0) + 1
        self.top = self._find_top()

    def _find_top(self) -> list[Node]:
        """A blank node that is used once may be used within a circle of its own; one node of each circle opens it."""
        top = [s for s in self.properties if not (isinstance(s, BNode) and self._uses.get(s) == 1)]
        reached = set(top)
        waiting = list(top)
        circles = iter([s for s in self.properties if s not in reached])
        while True:
            while waiting:
                for objects in self.properties[waiting.pop()].values():
                    inner = [obj for obj in objects if obj in self.properties and obj not in reached]
                    reached.update(inner)
                    waiting += inner
            opener = next((subject for subject in circles if subject not in reached), None)
            if opener is None:
                return top
            self._uses[opener] = 2  # so that it is written by name
            reached.add(opener)
            top.append(opener)
            waiting.append(opener)

    def is_unused(self, node: Node) -> bool:
        """Whether a node is a blank one that nothing points to, and so needs no name."""
        return isinstance(node, BNode) and not self._uses.get(node)

    def is_in_place(self, node: Node) -> bool:
        """Whether a node is a blank one that is described where it is used."""
        return isinstance(node, BNode) and self._uses.get(node) == 1 and node in self.properties

    def members(self, node: Node) -> list[Node] | None:
        """The members of a well-formed list whose cells nobody else uses, or None."""
        members = []
        while node != RDF.nil:
            cell = self.properties.get(node, {})
            if set(cell) != {_RDF + "first", _RDF + "rest"} or self._uses.get(node) != 1:
                return None
            if len(cell[_RDF + "first"]) != 1 or len(cell[_RDF + "rest"]) != 1:
                return None
            members.append(cell[_RDF + "first"][0])
            node = cell[_RDF + "rest"][0]
        return members

    def grouped(self, sections: list[tuple[str, str]]) -> Iterator[tuple[str, list[Node]]]:
        """The subjects that open a statement, sorted, under the heading of their section; see `to_turtle`."""
        groups: list[list[Node]] = [[] for _ in range(len(sections) + 1)]
        for subject in self.top:
            iri = subject if isinstance(subject, URIRef) else ""
            fits = (index for index, (start, _) in enumerate(sections) if iri.startswith(start))
            groups[next(fits, -1)].append(subject)
        for (_, heading), subjects in zip([*sections, ("", "Other")], groups, strict=True):
            if subjects:
                yield heading, sorted(subjects, key=order)


class _TurtleWriter:
    def __init__(self, nesting: Nesting, used_prefixes: set[str]) -> None:
        self._nesting = nesting
        self._used_prefixes = used_prefixes

    def body(self, sections: list[tuple[str, str]]) -> list[str]:
        body: list[str] = []
        for heading, subjects in self._nesting.grouped(sections):
            if sections:
                body += [f"# {heading}", ""]
            for subject in subjects:
                body += [self._block(subject), ""]
        return body

    def _block(self, subject: Node) -> str:
        head = "[]" if self._nesting.is_unused(subject) else self._term(subject, "")
        return f"{head}\n" + self._properties(self._nesting.properties[subject], "    ") + " ."

    def _properties(self, properties: dict[str, list[Node]], indent: str) -> str:
        lines = []
        for predicate in sorted(properties, key=lambda p: (p != _RDF + "type", p)):
            verb = "a" if predicate == _RDF + "type" else self.iri(predicate)
            objects = [self._term(obj, indent) for obj in sorted(properties[predicate], key=order)]
            lines.append(f"{indent}{verb} " + ", ".join(objects))
        return " ;\n".join(lines)

    def _term(self, term: Node, indent: str) -> str:
        if isinstance(term, URIRef):
            return self.iri(term)
        if isinstance(term, Literal):
            return self._literal(term)
        if not self._nesting.is_in_place(term):
            return f"_:{term}"
        members = self._nesting.members(term)
        if members is not None:
            return "( " + " ".join(self._term(member, indent) for member in members) + " )"
        return "[\n" + self._properties(self._nesting.properties[term], indent + "    ") + f"\n{indent}]"

    def iri(self, iri: str) -> str:
        fitting = [prefix for prefix, namespace in PREFIXES.items() if iri.startswith(namespace)]
        best = max(fitting, key=lambda prefix: len(PREFIXES[prefix]), default=None)
        if best is not None and _LOCAL.fullmatch(iri[len(PREFIXES[best]) :]):
            self._used_prefixes.add(best)
            return f"{best}:{iri[len(PREFIXES[best]) :]}"
        return str(_to_oxigraph(URIRef(iri)))

    def _literal(self, literal: Literal) -> str:
        short = _SHORT.get(str(literal.datatype))
        if short and short.fullmatch(literal):
            return str(literal)
        quoted = str(pyoxigraph.Literal(str(literal)))
        if literal.language:
            return f"{quoted}@{literal.language}"
        return f"{quoted}^^{self.iri(literal.datatype)}" if literal.datatype else quoted


def order(term: Node) -> tuple[int, str]:
    """What terms are sorted by: IRIs come before literals, and these before blank nodes."""
    kind = 0 if isinstance(term, URIRef) else 1 if isinstance(term, Literal) else 2
    return kind, str(_to_oxigraph(term))
