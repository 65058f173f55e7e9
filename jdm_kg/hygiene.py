"""The hygiene of the text: characters that can't be seen or pass for others, garbled encodings, stray spaces, quotes.

It looks at the files as text, so that it sees comments, names and line ends too, and it looks at every literal as
its readers get it, with escapes decoded. Either way a finding points at the very character.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from rdflib import DCTERMS, RDF, RDFS, SH, SKOS, Graph
from rdflib.collection import Collection as RdfList

from jdm_kg import turtle
from jdm_kg.findings import Explanation, Finding, Severity
from jdm_kg.graph import MAPPINGS_FILE, content_files, shorten
from jdm_kg.turtle import Place
from jdm_kg.vocab import PREFIXES, VOCAB

_EVERY_FILE: Final = "every file below ontology/ and shapes/"
_EVERY_LITERAL: Final = "every literal"
_OWN_WORDS: Final = "every literal in our own words"
_DEFINITIONS: Final = "skos:definition"


def _explained(
    code: str, title: str, problem: str, solution: str, applies_to: str, *, severity: Severity = Severity.ERROR
) -> Explanation:
    return Explanation(code, title, problem, solution, severity, applies_to)


EXPLANATIONS: Final = (
    _explained(
        "definition-hard-to-read",
        "Definitions read easily",
        "The definition reads like school year {grade}.",
        "Shorter sentences and plainer words help; nothing has to be done.",
        _DEFINITIONS,
        severity=Severity.INFO,
    ),
    _explained(
        "definition-near-duplicate",
        "No two definitions say the same",
        "The definition says the same as that of {other}.",
        "Say what sets the two apart, or merge them.",
        _DEFINITIONS,
        severity=Severity.WARNING,
    ),
    _explained(
        "definition-repeats-label",
        "A definition says more than the label",
        "The definition says nothing that the label does not say.",
        "Explain the thing to somebody who does not know the label.",
        _DEFINITIONS,
        severity=Severity.WARNING,
    ),
    _explained(
        "file-byte-order-mark",
        "No file begins with a byte order mark",
        "The file begins with a byte order mark.",
        "Save it as UTF-8 without BOM.",
        _EVERY_FILE,
    ),
    _explained(
        "file-final-newline",
        "Every file ends with one line feed",
        "The file does not end with exactly one line feed.",
        "End the last line, and leave no empty line after it.",
        _EVERY_FILE,
    ),
    _explained(
        "file-line-ending",
        "Lines end with a line feed alone",
        "The line ends with a carriage return, as {count} in this file do.",
        "Save the file with Unix line endings (LF).",
        _EVERY_FILE,
    ),
    _explained(
        "file-tab",
        "No tabs outside of tables",
        "There is a tab.",
        "Use four spaces.",
        "Turtle files and rules",
    ),
    _explained(
        "file-trailing-space",
        "No spaces at the end of a line",
        "The line ends with white space.",
        "Delete it.",
        _EVERY_FILE,
    ),
    _explained(
        "language-tag-missing",
        "Text for readers has a language tag",
        "The text has no language tag.",
        'Write "…"@en.',
        "labels, definitions and all properties with the range rdf:PlainLiteral",
    ),
    _explained(
        "language-tag-script",
        "A text is written in the script of its language",
        "The letters are {script}, which the language {tag} is not written in.",
        "Correct the language tag or the text.",
        "every literal with a language tag",
    ),
    _explained(
        "language-tag-unknown",
        "Language tags are those of the project",
        "The project does not use the language tag {tag}.",
        "Use one of those that the shapes allow: {allowed}.",
        "every literal with a language tag",
    ),
    _explained(
        "text-bidi-control",
        "No hidden signs that turn the direction of the text",
        "There is an invisible sign that changes the direction of the text: {name}.",
        "Delete it.",
        _EVERY_FILE,
    ),
    _explained(
        "text-compatibility-character",
        "No characters that only look different",
        "The character {name} stands for plain {plain}.",
        "Write the plain characters.",
        _EVERY_FILE,
    ),
    _explained(
        "text-control-character",
        "No control characters",
        "There is a control character: {name}.",
        "Delete it.",
        _EVERY_FILE,
    ),
    _explained(
        "text-html",
        "No HTML in text",
        "There is HTML in the text: {markup}.",
        "Write plain text, and characters as themselves.",
        _EVERY_LITERAL,
    ),
    _explained(
        "text-invisible-character",
        "No characters without width",
        "There is an invisible character: {name}.",
        "Delete it.",
        _EVERY_FILE,
    ),
    _explained(
        "text-line-break",
        "A text is one line",
        "There is a line break or tab in the text.",
        "Write it as one line; make two texts of two paragraphs.",
        _EVERY_LITERAL,
    ),
    _explained(
        "text-mixed-script",
        "No letters of another script that pass for Latin ones",
        "The letter {name} in “{word}” passes for a Latin one.",
        "Type the Latin letter.",
        _EVERY_FILE,
    ),
    _explained(
        "text-mojibake",
        "No garbled characters",
        "“{garbled}” is what a wrong encoding makes of “{meant}”.",
        "Write {meant}. Only vocab:faultyWording may quote garbled text.",
        _EVERY_FILE,
    ),
    _explained(
        "text-not-nfc",
        "Letters with accents are one character each",
        "The text is not in Unicode normal form C.",
        "Write {composed}, composed.",
        _EVERY_FILE,
    ),
    _explained(
        "text-private-use",
        "No characters that mean nothing elsewhere",
        "The character {name} has no public meaning.",
        "Write the character that is meant.",
        _EVERY_FILE,
    ),
    _explained(
        "text-quotes",
        "Quotes and apostrophes are the right ones and come in pairs",
        "The sign {sign} is {wrong}.",
        "Use one kind of quotes and close what is opened.",
        _OWN_WORDS,
    ),
    _explained(
        "text-replacement-character",
        "No characters that were lost",
        "A character was lost here: {sign} stands in its place.",
        "Write the character that is meant.",
        _EVERY_FILE,
    ),
    _explained(
        "text-soft-hyphen",
        "No soft hyphens",
        "There is a soft hyphen, which searches do not see.",
        "Delete it.",
        _EVERY_FILE,
    ),
    _explained(
        "text-stray-space",
        "No spaces too many",
        "There is {what}.",
        "Delete the space.",
        _EVERY_LITERAL,
    ),
    _explained(
        "text-tag-character",
        "No hidden tag characters",
        "There is an invisible tag character, which can hide a text: {name}.",
        "Delete it and all that follow it.",
        _EVERY_FILE,
    ),
    _explained(
        "text-unusual-space",
        "Spaces are plain",
        "There is an unusual space: {name}.",
        "Write a plain space. A wording may keep the no-break space of its passage.",
        _EVERY_FILE,
    ),
)
"""What the codes of the checks of text mean."""

_BY_CODE: Final = MappingProxyType({entry.code: entry for entry in EXPLANATIONS})


# Files and their tokens ----------------------------------------------------------------------------------------------


class Token(NamedTuple):
    """A literal, IRI or prefix declaration of a Turtle file or query.

    Attributes:
        kind: "literal", "iri" or "prefix".
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

    def __init__(self, text: str, prefixes: dict[str, str]) -> None:
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
                self._mark(match.group())
            elif kind == "word":
                self._word(match.group(), match.start())
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
            if self._expecting == "subject":
                self._expecting = "predicate"
        elif mark == ".":
            self._expecting, self._directive = "subject", None
            self._outer.clear()
        elif mark == ";":
            self._expecting = "predicate"

    def _word(self, word: str, start: int) -> None:
        if word.lower() in {"@prefix", "prefix"}:
            self._directive = ("", start)
        elif self._expecting == "predicate" and word == "a":
            self._predicate, self._expecting = str(RDF.type), "object"

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


