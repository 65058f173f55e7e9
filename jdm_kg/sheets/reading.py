"""Reading a sheet: what its rows and cells hold, and what is wrong with them, by row and column."""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from rdflib import URIRef
from rdflib.term import Node

from jdm_kg.errors import InputError
from jdm_kg.findings import Severity
from jdm_kg.graph import shorten
from jdm_kg.sheets import cells
from jdm_kg.sheets.cells import Column, Complaint
from jdm_kg.sheets.content import Content, Values, shown_cells
from jdm_kg.texts import Place, read_text
from jdm_kg.vocab import VOCAB

_BOM = "\ufeff"
_LARGEST = 10_000_000
_LONGEST_CELL = 5000
_MOST_COLUMNS = 1000


@dataclass(frozen=True)
class SheetFinding:
    """One thing that is wrong with a sheet, or with the content as the sheet would make it.

    Attributes:
        code: Stable name of the fault; that of the shape or rule where a check found it.
        severity: Only errors keep the sheet from being imported.
        message: What is wrong, in plain words.
        sheet: The sheet.
        row: Number of the row as a spreadsheet shows it, or None where no row is at fault.
        column: Name of the column at fault, or empty.
        letter: Letter of that column as the spreadsheet shows it, or empty.
        focus: The claim or thing at fault, shortened, or empty.
        place: Where it stands in the Turtle files, if it is not in the sheet.
        hint: What to do about it, or empty.
    """

    code: str
    severity: Severity
    message: str
    sheet: Path
    row: int | None = None
    column: str = ""
    letter: str = ""
    focus: str = ""
    place: Place | None = None
    hint: str = ""

    def sort_key(self) -> tuple[int, int, str, str, str, str]:
        """Findings sort by row, column, code, focus and message; those about no row come last."""
        row = self.row if self.row is not None else 1 << 30
        return (row, len(self.letter), self.letter, self.code, self.focus, self.message)

    def __str__(self) -> str:
        where = str(self.sheet)
        if self.row is not None:
            column = f"{self.letter} ({self.column})" if self.letter else self.column
            where += f": row {self.row}" + (f", column {column}" if column else "")
        elif self.place is not None:
            where = f"{self.place.path}:{self.place.line}:{self.place.column}"
        focus = f"{self.focus}: " if self.focus else ""
        text = f"{where}: {self.severity}: {focus}{self.message} [{self.code}]"
        return f"{text}\n  {self.hint}" if self.hint else text


@dataclass(frozen=True)
class Row:
    """A row that can be read: its number, its cells by column, the claim it names if any, and the values it gives."""

    number: int
    cells: Mapping[str, str]
    claim: URIRef | None
    values: Values


@dataclass
class Faults:
    """Gathers what is wrong with a sheet."""

    sheet: Path
    header: list[str]
    found: list[SheetFinding] = field(default_factory=list)

    def add(self, row: int | None, column: str, complaint: Complaint, focus: str = "") -> None:
        """Note an error.

        Args:
            row: Number of the row at fault, or None.
            column: Name of the column at fault, or empty.
            complaint: What is wrong.
            focus: The claim at fault, shortened, or empty.
        """
        told = SheetFinding(complaint.code, Severity.ERROR, complaint.message, self.sheet, row, hint=complaint.hint)
        letter = letter_of(self.header.index(column)) if column in self.header else ""
        self.found.append(replace(told, column=column, letter=letter, focus=focus))


def letter_of(index: int) -> str:
    """The letter or letters by which a spreadsheet names a column, counted from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def read_sheet(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header of a sheet, and its other rows that are not empty, with their numbers.

    Commas, semicolons and tabs may part the cells, for spreadsheets write what their country is used to; the names of
    columns hold none of them, so that the first row tells.

    Raises:
        InputError: The file can't be read, is no CSV with a first row that names the columns, or has a cell that
            nobody wrote.
    """
    text = read_text(path, largest=_LARGEST).removeprefix(_BOM)
    first = text.splitlines()[0] if text.strip() else ""
    parting = [mark for mark in ",;\t" if mark in first]
    if len(parting) != 1:
        raise InputError(
            "row 1 does not name the columns, parted by commas",
            path,
            1,
            hint="Start from a sheet that `jdm-kg claims export` wrote, and save it as CSV UTF-8.",
        )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=parting[0], strict=True)
    try:
        header, *rows = [[cell.strip() for cell in row] for row in reader]
    except csv.Error as error:
        raise InputError(f"this is not CSV: {error}", path, reader.line_num, hint="Save it as CSV UTF-8.") from error
    if len(header) > _MOST_COLUMNS:
        hint = "Start from a sheet that `jdm-kg claims export` wrote."
        raise InputError(f"row 1 names more than {_MOST_COLUMNS} columns", path, 1, hint=hint)
    for number, row in enumerate([header, *rows], 1):
        long = next((i for i, cell in enumerate(row) if len(cell) > _LONGEST_CELL), None)
        if long is not None:
            message = f"row {number} has a cell of more than {_LONGEST_CELL} characters in column {letter_of(long)}"
            raise InputError(message, path, hint="No text of a claim is as long; look for a quote that is not closed.")
    while header and not header[-1] and not any("".join(row[len(header) - 1 :]) for row in rows):
        header.pop()
    return header, [(number, row) for number, row in enumerate(rows, 2) if any(row)]


