"""Does a schema stay inside OWL 2 DL, the part of OWL on which reasoners such as HermiT are complete."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from jdm_kg.facts import Facts, Literal, Term
from jdm_kg.iris import PREFIXES
from jdm_kg.reason.owl2 import (
    AXIOM_PREDICATES,
    BUILT_IN_ANNOTATIONS,
    CHARACTERISTICS,
    FACETS,
    GENERAL_AXIOMS,
    KINDS,
    OWL,
    RDF,
    RDFS,
    STANDALONE,
    XSD,
    datatype_of,
    is_blank,
    is_ill_typed,
    is_iri,
    written,
)


@dataclass(frozen=True, order=True)
class Violation:
    """Something in a schema that is not OWL 2 DL.

    Attributes:
        what: One sentence without a full stop.
        subject: What it is said of, or the term at fault: an IRI, a blank node, or empty.
        predicate: The property with which it is said, or empty.
        undeclared: The term whose declaration is missing, if that is all that is wrong; or empty.
    """

    what: str
    subject: str = ""
    predicate: str = ""
    undeclared: str = ""


def violations(facts: Facts) -> tuple[Violation, ...]:
    """Where a schema leaves OWL 2 DL, in words.

    Every triple must be part of an axiom, a fact, an annotation or the header, as the mapping from RDF graphs reads
    them; what is left over is named. Source: OWL 2 Structural Specification, sections 3 to 11; OWL 2 Mapping to RDF
    Graphs, section 3. Stricter than these in two things: the form of OWL 1, in which a class is defined without
    `owl:equivalentClass`, is refused, and so is every circle that a property chain is part of.

    Args:
        facts: A schema, with or without facts about individuals. Axioms that it imports are not looked at.

    Returns:
        Sorted, each sentence once; empty where the graph is in OWL 2 DL.
    """
    found: dict[str, Violation] = {}
    for violation in sorted(_Profile(facts).violations()):
        found.setdefault(violation.what, violation)
    return tuple(found.values())


def terms_of(facts: Facts) -> frozenset[str]:
    """The classes, properties and datatypes that a graph declares, and the ontology itself."""
    kinds = (*KINDS, OWL.AnnotationProperty, OWL.Ontology)
    return frozenset(term for kind in kinds for term in facts.subjects(RDF.type, kind))


def schema_of(facts: Facts) -> Facts:
    """What a graph says of its classes, properties and datatypes, of the ontology itself, and by blank nodes."""
    terms = terms_of(facts)
    return Facts(
        (s, p, o) for s in facts.nodes if s in terms or is_blank(s) for p, values in facts.of(s).items() for o in values
    )


@dataclass(frozen=True, order=True)
class _Role:
    """An object property, or the inverse of one."""

    name: str
    inverted: bool = False

    def inverse(self) -> _Role:
        return _Role(self.name, not self.inverted)


_WORDS: Final = {
    OWL.AnnotationProperty: "an annotation property",
    OWL.Class: "a class",
    OWL.DatatypeProperty: "a datatype property",
    OWL.NamedIndividual: "an individual",
    OWL.ObjectProperty: "an object property",
    RDFS.Datatype: "a datatype",
}
_BUILT_IN: Final = {
    OWL.AnnotationProperty: BUILT_IN_ANNOTATIONS,
    OWL.Class: OWL["Thing Nothing"],
    OWL.DatatypeProperty: OWL["topDataProperty bottomDataProperty"],
    OWL.NamedIndividual: frozenset[str](),
    OWL.ObjectProperty: OWL["topObjectProperty bottomObjectProperty"],
    RDFS.Datatype: frozenset(FACETS) | RDFS["Literal"],
}
_EXCLUSIVE: Final = (
    (OWL.Class, RDFS.Datatype),
    (OWL.ObjectProperty, OWL.DatatypeProperty),
    (OWL.ObjectProperty, OWL.AnnotationProperty),
    (OWL.DatatypeProperty, OWL.AnnotationProperty),
)
_RESERVED: Final = tuple(PREFIXES[prefix] for prefix in ("rdf", "rdfs", "xsd", "owl"))
_NEEDS_SIMPLE: Final = CHARACTERISTICS - OWL["TransitiveProperty SymmetricProperty ReflexiveProperty"]
_CONNECTIVES: Final = (OWL.intersectionOf, OWL.unionOf, OWL.complementOf, OWL.oneOf)
_CARDINALITIES: Final = (OWL.cardinality, OWL.minCardinality, OWL.maxCardinality)
_QUALIFIED: Final = (OWL.qualifiedCardinality, OWL.minQualifiedCardinality, OWL.maxQualifiedCardinality)


class _Profile:
    """Reads a graph as axioms, takes away what it could read, and notes what is not as it should be."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._left: set[tuple[Term, str, Term]] = set(facts)
        self._found: set[Violation] = set()
        self._kinds: dict[str, set[str]] = {
            kind: {s for s in facts.subjects(RDF.type, kind) if is_iri(s)} for kind in _WORDS
        }
        for kind in (OWL.InverseFunctionalProperty, OWL.TransitiveProperty, OWL.SymmetricProperty):
            # these alone declare an object property (Mapping, table 8)
            self._kinds[OWL.ObjectProperty].update(facts.subjects(RDF.type, kind))
        self._roles = _RoleBox()
        self._open: set[Term] = set()
        self._at: tuple[str, str] = ("", "")

    def violations(self) -> set[Violation]:
        self._check_declarations()
        self._check_header()
        for s, p, o in self._facts:
            self._at = (s, p)
            self._read(s, p, o)
        self._check_anonymous()
        for what, name in self._roles.violations():
            self._add(what, name)
        for subject, predicate, value in self._left:
            what = f"{written(subject)} {written(predicate)} {written(value)} is not part of any axiom"
            self._add(what, str(subject), predicate)
        return self._found

    def _note(self, what: str, undeclared: str = "") -> None:
        subject, predicate = self._at
        where = "in an axiom without a name" if is_blank(subject) else f"in what is said of {written(subject)}"
        self._add(f"{what}, {where}", subject, predicate, undeclared)

    def _note_use(self, term: Term, role: str) -> None:
        self._note(f"{written(term)} is used as {role} and not declared as one", str(term))

    def _add(self, what: str, subject: str = "", predicate: str = "", undeclared: str = "") -> None:
        self._found.add(Violation(what, subject, predicate, undeclared))

    def _is(self, term: Term, kind: str) -> bool:
        return term in self._kinds[kind] or term in _BUILT_IN[kind]

    # Declarations and header

    def _check_declarations(self) -> None:
        for kind, words in _WORDS.items():
            for term in self._kinds[kind]:
                if str(term).startswith(_RESERVED) and term not in _BUILT_IN[kind]:
                    self._add(f"{written(term)} belongs to the language and can't be declared as {words}", term)
        for one, other in _EXCLUSIVE:
            for term in (self._kinds[one] | _BUILT_IN[one]) & (self._kinds[other] | _BUILT_IN[other]):
                self._add(f"{written(term)} is declared as {_WORDS[one]} and as {_WORDS[other]}", term)

    def _check_header(self) -> None:
        headers = set(self._facts.subjects(RDF.type, OWL.Ontology))
        if len(headers) != 1:
            self._add(f"there are {len(headers)} ontology headers, where there should be one")
        for header in headers:
            versions = set(self._values(header, OWL.versionIRI))
            if str(header).startswith(_RESERVED) or any(str(v).startswith(_RESERVED) for v in versions):
                self._add(f"the name of the ontology {written(header)} belongs to the language", header)
            if len(versions) > 1 or (versions and is_blank(header)):
                self._add("the ontology has more than one version IRI, or has one and no name")
            self._take((header, RDF.type, OWL.Ontology))
            for predicate in (OWL.versionIRI, OWL.imports):
                for value in self._values(header, predicate):
                    if is_iri(value):
                        self._take((header, predicate, value))

    def _take(self, triple: tuple[Term, str, Term]) -> None:
        self._left.discard(triple)

    def _values(self, node: Term, predicate: str) -> list[Term]:
        return self._facts.objects(node, predicate) if isinstance(node, str) else []

    # Triples

    def _read(self, s: str, p: str, o: Term) -> None:
        if p == RDF.type:
            self._read_type(s, o)
        elif p in AXIOM_PREDICATES:
            if is_iri(s) or p in GENERAL_AXIOMS:
                self._read_axiom(s, p, o)
        elif self._is(p, OWL.AnnotationProperty):
            self._take((s, p, o))
            if isinstance(o, Literal):
                self._literal(o)
        elif self._is(p, OWL.ObjectProperty) or self._is(p, OWL.DatatypeProperty):
            self._read_fact(s, p, o)
        elif not str(p).startswith(_RESERVED):
            self._take((s, p, o))
            self._add(f"{written(p)} is used as a property and not declared as one", *self._at, p)

    def _read_fact(self, s: str, p: str, o: Term) -> None:
        self._take((s, p, o))
        self._individual(s)
        if self._is(p, OWL.ObjectProperty):
            self._individual(o)
        else:
            self._data_property(p)
            if isinstance(o, Literal):
                self._literal(o)
            else:
                self._note(f"{written(p)} takes a literal and is given {written(o)}")

    def _read_type(self, s: str, o: Term) -> None:
        triple = (s, RDF.type, o)
        if o in _WORDS or o in (OWL.DeprecatedClass, OWL.DeprecatedProperty):
            if is_iri(s):
                self._take(triple)
        elif o in CHARACTERISTICS:
            self._take(triple)
            self._read_characteristic(s, o)
        elif o == OWL.NegativePropertyAssertion:
            self._take(triple)
            self._read_denial(s)
        elif o in STANDALONE:
            self._take(triple)
            self._read_all(s, o)
        elif o == OWL.Axiom:
            for p in (OWL.annotatedSource, OWL.annotatedProperty, OWL.annotatedTarget):
                for part in self._values(s, p):
                    self._take((s, p, part))
            self._take(triple)
        elif o not in (OWL.Ontology, OWL.Restriction, RDF.List):
            self._take(triple)
            self._individual(s)
            self._class(o)

    def _read_characteristic(self, s: str, o: Term) -> None:
        if o == OWL.FunctionalProperty and self._is(s, OWL.DatatypeProperty):
            return
        role = self._role(s)
        if role and o in _NEEDS_SIMPLE:
            self._roles.needs_simple.add((role, written(o)))
        if role and o == OWL.TransitiveProperty:
            self._roles.composite.add(role)
        if role and o == OWL.SymmetricProperty:
            self._roles.include(role, role.inverse())

    def _read_denial(self, node: Term) -> None:
        parts = {}
        for p in (OWL.sourceIndividual, OWL.assertionProperty, OWL.targetIndividual, OWL.targetValue):
            for part in self._values(node, p):
                self._take((node, p, part))
                parts[p] = part
        if len(parts) != 3 or OWL.sourceIndividual not in parts or OWL.assertionProperty not in parts:
            self._note("a negative property assertion lacks a part")
            return
        self._individual(parts[OWL.sourceIndividual], named=True)
        if OWL.targetValue in parts:
            self._data_property(parts[OWL.assertionProperty])
            self._literal(parts[OWL.targetValue])
        else:
            self._role(parts[OWL.assertionProperty])
            self._individual(parts[OWL.targetIndividual], named=True)

    def _read_all(self, node: Term, kind: Term) -> None:
        lists = []
        for p in (OWL.members, OWL.distinctMembers):
            for first in self._values(node, p):
                self._take((node, p, first))
                lists.append(self._list(first, at_least=2))
        if len(lists) != 1:
            self._note(f"{written(kind)} needs one list of members and has {len(lists)}")
        for member in (member for members in lists for member in members):
            if kind == OWL.AllDisjointClasses:
                self._class(member)
            elif kind == OWL.AllDifferent:
                self._individual(member, named=True)
            else:
                self._disjoint_property(member)

    def _read_axiom(self, s: str, p: str, o: Term) -> None:
        self._take((s, p, o))
        if p in (OWL.disjointWith, OWL.propertyDisjointWith) and s == o:
            self._note(f"{written(s)} is disjoint with itself, and an axiom of disjointness needs two")
        if p in (RDFS.subClassOf, OWL.disjointWith, OWL.equivalentClass):
            if p == OWL.equivalentClass and self._is(s, RDFS.Datatype):
                self._data_range(o)
            else:
                self._class(s)
                self._class(o)
        elif p in (OWL.sameAs, OWL.differentFrom):
            self._individual(s, named=True)
            self._individual(o, named=True)
        elif p in (OWL.disjointUnionOf, OWL.hasKey):
            self._class(s)
            for member in self._list(o, at_least=2 if p == OWL.disjointUnionOf else 1):
                if p == OWL.disjointUnionOf:
                    self._class(member)
                elif not self._is(member, OWL.DatatypeProperty):
                    self._role(member)
        elif p in _CONNECTIVES:
            self._note(f"{written(s)} is defined by {written(p)} without owl:equivalentClass")
        else:
            self._read_property_axiom(s, p, o)

    def _read_property_axiom(self, s: str, p: str, o: Term) -> None:
        if p in (RDFS.domain, RDFS.range):
            self._read_domain_or_range(s, p, o)
        elif p == OWL.inverseOf:
            one, other = self._role(s), self._role(o)
            if one and other:
                self._roles.include(one, other.inverse())
                self._roles.include(other, one.inverse())
        elif p == OWL.propertyChainAxiom:
            whole, links = self._role(s), [self._role(member) for member in self._list(o, at_least=2)]
            if whole and all(links):
                self._roles.add_chain([link for link in links if link], whole)
        elif p == OWL.propertyDisjointWith:
            self._disjoint_property(s)
            self._disjoint_property(o)
        else:
            self._read_hierarchy(s, p, o)

    def _read_domain_or_range(self, s: str, p: str, o: Term) -> None:
        if self._is(s, OWL.AnnotationProperty):
            if not is_iri(o):
                self._note(f"{written(s)} is an annotation property and its {written(p)} is not an IRI")
        elif self._is(s, OWL.DatatypeProperty):
            self._data_property(s)
            self._class(o) if p == RDFS.domain else self._data_range(o)
        else:
            self._role(s)
            self._class(o)

    def _read_hierarchy(self, s: str, p: str, o: Term) -> None:
        for kind in (OWL.AnnotationProperty, OWL.DatatypeProperty):
            if self._is(s, kind) and self._is(o, kind):
                if s == OWL.topDataProperty or (o == OWL.topDataProperty and p != RDFS.subPropertyOf):
                    self._note("owl:topDataProperty stands where it may not")
                return
        lower, upper = self._role(s), self._role(o)
        if lower and upper:
            self._roles.include(lower, upper)
            if p == OWL.equivalentProperty:
                self._roles.include(upper, lower)

    # Parts of axioms

    def _individual(self, term: Term, *, named: bool = False) -> None:
        if isinstance(term, Literal):
            self._note(f"the literal {written(term)} stands where a thing should")
        elif is_iri(term) and str(term).startswith(_RESERVED):
            self._note(f"{written(term)} belongs to the language and can't be an individual")
        elif is_blank(term) and named:
            self._note("an individual without a name stands where only a named one may")

    def _literal(self, term: Term) -> None:
        if not isinstance(term, Literal):
            self._note(f"{written(term)} stands where a literal should")
            return
        datatype = datatype_of(term)
        if datatype not in FACETS:
            self._note(f"the datatype {written(datatype)} of a literal is not one of OWL 2")
        elif is_ill_typed(term):
            self._note(f"{written(term)} is not a value of its datatype")

    def _role(self, term: Term) -> _Role | None:
        if isinstance(term, str) and self._is(term, OWL.ObjectProperty):
            return _Role(term)
        if is_blank(term):
            inverse_of = set(self._facts.resources(term, OWL.inverseOf))
            if len(inverse_of) == 1 and self._is(name := inverse_of.pop(), OWL.ObjectProperty):
                self._take((term, OWL.inverseOf, name))
                self._take((term, RDF.type, OWL.ObjectProperty))
                return _Role(name, inverted=True)
            self._note("a blank node stands for a property and is not the inverse of one")
        else:
            self._note_use(term, "an object property")
        return None

    def _data_property(self, term: Term) -> None:
        if term == OWL.topDataProperty:
            self._note("owl:topDataProperty stands where it may not")
        elif not self._is(term, OWL.DatatypeProperty):
            self._note_use(term, "a datatype property")

    def _disjoint_property(self, term: Term) -> None:
        if self._is(term, OWL.DatatypeProperty):
            self._data_property(term)
        elif role := self._role(term):
            self._roles.needs_simple.add((role, "among disjoint properties"))

    def _list(self, first: Term, *, at_least: int) -> list[Term]:
        members: list[Term] = []
        cell, seen = first, set[Term]()
        while cell != RDF.nil:
            values, rests = list(self._values(cell, RDF.first)), list(self._values(cell, RDF.rest))
            if not is_blank(cell) or cell in seen or len(values) != 1 or len(rests) != 1:
                self._note("a list is broken")
                return members
            for triple in ((cell, RDF.first, values[0]), (cell, RDF.rest, rests[0]), (cell, RDF.type, RDF.List)):
                self._take(triple)
            seen.add(cell)
            members += values
            cell = rests[0]
        if len(members) < at_least:
            self._note(f"a list has {len(members)} members, where {at_least} are needed")
        return members

    def _class(self, term: Term) -> None:
        if is_blank(term):
            if term in self._open:
                self._note("a class expression is part of itself")
                return
            self._open.add(term)
            self._class_expression(term)
            self._open.remove(term)
        elif isinstance(term, Literal):
            self._note(f"the literal {written(term)} stands where a class should")
        elif not self._is(term, OWL.Class):
            self._note_use(term, "a class")

    def _class_expression(self, node: Term) -> None:
        types = set(self._values(node, RDF.type))
        for kind in (OWL.Class, OWL.Restriction):
            self._take((node, RDF.type, kind))
        if OWL.Restriction in types:
            self._restriction(node)
        elif OWL.Class in types:
            part = self._only_part(node, _CONNECTIVES)
            if part is None:
                self._note("a class without a name needs one of intersection, union, complement and enumeration")
            elif part[0] == OWL.complementOf:
                self._class(part[1])
            else:
                for member in self._list(part[1], at_least=1 if part[0] == OWL.oneOf else 2):
                    self._individual(member, named=True) if part[0] == OWL.oneOf else self._class(member)
        else:
            self._note("a blank node stands for a class and has no type owl:Class or owl:Restriction")

    def _only_part(self, node: Term, predicates: Iterable[str]) -> tuple[str, Term] | None:
        """The one triple that a blank node has with any of these predicates, taken away; None if not one."""
        parts = [(p, o) for p in predicates for o in self._values(node, p)]
        if len(parts) != 1:
            return None
        self._take((node, *parts[0]))
        return parts[0]

    def _restriction(self, node: Term) -> None:
        on = self._only_part(node, [OWL.onProperty])
        fillers = (OWL.someValuesFrom, OWL.allValuesFrom, OWL.hasValue, OWL.hasSelf, *_CARDINALITIES, *_QUALIFIED)
        part = self._only_part(node, fillers)
        if on is None or part is None:
            self._note("a restriction needs one property and one condition")
            return
        is_data = self._is(on[1], OWL.DatatypeProperty)
        role = None
        if is_data:
            self._data_property(on[1])
        else:
            role = self._role(on[1])
        condition, filler = part
        if condition in (OWL.someValuesFrom, OWL.allValuesFrom):
            self._data_range(filler) if is_data else self._class(filler)
        elif condition == OWL.hasValue:
            self._literal(filler) if is_data else self._individual(filler, named=True)
        else:
            if role:
                self._roles.needs_simple.add((role, f"under {written(condition)}"))
            self._count_or_self(node, condition, filler, is_data=is_data)

    def _count_or_self(self, node: Term, condition: Term, filler: Term, *, is_data: bool) -> None:
        if condition == OWL.hasSelf:
            if is_data or filler != Literal("true", XSD.boolean):
                self._note("owl:hasSelf needs an object property and the value true")
            return
        if not (isinstance(filler, Literal) and filler.datatype == XSD.nonNegativeInteger and not is_ill_typed(filler)):
            self._note(f"{written(condition)} needs an xsd:nonNegativeInteger")
        if condition in _QUALIFIED:
            counted = self._only_part(node, [OWL.onDataRange if is_data else OWL.onClass])
            if counted is None:
                self._note(f"{written(condition)} needs one owl:onClass or owl:onDataRange")
            else:
                self._data_range(counted[1]) if is_data else self._class(counted[1])

    def _data_range(self, term: Term) -> None:
        if is_blank(term):
            if term in self._open:
                self._note("a data range is part of itself")
                return
            self._open.add(term)
            self._data_expression(term)
            self._open.remove(term)
        elif term in _BUILT_IN[RDFS.Datatype]:
            return
        elif str(term).startswith(_RESERVED):
            self._note(f"the datatype {written(term)} is not one of OWL 2")
        elif not self._is(term, RDFS.Datatype):
            self._note_use(term, "a datatype")
        else:
            self._defined_datatype(term)

    def _defined_datatype(self, term: Term) -> None:
        definitions = list(self._values(term, OWL.equivalentClass))
        if len(definitions) != 1:
            self._note(f"the datatype {written(term)} needs one definition and has {len(definitions)}")
        elif term in self._open:
            self._note(f"the datatype {written(term)} is defined by itself")
        else:
            self._open.add(term)
            self._data_range(definitions[0])
            self._open.remove(term)

    def _data_expression(self, node: Term) -> None:
        self._take((node, RDF.type, RDFS.Datatype))
        predicates = (OWL.intersectionOf, OWL.unionOf, OWL.oneOf, OWL.datatypeComplementOf, OWL.onDatatype)
        part = self._only_part(node, predicates)
        if part is None or RDFS.Datatype not in self._values(node, RDF.type):
            self._note("a blank node stands for a datatype and is not a data range")
        elif part[0] == OWL.datatypeComplementOf:
            self._data_range(part[1])
        elif part[0] == OWL.onDatatype:
            self._narrowed(node, part[1])
        else:
            for member in self._list(part[1], at_least=1 if part[0] == OWL.oneOf else 2):
                self._literal(member) if part[0] == OWL.oneOf else self._data_range(member)

    def _narrowed(self, node: Term, datatype: Term) -> None:
        self._data_range(datatype)
        restrictions = self._only_part(node, [OWL.withRestrictions])
        if restrictions is None:
            self._note("a narrowed datatype needs one list of facets")
            return
        for facet in self._list(restrictions[1], at_least=1):
            for p, values in self._facts.of(str(facet)).items():
                for value in values:
                    self._take((facet, p, value))
                    self._literal(value)
                if is_iri(datatype) and p not in FACETS.get(datatype, ()):
                    self._note(f"{written(datatype)} can't be narrowed by {written(p)}")

    def _check_anonymous(self) -> None:
        """Things without a name must form trees (Structural Specification, section 11.2)."""
        above: dict[Term, Term] = {}

        def root(node: Term) -> Term:
            while node in above:
                node = above[node]
            return node

        for s, p, o in self._facts:
            if is_blank(s) and is_blank(o) and self._is(p, OWL.ObjectProperty):
                if root(s) == root(o):
                    self._add("things without a name are related in a circle")
                else:
                    above[root(s)] = root(o)


