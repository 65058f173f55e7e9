"""The lint of vocabularies: standard terms exist, own terms are declared, every shape bites.

A misspelt `sh:minCount`, a target class that nobody declares or a shape that no node shape uses passes silently in
every SHACL engine, and a misspelt property in a rule makes a query that never finds anything.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Iterator
from difflib import get_close_matches
from importlib import resources
from types import MappingProxyType
from typing import Final, cast

from rdflib import DCTERMS, OWL, PROV, RDF, RDFS, SH, SKOS, XSD, Graph, Literal, URIRef
from rdflib.term import Node

from jdm_kg.findings import Explanation, Finding, Severity
from jdm_kg.graph import shorten
from jdm_kg.hygiene import TextFile, Token, finding
from jdm_kg.turtle import Place
from jdm_kg.vocab import BASE, PREFIXES

_SHAPES: Final = "files below shapes/"
_TURTLE: Final = "content, shapes and rules"

EXPLANATIONS: Final = (
    Explanation(
        "foreign-term-unlisted",
        "Terms of foreign vocabularies were looked up",
        "{term} is not among the foreign terms that the project uses.",
        "Correct the spelling, or look the term up and add it to jdm_kg/foreign-terms.txt.",
        Severity.ERROR,
        _TURTLE,
    ),
    Explanation(
        "namespace-slip",
        "Namespaces are spelled to the letter",
        "{iri} looks like a term of {namespace}, but is none.",
        "Mind http and https, the sign at the end, and capitals.",
        Severity.ERROR,
        _TURTLE,
    ),
    Explanation(
        "prefix-not-of-project",
        "A prefix stands for the same namespace everywhere",
        "The prefix {prefix} does not stand for {namespace} in this project.",
        "Use the prefixes of jdm_kg/vocab.py.",
        Severity.ERROR,
        _TURTLE,
    ),
    Explanation(
        "shape-deactivated",
        "No shape is switched off",
        "The shape is switched off.",
        "Delete the shape, or the line with sh:deactivated.",
        Severity.ERROR,
        _SHAPES,
    ),
    Explanation(
        "shape-never-applied",
        "Every shape is applied to something",
        "Nothing is ever checked by this shape: it has no target, and no other shape names it.",
        "Name it in a node shape by sh:property, or give it a sh:targetClass.",
        Severity.ERROR,
        _SHAPES,
    ),
    Explanation(
        "shape-path-unknown",
        "The path of a shape is a declared property",
        "{term} is not a property that ontology/schema.ttl declares.",
        "Correct the spelling, or declare the property.",
        Severity.ERROR,
        _SHAPES,
    ),
    Explanation(
        "shape-target-unknown",
        "The target of a shape is a declared class",
        "{term} is not a class that ontology/schema.ttl declares, so that nothing is ever checked.",
        "Correct the spelling, or declare the class.",
        Severity.ERROR,
        _SHAPES,
    ),
    Explanation(
        "shape-without-constraint",
        "Every property shape demands something",
        "The shape demands nothing of its path.",
        "Add a constraint such as sh:minCount 1.",
        Severity.ERROR,
        _SHAPES,
    ),
    Explanation(
        "standard-term-unknown",
        "Terms of standard vocabularies exist",
        "There is no {term}.",
        "Correct the spelling.",
        Severity.ERROR,
        _TURTLE,
    ),
    Explanation(
        "undeclared-term",
        "Shapes and rules speak only of what is declared",
        "{term} is not described anywhere.",
        "Correct the spelling, or describe it.",
        Severity.ERROR,
        _SHAPES,
    ),
)
"""What the codes of the lint of vocabularies mean."""

_BY_CODE: Final = MappingProxyType({entry.code: entry for entry in EXPLANATIONS})

# rdflib lists these whole (its namespaces are made from the published vocabularies).
_CLOSED: Final = MappingProxyType({str(space): space for space in (DCTERMS, OWL, PROV, RDF, RDFS, SH, SKOS, XSD)})
_LISTED: Final = ("bibo", "biolink", "oa", "obo", "schema", "vann")
_TARGETS: Final = frozenset({SH.targetClass, SH["class"]})
_PATHS: Final = frozenset(
    {
        *(SH.path, SH.targetSubjectsOf, SH.targetObjectsOf, SH.disjoint, SH.equals, SH.lessThan, SH.lessThanOrEquals),
        *(SH.inversePath, SH.alternativePath, SH.zeroOrMorePath, SH.oneOrMorePath, SH.zeroOrOnePath),
    }
)
_TARGET_PROPERTIES: Final = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf, SH.target)
# Where one shape names another (SHACL, sections 2.3 and 4.6 to 4.8).
_USES: Final = (SH.property, SH.node, SH["not"], SH.qualifiedValueShape, RDF.first)
# What a property shape may have without demanding anything.
_NO_CONSTRAINT: Final = frozenset(
    {
        *(RDF.type, RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy, *_TARGET_PROPERTIES),
        *(SH.path, SH.message, SH.description, SH.name, SH.order, SH.group, SH.severity, SH.deactivated),
        SH.defaultValue,
    }
)


def listed_terms() -> frozenset[str]:
    """The IRIs of the foreign terms that the project has looked up."""
    text = resources.files("jdm_kg").joinpath("foreign-terms.txt").read_text(encoding="utf-8")
    curies = (line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return frozenset(PREFIXES[prefix] + local for prefix, _, local in (curie.partition(":") for curie in curies))


def check(files: Iterable[TextFile], graph: Graph, shapes: Graph) -> list[Finding]:
    """All faults of the IRIs and prefixes of the files, and shapes that can never find anything.

    Args:
        files: Content, shapes and rules.
        graph: The authored graph, with the schema.
        shapes: All shapes.
    """
    files = [file for file in files if file.path.suffix in {".ttl", ".rq"}]
    linter = _Linter(graph, shapes)
    findings: list[Finding] = []
    places: dict[str, Place] = {}
    for file in files:
        of_shapes = _is_of_shapes(file)
        findings += _check_prefixes(file)
        for token in file.tokens:
            if token.kind == "iri":
                findings += linter.check_token(file, token, of_shapes=of_shapes)
                if of_shapes and token.role == "subject":
                    places.setdefault(token.value, file.place(token.start, token.end))
    return findings + list(_check_shapes(shapes, places))


def _is_of_shapes(file: TextFile) -> bool:
    return file.path.suffix == ".rq" or file.path.parent.name == "shapes"


def _check_prefixes(file: TextFile) -> Iterator[Finding]:
    for token in file.tokens:
        if token.kind != "prefix":
            continue
        place = file.place(token.start, token.end)
        if PREFIXES.get(token.role) != token.value:
            parts = (("prefix", f"{token.role}:"), ("namespace", f"<{token.value}>"))
            stands_for = PREFIXES.get(token.role)
            other = next((prefix for prefix, namespace in PREFIXES.items() if namespace == token.value), None)
            hint = f"It stands for <{stands_for}>." if stands_for else ""
            if other and not stands_for:
                hint = f"That namespace has the prefix {other}:."
            yield finding(_BY_CODE["prefix-not-of-project"], place, "", parts, hint)


class _Linter:
    def __init__(self, graph: Graph, shapes: Graph) -> None:
        self._listed = listed_terms()
        self._described = {str(node) for node in graph.subjects() if isinstance(node, URIRef)}
        self._described |= {str(node) for node in shapes.subjects() if isinstance(node, URIRef)}
        # What is only used and never typed is no more real in a shape; the rules report it where it is content.
        self._classes = {str(node) for node in graph.subjects(RDF.type, OWL.Class)}
        kinds = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
        self._properties = {str(node) for kind in kinds for node in graph.subjects(RDF.type, kind)}
        self._seen: dict[str, tuple[str, str] | None] = {}

    def check_token(self, file: TextFile, token: Token, *, of_shapes: bool) -> Iterator[Finding]:
        """What is wrong with an IRI where it stands."""
        iri = token.value
        if iri not in self._seen:
            self._seen[iri] = self._problem(iri)
        problem = self._seen[iri]
        if problem is None and of_shapes:
            problem = self._problem_in_shapes(token)
        if problem is None:
            return
        code, hint = problem
        namespace = _near_namespace(iri) or ""
        parts = (("term", shorten(URIRef(iri))), ("iri", f"<{iri}>"), ("namespace", f"<{namespace}>"))
        focus = shorten(URIRef(token.subject)) if token.subject and token.role != "subject" else ""
        yield finding(_BY_CODE[code], file.place(token.start, token.end), focus, parts, hint)

    def _problem(self, iri: str) -> tuple[str, str] | None:
        for namespace, terms in _CLOSED.items():
            if iri.startswith(namespace):
                local = iri[len(namespace) :]
                # The types of rdflib do not say that its namespaces know their terms.
                if not local or local in cast("Container[str]", terms):
                    return None
                return "standard-term-unknown", _did_you_mean(iri, {str(term) for term in dir(terms)}, namespace)
        for prefix in _LISTED:
            namespace = PREFIXES[prefix]
            if iri.startswith(namespace) and iri != namespace:
                if iri in self._listed:
                    return None
                return "foreign-term-unlisted", _did_you_mean(iri, self._listed, namespace)
        namespace = _near_namespace(iri) or ""
        return ("namespace-slip", f"Write <{namespace}…>.") if namespace else None

    def _problem_in_shapes(self, token: Token) -> tuple[str, str] | None:
        iri = token.value
        predicate = URIRef(token.predicate) if token.role == "object" else None
        if predicate in _TARGETS and iri not in self._classes:
            return "shape-target-unknown", _did_you_mean(iri, self._classes)
        if predicate in _PATHS and iri not in self._properties and not _is_of_language(iri):
            return "shape-path-unknown", _did_you_mean(iri, self._properties)
        if _is_own_term(iri) and iri not in self._described:
            return "undeclared-term", _did_you_mean(iri, self._described)
        return None


def _is_of_language(iri: str) -> bool:
    """Whether an IRI belongs to the languages that need no declaration."""
    return iri.startswith((str(RDF), str(RDFS), str(OWL)))


def _is_own_term(iri: str) -> bool:
    """Whether an IRI names something of the project, rather than a namespace for a test of IRIs."""
    return iri.startswith(BASE) and not iri.endswith(("/", "#"))


def _near_namespace(iri: str) -> str | None:
    """The namespace that an IRI was probably meant to have; None where it has one of the project's."""
    if any(iri.startswith(namespace) for namespace in (BASE, *PREFIXES.values())):
        return None
    cut = re.match(r".*[#/]", iri)
    if cut is None:
        return None
    wanted = {_normal(namespace): namespace for namespace in PREFIXES.values()} | {_normal(BASE): BASE}
    for candidate in (cut.group(), iri):
        if _normal(candidate) in wanted:
            return wanted[_normal(candidate)]
    if iri.lower().partition("://")[2].startswith(BASE.partition("://")[2]):
        return BASE
    near = get_close_matches(_normal(cut.group()), wanted, n=1, cutoff=0.93)
    return wanted[near[0]] if near else None


