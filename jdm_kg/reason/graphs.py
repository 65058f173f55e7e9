"""The same for graphs of rdflib."""

from __future__ import annotations

from rdflib import Graph

from jdm_kg import facts, turtle
from jdm_kg.facts import Facts, Triple
from jdm_kg.iris import is_own
from jdm_kg.reason import profile
from jdm_kg.reason.closure import Closure, Rules, split
from jdm_kg.reason.owl2 import RDF
from jdm_kg.reason.view import entities, seen


def reasoner_input(graph: Graph) -> Graph:
    """The part of a graph that reasoners may see, as `jdm_kg.reason.view` says.

    Args:
        graph: Schema and content; it is not changed.

    Returns:
        A new graph, a subset of the given one.
    """
    # Terms are kept as they are, for a blank node that gets a new name is another one.
    given = dict(zip(facts.convert(turtle.quads(graph)), graph, strict=True))
    kept = turtle.new_graph()
    for triple in seen(Facts(given)):
        kept.add(given[triple])
    return kept


def close(graph: Graph) -> Graph:
    """What follows from a graph, between the project's own things.

    The rules are those of `jdm_kg.reason.closure`. Counting is left out, and what must exist without having a name.

    Args:
        graph: A consistent graph; reasoners see `reasoner_input` of it.

    Returns:
        A new graph of the triples that are derived and not given. Subjects and objects are things of the project,
        properties and classes too; nothing relates to itself.
    """
    given = turtle.to_facts(graph)
    triples = seen(given)
    closure = Closure(Rules(triples))
    closure.add(split(triples)[0])
    terms = entities(triples)

    def is_new(triple: Triple) -> bool:
        s, p, o = triple
        own = is_own(s) and is_own(o) and s not in terms and (is_own(p) or p == RDF.type)
        return own and s != o and triple not in given

    return turtle.from_facts(filter(is_new, closure.because))


def profile_violations(graph: Graph) -> tuple[str, ...]:
    """Where a schema leaves OWL 2 DL, one sentence for each violation, sorted; see `jdm_kg.reason.profile`.

    Args:
        graph: A schema, with or without facts.
    """
    return tuple(violation.what for violation in profile.violations(turtle.to_facts(graph)))
