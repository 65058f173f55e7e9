"""The round trip of claims through a spreadsheet: nothing is guessed, nothing is lost, nothing else is touched."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace as with_changes
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import XSD, Literal, URIRef
from rdflib.term import Node

from jdm_kg import edit, replacing, sheets
from jdm_kg.errors import InputError, OutputError
from jdm_kg.findings import Finding, Severity, report
from jdm_kg.sheets import Imported, SheetFinding, cells, verdict
from jdm_kg.sheets.cells import Complaint, Kind
from jdm_kg.sheets.content import load_content
from jdm_kg.texts import Place
from jdm_kg.vocab import ID, PREFIXES
from tests.content import ROOT, make_project, replace

FINE, FINDINGS, UNUSABLE = 0, 1, 2
ONE, TWO, THREE = "claim:one-002-01", "claim:one-003-01", "claim:two-001-01"
NEW = {
    "subject": "id:glump-disease",
    "predicate": "vocab:hasSymptom",
    "object": "id:hurt",
    "polarity": "vocab:affirmed",
    "certainty": "vocab:stated",
    "statement": "Glump disease, in a new sentence, brings hurt.",
    "restsOn": "passage:one-002",
}


class Sheet:
    """A spreadsheet and the one who edits it."""

    def __init__(self, root: Path, name: str = "claims.csv") -> None:
        self.root = root
        self.path = root / name
        sheets.export_claims(root, self.path, overwrite=True)
        self.header, *self.rows = read(self.path)

    def row(self, claim: str) -> list[str]:
        """The row of a claim."""
        return next(row for row in self.rows if row[0] == claim)

    def get(self, claim: str, column: str) -> str:
        """The cell of a claim."""
        return self.row(claim)[self.header.index(column)]

    def put(self, claim: str, /, **values: str) -> Sheet:
        """Edit cells of a claim; an underscore in the name of a column stands for a space."""
        for column, value in values.items():
            self.row(claim)[self.header.index(column.replace("_", " "))] = value
        return self

    def add(self, **values: str) -> Sheet:
        """Add a row."""
        cells_by_name = {"claim": "", "file": ""} | values
        self.rows.append([cells_by_name.get(name, "") for name in self.header])
        return self

    def save(self, **how: str) -> Path:
        """Write the file."""
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=how.get("delimiter", ","), lineterminator=how.get("end", "\r\n")).writerows(
            [self.header, *self.rows]
        )
        self.path.write_bytes(text.getvalue().encode(how.get("encoding", "utf-8-sig")))
        return self.path

    def bring(self, *, delete: bool = False, dry_run: bool = False) -> Imported:
        """Save and import."""
        return sheets.import_claims(self.root, self.save(), delete=delete, dry_run=dry_run)


def read(path: Path) -> list[list[str]]:
    """The rows of a sheet."""
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def snapshot(root: Path) -> dict[str, bytes]:
    """All files of the content."""
    return {
        p.relative_to(root).as_posix(): p.read_bytes() for p in sorted((root / "ontology").rglob("*")) if p.is_file()
    }


def claims_file(root: Path) -> Path:
    """The file with the claims."""
    return root / "ontology" / "claims" / "all.ttl"


def only(done: Imported) -> SheetFinding:
    """The one finding; nothing was written."""
    assert done.written == ()
    (finding,) = done.findings
    return finding


def _small_schema() -> str:
    """The parts of a claim, cut out of the schema, so that an example takes no second."""
    text = (ROOT / "ontology" / "schema.ttl").read_text(encoding="utf-8")
    prefixes = "".join(re.findall(r"^@prefix .*\n", text, flags=re.MULTILINE))
    start = text.index("##### Parts of a claim")
    relations = "vocab:Claim rdfs:subClassOf vocab:Record .\nvocab:hasSymptom a owl:ObjectProperty .\n"
    relations += (
        "vocab:affects a owl:ObjectProperty .\nvocab:stated a vocab:Certainty .\nvocab:affirmed a vocab:Polarity .\n"
    )
    return prefixes + relations + text[start : text.index("\n##### ", start)]


@pytest.fixture
def checked(tmp_path: Path) -> Path:
    """A small, whole project; all checks run."""
    return make_project(tmp_path / "my project")


@pytest.fixture
def root(checked: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same without the checks and with a small schema, which saves seconds."""
    monkeypatch.setattr(verdict, "validate", lambda *_: report([], checks=0, claims=0))
    (checked / "ontology" / "schema.ttl").write_text(_small_schema(), encoding="utf-8")
    return checked


# What does not change ------------------------------------------------------------------------------------------------


