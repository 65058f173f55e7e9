"""Edits of the real content as a curator might make them, each a small text file; `tests/edits/README.md` says how."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.content import ROOT

FOLDER = ROOT / "tests" / "edits"

_MARK = re.compile(r"⟦([^⟧]*)⟧")
_HEADINGS = ("find", "find every", "replace", "after", "insert", "whole")


@dataclass(frozen=True, order=True)
class Expected:
    """A finding that an edit must give: its code, and where it begins; or a refusal, with words of its message."""

    path: str
    line: int
    column: int
    code: str


@dataclass(frozen=True)
class Change:
    """One change of one file: what is looked for (nothing where the whole file is given), and what comes instead."""

    path: str
    find: str
    replace: str
    every: bool = False


@dataclass(frozen=True)
class Edit:
    """What a curator did.

    Attributes:
        title: One sentence.
        needs_sources: Whether only the source documents can tell that it is wrong.
        bug: What the check does wrong here, while it does.
        changes: In the order in which they are made.
    """

    title: str
    needs_sources: bool
    bug: str
    changes: tuple[Change, ...]


def read_edit(path: Path) -> Edit:
    """Read one edit; a slip in the format is an AssertionError that names the line."""
    lines = path.read_text(encoding="utf-8").split("\n")
    title, *rest = lines
    options: dict[str, str] = {}
    sections: list[tuple[str, str, list[str]]] = []
    file = ""
    for number, line in enumerate(rest, 2):
        if line.startswith("file: "):
            file = line.removeprefix("file: ")
            sections.append((file, "", []))
        elif line.startswith("--- "):
            heading = line.removeprefix("--- ")
            assert heading in _HEADINGS, f"{path.name}:{number}: there is no section {heading!r}"
            assert file, f"{path.name}:{number}: say which file first"
            sections.append((file, heading, []))
        elif sections:
            sections[-1][2].append(line)
        elif line:
            option = re.fullmatch(r"(needs|bug): (.+)", line)
            assert option, f"{path.name}:{number}: not understood: {line}"
            options[option[1]] = option[2]
    assert options.get("needs", "sources") == "sources", f"{path.name}: only the sources can be needed"
    changes = tuple(_changes(path, [(name, head, _text(body)) for name, head, body in sections]))
    return Edit(title, "needs" in options, options.get("bug", ""), changes)


def _text(lines: list[str]) -> str:
    text = "\n".join(lines).rstrip("\n")
    return re.sub(r"\{U\+([0-9A-F]{4,6})\}", lambda match: chr(int(match[1], 16)), text)


def _changes(path: Path, sections: list[tuple[str, str, str]]) -> Iterator[Change]:
    steps = iter([section for section in sections if section[1]])
    for file, heading, text in steps:
        if heading == "whole":
            yield Change(file, "", text + "\n")
            continue
        assert heading in {"find", "find every", "after"}, f"{path.name}: {heading!r} comes after nothing"
        _, second, new = next(steps)
        assert second == ("insert" if heading == "after" else "replace"), f"{path.name}: {second!r} after {heading!r}"
        yield Change(file, text, f"{text}\n{new}" if heading == "after" else new, every=heading == "find every")


def apply(edit: Edit) -> tuple[dict[str, str], set[Expected]]:
    """The new text of every file that an edit changes, and the findings that it expects there."""
    marked: dict[str, str] = {}
    for change in edit.changes:
        if not change.find:
            marked[change.path] = change.replace
            continue
        old = marked.get(change.path)
        if old is None:
            old = (ROOT / change.path).read_bytes().decode("utf-8")
        count = old.count(change.find)
        assert count == 1 or (count and change.every), f"this stands {count} times in {change.path}:\n{change.find}"
        marked[change.path] = old.replace(change.find, change.replace)
    expected: set[Expected] = set()
    texts = {}
    for path, text in marked.items():
        texts[path], found = _without_marks(path, text)
        expected |= found
    return texts, expected


def _without_marks(path: str, text: str) -> tuple[str, set[Expected]]:
    plain = ""
    found = set()
    position = 0
    for mark in _MARK.finditer(text):
        plain += text[position : mark.start()]
        position = mark.end()
        line, column = plain.count("\n") + 1, len(plain) - plain.rfind("\n")
        found |= {Expected(path, line, column, code.strip()) for code in mark[1].split(",")}
    return plain + text[position:], found
