"""A report in the formats that people and machines read, narrowed down, and explained."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from jdm_kg import check, reports
from jdm_kg.diff import SEVEREST_FIRST
from jdm_kg.errors import InputError
from jdm_kg.explanations import OTHERS
from jdm_kg.findings import Finding, Report, Severity, report
from jdm_kg.texts import Place
from tests.content import ROOT, make_project, replace
from tests.test_cli import run


@pytest.fixture
def found(tmp_path: Path) -> Report:
    """An error with a place, a warning without one, and a note; words with every character that needs care."""
    place = Place(tmp_path / "a, b:c.ttl", 3, 5, 4, 9)
    return report(
        [
            Finding("one-code", Severity.ERROR, 'bad <thing> & "more", 100%', "id:x", place, "mend\nit"),
            Finding("two-code", Severity.WARNING, "look again", "id:y"),
            Finding("three-code", Severity.INFO, "by the way", "", place),
        ],
        checks=7,
        claims=1,
    )


def test_text_is_relative_to_the_working_folder(found: Report, tmp_path: Path) -> None:
    """Text names file, line, column, severity, thing, words, code and hint, and closes with a summary."""
    lines = reports.text(found, tmp_path).splitlines()
    assert 'a, b:c.ttl:3:5: error: id:x: bad <thing> & "more", 100% [one-code]' in lines
    assert "warning: id:y: look again [two-code]" in lines
    assert lines[-1] == "7 checks on 1 claims: 1 error, 1 warning, 1 info"


def test_json_has_all_parts(found: Report, tmp_path: Path) -> None:
    """JSON holds each finding with its place or null, its hint, and the address of its explanation."""
    document = json.loads(reports.as_json(found, tmp_path))
    assert (document["ok"], document["checks"], document["claims"]) == (False, 7, 1)
    first = next(f for f in document["findings"] if f["code"] == "one-code")
    assert first["place"] == {"file": "a, b:c.ttl", "line": 3, "column": 5, "endLine": 4, "endColumn": 9}
    assert first["help"] == "docs/checks.md#one-code"
    assert next(f for f in document["findings"] if f["code"] == "two-code")["place"] is None


def test_sarif_is_what_the_standard_asks_for(found: Report, tmp_path: Path) -> None:
    """SARIF 2.1.0: version, one run, rules that results point to by index, levels, regions from 1."""
    document = json.loads(reports.sarif(found, tmp_path))
    (run_of_tool,) = document["runs"]
    assert document["version"] == "2.1.0"
    rules = run_of_tool["tool"]["driver"]["rules"]
    for result in run_of_tool["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"].endswith(".")
    assert sorted(result["level"] for result in run_of_tool["results"]) == ["error", "note", "warning"]
    region = run_of_tool["results"][-1]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 3, "startColumn": 5, "endLine": 4, "endColumn": 9}


def test_github_commands_are_escaped(found: Report, tmp_path: Path) -> None:
    """A finding is one line whatever it holds: percent signs, line feeds, colons and commas are escaped."""
    lines = reports.github(found, tmp_path).splitlines()
    assert len(lines) == 3
    expected = (
        "::error file=a%2C b%3Ac.ttl,line=3,endLine=4,col=5,endColumn=9,title=one-code"
        '::id:x: bad <thing> & "more", 100%25%0Amend%0Ait'
    )
    assert expected in lines
    assert "::warning title=two-code::id:y: look again" in lines


def test_junit_fails_a_case_for_each_error(found: Report, tmp_path: Path) -> None:
    """JUnit XML is well-formed; errors are failed cases; with no error one case passes."""
    suite = ElementTree.fromstring(reports.junit(found, tmp_path))  # noqa: S314 - our own text
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")
    assert suite.find("testcase/failure") is not None
    fine = ElementTree.fromstring(reports.junit(report([], checks=1, claims=0), tmp_path))  # noqa: S314 - our own text
    assert (fine.get("tests"), fine.get("failures")) == ("1", "0")


def test_selection_by_code_path_and_baseline(found: Report, tmp_path: Path) -> None:
    """A report is narrowed to codes, to files or folders, and to what a baseline does not know."""
    assert [f.code for f in reports.select(found, only=["two-code"]).findings] == ["two-code"]
    assert {f.code for f in reports.select(found, paths=[tmp_path]).findings} == {"one-code", "three-code"}
    assert reports.select(found, paths=[tmp_path / "elsewhere"]).findings == ()
    known = json.loads(reports.baseline(found))["known"]
    assert reports.select(found, known=known).findings == ()
    assert reports.select(found, known=known).ok


@pytest.mark.parametrize("content", ["[]", "{", '{"known": [{"code": "x"}]}', "\x00"])
def test_what_is_no_baseline_is_refused(tmp_path: Path, content: str) -> None:
    """A file that is not a baseline is an input error that says how to make one."""
    path = tmp_path / "baseline.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match="not a baseline"):
        reports.read_baseline(path)


def test_known_findings_do_not_fail_a_check(tmp_path: Path) -> None:
    """Findings that a baseline lists are left out, also after their lines have moved; a new one fails."""
    project = make_project(tmp_path)
    claims = project / "ontology" / "claims" / "all.ttl"
    replace(claims, "vocab:object id:hurt", "vocab:object id:publisher")
    baseline = tmp_path / "known.json"
    assert run("check", "--root", project, "--write-baseline", baseline).returncode == 0
    claims.write_text(claims.read_text(encoding="utf-8").replace("# A comment", "#\n# A comment"), encoding="utf-8")
    assert run("check", "--root", project, "--baseline", baseline).returncode == 0
    replace(claims, "vocab:sharpness vocab:mild ;", "")
    done = run("check", "--root", project, "--baseline", baseline)
    assert done.returncode == 1
    assert "[tension-has-sharpness]" in done.stdout


@pytest.mark.parametrize("name", sorted(reports.FORMATS))
def test_every_format_is_the_same_on_every_run(tmp_path: Path, name: str) -> None:
    """`jdm-kg check --format NAME` prints the same twice, and ends with status 1 where something is wrong."""
    project = make_project(tmp_path)
    replace(project / "ontology" / "claims" / "all.ttl", "vocab:object id:hurt", "vocab:object id:publisher")
    done = [run("check", "--root", project, "--format", name, cwd=project) for _ in range(2)]
    assert done[0].returncode == 1
    assert done[0].stdout == done[1].stdout
    assert "claim-object-kind" in done[0].stdout


def test_paths_narrow_what_is_shown(tmp_path: Path) -> None:
    """With PATH only findings there count; a path that does not exist is refused."""
    project = make_project(tmp_path)
    replace(project / "ontology" / "claims" / "all.ttl", "vocab:object id:hurt", "vocab:object id:publisher")
    terms = project / "ontology" / "terms"
    assert run("check", "--root", project, terms).returncode == 0
    assert run("check", "--root", project, project / "ontology" / "claims").returncode == 1
    assert run("check", "--root", project, project / "absent.ttl").returncode == 2


def test_only_known_codes_can_be_asked_for(tmp_path: Path) -> None:
    """A misspelt code is refused with the nearest that exist."""
    done = run("check", "--root", make_project(tmp_path), "--only", "claim-objct-kind")
    assert done.returncode == 2
    assert "Did you mean claim-object-kind" in done.stderr


def test_explain_says_what_a_code_means() -> None:
    """`jdm-kg explain CODE` prints what is demanded, where it looks and what to do."""
    done = run("explain", "claim-rests-on-passage", "--root", ROOT)
    assert done.returncode == 0
    assert "vocab:restsOn of every vocab:Claim" in done.stdout
    assert "Did you mean claim-rests-on-passage" in run("explain", "claim-rest-on-passage", "--root", ROOT).stderr


def test_every_code_is_explained_on_the_page() -> None:
    """docs/checks.md is what `jdm-kg explain --page` prints now, and explains each code with title and remedy."""
    assert run("explain", "--page", "--root", ROOT).stdout == (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    for entry in (*check.catalogue(ROOT).values(), *OTHERS):
        assert entry.title
        assert entry.solution, entry.code


# Where the code stands among the arguments of what holds one.
HOLDERS = {
    "Breaking": 0,
    "Change": 1,
    "Complaint": 0,
    "Fault": 2,
    "Finding": 0,
    "SheetFinding": 0,
    "_Edit": 3,
    "_Problem": 0,
}


def _codes_used() -> set[str]:
    """Every code that the package spells out where it makes a finding, a fault or a change."""
    places: list[ast.expr] = []
    for path in (ROOT / "jdm_kg").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in HOLDERS:
                places += node.args[HOLDERS[node.func.id] :][:1]
                places += [keyword.value for keyword in node.keywords if keyword.arg == "code"]
            elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "_BY_CODE":
                places.append(node.slice)
    words = (node.value for place in places for node in ast.walk(place) if isinstance(node, ast.Constant))
    return {word for word in words if isinstance(word, str) and re.fullmatch(r"[a-z]+(-[a-z]+)*", word)}


def test_every_code_that_the_package_uses_is_explained() -> None:
    """`jdm-kg explain` knows each code that a check, an import or a diff can print, and none in two ways."""
    used = _codes_used()
    assert len(used) > 50
    catalogue = check.catalogue(ROOT)
    others = {entry.code for entry in OTHERS}
    assert used - {*catalogue, *others} == set()
    assert others & set(catalogue) == set()
    assert others - used - set(SEVEREST_FIRST) == set()
    assert set(SEVEREST_FIRST) <= {*catalogue, *others}
    for code in ("cell-spoilt", "safety-lost"):
        assert f"{code} (" in run("explain", code, "--root", ROOT).stdout
