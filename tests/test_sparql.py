"""The text of a query: its tokens, what is refused, values for parameters, errors in words."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jdm_kg import grammar, sparql
from jdm_kg.errors import InputError
from jdm_kg.iris import PREFIXES

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted([*(ROOT / "jdm_kg" / "questions").glob("*.rq"), *(ROOT / "shapes" / "rules").glob("*.rq")])
RAW = re.compile(r"\.\.=|\\u\{|\[_\]|expected one of|error at \d")
"""What the engine's own grammar looks like in its errors."""


def refused(text: str) -> InputError:
    """The error with which a text is refused."""
    with pytest.raises(InputError) as caught:
        sparql.read(text)
    return caught.value


def read(text: str) -> sparql.Query | InputError:
    """The query, or the error with which it is refused."""
    try:
        return sparql.read(text)
    except InputError as error:
        return error


def lies_in(error: InputError, text: str) -> bool:
    """Whether the place of an error, if it has one, is in a text."""
    lines = text.split("\n")
    line, column = error.line, error.column
    return line is None or column is None or 1 <= column <= len(lines[line - 1]) + 1


def engine(text: str) -> SyntaxError | None:
    """What the engine has against a query, if anything; what it means is not asked."""
    try:
        pyoxigraph.Store().query(text, prefixes=dict(PREFIXES))
    except SyntaxError as error:
        return error
    except RuntimeError:
        pass  # such as an unknown function: the text is fine
    return None


def fault(query: sparql.Query) -> grammar.Fault | None:
    """What the grammar has against a query."""
    return grammar.fault([(kind, text) for kind, text, _ in query.tokens])


def kinds(text: str) -> list[tuple[str, str]]:
    """The kind and text of each token of a query that begins with ASK."""
    return [(token.kind, token.text) for token in sparql.read(f"ASK {{ {text} }}").tokens[2:-1]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("?x $y", [("variable", "?x"), ("variable", "$y")]),
        ("<http://a/b#c>", [("iri", "<http://a/b#c>")]),
        ("vocab:a.b.", [("name", "vocab:a.b"), ("mark", ".")]),
        (r"id:a\,b id:%20", [("name", r"id:a\,b"), ("name", "id:%20")]),
        ("_:b.1 _:c.", [("blank", "_:b.1"), ("blank", "_:c"), ("mark", ".")]),
        ('"x"@en-GB', [("literal", '"x"'), ("tag", "@en-GB")]),
        ("'a\\'b' '''it's\n'''", [("literal", "'a\\'b'"), ("literal", "'''it's\n'''")]),
        ('"" """a""b"""', [("literal", '""'), ("literal", '"""a""b"""')]),
        ("1 1.5 .5 1e3 1.e3 2.", [*(("number", n) for n in ["1", "1.5", ".5", "1e3", "1.e3", "2"]), ("mark", ".")]),
        ("1 <= ?b && ?c < 4", [("number", "1"), ("mark", "<="), ("variable", "?b"), ("mark", "&&"),
         ("variable", "?c"), ("mark", "<"), ("number", "4")]),
        ("a/b:c?", None),
        ("skos:broader? true # {", [("name", "skos:broader"), ("mark", "?"), ("word", "true")]),
    ],
)  # fmt: skip
def test_tokens(text: str, expected: list[tuple[str, str]] | None) -> None:
    """A text falls into the tokens that SPARQL gives it; a comment is none."""
    if expected is None:
        assert refused(f"ASK {{ {text} }}").message == "prefix b: is not declared"
    else:
        assert kinds(text + "\n") == expected


def test_tokens_cover_the_text() -> None:
    """Each token stands at its offset, and between them is nothing but space and comments."""
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        done = 0
        for token in sparql.read(text).tokens:
            assert text[token.start : token.end] == token.text
            assert re.fullmatch(r"(\s|#[^\n]*\n)*", text[done : token.start])
            done = token.end


@pytest.mark.parametrize("form", sparql.FORMS)
def test_form_is_told_in_any_case(form: str) -> None:
    """The form is the first word behind the prefixes, however it is written."""
    body = {"SELECT": "* {}", "ASK": "{}", "CONSTRUCT": "{} {}", "DESCRIBE": "id:x"}[form]
    text = f"# SELECT\nBASE <http://a/> prefix x: <http://b/>\n{form.title()} {body}"
    assert sparql.read(text).form == form


