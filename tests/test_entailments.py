"""What follows from the content: expected and forbidden, and the verdict of HermiT on the whole graph."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import RDF, Graph, URIRef
from rdflib.term import Node

from jdm_kg import graph, turtle
from jdm_kg.reason import check_consistency
from jdm_kg.vocab import VOCAB
from tests.content import ROOT

HERE = Path(__file__).parent / "entailments"


@pytest.fixture(scope="module")
def full() -> Graph:
    """The full graph as committed; another test proves that it is what a build writes."""
    return turtle.parse(ROOT / "exports" / "jdm-kg.ttl")


def _triples(name: str) -> list[tuple[Node, Node, Node]]:
    return sorted(turtle.parse(HERE / name))


def _in_words(triple: tuple[Node, Node, Node]) -> str:
    return " ".join(graph.shorten(term) for term in triple)


@pytest.mark.parametrize("triple", _triples("expected.ttl"), ids=_in_words)
def test_expected(full: Graph, triple: tuple[Node, Node, Node]) -> None:
    """What a reader of the documents expects to hold does hold."""
    assert triple in full


@pytest.mark.parametrize("triple", _triples("forbidden.ttl"), ids=_in_words)
def test_forbidden(full: Graph, triple: tuple[Node, Node, Node]) -> None:
    """What a careless reading would conclude does not hold, though the things it speaks of exist."""
    assert triple not in full
    for term in triple:
        if graph.is_own(term):
            assert (term, RDF.type, None) in full, f"{graph.shorten(term)} does not exist, so the test could not fail"


def _defined_classes(content: Graph) -> list[Node]:
    from rdflib import OWL

    return sorted(set(content.subjects(OWL.equivalentClass)), key=str)


def test_defined_classes_have_their_members_and_no_others(full: Graph) -> None:
    """Each class that a reasoner fills has exactly the members that are listed for it, and at least one."""
    expected = turtle.parse(HERE / "members.ttl")
    for cls in _defined_classes(full):
        listed = {graph.shorten(thing) for thing in expected.subjects(RDF.type, cls)}
        assert listed, f"no members are listed for {graph.shorten(cls)}"
        assert {graph.shorten(thing) for thing in full.subjects(RDF.type, cls)} == listed, graph.shorten(cls)


def test_every_kind_of_thing_has_a_member(full: Graph) -> None:
    """No class is empty by mistake: each kind of thing, record and qualifier value has at least one member."""
    from rdflib import OWL

    own = [cls for cls in full.subjects(RDF.type, OWL.Class) if graph.is_own(cls)]
    empty = [graph.shorten(cls) for cls in own if not graph.instances(full, URIRef(str(cls)))]
    assert sorted(empty) == []


def test_full_graph_is_consistent(full: Graph) -> None:
    """HermiT finds the full graph, inferences included, free of contradiction, and no class that must be empty."""
    verdict = check_consistency(full)
    assert verdict.consistent
    assert verdict.unsatisfiable == ()


def test_each_safety_advice_is_attached_to_something(full: Graph) -> None:
    """No warning has lost what it warns of."""
    for advice in graph.instances(full, URIRef(str(VOCAB) + "SafetyAdvice")):
        assert list(full.subjects(URIRef(str(VOCAB) + "hasSafetyAdvice"), advice)), graph.shorten(advice)
