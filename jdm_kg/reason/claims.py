"""Which direct edges the claims give, and which claims give each."""

from __future__ import annotations

from typing import Final

from jdm_kg.facts import Facts, Literal, Triple
from jdm_kg.iris import name

_TRUE: Final = Literal("true", name("xsd:boolean"))


def edges(facts: Facts) -> dict[Triple, list[str]]:
    """The same edges as the query `edges.rq` gives, each with the claims that state it.

    A test compares the two: the query is what holds, and this is it in Python, because a contradiction is reported at
    the claim that it comes from.

    Args:
        facts: Claims and schema.
    """
    hedged = {
        prop: _TRUE in facts.objects(prop, name("vocab:edgeFromHedged"))
        for props in facts.inverse(name("vocab:edgeFromHedged")).values()
        for prop in props
    }
    found: dict[Triple, list[str]] = {}
    for claim in facts.subjects(name("rdf:type"), name("vocab:Claim")):
        for predicate in facts.resources(claim, name("vocab:predicate")):
            if predicate in hedged and _counts(facts, claim, hedged=hedged[predicate]):
                for triple in _stated(facts, claim, predicate):
                    found.setdefault(triple, []).append(claim)
    return found


def _counts(facts: Facts, claim: str, *, hedged: bool) -> bool:
    certainties = facts.objects(claim, name("vocab:certainty"))
    return (
        name("vocab:affirmed") in facts.objects(claim, name("vocab:polarity"))
        and (name("vocab:stated") in certainties or (hedged and bool(certainties)))
        and _TRUE not in facts.objects(claim, name("vocab:asPrinted"))
    )


def _stated(facts: Facts, claim: str, predicate: str) -> dict[Triple, None]:
    targets = [*facts.objects(claim, name("vocab:object")), *facts.objects(claim, name("vocab:value"))]
    return {
        (subject, predicate, target): None
        for subject in facts.resources(claim, name("vocab:subject"))
        for target in targets
    }
