"""The places where curators work: the five steps, the hook, the workflow, the editor."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.content import ROOT, make_project, replace
from tests.test_cli import run

GUIDE = (ROOT / "ontology" / "README.md").read_text(encoding="utf-8")


def _commands(text: str) -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the content, with the example claim of the guide added where the guide says."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("ontology", "shapes"):
        shutil.copytree(ROOT / name, folder / name)
    (claim,) = re.findall(r"^```turtle\n(.*?)^```$", GUIDE, flags=re.MULTILINE | re.DOTALL)
    path = folder / "ontology" / "claims" / "wp-03-muscles.ttl"
    path.write_text(path.read_text(encoding="utf-8") + "\n" + claim, encoding="utf-8")
    return folder


@pytest.mark.parametrize("command", _commands(GUIDE))
def test_every_command_of_the_guide_works(checkout: Path, command: str) -> None:
    """Each command that the guide shows ends well, with the example claim in place."""
    if command.startswith("./run "):
        done = run(*command.split()[1:], cwd=checkout)
        assert done.returncode == 0, done.stdout + done.stderr
    else:
        assert command.startswith("grep ")
        shown = subprocess.run(["sh", "-c", command], check=True, capture_output=True, text=True, cwd=checkout)
        assert shown.stdout


def test_the_example_claim_is_in_the_exports(checkout: Path) -> None:
    """After the five steps the claim of the guide is in what was written."""
    if not (checkout / "exports").exists():
        assert run("build", cwd=checkout).returncode == 0
    assert "claim:wp-021-99" in (checkout / "exports" / "jdm-kg.ttl").read_text(encoding="utf-8")


def test_the_guide_tells_what_each_content_folder_holds() -> None:
    """The table of the guide names every file and folder of the content."""
    there = {path.name + ("/" if path.is_dir() else "") for path in (ROOT / "ontology").iterdir()}
    assert set(re.findall(r"^\| `([^`]+)` \|", GUIDE, flags=re.MULTILINE)) == there - {"README.md"}


def test_the_editor_finds_place_and_code(tmp_path: Path) -> None:
    """The problem matcher of VS Code reads file, line, column, severity, message and code from the text output."""
    task = json.loads((ROOT / ".vscode" / "tasks.json").read_text(encoding="utf-8"))["tasks"][0]
    pattern = task["problemMatcher"]["pattern"]
    project = make_project(tmp_path)
    replace(project / "ontology" / "claims" / "all.ttl", "vocab:object id:hurt", "vocab:object id:publisher")
    done = run(*task["command"].split()[1:], cwd=project)
    matches = [m for m in (re.match(pattern["regexp"], line) for line in done.stdout.splitlines()) if m]
    assert len(matches) == 1
    parts = {name: matches[0][index] for name, index in pattern.items() if name != "regexp"}
    assert parts["file"] == "ontology/claims/all.ttl"
    assert parts["severity"] == "error"
    assert parts["code"] == "claim-object-kind"


def test_hook_and_workflow_run_commands_that_exist() -> None:
    """The pre-commit hooks and the GitHub workflow call `check` with options that it has, on files that exist."""
    files = [".pre-commit-config.yaml", ".pre-commit-hooks.yaml", ".github/workflows/check.yml"]
    called = []
    for name in files:
        text = (ROOT / name).read_text(encoding="utf-8")
        called += re.findall(r"(?:entry|run): (?:\./run|jdm-kg) (.*)$", text, flags=re.MULTILINE)
        for pattern in re.findall(r"files: (\S+)$", text, flags=re.MULTILINE):
            assert re.search(pattern, "ontology/claims/wp-01-lead.ttl")
            assert re.search(pattern, "shapes/rules/label-unique.rq")
            assert not re.search(pattern, "README.md")
    assert sorted(called) == ["check", "check", "check --format github"]
    assert run("check", "--format", "github", "--root", ROOT).returncode == 0
