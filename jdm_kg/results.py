"""Answers to queries, in formats for people and for programs.

Source: SPARQL 1.1 Query Results JSON Format, XML Format, CSV and TSV Formats (W3C Recommendations).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

import pyoxigraph

from jdm_kg.errors import InputError
from jdm_kg.iris import PREFIXES, shorten

Labels = Callable[[Iterable[str]], Mapping[str, str]]
"""Looks up the names of IRIs; those without a name are left out."""

Term = pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal | pyoxigraph.Triple | None


class ResultFormat(NamedTuple):
    """A format of answers.

    Attributes:
        name: What it is called on the command line.
        media_type: Its media type (RFC 6838).
        carries: What it can carry: "rows" of a SELECT, the "truth" of an ASK, the "graph" of a CONSTRUCT or DESCRIBE.
        engine: The engine's own writer of it, or None.
    """

    name: str
    media_type: str
    carries: frozenset[str]
    engine: pyoxigraph.QueryResultsFormat | pyoxigraph.RdfFormat | None = None


_ROWS: Final = frozenset({"rows"})
_TABULAR: Final = frozenset({"rows", "truth"})
_GRAPH: Final = frozenset({"graph"})

FORMATS: Final[Mapping[str, ResultFormat]] = MappingProxyType(
    {
        one.name: one
        for one in (
            ResultFormat("table", "text/plain", _TABULAR | _GRAPH),
            ResultFormat("md", "text/markdown", _TABULAR | _GRAPH),
            ResultFormat("json", "application/sparql-results+json", _TABULAR, pyoxigraph.QueryResultsFormat.JSON),
            ResultFormat("xml", "application/sparql-results+xml", _TABULAR, pyoxigraph.QueryResultsFormat.XML),
            ResultFormat("csv", "text/csv", _ROWS, pyoxigraph.QueryResultsFormat.CSV),
            ResultFormat("tsv", "text/tab-separated-values", _ROWS, pyoxigraph.QueryResultsFormat.TSV),
            ResultFormat("ttl", "text/turtle", _GRAPH, pyoxigraph.RdfFormat.TURTLE),
            ResultFormat("nt", "application/n-triples", _GRAPH, pyoxigraph.RdfFormat.N_TRIPLES),
            ResultFormat("jsonld", "application/ld+json", _GRAPH, pyoxigraph.RdfFormat.JSON_LD),
        )
    }
)
"""All formats by name."""

_CARRIED: Final = MappingProxyType({"rows": "rows", "truth": "a yes or no", "graph": "a graph"})
# What a terminal would act upon, what turns the order of text round, and what is not seen.
_CONTROL: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
# What would end an address in Markdown, or the cell of a table that it stands in.
_NO_ADDRESS: Final = re.compile(f"[ <>|\\\\`]|{_CONTROL.pattern}")
# Naming blank nodes takes ages where many of them look alike.
_ALIKE: Final = 6
_ROUNDS: Final = 64
_NARROWEST: Final = 8


def write(answer: object, format_name: str, *, labels: Labels | None = None, width: int | None = None) -> bytes:
    """An answer in a format. The same answer gives the same bytes; the triples of a graph are sorted.

    Args:
        answer: What `jdm_kg.store.evaluate` gives, or the triples of a graph.
        format_name: One of `FORMATS`.
        labels: Looks up the names that stand beside IRIs in tables; without it there are none.
        width: How many columns a table may take, in characters; without it each row is one line.

    Raises:
        InputError: The format can't carry such an answer.
    """
    fmt = FORMATS[format_name]
    kind = kind_of(answer)
    if kind not in fmt.carries:
        able = ", ".join(one.name for one in FORMATS.values() if kind in one.carries)
        raise InputError(f"{fmt.name} can't carry {_CARRIED[kind]}", hint=f"Choose one of {able}.")
    if kind == "graph":
        triples = _sorted(answer)  # type: ignore[arg-type]  # what is neither rows nor truth is triples
        if isinstance(fmt.engine, pyoxigraph.RdfFormat):
            return _graph(triples, fmt.engine)
        rows: Iterable[Sequence[Term]] = [(one.subject, one.predicate, one.object) for one in triples]
        return _table(("subject", "predicate", "object"), rows, fmt, labels, width)
    if isinstance(fmt.engine, pyoxigraph.QueryResultsFormat):
        written: bytes = answer.serialize(format=fmt.engine)  # type: ignore[attr-defined]  # rows and truth can
        return written if written.endswith(b"\n") else written + b"\n"
    if isinstance(answer, pyoxigraph.QueryBoolean):
        return b"yes\n" if answer else b"no\n"
    names = [variable.value for variable in answer.variables]  # type: ignore[attr-defined]  # these are rows
    solutions = [[row[name] for name in names] for row in answer]  # type: ignore[attr-defined]  # as above
    return _table(names, solutions, fmt, labels, width)


def kind_of(answer: object) -> str:
    """What an answer is: "rows", "truth" or "graph"."""
    if isinstance(answer, pyoxigraph.QuerySolutions):
        return "rows"
    return "truth" if isinstance(answer, pyoxigraph.QueryBoolean) else "graph"


def _sorted(triples: Iterable[pyoxigraph.Triple]) -> list[pyoxigraph.Triple]:
    """The triples in order, blank nodes with names that depend on the graph alone (RDFC-1.0) if that is quick."""
    quads = [pyoxigraph.Quad(one.subject, one.predicate, one.object) for one in triples]
    if 0 < _alike(quads) <= _ALIKE:
        dataset = pyoxigraph.Dataset(quads)
        dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
        quads = list(dataset)
    return sorted({quad.triple for quad in quads}, key=str)


def _alike(quads: Sequence[pyoxigraph.Quad]) -> int:
    """How many blank nodes can't be told from one another by what stands around them; 0 where there are none."""
    around: dict[pyoxigraph.BlankNode, list[tuple[bool, str, object]]] = {}
    for quad in quads:
        for here, other, forth in ((quad.subject, quad.object, True), (quad.object, quad.subject, False)):
            if isinstance(here, pyoxigraph.BlankNode):
                around.setdefault(here, []).append((forth, quad.predicate.value, other))
    colours = dict.fromkeys(around, 0)
    for _ in range(_ROUNDS):
        seen = {}
        for node, edges in around.items():
            named = sorted((forth, link, str(colours.get(other, other))) for forth, link, other in edges)  # type: ignore[call-overload]  # what is no blank node is not found
            seen[node] = hash((colours[node], tuple(named)))
        if len(set(seen.values())) == len(set(colours.values())):
            break
        colours = seen
    return max(Counter(colours.values()).values(), default=0)


