"""Each shape and rule finds the fault that it is made for, and only that one; unusual but sound content passes.

A case is a file `tests/shapes/<code>/<case>.invalid.ttl` or `….valid.ttl`. It is read together with the schema and
`tests/shapes/base.ttl`, and must give findings of the code that its folder is named after, or none. Where one fault
breaks two codes, a line `# expects: code, code – reason` under the first comment names them.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Container, Iterable
from functools import cache
from pathlib import Path
from typing import cast

import pyoxigraph
import pytest
import shifty
from rdflib import OWL, RDF, RDFS, SDO, SH, SKOS, XSD, BNode, Graph, Literal, URIRef
from rdflib.plugins.sparql import prepareQuery
from rdflib.term import Node

from jdm_kg import files, hygiene, reference, rules, shacl, terms, turtle, wording
from jdm_kg.check import Workspace
from jdm_kg.files import TextFile
from jdm_kg.findings import Severity
from jdm_kg.graph import is_own, superclasses
from jdm_kg.rules import Rule
from jdm_kg.shacl import Breach
from jdm_kg.vocab import PREFIXES, SHAPE, VOCAB
from tests.content import ROOT

FOLDER = ROOT / "tests" / "shapes"
CASES = sorted(FOLDER.glob("*/*.ttl"))
INVALID = [path for path in CASES if path.name.endswith(".invalid.ttl")]
VALID = [path for path in CASES if path.name.endswith(".valid.ttl")]

SHAPES = turtle.new_graph()
for _path in sorted((ROOT / "shapes").glob("*.ttl")):
    SHAPES += turtle.parse(_path)
RULES = [
    rules.read(TextFile(path, path.read_text(encoding="utf-8")))
    for path in sorted((ROOT / "shapes" / "rules").glob("*.rq"))
]
_ENGINE_CODES = {entry.code for entry in (*hygiene.EXPLANATIONS, *terms.EXPLANATIONS, *wording.EXPLANATIONS)}
PROPERTY_SHAPES = sorted(URIRef(str(shape)) for shape in SHAPES.subjects(RDF.type, SH.PropertyShape))
EDGE_FROM_HEDGED = URIRef(PREFIXES["vocab"] + "edgeFromHedged")
# The namespaces of rdflib know their terms, but their types do not say so.
_SHACL_TERMS, _XSD_TERMS = cast("Container[str]", SH), cast("Container[str]", XSD)
# What a check reads of the schema: kinds and their order, which property goes with which kinds, names of values.
_READ = {
    *(RDF.type, RDF.first, RDF.rest, RDFS.subClassOf, RDFS.domain, RDFS.range, SDO.domainIncludes, SDO.rangeIncludes),
    *(OWL.equivalentClass, OWL.members, SKOS.prefLabel, SKOS.definition, EDGE_FROM_HEDGED),
}


def _name(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix().removesuffix(".ttl")


def _graph(triples: Iterable[tuple[Node, Node, Node]]) -> Graph:
    graph = turtle.new_graph()
    for triple in triples:
        graph.add(triple)
    return graph


@cache
def _schema() -> Graph:
    return turtle.parse(ROOT / "ontology" / "schema.ttl")


@cache
def _base() -> Graph:
    return turtle.parse(FOLDER / "base.ttl")


@cache
def _reduced_schema() -> Graph:
    """Of the schema, what checks read of classes and of what a case names: less than half of it."""
    schema = _schema()
    named = {term for path in FOLDER.rglob("*.ttl") for triple in turtle.parse(path) for term in triple}
    classes = {cls for cls in schema.subjects(RDF.type, OWL.Class) if not isinstance(cls, BNode)}
    disjoint = set(schema.subjects(RDF.type, OWL.AllDisjointClasses))
    cells = {cell for head in schema.objects(None, OWL.members) for cell in schema.transitive_objects(head, RDF.rest)}
    kept = named | classes | disjoint | cells | _READ
    return _graph(
        (subject, predicate, obj)
        for subject, predicate, obj in schema
        if predicate in _READ and subject in kept and (subject not in classes or predicate != SKOS.definition)
    )


@cache
def _world() -> Graph:
    return _reduced_schema() + _base()


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The schema, the shapes and rules, and the content that the cases share, in memory."""
    root = tmp_path_factory.mktemp("bench")
    shutil.copytree(ROOT / "shapes", root / "shapes")
    (root / "ontology").mkdir()
    shutil.copy(ROOT / "ontology" / "schema.ttl", root / "ontology")
    shutil.copy(FOLDER / "base.ttl", root / "ontology")
    return Workspace(root)


