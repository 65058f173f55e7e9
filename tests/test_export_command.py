"""`jdm-kg export` and `jdm-kg formats`: one format at a time, or the part of the graph about one thing."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph
import pytest

from jdm_kg import exports
from jdm_kg.cli import main
from jdm_kg.exports import Release
from jdm_kg.facts import Facts
from jdm_kg.iris import PREFIXES, name
from jdm_kg.pipeline import release
from tests.content import ROOT, make_project


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small, whole project."""
    return make_project(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def real() -> Release:
    """The real content."""
    return release(ROOT)


def test_formats_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """Each format stands on a line of its own with its files; names and files are used once."""
    assert main(["formats"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [fmt.name for fmt in exports.FORMATS] == list(exports.BY_NAME)
    files = [file for fmt in exports.FORMATS for file in fmt.files]
    assert len(files) == len(set(files))


@pytest.mark.parametrize("fmt", [fmt for fmt in exports.FORMATS if not fmt.extra], ids=lambda fmt: fmt.name)
def test_one_format_is_written(project: Path, tmp_path: Path, fmt: exports.Format) -> None:
    """A format is written alone into a folder, and what else is there stays."""
    (tmp_path / "mine.txt").touch()
    assert main(["export", "--format", fmt.name, "--out", str(tmp_path), "--root", str(project)]) == 0
    written = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()} - {"mine.txt"}
    assert written
    assert all(any(Path(file).match(pattern) for pattern in fmt.files) for file in written)
    assert (tmp_path / "mine.txt").exists()


def test_format_that_is_misspelt(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A name that no format has is refused with the nearest one, and nothing is written."""
    assert main(["export", "--format", "turtel", "--out", str(tmp_path / "out"), "--root", str(project)]) == 2
    assert "turtle" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_thing_that_there_is_not(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A thing that the graph does not know is named in the error."""
    arguments = ["export", "--format", "turtle", "--out", str(tmp_path), "--only", "id:nope", "--root", str(project)]
    assert main(arguments) == 2
    assert "there is no id:nope" in capsys.readouterr().err


@pytest.mark.parametrize("day", ["2027-02-30", "20270131", "tomorrow", "2027"])
def test_day_that_is_none(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], day: str) -> None:
    """What is not a day of the calendar, written in full, is refused in words."""
    out = tmp_path / "out"
    arguments = ["export", "--format", "turtle", "--out", str(out), "--as-of", day, "--root", str(project)]
    assert main(arguments) == 2
    assert "is not a day" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize(("day", "is_stale"), [("2028-03-31", False), ("2028-04-01", True)])
def test_sources_are_stale_from_a_day_on(tmp_path: Path, day: str, is_stale: bool) -> None:
    """Whether a source is overdue for review is told as of the day that is asked for."""
    assert main(["export", "--format", "app", "--out", str(tmp_path), "--as-of", day, "--root", str(ROOT)]) == 0
    (condition,) = [json.loads(path.read_bytes()) for path in (tmp_path / "v1" / "conditions").glob("*.json")]
    assert condition["meta"]["asOf"] == day
    overdue = {source["id"]: source.get("isStale") for source in condition["sources"] if source.get("staleFrom")}
    assert set(overdue.values()) == {is_stale}


def test_content_with_an_error_is_not_exported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the check refuses is not written."""
    root = make_project(tmp_path / "project")
    path = root / "ontology" / "claims" / "all.ttl"
    path.write_text(path.read_text(encoding="utf-8").replace("vocab:polarity vocab:denied", "vocab:polarity id:hurt"))
    assert main(["export", "--format", "turtle", "--out", str(tmp_path / "out"), "--root", str(root)]) == 2
    assert "must be mended" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_place_that_can_not_be_written(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file where the folder should be is told in words."""
    (tmp_path / "out").touch()
    assert main(["export", "--format", "turtle", "--out", str(tmp_path / "out"), "--root", str(project)]) == 2
    assert "can't be written" in capsys.readouterr().err


def _safety(graph: Facts) -> dict[str, set[str]]:
    """The claims that give a thing safety advice, by the thing."""
    kinds = graph.subclasses(name("vocab:SafetyAdvice"))
    advice = {node for kind in kinds for node in graph.subjects(name("rdf:type"), kind)}
    found: dict[str, set[str]] = {}
    for claim in graph.instances(name("vocab:Claim")):
        if advice.intersection(graph.resources(claim, name("vocab:object"))):
            for thing in graph.resources(claim, name("vocab:subject")):
                found.setdefault(thing, set()).add(claim)
    return found


def test_no_treatment_travels_without_its_warnings(real: Release) -> None:
    """In the part about a thing, every thing that it speaks of has all the claims that give it safety advice."""
    whole = _safety(real.facts)
    assert whole
    for thing in sorted(whole)[::3]:
        part = exports.only(real, thing).facts
        assert _safety(part).get(thing, set()) == whole[thing]
        spoken = {
            node
            for claim in part.instances(name("vocab:Claim"))
            if thing in part.resources(claim, name("vocab:subject"))
            for node in part.resources(claim, name("vocab:object"))
        }
        assert {node: whole[node] for node in spoken & set(whole)} == {n: _safety(part)[n] for n in spoken & set(whole)}


def test_part_is_of_the_whole_and_stands_alone(real: Release) -> None:
    """The part about a thing is a part of the graph, and describes all of the project's things that it names."""
    thing = min(_safety(real.facts))
    part = exports.only(real, thing)
    assert 0 < len(part.full) < len(real.full)
    assert set(part.full) <= set(real.full)
    named = {o for _, _, o in part.facts if isinstance(o, str) and o.startswith(PREFIXES["id"])}
    assert named <= set(part.facts.nodes)


def test_written_graph_is_the_one_that_is_committed(real: Release) -> None:
    """What `export` writes is what a build wrote."""
    written = exports.BY_NAME["ntriples"].write(real)["jdm-kg.nt"]
    committed = (ROOT / "exports" / "jdm-kg.nt").read_bytes()
    form = pyoxigraph.RdfFormat.N_TRIPLES
    assert set(pyoxigraph.parse(written, format=form)) == set(pyoxigraph.parse(committed, format=form))
