"""Reads things and records out of a graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Final

from jdm_kg.exports import curies
from jdm_kg.exports.common import LANGUAGE
from jdm_kg.facts import Facts, Literal, Term
from jdm_kg.iris import PREFIXES, name
from jdm_kg.knowledge.things import (
    Advice,
    Amount,
    Claim,
    Defect,
    Dose,
    Duration,
    Evidence,
    Frequency,
    Identifier,
    Neighbour,
    Passage,
    Source,
    Tension,
    Thing,
)
from jdm_kg.knowledge.values import Iri, Value, from_literal
from jdm_kg.support import Support

_ALT_LABEL: Final = name("skos:altLabel")
_BETWEEN: Final = name("vocab:between")
_BROADER: Final = name("skos:broader")
_LABELS: Final = (name("skos:prefLabel"), name("rdfs:label"))
_OBJECT: Final = name("vocab:object")
_PREDICATE: Final = name("vocab:predicate")
_RESTS_ON: Final = name("vocab:restsOn")
_SAFETY: Final = name("vocab:hasSafetyAdvice")
_SUBJECT: Final = name("vocab:subject")
_TYPE: Final = name("rdf:type")
_VOCAB: Final = PREFIXES["vocab"]
_THING: Final = PREFIXES["id"]
_LAST: Final = "\uffff"  # sorts after all IRIs


class Reader:
    """Makes frozen values of what a graph says.

    Args:
        facts: The graph. It must not change.
    """

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._iris: dict[str, Iri] = {}
        self._claims: dict[str, Claim] = {}
        self._things: dict[str, Thing] = {}
        self._sources: dict[str, Source] = {}

    def iri(self, node: str) -> Iri:
        """An IRI with the label of what it names."""
        known = self._iris.get(node)
        if known is None:
            known = self._iris[node] = Iri(node, _label(self._facts, node))
        return known

    # --- What there is ---

    @cached_property
    def things(self) -> tuple[Iri, ...]:
        """All things that have a kind, by label."""
        kinds = self._facts.inverse(_TYPE)
        nodes = {
            node for kind, found in kinds.items() if str(kind).startswith(_VOCAB) for node in found if _is_thing(node)
        }
        return self._by_label(nodes)

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """All claims, as the documents make them."""
        return tuple(self.claim(claim) for claim in self._in_order(self._facts.instances(name("vocab:Claim"))))

    def records(self, kind: str) -> tuple[Iri, ...]:
        """All records of a kind such as `vocab:Tension`, by label."""
        return self._by_label(self._facts.instances(name(kind)))

    def is_a(self, node: str, kind: str) -> bool:
        """Whether something is of a kind such as `vocab:Claim`, or of a narrower one."""
        return not self._facts.subclasses(name(kind)).isdisjoint(self._facts.resources(node, _TYPE))

    # --- Things ---

    def thing(self, node: str) -> Thing:
        """All that the graph knows of a thing."""
        known = self._things.get(node)
        if known is None:
            known = self._things[node] = self._read_thing(node)
        return known

    def _read_thing(self, node: str) -> Thing:
        said = _Record(self, node)
        claims = tuple(self.claim(claim) for claim in self._in_order(self._naming.get(node, ())))
        neighbours = self._neighbours(node, claims)
        tensions = self._tensions(claims)
        defects = self._defects(claims)
        safety = self.safety(node)
        broader = said.iris("skos:broader")
        narrower = self._by_label(self._facts.subjects(_BROADER, node))
        shown = [*claims]
        shown += [claim for tension in tensions for claim in tension.claims]
        shown += [claim for advice in safety for claim in advice.claims]
        named = {other for claim in shown for other in self._named(claim.iri)}
        named.update(map(str, (*broader, *narrower, *(neighbour.other for neighbour in neighbours))))
        beside = self._by_label(other for other in named - {node} if self._travels_with_safety(other))
        safety_beside = tuple((other, self.safety(other)) for other in beside)
        shown += [claim for _, advices in safety_beside for advice in advices for claim in advice.claims]
        evidence = [each for claim in shown for each in claim.evidence]
        evidence += [each for defect in defects for each in defect.evidence]
        return Thing(
            iri=self.iri(node),
            name=self.iri(node).name,
            label=self.iri(node).words,
            synonyms=tuple(sorted(set(self._facts.texts(node, _ALT_LABEL)), key=lambda text: (text.casefold(), text))),
            definition=said.text("skos:definition"),
            kind=self._kind(node),
            kinds=self._by_label(kind for kind in self._facts.resources(node, _TYPE) if kind.startswith(_VOCAB)),
            advice=said.text("vocab:adviceText"),
            values=self._values(node),
            broader=broader,
            narrower=narrower,
            claims=claims,
            safety=safety,
            safety_beside=safety_beside,
            neighbours=neighbours,
            tensions=tensions,
            defects=defects,
            sources=tuple(sorted({each.source for each in evidence}, key=lambda source: source.iri)),
            identifiers=self._identifiers(node),
            deprecated=said.flag("owl:deprecated"),
            replaced_by=said.iris("dcterms:isReplacedBy"),
        )

    def safety(self, node: str) -> tuple[Advice, ...]:
        """All advice that protects from harm and reaches a thing, by label.

        The graph that a reasoner has completed knows what is handed on; of one that it has not, it is looked up here.
        """
        bearers = [node, *self._support.bearers(node, _SAFETY)]
        advices = {advice for bearer in bearers for advice in self._facts.resources(bearer, _SAFETY)}
        return tuple(self._advice(node, advice) for advice in self._by_label(advices))

    def _advice(self, node: str, advice: Iri) -> Advice:
        claims = self._in_order(self._support.claims(node, _SAFETY, advice))
        read = tuple(self.claim(claim) for claim in claims)
        via = {str(end) for claim in read for end in (claim.subject, claim.object) if end} - {node, str(advice)}
        text = _Record(self, advice).text("vocab:adviceText") or advice.words
        return Advice(advice, text, read, self._by_label(via))

    def _travels_with_safety(self, node: str) -> bool:
        """Whether a thing has safety advice that must be shown beside it.

        That of a condition is left out: it is what the whole is about, and stands with it.
        """
        if self.is_a(node, "vocab:Condition"):
            return False
        bearers = [node, *self._support.bearers(node, _SAFETY)]
        return any(self._facts.resources(bearer, _SAFETY) for bearer in bearers)

    def _kind(self, node: str) -> Iri:
        """The narrowest kind of a thing, those left out that a reasoner fills."""
        equivalent = name("owl:equivalentClass")
        kinds = {kind for kind in self._facts.resources(node, _TYPE) if kind.startswith(_VOCAB)}
        given = {kind for kind in kinds if not self._facts.objects(kind, equivalent)}
        wider = {above for kind in given for above in self._facts.superclasses(kind) if above != kind}
        return self.iri(min(given - wider, default=name("vocab:Entity")))

    def _values(self, node: str) -> tuple[tuple[Iri, tuple[Value, ...]], ...]:
        """What curators wrote at a thing itself, other than labels and advice."""
        own = (
            (predicate, tuple(sorted((_value(value) for value in values if isinstance(value, Literal)), key=str)))
            for predicate, values in self._facts.of(node).items()
            if predicate.startswith(_VOCAB)
            and predicate != name("vocab:adviceText")
            and not self._is_claimed(predicate)
        )
        found = ((self.iri(predicate), values) for predicate, values in own if values)
        return tuple(sorted(found, key=lambda pair: (pair[0].words, pair[0])))

    def _is_claimed(self, predicate: str) -> bool:
        """Whether a property is one that claims use."""
        return bool(self._facts.objects(predicate, name("vocab:edgeFromHedged")))

    def _identifiers(self, node: str) -> tuple[Identifier, ...]:
        found = []
        for relation in curies.RELATIONS:
            for iri in sorted(self._facts.resources(node, name(relation))):
                vocabulary = self._vocabularies[iri]
                found.append(Identifier(relation.partition(":")[2], iri, vocabulary.curie(iri), vocabulary.title))
        return tuple(found)

    @cached_property
    def _vocabularies(self) -> dict[str, curies.Vocabulary]:
        return dict(curies.vocabularies(iri for _, _, iri in curies.mappings(self._facts)))

    # --- Neighbours ---

    def _neighbours(self, node: str, claims: Iterable[Claim]) -> tuple[Neighbour, ...]:
        """The things to which a thing is related: first by what claims say, then by what follows.

        What follows is told only where it says more than the claims between the same two things.
        """
        grouped: defaultdict[tuple[str, str, bool, str, str], list[Iri]] = defaultdict(list)
        for claim in claims:
            if claim.object is None or node not in (claim.subject, claim.object):
                continue
            outgoing = claim.subject == node
            other = claim.object if outgoing else claim.subject
            grouped[claim.predicate, other, outgoing, claim.standing, _mark(claim)].append(claim.iri)
        edges = set(self._edges(node))
        for predicate, end, outgoing in sorted(edges):
            if any((each, end, outgoing) in edges for each in self._support.below(predicate) - {predicate}):
                continue  # a wider relation of another
            pair = (node, end) if outgoing else (end, node)
            behind = [self.claim(claim) for claim in self._support.claims(pair[0], predicate, pair[1])]
            behind = [claim for claim in behind if claim.polarity.name == "affirmed" and not claim.as_printed]
            if any({claim.subject, claim.object} == set(pair) for claim in behind):
                continue  # a wider or the inverse relation of what a claim says
            inverses = self._support.inverses(predicate)
            if not outgoing and any(end in self._facts.resources(node, inverse) for inverse in inverses):
                continue  # the same from the other end
            claimed = any(self._is_claimed(each) for each in (*self._support.below(predicate), *inverses))
            standing, mark = ("derived", "derived") if claimed else ("curated", "by curators")
            grouped[predicate, end, outgoing, standing, mark] += [claim.iri for claim in behind]
        found = (
            Neighbour(self.iri(predicate), self.iri(other), outgoing, standing, mark, tuple(sorted(set(claims_))))
            for (predicate, other, outgoing, standing, mark), claims_ in grouped.items()
        )
        order = ("stated", "hedged", "as printed", "denied", "derived", "curated")
        return tuple(
            sorted(
                found,
                key=lambda each: (
                    not each.outgoing,
                    each.predicate.words,
                    order.index(each.standing),
                    each.other.words.casefold(),
                    each.other,
                    each.mark,
                ),
            )
        )

    def _edges(self, node: str) -> Iterator[tuple[str, str, bool]]:
        """The direct relations of a thing: relation, the other thing, whether it leads to the other."""
        for predicate, values in self._facts.of(node).items():
            if predicate.startswith(_VOCAB):
                yield from ((predicate, value, True) for value in values if isinstance(value, str) and value != node)
        for predicate, other in self._incoming.get(node, ()):
            yield predicate, other, False

    @cached_property
    def _incoming(self) -> dict[str, list[tuple[str, str]]]:
        found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        ours = (_THING, PREFIXES["source"])
        for subject, predicate, value in self._facts:
            if not (subject.startswith(ours) and predicate.startswith(_VOCAB)):
                continue
            if isinstance(value, str) and _is_thing(value) and value != subject:
                found[value].append((predicate, subject))
        return dict(found)

    # --- Records ---

    def claim(self, node: str) -> Claim:
        """A claim, with all that it says."""
        known = self._claims.get(node)
        if known is None:
            known = self._claims[node] = self._read_claim(node)
        return known

    def _read_claim(self, node: str) -> Claim:
        said = _Record(self, node)
        frequency = Frequency(said.texts("vocab:frequencyWording"), said.iri("vocab:frequency"), None, None, None)
        if frequency.iri:
            kind = _Record(self, frequency.iri)
            bounds = (kind.number("vocab:bandMinimum"), kind.number("vocab:bandMaximum"))
            frequency = Frequency(frequency.wording, frequency.iri, *bounds, kind.iri("vocab:bandRule"))
        dose = Dose(
            said.number("vocab:doseMinimum"),
            said.number("vocab:doseMaximum"),
            said.text("vocab:doseUnit"),
            said.iri("vocab:doseBasis"),
            said.texts("vocab:doseWording"),
        )
        duration = Duration(
            said.number("vocab:durationMinimum"),
            said.number("vocab:durationMaximum"),
            said.text("vocab:durationUnit"),
            said.texts("vocab:durationWording"),
        )
        amount = Amount(
            said.number("vocab:amountMinimum"),
            said.number("vocab:amountMaximum"),
            said.text("vocab:amountUnit"),
            said.texts("vocab:amountWording"),
            said.flag("vocab:approximate") if said.has("vocab:approximate") else None,
            said.number("vocab:denominator"),
            said.iri("vocab:denominatorPopulation"),
            said.number("vocab:period"),
            said.text("vocab:periodUnit"),
        )
        values = [value for value in self._facts.objects(node, name("vocab:value")) if isinstance(value, Literal)]
        return Claim(
            iri=self.iri(node),
            statement=said.text("vocab:statement"),
            subject=said.iri("vocab:subject") or self.iri(""),
            predicate=said.iri("vocab:predicate") or self.iri(""),
            object=said.iri("vocab:object"),
            value=_value(min(values)) if said.has("vocab:value") and values else None,
            polarity=said.iri("vocab:polarity") or self.iri(""),
            certainty=said.iri("vocab:certainty") or self.iri(""),
            certainty_cue=said.texts("vocab:certaintyCue"),
            frequency=frequency if frequency.iri or frequency.wording else None,
            severity=said.iri("vocab:severity"),
            severity_wording=said.texts("vocab:severityWording"),
            degree_wording=said.texts("vocab:degreeWording"),
            circumstance=said.texts("vocab:circumstance"),
            circumstance_thing=said.iris("vocab:circumstanceThing"),
            population=said.iris("vocab:population"),
            body_site=said.iris("vocab:bodySite"),
            place=said.iris("vocab:place"),
            life_stage=said.iris("vocab:lifeStage"),
            timing=said.texts("vocab:timing"),
            timing_wording=said.texts("vocab:timingWording"),
            after=said.iris("vocab:after"),
            before=said.iris("vocab:before"),
            sequence=said.whole("vocab:sequence"),
            rank=said.whole("vocab:rank"),
            route=said.iris("vocab:route"),
            dose_form=said.iris("vocab:doseForm"),
            schedule=said.texts("vocab:schedule"),
            compared_with=said.iris("vocab:comparedWith"),
            agent=said.iris("vocab:agent"),
            example=said.flag("vocab:example"),
            as_printed=said.flag("vocab:asPrinted"),
            dose=dose if _tells(dose.minimum, dose.maximum, dose.wording, dose.basis) else None,
            duration=duration if _tells(duration.minimum, duration.maximum, duration.wording) else None,
            amount=amount if _tells(amount.minimum, amount.maximum, amount.wording, amount.denominator) else None,
            curator_note=said.texts("vocab:curatorNote"),
            not_named_because=said.texts("vocab:notNamedBecause"),
            evidence=self._evidence(said.iris("vocab:restsOn")),
            tensions=self._by_label(self._facts.subjects(_BETWEEN, node)),
            defects=self._by_label(self._facts.subjects(name("vocab:affectsClaim"), node)),
            deprecated=said.flag("owl:deprecated"),
            replaced_by=said.iris("dcterms:isReplacedBy"),
            other=said.left(),
        )

    def source(self, node: str) -> Source:
        """A source document."""
        known = self._sources.get(node)
        if known is None:
            said = _Record(self, node)
            due = from_literal(said.text("vocab:staleFrom"), name("xsd:date"))
            known = self._sources[node] = Source(
                iri=self.iri(node),
                title=said.text("dcterms:title"),
                publisher=said.iri("vocab:publishedBy"),
                authors=said.iris("vocab:authoredBy"),
                reviewers=said.iris("vocab:reviewedBy"),
                web_address=said.text("vocab:webAddress"),
                language=said.text("dcterms:language"),
                terms=said.text("vocab:sourceLicense"),
                license=str(said.iri("dcterms:license") or ""),
                last_reviewed=said.text("vocab:lastReviewed"),
                next_review_due=said.text("vocab:nextReviewDue"),
                stale_from=due if isinstance(due, date) else None,
                review_status=said.text("vocab:reviewStatus"),
            )
        return known

    def tension(self, node: str) -> Tension:
        """A tension, with its sides."""
        said = _Record(self, node)
        return Tension(
            iri=self.iri(node),
            kind=said.iri("vocab:tensionKind") or self.iri(""),
            sharpness=said.iri("vocab:sharpness") or self.iri(""),
            explanation=said.text("vocab:explanation"),
            claims=tuple(self.claim(claim) for claim in self._in_order(self._facts.resources(node, _BETWEEN))),
        )

    def defect(self, node: str) -> Defect:
        """An error or oddity of a document."""
        said = _Record(self, node)
        return Defect(
            iri=self.iri(node),
            kind=said.iri("vocab:defectKind") or self.iri(""),
            weight=said.iri("vocab:defectWeight") or self.iri(""),
            wording=said.texts("vocab:faultyWording"),
            explanation=said.text("vocab:explanation"),
            evidence=self._evidence(self._facts.resources(node, name("vocab:inPassage"))),
            claims=tuple(map(self.iri, self._in_order(self._facts.resources(node, name("vocab:affectsClaim"))))),
        )

    def passage(self, node: str) -> Passage:
        """A passage, with the claims that rest on it."""
        said = _Record(self, node)
        (evidence,) = self._evidence([node])
        return Passage(
            evidence=evidence,
            kind=said.iri("vocab:passageKind"),
            order=said.whole("vocab:order") or 0,
            sha256=said.text("vocab:sha256"),
            set_aside=said.iri("vocab:setAsideReason"),
            set_aside_note=said.text("vocab:setAsideNote"),
            claims=tuple(self.claim(claim) for claim in self._in_order(self._facts.subjects(_RESTS_ON, node))),
            defects=self._by_label(self._facts.subjects(name("vocab:inPassage"), node)),
        )

    def _evidence(self, passages: Iterable[str]) -> tuple[Evidence, ...]:
        found = []
        for passage in passages:
            said = _Record(self, passage)
            source = said.iri("vocab:inSource")
            if source:
                start, end = (said.whole(curie) or 0 for curie in ("oa:start", "oa:end"))
                found.append(Evidence(self.iri(passage), self.source(source), said.iri("vocab:inSection"), start, end))
        return tuple(sorted(found, key=lambda each: (each.source.iri, each.start, each.passage)))

    def _tensions(self, claims: Iterable[Claim]) -> tuple[Tension, ...]:
        return tuple(self.tension(node) for node in self._by_label(node for claim in claims for node in claim.tensions))

    def _defects(self, claims: Iterable[Claim]) -> tuple[Defect, ...]:
        return tuple(self.defect(node) for node in self._by_label(node for claim in claims for node in claim.defects))

    # --- Looking up ---

    @cached_property
    def _support(self) -> Support:
        return Support(self._facts)

    @cached_property
    def _naming(self) -> dict[str, list[str]]:
        """For each thing the claims that name it."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for claim in self._facts.instances(name("vocab:Claim")):
            for node in self._named(claim):
                found[node].append(claim)
        return dict(found)

    def _named(self, claim: str) -> set[str]:
        """The things that a claim names, its relation left out."""
        values = (value for found in self._facts.of(claim).values() for value in found)
        return {value for value in values if isinstance(value, str) and _is_thing(value)}

    def _in_order(self, claims: Iterable[str]) -> list[str]:
        """Claims in the order in which the documents make them."""
        return sorted(set(claims), key=lambda claim: (self._place(claim), claim))

    def _place(self, claim: str) -> tuple[str, int]:
        evidence = self.claim(claim).evidence
        return (evidence[0].source.iri, evidence[0].start) if evidence else (_LAST, 0)

    def _by_label(self, nodes: Iterable[str]) -> tuple[Iri, ...]:
        found = (self.iri(node) for node in set(nodes))
        return tuple(sorted(found, key=lambda iri: (iri.words.casefold(), iri)))


