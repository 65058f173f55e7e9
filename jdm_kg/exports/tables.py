r"""Claims, things, passages and tensions as flat tables: CSV with a description of each column, and Parquet.

What the columns hold stands in `columns`.

CSV follows RFC 4180, whose lines end in CRLF, in UTF-8 without a byte order mark:

- Several values of a cell are parted by ` | `. In such columns a bar within a value is written `\|`, a backslash `\\`.
- A cell of words that a spreadsheet would take for a formula (it begins with = + - @, their wide forms, a tab or a line
  break), or that begins with an apostrophe, has an apostrophe before it. To undo that, take one apostrophe away.
- An empty cell means that nothing is said.

The cells of `jdm_kg.sheets` are another matter: they are Turtle, for curators who write them back.

Sources: RFC 4180; Data Package 2.0 (datapackage.org), with Table Schema; Apache Parquet, written by pyarrow.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from jdm_kg.errors import OutputError
from jdm_kg.exports import common, dataset
from jdm_kg.exports.columns import PLAIN, TABLES, Cell, Column, Table, rows, triples
from jdm_kg.exports.table import Files, Format, Release
from jdm_kg.facts import Facts, Triple
from jdm_kg.iris import BASE, name

SEPARATOR = " | "
_FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20\t\r\n")
_DESCRIPTION = "tables/datapackage.json"
_PROFILES = "https://datapackage.org/profiles/2.0/"

# Of what is not the project's own, the schema gives no definition.
_MEANS = {
    "oa:end": "The offset after its last character.",
    "oa:start": "The offset of its first character, in characters of the document from 0.",
    "owl:deprecated": "Whether it is no longer used.",
    "dcterms:isReplacedBy": "What is used in its stead.",
    "skos:altLabel": "Other names.",
    "skos:broadMatch": "Identifiers of others that mean something wider.",
    "skos:broader": "The wider things of which it is a kind.",
    "skos:closeMatch": "Identifiers of others that mean nearly the same.",
    "skos:definition": "What it is, in our own words.",
    "skos:editorialNote": "What curators should know.",
    "skos:exactMatch": "Identifiers of others that mean the same.",
    "skos:hiddenLabel": "Words that are searched for but not shown.",
    "skos:narrowMatch": "Identifiers of others that mean something narrower.",
    "skos:prefLabel": "Its name.",
    "skos:relatedMatch": "Identifiers of others that mean something related.",
    "skos:scopeNote": "What it covers and what not.",
}


# CSV ----------------------------------------------------------------------------------------------------------------


def write_csv(release: Release) -> Files:
    """The tables as CSV, and their description as a Data Package."""
    files = {f"tables/{table.name}.csv": _csv(table, release) for table in TABLES}
    return {**files, _DESCRIPTION: _package(release, files)}


def read_csv(files: Files, _: Release) -> Iterable[Triple]:
    """What the CSV files say."""
    for table in TABLES:
        kinds = {"id": Column("id", "iri"), **{column.name: column for column in table.columns}}
        text = files[f"tables/{table.name}.csv"].decode("utf-8")
        for record in csv.DictReader(io.StringIO(text, newline="")):
            yield from triples(table, {key: _parse(kinds[key], cell) for key, cell in record.items()})


def _csv(table: Table, release: Release) -> bytes:
    columns = (Column("id", "iri"), *table.columns)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.name for column in columns])
    writer.writerows([_cell(column, row[column.name]) for column in columns] for row in rows(table, release))
    return out.getvalue().encode("utf-8")


def _cell(column: Column, values: Cell) -> str:
    if column.many:
        values = tuple(value.replace("\\", "\\\\").replace("|", "\\|") for value in values)
    text = SEPARATOR.join(values)
    guarded = column.kind not in PLAIN and text.startswith((*_FORMULA, "'"))
    return f"'{text}" if guarded else text


def _parse(column: Column, cell: str) -> Cell:
    if column.kind not in PLAIN:
        cell = cell.removeprefix("'")
    if not cell:
        return ()
    if not column.many:
        return (cell,)
    # A bar that parts values stands after a space; one within a value after a backslash.
    return tuple(re.sub(r"\\(.)", r"\1", part, flags=re.DOTALL) for part in cell.split(SEPARATOR))


# The description ----------------------------------------------------------------------------------------------------


def _package(release: Release, files: Files) -> bytes:
    facts = release.facts
    head = common.header(facts)
    package: dict[str, Any] = {
        "$schema": _PROFILES + "datapackage.json",
        "name": "jdm-kg",
        "id": BASE,
        "title": dataset.title(release),
        "description": dataset.description(release),
        "homepage": BASE,
        "version": release.version,
        **({"created": f"{release.modified}T00:00:00Z"} if release.modified else {}),
        "licenses": [{"name": common.LICENSE_SPDX, "title": common.LICENSE, "path": common.LICENSE_URL}],
        "contributors": [{"title": head.creator or "jdm-kg", "roles": ["creator"]}],
        "sources": [_source(source, release) for source in common.sources(facts)],
        "resources": [_resource(table, release, files[f"tables/{table.name}.csv"]) for table in TABLES],
    }
    return (json.dumps(package, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _source(source: common.Source, release: Release) -> dict[str, object]:
    told = {
        "title": source.label,
        "path": source.address,
        "id": source.iri,
        "license": source.terms,
        "hash": f"sha256:{source.sha256}",
        "bytes": source.bytes,
        "lastReviewed": source.reviewed,
        "nextReviewDue": source.due,
        "staleFrom": source.stale_from,
        "review": source.freshness(release.as_of),
        "reviewStatus": source.status,
    }
    return {key: value for key, value in told.items() if value}


def _resource(table: Table, release: Release, content: bytes) -> dict[str, object]:
    key = {
        "name": "id",
        "title": "id",
        "description": "The IRI of what the row is about.",
        "type": "string",
        "format": "uri",
        **({"rdfType": name(table.of)} if table.of else {}),
        "constraints": {"required": True, "unique": True},
    }
    return {
        "$schema": _PROFILES + "dataresource.json",
        "name": table.name,
        "path": f"{table.name}.csv",
        "type": "table",
        "title": table.title,
        "description": "An empty cell means that nothing is said. Several values of a cell are parted by ' | '; there, "
        "a bar within a value is written \\| and a backslash \\\\. A cell of words that would look like a formula to a "
        "spreadsheet, or begins with an apostrophe, has one more apostrophe before it.",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": {
            "$schema": _PROFILES + "tableschema.json",
            "fields": [key, *(_field(column, release.facts) for column in table.columns)],
            "primaryKey": ["id"],
            "missingValues": [""],
        },
    }


def _field(column: Column, facts: Facts) -> dict[str, object]:
    single = not column.many
    predicate = name(column.property) if column.property else ""
    defined = common.in_english(facts, predicate, "skos:definition")
    means = column.means or _MEANS.get(column.property) or " ".join(defined[:1])
    own = {
        "property": predicate,
        "inverse": column.inverse,
        "separator": SEPARATOR if column.many else "",
        "language": common.LANGUAGE if column.kind == "text" else "",
    }
    return {
        "name": column.name,
        "title": column.name.replace("_", " "),
        **({"description": means} if means else {}),
        "type": column.kind if column.kind in PLAIN and single else "string",
        **({"format": "uri"} if column.kind == "iri" and single else {}),
        **{key: value for key, value in own.items() if value},
    }


# Parquet ------------------------------------------------------------------------------------------------------------


def write_parquet(release: Release) -> Files:
    """The same tables as Parquet: lists instead of bars, numbers and truth values as such, no apostrophes.

    The bytes depend on the version of pyarrow.

    Raises:
        OutputError: pyarrow is not installed.
    """
    pa, pq = _arrow()
    kinds = {"integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}
    convert: dict[str, Callable[[str], object]] = {"integer": int, "number": float, "boolean": "true".__eq__}
    files = {}
    about = json.dumps(
        {"version": release.version, "license": common.LICENSE_URL, "disclaimer": common.DISCLAIMER}, ensure_ascii=False
    )
    for table in TABLES:
        columns = (Column("id", "iri", means="The IRI of what the row is about."), *table.columns)
        made = rows(table, release)
        fields, arrays = [], []
        for column in columns:
            plain = kinds.get(column.kind, pa.string())
            kind = pa.list_(plain) if column.many else plain
            cells = [[convert.get(column.kind, str)(value) for value in row[column.name]] for row in made]
            arrays.append(pa.array(cells if column.many else [cell[0] if cell else None for cell in cells], type=kind))
            told = _field(column, release.facts).get("description", "")
            fields.append(pa.field(column.name, kind, metadata={"description": str(told)}))
        schema = pa.schema(fields, metadata={"title": table.title, "about": about})
        out = io.BytesIO()
        pq.write_table(pa.Table.from_arrays(arrays, schema=schema), out, compression="zstd")
        files[f"tables/{table.name}.parquet"] = out.getvalue()
    return files


def read_parquet(files: Files, _: Release) -> Iterable[Triple]:
    """What the Parquet files say; a number comes back in the canonical form of XML Schema.

    Raises:
        OutputError: pyarrow is not installed.
    """
    _, pq = _arrow()
    for table in TABLES:
        for record in pq.read_table(io.BytesIO(files[f"tables/{table.name}.parquet"])).to_pylist():
            yield from triples(table, {key: _plain(value) for key, value in record.items()})


def _plain(value: object) -> Cell:
    if value is None:
        return ()
    if isinstance(value, list):
        return tuple(text for one in value for text in _plain(one))
    return (str(value).lower() if isinstance(value, bool) else str(value),)


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        hint = "Install it: pip install 'jdm-kg[parquet]'"
        raise OutputError("Parquet is written by pyarrow, which is not installed", hint=hint) from error
    return pa, pq


FORMATS = (
    Format(
        "csv",
        (*(f"tables/{table.name}.csv" for table in TABLES), _DESCRIPTION),
        "spreadsheets, pandas and R: flat tables, each column described (Frictionless Data Package)",
        write_csv,
        read_csv,
    ),
    Format(
        "parquet",
        tuple(f"tables/{table.name}.parquet" for table in TABLES),
        "pandas, DuckDB, Spark: the same tables with typed columns and lists",
        write_parquet,
        read_parquet,
        extra="parquet",
    ),
)
"""The formats of this module."""
