"""The block of `@prefix` lines at the top of a Turtle file: in order, and each prefix declared once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from jdm_kg.files import TextFile
from jdm_kg.findings import Explanation, Finding, Severity
from jdm_kg.hygiene import finding

EXPLANATIONS: Final = (
    Explanation(
        "prefix-order",
        "Prefixes are declared in order, each once",
        "The prefix {prefix} is declared {wrong}.",
        "Sort the lines at the top of the file, or let jdm-kg check --fix do it.",
        Severity.INFO,
        "the prefixes of every Turtle file",
    ),
)
"""What the code of the check of the order means."""

_BY_CODE: Final = MappingProxyType({entry.code: entry for entry in EXPLANATIONS})
_DECLARATION: Final = re.compile(
    r"@prefix[ \t]+(?P<name>[^\s:]*):[ \t]*(?P<iri><[^<>\s]*>)[ \t]*\.[ \t]*(?P<comment>#.*)?"
)


def check(files: Iterable[TextFile]) -> Iterator[Finding]:
    """The first prefix of each Turtle file that is declared too late or again.

    Args:
        files: Any files; those that are no Turtle are passed over.
    """
    for file in files:
        if file.path.suffix != ".ttl" or _looks_sorted(file):
            continue
        declared = [token for token in file.tokens if token.kind == "prefix"]
        names = [token.role for token in declared]
        for index, token in enumerate(declared[1:], 1):
            if token.role <= names[index - 1]:
                wrong = "again" if token.role in names[:index] else f"after {names[index - 1]}:"
                parts = (("prefix", f"{token.role}:"), ("wrong", wrong))
                yield finding(_BY_CODE["prefix-order"], file.place(token.start, token.end), "", parts)
                break


def _looks_sorted(file: TextFile) -> bool:
    declared = file.declarations
    return declared is not None and all(one < other for (one, _), (other, _) in pairwise(declared))


@dataclass
class _Declaration:
    """A line that declares a prefix, the comment at its end, and the lines of comment above it that go with it."""

    name: str
    iri: str
    line: str
    comment: str
    above: list[str]


def sort_block(text: str) -> str:
    """The text with the `@prefix` lines at its top in order, and those that say the same twice merged.

    Comments stay with the line that they stand beside or above; what stands above the first prefix stays on top. The
    text is given back as it is where the lines are in order already, or where two of them contradict each other, so
    that their order matters.

    Args:
        text: Turtle, with lines that end with a line feed alone.
    """
    lines = text.split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip() and not line.startswith("#")), len(lines))
    last = first
    declarations: list[_Declaration] = []
    comments: list[str] = []
    for index in range(first, len(lines)):
        match = _DECLARATION.fullmatch(lines[index])
        if match is not None:
            declarations.append(
                _Declaration(match["name"], match["iri"], lines[index], match["comment"] or "", comments)
            )
            comments, last = [], index + 1
        elif lines[index].startswith("#"):
            comments.append(lines[index])
        elif lines[index].strip():
            break
    names = [declaration.name for declaration in declarations]
    if all(one < other for one, other in pairwise(names)):
        return text
    kept: dict[str, _Declaration] = {}
    for declaration in declarations:
        survivor = kept.setdefault(declaration.name, declaration)
        if survivor.iri != declaration.iri:
            return text
        if survivor is not declaration:
            survivor.above += [*declaration.above, *([declaration.comment] if declaration.comment else [])]
    block = [line for name in sorted(kept) for line in (*kept[name].above, kept[name].line)]
    return "\n".join([*lines[:first], *block, *lines[last:]])
