"""The protocol tests of the W3C for queries, by the names of the W3C, against a server that runs.

Source: w3c/rdf-tests, sparql/sparql11/protocol. The tests of updates that must fail are here as well; those that must
succeed are asked too, and must be refused, since nothing can be changed here. So are the tests of the service
description (sparql/sparql11/service-description).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote, urlencode

import pyoxigraph
import pytest

from tests.serving import FORM, GRAPHS, QUERY, Answer, Server, running

UPDATE = "application/sparql-update"
TABULAR = {
    "application/sparql-results+xml",
    "application/sparql-results+json",
    "text/csv",
    "text/tab-separated-values",
}
BOOLEAN = {"application/sparql-results+xml", "application/sparql-results+json"}
RDF = {"application/rdf+xml", "text/turtle", "application/n-triples"}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server with the graphs that the tests speak of."""
    with running() as started:
        yield started


def _a(graph: str) -> str:
    return f"<{graph}> a ?type"


def _named(*graphs: str) -> str:
    return " ".join(f"GRAPH ?g{number} {{ {_a(graph)} }}" for number, graph in enumerate(graphs, 1))


def _dataset(default: tuple[str, ...] = (), named: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return [*(("default-graph-uri", graph) for graph in default), *(("named-graph-uri", graph) for graph in named)]


class Case(NamedTuple):
    """A request, and the media types that its answer may have; None where it must be refused."""

    method: str
    fields: list[tuple[str, str]]
    body: bytes | None
    content_type: str | None
    types: set[str] | None


DATA0, DATA1, DATA2, DATA3 = GRAPHS
_ASK = b"ASK {}"

QUERIES = {
    "query_post_form": Case("POST", _dataset((DATA0,)), b"query=ASK%20%7B%7D", FORM, BOOLEAN),
    "query_dataset_default_graphs_get": Case(
        "GET", [("query", f"ASK {{ {_a(DATA1)} . {_a(DATA2)} }}"), *_dataset((DATA1, DATA2))], None, None, BOOLEAN
    ),
    "query_dataset_default_graphs_post": Case(
        "POST", _dataset((DATA1, DATA2)), f"ASK {{ {_a(DATA1)} . {_a(DATA2)} }}".encode(), QUERY, BOOLEAN
    ),
    "query_dataset_named_graphs_post": Case(
        "POST", _dataset(named=(DATA1, DATA2)), f"ASK {{ {_named(DATA1, DATA2)} }}".encode(), QUERY, BOOLEAN
    ),
    "query_dataset_named_graphs_get": Case(
        "GET", [("query", f"ASK {{ {_named(DATA1, DATA2)} }}"), *_dataset(named=(DATA1, DATA2))], None, None, BOOLEAN
    ),
    "query_dataset_full": Case(
        "POST",
        _dataset((DATA3,), (DATA1, DATA2)),
        f"ASK {{ {_a(DATA3)} {_named(DATA1, DATA2)} }}".encode(),
        QUERY,
        BOOLEAN,
    ),
    "query_multiple_dataset": Case(
        "POST",
        _dataset(named=(DATA1, DATA2)),
        f"ASK FROM <{DATA3}> {{ {_named(DATA1, DATA2)} }}".encode(),
        QUERY,
        BOOLEAN,
    ),
    "query_get": Case("GET", [("query", "ASK {}"), *_dataset((DATA0,))], None, None, BOOLEAN),
    "query_content_type_select": Case("POST", _dataset((DATA0,)), b"SELECT (1 AS ?value) {}", QUERY, TABULAR),
    "query_content_type_ask": Case("POST", _dataset((DATA0,)), _ASK, QUERY, BOOLEAN),
    "query_content_type_describe": Case("POST", _dataset((DATA0,)), b"DESCRIBE <http://example.org/>", QUERY, RDF),
    "query_content_type_construct": Case("POST", _dataset((DATA0,)), b"CONSTRUCT { <s> <p> 1 } WHERE {}", QUERY, RDF),
    "query_post_direct": Case("POST", [], _ASK, QUERY, BOOLEAN),
}
BAD = {
    "bad_query_method": Case("PUT", [("query", "ASK {}"), *_dataset((DATA0,))], b"", FORM, None),
    "bad_multiple_queries": Case("GET", [("query", "ASK {}"), ("query", "SELECT * {}")], None, None, None),
    "bad_query_wrong_media_type": Case("POST", [], _ASK, "text/plain", None),
    "bad_query_missing_form_type": Case("POST", [], b"query=ASK%20%7B%7D", None, None),
    "bad_query_missing_direct_type": Case("POST", [], _ASK, None, None),
    "bad_query_non_utf8": Case("POST", [], "ASK {}".encode("utf-16"), f"{QUERY}; charset=UTF-16", None),
    "bad_query_syntax": Case("GET", [("query", "ASK {")], None, None, None),
    "bad_update_get": Case("GET", [("update", "CLEAR ALL")], None, None, None),
    "bad_multiple_updates": Case("POST", [], b"update=CLEAR%20NAMED&update=CLEAR%20DEFAULT", FORM, None),
    "bad_update_wrong_media_type": Case("POST", [], b"CLEAR NAMED", "text/plain", None),
    "bad_update_missing_form_type": Case("POST", [], b"update=CLEAR%20NAMED", None, None),
    "bad_update_non_utf8": Case("POST", [], "CLEAR NAMED".encode("utf-16"), f"{UPDATE}; charset=UTF-16", None),
    "bad_update_syntax": Case("POST", [], b"update=CLEAR%20XYZ", FORM, None),
    "bad_update_dataset_conflict": Case(
        "POST", [("using-named-graph-uri", "http://example/people")],
        b"WITH <http://example/a> DELETE { ?s ?p 'x' } INSERT { ?s ?p 'y' } WHERE { ?s ?p 'x' }", UPDATE, None,
    ),
}  # fmt: skip
_INSERT = b"INSERT DATA { GRAPH <http://example.org/made> { <http://example.org/made> a <http://example.org/Made> } }"
_USING = [("using-graph-uri", DATA1)]
REFUSED = {
    "update_dataset_default_graph": Case("POST", _USING, _INSERT, UPDATE, None),
    "update_dataset_default_graphs": Case("POST", [*_USING, ("using-graph-uri", DATA2)], _INSERT, UPDATE, None),
    "update_dataset_named_graphs": Case("POST", [("using-named-graph-uri", DATA1)], _INSERT, UPDATE, None),
    "update_dataset_full": Case("POST", [*_USING, ("using-named-graph-uri", DATA2)], _INSERT, UPDATE, None),
    "update_post_form": Case("POST", [], b"update=" + quote(_INSERT).encode(), FORM, None),
    "update_post_direct": Case("POST", [], _INSERT, UPDATE, None),
    "update_base_uri": Case("POST", [], b"BASE <http://example.org/> " + _INSERT, UPDATE, None),
}


def _sent(server: Server, case: Case) -> Answer:
    headers = {"Content-Type": case.content_type} if case.content_type else {}
    path = "/sparql/" + (f"?{urlencode(case.fields)}" if case.fields else "")
    return server.ask(path, case.method, headers, case.body)


@pytest.mark.parametrize("name", QUERIES)
def test_queries_are_answered(server: Server, name: str) -> None:
    """A query is answered in a format of its form; an ASK with yes."""
    answer = _sent(server, QUERIES[name])
    assert answer.status == 200
    media_type = answer.headers["content-type"].partition(";")[0]
    assert media_type in (QUERIES[name].types or set())
    if QUERIES[name].types is BOOLEAN:
        assert answer.json["boolean"] is True


@pytest.mark.parametrize("name", BAD)
def test_bad_requests_are_refused(server: Server, name: str) -> None:
    """A request that is not one of the protocol is the client's fault."""
    answer = _sent(server, BAD[name])
    assert 400 <= answer.status < 500
    assert answer.text


@pytest.mark.parametrize("name", REFUSED)
def test_updates_are_refused_and_change_nothing(server: Server, name: str) -> None:
    """An update is refused, and what it would have made is not there."""
    assert _sent(server, REFUSED[name]).status == 403
    assert server.query("ASK { GRAPH ?g { ?s a <http://example.org/Made> } }").json["boolean"] is False


def _description(server: Server, accept: str | None = None) -> tuple[Answer, set[str]]:
    answer = server.ask("/sparql", headers={"Accept": accept} if accept else {})
    media_type = answer.headers["content-type"].partition(";")[0]
    format_ = pyoxigraph.RdfFormat.from_media_type(media_type)
    return answer, {str(quad.triple) for quad in pyoxigraph.parse(answer.body, format=format_)}


def test_returns_rdf(server: Server) -> None:
    """A GET of the endpoint without a query returns RDF, the same in every format."""
    answer, triples = _description(server)
    assert answer.status == 200
    assert triples
    for media_type in ("text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"):
        assert _description(server, media_type)[1] == triples


def test_has_endpoint_triple(server: Server) -> None:
    """The description names the address that was asked as an endpoint."""
    _, triples = _description(server)
    endpoints = [one for one in triples if "sparql-service-description#endpoint>" in one]
    assert len(endpoints) == 1
    assert f"<{server.url}/sparql>" in endpoints[0]


def test_conforms_to_schema(server: Server) -> None:
    """What the description says of a service, a dataset and its graphs is what the vocabulary lets one say."""
    sd = "http://www.w3.org/ns/sparql-service-description#"
    store = pyoxigraph.Store()
    store.load(server.ask("/sparql").body, format=pyoxigraph.RdfFormat.TURTLE)
    # Each of these must hold; the properties that the vocabulary calls functional have one value.
    for pattern in (
        "?s a sd:Service ; sd:endpoint ?e ; sd:supportedLanguage sd:SPARQL11Query",
        "?s sd:defaultDataset ?d . ?d a sd:Dataset",
        "?d sd:defaultGraph ?g . ?g a sd:Graph",
        "?d sd:namedGraph ?n . ?n a sd:NamedGraph ; sd:name ?i ; sd:graph ?g . ?g a sd:Graph",
    ):
        assert bool(store.query(f"PREFIX sd: <{sd}> ASK {{ {pattern} }}")), pattern
    for once in ("endpoint", "defaultDataset", "defaultGraph", "graph", "name"):
        assert not bool(store.query(f"PREFIX sd: <{sd}> ASK {{ ?s sd:{once} ?a, ?b FILTER (?a != ?b) }}")), once
    named = {row["i"].value for row in store.query(f"PREFIX sd: <{sd}> SELECT ?i {{ ?n sd:name ?i }}")}  # type: ignore[union-attr]  # rows of a SELECT
    assert named == set(GRAPHS)


def test_the_dataset_of_the_request_takes_the_place_of_that_of_the_query(server: Server) -> None:
    """What FROM names is not there when the request names other graphs, and the graphs that it leaves out are none."""
    text = f"ASK FROM <{DATA3}> FROM NAMED <{DATA3}> {{ {_a(DATA3)} }}"
    assert server.query(text).json["boolean"] is True
    for fields in (_dataset((DATA1,)), _dataset(named=(DATA3,)), _dataset((DATA1,), (DATA2,))):
        answer = server.ask(f"/sparql?{urlencode([('query', text), *fields])}")
        assert answer.json["boolean"] is False
    inside = f"ASK {{ GRAPH ?g {{ {_a(DATA3)} }} }}"
    assert server.query(inside).json["boolean"] is True
    assert server.ask(f"/sparql?{urlencode([('query', inside), *_dataset((DATA3,))])}").json["boolean"] is False
