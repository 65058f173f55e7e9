"""OBO Graphs JSON: things as individuals, kinds as classes, relations as properties, and the direct edges.

Things stay individuals, because an edge between classes would say "every": a document that says "some" does not. An
edge that claims give names them and repeats their sentences, which tell how often and under which condition it holds.

Source: OBO Graphs, its JSON schema and README (geneontology/obographs).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from types import MappingProxyType
from typing import Any, Final

from jdm_kg.exports.claims import Claim, advice, claims, english, in_words
from jdm_kg.exports.common import DISCLAIMER, LICENSE_URL, header, in_english, label, sources
from jdm_kg.exports.curies import RELATIONS, vocabularies
from jdm_kg.exports.table import Files, Format, Release
from jdm_kg.facts import Facts, Triple
from jdm_kg.iris import BASE, PREFIXES, expand, name

Json = dict[str, Any]

_FILE: Final = "jdm-kg.obographs.json"
_THING: Final = PREFIXES["id"]
_VOCAB: Final = PREFIXES["vocab"]
_SYNONYM: Final = "hasExactSynonym"
_SAFETY: Final = "Safety: "
_PROPERTY_TYPES: Final = MappingProxyType(
    {
        name("owl:ObjectProperty"): "OBJECT",
        name("owl:DatatypeProperty"): "DATA",
        name("owl:AnnotationProperty"): "ANNOTATION",
    }
)
# How OBO Graphs calls the relations that OWL itself has.
_SHORT: Final = MappingProxyType(
    {
        name("rdfs:subClassOf"): "is_a",
        name("skos:broader"): "is_a",
        name("rdfs:subPropertyOf"): "subPropertyOf",
        name("owl:inverseOf"): "inverseOf",
        name("rdf:type"): "type",
    }
)


def write(release: Release) -> Files:
    """The one file with one graph, everything sorted."""
    facts = release.facts
    things = sorted(node for node in facts.nodes if node.startswith(_THING) and facts.label(node))
    classes = sorted(node for node in facts.subjects(name("rdf:type"), name("owl:Class")) if node.startswith(_VOCAB))
    properties = {
        node: kind
        for cls, kind in _PROPERTY_TYPES.items()
        for node in facts.subjects(name("rdf:type"), cls)
        if node.startswith(_VOCAB)
    }
    nodes = [_node(facts, node, "INDIVIDUAL") for node in things]
    nodes += [_node(facts, node, "CLASS") for node in classes]
    nodes += [{**_node(facts, node, "PROPERTY"), "propertyType": kind} for node, kind in sorted(properties.items())]
    known = {*things, *classes, *properties}
    graph = {"id": BASE, "meta": _about(release), "nodes": nodes, "edges": _edges(facts, known)}
    return {_FILE: (json.dumps({"graphs": [graph]}, ensure_ascii=False, indent=1) + "\n").encode()}


def _about(release: Release) -> Json:
    said = [
        (name("dcterms:title"), header(release.facts).title),
        (name("dcterms:license"), LICENSE_URL),
        (name("dcterms:modified"), release.modified),
        (name("owl:versionInfo"), release.version),
        *(
            (name("dcterms:source"), f"{source.label}, {source.address}. {source.terms}")
            for source in sources(release.facts)
        ),
    ]
    return {
        "comments": [DISCLAIMER],
        "basicPropertyValues": [{"pred": pred, "val": val} for pred, val in said if val],
        "version": f"{BASE}{release.version}",
    }


def _node(facts: Facts, node: str, kind: str) -> Json:
    definition = in_words(facts, node, "skos:definition")
    matches = [(relation, iri) for relation in RELATIONS for iri in sorted(facts.resources(node, name(relation)))]
    foreign = vocabularies(iri for _, iri in matches)
    synonyms = [{"pred": _SYNONYM, "val": text} for text in in_english(facts, node, "skos:altLabel")]
    exact = [foreign[iri].curie(iri) for relation, iri in matches if relation == RELATIONS[0] and foreign[iri].registry]
    words = in_english(facts, node, "vocab:adviceText")
    meta = {
        "definition": {"val": definition} if definition else {},
        "comments": words + [_SAFETY + text for _, text in advice(facts, node)],
        "synonyms": synonyms,
        "xrefs": [{"val": curie} for curie in exact],
        "basicPropertyValues": [{"pred": name(relation), "val": iri} for relation, iri in matches],
    }
    meta = {key: value for key, value in meta.items() if value}
    return {"id": node, "lbl": label(facts, node), "type": kind, **({"meta": meta} if meta else {})}


def _edges(facts: Facts, known: set[str]) -> list[Json]:
    """The edges between nodes: hierarchies, kinds, and relations with the claims that give them."""
    by_edge: dict[tuple[str, str, str], list[Claim]] = {}
    for claim in claims(facts):
        if isinstance(claim.target, str) and not claim.denied and not claim.as_printed:
            by_edge.setdefault((claim.subject, claim.predicate, claim.target), []).append(claim)
    found = []
    for subject in known:
        for predicate, values in facts.of(subject).items():
            if predicate not in _SHORT and not predicate.startswith(_VOCAB):
                continue
            for obj in values:
                if isinstance(obj, str) and obj in known and obj != subject:
                    edge = {"sub": subject, "pred": _SHORT.get(predicate, predicate), "obj": obj}
                    found.append({**edge, **_evidence(by_edge.get((subject, predicate, obj), ()))})
    return sorted(found, key=lambda edge: (edge["sub"], edge["pred"], edge["obj"]))


def _evidence(said: Iterable[Claim]) -> Json:
    given = list(said)
    if not given:
        return {}
    return {"meta": {"comments": [c.statement for c in given], "xrefs": [{"val": c.iri} for c in given]}}


def read(files: Files, _: Release) -> Iterator[Triple]:
    """Names, definitions, mappings, hierarchies and relations, and of claims what their edges tell."""
    (graph,) = json.loads(files[_FILE])["graphs"]
    kinds = {node["id"]: node["type"] for node in graph["nodes"]}
    for node in graph["nodes"]:
        yield from _read_node(node)
    for edge in graph["edges"]:
        subject, pred, obj = edge["sub"], edge["pred"], edge["obj"]
        if pred == "is_a":
            pred = name("skos:broader" if kinds[subject] == "INDIVIDUAL" else "rdfs:subClassOf")
        predicate = next((iri for iri, short in _SHORT.items() if short == pred and short != "is_a"), pred)
        yield subject, predicate, obj
        meta = edge.get("meta", {})
        for claim, sentence in zip(meta.get("xrefs", ()), meta.get("comments", ()), strict=True):
            yield claim["val"], name("rdf:type"), name("vocab:Claim")
            yield claim["val"], name("vocab:subject"), subject
            yield claim["val"], name("vocab:predicate"), predicate
            yield claim["val"], name("vocab:object"), obj
            yield claim["val"], name("vocab:polarity"), name("vocab:affirmed")
            yield claim["val"], name("vocab:statement"), english(sentence)


def _read_node(node: Json) -> Iterator[Triple]:
    iri, meta = node["id"], node.get("meta", {})
    yield iri, name("skos:prefLabel" if node["type"] == "INDIVIDUAL" else "rdfs:label"), english(node["lbl"])
    if node["type"] == "PROPERTY":
        yield iri, name("rdf:type"), next(cls for cls, kind in _PROPERTY_TYPES.items() if kind == node["propertyType"])
    elif node["type"] == "CLASS":
        yield iri, name("rdf:type"), name("owl:Class")
    if "definition" in meta:
        yield iri, name("skos:definition"), english(meta["definition"]["val"])
    for synonym in meta.get("synonyms", ()):
        yield iri, name("skos:altLabel"), english(synonym["val"])
    for words in meta.get("comments", ()):
        if not words.startswith(_SAFETY):
            yield iri, name("vocab:adviceText"), english(words)
    for value in meta.get("basicPropertyValues", ()):
        yield iri, expand(value["pred"]), value["val"]


FORMATS = (
    Format(
        "obographs",
        (_FILE,),
        "browsers and tools of ontologies that read OBO Graphs JSON",
        write,
        read,
    ),
)
"""The formats of this module."""