class _RoleBox:
    """The axioms about object properties, and the global restrictions on them.

    Source: OWL 2 Structural Specification, section 11.
    """

    def __init__(self) -> None:
        self.composite: set[_Role] = {_Role(OWL.topObjectProperty), _Role(OWL.bottomObjectProperty)}
        self.needs_simple: set[tuple[_Role, str]] = set()
        self._wider: dict[_Role, set[_Role]] = defaultdict(set)
        self._chains: list[tuple[list[_Role], _Role]] = []

    def include(self, lower: _Role, upper: _Role) -> None:
        """Note that one property implies another; then their inverses do so too."""
        self._wider[lower].add(upper)
        self._wider[lower.inverse()].add(upper.inverse())

    def add_chain(self, links: list[_Role], whole: _Role) -> None:
        self.composite.add(whole)
        self._chains.append((links, whole))

    def violations(self) -> Iterator[tuple[str, str]]:
        above = {role for start in self.composite for role in self._reach(start, self._wider)}
        composite = above | {role.inverse() for role in above}
        for role, position in self.needs_simple:
            if role in composite:
                what = f"follows from a chain or is transitive, and may not be {self._phrase(position)}"
                yield f"{written(role.name)} {what}", role.name
        yield from self._irregular()

    @staticmethod
    def _phrase(position: str) -> str:
        return f"an {position}" if position.startswith("owl:") else position

    def _irregular(self) -> Iterator[tuple[str, str]]:
        """Chains must not make a property depend on itself, but for the ends of its own chain."""
        depends: dict[_Role, set[_Role]] = defaultdict(set)
        for links, whole in self._chains:
            for link in self._inner(links, whole):
                for role in (link, link.inverse()):
                    depends[whole].add(role)
                    depends[whole.inverse()].add(role)
        # A link comes before the whole; so what implies the whole must not come before, or stand among, its links.
        steps: dict[_Role, set[_Role]] = defaultdict(set)
        for whole, links_of in depends.items():
            steps[whole] |= links_of
        for lower, uppers in self._wider.items():
            for upper in uppers:
                steps[upper].add(lower)
        for links, whole in self._chains:
            before = {role for link in self._inner(links, whole) for role in self._reach(link, steps)}
            if whole in before or whole.inverse() in before:
                yield f"the chain of {written(whole.name)} makes the property depend on itself", whole.name

    @staticmethod
    def _inner(links: list[_Role], whole: _Role) -> list[_Role]:
        """The links of a chain that must come before the whole."""
        if links == [whole, whole] or whole.name == OWL.topObjectProperty:
            return []
        if links[0] == whole:
            return links[1:]
        if links[-1] == whole:
            return links[:-1]
        return links

    @staticmethod
    def _reach(start: _Role, steps: dict[_Role, set[_Role]]) -> set[_Role]:
        reached, todo = {start}, [start]
        while todo:
            for role in steps.get(todo.pop(), set()) - reached:
                reached.add(role)
                todo.append(role)
        return reached
