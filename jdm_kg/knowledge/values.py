"""Plain Python values for the terms of RDF, and back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import pyoxigraph

from jdm_kg.errors import InputError
from jdm_kg.iris import PREFIXES, expand, shorten


class Iri(str):
    """An IRI: a text, which knows its short form and the label of what it names.

    It equals any text that is the same IRI. Texts can be had from it as from any other.

    Attributes:
        label: The preferred label of what it names, or empty where the graph has none.
    """

    __slots__ = ("label",)
    label: str

    def __new__(cls, iri: str, label: str = "") -> Iri:
        """Make one of a whole IRI."""
        made = super().__new__(cls, iri)
        super().__setattr__(made, "label", label)
        return made

    @property
    def curie(self) -> str:
        """The IRI as `prefix:name` where a prefix of the project fits, or in angle brackets."""
        return shorten(self)

    @property
    def name(self) -> str:
        """What it ends in: the part after the namespace of the project, or the whole IRI where it is not ours."""
        curie = self.curie
        return curie if curie.startswith("<") else curie.partition(":")[2]

    @property
    def words(self) -> str:
        """How to call it before readers: its label, or its short form where it has none."""
        return self.label or self.curie

    def __setattr__(self, key: str, value: object) -> None:
        raise AttributeError(f"an Iri can't be changed, so neither can its {key}")

    def __delattr__(self, key: str) -> None:
        raise AttributeError(f"an Iri can't be changed, so its {key} can't be deleted")

    def __repr__(self) -> str:
        return f"Iri({self.curie})" if not self.label else f"Iri({self.curie}, {self.label!r})"

    def __reduce__(self) -> tuple[type[Iri], tuple[str, str]]:
        return Iri, (str(self), self.label)


Value = Iri | str | int | float | Decimal | bool | date | datetime | None
"""What a cell of an answer can be; None where the variable is not bound."""

_XSD: Final = PREFIXES["xsd"]
_WHOLE: Final = (
    *("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger"),
    *("negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
)


def _boolean(text: str) -> bool:
    return text in {"true", "1"}


# What Python reads is more than what XSD allows ("1_000", "20270131"), so each lexical form is looked at first.
_READERS: Final[dict[str, tuple[re.Pattern[str], Callable[[str], Value]]]] = {
    **{_XSD + kind: (re.compile(r"[+-]?[0-9]{1,4000}"), int) for kind in _WHOLE},
    _XSD + "decimal": (re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"), Decimal),
    _XSD + "double": (re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|-?INF|NaN"), float),
    _XSD + "boolean": (re.compile(r"true|false|1|0"), _boolean),
    _XSD + "date": (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), date.fromisoformat),
    _XSD + "dateTime": (
        re.compile(
            r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
        ),
        datetime.fromisoformat,
    ),
}
_READERS[_XSD + "float"] = _READERS[_XSD + "double"]


def from_literal(text: str, datatype: str) -> Value:
    """The plain value of a literal.

    Whole numbers become int, decimals Decimal, doubles and floats float, truth values bool, days date, points in time
    datetime. All others, and what is not written as its datatype wants it, stay text.

    Args:
        text: Its lexical form.
        datatype: IRI of its datatype.

    Source: XML Schema 1.1 Part 2 (W3C Recommendation).
    """
    known = _READERS.get(datatype)
    if known is None or known[0].fullmatch(text) is None:
        return text
    try:
        return known[1](text)
    except ValueError:  # such as 30 February
        return text


def to_term(value: object, name: str) -> str:
    """A plain value as a term of SPARQL, escaped so that it can't be anything else.

    Text is always text: an IRI is an `Iri`, which `Knowledge.iri` makes, or a thing or record.

    Args:
        value: What is to be written.
        name: Of the parameter, for the error.

    Raises:
        InputError: There is no term for it.
    """
    iri = getattr(value, "iri", None)
    if isinstance(iri, Iri):  # a thing or record stands for its IRI
        value = iri
    try:
        return str(_term(value))
    except (ValueError, TypeError, UnicodeEncodeError) as error:
        hint = "Give text, a number, True or False, a date, or what kg.iri(…) or kg.thing(…) gives."
        raise InputError(f"the value of ${name} can't be written in SPARQL: {error}", hint=hint) from error


def _term(value: object) -> pyoxigraph.NamedNode | pyoxigraph.Literal:
    if isinstance(value, Iri):
        return pyoxigraph.NamedNode(str(value))
    if isinstance(value, str):
        value.encode("utf-8")  # refuses half a character
        return pyoxigraph.Literal(value)
    for kind, datatype, text in _WRITERS:
        if isinstance(value, kind):
            return pyoxigraph.Literal(text(value), datatype=pyoxigraph.NamedNode(_XSD + datatype))
    raise TypeError(f"it is {type(value).__name__}" if value is not None else "it is None")


def _decimal(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError("it is not a finite number")
    return f"{value:f}"


def _double(value: float) -> str:
    return {"inf": "INF", "-inf": "-INF", "nan": "NaN"}.get(str(value), str(value))


# In this order: a truth value is a whole number to Python, and a point in time a day.
_WRITERS: Final[tuple[tuple[type, str, Callable[[Any], str]], ...]] = (
    (bool, "boolean", lambda value: str(value).lower()),
    (int, "integer", str),
    (Decimal, "decimal", _decimal),
    (float, "double", _double),
    (datetime, "dateTime", datetime.isoformat),
    (date, "date", date.isoformat),
)


def written(term: Any) -> str:  # noqa: ANN401 - whatever somebody passes as a name
    """The IRI that somebody means by a thing, an `Iri`, `prefix:name`, or a whole IRI with or without brackets.

    What is none of these is given back as it is.
    """
    iri = getattr(term, "iri", term)
    return str(iri) if isinstance(iri, Iri) else expand(str(iri).strip())