def test_export_and_import_of_the_project_changes_no_byte(tmp_path: Path) -> None:
    """All claims of the project go through a sheet, and no file is even written."""
    for folder in ("ontology", "shapes"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    before = snapshot(tmp_path)
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "ontology").rglob("*")}
    sheet = Sheet(tmp_path)
    assert sheets.import_claims(tmp_path, sheet.path) == Imported(())
    assert snapshot(tmp_path) == before
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "ontology").rglob("*")} == times
    assert len(sheet.rows) > 700
    formulas = [cell for row in sheet.rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert formulas == []


def test_many_edits_change_one_line_of_each_claim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Statements in all files of the project are edited; each other line, comments and spellings too, is as it was."""
    monkeypatch.setattr(verdict, "validate", lambda *_: report([], checks=0, claims=0))
    for folder in ("ontology", "shapes"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    before = snapshot(tmp_path)
    sheet = Sheet(tmp_path)
    statement = sheet.header.index("statement")
    rows = sheet.rows[::7]
    for row in rows:
        row[statement] = row[statement].removesuffix(".") + " (edited)."
    done = sheet.bring()
    assert len(done.changes) == len(rows)
    after = snapshot(tmp_path)
    edited = [name for name in before if before[name] != after[name]]
    assert edited == [path.relative_to(tmp_path).as_posix() for path in done.written]
    assert sum(after[name].count(b' (edited)."@en ;\n') for name in edited) == len(rows)
    assert {name: text.replace(b' (edited)."@en', b'."@en') for name, text in after.items()} == before


def test_the_sheet_reads_like_the_schema(root: Path) -> None:
    """Columns stand in the order of the schema, labels beside the things, the version last."""
    sheet = Sheet(root)
    assert sheet.header[:9] == [
        "claim", "file", "subject", "subject label", "predicate", "predicate label", "object", "object label", "value",
    ]  # fmt: skip
    assert sheet.header[-2:] == ["restsOn", "version"]
    assert [row[0] for row in sheet.rows] == [ONE, TWO, THREE]
    assert sheet.get(ONE, "file") == "ontology/claims/all.ttl"
    assert sheet.get(ONE, "object label") == "plip"
    assert sheet.get(ONE, "frequencyWording") == "rarely"
    raw = sheet.path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfclaim,file,")
    assert raw.count(b"\r\n") == raw.count(b"\n") == 4


@pytest.mark.parametrize(
    "how",
    [{"encoding": "utf-8"}, {"end": "\n"}, {"delimiter": ";"}, {"delimiter": "\t", "encoding": "utf-8", "end": "\n"}],
)
def test_what_spreadsheets_do_to_a_file_is_no_edit(root: Path, how: dict[str, str]) -> None:
    """A byte order mark or none, both line ends, the marks between cells, order of rows and columns, empty rows."""
    replace(
        claims_file(root),
        "vocab:frequency id",
        "vocab:doseMinimum 1.50 ; vocab:example false ;\n    vocab:frequency id",
    )
    before = snapshot(root)
    sheet = Sheet(root).put(ONE, doseMinimum="1.5", example="FALSE", subject="  id:glump-disease ")
    table = [sheet.header, *reversed(sheet.rows)]
    sheet.header, *sheet.rows = [[*reversed(row), "", ""] for row in table]
    sheet.rows.insert(1, [""] * len(sheet.header))
    assert sheets.import_claims(root, sheet.save(**how)) == Imported(())
    assert snapshot(root) == before


def test_a_sheet_is_not_written_over(root: Path) -> None:
    """An export refuses to replace a file, whose edits would be lost, unless told to."""
    sheet = Sheet(root).put(ONE, statement="Edited.")
    sheet.save()
    with pytest.raises(OutputError, match="edits in it would be lost"):
        sheets.export_claims(root, sheet.path)
    assert sheets.export_claims(root, sheet.path, overwrite=True) == 3
    with pytest.raises(OutputError, match="can't be written"):
        sheets.export_claims(root, root / "absent" / "claims.csv")


# What changes --------------------------------------------------------------------------------------------------------


def test_an_edited_cell_changes_its_line_only(root: Path) -> None:
    """A value is exchanged, a line added in its place and one taken out, and all else stays, comments too."""
    path = claims_file(root)
    replace(path, "vocab:object id:hurt ;", "vocab:object id:hurt ; # as printed\n    # next\n   ")
    before = path.read_text(encoding="utf-8")
    sheet = Sheet(root).put(ONE, statement="Now “and” then – a plip.", frequency="", frequencyWording="", rank="2")
    sheet.put(TWO, object="id:plip", object_label="", bodySite="id:noise-system | id:plip")
    done = sheet.bring()
    assert [(c.kind, c.claim, c.columns, c.row) for c in done.changes] == [
        ("changed", ONE, ("frequency", "frequencyWording", "rank", "statement"), 2),
        ("changed", TWO, ("object", "bodySite"), 3),
    ]
    assert done.written == (path,)
    expected = before.replace("Once in a while the condition makes a person give a plip.", "Now “and” then – a plip.")
    expected = expected.replace(
        '    vocab:frequency id:frequency-rare ;\n    vocab:frequencyWording "rarely"@en ;\n', "    vocab:rank 2 ;\n"
    )
    expected = expected.replace("vocab:object id:hurt ; # as printed", "vocab:object id:plip ; # as printed")
    expected = expected.replace(
        "vocab:denied ;\n    vocab:certainty vocab:stated ;\n",
        "vocab:denied ;\n    vocab:certainty vocab:stated ;\n    vocab:bodySite id:noise-system, id:plip ;\n",
    )
    assert path.read_text(encoding="utf-8") == expected


def test_a_prefix_that_the_file_lacks_is_declared(root: Path) -> None:
    """A value whose prefix the file does not declare brings the declaration along, in its place."""
    path = claims_file(root)
    replace(path, "@prefix source: <https://w3id.org/jdm-kg/source/> .\n", "")
    Sheet(root).put(ONE, subject="source:one", subject_label="", value='"2025-03"^^xsd:gYearMonth').bring()
    text = path.read_text(encoding="utf-8")
    assert "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@prefix source: <" in text
    assert "    vocab:subject source:one ;\n" in text
    assert '    vocab:value "2025-03"^^xsd:gYearMonth ;\n' in text


def test_a_new_row_is_numbered_and_stands_behind_the_claims_of_its_passage(root: Path) -> None:
    """Two new rows of a passage get the next numbers and stand in the order of the rows, in the project's style."""
    path = claims_file(root)
    before = path.read_text(encoding="utf-8")
    done = Sheet(root).add(**NEW).add(**NEW | {"object": "", "value": '"-itis"'}).bring()
    assert [(c.kind, c.claim, c.file, c.row) for c in done.changes] == [
        ("added", "claim:one-002-02", "ontology/claims/all.ttl", 5),
        ("added", "claim:one-002-03", "ontology/claims/all.ttl", 6),
    ]
    block = """claim:one-002-02
    a vocab:Claim ;
    vocab:subject id:glump-disease ;
    vocab:predicate vocab:hasSymptom ;
    vocab:object id:hurt ;
    vocab:polarity vocab:affirmed ;
    vocab:certainty vocab:stated ;
    vocab:statement "Glump disease, in a new sentence, brings hurt."@en ;
    vocab:restsOn passage:one-002 .

"""
    second = block.replace("-02\n", "-03\n").replace("object id:hurt", 'value "-itis"')
    assert path.read_text(encoding="utf-8") == before.replace(
        "claim:one-003-01\n", f"{block}{second}claim:one-003-01\n"
    )
    assert [row[0] for row in Sheet(root).rows] == [ONE, "claim:one-002-02", "claim:one-002-03", TWO, THREE]


def test_a_new_row_of_another_passage_stands_in_reading_order(root: Path) -> None:
    """The first claim of a passage goes behind those of earlier passages, with a heading where others have one."""
    path = claims_file(root)
    head = "# passage one-003 ------------------\n\n"
    replace(path, "claim:one-003-01\n", f"{head}claim:one-003-01\n")
    replace(path, "claim:two-001-01\n", f"{head.replace('one-003', 'two-001')}claim:two-001-01\n")
    sheet = Sheet(root).add(**NEW | {"restsOn": "passage:one-001", "claim": "claim:one-001-07"})
    done = sheet.bring()
    text = path.read_text(encoding="utf-8")
    assert [change.claim for change in done.changes] == ["claim:one-001-07"]
    assert text.index("# passage one-001 ------------------\n\nclaim:one-001-07") < text.index("# A comment that tools")
    assert [row[0] for row in Sheet(root).rows][:2] == ["claim:one-001-07", ONE]
    sheet = Sheet(root).put(THREE, restsOn="passage:one-003")
    sheet.bring()
    Sheet(root).add(**NEW | {"restsOn": "passage:one-003 | passage:two-001"}).bring()
    assert [row[0] for row in Sheet(root).rows][-1] == "claim:one-003-02"


def test_a_new_row_of_a_section_without_claims_needs_its_file(root: Path) -> None:
    """Where no claim of a section tells the file, it is asked for; an empty one is filled."""
    replace(claims_file(root), "vocab:restsOn passage:two-001 .", "vocab:restsOn passage:one-003 .")
    empty = root / "ontology" / "claims" / "two.ttl"
    empty.write_text("# Document two.\n", encoding="utf-8")
    new = NEW | {"restsOn": "passage:two-001"}
    finding = only(Sheet(root).add(**new).bring())
    assert (finding.code, finding.row, finding.letter) == ("file-missing", 5, "B")
    Sheet(root).add(**new, file="ontology/claims/two.ttl").bring()
    text = empty.read_text(encoding="utf-8")
    assert text.startswith("@prefix claim: <https://w3id.org/jdm-kg/claim/> .\n@prefix id: <")
    assert "# Document two.\n\nclaim:two-001-02\n    a vocab:Claim ;\n" in text


def test_a_row_that_is_missing_is_deleted_only_on_demand(root: Path) -> None:
    """Without --delete the claim stays and that is said; with it the block goes, and nothing else."""
    path = claims_file(root)
    before = path.read_text(encoding="utf-8")
    sheet = Sheet(root)
    sheet.rows = sheet.rows[:2]
    assert sheet.bring() == Imported((), kept=(THREE,))
    assert path.read_text(encoding="utf-8") == before
    done = sheet.bring(delete=True)
    assert [(c.kind, c.claim, c.row) for c in done.changes] == [("deleted", THREE, None)]
    block = before[before.index("claim:two-001-01\n") : before.index("tension:how-often\n")]
    assert path.read_text(encoding="utf-8") == before.replace(block, "")


def test_a_dry_run_shows_the_lines_and_writes_nothing(root: Path) -> None:
    """The changes are told as `diff -u` tells them."""
    before = snapshot(root)
    done = Sheet(root).put(ONE, frequencyWording="seldom").bring(dry_run=True)
    assert snapshot(root) == before
    assert done.written == ()
    assert '-    vocab:frequencyWording "rarely"@en ;\n+    vocab:frequencyWording "seldom"@en ;\n' in done.diff
    assert done.diff.startswith("--- ontology/claims/all.ttl\n+++ ontology/claims/all.ttl\n@@")


# What is refused -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "cell", "code", "words"),
    [
        ("object", "id:plipp", "name-unknown", "Did you mean id:plip?"),
        ("object", "plip", "cell-name", "Did you mean id:plip?"),
        ("object", "“id:plip”", "cell-name", "is not the name of a thing"),
        ("object", "nope:plip", "cell-name", "Did you mean id:plip?"),
        ("object", "<https://example.org/x>", "name-unknown", "there is no thing <https://example.org/x>"),
        ("object", "#NAME?", "cell-name", "'#NAME?' is not the name of a thing"),
        ("predicate", "vocab:hasSymtom", "name-unknown", "there is no relation vocab:hasSymtom"),
        ("predicate", "vocab:hasSymtom", "name-unknown", "Did you mean vocab:hasSymptom?"),
        ("predicate", "vocab:Claim", "name-unknown", "there is no relation"),
        ("restsOn", "passage:one-999", "name-unknown", "there is no passage passage:one-999"),
        ("restsOn", "passage:one-002 |", "cell-separator", "nothing before, after or between the bars"),
        ("restsOn", "passage:one-002 | passage:one-002", "cell-separator", "stands twice"),
        ("restsOn", "passage:one-002, passage:one-003", "cell-name", "not the name of a thing"),
        ("doseMinimum", "1,5", "cell-number", "it has a comma"),
        ("doseMinimum", "one", "cell-number", "'one' is not a number"),
        ("doseMinimum", "02-Jan", "cell-number", "looks like a date"),
        ("doseMinimum", "2024-01-02", "cell-number", "looks like a date"),
        ("doseMinimum", "1E+06", "cell-number", "what a spreadsheet makes of a long one"),
        ("rank", "1.5", "cell-number", "is not a whole number"),
        ("example", "yes", "cell-boolean", "neither true nor false"),
        ("statement", "=HYPERLINK(1)", "cell-spoilt", "begins with =, as formulas do"),
        ("statement", "-itis", "cell-spoilt", 'write it in quotes: "-itis"@en'),
        ("statement", "+1", "cell-spoilt", "as formulas do"),
        ("statement", "@SUM(A1)", "cell-spoilt", "as formulas do"),
        ("statement", "’tis so", "cell-spoilt", "a mark that spreadsheets add or exchange"),
        ("statement", "'1-2", "cell-spoilt", "a mark that spreadsheets add or exchange"),
        ("statement", "“So”", "cell-spoilt", "a mark that spreadsheets add or exchange"),
        ("statement", "#VALUE!", "cell-spoilt", "a value that it has lost"),
        ("statement", "##########", "cell-spoilt", "a value that it has lost"),
        ("statement", "One\nTwo", "cell-spoilt", "a line break"),
        ("statement", "zero\u200bwidth", "cell-spoilt", "can't be seen"),
        ("statement", "lost \ufffd", "cell-spoilt", "a character has been lost"),
        ("statement", '"not closed', "cell-quotes", "is not a literal as Turtle has it"),
        ("statement", '"type"^^none:x', "cell-quotes", "is not a literal as Turtle has it"),
        ("statement", '"surrogate \\uD800"', "cell-quotes", "is not a literal as Turtle has it"),
        ("timingWording", "1-2", "cell-spoilt", 'write it in quotes: "1-2"@en'),
        ("timingWording", "02. Feb", "cell-spoilt", "looks like a date"),
        ("timingWording", "Mar 24", "cell-spoilt", "looks like a date"),
        ("timingWording", "10:30", "cell-spoilt", "looks like a time"),
        ("timingWording", "007", "cell-spoilt", "looks like a number"),
        ("timingWording", "50%", "cell-spoilt", "looks like a number"),
        ("timingWording", "TRUE", "cell-spoilt", "is a truth value to a spreadsheet"),
    ],
)
def test_a_cell_that_is_not_clear_is_refused_by_row_and_column(
    root: Path, column: str, cell: str, code: str, words: str
) -> None:
    """Each fault is told with row, column by letter and name, what is wrong and what to do; nothing is written."""
    before = snapshot(root)
    sheet = Sheet(root).put(TWO, **{column: cell})
    if column in ("object", "predicate"):
        sheet.put(TWO, **{f"{column}_label": ""})
    finding = only(sheet.bring())
    assert (finding.code, finding.row, finding.column, finding.focus) == (code, 3, column, TWO)
    assert words in str(finding)
    letter = re.search(rf"row 3, column ([A-Z]+) \({column}\)", str(finding))
    assert letter is not None
    assert spreadsheet_column(letter[1]) == sheet.header.index(column)
    assert snapshot(root) == before


