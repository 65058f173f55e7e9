"""What a client accepts, what it has already, and what of that we offer.

Source: RFC 9110, HTTP Semantics: sections 12.5.1 (Accept), 12.5.3 (Accept-Encoding), 8.8.3 and 13.1.2 (ETag and
If-None-Match).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QUOTED = r'"(?:[^"\\]|\\.)*"'
# A comma or semicolon within quotes parts nothing.
_ELEMENT = re.compile(rf'(?:[^",]|{_QUOTED})+')
_PARAMETER = re.compile(rf";[ \t]*(?:({_WORD})[ \t]*=[ \t]*({_WORD}|{_QUOTED}))?[ \t]*")
_RANGE = re.compile(rf"[ \t]*({_WORD})/({_WORD})[ \t]*")
_WEIGHT = re.compile(r"0(?:\.\d{0,3})?|1(?:\.0{0,3})?")
_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')

LONGEST_HEADER = 4096
"""Characters of a header that are looked at: more than any client needs, few enough to read at once."""


class Range(NamedTuple):
    """One media range of an Accept header."""

    type: str
    subtype: str
    parameters: tuple[tuple[str, str], ...]
    weight: float


class Offer(NamedTuple):
    """A media type that we have something in.

    Attributes:
        media_type: What the answer is labelled with.
        aliases: Other types that clients ask by and that the answer is as well, such as application/xml.
    """

    media_type: str
    aliases: tuple[str, ...] = ()


def ranges(header: str) -> list[Range]:
    """The media ranges of an Accept header; what is not well formed is left out."""
    found = []
    for element in _ELEMENT.findall(header[:LONGEST_HEADER]):
        match = _RANGE.match(element)
        if not match or (match[1] == "*" and match[2] != "*"):
            continue
        parameters, weight = _parameters(element[match.end() :])
        if weight is not None:
            found.append(Range(match[1].lower(), match[2].lower(), parameters, weight))
    return found


def _parameters(text: str) -> tuple[tuple[tuple[str, str], ...], float | None]:
    """The parameters of a range and its weight, None where that is not well formed."""
    found: list[tuple[str, str]] = []
    place = 0
    while place < len(text):
        match = _PARAMETER.match(text, place)
        if not match:
            return (), None
        place = match.end()
        if match[1] is None:
            continue
        name, value = match[1].lower(), match[2]
        if value.startswith('"'):
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        if name == "q":
            # What stands behind the weight was once an extension of the header and says nothing about the type.
            return tuple(found), float(value) if _WEIGHT.fullmatch(value) else None
        found.append((name, value.lower()))
    return tuple(found), 1.0


def choose(header: str | None, offers: Sequence[Offer]) -> Offer | None:
    """The offer that a client likes best, the earlier of equals; None if it accepts none of them.

    Args:
        header: The Accept header; without one, or with an empty one, all is accepted.
        offers: What there is, best first.
    """
    if not (header or "").strip():
        return offers[0]
    wanted = ranges(header or "")
    best: tuple[float, Offer] | None = None
    for offer in offers:
        # An alias answers to its own name only, not to */*: what is refused by name is not let in by another.
        asked = [one for one in wanted if one.subtype != "*"]
        weight = max(_weight(wanted, offer.media_type), *(_weight(asked, alias) for alias in offer.aliases), 0.0)
        if weight > 0 and (best is None or weight > best[0]):
            best = (weight, offer)
    return best[1] if best else None


def _weight(wanted: Sequence[Range], media_type: str) -> float:
    """The weight of the most specific range that holds a media type; 0 if none does."""
    kind, _, subtype = media_type.partition("/")
    found = (-1, 0.0)
    for one in wanted:
        if one.type not in ("*", kind) or one.subtype not in ("*", subtype):
            continue
        if any(name == "charset" and value != "utf-8" for name, value in one.parameters):
            continue  # we write UTF-8 only; what other parameters ask for, such as a profile, is a wish
        specific = (one.type != "*") + (one.subtype != "*") + bool(one.parameters)
        found = max(found, (specific, one.weight))
    return found[1]


def accepts_gzip(header: str | None) -> bool:
    """Whether a client takes gzip, by its Accept-Encoding header."""
    weights: dict[str, float] = {}
    for element in (header or "")[:LONGEST_HEADER].split(","):
        coding, _, rest = element.strip().partition(";")
        _, weight = _parameters(";" + rest if rest else "")
        if weight is not None:
            weights[coding.strip().lower()] = weight
    for coding in ("gzip", "x-gzip", "*"):
        if coding in weights:
            return weights[coding] > 0
    return False


def has_already(header: str | None, tag: str) -> bool:
    """Whether a client has what an entity tag stands for, by its If-None-Match header."""
    if not header or not tag:
        return False
    if header.strip() == "*":
        return True
    return tag.removeprefix("W/") in {known.removeprefix("W/") for known in _TAG.findall(header[:LONGEST_HEADER])}
