"""The guides: each command in them runs and gives what is printed below it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys

import pytest

from tests.content import ROOT

GUIDE = ROOT / "docs" / "asking.md"
_BLOCK = re.compile(r"^```(sh|sh fails|python)\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?", flags=re.MULTILINE | re.DOTALL)
_TAUGHT = re.compile(r"^```(sh)\n(\./run (?:ask|query|questions) .*?)^```$()", flags=re.MULTILINE | re.DOTALL)
BLOCKS = _BLOCK.findall(GUIDE.read_text(encoding="utf-8"))
BLOCKS += _TAUGHT.findall((ROOT / "README.md").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of the commands, with a folder of its own for stores."""
    return {**os.environ, "JDM_KG_CACHE": str(tmp_path_factory.mktemp("cache"))}


def _commands(block: str) -> list[list[str]]:
    """The commands of a block, each begun by ./run."""
    found: list[list[str]] = []
    for word in shlex.split(block):
        if word == "./run":
            found.append([])
        else:
            found[-1].append(word)
    return found


def test_the_guide_has_commands_and_answers() -> None:
    """The guide shows commands, one that fails, and a program, and the answer to some."""
    assert {kind for kind, _, _ in BLOCKS} == {"sh", "sh fails", "python"}
    assert sum(bool(answer) for _, _, answer in BLOCKS) >= 3


@pytest.mark.parametrize(("kind", "block", "answer"), BLOCKS)
def test_each_command_gives_what_is_shown(kind: str, block: str, answer: str, environment: dict[str, str]) -> None:
    """Each command ends as it should; what it prints is what stands below it."""
    if kind == "python":
        commands = [[sys.executable, "-c", block]]
    else:
        commands = [[sys.executable, "-m", "jdm_kg", *words] for words in _commands(block)]
    printed = ""
    for command in commands:
        done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT, env=environment)
        assert done.returncode == (2 if kind == "sh fails" else 0), done.stderr
        assert bool(done.stdout) == (kind != "sh fails")
        told = re.sub(r"^jdm-kg: making the store .*\n", "", done.stderr)
        printed += told if kind == "sh fails" else done.stdout
    if answer:
        assert printed == answer


def test_every_question_that_a_guide_names_exists() -> None:
    """A command `ask` in a guide or the README names a question that there is."""
    from jdm_kg import questions

    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    texts = [page.read_text(encoding="utf-8") for page in pages]
    named = {name for text in texts for name in re.findall(r"(?:jdm-kg|run) ask ([a-z][a-z-]+)", text)}
    assert named <= set(questions.catalogue())
    assert named


def test_the_limits_of_the_server_are_those_that_are_documented() -> None:
    """What docs/server.md and the help of `serve` say of limits is what the server holds queries to."""
    from jdm_kg.serve.limits import Limits

    page = (ROOT / "docs" / "server.md").read_text(encoding="utf-8")
    limits = Limits()
    told = {
        "time, by the clock and of the processor": f"{limits.seconds:g} s",
        "memory beside the data (Linux)": f"{limits.memory} MB",
        "rows or triples of an answer": f"{limits.rows:,}",
        "bytes of an answer": f"{limits.answer_bytes >> 20} MB",
        "body of a request": f"{limits.body_bytes >> 20} MB",
    }
    for what, default in told.items():
        assert f"| {what} | {default} |" in page
    assert f"up to {limits.patience:g} s" in page
    assert f"running requests get {limits.grace:g} s" in page
    command = [sys.executable, "-m", "jdm_kg", "serve", "--help"]
    shown = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, "COLUMNS": "200"})
    for option, value in (("time-limit", f"{limits.seconds:g}"), ("rows", limits.rows), ("memory", limits.memory)):
        assert re.search(rf"--{option} [^\n]*\(default: {value}\)", shown.stdout), option