def spreadsheet_column(letter: str) -> int:
    """The index of a column by its letter."""
    number = 0
    for character in letter:
        number = number * 26 + ord(character) - ord("A") + 1
    return number - 1


def test_letters_that_were_lost_on_the_way_are_noticed(root: Path) -> None:
    """A question mark where the file has a dash or accent is the work of a spreadsheet, and refused."""
    replace(claims_file(root), "The condition is not painful.", "It doesn’t hurt – at all.")
    finding = only(Sheet(root).put(TWO, statement="It doesn?t hurt ? at all.").bring())
    assert (finding.code, finding.row, finding.column) == ("cell-spoilt", 3, "statement")


@pytest.mark.parametrize(
    ("spoil", "code", "at", "words"),
    [
        (lambda s: s.put(ONE, object_label="hurt"), "label-differs", (2, "H"), "Did you mean id:hurt?"),
        (
            lambda s: s.put(ONE, object="id:hurt"),
            "label-differs",
            (2, "H"),
            "id:hurt is called 'hurt', but here stands",
        ),
        (lambda s: s.put(ONE, object=""), "label-differs", (2, "H"), "'object' is empty, but here stands 'plip'"),
        (lambda s: s.put(ONE, file="ontology/claims/x.ttl"), "file-differs", (2, "B"), "not in this file"),
        (lambda s: s.put(ONE, claim=TWO), "claim-twice", (3, "A"), "row 2 is about the same claim"),
        (lambda s: s.put(ONE, claim="claim:one-002-1"), "claim-unknown", (2, "A"), "Did you mean claim:one-002-01?"),
        (lambda s: s.put(ONE, claim="one"), "claim-name", (2, "A"), "is not the name of a claim"),
        (lambda s: s.put(ONE, claim=""), "claim-unknown", (2, "A"), "the row has a version, but no claim"),
        (lambda s: s.add(**NEW, claim="id:new"), "claim-name", (5, "A"), "can't be the name of a claim"),
        (lambda s: s.add(**NEW, claim="claim:a.b"), "claim-name", (5, "A"), "can't be the name of a claim"),
        (lambda s: s.add(**NEW, file="claims.ttl"), "file-unknown", (5, "B"), "Did you mean ontology/claims/all.ttl?"),
        (lambda s: s.add(**NEW | {"object": "id:plop"}), "name-unknown", (5, "G"), "Did you mean id:plip?"),
        (lambda s: s.put(ONE, version="", statement="Edited."), "version-missing", (2, None), "Restore it"),
        (lambda s: s.rows[0].extend(["", "more"]), "cell-beyond", (2, ""), "behind the last column"),
    ],
)
def test_a_row_that_is_not_clear_is_refused(
    root: Path, spoil: Callable[[Sheet], object], code: str, at: tuple[int, str | None], words: str
) -> None:
    """Labels that disagree, rows of the same claim, names and files that there are not: told by row and column."""
    before = snapshot(root)
    sheet = Sheet(root)
    spoil(sheet)
    finding = only(sheet.bring())
    assert (finding.code, finding.row) == (code, at[0])
    assert finding.letter == at[1] or at[1] is None
    assert words in str(finding)
    assert snapshot(root) == before


