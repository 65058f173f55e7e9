"""The named questions with their expected rows, for the tests that ask them here and elsewhere."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import pyoxigraph

from jdm_kg import questions
from jdm_kg.iris import shorten
from tests.content import ROOT

FOLDER = ROOT / "tests" / "questions"
DAY = "2026-12-31"
"""The day on which questions are asked whose expected rows name no other."""


@dataclass(frozen=True)
class Expected:
    """The rows that a question must give.

    Attributes:
        names: The variables, in their order.
        rows: IRIs as `prefix:name`, literals as text, nothing as an empty text; in the order of the answer.
        given: Values of parameters with which it was asked.
    """

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    given: Mapping[str, str]


def expected(question: questions.Question) -> Expected:
    """What tests/questions/NAME.csv says; its first line may give values, such as `# asOf=2027-06-30`."""
    lines = (FOLDER / f"{question.name}.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    given = {one.name: DAY for one in question.parameters if one.default == questions.TODAY}
    while lines[0].startswith("#"):
        name, _, value = lines.pop(0)[1:].strip().partition("=")
        given[name] = value
    header, *rows = csv.reader(lines)
    return Expected(tuple(header), tuple(map(tuple, rows)), given)


def plain(term: object) -> str:
    """A term as it stands in the expected rows."""
    if term is None:
        return ""
    if isinstance(term, pyoxigraph.NamedNode):
        short = shorten(term.value)
        return short[1:-1] if short.startswith("<") else short
    assert isinstance(term, pyoxigraph.Literal), term
    if term.datatype.value.endswith(("#decimal", "#integer", "#double")):
        return f"{Decimal(term.value).normalize():f}"
    return term.value


def comparable(text: str) -> str:
    """An expected cell as `plain` writes it: the same number however it is written."""
    try:
        return f"{Decimal(text).normalize():f}" if text[:1] in "+-.0123456789" and text.isascii() else text
    except ArithmeticError:
        return text
