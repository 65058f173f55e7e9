"""From which claims it follows that two things are related.

The reasoner gives the relation and keeps no reasons. Its steps are few, so that the claims behind one can be looked up:
a narrower relation, the inverse one, and what is said of a class or of a thing whose part in this the other shares.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from jdm_kg.facts import Facts
from jdm_kg.iris import name

_CHAIN: Final = name("owl:propertyChainAxiom")
_INVERSE: Final = name("owl:inverseOf")
_OBJECT: Final = name("vocab:object")
_PREDICATE: Final = name("vocab:predicate")
_SUBJECT: Final = name("vocab:subject")
_SUBPROPERTY: Final = name("rdfs:subPropertyOf")
_SYMMETRIC: Final = name("owl:SymmetricProperty")
_TYPE: Final = name("rdf:type")


class Support:
    """Looks up the claims behind a relation.

    Args:
        facts: The claims, the schema, and the relations between things.
    """

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._below: dict[str, frozenset[str]] = {}
        self._bearers: dict[tuple[str, str], frozenset[str]] = {}
        self._by_subject: defaultdict[str, list[str]] = defaultdict(list)
        for subject, claims in facts.inverse(_SUBJECT).items():
            self._by_subject[str(subject)] += claims

    def claims(self, subject: str, relation: str, obj: str) -> list[str]:
        """The claims from which it follows in one step that two things are related; in no order that means anything."""
        narrower = self.below(relation)
        inverses = {inverse for each in narrower for inverse in self.inverses(each)}
        ways = [(subject, narrower, obj)]
        ways.append((obj, frozenset(each for inverse in inverses for each in self.below(inverse)), subject))
        ways += [(bearer, narrower, obj) for bearer in sorted(self.bearers(subject, relation))]
        return [
            claim
            for start, relations, end in ways
            for claim in self._by_subject.get(start, ())
            if end in self._facts.resources(claim, _OBJECT) and relations.intersection(self.relation(claim))
        ]

    def relation(self, claim: str) -> list[str]:
        """The relation that a claim states."""
        return self._facts.resources(claim, _PREDICATE)

    def below(self, relation: str) -> frozenset[str]:
        """A relation and the narrower ones."""
        known = self._below.get(relation)
        if known is None:
            index = self._facts.inverse(_SUBPROPERTY)
            found, waiting = {relation}, [relation]
            while waiting:
                new = set(index.get(waiting.pop(), [])) - found
                found |= new
                waiting += sorted(new)
            known = self._below[relation] = frozenset(found)
        return known

    def inverses(self, relation: str) -> frozenset[str]:
        """The relations that say the same with the things exchanged."""
        found = {*self._facts.resources(relation, _INVERSE), *self._facts.subjects(_INVERSE, relation)}
        if _SYMMETRIC in self._facts.resources(relation, _TYPE):
            found.add(relation)
        return frozenset(found)

    def bearers(self, start: str, relation: str) -> frozenset[str]:
        """The others of which what is said in a relation holds for a thing too, such as the class of a medicine."""
        known = self._bearers.get((start, relation))
        if known is None:
            steps = self.chains(relation)
            reached: set[str] = set()
            waiting = [start]
            while waiting:
                node = waiting.pop()
                new = {other for step in steps for other in self._facts.resources(node, step)} - reached
                reached |= new
                waiting += sorted(new)
            known = self._bearers[start, relation] = frozenset(reached - {start})
        return known

    def chains(self, relation: str) -> tuple[str, ...]:
        """The relations that hand a relation on: what is said of their object holds for their subject."""
        chains = [self._facts.members(head) for head in self._facts.objects(relation, _CHAIN)]
        return tuple(sorted({str(chain[0]) for chain in chains if len(chain) == 2 and chain[1] == relation}))
