"""The part of a release that speaks of one thing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from rdflib import Graph, URIRef

from jdm_kg.errors import InputError
from jdm_kg.exports.table import Release
from jdm_kg.facts import Facts
from jdm_kg.iris import PREFIXES, is_own, name, shorten
from jdm_kg.turtle import new_graph

_TYPE = name("rdf:type")
_CLAIM = name("vocab:Claim")
_OBJECT = name("vocab:object")
_SUBJECT = name("vocab:subject")
_SAFETY = name("vocab:SafetyAdvice")
_SHARES = name("vocab:sharesSafetyOf")
_FOLLOWED = tuple(name(curie) for curie in ("vocab:restsOn", "vocab:inSource", "vocab:inSection", "vocab:bandRule"))
_NOT_OF_CLAIMS = tuple(PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl"))


def only(release: Release, thing: str) -> Release:
    """The release without what does not bear on a thing.

    Kept are the thing; each claim that names it; the safety advice of every treatment that these claims speak of, so
    that no treatment travels without its warnings; tensions and defects of the claims; the passages, sections and
    documents behind them; a description of all that is named; the relations among all these; and the schema.

    Args:
        release: All of it.
        thing: The IRI.

    Raises:
        InputError: There is no such thing.
    """
    graph = release.facts
    if not is_own(thing) or thing not in graph.nodes:
        raise InputError(f"there is no {shorten(thing)}", hint="Write it as in the files, such as id:….")
    claims = set(graph.subjects(_TYPE, _CLAIM))
    chosen = {claim for claim in claims if _names(graph, claim, thing)} | ({thing} & claims)
    named = {thing} | {node for claim in chosen for node in _named(graph, claim)}
    bearers = named | {other for node in named for other in graph.resources(node, _SHARES)}
    advice = {node for cls in graph.subclasses(_SAFETY) for node in graph.subjects(_TYPE, cls)}
    chosen |= {
        claim
        for claim in claims
        if bearers.intersection(graph.resources(claim, _SUBJECT))
        and advice.intersection(graph.resources(claim, _OBJECT))
    }
    kept = {thing, *chosen}
    for curie in ("vocab:between", "vocab:affectsClaim"):
        kept |= {node for claim in chosen for node in graph.subjects(name(curie), claim)}
    kept |= {node for record in kept for node in _named(graph, record)}
    waiting = list(kept)
    while waiting:  # passage, section, document
        node = waiting.pop()
        new = {other for predicate in _FOLLOWED for other in graph.resources(node, predicate)} - kept
        kept |= new
        waiting += new
    kept |= {node for node in graph.nodes if node.startswith((PREFIXES["vocab"], "_:")) or not is_own(node)}
    return replace(release, asserted=_reduced(release.asserted, kept), full=_reduced(release.full, kept))


def _named(graph: Facts, node: str) -> Iterable[str]:
    for predicate, values in graph.of(node).items():
        if not predicate.startswith(_NOT_OF_CLAIMS):
            yield from (value for value in values if isinstance(value, str) and is_own(value))


def _names(graph: Facts, claim: str, thing: str) -> bool:
    return any(thing in values for values in graph.of(claim).values())


def _reduced(graph: Graph, kept: set[str]) -> Graph:
    """The triples about what is kept, less those that lead to something of ours that is not."""
    new = new_graph()
    for s, p, o in graph:
        subject = str(s) if isinstance(s, URIRef) else "_:"
        if (subject == "_:" or subject in kept) and not (isinstance(o, URIRef) and is_own(o) and str(o) not in kept):
            new.add((s, p, o))
    return new
