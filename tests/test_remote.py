"""Asking another endpoint: a real server on loopback that plays the part, well and badly."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pyoxigraph
import pytest

from jdm_kg import remote, sparql
from jdm_kg.errors import InputError

ROWS = "application/sparql-results+json"
XML = "application/sparql-results+xml"
TRIPLES = "<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> 'd'@en .\n".replace("'", '"')
SELECT = "SELECT ?x { ?x skos:prefLabel ?y }"
GRAPH = "CONSTRUCT WHERE { ?s ?p ?o }"


def rows(*values: str) -> bytes:
    """Rows of one column with these IRIs."""
    bindings = [{"x": {"type": "uri", "value": value}} for value in values]
    return json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": bindings}}).encode()


class Endpoint(ThreadingHTTPServer):
    """Gives the answers that a test has chosen, and remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.address = f"http://127.0.0.1:{self.server_port}/sparql"
        self.asked: list[tuple[str, str, dict[str, str], str]] = []
        self.replies: list[tuple[int, str, bytes, dict[str, str]]] = []

    def handle_error(self, *_: object) -> None:
        """Whoever goes away before the end of an answer is no error."""

    def reply(self, body: bytes | str, media_type: str = ROWS, status: int = 200, **headers: str) -> None:
        """Give this answer next; of several, one after the other, and the last again and again."""
        raw = body if isinstance(body, bytes) else body.encode()
        self.replies.append((status, media_type, raw, {k.replace("_", "-"): v for k, v in headers.items()}))


class _Handler(BaseHTTPRequestHandler):
    server: Endpoint
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:  # noqa: ANN401 - as the base has it
        """Say nothing."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        query = parse_qs(body, strict_parsing=True, max_num_fields=1)["query"][0]
        self.server.asked.append((self.command, self.path, dict(self.headers), query))
        replies = self.server.replies
        status, media_type, raw, headers = replies.pop(0) if len(replies) > 1 else replies[0]
        self.send_response(status, headers.pop("reason", None) if "reason" in headers else None)
        self.send_header("Content-Type", media_type)
        for name, value in {"Content-Length": str(len(raw)), "Connection": "close", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)
        self.close_connection = True

    do_GET = do_POST = _answer  # noqa: N815 - the names that the base looks for


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    """A server on loopback; no proxy stands before it."""
    monkeypatch.setenv("no_proxy", "*")
    with Endpoint() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def ask(endpoint: Endpoint, text: str = SELECT) -> Any:  # noqa: ANN401 - of three kinds
    """Ask the endpoint."""
    return remote.ask(endpoint.address, sparql.read(text), time_limit=10)


def refused(endpoint: Endpoint, text: str = SELECT) -> InputError:
    """The error with which its answer is refused."""
    with pytest.raises(InputError) as caught:
        ask(endpoint, text)
    return caught.value


def test_the_query_is_sent_as_the_protocol_has_it(endpoint: Endpoint) -> None:
    """One POST with the query, its prefixes declared, and what is wanted in return."""
    endpoint.reply(rows("urn:a", "urn:b"))
    assert [row["x"].value for row in ask(endpoint, SELECT + " # ä")] == ["urn:a", "urn:b"]
    ((method, path, headers, body),) = endpoint.asked
    assert (method, path) == ("POST", "/sparql")
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert headers["Accept"].startswith(ROWS)
    assert headers["User-Agent"].startswith("jdm-kg")
    assert body == f"PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n{SELECT} # ä"


def test_rows_in_xml(endpoint: Endpoint) -> None:
    """An endpoint may answer in XML."""
    body = (
        '<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="x"/></head><results><result>'
        '<binding name="x"><uri>urn:a</uri></binding></result></results></sparql>'
    )
    endpoint.reply(body, XML + "; charset=utf-8")
    assert [row["x"].value for row in ask(endpoint)] == ["urn:a"]


@pytest.mark.parametrize("value", [True, False])
def test_yes_and_no(endpoint: Endpoint, value: bool) -> None:
    """The answer to an ASK."""
    endpoint.reply(json.dumps({"head": {}, "boolean": value}), "application/json")
    assert bool(ask(endpoint, "ASK { ?s ?p ?o }")) is value


@pytest.mark.parametrize("media_type", ["application/n-triples", "text/turtle", "text/plain; charset=utf-8"])
@pytest.mark.parametrize("query", [GRAPH, "DESCRIBE <urn:a>"])
def test_graphs(endpoint: Endpoint, media_type: str, query: str) -> None:
    """The answer to a CONSTRUCT or DESCRIBE is triples."""
    endpoint.reply(TRIPLES, media_type)
    assert {str(one) for one in ask(endpoint, query)} == {line.removesuffix(" .") for line in TRIPLES.splitlines()}
    assert endpoint.asked[0][2]["Accept"].startswith("application/n-triples")


def test_gzip(endpoint: Endpoint) -> None:
    """A packed answer is unpacked."""
    endpoint.reply(gzip.compress(rows("urn:a")), Content_Encoding="gzip")
    assert [row["x"].value for row in ask(endpoint)] == ["urn:a"]


@pytest.mark.parametrize(
    "broken",
    [b"no gzip", gzip.compress(rows("urn:a") * 50, mtime=0)[:-30], gzip.compress(b"x", mtime=0)[:10] + b"\xff" * 20],
)
def test_broken_gzip(endpoint: Endpoint, broken: bytes) -> None:
    """What can't be unpacked is told of as that."""
    endpoint.reply(broken, Content_Encoding="gzip")
    assert "no sound gzip" in refused(endpoint).message


