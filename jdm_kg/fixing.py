"""Mending what is mechanical: what a check reports, and a machine can put right without any judgement.

The text is edited, never written anew, so that comments, order and every other byte stay.

- Every file: the byte order mark, line ends, white space at the end of lines, the last line feed.
- Turtle and rules: tabs outside of literals.
- Comments, and literals with a language tag: letters with accents are composed (normal form C), unusual spaces become
  plain ones, and what bears only on where a line may break is dropped: soft hyphen, zero-width space, word joiner,
  and the zero-width no-break space that a byte order mark is elsewhere. A text reads the same without them.
- Literals with a language tag, in our own words: stray and doubled spaces.
- Turtle: the block of prefixes is sorted, and what it says twice is said once.

The rest is left to people. Words of a document (wordings, cues, quoted faults) stay as they are. A literal without a
language tag may be a file name, a digest or a code, so that a space in it may matter; the same goes for the cells of
tables. Joiners and variation selectors change how some scripts look. Signs that turn the direction of the text, tag
characters, control characters and garbled ones may hide or stand for something that somebody should see.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

import pyoxigraph

from jdm_kg import facts, hygiene, prefixes
from jdm_kg.errors import InputError
from jdm_kg.files import TextFile, read_files
from jdm_kg.iris import PREFIXES, name
from jdm_kg.replacing import lock, replace_files
from jdm_kg.texts import Token

_BOM: Final = "\ufeff"
_FAULTY_WORDING: Final = name("vocab:faultyWording")
_DROPPED: Final = frozenset("\u00ad\u200b\u2060\ufeff")
_WITHOUT_DROPPED: Final = MappingProxyType({ord(sign): None for sign in _DROPPED})
_TAB: Final = "    "
# A run is tried once, where it begins, and never again from its middle: a line of a million spaces takes no longer.
_TRAILING: Final = re.compile(r"(?<![ \t])[ \t]++(?=\n)")
_TRAILING_IN_TABLE: Final = re.compile(r"(?<! ) ++(?=\n)")  # a tab at the end of a row begins an empty cell
_UNIT: Final = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)|[^\\]", re.DOTALL)


@dataclass(frozen=True, order=True)
class Change:
    """One thing that was mended.

    Attributes:
        line: Line of the old text, counted from 1.
        code: Code of the finding that is mended.
        done: What was done, in plain words.
    """

    line: int
    code: str
    done: str


@dataclass(frozen=True)
class Fixed:
    """A mended text, and what was done to it in the order of its lines; nothing if it is the old text."""

    text: str
    changes: tuple[Change, ...]


class _Edit(NamedTuple):
    """A span that is replaced, and why."""

    start: int
    end: int
    new: str
    code: str
    done: str


def fix_files(root: Path, paths: Iterable[Path] = ()) -> dict[Path, tuple[Change, ...]]:
    """Mend the files that curators write: all of them, or none if one can't be written.

    Args:
        root: The folder that holds `ontology/` and `shapes/`.
        paths: Files or folders; only what is in one of them is mended. With none, every file.

    Returns:
        What was done to each file that was changed.

    Raises:
        InputError: A file can't be read, or mending it would change what it says. No file is changed.
        OutputError: A file can't be written. All are as they were.
    """
    places = [path.resolve() for path in paths]

    def wanted(path: Path) -> bool:
        file = path.resolve()
        return not places or any(file == place or place in file.parents for place in places)

    with lock(root, exclusive=True):
        old = {file.path: file.text for file in read_files(root) if wanted(file.path)}
        mended = {path: fix_text(path, text) for path, text in old.items()}
        changed = {path: fixed for path, fixed in mended.items() if fixed.text != old[path]}
        replace_files({path: (old[path], fixed.text) for path, fixed in changed.items()})
    return {path: fixed.changes for path, fixed in sorted(changed.items())}


def fix_text(path: Path, text: str) -> Fixed:
    """Mend a text; what is mended already stays as it is.

    A text that a parser refuses for any reason but a byte order mark loses that alone, so that a check can say what
    is wrong with it.

    Args:
        path: Where the text comes from; its ending says whether it is Turtle, a rule or a table.
        text: The whole file.

    Raises:
        InputError: The mended text would say something else than the old one.
    """
    bare = text.lstrip(_BOM)
    marked = (Change(1, "file-byte-order-mark", "the byte order mark was taken out"),) if bare != text else ()
    if path.suffix == ".ttl" and not _is_turtle(path, bare):
        return Fixed(bare, marked)
    fixed = _fix_lines(path, bare)
    if not _says_the_same(path, bare, fixed.text):
        raise InputError(
            "the file is laid out in a way that can't be mended without changing what it says; nothing was written",
            path,
            hint="Mend it by hand.",
        )
    return Fixed(fixed.text, (*marked, *fixed.changes))


def _fix_lines(path: Path, text: str) -> Fixed:
    changes: set[Change] = set()
    text = _unix_lines(path, text, changes)
    while edits := list(_edits(TextFile(path, text))):
        text = _apply(text, edits, changes)
    sorted_text = prefixes.sort_block(text) if path.suffix == ".ttl" else text
    if sorted_text != text:
        pairs = zip(text.split("\n"), sorted_text.split("\n"), strict=False)
        line = next((number for number, (old, new) in enumerate(pairs, 1) if old != new), text.count("\n") + 1)
        changes.add(Change(line, "prefix-order", "the prefixes were put in order"))
    ended = sorted_text.rstrip("\n") + "\n"
    if ended != sorted_text:
        line = text.count("\n") + (not text.endswith("\n"))
        changes.add(Change(line, "file-final-newline", "the file was made to end with one line feed"))
    return Fixed(ended, tuple(sorted(changes)))


def _apply(text: str, edits: Iterable[_Edit], changes: set[Change]) -> str:
    starts = [match.end() for match in re.finditer("\n", text)]
    edits = _one_by_one(edits)
    changes |= {Change(bisect_right(starts, edit.start) + 1, edit.code, edit.done) for edit in edits}
    return _spliced(text, edits)


def _one_by_one(edits: Iterable[_Edit]) -> list[_Edit]:
    """The edits in order, without those that overlap with an earlier or longer one: the next round finds them again."""
    kept: list[_Edit] = []
    for edit in sorted(edits, key=lambda edit: (edit.start, -edit.end)):
        if not kept or edit.start >= kept[-1].end:
            kept.append(edit)
    return kept


def _spliced(pieces: Sequence[str], edits: Iterable[_Edit]) -> str:
    """A text, or the pieces of one, with edits that are in order."""
    parts: list[str] = []
    position = 0
    for edit in edits:
        parts += ["".join(pieces[position : edit.start]), edit.new]
        position = edit.end
    return "".join([*parts, *pieces[position:]])


# Where things may be mended ------------------------------------------------------------------------------------------


def _gaps(file: TextFile) -> Iterator[tuple[int, int]]:
    """The spans between the literals."""
    position = 0
    for token in file.tokens:
        if token.kind == "literal":
            yield position, token.start
            position = token.end
    yield position, len(file.text)


def _comments(file: TextFile) -> Iterator[tuple[int, int]]:
    """The spans of the comments: from each `#` that stands in no literal and no IRI to the end of its line."""
    ends = {token.start: token.end for token in file.tokens}
    starts = sorted(ends)
    position = 0
    while (found := file.text.find("#", position)) >= 0:
        before = bisect_right(starts, found) - 1
        if before >= 0 and found < ends[starts[before]]:
            position = ends[starts[before]]
            continue
        end = file.text.find("\n", found)
        position = len(file.text) if end < 0 else end
        yield found, position


def _unix_lines(path: Path, text: str, changes: set[Change]) -> str:
    """The text with lines that end with a line feed alone; in literals that may hold words of a document they stay."""
    if "\r" not in text:
        return text
    tokens = [token for token in TextFile(path, text).tokens if token.kind == "literal" and not _is_ours(token)]
    parts: list[str] = []
    lines: list[int] = []
    count = position = 0
    for start, end in [*((token.start, token.end) for token in tokens), (len(text), len(text))]:
        mended, found = re.subn(r"\r\n?", "\n", text[position:start])
        if found and not count:
            lines = [text.count("\n", 0, text.index("\r", position)) + 1]
        count += found
        parts += [mended, text[start:end]]
        position = end
    if count:
        done = f"{count} line{'s were' if count > 1 else ' was'} made to end with a line feed alone"
        changes.add(Change(lines[0], "file-line-ending", done))
    return "".join(parts)


def _is_ours(token: Token) -> bool:
    """Whether a literal holds words for readers that are our own."""
    return bool(token.tag) and token.predicate != _FAULTY_WORDING and not hygiene.is_verbatim(token.predicate)


def _edits(file: TextFile) -> Iterator[_Edit]:
    """What is to be mended in a file whose line ends are in order."""
    if file.path.suffix == ".tsv":
        for match in _TRAILING_IN_TABLE.finditer(file.text + "\n"):
            yield _Edit(*match.span(), "", "file-trailing-space", _TRAILING_DONE)
        return
    for start, end in _gaps(file):
        yield from _moved(_space_edits(file.text[start:end] + ("\n" if end == len(file.text) else "")), start)
    for start, end in _comments(file):
        yield from _moved(_text_edits(file.text[start:end], prose=False), start)
    for token in file.tokens if file.path.suffix == ".ttl" else ():
        if token.kind == "literal" and _is_ours(token):
            yield from _literal_edits(file, token)


def _moved(edits: Iterable[_Edit], by: int) -> Iterator[_Edit]:
    return (edit._replace(start=edit.start + by, end=edit.end + by) for edit in edits)


def _space_edits(gap: str) -> Iterator[_Edit]:
    for match in _TRAILING.finditer(gap):
        yield _Edit(*match.span(), "", "file-trailing-space", _TRAILING_DONE)
    for match in re.finditer("\t", gap):
        yield _Edit(*match.span(), _TAB, "file-tab", "a tab became four spaces")


_TRAILING_DONE: Final = "white space at the end of the line was taken out"


def _literal_edits(file: TextFile, token: Token) -> Iterator[_Edit]:
    edits = list(_text_edits(token.value, prose=_is_prose(token.predicate)))
    if not edits:
        return
    raw = file.text[token.start : token.end]
    quote = raw[:3] if raw[:3] in {'"""', "'''"} and len(raw) >= 6 else raw[:1]
    units = _UNIT.findall(raw[len(quote) : -len(quote)])
    offsets = [token.start + len(quote)]
    for unit in units:
        offsets.append(offsets[-1] + len(unit))
    for edit in edits:
        yield edit._replace(start=offsets[edit.start], end=offsets[edit.end])
    # Quotes that now run into those at the end, or into three in a row, must not end the literal.
    edits = _one_by_one(edits)
    left = _spliced(units, edits)
    if len(quote) == 3 and (quote in left or left.endswith(quote[0])):
        touched = {index for edit in edits for index in range(edit.start, edit.end)}
        for index, unit in enumerate(units):
            if unit == quote[0] and index not in touched:
                span = (offsets[index], offsets[index + 1])
                yield _Edit(*span, "\\" + unit, edits[0].code, "quotes within the text were escaped")


