"""What the README promises: its commands run, its examples give the answers that it prints, and nothing is left out."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.content import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
CI = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
COMMANDS = sorted(set(re.findall(r"\./run ((?:claims |sources )?[a-z]+)", README)))


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)


def _cli_commands() -> set[str]:
    """Every command of the command line, those within `sources` too, read from its own help."""

    def listed(*words: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-m", "jdm_kg", *words, "--help"], check=True, capture_output=True, text=True
        )
        return re.findall(r"^ {4}([a-z]+)(?: |$)", done.stdout, flags=re.MULTILINE)

    return {f"{name} {inner}".strip() for name in listed() for inner in (listed(name) or [""])}


def test_every_command_is_documented_and_every_documented_command_exists() -> None:
    """The README names each command of the command line, and no other but `test`."""
    assert set(COMMANDS) - {"test"} == _cli_commands()


def test_the_first_command_writes_the_exports(tmp_path: Path) -> None:
    """`./run build` ends with status 0, and what it writes is what is committed."""
    if not (ROOT / ".venv" / ".ready-base").exists():
        pytest.skip("the tests do not run in the virtualenv that ./run makes, and would replace it")
    out = tmp_path / "exports"
    subprocess.run([ROOT / "run", "build", "--out", out], check=True, capture_output=True, cwd=tmp_path)
    kept = [path for path in (ROOT / "exports").rglob("*") if path.is_file()]
    assert (ROOT / "exports" / "MANIFEST.json") in kept  # which holds the digests of what is not kept in git
    changed = [path for path in kept if (out / path.relative_to(ROOT / "exports")).read_bytes() != path.read_bytes()]
    assert changed == []


def test_the_second_command_runs_the_tests() -> None:
    """`./run test` collects this very test; CI runs it whole."""
    if not (ROOT / ".venv" / ".ready-test").exists():
        pytest.skip("the tests do not run in the virtualenv that ./run makes, and would replace it")
    command = [str(ROOT / "run"), "test", "--collect-only", "-q", "tests/test_readme.py"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "test_the_second_command_runs_the_tests" in done.stdout
    assert re.search(r"^ +\./run test", CI, flags=re.MULTILINE)


def test_ci_runs_the_commands_of_uv() -> None:
    """Each `uv run` command of the README is run by CI."""
    promised = re.findall(r"`uv run ([^`]+)`", README)
    assert promised == ["jdm-kg build", "--extra test pytest"]
    for command in promised:
        assert f" run {command}" in CI


def test_the_example_gives_the_answer_that_is_printed() -> None:
    """The Python example is the file that it is taken from, and prints the text that the README shows."""
    (shown,) = _blocks("python")
    path = ROOT / "examples" / "how_often.py"
    assert path.read_text(encoding="utf-8").endswith(shown)
    done = subprocess.run([sys.executable, path], check=True, capture_output=True, text=True, cwd=ROOT)
    assert [done.stdout] == _blocks("text")


def test_the_json_is_that_of_the_export() -> None:
    """The JSON snippet is a part of the node in the export."""
    (shown,) = (json.loads(block) for block in _blocks("json"))
    graph = json.loads((ROOT / "exports" / "jdm-kg.jsonld").read_text(encoding="utf-8"))["@graph"]
    node = next(node for node in graph if node["@id"] == shown["@id"])
    assert shown.items() <= node.items()


def test_every_link_into_the_project_leads_somewhere() -> None:
    """Each relative link of the README and the documentation names a file that exists."""
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "exports" / "README.md"]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_it_says_that_it_is_not_medical_advice() -> None:
    """The README, the exports and each exported graph say that they are not medical advice."""
    assert "not medical advice" in README
    assert "Not medical advice" in (ROOT / "exports" / "README.md").read_text(encoding="utf-8")
    for name in ("jdm-kg.ttl", "jdm-kg.jsonld", "jdm-kg.nt"):
        assert "Not medical advice" in (ROOT / "exports" / name).read_text(encoding="utf-8")
