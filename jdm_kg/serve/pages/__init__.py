"""The pages that people see: things, records and terms, the front page with its search, the editor, the description.

All are made on the server, work without script, and hold no inline script or style. Where a thing stands, its safety
advice stands too. `CONTENT_SECURITY_POLICY` is what they are written for.

The addresses that the pages link to, for whoever serves them: `/` with `?search=`, the paths of the nodes (`/id/…`,
`/claim/…`, `/vocab/…` and so on) and of the documents about them (`paths.address`), `/sparql`, `/editor` with `?query=`
or `?question=`, `/completions.json` (what `completions` gives), `/docs`, `/openapi.json`, `/v1/index.json`,
`/exports/…`, `/static/…` (the folder `STATIC`) and `/vendor/…` (the folder `jdm_kg.serve.fetching.FOLDER`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from weakref import WeakKeyDictionary

from jdm_kg.iris import BASE, PREFIXES, is_own, name
from jdm_kg.knowledge import Knowledge
from jdm_kg.serve import paths
from jdm_kg.serve.pages import answers, asking, contents, describing, linked, searching
from jdm_kg.serve.pages.book import Book, month_in_words, sentence_case
from jdm_kg.serve.pages.rendering import render

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What a page may load and where it may send: this server, and nothing else."""

_FORMATS: Final = (("jsonld", "JSON-LD"), ("ttl", "Turtle"), ("nt", "N-Triples"), ("rdf", "RDF/XML"))

STATIC: Final = Path(__file__).resolve().parent.parent / "static"
"""The folder of our own styles and scripts."""

_FILES: Final = (
    ("/v1/index.json", "JSON for apps", "Plain documents for web and mobile apps; this is the index of them."),
    ("/exports/jdm-kg.ttl", "Turtle", "The whole graph, for tools that read RDF."),
    ("/exports/jdm-kg.jsonld", "JSON-LD", "The same, for programs that read JSON."),
    ("/exports/tables/claims.csv", "Table of all claims", "For spreadsheets, one row for each claim."),
)
_FOUND: Final = 50
_books: WeakKeyDictionary[Knowledge, Book] = WeakKeyDictionary()


def thing_html(knowledge: Knowledge, iri: str, *, today: date | None = None) -> str | None:
    """The page of a node: a thing, a claim, a passage, a document, a section, a tension, a defect or a term.

    Args:
        knowledge: What is known.
        iri: IRI of the node.
        today: The day for which it is told whether a review is overdue; None for the day in UTC.

    Returns:
        HTML, or None where there is no such node.
    """
    book = _book(knowledge, today)
    if not is_own(iri) or not book.facts.of(iri):
        return None
    template, values = contents.page(book, iri)
    data = linked.document(linked.described(book.facts, [iri]), first=iri)
    path = iri.removeprefix(BASE)
    formats = [(paths.address(path, fmt), paths.DOCUMENTS[fmt].media_type, label) for fmt, label in _FORMATS]
    return _render(book, template, **{"iri": iri, "formats": formats, "data": data, **values})


def thing_jsonld(knowledge: Knowledge, iri: str) -> bytes | None:
    """What is known of a node: its description, the claims about it, their evidence, and the safety advice.

    Args:
        knowledge: What is known.
        iri: IRI of the node.

    Returns:
        JSON-LD in UTF-8, or None where there is no such node.
    """
    facts = knowledge.facts
    if not is_own(iri) or not facts.of(iri):
        return None
    found = linked.document(linked.about(facts, iri), first=iri)
    return (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def front_html(knowledge: Knowledge, search: str = "", *, today: date | None = None) -> str:
    """The front page: what this is, a search by name, all things by kind, and the ways to files and programs.

    Args:
        knowledge: What is known.
        search: What somebody looks for; its results then stand on the page.
        today: As for the page of a thing.
    """
    book = _book(knowledge, today)
    search = search[: searching.LONGEST].strip()
    found = searching.things(book, search) if search else []
    return _render(
        book,
        "front.html",
        here="front",
        title=f"Search for “{search}”" if search else "Start",
        heading=sentence_case(book.title),
        description="" if search else book.text(PREFIXES["vocab"], "dcterms:description"),
        search=search,
        found=[book.entry(node) for node in found[:_FOUND]],
        more=max(len(found) - _FOUND, 0),
        near=searching.near(book, search) if search and not found else (),
        conditions=book.conditions,
        count=len(knowledge.things()),
        kinds=book.by_kind,
        tensions=book.iris(book.facts.instances(name("vocab:Tension"))),
        defects=book.iris(book.facts.instances(name("vocab:SourceDefect"))),
        files=_FILES,
    )


def editor_html(knowledge: Knowledge, query: str = "", question: str = "", *, today: date | None = None) -> str:
    """The page for asking in SPARQL, with the named questions; a plain form where there is no script or no editor.

    Args:
        knowledge: What is known.
        query: The text that the editor begins with. It is not run.
        question: The name of a question to begin with instead.
        today: As for the page of a thing.
    """
    book = _book(knowledge, today)
    return _render(
        book, "editor.html", here="editor", title="Ask in SPARQL", **asking.values(book.today, query, question)
    )


def answer_html(
    knowledge: Knowledge,
    query: str,
    *,
    results: bytes = b"",
    text: str = "",
    error: str = "",
    today: date | None = None,
) -> str:
    """The answer of the endpoint to somebody with a browser: the query, and a table, a text, or what is wrong.

    Args:
        knowledge: What is known; gives the names beside IRIs.
        query: The text of the query.
        results: SPARQL 1.1 Query Results JSON, for SELECT and ASK.
        text: Triples in Turtle or the like, for CONSTRUCT and DESCRIBE.
        error: Why there is no answer, in words.
        today: As for the page of a thing.
    """
    book = _book(knowledge, today)
    values = {**asking.values(book.today, query, ""), **answers.values(book, results, text, error)}
    return _render(book, "answer.html", here="editor", title="Answer", **values)


def openapi_html(knowledge: Knowledge, description: Mapping[str, Any], *, today: date | None = None) -> str:
    """What programs can ask this server, for people to read.

    Args:
        knowledge: What is known.
        description: The same in OpenAPI 3, as `/openapi.json` gives it.
        today: As for the page of a thing.
    """
    book = _book(knowledge, today)
    return _render(book, "openapi.html", here="docs", title="For programs", **describing.values(description))


def completions(knowledge: Knowledge) -> bytes:
    """What the editor completes: prefixes, classes, properties and things with all their names; JSON in UTF-8."""
    return asking.completions(_book(knowledge, None))


def _book(knowledge: Knowledge, today: date | None) -> Book:
    day = today or datetime.now(UTC).date()
    known = _books.get(knowledge)
    if known is None or known.today != day:
        known = _books[knowledge] = Book(knowledge, day)
    return known


def _render(book: Book, template: str, **values: object) -> str:
    header = PREFIXES["vocab"]
    shared = {
        "site_name": "jdm-kg",
        "here": "",
        "iri": "",
        "formats": (),
        "data": None,
        "description": "",
        "book": book,
        "today_words": month_in_words(book.today.isoformat()),
        "version": book.knowledge.version,
        "modified": month_in_words(book.text(header, "dcterms:modified")[:10]),
    }
    return render(template, **{**shared, **values})
