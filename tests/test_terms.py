"""The lint of vocabularies: slips that every SHACL engine passes in silence are found where they stand."""

from __future__ import annotations

import re
import shutil
from collections.abc import Container
from functools import cache
from importlib import resources
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import SDO, SH, VANN, URIRef

from jdm_kg import files, terms
from jdm_kg.check import validate
from jdm_kg.facts import Facts, Literal
from jdm_kg.files import TextFile
from jdm_kg.findings import Finding, Severity
from jdm_kg.iris import PREFIXES, name
from tests.content import ROOT, make_project, replace


@cache
def _content() -> Facts:
    return files.content(files.read_files(ROOT))


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    """A copy of the shapes and rules to break."""
    return Path(shutil.copytree(ROOT / "shapes", tmp_path / "shapes"))


def check_shapes(folder: Path) -> list[Finding]:
    """The findings of the lint over a folder of shapes, with the content of the project."""
    paths = [*sorted(folder.glob("*.ttl")), *sorted((folder / "rules").glob("*.rq"))]
    current = [TextFile(path, path.read_text(encoding="utf-8")) for path in paths]
    return terms.check(current, _content(), files.shapes(current))


def check_text(text: str, name: str = "a.ttl", content: Facts | None = None) -> list[Finding]:
    """The findings of the lint over the text of one content file."""
    return terms.check([TextFile(Path(name), text)], _content() if content is None else content, Facts([]))


def test_content_and_shapes_are_clean() -> None:
    """The project's own files have no fault of any of these kinds."""
    current = files.read_files(ROOT)
    assert terms.check(current, _content(), files.shapes(current)) == []


# What is broken, in which file, and the code and part of the hint that come of it.
SLIPS = [
    ("claim.ttl", "sh:minCount 1 ;", "sh:mincount 1 ;", "standard-term-unknown", "sh:minCount"),
    ("claim.ttl", "sh:targetClass vocab:Claim", "sh:targetclass vocab:Claim", "standard-term-unknown", "targetClass"),
    ("claim.ttl", "sh:targetClass vocab:Claim", "sh:targetClass vocab:Clam", "shape-target-unknown", "vocab:Claim"),
    ("claim.ttl", "sh:targetClass vocab:Claim", "sh:targetClass skos:Concpt", "standard-term-unknown", "skos:Concept"),
    ("claim.ttl", "<http://www.w3.org/ns/shacl#>", "<https://www.w3.org/ns/shacl#>", "namespace-slip", "http://"),
    ("claim.ttl", "<http://www.w3.org/ns/shacl#>", "<http://www.w3.org/ns/shacl/>", "namespace-slip", "shacl#"),
    ("claim.ttl", "<https://w3id.org/jdm-kg/vocab/>", "<http://w3id.org/jdm-kg/vocab/>", "namespace-slip", "https://"),
    ("claim.ttl", "sh:path vocab:frequency ;", "sh:path vocab:frequncy ;", "shape-path-unknown", "vocab:frequency"),
    ("entity.ttl", "sh:path skos:definition ;", "sh:path skos:note ;", "shape-path-unknown", ""),
    ("claim.ttl", "sh:class vocab:Polarity", "sh:class vocab:polarity", "shape-target-unknown", "vocab:Polarity"),
    ("claim.ttl", "sh:datatype xsd:decimal", "sh:datatype xsd:decimel", "standard-term-unknown", "xsd:decimal"),
    ("claim.ttl", "sh:nodeKind sh:IRI", "sh:nodeKind sh:Iri", "standard-term-unknown", "sh:IRI"),
    ("claim.ttl", "shape:claim-has-subject\n", "shape:claim-has-sujbect\n", "shape-never-applied", ""),
    ("claim.ttl", "    sh:targetClass vocab:Claim ;\n", "", "shape-never-applied", ""),
    ("claim.ttl", "sh:minCount 1 ;", "sh:minCount 1 ;\n    sh:deactivated true ;", "shape-deactivated", ""),
    ("claim.ttl", "    sh:minCount 1 ;\n", "", "shape-without-constraint", ""),
    ("claim.ttl", "sh:property shape:claim-subject-own ;", "sh:property shape:claim-own ;", "undeclared-term", ""),
    ("rules/dose-whole.rq", "focus vocab:doseUnit", "focus vocab:dosUnit", "undeclared-term", "vocab:doseUnit"),
    ("rules/broader-same-kind.rq", "skos:broader", "skos:broder", "standard-term-unknown", "skos:broader"),
    ("rules/claim-object-kind.rq", "schema:rangeIncludes", "schema:rangeInclude", "foreign-term-unlisted", "Includes"),
]  # fmt: skip


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip[2].strip())
def test_a_slip_in_a_shape_or_rule_is_found(shapes: Path, slip: tuple[str, str, str, str, str]) -> None:
    """Each slip gives an error of its own code at its line, with the right spelling in the hint where there is one."""
    file, old, new, code, hint = slip
    path = shapes / file
    text = path.read_text(encoding="utf-8")
    index = text.index(old)
    if new.startswith("sh:targetClass skos:"):
        text = text.replace("@prefix vocab:", f"@prefix skos: <{PREFIXES['skos']}> .\n@prefix vocab:")
        index = text.index(old)
    path.write_text(text[:index] + new + text[index + len(old) :], encoding="utf-8")
    found = [finding for finding in check_shapes(shapes) if finding.code == code]
    assert found
    assert all(finding.severity is Severity.ERROR for finding in found)
    assert all(finding.place is not None and finding.place.path == path for finding in found)
    assert hint in found[0].hint
    assert "{" not in found[0].message + found[0].hint