def _codes(bench: Workspace, path: Path) -> set[str]:
    """The codes of the shapes and rules that a case breaks."""
    report = bench.report({path: path.read_text(encoding="utf-8")})
    return {finding.code for finding in report.findings} - _ENGINE_CODES


def _opening(path: Path) -> list[str]:
    """The comment at the top of a file, line by line."""
    text = path.read_text(encoding="utf-8")
    return [line.removeprefix("# ") for line in text.split("\n\n", 1)[0].splitlines()]


def _expected(path: Path) -> set[str]:
    for line in _opening(path)[1:]:
        declared = re.fullmatch(r"expects: ([\w-]+(?:, [\w-]+)+) – .+\.", line)
        assert declared, f"{_name(path)}: not understood: {line}"
        return set(declared[1].split(", "))
    return {path.parent.name}


@pytest.mark.parametrize("path", INVALID, ids=_name)
def test_broken_record_is_found_by_its_shape_or_rule_alone(bench: Workspace, path: Path) -> None:
    """A broken record gives findings of the code that its folder is named after, and of no other."""
    assert _codes(bench, path) == _expected(path)


@pytest.mark.parametrize("path", VALID, ids=_name)
def test_unusual_record_passes(bench: Workspace, path: Path) -> None:
    """A record that is unusual but sound gives no finding."""
    assert _codes(bench, path) == set()


def test_base_is_sound(bench: Workspace) -> None:
    """The content that the cases share is without a finding, and so is the whole schema."""
    assert bench.report().findings == ()


@pytest.mark.parametrize("path", [*INVALID[::40], *VALID[::24]], ids=_name)
def test_verdict_on_an_edit_is_that_from_scratch(bench: Workspace, tmp_path: Path, path: Path) -> None:
    """What a workspace says of an edit is what it says when it reads everything anew."""
    first = bench.report()
    edited = bench.report({path: path.read_text(encoding="utf-8")})
    assert bench.report() == first
    shutil.copytree(ROOT / "shapes", tmp_path / "shapes")
    (tmp_path / "ontology").mkdir()
    for source in (ROOT / "ontology" / "schema.ttl", FOLDER / "base.ttl", path):
        shutil.copy(source, tmp_path / "ontology")
    anew = Workspace(tmp_path).report()
    said = [
        (f.code, f.message, f.focus, f.place and (f.place.path.name, f.place.line, f.place.column))
        for f in edited.findings
    ]
    assert sorted(map(str, said)) == sorted(
        str((f.code, f.message, f.focus, f.place and (f.place.path.name, f.place.line, f.place.column)))
        for f in anew.findings
    )


@cache
def _plan() -> shacl.Plan:
    return shacl.read(turtle.to_facts(SHAPES))


@cache
def _shapes_as_text() -> bytes:
    return SHAPES.serialize(format="nt", encoding="utf-8")


def _by_shifty(data: Graph) -> set[tuple[str, str]]:
    """The shapes and nodes that pyshifty reports."""
    text = data.serialize(format="nt", encoding="utf-8")
    _, results, _ = shifty.validate(text, _shapes_as_text(), graph_mode="data", infer=False, on_unsupported="error")
    inner = set(results.objects(None, SH.detail))
    return {
        (str(results.value(result, SH.sourceShape)), str(results.value(result, SH.focusNode)))
        for result in set(results.subjects(RDF.type, SH.ValidationResult)) - inner
    }


def _whole(breach: Breach) -> tuple[str, str, str, str]:
    """A breach to be compared; blank nodes have other names in every engine."""
    value = "a blank node" if str(breach.value).startswith("_:") else str(breach.value)
    return breach.shape, breach.focus, breach.path, value


@pytest.mark.parametrize("path", CASES, ids=_name)
def test_three_engines_agree(path: Path) -> None:
    """Our evaluator, pySHACL and pyshifty name the same nodes, shapes and values."""
    data = _world() + turtle.parse(path)
    ours = [breach for breaches in _plan().breaches(turtle.to_facts(data)).values() for breach in breaches]
    theirs = reference.validate(data, SHAPES)
    assert _plan().unknown == ()
    assert sorted(map(_whole, ours)) == sorted(set(map(_whole, theirs)))
    assert {(breach.shape, breach.focus) for breach in ours} == _by_shifty(data)


def test_three_engines_agree_on_the_whole_content() -> None:
    """The real content conforms for all three; broken in many places at once, all three name the same."""
    content = files.content(files.read_files(ROOT))
    assert _plan().breaches(content) == {}
    data = turtle.from_facts(content)
    broken = sorted(data, key=str)[::97]
    for number, (subject, predicate, value) in enumerate(broken):
        data.remove((subject, predicate, value))
        if number % 2:
            data.add((subject, predicate, Literal("not what was here")))
    ours = [breach for breaches in _plan().breaches(turtle.to_facts(data)).values() for breach in breaches]
    assert len(ours) > 50
    assert sorted(map(_whole, ours)) == sorted(map(_whole, reference.validate(data, SHAPES)))
    assert {(breach.shape, breach.focus) for breach in ours} == _by_shifty(data)


