"""The hygiene of the text: characters that can't be seen or pass for others, garbled encodings, stray spaces, quotes.

It looks at the files as text, so that it sees comments, names and line ends too, and it looks at every literal as
its readers get it, with escapes decoded. Either way a finding points at the very character.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from jdm_kg.facts import Facts, Literal
from jdm_kg.files import TextFile, find
from jdm_kg.findings import Explanation, Finding, Severity
from jdm_kg.iris import PREFIXES, name, shorten
from jdm_kg.texts import Place, Token

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
    if is_plain(text):
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


# All but printing ASCII and some signs that are common and never garbled alone; two in a row may be misread UTF-8.
_SUSPICIOUS: Final = re.compile("[^\n\t -~\u2013\u2014\u2018-\u201d\u2026à-öø-ÿ±µ≤≥]|[^\x00-\x7f]{2}")


def is_plain(text: str) -> bool:
    """Whether a glance tells that a text holds no odd character; most do, and need no closer look."""
    return _SUSPICIOUS.search(text) is None


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
    start = bisect_left(range(len(text)), True, key=lambda end: not unicodedata.is_normalized("NFC", text[: end + 1]))
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


_LONG: Final = 40


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
            shown = word if len(word) <= _LONG else f"{word[:_LONG]}…"
            yield Fault(start, start + 1, "text-mixed-script", (("name", _name(word[index])), ("word", shown)))


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
# Where neither prose nor quotes can be at fault, this finds nothing.
_MAYBE_FAULTY: Final = re.compile(
    rf"^ | $|  | [.,;!?](?:\s|$)|\( | \)|[\n\r\t]|[a-z]\?[a-z]|[<&]|{_MAYBE_QUOTES.pattern}"
)


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

_FAULTY_WORDING: Final = name("vocab:faultyWording")
_CERTAINTY_CUE: Final = name("vocab:certaintyCue")
_OWN: Final = PREFIXES["vocab"]
_SHACL: Final = PREFIXES["sh"]
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


def languages(shapes: Facts) -> frozenset[str]:
    """All language tags that some shape allows, in lower case."""
    heads = shapes.inverse(_SHACL + "languageIn")
    tags = (tag for head in heads for tag in shapes.members(head))
    return frozenset(tag.text.lower() for tag in tags if isinstance(tag, Literal))


def check(files: Iterable[TextFile], allowed: Collection[str] = frozenset()) -> list[Finding]:
    """All faults of the text of the files but for byte order marks.

    Args:
        files: Content, shapes, rules and mappings.
        allowed: The language tags that the project uses, in lower case; none leaves tags unchecked.

    Raises:
        InputError: A file can't be parsed.
    """
    files = list(files)
    content = Facts(triple for file in files if file.path.suffix == ".ttl" for triple in file.triples)
    tagged = tagged_properties(content)
    findings = [found for file in files for found in check_file(file, allowed, tagged)]
    return findings + [said(definition, files) for definition in check_definitions(content)]


def check_file(file: TextFile, allowed: Collection[str], tagged: Collection[str]) -> list[Finding]:
    """The faults of one file.

    Args:
        file: Content, shapes, a rule or mappings.
        allowed: The language tags that the project uses, in lower case; none leaves tags unchecked.
        tagged: The properties whose texts must say their language.

    Raises:
        InputError: The file can't be parsed.
    """
    if _looks_sound(file, allowed, tagged):
        return []
    findings = list(_check_text(file))
    for token in file.tokens if file.path.suffix == ".ttl" else ():
        if token.kind == "literal":
            findings += _check_literal(file, token)
            findings += _check_tag(file, token, allowed, tagged)
    return findings


def _looks_sound(file: TextFile, allowed: Collection[str], tagged: Collection[str]) -> bool:
    """Whether a glance at a file tells that nothing is wrong with it; its tokens are then not needed."""
    text = file.text
    plain = is_plain(text)
    if file.path.suffix == ".tsv":
        return plain and text.endswith("\n") and not _ODD_TABLE.search(text)
    if _ODD_FILE.search(text) or not text.endswith("\n") or text.endswith("\n\n"):
        return False
    if not plain and not is_plain(_LITERALS.sub(r"\2", text)):
        return False
    if file.path.suffix != ".ttl":
        return plain and file.path.suffix == ".rq"
    plain = plain and "\\" not in text  # an escape may hide what the text of the file does not show
    return all(
        _literal_looks_sound(predicate, literal, allowed, tagged, plain=plain)
        for _, predicate, literal in file.triples
        if isinstance(literal, Literal)
    )


def _literal_looks_sound(
    predicate: str, literal: Literal, allowed: Collection[str], tagged: Collection[str], *, plain: bool
) -> bool:
    text, datatype, tag = literal
    if tag and allowed and tag.lower() not in allowed:
        return False
    if not tag and datatype == _STRING and predicate in tagged:
        return False
    if (plain or is_plain(text)) and not _MAYBE_FAULTY.search(text):
        return True
    faults = _literal_faults(text, predicate, tagged=bool(tag), typed=datatype not in _PLAIN_TYPES)
    return not faults and not (tag and _script_of(text))


_ODD_FILE: Final = re.compile(r"[\r\t]|[ \t]\n|[ \t]\Z")
# Two spaces may stand in the metadata at the top of a table, which is YAML.
_ODD_TABLE: Final = re.compile(
    r"(?m)\r|[ \t]$|\n\Z\n|^ |\t |(?<! ) \t|^[^#\n].*(?: {2}| [.,;!?](?:\s|$)|\( | \)|[a-z]\?[a-z]|[<&])"
)
_LITERALS: Final = re.compile(
    r"""("{3}(?:[^"\\]|\\.|"(?!""))*"{3}|\'{3}(?:[^\'\\]|\\.|\'(?!\'\'))*\'{3}|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\')"""
    r"|(<[^<>\s]*>|#[^\n]*)",
    re.DOTALL,
)
_STRING: Final = name("xsd:string")
_PLAIN_TYPES: Final = frozenset({_STRING, name("rdf:langString")})


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


