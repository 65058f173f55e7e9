"""Which direct edges the claims give, and which claims give each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jdm_kg.facts import Facts, Literal, Triple
from jdm_kg.iris import name

EDGE_FROM_HEDGED: Final = name("vocab:edgeFromHedged")
"""Said of a predicate whose claims give edges: whether hedged claims do."""
_TRUE: Final = Literal("true", name("xsd:boolean"))
_TYPE: Final = name("rdf:type")
_CLAIM: Final = name("vocab:Claim")
_PREDICATE: Final = name("vocab:predicate")
_SUBJECT: Final = name("vocab:subject")
_OBJECT: Final = name("vocab:object")
_VALUE: Final = name("vocab:value")
_POLARITY: Final = name("vocab:polarity")
_CERTAINTY: Final = name("vocab:certainty")
_AFFIRMED: Final = name("vocab:affirmed")
_STATED: Final = name("vocab:stated")
_AS_PRINTED: Final = name("vocab:asPrinted")


def edges(facts: Facts) -> dict[Triple, list[str]]:
    """The same edges as the query `edges.rq` gives, each with the claims that state it.

    A test compares the two: the query is what holds, and this is it in Python, because a contradiction is reported at
    the claim that it comes from.

    Args:
        facts: Claims and schema.
    """
    hedged = hedging(facts)
    found: dict[Triple, list[str]] = {}
    for claim in facts.subjects(_TYPE, _CLAIM):
        for triple in edges_of(facts, claim, hedged):
            found.setdefault(triple, []).append(claim)
    return found


def hedging(facts: Facts) -> dict[str, bool]:
    """The predicates whose claims give edges, each with whether hedged claims do."""
    return {
        prop: _TRUE in facts.objects(prop, EDGE_FROM_HEDGED)
        for props in facts.inverse(EDGE_FROM_HEDGED).values()
        for prop in props
    }


def edges_of(facts: Facts, claim: str, hedged: Mapping[str, bool]) -> list[Triple]:
    """The edges that one claim gives.

    Args:
        facts: All that is said of the claim.
        claim: Something that may be a claim.
        hedged: The predicates whose claims give edges, as `hedging` gives them.
    """
    if _CLAIM not in facts.objects(claim, _TYPE):
        return []
    return [
        triple
        for predicate in facts.resources(claim, _PREDICATE)
        if predicate in hedged and _counts(facts, claim, hedged=hedged[predicate])
        for triple in _stated(facts, claim, predicate)
    ]


def _counts(facts: Facts, claim: str, *, hedged: bool) -> bool:
    certainties = facts.objects(claim, _CERTAINTY)
    return (
        _AFFIRMED in facts.objects(claim, _POLARITY)
        and (_STATED in certainties or (hedged and bool(certainties)))
        and _TRUE not in facts.objects(claim, _AS_PRINTED)
    )


def _stated(facts: Facts, claim: str, predicate: str) -> dict[Triple, None]:
    targets = [*facts.objects(claim, _OBJECT), *facts.objects(claim, _VALUE)]
    return {(subject, predicate, target): None for subject in facts.resources(claim, _SUBJECT) for target in targets}
