"""Whatever the command line is given to read, it answers in words: no traceback, no crash, no hang."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jdm_kg.cli import main
from tests.content import make_project

FINE, FINDINGS, UNUSABLE = 0, 1, 2
SECONDS = 60  # a guard against hanging; nothing here takes a tenth of it
TEN_MEGABYTES = 10_000_000
ALMOST_ONE = 999_000  # as much of one kind as a file may hold that curators write
DEEP = 10_000

TOP = """\
@prefix id: <https://w3id.org/jdm-kg/id/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix vocab: <https://w3id.org/jdm-kg/vocab/> .
"""
LABEL = TOP + 'id:x skos:prefLabel "'
RULE = "# title: t\n# problem: p\n# solution: s\n# severity: error\n"
TABLE = "#curie_map:\n#  id: https://w3id.org/jdm-kg/id/\nsubject_id\tpredicate_id\tobject_id\nid:plip\tskos:exactMatch\tid:"


@dataclass(frozen=True)
class Slot:
    """A file that a command reads: where it is in the project, and the command."""

    file: str
    command: tuple[str, ...]


SLOTS = {
    "content": Slot("ontology/claims/all.ttl", ("check",)),
    "schema": Slot("ontology/schema.ttl", ("check",)),
    "shape": Slot("shapes/claim.ttl", ("check",)),
    "rule": Slot("shapes/rules/statement-unique.rq", ("check",)),
    "mappings": Slot("ontology/mappings.sssom.tsv", ("check",)),
    "sheet": Slot("sheet.csv", ("claims", "import", "sheet.csv", "--dry-run")),
    "baseline": Slot("baseline.json", ("check", "--baseline", "baseline.json")),
    "exported Turtle": Slot("old.ttl", ("diff", "old.ttl")),
    "exported N-Triples": Slot("old.nt", ("diff", "old.nt")),
    "exported JSON-LD": Slot("old.jsonld", ("diff", "old.jsonld")),
    "document": Slot("documents/one.txt", ("check", "--sources", "documents")),
    "document to verify": Slot("documents/one.txt", ("sources", "verify", "documents")),
}
REREAD = ("content", "mappings", "rule", "shape", "schema")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small, whole project with one of everything that a command reads; not to be changed."""
    root = make_project(tmp_path_factory.mktemp("refusals") / "project")
    (root / "ontology" / "mappings.sssom.tsv").write_text(TABLE + "hurt\n", encoding="utf-8")
    assert in_process(root, "claims", "export", str(root / "sheet.csv"))[0] == FINE
    (root / "baseline.json").write_text('{"known": []}', encoding="utf-8")
    triple = "<https://w3id.org/jdm-kg/id/x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://e.org/T> .\n"
    (root / "old.ttl").write_text(triple, encoding="utf-8")
    (root / "old.nt").write_text(triple, encoding="utf-8")
    node = {"@id": "https://w3id.org/jdm-kg/id/x", "@type": "https://e.org/T"}
    (root / "old.jsonld").write_text(json.dumps({"@graph": [node]}), encoding="utf-8")
    return root


@pytest.fixture
def project(whole: Path, tmp_path: Path) -> Path:
    """A copy of the project that a test may spoil."""
    return Path(shutil.copytree(whole, tmp_path / "project"))


