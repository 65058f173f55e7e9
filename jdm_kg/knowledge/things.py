"""What `Knowledge` tells of things and records: frozen values that hold all that a page about them needs.

Every IRI in them is an `Iri`, which knows its label. Every tuple is in a fixed order: statements as the documents
make them, all else by label.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from jdm_kg.knowledge import notebook
from jdm_kg.knowledge.values import Iri, Value


@dataclass(frozen=True, slots=True)
class Source:
    """A source document.

    Attributes:
        iri: Of its description; its label is how to call it.
        title: Its own title.
        publisher: Who publishes it, or None.
        authors: Who wrote it, as far as it says.
        reviewers: Who reviewed it, as far as it says.
        web_address: Where it is published, or empty. Not checked to be a web address: don't link to what is none.
        language: Of the document, a language tag.
        terms: Under which terms it is published, in words.
        license: IRI of its licence, or empty.
        last_reviewed: The month of the last review, `YYYY-MM`, or empty.
        next_review_due: The month in which the next is due, likewise.
        stale_from: The first day on which the review is overdue, or None where the document doesn't say.
        review_status: What is known of its review, in words.
    """

    iri: Iri
    title: str
    publisher: Iri | None
    authors: tuple[Iri, ...]
    reviewers: tuple[Iri, ...]
    web_address: str
    language: str
    terms: str
    license: str
    last_reviewed: str
    next_review_due: str
    stale_from: date | None
    review_status: str

    @property
    def label(self) -> str:
        """How to call it."""
        return self.iri.words

    def stale_on(self, day: date) -> bool | None:
        """Whether its review is overdue on a day; None where the document doesn't say when it is due."""
        return None if self.stale_from is None else day >= self.stale_from

    def freshness_on(self, day: date) -> str:
        """`current`, `overdue` or `unknown`: the same in words."""
        return {None: "unknown", False: "current", True: "overdue"}[self.stale_on(day)]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage on which a claim rests. Its words are not here: they belong to the document.

    Attributes:
        passage: The passage.
        source: The document that it is in.
        section: The section that it stands in, or None.
        start: Where it begins in the file, in characters from 0.
        end: Where it ends, likewise; the character there is no longer part of it.
    """

    passage: Iri
    source: Source
    section: Iri | None
    start: int
    end: int

    @property
    def web_address(self) -> str:
        """Where the document is published, or empty."""
        return self.source.web_address

    @property
    def review_status(self) -> str:
        """What is known of the review of the document, in words."""
        return self.source.review_status

    def stale_on(self, day: date) -> bool | None:
        """Whether the review of the document is overdue on a day; None where the document doesn't say."""
        return self.source.stale_on(day)

    @property
    def words(self) -> str:
        """Document, section and place, for readers."""
        section = f", {self.section.words}" if self.section else ""
        return f"{self.source.label}{section}, characters {self.start} to {self.end}"


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often, as a document says.

    Attributes:
        wording: The words of the document.
        iri: The kind of wording that this is, or None.
        minimum: Lower bound in percent, or None: most wordings have no numbers, and then none may be made up.
        maximum: Upper bound in percent, or None.
        rule: The named rule that gives the bounds, or None.
    """

    wording: tuple[str, ...]
    iri: Iri | None
    minimum: Decimal | None
    maximum: Decimal | None
    rule: Iri | None

    def __str__(self) -> str:
        words = _quoted(self.wording) or (self.iri.words if self.iri else "")
        if self.minimum is None or self.maximum is None:
            return words
        return f"{words} ({_range(self.minimum, self.maximum)} %, by a rule)"


@dataclass(frozen=True, slots=True)
class Dose:
    """How much is given. Never a recommendation, and never reckoned further.

    Attributes:
        minimum: The lowest, or None.
        maximum: The highest, or None.
        unit: As a UCUM code, or empty.
        basis: The measure by which it is reckoned, or None.
        wording: The words of the document.
    """

    minimum: Decimal | None
    maximum: Decimal | None
    unit: str
    basis: Iri | None
    wording: tuple[str, ...]

    def __str__(self) -> str:
        return _amount(self.minimum, self.maximum, self.unit, self.wording)


@dataclass(frozen=True, slots=True)
class Duration:
    """How long it lasts.

    Attributes:
        minimum: The shortest time, or None.
        maximum: The longest time, or None.
        unit: As a UCUM code (a is years, mo months), or empty.
        wording: The words of the document.
    """

    minimum: Decimal | None
    maximum: Decimal | None
    unit: str
    wording: tuple[str, ...]

    def __str__(self) -> str:
        return _amount(self.minimum, self.maximum, self.unit, self.wording)


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure.

    Attributes:
        minimum: The lowest, or None.
        maximum: The highest, or None.
        unit: As a UCUM code (1 is a count, % a share), or empty.
        wording: The words of the document.
        approximate: Whether the document calls it approximate; None where that is not noted.
        denominator: Out of how many, or None.
        denominator_population: Of whom it counts, or None.
        period: The length of time that it relates to, or None.
        period_unit: Unit of the period as a UCUM code, or empty.
    """

    minimum: Decimal | None
    maximum: Decimal | None
    unit: str
    wording: tuple[str, ...]
    approximate: bool | None
    denominator: Decimal | None
    denominator_population: Iri | None
    period: Decimal | None
    period_unit: str

    def __str__(self) -> str:
        text = _amount(self.minimum, self.maximum, self.unit, self.wording)
        if self.denominator is not None:
            whom = f" ({self.denominator_population.words})" if self.denominator_population else ""
            text += f", out of {self.denominator}{whom}"
        if self.period is not None:
            text += f", in {self.period} {self.period_unit}".rstrip()
        return f"{text}, approximate" if self.approximate else text


