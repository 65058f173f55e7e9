"""Whether a store holds what it was sent, apart from what stores are known to write in another way.

These differences are let pass, and no other:

- names of blank nodes (RDFC-1.0 gives both sides the same);
- upper and lower case in language tags;
- the spelling of a value of xsd:integer, xsd:decimal or xsd:boolean: 1.0 and 1, true and 1;
- xsd:boolean given back as xsd:integer 1 or 0, as Virtuoso does in some answers;
- in xsd:dateTime, +00:00 and Z.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import pyoxigraph

from jdm_kg.iris import name

_BOOLEAN, _INTEGER, _DECIMAL, _DATETIME = (
    name(f"xsd:{kind}") for kind in ("boolean", "integer", "decimal", "dateTime")
)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_TRUTH = {"true": "1", "1": "1", "false": "0", "0": "0"}


@dataclass(frozen=True)
class Normal:
    """The triples of a graph in the form in which they are compared.

    Attributes:
        lines: Each triple once, as in N-Triples without the full stop.
        count: How many there were before.
    """

    lines: frozenset[str]
    count: int

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the sorted lines, hexadecimal."""
        return hashlib.sha256("".join(f"{line} .\n" for line in sorted(self.lines)).encode()).hexdigest()


def normal(triples: Iterable[pyoxigraph.Triple]) -> Normal:
    """The form in which graphs are compared."""
    plain: set[str] = set()
    blank: list[pyoxigraph.Quad] = []
    count = 0
    for triple in triples:
        count += 1
        obj = _normal(triple.object) if isinstance(triple.object, pyoxigraph.Literal) else triple.object
        if isinstance(triple.subject, pyoxigraph.BlankNode) or isinstance(obj, pyoxigraph.BlankNode):
            blank.append(pyoxigraph.Quad(triple.subject, triple.predicate, obj))
        else:
            plain.add(f"{triple.subject} {triple.predicate} {obj}")
    dataset = pyoxigraph.Dataset(blank)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return Normal(frozenset(plain | {str(quad.triple) for quad in dataset}), count)


def differences(sent: Normal, held: Normal, most: int = 3) -> Iterator[str]:
    """Some triples that one of two graphs lacks, each in words."""
    for words, lines in (("lacks", sent.lines - held.lines), ("holds besides", held.lines - sent.lines)):
        for line in sorted(lines)[:most]:
            yield f"it {words} {line}"


def _normal(literal: pyoxigraph.Literal) -> pyoxigraph.Literal:
    kind, text = literal.datatype.value, literal.value
    if literal.language:
        return pyoxigraph.Literal(text, language=literal.language.lower())
    if kind == _BOOLEAN and text in _TRUTH:
        return pyoxigraph.Literal(_TRUTH[text], datatype=pyoxigraph.NamedNode(_INTEGER))
    if kind in {_INTEGER, _DECIMAL} and _NUMBER.fullmatch(text):
        number = f"{Decimal(text):f}"
        if "." in number:
            number = number.rstrip("0").rstrip(".")
        return pyoxigraph.Literal("0" if number == "-0" else number, datatype=literal.datatype)
    if kind == _DATETIME and text.endswith("+00:00"):
        return pyoxigraph.Literal(text.removesuffix("+00:00") + "Z", datatype=literal.datatype)
    return literal