def test_declared_prefixes_win_over_those_of_the_project() -> None:
    """A prefix means what the query says; one of the project needs no declaration."""
    query = sparql.read(r"PREFIX id: <http://a/\u0062> PREFIX : <urn:> ASK { id:x :y skos:note }")
    assert dict(query.declared) == {"id": "http://a/b", "": "urn:"}
    names = [token for token in query.tokens if token.kind == "name"][2:]
    assert [query.expand(name) for name in names] == ["http://a/bx", "urn:y", PREFIXES["skos"] + "note"]


def test_a_file_brings_prefixes_of_its_own() -> None:
    """The prefixes of whom is asked are known beside none but these."""
    query = sparql.read(r"ASK { my:x\-y a my:y }", known={"my": "urn:my:"})
    assert query.expand(query.tokens[2]) == "urn:my:x-y"
    assert sparql.with_prefixes(query).startswith("PREFIX my: <urn:my:>\nASK")


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("", None, "there is no query", "Such as"),
        (" # SELECT\n", None, "there is no query", "Such as"),
        ("PREFIX x: <urn:x>\n", (2, 1), "ends after its prefixes", "SELECT"),
        ("PREFIX x <urn:x> ASK {}", (1, 1), "no declaration of a prefix", "PREFIX skos:"),
        ("PREFIX x:", (1, 1), "no declaration of a prefix", "PREFIX skos:"),
        ("SELCT * {}", (1, 1), "can't begin with 'SELCT'", "Did you mean SELECT?"),
        ("{ }", (1, 1), "can't begin with '{'", "Begin with"),
        ("BASE ASK {}", (1, 1), "can't begin with 'BASE'", "Begin with"),
        ("ASK { ?a\n  jmd:x ?c }", (2, 3), "prefix jmd: is not declared", "Declare it at the top: PREFIX jmd:"),
        ("ASK { ?a vocb:x ?c }", (1, 10), "prefix vocb: is not declared", "Did you mean vocab:?"),
        ("ASK { ?a : ?c }", (1, 10), "prefix : is not declared", "PREFIX :"),
        ('ASK { FILTER(STRSTART("a", "b")) }', (1, 14), "no function 'STRSTART'", "Did you mean STRSTARTS"),
        ("ASK { frobnicate(1) }", (1, 7), "no function 'frobnicate'", None),
        ("ASK { OPTINAL { ?a ?b ?c } }", (1, 7), "'OPTINAL' is no word of SPARQL", "Did you mean OPTIONAL?"),
        ("ASK { oedema a ?c }", (1, 7), "'oedema' is no word of SPARQL", "A variable is written ?oedema"),
        ('ASK { ?a ?b "x }', (1, 13), "its quotes are not closed", "same quotes"),
        ('ASK { ?a ?b "x\ny" }', (1, 13), "its quotes are not closed", '"""'),
        ("ASK { ?a ?b '''x'' }", (1, 13), "its quotes are not closed", "'''"),
        ("ASK {\n  { ?a ?b ?c }", (1, 5), "the '{' that opens here is never closed", "Add '}'."),
        ("ASK { } }", (1, 9), "this '}' closes nothing", "Take it out"),
        ("ASK { FILTER(1 }", (1, 16), "'}' stands where ')' is due", "line 1, column 13 is still open"),
        ("ASK { <http://a b> ?b ?c }", (1, 16), "an IRI can't hold ' '", "%20"),
        ("ASK { ?a ?b @ }", (1, 13), "'@' stands before a language only", '"pain"@en'),
        ("ASK { ?a ?b ? & }", (1, 15), "the character '&' can't stand here", "Take it out"),
        ("\ufeffASK {}", (1, 1), "the character '\\ufeff' can't stand here", "Take it out"),
        ("ASK { ?a \\u003fb ?c }", (1, 10), "an escaped character may stand in texts and IRIs only", "itself"),
        ("ASK " + "{" * 65 + "}" * 65, (1, 69), "nested more than 64 deep", "Flatten"),
        ("ASK {}" + " " * 100_000, None, "longer than 100,000 characters", "several questions"),
        ("ASK { '🦴' vocb:x ?c }", (1, 11), "prefix vocb: is not declared", "vocab:"),
    ],
)
def test_refusals(text: str, place: tuple[int, int] | None, message: str, hint: str | None) -> None:
    """What is no query is refused in a sentence, with its line, column in characters, and what to do."""
    error = refused(text)
    assert message in error.message
    assert (error.line, error.column) == (place or (None, None))
    assert error.path is None
    if hint is None:
        assert not error.hint
    else:
        assert hint in (error.hint or "")


