"""Files as text: reading them, the places in them, and the tokens of Turtle and SPARQL with their offsets.

Nothing here loads rdflib, so that a verdict starts at once.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from jdm_kg.errors import InputError
from jdm_kg.iris import name

_TYPE: Final = name("rdf:type")
_MAX_BYTES: Final = 2_000_000  # twenty times the largest that anybody has written
_MAX_LINE: Final = 10_000
_MAX_DEPTH: Final = 64
# Planning a query takes the cube of its length.
_LONGEST_RULE: Final = 4000
# What brackets count for nothing in. A quote that is not closed reaches to the end, so that nothing is read twice.
_NESTING: Final = re.compile(
    r"""\"{3}(?:[^"\\]++|\\.|"(?!""))*+(?:"{3})? | '{3}(?:[^'\\]++|\\.|'(?!''))*+(?:'{3})?
    | "(?:[^"\\\n]++|\\.)*+"? | '(?:[^'\\\n]++|\\.)*+'? | <[^<>\s]*> | \#[^\n]* | \\. | [][(){}]""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands in a file; lines and columns count from 1, columns in characters."""

    path: Path
    line: int
    column: int
    end_line: int
    end_column: int


class Lines:
    """Turns offsets into lines and columns."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def place(self, start: int, end: int, path: Path) -> Place:
        """The place of a span of offsets, counted in characters from 0."""
        first = bisect_right(self._starts, start) - 1
        last = bisect_right(self._starts, end) - 1
        return Place(path, first + 1, start - self._starts[first] + 1, last + 1, end - self._starts[last] + 1)


def read_text(path: Path, *, largest: int = _MAX_BYTES) -> str:
    """The text of a UTF-8 file, unchanged.

    Args:
        path: The file.
        largest: How many bytes it may have.

    Raises:
        InputError: The file is missing, can't be read, is too large, or is not UTF-8; the place of the first bad byte
            is given.
    """
    try:
        if path.stat().st_size > largest:
            raise InputError(
                f"the file is larger than {largest // 1_000_000} MB",
                path,
                hint="Split it into several files.",
            )
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError("no such file", path, hint="Check the spelling of the path.") from error
    except IsADirectoryError as error:
        raise InputError("this is a folder, not a file", path) from error
    except OSError as error:
        raise InputError(f"the file can't be read ({error.strerror})", path, hint="Check its permissions.") from error
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2].decode("utf-8")) + 1
        raise InputError("the file is not UTF-8 text", path, line, column, "Save it as UTF-8.") from error


def refuse_long_lines(text: str, path: Path) -> None:
    """Refuse a line that no person wrote, before it is looked at sign by sign.

    Raises:
        InputError: A line has more than 10,000 characters; it is given.
    """
    long = re.search(rf"[^\n]{{{_MAX_LINE + 1}}}", text)
    if long:
        line = text.count("\n", 0, long.start()) + 1
        raise InputError(
            f"the line is longer than {_MAX_LINE} characters", path, line, 1, "Break it into several lines."
        )


def refuse_deep_nesting(text: str, path: Path) -> None:
    """Refuse nesting that no honest file has, before a recursive parser meets it.

    Raises:
        InputError: Brackets are nested more than 64 deep; the place of the first that is too deep is given.
    """
    if sum(map(text.count, "[({")) <= _MAX_DEPTH:
        return
    depth = 0
    for match in _NESTING.finditer(text):
        bracket = match.group()
        if bracket in "[({":
            depth += 1
            if depth > _MAX_DEPTH:
                place = Lines(text).place(match.start(), match.end(), path)
                raise InputError(
                    f"brackets are nested more than {_MAX_DEPTH} deep",
                    path,
                    place.line,
                    place.column,
                    "Flatten it.",
                )
        elif bracket in "])}":
            depth -= 1


def refuse_unwieldy_rule(text: str, path: Path) -> None:
    """Refuse a query that no person wrote, before it is taken apart: each of the parsers that meet it has its limits.

    Raises:
        InputError: It is longer than 4,000 characters, or has a line that is too long or is nested too deep.
    """
    refuse_deep_nesting(text, path)
    refuse_long_lines(text, path)
    if len(text) > _LONGEST_RULE:
        place = Lines(text).place(_LONGEST_RULE, _LONGEST_RULE, path)
        said = f"the rule is longer than {_LONGEST_RULE} characters"
        raise InputError(said, path, place.line, place.column, "Make several rules of it.")


class Token(NamedTuple):
    """A literal, number, IRI or prefix declaration of a Turtle file or query.

    Attributes:
        kind: "literal", "number" (or truth value, without quotes), "iri", "prefix", or "node" for the bracket that
            opens a node without a name as an object.
        value: Text of a literal without escapes; the whole IRI, or an empty text where its prefix is not declared.
        start: Offset of the first character in the file.
        end: Offset after the last character.
        role: "subject", "predicate", "object" or "datatype"; the prefix itself of a declaration.
        subject: The IRI that the statement is about, or empty for a blank node.
        predicate: The IRI of the predicate, if it comes before.
        tag: Language tag of a literal.
        typed: Whether the literal has a datatype.
    """

    kind: str
    value: str
    start: int
    end: int
    role: str
    subject: str = ""
    predicate: str = ""
    tag: str = ""
    typed: bool = False


_ESCAPE: Final = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_ESCAPES: Final = MappingProxyType({"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"})
# Turtle 1.1, section 6.5, as far as well-formed files need it; the queries are SPARQL, whose terms look the same.
_TOKEN: Final = re.compile(
    r"""
    (?P<name>(?:[A-Za-z](?:[\w.-]*[\w-])?)?:(?:[\w:%-]|\.(?=[\w:%-])|\\.)*)
    | (?P<mark>[][().;,])
    | (?P<literal>
        (?: (?P<long>\"{3}|'{3})(?P<content>(?:\\.|(?!(?P=long))[^\\])*)(?P=long)
          | \"(?P<double>(?:[^"\\\n]|\\.)*)\"
          | '(?P<single>(?:[^'\\\n]|\\.)*)')
        (?:@(?P<tag>[A-Za-z]+(?:-[A-Za-z0-9]+)*) | (?P<typed>\^\^))?)
    | <(?P<iri>[^<>"{}|^`\s]*)>
    | (?P<comment>\#[^\n]*)
    | (?P<word>[@?$]?\w[\w+.-]*\w|[@?$]?\w)
    """,
    re.VERBOSE | re.DOTALL,
)

_NUMBER: Final = re.compile(r"true|false|[0-9.]+(?:[eE][+-]?[0-9]+)?")


def _unescape(raw: str) -> str:
    return _ESCAPE.sub(lambda match: _decode(match.group()), raw) if "\\" in raw else raw


def _decode(escape: str) -> str:
    sign = escape[1]
    if sign in "uU":
        code = int(escape[2:] or "0", 16) if len(escape) > 2 else ord(sign)
        return chr(code) if code < 0x110000 else "\N{REPLACEMENT CHARACTER}"
    return _ESCAPES.get(sign, sign)


class _Scanner:
    """Walks over the tokens of a file and keeps in mind which subject and predicate they belong to."""

    def __init__(self, text: str, prefixes: Mapping[str, str]) -> None:
        self._text = text
        self._prefixes = dict(prefixes)
        self._subject = self._predicate = ""
        self._expecting = "subject"
        self._outer: list[tuple[str, str, str]] = []
        self._directive: tuple[str, int] | None = None

    def tokens(self) -> Iterator[Token]:
        for match in _TOKEN.finditer(self._text):  # what fits no group is an operator of a query
            kind = match.lastgroup
            if kind == "mark":
                if match.group() in "[(" and self._expecting == "object":
                    yield Token("node", "_:", match.start(), match.end(), "object", self._subject, self._predicate)
                self._mark(match.group())
            elif kind == "word":
                yield from self._word(match.group(), match.start())
            elif kind != "comment" and (token := self._term(match)) is not None:
                yield token

    def _mark(self, mark: str) -> None:
        if mark in "[(":
            self._outer.append((self._subject, self._predicate, self._expecting))
            if mark == "[":
                self._subject, self._expecting = "", "predicate"
        elif mark in "])":
            if self._outer:
                self._subject, self._predicate, self._expecting = self._outer.pop()
            if self._expecting == "subject":  # a node without a name was the subject
                self._subject, self._expecting = "", "predicate"
        elif mark == ".":
            self._expecting, self._directive = "subject", None
            self._outer.clear()
        elif mark == ";":
            self._expecting = "predicate"

    def _word(self, word: str, start: int) -> Iterator[Token]:
        if word.lower() in {"@prefix", "prefix"}:
            self._directive = ("", start)
        elif self._expecting == "predicate" and word == "a":
            self._predicate, self._expecting = _TYPE, "object"
        elif self._expecting == "object" and _NUMBER.fullmatch(word):
            begin = start - (self._text[start - 1 : start] in {"+", "-", "."})
            value = self._text[begin : start + len(word)]
            yield Token("number", value, begin, start + len(word), "object", self._subject, self._predicate)

    def _term(self, match: re.Match[str]) -> Token | None:
        if self._directive is not None:
            return self._declare(match)
        if match["literal"] is not None:
            typed = match["typed"] is not None
            tag = match["tag"] or ""
            end = match.end() - (len(tag) + 1 if tag else 2 if typed else 0)
            content = next(part for part in match.group("content", "double", "single") if part is not None)
            value = _unescape(content)
            token = Token("literal", value, match.start(), end, "object", self._subject, self._predicate, tag, typed)
            if typed:
                self._outer.append((self._subject, self._predicate, "object"))
                self._expecting = "datatype"
            return token
        return self._resource(match)

    def _declare(self, match: re.Match[str]) -> Token | None:
        name, start = self._directive or ("", match.start())
        if match["iri"] is None:
            self._directive = ((match["name"] or ":").removesuffix(":"), start)
            return None
        self._directive = None
        namespace = _unescape(match["iri"])
        self._prefixes[name] = namespace
        return Token("prefix", namespace, start, match.end(), name)

    def _resource(self, match: re.Match[str]) -> Token:
        if match["iri"] is not None:
            iri = _unescape(match["iri"])
        else:
            prefix, _, local = match["name"].partition(":")
            namespace = self._prefixes.get(prefix, "")
            iri = namespace + (_unescape(local) if "\\" in local else local) if namespace else ""
        role = self._expecting
        token = Token("iri", iri, match.start(), match.end(), role, self._subject, self._predicate)
        if role == "datatype":
            self._subject, self._predicate, self._expecting = self._outer.pop()
        elif role == "subject":
            self._subject, self._expecting = iri, "predicate"
        elif role == "predicate":
            self._predicate, self._expecting = iri, "object"
        return token


def tokens(text: str, prefixes: Mapping[str, str] = MappingProxyType({})) -> Iterator[Token]:
    """All literals, numbers, IRIs and prefix declarations of Turtle or SPARQL, in their order.

    Args:
        text: Well-formed Turtle or SPARQL; of any other, what looks like tokens.
        prefixes: Prefixes that are known without a declaration.
    """
    return _Scanner(text, prefixes).tokens()


def offsets_in(text: str, literal: Token, start: int, end: int) -> tuple[int, int]:
    """The offsets in a file of a span of the value of a literal, escapes counted as they are written."""
    quote = 3 if text[literal.start : literal.start + 3] in {'"""', "'''"} else 1
    raw = text[literal.start + quote : literal.end - quote]
    first = literal.start + quote
    if "\\" not in raw:
        return first + start, first + end
    offsets = _offsets(raw)
    return first + offsets[start], first + offsets[end]


@lru_cache(maxsize=8)  # a text with one fault often has more
def _offsets(raw: str) -> tuple[int, ...]:
    offsets = []
    position = 0
    while position < len(raw):
        escape = _ESCAPE.match(raw, position)
        offsets.append(position)
        position = escape.end() if escape else position + 1
    return (*offsets, len(raw))


_PREFIX: Final = re.compile(r"[ \t]*@?prefix[ \t]+([\w.-]*):[ \t]*<([^<>]*)>", re.IGNORECASE)


def declarations(text: str) -> list[tuple[str, str]] | None:
    """The prefixes that a text declares, each with its namespace; None where only its tokens tell."""
    folded = text.lower()
    if len(folded) != len(text):
        return None
    found = []
    index = folded.find("prefix")
    while index >= 0:
        if not folded[index - 1 : index].isalnum():  # not the end of a name
            declared = _PREFIX.match(text, text.rfind("\n", 0, index) + 1)
            if declared is None:
                return None
            found.append((declared[1], declared[2]))
        index = folded.find("prefix", index + 1)
    return found