@dataclass(frozen=True)
class TextFile:
    """A file as text, with its tokens where it is Turtle or SPARQL."""

    path: Path
    text: str

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """All literals, IRIs and prefix declarations; none of a table.

        A query knows the prefixes of the project without declaring them.
        """
        if self.path.suffix not in {".ttl", ".rq"}:
            return ()
        return tuple(_Scanner(self.text, dict(PREFIXES) if self.path.suffix == ".rq" else {}).tokens())

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def place(self, start: int, end: int) -> Place:
        """The place of a span of characters."""
        first = bisect_right(self._line_starts, start) - 1
        last = bisect_right(self._line_starts, end) - 1
        return Place(
            self.path, first + 1, start - self._line_starts[first] + 1, last + 1, end - self._line_starts[last] + 1
        )

    def span_in(self, literal: Token, start: int, end: int) -> tuple[int, int]:
        """The offsets in the file of a span of the text of a literal."""
        quote = 3 if self.text[literal.start : literal.start + 3] in {'"""', "'''"} else 1
        raw = self.text[literal.start + quote : literal.end - quote]
        first = literal.start + quote
        if "\\" not in raw:
            return first + start, first + end
        offsets = []
        position = 0
        while position < len(raw):
            escape = _ESCAPE.match(raw, position)
            offsets.append(first + position)
            position = escape.end() if escape else position + 1
        offsets.append(first + len(raw))
        return offsets[start], offsets[end]


