"""Claims as a spreadsheet and back: a CSV file with a row for each claim, for curators who never open Turtle.

The columns are `claim`, `file`, one for each property of claims in the order in which the schema declares them, labels
to read beside subject, predicate and object, and `version`. What a cell may hold is told in `jdm_kg.sheets.cells`.

Going back, the Turtle files are edited as text (`jdm_kg.edit`): a row that nobody edited leaves its block alone byte
for byte, and in an edited one only the lines of the changed cells are touched. All is read, compared, edited in
memory and checked before the first file is replaced; any error means that no file is.

`version` holds a digest of the row as it was exported, and one of all rows. A row that still agrees with its own digest
was not edited. One that was is taken only if the claim in the files still has that digest; otherwise somebody else
has changed the claim since, and the row is reported instead of undoing that.
"""

from __future__ import annotations

import csv
import difflib
import io
from dataclasses import dataclass, replace
from pathlib import Path

from rdflib import URIRef

from jdm_kg.errors import OutputError
from jdm_kg.findings import Severity
from jdm_kg.graph import shorten
from jdm_kg.replacing import lock, replace_file, replace_files
from jdm_kg.sheets.content import Content, digest, header_of, load_content, shown_cells
from jdm_kg.sheets.editing import edit_files, verify
from jdm_kg.sheets.planning import Plan, make_plan
from jdm_kg.sheets.reading import Faults, SheetFinding, check_header, read_rows, read_sheet
from jdm_kg.sheets.verdict import check_changed

__all__ = ["Change", "Imported", "SheetFinding", "export_claims", "import_claims"]


@dataclass(frozen=True)
class Change:
    """What an import does to one claim.

    Attributes:
        kind: `changed`, `added` or `deleted`.
        claim: The claim, shortened.
        file: The Turtle file, as the sheet names it.
        columns: The columns whose values are changed.
        row: The row that asks for it, or None for a deletion.
    """

    kind: str
    claim: str
    file: str
    columns: tuple[str, ...] = ()
    row: int | None = None


@dataclass(frozen=True)
class Imported:
    """What an import found and did.

    Attributes:
        findings: Sorted by row and column.
        changes: What the sheet asks for, in the order of its rows, deletions last; empty where a row can't be read.
        kept: Claims without a row that stay because nobody asked to delete them.
        outdated: Claims that were changed in the files since the export and not in the sheet; they stay as they are.
        diff: The changes of the files, as `diff -u` shows them.
        written: The files that were replaced.
    """

    findings: tuple[SheetFinding, ...]
    changes: tuple[Change, ...] = ()
    kept: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()
    diff: str = ""
    written: tuple[Path, ...] = ()

    @property
    def errors(self) -> int:
        """How many findings keep the sheet from being imported."""
        return sum(finding.severity is Severity.ERROR for finding in self.findings)


def export_claims(root: Path, sheet: Path, *, overwrite: bool = False) -> int:
    """Write all claims into a sheet: CSV in UTF-8, with the byte order mark that Excel needs, lines ended by CRLF.

    Args:
        root: The folder that holds `ontology/`.
        sheet: The file to write.
        overwrite: Whether a file that is there may be replaced, and edits in it be lost.

    Returns:
        The number of claims.

    Raises:
        InputError: A file of the content can't be read or parsed.
        OutputError: The sheet is there already, or can't be written.
    """
    if sheet.exists() and not overwrite:
        raise OutputError(
            "the file is there already, and edits in it would be lost",
            sheet,
            hint="Name another file, or say --overwrite.",
        )
    with lock(root, exclusive=False):
        content = load_content(root)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header_of(content), lineterminator="\r\n")
    writer.writeheader()
    for claim, record in content.claims.items():
        version = f"v{digest(content.columns, record.values)}-{content.digest}"
        fixed = {"claim": shorten(claim), "file": content.short(claim), "version": version}
        writer.writerow(fixed | shown_cells(content, record))
    try:
        replace_file(sheet, text.getvalue().encode("utf-8-sig"))
    except OSError as error:
        hint = "Check that the folder is there, its permissions, and free space."
        raise OutputError(f"the sheet can't be written ({error.strerror})", sheet, hint=hint) from error
    return len(content.claims)


def import_claims(
    root: Path, sheet: Path, *, sources: Path | None = None, delete: bool = False, dry_run: bool = False
) -> Imported:
    """Bring the edits of a sheet into the Turtle files: all of them, or none.

    Args:
        root: The folder that holds `ontology/` and `shapes/`.
        sheet: A sheet that `export_claims` wrote and somebody edited.
        sources: The folder with the source documents, or None to leave out the checks that need them.
        delete: Whether a claim without a row is deleted; it stays otherwise.
        dry_run: Find out and say what would be done, but write nothing.

    Raises:
        InputError: A file can't be read or parsed.
        OutputError: A file can't be written, or was changed by somebody else meanwhile; all are as they were.
    """
    with lock(root, exclusive=not dry_run):
        content = load_content(root)
        header, rows = read_sheet(sheet)
        faults = Faults(sheet, header)
        check_header(header_of(content), faults)
        if faults.found:
            return _stopped(faults)
        read = read_rows(content, rows, faults)
        # A row that can't be read is not among them; its claim must not be taken for a deleted one.
        plan = make_plan(content, read, faults, delete=delete and not faults.found)
        texts = edit_files(content, plan, faults) if not faults.found else {}
        if faults.found:
            return _stopped(faults)
        verify(content, plan, texts)
        if texts:
            numbers = {shorten(row.claim): row.number for row in read if row.claim is not None}
            numbers |= {shorten(claim): row.number for row, claim in plan.added}
            faults.found += check_changed(content, texts, faults, numbers, sources)
        done = replace(
            _stopped(faults),
            changes=_changes(content, plan),
            kept=tuple(map(shorten, plan.kept)),
            outdated=tuple(map(shorten, plan.outdated)),
            diff="".join(_diff(content, path, text) for path, text in sorted(texts.items())),
        )
        if done.errors or dry_run or not texts:
            return done
        replace_files({path: (content.texts[path], text) for path, text in texts.items()})
        return replace(done, written=tuple(sorted(texts)))


def _stopped(faults: Faults) -> Imported:
    return Imported(tuple(sorted(set(faults.found), key=SheetFinding.sort_key)))


def _changes(content: Content, plan: Plan) -> tuple[Change, ...]:
    def change(kind: str, claim: URIRef, columns: tuple[str, ...] = (), row: int | None = None) -> Change:
        return Change(kind, shorten(claim), content.file_name(plan.files[claim]), columns, row)

    by_row = [change("changed", c, tuple(x.name for x in columns), row.number) for row, c, columns in plan.changed]
    by_row += [change("added", claim, (), row.number) for row, claim in plan.added]
    by_row.sort(key=lambda made: made.row or 0)
    return (*by_row, *(change("deleted", claim) for claim in plan.deleted))


def _diff(content: Content, path: Path, new: str) -> str:
    name = content.file_name(path)
    lines = difflib.unified_diff(content.texts[path].splitlines(), new.splitlines(), name, name, lineterm="")
    return "".join(f"{line}\n" for line in lines)