def test_the_place_is_that_of_the_term(shapes: Path) -> None:
    """A misspelt term is found at its own line and column."""
    path = shapes / "entity.ttl"
    replace(path, "sh:uniqueLang true", "sh:uniqeLang true")
    found = [finding for finding in check_shapes(shapes) if finding.code == "standard-term-unknown"]
    lines = path.read_text(encoding="utf-8").splitlines()
    line = next(number for number, content in enumerate(lines, 1) if "uniqeLang" in content)
    assert [(f.place.line, f.place.column, f.place.end_column) for f in found if f.place] == [(line, 5, 17)]
    assert found[0].focus == "shape:thing-label-once-per-language"
    assert found[0].message == "There is no sh:uniqeLang."


HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ('id:x skos:prefLable "x"@en .', "standard-term-unknown"),
        ("id:x a owl:Thingy .", "standard-term-unknown"),
        ("id:x rdfs:subclassOf vocab:Entity .", "standard-term-unknown"),
        ("id:x vocab:lastReviewed '2020'^^xsd:gyear .", "standard-term-unknown"),
        ("id:x dcterms:licence id:y .", "standard-term-unknown"),
        ("id:x prov:wasDerivedfrom id:y .", "standard-term-unknown"),
        ("id:x oa:starts 1 .", "foreign-term-unlisted"),
        ("id:x skos:closeMatch schema:MedicalConditon .", "foreign-term-unlisted"),
        ("id:x skos:closeMatch biolink:PhenotypicFeatures .", "foreign-term-unlisted"),
        ("id:x skos:closeMatch <http://schema.org/MedicalCondition> .", "namespace-slip"),
        ("id:x skos:closeMatch <https://www.schema.org/MedicalCondition> .", "namespace-slip"),
        ("id:x <http://www.w3.org/2004/02/skos/core/prefLabel> 'x'@en .", "namespace-slip"),
        ("id:x a <http://w3id.org/jdm-kg/vocab/Condition> .", "namespace-slip"),
        ("id:x a <https://w3id.org/JDM-KG/vocab/Condition> .", "namespace-slip"),
        ("id:x <http://www.w3.org/2004/02/skos/cor#prefLabel> 'x'@en .", "namespace-slip"),
    ],
)
def test_a_slip_in_content_is_found(statement: str, code: str) -> None:
    """A misspelt term or namespace in content is one error, in the line where it stands."""
    found = check_text(f"{HEAD}{statement}\n")
    assert [(f.code, f.place and f.place.line) for f in found] == [(code, len(PREFIXES) + 1)]


@pytest.mark.parametrize(
    "statement",
    [
        "id:x a vocab:Condition ; skos:closeMatch schema:MedicalCondition ; rdfs:range rdf:PlainLiteral .",
        "<https://w3id.org/jdm-kg/vocab/> a owl:Ontology ; vann:preferredNamespaceUri 'x' .",
        "id:x dcterms:license <https://creativecommons.org/licenses/by-sa/4.0/> .",
        "id:x dcterms:source <https://schema.example.org/x>, <http://www.w3.org/TR/annotation-vocab/> .",
        "id:x skos:prefLabel 'sh:mincount <http://schema.org/x>'@en . # sh:mincount",
    ],
)
def test_sound_content_passes(statement: str) -> None:
    """Terms that exist, namespaces themselves, addresses of pages and words in texts or comments are no slips."""
    assert check_text(f"{HEAD}{statement}\n") == []


