"""The server as its users see it: queries, things, documents, files, and what it says about itself."""

from __future__ import annotations

import gzip
import hashlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pyoxigraph
import pytest

from jdm_kg.iris import BASE
from tests.content import ROOT
from tests.serving import FORM, JSON, QUERY, Server, alive, children, query_path, running, until

_BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
_SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER (?a != <x:x>) }"
_OWN = """
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix id: <https://w3id.org/jdm-kg/id/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix mine: <https://example.org/mine#> .
id:old-name a owl:Thing ; skos:prefLabel "old name"@en ; owl:deprecated true ; dcterms:isReplacedBy id:new-name .
id:new-name a owl:Thing ; skos:prefLabel "new name"@en ; mine:part [ mine:size 01.50 ] .
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server with the graph of the project."""
    with running(dataset=None) as started:
        yield started


@pytest.fixture(scope="module")
def own() -> Iterator[Server]:
    """A server with a file of somebody else."""
    with running("--log-queries", dataset=_OWN) as started:
        yield started


@pytest.fixture(scope="module")
def thing(server: Server) -> str:
    """The path of a thing about which there are claims."""
    text = "SELECT ?s { ?claim vocab:object ?s ; vocab:subject ?x . ?s skos:prefLabel ?name } ORDER BY ?s LIMIT 1"
    found: str = server.query(text).json["results"]["bindings"][0]["s"]["value"]
    return found.removeprefix(BASE)


# --- Queries ---


def test_the_prefixes_of_the_project_are_known(server: Server) -> None:
    """A query needs no declarations, and gets the rows that there are."""
    rows = server.query("SELECT ?name { vocab:hasSymptom rdfs:label ?name }").json["results"]["bindings"]
    assert rows[0]["name"]["xml:lang"] == "en"


def test_the_prefixes_of_a_file_are_known(own: Server) -> None:
    """So are those that a file declares, when it is served."""
    assert own.query("ASK { ?s mine:size ?size }").json["boolean"] is True