def test_the_file_is_named() -> None:
    """An error in a file names the file, and the engine's error does so too."""
    place = Path("my.rq")
    with pytest.raises(InputError) as caught:
        sparql.read("ASK { jmd:x a ?y }", place)
    assert str(caught.value).startswith("my.rq:1:7: prefix jmd:")
    query = sparql.read("ASK { ?x ?y }", place)
    error = engine(query.text)
    assert error is not None
    assert sparql.in_words(error, query).path == place


def test_at_most_64_brackets_are_read() -> None:
    """Nesting of 64 is fine, also where more brackets follow one another."""
    assert sparql.read("ASK " + "{" * 64 + "}" * 64)
    assert sparql.read("ASK { " + "{ } UNION " * 100 + "{ } }")


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { id:a id:b id:c }",
        "delete where { ?a ?b ?c }",
        "DROP ALL",
        "Clear DEFAULT",
        "CREATE GRAPH id:a",
        "LOAD <http://127.0.0.1/>",
        "COPY id:a TO id:b",
        "MOVE id:a TO id:b",
        "ADD id:a TO id:b",
        "WITH id:a DELETE {}",
    ],
)
def test_updates_are_refused(update: str) -> None:
    """No form of SPARQL Update passes, also behind prefixes."""
    error = refused("PREFIX x: <urn:x>\n" + update)
    assert f"{update.split(maxsplit=1)[0].upper()} would change data" in error.message
    assert (error.line, error.column) == (2, 1)


SERVICES = [
    "SELECT * { SERVICE <urn:x> { ?a ?b ?c } }",
    "SELECT * { service silent <urn:x> { ?a ?b ?c } }",
    "SELECT * { SeRvIcE ?x { ?a ?b ?c } }",
    "SELECT * { ?a ?b ?c.SERVICE<urn:x>{ ?a ?b ?c } }",
    "SELECT * { OPTIONAL { { SELECT ?a { SERVICE SILENT <urn:x> { ?a ?b ?c } } } } }",
    "ASK { FILTER EXISTS { SERVICE <urn:x> { ?a ?b ?c } } }",
    "ASK { FILTER(1<2)\n#'\n SERVICE <urn:x> { ?a ?b ?c } #'\n }",
    "CONSTRUCT { ?a ?b ?c } { SERVICE <urn:x> { ?a ?b ?c } }",
    "DESCRIBE ?a { SERVICE <urn:x> { ?a ?b ?c } }",
    "ASK { # \r SERVICE <urn:x> { ?a ?b ?c }\n}",
    # The engine wants no space behind SERVICE.
    "PREFIX SERVICE: <urn:x> PREFIX : <urn:x> ASK { SERVICE:x { ?a ?b ?c } }",
    "PREFIX servicea: <urn:x> PREFIX a: <urn:x> ASK { servicea:x { ?a ?b ?c } }",
    "PREFIX SERVICESILENTa: <urn:x> PREFIX a: <urn:x> ASK { SERVICESILENTa:x { ?a ?b ?c } }",
]


@pytest.mark.parametrize("text", SERVICES)
def test_service_is_refused(text: str) -> None:
    """No spelling of SERVICE passes, in whatever place it stands."""
    assert "no request leaves from here" in refused(text).message


@pytest.mark.parametrize("escaped", ["\\u0053ERVICE", "SERVIC\\u0045", "\\U00000053ERVICE"])
def test_service_in_escapes_is_refused(escaped: str) -> None:
    """An engine that reads escapes before all else would find SERVICE here; so escapes stand in texts and IRIs only."""
    assert "escaped character" in refused(f"ASK {{ {escaped} <urn:x> {{ ?a ?b ?c }} }}").message