def read_files(root: Path) -> list[TextFile]:
    """All files that curators write: content, shapes, rules and mappings.

    Raises:
        InputError: A file can't be read or is not UTF-8.
    """
    shapes = root / "shapes"
    paths = [*content_files(root), *sorted(shapes.glob("*.ttl")), *sorted((shapes / "rules").glob("*.rq"))]
    mappings = root / "ontology" / MAPPINGS_FILE
    if mappings.is_file():
        paths.append(mappings)
    return [TextFile(path, turtle.read_text(path)) for path in paths]


# Faults of a text ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something wrong with a text, from one offset in it to another; `parts` fill the explanation of the code."""

    start: int
    end: int
    code: str
    parts: tuple[tuple[str, str], ...] = ()


def characters(text: str) -> Iterator[Fault]:
    """Characters that can't be seen, pass for others, or were garbled; in any text, prose or not."""
    if text.isascii() and not _ODD_ASCII.search(text):
        return
    garbled = list(mojibake(text))
    for start, end, meant in garbled:
        yield Fault(start, end, "text-mojibake", (("garbled", text[start:end]), ("meant", meant)))
    for fault in _odd_characters(text):
        if not any(start <= fault.start < end for start, end, _ in garbled):
            yield fault
    if not unicodedata.is_normalized("NFC", text):
        yield _not_composed(text)
    yield from _mixed_script(text)


_ODD_ASCII: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
# Default-ignorable characters without an own class here (Unicode, DerivedCoreProperties), and fillers that look empty.
_INVISIBLE: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200d\u2060-\u2064\u206a-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0100-\U000e01ef]"
)
_BIDI: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_TAGS: Final = re.compile("[\U000e0000-\U000e007f]")
_LETTERS_THAT_DECOMPOSE: Final = "\N{MICRO SIGN}"  # the letter of units, on every keyboard


def _odd_characters(text: str) -> Iterator[Fault]:
    for index, sign in enumerate(text):
        if " " <= sign <= "~" or sign in "\n\t":
            continue
        code = _odd(sign)
        if code == "text-compatibility-character":
            plain = unicodedata.normalize("NFKC", sign)
            yield Fault(index, index + 1, code, (("name", _name(sign)), ("plain", plain)))
        elif code == "text-replacement-character":
            yield Fault(index, index + 1, code, (("sign", sign),))
        elif code:
            yield Fault(index, index + 1, code, (("name", _name(sign)),))


_OF_CLASS: Final = MappingProxyType(
    {
        "Cc": "text-control-character",
        "Cn": "text-private-use",
        "Co": "text-private-use",
        "Cs": "text-private-use",
        "Zl": "text-control-character",
        "Zp": "text-control-character",
        "Zs": "text-unusual-space",
    }
)