def _normal(namespace: str) -> str:
    return namespace.lower().partition("://")[2].removeprefix("www.").rstrip("#/")


def _did_you_mean(iri: str, known: Collection[str], namespace: str = "") -> str:
    """A hint that names the term of the same namespace that looks most like an IRI, or nothing."""
    namespace = namespace or iri[: iri.rfind("/") + 1]
    local = iri[len(namespace) :]
    names = sorted(term[len(namespace) :] for term in known if term.startswith(namespace))
    close = get_close_matches(local, names, n=1, cutoff=0.6)
    best = next((name for name in names if name.lower() == local.lower()), close[0] if close else None)
    return f"Did you mean {shorten(URIRef(namespace + best))}?" if best else ""


def _check_shapes(shapes: Graph, places: dict[str, Place]) -> Iterator[Finding]:
    """Shapes that can never find anything."""
    used: set[Node] = {used for predicate in _USES for used in shapes.objects(None, predicate)}
    kinds = (SH.NodeShape, SH.PropertyShape)
    for shape in sorted({node for kind in kinds for node in shapes.subjects(RDF.type, kind)}, key=str):
        place = places.get(str(shape))
        if place is None:
            continue  # without a name it has no place
        name = shorten(shape)
        deactivated = shapes.value(shape, SH.deactivated)
        if isinstance(deactivated, Literal) and str(deactivated) in {"true", "1"}:
            yield finding(_BY_CODE["shape-deactivated"], place, name)
        targeted = any((shape, predicate, None) in shapes for predicate in _TARGET_PROPERTIES)
        if not targeted and shape not in used:
            yield finding(_BY_CODE["shape-never-applied"], place, name)
        is_property_shape = (shape, RDF.type, SH.PropertyShape) in shapes
        if is_property_shape and set(shapes.predicates(shape)) <= _NO_CONSTRAINT:
            yield finding(_BY_CODE["shape-without-constraint"], place, name)
