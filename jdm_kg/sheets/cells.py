r"""Cells of a spreadsheet: how the values of a claim are shown in one, and what may be read out of one.

- A thing is its short IRI, `passage:doc-004`.
- A text stands as it is; where the column holds words of a language, English is meant.
- A number is written with digits and a point, `true` and `false` in any case.
- Several values are parted by ` | `.
- Whatever a spreadsheet would spoil, take for a formula or could not tell apart stands in quotes as Turtle has it:
  `"-itis"@en`, `"2-3"`, `"2025-03"^^xsd:gYearMonth`, `"deux"@fr`. A bar within the quotes is written `\u007C`.

What is not of that form is refused with words, never guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto

import pyoxigraph
from rdflib import OWL, RDF, RDFS, XSD, Graph, Literal, URIRef
from rdflib.term import Node

from jdm_kg import turtle
from jdm_kg.graph import shorten, superclasses
from jdm_kg.vocab import PREFIXES, VOCAB

LANGUAGE = "en"
SEPARATOR = " | "

_NUMBERS = {str(XSD[name]) for name in ("decimal", "integer", "positiveInteger", "nonNegativeInteger")}
_MONTH = (
    r"(?:jan(?:uary?)?|feb(?:ruary?)?|mar(?:ch)?|mrz|mär|märz|apr(?:il)?|ma[yi]|jun[ei]?|jul[yi]?|aug(?:ust)?"
    r"|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)\.?"
)
# What a spreadsheet makes something else of when it opens or saves a file, and what it has then made of it.
_SPOILT = (
    (
        re.compile(
            rf"\d{{1,4}}([-/.])\d{{1,2}}(\1\d{{1,4}})?( \d.*)?|\d{{1,2}}[-. /]*{_MONTH}([-. /,]*\d{{2,4}})?"
            rf"|{_MONTH}[-. /,]*\d{{1,4}}([-. /,]+\d{{2,4}})?",
            re.IGNORECASE,
        ),
        "looks like a date, which is what spreadsheets make of figures such as 1-2",
    ),
    (
        re.compile(r"\d{1,4}:\d{1,2}(:\d{1,2})?( ?[ap]m)?", re.IGNORECASE),
        "looks like a time, which spreadsheets rewrite",
    ),
    (
        re.compile(r"[£$€]? ?(0\d+|\d{16,}|[\d.,' \u00A0]*\d[\d.,' \u00A0]*(e[+-]?\d+)?) ?[%£$€]?", re.IGNORECASE),
        "looks like a number, which spreadsheets rewrite",
    ),
    (re.compile(r"true|false", re.IGNORECASE), "is a truth value to a spreadsheet"),
)
# The lexical forms that Turtle writes without quotes (Turtle 1.1, sections 2.5.2 and 2.5.3).
_SHORT = {
    str(XSD.integer): re.compile(r"[+-]?[0-9]+"),
    str(XSD.decimal): re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    str(XSD.boolean): re.compile(r"true|false"),
}
_WHOLE = re.compile(r"0|[1-9]\d{0,14}")
_ERROR = re.compile(r"#(?:NAME\?|REF!|VALUE!|N/A|DIV/0!|NUM!|NULL!|SPILL!|FIELD!|#+)")
_MARKS = ("'", '"', *"“”„‟«»‘’\u201a\u201b")
_FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20")  # and their wide forms
_LITERAL = re.compile(r'"(?:[^"\\\n\r]|\\.)*"(?:@[A-Za-z]+(?:-[A-Za-z0-9]+)*|\^\^(?:<[^<>\s]*>|[\w-]*:[\w.-]+))?')
_NAME = re.compile(r"([A-Za-z][\w-]*):(\w(?:[\w.-]*[\w-])?)", flags=re.ASCII)
_PROLOGUE = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())


class Kind(Enum):
    """What the cells of a column hold."""

    THING = auto()
    TEXT = auto()
    STRING = auto()
    DECIMAL = auto()
    INTEGER = auto()
    BOOLEAN = auto()
    OTHER = auto()


@dataclass(frozen=True)
class Column:
    """A column of the sheet that holds the values of one property of claims."""

    name: str
    predicate: URIRef
    kind: Kind


@dataclass(frozen=True)
class Complaint:
    """Why a cell can't be read.

    Attributes:
        code: Stable name of the fault.
        message: What is wrong, in plain words.
        hint: What to do about it.
        piece: The part of the cell that is at fault.
    """

    code: str
    message: str
    hint: str
    piece: str = ""


def columns(graph: Graph, reading_order: list[Node], reserved: frozenset[str]) -> tuple[Column, ...]:
    """One column for each property that the schema gives to claims, in reading order.

    Args:
        graph: The schema.
        reading_order: What the schema declares, in the order in which it does.
        reserved: Names of other columns; a property of such a name is shown with its prefix.
    """
    domains = superclasses(graph, VOCAB.Claim) | {VOCAB.Claim}
    found = []
    for term in reading_order:
        if isinstance(term, URIRef) and set(graph.objects(term, RDFS.domain)) & domains:
            short = shorten(term)
            local = short.removeprefix("vocab:")
            found.append(Column(short if local in reserved else local, term, _kind(graph, term)))
    return tuple(found)


def _kind(graph: Graph, predicate: URIRef) -> Kind:
    if (predicate, RDF.type, OWL.ObjectProperty) in graph:
        return Kind.THING
    kinds = {
        RDF.PlainLiteral: Kind.TEXT,
        RDF.langString: Kind.TEXT,
        XSD.string: Kind.STRING,
        RDFS.Literal: Kind.STRING,
        XSD.decimal: Kind.DECIMAL,
        XSD.integer: Kind.INTEGER,
        XSD.positiveInteger: Kind.INTEGER,
        XSD.nonNegativeInteger: Kind.INTEGER,
        XSD.boolean: Kind.BOOLEAN,
    }
    ranges = sorted(graph.objects(predicate, RDFS.range), key=str)
    return next((kinds[found] for found in ranges if isinstance(found, URIRef) and found in kinds), Kind.OTHER)


# Showing -----------------------------------------------------------------------------------------------------------


def show(kind: Kind, values: tuple[Node, ...]) -> str:
    """The cell that holds some values."""
    return SEPARATOR.join(_show_one(kind, value) for value in values)


def show_text(text: str) -> str:
    """The cell that holds a text which is not a value of the claim, such as a label."""
    return text if why_not_plain(text) is None else _in_cell(Literal(text))


def _show_one(kind: Kind, value: Node) -> str:
    if not isinstance(value, Literal):
        return shorten(value)
    if value == _plain(kind, str(value)):
        return str(value)
    return _in_cell(value)


def _plain(kind: Kind, text: str) -> Literal | None:
    """The literal that a text without quotes stands for in a column; None where it may not stand without."""
    found = read(kind, text) if text else ()
    if isinstance(found, Complaint) or len(found) != 1 or not isinstance(found[0], Literal):
        return None
    return found[0]


def quoted(literal: Literal, prefixes: dict[str, str] | None = None) -> str:
    """A literal in quotes as Turtle has it; what can't be seen is written as an escape.

    Args:
        literal: What to write.
        prefixes: Namespaces by prefix; those of the project by default.
    """
    raw = str(pyoxigraph.Literal(str(literal)))
    text = "".join(c if c.isprintable() else _escape(c) for c in raw)
    if literal.language:
        return f"{text}@{literal.language}"
    if literal.datatype is None:
        return text
    return f"{text}^^{name(literal.datatype, prefixes)}"


def written(value: Node, prefixes: dict[str, str]) -> str:
    """A value as it is written into a Turtle file that declares some prefixes."""
    if not isinstance(value, Literal):
        return name(str(value), prefixes)
    short = _SHORT.get(str(value.datatype))
    return str(value) if short and short.fullmatch(value) else quoted(value, prefixes)


def names_its_type(literal: Literal) -> bool:
    """Whether a file must know the prefix of the literal's type to write it."""
    return literal.datatype is not None and written(literal, {}).startswith('"')


