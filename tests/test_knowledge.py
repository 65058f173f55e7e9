"""The graph in Python: `query` and its answers, `thing` and what it holds, and the records."""

from __future__ import annotations

import contextlib
import dataclasses
import pickle
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from jdm_kg import facts, questions
from jdm_kg.errors import InputError
from jdm_kg.exports import Release
from jdm_kg.exports.app_documents import Documents
from jdm_kg.facts import Literal
from jdm_kg.iris import PREFIXES, name
from jdm_kg.knowledge import Iri, Knowledge, Row, Rows
from jdm_kg.knowledge.values import Value, from_literal
from tests.content import ROOT
from tests.knowing import real, said, small, stores, with_more

__all__ = ["real", "said", "small", "stores"]  # fixtures

EMPTY = Knowledge(pyoxigraph.Store())


def rows(graph: Knowledge, text: str, **parameters: object) -> Rows:
    """The answer to a SELECT."""
    found = graph.query(text, **parameters)
    assert isinstance(found, Rows)
    return found


def one(text: str, **parameters: object) -> Value:
    """The value of an expression."""
    found = EMPTY.query(f"SELECT ?value {{ BIND({text} AS ?value) }}", **parameters)
    assert isinstance(found, Rows)
    return found[0].value


# --- Questions ---


def test_a_select_gives_rows_by_name(small: Knowledge) -> None:
    """A row gives its values by attribute, by key and by place, and unpacks."""
    (row,) = rows(
        small, "SELECT ?thing ?label { ?thing a vocab:ClinicalFeature ; skos:prefLabel ?label } LIMIT 1 OFFSET 1"
    )
    thing, label = row
    assert (row.thing, row["thing"], row[0]) == (thing, thing, thing)
    assert isinstance(thing, Iri)
    assert (thing.label, row.label) == (label, label)
    assert row._asdict() == {"thing": thing, "label": label}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", 12),
        ('"7"^^xsd:positiveInteger', 7),
        ("1.50", Decimal("1.5")),
        ("1.5e3", 1500.0),
        ('"INF"^^xsd:double', float("inf")),
        ("true", True),
        ('"0"^^xsd:boolean', False),
        ('"2027-01-31"^^xsd:date', date(2027, 1, 31)),
        ('"2027-01-31T10:00:00Z"^^xsd:dateTime', datetime(2027, 1, 31, 10, tzinfo=UTC)),
        ('"2028-03"^^xsd:gYearMonth', "2028-03"),
        ('"P2Y"^^xsd:duration', "P2Y"),
        ('"pain"@en', "pain"),
        ('"pain"', "pain"),
        ("id:plip", "https://w3id.org/jdm-kg/id/plip"),
    ],
)
def test_values_are_plain(text: str, expected: Value) -> None:
    """Each datatype becomes the type of Python that means the same; those without one stay text."""
    value = one(text)
    assert value == expected
    assert type(value) is (Iri if text == "id:plip" else type(expected))


@pytest.mark.parametrize(
    ("text", "kind"),
    [("2027-02-30", "date"), ("20270131", "date"), ("1_000", "integer"), ("NaN", "decimal"), ("TRUE", "boolean")],
)
def test_what_is_not_written_as_its_datatype_wants_it_stays_text(text: str, kind: str) -> None:
    """A literal that XML Schema does not allow stays text, also where Python could read it."""
    assert from_literal(text, PREFIXES["xsd"] + kind) == text


def test_a_variable_without_a_value_is_none(small: Knowledge) -> None:
    """What an OPTIONAL leaves open is None."""
    (row,) = rows(small, "SELECT ?a ?b { BIND(1 AS ?a) OPTIONAL { id:plip vocab:hasSymptom ?b } }")
    assert tuple(row) == (1, None)


def test_a_blank_node_is_text(real: Knowledge) -> None:
    """A node without an IRI is text that begins with `_:`."""
    (row,) = rows(real, "SELECT ?node { ?class owl:equivalentClass ?node FILTER(isBlank(?node)) } LIMIT 1")
    assert type(row.node) is str
    assert row.node.startswith("_:")


def test_an_ask_gives_a_truth_value(small: Knowledge) -> None:
    """ASK gives True or False."""
    assert small.query("ASK { id:plip a vocab:ClinicalFeature }") is True
    assert small.query("ASK { id:plip a vocab:Condition }") is False