def _odd(sign: str) -> str:
    """The code for a character that no text needs, or nothing."""
    if sign == "\N{SOFT HYPHEN}":
        return "text-soft-hyphen"
    if sign == "\N{REPLACEMENT CHARACTER}":
        return "text-replacement-character"
    for pattern, code in (
        (_BIDI, "text-bidi-control"),
        (_TAGS, "text-tag-character"),
        (_INVISIBLE, "text-invisible-character"),
    ):
        if pattern.match(sign):
            return code
    category = unicodedata.category(sign)
    if category in _OF_CLASS:
        return _OF_CLASS[category]
    decomposition = unicodedata.decomposition(sign)
    dressed_up = decomposition.startswith(("<font>", "<compat>", "<wide>", "<narrow>", "<circle>", "<square>"))
    if dressed_up and category[0] in "LN" and sign not in _LETTERS_THAT_DECOMPOSE:
        return "text-compatibility-character"
    return ""


def _name(sign: str) -> str:
    return unicodedata.name(sign, f"U+{ord(sign):04X}")


def _not_composed(text: str) -> Fault:
    """The first letter that is written in a way that normal form C would change."""
    start = next(i for i in range(len(text)) if not unicodedata.is_normalized("NFC", text[: i + 1]))
    while start > 0 and unicodedata.combining(text[start]):
        start -= 1
    end = start + 1
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return Fault(start, end, "text-not-nfc", (("composed", unicodedata.normalize("NFC", text[start:end])),))


# UTF-8 that was read as one of these. The last two would take sound Cyrillic or box drawings for two-byte sequences.
_CODECS: Final = ("cp1252", "cp1257", "cp1250", "cp1254", "latin-1", "mac_roman")
_CODECS_FOR_LONG: Final = (*_CODECS, "cp1251", "cp437")
_PUNCTUATION: Final = "‘’“”»…–—"


def _encoder(codec: str) -> dict[str, int]:
    """The byte of each character; where the codec leaves a byte undefined, programs pass it on as it is."""
    return {bytes([byte]).decode(codec, "ignore") or chr(byte): byte for byte in range(0x80, 0x100)}


_ENCODERS: Final = MappingProxyType({codec: _encoder(codec) for codec in _CODECS_FOR_LONG})


def _is_likely(sign: str) -> bool:
    """Whether a character is one that garbled text usually stands for, and not a chance hit."""
    ranges = ((0xA0, 0x17F), (0x391, 0x3C9), (0x2010, 0x205E), (0x20A0, 0x23FF), (0x25A0, 0x27BF), (0xFB00, 0xFB06))
    code = ord(sign)
    return any(low <= code <= high for low, high in ranges) or code in {0xFEFF, 0xFFFD} or 0x1F300 <= code <= 0x1FAFF


def mojibake(text: str) -> Iterator[tuple[int, int, str]]:
    """The places where UTF-8 was misread, each with the character that is meant.

    A text is looked at piece by piece, because sound and garbled characters may stand side by side.
    """
    position = 0
    for run in re.finditer(r"[^\x00-\x7f]{2,}", text):
        position = run.start()
        while position < run.end() - 1:
            found = next((hit for size in (4, 3, 2) if (hit := _misread(text, position, size))), None)
            if found is None:
                position += 1
            else:
                size, meant = found
                yield position, position + size, meant
                position += size


def _misread(text: str, start: int, size: int) -> tuple[int, str] | None:
    piece = text[start : start + size]
    for codec in _CODECS if size == 2 else _CODECS_FOR_LONG:
        encoder = _ENCODERS[codec]
        if len(piece) == size and all(sign in encoder for sign in piece):
            try:
                meant = bytes(encoder[sign] for sign in piece).decode("utf-8")
            except UnicodeDecodeError:
                continue
            if (
                len(meant) == 1
                and _is_likely(meant)
                and not _may_be_sound(piece, meant, text[start - 1 : start], codec)
            ):
                return size, meant
    return None


def _may_be_sound(piece: str, meant: str, before: str, codec: str) -> bool:
    """Whether two signs that could be a misread one are as likely what somebody meant to write."""
    if len(piece) > 2:
        return False
    rare_pair = _ENCODERS[codec][piece[0]] <= 0xC3  # the first is a letter with which hardly any word goes on
    if piece[1].isalpha():
        return codec != "cp1252" and not rare_pair
    if piece[1] in _PUNCTUATION:
        # The end of a word in capitals before a quote or dash, such as “MAÇÃ” or A–Ä–Z, is sound.
        return before.isupper() or not (rare_pair or (before.islower() and meant.islower()))
    return False