def _in_cell(literal: Literal) -> str:
    return quoted(literal).replace("|", r"\u007C")


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def name(iri: str, prefixes: dict[str, str] | None = None) -> str:
    """An IRI as Turtle writes it with some prefixes, those of the project by default."""
    known = PREFIXES if prefixes is None else prefixes
    for prefix, namespace in sorted(known.items(), key=lambda item: (-len(item[1]), item[0])):
        if iri.startswith(namespace) and _NAME.fullmatch(f"x:{iri[len(namespace) :]}"):
            return f"{prefix}:{iri[len(namespace) :]}"
    return f"<{iri}>"


def why_not_plain(text: str) -> str | None:
    """Why a text can't stand in a cell without quotes, in words; None where it can."""
    faults = (
        (_ERROR.fullmatch(text), "is what a spreadsheet shows in place of a value that it has lost"),
        (text != text.strip(), "begins or ends with a space"),
        (
            any(not c.isprintable() and c != "\u00a0" for c in text),
            "holds a line break or another character that can't be seen",
        ),
        ("|" in text, "holds a bar, which parts values"),
        (text.startswith(_FORMULA), f"begins with {text[:1]}, as formulas do"),
        (text.startswith(_MARKS), f"begins with {text[:1]}, a mark that spreadsheets add or exchange"),
        *((not _WHOLE.fullmatch(text) and pattern.fullmatch(text), why) for pattern, why in _SPOILT),
    )
    return next((why for found, why in faults if found), None)


# Reading -----------------------------------------------------------------------------------------------------------


def read(kind: Kind, cell: str) -> tuple[Node, ...] | Complaint:
    """The values that a cell holds, or why it can't be read.

    Args:
        kind: What the column holds.
        cell: The cell as the file has it; spaces at its ends do not count.
    """
    cell = cell.strip()
    if not cell:
        return ()
    found: list[Node] = []
    for piece in (part.strip() for part in cell.split("|")):
        value = _read_one(kind, piece)
        if isinstance(value, Complaint):
            return value
        if value in found:
            return Complaint("cell-separator", f"{piece} stands twice in the cell", "Take one of them out.", piece)
        found.append(value)
    return tuple(found)


