"""A workspace judges edits without writing them, quickly, and as if it read everything anew."""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, Queue

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jdm_kg import files, watching
from jdm_kg.check import Workspace
from jdm_kg.errors import InputError
from jdm_kg.findings import Report
from jdm_kg.sources import SOURCES_SETTING
from tests.content import ROOT, make_project, replace

CLAIMS = Path("ontology/claims/all.ttl")


@pytest.fixture(autouse=True)
def no_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting for the real documents is not for made-up projects."""
    monkeypatch.delenv(SOURCES_SETTING, raising=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small, whole project."""
    return make_project(tmp_path)


def test_a_change_is_judged_and_not_written(project: Path) -> None:
    """A verdict on a change names its fault, leaves the file alone, and the next verdict knows nothing of it."""
    path = project / CLAIMS
    text = path.read_text(encoding="utf-8")
    workspace = Workspace(project)
    faulty = text.replace("vocab:polarity vocab:affirmed", "vocab:polarity vocab:stated", 1)
    found = workspace.report({path: faulty}).findings
    assert {finding.code for finding in found} == {"claim-has-polarity-kind"}
    assert path.read_text(encoding="utf-8") == text
    assert workspace.report().findings == ()
    assert workspace.report({path: text}).findings == ()


def test_a_change_on_disk_is_seen(project: Path) -> None:
    """The next verdict is on the files as they are then; one that came or went is noticed."""
    workspace = Workspace(project)
    assert workspace.report().findings == ()
    replace(project / CLAIMS, "vocab:polarity vocab:denied", "vocab:polarity vocab:stated")
    assert [finding.code for finding in workspace.report().findings] == ["claim-has-polarity-kind"]
    replace(project / CLAIMS, "vocab:polarity vocab:stated", "vocab:polarity vocab:denied")
    assert workspace.report().findings == ()
    extra = project / "ontology" / "extra.ttl"
    extra.write_text("<https://w3id.org/jdm-kg/id/x> <https://w3id.org/jdm-kg/vocab/nothing> 1 .\n", encoding="utf-8")
    assert {finding.place and finding.place.path for finding in workspace.report().findings} == {extra}
    extra.unlink()
    assert workspace.report().findings == ()


def test_what_can_not_be_parsed_leaves_the_workspace_as_it_was(project: Path) -> None:
    """After a refusal the verdict on sound files is what it was."""
    workspace = Workspace(project)
    before = workspace.report()
    with pytest.raises(InputError, match="not Turtle"):
        workspace.report({project / CLAIMS: "claim:"})
    assert workspace.report() == before
    rule = project / "shapes" / "rules" / "label-unique.rq"
    with pytest.raises(InputError, match="not valid SPARQL"):
        workspace.report({rule: rule.read_text(encoding="utf-8") + "}"})
    assert workspace.report() == before


def test_a_triple_that_stands_in_two_files_stays_when_one_lets_it_go(project: Path) -> None:
    """What is said twice is still said when one file ceases to say it."""
    workspace = Workspace(project)
    path = project / CLAIMS
    text = path.read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if "vocab:polarity" in line)
    subject = re.findall(r"^(claim:[\w-]+)", text[: text.index(line)], flags=re.MULTILINE)[-1]
    prefixes = "".join(found + "\n" for found in re.findall("^@prefix.*", text, flags=re.MULTILINE))
    twin = project / "ontology" / "twin.ttl"
    twin.write_text(f"{prefixes}\n{subject} {line.strip().rstrip(';. ')} .\n", encoding="utf-8")
    assert workspace.report().findings == ()
    assert workspace.report({path: text.replace(f"{line}\n", "", 1)}).findings == ()
    twin.unlink()
    assert workspace.report().findings == ()
    assert [finding.code for finding in workspace.report({path: text.replace(f"{line}\n", "", 1)}).findings] == [
        "claim-has-polarity"
    ]


def test_what_was_told_elsewhere_is_told_when_nothing_else_tells_it(project: Path) -> None:
    """A property whose kind is misspelt is reported there alone; with a kind that exists but is wrong, its uses are."""
    schema = project / "ontology" / "schema.ttl"
    text = schema.read_text(encoding="utf-8")
    declared = "vocab:hasSymptom\n    a owl:ObjectProperty ;"
    replace(schema, declared, declared.replace("Property", "Propety"))
    workspace = Workspace(project)
    assert [finding.code for finding in workspace.report().findings] == ["standard-term-unknown"]
    other = text.replace(declared, declared.replace("ObjectProperty", "NamedIndividual"))
    assert "owl-profile" in {finding.code for finding in workspace.report({schema: other}).findings}


