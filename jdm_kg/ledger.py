"""How every passage of the documents is accounted for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rdflib import Graph

from jdm_kg.facts import Facts
from jdm_kg.iris import name, shorten
from jdm_kg.sources import Document, documents
from jdm_kg.turtle import to_facts


@dataclass(frozen=True)
class PassageCoverage:
    """How one passage is accounted for: by claims, by being set aside, or not at all."""

    passage: str
    section: str
    claims: int
    set_aside: str
    note: str

    @property
    def accounted(self) -> bool:
        """Whether claims rest on the passage or it is set aside."""
        return self.claims > 0 or bool(self.set_aside)


@dataclass(frozen=True)
class DocumentCoverage:
    """The ledger of one document, passages in reading order."""

    document: str
    label: str
    passages: tuple[PassageCoverage, ...]


@dataclass(frozen=True)
class Mention:
    """A passage that names a thing which no claim from that passage is about."""

    passage: str
    thing: str
    wording: str


@dataclass(frozen=True)
class Coverage:
    """The whole ledger; `mentions` is None when the documents are not at hand."""

    documents: tuple[DocumentCoverage, ...]
    mentions: tuple[Mention, ...] | None

    @property
    def unaccounted(self) -> tuple[str, ...]:
        """The passages on which no claim rests and which are not set aside."""
        return tuple(p.passage for d in self.documents for p in d.passages if not p.accounted)


def coverage(graph: Graph, texts: Mapping[str, str] | None = None) -> Coverage:
    """The ledger: per document and passage, how many claims rest on it or why it is set aside.

    Args:
        graph: The asserted graph.
        texts: The text of each document, if at hand; then passages that name a thing which none of their claims is
            about are listed.
    """
    content = to_facts(graph)
    resting: dict[str, set[str]] = {}
    for claim in content.instances(name("vocab:Claim")):
        for passage in content.resources(claim, name("vocab:restsOn")):
            resting.setdefault(passage, set()).add(claim)
    docs = documents(content)
    ledger = tuple(
        DocumentCoverage(
            shorten(document.iri),
            document.label,
            tuple(
                PassageCoverage(
                    shorten(p.iri),
                    _label(content, p.section),
                    len(resting.get(p.iri, ())),
                    _label(content, p.set_aside),
                    p.note,
                )
                for p in document.passages
            ),
        )
        for document in docs
    )
    return Coverage(ledger, _mentions(content, docs, resting, texts) if texts else None)


def _label(content: Facts, node: str) -> str:
    return content.label(node) or (shorten(node) if node else "")


def _mentions(
    content: Facts, docs: list[Document], resting: Mapping[str, set[str]], texts: Mapping[str, str]
) -> tuple[Mention, ...]:
    things = _labels(content)
    found = []
    for document in docs:
        text = texts.get(document.iri)
        for passage in document.passages if text is not None else ():
            if passage.set_aside:
                continue
            span = re.sub(r"\s+", " ", (text or "")[passage.start : passage.end])
            about = _spoken_of(content, resting.get(passage.iri, set()))
            for wording, thing in _longest_matches(span, things):
                if not about & _broader(content, thing) and not any(thing in _broader(content, o) for o in about):
                    found.append(Mention(shorten(passage.iri), shorten(thing), wording))
    return tuple(found)


def _broader(content: Facts, thing: str) -> set[str]:
    """A thing and all that are broader."""
    found, waiting = {thing}, [thing]
    while waiting:
        new = [node for node in content.resources(waiting.pop(), name("skos:broader")) if node not in found]
        found.update(new)
        waiting += new
    return found


def _labels(content: Facts) -> dict[str, str]:
    """Every label of every thing, in lower case, to the thing."""
    labels: dict[str, str] = {}
    for thing in content.instances(name("vocab:Entity")):
        for predicate in (name("skos:altLabel"), name("skos:prefLabel")):
            for text in sorted(content.texts(thing, predicate)):
                if len(text) > 2:  # two letters name too much by chance
                    labels[text.casefold()] = thing
    return labels


def _spoken_of(content: Facts, claims: set[str]) -> set[str]:
    """All things that claims point to by any of their parts."""
    parts = (value for claim in claims for values in content.of(claim).values() for value in values)
    return {value for value in parts if isinstance(value, str)}


def _longest_matches(text: str, labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """The labels that stand in a text as whole words, the longer before the shorter that it contains."""
    words = list(re.finditer(r"[^\W_]+(?:[-'’][^\W_]+)*-?", text))
    longest = max((len(label.split()) for label in labels), default=0)
    found = []
    index = 0
    while index < len(words):
        for size in range(min(longest, len(words) - index), 0, -1):
            wording = text[words[index].start() : words[index + size - 1].end()]
            thing = labels.get(wording.casefold()) or labels.get(wording.casefold().removesuffix("s"))
            if thing is not None:
                found.append((wording, thing))
                index += size - 1
                break
        index += 1
    return sorted(set(found), key=lambda match: (match[0].casefold(), match[1]))
