"""Answers in formats: what each can carry, the same bytes each time, and nothing in them that commands anybody."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib.compare import isomorphic
from rdflib.query import Result

from jdm_kg import results, sparql, store
from jdm_kg.errors import InputError
from jdm_kg.iris import PREFIXES

DATA = """
@prefix id: <https://w3id.org/jdm-kg/id/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
id:pain skos:prefLabel "pain"@en, "Schmerz"@de ; skos:note "a, \\"b\\"\\n\\tc", 1.5, true ;
    skos:related [ skos:note "x" ] .
id:hurt skos:broader id:pain ; skos:related [ skos:note "y" ], [ skos:related [ skos:note "x" ] ] .
"""
ASK = "ASK { ?s ?p ?o }"
GRAPH = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"
ROWS = "SELECT ?s ?p ?o { ?s ?p ?o OPTIONAL { ?o skos:nothing ?unbound } } ORDER BY ?p ?o"
KINDS = {"rows": ROWS, "truth": ASK, "graph": GRAPH}


def data(text: str = DATA) -> pyoxigraph.Store:
    """A store with some Turtle in it."""
    made = pyoxigraph.Store()
    made.load(text.encode(), format=pyoxigraph.RdfFormat.TURTLE)
    return made


def answer(query: str, text: str = DATA) -> object:
    """The answer to a query."""
    return store.evaluate(data(text), sparql.read(query))


def lines(
    query: str, fmt: str = "table", *, width: int | None = None, names: dict[str, str] | None = None
) -> list[str]:
    """The lines of an answer in a format for people."""
    written = results.write(answer(query), fmt, width=width, labels=None if names is None else lambda _: names)
    assert written.endswith(b"\n")
    return written.decode("utf-8").split("\n")[:-1]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fmt", results.FORMATS)
def test_each_format_carries_an_answer_or_says_which_does(fmt: str, kind: str) -> None:
    """A format writes the kinds of answer that it can carry, and names others for those that it can't."""
    if kind in results.FORMATS[fmt].carries:
        assert results.write(answer(KINDS[kind]), fmt).endswith(b"\n")
        return
    with pytest.raises(InputError, match=f"{fmt} can't carry") as caught:
        results.write(answer(KINDS[kind]), fmt)
    able = re.findall(r"\w+", (caught.value.hint or "").removeprefix("Choose one of"))
    assert able == [one.name for one in results.FORMATS.values() if kind in one.carries]
    assert able


@pytest.mark.parametrize("fmt", [one.name for one in results.FORMATS.values() if "graph" in one.carries])
@pytest.mark.parametrize(
    "query", [GRAPH, "DESCRIBE id:hurt", "CONSTRUCT { ?s skos:note [ skos:note ?o ] } { ?s ?p ?o }"]
)
def test_a_graph_has_the_same_bytes_each_time(fmt: str, query: str) -> None:
    """Blank nodes are named anew each time they are read or made, and yet the bytes are the same."""
    assert results.write(answer(query), fmt) == results.write(answer(query), fmt)


def test_bytes_do_not_depend_on_the_process() -> None:
    """Another process, with another seed for its hashes, writes the same."""
    code = (
        "import sys; from tests import test_results as t;"
        "sys.stdout.buffer.write(t.results.write(t.answer(t.GRAPH), 'ttl'))"
    )
    done = [
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            cwd=Path(__file__).parent.parent,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]
    assert done[0] == done[1] == results.write(answer(GRAPH), "ttl")


def test_blank_nodes_made_to_look_alike_hold_nothing_up() -> None:
    """A web of blank nodes that can't be told apart is written with whatever names they have."""
    web = "".join(f"_:a{one} <urn:p> _:a{other} . " for one in range(12) for other in range(12) if one != other)
    written = results.write(answer(GRAPH, web), "nt")
    assert written.count(b"\n") == 12 * 11