def _is_prose(predicate: str) -> bool:
    """Whether spaces matter to nobody; the hints of shapes quote Turtle."""
    return not predicate.startswith(PREFIXES["sh"])


# What is mended in a text --------------------------------------------------------------------------------------------


def _text_edits(text: str, *, prose: bool) -> Iterator[_Edit]:
    """What is to be mended in the text of a literal or comment."""
    faults = list(hygiene.characters(text))
    if any(fault.code == "text-mojibake" for fault in faults) or not text.translate(_WITHOUT_DROPPED).strip():
        return
    for fault in faults:
        sign = text[fault.start : fault.end]
        if sign in _DROPPED:
            yield _Edit(fault.start, fault.end, "", fault.code, f"{_name(sign)} was taken out")
        elif fault.code == "text-unusual-space":
            yield _Edit(fault.start, fault.end, " ", fault.code, f"{_name(sign)} became a plain space")
        elif fault.code == "text-not-nfc":
            for start, end, composed in _compose(text):
                yield _Edit(start, end, composed, fault.code, f"{composed} was composed")
    for fault in hygiene.prose(text) if prose else ():
        if fault.code == "text-stray-space":
            doubled = fault.end - fault.start > 1 and fault.start > 0 and fault.end < len(text)
            done = "doubled spaces became one" if doubled else "a stray space was taken out"
            yield _Edit(fault.start, fault.end, " " * doubled, fault.code, done)