def repair(text: str) -> str:
    """A text with every misread character put right."""
    parts = []
    position = 0
    for start, end, meant in mojibake(text):
        parts += [text[position:start], meant]
        position = end
    return "".join([*parts, text[position:]])


# Letters that look like Latin ones in most typefaces (Unicode Technical Standard 39, confusables, the letters of
# the three scripts that people type).
_LOOKALIKES: Final = frozenset(
    "АВЕЅІЈКМНОРСТУХаеѕіјкорсухѵһԁԛԝѡӏ"  # Cyrillic
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονϲϳ"  # Greek  # noqa: RUF001 - these letters are the point
    "ՍօսհոցոԼ"  # Armenian
    "ɑɡ"  # Latin letters of phonetics  # noqa: RUF001 - likewise
)


def _mixed_script(text: str) -> Iterator[Fault]:
    for match in re.finditer(r"[^\W\d_]+", text):
        word = match.group()
        if word.isascii():
            continue
        # A subscript counts as part of a word, but is no letter.
        strange = [i for i, sign in enumerate(word) if not sign.isascii() and sign.isalpha() and not _odd(sign)]
        suspects = [i for i in strange if _passes_for_latin(word, i)]
        foreign = [letter for letter in word if _script(letter) not in {"LATIN", "MICRO"}]
        # A whole word of look-alikes is no word of another language, unless it is too short to tell.
        disguised = len(foreign) == len(word) > 3 and all(letter in _LOOKALIKES for letter in word)
        mixed = any(letter.isascii() for letter in word)
        for index in suspects if mixed or disguised else ():
            start = match.start() + index
            yield Fault(start, start + 1, "text-mixed-script", (("name", _name(word[index])), ("word", word)))


def _passes_for_latin(word: str, index: int) -> bool:
    """Whether a letter pretends to be Latin; Greek letters have honest uses beside Latin ones, as in NFκB or μg."""
    letter = word[index]
    if letter in _LOOKALIKES:
        return True
    script = _script(letter)
    before = word[index - 1 : index]
    after = word[index + 1 : index + 2]
    if script == "GREEK":
        between = before.isascii() and before.islower() and after.isascii() and after.islower()
        return between or (index == 0 and letter != "μ" and re.match(r"[a-z]{3}", word[1:]) is not None)
    return script in {"ARMENIAN", "CHEROKEE", "COPTIC", "CYRILLIC", "LISU"}


def _script(letter: str) -> str:
    return unicodedata.name(letter, "UNKNOWN").split()[0]


