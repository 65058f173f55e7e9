"""Graphs for the tests of `jdm_kg.knowledge`: the real one, the small made-up one, and the latter with more in it."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest

from jdm_kg import knowledge
from jdm_kg.iris import PREFIXES
from jdm_kg.knowledge import Knowledge
from tests.content import ROOT, make_project

_TURTLE = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for stores, so that the tests leave that of the user alone."""
    return tmp_path_factory.mktemp("stores")


@pytest.fixture(scope="session")
def real(stores: Path) -> Knowledge:
    """The content of the project."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JDM_KG_CACHE", str(stores))
        return knowledge.load(ROOT)


@pytest.fixture(scope="session")
def said(stores: Path) -> Knowledge:
    """The same without what a reasoner derives."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JDM_KG_CACHE", str(stores))
        return knowledge.load(ROOT, asserted=True)


@pytest.fixture(scope="session")
def small(stores: Path, tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    """A made-up condition."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JDM_KG_CACHE", str(stores))
        return knowledge.load(make_project(tmp_path_factory.mktemp("small")))


def with_more(graph: Knowledge, turtle: str) -> Knowledge:
    """The same graph with more triples, in memory.

    Args:
        graph: What it begins with.
        turtle: The triples, in Turtle; the prefixes of the project are declared.
    """
    store = pyoxigraph.Store()
    store.extend(graph.store)
    store.extend(pyoxigraph.parse(_TURTLE + turtle, format=pyoxigraph.RdfFormat.TURTLE))
    return Knowledge(store, asserted=graph.asserted)