def test_a_construct_gives_a_graph(small: Knowledge) -> None:
    """CONSTRUCT and DESCRIBE give a graph of rdflib, with one blank node for one."""
    made = small.query(
        "CONSTRUCT { ?thing schema:name ?label ; schema:about [ schema:name ?label ] }"
        "WHERE { ?thing skos:prefLabel ?label FILTER(?thing = id:plip) }"
    )
    turtle = "id:plip schema:name 'plip'@en ; schema:about [ schema:name 'plip'@en ] ."
    expected = rdflib.Graph().parse(data="".join(f"PREFIX {p}: <{n}>\n" for p, n in PREFIXES.items()) + turtle)
    assert isinstance(made, rdflib.Graph)
    assert made.isomorphic(expected)
    described = small.query("DESCRIBE id:plip")
    assert isinstance(described, rdflib.Graph)
    assert (
        rdflib.URIRef(PREFIXES["id"] + "plip"),
        rdflib.SKOS.prefLabel,
        rdflib.Literal("plip", lang="en"),
    ) in described


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("SELECT * {\n  ?s vocab:hasSymtom ?o }", (2, 6), "no property vocab:hasSymtom", "vocab:hasSymptom"),
        ("SELECT * {\n  ?s vokab:hasSymptom ?o }", (2, 6), "prefix vokab: is not declared", "vocab:"),
        ("SELECT * { ?s ?p }", (1, 18), "can't stand here", "Here could stand"),
        ("DELETE WHERE { ?s ?p ?o }", (1, 1), "change data", "only asked"),
        ("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", (1, 12), "another server", "by itself"),
    ],
)
def test_errors_tell_where(small: Knowledge, text: str, place: tuple[int, int], message: str, hint: str) -> None:
    """A faulty question is refused at its line and column, with what to do."""
    with pytest.raises(InputError) as caught:
        small.query(text)
    assert (caught.value.line, caught.value.column) == place
    assert message in caught.value.message
    assert hint in (caught.value.hint or "")


# --- Parameters ---

_PLAIN = st.one_of(
    st.text(),
    st.integers(),
    st.booleans(),
    st.floats(allow_nan=False),
    st.dates(),
    st.datetimes(timezones=st.none() | st.just(UTC)),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=4),
)


@given(_PLAIN)
def test_a_parameter_comes_back_as_it_is(value: Value) -> None:
    """Whatever the value, it is one term of the question, and the same value in the answer."""
    found = one("$given", given=value)
    assert found == value
    assert type(found) is type(value)


@given(st.text())
def test_an_odd_iri_is_refused_or_comes_back(text: str) -> None:
    """An IRI with signs that none can hold is refused; any other comes back as it is."""
    iri = Iri("https://example.org/" + text)
    try:
        found = one("$given", given=iri)
    except InputError:
        return
    assert found == iri


@pytest.mark.parametrize(
    "text", ['"', "\\", "'''", '" } UNION { ?s ?p ?o', "} #", "\n\r\t\0", "\\u0022", "$given ?s", "😀"]
)
def test_a_parameter_never_changes_the_question(small: Knowledge, text: str) -> None:
    """Text with quotes, brackets, escapes and the like is compared, and nothing else."""
    question = "SELECT ?thing { ?thing skos:prefLabel ?label FILTER(STR(?label) = $given) }"
    assert len(rows(small, question, given=text)) == 0
    more = with_more(small, f"id:odd a vocab:Quality ; skos:prefLabel {pyoxigraph.Literal(text, language='en')} .")
    assert [row.thing for row in rows(more, question, given=text)] == [PREFIXES["id"] + "odd"]


def test_a_thing_is_a_parameter(small: Knowledge) -> None:
    """A thing or record stands for its IRI."""
    question = "SELECT ?claim { ?claim vocab:object $thing } ORDER BY ?claim"
    by_thing = rows(small, question, thing=small.thing("plip"))
    assert [row.claim for row in by_thing] == [PREFIXES["claim"] + "one-002-01", PREFIXES["claim"] + "two-001-01"]
    assert rows(small, question, thing=small.iri("id:plip")) == by_thing


def test_a_parameter_without_a_value_is_a_variable(small: Knowledge) -> None:
    """SPARQL takes `$name` for a variable, and so it is where no value is given."""
    assert len(rows(small, "SELECT * { $claim vocab:object id:plip }")) == 2


@pytest.mark.parametrize(
    ("question", "parameters", "said"),
    [
        ("ASK { $thing ?p ?o }", {"thin": 1}, "Did you mean thing"),
        ("ASK { ?thing ?p ?o }", {"thing": 1}, r"Write \$thing"),
        ("ASK { $thing ?p ?o }", {"thing": None}, "it is None"),
        ("ASK { $thing ?p ?o }", {"thing": ["a"]}, "it is list"),
        ("ASK { ?s ?p $value }", {"value": Decimal("NaN")}, "not a finite number"),
        ("ASK { ?s ?p $value }", {"value": "\ud800"}, "can't be written"),
        ("SELECT $thing { $thing ?p ?o }", {"thing": 1}, "can't be an output"),
    ],
)
def test_parameters_that_make_no_sense_are_refused(
    small: Knowledge, question: str, parameters: dict[str, object], said: str
) -> None:
    """A parameter that the question lacks, or a value that SPARQL can't write, is refused with a hint."""
    with pytest.raises(InputError, match=said):
        small.query(question, **parameters)


