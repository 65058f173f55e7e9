"""The named questions: each gives the rows that were read from the documents, and each is fit to be asked elsewhere."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest
import rdflib

from jdm_kg import questions, sparql, store
from jdm_kg.errors import InputError
from jdm_kg.grammar import fault
from jdm_kg.iris import PREFIXES
from tests.asking import FOLDER, comparable, expected, plain
from tests.content import ROOT

ALL = questions.catalogue()


@pytest.fixture(scope="module")
def graph() -> pyoxigraph.Store:
    """The full graph as exported."""
    found = pyoxigraph.Store()
    found.bulk_load(path=str(ROOT / "exports" / "jdm-kg.nt"), format=pyoxigraph.RdfFormat.N_TRIPLES)
    return found


def test_there_are_enough_questions_of_each_level() -> None:
    """There are at least sixty questions, each with a file of expected rows, and a dozen of each level."""
    assert len(ALL) >= 60
    assert {path.stem for path in FOLDER.glob("*.csv")} == set(ALL)
    for level in questions.LEVELS:
        assert sum(one.level == level for one in ALL.values()) >= 12, level


@pytest.mark.parametrize("name", ALL)
def test_a_question_gives_the_expected_rows(name: str, graph: pyoxigraph.Store) -> None:
    """A question gives the rows that its file of expected rows lists, in that order."""
    wanted = expected(ALL[name])
    answer = store.evaluate(graph, questions.bind(ALL[name], wanted.given))
    assert isinstance(answer, pyoxigraph.QuerySolutions)
    assert tuple(one.value for one in answer.variables) == wanted.names
    found = [tuple(comparable(plain(row[variable])) for variable in wanted.names) for row in answer]
    assert found == [tuple(map(comparable, row)) for row in wanted.rows]


@pytest.mark.parametrize("name", ALL)
def test_a_question_is_empty_only_on_purpose(name: str) -> None:
    """A question without expected rows says why; one that says why has none, or has them with other values only."""
    wanted = expected(ALL[name])
    assert wanted.rows or ALL[name].empty
    assert not (wanted.rows and ALL[name].empty) or wanted.given


@pytest.mark.parametrize("name", ALL)
def test_a_question_is_written_as_it_should_be(name: str, graph: pyoxigraph.Store) -> None:
    """A question names nothing that the graph does not have, uses its parameters, and gives its rows an order."""
    one = ALL[name]
    query = sparql.read(one.text, one.path)
    assert query.form == "SELECT"
    assert fault([token[:2] for token in query.tokens]) is None
    assert sorted(sparql.parameters(query)) == sorted(parameter.name for parameter in one.parameters)
    words = [token.text.upper() for token in query.tokens if token.kind == "word"]
    assert "ORDER" in words
    assert not {"GRAPH", "FROM", "PREFIX"} & set(words)
    assert "?" in one.question
    unknown = store.unknown_names(graph, questions.bind(one, {}))
    # Asking for what nobody has yet is the point of a question that says why it may be empty.
    assert unknown == [] or (one.empty and not any(each.certain for each in unknown))


@pytest.mark.parametrize("name", ALL)
def test_no_denied_statement_passes_for_a_fact(name: str) -> None:
    """A question that shows what claims say, names their polarity: to filter by it or to show it."""
    text = ALL[name].text
    if "vocab:statement" in text:
        assert "vocab:polarity" in text or "vocab:affirmed" in text or "vocab:denied" in text


def test_titles_are_unique_and_short() -> None:
    """No two questions have the same title, and a title fits on a tab."""
    titles = [one.title for one in ALL.values()]
    assert len(set(titles)) == len(titles)
    assert max(map(len, titles)) <= 80


@pytest.mark.parametrize(
    ("kind", "value", "wanted"),
    [
        ("thing", "dysphagia", f"<{PREFIXES['id']}dysphagia>"),
        ("thing", "claim:wp-001-01", f"<{PREFIXES['claim']}wp-001-01>"),
        ("thing", "https://example.org/a#b", "<https://example.org/a#b>"),
        ("thing", "<https://example.org/a>", "<https://example.org/a>"),
        ("date", "2027-01-31", f'"2027-01-31"^^<{PREFIXES["xsd"]}date>'),
        ("number", "-2.50", "-2.50"),
        ("text", 'a "b"\\\n$c', '"a \\"b\\"\\\\\\n$c"'),
        ("", "2027-01-31", f'"2027-01-31"^^<{PREFIXES["xsd"]}date>'),
        ("", "12", "12"),
        ("", "id:dysphagia", f"<{PREFIXES['id']}dysphagia>"),
        ("", "note: this", '"note: this"'),
    ],
)
def test_what_people_write_becomes_a_term(kind: str, value: str, wanted: str) -> None:
    """A value of each kind becomes the term of SPARQL that is meant."""
    assert questions.term(kind, value) == wanted


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("thing", "two words"),
        ("thing", "javascript:alert(1)"),
        ("thing", "id:a> ?s ?p <b"),
        ("thing", ""),
        ("date", "2027-02-30"),
        ("date", "20270131"),
        ("date", "soon"),
        ("number", "twelve"),
        ("number", "1e5"),
    ],
)
def test_what_is_not_of_the_kind_is_refused(kind: str, value: str) -> None:
    """A value that is not of its kind is refused in words; none can smuggle in a piece of a query."""
    with pytest.raises(InputError, match="that weight could be"):
        questions.term(kind, value, "weight")


def test_an_unknown_question_is_refused_with_a_suggestion() -> None:
    """A name that is misspelt is refused, and the one that was meant is named."""
    name = next(iter(ALL))
    with pytest.raises(InputError, match="there is no question") as caught:
        questions.get(name[:-1] + "zz")
    assert name in (caught.value.hint or "")


def test_unknown_and_missing_parameters_are_refused(tmp_path: Path) -> None:
    """A parameter that the question lacks is refused, and so is the lack of one that has no default."""
    path = tmp_path / "made-up.rq"
    path.write_text(
        "# title: A\n# question: A?\n# keywords: a\n# level: easy\n# param: x (text); a text\n"
        "SELECT ?s { ?s ?p $x } ORDER BY ?s\n",
        encoding="utf-8",
    )
    one = questions._read(path)
    with pytest.raises(InputError, match="needs --x") as caught:
        questions.bind(one, {})
    assert "a text" in str(caught.value)
    with pytest.raises(InputError, match="has no parameter 'y'"):
        questions.bind(one, {"x": "1", "y": "2"})
    assert questions.bind(one, {"x": "1"}).text.endswith('?p "1" } ORDER BY ?s\n')


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("# level: easy", "# level: hard", 1),
        ("# level: easy\n", "", 1),
        ("# title: A", "# titel: A", 1),
        ("# keywords: a", "# keywords: a\n# keywords: b", 4),
        ("x (text); a text", "x: a text", 5),
        ("x (text); a text", "x (colour); a text", 5),
    ],
)
def test_a_faulty_header_is_refused_at_its_line(tmp_path: Path, old: str, new: str, line: int) -> None:
    """A header that lacks something, or has what no header has, is an input error at its line."""
    path = tmp_path / "made-up.rq"
    text = (
        "# title: A\n# question: A?\n# keywords: a\n# level: easy\n# param: x (text); a text\nSELECT * { ?s ?p $x }\n"
    )
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        questions._read(path)
    assert (caught.value.path, caught.value.line) == (path, line)


def test_a_question_that_is_spoken_of_goes_by_its_title() -> None:
    """Where a question points to another one, readers who know no names are given its title."""
    other = ALL["what-is"]
    pointing = other._replace(question="What else? (More of it is in what-is and in well-known places.)")
    assert questions.spoken(pointing) == f"What else? (More of it is in “{other.title}” and in well-known places.)"
    for one in ALL.values():
        assert not any(f" {name}." in questions.spoken(one) for name in ALL if "-" in name), one.name


def test_questions_are_found_by_their_words() -> None:
    """A search finds the questions in which all words stand, whatever their case, and all without a word."""
    assert questions.search("") == list(ALL.values())
    found = {one.name for one in questions.search("STEROIDS safety")}
    assert found
    assert found < set(ALL)
    assert all(
        "steroid" in " ".join(ALL[name]._replace(path=Path()).text).replace(" ", "").casefold() for name in found
    )


def test_examples_are_read_by_the_queries_of_the_sparql_editor() -> None:
    """Each question is an example with its comment and a query that stands for itself, for rdflib and Oxigraph."""
    turtle = questions.as_examples(ALL.values(), "https://example.org/sparql")
    graph = rdflib.Graph().parse(data=turtle, format="turtle")
    other = pyoxigraph.Store()
    other.load(turtle, format=pyoxigraph.RdfFormat.TURTLE)
    # What the editor of the SIB asks an endpoint for.
    wanted = """
        PREFIX sh: <http://www.w3.org/ns/shacl#>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT DISTINCT ?example ?comment ?query WHERE {
          ?example a sh:SPARQLExecutable ; rdfs:label|rdfs:comment ?comment ;
            sh:select|sh:ask|sh:construct|sh:describe ?query .
        } ORDER BY ?example"""
    rows = list(graph.query(wanted))
    assert len(rows) == len(ALL) == len(list(other.query(wanted)))  # type: ignore[arg-type]  # it is a SELECT
    for row in rows:
        assert isinstance(row, rdflib.query.ResultRow)
        name = str(row[0]).rpartition("/")[2]
        assert str(row[1]) == questions.spoken(ALL[name])
        assert not set("<>&") & set(str(row[1]))  # the editor takes it for HTML
        pyoxigraph.Store().query(str(row[2]))  # no prefix is missing
        assert not str(row[2]).startswith("#")
    assert questions.as_examples(ALL.values()) == questions.as_examples(list(ALL.values()))