@pytest.mark.parametrize(
    "hidden",
    [
        "SELECT * { FILTER(1<2)SERVICE#>\n<urn:x> { ?a ?b ?c } }",
        'SELECT * { FILTER(1<2#>"""\n) SERVICE <urn:x> { ?a ?b ?c } #""")\n }',
        "SELECT * { FILTER(?a<?b#>'''\n) SERVICE <urn:x> { ?a ?b ?c } #''')\n }",
        'SELECT * { BIND("a"<id:b#>"""\n AS ?x) SERVICE <urn:x> { ?a ?b ?c } #""")\n }',
        'SELECT * { FILTER(true<urn:b#>"""\n) SERVICE <urn:x> { ?a ?b ?c } #""")\n }',
        'SELECT * { FILTER(STR(1)<(2)#>"""\n) SERVICE <urn:x> { ?a ?b ?c } #""")\n }',
    ],
)
def test_service_behind_less_than_is_refused(hidden: str) -> None:
    """What can be read as less-than and as an IRI hides nothing from us: it is refused."""
    assert refused(hidden).line == 1


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { # SERVICE <urn:x> { { { ' \n }",
        'SELECT * { ?a ?b "SERVICE <urn:x> {", \'LOAD\', """ } ) SERVICE \n""" }',
        "SELECT ?service $SERVICE { ?service ?SERVICE vocab:SERVICE }",
        "SELECT * { ?a ?b <http://SERVICE/a(b)#c>, <urn:service:(x)> }",
        "SELECT * { ?a ?b '\\u0027 } SERVICE <urn:x> {' }",
        "SELECT * { VALUES (?a ?b) { (1 <http://www.w3.org/2001/XMLSchema#string>) } }",
        "SELECT * { ?a <#b> ?c FILTER(?a<?b&&?c>?d) FILTER(1 < 2) # ' \n }",
        'SELECT * { ?a ?b "x"@en-SERVICE }',
        "PREFIX service: <urn:x> ASK { service:x ?b service:y }",
    ],
)
def test_harmless_looks_are_fine(text: str) -> None:
    """A comment, a text, a name or an IRI may hold SERVICE and brackets."""
    assert sparql.read(text)


_SOCKET = r"""
import json, socket, sys, threading
import pyoxigraph
from jdm_kg import sparql
from jdm_kg.errors import InputError

server = socket.create_server(("127.0.0.1", 0))
where = f"<http://127.0.0.1:{server.getsockname()[1]}/>"
hits = []

def accept():
    while True:
        connection, _ = server.accept()
        hits.append(1)
        connection.close()

threading.Thread(target=accept, daemon=True).start()
store = pyoxigraph.Store()

def ask(text):
    try:
        list(store.query(text))
    except (OSError, RuntimeError, SyntaxError, TypeError, ValueError):
        pass
    return len(hits)

assert ask(f"SELECT * {{ SERVICE SILENT {where} {{ ?a ?b ?c }} }}") == 1, "the engine does ask, so this shows something"
hits.clear()
read = 0
for text in json.load(sys.stdin):
    text = text.replace("<urn:x>", where)
    try:
        sparql.read(text)
    except InputError:
        continue
    read += 1
    if ask(text):
        print(repr(text))
        hits.clear()
print(read)
"""


def test_no_query_that_is_read_makes_the_engine_open_a_socket() -> None:
    """Of many texts put together at random from the parts of attacks, none that is read sends a request."""
    # A bar parts the parts.
    parts = [
        "SERVICE",
        "SERVICE SILENT",
        "service",
        "SERVICESILENT",
        "SERVICE:",
        "<urn:x>",
        ":x",
        "a:x",
        "{",
        "}",
        "{ ?a ?b ?c }",
        "FILTER",
        "(",
        ")",
        "1",
        "?a",
        "<",
        ">",
        "<2",
        "?b>",
        "<a:b",
        "#",
        "'",
        '"',
        "'''",
        '"""',
        "\n",
        "\r",
        " ",
        ".",
        ";",
        ",",
        "&&",
        "UNION",
        "OPTIONAL",
        "VALUES ?v { <urn:x> }",
        "?v",
        "BIND",
        "AS ?z",
        "\\u0053ERVICE",
        "\\",
        "@en",
        "^^",
        "#>",
        "#'",
        '#"""',
        "FILTER(1<2#>",
        "FILTER(1<2)",
        "BIND(1<2",
        ")SERVICE",
        ".SERVICE",
        "1SERVICE",
        "_:a",
        "[",
        "]",
        "\x0b",
        "\u2028",
        "\ufeff",
    ]
    chosen = random.Random(5)  # noqa: S311 - nothing is kept secret
    texts = list(SERVICES)
    for _ in range(8000):
        middle = "".join(chosen.choice(parts) for _ in range(chosen.randint(1, 7)))
        behind = chosen.choice(("", "#'\n", '#"""\n', '#""")\n', "#''')\n", "\n"))
        prefixes = "PREFIX : <urn:x> PREFIX a: <urn:x> PREFIX SERVICE: <urn:x> PREFIX SERVICEa: <urn:x>\n"
        service = chosen.choice(("", "", " SERVICE <urn:x> {?a ?b ?c} ", " SERVICE:x {?a ?b ?c} "))
        texts.append(f"{prefixes}SELECT * {{ {middle}{service}{behind} }}")
    import json

    done = subprocess.run(
        [sys.executable, "-c", _SOCKET], input=json.dumps(texts), capture_output=True, text=True, check=True
    )
    *sent, read = done.stdout.splitlines()
    assert sent == []
    assert int(read) > 100


