"""The mappings as SSSOM/TSV: whole, with what curators wrote beside them, and valid for the standard's own program."""

from __future__ import annotations

import csv
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from jdm_kg.exports import Files, Release, loss
from jdm_kg.exports.curies import mappings
from jdm_kg.exports.sssom import FORMATS
from jdm_kg.iris import name, shorten
from tests import releases
from tests.content import ROOT

(FORMAT,) = FORMATS
FILE = FORMAT.files[0]


@pytest.fixture(scope="module")
def release() -> Release:
    """The real release."""
    return releases.real()


@pytest.fixture(scope="module")
def files(release: Release) -> Files:
    """Its file."""
    return FORMAT.write(release)


def _split(text: str) -> tuple[list[str], list[dict[str, str]]]:
    lines = text.splitlines()
    header = [line for line in lines if line.startswith("#")]
    return header, list(csv.DictReader(lines[len(header) :], delimiter="\t", quoting=csv.QUOTE_NONE))


def _valid(text: str, folder: Path) -> None:
    """The program `sssom` that JDM_KG_SSSOM names finds no fault, and keeps every row."""
    program = os.environ.get("JDM_KG_SSSOM")
    if not program:
        pytest.skip("JDM_KG_SSSOM does not name the program sssom")
    path, copy = folder / FILE, folder / "copy.tsv"
    path.write_text(text, encoding="utf-8")
    done = subprocess.run([program, "validate", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    subprocess.run([program, "sort", str(path), "--output", str(copy)], capture_output=True, check=True)
    assert len(_split(copy.read_text(encoding="utf-8"))[1]) == len(_split(text)[1])


def test_the_program_of_the_standard_takes_it(files: Files, tmp_path: Path) -> None:
    """The program sssom finds the file valid, and loses no row of it."""
    _valid(files[FILE].decode("utf-8"), tmp_path)


def test_it_takes_mappings_of_which_nobody_wrote_more(tmp_path: Path) -> None:
    """A mapping to a vocabulary that no table knows has a prefix of its own and an unspecified justification."""
    strange = (name("id:plip"), name("skos:exactMatch"), "https://example.org/words#7")
    release = releases.small(tmp_path / "project", strange)
    text = FORMAT.write(release)[FILE].decode("utf-8")
    header, (row,) = _split(text)
    assert "#  ns1: https://example.org/words#" in header
    assert (row["object_id"], row["mapping_justification"]) == ("ns1:7", "semapv:UnspecifiedMatching")
    assert loss(FORMAT, FORMAT.write(release), release).invented == ()
    assert strange in set(FORMAT.read(FORMAT.write(release), release))
    _valid(text, tmp_path)


def test_no_mapping_of_a_thing_is_lost_or_made_up(files: Files, release: Release) -> None:
    """Read back, the file gives every mapping of a thing, its label, and nothing else."""
    carried = set(FORMAT.read(files, release))
    assert loss(FORMAT, files, release).invented == ()
    assert {(s, name(p), o) for s, p, o in mappings(release.facts)} <= carried


def test_rows_keep_what_curators_wrote(files: Files) -> None:
    """Every cell of the curators' file stands in the same mapping here: justification, confidence, version, comment."""
    authored = _split((ROOT / "ontology" / "mappings.sssom.tsv").read_text(encoding="utf-8"))[1]
    there = {(row["subject_id"], row["predicate_id"], row["object_id"]): row for row in _split(files[FILE].decode())[1]}
    for row in authored:
        ours = there.pop((row["subject_id"], row["predicate_id"], row["object_id"]))
        assert {column: ours[column] for column in row} == row
    assert there == {}


def test_rows_and_metadata_are_in_order(files: Files, release: Release) -> None:
    """Rows are sorted, the metadata follow the order of SSSOM, and tell identifier, version, licence and days."""
    header, rows = _split(files[FILE].decode("utf-8"))
    keys = [(row["subject_id"], row["predicate_id"], row["object_id"]) for row in rows]
    assert keys == sorted(keys)
    slots = [line[1:].partition(":")[0] for line in header if not line.startswith("# ")]
    wanted = ["curie_map", "mapping_set_id", "mapping_set_version", "license", "mapping_date", "publication_date"]
    assert [slot for slot in slots if slot in wanted] == wanted
    assert f'#mapping_set_version: "{release.version}"' in header
    assert f'#publication_date: "{release.modified}"' in header
    assert any("not medical advice" in line.casefold() for line in header)


def test_every_prefix_is_declared_and_used(files: Files) -> None:
    """The file declares the prefixes of its identifiers, and no others."""
    header, rows = _split(files[FILE].decode("utf-8"))
    declared = {line[3:].partition(":")[0] for line in header if line.startswith("#  ")}
    columns = ("subject_id", "predicate_id", "object_id", "mapping_justification", "object_source")
    assert declared == {row[column].partition(":")[0] for row in rows for column in columns} | {"w3id"}


def test_a_part_of_the_release_has_its_mappings_only(release: Release) -> None:
    """Mappings that the graph of a release lacks are not in its file, though curators wrote them."""
    kept = mappings(release.facts)[0]
    part = releases.real()
    subset = type(part.full)()
    subset += (t for t in part.full if str(t[0]) == kept[0] and str(t[2]) == kept[2])
    rows = _split(FORMAT.write(replace(part, full=subset))[FILE].decode("utf-8"))[1]
    assert [(row["subject_id"], row["predicate_id"]) for row in rows] == [(shorten(kept[0]), kept[1])]