# --- Named questions ---


def test_a_named_question_takes_names_of_things(real: Knowledge) -> None:
    """A parameter that is a thing may be given as a label, a name, an IRI or a thing."""
    ways = ("muscle pain", "muscle-pain", "id:muscle-pain", real.thing("muscle-pain"))
    answers = {real.ask("frequency-by-document", thing=way) for way in ways}
    assert len(answers) == 1
    (answer,) = answers
    assert {row.howOften for row in answer} == {"some people may", "About half"}
    assert real.ask("frequency-by-document") == answer  # it is the default


def test_a_named_question_takes_days(real: Knowledge) -> None:
    """A parameter that is a day may be given as a date or as text."""
    (question, *_) = (one for one in real.questions() if [parameter.name for parameter in one.parameters] == ["asOf"])
    early, late, again = (
        real.ask(question.name, asOf=day) for day in (date(2027, 1, 1), "2029-01-01", date(2029, 1, 1))
    )
    assert early != late == again


@pytest.mark.parametrize(
    ("question", "parameters", "said"),
    [
        ("frequency-by-documents", {}, "Did you mean frequency-by-document"),
        ("frequency-by-document", {"ting": "x"}, "Did you mean thing"),
        ("frequency-by-document", {"thing": "id:muscle-pian"}, "Did you mean muscle"),
        ("frequency-by-document", {"thing": "nothing of the kind"}, "no thing called 'nothing of the kind'"),
    ],
)
def test_a_named_question_tells_what_is_wrong(
    real: Knowledge, question: str, parameters: dict[str, object], said: str
) -> None:
    """A misspelt name of a question, parameter or thing is told with what comes near."""
    with pytest.raises(InputError, match=said):
        real.ask(question, **parameters)


