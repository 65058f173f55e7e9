"""Where facts contradict what a schema says."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from jdm_kg.facts import Literal, Term
from jdm_kg.iris import is_own
from jdm_kg.reason.closure import Closure, Premises
from jdm_kg.reason.owl2 import FACETS, OWL, RDF, is_value_of, same_value


@dataclass(frozen=True)
class Clash:
    """Facts that can't be true together.

    Attributes:
        kind: What is broken: "classes" that are disjoint or a class and its complement, "nothing" for the empty class,
            "irreflexive", "asymmetric", "functional", "inverse functional", "properties" that are disjoint, "range"
            of a literal, "different" for one thing under two names.
        focus: The thing at fault.
        facts: The facts, given or derived.
        axioms: The axioms that they break; the rest of the reason stands in the closure.
        parts: What the words are about: the two classes, properties or values.
    """

    kind: str
    focus: str
    facts: Premises
    axioms: Premises
    parts: tuple[Term, ...] = ()


Pairs = frozenset[frozenset[Term]]


_Edges = Mapping[str, Mapping[Term, None]]


def clashes(closure: Closure, same: Pairs = frozenset(), things: Iterable[str] | None = None) -> Iterator[Clash]:
    """Everything that contradicts itself among the facts of a closure, as far as rules can tell.

    Args:
        closure: Facts and schema.
        same: Pairs of names that are given for one and the same thing; all other names of the project stand for two.
        things: Look only for what rests on facts about two of these things, or about one of them.
    """
    types: Mapping[str, Mapping[Term, None]] = closure.types
    out: Mapping[str, _Edges] = closure.out
    if things is not None:
        things = list(things)
        types = {thing: types[thing] for thing in things if thing in types}
        out = {p: {thing: edges[thing] for thing in things if thing in edges} for p, edges in out.items()}
    yield from _classes(closure, types)
    yield from _relations(closure, same, out)
    yield from _disjoint_properties(closure, out)
    yield from _names(closure, same)


def _classes(closure: Closure, things: Mapping[str, Mapping[Term, None]]) -> Iterator[Clash]:
    disjoint = closure.rules.disjoint
    known: dict[frozenset[Term], list[tuple[Term, Term, Premises]]] = {}
    for thing, types in things.items():
        kinds = frozenset(types)
        found = known.get(kinds)
        if found is None:  # things of the same kinds contradict themselves in the same way
            found = known[kinds] = [
                (one, other, stated)
                for group, stated in disjoint
                if len(group & kinds) > 1
                for one, other in combinations([kind for kind in types if kind in group], 2)
            ]
        for one, other, stated in found:
            yield Clash("classes", thing, ((thing, RDF.type, one), (thing, RDF.type, other)), stated, (one, other))
        if OWL.Nothing in kinds:
            yield Clash("nothing", thing, ((thing, RDF.type, OWL.Nothing),), ())


def _relations(closure: Closure, same: Pairs, out: Mapping[str, _Edges]) -> Iterator[Clash]:
    rules = closure.rules
    for p, edges in out.items():
        if p in rules.irreflexive or p in rules.asymmetric:
            yield from _loops(closure, p, edges)
        if p in rules.functional:
            for s, values in edges.items():
                for one, other in _different(values, same):
                    yield Clash("functional", s, ((s, p, one), (s, p, other)), (rules.functional[p],), (p, one, other))
        if p in rules.inverse_functional:
            for o in dict.fromkeys(o for values in edges.values() for o in values):
                for one, other in _different(closure.sources(p, o), same):
                    facts = ((str(one), p, o), (str(other), p, o))
                    yield Clash("inverse functional", str(one), facts, (rules.inverse_functional[p],), (p, o, other))
        if p in rules.data_properties:
            yield from _values(closure, p, edges)


def _values(closure: Closure, p: str, edges: _Edges) -> Iterator[Clash]:
    for datatype, stated in closure.rules.ranges.get(p, ()):
        for s, values in edges.items() if datatype in FACETS else ():
            for o in values:
                if isinstance(o, Literal) and not is_value_of(o, str(datatype)):
                    yield Clash("range", s, ((s, p, o),), stated, (p, o, datatype))


def _loops(closure: Closure, p: str, edges: _Edges) -> Iterator[Clash]:
    rules = closure.rules
    for s, values in edges.items():
        for o in values:
            if s == o:
                stated = rules.irreflexive.get(p) or rules.asymmetric[p]
                yield Clash("irreflexive", s, ((s, p, s),), (stated,), (p,))
            elif p in rules.asymmetric and s < str(o) and s in closure.values(o, p):
                yield Clash("asymmetric", s, ((s, p, o), (str(o), p, s)), (rules.asymmetric[p],), (p, o))


def _different(values: Collection[Term], same: Pairs) -> Iterator[tuple[Term, Term]]:
    """Pairs that stand for two things or values."""
    if len(values) < 2:
        return
    for one, other in combinations([value for value in values if is_own(value) or isinstance(value, Literal)], 2):
        if isinstance(one, Literal) and isinstance(other, Literal):
            if not same_value(one, other):
                yield one, other
        elif frozenset((one, other)) not in same:
            yield one, other


def _disjoint_properties(closure: Closure, out: Mapping[str, _Edges]) -> Iterator[Clash]:
    for properties, stated in closure.rules.disjoint_properties:
        for one, other in combinations(properties, 2):
            for s, values in out.get(one, {}).items() if one != other else ():
                for o in values:
                    if o in closure.values(s, other):
                        yield Clash("properties", s, ((s, one, o), (s, other, o)), (stated,), (one, other, o))


def _names(closure: Closure, same: Pairs) -> Iterator[Clash]:
    """Things that would have to be the same and are not."""
    for s, o in closure.equals():
        stated = [axiom for group, axiom in closure.rules.different if {s, o} <= group]
        if s < o and stated:
            yield Clash("different", s, ((s, OWL.sameAs, o),), (stated[0],), (o,))
        elif s < o and is_own(s) and is_own(o) and frozenset((s, o)) not in same:
            yield Clash("different", s, ((s, OWL.sameAs, o),), (), (o,))