def test_graphs_of_the_dataset() -> None:
    """FROM and FROM NAMED are listed as whole IRIs, in their order."""
    query = sparql.read("SELECT * FROM <urn:a> from named source:x FROM id:b { GRAPH ?g { ?s ?p 'FROM <urn:z>' } }")
    assert query.graphs == ("urn:a", PREFIXES["source"] + "x", PREFIXES["id"] + "b")


@pytest.mark.parametrize(
    "value", ['"a\\"b"@en', '"$y"', '"a\\nb"', "<urn:a>", "id:a", "12", "-1.5", "true", '"x"^^<urn:t>']
)
def test_values_are_put_in(value: str) -> None:
    """A `$name` is replaced wherever it stands, as often as it stands, and nothing else is."""
    text = "SELECT ?x { ?x ?p $x . { SELECT * { ?x ?p $x } } FILTER($x = $x) FILTER(?y = '$x') # $x\n}"
    if value == "-1.5":
        with pytest.raises(ValueError, match="is no term"):
            sparql.bind(sparql.read(text), {"x": value})
        return
    query = sparql.bind(sparql.read(text), {"x": value})
    assert query.text == text.replace("?p $x", f"?p {value}").replace("($x = $x)", f"({value} = {value})")
    assert engine(query.text) is None
    assert query.tokens == sparql.read(query.text).tokens


@pytest.mark.parametrize("value", ["", "?x", "} SERVICE", '"a" "b" "c" "d"', '"a', "{", "<a b>"])
def test_no_value_is_anything_but_a_term(value: str) -> None:
    """What is no single term is refused, so that nothing can be smuggled in."""
    with pytest.raises((ValueError, InputError)):
        sparql.bind(sparql.read("ASK { ?x ?p $x }"), {"x": value})


def test_without_a_value_it_stays_a_variable() -> None:
    """SPARQL's own meaning of `$name` holds for all that have no value."""
    query = sparql.read("SELECT $x { $x ?p $y }")
    assert sparql.parameters(query) == ["x", "y"]
    assert sparql.bind(query, {}) is query
    assert sparql.bind(query, {"y": "1"}).text == "SELECT $x { $x ?p 1 }"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT $x { ?x ?p $x }",
        "SELECT (1 AS $x) { }",
        "ASK { BIND(1 AS $x) }",
        "SELECT DISTINCT ?y $x FROM <urn:a> {}",
    ],
)
def test_a_parameter_is_no_output(text: str) -> None:
    """Where only a variable can stand, a parameter is refused at its place."""
    with pytest.raises(InputError, match="can't be an output") as caught:
        sparql.bind(sparql.read(text), {"x": "<urn:a>"})
    assert caught.value.column == text.index("$x") + 1


def test_a_parameter_may_stand_in_an_expression_of_a_select() -> None:
    """In an expression a value is as good as a variable."""
    assert sparql.bind(sparql.read("SELECT (STR($x) AS ?y) {}"), {"x": "1"}).text == "SELECT (STR(1) AS ?y) {}"


