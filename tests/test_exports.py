"""What is published: the same triples in every format, the same bytes every time, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from pyld import jsonld

from jdm_kg import exports, graph, naming, sources, turtle
from jdm_kg.errors import OutputError
from jdm_kg.exports import jsonld as jsonld_writer
from tests.content import ROOT, make_project
from tests.test_turtle import canonical

EXPORTS = ROOT / "exports"
STEMS = ["jdm-kg", "jdm-kg-asserted"]


@pytest.fixture(scope="module", params=STEMS)
def stem(request: pytest.FixtureRequest) -> str:
    """The full and the asserted graph, as committed."""
    return str(request.param)


@pytest.fixture(scope="module")
def expected(stem: str) -> set[str]:
    """The triples of the committed N-Triples file."""
    return canonical((EXPORTS / f"{stem}.nt").read_text(encoding="utf-8"), pyoxigraph.RdfFormat.N_TRIPLES)


def test_turtle_read_by_pyoxigraph(stem: str, expected: set[str]) -> None:
    """The Turtle file holds the triples of the N-Triples file, as pyoxigraph reads them."""
    text = (EXPORTS / f"{stem}.ttl").read_text(encoding="utf-8")
    assert canonical(text, pyoxigraph.RdfFormat.TURTLE) == expected


def test_jsonld_read_by_pyoxigraph(stem: str, expected: set[str]) -> None:
    """The JSON-LD file holds the triples of the N-Triples file, as pyoxigraph reads them."""
    text = (EXPORTS / f"{stem}.jsonld").read_text(encoding="utf-8")
    assert canonical(text, pyoxigraph.RdfFormat.JSON_LD) == expected


def test_jsonld_read_by_pyld(stem: str, expected: set[str]) -> None:
    """The JSON-LD file holds the triples of the N-Triples file, as PyLD reads them, without any remote context."""

    def refuse(url: str, _: object) -> object:
        raise AssertionError(f"the file asks for {url}")

    document = json.loads((EXPORTS / f"{stem}.jsonld").read_text(encoding="utf-8"))
    nquads = jsonld.to_rdf(document, {"format": "application/n-quads", "documentLoader": refuse})
    assert canonical(nquads, pyoxigraph.RdfFormat.N_QUADS) == expected


@pytest.mark.parametrize(("ending", "fmt"), [("ttl", "turtle"), ("jsonld", "json-ld")])
def test_read_by_rdflib(stem: str, expected: set[str], ending: str, fmt: str) -> None:
    """Rdflib reads the Turtle and the JSON-LD file as the triples of the N-Triples file."""
    # rdflib may rewrite lexical forms when it parses; the content uses none that it would change.
    read = rdflib.Graph().parse(EXPORTS / f"{stem}.{ending}", format=fmt)
    assert canonical(turtle.to_ntriples(read), pyoxigraph.RdfFormat.N_TRIPLES) == expected


def test_jsonld_puts_its_context_first_and_always_uses_arrays() -> None:
    """Streaming readers meet @context first, and every value but @id is an array."""
    document = json.loads((EXPORTS / "jdm-kg.jsonld").read_text(encoding="utf-8"))
    assert list(document) == ["@context", "@graph"]
    assert all(isinstance(value, list) for node in document["@graph"] for key, value in node.items() if key != "@id")


def test_jsonld_keeps_lexical_forms(tmp_path: Path) -> None:
    """A decimal stays a decimal with its digits, an odd integer keeps its sign, and a mixed property loses nothing."""
    text = (
        "<https://e.org/a> <https://e.org/p> 01.50, +7, 7, true, 'x'@en, 'x', '2025-03'^^"
        "<http://www.w3.org/2001/XMLSchema#gYearMonth>, <https://e.org/b> ; <https://e.org/q> 1.0, 2.50 ; "
        "<https://e.org/r> +1, 2 ; <https://e.org/s> 'a'@de, 'b'@de ; <https://e.org/t> ( 1 2 ) ."
    )
    path = tmp_path / "mixed.ttl"
    path.write_text(text, encoding="utf-8")
    written = jsonld_writer.write(turtle.parse(path))
    assert canonical(written, pyoxigraph.RdfFormat.JSON_LD) == canonical(text, pyoxigraph.RdfFormat.TURTLE)


def test_manifest_lists_every_file_with_its_digest() -> None:
    """The manifest names all other files in the folder with size and SHA-256, those not kept in git included."""
    manifest = json.loads((EXPORTS / "MANIFEST.json").read_text(encoding="utf-8"))
    listed = {entry["file"]: (entry["bytes"], entry["sha256"]) for entry in manifest["files"]}
    there = {
        name: (len(content), hashlib.sha256(content).hexdigest())
        for name, content in _bytes(EXPORTS).items()
        if name != "MANIFEST.json"
    }
    assert there.items() <= listed.items()
    patterns = [pattern for fmt in exports.FORMATS if not fmt.extra for pattern in fmt.files]
    assert [pattern for pattern in patterns if not any(Path(name).match(pattern) for name in listed)] == []


def test_same_bytes_on_two_hash_seeds_and_in_two_folders(tmp_path: Path) -> None:
    """Building twice, in two folders and with two hash seeds, gives the same bytes in every file."""
    outputs = []
    for seed in ("1", "2"):
        project = make_project(tmp_path / f"copy {seed}")
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        environment.pop("JDM_KG_SOURCES", None)
        command = [sys.executable, "-m", "jdm_kg", "build", "--root", str(project)]
        subprocess.run(command, check=True, env=environment, cwd=tmp_path, capture_output=True)
        outputs.append(_bytes(project / "exports"))
    assert outputs[0] == outputs[1]


@pytest.fixture
def release(tmp_path: Path) -> exports.Release:
    """A small release."""
    content = graph.load(make_project(tmp_path / "project"))
    return exports.Release(content, content, "1")


def _bytes(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_publishing_replaces_the_folder_and_leaves_nothing_beside_it(tmp_path: Path, release: exports.Release) -> None:
    """A second publication replaces the first, and no staging folder is left."""
    out = tmp_path / "out" / "exports"
    exports.publish(release, out)
    first = _bytes(out)
    exports.publish(exports.Release(release.asserted, release.full, "2"), out)
    assert _bytes(out) != first
    assert [path.name for path in out.parent.iterdir()] == ["exports"]
    assert stat.S_IMODE(out.stat().st_mode) == 0o755


def test_a_folder_with_other_files_is_refused(tmp_path: Path, release: exports.Release) -> None:
    """A folder that holds somebody's file is not replaced."""
    out = tmp_path / "exports"
    out.mkdir()
    (out / "thesis.docx").write_text("years of work", encoding="utf-8")
    with pytest.raises(OutputError, match=r"thesis\.docx"):
        exports.publish(release, out)
    assert [path.name for path in out.iterdir()] == ["thesis.docx"]