@pytest.mark.parametrize("fmt", ["json", "xml", "csv", "tsv"])
def test_rows_are_read_back(fmt: str) -> None:
    """The formats for programs are read by the engine and by rdflib, and mean what the answer meant."""
    query = "SELECT ?s ?p ?o ?u { ?s ?p ?o FILTER(!isBLANK(?s) && !isBLANK(?o)) OPTIONAL { ?s skos:nothing ?u } }"
    expected = {tuple(str(term) for term in row) for row in answer(query)}  # type: ignore[attr-defined]  # rows
    raw = results.write(answer(query), fmt)
    names = {"csv": None, "json": pyoxigraph.QueryResultsFormat.JSON, "xml": pyoxigraph.QueryResultsFormat.XML}
    if fmt != "csv":  # which does not tell an IRI from a text
        read = pyoxigraph.parse_query_results(raw, format=names.get(fmt) or pyoxigraph.QueryResultsFormat.TSV)
        assert isinstance(read, pyoxigraph.QuerySolutions)
        assert {tuple(str(term) for term in row) for row in read} == expected
    other = Result.parse(io.BytesIO(raw), format=fmt)
    assert [str(one) for one in other.vars or []] == ["s", "p", "o", "u"]
    values = {tuple("" if term is None else str(term) for term in row) for row in other}  # type: ignore[union-attr]  # rows
    mine = {
        tuple("" if term is None else term.value for term in row)
        for row in answer(query)  # type: ignore[attr-defined]  # rows
    }
    assert {row[:2] for row in values} == {row[:2] for row in mine}
    assert len(values) == len(mine)


@pytest.mark.parametrize("fmt", ["json", "xml"])
@pytest.mark.parametrize(("query", "expected"), [(ASK, True), ("ASK { id:nothing ?p ?o }", False)])
def test_truth_is_read_back(fmt: str, query: str, expected: bool) -> None:
    """Yes and no are read back as such."""
    raw = results.write(answer(query), fmt)
    form = {"json": pyoxigraph.QueryResultsFormat.JSON, "xml": pyoxigraph.QueryResultsFormat.XML}[fmt]
    assert bool(pyoxigraph.parse_query_results(raw, format=form)) is expected
    assert Result.parse(io.BytesIO(raw), format=fmt).askAnswer is expected


@pytest.mark.parametrize(("fmt", "other"), [("ttl", "turtle"), ("nt", "nt"), ("jsonld", "json-ld")])
def test_graphs_are_read_back(fmt: str, other: str) -> None:
    """The formats of graphs are read by rdflib, and hold the same triples."""
    read = rdflib.Graph().parse(data=results.write(answer(GRAPH), fmt), format=other)
    expected = rdflib.Graph().parse(data=DATA, format="turtle")
    if fmt == "jsonld":  # rdflib's reader turns decimals into doubles
        assert len(read) == len(expected)
    else:
        assert isomorphic(read, expected)


def test_turtle_uses_the_prefixes_of_the_project() -> None:
    """Names are short, and only the prefixes that are used are declared."""
    written = results.write(answer("CONSTRUCT { id:hurt ?p id:pain } { ?s ?p id:pain }"), "ttl").decode()
    assert "id:hurt skos:broader id:pain" in written
    assert sorted(re.findall(r"@prefix (\w+):", written)) == ["id", "skos"]


def test_an_empty_graph_is_an_empty_document() -> None:
    """No triple is no error."""
    for fmt in ("ttl", "nt", "jsonld", "table", "md"):
        written = results.write(answer("CONSTRUCT { ?s ?p ?o } { ?s skos:nothing ?o . ?s ?p ?o }"), fmt)
        if fmt == "jsonld":
            assert json.loads(written) in ([], {})
        elif fmt in {"ttl", "nt"}:
            assert written == b""
        else:
            assert written.count(b"\n") == 2


def test_the_order_of_columns_is_that_of_the_query() -> None:
    """Columns come as SELECT lists them, one without any value too."""
    assert lines("SELECT ?z ?a ?none { BIND(1 AS ?z) BIND(2 AS ?a) }") == ["z  a  none", "-  -  ----", "1  2"]
    assert lines("SELECT * { }") == [""]


