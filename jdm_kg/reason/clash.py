"""Why a graph is not consistent, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

from rdflib import OWL, RDF, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from jdm_kg.graph import is_own, shorten
from jdm_kg.reason.closure import Reasons, saturate
from jdm_kg.turtle import Triple


def explain(seen: Graph, empty: tuple[URIRef, ...] = ()) -> tuple[str, ...]:
    """Why a graph contradicts itself, or why classes can't have a member, as far as rules can tell.

    Looked for are members of disjoint classes, of a class and its complement and of owl:Nothing, and relations that
    break what is said of their property: irreflexive, asymmetric, functional, inverse functional, disjoint. An
    inconsistency that only cases and counting show is not found.

    Args:
        seen: What reasoners see.
        empty: Classes that can't have a member; each is given one, to see what that contradicts.

    Returns:
        One sentence for each contradiction, with the given facts that it follows from; sorted.
    """
    members = {BNode(f"memberOf{number}"): cls for number, cls in enumerate(empty)}
    facts = saturate(seen, [(member, RDF.type, cls) for member, cls in members.items()])
    names: dict[Node, str] = {member: f"a {shorten(cls)}" for member, cls in members.items()}
    sentences = set()
    for what, clashing in _Clashes(seen, facts).found():
        given = sorted(_say(leaf, names) for leaf in _leaves(clashing, facts) if leaf[0] not in members)
        because = "; ".join(given)
        subject = names.get(clashing[0][0]) or shorten(clashing[0][0])
        sentences.add(f"{subject} {what}" + (f" (given: {because})" if because else ""))
    return tuple(sorted(sentences))


def _say(triple: Triple, names: dict[Node, str]) -> str:
    s, p, o = triple
    verb = "a" if p == RDF.type else shorten(p)
    return f"{names.get(s) or shorten(s)} {verb} {names.get(o) or _value(o)}"


def _value(term: Node) -> str:
    return str(term) if isinstance(term, Literal) else shorten(term)


def _leaves(triples: Iterable[Triple], facts: Reasons) -> set[Triple]:
    """The given facts that some facts rest on."""
    todo, seen, leaves = list(triples), set[Triple](), set[Triple]()
    while todo:
        triple = todo.pop()
        if triple in seen:
            continue
        seen.add(triple)
        todo += facts[triple]
        if not facts[triple]:
            leaves.add(triple)
    return leaves


def _kind(cls: Node) -> str:
    return "member of a class without a name" if isinstance(cls, BNode) else shorten(cls)


_Clash = tuple[str, tuple[Triple, ...]]


class _Clashes:
    def __init__(self, seen: Graph, facts: Reasons) -> None:
        self._seen = seen
        self._edges: dict[Node, list[Triple]] = defaultdict(list)
        self._types: dict[Node, list[Node]] = defaultdict(list)
        self._known = facts.keys()
        for s, p, o in facts:
            if p == RDF.type:
                self._types[s].append(o)
            else:
                self._edges[p].append((s, p, o))

    def found(self) -> Iterator[_Clash]:
        yield from self._disjoint_classes()
        for s, types in self._types.items():
            if OWL.Nothing in types:
                yield "is in the empty class owl:Nothing", ((s, RDF.type, OWL.Nothing),)
        for prop, edges in self._edges.items():
            yield from self._loops(prop, edges)
            yield from self._doubles(prop, edges)
        yield from self._disjoint_properties()

    def _pairs(self, pairwise: URIRef, together: URIRef) -> set[frozenset[Node]]:
        """What is declared as disjoint, two by two."""
        pairs = {frozenset(pair) for pair in self._seen.subject_objects(pairwise)}
        for node in self._seen.subjects(RDF.type, together):
            for first in self._seen.objects(node, OWL.members):
                pairs |= {frozenset(pair) for pair in combinations(self._seen.items(first), 2)}
        return pairs

    def _disjoint_classes(self) -> Iterator[_Clash]:
        disjoint = self._pairs(OWL.disjointWith, OWL.AllDisjointClasses)
        disjoint |= {frozenset(pair) for pair in self._seen.subject_objects(OWL.complementOf)}
        for first in self._seen.objects(None, OWL.disjointUnionOf):
            disjoint |= {frozenset(pair) for pair in combinations(self._seen.items(first), 2)}
        for thing, types in self._types.items():
            for one, other in combinations(sorted(types, key=str), 2):
                if frozenset((one, other)) in disjoint:
                    what = f"would be a {_kind(one)} and a {_kind(other)}, and nothing is both"
                    yield what, ((thing, RDF.type, one), (thing, RDF.type, other))

    def _loops(self, prop: Node, edges: list[Triple]) -> Iterator[_Clash]:
        irreflexive = (prop, RDF.type, OWL.IrreflexiveProperty) in self._seen
        asymmetric = (prop, RDF.type, OWL.AsymmetricProperty) in self._seen
        for s, p, o in edges:
            if s == o and (irreflexive or asymmetric):
                yield f"would have the relation {shorten(p)} to itself", ((s, p, o),)
            elif asymmetric and (o, p, s) in self._known and str(s) < str(o):
                yield f"would have {shorten(p)} to {shorten(o)} and back", ((s, p, o), (o, p, s))

    def _doubles(self, prop: Node, edges: list[Triple]) -> Iterator[_Clash]:
        if (prop, RDF.type, OWL.FunctionalProperty) in self._seen:
            for first, second in self._same(edges, 0, 2):
                what = f"may have only one {shorten(prop)} and has {_value(first[2])} and {_value(second[2])}"
                yield what, (first, second)
        if (prop, RDF.type, OWL.InverseFunctionalProperty) in self._seen:
            for first, second in self._same(edges, 2, 0):
                what = f"and {shorten(second[0])} both have {shorten(prop)} {_value(first[2])}, and only one may"
                yield what, (first, second)

    def _same(self, edges: list[Triple], end: int, other: int) -> Iterator[tuple[Triple, Triple]]:
        """Pairs of relations that share one end and have different things or values at the other."""
        groups: dict[Node, list[Triple]] = defaultdict(list)
        for edge in edges:
            if is_own(edge[other]) or isinstance(edge[other], Literal):
                groups[edge[end]].append(edge)
        for group in groups.values():
            for first, second in combinations(sorted(group, key=str), 2):
                if not self._are_equal(first[other], second[other]):
                    yield first, second

    def _are_equal(self, one: Node, other: Node) -> bool:
        if isinstance(one, Literal) and isinstance(other, Literal):
            return bool(one.value == other.value)
        return (one, OWL.sameAs, other) in self._seen or (other, OWL.sameAs, one) in self._seen

    def _disjoint_properties(self) -> Iterator[_Clash]:
        for pair in self._pairs(OWL.propertyDisjointWith, OWL.AllDisjointProperties):
            if len(pair) == 2:
                one, other = sorted(pair, key=str)
                for s, p, o in self._edges.get(one, ()):
                    if (s, other, o) in self._known:
                        what = f"would have both {shorten(one)} and {shorten(other)} to {_value(o)}"
                        yield what, ((s, p, o), (s, other, o))