def _graph(triples: Sequence[pyoxigraph.Triple], form: pyoxigraph.RdfFormat) -> bytes:
    used = " ".join(map(str, triples))
    prefixes = {prefix: iri for prefix, iri in PREFIXES.items() if iri in used}
    written = pyoxigraph.serialize(triples, format=form, prefixes=prefixes) or b""
    return written if not written or written.endswith(b"\n") else written + b"\n"


def _table(
    names: Sequence[str], rows: Iterable[Sequence[Term]], fmt: ResultFormat, labels: Labels | None, width: int | None
) -> bytes:
    listed = list(rows)
    iris = dict.fromkeys(term.value for row in listed for term in row if isinstance(term, pyoxigraph.NamedNode))
    known = labels(iris) if labels is not None else {}
    in_markdown = fmt.name == "md"
    cells = [[(_markdown if in_markdown else _plain)(term, known) for term in row] for row in listed]
    lines = _as_markdown(names, cells) if in_markdown else _as_columns(names, cells, width)
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")


def _plain(term: Term, known: Mapping[str, str]) -> str:
    if term is None:
        return ""
    if isinstance(term, pyoxigraph.NamedNode):
        short, label = shorten(term.value), known.get(term.value)
        return _visible(f"{short} ({label})" if label else short)
    if isinstance(term, pyoxigraph.Literal):
        tag = term.language
        return _visible(f"{term.value} @{tag}" if tag and tag.partition("-")[0] != "en" else term.value)
    return _visible(str(term))


def _markdown(term: Term, known: Mapping[str, str]) -> str:
    if not isinstance(term, pyoxigraph.NamedNode) or not term.value.startswith(("http://", "https://")):
        return _quoted(_plain(term, {}))
    return f"[{_quoted(_visible(known.get(term.value) or _plain(term, {})))}](<{_address(term.value)}>)"


def _address(iri: str) -> str:
    """An IRI in which nothing ends the link or is hidden."""
    return _NO_ADDRESS.sub(lambda sign: "".join(f"%{byte:02X}" for byte in sign.group().encode()), iri)


def _quoted(text: str) -> str:
    """Text in which Markdown sees no mark-up."""
    return re.sub(r"([\\|`*_\[\]~])", r"\\\1", text).replace("&", "&amp;").replace("<", "&lt;")


def _visible(text: str) -> str:
    """Text in one line, in which nothing is hidden and nothing commands a terminal."""
    return _CONTROL.sub(lambda sign: " " if sign.group() in "\t\r\n" else f"\\u{ord(sign.group()):04x}", text)


def _as_markdown(names: Sequence[str], cells: Sequence[Sequence[str]]) -> list[str]:
    lines = [[_quoted(name) for name in names], ["---"] * len(names), *cells]
    return [f"| {' | '.join(line)} |" for line in lines]


def _as_columns(names: Sequence[str], cells: Sequence[Sequence[str]], width: int | None) -> list[str]:
    natural = [max(map(_width, column)) for column in zip(names, *cells, strict=True)]
    widths = _fitting(natural, width) if width else natural
    lines = _lines(names, widths)
    lines.append("  ".join("-" * one for one in widths).rstrip())
    for row in cells:
        lines += _lines(row, widths)
    return lines


def _fitting(natural: Sequence[int], width: int) -> list[int]:
    """Widths of columns that fit: the widest give way first."""
    widths = list(natural)
    excess = sum(widths) + 2 * (len(widths) - 1) - width
    while excess > 0 and max(widths, default=0) > _NARROWEST:
        widest = max(widths)
        widths[widths.index(widest)] -= 1
        excess -= 1
    return widths


def _lines(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """A row of a table; the cells that are too long go on in the next line."""
    parts = [_wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
    height = max((len(part) for part in parts), default=1)
    filled = [[*part, *[""] * (height - len(part))] for part in parts]
    lines = []
    for line in zip(*filled, strict=True):
        padded = [cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)]
        lines.append("  ".join(padded).rstrip())
    return lines


def _wrapped(cell: str, width: int) -> list[str]:
    lines = [""]
    for word in cell.split(" ") if _width(cell) > width else [cell]:
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if _width(joined) <= width:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        for sign in word:
            # What combines with the sign before it stays with it.
            if lines[-1] and _width(lines[-1]) + _width(sign) > width:
                lines.append("")
            lines[-1] += sign
    return lines


def _width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(sign) else 2 if east_asian_width(sign) in "WF" else 1 for sign in text)