def test_errors_of_the_endpoint_are_passed_on(endpoint: Endpoint) -> None:
    """Its status and words are shown, and nothing in them commands a terminal."""
    endpoint.reply("Parse error\nat 'x'\x1b[2J\u202e " + "x" * 5000, "text/plain", 400)
    error = refused(endpoint)
    assert error.message == "the endpoint answers with status 400 Bad Request"
    assert (error.hint or "").startswith("Parse error\nat 'x' [2J")
    assert "\x1b" not in str(error)
    assert "\u202e" not in str(error)
    assert len(str(error)) < 2200
    endpoint.reply("", "text/plain", 503, reason="No\x1b[2Jway")
    endpoint.replies.pop(0)
    assert refused(endpoint).message == "the endpoint answers with status 503 No [2Jway"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(endpoint: Endpoint, status: int) -> None:
    """Where it sends us is told, and the user decides."""
    with Endpoint() as other:
        endpoint.reply("", "text/plain", status, Location=other.address)
        error = refused(endpoint)
    assert f"status {status}" in error.message
    assert other.address in (error.hint or "")
    assert len(endpoint.asked) == 1


@pytest.mark.parametrize(
    ("body", "media_type", "query"),
    [
        ("<html>", "text/html", SELECT),
        (TRIPLES, "application/n-triples", SELECT),
        (rows("urn:a"), ROWS, GRAPH),
        ("x", "application/octet-stream", GRAPH),
        ("x\n1", "text/csv", SELECT),
    ],
)
def test_other_media_types_are_refused(endpoint: Endpoint, body: bytes | str, media_type: str, query: str) -> None:
    """What is no answer to such a query is refused by its media type."""
    endpoint.reply(body, media_type)
    assert f"answers with {media_type}, which is no answer" in refused(endpoint, query).message


@pytest.mark.parametrize(
    ("body", "media_type", "query"),
    [
        ("{", ROWS, SELECT),
        ("[]", ROWS, SELECT),
        ("", ROWS, SELECT),
        (rows("urn:a", "urn:b")[:-20], ROWS, SELECT),
        (rows("urn:a", "no IRI at all >"), ROWS, SELECT),
        ("<sparql>", XML, SELECT),
        ('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><sparql/>', XML, SELECT),
        ("<!doctype x []><sparql/>", XML, SELECT),
        (b"\xff\xfe", ROWS, SELECT),
        ("<urn:a> <urn:b>", "application/n-triples", GRAPH),
        ("x:a x:b x:c .", "text/turtle", GRAPH),
        (b"<urn:a> <urn:b> '\xff' .", "text/turtle", GRAPH),
    ],
)
def test_broken_answers_are_refused(endpoint: Endpoint, body: bytes | str, media_type: str, query: str) -> None:
    """An answer that is not sound up to its end is refused before a row of it is shown."""
    endpoint.reply(body, media_type)
    assert "answer" in refused(endpoint, query).message


