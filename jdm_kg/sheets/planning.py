"""What the rows of a sheet ask for: which claims are changed, added or deleted, and why a row can't be followed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rdflib import Literal, URIRef
from rdflib.term import Node

from jdm_kg.graph import label, shorten
from jdm_kg.sheets import cells
from jdm_kg.sheets.cells import Column, Complaint
from jdm_kg.sheets.content import LABELLED, VERSION, Content, digest, label_column, show_labels
from jdm_kg.sheets.reading import Faults, Row, did_you_mean, suggest
from jdm_kg.vocab import CLAIM, PASSAGE, VOCAB

_CLAIM_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")


@dataclass
class Plan:
    """What is to be done to the files.

    Attributes:
        changed: Edited rows, their claims, and the columns that differ.
        added: New rows and the names of their claims.
        deleted: Claims to delete.
        kept: Claims without a row that nobody asked to delete.
        outdated: Claims that somebody changed in the files, and nobody in the sheet.
        files: The file of each claim that is changed, added or deleted.
    """

    changed: list[tuple[Row, URIRef, list[Column]]] = field(default_factory=list)
    added: list[tuple[Row, URIRef]] = field(default_factory=list)
    deleted: list[URIRef] = field(default_factory=list)
    kept: list[URIRef] = field(default_factory=list)
    outdated: list[URIRef] = field(default_factory=list)
    files: dict[URIRef, Path] = field(default_factory=dict)


def make_plan(content: Content, rows: list[Row], faults: Faults, *, delete: bool) -> Plan:
    """Compare the rows with the files.

    Args:
        content: What the files say.
        rows: What the sheet says.
        faults: Is told what can't be done.
        delete: Whether claims without a row are to be deleted.
    """
    plan = Plan()
    names = {row.claim for row in rows if row.claim is not None}
    for row in rows:
        if row.claim is not None and row.claim in content.claims:
            _plan_change(content, row, row.claim, plan, faults)
        else:
            _plan_addition(content, row, names, plan, faults)
    absent = [claim for claim in content.claims if claim not in names]
    if not delete:
        plan.kept = absent
        return plan
    plan.deleted = absent
    exported = {match[2] for row in rows if (match := VERSION.fullmatch(row.cells["version"]))}
    if absent and exported != {content.digest}:
        message = "claims were changed, added or deleted in the files since the export"
        hint = "So it can't be told which were deleted in the sheet. Export again, and delete the rows there."
        faults.add(None, "", Complaint("delete-outdated", message, hint))
    return plan


def _plan_change(content: Content, row: Row, claim: URIRef, plan: Plan, faults: Faults) -> None:
    record = content.claims[claim]
    name = shorten(claim)
    if row.cells["file"] != content.short(claim):
        hint = f"It stands in {content.short(claim)}; a claim is moved in the files themselves."
        faults.add(row.number, "file", Complaint("file-differs", "the claim is not in this file", hint), name)
    _check_labels(content, row, faults, name)
    edited = [c for c in content.columns if not _same(row.values[c.predicate], record.values.get(c.predicate, ()))]
    if not edited:
        return
    version = VERSION.fullmatch(row.cells["version"])
    if version is None:
        hint = "Restore it from an export; a new claim has another name, or none."
        faults.add(row.number, "version", Complaint("version-missing", "this is not a version", hint), name)
    elif version[1] == digest(content.columns, row.values):
        plan.outdated.append(claim)
    elif version[1] != digest(content.columns, record.values):
        message = "the claim was changed in the files since this sheet was exported, and not as it is here"
        hint = f"The files say: {_told(edited[0], record.values)}. Export again and make the change there."
        faults.add(row.number, edited[0].name, Complaint("claim-changed-since", message, hint), name)
    else:
        for column in edited:
            _check_known(content, row, column, faults, name)
        plan.changed.append((row, claim, edited))


def _told(column: Column, values: dict[URIRef, tuple[Node, ...]]) -> str:
    return cells.show(column.kind, values.get(column.predicate, ())) or "nothing"


def _same(one: Sequence[Node], other: Sequence[Node]) -> bool:
    return [cells.normal(value) for value in one] == [cells.normal(value) for value in other]


def _check_labels(content: Content, row: Row, faults: Faults, name: str) -> None:
    """A label is there for people to read; one that does not fit tells that the wrong cell of the two was edited."""
    for column in content.columns:
        if column.predicate not in LABELLED:
            continue
        cell = row.cells[label_column(column)]
        values = row.values[column.predicate]
        known = all((value, None, None) in content.graph for value in values)
        right = [show_labels(content.graph, values), *(label(content.graph, value) for value in values)]
        if cell and known and cell not in right:
            what = f"{row.cells[column.name]} is called '{right[0]}'" if values else f"'{column.name}' is empty"
            hint = f"Edit '{column.name}' and empty this cell. {suggest(content, column, cell)}"
            complaint = Complaint("label-differs", f"{what}, but here stands '{cell}'", hint)
            faults.add(row.number, label_column(column), complaint, name)


def _check_known(content: Content, row: Row, column: Column, faults: Faults, name: str) -> None:
    for value in row.values[column.predicate]:
        relation = column.predicate == VOCAB.predicate
        known = value in content.relations if relation else (value, None, None) in content.graph
        if isinstance(value, Literal) or known:
            continue
        short = shorten(value)
        what = "relation" if relation else "passage" if short.startswith("passage:") else "thing"
        complaint = Complaint("name-unknown", f"there is no {what} {short}", suggest(content, column, short))
        faults.add(row.number, column.name, complaint, name)


def _plan_addition(content: Content, row: Row, names: set[URIRef], plan: Plan, faults: Faults) -> None:
    before = len(faults.found)
    name = row.cells["claim"]
    _check_new_name(content, row, faults)
    _check_labels(content, row, faults, name)
    for column in content.columns:
        _check_known(content, row, column, faults, name)
    passages = row.values.get(VOCAB.restsOn, ())
    if not passages:
        rests_on = next((c.name for c in content.columns if c.predicate == VOCAB.restsOn), "")
        hint = "Write its name, such as passage:doc-004."
        complaint = Complaint("passage-missing", "a new claim needs the passage that it rests on", hint)
        faults.add(row.number, rests_on, complaint, name)
    files = {content.file_name(path) for path in content.texts}
    if row.cells["file"] and row.cells["file"] not in files:
        hint = f"{did_you_mean(row.cells['file'], files)} Empty the cell for the file of the passage."
        faults.add(row.number, "file", Complaint("file-unknown", "there is no such file", hint), name)
    if len(faults.found) == before:
        claim = row.claim or _next_number(content, passages[0], names)
        names.add(claim)
        plan.added.append((row, claim))


def _check_new_name(content: Content, row: Row, faults: Faults) -> None:
    name = row.cells["claim"]
    if row.cells["version"]:
        message = f"there is no claim {name}" if name else "the row has a version, but no claim"
        guess = did_you_mean(name, map(shorten, content.claims))
        hint = f"{guess} If it was deleted in the files, delete the row; if the row is new, empty its version."
        faults.add(row.number, "claim", Complaint("claim-unknown", message, hint), name)
    elif row.claim is not None:
        local = row.claim.removeprefix(str(CLAIM))
        if local == row.claim or not _CLAIM_NAME.fullmatch(local) or (row.claim, None, None) in content.graph:
            hint = "Empty the cell, and the claim is given the next number of its passage."
            faults.add(row.number, "claim", Complaint("claim-name", f"{name} can't be the name of a claim", hint))


def _next_number(content: Content, passage: Node, names: set[URIRef]) -> URIRef:
    stem = str(passage).removeprefix(str(PASSAGE))
    taken = [0]
    for claim in {*content.claims, *names}:
        match = re.fullmatch(re.escape(stem) + r"-(\d+)", claim.removeprefix(str(CLAIM)))
        taken += [int(match[1])] if match else []
    return CLAIM[f"{stem}-{max(taken) + 1:02}"]