class _Record:
    """What is said of one node, and which properties of it were asked for."""

    def __init__(self, reader: Reader, node: str) -> None:
        self._reader = reader
        self._of = reader._facts.of(node)  # noqa: SLF001 - a part of the reader
        self._read: set[str] = set()

    def has(self, curie: str) -> bool:
        return bool(self._objects(curie))

    def texts(self, curie: str) -> tuple[str, ...]:
        found = {(v.language != LANGUAGE, v.language, v.text) for v in self._objects(curie) if isinstance(v, Literal)}
        return tuple(text for *_, text in sorted(found))

    def text(self, curie: str) -> str:
        return next(iter(self.texts(curie)), "")

    def iris(self, curie: str) -> tuple[Iri, ...]:
        return self._reader._by_label(v for v in self._objects(curie) if isinstance(v, str))  # noqa: SLF001 - as above

    def iri(self, curie: str) -> Iri | None:
        found = [value for value in self._objects(curie) if isinstance(value, str)]
        return self._reader.iri(min(found)) if found else None

    def number(self, curie: str) -> Decimal | None:
        value = from_literal(self.text(curie), name("xsd:decimal"))
        return value if isinstance(value, Decimal) else None

    def whole(self, curie: str) -> int | None:
        value = from_literal(self.text(curie), name("xsd:integer"))
        return value if isinstance(value, int) else None

    def flag(self, curie: str) -> bool:
        return self.text(curie) in {"true", "1"}

    def left(self) -> tuple[tuple[Iri, tuple[Value, ...]], ...]:
        """The properties of the vocabulary that were not asked for, by label, each with its values."""
        found = []
        for predicate, values in self._of.items():
            if predicate.startswith(_VOCAB) and predicate not in self._read:
                plain = (self._reader.iri(value) if isinstance(value, str) else _value(value) for value in values)
                found.append((self._reader.iri(predicate), tuple(sorted(plain, key=str))))
        return tuple(sorted(found, key=lambda pair: (pair[0].words, pair[0])))

    def _objects(self, curie: str) -> list[Term]:
        predicate = name(curie)
        self._read.add(predicate)
        return self._of.get(predicate, [])


def _label(facts: Facts, node: str) -> str:
    """The preferred label of a node, or an empty text where it has none."""
    for predicate in _LABELS:
        found = [v for v in facts.objects(node, predicate) if isinstance(v, Literal)]
        if found:
            return min((v.language != LANGUAGE, v.language, v.text) for v in found)[2]
    return ""


def _mark(claim: Claim) -> str:
    """What to set before the relation that a claim states."""
    note = claim.note.replace("a denial", "denied")
    often = ", ".join(f"“{wording}”" for wording in claim.frequency.wording) if claim.frequency else ""
    return f"{note}, {often}" if often and claim.standing == "denied" else note


def _value(literal: Literal) -> Value:
    return from_literal(literal.text, literal.datatype)


def _is_thing(node: str) -> bool:
    return node.startswith(_THING)


def _tells(*parts: object) -> bool:
    return any(part not in (None, ()) for part in parts)