_MOST: Final = 1000
"""So many faults of a kind are told of one file; nobody reads on, and all of them have one cause."""


def _check_text(file: TextFile) -> Iterator[Finding]:
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
    told: Counter[str] = Counter()
    for fault in faults:
        told[fault.code] += 1
        if told[fault.code] <= _MOST:
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
    for fault in _literal_faults(token.value, token.predicate, tagged=bool(token.tag), typed=token.typed):
        yield _found(file, *file.span_in(token, fault.start, fault.end), fault, _focus(token))


def _literal_faults(text: str, predicate: str, *, tagged: bool, typed: bool) -> list[Fault]:
    faults = list(characters(text))
    verbatim = is_verbatim(predicate)
    if predicate == _FAULTY_WORDING:
        faults = [fault for fault in faults if fault.code in _NEVER_QUOTED]
    elif not typed and not predicate.startswith(_SHACL):  # hints quote Turtle, spaces and all
        faults += prose(text)
        if tagged and not verbatim:
            garbled = [fault for fault in faults if fault.code == "text-mojibake"]
            faults += [f for f in quotes(text) if not any(g.start <= f.start < g.end for g in garbled)]
    if verbatim:
        faults = [f for f in faults if f.code != "text-unusual-space" or text[f.start] != "\N{NO-BREAK SPACE}"]
    return faults


def _focus(token: Token) -> str:
    return shorten(token.subject) if token.subject else ""


_READERS_TEXT: Final = frozenset(
    name(term)
    for term in (
        *("skos:prefLabel", "skos:altLabel", "skos:hiddenLabel", "skos:definition", "skos:example", "skos:note"),
        *("skos:scopeNote", "skos:editorialNote", "skos:historyNote", "skos:changeNote", "rdfs:label", "rdfs:comment"),
        *("dcterms:title", "dcterms:description", "dcterms:abstract", "dcterms:rights"),
    )
)


def tagged_properties(content: Facts) -> frozenset[str]:
    """The properties whose texts must say their language."""
    return _READERS_TEXT.union(content.subjects(name("rdfs:range"), name("rdf:PlainLiteral")))


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
    script = "" if next(characters(token.value), None) else _script_of(token.value)
    if script and _LATIN_LANGUAGES.fullmatch(token.tag.partition("-")[0].lower()):
        parts = (("script", script.capitalize()), ("tag", token.tag))
        yield _found(file, *place, Fault(0, 0, "language-tag-script", parts), _focus(token))