def test_an_earlier_format_is_no_foreign_file(tmp_path: Path, release: exports.Release) -> None:
    """A file that the manifest of an earlier version lists may go."""
    out = tmp_path / "exports"
    exports.publish(release, out)
    manifest = json.loads((out / "MANIFEST.json").read_text(encoding="utf-8"))
    manifest["files"].append({"file": "old.xml", "bytes": 0, "sha256": ""})
    (out / "MANIFEST.json").write_text(json.dumps(manifest), encoding="utf-8")
    (out / "old.xml").touch()
    exports.publish(release, out)
    assert not (out / "old.xml").exists()


def test_a_full_disk_leaves_the_last_good_exports(
    tmp_path: Path, release: exports.Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk fills up while writing, the exports that were there stay, and nothing is left beside them."""
    out = tmp_path / "out" / "exports"
    exports.publish(release, out)
    before = _bytes(out)
    written = []

    def full(descriptor: int) -> None:
        written.append(descriptor)
        if len(written) > 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="untouched"):
        exports.publish(exports.Release(release.asserted, release.full, "2"), out)
    assert _bytes(out) == before
    assert [path.name for path in out.parent.iterdir()] == ["exports"]


def test_where_folders_can_not_be_exchanged_they_are_renamed(
    tmp_path: Path, release: exports.Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a system without an exchange of folders the new set still replaces the old one."""
    from jdm_kg.exports import publishing as module

    monkeypatch.setattr(module, "_exchange", lambda *_: False)
    out = tmp_path / "out" / "exports"
    exports.publish(release, out)
    exports.publish(exports.Release(release.asserted, release.full, "2"), out)
    assert b"Version 2" in (out / "README.md").read_bytes()
    assert [path.name for path in out.parent.iterdir()] == ["exports"]


@pytest.mark.skipif("JDM_KG_SOURCES" not in os.environ, reason="needs JDM_KG_SOURCES")
def test_no_export_puts_eight_words_of_a_document_together() -> None:
    """What stands side by side in an export, such as the cells of a row, adds up to no quotation either."""
    described = sources.documents(turtle.to_facts(graph.load_authored(ROOT)))
    texts = sources.read_documents(described, Path(os.environ["JDM_KG_SOURCES"]))
    runs = naming.document_runs({document.label: texts[document.iri] for document in described})
    small = [path for path in EXPORTS.rglob("*") if path.is_file() and path.stat().st_size < 2_000_000]
    found = {
        path.name: next(naming.copied(path.read_text("utf-8"), runs), None) for path in small if path.suffix != ".gz"
    }
    assert {name: run for name, run in found.items() if run} == {}
