"""The flat tables: what they hold, that any CSV or Parquet reader reads them, and that no cell is a formula."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import OWL, RDFS

from jdm_kg.exports import Files, Format, Release, loss, tables
from jdm_kg.exports.columns import CLAIMS, TABLES, Column
from jdm_kg.exports.tables import FORMATS
from jdm_kg.facts import Literal
from jdm_kg.iris import name, shorten
from jdm_kg.vocab import VOCAB
from tests import releases, tools

CSV, PARQUET = FORMATS
FRICTIONLESS = "frictionless==5.21.0"


@pytest.fixture(scope="module")
def release() -> Release:
    """The real release."""
    return releases.real()


@pytest.fixture(scope="module")
def files(release: Release) -> Files:
    """Its tables as CSV."""
    return CSV.write(release)


def _rows(files: Files, table: str) -> list[dict[str, str]]:
    text = files[f"tables/{table}.csv"].decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


@pytest.mark.parametrize("fmt", FORMATS, ids=lambda fmt: fmt.name)
def test_no_claim_is_lost_and_nothing_is_made_up(fmt: Format, release: Release) -> None:
    """Read back, a table gives every claim with all its qualifiers, and no triple that the graph does not have."""
    found = loss(fmt, fmt.write(release), release)
    assert found.invented == ()
    assert found.claims == 0
    columns = {column.property for table in TABLES for column in table.columns if column.property}
    kept = columns - {"rdf:type", "vocab:order", "vocab:inSource", "vocab:inSection", "vocab:sha256"}
    of_schema_too = {"vocab:explanation", *(curie for curie in columns if curie.startswith("skos:"))}
    assert set(found.by_predicate) & (kept - of_schema_too) == set()
    claims = set(release.facts.instances(name("vocab:Claim")))
    carried = set(fmt.read(fmt.write(release), release))
    said = {triple for triple in release.facts if triple[0] in claims and triple[1] != name("rdf:type")}
    assert said <= carried


def test_every_property_of_claims_has_a_column(release: Release) -> None:
    """No qualifier of the schema is forgotten, and one that can have several values may have them here."""
    graph = release.full
    of_claims = {p for cls in (VOCAB.Claim, VOCAB.Record) for p in graph.subjects(RDFS.domain, cls)}
    columns = {name(column.property): column for column in CLAIMS.columns if column.property and not column.inverse}
    derived = {str(VOCAB.value)}
    assert {str(p) for p in of_claims} == set(columns) | derived
    functional = {str(p) for p in graph.subjects(None, OWL.FunctionalProperty)}
    assert [shorten(p) for p, column in columns.items() if column.many == (p in functional)] == []


def test_the_header_names_each_column_once_and_rows_are_as_long(files: Files) -> None:
    """Every row of every file has the cells that its header names."""
    for table in TABLES:
        lines = list(csv.reader(io.StringIO(files[f"tables/{table.name}.csv"].decode("utf-8"), newline="")))
        assert lines[0] == ["id", *(column.name for column in table.columns)]
        assert len(set(lines[0])) == len(lines[0])
        assert {len(line) for line in lines} == {len(lines[0])}
        assert len(lines) > 60


def test_lines_end_as_rfc_4180_says(files: Files) -> None:
    """CRLF ends each line, there is no byte order mark, and no lone CR or LF is within."""
    for table in TABLES:
        content = files[f"tables/{table.name}.csv"]
        assert content.endswith(b"\r\n")
        assert not content.startswith(b"\xef\xbb\xbf")
        assert content.count(b"\r") == content.count(b"\n") == content.count(b"\r\n")


def test_frictionless_finds_the_package_valid(files: Files, tmp_path: Path) -> None:
    """Frictionless' own tool takes the description, the digests, the lengths, and every cell by its type."""
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
    python = tools.environment(FRICTIONLESS)
    command = [str(python), "-m", "frictionless", "validate", "datapackage.json", "--json"]
    done = subprocess.run(command, check=False, cwd=tmp_path / "tables", capture_output=True, encoding="utf-8")
    report = json.loads(done.stdout)
    assert report["valid"], done.stdout[:3000]
    assert report["stats"]["tasks"] == len(TABLES)
    broken = (tmp_path / "tables" / "claims.csv").read_bytes().replace(b",true,", b",perhaps,", 1)
    (tmp_path / "tables" / "claims.csv").write_bytes(broken)
    done = subprocess.run(command, check=False, cwd=tmp_path / "tables", capture_output=True, encoding="utf-8")
    assert not json.loads(done.stdout)["valid"]


def test_arrow_reads_the_csv_as_we_do(files: Files) -> None:
    """A reader that we did not write finds the same cells."""
    for table in TABLES:
        content = files[f"tables/{table.name}.csv"]
        options = pa_csv.ConvertOptions(
            column_types=dict.fromkeys(["id", *(c.name for c in table.columns)], pa.string()), strings_can_be_null=False
        )
        read = pa_csv.read_csv(
            io.BytesIO(content), parse_options=pa_csv.ParseOptions(newlines_in_values=True), convert_options=options
        )
        assert read.to_pylist() == _rows(files, table.name)