@pytest.mark.parametrize("value", ['"a very long value"', "1"])
def test_errors_are_told_at_the_place_in_the_text_without_values(value: str) -> None:
    """Lines and columns are those of what the user wrote, be the values longer or shorter."""
    text = "SELECT * {\n  ?a $long $long . ?b $long id:x id:y\n}"
    query = sparql.bind(sparql.read(text), {"long": value})
    text_error = engine(query.text)
    assert text_error is not None
    first = sparql.in_words(text_error, query)
    assert (first.line, first.column) == (2, 6)
    text = "SELECT * {\n  ?a ?b $long . ?b ?c $long ; id:x }"
    query = sparql.bind(sparql.read(text), {"long": value})
    error = engine(query.text)
    assert error is not None
    last = sparql.in_words(error, query)
    assert (last.line, last.column) == (2, text.split("\n")[1].index("}") + 1)


def test_prefixes_for_another_engine() -> None:
    """Prefixes of the project that are used and not declared are declared in front, and no others."""
    query = sparql.read("PREFIX id: <urn:id:> ASK { id:a skos:note 'rdfs:label' }")
    assert sparql.with_prefixes(query) == f"PREFIX skos: <{PREFIXES['skos']}>\n{query.text}"
    assert sparql.with_prefixes(sparql.read("ASK { ?a ?b ?c }")) == "ASK { ?a ?b ?c }"


def test_position_counts_characters() -> None:
    """Beyond the Basic Multilingual Plane a character counts as one, in the engine's errors too."""
    assert sparql.position("a\n🦴b", 3) == (2, 2)
    query = sparql.read("ASK {\n  ?a ?b '🦴🦴🦴'@zzzzzzzzzzz . }")
    error = engine(query.text)
    assert error is not None
    told = sparql.in_words(error, query)
    assert (told.line, told.column) == (2, 14)
    assert told.message == "'@zzzzzzzzzzz' is no language"


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("SELECT ?x WHERE { ?x a }", (1, 24), "'}' can't stand here", "a variable"),
        ("SELECT ?x", (1, 8), "the query ends too early", "'{'|{"),
        ("SELECT * { ?x a ?y ?z }", (1, 20), "'?z' can't stand here", "."),
        ("SELECT * { ?x a ?y } LIMIT ?x", (1, 28), "'?x' can't stand here", "a number"),
        ("SELECT * { } LIMIT 1 LIMIT 2", (1, 22), "'LIMIT' can't stand here", "OFFSET"),
        ("SELECT ?x ?y ?x { ?x ?y ?z }", (1, 14), "SELECT names ?x twice", "another name"),
        ("SELECT ?x (1 AS ?x) { }", (1, 17), "SELECT names ?x twice", "another name"),
        ("SELECT * { FILTER(STRSTARTS('a')) }", (1, 19), "STRSTARTS takes 2 values, not 1", None),
        ("SELECT * { FILTER(REGEX('a', 'b', 'i', 'j')) }", (1, 19), "REGEX takes 2 or 3 values, not 4", None),
        ("SELECT (COUNT(DISTINCT) AS ?n) { }", (1, 9), "COUNT takes 1 value, not 0", None),
        ("SELECT * { FILTER(COUNT(?x) > 1) }", (1, 19), "COUNT counts over rows", "HAVING"),
        ("SELECT ?x (COUNT(*) AS ?n) { ?x a ?y }", (1, 1), "neither grouped nor counted", "GROUP BY"),
        ("SELECT * { ?x a ?y } GROUP BY ?x", (1, 1), "does not go with GROUP BY", "List the variables"),
        ("SELECT * { <x> a ?y }", (1, 12), "'<x>' is no whole IRI", "https://"),
        ("SELECT * { BIND(1 AS ?x) BIND(2 AS ?x) }", None, "not understood", "given a value twice"),
    ],
)
def test_what_the_engine_refuses_is_told_in_words(
    text: str, place: tuple[int, int] | None, message: str, hint: str | None
) -> None:
    """The engine's error becomes a sentence at the token at fault, with what could be done."""
    query = sparql.read(text)
    error = engine(text)
    assert error is not None
    told = sparql.in_words(error, query)
    assert message in told.message
    if place:
        assert (told.line, told.column) == place
    assert any(one in (told.hint or "") for one in (hint or "").split("|"))
    assert not RAW.search(str(told))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.name))
