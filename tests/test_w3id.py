"""The redirects for w3id.org, tried with Apache: every kind of IRI ends at the right document, for every type."""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph
import pytest

from jdm_kg.iris import BASE
from tests.content import ROOT
from tests.serving import Answer, Server, running, until

RULES = ROOT / "docs" / "w3id" / ".htaccess"
_MODULES = Path("/usr/lib/apache2/modules")
_CONFIGURATION = """
ServerRoot {folder}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/pid
ErrorLog {folder}/log
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule rewrite_module {modules}/mod_rewrite.so
DocumentRoot {folder}/site
<Directory {folder}/site>
    AllowOverride All
    Require all granted
</Directory>
"""
_BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
_ACCEPTED = {
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/ld+json": "jsonld",
    "application/rdf+xml": "rdf",
    "text/html": "html",
    _BROWSER: "html",
    "application/ld+json;q=0.5, text/turtle": "ttl",
    "application/ld+json, text/turtle;q=0.5": "jsonld",
    "text/html;q=0.1, application/rdf+xml": "rdf",
}
_KINDS = ("ontology", "id", "vocab", "claim", "passage", "source", "tension", "defect", "graph")
_TYPES = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "html": "text/html",
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """The server at which the redirects end."""
    with running(dataset=None) as started:
        yield started


