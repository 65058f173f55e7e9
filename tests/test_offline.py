"""No command that reads content reaches the network, whatever the content asks for."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.content import make_project, replace

FINE, FINDINGS, UNUSABLE = 0, 1, 2
ELSEWHERE = "http://elsewhere.example/graph"

# Runs a command with every way to another machine closed: what tries one is noted, and fails. Java is let through,
# because HermiT is told everything in a file; a test below shows that it runs where there is no network at all.
GUARD = """
import os, runpy, sys
def refuse(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "urllib.Request"}:
        os.write(2, f"REACHED OUT: {event} {arguments!r}\\n".encode())
        raise RuntimeError("no network here")
sys.addaudithook(refuse)
sys.argv[0] = "jdm-kg"
runpy.run_module("jdm_kg", run_name="__main__")
"""


def _has_namespaces() -> bool:
    """Whether this machine lets a process shut itself off from the network."""
    command = ["unshare", "-rn", "true"]
    return (
        shutil.which("unshare") is not None
        and subprocess.run(command, check=False, capture_output=True).returncode == 0
    )


SHUT_OFF = ["unshare", "-rn"] if _has_namespaces() else []


def guarded(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the project where the network is closed, by the system too where it can be."""
    environment = {key: value for key, value in os.environ.items() if key != "JDM_KG_SOURCES"}
    command = [*SHUT_OFF, sys.executable, "-c", GUARD, *arguments, "--root", str(root)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=root, env=environment, timeout=300)
    assert "REACHED OUT" not in done.stderr, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small, whole project, with an export of itself to compare with."""
    root = make_project(tmp_path)
    own = {"@id": "https://w3id.org/jdm-kg/id/x", "@type": "https://w3id.org/jdm-kg/vocab/Drug"}
    (root / "old.jsonld").write_text(json.dumps({"@graph": [own]}), encoding="utf-8")
    return root


COMMANDS = {
    "check": ("check",),
    "check with documents": ("check", "--sources", "documents"),
    "check --fix": ("check", "--fix"),
    "build": ("build",),
    "explain": ("explain",),
    "coverage": ("coverage", "--sources", "documents"),
    "diff": ("diff", "old.jsonld"),
    "export": ("claims", "export", "new.csv"),
}


def test_the_guard_notices_a_connection(tmp_path: Path) -> None:
    """The guard sees an attempt to look up another machine; else the tests below would show nothing."""
    code = GUARD.replace('runpy.run_module("jdm_kg", run_name="__main__")', "")
    code += "import urllib.request\nurllib.request.urlopen('http://elsewhere.example/')\n"
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode != 0
    assert "REACHED OUT" in done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_reaches_the_network(project: Path, command: str) -> None:
    """On sound content every command does its work with the network closed."""
    done = guarded(project, *COMMANDS[command])
    assert done.returncode == (FINDINGS if command == "diff" else FINE), done.stdout + done.stderr


def _imports(root: Path) -> None:
    schema = root / "ontology" / "schema.ttl"
    replaced = schema.read_text(encoding="utf-8").replace(
        "a owl:Ontology ;", f"a owl:Ontology ; owl:imports <{ELSEWHERE}> ;"
    )
    assert ELSEWHERE in replaced
    schema.write_text(replaced, encoding="utf-8")


def _shape(root: Path, line: str) -> None:
    path = root / "shapes" / "claim.ttl"
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}\n{line}\n", encoding="utf-8")


def _rule(root: Path, query: str) -> None:
    header = "# title: T.\n# problem: P.\n# solution: S.\n# severity: error\n"
    (root / "shapes" / "rules" / "tempting.rq").write_text(header + query + "\n", encoding="utf-8")


_SH = "http://www.w3.org/ns/shacl#"
TEMPTING: dict[str, Callable[[Path], object]] = {
    "owl:imports in the content": _imports,
    "owl:imports in a shape": lambda root: _shape(
        root, f"<{ELSEWHERE}> <http://www.w3.org/2002/07/owl#imports> <{ELSEWHERE}#2> ."
    ),
    "sh:shapesGraph": lambda root: _shape(root, f"<{ELSEWHERE}> <{_SH}shapesGraph> <{ELSEWHERE}#2> ."),
    "sh:js": lambda root: _shape(
        root, f'<{ELSEWHERE}> <{_SH}js> [ <{_SH}jsLibrary> [ <{_SH}jsLibraryURL> "{ELSEWHERE}" ] ] .'
    ),
    "SERVICE": lambda root: _rule(root, f"SELECT ?focus {{ SERVICE <{ELSEWHERE}> {{ ?focus ?p ?o }} }}"),
    "SERVICE SILENT": lambda root: _rule(root, f"SELECT ?focus {{ SERVICE SILENT <{ELSEWHERE}> {{ ?focus ?p ?o }} }}"),
    "SERVICE of a variable": lambda root: _rule(root, "SELECT ?focus { ?focus a ?s . service ?s { ?focus ?p ?o } }"),
    "FROM": lambda root: _rule(root, "SELECT ?focus FROM <http://elsewhere.example/> { ?focus ?p ?o }"),
    "FROM NAMED": lambda root: _rule(root, "SELECT ?focus FROM NAMED <http://elsewhere.example/> { ?focus ?p ?o }"),
    "LOAD": lambda root: _rule(root, f"LOAD <{ELSEWHERE}>"),
    "address of a document": lambda root: replace(
        root / "ontology" / "sources" / "documents.ttl", 'vocab:fileName "one.txt"', f'vocab:fileName "{ELSEWHERE}"'
    ),
}
REFUSED = {"SERVICE", "SERVICE SILENT", "SERVICE of a variable", "FROM", "FROM NAMED", "LOAD"}


@pytest.mark.parametrize("temptation", TEMPTING)
def test_what_asks_for_the_network_is_refused_or_does_nothing(project: Path, temptation: str) -> None:
    """Imports, services and remote graphs are never fetched; a rule that names one is refused at its line."""
    TEMPTING[temptation](project)
    for command in ("check with documents", "build", "coverage", "export"):
        done = guarded(project, *COMMANDS[command])
        if temptation in REFUSED and command in {"check with documents", "build"}:
            assert done.returncode == UNUSABLE, done.stdout + done.stderr
            assert "tempting.rq:5:" in done.stderr
        elif (temptation, command) == ("owl:imports in the content", "build"):
            assert done.returncode == UNUSABLE
            assert f"imports <{ELSEWHERE}>" in done.stderr
        else:
            assert done.returncode in {FINE, FINDINGS}, done.stdout + done.stderr
    if temptation in REFUSED:
        assert guarded(project, "explain").returncode == UNUSABLE


@pytest.mark.parametrize(
    "context", [ELSEWHERE, [ELSEWHERE], {"@import": ELSEWHERE}, {"x": {"@id": "x:y", "@context": ELSEWHERE}}]
)
def test_a_context_elsewhere_is_refused(project: Path, context: object) -> None:
    """An export in JSON-LD whose context lies elsewhere is named, and nothing is fetched."""
    node = {"@context": context, "@id": "https://w3id.org/jdm-kg/id/x", "x": {"y": 1}}
    (project / "old.jsonld").write_text(json.dumps(node), encoding="utf-8")
    done = guarded(project, "diff", "old.jsonld")
    assert done.returncode == UNUSABLE
    assert "old.jsonld" in done.stderr


def test_a_version_is_never_fetched_from_an_address(project: Path) -> None:
    """An address in the place of a version is neither a file nor a revision."""
    done = guarded(project, "diff", f"{ELSEWHERE}.ttl")
    assert done.returncode == UNUSABLE
    assert "no such file" in done.stderr