_STRAY: Final = re.compile(r"^ +| +$|(?<! ) {2,}(?! )| (?=[.,;!?](?:\s|$))|(?<=\() | (?=\))")
_BREAK: Final = re.compile(r"[\n\r\t]")
# What lossy programs leave of an apostrophe.
_LOST: Final = re.compile(r"(?<=[a-z])\?(?=[a-z])")
_HTML: Final = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*)?/?>|<!--|&(?:[A-Za-z]{2,8}|#\d+|#x[0-9A-Fa-f]+);")


def prose(text: str) -> Iterator[Fault]:
    """Stray spaces, line breaks, lost apostrophes and HTML in the text of a literal."""
    for match in _STRAY.finditer(text):
        yield Fault(match.start(), match.end(), "text-stray-space", (("what", _stray(match, text)),))
    for match in _BREAK.finditer(text):
        yield Fault(match.start(), match.end(), "text-line-break")
    for match in _LOST.finditer(text):
        yield Fault(match.start(), match.end(), "text-replacement-character", (("sign", "?"),))
    for match in _HTML.finditer(text) if "<" in text or "&" in text else ():
        yield Fault(match.start(), match.end(), "text-html", (("markup", match.group()),))


def _stray(match: re.Match[str], text: str) -> str:
    if match.start() == 0:
        return "a space at the beginning"
    if match.end() == len(text):
        return "a space at the end"
    if len(match.group()) > 1:
        return f"a run of {len(match.group())} spaces"
    return "a space on the wrong side of a punctuation mark"


_MAYBE_QUOTES: Final = re.compile(r"[\"`´“”„«»‘‛′ʹ]|''|,,")  # noqa: RUF001 - the wrong ones too


def quotes(text: str) -> Iterator[Fault]:
    """Quotes that are none, stand the wrong way round, or have no partner."""
    if not _MAYBE_QUOTES.search(text):
        return
    for pattern, wrong in (
        (r"`+|´", "an accent and no quote"),  # noqa: RUF001 - the wrong ones
        (r"''+|,,(?=\w)", "not a double quote but two single ones"),
        (r"(?<=[^\W\d_])[‘‛′ʹ](?=[^\W\d_])", "no apostrophe"),  # noqa: RUF001 - the wrong ones
    ):
        for match in re.finditer(pattern, text):
            yield Fault(match.start(), match.end(), "text-quotes", (("sign", match.group()), ("wrong", wrong)))
    straight = [match.start() for match in re.finditer('"', text)]
    if len(straight) % 2:
        yield _unpaired(text, straight[-1])
    yield from _unpaired_curly(text)


def _unpaired_curly(text: str) -> Iterator[Fault]:
    partners = {"“": "”", "„": "“”", "«": "»", "»": "«"}
    opened: list[int] = []
    for index, sign in enumerate(text):
        if opened and sign in partners[text[opened[-1]]]:
            opened.pop()
        elif sign in partners:
            opened.append(index)
        elif sign == "”":
            yield _unpaired(text, index)
    yield from (_unpaired(text, index) for index in opened)


def _unpaired(text: str, index: int) -> Fault:
    return Fault(index, index + 1, "text-quotes", (("sign", text[index]), ("wrong", "without its partner")))


# Checks --------------------------------------------------------------------------------------------------------------

_FAULTY_WORDING: Final = str(VOCAB.faultyWording)
_CERTAINTY_CUE: Final = str(VOCAB.certaintyCue)
_OWN: Final = str(VOCAB)
_SHACL: Final = str(SH)
# A quoted fault may be garbled, doubled or unpaired. What can't be seen it describes in its explanation.
_NEVER_QUOTED: Final = frozenset(
    {
        "text-bidi-control",
        "text-control-character",
        "text-invisible-character",
        "text-private-use",
        "text-soft-hyphen",
        "text-tag-character",
    }
)


def is_verbatim(predicate: str) -> bool:
    """Whether a property of a claim gives words of the passage: its name ends in Wording, or it is the cue."""
    wording = predicate.endswith("Wording") and predicate.startswith(_OWN)
    return predicate == _CERTAINTY_CUE or (wording and predicate != _FAULTY_WORDING)


def languages(shapes: Graph) -> frozenset[str]:
    """All language tags that some shape allows, in lower case."""
    lists = shapes.objects(None, SH.languageIn)
    return frozenset(str(tag).lower() for cells in lists for tag in RdfList(shapes, cells))


def check(files: Iterable[TextFile], allowed: Collection[str] = frozenset()) -> list[Finding]:
    """All faults of the text of the files but for byte order marks.

    Args:
        files: As `read_files` gives them.
        allowed: The language tags that the project uses, in lower case; none leaves tags unchecked.
    """
    files = list(files)
    tagged = _tagged_properties(files)
    findings: list[Finding] = []
    for file in files:
        findings += _check_file(file)
        for token in file.tokens if file.path.suffix == ".ttl" else ():
            if token.kind == "literal":
                findings += _check_literal(file, token)
                findings += _check_tag(file, token, allowed, tagged)
    findings += _check_definitions(files)
    return findings


def check_marks(files: Iterable[TextFile]) -> list[Finding]:
    """The byte order marks at the beginning of files: no parser gets past them, so they are looked for first."""
    return [_found(file, 0, 1, Fault(0, 1, "file-byte-order-mark")) for file in files if file.text.startswith("\ufeff")]


def finding(
    explanation: Explanation,
    place: Place | None,
    focus: str = "",
    parts: Iterable[tuple[str, str]] = (),
    hint: str = "",
) -> Finding:
    """A finding in the words of the explanation of its code; `parts` fill the placeholders."""
    words = dict(parts)

    def fill(text: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda match: words.get(match[1], match[0]), text)

    message = fill(explanation.problem).removesuffix(".") + "."
    return Finding(explanation.code, explanation.severity, message, focus, place, hint or fill(explanation.solution))


def _found(file: TextFile, start: int, end: int, fault: Fault, focus: str = "") -> Finding:
    return finding(_BY_CODE[fault.code], file.place(start, end), focus, fault.parts)


def _check_file(file: TextFile) -> Iterator[Finding]:
    text = file.text
    faults: list[Fault] = []
    returns = [match.start() for match in re.finditer("\r", text)]
    if returns:
        faults.append(Fault(returns[0], returns[0] + 1, "file-line-ending", (("count", str(len(returns))),)))
    is_table = file.path.suffix == ".tsv"
    outside = text if is_table else _without_literals(file)
    faults += [Fault(m.start(), m.end(), "file-trailing-space") for m in re.finditer(r"[ \t]+(?=\r?\n|\Z)", text)]
    if not is_table:
        faults += [Fault(m.start(), m.end(), "file-tab") for m in re.finditer(r"\t", outside)]
    if not text.endswith("\n") or text.endswith("\n\n"):
        faults.append(Fault(len(text), len(text), "file-final-newline"))
    faults += [f for f in characters(outside) if text[f.start] != "\r" and (f.start, text[f.start]) != (0, "\ufeff")]
    if is_table:
        faults += _table_faults(text)
    for fault in faults:
        yield _found(file, fault.start, fault.end, fault)


def _without_literals(file: TextFile) -> str:
    """The text with every literal blanked out: those are checked as readers get them."""
    parts = []
    position = 0
    for token in file.tokens:
        if token.kind == "literal":
            parts += [file.text[position : token.start], re.sub(r"[^\n]", "_", file.text[token.start : token.end])]
            position = token.end
    return "".join([*parts, file.text[position:]])


def _table_faults(text: str) -> Iterator[Fault]:
    """Faults of the cells of a table whose metadata stands in comment lines."""
    for cell in re.finditer(r"(?m)(?<=\t)[^\t\n]+|^[^#\t\n][^\t\n]*", text):
        for fault in prose(cell.group()):
            yield Fault(cell.start() + fault.start, cell.start() + fault.end, fault.code, fault.parts)


def _check_literal(file: TextFile, token: Token) -> Iterator[Finding]:
    text = token.value
    faults = list(characters(text))
    verbatim = is_verbatim(token.predicate)
    if token.predicate == _FAULTY_WORDING:
        faults = [fault for fault in faults if fault.code in _NEVER_QUOTED]
    elif not token.typed and not token.predicate.startswith(_SHACL):  # hints quote Turtle, spaces and all
        faults += prose(text)
        if token.tag and not verbatim:
            garbled = [fault for fault in faults if fault.code == "text-mojibake"]
            faults += [f for f in quotes(text) if not any(g.start <= f.start < g.end for g in garbled)]
    if verbatim:
        faults = [f for f in faults if f.code != "text-unusual-space" or text[f.start] != "\N{NO-BREAK SPACE}"]
    for fault in faults:
        yield _found(file, *file.span_in(token, fault.start, fault.end), fault, _focus(token))


def _focus(token: Token) -> str:
    from rdflib import URIRef

    return shorten(URIRef(token.subject)) if token.subject else ""


_READERS_TEXT: Final = frozenset(
    str(term)
    for term in (
        *(SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel, SKOS.definition, SKOS.example, SKOS.note),
        *(SKOS.scopeNote, SKOS.editorialNote, SKOS.historyNote, SKOS.changeNote, RDFS.label, RDFS.comment),
        *(DCTERMS.title, DCTERMS.description, DCTERMS.abstract, DCTERMS.rights),
    )
)


def _tagged_properties(files: Iterable[TextFile]) -> frozenset[str]:
    """The properties whose texts must say their language."""
    has_range, plain_literal = str(RDFS.range), str(RDF.PlainLiteral)
    declared = {
        token.subject
        for file in files
        for token in file.tokens
        if token.value == plain_literal and token.predicate == has_range
    }
    return _READERS_TEXT | declared


def _check_tag(file: TextFile, token: Token, allowed: Collection[str], tagged: Collection[str]) -> Iterator[Finding]:
    place = (token.start, token.end)
    if not token.tag:
        if token.predicate in tagged and not token.typed:
            yield _found(file, *place, Fault(0, 0, "language-tag-missing"), _focus(token))
        return
    if allowed and token.tag.lower() not in allowed:
        parts = (("tag", token.tag), ("allowed", ", ".join(sorted(allowed))))
        yield _found(file, *place, Fault(0, 0, "language-tag-unknown", parts), _focus(token))
        return
    if token.value.isascii() or next(characters(token.value), None):
        return
    scripts = [_script(letter) for letter in token.value if letter.isalpha()]
    other = next((s for s in scripts if s not in _SCRIPTS_BESIDE_LATIN and scripts.count(s) * 2 > len(scripts)), "")
    if other and _LATIN_LANGUAGES.fullmatch(token.tag.partition("-")[0].lower()):
        parts = (("script", other.capitalize()), ("tag", token.tag))
        yield _found(file, *place, Fault(0, 0, "language-tag-script", parts), _focus(token))


_SCRIPTS_BESIDE_LATIN: Final = frozenset({"LATIN", "MICRO", "MODIFIER"})
_LATIN_LANGUAGES: Final = re.compile("cs|da|de|en|es|et|fi|fr|ga|hr|hu|is|it|la|lt|lv|nl|no|pl|pt|ro|sk|sl|sv|tr")


# Definitions ---------------------------------------------------------------------------------------------------------

_SMALL_WORDS: Final = re.compile(
    "an?|the|this|that|these|those|which|who|whose|what|its?|they|their|them|he|she|his|her|of|in|on|at|to|for|with|by|"
    "from|as|and|or|is|are|be|been|being|was|were|has|have|had|do|does|so|such|thing|something|someone|somebody|person|"
    "people|where|when|how"
)
_LABELS: Final = frozenset({str(SKOS.prefLabel), str(RDFS.label)})
_DEFINITION: Final = str(SKOS.definition)
_HARD: Final = 18.0


def _check_definitions(files: Iterable[TextFile]) -> Iterator[Finding]:
    labels: dict[str, set[str]] = defaultdict(set)
    definitions: list[tuple[TextFile, Token]] = []
    for file in files:
        for token in file.tokens if file.path.suffix == ".ttl" else ():
            if token.kind == "literal" and token.predicate in _LABELS:
                labels[token.subject] |= set(_content_words(token.value))
            elif token.kind == "literal" and token.predicate == _DEFINITION:
                definitions.append((file, token))
    first: dict[tuple[str, ...], Token] = {}
    for file, token in definitions:
        words = _content_words(token.value)
        if not words:
            continue
        if labels[token.subject].issuperset(words):
            yield _found(file, token.start, token.end, Fault(0, 0, "definition-repeats-label"), _focus(token))
        other = first.setdefault(words, token)
        if other.subject != token.subject:
            fault = Fault(0, 0, "definition-near-duplicate", (("other", _focus(other)),))
            yield _found(file, token.start, token.end, fault, _focus(token))
        grade = reading_grade(token.value)
        if grade > _HARD:
            fault = Fault(0, 0, "definition-hard-to-read", (("grade", f"{grade:.0f}"),))
            yield _found(file, token.start, token.end, fault, _focus(token))


def _content_words(text: str) -> tuple[str, ...]:
    words = re.findall(r"[^\W_]+", text.casefold())
    return tuple(_singular(word) for word in words if not _SMALL_WORDS.fullmatch(word))


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "is", "us")) else word


def reading_grade(text: str) -> float:
    """How many years of school a text asks for.

    Source: J. P. Kincaid et al., Derivation of New Readability Formulas for Navy Enlisted Personnel, 1975. Syllables
    are counted as groups of vowels, which is near enough for a hint.
    """
    words = re.findall(r"[^\W\d_]+", text)
    sentences = max(1, len(re.findall(r"[.!?](?:\s|$)", text)))
    syllables = sum(_syllables(word) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59 if words else 0.0


def _syllables(word: str) -> int:
    groups = len(re.findall(r"[aeiouyàâäéèêëîïôöùûü]+", word.casefold()))
    silent = groups > 1 and re.search(r"[^aeioul]es?$", word.casefold()) is not None
    return max(1, groups - silent)
