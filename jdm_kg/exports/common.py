"""What every export says of itself, and what several of them ask of the graph.

That is: whose it is, under which terms, from which documents, and which safety advice goes with a thing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from jdm_kg.facts import Facts, Literal
from jdm_kg.iris import PREFIXES, is_own, name, shorten

HEADER = PREFIXES["vocab"]
"""The ontology header, in which title, creators and terms of the whole stand."""
DISCLAIMER = "Not medical advice: information for reading and research, from public documents."
LANGUAGE = "en"
"""The language of texts in formats that have room for one only."""
LICENSE = "CC BY-SA 4.0"
LICENSE_SPDX = "CC-BY-SA-4.0"
LICENSE_URL = "https://creativecommons.org/licenses/by-sa/4.0/"

_SAFETY = name("vocab:hasSafetyAdvice")
_TYPE = name("rdf:type")
_ADVICE_TEXT = name("vocab:adviceText")


@dataclass(frozen=True)
class Header:
    """What the ontology header says of the whole; each may be empty."""

    title: str
    description: str
    creator: str
    publisher: str
    rights: str
    citation: str


@dataclass(frozen=True)
class Source:
    """A source document.

    Attributes:
        iri: Of its description.
        label: Its preferred label.
        title: Its own title.
        address: Where it is published.
        terms: Under which terms it is published, in words.
        license: IRI of its licence, where it has one.
        publisher: IRI of the organization that publishes it.
        sha256: Digest of the file that was encoded, hexadecimal.
        bytes: The length of that file.
        reviewed: The month in which it was last reviewed, an ISO month, or empty.
        due: The month of the next review, likewise.
        stale_from: The first day on which the review is overdue: an ISO date, or empty.
        status: What is known of its review, in words.
    """

    iri: str
    label: str
    title: str
    address: str
    terms: str
    license: str
    publisher: str
    sha256: str
    bytes: int
    reviewed: str
    due: str
    stale_from: str
    status: str

    def freshness(self, day: str) -> str:
        """Whether its review is overdue on a day (an ISO date): `current`, `overdue` or `unknown`."""
        if not self.stale_from or not day:
            return "unknown"
        return "overdue" if day >= self.stale_from else "current"


def header(facts: Facts) -> Header:
    """What the ontology header says."""
    parts = ("title", "description", "creator", "publisher", "rights", "bibliographicCitation")
    return Header(*(text(facts, HEADER, f"dcterms:{part}") for part in parts))


def sources(facts: Facts) -> list[Source]:
    """The source documents, sorted by IRI."""

    def source(node: str) -> Source:
        def said(curie: str) -> str:
            return text(facts, node, curie)

        return Source(
            node,
            label(facts, node),
            said("dcterms:title"),
            said("vocab:webAddress"),
            said("vocab:sourceLicense"),
            min(facts.resources(node, name("dcterms:license")), default=""),
            min(facts.resources(node, name("vocab:publishedBy")), default=""),
            said("vocab:sha256"),
            int(said("vocab:byteCount") or 0),
            said("vocab:lastReviewed"),
            said("vocab:nextReviewDue"),
            said("vocab:staleFrom"),
            said("vocab:reviewStatus"),
        )

    return [source(node) for node in facts.instances(name("vocab:SourceDocument"))]


def text(facts: Facts, node: str, curie: str) -> str:
    """The text that a node has for a property, the first in alphabetical order; empty where it has none."""
    return min(facts.texts(node, name(curie)), default="")


def one(facts: Facts, node: str, curie: str) -> str:
    """The IRI that a node has for a property, the first in alphabetical order; empty where it has none."""
    return min(facts.resources(node, name(curie)), default="")


def label(facts: Facts, node: str) -> str:
    """The preferred label of a node, or its short IRI where it has none."""
    return facts.label(node) or shorten(node)


def in_english(facts: Facts, node: str, curie: str) -> list[str]:
    """The English texts that a node has for a property, sorted."""
    values = facts.objects(node, name(curie))
    return sorted(v.text for v in values if isinstance(v, Literal) and v.language == LANGUAGE and v.text)


def named(facts: Facts, record: str) -> list[str]:
    """The things of the project that a record names in any of its properties, sorted."""
    values = (value for found in facts.of(record).values() for value in found)
    return sorted({value for value in values if isinstance(value, str) and is_own(value)})


def safety(facts: Facts, things: Iterable[str]) -> list[str]:
    """The texts of all safety advice that goes with some things, sorted.

    The full graph knows the advice that a thing has by its class or shares with another.
    """
    advice = {node for thing in things for node in facts.resources(thing, _SAFETY)}
    return sorted({said for node in advice for said in facts.texts(node, _ADVICE_TEXT) or [label(facts, node)]})


def safety_of_records(facts: Facts, records: Iterable[str]) -> list[str]:
    """The texts of all safety advice that goes with what records speak of, sorted.

    That of a condition is left out: it is what the whole is about, and stands with it.
    """
    kinds = facts.subclasses(name("vocab:Condition"))
    things = {thing for record in records for thing in named(facts, record) if facts.resources(thing, _SAFETY)}
    return safety(facts, {thing for thing in things if not kinds.intersection(facts.resources(thing, _TYPE))})