def test_the_description_says_terms_sources_and_columns(files: Files, release: Release) -> None:
    """Disclaimer, version, licence and sources stand in the description, and every column has words."""
    package = json.loads(files["tables/datapackage.json"])
    assert package["description"].startswith("Not medical advice")
    assert package["version"] == release.version
    assert [one["name"] for one in package["licenses"]] == ["CC-BY-SA-4.0"]
    assert all(source["license"] and source["hash"].startswith("sha256:") for source in package["sources"])
    assert {source["review"] for source in package["sources"]} == {"current", "unknown"}
    fields = [field for resource in package["resources"] for field in resource["schema"]["fields"]]
    assert [field["name"] for field in fields if not field.get("description")] == []


def test_a_row_about_a_treatment_shows_its_safety_advice(files: Files, release: Release) -> None:
    """Wherever a treatment with safety advice is named, the words of the advice stand in the same row."""
    facts = release.facts
    advised = {t for t in facts.instances(name("vocab:Treatment")) if facts.resources(t, name("vocab:hasSafetyAdvice"))}
    assert advised
    seen = 0
    for table in ("claims", "things"):
        for row in _rows(files, table):
            for treatment in advised & {part for cell in row.values() for part in cell.split(" | ")}:
                if table == "things" and row["id"] != treatment:
                    continue
                seen += 1
                for advice in facts.resources(treatment, name("vocab:hasSafetyAdvice")):
                    assert facts.texts(advice, name("vocab:adviceText"))[0] in row["safety_advice_text"]
    assert seen > 100


def test_denied_and_hedged_claims_have_no_direct_edge(files: Files) -> None:
    """A denied claim says so in its row, and gives no plain relation; nor does one that is only possible."""
    rows = _rows(files, "claims")
    denied = [row for row in rows if row["polarity_label"] == "denied"]
    assert denied
    assert {row["direct_edge"] for row in denied} == {"false"}
    assert {row["direct_edge"] for row in rows} == {"true", "false"}


@given(st.lists(st.text(min_size=1), max_size=4), st.booleans())
def test_a_cell_is_no_formula_and_can_be_undone(values: list[str], many: bool) -> None:
    """Whatever the values, the cell begins with nothing that starts a formula, and gives them back."""
    cell_of = tuple(values if many else values[:1])
    column = Column("x", "text", many=many)
    cell = tables._cell(column, cell_of)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert tables._parse(column, cell) == cell_of


def test_words_that_look_like_formulas_survive_the_round_trip(tmp_path: Path) -> None:
    """A name that begins with = has an apostrophe before it in the file, and comes back without."""
    text = name("rdf:langString")
    thing = name("id:") + "plip"
    triples = [
        (thing, name("vocab:adviceText"), Literal("=1+1 | \\ 'so'", text, "en")),
        (thing, name("skos:altLabel"), Literal("-itis", text, "en")),
        (thing, name("skos:altLabel"), Literal("plipp", text, "de")),
        (name("tension:") + "how-often", name("vocab:curatorNote"), Literal("\t@so", text, "en")),
    ]
    release = releases.small(tmp_path, *triples)
    files = CSV.write(release)
    assert b",'=1+1 \\| \\\\ 'so'," in files["tables/things.csv"]
    assert set(triples) <= set(CSV.read(files, release))
    assert loss(CSV, files, release).invented == ()


def test_parquet_holds_the_same_with_types(release: Release, files: Files) -> None:
    """Numbers, truth values and lists have types of their own, and as many rows as the CSV has."""
    written = PARQUET.write(release)
    assert written == PARQUET.write(release)
    for table in TABLES:
        read = pq.read_table(io.BytesIO(written[f"tables/{table.name}.parquet"]))
        assert read.column_names == ["id", *(column.name for column in table.columns)]
        assert read.column("id").to_pylist() == [row["id"] for row in _rows(files, table.name)]
        assert b"Not medical advice" in read.schema.metadata[b"about"]
    claims = pq.read_table(io.BytesIO(written["tables/claims.parquet"])).schema
    assert claims.field("direct_edge").type == pa.bool_()
    assert claims.field("dose_minimum").type == pa.float64()
    assert claims.field("sequence").type == pa.int64()
    assert claims.field("rests_on").type == pa.list_(pa.string())


def test_a_small_project_gives_tables_too(tmp_path: Path) -> None:
    """Another condition works without a change; empty cells mean that nothing is said."""
    release = releases.small(tmp_path)
    rows = _rows(CSV.write(release), "claims")
    assert [row["statement"] for row in rows][1] == "The condition is not painful."
    assert rows[0]["frequency_label"] == "rarely"
    assert rows[0]["dose_minimum"] == ""
    assert rows[0]["document_review"] == "unknown"