def test_a_new_row_needs_a_passage(root: Path) -> None:
    """Without the passage that a claim rests on nobody can say where it belongs."""
    finding = only(Sheet(root).add(**NEW | {"restsOn": ""}).bring())
    assert (finding.code, finding.row, finding.column) == ("passage-missing", 5, "restsOn")


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("frequencyWording", "frequencyWordng", "column-unknown", "Did you mean frequencyWording?"),
        ("frequencyWording", "frequencyWordng", "column-missing", "the column 'frequencyWording' is missing"),
        ("statement", "", "column-unnamed", "has no name"),
        ("rank", "sequence", "column-twice", "'sequence' is there again"),
        ("version", "Version", "column-missing", "the column 'version' is missing"),
    ],
)
def test_columns_must_be_those_of_the_export(root: Path, old: str, new: str, code: str, words: str) -> None:
    """Unknown, missing, unnamed and doubled columns are told as faults of row 1."""
    sheet = Sheet(root)
    sheet.header = [new if name == old else name for name in sheet.header]
    found = [finding for finding in sheet.bring().findings if finding.code == code]
    assert [finding.row for finding in found] == [1]
    assert words in str(found[0])


def test_all_faults_are_told_at_once_in_the_order_of_the_sheet(root: Path) -> None:
    """Faults of several rows and columns come together, sorted by row and column."""
    sheet = Sheet(root).put(THREE, rank="x", subject="y", subject_label="").put(ONE, statement="1-2", example="perhaps")
    found = sheet.bring().findings
    assert [(f.row, f.column) for f in found] == [(2, "example"), (2, "statement"), (4, "subject"), (4, "rank")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "row 1 does not name the columns"),
        (b"claim;file,subject\r\n", "row 1 does not name the columns"),
        (b"claim\r\n", "row 1 does not name the columns"),
        ('claim,file\r\n"open', "this is not CSV"),
        ("claim,caf\xe9\r\n".encode("cp1252"), "not UTF-8"),
        ("claim,file\r\n".encode("utf-16"), "not UTF-8"),
    ],
)
def test_what_is_no_sheet_can_not_be_read(root: Path, content: bytes | str, words: str) -> None:
    """An empty file, another encoding, broken quotes: one clear message that names the file."""
    path = root / "claims.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError, match=re.escape(words)) as raised:
        sheets.import_claims(root, path)
    assert raised.value.path == path


