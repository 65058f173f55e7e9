"""Is a graph consistent, and which of its classes can have a member: HermiT's verdict, with reasons.

HermiT sees all that OWL 2 DL says, and gives no reasons. So the rules look for them; where only cases or counting show
a contradiction, HermiT itself is asked again and again about fewer and fewer statements.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from rdflib import Graph, URIRef

from jdm_kg import turtle
from jdm_kg.errors import ReasonerError
from jdm_kg.facts import Facts, Literal, Triple, convert
from jdm_kg.iris import BASE, is_own, shorten
from jdm_kg.reason.closure import is_fact, is_statement
from jdm_kg.reason.faults import MEMBER, faults, parts_of, same_names
from jdm_kg.reason.hermit import Hermit, canonical
from jdm_kg.reason.owl2 import KINDS, OWL, RDF, XSD, is_blank, is_ill_typed, written
from jdm_kg.reason.shrink import shrink
from jdm_kg.reason.view import entities, seen, speaks_of_schema
from jdm_kg.reason.words import Words
from jdm_kg.texts import Place
from jdm_kg.vocab import OWLREADY

Find = Callable[[Triple], Place | None]
_NUMBER: Final = BASE + "#number"  # tells things apart; seen by HermiT alone
_SECONDS_FOR_REASONS: Final = 60.0
_FEW: Final = 30
_COMMON: Final = frozenset({OWL.Thing, OWL.Nothing, OWL.Class, OWL.Restriction, RDF.nil})


@dataclass(frozen=True)
class Consistency:
    """What HermiT says of a graph.

    Attributes:
        consistent: Whether the graph can be true at all.
        unsatisfiable: Named classes that the schema forbids to have a member, sorted. If there are none, and the
            graph is consistent, those that the schema and the facts together forbid it.
        why: What contradicts what, in words, each with the statements that it follows from, none of which could be
            left out; sorted. Where rules find no reason, HermiT is asked for the statements of one contradiction. That
            is given up after a minute; then some may not be needed, or there are none.
    """

    consistent: bool
    unsatisfiable: tuple[URIRef, ...]
    why: tuple[str, ...] = ()


def check_consistency(graph: Graph, *, timeout: float = 120.0, find: Find = lambda _: None) -> Consistency:
    """Ask HermiT whether a graph contradicts itself, and which classes can't have a member.

    Things of the project are taken to differ from each other, unless the graph says `owl:sameAs` of them.

    Args:
        graph: Schema and content; reasoners see `reasoner_input` of it.
        timeout: Seconds after which HermiT is killed.
        find: Gives the place of a triple in the files, which then stands behind each statement of a reason.

    Raises:
        ReasonerError: The graph imports another or asks for code to be run, holds a literal that its datatype does
            not allow, HermiT or Java is not installed, fails, or gives no answer in time.
    """
    given = turtle.to_facts(graph)
    _refuse_what_loads_more(given)
    triples = seen(given)
    _refuse_bad_literals(triples)
    hermit = Hermit(timeout)
    told_apart = [*triples, *_told_apart(triples)]
    # Classifying takes many times as long as one test for consistency. So give every class an anonymous member: if
    # that holds together, the graph does and no class is empty. Only if it does not, look closer.
    if hermit.is_consistent([*told_apart, *_members_for_all(triples)]):
        return Consistency(True, ())
    consistent = hermit.is_consistent(told_apart)
    empty = hermit.empty_classes([triple for triple in triples if is_blank(triple[0]) or speaks_of_schema(*triple[1:])])
    if consistent and not empty:
        empty = hermit.empty_classes(told_apart)
    why: tuple[str, ...] = ()
    if empty or not consistent:
        # In an order that depends on nothing but the graph, so that the reasons do not either.
        given = Facts(convert(canonical(given)))
        # Of empty classes one is enough, and the widest says most.
        widest = max(sorted(empty), key=lambda cls: len(given.subclasses(cls)), default="")
        why = _reasons(given, find) or _slow_reasons(given, widest, find)
    return Consistency(consistent, tuple(map(URIRef, empty)), why)


def _refuse_what_loads_more(given: Facts) -> None:
    for imported in sorted(given.inverse(OWL.imports), key=str):
        raise ReasonerError(
            f"the ontology imports {written(imported)}, and nothing is fetched from elsewhere",
            hint="Put the axioms that are needed into the schema itself.",
        )
    for module, subjects in given.inverse(str(OWLREADY.python_module)).items():
        name = module.text if isinstance(module, Literal) else module
        raise ReasonerError(
            f"{shorten(subjects[0])} asks that the Python module '{name}' be run when it is loaded",
            hint="Remove the annotation python_module: data must not run code.",
        )


def _refuse_bad_literals(triples: Iterable[Triple]) -> None:
    bad = [
        f"{written(o)}, given as {written(p)} of {written(s)}, is not a value of its datatype"
        for s, p, o in triples
        if isinstance(o, Literal) and is_ill_typed(o)
    ]
    if bad:
        raise ReasonerError(min(bad), hint="Correct the value or its datatype.")


def _told_apart(triples: Sequence[Triple]) -> list[Triple]:
    """A number of its own for each thing, however many names it is given.

    With a functional property that makes things differ as `owl:AllDifferent` does, in n triples, where HermiT would
    make n² of it: 1.5 seconds for 1,400 things, against eight minutes.
    """
    terms = entities(triples)
    things = sorted({term for triple in triples for term in triple if is_own(term) and term not in terms}, key=str)
    numbers: list[Triple] = [(_NUMBER, RDF.type, OWL.DatatypeProperty), (_NUMBER, RDF.type, OWL.FunctionalProperty)]
    same = same_names(triples)
    for number, thing in enumerate(things):
        if not any(frozenset((thing, earlier)) in same for earlier in things[:number] if same):
            numbers.append((str(thing), _NUMBER, Literal(str(number), XSD.integer)))
    return numbers


def _members_for_all(triples: Iterable[Triple]) -> list[Triple]:
    return [
        (f"_:member{number}", RDF.type, s)
        for number, (s, p, o) in enumerate(triples)
        if p == RDF.type and o == OWL.Class and not is_blank(s) and s != OWL.Nothing
    ]


def _reasons(given: Facts, find: Find) -> tuple[str, ...]:
    """What the rules find, in words."""
    words = Words(given)
    return tuple(
        sorted(
            words.fault(fault).removesuffix(".")
            + ": "
            + "; ".join(words.statement(t, fault.clash) + _at(t, find) for t in fault.justification)
            for fault in faults(seen(given))
        )
    )


def _at(triple: Triple, find: Find) -> str:
    place = None if is_blank(triple[0]) else find(triple)
    return f" ({place.path.name}:{place.line})" if place else ""


class _OutOfTimeError(Exception):
    pass


def _slow_reasons(given: Facts, empty: str, find: Find) -> tuple[str, ...]:
    """Statements that HermiT takes for one contradiction, with a member of a class if one is named."""
    search = _SlowSearch(seen(given), empty)
    found = search.statements()
    if not found:
        return ()
    words = Words(given)
    what = f"nothing can be {words.kind(empty)}" if empty else "these can't be true together"
    return (f"{what}: {'; '.join(words.statement(triple) + _at(triple, find) for triple in found)}",)


class _SlowSearch:
    def __init__(self, triples: tuple[Triple, ...], empty: str) -> None:
        self._triples = triples
        self._declared = [triple for triple in triples if triple[1] == RDF.type and triple[2] in KINDS]
        self._declared += _told_apart(triples)
        self._declared += [(MEMBER, RDF.type, empty)] if empty else []
        self._hermit = Hermit(_SECONDS_FOR_REASONS)
        self._empty = empty
        self._smallest: Sequence[Triple] = ()
        self._end = time.monotonic() + _SECONDS_FOR_REASONS

    def statements(self) -> list[Triple]:
        """Few statements that contradict each other; none where time was too short."""
        try:
            found = self._search()
        except (_OutOfTimeError, ReasonerError):
            found = list(self._smallest) if len(self._smallest) <= _FEW else []
        return sorted(found, key=lambda triple: (not is_fact(triple), self._triples.index(triple)))

    def _search(self) -> list[Triple]:
        stated = [triple for triple in self._triples if is_statement(triple) and triple[2] not in KINDS]
        axioms = [triple for triple in stated if not is_fact(triple)]
        facts = sorted(triple for triple in stated if is_fact(triple))
        for layer in self._layers(axioms):
            if self._contradicts(layer):
                return shrink(layer, self._contradicts)
        # First whole things, which are fewer than what is said of them.
        things = [list(block) for _, block in groupby(facts, key=lambda triple: triple[0])]
        needed = shrink(
            things, lambda some: self._contradicts([*axioms, *(triple for block in some for triple in block)])
        )
        return shrink([*axioms, *(triple for block in needed for triple in block)], self._contradicts)

    def _layers(self, axioms: Sequence[Triple]) -> Iterator[list[Triple]]:
        """The axioms that speak of the empty class, then those that speak of what these speak of, and so on.

        Source: A. Kalyanpur et al., Finding All Justifications of OWL DL Entailments, ISWC 2007, section 4.1.
        """
        speaks = {
            axiom: {term for triple in (axiom, *parts_of(self._triples, [axiom])) for term in (triple[0], triple[2])}
            for axiom in axioms
        }
        known: set[str | Literal] = {self._empty} if self._empty else set()
        size = 0
        while True:
            layer = [axiom for axiom in axioms if known & {term for term in speaks[axiom] if term not in _COMMON}]
            if len(layer) == size:
                return
            size = len(layer)
            yield layer
            known |= {term for axiom in layer for term in speaks[axiom]}

    def _contradicts(self, statements: Sequence[Triple]) -> bool:
        if time.monotonic() > self._end:
            raise _OutOfTimeError
        told = [*self._declared, *statements, *parts_of(self._triples, statements)]
        if self._hermit.is_consistent(told):
            return False
        if not self._smallest or len(statements) < len(self._smallest):
            self._smallest = statements
        return True