def test_every_shape_and_rule_has_a_failing_case() -> None:
    """Every property shape and every rule has a folder with an invalid file, and every folder is one of theirs."""
    codes = {shape.removeprefix(str(SHAPE)) for shape in PROPERTY_SHAPES} | {rule.code for rule in RULES}
    assert {path.parent.name for path in INVALID} == codes
    assert {path.name for path in FOLDER.iterdir()} - {"base.ttl"} == codes
    assert sorted(path for path in FOLDER.rglob("*") if path.is_file()) == sorted([*CASES, FOLDER / "base.ttl"])
    assert len(INVALID) + len(VALID) == len(CASES)


def test_no_rule_is_named_like_a_shape() -> None:
    """A code belongs to one shape or to one rule."""
    assert not {str(SHAPE[rule.code]) for rule in RULES} & {str(node) for node in SHAPES.all_nodes()}


@pytest.mark.parametrize("path", [FOLDER / "base.ttl", *CASES], ids=_name)
def test_case_reads_well(path: Path) -> None:
    """A case says first what is the matter with it, and declares the prefixes that it uses, sorted, and no others."""
    text = path.read_text(encoding="utf-8")
    assert re.fullmatch(r"[A-Z].*\.", " ".join(_opening(path)))
    declared = re.findall(r"^@prefix ([a-z]+): <(.+)> \.$", text, flags=re.MULTILINE)
    assert declared == sorted(declared)
    assert all(PREFIXES[prefix] == namespace for prefix, namespace in declared)
    body = re.sub(r'^@prefix.*|^#.*|"[^"]*"|<[^>]*>', "", text, flags=re.MULTILINE)
    assert {prefix for prefix, _ in declared} == set(re.findall(r"\b([a-z]+):", body))


def test_every_property_shape_is_used() -> None:
    """Every property shape belongs to a node shape with a target, and every node shape names property shapes only."""
    nodes = set(SHAPES.subjects(SH.targetClass))
    assert nodes == {node for node in SHAPES.subjects(RDF.type, SH.NodeShape) if isinstance(node, URIRef)}
    assert {shape for node in nodes for shape in SHAPES.objects(node, SH.property)} == set(PROPERTY_SHAPES)


def test_every_shape_says_in_english_what_is_wrong_and_what_to_do() -> None:
    """Every property shape has one message and one description, both in English; no two messages are the same."""
    messages = []
    for shape in PROPERTY_SHAPES:
        for predicate in (SH.message, SH.description):
            texts = list(SHAPES.objects(shape, predicate))
            assert len(texts) == 1, shape
            text = texts[0]
            assert isinstance(text, Literal)
            assert text.language == "en"
        messages.append(str(SHAPES.value(shape, SH.message)))
        assert re.fullmatch(r"[A-Z].*\.", messages[-1])
    assert len(set(messages)) == len(messages)


def _unknown_shacl_terms(shapes: Graph) -> set[Node]:
    terms = {term for triple in shapes for term in triple if str(term).startswith(str(SH))}
    return {term for term in terms if str(term) not in _SHACL_TERMS}


def test_shapes_use_terms_that_shacl_has() -> None:
    """Every term of the SHACL namespace in the shapes is one; an engine passes over a misspelt one in silence."""
    assert _unknown_shacl_terms(SHAPES) == set()
    misspelt = URIRef(str(SH) + "minCuont")
    assert _unknown_shacl_terms(_graph([(PROPERTY_SHAPES[0], misspelt, Literal(1))])) == {misspelt}


def test_every_property_shape_demands_something() -> None:
    """A property shape has, beside its path and its words, at least one constraint."""
    words = {RDF.type, SH.path, SH.message, SH.description}
    assert [shape for shape in PROPERTY_SHAPES if not set(SHAPES.predicates(shape)) - words] == []


def test_shapes_speak_of_declared_terms() -> None:
    """Every class and property that a shape names is declared in the schema, every datatype in XML Schema."""
    schema = _schema()
    classes = {*SHAPES.objects(None, SH.targetClass), *SHAPES.objects(None, SH["class"])}
    assert {term for term in classes if (term, RDF.type, OWL.Class) not in schema} == set()
    about = (SH.path, SH.lessThan, SH.lessThanOrEquals, SH.disjoint, SH.equals)
    properties = {term for predicate in about for term in SHAPES.objects(None, predicate)}
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    assert {term for term in properties if not any((term, RDF.type, kind) in schema for kind in kinds)} == set()
    assert {term for term in SHAPES.objects(None, SH.datatype) if str(term) not in _XSD_TERMS} == set()


