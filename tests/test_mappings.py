"""The mappings of things to terms of other vocabularies, and the reader of that file."""

from __future__ import annotations

import os
import re
import subprocess
from collections import Counter
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import NamedTuple

import pytest
from rdflib import SKOS, Graph, URIRef

from jdm_kg import turtle
from jdm_kg.errors import InputError
from jdm_kg.files import MAPPINGS_FILE
from jdm_kg.graph import read_mappings
from jdm_kg.vocab import ID
from tests.content import ROOT

MAPPINGS = ROOT / "ontology" / MAPPINGS_FILE

HEADER = """\
#curie_map:
#  id: https://w3id.org/jdm-kg/id/
#  skos: http://www.w3.org/2004/02/skos/core#
#  EX: https://example.org/
#mapping_set_id: https://example.org/mappings
"""


class Sheet(NamedTuple):
    """A mapping file, split into what tests look at."""

    metadata: dict[str, str]
    prefixes: dict[str, str]
    rows: list[dict[str, str]]


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    """The project's mapping file, read without the help of the code under test."""
    lines = MAPPINGS.read_text(encoding="utf-8").splitlines()
    header = [line for line in lines if line.startswith("#")]
    columns, *body = (line.split("\t") for line in lines[len(header) :])
    return Sheet(
        metadata=dict(re.findall(r"^#(\w+): (.+)$", "\n".join(header), flags=re.MULTILINE)),
        prefixes=dict(re.findall(r"^#  (\w+): (\S+)$", "\n".join(header), flags=re.MULTILINE)),
        rows=[dict(zip(columns, fields, strict=True)) for fields in body],
    )


@pytest.fixture(scope="module")
def things() -> Graph:
    """All that the terms files say."""
    graph = Graph()
    for path in sorted((ROOT / "ontology" / "terms").glob("*.ttl")):
        for triple in turtle.parse(path):
            graph.add(triple)
    return graph


@pytest.fixture
def sssom() -> str:
    """The program `sssom` that JDM_KG_SSSOM names."""
    program = os.environ.get("JDM_KG_SSSOM")
    if not program:
        pytest.skip("JDM_KG_SSSOM does not name the program sssom")
    return program


def _exact(sheet: Sheet) -> list[dict[str, str]]:
    return [row for row in sheet.rows if row["predicate_id"] == "skos:exactMatch"]


def _repeated(keys: Iterable[Hashable]) -> list[Hashable]:
    return [key for key, count in Counter(keys).items() if count > 1]


def _file(tmp_path: Path, table: str) -> Path:
    path = tmp_path / MAPPINGS_FILE
    path.write_text(HEADER + table, encoding="utf-8")
    return path