def test_the_queries_of_the_project_are_read(path: Path) -> None:
    """Every query that the project has is read, and the grammar finds nothing wrong in it."""
    query = sparql.read(path.read_text(encoding="utf-8"), path)
    assert fault(query) is None


_QUERIES = {path: sparql.read(path.read_text(encoding="utf-8"), path) for path in FILES}


def _altered() -> st.SearchStrategy[str]:
    """A query of the project in which one token is left out or stands twice."""

    def alter(path: Path) -> st.SearchStrategy[str]:
        query = _QUERIES[path]
        return st.builds(
            lambda token, twice: (
                query.text[: token.start] + (f"{token.text} {token.text}" if twice else "") + query.text[token.end :]
            ),
            st.sampled_from(query.tokens),
            st.booleans(),
        )

    return st.sampled_from(FILES).flatmap(alter)


@settings(max_examples=400)
@given(_altered())
def test_the_grammar_agrees_with_the_engine(text: str) -> None:
    """Where the engine refuses a query, a sentence tells where; else the grammar has nothing against it."""
    query = read(text)
    if isinstance(query, InputError):
        assert not RAW.search(str(query))
        return
    error = engine(text)
    if error is None:
        assert fault(query) is None
        return
    told = sparql.in_words(error, query)
    assert told.line is not None
    assert lies_in(told, text)
    assert not RAW.search(str(told))
    assert len(str(told)) < 400


SIGNS = st.sampled_from(
    [*"{}()[]<>\"'#?$@^\\:;,.|&!=+-*/_aA1 \n\r\t\u00b7🦴\ufeff\0", "SELECT ", "ASK", "SERVICE ", "<urn:x>"]
)


@given(st.one_of(st.text(), st.lists(SIGNS).map("".join), st.lists(SIGNS).map(lambda parts: "ASK { " + "".join(parts))))
def test_any_text_is_a_query_or_refused(text: str) -> None:
    """Whatever the text, it is read, or refused with a place that lies in it."""
    query = read(text)
    if isinstance(query, InputError):
        assert query.message
        assert lies_in(query, text)
        return
    assert query.form in sparql.FORMS
    said = engine(text)
    if said is None:
        assert fault(query) is None
    else:
        assert not RAW.search(str(sparql.in_words(said, query)))


def _hostile() -> Iterator[str]:
    for unit in (
        "<",
        "<a",
        "a.",
        "a-",
        "a:b.",
        "a:b-",
        "_:a.",
        "_:a-",
        '"',
        "'''a",
        '"""\\"',
        "\\",
        "%4",
        "a:%4",
        "@a-",
        "1.",
        "1e",
    ):
        yield "ASK { " + unit * (40_000 // len(unit))
        yield unit * (40_000 // len(unit))
    for unit in ("?a", "a:" + "b" * 50, "#", " ", "(", ")", "PREFIX a: <urn:a>", "FROM <urn:a> ", "1<a#", "(1<2>"):
        yield "ASK { " + unit * (40_000 // len(unit)) + " }"
    yield "ASK { ?s ?p " + "a" * 40_000 + " }"
    yield "SELECT" + " $a" * 12_000 + " { }"
    yield "ASK { " + "?s ?p ?o . " * 8000 + "?s }"


def test_long_texts_take_no_longer_than_long() -> None:
    """Long texts that would make a careless reader go over them again and again are read or refused all the same."""
    for text in _hostile():
        query = read(text)
        if isinstance(query, InputError):
            assert query.message
        else:
            sparql.bind(query, {"a": "1"} if "$a" not in text else {})
            told = sparql.in_words(SyntaxError("error at 1:1: expected X"), query)
            assert told.message


def test_grammar_survives_deep_brackets() -> None:
    """Nesting as deep as is read is told of like any other."""
    text = "ASK { FILTER" + "(" * 9 + "1 2" + ")" * 9 + " }"
    error = engine(text)
    assert error is not None
    assert "can't stand here" in sparql.in_words(error, sparql.read(text)).message


def test_reading_loads_little() -> None:
    """No engine, and nothing that takes a while to load, is needed to read a query."""
    code = (
        "import sys; from jdm_kg import sparql; sparql.read('ASK { ?a ?b ?c }');"
        "print([m for m in ('dataclasses', 'pathlib', 'hashlib', 'json', 'difflib', 'rdflib', 'pyoxigraph')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "[]\n"