@dataclass(frozen=True, slots=True, repr=False)
class Claim:
    """What one document states, hedges or denies, with all that it attaches to it, and where.

    Show `words` rather than `statement` alone where the standing must be seen at once.

    Attributes:
        iri: Of the claim.
        statement: One sentence, in the words of the project.
        subject: What it is about.
        predicate: The relation that is claimed.
        object: The other thing, or None where the claim has a value.
        value: A text, number or month where the claim has no object; else None.
        polarity: Affirmed or denied.
        certainty: How firmly the document says it: stated, or something weaker.
        certainty_cue: The words of the document that show how certain it is.
        frequency: How often, or None.
        severity: How bad it is, or must be for the claim to hold; or None.
        severity_wording: The words of the document for that.
        degree_wording: The words of the document that say how strongly or how much.
        circumstance: When the claim holds, in the words of the project.
        circumstance_thing: Things that take part in the circumstance.
        population: Said of these people only.
        body_site: Said of these parts of the body only.
        place: Said of these places only.
        life_stage: Said of these periods of life only.
        timing: When it happens or how fast, in the words of the project.
        timing_wording: The words of the document that say when.
        after: After what it happens.
        before: Before what it happens.
        sequence: Its place among the steps that the document gives, from 1; or None.
        rank: Its tier where the document ranks, 1 for the first; or None.
        route: Said of these ways into or onto the body only.
        dose_form: Said of these forms of the medicine only.
        schedule: How often or at what steps it is done, in the words of the project.
        compared_with: With what it is compared.
        agent: Who does it.
        example: Whether the document names the object as one example of several.
        as_printed: Whether the document prints it faultily: never show it as a fact.
        dose: How much is given, or None.
        duration: How long it lasts, or None.
        amount: A figure, or None.
        curator_note: What to know about how this was read from the document.
        not_named_because: Why the passage holds no name of what the claim speaks of.
        other: Properties of the claim for which there is no attribute here, each with its values.
        tensions: The tensions of which it is one side.
        defects: Errors of the document that touch it.
        evidence: The passages that it rests on.
        deprecated: Whether it is no longer to be used.
        replaced_by: What to use in its place.
    """

    iri: Iri
    statement: str
    subject: Iri
    predicate: Iri
    object: Iri | None
    value: Value
    polarity: Iri
    certainty: Iri
    certainty_cue: tuple[str, ...]
    frequency: Frequency | None
    severity: Iri | None
    severity_wording: tuple[str, ...]
    degree_wording: tuple[str, ...]
    circumstance: tuple[str, ...]
    circumstance_thing: tuple[Iri, ...]
    population: tuple[Iri, ...]
    body_site: tuple[Iri, ...]
    place: tuple[Iri, ...]
    life_stage: tuple[Iri, ...]
    timing: tuple[str, ...]
    timing_wording: tuple[str, ...]
    after: tuple[Iri, ...]
    before: tuple[Iri, ...]
    sequence: int | None
    rank: int | None
    route: tuple[Iri, ...]
    dose_form: tuple[Iri, ...]
    schedule: tuple[str, ...]
    compared_with: tuple[Iri, ...]
    agent: tuple[Iri, ...]
    example: bool
    as_printed: bool
    dose: Dose | None
    duration: Duration | None
    amount: Amount | None
    curator_note: tuple[str, ...]
    not_named_because: tuple[str, ...]
    other: tuple[tuple[Iri, tuple[Value, ...]], ...]
    tensions: tuple[Iri, ...]
    defects: tuple[Iri, ...]
    evidence: tuple[Evidence, ...]
    deprecated: bool
    replaced_by: tuple[Iri, ...]

    @property
    def standing(self) -> str:
        """How it stands: `stated`, `hedged`, `denied` or `as printed`. Only what is stated may be shown as a fact."""
        if self.polarity.name == "denied":
            return "denied"
        if self.as_printed:
            return "as printed"
        return "stated" if self.certainty.name == "stated" else "hedged"

    @property
    def note(self) -> str:
        """What to set behind the statement, or empty: `a denial`, `as printed`, or the certainty, such as `believed`.

        Behind and not before it, because the statement already says that it is not so.
        """
        parts = [{"denied": "a denial", "as printed": "as printed"}.get(self.standing, "")]
        parts.append("" if self.certainty.name == "stated" else self.certainty.words)
        return ", ".join(filter(None, parts))

    @property
    def words(self) -> str:
        """The statement, with its standing behind it unless it is stated."""
        return f"{self.statement} ({self.note})" if self.note else self.statement

    @property
    def qualifiers(self) -> tuple[tuple[str, str], ...]:
        """All that the document attaches to the claim, for readers: what it is, and the value in words.

        Polarity, certainty and evidence are not among them.
        """
        return tuple(self._qualifiers())

    def _qualifiers(self) -> Iterator[tuple[str, str]]:
        first = [field.name for field in fields(self)].index("certainty_cue")
        for field in fields(self)[first:]:
            if field.name == "other":
                break
            value = getattr(self, field.name)
            if value is None or value is False or value == ():
                continue
            yield field.name.replace("_", " "), _in_words(value, quoted=field.name.endswith(("_wording", "_cue")))
        for relation, values in self.other:
            yield relation.words, _in_words(values)

    def stale_on(self, day: date) -> bool | None:
        """Whether all documents that it rests on are overdue for review on a day.

        None where that can't be told: no passage of it has a document with a day of review.
        """
        told = [stale for evidence in self.evidence if (stale := evidence.stale_on(day)) is not None]
        return all(told) if told else None

    def __repr__(self) -> str:
        return f"<Claim {self.iri.name}: {self.words}>"

    def _repr_html_(self) -> str:
        return notebook.claim(self)


