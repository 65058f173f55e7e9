"""What follows from a graph, by rules."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator

from rdflib import OWL, RDF, RDFS, BNode, Graph, Literal
from rdflib.term import Node

from jdm_kg import turtle
from jdm_kg.graph import is_own
from jdm_kg.reason.view import entities, reasoner_input, speaks_of_schema
from jdm_kg.turtle import Triple

Reasons = dict[Triple, tuple[Triple, ...]]
"""Facts, each with those that it was first derived from; those given have none."""


def close(graph: Graph) -> Graph:
    """What follows from a graph, between the project's own things.

    Rules of OWL 2 RL (OWL 2 Profiles, section 4.3) for classes: subclass, equivalent class, intersection, union,
    enumeration, some, all and given values; for properties: domain, range, subproperty, equivalent, inverse,
    symmetric and transitive properties, and chains. Equality and counting are left out: names are unique.

    Args:
        graph: A consistent graph; reasoners see `reasoner_input` of it.

    Returns:
        A new graph of the triples that are derived and not given. Subjects and objects are things of the project,
        properties and classes too; nothing relates to itself.
    """
    seen = reasoner_input(graph)
    schema_terms = entities(seen)
    derived = turtle.new_graph()
    for s, p, o in saturate(seen):
        own = is_own(s) and is_own(o) and s not in schema_terms and (is_own(p) or p == RDF.type)
        if own and s != o and (s, p, o) not in graph:
            derived.add((s, p, o))
    return derived


def saturate(seen: Graph, more: Iterable[Triple] = ()) -> Reasons:
    """All facts that hold of individuals.

    Args:
        seen: What reasoners see. Class expressions go by their blank nodes.
        more: Facts to be taken as given besides.
    """
    # Sorted, so that the same derivation is found first, whatever the order of the graph.
    triples = sorted(seen, key=lambda triple: [str(term) for term in triple])
    rules = _Rules(seen, triples)
    closure = _Closure(rules)
    for s, p, o in triples:
        if not isinstance(s, BNode) and not speaks_of_schema(p, o):
            closure.add((s, p, o), ())
    for triple in (*rules.enumerated, *more):
        closure.add(triple, ())
    closure.saturate()
    return closure.because


class _Rules:
    """The axioms of a schema, looked up by what sets a rule off."""

    def __init__(self, graph: Graph, triples: list[Triple]) -> None:
        self._graph = graph
        self.superclasses: dict[Node, list[Node]] = defaultdict(list)
        self.intersections: dict[Node, list[tuple[Node, tuple[Node, ...]]]] = defaultdict(list)
        self.enumerated: list[Triple] = []
        self.some_by_filler: dict[Node, list[tuple[Node, Node]]] = defaultdict(list)
        self.some_by_property: dict[Node, list[tuple[Node, Node]]] = defaultdict(list)
        self.all_by_class: dict[Node, list[tuple[Node, Node]]] = defaultdict(list)
        self.all_by_property: dict[Node, list[tuple[Node, Node]]] = defaultdict(list)
        self.value_by_class: dict[Node, list[tuple[Node, Node]]] = defaultdict(list)
        self.value_by_edge: dict[tuple[Node, Node], list[Node]] = defaultdict(list)
        self.superproperties: dict[Node, list[Node]] = defaultdict(list)
        self.inverses: dict[Node, list[Node]] = defaultdict(list)
        self.domains: dict[Node, list[Node]] = defaultdict(list)
        self.ranges: dict[Node, list[Node]] = defaultdict(list)
        self.chains: dict[Node, list[tuple[tuple[Node, ...], int, Node]]] = defaultdict(list)
        readers: dict[Node, dict[Node, list[Node]]] = {
            RDFS.subClassOf: self.superclasses,
            RDFS.subPropertyOf: self.superproperties,
            RDFS.domain: self.domains,
            RDFS.range: self.ranges,
        }
        symmetric_readers: dict[Node, dict[Node, list[Node]]] = {
            OWL.equivalentClass: self.superclasses,
            OWL.equivalentProperty: self.superproperties,
            OWL.inverseOf: self.inverses,
        }
        for s, p, o in triples:
            if p in readers:
                readers[p][s].append(o)
            elif p in symmetric_readers:
                symmetric_readers[p][s].append(o)
                symmetric_readers[p][o].append(s)
            elif p == OWL.onProperty:
                self._read_restriction(s, o)
            elif p == RDF.type and o == OWL.SymmetricProperty:
                self.inverses[s].append(s)
            elif p == RDF.type and o == OWL.TransitiveProperty:
                self._add_chain((s, s), s)
            elif p in (OWL.intersectionOf, OWL.unionOf, OWL.disjointUnionOf, OWL.oneOf, OWL.propertyChainAxiom):
                self._read_list(s, p, tuple(graph.items(o)))

    def _read_list(self, s: Node, p: Node, members: tuple[Node, ...]) -> None:
        if p == OWL.propertyChainAxiom:
            self._add_chain(members, s)
        elif p == OWL.oneOf:
            self.enumerated += [(member, RDF.type, s) for member in members]
        elif p == OWL.intersectionOf:
            self.superclasses[s] += members
            for member in members:
                self.intersections[member].append((s, members))
        else:
            for member in members:
                self.superclasses[member].append(s)

    def _read_restriction(self, cls: Node, prop: Node) -> None:
        for filler in self._graph.objects(cls, OWL.someValuesFrom):
            self.some_by_filler[filler].append((prop, cls))
            self.some_by_property[prop].append((filler, cls))
        for filler in self._graph.objects(cls, OWL.allValuesFrom):
            self.all_by_class[cls].append((prop, filler))
            self.all_by_property[prop].append((cls, filler))
        for value in self._graph.objects(cls, OWL.hasValue):
            self.value_by_class[cls].append((prop, value))
            self.value_by_edge[prop, value].append(cls)

    def _add_chain(self, links: tuple[Node, ...], prop: Node) -> None:
        for position, link in enumerate(links):
            self.chains[link].append((links, position, prop))


_Path = tuple[Triple, ...]


class _Closure:
    """Facts and what follows from them: each new fact is joined once with all that are known (semi-naive)."""

    def __init__(self, rules: _Rules) -> None:
        self._rules = rules
        self.because: Reasons = {}
        self._new: deque[Triple] = deque()
        # Dictionaries in place of sets: they keep the order in which facts were found.
        self._types: dict[Node, dict[Node, None]] = defaultdict(dict)
        self._out: dict[tuple[Node, Node], dict[Node, None]] = defaultdict(dict)
        self._in: dict[tuple[Node, Node], dict[Node, None]] = defaultdict(dict)

    def add(self, triple: Triple, because: tuple[Triple, ...]) -> None:
        if triple in self.because:
            return
        self.because[triple] = because
        self._new.append(triple)
        s, p, o = triple
        if p == RDF.type:
            self._types[s][o] = None
        else:
            self._out[s, p][o] = None
            self._in[o, p][s] = None

    def saturate(self) -> None:
        """Apply the rules until nothing new follows."""
        while self._new:
            fact = self._new.popleft()
            s, p, o = fact
            # A list first: what the rules look at grows when a fact is added.
            for triple, others in list(self._of_type(s, o) if p == RDF.type else self._of_edge(s, p, o)):
                self.add(triple, (fact, *others))

    def _of_type(self, thing: Node, cls: Node) -> Iterator[tuple[Triple, _Path]]:
        rules = self._rules
        types = self._types[thing].keys()
        for upper in rules.superclasses.get(cls, ()):
            yield (thing, RDF.type, upper), ()
        for whole, parts in rules.intersections.get(cls, ()):
            if types >= set(parts):
                yield (thing, RDF.type, whole), tuple((thing, RDF.type, part) for part in parts if part != cls)
        for prop, restriction in rules.some_by_filler.get(cls, ()):
            for subject in self._in.get((thing, prop), ()):
                yield (subject, RDF.type, restriction), ((subject, prop, thing),)
        for prop, filler in rules.all_by_class.get(cls, ()):
            for value in self._out.get((thing, prop), ()):
                yield (value, RDF.type, filler), ((thing, prop, value),)
        for prop, value in rules.value_by_class.get(cls, ()):
            yield (thing, prop, value), ()

    def _of_edge(self, s: Node, p: Node, o: Node) -> Iterator[tuple[Triple, _Path]]:
        for upper in self._rules.superproperties.get(p, ()):
            yield (s, upper, o), ()
        yield from self._types_of_subject(s, p, o)
        if not isinstance(o, Literal):
            for inverse in self._rules.inverses.get(p, ()):
                yield (o, inverse, s), ()
            yield from self._types_of_object(s, p, o)
            yield from self._ends_of_chains(s, p, o)

    def _types_of_subject(self, s: Node, p: Node, o: Node) -> Iterator[tuple[Triple, _Path]]:
        for cls in self._rules.domains.get(p, ()):
            yield (s, RDF.type, cls), ()
        for cls in self._rules.value_by_edge.get((p, o), ()):
            yield (s, RDF.type, cls), ()
        for filler, cls in self._rules.some_by_property.get(p, ()):
            if filler in (OWL.Thing, RDFS.Literal):
                yield (s, RDF.type, cls), ()
            elif filler in self._types.get(o, ()):
                yield (s, RDF.type, cls), ((o, RDF.type, filler),)

    def _types_of_object(self, s: Node, p: Node, o: Node) -> Iterator[tuple[Triple, _Path]]:
        for cls in self._rules.ranges.get(p, ()):
            yield (o, RDF.type, cls), ()
        for cls, filler in self._rules.all_by_property.get(p, ()):
            if cls in self._types.get(s, ()):
                yield (o, RDF.type, filler), ((s, RDF.type, cls),)

    def _ends_of_chains(self, s: Node, p: Node, o: Node) -> Iterator[tuple[Triple, _Path]]:
        for links, position, whole in self._rules.chains.get(p, ()):
            for start, before in self._walk_back(s, links[:position]).items():
                for end, after in self._walk_on(o, links[position + 1 :]).items():
                    yield (start, whole, end), (*before, *after)

    def _walk_on(self, start: Node, links: Iterable[Node]) -> dict[Node, _Path]:
        """Where a chain leads to from here, with one way to each end."""
        reached: dict[Node, _Path] = {start: ()}
        for link in links:
            step: dict[Node, _Path] = {}
            for node, path in reached.items():
                for end in self._out.get((node, link), ()):
                    step.setdefault(end, (*path, (node, link, end)))
            reached = step
        return reached

    def _walk_back(self, end: Node, links: tuple[Node, ...]) -> dict[Node, _Path]:
        """Where a chain that leads here may start, with one way from each start."""
        reached: dict[Node, _Path] = {end: ()}
        for link in reversed(links):
            step: dict[Node, _Path] = {}
            for node, path in reached.items():
                for start in self._in.get((node, link), ()):
                    step.setdefault(start, ((start, link, node), *path))
            reached = step
        return reached