def test_a_question_of_ones_own(small: Knowledge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers and text are taken as they are; what must be given is asked for; only a SELECT can be named."""
    header = "# title: T\n# question: Q?\n# keywords: k\n# level: easy\n"
    parameters = "# param: low (number); a number\n# param: word (text) = x; a word\n"
    (tmp_path / "own.rq").write_text(header + parameters + "SELECT * { BIND($low AS ?n) BIND($word AS ?w) }", "utf-8")
    (tmp_path / "yes.rq").write_text(header + "ASK { ?s ?p ?o }", "utf-8")
    monkeypatch.setattr(questions, "_FOLDER", tmp_path)
    assert [tuple(row) for row in small.ask("own", low=Decimal("1E+3"), word='"} #')] == [(1000, '"} #')]
    assert [tuple(row) for row in small.ask("own", low=2.5)] == [(Decimal("2.5"), "x")]
    with pytest.raises(InputError, match="the question needs low\n  It is a number"):
        small.ask("own")
    with pytest.raises(InputError, match="gives no rows"):
        small.ask("yes")


def test_questions_are_searched(real: Knowledge) -> None:
    """All words must fit; without words all questions are there, and their text form tells what each asks."""
    everything = real.questions()
    found = real.questions("frequency document")
    assert 0 < len(found) < len(everything)
    assert "frequency-by-document" in {one.name for one in found}
    assert repr(found).count("\n") == len(found) - 1
    assert repr(real.questions("zzzz")) == "no questions"


# --- Rows ---


def test_rows_are_a_sequence_that_can_not_be_changed() -> None:
    """Rows have a length, an order, slices and equality; nothing in them can be set."""
    found = Rows(("n",), [(1,), (2,), (3,)])
    assert [row.n for row in found] == [1, 2, 3]
    assert found[1:] == Rows(("n",), [(2,), (3,)])
    assert found[-1] == Row(("n",), (3,)) == (3,)
    assert len({found, Rows(("n",), [(1,), (2,), (3,)])}) == 1
    assert found.dicts()[0] == {"n": 1}
    for frozen, attribute in ((found, "variables"), (found[0], "n"), (found[0], "_values")):
        with pytest.raises(AttributeError, match="can't be changed"):
            setattr(frozen, attribute, ())


def test_variables_may_have_any_name() -> None:
    """Names that methods of sequences have are names of values here."""
    row = Row(("count", "index", "keys", "class"), (1, 2, 3, 4))
    assert (row.count, row.index, row.keys, row["class"]) == (1, 2, 3, 4)


def test_an_unknown_variable_is_told_with_what_comes_near() -> None:
    """A misspelt name says which there are."""
    row = Row(("statement",), ("x",))
    with pytest.raises(AttributeError, match="did you mean statement"):
        _ = row.statment
    with pytest.raises(KeyError, match="did you mean statement"):
        _ = row["statment"]


def test_answers_can_be_pickled(small: Knowledge) -> None:
    """Rows and things survive a trip to another process, labels included."""
    found = rows(small, "SELECT ?thing { ?thing a vocab:ClinicalFeature } ORDER BY ?thing")
    again = pickle.loads(pickle.dumps(found))  # noqa: S301 - our own
    assert again == found
    assert [row.thing.label for row in again] == ["hurt", "plip"]
    assert pickle.loads(pickle.dumps(small.thing("plip"))) == small.thing("plip")  # noqa: S301 - our own


def test_an_answer_is_short_before_readers() -> None:
    """The text form of many rows shows the first ten."""
    assert repr(Rows(("n",), [(1,)])) == "<1 row\n Row(n=1)>"
    assert repr(Rows(("n",), [(n,) for n in range(99)])).endswith("\n Row(n=9)\n … and 89 more>")


# --- Tables ---


def test_a_table_has_columns_of_their_kind(small: Knowledge) -> None:
    """Numbers, truth values and days become columns of their kind also where one is missing; IRIs stay IRIs."""
    pytest.importorskip("pandas", reason="the extra pandas is not installed")
    table = small.df(
        "SELECT ?iri ?n ?yes ?day ?x { VALUES (?iri ?n ?yes ?day ?x) {"
        ' (id:plip 1 true "2027-01-31"^^xsd:date 1.5) (UNDEF UNDEF UNDEF UNDEF "a") } }'
    )
    assert [str(kind) for kind in table.dtypes] == ["object", "Int64", "boolean", "datetime64[s]", "object"]
    assert isinstance(table.iri[0], Iri)
    assert list(table.x) == [Decimal("1.5"), "a"]
    assert table.n.isna().tolist() == [False, True]


def test_a_named_question_makes_a_table(real: Knowledge) -> None:
    """A table is made of a named question too."""
    pytest.importorskip("pandas", reason="the extra pandas is not installed")
    table = real.df("frequency-by-document", thing="muscle pain")
    assert list(table.columns) == list(real.ask("frequency-by-document").variables)
    assert len(table) == len(real.ask("frequency-by-document"))


def test_only_a_select_makes_a_table(small: Knowledge) -> None:
    """ASK is refused as a table."""
    pytest.importorskip("pandas", reason="the extra pandas is not installed")
    with pytest.raises(InputError, match="only a SELECT"):
        small.df("ASK { ?s ?p ?o }")


def test_without_pandas_the_command_is_told(small: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pandas is missing, the error says how to get it."""
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(InputError, match=r'pip install "jdm-kg\[pandas\]"'):
        small.df("SELECT * { ?s ?p ?o }")


# --- Things ---


def test_a_thing_is_found_by_any_of_its_names(real: Knowledge) -> None:
    """The end of its IRI, its short form, the whole IRI, its label and its synonyms lead to a thing."""
    ways: list[object] = ["dysphagia", "id:dysphagia", "<https://w3id.org/jdm-kg/id/dysphagia>"]
    ways += [real.iri("id:dysphagia"), real.thing("dysphagia"), "  DYSPHAGIA ", "difficulty swallowing"]
    assert {real.thing(way).name for way in ways} == {"dysphagia"}


def test_every_label_leads_to_its_things(real: Knowledge) -> None:
    """Each label of each thing leads to a thing that has it, or to an error that lists the things that have it."""
    for thing in map(real.thing, real.things()):
        for label in (thing.label, *thing.synonyms):
            try:
                found = real.thing(label)
            except InputError as error:
                listed = error.hint or ""
            else:
                listed = thing.iri.curie
                labels = {text.casefold() for text in (found.name, found.label, *found.synonyms)}
                assert label.casefold() in labels
            assert thing.iri.curie in listed


def test_a_name_of_several_things_is_refused(small: Knowledge) -> None:
    """Two things with one label are both named, and neither is chosen; a preferred label goes before a synonym."""
    twice = with_more(small, 'id:plip skos:altLabel "gloop"@en . id:hurt skos:altLabel "Gloop"@en .')
    with pytest.raises(
        InputError, match=r"'gloop' fits several things\n  Say which: id:hurt \(hurt\), id:plip \(plip\)"
    ):
        twice.thing("gloop")
    assert with_more(small, 'id:hurt skos:altLabel "plip"@en .').thing("plip").name == "plip"


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("plipp", "there is no thing called 'plipp'\n  Did you mean plip"),
        ("id:plipp", "there is no thing called id:plipp\n  Did you mean plip"),
        ("zzzzzzzz", "kg.things"),
        ("claim:one-002-01", "a record and not a thing\n  Ask for it by: kg.claim"),
        ("", "there is no thing called ''"),
    ],
)
def test_an_unknown_thing_is_told_with_what_comes_near(small: Knowledge, wanted: str, said: str) -> None:
    """A name that fits nothing says what comes near."""
    with pytest.raises(InputError) as caught:
        small.thing(wanted)
    assert said in str(caught.value)


