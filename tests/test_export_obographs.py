"""The OBO Graphs file: the graph that ROBOT itself makes of our ontology, as far as it goes, and no more."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from jdm_kg.exports import Files, Release, loss
from jdm_kg.exports.obographs import FORMATS
from jdm_kg.iris import PREFIXES, name
from jdm_kg.turtle import to_ntriples
from tests import releases, tools

(FORMAT,) = FORMATS
(FILE,) = FORMAT.files
Json = dict[str, Any]
# The reader of PyPI's package of the same name, told to refuse what its model does not know.
_READ = """
import sys, obographs.model as m
for cls in (m.Property, m.Definition, m.Xref, m.Synonym, m.Meta, m.Edge, m.Node, m.Graph, m.GraphDocument):
    cls.model_config["extra"] = "forbid"
for cls in (m.Property, m.Definition, m.Xref, m.Synonym, m.Meta, m.Edge, m.Node, m.Graph, m.GraphDocument):
    cls.model_rebuild(force=True)
graph = m.read(sys.argv[1])
print(len(graph.nodes), len(graph.edges), graph.name, graph.license)
"""


@pytest.fixture(scope="module")
def release() -> Release:
    """The real release."""
    return releases.real()


@pytest.fixture(scope="module")
def files(release: Release) -> Files:
    """Its file."""
    return FORMAT.write(release)


def _graph(files: Files) -> Json:
    (graph,) = json.loads(files[FILE])["graphs"]
    found: Json = graph
    return found


def _edges(graph: Json) -> set[tuple[str, str, str]]:
    return {(edge["sub"], edge["pred"], edge["obj"]) for edge in graph["edges"]}


def test_robot_makes_the_same_edges(files: Files, release: Release, tmp_path: Path) -> None:
    """ROBOT turns our RDF into OBO Graphs with the same edges between what is in both, and the same kinds of node."""
    (tmp_path / "full.ttl").write_text(to_ntriples(release.full), encoding="utf-8")
    tools.robot("convert", "--input", tmp_path / "full.ttl", "--format", "json", "--output", tmp_path / "robot.json")
    (theirs,) = json.loads((tmp_path / "robot.json").read_text(encoding="utf-8"))["graphs"]
    ours = _graph(files)
    kinds = {node["id"]: node["type"] for node in ours["nodes"]}
    mine, robots = _in_one_form(_edges(ours)), _in_one_form(_edges(theirs))
    assert mine - robots == set()
    assert {edge for edge in robots - mine if {edge[0], edge[2]} <= kinds.keys() and edge[0] != edge[2]} == set()
    of = {node["id"]: node["type"] for node in theirs["nodes"] if "type" in node}
    assert {node["id"] for node in ours["nodes"] if of.get(node["id"], node["type"]) != node["type"]} == set()


def _in_one_form(edges: set[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    """The edges, with those that hold in both directions the same way round, and of things "is a" for "broader"."""
    turned = {(min(s, o), p, max(s, o)) if p == "inverseOf" else (s, p, o) for s, p, o in edges}
    return {(s, "is_a" if p == name("skos:broader") else p, o) for s, p, o in turned}


def test_the_model_of_the_format_reads_it(files: Files, tmp_path: Path) -> None:
    """The package obographs reads every node and edge, and finds no key that the format does not have."""
    (tmp_path / FILE).write_bytes(files[FILE])
    python = tools.environment("obographs==0.1.0")
    done = subprocess.run([str(python), "-c", _READ, str(tmp_path / FILE)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    graph = _graph(files)
    assert done.stdout.startswith(f"{len(graph['nodes'])} {len(graph['edges'])} ")
    assert "https://creativecommons.org/licenses/by-sa/4.0/" in done.stdout


def test_nothing_is_made_up_and_every_relation_of_things_comes_back(files: Files, release: Release) -> None:
    """Read back, the file gives all relations between things, their names, mappings and advice, and nothing else."""
    assert loss(FORMAT, files, release).invented == ()
    carried = set(FORMAT.read(files, release))
    things = {node for node in release.facts.nodes if node.startswith(PREFIXES["id"])}
    wanted = {
        (s, p, o)
        for s, p, o in release.facts
        if s in things and (p.startswith(PREFIXES["vocab"]) or p == name("skos:broader")) and o in things and s != o
    }
    assert len(wanted) > 500
    assert wanted <= carried
    for curie in ("skos:prefLabel", "skos:definition", "skos:exactMatch", "skos:closeMatch", "vocab:adviceText"):
        assert {t for t in release.facts if t[0] in things and t[1] == name(curie)} <= carried


def test_things_are_no_classes(files: Files) -> None:
    """No thing is a class: an edge between classes says that it holds for all, which no document does."""
    graph = _graph(files)
    classes = {node["id"] for node in graph["nodes"] if node["type"] == "CLASS"}
    assert all(iri.startswith(PREFIXES["vocab"]) for iri in classes)
    properties = {node["id"] for node in graph["nodes"] if node["type"] == "PROPERTY"}
    short = {"is_a", "type", "inverseOf", "subPropertyOf"}
    assert {edge["pred"] for edge in graph["edges"]} <= properties | short


def test_edges_tell_their_claims(files: Files, release: Release) -> None:
    """A relation that claims give names them with their sentences, and none of them is denied or faultily printed."""
    told = [edge for edge in _graph(files)["edges"] if "meta" in edge]
    assert len(told) > 300
    for edge in told:
        for claim, sentence in zip(edge["meta"]["xrefs"], edge["meta"]["comments"], strict=True):
            facts = release.facts
            assert facts.texts(claim["val"], name("vocab:statement")) == [sentence]
            assert facts.resources(claim["val"], name("vocab:polarity")) == [name("vocab:affirmed")]
            assert facts.texts(claim["val"], name("vocab:asPrinted")) != ["true"]


def test_a_treatment_has_its_safety_advice(files: Files, release: Release) -> None:
    """The comments of every node with safety advice hold the words of all of it."""
    checked = 0
    for node in _graph(files)["nodes"]:
        for advice in release.facts.resources(node["id"], name("vocab:hasSafetyAdvice")):
            for words in release.facts.texts(advice, name("vocab:adviceText")):
                assert f"Safety: {words}" in node["meta"]["comments"]
                checked += 1
    assert checked > 20


def test_the_graph_describes_itself(files: Files, release: Release) -> None:
    """The graph has the disclaimer, version, licence and sources."""
    meta = _graph(files)["meta"]
    assert meta["comments"][0].startswith("Not medical advice")
    values = {value["pred"]: value["val"] for value in meta["basicPropertyValues"]}
    assert values[name("owl:versionInfo")] == release.version
    assert values[name("dcterms:license")].startswith("https://creativecommons.org/")
    assert sum(value["pred"] == name("dcterms:source") for value in meta["basicPropertyValues"]) == 2


def test_a_denied_symptom_is_no_edge(tmp_path: Path) -> None:
    """Of the made-up condition only what it has is an edge."""
    release = releases.small(tmp_path / "project")
    files = FORMAT.write(release)
    found = {obj for _, pred, obj in _edges(_graph(files)) if pred == name("vocab:hasSymptom")}
    assert found == {name("id:plip")}
    assert loss(FORMAT, files, release).invented == ()
