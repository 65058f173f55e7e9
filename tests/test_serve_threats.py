"""What somebody could try with the endpoint, each tried on loopback: nothing leaves, nothing is read, nothing hangs."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.serving import FORM, QUERY, Server, alive, children, query_path, running, until

_LIMIT = "1"
_MEMORY = 200  # megabytes
_ALL = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server with tight limits."""
    options = ("--time-limit", _LIMIT, "--memory", str(_MEMORY), "--rows", "1000")
    with running(*options, limits={"idle_seconds": 0.05}) as started:
        yield started


@pytest.fixture(autouse=True)
def _answers_still(server: Server) -> Iterator[None]:
    """Whatever a test did, the server answers afterwards, and nothing is left that works on the test's queries."""
    yield
    assert server.query("ASK {}").json["boolean"] is True
    until(lambda: not children(server.zygote()))


# --- Nothing leaves, and no file is read ---


@contextmanager
def _listening() -> Iterator[tuple[str, list[bytes]]]:
    """A server that counts who comes; its address and what came."""
    hits: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.1)
        done = threading.Event()

        def accept() -> None:
            while not done.is_set():
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                with connection:
                    hits.append(connection.recv(1000))

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/x", hits
        finally:
            done.set()
            thread.join()


LEAVING = {
    "SERVICE": "SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
    "SERVICE SILENT": "SELECT * {{ SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}",
    "SERVICE in lower case": "SELECT * {{ service <{url}> {{ ?s ?p ?o }} }}",
    "SERVICE with an escape": "SELECT * {{ \\u0053ERVICE <{url}> {{ ?s ?p ?o }} }}",
    "SERVICE with a long escape": "SELECT * {{ SERV\\U00000049CE SILENT <{url}> {{ ?s ?p ?o }} }}",
    "SERVICE of a variable": "SELECT * {{ BIND (<{url}> AS ?u) SERVICE ?u {{ ?s ?p ?o }} }}",
    "SERVICE deep inside": "SELECT * {{ {{ SELECT * {{ FILTER EXISTS {{ SERVICE <{url}> {{ ?s ?p ?o }} }} }} }} }}",
    "FROM": "SELECT * FROM <{url}> {{ ?s ?p ?o }}",
    "FROM NAMED": "SELECT * FROM NAMED <{url}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "FROM a file": "SELECT * FROM <file:///etc/passwd> {{ ?s ?p ?o }}",
    "GRAPH": "SELECT * {{ GRAPH <{url}> {{ ?s ?p ?o }} }}",
    "LOAD": "LOAD <{url}>",
    "LOAD a file": "LOAD <file:///etc/passwd>",
    "LOAD after a query": "ASK {{}} ; LOAD <{url}>",
    "INSERT": "INSERT DATA {{ <{url}> <{url}> 1 }}",
    "DELETE": "DELETE WHERE {{ ?s ?p ?o }}",
    "CLEAR": "CLEAR ALL",
    "DESCRIBE": "DESCRIBE <{url}>",
}


@pytest.mark.parametrize("name", LEAVING)
def test_no_request_leaves_and_no_file_is_read(server: Server, name: str) -> None:
    """What would fetch or change something is refused, or finds nothing; nobody is asked."""
    with _listening() as (url, hits):
        text = LEAVING[name].format(url=url)
        for answer in (
            server.ask(query_path(text)),
            server.ask("/sparql", "POST", {"Content-Type": QUERY}, text),
            server.ask("/sparql", "POST", {"Content-Type": FORM}, f"query={quote(text)}"),
        ):
            assert answer.status == 400 or (answer.status == 200 and url.encode() not in answer.body)
            assert b"root:" not in answer.body
        assert hits == []


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
@pytest.mark.parametrize("graph", ["{url}", "file:///etc/passwd", "data:text/turtle,", "", "not an IRI", "x\ny"])
def test_graphs_of_the_request_are_never_fetched(server: Server, name: str, graph: str) -> None:
    """A graph that a request names and that is not here is refused."""
    with _listening() as (url, hits):
        wanted = quote(graph.format(url=url), safe="")
        answer = server.ask(f"/sparql?query=ASK%7B%7D&{name}={wanted}")
        assert answer.status == 400
        assert hits == []