def _name(sign: str) -> str:
    return f"a {unicodedata.name(sign, f'U+{ord(sign):04X}').lower()}"


def _compose(text: str) -> Iterator[tuple[int, int, str]]:
    """The spans of a text that normal form C writes otherwise, each with what it writes.

    Source: Unicode Standard Annex 15.
    """
    start = 0
    for end in range(1, len(text) + 1):
        if end < len(text) and not _is_boundary(text, start, end):
            continue
        composed = unicodedata.normalize("NFC", text[start:end])
        if composed != text[start:end]:
            yield start, end, composed
        start = end


def _is_boundary(text: str, start: int, end: int) -> bool:
    """Whether the character at an offset has nothing to do with those before it, from another offset on."""
    sign = text[end]
    if sign.isascii() or unicodedata.combining(sign):
        return sign.isascii()
    before = text[start:end]
    together = unicodedata.normalize("NFC", before + sign)
    return together == unicodedata.normalize("NFC", before) + unicodedata.normalize("NFC", sign)


def _mended(text: str, *, prose: bool) -> str:
    """A text as mending leaves it."""
    while edits := list(_text_edits(text, prose=prose)):
        text = _apply(text, edits, set())
    return text


# Whether it still says the same --------------------------------------------------------------------------------------


def _is_turtle(path: Path, text: str) -> bool:
    try:
        return all(True for _ in facts.quads(text, path))
    except InputError:
        return False