@pytest.mark.parametrize(("query", "expected"), [(ASK, "yes"), ("ASK { id:nothing ?p ?o }", "no")])
@pytest.mark.parametrize("fmt", ["table", "md"])
def test_truth_for_people(query: str, expected: str, fmt: str) -> None:
    """To a person, the answer to an ASK is yes or no."""
    assert lines(query, fmt) == [expected]


def test_labels_stand_beside_iris() -> None:
    """A short IRI and its name; where there is none, the IRI alone; without look-up none at all."""
    query = "SELECT ?x { VALUES ?x { id:pain id:hurt <urn:x> 'id:pain' 'Schmerz'@de 'colour'@en-GB } }"
    names = {PREFIXES["id"] + "pain": "pain"}
    assert lines(query, names=names)[2:] == ["id:pain (pain)", "id:hurt", "<urn:x>", "id:pain", "Schmerz @de", "colour"]
    assert lines(query)[2:4] == ["id:pain", "id:hurt"]


def test_only_iris_are_looked_up_and_each_once() -> None:
    """The look-up gets the IRIs of the rows."""
    asked: list[str] = []

    def look_up(iris: object) -> dict[str, str]:
        asked.extend(iris)  # type: ignore[arg-type]  # they can be gone through
        return {}

    results.write(answer("SELECT * { VALUES (?x ?y) { (id:a 'b') (id:a 1) (id:a <urn:c>) } }"), "table", labels=look_up)
    assert asked == [PREFIXES["id"] + "a", "urn:c"]


def test_narrow_tables_wrap() -> None:
    """The widest column gives way, words stay whole where they can, and a long one is broken."""
    query = f"SELECT * {{ VALUES (?a ?b) {{ ('x' 'some words that are long {'y' * 15}') ('z' 'short') }} }}"
    table = lines(query, width=16)
    assert max(map(len, table)) <= 16
    assert table == [
        "a  b",
        "-  -------------",
        "x  some words",
        "   that are long",
        "   yyyyyyyyyyyyy",
        "   yy",
        "z  short",
    ]


def test_many_columns_do_not_fit_and_are_shown_all_the_same() -> None:
    """Below eight characters no column shrinks."""
    table = lines("SELECT * { VALUES (?a ?b ?c) { ('aaaaaaaaaaaa' 'bbbbbbbbbbbb' 'cccc') } }", width=5)
    assert table[1] == "--------  --------  ----"


@pytest.mark.parametrize(
    ("value", "width"), [("abc", 3), ("e\u0301te\u0301", 3), ("日本", 4), ("한", 2), ("\uff21", 2), ("a\u0308日", 3)]
)
def test_columns_are_as_wide_as_a_terminal_shows_them(value: str, width: int) -> None:
    """A combining character takes no column, a wide one takes two; the next column begins at the same place."""
    table = lines(f"SELECT * {{ VALUES (?x ?y) {{ ('{value}' '|') ('......' '|') }} }}")
    assert table[2] == value + " " * (6 - width) + "  |"
    assert table[3] == "......  |"


def test_wide_characters_wrap_by_their_width() -> None:
    """No line is wider than it may be, and nothing is lost."""
    text = "日本語の文章" * 4 + " e\u0301" * 20
    table = lines(f"SELECT ?x {{ VALUES ?x {{ '{text}' }} }}", width=11)
    assert all(results._width(line) <= 11 for line in table)
    assert "".join(table[2:]).replace(" ", "") == text.replace(" ", "")
    assert not any(line.startswith("\u0301") for line in table)


HIDDEN = "\x00\x07\x1b\x7f\x85\x9b\xad\u061c\u180e"
HIDDEN += "\u200b\u200e\u200f\u2028\u2029\u202a\u202e\u2060\u2066\u2069\ufeff\U000e0041"


