"""The lint of vocabularies: standard terms exist, own terms are declared, every shape bites.

A misspelt `sh:minCount`, a target class that nobody declares or a shape that no node shape uses passes silently in
every SHACL engine, and a misspelt property in a rule makes a query that never finds anything.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Iterator
from difflib import get_close_matches
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, cast

from jdm_kg.facts import Facts, Literal, Triple
from jdm_kg.files import TextFile, find
from jdm_kg.findings import Explanation, Finding, Severity
from jdm_kg.hygiene import finding
from jdm_kg.iris import BASE, PREFIXES, name, shorten
from jdm_kg.texts import Token

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
        "Use the prefixes of jdm_kg/iris.py.",
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

UNKNOWN: Final = frozenset({"foreign-term-unlisted", "namespace-slip", "standard-term-unknown"})
"""The codes of terms that do not exist."""
ASTRAY: Final = UNKNOWN | {"shape-path-unknown", "shape-target-unknown", "undeclared-term"}
"""The codes by which a shape or rule speaks of what does not exist; what it finds only follows."""

_BY_CODE: Final = MappingProxyType({entry.code: entry for entry in EXPLANATIONS})

_SH: Final = PREFIXES["sh"]
# rdflib lists these whole: its namespaces are made from the published vocabularies.
_CLOSED: Final = MappingProxyType(
    {PREFIXES[prefix]: prefix for prefix in ("dcterms", "owl", "prov", "rdf", "rdfs", "sh", "skos", "xsd")}
)
_LISTED: Final = ("bibo", "biolink", "oa", "obo", "schema", "vann")
_TARGETS: Final = frozenset({_SH + "targetClass", _SH + "class"})
_PATHS: Final = frozenset(
    _SH + local
    for local in (
        *("path", "targetSubjectsOf", "targetObjectsOf", "disjoint", "equals", "lessThan", "lessThanOrEquals"),
        *("inversePath", "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"),
    )
)
_TARGET_PROPERTIES: Final = tuple(
    _SH + local for local in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "target")
)
_TYPE: Final = name("rdf:type")
_FIRST: Final = name("rdf:first")
# Where one shape names another (SHACL, sections 2.3 and 4.6 to 4.8).
_USES: Final = (_SH + "property", _SH + "node", _SH + "not", _SH + "qualifiedValueShape", _FIRST)
# What a property shape may have without demanding anything.
_NO_CONSTRAINT: Final = frozenset(
    {
        *(name(term) for term in ("rdf:type", "rdfs:label", "rdfs:comment", "rdfs:seeAlso", "rdfs:isDefinedBy")),
        *_TARGET_PROPERTIES,
        *(_SH + local for local in ("path", "message", "description", "name", "order", "group", "severity")),
        *(_SH + local for local in ("deactivated", "defaultValue")),
    }
)


@cache
def listed_terms() -> frozenset[str]:
    """The IRIs of the foreign terms that the project has looked up, and of the standard terms that it uses."""
    found: set[str] = set()
    for file in ("foreign-terms.txt", "standard-terms.txt"):
        # The standard way to read a file of a package takes longer to load than all checks of terms take.
        text = Path(__file__).with_name(file).read_text(encoding="utf-8")
        curies = (line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))
        found.update(name(curie) for curie in curies)
    return frozenset(found)


def check(files: Iterable[TextFile], graph: Facts, shapes: Facts) -> list[Finding]:
    """All faults of the IRIs and prefixes of the files, and shapes that can never find anything.

    Args:
        files: Content, shapes and rules.
        graph: The authored graph, with the schema.
        shapes: All shapes.

    Raises:
        InputError: A file can't be parsed.
    """
    files = list(files)
    linter = Linter(graph, shapes)
    return [*(found for file in files for found in linter.check(file)), *check_bite(files, shapes)]


def is_of_shapes(file: TextFile) -> bool:
    """Whether a file holds shapes or a rule."""
    return file.path.suffix == ".rq" or file.path.parent.name == "shapes"


def _prefixes_look_sound(file: TextFile) -> bool:
    declared = file.declarations
    return declared is not None and all(PREFIXES.get(prefix) == namespace for prefix, namespace in declared)


def _check_prefixes(file: TextFile) -> Iterator[Finding]:
    for token in file.tokens:
        if token.kind != "prefix":
            continue
        if PREFIXES.get(token.role) != token.value:
            parts = (("prefix", f"{token.role}:"), ("namespace", f"<{token.value}>"))
            stands_for = PREFIXES.get(token.role)
            other = next((prefix for prefix, namespace in PREFIXES.items() if namespace == token.value), None)
            hint = f"It stands for <{stands_for}>." if stands_for else ""
            if other and not stands_for:
                hint = f"That namespace has the prefix {other}:."
            yield finding(_BY_CODE["prefix-not-of-project"], file.place_of(token), "", parts, hint)


def check_own_prefixes(files: Iterable[TextFile]) -> list[Finding]:
    """Declarations that give a prefix of the project another meaning; all that such a file says is then misread."""
    return [
        finding
        for file in files
        if file.path.suffix == ".ttl" and any(PREFIXES.get(p, n) != n for p, n in file.declarations or ())
        for finding in _check_prefixes(file)
    ]


class Linter:
    """Knows the vocabularies, and looks at the IRIs of files.

    Args:
        graph: The authored graph, with the schema.
        shapes: All shapes.
    """

    def __init__(self, graph: Facts, shapes: Facts) -> None:
        self._described = {*graph.nodes, *shapes.nodes}
        # What is only used and never typed is no more real in a shape; the rules report it where it is content.
        self._classes = set(graph.subjects(_TYPE, name("owl:Class")))
        kinds = ("owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty")
        self._properties = {node for kind in kinds for node in graph.subjects(_TYPE, name(kind))}
        # What is declared as something that does not exist is reported there, and not again at each use.
        types = graph.inverse(_TYPE)
        misdeclared = {node for kind in types if isinstance(kind, str) and is_wrong(kind) for node in types[kind]}
        self._classes |= misdeclared
        self._properties |= misdeclared
        self._seen: dict[str, tuple[str, str] | None] = {}

    def knows_the_same(self, other: Linter) -> bool:
        """Whether another linter says the same of every file."""
        mine = (self._described, self._classes, self._properties)
        return mine == (other._described, other._classes, other._properties)

    def check(self, file: TextFile) -> list[Finding]:
        """The faults of the IRIs and prefixes of a file.

        Raises:
            InputError: The file can't be parsed.
        """
        if file.path.suffix not in {".ttl", ".rq"} or self._looks_sound(file):
            return []
        findings = list(_check_prefixes(file))
        of_shapes = is_of_shapes(file)
        for token in file.tokens:
            if token.kind == "iri":
                findings += self._check_token(file, token, of_shapes=of_shapes)
        return findings

    def _looks_sound(self, file: TextFile) -> bool:
        """Whether a glance at the triples of a file tells that all is well; its tokens are then not needed."""
        if file.path.suffix != ".ttl" or not _prefixes_look_sound(file):
            return False
        of_shapes = is_of_shapes(file)
        for triple in file.triples:
            for term in triple:
                iri = term.datatype if isinstance(term, Literal) else term
                if iri not in self._seen:
                    self._seen[iri] = _problem(iri)
                if self._seen[iri]:
                    return False
            if of_shapes and not self._looks_sound_in_shapes(triple):
                return False
        return True

    def _looks_sound_in_shapes(self, triple: Triple) -> bool:
        subject, predicate, value = triple
        terms = [term for term in triple if isinstance(term, str)]
        if any(_is_own_term(term) and term not in self._described for term in terms) or not isinstance(value, str):
            return isinstance(value, Literal) and subject in self._described
        if predicate in _TARGETS:
            return value in self._classes
        if predicate in _PATHS:
            return value in self._properties
        return predicate != _FIRST or value.startswith("_:")

    def _check_token(self, file: TextFile, token: Token, *, of_shapes: bool) -> Iterator[Finding]:
        """What is wrong with an IRI where it stands."""
        iri = token.value
        if iri not in self._seen:
            self._seen[iri] = _problem(iri)
        problem = self._seen[iri]
        if problem is None and of_shapes:
            problem = self._problem_in_shapes(token)
        if problem is None:
            return
        code, hint = problem
        namespace = _near_namespace(iri) or ""
        parts = (("term", shorten(iri)), ("iri", f"<{iri}>"), ("namespace", f"<{namespace}>"))
        focus = shorten(token.subject) if token.subject and token.role != "subject" else ""
        yield finding(_BY_CODE[code], file.place(token.start, token.end), focus, parts, hint)

    def _problem_in_shapes(self, token: Token) -> tuple[str, str] | None:
        iri = token.value
        predicate = token.predicate if token.role == "object" else ""
        if predicate in _TARGETS and iri not in self._classes:
            return "shape-target-unknown", _did_you_mean(iri, self._classes)
        if predicate in _PATHS and iri not in self._properties and not _is_of_language(iri):
            return "shape-path-unknown", _did_you_mean(iri, self._properties)
        if _is_own_term(iri) and iri not in self._described:
            return "undeclared-term", _did_you_mean(iri, self._described)
        return None


@lru_cache(maxsize=1000)  # what is wrong is asked for again at each use, and looking for the right one takes long
def _problem(iri: str) -> tuple[str, str] | None:
    """What is wrong with an IRI wherever it stands: a code, and a hint."""
    if iri.startswith(BASE) or iri in listed_terms():
        return None
    for namespace in _CLOSED:
        if iri.startswith(namespace):
            return None if _is_standard(iri, namespace) else ("standard-term-unknown", _near_standard(iri, namespace))
    for prefix in _LISTED:
        namespace = PREFIXES[prefix]
        if iri.startswith(namespace) and iri != namespace:
            return "foreign-term-unlisted", _did_you_mean(iri, listed_terms(), namespace)
    namespace = _near_namespace(iri) or ""
    return ("namespace-slip", f"Write <{namespace}…>.") if namespace else None


def is_wrong(iri: str) -> bool:
    """Whether the lint calls an IRI wrong wherever it stands: it is none of its vocabulary."""
    return _problem(iri) is not None


def is_misdeclared(graph: Facts, term: str) -> bool:
    """Whether a term is declared as something that does not exist, such as an `owl:Clas`."""
    return any(is_wrong(kind) for kind in graph.resources(term, _TYPE))


def _is_of_language(iri: str) -> bool:
    """Whether an IRI belongs to the languages that need no declaration."""
    return iri.startswith(tuple(PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl")))


def _is_standard(iri: str, namespace: str) -> bool:
    local = iri[len(namespace) :]
    # The types of rdflib do not say that its namespaces know their terms.
    return not local or local in cast("Container[str]", _vocabulary(namespace))


def _near_standard(iri: str, namespace: str) -> str:
    return _did_you_mean(iri, {str(term) for term in dir(_vocabulary(namespace))}, namespace)


@cache
def _vocabulary(namespace: str) -> object:
    from rdflib import namespace as namespaces

    return getattr(namespaces, _CLOSED[namespace].upper())


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
    return f"Did you mean {shorten(namespace + best)}?" if best else ""


def check_bite(files: Iterable[TextFile], shapes: Facts) -> Iterator[Finding]:
    """Shapes that can never find anything.

    Args:
        files: The files of the shapes, to find the places.
        shapes: All shapes.
    """
    used = {used for predicate in _USES for used in shapes.inverse(predicate)}
    files = [file for file in files if is_of_shapes(file)]
    property_shapes = set(shapes.subjects(_TYPE, _SH + "PropertyShape"))
    for shape in sorted({*shapes.subjects(_TYPE, _SH + "NodeShape"), *property_shapes}):
        if shape.startswith("_:"):
            continue  # without a name it has no place
        faults = []
        properties = shapes.of(shape)
        if not {"true", "1"}.isdisjoint(shapes.texts(shape, _SH + "deactivated")):
            faults.append("shape-deactivated")
        if shape not in used and not any(predicate in properties for predicate in _TARGET_PROPERTIES):
            faults.append("shape-never-applied")
        if shape in property_shapes and set(properties) <= _NO_CONSTRAINT:
            faults.append("shape-without-constraint")
        for code in faults:
            yield finding(_BY_CODE[code], find(files, shape), shorten(shape))
