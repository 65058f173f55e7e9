"""Reading Turtle with places, and writing it canonically."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rdflib import RDF, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from jdm_kg import turtle
from jdm_kg.errors import InputError

EX = "https://example.org/"


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "content.ttl"
    path.write_text(text, encoding="utf-8")
    return path


def test_literals_keep_their_lexical_form(tmp_path: Path) -> None:
    """A decimal written 01.50 is read as 01.50 and written as 01.50."""
    graph = turtle.parse(_file(tmp_path, f"<{EX}a> <{EX}b> 01.50 .\n"))
    assert [str(o) for o in graph.objects()] == ["01.50"]
    assert "01.50" in turtle.to_turtle(graph)


def test_syntax_error_names_line_and_column(tmp_path: Path) -> None:
    """A missing semicolon is reported at its line and column, without a traceback."""
    path = _file(tmp_path, f"<{EX}a>\n    <{EX}b> 1\n    <{EX}c> 2 .\n")
    with pytest.raises(InputError) as caught:
        turtle.parse(path)
    assert (caught.value.path, caught.value.line) == (path, 3)
    assert caught.value.column == 5
    assert str(path) in str(caught.value)


def test_an_iri_that_rdflib_would_accept_is_refused(tmp_path: Path) -> None:
    """A space within an IRI is an error, though rdflib's own parser lets it pass."""
    with pytest.raises(InputError):
        turtle.parse(_file(tmp_path, "<https://example.org/a b> a <https://example.org/C> .\n"))


def test_bytes_that_are_not_utf8_are_placed(tmp_path: Path) -> None:
    """A Latin-1 byte is reported at its line and column."""
    path = tmp_path / "content.ttl"
    path.write_bytes(b"# fine\n# na\xefve\n")
    with pytest.raises(InputError) as caught:
        turtle.parse(path)
    assert (caught.value.line, caught.value.column) == (2, 5)


def test_deep_nesting_is_refused_at_once(tmp_path: Path) -> None:
    """Ten thousand brackets are refused with a place instead of exhausting the stack."""
    with pytest.raises(InputError, match="nested more than 64 deep") as caught:
        turtle.parse(_file(tmp_path, f"<{EX}a> <{EX}b>\n" + "[ " * 10_000 + "] " * 10_000 + ".\n"))
    assert caught.value.line == 2


def test_a_file_of_more_than_ten_megabytes_is_refused(tmp_path: Path) -> None:
    """A file that no curator wrote is refused before it is parsed."""
    path = tmp_path / "content.ttl"
    path.write_bytes(b"#" * 10_000_001)
    with pytest.raises(InputError, match="larger than 2 MB"):
        turtle.parse(path)


@pytest.mark.parametrize("kind", ["missing", "folder"])
def test_what_is_no_file_is_refused(tmp_path: Path, kind: str) -> None:
    """A path that does not exist, or is a folder, is an input error."""
    with pytest.raises(InputError):
        turtle.parse(tmp_path if kind == "folder" else tmp_path / "absent.ttl")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_random_bytes_never_give_anything_but_an_input_error(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    """Whatever is in a file, reading it gives a graph or an InputError."""
    path = tmp_path_factory.mktemp("fuzz") / "content.ttl"
    path.write_bytes(raw)
    try:
        turtle.parse(path)
    except InputError:
        return


def test_turtle_is_written_in_place_where_blank_nodes_allow_it() -> None:
    """Lists and blank nodes that are used once are written in place; one that is used twice gets a name."""
    graph = Graph()
    shared, single = BNode(), BNode()
    graph.add((URIRef(EX + "a"), URIRef(EX + "p"), shared))
    graph.add((URIRef(EX + "b"), URIRef(EX + "p"), shared))
    graph.add((shared, RDF.value, Literal("shared")))
    graph.add((URIRef(EX + "a"), URIRef(EX + "q"), single))
    graph.add((single, RDF.value, Literal("single")))
    text = turtle.to_turtle(graph)
    assert "_:c14n" in text
    assert '[\n        rdf:value "single"\n    ]' in text


_ESCAPES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)
_IRIS = st.from_regex(r"https://example\.org/[a-zA-Z0-9_./~%-]{0,12}", fullmatch=True).map(
    lambda iri: iri.replace("%", "")
)
_OWN = st.from_regex(r"https://w3id\.org/jdm-kg/(id|claim)/[a-z0-9.-]{0,8}", fullmatch=True)
_LITERALS: st.SearchStrategy[Literal] = st.one_of(
    _ESCAPES.map(Literal),
    st.tuples(_ESCAPES, st.sampled_from(["en", "en-gb", "de"])).map(lambda pair: Literal(pair[0], lang=pair[1])),
    st.sampled_from(["1", "01", "+1", "-0"]).map(lambda s: Literal(s, datatype=XSD.integer, normalize=False)),
    st.sampled_from(["1.0", ".5", "01.50", "1."]).map(lambda s: Literal(s, datatype=XSD.decimal, normalize=False)),
    st.sampled_from(["true", "1"]).map(lambda s: Literal(s, datatype=XSD.boolean, normalize=False)),
    st.sampled_from(["2025-03"]).map(lambda s: Literal(s, datatype=XSD.gYearMonth, normalize=False)),
)
_NODES: st.SearchStrategy[Node] = st.one_of(
    _IRIS.map(URIRef), _OWN.map(URIRef), st.sampled_from(["b1", "b2", "b3"]).map(BNode)
)
_TRIPLES = st.tuples(_NODES, st.one_of(_IRIS, _OWN).map(URIRef), st.one_of(_NODES, _LITERALS))


def canonical(text: str, fmt: pyoxigraph.RdfFormat) -> set[str]:
    """The triples of a text as pyoxigraph reads them, canonical."""
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(text.encode("utf-8"), format=fmt))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


@settings(max_examples=300, deadline=None)
@given(st.lists(_TRIPLES, max_size=12))
@example([(BNode("b1"), RDF.value, BNode("b1"))])  # a circle that nothing else points to was once lost
def test_turtle_and_ntriples_hold_the_same_triples(triples: list[tuple[Node, Node, Node]]) -> None:
    """Any graph is written as Turtle and N-Triples that a strict parser reads back as the same triples."""
    graph = turtle.new_graph()
    for triple in triples:
        graph.add(triple)
    written = turtle.to_turtle(graph, title="two\nlines", sections=[("https://w3id.org/jdm-kg/id/", "things")])
    assert canonical(written, pyoxigraph.RdfFormat.TURTLE) == canonical(
        turtle.to_ntriples(graph), pyoxigraph.RdfFormat.N_TRIPLES
    )


@settings(max_examples=100, deadline=None)
@given(st.lists(_TRIPLES, max_size=8))
def test_equal_graphs_give_equal_bytes(triples: list[tuple[Node, Node, Node]]) -> None:
    """The order of insertion and the names of blank nodes leave no trace in what is written."""
    one, other = Graph(), Graph()
    names: dict[Node, Node] = {}

    def renamed(term: Node) -> Node:
        return names.setdefault(term, BNode()) if isinstance(term, BNode) else term

    for s, p, o in triples:
        one.add((s, p, o))
    for s, p, o in reversed(triples):
        other.add((renamed(s), p, renamed(o)))
    assert turtle.to_turtle(one) == turtle.to_turtle(other)
    assert turtle.to_ntriples(one) == turtle.to_ntriples(other)
