"""A curator's slips are found, each with its code and at its place; what is unusual but right is left alone."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from jdm_kg import review
from jdm_kg.errors import InputError
from jdm_kg.findings import Finding, Severity
from jdm_kg.sources import SOURCES_SETTING
from tests.content import ROOT
from tests.edit_cases import FOLDER, Edit, Expected, apply, read_edit
from tests.verdicts import verdict

_SOURCES = os.environ.get(SOURCES_SETTING)
_REFUSED = "refused: "
# Every change of a reviewed record is told, if nothing is wrong with it; tests/test_review.py sees to that.
_OF_REVIEW = {entry.code for entry in review.EXPLANATIONS}


def _cases(kind: str) -> list[ParameterSet]:
    cases = []
    for path in sorted((FOLDER / kind).glob("*.edit")):
        edit = read_edit(path)
        marks = [
            *([pytest.mark.xfail(strict=True, reason=edit.bug)] if edit.bug else []),
            *([pytest.mark.skipif(not _SOURCES, reason="needs JDM_KG_SOURCES")] if edit.needs_sources else []),
        ]
        cases.append(pytest.param(edit, id=path.stem, marks=marks))
    return cases


def _name(path: Path | None) -> str:
    return path.relative_to(ROOT).as_posix() if path else "nowhere"


def _place(finding: Finding) -> Expected:
    place = finding.place
    line, column = (place.line, place.column) if place else (0, 0)
    return Expected(_name(place.path if place else None), line, column, finding.code)


def _is_met(expected: Expected, found: Expected) -> bool:
    if not expected.code.startswith(_REFUSED):
        return expected == found
    # A parser stops somewhere in the line at fault; its column is not ours to promise.
    same_line = (expected.path, expected.line) == (found.path, found.line)
    words = expected.code.removeprefix(_REFUSED)
    return same_line and found.code.startswith(_REFUSED) and words in found.code.removeprefix(_REFUSED)


def _in_words(places: Iterable[Expected], changes: dict[str, str]) -> str:
    lines = []
    for place in sorted(places):
        text = changes.get(place.path, "").split("\n")
        shown = text[place.line - 1].strip() if 0 < place.line <= len(text) else ""
        lines.append(f"  {place.code} at {place.path}:{place.line}:{place.column}  {shown}")
    return "\n".join(lines) or "  nothing"


def _assert_as_expected(edit: Edit) -> tuple[Finding, ...]:
    """Make an edit, and compare what the check says with what is marked in it; return the findings."""
    changes, expected = apply(edit)
    findings: tuple[Finding, ...] = ()
    try:
        found = verdict(changes, Path(_SOURCES) if _SOURCES and edit.needs_sources else None).findings
        findings = tuple(finding for finding in found if finding.code not in _OF_REVIEW)
        places = [_place(finding) for finding in findings]
        said = "\n".join(map(str, findings))
    except InputError as error:
        places = [Expected(_name(error.path), error.line or 0, error.column or 0, f"{_REFUSED}{error.message}")]
        said = str(error)
    missing = [one for one in expected if not any(_is_met(one, other) for other in places)]
    surplus = [one for one in places if not any(_is_met(other, one) for other in expected)]
    assert not missing and not surplus, (  # noqa: PT018 - one message tells both
        f"{edit.title}\nexpected, but not found:\n{_in_words(missing, changes)}\n"
        f"found, but not expected:\n{_in_words(surplus, changes)}\nThe check says:\n{said or 'nothing'}"
    )
    return findings


@pytest.mark.parametrize("edit", _cases("bad"))
def test_slip_is_found_at_its_place(edit: Edit) -> None:
    """A bad edit gives the findings that are marked in it, where they are marked, and no others."""
    _assert_as_expected(edit)


@pytest.mark.parametrize("edit", _cases("good"))
def test_unusual_edit_is_left_alone(edit: Edit) -> None:
    """An edit that is unusual but right gives no error and no warning."""
    assert {finding.severity for finding in _assert_as_expected(edit)} <= {Severity.INFO}


def test_there_are_enough_edits() -> None:
    """There are at least 120 bad edits and 40 good ones, and no two of them are the same."""
    bad = [apply(read_edit(path)) for path in sorted((FOLDER / "bad").glob("*.edit"))]
    good = [apply(read_edit(path)) for path in sorted((FOLDER / "good").glob("*.edit"))]
    assert len(bad) >= 120
    assert len(good) >= 40
    assert all(expected for _, expected in bad)
    results = [sorted(changes.items()) for changes, _ in [*bad, *good]]
    assert all(results.count(result) == 1 for result in results)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*/*.edit")), ids=lambda path: path.stem)
def test_edit_changes_every_file_that_it_names(path: Path) -> None:
    """An edit says in one sentence what was done; of the files that it names, those without a mark are changed."""
    edit = read_edit(path)
    assert re.fullmatch(r"[A-Z].*[^.]\.", edit.title)
    changes, expected = apply(edit)
    marked = {place.path for place in expected}
    for name, text in changes.items():
        changed = not (ROOT / name).exists() or (ROOT / name).read_bytes() != text.encode("utf-8")
        assert changed or name in marked