@given(st.text() | st.text().map("id:".__add__) | st.text().map("https://w3id.org/jdm-kg/id/".__add__))
def test_no_name_does_worse_than_being_unknown(small: Knowledge, text: str) -> None:
    """Whatever is asked for, it is found or an error in words."""
    for ask in (small.thing, small.iri, small.claim):
        with contextlib.suppress(InputError):
            ask(text)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("vocab:hasSymtom", "nothing here is called vocab:hasSymtom\n  Did you mean vocab:hasSymptom"),
        ("claim:one-002-1", "nothing here is called claim:one-002-1\n  Did you mean claim:one-002-01"),
        ("id:plipp", "there is no thing called id:plipp\n  Did you mean plip"),
        ("https://example.org/{", "is not an IRI"),
    ],
)
def test_an_iri_that_stands_nowhere_is_refused(small: Knowledge, wanted: str, said: str) -> None:
    """A misspelt IRI of the project would find nothing, so it is told; those of others are taken as they are."""
    with pytest.raises(InputError) as caught:
        small.iri(wanted)
    assert said in str(caught.value)
    assert small.iri("vocab:hasSymptom").label == "has symptom"
    assert small.iri("https://example.org/x") == "https://example.org/x"


def test_a_thing_of_another_condition(small: Knowledge) -> None:
    """All parts of a thing are those of its graph, whatever the condition."""
    plip = small.thing("plip")
    assert (plip.label, plip.kind.label, plip.synonyms) == ("plip", "clinical feature", ())
    assert plip.definition.startswith("A made-up sound")
    assert [claim.iri.name for claim in plip.claims] == ["one-002-01", "two-001-01"]
    first = plip.claims[0]
    assert (first.subject.label, first.predicate.label, first.object) == ("glump disease", "has symptom", plip.iri)
    assert (first.standing, first.note) == ("stated", "")
    assert first.frequency is not None
    assert (first.frequency.wording, first.frequency.minimum) == (("rarely",), None)
    assert first.qualifiers == (("frequency", "“rarely”"),)
    (evidence,) = first.evidence
    assert (evidence.passage.name, evidence.start, evidence.end) == ("one-002", 9, 40)
    assert evidence.words == "Document one, all of it (one), characters 9 to 40"
    assert evidence.web_address == "https://example.org/one"
    assert evidence.review_status == "Never reviewed."
    assert evidence.stale_on(date(2100, 1, 1)) is None
    assert [tension.iri.label for tension in plip.tensions] == ["how often a plip is given"]
    assert plip.tensions[0].claims == plip.claims
    assert [source.label for source in plip.sources] == ["Document one", "Document two"]
    assert [each.words for each in plip.neighbours] == [
        "by curators: … is in body system noise system",
        "glump disease has symptom …",
    ]


def test_a_denial_is_never_a_plain_neighbour(small: Knowledge) -> None:
    """What is denied or hedged says so, wherever it is shown."""
    disease = small.thing("glump disease")
    found = {each.other.name: each for each in disease.neighbours}
    assert found["hurt"].standing == "denied"
    assert found["hurt"].words == "denied: … has symptom hurt"
    assert found["plip"].words == "… has symptom plip"
    (denial,) = small.thing("hurt").claims
    assert denial.words == "The condition is not painful. (a denial)"


def test_neighbours_keep_the_standing_of_their_claims(real: Knowledge) -> None:
    """What is stated rests on statements; a hedged or denied claim never makes a stated neighbour."""
    for thing in map(real.thing, real.things()):
        for each in thing.neighbours:
            assert bool(each.mark) == (each.standing != "stated")
            if each.standing not in {"derived", "curated"}:
                assert {real.claim(claim).standing for claim in each.claims} == {each.standing}


