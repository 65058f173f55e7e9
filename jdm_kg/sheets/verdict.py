"""The verdict on the content as a sheet would make it, told by row and column where it is about a claim."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from rdflib import URIRef

from jdm_kg import edit
from jdm_kg.check import validate
from jdm_kg.errors import InputError
from jdm_kg.findings import Finding
from jdm_kg.graph import shorten
from jdm_kg.sheets.content import Content
from jdm_kg.sheets.reading import Faults, SheetFinding, letter_of
from jdm_kg.texts import Place


def check_changed(
    content: Content, texts: Mapping[Path, str], faults: Faults, rows: Mapping[str, int], sources: Path | None
) -> list[SheetFinding]:
    """Run all checks on a copy of the content that holds the edited files.

    Args:
        content: What the files say now.
        texts: The edited files.
        faults: Knows the columns of the sheet.
        rows: The row of each claim.
        sources: The folder with the source documents, or None.

    Raises:
        InputError: A shape or rule can't be read.
    """
    after = {**content.texts, **texts}
    with tempfile.TemporaryDirectory(prefix="jdm-kg-") as name:
        copy = Path(name)
        shutil.copytree(content.root / "shapes", copy / "shapes")
        ignored = shutil.ignore_patterns("*.ttl", "*.tmp")
        shutil.copytree(content.root / "ontology", copy / "ontology", ignore=ignored)
        for path, text in after.items():
            (copy / content.file_name(path)).write_bytes(text.encode("utf-8"))
        try:
            report = validate(copy, sources)
        except InputError as error:
            raise InputError(
                error.message, _back(error.path, copy, content.root), error.line, error.column, error.hint
            ) from error
        return [
            _in_sheet(_moved(finding, copy, content.root), content, after, faults, rows) for finding in report.findings
        ]


def _back(path: Path | None, copy: Path, root: Path) -> Path | None:
    """The path in the project of a path in the copy."""
    return root / path.relative_to(copy) if path is not None and path.is_relative_to(copy) else path


def _moved(finding: Finding, copy: Path, root: Path) -> Finding:
    place = finding.place
    path = _back(place.path, copy, root) if place else None
    return replace(finding, place=replace(place, path=path)) if place and path else finding


def _in_sheet(
    finding: Finding, content: Content, texts: Mapping[Path, str], faults: Faults, rows: Mapping[str, int]
) -> SheetFinding:
    told = SheetFinding(
        finding.code, finding.severity, finding.message, faults.sheet, focus=finding.focus, hint=finding.hint
    )
    claim, predicate = _stands_in(finding.place, texts)
    names = {str(column.predicate): column.name for column in content.columns}
    short = finding.focus if finding.focus in rows else shorten(URIRef(claim))
    if short not in rows:
        return replace(told, place=finding.place)
    column = names.get(predicate, "claim") if short == shorten(URIRef(claim)) else "claim"
    return replace(told, row=rows[short], column=column, letter=letter_of(faults.header.index(column)))


def _stands_in(place: Place | None, texts: Mapping[Path, str]) -> tuple[str, str]:
    """The IRIs of the subject and of the predicate in whose block and part a place is; empty where it is in none."""
    text = texts.get(place.path) if place else None
    if place is None or text is None:
        return "", ""
    lines = text.split("\n")
    offset = sum(len(line) + 1 for line in lines[: place.line - 1]) + place.column - 1
    for block in edit.layout(text).blocks:
        if block.start <= offset < block.end:
            inside = [part.predicate for part in block.parts if part.start <= offset <= part.stop]
            return block.subject, inside[0] if inside else ""
    return "", ""
