"""Finding things by their names."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

from jdm_kg.knowledge import Iri
from jdm_kg.serve.pages.book import Book

LONGEST = 200
"""Characters of a search that are looked at."""

_WORD = re.compile(r"\w+")


def plain(text: str) -> str:
    """A text as it is compared: without accents and case, and with single spaces.

    >>> plain("  Gottron's  PAPULE ")
    "gottron's papule"
    """
    parts = unicodedata.normalize("NFKD", text[:LONGEST]).casefold()
    return " ".join("".join(mark for mark in parts if not unicodedata.combining(mark)).split())


def rank(names: Iterable[str], wanted: str) -> int | None:
    """How well one of a thing's names fits a search, 0 best; None where none does.

    The preferred name comes first in `names`. A name fits that is the search, begins with it, holds it at the start of
    a word, or holds every word of it at the start of one of its own, in that order.
    """
    words = _WORD.findall(wanted)
    best: int | None = None
    for number, text in enumerate(names):
        known = plain(text)
        starts = [known[match.start() :] for match in _WORD.finditer(known)]
        if known == wanted:
            fit = 0
        elif known.startswith(wanted):
            fit = 1
        elif any(start.startswith(wanted) for start in starts):
            fit = 2
        elif words and all(any(start.startswith(word) for start in starts) for word in words):
            fit = 3
        else:
            continue
        fit = 2 * fit + (number > 0)
        best = fit if best is None else min(best, fit)
    return best


def things(book: Book, search: str) -> list[Iri]:
    """The things that a search finds by their names, the best first."""
    wanted = plain(search)
    found = []
    for node in book.knowledge.things():
        fit = rank((node.words, *book.synonyms(node)), wanted)
        if fit is not None:
            found.append((fit, len(node.words), node.words, node))
    return [node for *_, node in sorted(found)]


def near(book: Book, search: str) -> list[Iri]:
    """The things with a name that is spelt nearly like a search, at most five."""
    known = {plain(text): node for node in book.knowledge.things() for text in (*book.synonyms(node), node.words)}
    close = difflib.get_close_matches(plain(search), known, n=5, cutoff=0.7)
    return list(dict.fromkeys(known[text] for text in close))