def test_every_relation_of_a_thing_makes_a_neighbour(real: Knowledge) -> None:
    """Whatever a direct relation leads to, or comes from, is among the neighbours; so is what claims deny."""
    for thing in map(real.thing, real.things()):
        others = {str(each.other) for each in thing.neighbours}
        straight = {
            value
            for predicate, values in real.facts.of(thing.iri).items()
            if predicate.startswith(PREFIXES["vocab"])
            for value in values
            if isinstance(value, str)
        }
        claimed = {
            str(end)
            for claim in thing.claims
            if claim.object and thing.iri in (claim.subject, claim.object)
            for end in (claim.subject, claim.object)
        }
        assert (straight | claimed) - {str(thing.iri)} <= others, thing


def test_what_a_hedge_gives_by_inference_is_not_plain(real: Knowledge) -> None:
    """A relation that only hedged claims give is hedged from both of its ends."""
    claims = [claim for claim in real.claims() if claim.standing == "hedged" and claim.object]
    stated = {(c.subject, c.predicate, c.object) for c in real.claims() if c.standing == "stated"}
    only_hedged = [c for c in claims if (c.subject, c.predicate, c.object) not in stated]
    assert only_hedged
    for claim in only_hedged:
        for end, other in ((claim.subject, claim.object), (claim.object, claim.subject)):
            plain = [
                each
                for each in real.thing(end).neighbours
                if each.other == other and each.predicate == claim.predicate and each.standing == "stated"
            ]
            assert plain == []


def _leaves(value: object) -> Iterator[str]:
    """All texts, numbers and IRIs in a value, as text."""
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _leaves(getattr(value, field.name))
    elif isinstance(value, tuple):
        for each in value:
            yield from _leaves(each)
    elif value is not None:
        yield str(value).lower() if isinstance(value, bool) else str(value)


def test_nothing_that_a_claim_says_is_lost(real: Knowledge) -> None:
    """Every value of every property of every claim stands somewhere in it."""
    claims = real.claims()
    assert len(claims) == len(real.facts.instances(name("vocab:Claim"))) > 700
    for claim in claims:
        leaves = set(_leaves(claim))
        for predicate, values in real.facts.of(claim.iri).items():
            if predicate.startswith(PREFIXES["vocab"]):
                assert {v.text if isinstance(v, Literal) else v for v in values} <= leaves, (claim, predicate)
        assert claim.other == ()


def test_a_qualifier_of_another_schema_is_not_lost(small: Knowledge) -> None:
    """A property of claims that the engine does not know is kept with its label, and shown."""
    more = with_more(small, 'claim:one-002-01 vocab:loudness "very"@en . vocab:loudness rdfs:label "loudness"@en .')
    claim = more.claim("one-002-01")
    assert [(relation.label, values) for relation, values in claim.other] == [("loudness", ("very",))]
    assert ("loudness", "very") in claim.qualifiers


def test_claims_stand_in_the_order_of_the_documents(real: Knowledge) -> None:
    """Claims of one document follow its passages."""
    for thing in map(real.thing, real.things()):
        places = [(claim.evidence[0].source.iri, claim.evidence[0].start) for claim in thing.claims]
        assert places == sorted(places)
        assert Counter(thing.claims) == Counter((*thing.as_subject, *thing.as_object, *thing.as_qualifier))


def test_numbers_are_as_the_document_gives_them(real: Knowledge) -> None:
    """Doses, figures, durations and bands keep their numbers, units and words."""
    doses = [claim.dose for claim in real.claims() if claim.dose and claim.dose.unit]
    assert [str(dose) for dose in doses] == ["1 to 2 mg/kg (“1–2\N{NO-BREAK SPACE}mg/kg of body weight”)"]
    amounts = [str(claim.amount) for claim in real.claims() if claim.amount and claim.amount.unit == "%"]
    assert amounts == ["30 % (“Close to 30 percent”), approximate"]
    halves = {str(c.frequency) for c in real.claims() if c.frequency and c.frequency.wording == ("About half",)}
    assert halves == {"“About half” (40 to 60 %, by a rule)"}
    assert "at most 2 a (“within two years”)" in {str(claim.duration) for claim in real.claims()}


# --- Safety ---


def test_safety_is_that_of_the_documents_for_apps(real: Knowledge, said: Knowledge) -> None:
    """A thing has the safety advice, the claims behind it and the company that its document for apps has."""
    documents = Documents(Release(said.graph, real.graph, real.version))
    compared = 0
    for thing in map(real.thing, real.things()):
        if not real.query("ASK { $thing a vocab:Entity }", thing=thing):
            continue
        document = documents.thing(thing.iri)
        exported = document["safetyAdvice"]
        assert {advice.iri: {claim.iri for claim in advice.claims} for advice in thing.safety} == {
            item["id"]: {statement["id"] for statement in item["statements"]} for item in exported
        }
        assert {advice.text for advice in thing.safety} == {item["text"] for item in exported}
        beside = {str(other): {a.iri for a in advices} for other, advices in thing.safety_beside}
        beside[thing.iri] = {a.iri for a in thing.safety}
        for item in document["safetyByTreatment"]:
            assert {advice["id"] for advice in item["safetyAdvice"]} == beside[item["id"]], thing
        assert {claim.iri for claim in thing.claims} == {
            statement["id"] for key in ("asSubject", "asObject", "asQualifier") for statement in document[key]
        }
        compared += 1
    assert compared > 400