@pytest.mark.parametrize(
    ("declaration", "hint"),
    [
        ("@prefix skos: <http://www.w3.org/2004/02/skos/core/> .", "It stands for <http://www.w3.org/2004/02/skos/core#>."),
        ("@prefix dct: <http://purl.org/dc/terms/> .", "That namespace has the prefix dcterms:."),
        ("PREFIX foaf: <http://xmlns.com/foaf/0.1/>", "Use the prefixes of jdm_kg/iris.py."),
    ],
)  # fmt: skip
def test_prefixes_are_those_of_the_project(declaration: str, hint: str) -> None:
    """A prefix of another project, or one that stands for another namespace, is an error at its declaration."""
    found = check_text(f"\n{declaration}\n")
    assert [(f.code, f.place and (f.place.line, f.place.column), f.hint) for f in found] == [
        ("prefix-not-of-project", (2, 1), hint)
    ]


def test_names_of_content_are_left_to_the_rules() -> None:
    """That an own name of a content file is described is what the rules check; the lint does not say so again."""
    assert check_text(f"{HEAD}id:x vocab:hasSymtom id:nobody .\n") == []


def test_the_query_for_edges_names_what_exists() -> None:
    """The one query of the engine itself uses declared terms only."""
    text = resources.files("jdm_kg").joinpath("edges.rq").read_text(encoding="utf-8")
    assert check_text(text, "edges.rq") == []
    assert [f.code for f in check_text(text.replace("vocab:polarity", "vocab:polartiy"), "edges.rq")]


def test_the_lint_is_part_of_validate(tmp_path: Path) -> None:
    """`validate` reports a slip that the engines pass in silence."""
    root = make_project(tmp_path)
    replace(root / "shapes" / "entity.ttl", "sh:uniqueLang true", "sh:uniqeLang true")
    codes = {finding.code for finding in validate(root).findings}
    assert codes == {"standard-term-unknown"}


def test_listed_terms_exist_where_rdflib_knows_the_vocabulary() -> None:
    """The terms of schema.org and VANN in the list are terms of the lists that rdflib has."""
    listed = terms.listed_terms()
    for namespace in (SDO, VANN):
        ours = [term for term in listed if term.startswith(str(namespace))]
        assert ours
        assert [term for term in ours if URIRef(term) not in cast("Container[URIRef]", namespace)] == []


def test_the_list_is_sorted_and_says_how_it_was_made() -> None:
    """The list of foreign terms is grouped by prefix, sorted, without repetitions, and names its sources."""
    text = resources.files("jdm_kg").joinpath("foreign-terms.txt").read_text(encoding="utf-8")
    groups = [group.splitlines() for group in text.strip().split("\n\n")]
    comment, *lists = groups
    assert all(line.startswith("#") for line in comment)
    for group in lists:
        prefixes = {line.partition(":")[0] for line in group}
        assert len(prefixes) == 1
        assert prefixes <= set(PREFIXES)
        assert group == sorted(set(group))
        assert any(line.startswith(f"#   {next(iter(prefixes))} ") for line in comment)


@settings(deadline=None)
@given(st.sampled_from(sorted(str(term).removeprefix(str(SH)) for term in dir(SH))), st.data())
def test_every_misspelling_is_found(term: str, data: st.DataObject) -> None:
    """A SHACL term with one letter left out is an error unless that is a term too."""
    index = data.draw(st.integers(0, len(term) - 1))
    slip = term[:index] + term[index + 1 :]
    if slip and slip not in cast("Container[str]", SH) and slip[0] not in "-.0123456789":
        found = check_text(f"{HEAD}id:x sh:{slip} id:y .\n", content=Facts([]))
        assert [finding.code for finding in found] == ["standard-term-unknown"]
    assert check_text(f"{HEAD}id:x sh:{term} id:y .\n", content=Facts([])) == []


def test_codes_are_explained_once_and_in_order() -> None:
    """The explanations are sorted by code, and each code is kebab-case and explained once."""
    names = [entry.code for entry in terms.EXPLANATIONS]
    assert names == sorted(set(names))
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", name) for name in names)


def test_the_standard_terms_in_use_are_listed() -> None:
    """The list that saves a check from loading rdflib holds the terms of content, shapes and rules, and no others."""
    standard = tuple(PREFIXES[prefix] for prefix in ("dcterms", "owl", "prov", "rdf", "rdfs", "sh", "skos", "xsd"))
    used = set()
    for file in files.read_files(ROOT):
        used |= {token.value for token in file.tokens if token.kind == "iri"}
        used |= {x.datatype if isinstance(x, Literal) else x for triple in file.triples for x in triple}
    text = resources.files("jdm_kg").joinpath("standard-terms.txt").read_text(encoding="utf-8")
    listed = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert listed == sorted(set(listed))
    assert {iri for iri in used if iri.startswith(standard) and iri not in standard} == set(map(name, listed))