def in_process(root: Path, *arguments: str) -> tuple[int, str, str]:
    """Run a command in this process and in the project's folder: its status, output and error output."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.chdir(root), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main([*arguments, "--root", str(root)])
    return status, out.getvalue(), err.getvalue()


def in_its_own(root: Path, *arguments: str) -> tuple[int, str, str]:
    """Run a command in a process of its own, which a crash or a hang does not take further."""
    command = [sys.executable, "-m", "jdm_kg", *arguments, "--root", str(root)]
    environment = {key: value for key, value in os.environ.items() if key != "JDM_KG_SOURCES"}
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=root, env=environment, timeout=SECONDS
    )
    return done.returncode, done.stdout, done.stderr


def demand_words(answer: tuple[int, str, str], file: str, *, may_be_fine: bool = False) -> None:
    """Demand a refusal that names the file, or findings; one message, and no traceback."""
    status, out, err = answer
    assert "Traceback" not in err, err[-2000:]
    assert status in ({FINE, FINDINGS, UNUSABLE} if may_be_fine else {FINDINGS, UNUSABLE}), (status, err[-2000:])
    if status == UNUSABLE:
        assert err.startswith("jdm-kg: ")
        assert err.count("jdm-kg: ") == 1
        assert Path(file).name in err.splitlines()[0]
        assert len(err) < 2000, "a message that nobody can read"
    elif status == FINDINGS:
        assert out


@pytest.fixture(autouse=True)
def _without_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JDM_KG_SOURCES", raising=False)


# Random files --------------------------------------------------------------------------------------------------------

_JUNK = st.one_of(st.binary(max_size=200), st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace")))


@st.composite
def spliced(draw: st.DrawFn, sound: bytes) -> bytes:
    """A sound file, of which some bytes are cut out or moved, and others put in."""
    start = draw(st.integers(0, len(sound)))
    end = draw(st.integers(start, min(len(sound), start + 40)))
    pieces = [
        b"",
        sound[start:end] * 2,
        b'"',
        b"'",
        b"\\",
        b"[",
        b"(",
        b"{",
        b"}",
        b"<",
        b"^^",
        b"\xef\xbb\xbf",
        b"\x00",
    ]
    return sound[:start] + draw(st.one_of(st.sampled_from(pieces), _JUNK)) + sound[end:]


@contextlib.contextmanager
def replaced(path: Path, content: bytes) -> Iterator[None]:
    """A file with other content, until the end."""
    before = path.read_bytes()
    path.write_bytes(content)
    try:
        yield
    finally:
        path.write_bytes(before)


@pytest.mark.parametrize("slot", SLOTS)
@settings(max_examples=8)
@given(data=st.data())
def test_random_bytes_are_refused_in_words(whole: Path, slot: str, data: st.DataObject) -> None:
    """Any bytes at all in the place of a file give findings or one message, and never an exception."""
    file, command = SLOTS[slot].file, SLOTS[slot].command
    with replaced(whole / file, data.draw(_JUNK)):
        demand_words(in_process(whole, *command), file, may_be_fine=True)


@pytest.mark.parametrize("slot", SLOTS)
@settings(max_examples=8)
@given(data=st.data())
def test_a_damaged_file_is_refused_in_words(whole: Path, slot: str, data: st.DataObject) -> None:
    """A sound file with a few bytes lost, doubled or put in gives findings or one message, and never an exception."""
    file, command = SLOTS[slot].file, SLOTS[slot].command
    with replaced(whole / file, data.draw(spliced((whole / file).read_bytes()))):
        demand_words(in_process(whole, *command), file, may_be_fine=True)


@pytest.mark.parametrize("slot", REREAD)
@pytest.mark.parametrize("command", [("build",), ("coverage",), ("diff", "old.nt"), ("claims", "export", "new.csv")])
def test_every_command_refuses_a_broken_file(project: Path, slot: str, command: tuple[str, ...]) -> None:
    """A file that is not even text is named by each command that reads it, with status 2."""
    file = SLOTS[slot].file
    (project / file).write_bytes(b"\xff\xfe\x00broken")
    status, out, err = in_process(project, *command)
    if slot in {"rule", "shape"} and command[0] != "build":
        assert status in {FINE, FINDINGS}  # they read the content alone
        return
    assert (status, out) == (UNUSABLE, "")
    demand_words((status, out, err), file)
    assert f"{Path(file).name}:1:1: " in err


@pytest.mark.parametrize("command", [("check",), ("build",)])
@pytest.mark.parametrize("slot", REREAD)
def test_a_byte_order_mark_is_a_finding(project: Path, slot: str, command: tuple[str, ...]) -> None:
    """A file that is sound but for a byte order mark is no mystery: check and build name it and the remedy alike."""
    path = project / SLOTS[slot].file
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    status, out, _ = in_process(project, *command)
    assert status == FINDINGS
    assert f"{path.name}:1:1: error: " in out
    assert "[file-byte-order-mark]" in out


# Large files ---------------------------------------------------------------------------------------------------------


def _filled(unit: str, size: int) -> str:
    """A unit repeated up to a size in bytes; `%d` in it stands for the number of the repetition."""
    if "%d" in unit:
        return "".join(unit.replace("%d", str(number)) for number in range(size // (len(unit) + 6)))
    return unit * (size // len(unit.encode("utf-8")))


# What stands before, what is repeated, what stands behind.
EVIL_TURTLE = {
    "one literal": (LABEL, "a", '"@en .\n'),
    "one sentence": (LABEL, "a a. ", '"@en .\n'),
    "one comment": (TOP + "#", "x", "\n"),
    "one name": (TOP + "id:", "x", " a vocab:Drug .\n"),
    "one IRI": (TOP + "<http://e.org/", "x", "> a vocab:Drug .\n"),
    "prefixes": ("", "@prefix p%d: <http://e.org/%d#> .\n", ""),
    "the same prefix": (TOP, "@prefix id: <http://e.org/> .\n", ""),
    "statements": (TOP, "id:x%d a vocab:Drug .\n", ""),
    "labels of one thing": (LABEL, '%d", "', '" .\n'),
    "brackets": (TOP + "id:x vocab:part ", "[", ""),
    "parentheses": (TOP + "id:x vocab:part ", "(", ""),
    "quotes": (TOP, '"', ""),
    "apostrophes": (TOP, "'", ""),
    "backslashes": (LABEL, "\\", ""),
    "escaped quotes": (LABEL, '\\"', ""),
    "escaped quotes among brackets": (TOP + "[" * 70 + '"', '\\"', ""),
    "escaped quotes in long quotes": (LABEL + '""', '\\"', ""),
    "escapes": (LABEL, "\\u200B", '"@en .\n'),
    "spaces in a literal": (LABEL + "x", " ", 'x"@en .\n'),
    "pairs of spaces": (LABEL + "x", "  x", '"@en .\n'),
    "pairs of spaces after an escape": (LABEL + '\\"x', "  x", '"@en .\n'),
    "spaces in a comment": (TOP + "# ", " ", "x\n"),
    "spaces between": (TOP + "id:x a", " ", "vocab:Drug .\n"),
    "tabs": (TOP, "\t", "id:x a vocab:Drug .\n"),
    "lines": (TOP, "\n", ""),
    "lines with spaces": (TOP, " \n", ""),
    "Windows lines": (TOP, "#\r\n", ""),
    "words": (TOP, "a ", ""),
    "dots": (TOP + "id:a", ".", ""),
    "dots and letters": (TOP, "a.", ""),
    "hyphens": (TOP + "a", "-", ""),
    "colons": (TOP, ":", ""),
    "angles": (TOP, "<", ""),
    "per cent signs": (TOP + "id:a", "%", " a vocab:Drug .\n"),
    "accents": (LABEL, "é", '"@en .\n'),
    "letters to compose": (LABEL, "a", 'c\u0327"@en .\n'),
    "marks upon marks": (LABEL, "\u0327", '"@en .\n'),
    "two scripts": (LABEL, "a\u0430", '"@en .\n'),
    "garbled text": (LABEL, "\u00e2\u20ac\u2122", '"@en .\n'),
    "invisible signs": (LABEL + "a", "\u200b", '"@en .\n'),
    "opening tags": (LABEL, "<a ", '"@en .\n'),
    "ampersands": (LABEL, "&", '"@en .\n'),
    "opening quotes": (LABEL, "\u201c", '"@en .\n'),
    "commas": (LABEL + "x", " ,", '"@en .\n'),
    "question marks": (LABEL, "a?", '"@en .\n'),
    "zero bytes": ("", "\0", ""),
}


def _evil_turtle(kind: str, size: int) -> str:
    before, unit, after = EVIL_TURTLE[kind]
    return before + _filled(unit, size - 1000) + after


@pytest.mark.parametrize("kind", EVIL_TURTLE)
def test_a_large_file_of_turtle_is_no_hang(project: Path, kind: str) -> None:
    """As much of one thing as a file may hold is checked, or refused, in good time."""
    file = "ontology/terms/evil.ttl"
    (project / file).write_text(_evil_turtle(kind, ALMOST_ONE), encoding="utf-8", newline="")
    demand_words(in_its_own(project, "check"), file, may_be_fine=True)


@pytest.mark.parametrize("kind", ["one literal", "brackets", "prefixes", "escaped quotes", "zero bytes"])
@pytest.mark.parametrize("command", [("check",), ("check", "--fix"), ("build",), ("coverage",)])
def test_ten_megabytes_of_turtle_are_refused(project: Path, kind: str, command: tuple[str, ...]) -> None:
    """A file of 10 MB that nobody wrote is named, with what to do, and status 2."""
    file = "ontology/terms/evil.ttl"
    (project / file).write_text(_evil_turtle(kind, TEN_MEGABYTES).ljust(TEN_MEGABYTES), encoding="utf-8")
    status, out, err = in_its_own(project, *command)
    assert (status, out) == (UNUSABLE, "")
    demand_words((status, out, err), file)


EVIL_RULES = {
    "one comment": RULE + "#" + _filled("x", ALMOST_ONE - 100),
    "one literal": f'{RULE}SELECT ?focus {{ ?focus ?p "{_filled("x", ALMOST_ONE - 200)}" }}\n',
    "escaped quotes": RULE + 'SELECT ?focus { ?focus ?p "' + _filled('\\"', ALMOST_ONE - 200),
    "title of spaces": "# title: " + _filled(" ", ALMOST_ONE - 200) + "\n" + RULE,
    "braces in the problem": RULE.replace("p\n", _filled("{a", ALMOST_ONE - 200) + "\n") + "SELECT ?focus {}\n",
    "patterns": RULE + "SELECT ?focus { " + "?focus ?p ?o . " * 60_000 + "}\n",
    "path in a row": RULE + "SELECT ?focus { ?focus " + "skos:broader/" * 5000 + "skos:broader ?o }\n",
    "conditions in a row": RULE + "SELECT ?focus { FILTER(" + "1=1 && " * 50_000 + "1=1) }\n",
    "sum": RULE + "SELECT ?focus { FILTER(1" + " + 1" * 50_000 + ") }\n",
    "unions": RULE + "SELECT ?focus { " + "{} UNION " * 50_000 + "{} }\n",
    "parentheses": f"{RULE}SELECT ?focus {{ FILTER({'(' * DEEP}1{')' * DEEP}) }}\n",
    "path in parentheses": f"{RULE}SELECT ?focus {{ ?focus {'(' * 10 * DEEP}skos:broader{')' * 10 * DEEP} ?o }}\n",
    "groups": f"{RULE}SELECT ?focus {'{' * DEEP}{'}' * DEEP}\n",
    "negations": f"{RULE}SELECT ?focus {{ FILTER({'!' * DEEP}true) }}\n",
    "list": f"{RULE}SELECT ?focus {{ ?focus ?p {'(' * DEEP}1{')' * DEEP} }}\n",
    "calls": f"{RULE}SELECT ?focus {{ FILTER({'str(' * DEEP}1{')' * DEEP} = '1') }}\n",
    "filters": f"{RULE}SELECT ?focus {{ {'FILTER NOT EXISTS {' * DEEP}{'}' * DEEP} }}\n",
    "subqueries": f"{RULE}SELECT ?focus {{ {'{ SELECT * {' * DEEP}{'} }' * DEEP} }}\n",
    "parentheses that only open": f"{RULE}SELECT ?focus {{ FILTER({'(' * DEEP}\n",
}


@pytest.mark.parametrize("kind", EVIL_RULES)
def test_an_unwieldy_rule_is_refused(project: Path, kind: str) -> None:
    """A rule that is nested too deep, or far longer than a rule is, is named with its line; the process lives."""
    file = "shapes/rules/evil.rq"
    (project / file).write_text(EVIL_RULES[kind], encoding="utf-8")
    status, out, err = in_its_own(project, "check")
    assert status == UNUSABLE, (status, out[:200])
    demand_words((status, out, err), file)
    assert "evil.rq:" in err


EVIL_TABLES = {
    "one cell": TABLE + _filled("x", ALMOST_ONE - 300) + "\n",
    "one row": TABLE + _filled("x\t", ALMOST_ONE - 300) + "\n",
    "columns": _filled("subject_id\t", ALMOST_ONE - 300) + "\n",
    "spaces": TABLE + _filled(" ", ALMOST_ONE - 300) + "x\n",
    "header": _filled("#  a: b\n", ALMOST_ONE - 300),
    "spaces in the header": "#" + _filled(" ", ALMOST_ONE - 300) + "x\n",
    "colons in the header": "#  " + _filled("a:", ALMOST_ONE - 300) + "\n",
    "quotes in the header": "#  a: " + _filled('"', ALMOST_ONE - 300) + "\n",
    "quotes": TABLE + _filled('"', ALMOST_ONE - 300) + "\n",
    "returns": TABLE + _filled("\r", ALMOST_ONE - 300) + "\n",
    "lines": TABLE + _filled("\n", ALMOST_ONE - 300),
    "rows": TABLE + "plip" + _filled("\nid:plip\tskos:exactMatch\tid:hurt", ALMOST_ONE - 300) + "\n",
}


@pytest.mark.parametrize("kind", EVIL_TABLES)
def test_a_large_table_is_no_hang(project: Path, kind: str) -> None:
    """A table of mappings with as much of one thing as a file may hold is checked, or refused, in good time."""
    file = SLOTS["mappings"].file
    (project / file).write_text(EVIL_TABLES[kind], encoding="utf-8", newline="")
    demand_words(in_its_own(project, "check"), file, may_be_fine=True)


def _evil_sheet(kind: str, header: str, row: str) -> str:
    fill = TEN_MEGABYTES - 5000
    return {
        "one cell": lambda: header + "x" * fill,
        "one row": lambda: header + "x," * (fill // 2),
        "columns": lambda: "claim," * (fill // 6) + "\n",
        "quotes": lambda: header + '"' * fill,
        "unclosed quote": lambda: header + '"' + "x\n" * (fill // 2),
        "bars": lambda: header + row.replace("rarely", "|" * 100_000),
        "pieces": lambda: header + row.replace("rarely", "|".join(map(str, range(10_000)))),
        "spaces": lambda: header + " " * fill,
        "lines": lambda: header + "\n" * fill,
        "rows": lambda: header + row * 20_000,
        "digits": lambda: header + row.replace("rarely", "1" * 100_000),
        "date bait": lambda: header + row.replace("rarely", "1-" * 50_000),
        "number bait": lambda: header + row.replace("rarely", "1 " * 50_000 + "x"),
        "month bait": lambda: header + row.replace("rarely", "jan" + " " * 100_000 + "x"),
        "literal bait": lambda: header + row.replace("rarely", '""' + "\\" * 100_000),
        "zero bytes": lambda: header + "\0" * fill,
    }[kind]()


EVIL_SHEETS = (
    *("one cell", "one row", "columns", "quotes", "unclosed quote", "bars", "pieces", "spaces", "lines", "rows"),
    *("digits", "date bait", "number bait", "month bait", "literal bait", "zero bytes"),
)


@pytest.mark.parametrize("kind", EVIL_SHEETS)
def test_an_evil_sheet_is_no_hang(project: Path, kind: str) -> None:
    """A sheet of up to 10 MB is read or refused in good time, and nothing is written."""
    header, row, *_ = (project / "sheet.csv").read_bytes().decode("utf-8-sig").splitlines(keepends=True)
    assert "rarely" in row
    (project / "sheet.csv").write_text(_evil_sheet(kind, header, row), encoding="utf-8", newline="")
    before = (project / "ontology" / "claims" / "all.ttl").read_bytes()
    demand_words(in_its_own(project, "claims", "import", "sheet.csv"), "sheet.csv", may_be_fine=kind == "lines")
    assert (project / "ontology" / "claims" / "all.ttl").read_bytes() == before


EVIL_EXPORTS = {
    "nested arrays": ("old.jsonld", "[" * DEEP + "]" * DEEP),
    "nested objects": ("old.jsonld", '{"a:b":' * DEEP + "1" + "}" * DEEP),
    "nested graphs": ("old.jsonld", '{"@graph":[' * DEEP + "]}" * DEEP),
    "nested contexts": ("old.jsonld", '{"@context":' * DEEP + "1" + "}" * DEEP),
    "nested lists": ("old.jsonld", '{"a:b":' + '{"@list":[' * DEEP + "]}" * DEEP + "}"),
    "arrays that only open": ("old.jsonld", "[" * TEN_MEGABYTES),
    "objects that only open": ("old.jsonld", '{"a":' * (TEN_MEGABYTES // 5)),
    "one text": ("old.jsonld", '"' + "x" * TEN_MEGABYTES + '"'),
    "escaped quotes": ("old.jsonld", '"' + '\\"' * (TEN_MEGABYTES // 2)),
    "a number": ("old.jsonld", "1" * TEN_MEGABYTES),
    "brackets in Turtle": ("old.ttl", "<a:b> <a:c> " + "[" * TEN_MEGABYTES),
    "nested brackets in Turtle": ("old.ttl", "<a:b> <a:c> " + "[ <a:d> " * DEEP + "1" + "]" * DEEP + " ."),
    "nested lists in Turtle": ("old.ttl", "<a:b> <a:c> " + "(" * DEEP + ")" * DEEP + " ."),
    "a literal in Turtle": ("old.ttl", '<a:b> <a:c> "' + "x" * TEN_MEGABYTES + '" .'),
    "a comment in N-Triples": ("old.nt", "#" * TEN_MEGABYTES),
    "an unclosed literal in N-Triples": ("old.nt", '<a:b> <a:c> "' + "x" * TEN_MEGABYTES),
    "nested triples": ("old.nt", "<a:b> <a:c> " + "<<( <a:b> <a:c> " * DEEP),
    "nested class expressions": (
        "old.ttl",
        TOP + "id:x a vocab:Drug ; <http://www.w3.org/2002/07/owl#equivalentClass> "
        "" + "[ <http://www.w3.org/2002/07/owl#complementOf> " * DEEP + "vocab:Drug" + "]" * DEEP + " .",
    ),
}


@pytest.mark.parametrize("kind", EVIL_EXPORTS)
def test_an_evil_export_is_refused(project: Path, kind: str) -> None:
    """An export of 10 MB or nested 10,000 deep is refused by its name; the process lives."""
    file, text = EVIL_EXPORTS[kind]
    (project / file).write_text(text, encoding="utf-8")
    status, out, err = in_its_own(project, "diff", file)
    assert status == UNUSABLE, (status, out[:200], err[:200])
    demand_words((status, out, err), file)


@pytest.mark.parametrize(
    "text", ["[" * DEEP + "]" * DEEP, '{"known":' * DEEP + "1" + "}" * DEEP, "1" * TEN_MEGABYTES, "["]
)
def test_an_evil_baseline_is_refused(project: Path, text: str) -> None:
    """A baseline that is nested 10,000 deep, or one number of 10 MB, is refused by its name."""
    (project / "baseline.json").write_text(text, encoding="utf-8")
    answer = in_its_own(project, "check", "--baseline", "baseline.json")
    assert answer[0] == UNUSABLE
    demand_words(answer, "baseline.json")


def test_deep_nesting_in_turtle_is_refused_at_its_place(project: Path) -> None:
    """Brackets and lists that are nested 10,000 deep are refused with line and column, wherever they are."""
    for file in ("ontology/terms/evil.ttl", "shapes/evil.ttl"):
        for opening, closing in (("[ vocab:part ", "]"), ("(", ")"), ("([ vocab:part ", "])")):
            nested = f"{TOP}id:x vocab:part {opening * DEEP}id:y{closing * DEEP} .\n"
            (project / file).write_text(nested, encoding="utf-8")
            status, out, err = in_its_own(project, "check")
            assert (status, out) == (UNUSABLE, "")
            assert "evil.ttl:4:" in err
            assert "nested" in err
            demand_words((status, out, err), file)
        (project / file).unlink()


def test_brackets_in_texts_are_not_nested(project: Path) -> None:
    """Brackets in literals of each kind of quotes and in comments count for nothing."""
    many = "([" * 100
    statements = f"# {many}\nid:x skos:note '{many}'@en, '''{many}'''@en, \"{many}\"@en, \"\"\"{many}\"\"\"@en .\n"
    (project / "ontology" / "terms" / "evil.ttl").write_text(TOP + statements, encoding="utf-8")
    assert in_process(project, "check")[0] == FINDINGS


# Documents -----------------------------------------------------------------------------------------------------------

DOCUMENTS = {
    "empty": b"",
    "10 MB": b"x" * TEN_MEGABYTES,
    "10 MB of accents": "é".encode() * (TEN_MEGABYTES // 2),
    "10 MB of garbled text": "\u00e2\u20ac\u2122".encode() * (TEN_MEGABYTES // 8),
    "10 MB of words": b"a plip " * (TEN_MEGABYTES // 7),
    "binary": bytes(range(256)) * 1000,
    "UTF-16": "Glumps cause a plip.".encode("utf-16"),
}


@pytest.mark.parametrize("kind", DOCUMENTS)
@pytest.mark.parametrize("command", [("check", "--sources", "documents"), ("sources", "verify", "documents")])
def test_a_wrong_document_is_a_finding(project: Path, kind: str, command: tuple[str, ...]) -> None:
    """A document that is empty, huge, binary or in another encoding is named by a finding, in good time."""
    (project / "documents" / "one.txt").write_bytes(DOCUMENTS[kind])
    status, out, err = in_its_own(project, *command)
    assert status == FINDINGS
    assert "[source-file-digest]" in out or "[source-file-length]" in out
    assert "Traceback" not in err


@pytest.mark.parametrize("command", [("check", "--sources", "documents"), ("sources", "verify", "documents")])
@pytest.mark.parametrize("name", ["x" * 5000, "a\\u0000b", ".", "..", "documents/../one.txt/x", "\\u202E"])
def test_an_odd_name_of_a_document_is_a_finding(project: Path, name: str, command: tuple[str, ...]) -> None:
    """A file name that no file can have is told like one that is not there."""
    path = project / "ontology" / "sources" / "documents.ttl"
    path.write_text(path.read_text(encoding="utf-8").replace('"one.txt"', f'"{name}"'), encoding="utf-8")
    status, out, err = in_process(project, *command)
    assert (status, err) == (FINDINGS, "")
    assert "[source-file-missing]" in out


def test_a_folder_or_a_closed_file_in_the_place_of_a_file(project: Path) -> None:
    """A folder where a file should be is told in words, by each command that reads the file."""
    for slot in ("content", "mappings", "sheet", "baseline", "exported Turtle", "exported JSON-LD", "rule"):
        path = project / SLOTS[slot].file
        path.unlink()
        path.mkdir()
        status, out, err = in_process(project, *SLOTS[slot].command)
        if slot not in {"mappings", "exported Turtle", "exported JSON-LD"}:
            assert (status, out) == (UNUSABLE, ""), slot
        demand_words((status, out, err), SLOTS[slot].file, may_be_fine=True)
        path.rmdir()
        shutil.copy(project / "ontology" / "schema.ttl", path) if slot == "content" else None