@pytest.mark.parametrize(
    ("accept", "media_type", "begins"),
    [
        (JSON, JSON, b'{"head"'),
        ("application/sparql-results+xml", "application/sparql-results+xml", b"<?xml"),
        ("text/csv", "text/csv; charset=utf-8", b"s,name\r\n"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8", b"?s\t?name\n"),
        (_BROWSER, "text/html; charset=utf-8", b"<!DOCTYPE html>"),
    ],
)
def test_rows_come_in_the_format_that_is_accepted(server: Server, accept: str, media_type: str, begins: bytes) -> None:
    """Each format of SELECT has its type, and Vary says what it depends on."""
    answer = server.query("SELECT ?s ?name { ?s a vocab:Drug ; skos:prefLabel ?name } ORDER BY ?s", accept)
    assert answer.status == 200
    assert answer.headers["content-type"] == media_type
    assert answer.headers["vary"] == "Accept, Accept-Encoding"
    assert answer.body.lower().startswith(begins.lower())


@pytest.mark.parametrize(
    "form", ["CONSTRUCT { ?s a ?kind } WHERE { ?s a vocab:Drug, ?kind }", "DESCRIBE vocab:hasSymptom"]
)
def test_graphs_are_the_same_in_every_format(server: Server, form: str) -> None:
    """Turtle, N-Triples, JSON-LD and RDF/XML hold the same triples."""
    found = []
    for media_type in ("text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"):
        answer = server.query(form, media_type)
        assert answer.headers["content-type"].partition(";")[0] == media_type
        format_ = pyoxigraph.RdfFormat.from_media_type(media_type)
        dataset = pyoxigraph.Dataset(quad for quad in pyoxigraph.parse(answer.body, format=format_))
        dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
        found.append({str(quad) for quad in dataset})
    assert found[0]
    assert found.count(found[0]) == 4


def test_a_named_format_counts_more_than_what_is_accepted(server: Server) -> None:
    """`format` is for links, where nobody can set a header."""
    answer = server.ask(query_path("SELECT * { ?s a vocab:Drug }", format="csv"), headers={"Accept": JSON})
    assert answer.headers["content-type"].startswith("text/csv")


def test_errors_are_in_words_with_line_and_column(server: Server) -> None:
    """A slip is told where it is, in JSON to programs, in text to others, on a page to browsers."""
    text = "SELECT ?s\n{ ?s a vocb:Drug }"
    answer = server.query(text, JSON)
    assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")
    assert (answer.json["line"], answer.json["column"]) == (2, 8)
    assert "vocb:" in answer.json["title"]
    assert "vocab:" in answer.json["detail"]
    assert server.query(text).text.startswith("line 2, column 8: ")
    page = server.query(text, _BROWSER)
    assert (page.status, page.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert "vocb:" in page.text


@pytest.mark.parametrize("text", ["SELEC * {}", "ASK { ?s ?p }", "  ASK { ?s ?p nox:x }"])
def test_the_column_of_the_first_line_is_that_of_the_text(server: Server, text: str) -> None:
    """What the server puts before a query does not shift the place of a fault."""
    told = server.query(text, JSON).json
    assert told["line"] == 1
    assert told["column"] <= len(text) + 1


def test_relative_iris_are_those_of_the_project(server: Server) -> None:
    """<vocab/Drug> means the same at every address of the endpoint; a BASE of the query takes its place."""
    assert server.query("ASK { ?s a <vocab/Drug> }").json["boolean"] is True
    assert server.query(f"BASE <{BASE}vocab/> ASK {{ ?s a <Drug> }}").json["boolean"] is True


def test_the_named_graphs_are_those_of_the_export(server: Server) -> None:
    """The graphs can be asked by name, alone and by the request."""
    graphs = server.query("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", "text/csv").text.split()[1:]
    assert BASE + "graph/schema" in graphs
    text = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    whole = server.query(text).json["results"]["bindings"][0]["n"]["value"]
    part = server.ask(query_path(text, default_graph_uri=BASE + "graph/schema")).json["results"]["bindings"][0]["n"][
        "value"
    ]
    assert 0 < int(part) < int(whole)


def test_an_unknown_graph_is_refused_with_those_that_there_are(server: Server) -> None:
    """Whether the query or the request names it."""
    for answer in (
        server.query("SELECT * FROM <https://example.org/none> { ?s ?p ?o }"),
        server.ask(query_path("ASK {}", named_graph_uri="https://example.org/none")),
    ):
        assert answer.status == 400
        assert "graph/schema" in answer.text


# --- HTTP ---


def test_a_head_is_a_get_without_its_body(server: Server) -> None:
    """HEAD gives the same headers, the length of the body among them."""
    for path in (query_path("ASK {}"), "/v1/index.json", "/"):
        get, head = server.ask(path, headers={"Accept": "*/*"}), server.ask(path, "HEAD", {"Accept": "*/*"})
        assert head.body == b""
        assert head.status == get.status == 200
        drop = {"date"}
        assert {k: v for k, v in head.headers.items() if k not in drop} == {
            k: v for k, v in get.headers.items() if k not in drop
        }


def test_other_origins_may_read_what_is_public(server: Server, own: Server) -> None:
    """Pages from anywhere may ask the graph of the project; what somebody has in a file is for his own pages."""
    answer = server.ask(query_path("ASK {}"), headers={"Origin": "https://example.org"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "ETag" in answer.headers["access-control-expose-headers"]
    answer = own.ask(query_path("ASK {}"), headers={"Origin": "https://example.org"})
    assert "access-control-allow-origin" not in answer.headers


def test_preflights_are_answered(server: Server) -> None:
    """OPTIONS says which methods and headers there are; POST for the endpoint only."""
    asked = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    answer = server.ask("/sparql", "OPTIONS", asked)
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, POST, OPTIONS"
    assert "Content-Type" in answer.headers["access-control-allow-headers"]
    assert "POST" not in server.ask("/id/x", "OPTIONS").headers["allow"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
@pytest.mark.parametrize("path", ["/sparql?query=ASK%7B%7D", "/id/x", "/", "/v1/index.json", "/health"])
def test_other_methods_are_refused(server: Server, method: str, path: str) -> None:
    """A 405 says which methods there are."""
    answer = server.ask(path, method)
    assert answer.status == 405
    assert "GET" in answer.headers["allow"]


def test_an_answer_that_a_client_has_is_not_sent_again(server: Server, thing: str) -> None:
    """The tag of an answer stands for it, whether it was kept or not; another query, type or coding has another."""
    tags = set()
    for path, headers in (
        (query_path("ASK { ?s a vocab:Drug }"), {}),
        (query_path("ASK { ?s a vocab:Drug }"), {"Accept": "application/sparql-results+xml"}),
        (query_path("ASK { ?s a vocab:DrugClass }"), {}),
        (f"/doc/{thing}.ttl", {}),
        (f"/doc/{thing}.html", {}),
        ("/v1/index.json", {}),
        ("/.well-known/void", {}),
        ("/sparql", {}),
    ):
        first = server.ask(path, headers=headers)
        again = server.ask(path, headers={**headers, "If-None-Match": first.headers["etag"]})
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert server.ask(path, headers={**headers, "If-None-Match": '"other"'}).status == 200
        tags.add(first.headers["etag"])
    assert len(tags) == 8


def test_an_answer_that_is_not_kept_is_recognised_too(server: Server) -> None:
    """After a restart a client's tag is still good: it stands for content and query, not for a moment."""
    path = query_path("SELECT ?s { ?s a vocab:Drug } ORDER BY ?s")
    tag = server.ask(path).headers["etag"]
    with running(dataset=None) as other:
        assert other.ask(path, headers={"If-None-Match": tag}).status == 304


@pytest.mark.parametrize("function", ["NOW()", "RAND()", "UUID()", "STRUUID()", "rand # and\n ( )"])
def test_answers_that_change_have_no_tag(server: Server, function: str) -> None:
    """What is another answer each time is neither kept nor tagged."""
    first, second = (server.query(f"SELECT ({function} AS ?x) {{}}") for _ in range(2))
    assert "etag" not in first.headers
    assert first.headers["cache-control"] == "no-store"
    assert first.body != second.body


@pytest.mark.parametrize("path", [query_path("SELECT * { ?s a vocab:Drug }"), "/v1/index.json", "/"])
def test_answers_are_compressed_for_those_who_take_it(server: Server, path: str) -> None:
    """With gzip the same comes in fewer bytes; a client that takes none gets none."""
    plain = server.ask(path, headers={"Accept-Encoding": "gzip;q=0"})
    small = server.ask(path, headers={"Accept-Encoding": "br, gzip;q=0.5"})
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert gzip.decompress(small.body) == plain.body
    assert len(small.body) < len(plain.body)
    assert "Accept-Encoding" in small.headers["vary"]


def test_every_response_is_locked_up(server: Server, thing: str) -> None:
    """No page may be framed, guess types, send its address on, or run what does not come from here."""
    for path in (
        "/",
        f"/doc/{thing}.html",
        "/editor",
        "/docs",
        "/health",
        "/none",
        query_path("ASK {}"),
        "/v1/index.json",
    ):
        headers = server.ask(path, headers={"Accept": "text/html, */*;q=0.1"}).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "server" not in headers


# --- Things and documents ---


@pytest.mark.parametrize(
    ("accept", "fmt"), [("text/turtle", "ttl"), ("application/ld+json", "jsonld"), (_BROWSER, "html"), ("*/*", "html")]
)
def test_a_thing_leads_to_the_document_about_it(server: Server, thing: str, accept: str, fmt: str) -> None:
    """A thing is no document: 303, to the one in the type that is accepted; the document itself is 200."""
    answer = server.ask(f"/{thing}", headers={"Accept": accept})
    assert (answer.status, answer.body) == (303, b"")
    assert answer.headers["location"] == f"/doc/{thing}.{fmt}"
    assert answer.headers["vary"] == "Accept"
    assert server.ask(answer.headers["location"]).status == 200


def test_a_document_has_one_address_for_all_formats_and_one_for_each(server: Server, thing: str) -> None:
    """Without an ending the type is negotiated, and Content-Location says which document it was."""
    answer = server.ask(f"/doc/{thing}", headers={"Accept": "application/n-triples"})
    assert answer.headers["content-location"] == f"/doc/{thing}.nt"
    assert answer.body == server.ask(f"/doc/{thing}.nt").body
    assert f'<{BASE}{thing}>; rel="describes"' in answer.headers["link"]
    assert f'</doc/{thing}.ttl>; rel="alternate"; type="text/turtle"' in answer.headers["link"]
    assert server.ask(f"/{thing}.ttl").headers["location"] == f"/doc/{thing}.ttl"


@pytest.mark.parametrize("fmt", ["ttl", "nt", "jsonld", "rdf"])
def test_a_document_tells_of_its_thing(server: Server, thing: str, fmt: str) -> None:
    """Every format can be read, and names the thing with a label."""
    answer = server.ask(f"/doc/{thing}.{fmt}")
    format_ = pyoxigraph.RdfFormat.from_media_type(answer.headers["content-type"].partition(";")[0])
    assert format_ is not None
    found = [
        quad
        for quad in pyoxigraph.parse(answer.body, format=format_)
        if quad.subject == pyoxigraph.NamedNode(BASE + thing)
    ]
    assert any(quad.predicate.value.endswith("prefLabel") for quad in found)


def test_a_page_tells_of_its_thing(server: Server, thing: str) -> None:
    """It is HTML with the IRI in it, and says that it is no advice."""
    answer = server.ask(f"/doc/{thing}.html")
    assert answer.text.lower().startswith("<!doctype html>")
    assert BASE + thing in answer.text
    assert "Not medical advice" in answer.text


def test_what_is_not_there_is_not_found_with_a_suggestion(server: Server, thing: str) -> None:
    """A slip in a name is answered with names that are like it; so is a name of another kind."""
    answer = server.ask(f"/{thing}x")
    assert answer.status == 404
    assert f"/{thing}" in answer.text
    assert server.ask(f"/doc/{thing}x.ttl").status == 404
    assert f"/{thing}" in server.ask(f"/claim/{thing.partition('/')[2]}").text


def test_people_who_miss_a_thing_are_led_on(server: Server, thing: str) -> None:
    """A browser that asks for what is not there gets a page with names that are like it."""
    answer = server.ask(f"/{thing}x", headers={"Accept": _BROWSER})
    assert (answer.status, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert f'href="/{thing}"' in answer.text


def test_a_type_that_a_document_does_not_have_is_refused(server: Server, thing: str) -> None:
    """A 406 lists those that it has."""
    for path in (f"/{thing}", f"/doc/{thing}"):
        answer = server.ask(path, headers={"Accept": "image/png"})
        assert answer.status == 406
        assert "text/turtle" in answer.text


def test_a_name_that_was_withdrawn_still_leads_somewhere(own: Server) -> None:
    """What is deprecated is still there, and says what took its place, in the data and in a header."""
    answer = own.ask("/doc/id/old-name.ttl")
    assert answer.status == 200
    assert f'<{BASE}id/new-name>; rel="successor-version"' in answer.headers["link"]
    assert "isReplacedBy" in answer.text
    assert own.ask("/id/old-name").status == 303


def test_the_parts_of_a_thing_that_have_no_name_come_with_it(own: Server) -> None:
    """Blank nodes are told of where they are used."""
    assert "mine" in own.ask("/doc/id/new-name.nt").text
    assert len(own.ask("/doc/id/new-name.nt").text.splitlines()) == 5


# --- The rest ---


def test_the_front_page_is_for_people_and_leads_programs_on(server: Server) -> None:
    """The address of the dataset has a page, and leads whoever wants RDF to the description of the dataset."""
    assert server.ask("/", headers={"Accept": _BROWSER}).headers["content-type"] == "text/html; charset=utf-8"
    assert server.ask("/?search=pain").status == 200
    answer = server.ask("/", headers={"Accept": "text/turtle"})
    assert (answer.status, answer.headers["location"]) == (303, "/.well-known/void")


def test_the_dataset_is_described(server: Server, own: Server) -> None:
    """The description is that of the exports, with this endpoint; of a file of somebody else it is a short one."""
    for one in (server, own):
        answer = one.ask("/.well-known/void", headers={"Accept": "application/n-triples"})
        assert answer.status == 200
        assert f"void#sparqlEndpoint> <{one.url}/sparql>" in answer.text
        assert "void#triples>" in answer.text


def test_people_get_the_editor_where_programs_get_the_description(server: Server) -> None:
    """The endpoint without a query is a page to a browser, which a query can be taken to."""
    assert server.ask("/sparql", headers={"Accept": _BROWSER}).text.lower().startswith("<!doctype html>")
    text = "SELECT * { ?s a vocab:Drug } # mark"
    assert "# mark" in server.ask(f"/editor?query={quote(text)}", headers={"Accept": _BROWSER}).text
    assert server.ask("/completions.json").json


def test_files_are_those_of_the_exports(server: Server) -> None:
    """Each file has its bytes, its type and the digest that the manifest gives."""
    manifest = {
        entry["file"]: entry for entry in json.loads((ROOT / "exports" / "MANIFEST.json").read_bytes())["files"]
    }
    for name, address in (
        ("v1/index.json", "/v1/index.json"),
        ("jdm-kg.ttl", "/exports/jdm-kg.ttl"),
        ("void.ttl", "/void.ttl"),
    ):
        answer = server.ask(address)
        assert answer.status == 200
        assert answer.headers["etag"] == f'"{manifest[name]["sha256"]}"'
        assert len(answer.body) == manifest[name]["bytes"]
    assert server.ask("/v1/context.jsonld").headers["content-type"] == "application/ld+json"


def test_the_description_for_programs_is_openapi(server: Server) -> None:
    """It is OpenAPI 3.1 by that specification's own schema, names this server, and has a page."""
    validator = pytest.importorskip("openapi_spec_validator", reason="openapi-spec-validator is not installed")
    described = server.ask("/openapi.json").json
    validator.validate(described)
    assert described["openapi"].startswith("3.1")
    assert described["servers"] == [{"url": server.url}]
    assert server.ask("/docs", headers={"Accept": _BROWSER}).status == 200


def test_what_is_described_for_programs_is_there(server: Server, thing: str) -> None:
    """Every path of the description answers, with a status that it lists."""
    kind, _, name = thing.partition("/")
    values = {"{kind}": kind, "{name}": name, "{file}": "index.json"}
    for template, item in server.ask("/openapi.json").json["paths"].items():
        path = template
        for placeholder, value in values.items():
            path = path.replace(placeholder, value)
        path = path.replace("/exports/index.json", "/exports/MANIFEST.json")
        for method, operation in item.items():
            posted = {"Content-Type": QUERY} if method == "post" else {}
            answer = server.ask(path, method.upper(), posted, "ASK {}" if posted else None)
            assert str(answer.status) in operation["responses"], path
            if answer.status == 200:
                offered = operation["responses"]["200"]["content"]
                assert answer.headers["content-type"].partition(";")[0] in offered or "*/*" in offered, path


def test_health_and_version(server: Server) -> None:
    """Health is cheap and never kept; the version tells what is served."""
    answer = server.ask("/health")
    assert answer.json == {"status": "ready", "running": 0, "waiting": 0}
    assert answer.headers["cache-control"] == "no-store"
    told = server.ask("/version").json
    assert told["triples"] > 1000
    assert len(told["content_sha256"]) == 64


def test_the_log_tells_of_requests_and_not_of_people(server: Server, own: Server) -> None:
    """Time, method, path, status, length and a digest of the query; no query, no whole address."""
    text = "ASK { ?s a <urn:x-test:in-the-log> }"
    server.query(text, client="127.0.0.77")
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    entry = until(lambda: [one for one in server.entries() if one.get("query_sha256") == digest])[-1]
    assert entry["client"] == "127.0.0.0"
    assert {
        "time",
        "event",
        "client",
        "method",
        "path",
        "status",
        "ms",
        "bytes",
        "query_sha256",
        "form",
        "format",
    } <= set(entry)
    assert "in-the-log" not in server.log.read_text(encoding="utf-8")
    assert "127.0.0.77" not in server.log.read_text(encoding="utf-8")
    own.query(text)
    assert until(lambda: [one for one in own.entries() if one.get("query") == text])


# --- Time and place ---


def test_slow_clients_are_cut_off() -> None:
    """A head or body that never ends, silence, an answer that nobody takes: each is cut off, and others are served."""
    limits = {"head_seconds": 0.5, "body_seconds": 0.5, "send_seconds": 0.5}
    with running(limits=limits, dataset=_LARGE) as started:
        head = "POST /sparql HTTP/1.1\r\nHost: localhost\r\n"
        assert started.raw(b"") == b""
        assert started.raw(b"GET /health HT") == b""
        assert started.raw(head.encode()) == b""
        response = started.raw(f"{head}Content-Type: {QUERY}\r\nContent-Length: 100\r\n\r\nASK".encode())
        assert response.startswith(b"HTTP/1.1 408")
        with socket.create_connection(("127.0.0.1", started.port)) as connection:
            path = query_path("CONSTRUCT WHERE { ?s ?p ?o }", format="nt")
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            entry = until(
                lambda: [one for one in started.entries() if one["path"] == "/sparql" and one["status"] != 408]
            )[-1]
            assert entry["ms"] > 400
        assert started.query("ASK {}").status == 200


# More than the buffers of a loopback connection hold.
_LARGE = "".join(f'<urn:x-test:{number}> <urn:x-test:p> "{"x" * 4000}" .\n' for number in range(3500))


def test_a_dripping_head_is_cut_off() -> None:
    """Sending something again and again does not make a head come in time."""
    with (
        running(limits={"head_seconds": 0.5}) as started,
        socket.create_connection(("127.0.0.1", started.port)) as connection,
    ):
        connection.sendall(b"GET /health HTTP/1.1\r\n")
        gone = False
        for _ in range(200):
            try:
                connection.sendall(b"X-Drip: 1\r\n")
            except OSError:
                gone = True
                break
            time.sleep(0.05)
        assert gone


def test_answers_that_nobody_takes_are_bounded() -> None:
    """What waits to be taken has a limit, beyond which the server says that it is busy."""
    with running("--time-limit", "60", limits={"unsent_bytes": 20 << 20}, dataset=_LARGE) as started:
        path = query_path("CONSTRUCT WHERE { ?s ?p ?o }", format="nt")
        lines = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        held = [socket.create_connection(("127.0.0.1", started.port)) for _ in range(3)]
        try:
            for connection in held:
                connection.sendall(lines)
            until(lambda: started.query("CONSTRUCT WHERE { ?s ?p ?o }", "application/n-triples").status == 503)
        finally:
            for connection in held:
                connection.close()
        until(lambda: started.query("CONSTRUCT WHERE { ?s ?p ?o }", "application/n-triples").status == 200)


def test_a_server_behind_another_knows_its_clients() -> None:
    """The address that a trusted server tells is the client's; what anybody else tells is not."""
    with running("--trusted-proxy", "127.0.0.1", "--base-url", "https://kg.example.org") as started:
        told = {"Host": "kg.example.org", "X-Forwarded-For": "198.51.100.9, 203.0.113.5"}
        assert started.ask("/health", headers=told).status == 200
        assert started.entry("/health")["client"] == "203.0.113.0"
        started.ask("/version", headers=told, client="127.0.0.9")
        assert started.entry("/version")["client"] == "127.0.0.0"
        assert "<https://kg.example.org/sparql>" in started.ask("/sparql", headers=told).text


def test_a_page_of_an_allowed_site_may_read() -> None:
    """With --allow-origin the pages of that site may read answers, and no others."""
    with running("--allow-origin", "https://a.example", "--allow-host", "kg.example") as started:
        for origin, allowed in (("https://a.example", "https://a.example"), ("https://b.example", None)):
            answer = started.ask("/health", headers={"Origin": origin, "Host": "kg.example:80"})
            assert answer.status == 200
            assert answer.headers.get("access-control-allow-origin") == allowed


def test_a_server_that_stops_says_so() -> None:
    """While running queries come to an end, a connection that is still open is told that the server stops."""
    with running("--time-limit", "3") as started, ThreadPoolExecutor() as pool:
        with socket.create_connection(("127.0.0.1", started.port)) as connection:
            slow = pool.submit(started.query, _SLOW)
            zygote = started.zygote()
            copy = until(lambda: children(zygote))[0]
            # Its head has begun when the server is told to stop, so that it is read to its end.
            connection.sendall(b"GET /health HTTP/1.1\r\n")
            started.process.terminate()
            time.sleep(0.05)
            connection.settimeout(20)
            try:
                connection.sendall(b"Host: localhost\r\n\r\n")
                response = connection.recv(10_000)
            except ConnectionError:
                response = b""
            assert not response or response.startswith((b"HTTP/1.1 503", b"HTTP/1.1 200"))
        assert slow.result().status == 503
        assert started.process.wait(60) == 0
        assert not alive(copy)


# --- The command ---


def _serve(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "jdm_kg", "serve", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, timeout=120)


def test_a_port_that_is_taken_is_told() -> None:
    """Status 2 and a sentence, with what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = _serve("--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert "nobody can listen" in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--host", "no.such.host.invalid"), "nobody can listen"),
        (("--base-url", "example.org"), "not the address of a server"),
        (("--base-url", "https://example.org/path"), "not the address of a server"),
        (("--dataset", "no-such-file.ttl"), "no-such-file.ttl"),
        (("--dataset", "README.md"), "README.md"),
        (("--root", "no-such-folder"), "no-such-folder"),
        (("--log", "no-such-folder/log"), "log"),
        (("--port", "70000"), "70000"),
        (("--time-limit", "0"), "seconds"),
        (("--rows", "x"), "whole number"),
    ],
)
def test_what_can_not_be_served_is_told(words: tuple[str, ...], said: str) -> None:
    """Status 2 and a sentence, never a traceback."""
    done = _serve("--port", "0", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_with_faults_is_told_where(tmp_path: Path) -> None:
    """The process that reads it tells the server, which tells whoever started it."""
    path = tmp_path / "faulty.ttl"
    path.write_text("<x:a> <x:b>\n  nonsense .\n", encoding="utf-8")
    done = _serve("--port", "0", "--dataset", str(path))
    assert done.returncode == 2
    assert f"{path}:2" in done.stderr


def test_a_missing_extra_is_told() -> None:
    """Without the libraries of the extra the command says how to install them."""
    code = "import sys; sys.modules['uvicorn'] = None; from jdm_kg.cli import main; "
    code += "sys.exit(main(['serve', '--port', '0']))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False, timeout=60
    )
    assert done.returncode == 2
    assert "pip install 'jdm-kg[serve]'" in done.stderr


def test_it_can_be_stopped_before_it_has_begun() -> None:
    """A server that is told to stop while it loads the data ends with 0."""
    command = [sys.executable, "-m", "jdm_kg", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as process:
        until(lambda: children(process.pid))
        process.terminate()
        assert process.wait(60) == 0


def test_posts_are_answered(server: Server) -> None:
    """Both ways to post a query give what a GET gives."""
    text = "SELECT ?s { ?s a vocab:Drug } ORDER BY ?s"
    expected = server.query(text).body
    assert server.ask("/sparql", "POST", {"Content-Type": QUERY}, text).body == expected
    assert server.ask("/sparql", "POST", {"Content-Type": FORM}, f"query={quote(text)}").body == expected
