"""Editing Turtle as text: one value is exchanged, one line added or taken out, and every other byte stays.

Turtle that a person wrote is never written anew by a machine, which would lose its comments, its order and the way
its numbers are written. The functions here take a whole file as text and return it changed in one place, or a
`Refusal` where they could not do so without losing something.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rdflib import RDF

# The tokens of Turtle 1.1, section 6.5. Lenient, because a strict parser reads the file before and after an edit.
_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\n]+)
  | (?P<comment>\#[^\r\n]*)
  | (?P<string>\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*'{3}
             | "(?:[^"\\\r\n]|\\.)*" | '(?:[^'\\\r\n]|\\.)*')
  | (?P<iri><[^<>\s]*>)
  | (?P<at>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<datatype>\^\^)
  | (?P<blank>_:\w(?:[\w-]|\.+(?=[\w-]))*)
  | (?P<name>(?:[^\W\d_](?:[\w-]|\.+(?=[\w-]))*)?:(?:[\w:%-]|\\.|\.+(?=[\w:%\\-]))*)
  | (?P<number>[+-]?(?:[0-9]*\.[0-9]+|[0-9]+\.(?=[eE])|[0-9]+)(?:[eE][+-]?[0-9]+)?)
  | (?P<word>[A-Za-z]+)
  | (?P<mark>[][().,;])
    """,
    flags=re.VERBOSE | re.DOTALL,
)
_CLOSING = {"[": "]", "(": ")"}
_INDENT = "    "


@dataclass(frozen=True)
class Refusal:
    """Why an edit was not made, in plain words, and what a person can do instead."""

    reason: str
    hint: str = "Make this change in the file itself."


@dataclass(frozen=True)
class Part:
    """A predicate of a block and its objects, as offsets into the text.

    Attributes:
        predicate: The IRI of the predicate.
        start: Where the predicate begins.
        objects: From where to where each object stands.
        stop: Where the `;` or `.` stands that ends the part.
    """

    predicate: str
    start: int
    objects: tuple[tuple[int, int], ...]
    stop: int


@dataclass(frozen=True)
class Block:
    """A statement: a subject (empty for brackets) and its parts, up to the full stop, as offsets into the text."""

    subject: str
    start: int
    end: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Layout:
    """Where things stand in a file.

    Attributes:
        prefixes: What each declared prefix stands for.
        declarations: Each declared prefix with the offsets of its declaration.
        blocks: The statements in order.
        comments: From where to where each comment stands.
    """

    prefixes: Mapping[str, str]
    declarations: tuple[tuple[str, int, int], ...]
    blocks: tuple[Block, ...]
    comments: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


