"""JSON for web and mobile apps: a document per condition and per thing, an index, schemas and types.

Each document is JSON that needs no knowledge of RDF, and JSON-LD whose triples are all triples of the graph.
Numbers: JSON-LD would turn a fractional JSON number into a double, so `minimum`, `maximum` and `outOf` are plain
numbers for apps and no triples, and the exact decimal stands beside each as a string (`doseMinimum`, `bandMaximum`, …).
Months and dates are strings as in ISO 8601 and have their type from the context.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

import pyoxigraph

from jdm_kg import facts
from jdm_kg.exports import app_schema, app_types, common
from jdm_kg.exports.app_documents import Documents, Json, file_name
from jdm_kg.exports.app_table import CONTRACT, FOLDER
from jdm_kg.exports.gzipped import compress
from jdm_kg.exports.table import Files, Format, Release
from jdm_kg.facts import Triple

_CONTEXT = f"{FOLDER}/context.jsonld"
_INDEX = f"{FOLDER}/index.json"
_ALL = f"{FOLDER}/all.ndjson"
_TYPES = f"{FOLDER}/types.ts"


def write(release: Release) -> Files:
    """All files for apps."""
    documents = Documents(release)
    things = {f"{FOLDER}/things/{file_name(node)}": documents.thing(node) for node in documents.things}
    conditions = {f"{FOLDER}/conditions/{file_name(node)}": documents.condition(node) for node in documents.conditions}
    lines = "".join(
        json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n" for _, document in sorted(things.items())
    ).encode()
    schemas = app_schema.schemas()
    files = {path: _pretty(document) for path, document in (conditions | things).items()}
    files |= {f"{FOLDER}/schema/{name}.schema.json": _pretty(schema) for name, schema in schemas.items()}
    files[_CONTEXT] = _pretty({"meta": documents.meta(""), "@context": documents.context})
    files[_INDEX] = _pretty(documents.index())
    files[_ALL] = lines
    files[f"{_ALL}.gz"] = compress(lines)
    files[_TYPES] = app_types.typescript(schemas, _title(release)).encode()
    return dict(sorted(files.items()))


def _pretty(document: Json) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _title(release: Release) -> str:
    return "\n".join(
        [
            f"Types of the JSON documents of jdm-kg, contract {CONTRACT}, content {release.version}.",
            common.DISCLAIMER,
            f"Content under {common.LICENSE}; each source document has its own terms, given under sources.",
            f"Generated from {FOLDER}/schema; do not edit.",
        ]
    )


def documents_of(files: Files) -> Iterator[bytes]:
    """The JSON-LD documents among the files, each once: `all.ndjson` repeats what stands in those of the things."""
    for path, content in sorted(files.items()):
        if path == _INDEX or path.startswith((f"{FOLDER}/things/", f"{FOLDER}/conditions/")):
            yield content


def read(files: Files, _: Release) -> Iterable[Triple]:
    """The triples of all documents, as pyoxigraph reads them as JSON-LD.

    Raises:
        SyntaxError: A document is not JSON-LD.
    """
    for content in documents_of(files):
        yield from facts.convert(pyoxigraph.parse(content, format=pyoxigraph.RdfFormat.JSON_LD))


FORMATS = (
    Format(
        "app",
        (
            f"{FOLDER}/conditions/*.json",
            f"{FOLDER}/things/*.json",
            _INDEX,
            _ALL,
            f"{_ALL}.gz",
            _CONTEXT,
            f"{FOLDER}/schema/*.schema.json",
            _TYPES,
        ),
        "web and mobile apps: plain JSON, a document per condition and per thing, with schemas and types",
        write,
        read,
    ),
)
"""The formats of this module."""
