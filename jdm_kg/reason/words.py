"""Facts, axioms and contradictions in plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from jdm_kg.facts import Facts, Literal, Term, Triple
from jdm_kg.iris import shorten
from jdm_kg.reason.clash import Clash
from jdm_kg.reason.closure import IMAGINED
from jdm_kg.reason.faults import MEMBER, Fault
from jdm_kg.reason.owl2 import OWL, RDF, RDFS, is_blank, written

_CHARACTERISTICS: Final = {
    OWL.FunctionalProperty: "nothing has more than one value of {0}",
    OWL.InverseFunctionalProperty: "no two things share a value of {0}",
    OWL.TransitiveProperty: "{0} carries over from one link to the next",
    OWL.SymmetricProperty: "{0} holds both ways or not at all",
    OWL.AsymmetricProperty: "{0} never holds both ways",
    OWL.IrreflexiveProperty: "{0} never holds between a thing and itself",
}
_CLASHES: Final = {
    "asymmetric": "{0} would have the relation {1} to {2} and back",
    "different": "{0} and {1} would be one thing, and they are two",
    "functional": "{0} has {2} and {3} as values of {1}, and only one is possible",
    "inverse functional": "{0} and {3} share the value {2} of {1}, and only one of them can have it",
    "irreflexive": "{0} would have the relation {1} to itself",
    "nothing": "{0} would belong to the class that has no members",
    "properties": "{0} would have both relations {1} and {2} to {3}",
    "range": "{0} has {2} as value of {1}, which is no {3}",
}
_FILLERS: Final = (OWL.someValuesFrom, OWL.allValuesFrom, OWL.hasValue)


@dataclass(frozen=True)
class Words:
    """Says things with their labels, or with their short names where they have none.

    Attributes:
        facts: The graph with the labels.
    """

    facts: Facts

    def fault(self, fault: Fault) -> str:
        """What is wrong, one sentence."""
        what = self.clash(fault.clash, fault.empty)
        return sentence(f"nothing can be {self.kind(fault.empty)}: {what}" if fault.empty else what)

    def clash(self, clash: Clash, member_of: str = "") -> str:
        """What contradicts what."""
        focus, *others = [self._thing(term, member_of) for term in (clash.focus, *clash.parts)]
        if clash.kind != "classes":
            return _CLASHES[clash.kind].format(focus, *others)
        one, other = map(self.kind, clash.parts)
        named = not any(map(is_blank, clash.parts))
        return f"{focus} would be {one} and {other}" + (", and nothing is both" if named else " at the same time")

    def statement(self, triple: Triple, clash: Clash | None = None) -> str:
        """A fact or an axiom, as far as it bears on a contradiction."""
        s, p, o = triple
        if p == RDF.type:
            if o in _CHARACTERISTICS:
                return _CHARACTERISTICS[str(o)].format(self.relation(s))
            if is_blank(s):
                return self._all(triple, clash)
            return f"{self.thing(s)} is {self.kind(o)}"
        if isinstance(o, Literal):
            return f"{self.relation(p)} of {self.thing(s)} is {self.thing(o)}"
        return self._axiom(s, p, o)

    def _axiom(self, s: str, p: str, o: str) -> str:
        if p == OWL.propertyChainAxiom:
            links = ", then ".join(self.relation(str(link)) for link in self.facts.members(o))
            return f"{links} comes to {self.relation(s)}"
        if p == OWL.disjointUnionOf:
            members = self._or([self.kind(member) for member in self.facts.members(o)])
            return f"{self.kind(s)} is {members}, and nothing is two of these"
        if p in _AXIOMS:
            template, of_subject, of_object = _AXIOMS[p]
            return template.format(of_subject(self, s), of_object(self, o))
        return f"{self.thing(s)} {self._plain(p)} {self.thing(o)}"

    def _all(self, triple: Triple, clash: Clash | None) -> str:
        s, _, o = triple
        heads = (head for p in (OWL.members, OWL.distinctMembers) for head in self.facts.objects(s, p))
        names = [member for head in heads for member in self.facts.members(head)]
        if clash is not None:  # of many, only those that it is about
            names = [name for name in names if name in (clash.focus, *clash.parts)] or names
        if o == OWL.AllDisjointClasses:
            kinds = [self.kind(name) for name in names]
            return f"nothing is {'both ' if len(kinds) == 2 else 'two of these: '}{self._and(kinds)}"
        if o == OWL.AllDisjointProperties:
            return f"no two of these hold at once: {self._and([self.relation(str(name)) for name in names])}"
        if o == OWL.AllDifferent:
            return f"{self._and([self.thing(name) for name in names])} are different things"
        return f"what is said with {shorten(str(o))}"

    def thing(self, term: Term) -> str:
        """An individual or a literal."""
        return self._thing(term, "")

    def _thing(self, term: Term, member_of: str) -> str:
        if isinstance(term, Literal):
            return f"“{term.text}”"
        if is_blank(term):
            return self._unnamed(term, member_of)
        label = self.facts.label(term)
        return f"“{label}”" if label else shorten(term)

    def _unnamed(self, node: str, member_of: str) -> str:
        if node.startswith(IMAGINED):
            _, _, prop, owner = node.split(" ", 3)
            return f"something that {self._thing(owner, member_of)} {self._plain(prop)}"
        return self.kind(member_of) if node == MEMBER and member_of else "something without a name"

    def noun(self, cls: str) -> str:
        """A class, without an article."""
        if is_blank(cls):
            return self._expression(cls)
        return "thing" if cls == OWL.Thing else self.facts.label(cls) or shorten(cls)

    def kind(self, cls: Term) -> str:
        """A class, as what a thing can be."""
        if isinstance(cls, Literal):
            return written(cls)
        if is_blank(cls):
            return self._expression(cls)
        noun = self.noun(cls)
        return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"

    def relation(self, prop: str) -> str:
        """A property by its label, in quotation marks."""
        if is_blank(prop):
            return " and ".join(
                f"{self.relation(named)} read backwards" for named in self.facts.resources(prop, OWL.inverseOf)
            )
        label = self.facts.label(prop)
        return f"“{label}”" if label else shorten(prop)

    def _plain(self, prop: str) -> str:
        return (self.facts.label(prop) if not is_blank(prop) else "") or self.relation(prop)

    def _expression(self, node: str) -> str:
        facts = self.facts
        for head in facts.objects(node, OWL.intersectionOf):
            return " and ".join(self.kind(member) for member in facts.members(head))
        for head in facts.objects(node, OWL.unionOf):
            return self._or([self.kind(member) for member in facts.members(head)])
        for head in facts.objects(node, OWL.oneOf):
            return self._or([self.thing(member) for member in facts.members(head)])
        for other in facts.objects(node, OWL.complementOf):
            return f"something that is not {self.kind(other)}"
        for prop in facts.resources(node, OWL.onProperty):
            for condition in _FILLERS:
                for filler in facts.objects(node, condition):
                    return self._restriction(prop, condition, filler)
        return "a kind without a name"

    def _restriction(self, prop: str, condition: str, filler: Term) -> str:
        if condition == OWL.hasValue:
            return f"something that {self._plain(prop)} {self.thing(filler)}"
        if condition == OWL.allValuesFrom:
            return f"something of which every value of {self.relation(prop)} is {self.kind(filler)}"
        return f"something that {self._plain(prop)} {self.kind(filler)}"

    @staticmethod
    def _or(names: list[str]) -> str:
        return " or ".join(names)

    @staticmethod
    def _and(names: list[str]) -> str:
        return " and ".join([", ".join(names[:-1]), *names[-1:]] if len(names) > 1 else names)


_AXIOMS: Final[Mapping[str, tuple[str, Callable[[Words, str], str], Callable[[Words, str], str]]]] = MappingProxyType(
    {
        RDFS.subClassOf: ("every {} is {}", Words.noun, Words.kind),
        OWL.equivalentClass: ("{} is the same as {}", Words.kind, Words.kind),
        OWL.disjointWith: ("nothing is both {} and {}", Words.kind, Words.kind),
        RDFS.domain: ("whatever has a value of {} is {}", Words.relation, Words.kind),
        RDFS.range: ("every value of {} is {}", Words.relation, Words.kind),
        RDFS.subPropertyOf: ("{} always means {} too", Words.relation, Words.relation),
        OWL.equivalentProperty: ("{} means the same as {}", Words.relation, Words.relation),
        OWL.inverseOf: ("{} is {} read backwards", Words.relation, Words.relation),
        OWL.propertyDisjointWith: ("never do both {} and {} hold", Words.relation, Words.relation),
        OWL.sameAs: ("{} and {} are one thing", Words.thing, Words.thing),
        OWL.differentFrom: ("{} and {} are two things", Words.thing, Words.thing),
    }
)


def sentence(words: str) -> str:
    """With a full stop and a capital letter, unless it begins with the short name of a term."""
    first = words.split(" ", 1)[0]
    return (words if ":" in first.rstrip(":") else f"{words[:1].upper()}{words[1:]}") + "."
