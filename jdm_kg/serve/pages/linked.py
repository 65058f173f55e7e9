"""What a page says as data: the triples about a node, as JSON-LD.

Source: JSON-LD 1.1 (W3C Recommendation), section 4.1 (context) and 9 (data model).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from jdm_kg.facts import Facts, Literal, Term, Triple
from jdm_kg.iris import PREFIXES, is_own, name

Json = dict[str, Any]

_TYPE: Final = name("rdf:type")
_STRING: Final = name("xsd:string")
_LOCAL: Final = re.compile(r"[A-Za-z0-9_.-]+")
_CLAIM: Final = name("vocab:Claim")
_LABELS: Final = (name("skos:prefLabel"), name("rdfs:label"))
_SAFETY: Final = name("vocab:hasSafetyAdvice")
_FOLLOWED: Final = tuple(name(curie) for curie in ("vocab:restsOn", "vocab:inSource", "vocab:inSection"))
# What names a node from elsewhere and belongs to what is said of it.
_REMARKS: Final = (name("vocab:between"), name("vocab:affectsClaim"))
_REACHED: Final = (
    *(name(curie) for curie in ("vocab:subject", "vocab:object", "vocab:restsOn", "vocab:inPassage")),
    *_REMARKS,
)
# As HTML reads them, in a script element too (HTML Standard, 4.12.1.3); the last two end a line in old JavaScript.
_ESCAPES: Final = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"}


def about(facts: Facts, node: str) -> list[Triple]:
    """The triples about a node: its own, the claims about it with evidence, tensions and defects, and safety advice.

    What these only name is there with its label and its safety advice, so that nothing travels without its warnings.

    Args:
        facts: The full graph.
        node: Its IRI.
    """
    records = {node, *(s for predicate in _REACHED for s in facts.subjects(predicate, node))}
    claims = {record for record in records if _CLAIM in facts.resources(record, _TYPE)}
    records |= {s for claim in claims for predicate in _REMARKS for s in facts.subjects(predicate, claim)}
    named = {other for record in records for other in _own_values(facts, record)} - records
    records |= {advice for thing in (node, *named) for advice in facts.resources(thing, _SAFETY)}
    waiting = list(records)
    while waiting:
        current = waiting.pop()
        new = {o for predicate in _FOLLOWED for o in facts.resources(current, predicate)} - records
        records |= new
        waiting += new
    found = described(facts, sorted(records))
    for other in sorted({o for record in records for o in _own_values(facts, record)} - records):
        for predicate in (*_LABELS, _SAFETY):
            found += [(other, predicate, value) for value in facts.objects(other, predicate)]
    return found


def described(facts: Facts, nodes: Iterable[str]) -> list[Triple]:
    """All that is said of nodes, and of the blank nodes in it."""
    found: list[Triple] = []
    waiting = list(nodes)
    seen = set(waiting)
    while waiting:
        node = waiting.pop(0)
        for predicate, values in facts.of(node).items():
            found += [(node, predicate, value) for value in values]
            new = {value for value in values if isinstance(value, str) and value.startswith("_:")} - seen
            seen |= new
            waiting += sorted(new)
    return found


def _own_values(facts: Facts, node: str) -> Iterator[str]:
    for values in facts.of(node).values():
        yield from (value for value in values if isinstance(value, str) and is_own(value))


def document(triples: Iterable[Triple], first: str = "") -> Json:
    """Triples as a compact JSON-LD document with its context; nothing in it is left to be fetched.

    Args:
        triples: The triples.
        first: The node that stands first.
    """
    used: set[str] = set()
    nodes: dict[str, Json] = {}
    for subject, predicate, value in triples:
        node = nodes.setdefault(subject, {"@id": _compact(subject, used)})
        if predicate == _TYPE and isinstance(value, str):
            node.setdefault("@type", []).append(_compact(value, used))
        else:
            node.setdefault(_compact(predicate, used), []).append(_value(value, used))
    ordered = [nodes[key] for key in sorted(nodes, key=lambda key: (key != first, key))]
    return {"@context": {prefix: PREFIXES[prefix] for prefix in sorted(used)}, "@graph": ordered}


def for_html(value: Json) -> str:
    """JSON that may stand in a script element of a page: nothing in it can end the element or start another."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)


def _value(value: Term, used: set[str]) -> Json | str:
    if not isinstance(value, Literal):
        return {"@id": _compact(value, used)}
    if value.language:
        return {"@value": value.text, "@language": value.language}
    if value.datatype == _STRING:
        return value.text
    return {"@value": value.text, "@type": _compact(value.datatype, used)}


def _compact(iri: str, used: set[str]) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
            used.add(prefix)
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
