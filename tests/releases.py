"""Releases for tests of exports: the real one, made once, and small ones of a made-up project."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jdm_kg import graph, reason
from jdm_kg.exports import Release
from jdm_kg.facts import Triple
from jdm_kg.pipeline import release
from jdm_kg.turtle import from_facts
from tests.content import ROOT, make_project


@cache
def real() -> Release:
    """The release of the project's own content."""
    return release(ROOT)


def small(folder: Path, *more: Triple) -> Release:
    """The release of the small project of `tests.content`, with some triples more, as of a day in 2026.

    Args:
        folder: Where the project is written.
        more: What is added to both graphs.
    """
    asserted = graph.load(make_project(folder)) + from_facts(more)
    return Release(asserted, asserted + reason.close(asserted), "1.2.3", "2026-01-31", "2026-01-31")