def test_a_layout_that_can_not_be_edited_is_refused(root: Path) -> None:
    """A claim in two blocks or files, or a comment in a block to be deleted: told by row, nothing written."""
    path = claims_file(root)
    replace(path, "vocab:object id:hurt ;", "vocab:object id:hurt ; # as printed")
    path.write_text(path.read_text(encoding="utf-8") + "\nclaim:one-002-01 vocab:rank 1 .\n", encoding="utf-8")
    other = root / "ontology" / "claims" / "more.ttl"
    text = "@prefix claim: <https://w3id.org/jdm-kg/claim/> .\n@prefix vocab: <https://w3id.org/jdm-kg/vocab/> .\n"
    other.write_text(text + "claim:two-001-01 vocab:rank 1 .\n", encoding="utf-8")
    sheet = Sheet(root).put(ONE, statement="Edited.").put(THREE, statement="Edited too.")
    sheet.rows.remove(sheet.row(TWO))
    found = sheet.bring(delete=True).findings
    assert [(f.code, f.row, f.focus) for f in found] == [
        ("layout", 2, ONE),
        ("layout", 3, THREE),
        ("layout", None, TWO),
    ]
    assert "2 blocks" in found[0].message
    assert "several files: ontology/claims/all.ttl, ontology/claims/more.ttl" in found[1].message
    assert "a comment stands in its block" in found[2].message


# The verdict ---------------------------------------------------------------------------------------------------------


def test_the_checks_run_before_anything_is_written(checked: Path) -> None:
    """What a shape or rule finds is told by row and column, with its code; other findings name file and line."""
    before = snapshot(checked)
    sheet = Sheet(checked).put(ONE, frequencyWording="").put(TWO, object="id:publisher", object_label="")
    done = sheet.add(**NEW | {"statement": ""}).bring()
    assert done.written == ()
    assert snapshot(checked) == before
    told = {(f.row, f.column, f.code) for f in done.findings}
    assert {
        (2, "claim", "frequency-with-wording"),
        (3, "object", "claim-object-kind"),
        (5, "claim", "claim-has-statement"),
    } <= told
    sheet = Sheet(checked)
    sheet.rows.remove(sheet.row(THREE))
    done = sheet.bring(delete=True)
    assert done.written == ()
    dangling = [f for f in done.findings if f.focus == "tension:how-often"]
    assert dangling
    assert all(f.row is None and f.place and f.place.path == claims_file(checked) for f in dangling)
    assert snapshot(checked) == before


def test_a_sound_edit_passes_the_checks_and_is_written(checked: Path) -> None:
    """An edit that leaves all well is written, and the content is well afterwards."""
    done = Sheet(checked).put(ONE, frequencyWording="seldom").add(**NEW).bring()
    assert done.findings == ()
    assert len(done.written) == 1
    assert '"seldom"@en' in claims_file(checked).read_text(encoding="utf-8")