@dataclass(frozen=True, slots=True)
class Advice:
    """Advice that protects from harm.

    Attributes:
        iri: Of the advice.
        text: The advice, as it is to be shown to readers.
        claims: The statements from which it follows that it belongs to the thing.
        via: Through what it reaches the thing (its class, or what it shares safety with); empty where it is its own.
    """

    iri: Iri
    text: str
    claims: tuple[Claim, ...]
    via: tuple[Iri, ...]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A thing to which another is related.

    Attributes:
        predicate: The relation.
        other: The other thing.
        outgoing: Whether the relation leads from the thing that was asked for to the other.
        standing: `stated`, `hedged`, `denied` or `as printed`, as for a claim; `derived` where it follows from several
            statements and none says it; `curated` where curators placed it so.
        mark: What to set before it for readers: empty only where it is stated. A denial tells how often it is meant,
            because what is sometimes not so may be so at other times.
        claims: The statements that say so.
    """

    predicate: Iri
    other: Iri
    outgoing: bool
    standing: str
    mark: str
    claims: tuple[Iri, ...]

    @property
    def words(self) -> str:
        """The relation and the other thing for readers, `…` in the place of the thing that was asked for."""
        pair = ("…", self.other.words) if self.outgoing else (self.other.words, "…")
        text = f"{pair[0]} {self.predicate.words} {pair[1]}"
        return f"{self.mark}: {text}" if self.mark else text


@dataclass(frozen=True, slots=True, repr=False)
class Tension:
    """Claims that do not sit together.

    Attributes:
        iri: Of the tension.
        kind: In what way they don't.
        sharpness: How much that matters to a reader.
        explanation: What the reader should know; it takes no side.
        claims: The sides.
    """

    iri: Iri
    kind: Iri
    sharpness: Iri
    explanation: str
    claims: tuple[Claim, ...]

    def __repr__(self) -> str:
        return f"<Tension {self.iri.name}: {self.iri.words}, {len(self.claims)} claims>"

    def _repr_html_(self) -> str:
        return notebook.tension(self)


@dataclass(frozen=True, slots=True)
class Defect:
    """An error or oddity in the text of a document.

    Attributes:
        iri: Of the record.
        kind: What sort of error.
        weight: How easily it misleads.
        wording: The few words or signs at fault, as printed.
        explanation: What the reader should know.
        evidence: The passages that show it.
        claims: The claims that it touches.
    """

    iri: Iri
    kind: Iri
    weight: Iri
    wording: tuple[str, ...]
    explanation: str
    evidence: tuple[Evidence, ...]
    claims: tuple[Iri, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of a document.

    Attributes:
        evidence: Where it is.
        kind: What part it plays in the document, or None.
        order: Its place in the document, from 1.
        sha256: Digest of its UTF-8 bytes, hexadecimal.
        set_aside: Why no claim rests on it, or None.
        set_aside_note: The same in words.
        claims: The claims that rest on it.
        defects: The errors that it shows.
    """

    evidence: Evidence
    kind: Iri | None
    order: int
    sha256: str
    set_aside: Iri | None
    set_aside_note: str
    claims: tuple[Claim, ...]
    defects: tuple[Iri, ...]

    @property
    def iri(self) -> Iri:
        """The IRI of the passage."""
        return self.evidence.passage