REAL = Workspace(ROOT)
CONTENT = [path for path in files.paths(ROOT) if path.suffix == ".ttl" and path.name != "schema.ttl"]
EDITS = (
    (r"vocab:[a-z]\w+", "vocab:object"),
    (r"\bid:[\w-]+", "id:nothing"),
    (r"\ba vocab:\w+", "a vocab:Claim"),
    (r'"@en', '"@en-GB'),
    (r"passage:[\w-]+", "passage:wp-001"),
    (r"\d+\.\d+", "-1.0"),
    (r" ;\n", " ;\n    vocab:polarity vocab:denied ;\n"),
    (r"skos:broader \S+", "skos:broader id:fatigue"),
    (r"rdfs:subClassOf \S+", "rdfs:subClassOf vocab:Claim"),
    (r"sh:maxCount 1", "sh:maxCount 0"),
)


@settings(max_examples=8)
@given(st.data())
def test_verdict_on_an_edit_is_the_one_from_scratch(data: st.DataObject) -> None:
    """Whatever is edited in the real content, a workspace that knows it says the same as one that reads it anew."""
    path = data.draw(st.sampled_from([*CONTENT, ROOT / "ontology" / "schema.ttl"]))
    text = path.read_text(encoding="utf-8")
    for _ in range(data.draw(st.integers(1, 3))):
        pattern, instead = data.draw(st.sampled_from(EDITS))
        places = [match.span() for match in re.finditer(pattern, text)]
        if places:
            start, end = data.draw(st.sampled_from(places))
            text = text[:start] + instead + text[end:]
    current = [files.TextFile(p, text if p == path else p.read_text(encoding="utf-8")) for p in files.paths(ROOT)]
    assert _verdict(lambda: REAL.report({path: text})) == _verdict(lambda: Workspace(ROOT).judge(current))


def _verdict(judge: Callable[[], Report]) -> Report | str:
    try:
        return judge()
    except InputError as error:
        return str(error)


# Watching ------------------------------------------------------------------------------------------------------------


def test_changes_are_told_once_each(project: Path) -> None:
    """A change is told at the beginning, and after a file changed, came or went; else it waits."""
    extra = project / "ontology" / "extra.ttl"
    steps: list[Callable[[], None]] = [
        lambda: replace(project / CLAIMS, "vocab:polarity vocab:denied", "vocab:polarity  vocab:denied"),
        lambda: None,
        extra.touch,
        extra.unlink,
    ]

    sleeps = 0

    def sleep(_: float) -> None:
        nonlocal sleeps
        sleeps += 1
        if sleeps % 10 == 0:  # it goes through the folders only now and then
            steps.pop(0)()

    told = 0
    for _ in watching.changes(project, sleep=sleep):
        told += 1
        if not steps:
            break
    assert told == 4


def _lines(stream: Iterator[str], lines: Queue[str]) -> None:
    for line in stream:
        lines.put(line)


def _until(lines: Queue[str], text: str) -> str:
    """The first line that holds a text; a watcher that hangs fails the test."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        try:
            line = lines.get(timeout=1)
        except Empty:
            continue
        if text in line:
            return line
    raise AssertionError(text)


def test_watching_gives_a_verdict_after_each_change_and_ends_with_the_last(project: Path) -> None:
    """`check --watch` says when it begins and waits, outlives what can't be parsed, and exits with the last verdict."""
    command = [sys.executable, "-m", "jdm_kg", "check", "--watch", "--root", str(project)]
    # A program that was started in the background passes on that Ctrl-C is ignored; one with a handler does not.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=project)
    finally:
        signal.signal(signal.SIGINT, before)
    with process, contextlib.ExitStack() as stack:
        stack.callback(process.kill)  # else a failure would wait for its end
        assert process.stdout is not None
        lines: Queue[str] = Queue()
        threading.Thread(target=_lines, args=(process.stdout, lines), daemon=True).start()
        _until(lines, "jdm-kg: checking")
        assert "all is well" in _until(lines, " checks on ")
        _until(lines, "waiting for the next change")
        replace(project / CLAIMS, "vocab:polarity vocab:denied", "vocab:polarity ;")
        assert "all.ttl:" in _until(lines, "not Turtle")
        _until(lines, "waiting for the next change")
        replace(project / CLAIMS, "vocab:polarity ;", "vocab:polarity vocab:stated")
        assert "[claim-has-polarity-kind]" in _until(lines, "all.ttl:")
        _until(lines, "waiting for the next change")
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 1


def test_watching_and_fixing_do_not_go_together(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A program that waits for edits makes none of its own."""
    from jdm_kg.cli import main

    assert main(["check", "--watch", "--fix", "--root", str(project)]) == 2
    assert "does not go together" in capsys.readouterr().err
