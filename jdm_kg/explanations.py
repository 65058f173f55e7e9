"""What the codes mean that come from no check: those of the import of a sheet, and those of breaking changes."""

from __future__ import annotations

from typing import Final

from jdm_kg.findings import Explanation, Severity


def _of_sheet(code: str, title: str, problem: str, solution: str, applies_to: str) -> Explanation:
    return Explanation(code, title, problem, solution, Severity.ERROR, f"{applies_to} of an imported sheet")


SHEETS: Final = (
    _of_sheet(
        "cell-beyond",
        "No cell stands behind the last column",
        "There is a cell behind the last column.",
        "Empty it, or move it to the column where it belongs.",
        "every row",
    ),
    _of_sheet(
        "cell-boolean",
        "Yes and no are written true and false",
        "The cell is neither true nor false.",
        "Write true, false or nothing.",
        "cells for yes or no",
    ),
    _of_sheet(
        "cell-name",
        "Things are written by their short names",
        "The cell is not the name of a thing.",
        "Write prefix and name, such as id:name; the labels beside are there to read, not to edit.",
        "cells for things",
    ),
    _of_sheet(
        "cell-number",
        "Numbers are written with digits and a point",
        "The cell is not a number, or one that the spreadsheet has rewritten.",
        "Write it with digits and a point, and set the column to text in the spreadsheet.",
        "cells for numbers",
    ),
    _of_sheet(
        "cell-quotes",
        "What begins with a quote is a literal as Turtle has it",
        "The cell begins with a quote and is no such literal, or needs its type and has none.",
        'Write "text"@en, "text" or "text"^^xsd:type; within it, a backslash before a quote, and \\u007C for a bar.',
        "every cell",
    ),
    _of_sheet(
        "cell-separator",
        "Several values are parted by a bar, and differ",
        "There is nothing between two bars, or the same value twice.",
        "Part several values by ' | '; a bar within a text stands in quotes and is written \\u007C.",
        "every cell",
    ),
    _of_sheet(
        "cell-spoilt",
        "A cell holds what somebody wrote, not what a spreadsheet made of it",
        "The cell may have been changed by the spreadsheet: a date, a time, a number, a formula, lost letters.",
        "Restore it from a new export; if it is what is meant, write it in quotes. Save as CSV UTF-8.",
        "every cell",
    ),
    _of_sheet(
        "claim-changed-since",
        "An edit does not undo the edit of another",
        "The claim was changed in the files since the sheet was exported, and differently in the sheet.",
        "Export again, and make the change there.",
        "every edited row",
    ),
    _of_sheet(
        "claim-name",
        "A claim has a name that can be one",
        "The cell is not the name of a claim, or the name can't be given to a new one.",
        "Restore it; for a new claim leave it empty, and it is given the next number of its passage.",
        "the column claim",
    ),
    _of_sheet(
        "claim-twice",
        "A claim has one row",
        "Another row is about the same claim.",
        "Delete one of the two rows.",
        "the column claim",
    ),
    _of_sheet(
        "claim-unknown",
        "A row with a version is about a claim of the files",
        "The row has a version, but there is no such claim.",
        "Correct the name. Delete the row if the claim was deleted in the files; empty its version if it is a new one.",
        "the column claim",
    ),
    _of_sheet(
        "column-missing",
        "All columns are there",
        "A column of the export is missing.",
        "Restore it: an empty cell takes a value away, and a column that is missing must not.",
        "the first row",
    ),
    _of_sheet(
        "column-twice",
        "Each column is there once",
        "Two columns have the same name.",
        "Delete one of the two.",
        "the first row",
    ),
    _of_sheet(
        "column-unknown",
        "Every column is one of the export",
        "There is no column of that name.",
        "Correct the name, or delete the column.",
        "the first row",
    ),
    _of_sheet(
        "column-unnamed",
        "Every column has a name",
        "A column has no name in row 1.",
        "Name it, or delete it.",
        "the first row",
    ),
    _of_sheet(
        "delete-outdated",
        "Only what was deleted in the sheet is deleted in the files",
        "Claims were changed, added or deleted in the files since the export; which rows were deleted can't be told.",
        "Export again, and delete the rows there.",
        "a sheet that is imported with --delete, the rows",
    ),
    _of_sheet(
        "file-differs",
        "A claim stays in its file",
        "The claim stands in another file than its row says.",
        "Restore the cell; move the claim in the files themselves.",
        "the column file",
    ),
    _of_sheet(
        "file-missing",
        "It is known to which file a new claim goes",
        "No claim rests on the section of its passage yet, so the file is not known.",
        "Name the file in the cell.",
        "the column file",
    ),
    _of_sheet(
        "file-unknown",
        "A new claim goes to a file that is there",
        "There is no such file.",
        "Correct the name, or empty the cell for the file of the passage.",
        "the column file",
    ),
    _of_sheet(
        "label-differs",
        "A label fits the thing that it stands beside",
        "The label is that of another thing, so that one of the two cells is wrong.",
        "Edit the name of the thing, and empty the cell of the label.",
        "the columns of labels",
    ),
    _of_sheet(
        "layout",
        "An edit can be made in the file without losing anything",
        "The claim is laid out in its file in a way that can't be edited from a sheet.",
        "Make this change in the file itself.",
        "every edited row",
    ),
    _of_sheet(
        "name-unknown",
        "Every thing that is named is there",
        "There is no such thing, passage or relation.",
        "Correct the name, or describe the thing in the files first.",
        "cells for things",
    ),
    _of_sheet(
        "passage-missing",
        "A new claim names the passage that it rests on",
        "A new claim has no passage.",
        "Write the name of the passage.",
        "every new row",
    ),
    _of_sheet(
        "version-missing",
        "A row keeps the version of its export",
        "The cell holds no version, so that an edit of somebody else could be undone.",
        "Restore it from an export; a new claim has another name, or none.",
        "the column version",
    ),
)
"""What the codes of the import of a sheet mean."""


