"""The KGX tables: valid for KGX and Biolink, true to the claims, and careful with what is denied or hedged."""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from jdm_kg.exports import Files, Release, loss
from jdm_kg.exports.claims import claims
from jdm_kg.exports.kgx import FORMATS
from jdm_kg.facts import Literal
from jdm_kg.iris import PREFIXES, name
from tests import releases, tools
from tests.content import ROOT

(FORMAT,) = FORMATS
NODES, EDGES = FORMAT.files
CHECK = ROOT / "tests" / "kgx_check.py"
OWN = ("JDMKG", "JDMKG.PASSAGE", "JDMKG.SOURCE", "JDMKG.VOCAB", "infores")
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def release() -> Release:
    """The real release."""
    return releases.real()


@pytest.fixture(scope="module")
def files(release: Release) -> Files:
    """Its tables."""
    return FORMAT.write(release)


def _rows(table: bytes) -> Rows:
    return list(csv.DictReader(table.decode("utf-8").splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE, strict=True))


def _check(files: Files, folder: Path) -> dict[str, Any]:
    """What `kgx validate`, and Biolink's domains and ranges, find wrong with the tables."""
    python = tools.environment("kgx==2.6.0", "bmt==1.5.0", "biolink-model==4.4.4")
    for file, content in files.items():
        (folder / file).write_bytes(content)
    command = [str(python), str(CHECK), str(folder / NODES), str(folder / EDGES), *OWN]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_kgx_and_biolink_find_no_fault(files: Files, tmp_path: Path) -> None:
    """The validator of KGX has no error, every edge fits its predicate, and all columns are slots of the model."""
    found = _check(files, tmp_path)
    assert found["errors"] in ({}, {"ERROR": {}})
    assert found["unfit"] == []
    assert found["slots"] == ["description"]  # which every entity of Biolink may have
    edges = _rows(files[EDGES])
    assert {row["knowledge_level"] for row in edges} <= set(found["lists"]["KnowledgeLevel"])
    assert {row["agent_type"] for row in edges} <= set(found["lists"]["AgentType"])


def test_the_check_finds_a_wrong_edge(files: Files, tmp_path: Path) -> None:
    """A treatment in the place of a symptom, a prefix and a predicate that do not exist are all found."""
    edges = files[EDGES].replace(b"biolink:is_diagnosed_by", b"biolink:has_phenotype")
    edges = edges.replace(b"biolink:similar_to", b"biolink:looks_like")
    wrong = {NODES: files[NODES], EDGES: edges}
    found = _check({table: rows.replace(b"MESH:", b"MESHED:") for table, rows in wrong.items()}, tmp_path)
    assert found["unfit"]
    assert {"INVALID_EDGE_PREDICATE", "INVALID_NODE_PROPERTY_VALUE"} <= set(found["errors"]["ERROR"])


def test_nothing_is_made_up_and_relations_with_a_predicate_come_back(files: Files, release: Release) -> None:
    """Read back, the tables give no triple that the graph lacks, and the wording of every claim that they hold."""
    found = loss(FORMAT, files, release)
    assert found.invented == ()
    assert {"vocab:hasTreatment", "vocab:hasSideEffect", "vocab:hasSite"} & set(found.by_predicate) == set()
    carried = set(FORMAT.read(files, release))
    held = {row["id"] for row in _rows(files[EDGES])}
    for curie in ("vocab:statement", "vocab:frequencyWording", "vocab:restsOn", "vocab:certainty", "vocab:polarity"):
        assert {t for t in release.facts if t[0] in held and t[1] == name(curie)} <= carried


def test_an_edge_tells_where_it_comes_from(files: Files) -> None:
    """Every edge has its source, document, passage and sentence; every end of it is a node, and each node once."""
    nodes = _rows(files[NODES])
    ids = [row["id"] for row in nodes]
    assert len(set(ids)) == len(ids)
    for row in _rows(files[EDGES]):
        assert {row["subject"], row["object"], row["has_confidence_level"], row["publications"]} <= set(ids)
        assert row["primary_knowledge_source"] == "infores:jdm-kg"
        assert row["has_evidence"].startswith("JDMKG.PASSAGE:")
        assert row["description"]


def test_rows_are_sorted_and_whole(files: Files) -> None:
    """Rows are in the order of their identifiers, and have a cell for each column."""
    for table in files.values():
        rows = _rows(table)
        assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)
        assert all(None not in row and None not in row.values() for row in rows)


def test_hedges_and_denials(files: Files, release: Release) -> None:
    """What is hedged says so, and nothing that is denied stands as if it were so."""
    of = {claim.iri: claim for claim in claims(release.facts)}
    seen = set()
    for row in _rows(files[EDGES]):
        claim = of[row["id"]]
        assert row["negated"] == ("true" if claim.denied else "false")
        assert row["has_confidence_level"] == "JDMKG.VOCAB:" + claim.certainty.removeprefix(PREFIXES["vocab"])
        assert row["knowledge_level"] == ("not_provided" if claim.hedged else "knowledge_assertion")
        assert not claim.as_printed
        seen.add(claim.hedged)
    assert seen == {True, False}


def test_a_plain_denial_is_negated_and_one_with_exceptions_left_out(tmp_path: Path) -> None:
    """A denied symptom is a negated edge; denied "in some cases", or by a wider predicate, it is no edge."""
    release = releases.small(tmp_path / "one")
    negated = [row for row in _rows(FORMAT.write(release)[EDGES]) if row["negated"] == "true"]
    assert [row["object"] for row in negated] == ["JDMKG:hurt"]
    assert loss(FORMAT, FORMAT.write(release), release).invented == ()
    rarely = (name("claim:one-003-01"), name("vocab:frequency"), name("id:frequency-rare"))
    release = releases.small(tmp_path / "two", rarely)
    assert {row["negated"] for row in _rows(FORMAT.write(release)[EDGES])} == {"false"}


def test_a_treatment_is_described_with_its_safety_advice(files: Files, release: Release) -> None:
    """The description of every node whose thing has safety advice holds the words of all of it."""
    checked = 0
    for row in _rows(files[NODES]):
        for advice in release.facts.resources(row["iri"], name("vocab:hasSafetyAdvice")):
            for words in release.facts.texts(advice, name("vocab:adviceText")):
                assert f"Safety: {words}" in row["description"]
                checked += 1
    assert checked > 20


def test_the_set_describes_itself(files: Files, release: Release) -> None:
    """The node of the knowledge source has disclaimer, version and licence; documents have their terms."""
    nodes = {row["id"]: row for row in _rows(files[NODES])}
    assert nodes["infores:jdm-kg"]["description"].startswith("Not medical advice")
    assert f"Version {release.version}." in nodes["infores:jdm-kg"]["description"]
    assert nodes["infores:jdm-kg"]["license"].startswith("https://creativecommons.org/")
    documents = [row for row in nodes.values() if row["category"] == "biolink:WebPage"]
    assert len(documents) == 2
    assert all(row["rights"] for row in documents)


def test_no_cell_breaks_a_row(tmp_path: Path) -> None:
    """Tabs, line ends and the mark between values in a text stay inside their cell."""
    text = Literal("a\tb\nc|d", name("rdf:langString"), "en")
    release = releases.small(tmp_path / "project", (name("id:plip"), name("skos:altLabel"), text))
    files = FORMAT.write(release)
    assert len(_rows(files[NODES])) == len(files[NODES].splitlines()) - 1
    assert loss(FORMAT, files, release).invented == ()