def test_a_warning_does_not_stop_an_import(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only errors do; a finding in the block of a claim gets the row of the claim, whatever its focus is."""

    def validate(copy: Path, _: Path | None) -> object:
        path = copy / "ontology" / "claims" / "all.ttl"
        lines = path.read_text(encoding="utf-8").split("\n")
        line = next(number for number, text in enumerate(lines, 1) if "seldom" in text)
        findings = [
            Finding("odd", Severity.WARNING, "It is odd.", "id:plip", Place(path, line, 30, line, 31)),
            Finding("far", Severity.INFO, "It is far.", "id:plip"),
        ]
        return report(findings, checks=1, claims=1)

    monkeypatch.setattr(verdict, "validate", validate)
    done = Sheet(root).put(ONE, frequencyWording="seldom").bring()
    assert [(f.code, f.row, f.column) for f in done.findings] == [("odd", 2, "frequencyWording"), ("far", None, "")]
    assert done.errors == 0
    assert len(done.written) == 1


def test_a_broken_rule_is_told_at_its_own_place(checked: Path) -> None:
    """The copy on which the checks run is never named."""
    rule = checked / "shapes" / "rules" / "label-unique.rq"
    rule.write_text("nothing", encoding="utf-8")
    with pytest.raises(InputError) as raised:
        Sheet(checked).put(ONE, frequencyWording="seldom").bring()
    assert raised.value.path == rule


# Two curators --------------------------------------------------------------------------------------------------------


def test_of_two_curators_neither_undoes_the_others_edits(root: Path) -> None:
    """Two sheets of the same export, imported one after the other: both edits are kept."""
    first, second = Sheet(root, "first.csv"), Sheet(root, "second.csv")
    assert len(first.put(ONE, frequencyWording="seldom").bring().written) == 1
    done = second.put(TWO, statement="It is painless.").bring()
    assert len(done.written) == 1
    assert done.outdated == (ONE,)
    text = claims_file(root).read_text(encoding="utf-8")
    assert '"seldom"@en' in text
    assert '"It is painless."@en' in text


def test_two_edits_of_one_claim_are_told_and_not_mixed(root: Path) -> None:
    """A row that was edited although the claim has changed since the export is refused; the same edit twice is not."""
    first, second, third = Sheet(root, "first.csv"), Sheet(root, "second.csv"), Sheet(root, "third.csv")
    first.put(ONE, frequencyWording="seldom").bring()
    before = snapshot(root)
    finding = only(second.put(ONE, statement="Edited.").bring())
    assert (finding.code, finding.row) == ("claim-changed-since", 2)
    assert "Export again" in finding.hint
    assert third.put(ONE, frequencyWording="seldom").bring() == Imported(())
    assert first.bring() == Imported(())
    assert snapshot(root) == before


def test_an_edit_by_hand_since_the_export_is_not_undone(root: Path) -> None:
    """A claim that was edited in its file stays when its row was not, and is told when it was."""
    sheet = Sheet(root)
    replace(claims_file(root), "The condition is not painful.", "The condition does not hurt.")
    before = snapshot(root)
    assert sheet.bring() == Imported((), outdated=(TWO,))
    assert snapshot(root) == before
    assert only(sheet.put(TWO, statement="Edited.").bring()).code == "claim-changed-since"


def test_a_claim_that_is_new_in_the_files_is_not_deleted(root: Path) -> None:
    """--delete does nothing with a sheet that is older than the files: who deleted what can't be told."""
    sheet = Sheet(root)
    sheet.rows.remove(sheet.row(THREE))
    Sheet(root, "other.csv").add(**NEW).bring()
    before = snapshot(root)
    finding = only(sheet.bring(delete=True))
    assert (finding.code, finding.row) == ("delete-outdated", None)
    assert sheet.bring().kept == ("claim:one-002-02", THREE)
    sheet.rows.clear()
    assert only(sheet.bring(delete=True)).code == "delete-outdated"
    assert snapshot(root) == before


def test_a_claim_that_was_deleted_in_the_files_does_not_come_back(root: Path) -> None:
    """Its row is told, with what to do."""
    sheet = Sheet(root)
    other = Sheet(root, "other.csv")
    other.rows.remove(other.row(THREE))
    other.bring(delete=True)
    finding = only(sheet.bring())
    assert (finding.code, finding.row) == ("claim-unknown", 4)
    assert "If it was deleted in the files, delete the row" in finding.hint


def test_imports_at_the_same_time_keep_all_edits(checked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three processes import at once: each waits for the one before, and all edits are there in the end."""
    monkeypatch.delenv("JDM_KG_SOURCES", raising=False)  # the folder of the real documents is not that of these
    edits = {ONE: "First.", TWO: "Second, and it is not so.", THREE: "Third."}
    processes = []
    for number, (claim, statement) in enumerate(edits.items()):
        path = Sheet(checked, f"{number}.csv").put(claim, statement=f"{statement} It is edited at once.").save()
        command = [sys.executable, "-m", "jdm_kg", "claims", "import", str(path), "--root", str(checked)]
        processes.append(command)
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for command in processes]
    outputs = [process.communicate()[0].decode() for process in running]
    assert [process.returncode for process in running] == [FINE, FINE, FINE], outputs
    text = claims_file(checked).read_text(encoding="utf-8")
    assert all(f'"{statement} It is edited at once."@en' in text for statement in edits.values())


# All files or none ---------------------------------------------------------------------------------------------------


@pytest.fixture
def two_files(root: Path) -> Path:
    """The project with its last claim in a file of its own."""
    path = claims_file(root)
    text = path.read_text(encoding="utf-8")
    start, end = text.index("claim:two-001-01\n"), text.index("tension:how-often")
    path.write_text(text[:start] + text[end:], encoding="utf-8")
    second = path.with_name("second.ttl")
    second.write_text(text[: text.index("\n#")] + "\n" + text[start:end].rstrip() + "\n", encoding="utf-8")
    second.chmod(0o640)
    return root


def _edited(root: Path) -> Sheet:
    return Sheet(root).put(ONE, statement="First.").put(THREE, statement="Third.")


def test_several_files_are_written_with_their_modes(two_files: Path) -> None:
    """Both files are replaced, keep their permissions, a link stays a link, and no other file is left behind."""
    second = two_files / "ontology" / "claims" / "second.ttl"
    real = two_files / "elsewhere.ttl"
    second.rename(real)
    second.symlink_to(real)
    before = set(snapshot(two_files))
    done = _edited(two_files).bring()
    assert [path.name for path in done.written] == ["all.ttl", "second.ttl"]
    assert second.is_symlink()
    assert '"Third."@en' in real.read_text(encoding="utf-8")
    assert real.stat().st_mode & 0o777 == 0o640
    assert set(snapshot(two_files)) == before


@pytest.mark.parametrize("failing", [1, 2])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_halfway_leaves_all_files_as_they_were(
    two_files: Path, monkeypatch: pytest.MonkeyPatch, failing: int, error: BaseException
) -> None:
    """Whichever file can't be replaced, and whoever presses Ctrl-C: no file is changed, none is left over."""
    sheet = _edited(two_files)
    sheet.save()
    before = snapshot(two_files)
    original = Path.replace
    calls = 0

    def fail(self: Path, target: Path) -> Path:
        nonlocal calls
        calls += 1
        if calls == failing:
            raise error
        return original(self, target)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises((OutputError, KeyboardInterrupt)) as raised:
        sheets.import_claims(two_files, sheet.path)
    if isinstance(error, OSError):
        assert "No space left on device); all are as they were" in str(raised.value)
    assert snapshot(two_files) == before


def test_a_disk_that_is_full_leaves_all_files_as_they_were(two_files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure while the new files are written aside touches nothing."""
    sheet = _edited(two_files)
    sheet.save()
    before = snapshot(two_files)

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OutputError, match="No space left"):
        sheets.import_claims(two_files, sheet.path)
    assert snapshot(two_files) == before


def test_a_file_that_can_not_be_put_back_is_named(two_files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If even going back fails, the message says which file to restore, and from where."""
    sheet = _edited(two_files)
    sheet.save()
    original = Path.replace
    calls = 0

    def fail(self: Path, target: Path) -> Path:
        nonlocal calls
        calls += 1
        if calls > 1:
            raise OSError(5, "Input/output error")
        return original(self, target)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OutputError, match="could not be put back") as raised:
        sheets.import_claims(two_files, sheet.path)
    assert raised.value.path == claims_file(two_files)


def test_a_file_that_changes_during_the_import_is_not_overwritten(
    two_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody saves a file in an editor while the checks run: nothing is written, and that is said."""
    sheet = _edited(two_files)
    second = two_files / "ontology" / "claims" / "second.ttl"

    def validate(*_: object) -> object:
        second.write_text(second.read_text(encoding="utf-8") + "# saved\n", encoding="utf-8")
        return report([], checks=0, claims=0)

    monkeypatch.setattr(verdict, "validate", validate)
    before = snapshot(two_files)
    with pytest.raises(OutputError, match="changed by somebody else"):
        sheet.bring()
    after = snapshot(two_files)
    assert after.pop("ontology/claims/second.ttl").endswith(b"# saved\n")
    before.pop("ontology/claims/second.ttl")
    assert after == before


def test_an_edit_that_would_say_something_else_is_never_written(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The edited text is parsed and compared with what it should say, so that no slip of the editor gets through."""
    before = snapshot(root)
    for slip in (lambda text, *_, **__: text + "\nclaim:x a claim:y .\n", lambda text, *_, **__: text + "\nclaim:x"):
        monkeypatch.setattr(edit, "set_values", slip)
        with pytest.raises(InputError, match="can't be edited from a sheet; nothing was written"):
            Sheet(root).put(ONE, statement="Edited.").bring()
    assert snapshot(root) == before


def test_a_single_file_is_written_whole(tmp_path: Path) -> None:
    """A new file gets the usual permissions."""
    replacing.replace_file(tmp_path / "new.csv", b"x")
    assert (tmp_path / "new.csv").stat().st_mode & 0o777 == 0o644
    assert [path.name for path in tmp_path.iterdir()] == ["new.csv"]


# Cells ---------------------------------------------------------------------------------------------------------------

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20) | st.sampled_from(
    [
        "1-2",
        "=1+1",
        "-itis",
        "2:1",
        "a | b",
        '"q"',
        "\\u0041",
        "’tis",
        "TRUE",
        "5",
        "1.50",
        "x\r\ny",
        "\u00a0",
        "may",
        "3 decades",
    ]
)
_NUMBERS = st.from_regex(r"-?[0-9]{1,4}\.[0-9]{1,3}", fullmatch=True)
_VALUES: dict[Kind, st.SearchStrategy[Node]] = {
    Kind.TEXT: st.builds(lambda text, lang: Literal(text, lang=lang), _TEXTS, st.sampled_from(["en", "en", "fr"])),
    Kind.STRING: st.builds(Literal, _TEXTS),
    Kind.DECIMAL: st.builds(lambda text: Literal(text, datatype=XSD.decimal, normalize=False), _NUMBERS),
    Kind.INTEGER: st.builds(
        lambda text: Literal(text, datatype=XSD.integer, normalize=False),
        st.from_regex(r"[+-]?[0-9]{1,4}", fullmatch=True),
    ),
    Kind.BOOLEAN: st.builds(
        lambda text: Literal(text, datatype=XSD.boolean, normalize=False), st.sampled_from(["true", "false"])
    ),
    Kind.OTHER: st.builds(
        lambda text, kind: Literal(text, datatype=URIRef(kind), normalize=False),
        _TEXTS,
        st.sampled_from([str(XSD.gYearMonth), "https://example.org/a b".replace(" ", "")]),
    ),
}  # fmt: skip


@given(st.data())
def test_every_value_can_be_shown_and_read_back(data: st.DataObject) -> None:
    """What is shown in a cell is read as what it was, and no cell of text begins as a formula does."""
    kind = data.draw(st.sampled_from(list(_VALUES)))
    values = tuple(data.draw(st.lists(st.one_of(*_VALUES.values()), max_size=3, unique=True)))
    cell = cells.show(kind, values)
    assert cells.read(kind, cell) == values
    assert cells.read(kind, f" {cell}\n") == values
    assert not re.match(r"[=+@\t\r]|-(?![0-9])", cell)
    assert cell.isprintable() or "\u00a0" in cell


@given(st.sampled_from(Kind), st.text(max_size=30))
def test_any_cell_is_read_or_refused(kind: Kind, cell: str) -> None:
    """Nothing that may stand in a cell breaks the reader; what it reads is shown and read the same again."""
    read = cells.read(kind, cell)
    if isinstance(read, Complaint):
        assert read.message
        assert read.hint
    else:
        assert cells.read(kind, cells.show(kind, read)) == read


def test_plain_texts_stay_plain() -> None:
    """Words with figures, dashes and quotes within need no quotes."""
    for text in (
        "3-day course",
        "between 2-3 per million",
        "may",
        "3 decades",
        "1–2\u00a0mg/kg",
        'a "b" c',
        "12",
        "mg/kg",
        "%",
    ):
        assert cells.show(Kind.TEXT, (Literal(text, lang="en"),)) == text


# Random edits --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The small project with comments in all places, and a schema that is read fast."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verdict, "validate", lambda *_: report([], checks=0, claims=0))
        root = make_project(tmp_path_factory.mktemp("random") / "project")
        (root / "ontology" / "schema.ttl").write_text(_small_schema(), encoding="utf-8")
        path = claims_file(root)
        replace(path, "vocab:object id:hurt ;", "vocab:object id:hurt ; # trailing\n    # its own line")
        replace(path, "claim:two-001-01\n", "# before the third\nclaim:two-001-01 # behind its name\n")
        replace(path, "    vocab:restsOn passage:two-001 .", "    vocab:restsOn passage:two-001 . # behind the stop")
        yield root


_THINGS = [ID[name] for name in ("plip", "hurt", "glump-disease", "noise-system", "publisher")]
_RELATIONS = [URIRef(PREFIXES["vocab"] + name) for name in ("hasSymptom", "affects", "subject")]
_PASSAGES = [URIRef(PREFIXES["passage"] + name) for name in ("one-001", "one-002", "one-003", "two-001")]


def _cell(data: st.DataObject, column: cells.Column) -> str:
    if column.kind is Kind.THING:
        pool = {"predicate": _RELATIONS, "restsOn": _PASSAGES}.get(column.name, _THINGS)
        values: list[Node] = data.draw(st.lists(st.sampled_from(pool), max_size=3, unique=True))
    else:
        values = data.draw(st.lists(_VALUES[column.kind], max_size=2, unique_by=cells.normal))
    return cells.show(column.kind, tuple(values))


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_random_edits_come_back_as_they_were_made(template: Path, data: st.DataObject) -> None:
    """Random cells are edited and rows added; the next export is the edited sheet, and nothing else has changed."""
    root = template.parent / "work"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(template, root)
    columns = {column.name: column for column in load_content(root).columns}
    before = snapshot(root)
    sheet = Sheet(root)
    touched = set(data.draw(st.lists(st.sampled_from([ONE, TWO, THREE]), unique=True)))
    for claim in sorted(touched):
        for name in data.draw(st.lists(st.sampled_from(sorted(columns)), min_size=1, max_size=6, unique=True)):
            sheet.put(claim, **{name: _cell(data, columns[name])})
        sheet.put(claim, subject_label="", predicate_label="", object_label="")
    for number in range(data.draw(st.integers(0, 2))):
        names = data.draw(st.lists(st.sampled_from(sorted(columns)), max_size=6, unique=True))
        row = {name: _cell(data, columns[name]) for name in names}
        row["restsOn"] = f"passage:{data.draw(st.sampled_from(['one-002', 'one-003', 'two-001']))}"
        sheet.add(**row, claim=f"claim:new-{number}")
    done = sheet.bring()
    assert done.findings == ()
    again = Sheet(root, "again.csv")
    assert {row[0]: _meaning(sheet, row, columns) for row in sheet.rows} == {
        row[0]: _meaning(again, row, columns) for row in again.rows
    }
    after = snapshot(root)
    assert {name for name in before if before[name] != after[name]} <= {"ontology/claims/all.ttl"}
    old, new = (files["ontology/claims/all.ttl"].decode() for files in (before, after))
    assert _comments(new) == _comments(old)
    for claim in {ONE, TWO, THREE} - touched:
        block = old[old.index(f"\n{claim}") :]
        assert block[: block.index(" .\n" if claim != THREE else " . #")] in new
    assert sheets.import_claims(root, again.path) == Imported(())


def _comments(text: str) -> list[str]:
    return [text[start:end] for start, end in edit.layout(text).comments]


def _meaning(sheet: Sheet, row: list[str], columns: dict[str, cells.Column]) -> list[object]:
    """What the cells of a row say; a number is the same number however it is written."""
    told: list[object] = []
    for name, column in columns.items():
        values = cells.read(column.kind, row[sheet.header.index(name)])
        assert not isinstance(values, Complaint)
        told.append((name, [cells.normal(value) for value in values]))
    return told


# The command line ----------------------------------------------------------------------------------------------------


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command without the setting for the documents."""
    environment = {key: value for key, value in os.environ.items() if key != "JDM_KG_SOURCES"}
    command = [sys.executable, "-m", "jdm_kg", "claims", *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment)


def test_the_commands_say_what_they_do(checked: Path) -> None:
    """Export, an import of nothing, a dry run and an import: status 0 and what was done."""
    path = checked / "claims.csv"
    done = run("export", path, "--root", checked)
    assert (done.returncode, done.stdout, done.stderr) == (FINE, f"3 claims written to {path}\n", "")
    done = run("import", path, "--root", checked)
    assert (done.returncode, done.stdout) == (FINE, "no row was edited; nothing was written\n")
    sheet = Sheet(checked).put(ONE, frequencyWording="seldom").add(**NEW)
    sheet.rows.remove(sheet.row(THREE))
    sheet.save()
    done = run("import", path, "--root", checked, "--dry-run")
    assert done.returncode == FINE, done.stderr
    assert '+    vocab:frequencyWording "seldom"@en ;' in done.stdout
    assert "1 changed, 1 added; nothing was written (--dry-run)" in done.stdout
    done = run("import", path, "--root", checked)
    assert (done.returncode, done.stderr) == (FINE, "")
    assert done.stdout == (
        "row 2: changed claim:one-002-01 in ontology/claims/all.ttl (frequencyWording)\n"
        "row 4: added claim:one-002-02 in ontology/claims/all.ttl\n"
        "1 claims have no row here and are kept; --delete would delete them\n"
        "1 changed, 1 added; 1 files written. Export again before you edit on.\n"
    )


def test_errors_end_with_status_1_and_unusable_input_with_2(checked: Path) -> None:
    """A fault of a cell is printed with row and column; a file that is not there is one clear message."""
    path = Sheet(checked).put(ONE, rank="first").save()
    done = run("import", path, "--root", checked)
    assert done.returncode == FINDINGS
    assert f"{path}: row 2, column " in done.stdout
    assert "(rank): error: claim:one-002-01: 'first' is not a whole number [cell-number]\n  Write it" in done.stdout
    assert done.stderr == "jdm-kg: nothing was written: 1 errors must be mended first\n"
    for arguments in (["import", "absent.csv"], ["export", path]):
        done = run(*arguments, "--root", checked)
        assert done.returncode == UNUSABLE
        assert done.stderr.startswith("jdm-kg: ")
        assert "Traceback" not in done.stderr
    assert run("import", path, "--root", checked / "absent").returncode == UNUSABLE


def test_findings_sort_as_a_spreadsheet_does() -> None:
    """Column Z comes before column AA, and what is about no row comes last."""
    finding = SheetFinding("code", Severity.ERROR, "It is wrong.", Path("x.csv"), 2, "name", "Z")
    later = [
        with_changes(finding, letter="AA"),
        with_changes(finding, row=3, letter="A"),
        with_changes(finding, row=None),
    ]
    assert sorted([*reversed(later), finding], key=SheetFinding.sort_key) == [finding, *later]