def test_safety_needs_no_reasoner(real: Knowledge, said: Knowledge) -> None:
    """The graph without what is derived tells the same safety advice of each thing."""
    assert len(said.facts) < len(real.facts)
    for thing in real.things():
        assert [a.iri for a in said.thing(thing).safety] == [a.iri for a in real.thing(thing).safety], thing


def test_safety_tells_through_what_it_comes(real: Knowledge) -> None:
    """Advice of a class names the class; advice of its own names nothing."""
    member, bearer = real.thing("prednisolone"), real.thing("corticosteroids")
    assert [advice.iri for advice in member.safety] == [advice.iri for advice in bearer.safety] != []
    assert {advice.via for advice in member.safety} == {(bearer.iri,)}
    assert {advice.via for advice in bearer.safety} == {()}


# --- Records ---


def test_freshness_is_told_for_a_day(real: Knowledge) -> None:
    """A source is overdue from its day on, not before; where no review is known nobody can tell."""
    reviewed, unknown = real.sources()
    assert reviewed.stale_from == date(2028, 4, 1)
    assert [reviewed.stale_on(date(2028, 3, 31)), reviewed.stale_on(date(2028, 4, 1))] == [False, True]
    assert [source.freshness_on(date(2030, 1, 1)) for source in real.sources()] == ["overdue", "unknown"]
    assert unknown.stale_on(date(2030, 1, 1)) is None
    claims = {claim.evidence[0].source.iri: claim for claim in real.claims()}
    assert claims[reviewed.iri].stale_on(date(2028, 4, 1)) is True
    assert claims[unknown.iri].stale_on(date(2028, 4, 1)) is None


def test_a_passage_tells_what_rests_on_it(small: Knowledge) -> None:
    """A passage knows its place, its claims, and why it is set aside."""
    passage = small.passage("passage:one-002")
    assert (passage.iri.name, passage.order, passage.set_aside) == ("one-002", 2, None)
    assert [claim.iri.name for claim in passage.claims] == ["one-002-01"]
    heading = small.passage("one-001")
    assert heading.set_aside is not None
    assert (heading.set_aside.name, heading.set_aside_note, heading.claims) == ("repeatsHeading", "A heading.", ())


def test_records_are_found_by_name(real: Knowledge) -> None:
    """Each record is what its IRI, its short form and its name give; a misspelt one tells what comes near."""
    for method, found in (
        (real.tension, real.tensions()),
        (real.defect, real.defects()),
        (real.source, real.sources()),
    ):
        for record in found:
            assert method(record.iri) == method(record.iri.curie) == method(record.iri.name) == record
    with pytest.raises(InputError, match="there is no tension tension:heredty\n  Did you mean tension:heredity"):
        real.tension("heredty")
    with pytest.raises(InputError, match="there is no claim tension:heredity"):
        real.claim("tension:heredity")


def test_tensions_and_defects_stand_with_their_claims(real: Knowledge) -> None:
    """A claim names its tensions and defects, and each of these names the claim."""
    for tension in real.tensions():
        assert len(tension.claims) >= 2
        assert all(tension.iri in claim.tensions for claim in tension.claims)
    touched = [(defect, real.claim(claim)) for defect in real.defects() for claim in defect.claims]
    assert touched
    assert all(defect.iri in claim.defects for defect, claim in touched)


def test_what_is_no_longer_used_says_so(small: Knowledge) -> None:
    """A deprecated thing is still found, and names its replacement."""
    old = with_more(small, "id:hurt owl:deprecated true ; dcterms:isReplacedBy id:plip .").thing("hurt")
    assert (old.deprecated, [other.name for other in old.replaced_by]) == (True, ["plip"])
    assert (small.thing("hurt").deprecated, small.thing("hurt").replaced_by) == (False, ())


def test_identifiers_of_others(real: Knowledge) -> None:
    """Mappings are told with their relation, short form and terminology."""
    found = {(each.relation, each.curie, each.vocabulary) for each in real.thing("dysphagia").identifiers}
    assert ("exactMatch", "HP:0002015", "Human Phenotype Ontology") in found


# --- The whole ---


