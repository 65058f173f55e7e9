"""The verdict on the real content with some files changed, which the tests of edits and of mutants ask for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jdm_kg.check import Workspace
from jdm_kg.findings import Report
from tests.content import ROOT


@cache
def _workspace(sources: Path | None) -> Workspace:
    workspace = Workspace(ROOT, sources)
    workspace.report()
    return workspace


def verdict(changes: Mapping[str, str], sources: Path | None = None) -> Report:
    """Check the project as it would be with new texts for some of its files; nothing of it is written.

    Args:
        changes: The new text of each changed file, by its path below the project.
        sources: The folder with the source documents, or None to leave them out.

    Raises:
        InputError: A changed file is not Turtle, or a rule is not SPARQL.
    """
    return _workspace(sources).report({ROOT / name: text for name, text in changes.items()})
