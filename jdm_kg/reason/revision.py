"""A verdict made from the last one: what an edit of facts about individuals changes of what follows from a graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from jdm_kg.facts import Facts, Triple
from jdm_kg.iris import PREFIXES
from jdm_kg.reason.claims import EDGE_FROM_HEDGED, edges_of, hedging
from jdm_kg.reason.clash import Pairs, clashes
from jdm_kg.reason.closure import Closure, Revised
from jdm_kg.reason.faults import Judged, same_names, stranded
from jdm_kg.reason.owl2 import BUILT_IN_ANNOTATIONS, RDF, is_blank
from jdm_kg.reason.view import View

_LANGUAGES: Final = tuple(PREFIXES[prefix] for prefix in ("owl", "rdf", "rdfs"))
_MANY: Final = 500
"""An edit with more triples is judged from scratch, which then takes no longer."""


@dataclass(frozen=True)
class Sound:
    """A graph in which rules find no fault, and what was needed to find that out.

    Attributes:
        facts: The graph.
        edges: The direct edges, each with the claims that give it.
        closure: What follows from all facts that reasoners see.
        view: Decides what they see.
        reaching: The classes that facts may leave without a member.
        same: Pairs of names for one thing.
    """

    facts: Facts
    edges: Mapping[Triple, list[str]]
    closure: Closure
    view: View
    reaching: tuple[str, ...]
    same: Pairs


def sound(facts: Facts, edges: Mapping[Triple, list[str]], seen: tuple[Triple, ...], judged: Judged) -> Sound | None:
    """What the next verdict can be made from; None where there is a fault, or things are spoken of without a name."""
    if judged.faults or not judged.closure.is_plain():
        return None
    return Sound(facts, edges, judged.closure, View.of(facts), judged.reaching, same_names(seen))


def revised(last: Sound, facts: Facts) -> Sound | None:
    """The same for another graph, where it differs only in facts about individuals and is sound as well.

    Args:
        last: A sound graph; it stays as it is.
        facts: The graph now.

    Returns:
        None where only a verdict from scratch tells.
    """
    gone, come = differences(last.facts, facts)
    if not gone and not come:
        return last
    if len(gone) + len(come) > _MANY or not all(map(_is_plain, (*gone, *come))):
        return None
    lost, won, edges = _changed_edges(last, facts, {s for s, _, _ in (*gone, *come)})
    sees = last.view.sees
    removed = [triple for triple in (*gone, *lost) if sees(triple) and triple not in facts and triple not in edges]
    added = [triple for triple in (*come, *won) if sees(triple)]
    if not removed and not added:
        return replace(last, facts=facts, edges=edges)
    closure = Revised(last.closure, removed, added)
    if not closure.is_plain() or any(clashes(closure, last.same, closure.touched)):
        return None
    if any(stranded(closure, last.reaching, last.same)):
        return None
    return replace(last, facts=facts, edges=edges, closure=closure)


@lru_cache(maxsize=1)  # the profile and the rules ask the same
def differences(old: Facts, new: Facts) -> tuple[tuple[Triple, ...], tuple[Triple, ...]]:
    """The triples that have gone, and those that have come; quick where the two graphs share what is said of a node."""
    gone, come = list[Triple](), list[Triple]()
    for s in (*new.nodes, *(old.nodes - new.nodes)):
        before, after = old.of(s), new.of(s)
        if before is after:
            continue
        for p in dict.fromkeys((*before, *after)):
            was, now = before.get(p, []), after.get(p, [])
            if was != now:
                gone += [(s, p, o) for o in was if o not in now]
                come += [(s, p, o) for o in now if o not in was]
    return tuple(gone), tuple(come)


def _is_plain(triple: Triple) -> bool:
    """Whether nothing but what follows from facts depends on a triple: neither the rules nor what reasoners see."""
    s, p, o = triple
    if is_blank(s) or is_blank(o) or p == EDGE_FROM_HEDGED:
        return False
    if p == RDF.type:
        return isinstance(o, str) and not o.startswith(_LANGUAGES)
    return p in BUILT_IN_ANNOTATIONS or not p.startswith(_LANGUAGES)


def _changed_edges(
    last: Sound, facts: Facts, subjects: set[str]
) -> tuple[list[Triple], list[Triple], Mapping[Triple, list[str]]]:
    """The edges that some claims gave, those that they give now, and all edges."""
    hedged = hedging(facts)
    lost, won = list[Triple](), list[Triple]()
    edges = dict(last.edges)
    for claim in subjects:
        for triple in edges_of(last.facts, claim, hedged):
            lost.append(triple)
            edges[triple] = [other for other in edges[triple] if other != claim]
            if not edges[triple]:
                del edges[triple]
        for triple in edges_of(facts, claim, hedged):
            won.append(triple)
            edges[triple] = [*edges.get(triple, []), claim]
    return lost, won, edges