def test_what_answers_can_open_nothing(server: Server) -> None:
    """The process that works on a query has one descriptor, and no right to another, to write or to dump its memory."""
    if not Path("/proc/self/limits").exists():
        pytest.skip("needs /proc (Linux)")
    with ThreadPoolExecutor() as pool:
        slow = pool.submit(server.query, SLOW["a product of all with all"])
        process = until(lambda: children(server.zygote()))[0]
        until(lambda: _allowed(process, "Max open files") == "0")
        links = [str(one.readlink()) for one in Path(f"/proc/{process}/fd").iterdir()]
        limits = {name: _allowed(process, name) for name in ("Max file size", "Max core file size")}
        slow.result()
    assert len(links) == 1
    assert links[0].startswith("socket:")
    assert limits == {"Max file size": "0", "Max core file size": "0"}


def _allowed(process: int, name: str) -> str:
    for line in Path(f"/proc/{process}/limits").read_text(encoding="ascii").splitlines():
        if line.startswith(name):
            return line.removeprefix(name).split()[0]
    return ""


# --- Denial of service ---

_DEEP = 5000
SLOW = {
    "a product of all with all": f"SELECT (COUNT(*) AS ?n) {{ {_ALL} }}",
    "a product, sorted": f"SELECT * {{ {_ALL} }} ORDER BY ?i ?f ?c",
    "a product, distinct": f"SELECT DISTINCT ?a ?d ?g ?c ?f {{ {_ALL} }}",
    "a product, grouped": f"SELECT ?c (COUNT(*) AS ?n) {{ {_ALL} }} GROUP BY ?c",
    "a product, counted distinct": f"SELECT (COUNT(DISTINCT *) AS ?n) {{ {_ALL} }}",
    "a product, joined to text": f"SELECT (GROUP_CONCAT(?c) AS ?t) {{ {_ALL} }}",
    "a product with a far offset": f"SELECT * {{ {_ALL} }} OFFSET 1000000000 LIMIT 1",
    "a product of a union": "SELECT (COUNT(*) AS ?n) { " + "{ ?a ?b ?c } UNION { ?d ?e ?f } " * 3 + f"{_ALL} }}",
    "filters that never hold": f"SELECT * {{ {_ALL} FILTER (STRLEN(CONCAT(STR(?c), STR(?f), STR(?i))) < 0) }}",
    "filters that look into each": f"SELECT (COUNT(*) AS ?n) {{ {_ALL} FILTER NOT EXISTS {{ ?a ?x ?i . ?c ?y ?d }} }}",
    "minus everything": f"SELECT (COUNT(*) AS ?n) {{ {_ALL} MINUS {{ ?a ?b ?x . ?x ?y ?z . ?u ?v ?w }} }}",
    "optional upon optional": "SELECT (COUNT(*) AS ?n) { "
    + " ".join(f"OPTIONAL {{ ?a{n} ?b{n} ?c{n} }}" for n in range(9))
    + " }",
    "values upon values": "SELECT (COUNT(*) AS ?n) { "
    + " ".join(f"VALUES ?v{n} {{ {' '.join(map(str, range(50)))} }}" for n in range(9))
    + " }",
    "numbers multiplied by subqueries": "SELECT (COUNT(*) AS ?n) { "
    + " ".join(f"{{ SELECT ?x{n} {{ ?x{n} ?y{n} ?z{n} }} }}" for n in range(6))
    + " }",
    "paths between all": "SELECT (COUNT(*) AS ?n) "
    "{ ?a (<http://example.org/p>|!<x:x>)+ ?b . ?c (<http://example.org/p>|!<x:y>)* ?d . ?e !<x:z>* ?f }",
    "paths of paths": "SELECT (COUNT(*) AS ?n) "
    "{ ?a ((((!<x:x>)*)*)*)* ?b . ?c ((!<x:y>)+/(!<x:z>)+)* ?d . ?e (^!<x:w>|!<x:v>)* ?f }",
    "a text that doubles": 'SELECT (STRLEN(?z) AS ?n) { BIND ("0123456789abcdef" AS ?x0) '
    + " ".join(f"BIND (CONCAT(?x{n}, ?x{n}, ?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(16))
    + " BIND (?x16 AS ?z) }",
    "a text that is replaced by longer ones": 'SELECT (STRLEN(?z) AS ?n) { BIND ("aaaaaaaaaaaaaaaa" AS ?x0) '
    + " ".join(f'BIND (REPLACE(?x{n}, "a", "aaaaaaaaaaaaaaaa") AS ?x{n + 1})' for n in range(8))
    + " BIND (?x8 AS ?z) }",
    "digests of a product": f"SELECT (MAX(SHA512(CONCAT(STR(?a), STR(?d), STR(?g)))) AS ?n) {{ {_ALL} }}",
    "random numbers sorted": f"SELECT * {{ {_ALL} }} ORDER BY RAND()",
    "a graph constructed of a product": f"CONSTRUCT {{ ?a ?e ?i . ?d ?h ?c . ?g ?b ?f }} WHERE {{ {_ALL} }}",
    "everything described": f"DESCRIBE * {{ {_ALL} }}",
    "a question that is never true": f'ASK {{ {_ALL} FILTER (CONCAT(STR(?c), STR(?f), STR(?i)) = "never") }}',
    "a regular expression over a product": "SELECT (COUNT(*) AS ?n) "
    f'{{ {_ALL} FILTER REGEX(CONCAT(STR(?a), STR(?d), STR(?g)), "(a|b|ab)*(x+x+)+y$") }}',
}
BOMBS = {
    "nested quantifiers": 'ASK { FILTER REGEX("' + "a" * 5000 + '!", "^(a+)+$") }',
    "counted repetition": 'ASK { FILTER REGEX("' + "a" * 5000 + '", "(((a{1,100}){1,100}){1,100}){1,100}") }',
    "a long alternation": 'ASK { FILTER REGEX("x", "' + "|".join("a" * n for n in range(400)) + '") }',
    "an expression that is nested": 'ASK { FILTER REGEX("x", "' + "(" * 2000 + "a" + ")" * 2000 + '") }',
    "replacing in between": 'SELECT (STRLEN(REPLACE("' + "a" * 20000 + '", "", "' + "b" * 20000 + '")) AS ?n) {}',
}
DEEP = {
    "braces": "SELECT * " + "{" * _DEEP + "}" * _DEEP,
    "brackets": f"ASK {{ FILTER ({'(' * _DEEP}1{')' * _DEEP}) }}",
    "blank nodes": f"ASK {{ {'[ <x:p> ' * _DEEP}1{']' * _DEEP} }}",
    "lists": f"ASK {{ {'(' * _DEEP}{')' * _DEEP} <x:p> 1 }}",
    "subqueries": "SELECT * {" + "{ SELECT * {" * _DEEP + "}}" * _DEEP + "}",
    "paths": f"ASK {{ ?s {'(' * _DEEP}<x:p>{')*' * _DEEP} ?o }}",
    "signs": f"ASK {{ FILTER ({'!' * 90_000}true) }}",
    "minus signs": f"ASK {{ FILTER ({'- ' * 40_000}1 = 1) }}",
    "sums": f"ASK {{ FILTER ({'1+' * 40_000}1 = 1) }}",
    "ors": f"ASK {{ FILTER ({'?x||' * 20_000}?x) }}",
    "unions": f"ASK {{ {'{} UNION ' * 9_000}{{}} }}",
    "optionals": f"ASK {{ {'OPTIONAL { ?s ?p ?o } ' * 4_000} }}",
    "steps of a path": f"ASK {{ ?s {'<x:p>/' * 10_000}<x:p> ?o }}",
    "alternatives of a path": f"ASK {{ ?s {'<x:p>|' * 10_000}<x:p> ?o }}",
    "inverses of a path": f"ASK {{ ?s {'^' * 50_000}<x:p> ?o }}",
    "triples": f"ASK {{ {'?s ?p ?o . ' * 9_000} }}",
    "binds": f"SELECT * {{ {' '.join(f'BIND (1 AS ?v{n})' for n in range(4000))} }}",
    "variables": f"SELECT {' '.join(f'?v{n}' for n in range(14_000))} {{}}",
    "prefixes": f"{''.join(f'PREFIX p{n}: <x:> ' for n in range(4000))} ASK {{}}",
    "a long text": f'ASK {{ FILTER (STRLEN("{"x" * 99_000}") > 1) }}',
    "a query that is too long": f"ASK {{}} #{'x' * 200_000}",
}


@pytest.mark.parametrize("name", SLOW)
def test_slow_queries_are_stopped(server: Server, name: str) -> None:
    """A query that would run for ever ends at a limit, and says at which."""
    answer = server.ask("/sparql", "POST", {"Content-Type": QUERY}, SLOW[name])
    assert answer.status in (422, 503)
    assert any(
        word in answer.text
        for word in ("too long", "too much memory", "too large", "too many rows", "too many triples")
    )


@pytest.mark.parametrize("name", BOMBS)
def test_regular_expressions_are_stopped(server: Server, name: str) -> None:
    """A regular expression that would take long is answered, refused or stopped; nothing else happens."""
    assert server.ask("/sparql", "POST", {"Content-Type": QUERY}, BOMBS[name]).status in (200, 400, 422, 503)


@pytest.mark.parametrize("name", DEEP)
def test_unwieldy_queries_do_no_harm(server: Server, name: str) -> None:
    """A query that is deep, wide or long is answered, refused or stopped; nothing else happens."""
    zygote = server.zygote()
    answer = server.ask("/sparql", "POST", {"Content-Type": QUERY}, DEEP[name])
    assert answer.status in (200, 400, 422, 503)
    assert server.zygote() == zygote


def test_large_answers_are_refused_whole(server: Server) -> None:
    """An answer with too many rows is no answer with fewer: it is refused, in every format."""
    for accept in (
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
    ):
        few = server.query("SELECT * { ?s ?p ?o } LIMIT 900", accept)
        assert few.status == 200
        many = server.query("SELECT * { { ?s ?p ?o } UNION { ?s ?p ?o } UNION { ?s ?p ?o } }", accept)
        assert many.status == 422
        assert "1,000 rows" in many.text
    assert server.query("CONSTRUCT { ?s ?p ?o . ?o ?p ?s . ?s ?p 1 } { ?s ?p ?o FILTER isIRI(?o) }").status in (
        200,
        422,
    )
    assert server.entry("/sparql")["status"] in (200, 422)


def test_a_query_that_takes_too_much_memory_is_told_so() -> None:
    """Long before its time is over, a query ends that gathers more than it may."""
    with running("--time-limit", "600", "--memory", "40") as started:
        answer = started.query(SLOW["a product, sorted"], "application/json")
        assert answer.status == 503
        assert answer.json["title"] == "the query took too much memory"
        assert started.entry("/sparql")["limit"] == "memory"
        assert started.query("ASK {}").json["boolean"] is True


def test_a_server_that_is_full_says_when_to_come_again() -> None:
    """Beyond those who run and those who may wait, the answer comes at once, with Retry-After."""
    options = ("--concurrency", "1", "--time-limit", "3")
    with running(*options, limits={"waiting": 1, "slice": 60}) as started, ThreadPoolExecutor() as pool:
        asked = [pool.submit(started.query, SLOW["a product of all with all"], "application/json") for _ in range(4)]
        answers = [one.result() for one in asked]
        assert {answer.status for answer in answers} == {503}
        full = [answer for answer in answers if "wait already" in answer.json["detail"]]
        assert len(full) >= 2
        assert all(answer.headers["retry-after"] == "1" for answer in full)
        assert started.query("ASK {}").status == 200


def test_memory_is_bounded(server: Server) -> None:
    """Queries that gather as much as they can, many at a time, take no more than each may."""
    if not Path("/proc/self/status").exists():
        pytest.skip("needs /proc (Linux)")
    most = 0
    query = SLOW["a product, sorted"]
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(server.query, query) for _ in range(24)]
        while not all(one.done() for one in asked):
            family = [server.process.pid, server.zygote(), *children(server.zygote())]
            most = max(most, sum(_own_memory(process) for process in family))
            time.sleep(0.02)
    assert {one.result().status for one in asked} <= {422, 503}
    running_at_once = max(8, 2 * (os.cpu_count() or 1))
    assert most < (running_at_once * _MEMORY + 200) << 20


