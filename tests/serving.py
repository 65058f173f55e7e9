"""A server of ours that runs, for tests to ask: started as a user starts it, on loopback, at a free port."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from tests.content import ROOT

Found = TypeVar("Found")

PATIENCE = 90.0
"""Seconds until whatever takes long on a busy machine must have come about."""
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
JSON = "application/sparql-results+json"

# A default graph, and named graphs by the names that the protocol tests of the W3C give theirs.
_GRAPHS = "http://kasei.us/2009/09/sparql/data/data{}.rdf"
GRAPHS = tuple(_GRAPHS.format(number) for number in range(4))
_DOCUMENT = "<{0}> {{ <{0}> a <http://xmlns.com/foaf/0.1/Document> }}\n"
DATASET = (
    "@prefix ex: <http://example.org/> .\n"
    + "".join(
        f'ex:s{number} ex:p ex:s{number + 1} ; ex:q {number} ; ex:label "thing {number}"@en .\n'
        for number in range(300)
    )
    + "".join(_DOCUMENT.format(graph) for graph in GRAPHS)
)


@dataclass(frozen=True)
class Answer:
    """A response."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body."""
        return self.body.decode("utf-8")

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class Server:
    """A server.

    Attributes:
        process: Its process.
        port: Its port.
        log: The file of its access log.
        talk: What it said on standard error so far.
    """

    process: subprocess.Popen[str]
    port: int
    log: Path
    talk: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self,
        path: str,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | str | None = None,
        *,
        client: str = "127.0.0.1",
    ) -> Answer:
        """Send one request from an address of this machine, and wait for the response."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE, source_address=(client, 0))
        with contextlib.closing(connection):
            data = body.encode() if isinstance(body, str) else body
            connection.request(method, path, data, dict(headers or {}))
            response = connection.getresponse()
            told: dict[str, str] = {}
            for name, value in response.getheaders():
                told[name.lower()] = f"{told[name.lower()]}, {value}" if name.lower() in told else value
            return Answer(response.status, told, response.read())

    def query(self, text: str, accept: str | None = None, client: str = "127.0.0.1") -> Answer:
        """Ask a query by GET."""
        return self.ask(f"/sparql?query={quote(text)}", headers={"Accept": accept} if accept else {}, client=client)

    def raw(self, data: bytes, wait: float = PATIENCE) -> bytes:
        """Send bytes, and receive until the server closes or the wait is over."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as connection:
            connection.sendall(data)
            received = b""
            with contextlib.suppress(TimeoutError, ConnectionError):
                while piece := connection.recv(65536):
                    received += piece
            return received

    def entries(self) -> list[dict[str, Any]]:
        """The access log so far."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def entry(self, path: str) -> dict[str, Any]:
        """The last entry of the access log about a path, which may be written after the response has come."""
        found = until(lambda: [entry for entry in self.entries() if entry.get("path") == path])
        return found[-1]

    def zygote(self) -> int:
        """Process id of the process that holds the data."""
        return until(lambda: children(self.process.pid))[0]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Tell it to stop; its exit status."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


# Limits that are no options of the command, changed before it runs.
_WITH_LIMITS = """
import json, sys
from jdm_kg.serve import limits
for name, value in json.loads(sys.argv[1]).items():
    field = limits.Limits.__dataclass_fields__[name]
    field.default = value
    limits.Limits.__init__.__defaults__ = tuple(one.default for one in limits.Limits.__dataclass_fields__.values())
from jdm_kg.cli import main
sys.exit(main(sys.argv[2:]))
"""


@contextlib.contextmanager
def running(
    *options: str, dataset: str | None = DATASET, limits: Mapping[str, float] | None = None
) -> Iterator[Server]:
    """Start a server, and stop it at the end.

    Args:
        options: Of the command.
        dataset: TriG to serve; None for the graph of the project.
        limits: Limits that are no options of the command.
    """
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "access.log"
        words = [*options, "--port", "0", "--log", str(log)]
        if dataset is not None:
            data = Path(folder) / "data.trig"
            data.write_text(dataset, encoding="utf-8")
            words += ["--dataset", str(data)]
        program = [sys.executable, "-m", "jdm_kg"]
        if limits:
            program = [sys.executable, "-c", _WITH_LIMITS, json.dumps(limits)]
        environment = {key: value for key, value in os.environ.items() if key != "JDM_KG_SOURCES"}
        process = subprocess.Popen(
            [*program, "serve", *words],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        talk: list[str] = []
        reader = threading.Thread(target=_collect, args=(process, talk), daemon=True)
        reader.start()
        try:
            assert process.stdout is not None
            address = process.stdout.readline()
            assert address, f"the server did not start: {''.join(talk)}"
            yield Server(process, int(address.rstrip("/\n").rpartition(":")[2]), log, talk)
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(PATIENCE)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
            reader.join(PATIENCE)
            assert process.stdout is not None
            process.stdout.close()


def _collect(process: subprocess.Popen[str], talk: list[str]) -> None:
    assert process.stderr is not None
    with process.stderr:
        talk.extend(process.stderr)


def until(find: Callable[[], Found]) -> Found:
    """Wait until something is found, which must happen sooner or later."""
    end = time.monotonic() + PATIENCE
    while not (found := find()):
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)
    return found


def children(process: int) -> list[int]:
    """Process ids of the children of a process (Linux)."""
    try:
        text = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [int(word) for word in text.split()]


def alive(process: int) -> bool:
    """Whether a process is there and has not ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def query_path(text: str, **parameters: str) -> str:
    """The address of a query by GET."""
    more = "".join(f"&{name.replace('_', '-')}={quote(value, safe='')}" for name, value in parameters.items())
    return f"/sparql?query={quote(text, safe='')}{more}"