def _parts() -> list[tuple[URIRef, URIRef]]:
    """Each property of the schema that people type in, with each class that may have it."""
    schema = _schema()
    typed_in = {
        URIRef(str(prop))
        for kind in (OWL.ObjectProperty, OWL.DatatypeProperty)
        for prop in schema.subjects(RDF.type, kind)
        if is_own(prop) and (prop, EDGE_FROM_HEDGED, None) not in schema
    }
    domains = (RDFS.domain, SDO.domainIncludes)
    return sorted(
        (prop, URIRef(str(cls))) for prop in typed_in for domain in domains for cls in schema.objects(prop, domain)
    )


def _has(prop: URIRef, cls: URIRef, *constraints: URIRef) -> bool:
    """Whether a shape of the class, or of one above it, constrains the property in one of the ways."""
    return any(
        (shape, SH.path, prop) in SHAPES and (shape, constraint, None) in SHAPES
        for above in superclasses(_schema(), cls)
        for node in SHAPES.subjects(SH.targetClass, above)
        for shape in SHAPES.objects(node, SH.property)
        for constraint in constraints
    )


def test_what_the_schema_allows_once_is_counted() -> None:
    """Every functional property that people type in has, on each class that has it, a shape that counts its values."""
    functional = set(_schema().subjects(RDF.type, OWL.FunctionalProperty))
    assert [part for part in _parts() if part[0] in functional and not _has(*part, SH.maxCount)] == []


def test_kinds_of_values_are_checked() -> None:
    """Every property that people type in has, on each class that has it, a shape that checks the kind of its values."""
    schema = _schema()
    unchecked = []
    for prop, cls in _parts():
        ranges = set(schema.objects(prop, RDFS.range)) | set(schema.objects(prop, SDO.rangeIncludes))
        if ranges == {RDF.PlainLiteral}:
            constraints = [SH.languageIn]
        elif (prop, RDF.type, OWL.DatatypeProperty) in schema:
            constraints = [SH.datatype, SH["in"], SH.nodeKind]
        else:
            constraints = [SH["class"], SH["or"], SH.nodeKind]
        if not _has(prop, cls, *constraints):
            unchecked.append((prop, cls))
    # What may stand as a predicate is no class but a mark on properties, which only a rule can see.
    assert unchecked == [(VOCAB.predicate, VOCAB.Claim)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_is_whole(rule: Rule) -> None:
    """A rule has a title, a problem, a solution and a severity; both SPARQL engines read it; it fills its own words."""
    assert re.fullmatch(r"[A-Z].*[^.]", rule.title)
    assert re.fullmatch(r"[A-Z{].*\.", rule.problem)
    assert re.fullmatch(r"[A-Z].*", rule.solution)
    assert rule.severity in Severity
    selected = {str(variable) for variable in prepareQuery(rule.query, initNs=dict(PREFIXES)).algebra["PV"]}
    answer = pyoxigraph.Store().query(rule.query, prefixes=dict(PREFIXES))
    assert isinstance(answer, pyoxigraph.QuerySolutions)
    assert {variable.value for variable in answer.variables} == selected
    assert "focus" in selected
    assert set(re.findall(r"\{(\w+)\}", rule.problem)) <= selected


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_answers_in_full(rule: Rule) -> None:
    """Each row that a rule gives for a broken record has a value for every variable: no place and no word is lost."""
    for path in (path for path in INVALID if path.parent.name == rule.code):
        store = pyoxigraph.Store()
        store.bulk_extend(turtle.quads(_world() + turtle.parse(path)))
        rows = store.query(rule.query, prefixes=dict(PREFIXES))
        assert isinstance(rows, pyoxigraph.QuerySolutions)
        names = [variable.value for variable in rows.variables]
        found = [[row[name] for name in names] for row in rows]
        assert found
        assert all(value is not None for row in found for value in row)


def test_rules_have_titles_of_their_own() -> None:
    """No two rules have the same title or the same problem."""
    assert len({rule.title for rule in RULES}) == len(RULES)
    assert len({rule.problem for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_speaks_of_declared_terms(rule: Rule) -> None:
    """Every term of the project that a rule names, in its query or in its words, is declared in the schema."""
    named = {URIRef(PREFIXES["vocab"] + name) for name in re.findall(r"\bvocab:(\w+)", rule.query)}
    assert {term for term in named if (term, RDF.type, None) not in _schema()} == set()