def _own_memory(process: int) -> int:
    """Bytes that a process has for itself."""
    try:
        text = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    return sum(int(line.split()[1]) << 10 for line in text.splitlines() if line.startswith("RssAnon"))


def test_normal_clients_are_served_among_runaways(server: Server) -> None:
    """While one client throws in queries that never end, those of another are all answered."""
    stop = threading.Event()

    def throw() -> list[int]:
        found = []
        while not stop.is_set():
            found.append(server.query(SLOW["a product of all with all"], client="127.0.0.2").status)
        return found

    with ThreadPoolExecutor(40) as pool:
        thrown = [pool.submit(throw) for _ in range(32)]
        until(lambda: server.ask("/health").json["waiting"] > 8)
        normal = [server.query(f"SELECT * {{ ?s ?p {number} }}").status for number in range(60)]
        stop.set()
        statuses = {status for one in thrown for status in one.result()}
    assert set(normal) == {200}
    assert statuses == {503}


# --- Processes ---


def test_queries_end_when_their_client_goes(server: Server) -> None:
    """A client that closes its connection takes its query with it."""
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        path = query_path(SLOW["a product, counted distinct"])
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        process = until(lambda: children(server.zygote()))[0]
    until(lambda: not alive(process))
    assert until(lambda: [entry for entry in server.entries() if entry["status"] == 499])


