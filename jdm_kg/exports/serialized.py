"""Turtle and TriG with prefixes of our choice, as pyoxigraph writes them, less what differs from run to run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import dropwhile

import pyoxigraph

from jdm_kg.facts import Literal, Triple
from jdm_kg.iris import name

_TYPE = name("rdf:type")


def serialized(
    quads: Iterable[pyoxigraph.Quad], form: pyoxigraph.RdfFormat, prefixes: Mapping[str, str], preface: str
) -> bytes:
    """Statements as Turtle or TriG, in their own order, below a preface and sorted prefixes.

    Args:
        quads: The statements; the same subject and graph should follow each other.
        form: Turtle or TriG.
        prefixes: Namespaces by prefix.
        preface: Comment lines.
    """
    chosen = dict(sorted(prefixes.items()))
    statements = quads if form == pyoxigraph.RdfFormat.TRIG else (quad.triple for quad in quads)
    lines = (pyoxigraph.serialize(statements, format=form, prefixes=chosen) or b"").decode("utf-8").split("\n")
    body = dropwhile(lambda line: line.startswith("@prefix "), lines)  # these come in an order of chance
    declared = [f"@prefix {prefix}: <{namespace}> ." for prefix, namespace in chosen.items()]
    return "\n".join([*preface.splitlines(), *declared, *body]).encode("utf-8")


def order(triple: Triple) -> tuple[str, bool, str, bool, tuple[str, ...]]:
    """A key to sort by: subjects; in each the type first; IRIs before literals."""
    subject, predicate, obj = triple
    return subject, predicate != _TYPE, predicate, isinstance(obj, Literal), (obj,) if isinstance(obj, str) else obj