def test_a_neighbours_checker_finds_no_fault(sssom: str) -> None:
    """The program sssom takes the file for valid SSSOM."""
    done = subprocess.run([sssom, "validate", str(MAPPINGS)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_neighbours_reader_keeps_every_row(sssom: str, sheet: Sheet, tmp_path: Path) -> None:
    """The program sssom, which leaves out rows that it finds at fault without failing, keeps all of ours."""
    copy = tmp_path / "copy.sssom.tsv"
    subprocess.run([sssom, "sort", str(MAPPINGS), "--output", str(copy)], capture_output=True, check=True)
    kept = [line for line in copy.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert len(kept) == 1 + len(sheet.rows)


def test_subjects_are_things_under_their_preferred_label(sheet: Sheet, things: Graph) -> None:
    """Every subject stands in the terms files, and is labelled here as it is there."""
    wrong = [
        row["subject_id"]
        for row in sheet.rows
        if row["subject_label"]
        not in {str(label) for label in things.objects(ID[row["subject_id"].removeprefix("id:")], SKOS.prefLabel)}
    ]
    assert wrong == []


def test_every_prefix_is_declared(sheet: Sheet) -> None:
    """Every identifier has a prefix that the curie_map declares, and none is declared for nothing."""
    columns = ("subject_id", "predicate_id", "object_id", "mapping_justification", "object_source")
    used = {row[column].partition(":")[0] for row in sheet.rows for column in columns}
    used.add(sheet.metadata["subject_source"].partition(":")[0])
    assert used == set(sheet.prefixes)


def test_no_two_things_mean_exactly_the_same(sheet: Sheet) -> None:
    """A term of another vocabulary is the exact match of one thing at most."""
    assert _repeated(row["object_id"] for row in _exact(sheet)) == []


def test_one_exact_match_per_vocabulary(sheet: Sheet) -> None:
    """A thing has one exact match at most in each vocabulary."""
    pairs = ((row["subject_id"], row["object_id"].partition(":")[0]) for row in _exact(sheet))
    assert _repeated(pairs) == []


def test_a_thing_and_a_term_are_related_in_one_way(sheet: Sheet) -> None:
    """No two rows have the same subject and object."""
    assert _repeated((row["subject_id"], row["object_id"]) for row in sheet.rows) == []


def test_rows_are_sorted(sheet: Sheet) -> None:
    """Rows are in the order of subject, predicate and object, so that a change shows in one place."""
    keys = [(row["subject_id"], row["predicate_id"], row["object_id"]) for row in sheet.rows]
    assert keys == sorted(keys)


def test_the_set_tells_its_licence_and_version(sheet: Sheet) -> None:
    """The header names the licence and the version of the mappings."""
    assert sheet.metadata["license"] == "https://creativecommons.org/licenses/by-sa/4.0/"
    assert re.fullmatch(r'"\d+\.\d+\.\d+"', sheet.metadata["mapping_set_version"])


def test_every_row_tells_which_version_was_read(sheet: Sheet) -> None:
    """No row leaves open in which version of its vocabulary the term was found, or how sure we are."""
    columns = (
        "object_label",
        "mapping_justification",
        "object_source",
        "object_source_version",
        "confidence",
    )
    assert [row["object_id"] for row in sheet.rows for column in columns if not row[column]] == []


def test_every_row_is_read(sheet: Sheet) -> None:
    """The reader gives one triple per row, with both identifiers as full IRIs."""
    expected = {
        tuple(
            URIRef(sheet.prefixes[prefix] + local)
            for column in ("subject_id", "predicate_id", "object_id")
            for prefix, _, local in [row[column].partition(":")]
        )
        for row in sheet.rows
    }
    triples = list(read_mappings(MAPPINGS))
    assert len(triples) == len(sheet.rows)
    assert set(triples) == expected


def test_an_undeclared_prefix_is_refused(tmp_path: Path) -> None:
    """A prefix that the curie_map lacks is an error at the line of its row."""
    table = "subject_id\tpredicate_id\tobject_id\nid:a\tskos:exactMatch\tEX:1\nid:b\tskos:exactMatch\tNONE:2\n"
    path = _file(tmp_path, table)
    with pytest.raises(InputError, match="NONE:2") as caught:
        list(read_mappings(path))
    assert (caught.value.path, caught.value.line) == (path, 8)


def test_an_empty_line_does_not_shift_the_others(tmp_path: Path) -> None:
    """What is wrong behind an empty line is an error at the line of its row all the same."""
    path = _file(tmp_path, "subject_id\tpredicate_id\tobject_id\n\nid:a\tskos:exactMatch\tNONE:1\n")
    with pytest.raises(InputError, match="NONE:1") as caught:
        list(read_mappings(path))
    assert (caught.value.path, caught.value.line) == (path, 8)


def test_a_predicate_outside_skos_is_refused(tmp_path: Path) -> None:
    """A predicate that is no mapping relation of SKOS is an error at the line of its row."""
    path = _file(tmp_path, "subject_id\tpredicate_id\tobject_id\nid:a\towl:sameAs\tEX:1\n")
    with pytest.raises(InputError, match="owl:sameAs") as caught:
        list(read_mappings(path))
    assert (caught.value.path, caught.value.line) == (path, 7)


def test_a_missing_column_is_refused(tmp_path: Path) -> None:
    """A table without a column that the reader needs is an error at the line of the column names."""
    path = _file(tmp_path, "subject_id\tobject_id\nid:a\tEX:1\n")
    with pytest.raises(InputError, match="predicate_id") as caught:
        list(read_mappings(path))
    assert (caught.value.path, caught.value.line) == (path, 6)
