"""What a check found: one finding per fault, with its place and what to do, and the report that gathers them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from jdm_kg.texts import Place


class Severity(StrEnum):
    """How much a finding matters; only errors make a check fail."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong or worth a look.

    Attributes:
        code: Stable name of the shape, rule or source check, such as `claim-rests-on-passage`.
        severity: Whether it fails the check.
        message: What is wrong, in plain words.
        focus: The node at fault, shortened with the project's prefixes, or empty.
        place: Where it stands in the files, if that is known.
        hint: What to do about it, or empty.
    """

    code: str
    severity: Severity
    message: str
    focus: str = ""
    place: Place | None = None
    hint: str = ""

    def sort_key(self) -> tuple[str, int, int, str, str, str]:
        """Findings sort by file, line and column, then code, focus and message."""
        place = self.place
        where = (str(place.path), place.line, place.column) if place else ("", 0, 0)
        return (*where, self.code, self.focus, self.message)

    def __str__(self) -> str:
        where = f"{self.place.path}:{self.place.line}:{self.place.column}: " if self.place else ""
        focus = f"{self.focus}: " if self.focus else ""
        text = f"{where}{self.severity}: {focus}{self.message} [{self.code}]"
        return f"{text}\n  {self.hint}" if self.hint else text


@dataclass(frozen=True)
class Explanation:
    """What a code means, for `jdm-kg explain` and the page of all checks.

    Attributes:
        code: The code that findings carry.
        title: What is demanded or what is wrong, one line.
        problem: What a finding says; may hold `{placeholders}`.
        solution: What to do about it.
        severity: How much it matters.
        applies_to: What is looked at, a few words.
    """

    code: str
    title: str
    problem: str
    solution: str
    severity: Severity
    applies_to: str


@dataclass(frozen=True)
class Report:
    """All findings of a check, sorted.

    Attributes:
        findings: Sorted by place, then code.
        checks: How many shapes, rules and other checks were run.
        claims: How many claims were looked at.
    """

    findings: tuple[Finding, ...]
    checks: int
    claims: int
    errors: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "errors", sum(f.severity is Severity.ERROR for f in self.findings))

    @property
    def ok(self) -> bool:
        """Whether nothing of severity error was found."""
        return self.errors == 0


def report(findings: Iterable[Finding], *, checks: int, claims: int) -> Report:
    """A report of the findings, sorted and without repetitions."""
    return Report(tuple(sorted(set(findings), key=Finding.sort_key)), checks, claims)
