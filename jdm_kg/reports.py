"""A report in the formats that people and machines read: text, JSON, SARIF, GitHub annotations, JUnit.

All functions are pure: findings in, text out, the same for the same findings wherever they were found.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree

from jdm_kg.errors import InputError
from jdm_kg.findings import Explanation, Finding, Report, Severity, report

HELP_PAGE = "docs/checks.md"
_SARIF_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_GITHUB_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def select(
    found: Report, *, only: Iterable[str] = (), paths: Iterable[Path] = (), known: Iterable[Mapping[str, str]] = ()
) -> Report:
    """The part of a report that somebody asked for.

    Args:
        found: The whole report.
        only: Codes; with none, all codes.
        paths: Files or folders; with none, everything, findings without a place too.
        known: Findings of a baseline, as `baseline` gives them; they are left out.
    """
    codes, places = set(only), [path.resolve() for path in paths]
    old = [(entry["code"], entry["focus"], entry["message"]) for entry in known]

    def wanted(finding: Finding) -> bool:
        if codes and finding.code not in codes:
            return False
        if places:
            if finding.place is None:
                return False
            file = finding.place.path.resolve()
            if not any(file == place or place in file.parents for place in places):
                return False
        return (finding.code, finding.focus, finding.message) not in old

    kept = [finding for finding in found.findings if wanted(finding)]
    return report(kept, checks=found.checks, claims=found.claims)


def summary(found: Report) -> str:
    """The closing line: how much was checked and what came of it."""
    numbers = {level: sum(f.severity is level for f in found.findings) for level in Severity}
    verdict = ", ".join(f"{number} {level}{'s' * (number != 1)}" for level, number in numbers.items() if number)
    checks = f"{found.checks} check{'s' * (found.checks != 1)}"
    return f"{checks} on {found.claims} claims: {verdict or 'all is well'}"


def text(found: Report, base: Path) -> str:
    """One finding after the other, with its hint, and the closing line; paths relative to `base` where they can be."""
    blocks = []
    for finding in found.findings:
        where = _where(finding, base)
        focus = f"{finding.focus}: " if finding.focus else ""
        block = f"{where}{finding.severity}: {focus}{finding.message} [{finding.code}]"
        blocks.append(f"{block}\n  {finding.hint}" if finding.hint else block)
    return "\n".join([*blocks, summary(found)]) + "\n"


def _where(finding: Finding, base: Path) -> str:
    place = finding.place
    return f"{relative(place.path, base)}:{place.line}:{place.column}: " if place else ""


@lru_cache(maxsize=1024)  # the file system is asked once for each file, and not for each finding
def relative(path: Path, base: Path) -> str:
    """A path as seen from a folder where it lies in it, else from the root of the file system."""
    path, base = path.resolve(), base.resolve()
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else path.as_posix()


def _entry(finding: Finding, base: Path) -> dict[str, object]:
    place = finding.place
    return {
        "code": finding.code,
        "severity": str(finding.severity),
        "message": finding.message,
        "hint": finding.hint,
        "focus": finding.focus,
        "help": f"{HELP_PAGE}#{finding.code}",
        "place": None
        if place is None
        else {
            "file": relative(place.path, base),
            "line": place.line,
            "column": place.column,
            "endLine": place.end_line,
            "endColumn": place.end_column,
        },
    }


def as_json(found: Report, base: Path) -> str:
    """One object: `ok`, `checks`, `claims` and `findings`, each with code, severity, place, message, hint and help."""
    document = {
        "ok": found.ok,
        "checks": found.checks,
        "claims": found.claims,
        "findings": [_entry(finding, base) for finding in found.findings],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def sarif(found: Report, base: Path) -> str:
    """The findings in SARIF 2.1.0 (OASIS Standard), columns in Unicode code points."""
    rules = sorted({finding.code for finding in found.findings})
    results = []
    for finding in found.findings:
        result: dict[str, object] = {
            "ruleId": finding.code,
            "ruleIndex": rules.index(finding.code),
            "level": _SARIF_LEVELS[finding.severity],
            "message": {"text": ". ".join(part.rstrip(".") for part in (finding.message, finding.hint) if part) + "."},
        }
        place = finding.place
        if place is not None:
            region = {
                "startLine": place.line,
                "startColumn": place.column,
                "endLine": place.end_line,
                "endColumn": place.end_column,
            }
            location = {"artifactLocation": {"uri": relative(place.path, base)}, "region": region}
            result["locations"] = [{"physicalLocation": location}]
        results.append(result)
    driver = {"name": "jdm-kg", "rules": [{"id": code, "helpUri": f"{HELP_PAGE}#{code}"} for code in rules]}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    document = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def github(found: Report, base: Path) -> str:
    """One workflow command a finding, which GitHub shows at the line of the pull request."""

    def escape(value: str, *, in_property: bool) -> str:
        value = value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        return value.replace(":", "%3A").replace(",", "%2C") if in_property else value

    lines = []
    for finding in found.findings:
        properties = {"title": finding.code}
        place = finding.place
        if place is not None:
            properties = {
                "file": relative(place.path, base),
                "line": str(place.line),
                "endLine": str(place.end_line),
                "col": str(place.column),
                "endColumn": str(place.end_column),
                **properties,
            }
        listed = ",".join(f"{name}={escape(value, in_property=True)}" for name, value in properties.items())
        words = f"{finding.focus}: {finding.message}" if finding.focus else finding.message
        message = escape(f"{words}\n{finding.hint}" if finding.hint else words, in_property=False)
        lines.append(f"::{_GITHUB_COMMANDS[finding.severity]} {listed}::{message}")
    return "".join(f"{line}\n" for line in lines)


def junit(found: Report, base: Path) -> str:
    """A JUnit test suite: a failed case for each error, and one that passes when there is none."""
    errors = [finding for finding in found.findings if finding.severity is Severity.ERROR]
    suite = ElementTree.Element(
        "testsuite", name="jdm-kg check", tests=str(max(len(errors), 1)), failures=str(len(errors)), errors="0"
    )
    if not errors:
        ElementTree.SubElement(suite, "testcase", classname="jdm-kg", name=summary(found))
    for finding in errors:
        name = f"{_where(finding, base)}{finding.focus}".strip() or finding.code
        case = ElementTree.SubElement(suite, "testcase", classname=finding.code, name=name)
        failure = ElementTree.SubElement(case, "failure", message=finding.message, type=finding.code)
        failure.text = finding.hint
    ElementTree.indent(suite)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suite, encoding="unicode") + "\n"


FORMATS = {"text": text, "json": as_json, "sarif": sarif, "github": github, "junit": junit}
"""Each format by the name that the command line knows it by."""


def baseline(found: Report) -> str:
    """The findings as a baseline: what is known and need not fail a later check. Lines are left out, as they move."""
    entries = [{"code": f.code, "focus": f.focus, "message": f.message} for f in found.findings]
    return json.dumps({"known": entries}, ensure_ascii=False, indent=2) + "\n"


def read_baseline(path: Path) -> list[dict[str, str]]:
    """The known findings of a baseline.

    Raises:
        InputError: The file can't be read, or is not a baseline.
    """
    try:
        known = json.loads(path.read_text(encoding="utf-8"))["known"]
        return [{key: str(entry[key]) for key in ("code", "focus", "message")} for entry in known]
    except OSError as error:
        raise InputError(f"the baseline can't be read ({error.strerror})", path) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        hint = "Make one with: jdm-kg check --write-baseline FILE"
        raise InputError("this is not a baseline", path, hint=hint) from error


def explanation(entry: Explanation) -> str:
    """What a code means, as a few lines of text."""
    return (
        f"{entry.code} ({entry.severity})\n\n{entry.title}\n\n"
        f"Looks at: {entry.applies_to}\nProblem:  {entry.problem}\nRemedy:   {entry.solution}\n"
    )


def explanations_page(entries: Iterable[Explanation]) -> str:
    """The page of all checks in Markdown, a heading for each code, which is also its anchor."""
    lines = [
        "# Checks",
        "",
        "What each finding of `jdm-kg check`, `claims import` and `diff` means and what to do about it. Made by",
        "`jdm-kg explain --page` from the shapes, the rules and the engine; do not edit.",
    ]
    for entry in entries:
        lines += [
            "",
            f"## {entry.code}",
            "",
            entry.title.rstrip(".") + ".",
            "",
            f"- Severity: {entry.severity}",
            f"- Looks at: {entry.applies_to}",
            f"- Problem: {entry.problem}",
            f"- Remedy: {entry.solution}",
        ]
    return "\n".join(lines) + "\n"
