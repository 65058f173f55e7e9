"""What the editor page is given: the questions to begin from, and the words that it completes."""

from __future__ import annotations

import json
import re
from datetime import date
from functools import cache, lru_cache
from typing import Any, Final

from jdm_kg import questions
from jdm_kg.iris import BASE, PREFIXES, name, shorten
from jdm_kg.serve import fetching
from jdm_kg.serve.pages.book import Book

# Lines of a question's header that speak of what is not there any more when its defaults stand in it.
_HEADER: Final = ("# keywords:", "# level:", "# param:", "# empty:")
_FIRST: Final = """# Every condition and how many claims there are about it
SELECT ?thing ?claims WHERE {
  { SELECT ?thing (COUNT(?claim) AS ?claims) WHERE { ?claim vocab:subject ?thing } GROUP BY ?thing }
  ?thing a vocab:Condition .
} ORDER BY DESC(?claims) ?thing
"""
_KINDS: Final = (
    ("owl:Class", "class"),
    ("owl:ObjectProperty", "property"),
    ("owl:DatatypeProperty", "property"),
    ("owl:AnnotationProperty", "property"),
)


def values(today: date, query: str, question: str) -> dict[str, Any]:
    """The values of the editor's template.

    Args:
        today: The day; some questions ask for what holds on it.
        query: The text to begin with, or empty.
        question: The name of a question to begin with instead, or empty.
    """
    listed = _listed(today)
    chosen = next((entry for entry in listed if entry["name"] == question), None)
    return {
        "query": query or (chosen["text"] if chosen else _FIRST),
        "chosen": "" if query or not chosen else chosen["name"],
        "given": bool(query or chosen),
        "levels": [(level, [entry for entry in listed if entry["level"] == level]) for level in questions.LEVELS],
        "count": len(listed),
        "has_editor": editor_is_there(),
        "settings": {
            "questions": {entry["name"]: {"title": entry["title"], "text": entry["text"]} for entry in listed},
            "prefixes": dict(PREFIXES),
            "base": BASE,
        },
    }


@lru_cache(maxsize=1)
def _listed(_: date) -> tuple[dict[str, str], ...]:
    """All named questions, with their defaults, of which one is the day; else they do not change."""
    return tuple(
        {
            "name": one.name,
            "title": one.title,
            "question": questions.spoken(one),
            "keywords": ", ".join(one.keywords),
            "level": one.level,
            "text": _without_header(questions.bind(one, {}).text),
        }
        for one in questions.catalogue().values()
        if all(parameter.default is not None for parameter in one.parameters)
    )


def _without_header(text: str) -> str:
    lines = [line for line in text.strip().split("\n") if not line.startswith(_HEADER)]
    return "\n".join(re.sub("^# (?:title|question): ", "# ", line) for line in lines) + "\n"


def completions(book: Book) -> bytes:
    """What the editor completes, as JSON: classes, properties, things and other words of ours, with all their names."""
    kinds: dict[str, str] = {}
    for curie, kind in _KINDS:
        kinds.update(dict.fromkeys(book.facts.subjects(name("rdf:type"), name(curie)), kind))
    kinds.update(dict.fromkeys(book.facts.instances(name("vocab:QualifierValue")), "value"))
    kinds.update(dict.fromkeys(book.knowledge.things(), "thing"))
    terms = [
        _completion(book, node, kind)
        for node, kind in kinds.items()
        if not node.startswith("_:") and book.replaced_by(node) is None
    ]
    ordered = sorted(terms, key=lambda entry: (entry["kind"], entry["name"]))
    return json.dumps({"prefixes": dict(PREFIXES), "terms": ordered}, ensure_ascii=False).encode("utf-8")


def _completion(book: Book, node: str, kind: str) -> dict[str, Any]:
    return {
        "iri": node,
        "name": shorten(node),
        "kind": kind,
        "label": book.iri(node).words,
        "synonyms": list(book.synonyms(node)),
    }


@cache
def editor_is_there() -> bool:
    """Whether the editor has been fetched. Looked up once: the process that makes an answer can't open a file."""
    return fetching.is_there()
