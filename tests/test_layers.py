"""The house rules of the package: who may import whom, who may print, what is public, and what Python must not know."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest
from rdflib import RDF, SKOS, URIRef

import jdm_kg
from jdm_kg import files, graph, turtle
from jdm_kg.iris import PREFIXES, TERMS, name
from tests.content import ROOT

PACKAGE = ROOT / "jdm_kg"
ORDER = [
    "errors",
    "aside",
    "iris",
    "grammar",
    "sparql",
    "texts",
    "facts",
    "support",
    "files",
    "xsd",
    "shacl",
    "vocab",
    "findings",
    "explanations",
    "turtle",
    "reports",
    "edit",
    "graph",
    "replacing",
    "sources",
    "ledger",
    "hygiene",
    "prefixes",
    "fixing",
    "naming",
    "review",
    "wording",
    "terms",
    "rules",
    "reference",
    "reason",
    "judging",
    "check",
    "watching",
    "exports",
    "pipeline",
    "diff",
    "sheets",
    "store",
    "results",
    "remote",
    "questions",
    "knowledge",
    "serve",
    "publish",
    "cli",
]
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__main__.py" and path.parent.name != "_data")


def _layer(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0]


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "jdm_kg":
            names.update(f"jdm_kg.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_one_way(path: Path) -> None:
    """A module imports only from the layers below its own."""
    layer = _layer(path)
    if layer == "__init__":
        return
    used = {name.split(".")[1] for name in _imports(path) if name.startswith("jdm_kg.")} - {layer}
    allowed = set(ORDER[: ORDER.index(layer)])
    assert used <= allowed


@pytest.mark.parametrize(("library", "owner"), [("pyshacl", "reference"), ("owlready2", "reason"), ("owlrl", "reason")])
def test_engines_have_one_importer(library: str, owner: str) -> None:
    """The SHACL engine and the reasoners are imported by one module each."""
    importers = {_layer(path) for path in MODULES if any(name.split(".")[0] == library for name in _imports(path))}
    assert importers <= {owner}


def test_only_the_command_line_prints_or_exits() -> None:
    """No module but cli calls print, input, exit or sys.exit; a copy of the process must end where it has answered."""
    for path in MODULES:
        if _layer(path) in {"aside", "cli"}:
            continue
        called = {
            ast.unparse(node.func)
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call)
        }
        forbidden = {"print", "input", "exit", "quit", "sys.exit", "os._exit"}
        # A process of its own, whose copies answer one query each, and end.
        allowed = {"os._exit", "sys.exit"} if path.name == "zygote.py" else set()
        assert not called & (forbidden - allowed), path.name


def test_only_two_modules_spell_iris() -> None:
    """No module but iris and vocab holds an IRI of the project or of a vocabulary."""
    for path in MODULES:
        if _layer(path) in {"iris", "vocab"}:
            continue
        strings = [
            node.value
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        found = [s for s in strings if any(namespace in s for namespace in PREFIXES.values())]
        assert found == [], path.name


def test_public_names_are_exactly_what_can_be_imported() -> None:
    """`jdm_kg.__all__` is sorted, holds about a dozen names, and each can be imported and is no module."""
    assert jdm_kg.__all__ == sorted(jdm_kg.__all__)
    assert dir(jdm_kg) == jdm_kg.__all__
    assert len(jdm_kg.__all__) <= 15
    for module in ORDER:
        importlib.import_module(f"jdm_kg.{module}")
    for public in jdm_kg.__all__:
        assert type(getattr(jdm_kg, public)).__name__ != "module", public
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = jdm_kg.nothing


def test_importing_the_command_line_is_cheap() -> None:
    """Starting the command line loads none of the heavy libraries."""
    import subprocess
    import sys

    heavy = "{'rdflib', 'pyshacl', 'owlready2', 'pyoxigraph'}"
    code = f"import sys, jdm_kg.cli; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_every_term_that_the_engine_uses_is_declared() -> None:
    """The terms that the engine knows are terms that the schema declares."""
    schema = turtle.parse(ROOT / "ontology" / "schema.ttl")
    terms = [URIRef(PREFIXES["vocab"] + term) for term in sorted(TERMS)]
    assert terms
    assert [term for term in terms if (term, RDF.type, None) not in schema] == []
    with pytest.raises(KeyError):
        name("vocab:polarityy")


def test_a_verdict_needs_no_rdflib() -> None:
    """A check of sound content loads neither rdflib nor an engine that needs it: they take longer than the check."""
    import subprocess
    import sys

    code = "import sys, pathlib, jdm_kg.check; print(jdm_kg.check.validate(pathlib.Path(sys.argv[1])).ok);"
    code += "print(sorted({'rdflib', 'pyshacl', 'owlready2'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code, str(ROOT)], check=True, capture_output=True, text=True)
    assert done.stdout.split("\n")[:2] == ["True", "[]"]


def test_python_names_no_disease_drug_or_symptom() -> None:
    """No Python file of the engine names a thing of the content: a second condition is a folder of Turtle."""
    content = graph.load_authored(ROOT)
    names: set[str] = set()
    # Kinds whose labels are medical words; places, qualities and the like are everyday words that code may use.
    kinds = ("Condition", "ClinicalFeature", "Drug", "DrugClass", "BrandName", "Antibody", "Biomarker", "Regimen")
    for kind in kinds:
        for thing in graph.instances(content, URIRef(PREFIXES["vocab"] + kind)):
            names |= {str(v).casefold() for p in (SKOS.prefLabel, SKOS.altLabel) for v in content.objects(thing, p)}
    names = {name for name in names if len(name) > 4} - {"medicine", "medicines"}  # a kind of the schema
    assert len(names) > 100
    for path in [*MODULES, PACKAGE / "edges.rq"]:
        text = path.read_text(encoding="utf-8").casefold()
        found = [name for name in names if re.search(rf"\b{re.escape(name)}\b", text)]
        assert found == [], path.name


def test_prefixes_are_sorted_and_one_to_one() -> None:
    """The prefixes stand in order and no two stand for the same namespace."""
    assert list(PREFIXES) == sorted(PREFIXES)
    assert len(set(PREFIXES.values())) == len(PREFIXES)


def test_turtle_files_declare_the_prefixes_of_the_project() -> None:
    """Every prefix that a content file or shape declares stands for what the project says, in sorted order."""
    for path in [*files.content_files(ROOT), *sorted((ROOT / "shapes").glob("*.ttl"))]:
        declared = re.findall(r"^@prefix (\w+): <([^>]+)> \.$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert dict(declared).items() <= dict(PREFIXES).items(), path.name
        assert [name for name, _ in declared] == sorted(name for name, _ in declared), path.name
