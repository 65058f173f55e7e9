"""The loss report: for each format, which triples of the graph its files do not give back.

Nobody declares a loss: each format is read back, and what comes is compared with what went in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jdm_kg.exports.table import Files, Format, Release
from jdm_kg.facts import Facts, Triple
from jdm_kg.iris import name, shorten

_TYPE = name("rdf:type")
_CLAIM = name("vocab:Claim")
_SUBJECT = name("vocab:subject")


@dataclass(frozen=True)
class Loss:
    """What a format carries of the graph.

    Attributes:
        format: Its name.
        total: How many triples there are.
        lost: How many of them its files do not give back.
        by_predicate: For each predicate, shortened, with a loss: how many triples are lost, of how many.
        claims: How many claims are not in it at all, not even by their relation.
        invented: Triples that its files give and the graph does not; there must be none.
    """

    format: str
    total: int
    lost: int
    by_predicate: Mapping[str, tuple[int, int]]
    claims: int
    invented: tuple[Triple, ...]

    @property
    def in_words(self) -> str:
        """What it loses, in a few words for a table."""
        if not self.lost:
            return "nothing"
        whole = [predicate for predicate, (lost, total) in self.by_predicate.items() if lost == total]
        parts = [f"{self.lost} of {self.total} triples"]
        if self.claims:
            parts.append(f"{self.claims} claims whole")
        if whole:
            parts.append(f"{len(whole)} properties whole")
        return ", ".join(parts)


def loss(fmt: Format, files: Files, release: Release) -> Loss:
    """Read the files of a format back and compare.

    Args:
        fmt: The format.
        files: What it wrote.
        release: What it wrote them from. The loss is counted against the full graph, whatever the format is made of.
    """
    graph = release.facts
    carried = without_blank_names(fmt.read(files, release))
    there = Counter(without_blank_names(graph))
    missing = there - Counter(dict.fromkeys(carried, max(there.values(), default=1)))
    totals = Counter(predicate for _, predicate, _ in graph)
    lost = Counter(predicate for _, predicate, _ in missing.elements())
    by_predicate = {shorten(predicate): (count, totals[predicate]) for predicate, count in lost.items()}
    claims = set(graph.subjects(_TYPE, _CLAIM))
    spoken_of = {s for s, p, _ in carried if p == _SUBJECT}
    invented = sorted(set(carried) - set(there), key=str)
    return Loss(
        fmt.name,
        len(graph),
        lost.total(),
        dict(sorted(by_predicate.items())),
        len(claims - spoken_of),
        tuple(invented),
    )


def without_blank_names(triples: Iterable[Triple] | Facts) -> list[Triple]:
    """Triples in which a node without a name is `_:`, because each reader calls it anew."""

    def plain(term: str) -> str:
        return "_:" if term.startswith("_:") else term

    return [(plain(s), p, plain(o) if isinstance(o, str) else o) for s, p, o in triples]


def report(losses: Iterable[Loss]) -> str:
    """The loss report in Markdown."""
    lines = ["# What each format loses", ""]
    lines += [
        "Made by reading each format back and comparing with the full graph. A format not named here loses nothing.",
        "A claim counts as lost whole where a format does not even give its subject.",
        "",
    ]
    for one in losses:
        if not one.lost:
            continue
        lines += [f"## {one.format}", "", f"{one.lost} of {one.total} triples"]
        if one.claims:
            lines[-1] += f"; of {one.claims} claims not even the subject"
        lines[-1] += "."
        lines += ["", "| property | lost | of |", "|---|---:|---:|"]
        lines += [f"| `{predicate}` | {lost} | {total} |" for predicate, (lost, total) in one.by_predicate.items()]
        lines += [""]
    return "\n".join(lines)