def _frozen(value: object) -> Iterator[object]:
    """What in a value could be changed."""
    if dataclasses.is_dataclass(value):
        with pytest.raises(FrozenInstanceError):
            setattr(value, dataclasses.fields(value)[0].name, None)
        for field in dataclasses.fields(value):
            yield from _frozen(getattr(value, field.name))
    elif isinstance(value, tuple):
        for each in value:
            yield from _frozen(each)
    elif not isinstance(value, (str, int, Decimal, date, bool, type(None))):
        yield value


def test_nothing_in_a_thing_can_be_changed(real: Knowledge) -> None:
    """A thing is frozen all the way down, and so is an IRI."""
    assert list(_frozen(real.thing("prednisolone"))) == []
    with pytest.raises(AttributeError, match="can't be changed"):
        real.iri("id:dysphagia").label = "x"


QUESTIONS = (
    "SELECT ?thing ?label { ?thing a vocab:Treatment ; skos:prefLabel ?label }",
    "SELECT ?claim ?wording { ?claim vocab:object id:muscle-pain OPTIONAL { ?claim vocab:frequencyWording ?wording } }",
    "SELECT ?document (COUNT(*) AS ?claims) { ?claim vocab:restsOn/vocab:inSource ?document } GROUP BY ?document",
    "SELECT ?source ?day { ?source vocab:staleFrom ?day FILTER(?day > '2027-01-01'^^xsd:date) }",
    "SELECT ?low ?high { ?f vocab:bandMinimum ?low ; vocab:bandMaximum ?high }",
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_rdflib_gives_the_same_answers(real: Knowledge, question: str) -> None:
    """On the graph that `graph` gives, rdflib answers alike."""
    theirs = real.graph.query(question)
    plain = [tuple(facts.plain(_term(value)) if value is not None else None for value in row) for row in theirs]  # type: ignore[union-attr]  # rows of a SELECT
    expected = Counter(
        tuple(from_literal(v.text, v.datatype) if isinstance(v, Literal) else v for v in row) for row in plain
    )
    assert Counter(tuple(row) for row in rows(real, question)) == expected
    assert expected


def _term(value: Any) -> pyoxigraph.NamedNode | pyoxigraph.Literal:  # noqa: ANN401 - whatever rdflib finds
    if isinstance(value, rdflib.URIRef):
        return pyoxigraph.NamedNode(value)
    if value.language:
        return pyoxigraph.Literal(str(value), language=value.language)
    return pyoxigraph.Literal(str(value), datatype=pyoxigraph.NamedNode(value.datatype or PREFIXES["xsd"] + "string"))


def test_the_graph_is_that_of_the_exports(real: Knowledge) -> None:
    """`graph` has as many triples as the export, and all that hold no number and no blank node."""
    exported = rdflib.Graph().parse(ROOT / "exports" / "jdm-kg.nt", format="nt")
    assert len(real.graph) == len(exported)

    def comparable(graph: rdflib.Graph) -> set[tuple[str, ...]]:
        kept = (t for t in graph if not any(isinstance(term, rdflib.BNode) for term in t))
        return {tuple(term.n3() for term in t) for t in kept if getattr(t[2], "datatype", None) is None}

    assert comparable(real.graph) == comparable(exported)


SCRIPT = """
import hashlib, sys
from jdm_kg import knowledge
kg = knowledge.load(sys.argv[1])
def told(value):
    if hasattr(value, "__dataclass_fields__"):
        return [told(getattr(value, name)) for name in value.__dataclass_fields__]
    return [told(each) for each in value] if isinstance(value, tuple) else repr(value)
found = [told(kg.thing(thing)) for thing in kg.things()]
found += [kg.thing(thing)._repr_html_() for thing in kg.things()]
found.append(repr(kg.query("SELECT ?s ?o { ?s vocab:hasSafetyAdvice ?o } ORDER BY ?s ?o")))
print(hashlib.sha256(repr(found).encode()).hexdigest(), "rdflib" in sys.modules)
"""


def test_the_same_on_every_run_and_without_rdflib(real: Knowledge, stores: Path) -> None:
    """Things come out alike whatever the hash seed, and neither they nor rows load rdflib."""
    assert real.store is not None  # is on disk now
    told = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT, str(ROOT)],
            check=True,
            capture_output=True,
            text=True,
            env={"PYTHONHASHSEED": seed, "JDM_KG_CACHE": str(stores)},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1
    assert told.pop().split()[1] == "False"


def test_the_whole_says_how_much_there_is(small: Knowledge) -> None:
    """The text form of a graph counts its things, claims and documents, and names no folder."""
    assert repr(small) == "<Knowledge version 0.1.0: 16 things, 3 claims, 2 documents>"