def _of_diff(code: str, title: str, problem: str, solution: str) -> Explanation:
    return Explanation(code, title, problem, solution, Severity.WARNING, "two versions, compared by jdm-kg diff")


BREAKING: Final = (
    _of_diff(
        "edge-lost",
        "A relation between two things stays",
        "The new version neither states nor implies a relation between two things that are still there.",
        "Make sure that its claims were meant to go, and say so in the release notes.",
    ),
    _of_diff(
        "iri-removed",
        "What was released keeps its IRI",
        "The thing is gone, and programs that name it find nothing.",
        "Deprecate it instead.",
    ),
    _of_diff(
        "iri-renamed",
        "What was released keeps its name",
        "The thing has another IRI now, and the old one leads nowhere.",
        "Keep the old name, or deprecate it and say by dcterms:isReplacedBy what replaces it.",
    ),
    _of_diff(
        "kind-changed",
        "A thing stays of its kind",
        "The thing is of another kind than it was.",
        "Make a new thing of the other kind, or say so in the release notes.",
    ),
    _of_diff(
        "polarity-flipped",
        "A claim keeps its polarity",
        "A claim that was affirmed is denied, or the other way round.",
        "Read its passage again; if the old version was wrong, say so in the release notes.",
    ),
    _of_diff(
        "predicate-removed",
        "A relation or property of the schema stays",
        "The property is gone from the schema, and queries that name it find nothing.",
        "Deprecate it instead.",
    ),
    _of_diff(
        "safety-lost",
        "What protects people from harm stays with its thing",
        "Safety advice, monitoring or a restriction on prescribing no longer reaches the thing.",
        "Restore it, unless the documents no longer say so.",
    ),
)
"""What the codes of breaking changes mean, but for those that a rule has too."""

OTHERS: Final = (*SHEETS, *BREAKING)
"""All of them."""