@pytest.fixture(scope="module")
def port(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Apache with the rules, their target being the server; its port."""
    apache = shutil.which("apache2") or shutil.which("apache2", path="/usr/sbin")
    if apache is None:
        pytest.skip("Apache is not installed (Debian: apache2-bin)")
    folder = tmp_path_factory.mktemp("apache")
    site = folder / "site" / "jdm-kg"
    site.mkdir(parents=True)
    for path in (folder, *folder.parents[:2]):
        path.chmod(0o755)  # Apache leaves the rights of root behind
    rules, changed = re.subn(r"(?<=E=TARGET:)[^\]]+", server.url, RULES.read_text(encoding="utf-8"))
    assert changed == 1
    (site / ".htaccess").write_text(rules, encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (folder / "conf").write_text(_CONFIGURATION.format(folder=folder, port=port, modules=_MODULES), encoding="utf-8")
    process = subprocess.Popen([apache, "-f", str(folder / "conf"), "-DFOREGROUND"])
    try:
        until(lambda: process.poll() is not None or _listens(port))
        assert process.poll() is None, (folder / "log").read_text(encoding="utf-8")
        yield port
    finally:
        process.terminate()
        process.wait()


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


def _follow(server: Server, port: int, path: str, accept: str) -> tuple[list[int], str, Answer]:
    """Ask w3id for a path below its folder, and follow where it leads: the statuses, the last address, the answer."""
    redirector = Server(server.process, port, server.log)
    headers = {"Accept": accept}
    answer = redirector.ask(f"/jdm-kg/{path}", headers=headers)
    statuses = [answer.status]
    address = f"/jdm-kg/{path}"
    while answer.status in (301, 302, 303, 307, 308):
        address = answer.headers["location"].removeprefix(server.url)
        assert urlsplit(address).netloc == ""
        answer = server.ask(address, headers=headers)
        statuses.append(answer.status)
        assert len(statuses) < 5
    return statuses, address, answer


@pytest.fixture(scope="module")
def names(server: Server) -> dict[str, str]:
    """A name of each kind that has IRIs."""
    found = {"ontology": "vocab/"}
    for kind in _KINDS[1:]:
        variable = "GRAPH ?s { ?x ?y ?z }" if kind == "graph" else "?s a ?kind"
        text = (
            f'SELECT (MIN(?s) AS ?first) {{ {variable} FILTER (STRSTARTS(STR(?s), "{BASE}{kind}/") && ?s != vocab:) }}'
        )
        rows = server.query(text).json["results"]["bindings"]
        found[kind] = rows[0]["first"]["value"].removeprefix(BASE)
    return found


@pytest.mark.parametrize("accept", _ACCEPTED)
@pytest.mark.parametrize("kind", _KINDS)
def test_every_iri_ends_at_its_document(
    server: Server, port: int, names: dict[str, str], kind: str, accept: str
) -> None:
    """A thing leads by 303, and the last response is a document about it in the type that was asked for."""
    fmt = _ACCEPTED[accept]
    statuses, address, answer = _follow(server, port, names[kind], accept)
    if kind == "graph" and accept == "text/html":
        assert statuses == [303, 406]  # a graph has no page
        return
    assert set(statuses[:-1]) == {303}
    assert statuses[-1] == 200
    if kind == "graph" and fmt == "html":
        fmt = "rdf"  # which the browser takes as XML
    assert answer.headers["content-type"].partition(";")[0] == _TYPES[fmt]
    assert address == f"/doc/{names[kind].rstrip('/')}.{fmt}"
    if kind != "graph":  # what is in a graph, need not name it
        assert names[kind].rpartition("/")[2] in answer.text
    if fmt != "html":
        assert list(pyoxigraph.parse(answer.body, format=pyoxigraph.RdfFormat.from_media_type(_TYPES[fmt])))


@pytest.mark.parametrize("path", ["", "vocab/", "0.1.0"])
def test_the_dataset_and_its_vocabulary_lead_to_their_documents(server: Server, port: int, path: str) -> None:
    """The IRIs of the dataset and of the vocabulary lead to a page for people and to RDF for programs."""
    statuses, _, answer = _follow(server, port, path, "text/html")
    assert statuses[0] == 303
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    statuses, _, answer = _follow(server, port, path, "text/turtle")
    assert statuses[0] == 303
    assert (answer.status, answer.headers["content-type"]) == (200, "text/turtle; charset=utf-8")


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("v1/context.jsonld", "application/ld+json"),
        ("v1/schema/thing.schema.json", "application/json"),
        ("void.ttl", "text/turtle; charset=utf-8"),
        ("exports/jdm-kg.ttl", "text/turtle; charset=utf-8"),
    ],
)
def test_files_lead_to_themselves(server: Server, port: int, path: str, media_type: str) -> None:
    """The IRI of a file leads by 302 to the file."""
    statuses, _, answer = _follow(server, port, path, "*/*")
    assert statuses == [302, 200]
    assert answer.headers["content-type"] == media_type
    assert answer.body == (ROOT / "exports" / path.removeprefix("exports/")).read_bytes()


@pytest.mark.parametrize(
    ("path", "name"), [("np/0.1.0/wp-001-01", "nanopubs.trig"), ("fhir/CodeSystem/jdm-kg", "fhir-bundle.json")]
)
def test_parts_of_files_lead_to_their_file(server: Server, port: int, path: str, name: str) -> None:
    """What is told of in one file only leads by 303 to that file; on a fresh clone, a build must write some first."""
    statuses, address, _ = _follow(server, port, path, "*/*")
    assert statuses == [303, 303, 200 if (ROOT / "exports" / name).is_file() else 404]
    assert address == f"/exports/{name}"


@pytest.mark.parametrize(
    "path", ["id/no-such-thing-at-all", "nothing", "id/x%0d%0aX-Evil:%201", "id/..%2f..", "id/<script>"]
)
def test_what_is_not_there_is_not_found(server: Server, port: int, path: str) -> None:
    """Neither Apache nor the server finds what is not there, and no header can be smuggled in."""
    statuses, _, answer = _follow(server, port, path.replace("<", "%3C").replace(">", "%3E"), "*/*")
    assert statuses[-1] == 404
    assert "x-evil" not in answer.headers


def test_the_target_stands_in_one_place() -> None:
    """The rules name the server once."""
    assert RULES.read_text(encoding="utf-8").count("https://jdm-kg.example.org") == 1