@pytest.mark.parametrize("fmt", ["table", "md"])
def test_what_is_hidden_or_commands_is_made_visible(fmt: str) -> None:
    """No control character, and nothing that turns the order of text, reaches a terminal; not in a label either."""
    for sign in HIDDEN:
        made = pyoxigraph.Store()
        made.add(
            pyoxigraph.Quad(
                pyoxigraph.NamedNode("https://example.org/a"),
                pyoxigraph.NamedNode("urn:p"),
                pyoxigraph.Literal(f"a{sign}b"),
            )
        )
        found = store.evaluate(made, sparql.read("SELECT ?s ?o { ?s ?p ?o }"))
        written = results.write(found, fmt, labels=lambda iris: dict.fromkeys(iris, f"c{sign}d")).decode("utf-8")  # noqa: B023 - it is called at once
        assert sign not in written
        shown = f"\\u{ord(sign):04x}"
        assert written.count(shown.replace("\\", "\\\\") if fmt == "md" else shown) == 2


def test_breaks_of_lines_are_spaces() -> None:
    """A row stays one line."""
    assert lines("SELECT ?x { VALUES ?x { 'a\\r\\n\\tb' } }")[2:] == ["a   b"]


@pytest.mark.parametrize(
    "text", ["a|b", "*a*", "_a_", "`a`", "[a](http://b)", "<b>a</b>", "&lt;", "a\\", "\\|", "~a~", "![a](b)"]
)
def test_markdown_has_no_mark_up_from_data(text: str) -> None:
    """A sign of Markdown in a text or a label is shown as it is."""
    literal = text.replace("\\", "\\\\")
    names = {"https://w3id.org/jdm-kg/id/a": text}
    row = lines(f"SELECT * {{ VALUES (?x ?y) {{ (id:a '{literal}') }} }}", "md", names=names)[2]
    assert not re.search(r"(?<!\\)(?:\\\\)*[*_`~]", row.replace("(<https://w3id.org/jdm-kg/id/a>)", ""))
    assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) == 3
    assert "<b>" not in row
    quoted = re.sub(r"([\\|`*_\[\]~])", r"\\\1", text).replace("&", "&amp;").replace("<", "&lt;")
    assert row == f"| [{quoted}](<https://w3id.org/jdm-kg/id/a>) | {quoted} |"


@pytest.mark.parametrize(
    "iri", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "urn:x", "JAVASCRIPT:x"]
)
def test_markdown_links_to_web_addresses_only(iri: str) -> None:
    """Any other IRI is text."""
    (row,) = lines(f"SELECT ?x {{ VALUES ?x {{ <{iri}> }} }}", "md", names={iri: "click here"})[2:]
    assert "](" not in row


def test_addresses_in_markdown_end_where_they_end() -> None:
    """What an endpoint calls an IRI can hold anything; in a link it is escaped."""
    raw = {
        "head": {"vars": ["x"]},
        "results": {"bindings": [{"x": {"type": "uri", "value": "https://a/\u202e\u200b"}}]},
    }
    found = pyoxigraph.parse_query_results(json.dumps(raw), format=pyoxigraph.QueryResultsFormat.JSON)
    row = results.write(found, "md").decode("utf-8").split("\n")[2]
    assert "(<https://a/%E2%80%AE%E2%80%8B>)" in row
    assert results._address("https://a/> | <b") == "https://a/%3E%20%7C%20%3Cb"


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1, max_size=4), st.integers(min_value=20, max_value=60))
def test_any_text_fits_into_a_table(rows: list[tuple[str, str]], width: int) -> None:
    """Whatever the texts, a table has its width, each row its lines, and Markdown one line for each row."""
    made = [[pyoxigraph.Literal(one), pyoxigraph.Literal(other)] for one, other in rows if "\ud800" not in one + other]
    shown = results._table(["a", "b"], made, results.FORMATS["table"], None, width).decode("utf-8").split("\n")
    assert all(results._width(line) <= width for line in shown)
    assert all(line == line.rstrip(" ") for line in shown)
    marked = results._table(["a", "b"], made, results.FORMATS["md"], None, None).decode("utf-8").split("\n")
    assert len(marked) == len(made) + 3
