"""An answer of the endpoint as a table that people can read.

Source: SPARQL 1.1 Query Results JSON Format (W3C Recommendation), section 3.
"""

from __future__ import annotations

import json
from typing import Any, Final

from jdm_kg.exports import common
from jdm_kg.iris import name, shorten
from jdm_kg.serve.pages.book import Book, Shown

_ROWS: Final = 1000
_HIDDEN_TYPES: Final = frozenset({"", name("xsd:string")})


def values(book: Book, results: bytes, text: str, error: str) -> dict[str, Any]:
    """The values of the template of an answer.

    Args:
        book: Gives the names beside IRIs.
        results: SPARQL 1.1 Query Results JSON, or empty.
        text: An answer that is a text, or empty.
        error: Why there is none, or empty.
    """
    found: dict[str, Any] = {"columns": [], "rows": [], "more": 0, "truth": None, "text": text, "error": error}
    if not results:
        return found
    answer = json.loads(results)
    if "boolean" in answer:
        return {**found, "truth": bool(answer["boolean"])}
    columns = answer["head"].get("vars", [])
    bindings = answer["results"]["bindings"]
    rows = [[_cell(book, row.get(column)) for column in columns] for row in bindings[:_ROWS]]
    return {**found, "columns": columns, "rows": rows, "more": len(bindings) - len(rows)}


def _cell(book: Book, term: dict[str, str] | None) -> dict[str, Any]:
    """A cell: its value, a name beside it, and what kind of literal it is."""
    if term is None:
        return {"value": None, "label": "", "kind": ""}
    text = term["value"]
    if term["type"] == "uri":
        return {"value": Shown(shorten(text).strip("<>"), book.href(text)), "label": book.iri(text).label, "kind": ""}
    language, datatype = term.get("xml:lang", ""), term.get("datatype", "")
    if language.split("-")[0] == common.LANGUAGE:  # that of the page
        language = ""
    kind = language or (shorten(datatype) if datatype not in _HIDDEN_TYPES else "")
    return {"value": Shown(text), "label": "", "kind": kind}
