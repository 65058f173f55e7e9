"""The table of phenotypes: the columns of HPO's annotations, and no more than documents say."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from jdm_kg.exports import Files, Release, loss
from jdm_kg.exports.claims import claims
from jdm_kg.exports.hpoa import FORMATS
from jdm_kg.facts import Literal, Triple
from jdm_kg.iris import PREFIXES, name
from tests import releases

(FORMAT,) = FORMATS
(FILE,) = FORMAT.files
HP = PREFIXES["obo"] + "HP_"
# The columns of the format, in its order.
COLUMNS = "database_id disease_name qualifier hpo_id reference evidence onset frequency sex modifier aspect biocuration"


@pytest.fixture(scope="module")
def release() -> Release:
    """The real release."""
    return releases.real()


@pytest.fixture(scope="module")
def files(release: Release) -> Files:
    """Its table."""
    return FORMAT.write(release)


def _rows(files: Files) -> list[dict[str, str]]:
    lines = [line for line in files[FILE].decode("utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True))


def test_cells_are_as_the_format_wants_them(files: Files) -> None:
    """Every row has the twelve columns with values that the format knows."""
    rows = _rows(files)
    assert len(rows) > 40
    for row in rows:
        assert list(row) == COLUMNS.split()
        assert re.fullmatch(r"(ORPHA|MONDO|DOID):\d+|JDMKG:[\w-]+", row["database_id"])
        assert row["disease_name"]
        assert row["qualifier"] in {"", "NOT"}
        assert re.fullmatch(r"HP:\d{7}", row["hpo_id"])
        assert re.fullmatch(r"https://[^;]+(;https://[^;]+)+", row["reference"])
        assert (row["evidence"], row["aspect"]) == ("TAS", "P")
        assert re.fullmatch(r"(HP:\d{7}|\d+(\.\d+)?%)?", row["frequency"])
        assert re.fullmatch(r"[A-Z]+:\w+\[\d{4}-\d\d-\d\d\]", row["biocuration"])
    assert rows == sorted(rows, key=lambda row: (row["database_id"], row["hpo_id"], row["reference"]))


def test_comments_on_top_say_what_it_is(files: Files, release: Release) -> None:
    """Lines of comment give version, disclaimer, licence and the sources with their review."""
    comments = [line for line in files[FILE].decode("utf-8").splitlines() if line.startswith("#")]
    assert f"#version: {release.version}" in comments
    assert any("Not medical advice" in line for line in comments)
    assert any("CC BY-SA 4.0" in line for line in comments)
    assert sum(line.startswith("#source: ") for line in comments) == 2


def test_nothing_is_made_up(files: Files, release: Release) -> None:
    """Read back, every row is a claim of the graph, with its thing, its feature and its edge."""
    assert loss(FORMAT, files, release).invented == ()


def test_every_stated_symptom_with_a_term_is_there(files: Files, release: Release) -> None:
    """A row stands for each outright claim of a symptom whose feature has an exact term, and for no other claim."""
    facts = release.facts
    wanted = {
        claim.iri
        for claim in claims(facts)
        if claim.predicate in {name("vocab:hasSymptom"), name("vocab:hasMainSymptom")}
        and claim.stated
        and not claim.denied
        and any(iri.startswith(HP) for iri in facts.resources(str(claim.target), name("skos:exactMatch")))
    }
    assert {row["reference"].rpartition(";")[2] for row in _rows(files)} == wanted


def _small(folder: Path, *more: Triple) -> tuple[list[dict[str, str]], Release]:
    terms = [
        (name(f"id:{thing}"), name("skos:exactMatch"), HP + f"000000{i}") for i, thing in enumerate(("plip", "hurt"))
    ]
    release = releases.small(folder, *terms, *more)
    files = FORMAT.write(release)
    assert loss(FORMAT, files, release).invented == ()
    return _rows(files), release


def test_what_is_denied_is_not_so(tmp_path: Path) -> None:
    """A symptom that is plainly denied has the qualifier NOT."""
    rows, _ = _small(tmp_path / "project")
    assert [(row["hpo_id"], row["qualifier"]) for row in rows] == [
        ("HP:0000000", ""),
        ("HP:0000000", ""),
        ("HP:0000001", "NOT"),
    ]


def test_what_is_sometimes_not_so_has_no_row(tmp_path: Path) -> None:
    """A denial with a frequency is left out: NOT would deny what the document only denies of some."""
    rarely = (name("claim:one-003-01"), name("vocab:frequency"), name("id:frequency-rare"))
    rows, _ = _small(tmp_path / "project", rarely)
    assert {row["qualifier"] for row in rows} == {""}


def test_a_frequency_needs_a_term_or_an_exact_share(tmp_path: Path) -> None:
    """A wording has no frequency, its exact term is one, and so is one exact percentage; an approximate one is not."""
    claim, number = name("claim:one-002-01"), name("xsd:decimal")
    rows, _ = _small(tmp_path / "1")
    assert {row["frequency"] for row in rows} == {""}
    mapped = (name("id:frequency-rare"), name("skos:exactMatch"), HP + "0040284")
    rows, _ = _small(tmp_path / "2", mapped)
    assert "HP:0040284" in {row["frequency"] for row in rows}
    share = [
        (claim, name("vocab:amountMinimum"), Literal("12.5", number)),
        (claim, name("vocab:amountMaximum"), Literal("12.5", number)),
        (claim, name("vocab:amountUnit"), Literal("%", name("xsd:string"))),
    ]
    rows, _ = _small(tmp_path / "3", *share)
    assert "12.5%" in {row["frequency"] for row in rows}
    about = (claim, name("vocab:approximate"), Literal("true", name("xsd:boolean")))
    rows, _ = _small(tmp_path / "4", *share, about)
    assert {row["frequency"] for row in rows} == {""}
