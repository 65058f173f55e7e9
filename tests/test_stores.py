"""The stores that other tests publish to: they run, they ask for a password, and they end with the test."""

# ruff: noqa: S310 - the addresses are our own

from __future__ import annotations

import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from tests.content import ROOT
from tests.stores import STORES

_GRAPH = "urn:x-test:stores"


@pytest.mark.parametrize("name", STORES)
def test_store_takes_a_graph_and_answers(name: str) -> None:
    """What is put into a graph can be asked for, changed by an update, and forgotten."""
    store = STORES[name]()
    store.put(_GRAPH, '<urn:x-test:s> <urn:x-test:p> "v" .\n')
    store.update(f'INSERT DATA {{ GRAPH <{_GRAPH}> {{ <urn:x-test:s> <urn:x-test:p> "w" }} }}')
    rows = store.query("SELECT ?o WHERE { ?s <urn:x-test:p> ?o } ORDER BY ?o", graphs=[_GRAPH]).split()
    assert [row.strip('"') for row in rows[1:]] == ["v", "w"]
    assert _GRAPH in store.graphs()
    store.empty()
    assert store.graphs() == []


@pytest.mark.parametrize("name", STORES)
def test_store_refuses_a_writer_without_password(name: str) -> None:
    """Tests of credentials rest on this."""
    store = STORES[name]()
    request = urllib.request.Request(store.update_url, data=b"update=CLEAR+SILENT+GRAPH+%3Curn:x-test:none%3E")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=30)
    assert refused.value.code == 401
    refused.value.close()


def test_store_ends_with_a_test_process_that_is_killed() -> None:
    """Even then no server is left behind."""
    code = (
        "from tests.stores import virtuoso; import os, signal\n"
        "print(virtuoso().query_url, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    STORES["virtuoso"]()  # skips where there is none
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, cwd=ROOT, text=True)
    url = done.stdout.strip()
    assert url, done.stderr
    for _ in range(100):  # it has been told to end, and takes a moment
        try:
            urllib.request.urlopen(f"{url}?query=ASK%7B%7D", timeout=10).close()
        except (urllib.error.URLError, OSError):
            return
    pytest.fail("the server outlives the process that started it")
