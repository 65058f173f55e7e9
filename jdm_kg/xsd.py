"""The lexical forms of the datatypes that the content uses, and the order of their values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, Final

from jdm_kg.facts import Literal
from jdm_kg.iris import PREFIXES

_XSD: Final = PREFIXES["xsd"]
_RANGES: Final[Mapping[str, tuple[int | None, int | None]]] = MappingProxyType(
    {
        "integer": (None, None),
        "nonNegativeInteger": (0, None),
        "positiveInteger": (1, None),
        "nonPositiveInteger": (None, 0),
        "negativeInteger": (None, -1),
        "long": (-(2**63), 2**63 - 1),
        "int": (-(2**31), 2**31 - 1),
        "short": (-(2**15), 2**15 - 1),
        "byte": (-128, 127),
        "unsignedLong": (0, 2**64 - 1),
        "unsignedInt": (0, 2**32 - 1),
        "unsignedShort": (0, 2**16 - 1),
        "unsignedByte": (0, 255),
    }
)
_FLOAT: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN")
_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_INTEGER: Final = re.compile(r"[+-]?[0-9]+")
_ZONE: Final = r"(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_DATE: Final = re.compile(rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}){_ZONE}")
_TIME: Final = re.compile(rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}})(?:\.[0-9]+)?{_ZONE}")
_YEAR: Final = re.compile(rf"-?[0-9]{{4,}}{_ZONE}")
_MONTH: Final = re.compile(rf"-?[0-9]{{4,}}-(?:0[1-9]|1[0-2]){_ZONE}")
_DURATION: Final = re.compile(
    r"-?P(?=.)(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+D)?(?:T(?=.)(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?)?"
)


def _whole(local: str) -> Callable[[str], object]:
    low, high = _RANGES[local]

    def read(text: str) -> int | None:
        # A number with more digits than these has no place in any of the ranges, nor in a document.
        if not _INTEGER.fullmatch(text) or len(text) > 400:
            return None
        number = int(text)
        return number if (low is None or number >= low) and (high is None or number <= high) else None

    return read


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if _DECIMAL.fullmatch(text) else None


def _float(text: str) -> float | None:
    return float(text.replace("INF", "inf")) if _FLOAT.fullmatch(text) else None


def _boolean(text: str) -> bool | None:
    return {"true": True, "1": True, "false": False, "0": False}.get(text)


def _day(text: str) -> date | None:
    found = _DATE.fullmatch(text)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    if not _TIME.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _form(pattern: re.Pattern[str]) -> Callable[[str], object]:
    return lambda text: text if pattern.fullmatch(text) else None


_READERS: Final[Mapping[str, Callable[[str], object]]] = MappingProxyType(
    {
        **{_XSD + local: _whole(local) for local in _RANGES},
        _XSD + "boolean": _boolean,
        _XSD + "date": _day,
        _XSD + "dateTime": _moment,
        _XSD + "decimal": _decimal,
        _XSD + "double": _float,
        _XSD + "duration": _form(_DURATION),
        _XSD + "float": _float,
        _XSD + "gYear": _form(_YEAR),
        _XSD + "gYearMonth": _form(_MONTH),
    }
)
_NUMBERS: Final = frozenset(_XSD + local for local in (*_RANGES, "decimal", "double", "float"))


def value(literal: Literal) -> object:
    """The value of a literal in Python: a number, date, time or truth value; the text where the datatype is another.

    Source: XML Schema 1.1 Part 2: Datatypes (W3C Recommendation).

    Returns:
        None where the text is not one of the datatype's lexical forms.
    """
    reader = _READERS.get(literal.datatype)
    return reader(literal.text) if reader else literal.text


def compare(one: Literal, other: Literal) -> int | None:
    """The order of two literals, by `<` and `=` of SPARQL 1.1 (section 17.3).

    Returns:
        -1, 0 or 1; None where the two can't be compared.
    """
    both_numbers = one.datatype in _NUMBERS and other.datatype in _NUMBERS
    if not both_numbers and (one.datatype != other.datatype or one.language or other.language):
        return None
    first: Any = value(one)
    second: Any = value(other)
    if first is None or second is None:
        return None
    try:
        return bool(first > second) - bool(first < second) if first == first and second == second else None  # noqa: PLR0124 - NaN
    except (TypeError, InvalidOperation):  # a time with a zone beside one without
        return None
