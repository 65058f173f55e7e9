"""Carrying a plan out on the texts of the files, and making sure that they then say what they should."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
from rdflib import RDF, Literal, URIRef
from rdflib.term import Node

from jdm_kg import edit, turtle
from jdm_kg.edit import Refusal
from jdm_kg.errors import InputError
from jdm_kg.graph import shorten
from jdm_kg.sheets import cells
from jdm_kg.sheets.cells import Column, Complaint
from jdm_kg.sheets.content import Content, Values
from jdm_kg.sheets.planning import Plan
from jdm_kg.sheets.reading import Faults, Row
from jdm_kg.turtle import Triple
from jdm_kg.vocab import CLAIM, PASSAGE, PREFIXES, VOCAB

_HEADING = re.compile(r"^(# passage \S+ -+)\r?$", re.MULTILINE)


def edit_files(content: Content, plan: Plan, faults: Faults) -> dict[Path, str]:
    """The new texts of the files that change.

    Args:
        content: What the files say.
        plan: What is to be done; its files are filled in.
        faults: Is told what can't be done.
    """
    editor = _Editor(content, faults)
    for row, claim, columns in plan.changed:
        plan.files[claim] = content.claims[claim].files[0]
        editor.change(row, claim, columns)
    for row, claim in plan.added:
        path = editor.add(row, claim)
        if path is not None:
            plan.files[claim] = path
    for claim in plan.deleted:
        plan.files[claim] = content.claims[claim].files[0]
        editor.delete(claim)
    return editor.texts


class _Editor:
    """Edits the texts of files, one claim after the other."""

    def __init__(self, content: Content, faults: Faults) -> None:
        self.texts: dict[Path, str] = {}
        self._content = content
        self._faults = faults
        self._homes = _Homes(content)
        self._order = [str(column.predicate) for column in content.columns]

    def _text(self, path: Path) -> str:
        return self.texts.get(path, self._content.texts[path])

    def _keep(self, path: Path, edited: str | Refusal, at: tuple[int | None, str], claim: URIRef) -> bool:
        if isinstance(edited, Refusal):
            self._faults.add(*at, Complaint("layout", edited.reason, edited.hint), shorten(claim))
            return False
        self.texts[path] = edited
        return True

    def _is_in_one_file(self, claim: URIRef, at: tuple[int | None, str]) -> bool:
        names = [self._content.file_name(path) for path in self._content.claims[claim].files]
        if len(names) > 1:
            message = f"the claim stands in several files: {', '.join(names)}"
            self._faults.add(*at, Complaint("layout", message, "Make one block of it in one file."), shorten(claim))
        return len(names) == 1

    def change(self, row: Row, claim: URIRef, columns: Sequence[Column]) -> None:
        """Change the values of a claim in some columns."""
        if not self._is_in_one_file(claim, (row.number, "claim")):
            return
        record = self._content.claims[claim]
        path = record.files[0]
        for column in columns:
            new = row.values[column.predicate]
            text = _with_prefixes(self._text(path), [column.predicate, *new] if new else [])
            prefixes = dict(edit.layout(text).prefixes)
            edited = edit.set_values(
                text,
                str(claim),
                str(column.predicate),
                verb=cells.name(column.predicate, prefixes),
                values=_as_written(record.values.get(column.predicate, ()), new, prefixes),
                order=self._order,
            )
            self._keep(path, edited, (row.number, column.name), claim)

    def add(self, row: Row, claim: URIRef) -> Path | None:
        """Add a claim in reading order; the file that it goes to, or None."""
        named = self._content.root / row.cells["file"] if row.cells["file"] else None
        spot = self._homes.find(claim, row.values, named)
        if spot is None:
            message = "no claim rests on the section of this passage yet, so its file is not known"
            complaint = Complaint("file-missing", message, "Name the file in this cell.")
            self._faults.add(row.number, "file", complaint, row.cells["claim"])
            return None
        passage = self._homes.note(claim, row.values, spot)
        columns = [column for column in self._content.columns if row.values[column.predicate]]
        terms = [term for column in columns for term in (column.predicate, *row.values[column.predicate])]
        text = _with_prefixes(self._text(spot.file), [claim, VOCAB.Claim, *terms])
        block = _block(columns, claim, row.values, dict(edit.layout(text).prefixes))
        headings = _HEADING.findall(text)
        if spot.first and headings and passage is not None:
            heading = f"# passage {passage.removeprefix(str(PASSAGE))} "
            block = f"{heading.ljust(len(headings[-1]), '-')}\n\n{block}"
        neighbour = str(spot.neighbour or "")
        edited = edit.insert_block(text, block, **{"after" if spot.behind else "before": neighbour})
        return spot.file if self._keep(spot.file, edited, (row.number, "claim"), claim) else None

    def delete(self, claim: URIRef) -> None:
        """Delete a claim."""
        if self._is_in_one_file(claim, (None, "")):
            path = self._content.claims[claim].files[0]
            self._keep(path, edit.remove_block(self._text(path), str(claim)), (None, ""), claim)


def _with_prefixes(text: str, terms: Sequence[Node]) -> str:
    """The text with the prefixes declared that the project writes these terms with."""
    iris = [str(term) for term in terms if isinstance(term, URIRef)]
    iris += [str(term.datatype) for term in terms if isinstance(term, Literal) and cells.names_its_type(term)]
    declared = dict(edit.layout(text).prefixes)
    for iri in iris:
        wanted = cells.name(iri).partition(":")[0]
        if cells.name(iri, declared).startswith("<") and wanted in PREFIXES and wanted not in declared:
            text = edit.declare_prefix(text, wanted, PREFIXES[wanted])
            declared[wanted] = PREFIXES[wanted]
    return text


def _as_written(old: Sequence[Node], new: Sequence[Node], prefixes: dict[str, str]) -> list[str | int]:
    """The new values as Turtle; the index of the old one where a value is not new, so that it keeps its spelling."""
    before = [cells.normal(value) for value in old]
    told = [cells.normal(value) for value in new]
    return [
        before.index(text) if text in before else cells.written(value, prefixes)
        for text, value in zip(told, new, strict=True)
    ]


def _block(columns: Sequence[Column], claim: URIRef, values: Values, prefixes: dict[str, str]) -> str:
    lines = [f"a {cells.name(VOCAB.Claim, prefixes)}"]
    for column in columns:
        told = ", ".join(cells.written(value, prefixes) for value in values[column.predicate])
        lines.append(f"{cells.name(column.predicate, prefixes)} {told}")
    return f"{cells.name(claim, prefixes)}\n    " + " ;\n    ".join(lines) + " ."


@dataclass(frozen=True)
class _Spot:
    """Where a new claim goes.

    Attributes:
        file: The file.
        neighbour: The claim beside which it goes, or None for the end of the file.
        behind: Whether it goes behind its neighbour, and not before.
        first: Whether it is the first claim of its passage.
    """

    file: Path
    neighbour: URIRef | None
    behind: bool
    first: bool


class _Homes:
    """Knows to which passage each claim belongs, and so where the next one goes: in reading order."""

    def __init__(self, content: Content) -> None:
        self._graph = content.graph
        self._files = {claim: record.files[0] for claim, record in content.claims.items()}
        self._homes = {claim: self._home(claim, record.values) for claim, record in content.claims.items()}

    def _home(self, claim: URIRef, values: Values) -> URIRef | None:
        """The passage that the claim is named after, or else the first that it rests on."""
        passages = [value for value in values.get(VOCAB.restsOn, ()) if isinstance(value, URIRef)]
        stem = PASSAGE[claim.removeprefix(str(CLAIM)).rpartition("-")[0]]
        return stem if stem in passages else passages[0] if passages else None

    def _order(self, passage: URIRef | None) -> int:
        number = str(self._graph.value(passage, VOCAB.order)) if passage is not None else ""
        return int(number) if number.isdecimal() else 0

    def find(self, claim: URIRef, values: Values, file: Path | None) -> _Spot | None:
        """Where a new claim goes; None where no claim of its section tells.

        Args:
            claim: Its name.
            values: What it says.
            file: The file that it must go to, if one is named.
        """
        home = self._home(claim, values)
        part = VOCAB.inSection if file is None else VOCAB.inSource
        whole = self._graph.value(home, part)

        def is_near(other: URIRef) -> bool:
            there = self._homes[other]
            return there is not None and (there == home or self._graph.value(there, part) == whole is not None)

        near = [other for other in self._homes if (file is None or self._files[other] == file) and is_near(other)]
        near.sort(key=lambda other: self._order(self._homes[other]))  # stable: within a passage, as in the files
        mine = [other for other in near if self._homes[other] == home]
        earlier = mine or [other for other in near if self._order(self._homes[other]) < self._order(home)]
        if earlier:
            return _Spot(self._files[earlier[-1]], earlier[-1], behind=True, first=not mine)
        if near:
            return _Spot(self._files[near[0]], near[0], behind=False, first=True)
        return _Spot(file, None, behind=True, first=True) if file is not None else None

    def note(self, claim: URIRef, values: Values, spot: _Spot) -> URIRef | None:
        """Remember a claim that was added, and say to which passage it belongs."""
        self._files[claim] = spot.file
        order = list(self._homes)
        position = order.index(spot.neighbour) + spot.behind if spot.neighbour is not None else len(order)
        order.insert(position, claim)
        self._homes[claim] = self._home(claim, values)
        self._homes = {other: self._homes[other] for other in order}
        return self._homes[claim]


def verify(content: Content, plan: Plan, texts: Mapping[Path, str]) -> None:
    """Make sure that the edited texts say what they should: the old triples, without some and with others.

    Raises:
        InputError: A text says something else; the layout of the file is then one that can't be edited from a sheet.
    """
    told = _expected(content, plan)
    for path, text in texts.items():
        gone, come = told[path]
        try:
            right = _triples(text) == (_triples(content.texts[path]) - gone) | come
        except SyntaxError:
            right = False
        if not right:
            raise InputError(
                "the file is laid out in a way that can't be edited from a sheet; nothing was written",
                path,
                hint="Make the change in the file itself.",
            )


def _expected(content: Content, plan: Plan) -> dict[Path, tuple[set[Triple], set[Triple]]]:
    """For each file the triples that must go and those that must come."""
    told: dict[Path, tuple[set[Triple], set[Triple]]] = {path: (set(), set()) for path in plan.files.values()}
    for row, claim, columns in plan.changed:
        gone, come = told[plan.files[claim]]
        for column in columns:
            old = content.claims[claim].values.get(column.predicate, ())
            spelt = {cells.normal(value): value for value in old}
            gone |= {(claim, column.predicate, value) for value in old}
            come |= {(claim, column.predicate, spelt.get(cells.normal(v), v)) for v in row.values[column.predicate]}
    for row, claim in plan.added:
        _, come = told[plan.files[claim]]
        come.add((claim, RDF.type, VOCAB.Claim))
        come |= {(claim, predicate, value) for predicate, values in row.values.items() for value in values}
    for claim in plan.deleted:
        gone, _ = told[plan.files[claim]]
        gone |= set(content.graph.triples((claim, None, None)))
    return told


def _triples(text: str) -> set[Triple]:
    """The triples between named things and literals; brackets are never edited."""
    blank = pyoxigraph.BlankNode
    quads = pyoxigraph.parse(text.encode("utf-8"), format=pyoxigraph.RdfFormat.TURTLE)
    return {
        (turtle.from_oxigraph(q.subject), turtle.from_oxigraph(q.predicate), turtle.from_oxigraph(q.object))
        for q in quads
        if not isinstance(q.subject, blank) and not isinstance(q.object, blank)
    }