def test_a_zygote_that_dies_is_replaced(server: Server) -> None:
    """When the process that holds the data dies, its copies die too, and another takes its place."""
    with ThreadPoolExecutor() as pool:
        slow = pool.submit(server.query, SLOW["a product of all with all"])
        first = server.zygote()
        copy = until(lambda: children(first))[0]
        os.kill(first, signal.SIGKILL)
        assert slow.result().status == 503
    until(lambda: not alive(copy))
    until(lambda: children(server.process.pid) not in ([], [first]))
    assert server.query("ASK {}").json["boolean"] is True
    assert server.zygote() != first


def test_nothing_is_left_when_the_server_is_killed() -> None:
    """A server that is killed leaves no process behind, even in the middle of a query."""
    with running("--time-limit", "60") as started, ThreadPoolExecutor() as pool:
        slow = pool.submit(_ignoring, started)
        zygote = started.zygote()
        copy = until(lambda: children(zygote))[0]
        started.process.kill()
        started.process.wait()
        until(lambda: not alive(zygote) and not alive(copy))
        slow.result()


def _ignoring(server: Server) -> None:
    with suppress(OSError):
        server.query(SLOW["a product of all with all"])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_gracefully(number: int) -> None:
    """Told to stop, the server lets a running query come to an end, takes no more, and ends with 0."""
    with running("--time-limit", "2") as started, ThreadPoolExecutor() as pool:
        slow = pool.submit(started.query, SLOW["a product of all with all"])
        zygote = started.zygote()
        until(lambda: children(zygote))
        assert started.stop(number) == 0
        assert slow.result().status == 503
        assert "too long" in slow.result().text
        until(lambda: not alive(zygote))
        with pytest.raises(ConnectionError):
            started.query("ASK {}")