@dataclass(frozen=True, slots=True)
class Identifier:
    """What another terminology calls the thing.

    Attributes:
        relation: How near it comes: `exactMatch`, `closeMatch`, `broadMatch`, `narrowMatch` or `relatedMatch`.
        iri: The identifier as an IRI.
        curie: The same as `prefix:code`.
        vocabulary: The name of the terminology.
    """

    relation: str
    iri: str
    curie: str
    vocabulary: str


@dataclass(frozen=True, slots=True, repr=False)
class Thing:
    """All that the graph knows of one thing.

    Attributes:
        iri: Of the thing.
        name: What its IRI ends in: `kg.thing(name)` finds it again.
        label: Its preferred label.
        synonyms: Its other labels.
        definition: What it is, in the words of the project.
        kind: The narrowest kind that curators gave it.
        kinds: All kinds of the vocabulary that it belongs to, those that a reasoner found too.
        advice: Its own text where the thing is itself a piece of advice, else empty.
        values: Other texts and numbers that curators wrote at the thing itself, each with its property.
        broader: Wider things.
        narrower: Narrower things.
        claims: The claims that name it as subject, as object or in a qualifier, as the documents make them.
        safety: All safety advice that reaches it: its own, that of its class, that of what it shares safety with.
            Show it wherever the thing is shown.
        safety_beside: The same for each treatment and exposure that its claims, tensions or neighbours name. Show it
            with them.
        neighbours: The things to which it is related.
        tensions: Where its claims do not sit together with others.
        defects: Errors of the documents that touch its claims.
        sources: The documents that its claims, tensions and defects rest on.
        identifiers: What other terminologies call it.
        deprecated: Whether it is no longer to be used.
        replaced_by: What to use in its place.
    """

    iri: Iri
    name: str
    label: str
    synonyms: tuple[str, ...]
    definition: str
    kind: Iri
    kinds: tuple[Iri, ...]
    advice: str
    values: tuple[tuple[Iri, tuple[Value, ...]], ...]
    broader: tuple[Iri, ...]
    narrower: tuple[Iri, ...]
    claims: tuple[Claim, ...]
    safety: tuple[Advice, ...]
    safety_beside: tuple[tuple[Iri, tuple[Advice, ...]], ...]
    neighbours: tuple[Neighbour, ...]
    tensions: tuple[Tension, ...]
    defects: tuple[Defect, ...]
    sources: tuple[Source, ...]
    identifiers: tuple[Identifier, ...]
    deprecated: bool
    replaced_by: tuple[Iri, ...]

    @property
    def as_subject(self) -> tuple[Claim, ...]:
        """The claims that are about it."""
        return tuple(claim for claim in self.claims if claim.subject == self.iri)

    @property
    def as_object(self) -> tuple[Claim, ...]:
        """The claims about another thing that relate it to this one."""
        return tuple(claim for claim in self.claims if claim.object == self.iri != claim.subject)

    @property
    def as_qualifier(self) -> tuple[Claim, ...]:
        """The claims that name it in a qualifier only."""
        return tuple(claim for claim in self.claims if self.iri not in (claim.subject, claim.object))

    def __repr__(self) -> str:
        return f"<Thing {self.name}: {self.label} ({self.kind.words}), {len(self.claims)} claims>"

    def _repr_html_(self) -> str:
        return notebook.thing(self)


def _in_words(value: object, *, quoted: bool = False) -> str:
    if isinstance(value, tuple):
        return _quoted(value) if quoted else "; ".join(_in_words(each) for each in value)
    if isinstance(value, Iri):
        return value.words
    return "yes" if value is True else str(value)


def _quoted(texts: tuple[str, ...]) -> str:
    return "; ".join(f"“{text}”" for text in texts)


def _range(minimum: Decimal | None, maximum: Decimal | None) -> str:
    if minimum is None:
        return f"at most {maximum:f}" if maximum is not None else ""
    if maximum is None:
        return f"at least {minimum:f}"
    return f"{minimum:f}" if minimum == maximum else f"{minimum:f} to {maximum:f}"


def _amount(minimum: Decimal | None, maximum: Decimal | None, unit: str, wording: tuple[str, ...]) -> str:
    figure = " ".join(part for part in (_range(minimum, maximum), "" if unit == "1" else unit) if part)
    printed = _quoted(wording)
    return f"{figure} ({printed})" if figure and printed else figure or printed