def _read_one(kind: Kind, piece: str) -> Node | Complaint:
    if not piece:
        return Complaint(
            "cell-separator",
            "there is nothing before, after or between the bars",
            r"Part several values by ' | '; a bar within a text stands in quotes and is written \u007C.",
        )
    if "\ufffd" in piece:
        return Complaint(
            "cell-spoilt", "a character has been lost (�)", "Restore it from the files, and save the sheet as UTF-8."
        )
    if kind is Kind.THING:
        return _read_thing(piece)
    if piece.startswith('"'):
        return _read_quoted(piece)
    readers = {Kind.DECIMAL: _read_number, Kind.INTEGER: _read_number, Kind.BOOLEAN: _read_boolean}
    return readers.get(kind, _read_text)(kind, piece)


def _read_thing(piece: str) -> Node | Complaint:
    match = _NAME.fullmatch(piece)
    if match and match[1] in PREFIXES:
        return URIRef(PREFIXES[match[1]] + match[2])
    if re.fullmatch(r"<[^<>\"{}|^`\\\s]+:[^<>\"{}|^`\\\s]*>", piece):
        return URIRef(piece[1:-1])
    return Complaint(
        "cell-name", f"'{piece}' is not the name of a thing", "Write prefix and name, such as id:name.", piece
    )


def _read_quoted(piece: str) -> Node | Complaint:
    complaint = Complaint(
        "cell-quotes",
        f"{piece} begins with a quote, but is not a literal as Turtle has it",
        r'Write "text"@en, "text" or "text"^^xsd:type; within, \" for a quote, \\ for \ and \u007C for a bar.',
        piece,
    )
    if not _LITERAL.fullmatch(piece):
        return complaint
    subject = PREFIXES["id"] + "x"
    document = f"{_PROLOGUE}<{subject}> <{subject}> {piece} .\n"
    try:
        (quad,) = pyoxigraph.parse(document.encode("utf-8"), format=pyoxigraph.RdfFormat.TURTLE)
    except (SyntaxError, UnicodeEncodeError):
        return complaint
    return turtle.from_oxigraph(quad.object)


def _read_number(kind: Kind, piece: str) -> Node | Complaint:
    if re.fullmatch(r"-?[0-9]+", piece):
        if kind is Kind.INTEGER:
            return Literal(piece, datatype=XSD.integer, normalize=False)
        return Literal(f"{piece}.0", datatype=XSD.decimal, normalize=False)
    if kind is Kind.DECIMAL and re.fullmatch(r"-?[0-9]+\.[0-9]+", piece):
        return Literal(piece, datatype=XSD.decimal, normalize=False)
    what = "a whole number" if kind is Kind.INTEGER else "a number"
    why = ""
    if "," in piece:
        why = ": it has a comma"
    elif re.fullmatch(r"[\d.]+e[+-]?\d+", piece, re.IGNORECASE):
        why = ", but what a spreadsheet makes of a long one"
    elif _SPOILT[0][0].fullmatch(piece) and not re.fullmatch(r"\d+\.\d+", piece):
        why = f": it {_SPOILT[0][1]}"
    hint = "Write it with digits only" if kind is Kind.INTEGER else "Write it with digits and a point"
    return Complaint(
        "cell-number", f"'{piece}' is not {what}{why}", f"{hint}; set the column to text in the spreadsheet.", piece
    )


def _read_boolean(_: Kind, piece: str) -> Node | Complaint:
    if piece.lower() in ("true", "false"):
        return Literal(piece.lower(), datatype=XSD.boolean, normalize=False)
    return Complaint("cell-boolean", f"'{piece}' is neither true nor false", "Write true, false or nothing.", piece)


def _read_text(kind: Kind, piece: str) -> Node | Complaint:
    literal = Literal(piece, lang=LANGUAGE) if kind is Kind.TEXT else Literal(piece)
    if kind is Kind.OTHER:
        return Complaint(
            "cell-quotes",
            f"the column does not say of what type '{piece}' is",
            'Write it in quotes with its type, such as "2025-01-31"^^xsd:date.',
            piece,
        )
    why = why_not_plain(piece)
    if why is None:
        return literal
    if _ERROR.fullmatch(piece):
        return Complaint("cell-spoilt", f"'{piece}' {why}", "Restore the value from the files.", piece)
    return Complaint(
        "cell-spoilt",
        f"'{piece}' {why}",
        f"If that is the text, write it in quotes: {_in_cell(literal)}",
        piece,
    )


def normal(value: Node) -> str:
    """A text that is the same for values which say the same: 1, 1.0 and 01 are one number."""
    if isinstance(value, Literal) and str(value.datatype) in _NUMBERS and re.fullmatch(r"[+-]?\d*\.?\d+", value):
        number = Decimal(str(value)).normalize()
        return format(number or Decimal(0), "f")
    return value.n3()