def _script_of(text: str) -> str:
    """The script of most letters of a text, or nothing where it is Latin."""
    if text.isascii():
        return ""
    scripts = [_script(letter) for letter in text if letter.isalpha()]
    return next((s for s in scripts if s not in _SCRIPTS_BESIDE_LATIN and scripts.count(s) * 2 > len(scripts)), "")


_SCRIPTS_BESIDE_LATIN: Final = frozenset({"LATIN", "MICRO", "MODIFIER"})
_LATIN_LANGUAGES: Final = re.compile("cs|da|de|en|es|et|fi|fr|ga|hr|hu|is|it|la|lt|lv|nl|no|pl|pt|ro|sk|sl|sv|tr")


# Definitions ---------------------------------------------------------------------------------------------------------

_SMALL_WORDS: Final = re.compile(
    "an?|the|this|that|these|those|which|who|whose|what|its?|they|their|them|he|she|his|her|of|in|on|at|to|for|with|by|"
    "from|as|and|or|is|are|be|been|being|was|were|has|have|had|do|does|so|such|thing|something|someone|somebody|person|"
    "people|where|when|how"
)
_LABELS: Final = frozenset({name("skos:prefLabel"), name("rdfs:label")})
_DEFINITION: Final = name("skos:definition")
_HARD: Final = 18.0


DEFINING: Final = frozenset({*_LABELS, _DEFINITION})
"""The properties that decide about definitions."""


class Definition(NamedTuple):
    """A definition at fault."""

    subject: str
    text: Literal
    fault: Fault


def check_definitions(content: Facts) -> list[Definition]:
    """Definitions that say nothing, the same as another, or it in a way that is hard to read."""
    found: list[Definition] = []
    first: dict[tuple[str, ...], str] = {}
    for text, subjects in content.inverse(_DEFINITION).items():
        if isinstance(text, Literal):
            for subject in subjects:
                faults = _definition_faults(content, subject, text, first)
                found += [Definition(subject, text, fault) for fault in faults]
    return found


def _definition_faults(
    content: Facts, subject: str, text: Literal, first: dict[tuple[str, ...], str]
) -> Iterator[Fault]:
    words = _content_words(text.text)
    if not words:
        return
    labels = {word for prop in _LABELS for label in content.texts(subject, prop) for word in _content_words(label)}
    if labels.issuperset(words):
        yield Fault(0, 0, "definition-repeats-label")
    other = first.setdefault(words, subject)
    if other != subject:
        yield Fault(0, 0, "definition-near-duplicate", (("other", shorten(other)),))
    grade = reading_grade(text.text)
    if grade > _HARD:
        yield Fault(0, 0, "definition-hard-to-read", (("grade", f"{grade:.0f}"),))


def said(definition: Definition, files: Iterable[TextFile]) -> Finding:
    """The finding for a definition at fault, with its place in the files."""
    place = find(files, definition.subject, _DEFINITION, definition.text)
    return finding(_BY_CODE[definition.fault.code], place, shorten(definition.subject), definition.fault.parts)


@lru_cache(maxsize=8192)
def _content_words(text: str) -> tuple[str, ...]:
    words = (_content_word(word) for word in re.findall(r"[^\W_]+", text.casefold()))
    return tuple(word for word in words if word)


@lru_cache(maxsize=8192)
def _content_word(word: str) -> str:
    return "" if _SMALL_WORDS.fullmatch(word) else _singular(word)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "is", "us")) else word


@lru_cache(maxsize=8192)
def reading_grade(text: str) -> float:
    """How many years of school a text asks for.

    Source: J. P. Kincaid et al., Derivation of New Readability Formulas for Navy Enlisted Personnel, 1975. Syllables
    are counted as groups of vowels, which is near enough for a hint.
    """
    words = re.findall(r"[^\W\d_]+", text)
    sentences = max(1, len(re.findall(r"[.!?](?:\s|$)", text)))
    syllables = sum(_syllables(word) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59 if words else 0.0


@lru_cache(maxsize=8192)
def _syllables(word: str) -> int:
    groups = len(re.findall(r"[aeiouyàâäéèêëîïôöùûü]+", word.casefold()))
    silent = groups > 1 and re.search(r"[^aeioul]es?$", word.casefold()) is not None
    return max(1, groups - silent)
