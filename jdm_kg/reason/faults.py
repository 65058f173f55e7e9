"""Why a graph is not consistent, and which classes can't have a member: few statements that can't be true together.

The rules of the closure find it; each contradiction is traced to the statements that it was derived from, and these are
made fewer until each is needed. What the rules do not see: choices between cases (unions, complements, enumerations),
counting (cardinalities), keys, reflexive properties, denied relations, narrowed datatypes, and what follows only after
more than three things that must exist without having a name. HermiT sees these.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import inf
from typing import Final

from jdm_kg.facts import Facts, Term, Triple
from jdm_kg.iris import is_own
from jdm_kg.reason.clash import Clash, Pairs, clashes
from jdm_kg.reason.closure import Closure, Revised, Rules, is_fact, is_statement, split
from jdm_kg.reason.owl2 import OWL, RDF, RDFS
from jdm_kg.reason.shrink import shrink

MEMBER: Final = "_:member"
"""Stands for any member of a class, to see whether there can be one."""
_MANY: Final = 5
_Traced = tuple[Clash, list[Triple]]  # with the statements that it was derived from
# What an axiom speaks of: the things that have a property, or the members of a class.
_OF_PROPERTY: Final = RDFS["domain range subPropertyOf"] | OWL["inverseOf equivalentProperty propertyChainAxiom"]
_OF_CLASS: Final = RDFS["subClassOf"] | OWL["equivalentClass"]


@dataclass(frozen=True)
class Fault:
    """Statements that can't be true together.

    Attributes:
        empty: The class that can't have a member because of them, or empty where the graph contradicts itself.
        clash: What they come to.
        justification: The statements; without any one of them there is no contradiction. Facts first, then axioms.
        culprit: The one that was most likely meant otherwise: what most contradictions have in common.
        also: Further things that contradict themselves, or classes that are empty, because of the culprit; sorted.
    """

    empty: str
    clash: Clash
    justification: tuple[Triple, ...]
    culprit: Triple
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judged:
    """What follows from a graph, and what of it can't be true.

    Attributes:
        faults: Classes that the schema leaves without a member, then contradictions of facts; if there are none of
            either, classes that schema and facts together leave without a member. Nothing where all is consistent.
        closure: What follows from the facts; for no one to change.
        reaching: The classes whose members are related to known things, so that facts may leave them without one.
    """

    faults: tuple[Fault, ...]
    closure: Closure
    reaching: tuple[str, ...]


def faults(seen: tuple[Triple, ...]) -> tuple[Fault, ...]:
    """What contradicts itself in a graph, as far as rules can tell; see `Judged`.

    Args:
        seen: What reasoners see of it.
    """
    return judge(seen).faults


@lru_cache(maxsize=1)  # where there are faults, a watched folder still mostly changes in what reasoners do not see
def judge(seen: tuple[Triple, ...]) -> Judged:
    """What follows from a graph, and what contradicts itself in it, as far as rules can tell.

    Args:
        seen: What reasoners see of it.
    """
    return _Search(seen).judge()


def stranded(closure: Closure, classes: Iterable[str], same: Pairs) -> Iterator[tuple[str, Closure, Clash]]:
    """The classes that known facts leave without a member, each with what would follow of one, and where it clashes.

    Args:
        closure: Facts that do not contradict themselves.
        classes: Those in question.
        same: Pairs of names for one thing.
    """
    classes = tuple(classes)
    together = Revised(closure, (), [(f"{MEMBER} {cls}", RDF.type, cls) for cls in classes])
    if not any(clashes(together, same, together.touched)):
        return
    for cls in classes:  # together they may contradict each other, so look at each alone
        alone = Revised(closure, (), [(MEMBER, RDF.type, cls)])
        clash = next(clashes(alone, same, alone.touched), None)
        if clash is not None:
            yield cls, alone, clash


def contradicts(seen: Sequence[Triple], statements: Iterable[Triple], empty: str = "") -> bool:
    """Whether some of the statements of a graph contradict each other by themselves, as far as rules can tell.

    Args:
        seen: What reasoners see of the graph; it says what the blank nodes of the statements stand for.
        statements: Facts and axioms.
        empty: A class that is taken to have a member.
    """
    return _Search(seen).clash(list(statements), empty) is not None


def parts_of(seen: Iterable[Triple], statements: Iterable[Triple]) -> list[Triple]:
    """What blank nodes say which make up some of the statements of a graph."""
    return _reached(_parts(seen), statements)


def _parts(seen: Iterable[Triple]) -> Facts:
    return Facts(triple for triple in seen if not is_statement(triple))


def _reached(parts: Facts, statements: Iterable[Triple]) -> list[Triple]:
    found: list[Triple] = []
    waiting = [term for s, _, o in statements for term in (s, o)]
    known = set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, str) and node not in known:
            known.add(node)
            for p, values in parts.of(node).items():
                found += [(node, p, value) for value in values]
                waiting += values
    return found


class _Search:
    def __init__(self, seen: Sequence[Triple]) -> None:
        self._seen = seen
        self._rules = Rules(seen)
        self._same = same_names(seen)

    @cached_property
    def _parts(self) -> Facts:
        """What statements are made of that are written with blank nodes."""
        return _parts(self._seen)

    @cached_property
    def _position(self) -> dict[Triple, int]:
        return {triple: number for number, triple in enumerate(self._seen)}

    def judge(self) -> Judged:
        facts, _ = split(self._seen)
        closure = Closure(self._rules, imagine=True)
        closure.add(facts)
        found = list(clashes(closure, self._same))
        empty, reaching = self._empty_by_schema()
        faults = self._empty_faults(empty)
        # What belongs to an empty class is at fault, but the fault is that of the class.
        found = [clash for clash in found if empty.keys().isdisjoint(closure.types.get(clash.focus, ()))]
        faults += self._fact_faults(closure, found)
        if not faults:
            empty = {cls: self._leaves(more, clash) for cls, more, clash in stranded(closure, reaching, self._same)}
            faults = self._empty_faults(empty)
        return Judged(tuple(faults), closure, tuple(reaching))

    def clash(self, statements: Sequence[Triple], empty: str = "") -> Clash | None:
        """What some statements come to by themselves, with or without a member of a class."""
        terms = {term for s, p, _ in statements for term in (s, p)} & self._rules.data_properties
        declared = [(term, RDF.type, OWL.DatatypeProperty) for term in terms]
        rules = Rules(statements, [*declared, *_reached(self._parts, statements)])
        closure = Closure(rules, imagine=True)
        closure.add(split(statements)[0])
        closure.add([(MEMBER, RDF.type, empty)] if empty else [])
        return next(clashes(closure, self._same), None)

    def _shrunk(self, statements: Sequence[Triple], empty: str = "") -> frozenset[Triple]:
        return frozenset(shrink(statements, lambda some: self.clash(some, empty) is not None) or statements)

    # Classes without a member

    def _empty_by_schema(self) -> tuple[dict[str, list[Triple]], list[str]]:
        """Classes that the schema leaves without members, each with why; and those whose members reach known things."""
        empty: dict[str, list[Triple]] = {}
        reaching: list[str] = []
        bare = Closure(self._rules)
        if any(clashes(bare, self._same)):
            return empty, reaching
        for cls in self._rules.classes:
            if cls in (OWL.Thing, OWL.Nothing):
                continue
            closure = Closure(self._rules, imagine=True)
            closure.add([(MEMBER, RDF.type, cls)])
            clash = next(clashes(closure, self._same), None)
            if clash is not None:
                empty[cls] = self._leaves(closure, clash)
            elif any(is_own(s) or (is_own(o) and p != RDF.type) for s, p, o in closure.because.keys() - bare.because):
                reaching.append(cls)
        return empty, reaching

    def _empty_faults(self, empty: dict[str, list[Triple]]) -> list[Fault]:
        small = {cls: self._shrunk(leaves, cls) for cls, leaves in empty.items()}
        found: dict[frozenset[Triple], Fault] = {}
        for cls, statements in small.items():
            if statements in found or any(other < statements for other in small.values()):
                continue  # empty because another class is
            below = [name for name, other in small.items() if statements <= other]
            found[statements] = self._fault(statements, self._of_class(cls, statements), below, cls)
        return list(found.values())

    def _of_class(self, cls: str, statements: Iterable[Triple]) -> Triple:
        """The statement about a class that was written last, or the last of all."""
        return max(statements, key=lambda triple: (triple[0] == cls, self._position[triple]))

    # Facts that contradict each other

    def _fact_faults(self, closure: Closure, found: list[Clash]) -> list[Fault]:
        by_focus: dict[str, list[_Traced]] = {}
        for clash in found:
            by_focus.setdefault(clash.focus, []).append((clash, self._leaves(closure, clash)))
        faults: dict[frozenset[Triple], Fault] = {}
        for culprit, traced in self._groups(closure, by_focus):
            statements = self._shrunk(min((leaves for _, leaves in traced), key=len))
            blamed = culprit if culprit in statements else max(statements, key=self._suspicion)
            also = {clash.focus for clash, _ in traced if is_own(clash.focus)}
            faults.setdefault(statements, self._fault(statements, blamed, also))
        return list(faults.values())

    def _groups(self, closure: Closure, by_focus: dict[str, list[_Traced]]) -> Iterator[tuple[Triple, list[_Traced]]]:
        """Contradictions by the one statement that they probably all come from."""
        waiting = dict(by_focus)
        counts = Counter(
            axiom
            for traced in by_focus.values()
            for axiom in {triple for _, leaves in traced for triple in leaves if not is_fact(triple)}
        )
        for axiom, count in sorted(counts.items(), key=lambda item: (-item[1], self._position[item[0]])):
            if count < _MANY:
                break
            wrong = [focus for focus, traced in waiting.items() if any(axiom in leaves for _, leaves in traced)]
            if len(wrong) >= max(_MANY, self._reach(closure, axiom) / 2):
                yield axiom, [entry for focus in wrong for entry in waiting.pop(focus)]
        groups: dict[Triple, list[_Traced]] = {}
        for focus, traced in waiting.items():
            left = traced
            while left:  # a thing may be at fault in more than one way
                culprit = self._blamed(focus, left)
                groups.setdefault(culprit, []).extend(entry for entry in left if culprit in entry[1])
                left = [entry for entry in left if culprit not in entry[1]]
        yield from groups.items()

    @staticmethod
    def _reach(closure: Closure, axiom: Triple) -> float:
        """Of how many things an axiom speaks; of axioms that are no suspects, of any number."""
        s, p, _ = axiom
        if p in _OF_CLASS:
            return sum(s in types for types in closure.types.values())
        if p in _OF_PROPERTY or p == RDF.type:
            edges = closure.out.get(s, {})
            ends = {o for values in edges.values() for o in values} if p == RDFS.range else edges
            return len(ends) or inf
        return inf

    def _blamed(self, focus: str, traced: list[_Traced]) -> Triple:
        """The statement without which most of what is wrong with a thing would be right.

        A wrong kind contradicts everything else that is said of the thing, which contradicts nothing but that kind.
        """
        _, leaves = min(traced, key=lambda entry: len(entry[1]))
        suspects = [triple for triple in leaves if is_fact(triple)]
        if len(suspects) < 2:
            return max(suspects or leaves, key=self._suspicion)
        near = [
            triple
            for triple in self._seen
            if is_fact(triple) and (focus in (triple[0], triple[2]) or triple in suspects)
        ]
        left = {suspect: self._clashes_without(near, suspect, focus) for suspect in suspects}
        return max(suspects, key=lambda triple: (-left[triple], self._suspicion(triple)))

    def _clashes_without(self, facts: Iterable[Triple], one: Triple, focus: str) -> int:
        closure = Closure(self._rules, imagine=True)
        closure.add([triple for triple in facts if triple != one])
        return sum(clash.focus == focus for clash in clashes(closure, self._same))

    def _suspicion(self, triple: Triple) -> tuple[bool, bool, int]:
        """Among equals, facts are suspected before axioms, relations before kinds, what was written last before all."""
        return is_fact(triple), triple[1] != RDF.type, self._position[triple]

    # Both

    def _leaves(self, closure: Closure, clash: Clash) -> list[Triple]:
        leaves = {triple for triple in closure.leaves(clash.facts) if triple in self._position}
        return sorted(leaves.union(clash.axioms), key=self._position.__getitem__)

    def _fault(self, statements: frozenset[Triple], culprit: Triple, also: Iterable[str], empty: str = "") -> Fault:
        clash = self.clash(sorted(statements, key=self._position.__getitem__), empty)
        if clash is None:
            raise AssertionError("a justification must contradict itself")
        ordered = sorted(statements, key=lambda triple: (not is_fact(triple), self._position[triple]))
        others = tuple(sorted(set(also) - {empty, clash.focus}))
        return Fault(empty, clash, tuple(ordered), culprit, others)


def same_names(seen: Iterable[Triple]) -> Pairs:
    """Pairs of names that are given for one and the same thing, directly or by way of others."""
    groups: dict[Term, set[Term]] = {}
    for s, p, o in seen:
        if p == OWL.sameAs:
            group = groups.get(s, {s}) | groups.get(o, {o})
            groups.update(dict.fromkeys(group, group))
    return frozenset(frozenset((one, other)) for one, group in groups.items() for other in group if one != other)