class _Reader:
    """Walks over the tokens of a text that a strict parser has found to be Turtle."""

    def __init__(self, text: str) -> None:
        self.comments: list[tuple[int, int]] = []
        self._tokens = list(self._significant(text))
        self._at = 0
        self.prefixes: dict[str, str] = {}
        self.declarations: list[tuple[str, int, int]] = []

    def _significant(self, text: str) -> Iterator[_Token]:
        position = 0
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                raise ValueError(f"no Turtle token at offset {position}")
            kind = match.lastgroup or ""
            if kind == "comment":
                self.comments.append(match.span())
            elif kind != "space":
                yield _Token(kind, match.group(), match.start(), match.end())
            position = match.end()

    def _next(self) -> _Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _peek(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def blocks(self) -> Iterator[Block]:
        while (token := self._peek()) is not None:
            if token.text.lower() in ("@prefix", "@base") or (token.kind == "word" and token.text != "a"):
                self._declaration()
            else:
                yield self._block()

    def _declaration(self) -> None:
        first = self._next()
        kind = first.text.lower().removeprefix("@")
        name = self._next().text.removesuffix(":") if kind == "prefix" else ""
        iri = self._next()
        if kind == "prefix":
            self.prefixes[name] = iri.text[1:-1]
        end = self._next().end if first.text.startswith("@") else iri.end
        if kind == "prefix":
            self.declarations.append((name, first.start, end))

    def _block(self) -> Block:
        start, _ = self._term()
        last = self._tokens[self._at - 1]
        subject = "" if last.kind == "mark" else self._iri(last)
        parts: list[Part] = []
        while True:
            token = self._next()
            if token.text == ".":
                return Block(subject, start, token.end, tuple(parts))
            if token.text == ";":
                continue
            predicate = str(RDF.type) if token.text == "a" else self._iri(token)
            objects = [self._term()]
            while (after := self._peek()) is not None and after.text == ",":
                self._next()
                objects.append(self._term())
            stop = self._peek()
            parts.append(Part(predicate, token.start, tuple(objects), stop.start if stop else objects[-1][1]))

    def _term(self) -> tuple[int, int]:
        first = self._next()
        end = first.end
        if first.text in _CLOSING:
            open_brackets = [_CLOSING[first.text]]
            while open_brackets:
                token = self._next()
                end = token.end
                if token.text in _CLOSING:
                    open_brackets.append(_CLOSING[token.text])
                elif token.text == open_brackets[-1]:
                    open_brackets.pop()
        elif first.kind == "string":
            after = self._peek()
            if after is not None and after.kind == "at" and after.start == end:
                end = self._next().end
            elif after is not None and after.kind == "datatype":
                self._next()
                end = self._next().end
        return first.start, end

    def _iri(self, token: _Token) -> str:
        if token.kind == "iri":
            return token.text[1:-1]
        prefix, _, local = token.text.partition(":")
        return self.prefixes.get(prefix, prefix + ":") + local


@lru_cache(maxsize=2)
def layout(text: str) -> Layout:
    """Where blocks, their parts and comments stand in a text.

    Args:
        text: Turtle that a strict parser accepts.
    """
    reader = _Reader(text)
    blocks = tuple(reader.blocks())
    return Layout(reader.prefixes, tuple(reader.declarations), blocks, tuple(reader.comments))


def set_values(
    text: str, subject: str, predicate: str, *, verb: str, values: Sequence[str | int], order: Sequence[str]
) -> str | Refusal:
    """Give a predicate of a subject other values; one line is changed, added or taken out.

    Args:
        text: The whole file.
        subject: IRI of the subject; it must open exactly one block.
        predicate: IRI of the predicate.
        verb: The predicate as it is to be written.
        values: The new values as they are to be written; a number stands for the old value of that index, which keeps
            its spelling. No values take the predicate out.
        order: IRIs of predicates in the order in which a block names them.
    """
    at = layout(text)
    blocks = [block for block in at.blocks if block.subject == subject]
    if len(blocks) != 1:
        return Refusal(f"it stands in {len(blocks)} blocks of its file", "Make one block of it in the file itself.")
    parts = [part for part in blocks[0].parts if part.predicate == predicate]
    if len(parts) > 1:
        return Refusal(f"its block names {verb} {len(parts)} times", "Name it once in the file itself.")
    if not parts:
        return _add(text, blocks[0], verb, [str(value) for value in values], _predecessor(blocks[0], predicate, order))
    if not values:
        return _take_out(text, at, blocks[0], parts[0])
    return _exchange(text, at, parts[0], values)


def _exchange(text: str, at: Layout, part: Part, values: Sequence[str | int]) -> str | Refusal:
    old = [text[start:end] for start, end in part.objects]
    new = [old[value] if isinstance(value, int) else value for value in values]
    if len(new) == len(old):
        for (start, end), value in reversed(list(zip(part.objects, new, strict=True))):
            text = text[:start] + value + text[end:]
        return text
    start, end = part.objects[0][0], part.objects[-1][1]
    separator = text[part.objects[0][1] : part.objects[1][0]] if len(old) > 1 else ", "
    if _within(at.comments, start, end):
        if new[: len(old)] == old:
            return text[:end] + "".join(", " + value for value in new[len(old) :]) + text[end:]
        return Refusal("a comment stands between the values", "Change them in the file itself, and the comment too.")
    return text[:start] + separator.join(new) + text[end:]


def _within(comments: Sequence[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    return [(first, last) for first, last in comments if start <= first and last <= end]


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _line_start(text: str, offset: int) -> int:
    return text.rfind("\n", 0, offset) + 1


def _line_end(text: str, offset: int) -> int:
    """Where the line ends, before its line break."""
    end = text.find("\n", offset)
    if end < 0:
        return len(text)
    return end - 1 if text[end - 1] == "\r" and end > offset else end


def _after_line(text: str, offset: int) -> int:
    """Where the next line starts."""
    end = text.find("\n", offset)
    return len(text) if end < 0 else end + 1


def _predecessor(block: Block, predicate: str, order: Sequence[str]) -> Part:
    """The part behind which a new one belongs: the last that does not come after it in the order."""
    rank = {name: number for number, name in enumerate(order)}
    found = block.parts[0]
    for part in block.parts:
        if part.predicate == str(RDF.type) or rank.get(part.predicate, len(order)) < rank.get(predicate, -1):
            found = part
    return found


def _add(text: str, block: Block, verb: str, values: Sequence[str], after: Part) -> str:
    line = f"{verb} {', '.join(values)}"
    lead = text[_line_start(text, after.start) : after.start]
    indent = lead if not lead.strip() and after.start != block.start else _INDENT
    last = after is block.parts[-1]
    if last:
        text = text[: after.stop] + ";" + text[after.stop + 1 :]
    end = _line_end(text, after.stop + 1)
    rest = text[after.stop + 1 : end].strip()
    mark = "." if last else ";"
    if not rest or rest.startswith("#"):
        return text[:end] + f"{_newline(text)}{indent}{line} {mark}" + text[end:]
    return text[: after.stop + 1] + f" {line} {mark}" + text[after.stop + 1 :]


def _take_out(text: str, at: Layout, block: Block, part: Part) -> str | Refusal:
    position = block.parts.index(part)
    if position == 0:
        return Refusal("nothing stands before it in its block", "Take it out in the file itself.")
    cut = _cut(text, at.comments, part.start, part.stop + 1)
    if part is block.parts[-1]:
        stop = block.parts[position - 1].stop
        cut = cut[:stop] + "." + cut[stop + 1 :]
    return cut


def _cut(text: str, comments: Sequence[tuple[int, int]], start: int, end: int) -> str:
    """The text without a span; comments in it stay, each on a line of its own, and no line is left empty."""
    inner = [text[first:last] for first, last in _within(comments, start, end)]
    line = _line_start(text, start)
    lead, rest = text[line:start], text[end : _line_end(text, end)]
    newline = _newline(text)
    if lead.strip():
        kept = "".join(f"{comment}{newline}{_INDENT}" for comment in inner)
        return text[:start] + kept + text[end:].lstrip(" \t")
    kept = "".join(f"{lead}{comment}{newline}" for comment in inner)
    if rest.strip():
        return text[:line] + kept + lead + text[end:].lstrip(" \t")
    return text[:line] + kept + text[_after_line(text, end) :]


def remove_block(text: str, subject: str) -> str | Refusal:
    """Take the block of a subject out, and the empty line that parts it from the next.

    Args:
        text: The whole file.
        subject: IRI of the subject; it must open exactly one block, alone on its lines and without a comment.
    """
    at = layout(text)
    blocks = [block for block in at.blocks if block.subject == subject]
    if len(blocks) != 1:
        return Refusal(f"it stands in {len(blocks)} blocks of its file", "Delete it in the file itself.")
    start, end = _line_start(text, blocks[0].start), _line_end(text, blocks[0].end)
    if _within(at.comments, start, end):
        return Refusal("a comment stands in its block", "Delete it in the file itself, and the comment too.")
    if text[start : blocks[0].start].strip() or text[blocks[0].end : end].strip():
        return Refusal("its block shares a line with another", "Delete it in the file itself.")
    after = _after_line(text, end)
    if not text[after : _line_end(text, after)].strip():
        after = _after_line(text, after)
    if after >= len(text):  # the last block: the empty line before it goes
        return text[:start].rstrip() + _newline(text)
    return text[:start] + text[after:]


def insert_block(text: str, block: str, *, after: str = "", before: str = "") -> str | Refusal:
    """Put a block behind or before that of another subject, parted by an empty line; at the end if none is named.

    Args:
        text: The whole file.
        block: The new block, lines parted by line feeds, without a final one.
        after: IRI of the subject behind whose block it goes.
        before: IRI of the subject before whose block it goes, and before the heading of that block.
    """
    newline = _newline(text)
    block = block.replace("\n", newline)
    anchor = after or before
    if not anchor:
        kept = text.rstrip("\r\n")
        return f"{kept}{newline}{newline}{block}{newline}"
    blocks = [found for found in layout(text).blocks if found.subject == anchor]
    if not blocks:
        return Refusal("the block beside which it belongs is not in the file")
    if after:
        end = _line_end(text, blocks[-1].end)
        rest = text[blocks[-1].end : end].strip()
        if rest and not rest.startswith("#"):
            return Refusal("the block beside which it belongs shares a line with another")
        return text[:end] + newline + newline + block + text[end:]
    start = _heading(text, _line_start(text, blocks[0].start))
    return text[:start] + block + newline + newline + text[start:]


def _heading(text: str, start: int) -> int:
    """Where the comments begin that belong to what stands at an offset: directly before it, or headings of passages."""
    lines = text[:start].splitlines(keepends=True)
    gap = 0
    while lines and not lines[-1].strip():
        gap += len(lines.pop())
    if not lines or not lines[-1].startswith("# passage " if gap else "#"):
        return start
    position = start - gap
    while lines and lines[-1].startswith("#"):
        position -= len(lines.pop())
    return position


def declare_prefix(text: str, prefix: str, namespace: str) -> str:
    """Declare a prefix, in its place among the declarations, which stand sorted."""
    newline = _newline(text)
    line = f"@prefix {prefix}: <{namespace}> .{newline}"
    declarations = layout(text).declarations
    earlier = [end for name, _, end in declarations if name < prefix]
    start = _after_line(text, max(earlier)) if earlier else min((first for _, first, _ in declarations), default=0)
    return text[:start] + line + text[start:]