def check_header(wanted: list[str], faults: Faults) -> None:
    """Note the columns that are unknown, unnamed, there twice, or missing."""
    header = faults.header
    for index, name in enumerate(header):
        at = f"column {letter_of(index)}"
        if not name:
            faults.add(1, "", Complaint("column-unnamed", f"{at} has no name", "Name it, or delete it."))
        elif name not in wanted:
            hint = did_you_mean(name, set(wanted) - set(header))
            faults.add(1, name, Complaint("column-unknown", f"there is no column '{name}'", hint))
        elif name in header[:index]:
            faults.add(1, "", Complaint("column-twice", f"'{name}' is there again in {at}", "Delete one of the two."))
    for name in wanted:
        if name not in header:
            hint = "Restore it: an empty cell takes a value away, and a column that is missing must not."
            faults.add(1, "", Complaint("column-missing", f"the column '{name}' is missing", hint))


def did_you_mean(text: str, names: Iterable[str]) -> str:
    """A hint that gives the name most like a text."""
    found = difflib.get_close_matches(text, sorted(names), n=1)
    return f"Did you mean {found[0]}?" if found else "Check the spelling."


def suggest(content: Content, column: Column, piece: str) -> str:
    """A hint that gives what may have been meant by a name that is not known, or is none."""
    known = content.labels
    if column.predicate == VOCAB.predicate:
        relations = {shorten(term) for term in content.relations}
        known = {name: text for name, text in known.items() if name in relations}
    wanted = piece.casefold()
    named = sorted(name for name, text in known.items() if text.casefold() == wanted)
    if named:
        return f"Did you mean {named[0]}?"
    prefix = piece.partition(":")[0] + ":"
    return did_you_mean(piece, [name for name in known if name.startswith(prefix)] or known)


def read_rows(content: Content, rows: list[tuple[int, list[str]]], faults: Faults) -> list[Row]:
    """The rows that can be read; what is wrong with the others is noted."""
    found: list[Row] = []
    seen: dict[URIRef, int] = {}
    for number, row in rows:
        before = len(faults.found)
        beyond = next((i for i, cell in enumerate(row) if cell and i >= len(faults.header)), None)
        if beyond is not None:
            message = f"there is a cell behind the last column, in column {letter_of(beyond)}"
            faults.add(number, "", Complaint("cell-beyond", message, "Empty it."))
        # A spreadsheet may leave out empty cells at the end of a row.
        by_name = dict(zip(faults.header, [*row, *[""] * len(faults.header)], strict=False))
        claim = _read_claim(by_name["claim"], number, seen, faults)
        values = _read_values(content, by_name, number, claim, faults)
        if len(faults.found) == before:
            found.append(Row(number, by_name, claim, values))
    return found


def _read_claim(cell: str, number: int, seen: dict[URIRef, int], faults: Faults) -> URIRef | None:
    if not cell:
        return None
    read = cells.read(cells.Kind.THING, cell)
    if isinstance(read, Complaint) or len(read) != 1 or not isinstance(read[0], URIRef):
        hint = "Restore it; for a new claim leave it empty."
        faults.add(number, "claim", Complaint("claim-name", f"'{cell}' is not the name of a claim", hint))
        return None
    first = seen.setdefault(read[0], number)
    if first != number:
        complaint = Complaint("claim-twice", f"row {first} is about the same claim", "Delete one of the two rows.")
        faults.add(number, "claim", complaint, cell)
    return read[0]


def _read_values(content: Content, row: Mapping[str, str], number: int, claim: URIRef | None, faults: Faults) -> Values:
    record = content.claims.get(claim) if claim is not None else None
    shown = shown_cells(content, record) if record else {}
    values: dict[URIRef, tuple[Node, ...]] = {}
    for column in content.columns:
        cell = row[column.name]
        if record and cell == shown[column.name]:
            values[column.predicate] = record.values.get(column.predicate, ())
            continue
        read = cells.read(column.kind, cell)
        if record and cell == re.sub(r"[^\x00-\x7f]", "?", shown[column.name]):
            hint = "Restore the row from a new export, and save the sheet as CSV UTF-8."
            read = Complaint("cell-spoilt", "letters or signs were lost when the sheet was saved", hint)
        if isinstance(read, Complaint):
            if read.code == "cell-name":
                read = Complaint(read.code, read.message, suggest(content, column, read.piece))
            faults.add(number, column.name, read, row["claim"])
        else:
            values[column.predicate] = read
    return values