def test_the_grace_period_ends() -> None:
    """A query that does not come to an end in time is stopped with the server."""
    with running("--time-limit", "600") as started, ThreadPoolExecutor() as pool:
        slow = pool.submit(_ignoring, started)
        zygote = started.zygote()
        copy = until(lambda: children(zygote))[0]
        assert started.stop() == 0
        slow.result()
        until(lambda: not alive(copy) and not alive(zygote))


# --- HTTP ---


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "",
        "localhost:x",
        "[::1",
        "localhost\tx",
        "a b",
        "127.0.0.1@evil.example",
    ],
)
def test_other_names_are_refused(server: Server, host: str) -> None:
    """A name that is not the server's own is refused: a browser may have been made to believe that it leads here."""
    response = server.raw(f"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    assert response.split(b" ", 2)[1] in (b"421", b"400")
    assert b"boolean" not in response


def test_two_names_or_none_are_refused(server: Server) -> None:
    """A request has one Host header."""
    for lines in ("", "Host: localhost\r\nHost: evil.example\r\n"):
        response = server.raw(f"GET /health HTTP/1.1\r\n{lines}Connection: close\r\n\r\n".encode())
        assert response.split(b" ", 2)[1] in (b"421", b"400")


ODD = {
    "a negative length": b"Content-Length: -1\r\n\r\n",
    "a length that is no number": b"Content-Length: abc\r\n\r\n",
    "a length with a sign": b"Content-Length: +6\r\n\r\nASK {}",
    "a length in another script": "Content-Length: \uff16\r\n\r\nASK {}".encode(),
    "two lengths": b"Content-Length: 6\r\nContent-Length: 7\r\n\r\nASK {}",
    "a list of lengths": b"Content-Length: 6, 7\r\n\r\nASK {}",
    "a length and pieces": b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n",
    "an unknown way of transfer": b"Transfer-Encoding: smoke\r\n\r\nASK {}",
    "pieces of odd length": b"Transfer-Encoding: chunked\r\n\r\nxyz\r\nASK {}\r\n0\r\n\r\n",
    "a huge length": b"Content-Length: 99999999999999999999\r\n\r\nASK {}",
    "a large length": b"Content-Length: 2000000\r\n\r\nASK {}",
    "large pieces": b"Transfer-Encoding: chunked\r\n\r\n200000\r\n" + b"x" * 0x200000 + b"\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("name", ODD)
def test_odd_lengths_are_refused(server: Server, name: str) -> None:
    """A body whose length is not plain, or is too large, is refused, and what follows it is not taken for a request."""
    head = f"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: {QUERY}\r\nConnection: close\r\n"
    response = server.raw(head.encode() + ODD[name])
    # A server that reads no further may close before all is sent, and the response is then lost on the way.
    assert not response or response.split(b" ", 2)[1] in (b"400", b"413", b"501")
    assert response.count(b"HTTP/1.1 ") <= 1
    assert b"boolean" not in response


PATHS = [
    "/v1/../pyproject.toml",
    "/v1/..%2f..%2fpyproject.toml",
    "/v1/%2e%2e/%2e%2e/pyproject.toml",
    "/exports/..%5c..%5cpyproject.toml",
    "/static/../app.py",
    "/static//etc/passwd",
    "/static/%2fetc%2fpasswd",
    "/vendor/../app.py",
    "/v1/index.json%00.txt",
    "//etc/passwd",
    "/doc/id/../../app.py",
    "/doc/id/..%2f..%2fapp.ttl",
    "/id/..",
    "/id/%2e%2e%2fvocab",
    "/id/" + "x" * 5000,
    "/id/" + "%F0%9F%92%A9" * 20,
    "/%",
    "/%zz",
    "/id/%ff%fe",
]


@pytest.mark.parametrize("path", PATHS)
def test_no_address_leads_out_of_its_folder(server: Server, path: str) -> None:
    """An address that tries to leave its folder leads nowhere."""
    response = server.raw(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    assert response.split(b" ", 2)[1] in (b"404", b"400")
    assert b"[project]" not in response
    assert b"root:" not in response


@pytest.mark.parametrize(
    "end", ["%0d%0aSet-Cookie:%20x=1", "%0aX-Evil:%201", "%0d", "%e5%98%8a%e5%98%8dX-Evil:1", "?x=%0d%0aX-Evil:1"]
)
def test_no_header_can_be_smuggled_into_a_response(server: Server, end: str) -> None:
    """What a request says does not become a header of its response."""
    for path in (f"/id/x{end}", f"/doc/id/x.ttl{end}", f"/sparql?format={end}&query=ASK%7B%7D", f"/{end}"):
        response = server.raw(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        head = response.partition(b"\r\n\r\n")[0].lower()
        assert b"\nset-cookie" not in head
        assert b"\nx-evil" not in head


def test_the_log_holds_one_line_for_a_request(server: Server) -> None:
    """What a request says does not become a line of the log."""
    server.ask("/id/x%0a%7b%22event%22:%22forged%22%7d%0a")
    server.ask("/%1b%5b31m")
    assert {entry["event"] for entry in server.entries()} == {"request", "notice"} or {
        entry["event"] for entry in server.entries()
    } == {"request"}