def test_an_answer_that_breaks_off_is_refused(endpoint: Endpoint) -> None:
    """Fewer bytes than were announced, though what came looks whole: it is not taken for the answer."""
    endpoint.reply(TRIPLES, "application/n-triples", Content_Length="1000")
    assert "breaks off" in refused(endpoint, GRAPH).message


def test_large_answers_are_refused(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a large answer nor a small one that unpacks to a large one is read to its end."""
    monkeypatch.setattr(remote, "_MOST", 1_000_000)
    large = rows(*["urn:a"] * 50_000)
    endpoint.reply(large)
    assert refused(endpoint).message == "the answer is larger than 1 MB"
    endpoint.replies.clear()
    endpoint.reply(gzip.compress(large), Content_Encoding="gzip")
    assert refused(endpoint).message == "the answer is larger than 1 MB"


def test_nobody_there() -> None:
    """Where nobody listens, that is said."""
    with Endpoint() as server:
        address = server.address
    with pytest.raises(InputError, match="nobody answers") as caught:
        remote.ask(address, sparql.read(SELECT))
    assert "Check the address" in (caught.value.hint or "")


def test_who_never_answers_is_given_up(endpoint: Endpoint) -> None:
    """An endpoint without a sign of life counts as dead after the time limit."""
    gate = threading.Event()
    endpoint.verify_request = lambda *_: gate.wait(20)  # type: ignore[method-assign]  # it holds every request up
    with pytest.raises(InputError, match="nobody answers"):
        remote.ask(endpoint.address, sparql.read(SELECT), time_limit=0.2)
    gate.set()
    endpoint.reply(rows())


@pytest.mark.parametrize(
    "address",
    [
        "",
        "example.org",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "javascript:x",
        "http://",
        "http://[::1/",
        "http://127.0.0.1:x/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:0/",
        "http://127.0.0.1:1/ä",
    ],
)
def test_what_is_no_address(address: str) -> None:
    """Only http and https lead to an endpoint."""
    with pytest.raises(InputError, match="is no address of an endpoint"):
        remote.ask(address, sparql.read(SELECT))


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/a b", "http://127.0.0.1:1/\n"])
def test_odd_addresses_reach_nobody(address: str) -> None:
    """What only looks like an address ends in words too."""
    with pytest.raises(InputError):
        remote.ask(address, sparql.read(SELECT))


def test_labels(endpoint: Endpoint) -> None:
    """The names of IRIs are asked for in one query, and at most 500 of them."""
    bindings = [{"iri": {"type": "uri", "value": "urn:a"}, "name": {"type": "literal", "value": "A"}}]
    endpoint.reply(json.dumps({"head": {"vars": ["iri", "name"]}, "results": {"bindings": bindings}}))
    assert remote.labels(endpoint.address, ["urn:a", "urn:b"]) == {"urn:a": "A"}
    assert "{ <urn:a> <urn:b> }" in endpoint.asked[0][3]
    remote.labels(endpoint.address, [f"urn:{number}" for number in range(600)])
    assert endpoint.asked[1][3].count("<urn:") == 500
    assert remote.labels(endpoint.address, []) == {}
    assert len(endpoint.asked) == 2


def test_without_labels_the_answer_stands_alone(endpoint: Endpoint) -> None:
    """An endpoint that can't tell names gives none, and an IRI that is none is not sent."""
    endpoint.reply("no", "text/plain", 500)
    assert remote.labels(endpoint.address, ["urn:a"]) == {}
    assert remote.labels(endpoint.address, ["urn:a> } SERVICE <urn:b"]) == {}
    assert len(endpoint.asked) == 1


def test_answers_are_as_those_of_the_embedded_store(endpoint: Endpoint) -> None:
    """They can be written in each format."""
    endpoint.reply(rows("urn:a"))
    assert isinstance(ask(endpoint), pyoxigraph.QuerySolutions)
