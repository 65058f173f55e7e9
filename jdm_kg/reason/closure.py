"""What follows from a graph, by rules; each fact with what it was derived from."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeVar

from jdm_kg.facts import Facts, Literal, Term, Triple
from jdm_kg.reason.owl2 import AXIOM_PREDICATES, GENERAL_AXIOMS, OWL, RDF, RDFS, STANDALONE, is_blank
from jdm_kg.reason.view import speaks_of_schema

Premises = tuple[Triple, ...]
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_TYPE: Final = RDF.type
_SAME: Final = OWL.sameAs
# How many things that must exist follow on each other. Without a limit "every parent has a parent" has no end.
_DEPTH: Final = 3
IMAGINED: Final = "_:imagined"
"""Begins the names of things that must exist; number, property and the thing that has them as value follow."""


def is_fact(triple: Triple) -> bool:
    """Whether a triple speaks of an individual; `owl:sameAs` does."""
    s, p, o = triple
    return not is_blank(s) and (p == _SAME or not speaks_of_schema(p, o))


def split(triples: Iterable[Triple]) -> tuple[list[Triple], list[Triple]]:
    """The facts about individuals, and the rest."""
    facts: list[Triple] = []
    axioms: list[Triple] = []
    for triple in triples:
        s, p, _ = triple
        if p in AXIOM_PREDICATES or p == _TYPE or s.startswith("_:"):
            (facts if is_fact(triple) else axioms).append(triple)
        else:
            facts.append(triple)
    return facts, axioms


def is_statement(triple: Triple) -> bool:
    """Whether a triple is a fact or an axiom of its own, not a part of an axiom that is written with blank nodes."""
    s, p, o = triple
    return not is_blank(s) or p in GENERAL_AXIOMS or (p == _TYPE and o in STANDALONE)


class Rules:
    """The axioms of a schema, looked up by what sets a rule off; each with the triple that states it.

    Rules of OWL 2 RL (OWL 2 Profiles, section 4.3) for classes: subclass, equivalent class, intersection, union,
    enumeration, some, all and given values; for properties: domain, range, subproperty, equivalent, inverse,
    symmetric, transitive, functional and inverse functional properties, and chains. Of what makes up an axiom by blank
    nodes, only the axiom counts as stated.

    Args:
        triples: Axioms; facts are passed over.
        parts: The parts of axioms that are written with blank nodes, if they are not among the triples.
    """

    def __init__(self, triples: Iterable[Triple], parts: Iterable[Triple] = ()) -> None:
        _, axioms = split((*triples, *parts))
        self._index = Facts(axioms)
        self.superclasses: dict[Term, list[tuple[Term, Premises]]] = defaultdict(list)
        self.intersections: dict[Term, list[tuple[str, list[Term], Premises]]] = defaultdict(list)
        self.enumerated: list[Triple] = []
        self.some_by_class: dict[Term, list[tuple[str, Term]]] = defaultdict(list)
        self.some_by_filler: dict[Term, list[tuple[str, str]]] = defaultdict(list)
        self.some_by_property: dict[str, list[tuple[Term, str]]] = defaultdict(list)
        self.all_by_class: dict[Term, list[tuple[str, Term]]] = defaultdict(list)
        self.all_by_property: dict[str, list[tuple[str, Term]]] = defaultdict(list)
        self.value_by_class: dict[Term, list[tuple[str, Term]]] = defaultdict(list)
        self.value_by_edge: dict[tuple[str, Term], list[str]] = defaultdict(list)
        self.superproperties: dict[str, list[tuple[str, Premises]]] = defaultdict(list)
        self.inverses: dict[str, list[tuple[str, Premises]]] = defaultdict(list)
        self.domains: dict[str, list[tuple[Term, Premises]]] = defaultdict(list)
        self.ranges: dict[str, list[tuple[Term, Premises]]] = defaultdict(list)
        self.chains: dict[str, list[tuple[list[str], int, str, Premises]]] = defaultdict(list)
        self.functional: dict[str, Triple] = {}
        self.inverse_functional: dict[str, Triple] = {}
        self.disjoint: list[tuple[frozenset[Term], Premises]] = []
        self.disjoint_properties: list[tuple[list[str], Triple]] = []
        self.irreflexive: dict[str, Triple] = {}
        self.asymmetric: dict[str, Triple] = {}
        self.different: list[tuple[frozenset[Term], Triple]] = []
        self.classes: list[str] = []
        self.data_properties: set[str] = set()
        for triple in axioms:
            self._read(triple)
        # Of what most facts have nothing to do with, so that it need not be looked up for them.
        self.restricted = {*self.some_by_filler, *self.some_by_class, *self.all_by_class, *self.value_by_class}
        self.backwards = {*self.some_by_property, *self.chains, *self.inverse_functional}
        self.telling = {*self.superproperties, *self.inverses, *self.all_by_property, *self.backwards}
        self.telling.update(prop for prop, _ in self.value_by_edge)

    def _read(self, triple: Triple) -> None:  # noqa: C901, PLR0912 - one case for each kind of axiom, all alike
        s, p, o = triple
        if p == _TYPE:
            self._read_type(s, o, triple)
        elif isinstance(o, Literal):
            return
        elif p == RDFS.subClassOf:
            self.superclasses[s].append((o, (triple,)))
        elif p == RDFS.subPropertyOf:
            self.superproperties[s].append((o, (triple,)))
        elif p == RDFS.domain:
            self.domains[s].append((o, (triple,)))
        elif p == RDFS.range:
            self.ranges[s].append((o, (triple,)))
        elif p == OWL.equivalentClass:
            self.superclasses[s].append((o, (triple,)))
            self.superclasses[o].append((s, (triple,)))
        elif p == OWL.equivalentProperty:
            self.superproperties[s].append((o, (triple,)))
            self.superproperties[o].append((s, (triple,)))
        elif p == OWL.inverseOf:
            self.inverses[s].append((o, _stated(triple)))
            self.inverses[o].append((s, _stated(triple)))
        elif p == OWL.onProperty:
            self._read_restriction(s, o)
        elif p in (OWL.disjointWith, OWL.complementOf):
            self.disjoint.append((frozenset((s, o)), _stated(triple)))
        elif p == OWL.propertyDisjointWith:
            self.disjoint_properties.append(([s, o], triple))
        elif p == OWL.differentFrom:
            self.different.append((frozenset((s, o)), triple))
        elif p in (OWL.intersectionOf, OWL.unionOf, OWL.disjointUnionOf, OWL.oneOf, OWL.propertyChainAxiom):
            self._read_list(triple, self._index.members(o))

    def _read_type(self, s: str, o: Term, triple: Triple) -> None:
        single = {
            OWL.FunctionalProperty: self.functional,
            OWL.InverseFunctionalProperty: self.inverse_functional,
            OWL.IrreflexiveProperty: self.irreflexive,
            OWL.AsymmetricProperty: self.asymmetric,
        }
        if o == OWL.Class and not is_blank(s):
            self.classes.append(s)
        elif o == OWL.DatatypeProperty:
            self.data_properties.add(s)
        elif o in single:
            single[str(o)][s] = triple
        elif o == OWL.SymmetricProperty:
            self.inverses[s].append((s, (triple,)))
        elif o == OWL.TransitiveProperty:
            self._add_chain([s, s], s, (triple,))
        elif o in STANDALONE:
            self._read_all(s, o, triple)

    def _read_all(self, s: str, o: Term, triple: Triple) -> None:
        members = self._members(s)
        if o == OWL.AllDisjointClasses:
            self.disjoint.append((frozenset(members), (triple,)))
        elif o == OWL.AllDisjointProperties:
            self.disjoint_properties.append(([member for member in members if isinstance(member, str)], triple))
        elif o == OWL.AllDifferent:
            self.different.append((frozenset(members), triple))

    def _members(self, node: str) -> list[Term]:
        return [
            member
            for predicate in (OWL.members, OWL.distinctMembers)
            for head in self._index.objects(node, predicate)
            for member in self._index.members(head)
        ]

    def _read_list(self, triple: Triple, members: list[Term]) -> None:
        s, p, _ = triple
        stated = _stated(triple)
        if p == OWL.propertyChainAxiom:
            self._add_chain([member for member in members if isinstance(member, str)], s, stated)
        elif p == OWL.oneOf:
            self.enumerated += [(member, _TYPE, s) for member in members if isinstance(member, str)]
        elif p == OWL.intersectionOf:
            self.superclasses[s] += [(member, stated) for member in members]
            for member in members:
                self.intersections[member].append((s, members, stated))
        else:
            for member in members:
                self.superclasses[member].append((s, stated))
            if p == OWL.disjointUnionOf:
                self.disjoint.append((frozenset(members), stated))

    def _read_restriction(self, cls: str, prop: str) -> None:
        for filler in self._index.objects(cls, OWL.someValuesFrom):
            self.some_by_class[cls].append((prop, filler))
            self.some_by_filler[filler].append((prop, cls))
            self.some_by_property[prop].append((filler, cls))
        for filler in self._index.objects(cls, OWL.allValuesFrom):
            self.all_by_class[cls].append((prop, filler))
            self.all_by_property[prop].append((cls, filler))
        for value in self._index.objects(cls, OWL.hasValue):
            self.value_by_class[cls].append((prop, value))
            self.value_by_edge[prop, value].append(cls)

    def _add_chain(self, links: list[str], prop: str, stated: Premises) -> None:
        for position, link in enumerate(links):
            self.chains[link].append((links, position, prop, stated))


def _stated(triple: Triple) -> Premises:
    """The axiom that a triple is; a class or property expression is true whatever is stated."""
    return () if is_blank(triple[0]) else (triple,)


_Path = tuple[Triple, ...]
_NONE: Final[dict[Term, None]] = {}
_NO_THINGS: Final[dict[str, None]] = {}
_NO_EDGES: Final[dict[str, dict[Term, None]]] = {}
_NO_SOURCES: Final[dict[Term, dict[str, None]]] = {}


class Closure:
    """Facts and what follows from them: each new fact is joined once with all that are known (semi-naive).

    Args:
        rules: The schema.
        imagine: Also follow what must exist without being known: somebody whom every child has as a parent. Such
            things have no names; no more than three follow on each other.

    Attributes:
        because: Facts, each with the facts and axioms that it was first derived from; those given have none.
        types: The classes of each thing.
        out: For each property, what relates by it to what; for no reader to change.
    """

    def __init__(self, rules: Rules, *, imagine: bool = False) -> None:
        self.rules = rules
        self.because: dict[Triple, Premises] = {}
        # Dictionaries in place of sets: they keep the order in which facts were found.
        self.types: dict[str, dict[Term, None]] = {}
        self.out: dict[str, dict[str, dict[Term, None]]] = {}
        self._in: dict[str, dict[Term, dict[str, None]]] = {prop: {} for prop in rules.backwards}
        self._imagine = imagine
        self._depth: dict[str, int] = {}
        self._new: deque[Triple] = deque()
        self._same: dict[str, list[str]] = {}
        self._any_unnamed = False
        for triple in rules.enumerated:
            self._add(triple)

    def add(self, triples: Iterable[Triple]) -> None:
        """Take facts as given and apply the rules until nothing new follows."""
        for triple in triples:
            self._add(triple)
            self._any_unnamed = self._any_unnamed or is_blank(triple[0])
        while self._new:
            fact = self._new.popleft()
            if fact[1] == _TYPE:
                self._of_type(fact)
            elif fact[1] == _SAME:
                self._of_same(fact)
            else:
                self._of_edge(fact)
            if self._same:
                self._of_equals(fact)

    def values(self, thing: Term, prop: str) -> dict[Term, None]:
        """The values that a thing has of a property."""
        return self.out.get(prop, _NO_EDGES).get(thing, _NONE) if isinstance(thing, str) else _NONE

    def sources(self, prop: str, value: Term) -> dict[str, None]:
        """The things that have this value of a property, if some rule asks for them."""
        return self._in.get(prop, _NO_SOURCES).get(value, _NO_THINGS)

    def equals(self) -> Iterator[tuple[str, str]]:
        """Pairs of names for one thing, each both ways."""
        return ((one, other) for one, others in self._same.items() for other in others)

    def _add(self, triple: Triple, *because: Triple) -> None:
        if triple in self.because:
            return
        self.because[triple] = because
        self._new.append(triple)
        s, p, o = triple
        if p == _TYPE:
            types = self.types.get(s)
            if types is None:
                types = self.types[s] = {}
            types[o] = None
            return
        edges = self.out.get(p)
        if edges is None:
            edges = self.out[p] = {}
        values = edges.get(s)
        if values is None:
            values = edges[s] = {}
        values[o] = None
        sources = self._in.get(p)
        if sources is not None:
            sources.setdefault(o, {})[s] = None

    def _of_type(self, fact: Triple) -> None:
        thing, _, cls = fact
        rules = self.rules
        types = self.types[thing]
        for upper, stated in rules.superclasses.get(cls, ()):
            if upper not in types:  # saves most of the time, here and below
                self._add((thing, _TYPE, upper), fact, *stated)
        for whole, parts, stated in rules.intersections.get(cls, ()):
            if whole not in types and all(part in types for part in parts):
                others = [(thing, _TYPE, part) for part in parts if part != cls]
                self._add((thing, _TYPE, whole), fact, *others, *stated)
        if cls in rules.restricted:
            self._of_restrictions(fact)

    def _of_restrictions(self, fact: Triple) -> None:
        thing, _, cls = fact
        rules = self.rules
        for prop, restriction in rules.some_by_filler.get(cls, ()):
            for subject in tuple(self.sources(prop, thing)):
                self._add((subject, _TYPE, restriction), fact, (subject, prop, thing))
        for prop, filler in rules.all_by_class.get(cls, ()):
            for value in tuple(self.values(thing, prop)):
                if not isinstance(value, Literal):
                    self._add((value, _TYPE, filler), fact, (thing, prop, value))
        for prop, value in rules.value_by_class.get(cls, ()):
            self._add((thing, prop, value), fact)
        if self._imagine:
            for prop, filler in rules.some_by_class.get(cls, ()):
                self._imagine_one(fact, prop, filler)

    def _imagine_one(self, fact: Triple, prop: str, filler: Term) -> None:
        """Something that a thing must be related to, unless it is known what."""
        thing = fact[0]
        depth = self._depth.get(thing, 0)
        values = self.values(thing, prop)
        is_known = any(filler == OWL.Thing or filler in self.types.get(str(value), _NONE) for value in values)
        if depth == _DEPTH or is_known or prop in self.rules.data_properties:
            return
        one = f"{IMAGINED} {len(self._depth)} {prop} {thing}"
        self._depth[one] = depth + 1
        self._any_unnamed = True
        self._add((thing, prop, one), fact)
        self._add((one, _TYPE, filler), fact)

    def _of_edge(self, fact: Triple) -> None:
        s, p, o = fact
        rules = self.rules
        for cls, stated in rules.domains.get(p, ()):
            if cls not in self.types.get(s, _NONE):
                self._add((s, _TYPE, cls), fact, *stated)
        if not isinstance(o, Literal):
            for cls, stated in rules.ranges.get(p, ()):
                if cls not in self.types.get(o, _NONE):
                    self._add((o, _TYPE, cls), fact, *stated)
            if self._any_unnamed:
                self._of_unique(fact, s, p, o)
        if p in rules.telling:
            self._of_telling_edge(fact, s, p, o)

    def _of_telling_edge(self, fact: Triple, s: str, p: str, o: Term) -> None:
        """The rules that few properties have."""
        rules = self.rules
        for upper, stated in rules.superproperties.get(p, ()):
            self._add((s, upper, o), fact, *stated)
        for restriction in rules.value_by_edge.get((p, o), ()):
            self._add((s, _TYPE, restriction), fact)
        for filler, restriction in rules.some_by_property.get(p, ()):
            if filler in (OWL.Thing, RDFS.Literal):
                self._add((s, _TYPE, restriction), fact)
            elif filler in self.types.get(str(o), ()):
                self._add((s, _TYPE, restriction), fact, (str(o), _TYPE, filler))
        if not isinstance(o, Literal):
            self._of_relation(fact, s, p, o)

    def _of_relation(self, fact: Triple, s: str, p: str, o: str) -> None:
        rules = self.rules
        for inverse, stated in rules.inverses.get(p, ()):
            self._add((o, inverse, s), fact, *stated)
        for restriction, filler in rules.all_by_property.get(p, ()):
            if restriction in self.types.get(s, ()):
                self._add((o, _TYPE, filler), fact, (s, _TYPE, restriction))
        for links, position, whole, stated in rules.chains.get(p, ()):
            before = self._walk_back(s, links[:position])
            after = self._walk_on(o, links[position + 1 :])
            for start, first in before.items():
                for end, second in after.items():
                    self._add((str(start), whole, end), fact, *first, *second, *stated)

    def _of_unique(self, fact: Triple, s: str, p: str, o: str) -> None:
        """Two names stand for two things, but what has no name may turn out to be something that has one."""
        rules = self.rules
        if p in rules.functional:
            for other in self._doubles(o, self.values(s, p)):
                self._add((o, _SAME, other), fact, (s, p, other), rules.functional[p])
        if p in rules.inverse_functional:
            for other in self._doubles(s, self.sources(p, o)):
                self._add((s, _SAME, other), fact, (other, p, o), rules.inverse_functional[p])

    @staticmethod
    def _doubles(one: str, others: Mapping[Term, None] | Mapping[str, None]) -> list[str]:
        if len(others) < 2:
            return []
        return [str(other) for other in others if other != one and (is_blank(one) or is_blank(other))]

    def _of_same(self, fact: Triple) -> None:
        s, p, o = fact
        if s == o or not isinstance(o, str):
            return
        self._add((o, p, s), fact)
        self._same.setdefault(s, []).append(o)
        for other in tuple(self.because):
            if s in (other[0], other[2]):
                self._copy(other, s, o)

    def _of_equals(self, fact: Triple) -> None:
        """Copy a new fact to the things that are the same as its own."""
        for term in (fact[0], fact[2]):
            for equal in self._same.get(str(term), ()) if isinstance(term, str) else ():
                self._copy(fact, str(term), equal)

    def _copy(self, fact: Triple, old: str, new: str) -> None:
        s, p, o = fact
        copy = (new if s == old else s, p, new if o == old else o)
        if copy != (new, _SAME, new) and fact != (old, _SAME, new):
            self._add(copy, fact, (old, _SAME, new))

    def _walk_on(self, start: Term, links: list[str]) -> dict[Term, _Path]:
        """Where a chain leads to from here, with one way to each end."""
        reached: dict[Term, _Path] = {start: ()}
        for link in links:
            step: dict[Term, _Path] = {}
            for node, path in reached.items():
                for end in self.values(node, link):
                    step.setdefault(end, (*path, (str(node), link, end)))
            reached = step
        return reached

    def _walk_back(self, end: str, links: list[str]) -> dict[Term, _Path]:
        """Where a chain that leads here may start, with one way from each start."""
        reached: dict[Term, _Path] = {end: ()}
        for link in reversed(links):
            step: dict[Term, _Path] = {}
            for node, path in reached.items():
                for start in self.sources(link, node):
                    step.setdefault(start, ((start, link, node), *path))
            reached = step
        return reached

    def is_plain(self) -> bool:
        """Whether nothing without a name is spoken of, and nothing is the same as something else."""
        return not self._any_unnamed and not self._same

    def _share(self, other: Closure) -> None:
        """Begin with what another closure has; what stands below the first level is shared."""
        self.rules = other.rules
        self.because = dict(other.because)
        self.types = dict(other.types)
        self.out = {p: dict(edges) for p, edges in other.out.items()}
        self._in = {p: dict(sources) for p, sources in other._in.items()}
        self._imagine = other._imagine
        self._depth = dict(other._depth)
        self._new = deque()
        self._same = {one: list(others) for one, others in other._same.items()}
        self._any_unnamed = other._any_unnamed

    def leaves(self, triples: Iterable[Triple]) -> Iterator[Triple]:
        """The given facts and the axioms that some facts rest on."""
        waiting, seen = list(triples), set[Triple]()
        while waiting:
            triple = waiting.pop()
            if triple not in seen:
                seen.add(triple)
                premises = self.because.get(triple, ())
                waiting += premises
                if not premises:
                    yield triple


class Revised(Closure):
    """What follows when some of the given facts go and others come; the closure that it is made from stays as it is.

    What was derived from a fact that goes, goes too; what also follows from the rest comes back. Source: delete and
    rederive, A. Gupta, I. S. Mumick and V. S. Subrahmanian, "Maintaining views incrementally", SIGMOD 1993. Here each
    fact knows what it was first derived from, so that only goes what rests on that.

    Args:
        last: What followed before. Where facts go, it must be plain (`is_plain`): what must exist need not any more
            once it is known, which can't be taken back.
        gone: Given facts that are no longer given.
        come: Facts that are now given.

    Attributes:
        touched: The things about which something has come.
    """

    def __init__(self, last: Closure, gone: Iterable[Triple], come: Iterable[Triple]) -> None:
        self._own: dict[int, object] = {}  # the dictionaries that are not shared with the last closure, by their id
        self.touched: set[str] = set()
        self._share(last)  # in place of the other constructor, which begins with nothing
        come = list(come)
        self._delete({triple for triple in gone if triple in self.because} - set(self.rules.enumerated))
        for triple in come:
            if triple in self.because:
                self.because[triple] = ()
        self.add(come)
        self._own.clear()  # the next one may share them

    def _delete(self, gone: set[Triple]) -> None:
        if not gone:
            return
        for fact, premises in self.because.items():  # premises stand before what was derived from them
            if premises and not gone.isdisjoint(premises):
                gone.add(fact)
        for fact in gone:
            self._remove(fact)
        # Every rule has a premise that speaks of the subject of its conclusion, and runs if any of its premises is new.
        subjects = {s for s, _, _ in gone}
        again = [fact for fact in self.because if fact[0] in subjects or fact[2] in subjects]
        # What must exist may have been known until now, for these and for what relates to them.
        things = dict.fromkeys((*subjects, *(s for s, _, _ in again)))
        for thing in things:
            again += [(thing, _TYPE, cls) for cls in self.types.get(thing, ()) if cls in self.rules.some_by_class]
        self._new.extend(dict.fromkeys(again))

    def _remove(self, triple: Triple) -> None:
        del self.because[triple]
        s, p, o = triple
        if p == _TYPE:
            self._discard(self.types, s, o)
            return
        self._discard(self.out[p], s, o)
        if p in self._in:
            self._discard(self._in[p], o, s)

    def _discard(self, index: dict[_Key, dict[_Value, None]], key: _Key, value: _Value) -> None:
        self._unshare(index, key)
        del index[key][value]
        if not index[key]:
            del index[key]

    def _unshare(self, index: dict[_Key, dict[_Value, None]], key: _Key) -> None:
        values = index.get(key)
        if values is not None and id(values) not in self._own:
            values = index[key] = dict(values)
            self._own[id(values)] = values

    def _add(self, triple: Triple, *because: Triple) -> None:
        if triple in self.because:
            return
        s, p, o = triple
        self.touched.add(s)
        if p == _TYPE:
            self._unshare(self.types, s)
        else:
            if isinstance(o, str):
                self.touched.add(o)
            self._unshare(self.out.get(p, {}), s)
            self._unshare(self._in.get(p, {}), o)
        super()._add(triple, *because)