def _says_the_same(path: Path, old: str, new: str) -> bool:
    """Whether a mended text says what the old one said, but for the literals that were to be mended."""
    if old == new:
        return True
    if path.suffix != ".ttl":
        return _words(path, re.sub(r"\r\n?", "\n", old)) == _words(path, re.sub(r"\r\n?", "\n", new))
    try:
        were, are = list(facts.quads(old, path)), list(facts.quads(new, path))
    except InputError:
        return False
    # No edit moves a statement, so that the parser gives them in the same order, and names blank nodes as they come.
    there: dict[object, object] = {}
    back: dict[object, object] = {}

    def same_node(was: object, now: object) -> bool:
        if isinstance(was, pyoxigraph.BlankNode) and isinstance(now, pyoxigraph.BlankNode):
            return there.setdefault(was, now) == now and back.setdefault(now, was) == was
        return was == now

    return len(were) == len(are) and all(
        same_node(was.subject, now.subject)
        and was.predicate == now.predicate
        and (same_node(was.object, now.object) or _may_become(was, now))
        for was, now in zip(were, are, strict=True)
    )


def _may_become(was: pyoxigraph.Quad, now: pyoxigraph.Quad) -> bool:
    """Whether the object of a statement is a text of ours that was mended and in no other way changed."""
    one, other = was.object, now.object
    predicate = was.predicate.value
    if not isinstance(one, pyoxigraph.Literal) or not isinstance(other, pyoxigraph.Literal):
        return False
    if not one.language or one.language != other.language:
        return False
    if predicate == _FAULTY_WORDING or hygiene.is_verbatim(predicate):
        return False
    texts = (one.value, re.sub(r"\r\n?", "\n", one.value))  # a line end in it may have been mended, or be an escape
    return any(other.value == _mended(text, prose=prose) for text in texts for prose in (True, False))


def _words(path: Path, text: str) -> list[str]:
    """What stands in a rule or table, without white space and comments; literals are kept whole."""
    if path.suffix != ".rq":
        return text.split()
    file = TextFile(path, text)
    literals = {(token.start, token.end) for token in file.tokens if token.kind == "literal"}
    words: list[str] = []
    position = 0
    for start, end in sorted([*_comments(file), *literals]):
        words += text[position:start].split()
        if (start, end) in literals:
            words.append(text[start:end])
        position = end
    return [*words, *text[position:].split()]
