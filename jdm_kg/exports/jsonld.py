"""The whole graph as compact JSON-LD 1.1 with its context embedded.

Written by our own code because general writers turn decimals into doubles, drop nodes or change order. Every value
is an array, except `@id`; reading the file back gives exactly the triples of the graph, lexical forms included.

Source: JSON-LD 1.1 (W3C Recommendation), sections 4 (context) and 9 (data model).
"""

from __future__ import annotations

import json
import re
from typing import Any

from rdflib import RDF, XSD, BNode, Graph, Literal
from rdflib.term import Node

from jdm_kg.turtle import canonical_triples
from jdm_kg.vocab import PREFIXES

_LOCAL = re.compile(r"[A-Za-z0-9_.-]+")
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,14}")

Json = dict[str, Any]


def write(graph: Graph) -> str:
    """A graph as one JSON-LD document: `@context` first, then `@graph`, a node object per subject, sorted."""
    triples = canonical_triples(graph)
    by_predicate: dict[str, list[Node]] = {}
    for _, predicate, obj in triples:
        by_predicate.setdefault(str(predicate), []).append(obj)
    coercions = {predicate: _coercion(objects) for predicate, objects in by_predicate.items()}
    used: set[str] = set()
    nodes: dict[Node, Json] = {}
    for subject, predicate, obj in triples:
        node = nodes.setdefault(subject, {"@id": _reference(subject, used)})
        if predicate == RDF.type:
            node.setdefault("@type", []).append(_reference(obj, used))
        else:
            values = node.setdefault(_compact(str(predicate), used), [])
            values.append(_value(obj, coercions[str(predicate)], used))
    terms = {
        _compact(predicate, used): {"@id": _compact(predicate, used), **coercion, "@container": "@set"}
        for predicate, coercion in coercions.items()
        if predicate != str(RDF.type)
    }
    for term in terms.values():
        if term.get("@type", "@id") != "@id":
            term["@type"] = _compact(term["@type"], used)
    context: Json = {"@version": 1.1}
    context.update({prefix: PREFIXES[prefix] for prefix in sorted(used)})
    context.update(sorted(terms.items()))
    ordered = [dict(sorted(node.items(), key=_key_order)) for node in nodes.values()]
    return json.dumps({"@context": context, "@graph": ordered}, ensure_ascii=False, indent=1) + "\n"


def _key_order(item: tuple[str, object]) -> tuple[bool, bool, str]:
    """What a reader of streams needs first comes first: `@type`, then `@id` (Streaming JSON-LD, W3C Note)."""
    key = item[0]
    return key != "@type", not key.startswith("@"), key


def _coercion(objects: list[Node]) -> Json:
    """How the context may abbreviate all values of a property, or nothing where they differ in kind."""
    literals = [obj for obj in objects if isinstance(obj, Literal)]
    if not literals:
        return {"@type": "@id"}
    kinds = {(literal.language, literal.datatype) for literal in literals}
    if len(literals) < len(objects) or len(kinds) > 1:
        return {}
    language, datatype = kinds.pop()
    if language:
        return {"@language": language}
    if datatype is None or all(_native(literal) is not None for literal in literals):
        return {}
    return {"@type": str(datatype)}


def _native(literal: Literal) -> bool | int | None:
    """The JSON value that reads back as the same literal, or None."""
    if literal.datatype == XSD.boolean and str(literal) in {"true", "false"}:
        return str(literal) == "true"
    if literal.datatype == XSD.integer and _INTEGER.fullmatch(literal):
        return int(str(literal))
    return None


def _value(term: Node, coercion: Json, used: set[str]) -> object:
    if not isinstance(term, Literal):
        reference = _reference(term, used)
        return reference if coercion else {"@id": reference}
    if coercion:
        return str(term)  # the context gives its language or datatype
    if term.language:
        return {"@value": str(term), "@language": term.language}
    if term.datatype is None:
        return str(term)
    native = _native(term)
    return native if native is not None else {"@value": str(term), "@type": _compact(term.datatype, used)}


def _reference(term: Node, used: set[str]) -> str:
    return f"_:{term}" if isinstance(term, BNode) else _compact(str(term), used)


def _compact(iri: str, used: set[str]) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri[len(namespace) :]):
            used.add(prefix)
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
