"""Claims as plain values, the conditions that they are about, and the safety advice of a thing with its IRIs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from jdm_kg.exports.common import LANGUAGE, in_english, label
from jdm_kg.facts import Facts, Literal, Term
from jdm_kg.iris import name

_TEXT = name("rdf:langString")
_CLEAR = (name("vocab:stated"), name("vocab:implied"))
_RELATIONS_OF_SUBJECT = (name("vocab:hasSymptom"), name("vocab:hasTreatment"))


@dataclass(frozen=True)
class Claim:
    """One claim.

    Attributes:
        iri: Its name.
        subject: The thing that it is about.
        predicate: The relation.
        target: The thing or the value to which it relates its subject.
        denied: Whether the document says that it is not so.
        certainty: The IRI of its certainty.
        statement: The sentence in our words.
        facts: The graph in which the rest stands.
    """

    iri: str
    subject: str
    predicate: str
    target: Term
    denied: bool
    certainty: str
    statement: str
    facts: Facts

    @property
    def hedged(self) -> bool:
        """Whether the document commits itself less than by saying it or taking it for granted."""
        return self.certainty not in _CLEAR

    @property
    def stated(self) -> bool:
        """Whether the document says it outright."""
        return self.certainty == _CLEAR[0]

    @property
    def as_printed(self) -> bool:
        """Whether it only reports wording that the document prints faultily."""
        return "true" in self.texts("vocab:asPrinted")

    @cached_property
    def passages(self) -> tuple[str, ...]:
        """The passages on which it rests, in order."""
        return tuple(sorted(self.facts.resources(self.iri, name("vocab:restsOn"))))

    @cached_property
    def documents(self) -> tuple[str, ...]:
        """The documents of its passages, in order."""
        found = {doc for passage in self.passages for doc in self.facts.resources(passage, name("vocab:inSource"))}
        return tuple(sorted(found))

    def texts(self, curie: str) -> list[str]:
        """The values of a qualifier that are literals, sorted."""
        return sorted(self.facts.texts(self.iri, name(curie)))

    def things(self, curie: str) -> list[str]:
        """The values of a qualifier that are things, sorted."""
        return sorted(self.facts.resources(self.iri, name(curie)))


def claims(facts: Facts) -> list[Claim]:
    """All claims, sorted by name; one that lacks a subject, predicate or target is left out."""
    found = []
    for iri in sorted(facts.subjects(name("rdf:type"), name("vocab:Claim"))):
        subject, predicate = (facts.resources(iri, name(f"vocab:{part}")) for part in ("subject", "predicate"))
        target = [*facts.objects(iri, name("vocab:object")), *facts.objects(iri, name("vocab:value"))]
        if subject and predicate and target:
            found.append(
                Claim(
                    iri,
                    subject[0],
                    predicate[0],
                    target[0],
                    name("vocab:denied") in facts.resources(iri, name("vocab:polarity")),
                    min(facts.resources(iri, name("vocab:certainty")), default=""),
                    min(facts.texts(iri, name("vocab:statement")), default=""),
                    facts,
                )
            )
    return found


def conditions(facts: Facts, said: Iterable[Claim]) -> list[str]:
    """The conditions that the content is about: those of which claims give symptoms or treatments.

    Returns:
        The one with most such claims first.
    """
    counts = Counter(claim.subject for claim in said if claim.predicate in _RELATIONS_OF_SUBJECT)
    known = {
        node for cls in facts.subclasses(name("vocab:Condition")) for node in facts.subjects(name("rdf:type"), cls)
    }
    return sorted(known & counts.keys(), key=lambda node: (-counts[node], node))


def english(value: str) -> Literal:
    """An English text as it stands in the graph."""
    return Literal(value, _TEXT, LANGUAGE)


def in_words(facts: Facts, node: str, curie: str) -> str:
    """The English text of a property, the first in alphabetical order, or an empty one."""
    return next(iter(in_english(facts, node, curie)), "")


def kind(facts: Facts, node: str, table: Mapping[str, str], default: str) -> str:
    """What the first class of a table, most special first, that a thing belongs to stands for."""
    types = set(facts.resources(node, name("rdf:type")))
    return next((value for curie, value in table.items() if name(curie) in types), default)


def advice(facts: Facts, node: str) -> list[tuple[str, str]]:
    """The safety advice of a thing: each IRI with its words, sorted."""
    found = sorted(facts.resources(node, name("vocab:hasSafetyAdvice")))
    return [(one, in_words(facts, one, "vocab:adviceText") or label(facts, one)) for one in found]
