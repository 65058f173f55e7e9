"""What `Knowledge` tells, arranged for pages: nothing is judged here, and no warning is left out."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from types import MappingProxyType
from typing import Final
from urllib.parse import quote, urlsplit

from jdm_kg.exports import common
from jdm_kg.facts import Facts, Literal
from jdm_kg.iris import BASE, PREFIXES, is_own, name, shorten
from jdm_kg.knowledge import Iri, Knowledge
from jdm_kg.knowledge.things import Advice, Amount, Claim, Dose, Duration, Evidence, Frequency, Neighbour, Source
from jdm_kg.knowledge.values import from_literal

_SAFETY: Final = name("vocab:hasSafetyAdvice")
_SCHEMES: Final = frozenset({"http", "https"})

# What a reader wants to know of a statement, in the order of a sentence: title, and attribute of a claim.
_QUALIFIERS: Final = (
    ("How often", "frequency"),
    ("For whom", "population"),
    ("Stage of life", "life_stage"),
    ("Under which circumstances", "circumstance"),
    ("Bears on", "circumstance_thing"),
    ("Where in the body", "body_site"),
    ("Place", "place"),
    ("When", "timing"),
    ("When, in its words", "timing_wording"),
    ("After", "after"),
    ("Before", "before"),
    ("Step", "sequence"),
    ("Rank", "rank"),
    ("How severe", "severity"),
    ("How severe, in its words", "severity_wording"),
    ("How much, in its words", "degree_wording"),
    ("Way of giving", "route"),
    ("Form", "dose_form"),
    ("Schedule", "schedule"),
    ("For how long", "duration"),
    ("Dose, as printed", "dose"),
    ("Figure", "amount"),
    ("Compared with", "compared_with"),
    ("By whom", "agent"),
)
_IF_DENIED: Final = MappingProxyType({"frequency": "How often it is not so"})
_FOREIGN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "dcterms:isReplacedBy": "Replaced by",
        "owl:inverseOf": "The same the other way round",
        "rdf:type": "Kind",
        "rdfs:domain": "Said of",
        "rdfs:label": "Name",
        "rdfs:range": "Leads to",
        "rdfs:subClassOf": "Kind of",
        "rdfs:subPropertyOf": "Follows to",
        "schema:domainIncludes": "Said of, among others",
        "schema:rangeIncludes": "Leads to, among others",
        "skos:altLabel": "Also called",
        "skos:broader": "Wider",
        "skos:definition": "Definition",
        "skos:editorialNote": "Note of the curators",
        "skos:prefLabel": "Name",
    }
)
"""How properties of others are called, which have no label here."""
_NUMBERS: Final = MappingProxyType({2: "two", 3: "three", 4: "four", 5: "five", 6: "six"})
_STATES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "current": "Its review is in date.",
        "overdue": "Its review is overdue: what it says may be out of date.",
        "unknown": "It does not tell when it was reviewed, so how current it is cannot be told.",
    }
)


@dataclass(frozen=True)
class Shown:
    """A value as it stands on a page.

    Attributes:
        text: The text or name.
        href: Where it leads, or empty.
        quoted: Whether these are words of a document.
        mark: What must be seen before it, such as `denied`.
    """

    text: str
    href: str = ""
    quoted: bool = False
    mark: str = ""


@dataclass(frozen=True)
class Row:
    """A property and its values."""

    title: str
    cells: tuple[Shown, ...]


@dataclass(frozen=True)
class Group:
    """Claims under a heading."""

    title: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Spoken:
    """What one document says.

    Attributes:
        source: The document, or None where claims rest on nothing.
        anchor: For links within the page.
        groups: What it says, by relation.
        count: How many claims these are.
    """

    source: Source | None
    anchor: str
    groups: tuple[Group, ...]
    count: int


@dataclass(frozen=True)
class Warned:
    """Safety advice and the things that it goes with."""

    advice: Advice
    bearers: tuple[Iri, ...]


@dataclass(frozen=True)
class Entry:
    """A thing in a list or among search results."""

    iri: Iri
    kind: str
    synonyms: tuple[str, ...]
    definition: str
    deprecated: bool


def path_of(iri: str) -> str:
    """The address of a node's page on this server: a path from the root.

    >>> path_of(PREFIXES["id"] + "some-thing")
    '/id/some-thing'
    """
    return "/" + quote(iri.removeprefix(BASE), safe="/-._~")


def safe_address(text: str) -> str:
    """An address of the web if it is one that may stand in a link (http or https, with a host), else nothing.

    >>> safe_address("javascript:alert(1)")
    ''
    """
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return text if parts.scheme in _SCHEMES and parts.netloc else ""


def sentence_case(text: str) -> str:
    """A text with a capital at its start, unless its first word is one with capitals of its own.

    >>> sentence_case("blue moon"), sentence_case("mRNA")
    ('Blue moon', 'mRNA')
    """
    first = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if first.islower() else text


def month_in_words(text: str) -> str:
    """An ISO month or day in words; anything else as it is.

    >>> month_in_words("2025-03")
    'March 2025'
    """
    parts = text.split("-")
    if not 2 <= len(parts) <= 3 or not all(part.isdecimal() for part in parts) or not 1 <= int(parts[1]) <= 12:
        return text
    day = f"{int(parts[2])} " if len(parts) == 3 else ""
    return f"{day}{calendar.month_name[int(parts[1])]} {parts[0]}"


class Book:
    """The graph as its pages show it on a day.

    Args:
        knowledge: What is known.
        today: The day.
    """

    def __init__(self, knowledge: Knowledge, today: date) -> None:
        self.knowledge = knowledge
        self.today = today
        # Kept here and not by a decorator, whose memory would outlive the book.
        self.advice = cache(self._advice)
        self.entry = cache(self._entry)

    @property
    def facts(self) -> Facts:
        """The full graph."""
        return self.knowledge.facts

    # --- Names and links ---

    def iri(self, node: str) -> Iri:
        """A node with its name; it may be one that the graph does not know, from the answer to a query."""
        for curie in ("skos:prefLabel", "rdfs:label"):
            values = [value for value in self.facts.objects(node, name(curie)) if isinstance(value, Literal)]
            if values:
                return Iri(node, min((v.language != common.LANGUAGE, v.language, v.text) for v in values)[2])
        return Iri(node)

    def iris(self, nodes: Iterable[str]) -> tuple[Iri, ...]:
        """Nodes, each once, by name; blank nodes are left out."""
        found = {self.iri(node) for node in nodes if not node.startswith("_:")}
        return tuple(sorted(found, key=lambda iri: (iri.words.casefold(), iri)))

    def href(self, node: str) -> str:
        """Where a node's link leads: to its page here, to the web, or, where neither is safe, nowhere."""
        if is_own(node):
            return path_of(node) if self.facts.of(node) else ""
        return safe_address(node)

    def text(self, node: str, curie: str) -> str:
        """The text that a node has for a property, or nothing."""
        return common.text(self.facts, node, curie)

    def meaning(self, node: str) -> str:
        """The definition of a node, or nothing."""
        return self.text(node, "skos:definition")

    def notes(self, node: str) -> list[str]:
        """What curators note for clinicians."""
        return sorted(self.facts.texts(node, name("skos:editorialNote")))

    def is_a(self, node: str, curie: str) -> bool:
        """Whether a node is of a class or of one below it."""
        return not self.facts.subclasses(name(curie)).isdisjoint(self.facts.resources(node, name("rdf:type")))

    def kinds(self, node: str) -> tuple[Iri, ...]:
        """The narrowest classes of a node."""
        given = {cls for cls in self.facts.resources(node, name("rdf:type")) if cls.startswith(PREFIXES["vocab"])}
        wider = {above for cls in given for above in self.facts.superclasses(cls) if above != cls}
        return self.iris(given - wider)

    def replaced_by(self, node: str) -> tuple[Iri, ...] | None:
        """What is to be used instead of a node that is deprecated; None where it is not."""
        others = self.facts.resources(node, name("dcterms:isReplacedBy"))
        flags = self.facts.texts(node, name("owl:deprecated"))
        return self.iris(others) if others or {"true", "1"} & set(flags) else None

    # --- Lists ---

    @cached_property
    def title(self) -> str:
        """What all of this is, in a few words."""
        about = " and ".join(entry.iri.words for entry in self.conditions)
        count = len(self.knowledge.sources())
        documents = f"{_NUMBERS.get(count, count)} public documents say" if count != 1 else "a public document says"
        return f"What {documents} about {about}" if about else f"What {documents}"

    def synonyms(self, node: str) -> tuple[str, ...]:
        """The other names of a node, sorted."""
        return tuple(sorted(set(self.facts.texts(node, name("skos:altLabel"))), key=str.casefold))

    def _entry(self, node: Iri) -> Entry:
        kinds = ", ".join(kind.words for kind in self.kinds(node))
        return Entry(node, kinds, self.synonyms(node), self.meaning(node), self.replaced_by(node) is not None)

    @cached_property
    def by_kind(self) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
        """All things by their kind; those of several kinds stand under each."""
        groups: dict[str, list[Entry]] = {}
        for node in self.knowledge.things():
            for kind in self.kinds(node):
                groups.setdefault(kind.words, []).append(self.entry(node))
        return tuple((kind, tuple(entries)) for kind, entries in sorted(groups.items()))

    @cached_property
    def conditions(self) -> tuple[Entry, ...]:
        """The conditions that the documents are about: that with most claims, and those with a tenth as many."""
        index = self.facts.inverse(name("vocab:subject"))
        nodes = [node for node in self.knowledge.things() if self.is_a(node, "vocab:Condition")]
        counts = {node: len(index.get(str(node), ())) for node in nodes}
        most = max(counts.values(), default=0)
        chosen = [node for node, count in counts.items() if count and count * 10 >= most]
        return tuple(self.entry(node) for node in sorted(chosen, key=lambda node: -counts[node]))

    # --- Claims ---

    def spoken(self, claims: Iterable[Claim], prefix: str) -> tuple[Spoken, ...]:
        """Claims by the document that makes them, and in each by relation.

        Args:
            claims: In the order in which the documents make them.
            prefix: For the anchors.
        """
        found: dict[Iri | None, dict[str, list[Claim]]] = {}
        sources: dict[Iri | None, Source | None] = {}
        for claim in claims:
            by_source: dict[Iri | None, Source | None] = {each.source.iri: each.source for each in claim.evidence}
            for iri, source in (by_source or {None: None}).items():
                sources[iri] = source
                found.setdefault(iri, {}).setdefault(claim.predicate.words, []).append(claim)
        return tuple(
            Spoken(
                sources[iri],
                f"{prefix}-{number}",
                tuple(Group(sentence_case(title), tuple(members)) for title, members in groups.items()),
                sum(map(len, groups.values())),
            )
            for number, (iri, groups) in enumerate(sorted(found.items(), key=lambda pair: pair[0] or ""), 1)
        )

    @staticmethod
    def spots(claims: Iterable[Claim]) -> list[Evidence]:
        """The passages that claims rest on, each once, in the order of the documents."""
        found = {spot.passage: spot for claim in claims for spot in claim.evidence}
        return sorted(found.values(), key=lambda spot: (spot.source.iri, spot.start, spot.passage))

    def rows(self, claim: Claim) -> tuple[Row, ...]:
        """What a document attaches to a claim, but for polarity, certainty and evidence."""
        denied = claim.standing == "denied"
        rows = [
            Row(_IF_DENIED.get(field, title) if denied else title, self._shown(getattr(claim, field), field))
            for title, field in _QUALIFIERS
        ]
        rows += [Row(sentence_case(relation.words), self._shown(values, "")) for relation, values in claim.other]
        return tuple(row for row in rows if row.cells)

    def _shown(self, value: object, field: str) -> tuple[Shown, ...]:
        if value is None:
            return ()
        if isinstance(value, tuple):
            return tuple(shown for each in value for shown in self._shown(each, field))
        if isinstance(value, Iri):
            return (Shown(value.words, self.href(value)),)
        if isinstance(value, Frequency):
            wording = tuple(Shown(words, quoted=True) for words in value.wording)
            kind = self._shown(value.iri, "")
            return (*wording, *kind, *self._band(value))
        if isinstance(value, Dose | Duration | Amount):
            return (Shown(str(value)),)
        return (Shown(str(value), quoted=field.endswith("_wording")),)

    def _band(self, value: Frequency) -> tuple[Shown, ...]:
        """The numbers that a named rule gives to a wording."""
        if value.minimum is None or value.maximum is None:
            return ()
        bounds = f"{value.minimum}" if value.minimum == value.maximum else f"{value.minimum} to {value.maximum}"
        return (Shown(f"{bounds} %, by a rule of the curators"), *self._shown(value.rule, ""))

    # --- Safety ---

    def _advice(self, node: str) -> tuple[Advice, ...]:
        """The safety advice that goes with a thing, by itself, its class or one that shares it."""
        return self.knowledge.thing(node).safety if self.facts.resources(node, _SAFETY) else ()

    def beside(self, node: str, records: Iterable[str]) -> tuple[Warned, ...]:
        """The safety advice of the things that records name: of treatments and the like.

        A condition is what the whole is about; its advice stands on its own page.

        Args:
            node: Whose page it is; what stands there anyhow is left out.
            records: Claims and the like.
        """
        things = {thing for record in records for thing in common.named(self.facts, record)} - {node}
        pairs = [(self.iri(thing), self.advice(thing)) for thing in sorted(things)]
        own = {advice.iri for advice in self.advice(node)} | {node}
        return warned((pair for pair in pairs if not self.is_a(pair[0], "vocab:Condition")), own)

    # --- Documents ---

    def freshness(self, source: Source) -> str:
        """`current`, `overdue` or `unknown`."""
        return source.freshness_on(self.today)

    def state(self, source: Source) -> str:
        """The same in a sentence."""
        return _STATES[self.freshness(source)]

    # --- Relations and records ---

    def relations(self, neighbours: Iterable[Neighbour], *, outgoing: bool) -> tuple[Row, ...]:
        """The things to which a thing is related, by relation, each with how it stands."""
        rows: dict[str, list[Shown]] = {}
        for neighbour in neighbours:
            if neighbour.outgoing == outgoing:
                shown = Shown(neighbour.other.words, self.href(neighbour.other), mark=neighbour.mark)
                rows.setdefault(neighbour.predicate.words, []).append(shown)
        return tuple(Row(sentence_case(title), tuple(cells)) for title, cells in sorted(rows.items()))

    def record(self, node: str) -> tuple[Row, ...]:
        """All that is said of a node, property by property, as it stands in the graph."""
        rows = []
        for predicate, values in self.facts.of(node).items():
            cells = []
            for value in values:
                if not isinstance(value, str):
                    href = safe_address(value.text) if value.datatype == name("xsd:anyURI") else ""
                    cells.append(Shown(_in_words(from_literal(value.text, value.datatype), value.text), href))
                elif not value.startswith("_:"):
                    cells.append(Shown(self.iri(value).words, self.href(value)))
            if cells:
                title = _FOREIGN.get(shorten(predicate)) or sentence_case(_spaced(self.iri(predicate)))
                rows.append(Row(title, tuple(sorted(cells, key=lambda cell: cell.text))))
        return tuple(sorted(rows, key=lambda row: row.title))


def warned(pairs: Iterable[tuple[Iri, Iterable[Advice]]], shown: Iterable[str]) -> tuple[Warned, ...]:
    """Things with their safety advice, turned round: each piece of advice once, with the things that it goes with.

    Args:
        pairs: The things and their advice.
        shown: IRIs of the advice that is shown elsewhere.
    """
    seen = set(shown)
    found: dict[Iri, tuple[Advice, list[Iri]]] = {}
    for thing, advices in pairs:
        for advice in advices:
            if advice.iri not in seen:
                found.setdefault(advice.iri, (advice, []))[1].append(thing)
    ordered = sorted(found.values(), key=lambda pair: (pair[0].iri.words, pair[0].iri))
    return tuple(Warned(advice, tuple(things)) for advice, things in ordered)


def _spaced(predicate: Iri) -> str:
    """The label of a property, or its name in words.

    >>> _spaced(Iri(PREFIXES["skos"] + "closeMatch"))
    'close match'
    """
    return predicate.label or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", predicate.name).lower()


def _in_words(value: object, text: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return month_in_words(text)
