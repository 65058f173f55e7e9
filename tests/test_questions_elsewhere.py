"""Every named question has the same rows in the embedded store, in rdflib, in Fuseki and in Virtuoso.

The two servers hold the release of this checkout as `jdm_kg.publish` puts it there, so this is also its trial on the
whole graph. They are asked as a reader asks: with the graph that the pointer names as the default graph.
"""

from __future__ import annotations

import functools
import json
from collections import Counter
from collections.abc import Callable

import pyoxigraph
import pytest
from rdflib import Graph

from jdm_kg import pipeline, questions, sparql
from jdm_kg import store as embedded
from jdm_kg.exports import Release
from jdm_kg.iris import PREFIXES
from jdm_kg.publish import Credentials, Remote, Target, Wire, edition, held, publish
from tests.content import ROOT
from tests.stores import STORES, Store

_XSD = PREFIXES["xsd"]
_NUMBERS = {_XSD + kind for kind in ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger")}
_TRUTH = {"true": "1", "1": "1", "false": "0", "0": "0"}
Row = tuple[tuple[str, ...], ...]


@functools.cache
def _release() -> Release:
    return pipeline.release(ROOT)


@functools.cache
def _published(name: str) -> tuple[Store, str]:
    """A store with the release in it, one by each protocol, and the graph to ask."""
    store = STORES[name]()
    store.empty()
    graph_store = store.graph_store_url if name == "fuseki" else ""
    there = Remote(
        Target(store.query_url, store.update_url, graph_store), Wire(Credentials(store.user, store.password))
    )
    made = edition(_release())
    outcome = publish(made, there)
    assert outcome.triples[made.iri] == len(_release().full)
    (current,) = (one for one in held(there) if one.current)
    return store, current.iri


def _in_server(name: str) -> Callable[[str], str]:
    def ask(text: str) -> str:
        store, graph = _published(name)
        return store.query(text, "application/sparql-results+json", [graph])

    return ask


@functools.cache
def _rdflib_graph() -> Graph:
    return _release().full


def _in_rdflib(text: str) -> str:
    return str((_rdflib_graph().query(text).serialize(format="json") or b"").decode("utf-8"))


ENGINES: dict[str, Callable[[str], str]] = {
    "rdflib": _in_rdflib,
    "fuseki": _in_server("fuseki"),
    "virtuoso": _in_server("virtuoso"),
}


@functools.cache
def _embedded_store() -> pyoxigraph.Store:
    return embedded.in_memory(str(ROOT))


def _in_embedded(text: str) -> str:
    answer = embedded.evaluate(_embedded_store(), sparql.read(text))
    assert not isinstance(answer, pyoxigraph.QueryTriples)  # the questions of the project are SELECT and ASK
    return (answer.serialize(format=pyoxigraph.QueryResultsFormat.JSON) or b"").decode("utf-8")


def rows(answer: str) -> Counter[Row]:
    """The rows of an answer in JSON, as often as each stands there, with each value as it is compared."""
    document = json.loads(answer)
    if "boolean" in document:
        return Counter([(("ask", str(document["boolean"])),)])
    names = sorted(document["head"]["vars"])
    return Counter(
        tuple(_value(binding[name]) if name in binding else ("unbound",) for name in names)
        for binding in document["results"]["bindings"]
    )


def _value(term: dict[str, str]) -> tuple[str, ...]:
    kind, text, datatype = term["type"], term["value"], term.get("datatype", "")
    if kind == "uri":
        return ("iri", text)
    if kind == "bnode":
        return ("blank",)
    if datatype in _NUMBERS:
        return ("number", f"{float(text):.9g}")
    if datatype == _XSD + "boolean":
        return ("number", _TRUTH[text])  # Virtuoso has no truth values of its own
    return ("text", text, term.get("xml:lang", "").lower(), datatype.removeprefix(_XSD + "string"))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", questions.catalogue())
def test_a_question_has_the_same_rows_everywhere(name: str, engine: str) -> None:
    """The same rows, each as often, numbers by value and texts to the letter."""
    text = questions.get(name).query_text
    here, there = rows(_in_embedded(text)), rows(ENGINES[engine](text))
    assert not (here - there), f"{engine} lacks"
    assert not (there - here), f"{engine} has besides"
