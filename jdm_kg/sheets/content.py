"""What the files say of claims, in the order in which they say it, and how a sheet shows it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyoxigraph
from rdflib import OWL, RDF, Graph, URIRef
from rdflib.term import Node

from jdm_kg import turtle
from jdm_kg.files import content_files
from jdm_kg.graph import is_own, label, load_authored, shorten
from jdm_kg.sheets import cells
from jdm_kg.sheets.cells import Column
from jdm_kg.texts import read_text
from jdm_kg.vocab import VOCAB

LABELLED = (VOCAB.subject, VOCAB.predicate, VOCAB.object)
VERSION = re.compile(r"v([0-9a-f]{10})-([0-9a-f]{10})")
_RESERVED = frozenset({"claim", "file", "version", "subject label", "predicate label", "object label"})

Values = Mapping[URIRef, tuple[Node, ...]]


@dataclass
class Record:
    """A claim as the files have it; values in the order in which they stand."""

    files: list[Path] = field(default_factory=list)
    values: dict[URIRef, tuple[Node, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Content:
    """All that is below `ontology/`.

    Attributes:
        root: The folder that holds `ontology/`.
        texts: The Turtle files.
        graph: What curators wrote.
        claims: The claims in the order of files and blocks.
        columns: What a sheet shows of them.
    """

    root: Path
    texts: Mapping[Path, str]
    graph: Graph
    claims: Mapping[URIRef, Record]
    columns: tuple[Column, ...]

    def file_name(self, path: Path) -> str:
        """A file as the sheet names it."""
        return path.relative_to(self.root).as_posix()

    def short(self, claim: URIRef) -> str:
        """The name of the file in which a claim first stands."""
        return self.file_name(self.claims[claim].files[0])

    @cached_property
    def labels(self) -> dict[str, str]:
        """The label of each thing of the project by its short IRI."""
        own = {subject for subject in set(self.graph.subjects()) if is_own(subject)}
        return {shorten(subject): label(self.graph, subject) for subject in own}

    @cached_property
    def relations(self) -> frozenset[Node]:
        """The properties of the project."""
        kinds = (OWL.ObjectProperty, OWL.DatatypeProperty)
        return frozenset(term for kind in kinds for term in self.graph.subjects(RDF.type, kind) if is_own(term))

    @cached_property
    def digest(self) -> str:
        """A short digest of what all claims say."""
        return _short_hash(sorted([c, digest(self.columns, record.values)] for c, record in self.claims.items()))


def load_content(root: Path) -> Content:
    """Read the files below `ontology/`.

    Raises:
        InputError: A file can't be read or parsed.
    """
    texts = {path: read_text(path) for path in content_files(root)}
    graph = load_authored(root)
    kinds = set(graph.subjects(RDF.type, VOCAB.Claim))
    claims: dict[URIRef, Record] = {}
    reading_order: dict[Node, None] = {}
    for path, text in texts.items():
        for subject, predicate, obj in _statements(text):
            reading_order[subject] = None
            if subject in kinds and isinstance(subject, URIRef):
                record = claims.setdefault(subject, Record())
                if path not in record.files:
                    record.files.append(path)
                record.values[predicate] = (*record.values.get(predicate, ()), obj)
    return Content(root, texts, graph, claims, cells.columns(graph, list(reading_order), _RESERVED))


def _statements(text: str) -> Iterator[tuple[Node, URIRef, Node]]:
    """The triples of a text in the order in which they stand."""
    for quad in pyoxigraph.parse(text.encode("utf-8"), format=pyoxigraph.RdfFormat.TURTLE):
        subject = turtle.from_oxigraph(quad.subject)
        yield subject, URIRef(quad.predicate.value), turtle.from_oxigraph(quad.object)


def header_of(content: Content) -> list[str]:
    """The names of the columns of a sheet."""
    names = ["claim", "file"]
    for column in content.columns:
        names.append(column.name)
        if column.predicate in LABELLED:
            names.append(label_column(column))
    return [*names, "version"]


def label_column(column: Column) -> str:
    """The name of the column that shows the labels of the things in another."""
    return f"{column.name} label"


def shown_cells(content: Content, record: Record) -> dict[str, str]:
    """The cells of a claim that hold its values and their labels, by the name of the column."""
    row: dict[str, str] = {}
    for column in content.columns:
        values = record.values.get(column.predicate, ())
        row[column.name] = cells.show(column.kind, values)
        if column.predicate in LABELLED:
            row[label_column(column)] = show_labels(content.graph, values)
    return row


def show_labels(graph: Graph, values: Sequence[Node]) -> str:
    """The cell that holds the labels of some things."""
    return cells.SEPARATOR.join(cells.show_text(label(graph, value)) for value in values)


def digest(columns: Sequence[Column], values: Values) -> str:
    """A short digest of what a claim says; that of 1 is that of 1.0, because spreadsheets write one for the other."""
    told = [[c.predicate, [cells.normal(v) for v in values[c.predicate]]] for c in columns if values.get(c.predicate)]
    return _short_hash(sorted(told))


def _short_hash(told: object) -> str:
    return hashlib.sha256(json.dumps(told).encode("utf-8")).hexdigest()[:10]
