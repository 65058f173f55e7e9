"""The embedded store: kept on disk, made anew when it must be, and asked without anything leaving the process."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph
import pytest

from jdm_kg import sparql, store
from jdm_kg.errors import InputError
from jdm_kg.iris import BASE, PREFIXES, name
from tests.content import ROOT, make_project, replace

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
NO_CACHE_NEEDED = """
import sys
from jdm_kg import sparql, store
opened = store.open_store(sys.argv[1], say=print)
for row in store.evaluate(opened, sparql.read(sys.argv[2])):
    print(row[0].value)
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project with its exports."""
    folder = make_project(tmp_path_factory.mktemp("built"))
    environment = {key: value for key, value in os.environ.items() if key != "JDM_KG_SOURCES"}
    command = [sys.executable, "-m", "jdm_kg", "build", "--root", str(folder)]
    subprocess.run(command, check=True, capture_output=True, env=environment)
    return folder


@pytest.fixture
def project(built: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return Path(shutil.copytree(built, tmp_path / "a project"))


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for stores that no other test knows."""
    folder = tmp_path / "cache" / "of stores"
    monkeypatch.setenv(store.CACHE_SETTING, str(folder))
    return folder


@pytest.fixture(scope="module")
def full() -> pyoxigraph.Store:
    """The whole graph of the project."""
    return store.in_memory(str(ROOT))


def opened(root: Path, *, asserted: bool = False) -> tuple[pyoxigraph.Store, list[str]]:
    """The store of a project, and what was said while it was opened."""
    said: list[str] = []
    return store.open_store(str(root), asserted=asserted, say=said.append), said


def ask(where: pyoxigraph.Store, text: str, **dataset: list[str]) -> list[tuple[str, ...]]:
    """The rows of a query as texts."""
    answer = store.evaluate(where, sparql.read(text), **dataset)
    assert isinstance(answer, pyoxigraph.QuerySolutions)
    return sorted(tuple("" if term is None else term.value for term in row) for row in answer)


def values(where: pyoxigraph.Store, text: str, **dataset: list[str]) -> set[str]:
    """The first column of a query."""
    return {row[0] for row in ask(where, text, **dataset)}


def triples(where: pyoxigraph.Store, *graphs: str) -> set[str]:
    """The triples of some graphs together, or of the default graph, as lines; blank nodes have canonical names."""
    chosen: list[store.Graph] = [pyoxigraph.NamedNode(BASE + "graph/" + graph) for graph in graphs]
    chosen = chosen or [pyoxigraph.DefaultGraph()]
    found = pyoxigraph.Dataset(
        pyoxigraph.Quad(*quad.triple) for graph in chosen for quad in where.quads_for_pattern(None, None, None, graph)
    )
    found.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad.triple) for quad in found}


def exported(file: Path) -> set[str]:
    """The triples of an N-Triples file as lines, numbers and dates spelt as a store spells them."""
    read = pyoxigraph.Store()
    read.bulk_load(path=str(file), format=pyoxigraph.RdfFormat.N_TRIPLES)
    return triples(read)


def test_the_second_time_there_is_nothing_to_do(project: Path, cache: Path) -> None:
    """The first use makes a store out of the exports, and says so; the second one opens it in silence."""
    first, said = opened(project)
    assert said == ["making the store of this version …"]
    made = sorted(cache.iterdir())
    second, said = opened(project)
    assert said == []
    assert sorted(cache.iterdir()) == made
    assert triples(first) == triples(second) == exported(project / "exports" / "jdm-kg.nt")


def test_it_can_be_read_only(project: Path) -> None:
    """Nothing can be written to it, whether it was just made or opened again."""
    for _ in range(2):
        where, _said = opened(project)
        with pytest.raises(RuntimeError, match="read"):
            where.clear()


def test_asserted_leaves_out_what_is_derived(project: Path) -> None:
    """The other store of a project holds what was said, and nothing that follows."""
    where, said = opened(project, asserted=True)
    assert said == ["making the store of this version …"]
    assert triples(where) == exported(project / "exports" / "jdm-kg-asserted.nt")
    assert triples(where, "inferred") == set()
    assert len(triples(opened(project)[0])) > len(triples(where))
    assert opened(project, asserted=True)[1] == []


def test_the_whole_graph_is_that_of_the_exports(full: pyoxigraph.Store) -> None:
    """Of the project itself, the store holds the triples of both exports, divided into the graphs of the TriG file."""
    assert triples(full) == exported(ROOT / "exports" / "jdm-kg.nt")
    asserted = store.in_memory(str(ROOT), asserted=True)
    assert triples(asserted) == exported(ROOT / "exports" / "jdm-kg-asserted.nt")
    graphs = {str(graph.value).removeprefix(BASE + "graph/") for graph in full.named_graphs()}
    assert {"schema", "curated", "inferred"} < graphs
    assert sum(graph.startswith("source/") for graph in graphs) == 2
    assert triples(full, *graphs) == triples(full)


def test_an_edit_makes_it_anew(project: Path) -> None:
    """Where the content was edited since it was exported, what follows is derived from it as it is."""
    opened(project)
    replace(project / "ontology" / "terms" / "things.ttl", '"plip"@en', '"plop"@en')
    where, said = opened(project)
    assert len(said) == 1
    assert "not as it was exported" in said[0]
    query = "SELECT ?name { id:plip skos:prefLabel ?name }"
    assert values(where, query) == {"plop"}
    where, said = opened(project)
    assert said == []
    assert values(where, query) == {"plop"}


def test_a_new_export_makes_it_anew(project: Path) -> None:
    """An export that was touched is read again; one that was tampered with is not believed."""
    opened(project)
    trig = project / "exports" / "jdm-kg.trig"
    os.utime(trig, ns=(1, 1))
    assert opened(project)[1] == ["making the store of this version …"]
    trig.write_text(trig.read_text(encoding="utf-8").replace('"plip"@en', '"plop"@en'), encoding="utf-8")
    where, said = opened(project)
    assert "not as it was exported" in said[0]
    assert values(where, "SELECT ?name { id:plip skos:prefLabel ?name }") == {"plip"}


@pytest.mark.parametrize(
    "manifest",
    [None, b"", b"{", b"[]", b"\xff", b'{"files": 1}', b'{"content": "x", "files": [{"file": "jdm-kg.trig"}]}'],
)
def test_without_a_sound_manifest_exports_are_not_read(project: Path, manifest: bytes | None) -> None:
    """Exports of which nothing tells that they belong to the content are left alone."""
    path = project / "exports" / "MANIFEST.json"
    if manifest is None:
        path.unlink()
    else:
        path.write_bytes(manifest)
    assert store._exported(str(project)) is None


@pytest.mark.parametrize("damage", ["gone", "empty", "no manifest", "no current", "cut", "torn", "a file"])
def test_a_damaged_store_is_made_anew(project: Path, cache: Path, damage: str) -> None:
    """A store that something has damaged is made again, and nobody gets to see half of it."""
    opened(project)
    (folder,) = (one for one in cache.iterdir() if one.is_dir())
    if damage in {"gone", "empty", "a file"}:
        shutil.rmtree(folder)
        if damage == "empty":
            folder.mkdir()
        elif damage == "a file":
            folder.write_bytes(b"store")
    else:
        glob = {"no manifest": "MANIFEST*", "no current": "CURRENT", "cut": "*.sst", "torn": "MANIFEST*"}[damage]
        for path in folder.glob(glob):
            if damage == "torn":
                path.write_bytes(path.read_bytes()[:50])
            else:
                path.unlink()
    where, _said = opened(project)
    assert triples(where) == exported(project / "exports" / "jdm-kg.nt")
    assert opened(project)[1] == []


@pytest.mark.parametrize("garbage", [b"", b"\n", b"\xff\xfe\0", b"nowhere\nnothing", b"../../x\n", b"x" * 100_000])
def test_a_garbled_state_is_no_state(project: Path, cache: Path, garbage: bytes) -> None:
    """Whatever stands where the state is kept, the store is right."""
    opened(project)
    (state,) = cache.glob("*.state")
    state.write_bytes(garbage)
    assert triples(opened(project)[0]) == exported(project / "exports" / "jdm-kg.nt")
    assert opened(project)[1] == []


def test_a_state_can_not_point_elsewhere(project: Path, cache: Path) -> None:
    """A state of the right stamps that names another folder is not followed out of the cache."""
    opened(project)
    (state,) = cache.glob("*.state")
    kept, _, stamps = state.read_text(encoding="utf-8").partition("\n")
    state.write_text(f"{kept}/../../elsewhere\n{stamps}", encoding="utf-8")
    pyoxigraph.Store(str(cache.parent / "elsewhere"))
    assert triples(opened(project)[0]) == exported(project / "exports" / "jdm-kg.nt")


@pytest.mark.parametrize("how", ["a file", "read only", "below a file"])
def test_without_a_folder_to_write_it_stays_in_memory(
    project: Path, cache: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing can be kept, the store is in memory, and nothing is left lying about."""
    cache.parent.mkdir(exist_ok=True)
    if how == "a file":
        cache.write_text("no folder", encoding="utf-8")
    elif how == "below a file":
        cache.parent.rmdir()
        cache.parent.write_text("no folder", encoding="utf-8")
    else:
        monkeypatch.setenv(store.CACHE_SETTING, "/proc/nowhere")
    assert triples(opened(project)[0]) == exported(project / "exports" / "jdm-kg.nt")
    assert opened(project)[1] == ["making the store of this version …"]


def test_a_full_disk_leaves_nothing_behind(project: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that can't be written whole is thrown away."""

    def full(_quads: object, folder: str) -> None:
        Path(folder, "half").write_bytes(b"")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "_write", full)
    assert triples(opened(project)[0]) == exported(project / "exports" / "jdm-kg.nt")
    assert [one.suffix for one in cache.iterdir()] == [".lock"]


def test_old_stores_go(project: Path, cache: Path) -> None:
    """Of a project there is one store of each kind; who has the older one open goes on reading it."""
    before, _said = opened(project)
    expected = exported(project / "exports" / "jdm-kg.nt")
    os.utime(project / "exports" / "jdm-kg.trig", ns=(1, 1))
    opened(project)
    opened(project, asserted=True)
    assert sum(one.is_dir() for one in cache.iterdir()) == 2
    assert triples(before) == expected


def test_each_project_has_its_own(project: Path, tmp_path: Path, cache: Path) -> None:
    """Two projects in folders of the same name do not get in each other's way."""
    other = tmp_path / "other" / project.name
    shutil.copytree(project, other)
    replace(other / "ontology" / "terms" / "things.ttl", '"plip"@en', '"plop"@en')
    query = "SELECT ?name { id:plip skos:prefLabel ?name }"
    assert [values(opened(root)[0], query) for root in (project, other, project)] == [{"plip"}, {"plop"}, {"plip"}]
    assert opened(other)[1] == []
    assert len(list(cache.glob("*.state"))) == 2


def test_the_usual_folder_is_that_of_the_user(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the setting, stores are kept where the user's caches are."""
    monkeypatch.delenv(store.CACHE_SETTING)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    opened(project)
    assert len(list((tmp_path / "xdg" / "jdm-kg").glob("*.state"))) == 1
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    opened(project)
    assert len(list((tmp_path / "home" / ".cache" / "jdm-kg").glob("*.state"))) == 1


def test_several_processes_at_the_same_time(project: Path, cache: Path) -> None:
    """Processes that make the store at the same time all get the right rows, and leave one store behind."""
    command = [sys.executable, "-c", NO_CACHE_NEEDED, str(project), COUNT]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(5)]
    expected = str(len(exported(project / "exports" / "jdm-kg.nt")))
    for one in running:
        out, err = one.communicate()
        assert (one.returncode, err) == (0, "")
        assert out.split()[-1] == expected
    where, _said = opened(project)
    assert len(triples(where)) == int(expected)
    assert opened(project)[1] == []
    assert sum(one.is_dir() for one in cache.iterdir()) == 1


def test_what_the_check_refuses_is_not_asked(project: Path) -> None:
    """Content with an error in it gives no store but words."""
    replace(project / "ontology" / "claims" / "all.ttl", " ;\n    vocab:restsOn passage:two-001 .", " .")
    with pytest.raises(InputError, match="check"):
        opened(project)
    (project / "ontology" / "claims" / "all.ttl").write_text("claim:x a ", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        opened(project)
    assert caught.value.line == 1


def test_a_folder_without_content_is_refused(tmp_path: Path) -> None:
    """Where there is no ontology, there is nothing to ask."""
    with pytest.raises(InputError):
        store.open_store(str(tmp_path))


# Files of RDF.

TURTLE = "@prefix my: <urn:my:> . my:a my:b <c>, 'd'@en ."
FILES = {
    "a.ttl": TURTLE,
    "a.TTL": TURTLE,
    "a.n3": TURTLE,
    "a.trig": "@prefix my: <urn:my:> . my:a my:b <c>, 'd'@en . my:g { my:g my:b 1 }",
    "a.nt": '<urn:my:a> <urn:my:b> <urn:c> .\n<urn:my:a> <urn:my:b> "d"@en .\n',
    "a.nq": '<urn:my:a> <urn:my:b> <urn:c> .\n<urn:my:a> <urn:my:b> "d"@en .\n<urn:g> <urn:g> <urn:g> <urn:my:g> .\n',
    "a.jsonld": '{"@context": {"my": "urn:my:"}, "@id": "my:a", '
    '"my:b": [{"@id": "c"}, {"@value": "d", "@language": "en"}]}',
    "a.json": '{"@id": "urn:my:a", "urn:my:b": [{"@id": "c"}, {"@value": "d", "@language": "en"}]}',
    "a.rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:my="urn:my:"><rdf:Description '
    'rdf:about="urn:my:a"><my:b rdf:resource="c"/><my:b xml:lang="en">d</my:b></rdf:Description></rdf:RDF>',
}


def written(tmp_path: Path, file: str, text: str | bytes) -> str:
    """The path of a file with some content."""
    path = tmp_path / file
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return str(path)


def unread(tmp_path: Path, file: str, text: str | bytes) -> InputError:
    """The error with which a file is refused."""
    with pytest.raises(InputError) as caught:
        store.read_file(written(tmp_path, file, text))
    assert caught.value.path == tmp_path / file
    return caught.value


@pytest.mark.parametrize("file", FILES)
def test_each_format_is_read(tmp_path: Path, file: str) -> None:
    """The ending tells the format, relative IRIs are those of the file, and its prefixes come along."""
    loaded = store.read_file(written(tmp_path, file, FILES[file]))
    rows = ask(loaded.store, "SELECT ?o { <urn:my:a> <urn:my:b> ?o }")
    assert {row[0].rpartition("/")[2].removeprefix("urn:") for row in rows} == {"c", "d"}
    if file not in {"a.nt", "a.nq", "a.json"}:
        assert loaded.prefixes["my"] == "urn:my:"
    if file in {"a.trig", "a.nq"}:
        assert ask(loaded.store, "SELECT ?s { GRAPH ?g { ?s ?p ?o } }") != []


@pytest.mark.parametrize("file", ["a.csv", "a", "ttl"])
def test_the_ending_must_tell_the_format(tmp_path: Path, file: str) -> None:
    """What can't be told apart is refused, and the endings are listed."""
    error = unread(tmp_path, file, TURTLE)
    assert "in which format" in error.message
    assert ".ttl" in (error.hint or "")


@pytest.mark.parametrize(
    ("file", "text", "place"),
    [
        ("a.ttl", "<urn:a> <urn:b>\n  nothing:c .", (2, 3)),
        ("a.ttl", "<urn:🦴> <urn:b> x:c .", (1, 17)),
        ("a.nt", "<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> .\n", (2, None)),
        ("a.jsonld", '{"@id": "urn:a",\n  "urn:b" 1}', (2, None)),
        ("a.rdf", "<rdf:RDF>\n</rdf:RD>", (None, None)),
        ("a.rdf", "no XML", (None, None)),
        ("a.ttl", b"<urn:a> <urn:b>\n '\xff' .", (2, 3)),
        ("a.ttl", "<urn:a> <urn:b> " + "[ <urn:b> " * 65 + "]" * 65 + " .", (1, None)),
        ("a.jsonld", '{"urn:b":' * 65 + "1" + "}" * 65, (1, None)),
        ("a.nt", "<urn:a> <urn:b> " + "<<( <urn:a> <urn:b> " * 200 + "<urn:c>" + " )>>" * 200 + " .", (1, None)),
        ("a.ttl", "<urn:a> <urn:b> " + "<<( <urn:a> <urn:b> " * 200 + "<urn:c>" + " )>>" * 200 + " .", (1, None)),
        ("a.owl", "<a>\n" * 65 + "</a>" * 65, (65, 1)),
    ],
)
def test_faulty_files_are_refused_at_their_place(
    tmp_path: Path, file: str, text: str | bytes, place: tuple[int | None, int | None]
) -> None:
    """What is no well-formed RDF, no UTF-8, or nested too deep is refused; line and column are given where known."""
    error = unread(tmp_path, file, text)
    if place[0] is not None:
        assert error.line == place[0]
    if place[1] is not None:
        assert error.column == place[1]


def test_missing_and_large_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is not there, a folder, or one that is too large is told of in words."""
    for path in (tmp_path / "none.ttl", tmp_path / "folder.ttl"):
        if path.stem == "folder":
            path.mkdir()
        with pytest.raises(InputError, match=r"no such file|this is a folder"):
            store.read_file(str(path))
    monkeypatch.setattr(store, "_LARGEST", 10)
    assert "larger than" in unread(tmp_path, "a.ttl", TURTLE).message


RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:my="urn:my:"><rdf:Description '
    'rdf:about="urn:my:a"><my:b>{}</my:b></rdf:Description></rdf:RDF>'
)
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 10}">' for n in range(9))
BOMBS = {
    "laughs": f"<!DOCTYPE r [{LAUGHS}]>",
    "lower case": f"<!doctype r [{LAUGHS}]>",
    "behind a comment": f"<!-- <!DOCTYPE r> --><!DOCTYPE r [{LAUGHS}]>",
    "a comment inside": f"<!DOCTYPE r [<!-- ]> -->{LAUGHS}]>",
    "an instruction inside": f"<!DOCTYPE r [<?x ]> ?>{LAUGHS}]>",
    "a bracket in a value": f'<!DOCTYPE r [<!ENTITY x "]>">{LAUGHS}]>',
    "one large entity, often": f'<!DOCTYPE r [<!ENTITY l8 "{"ha" * 5000}">]>',
    "single quotes": "<!DOCTYPE r [" + LAUGHS.replace('"', "'") + "]>",
    "escaped": '<!DOCTYPE r [<!ENTITY a "haha"><!ENTITY l8 "&#38;a;&#38;a;">]>',
    "a file": '<!DOCTYPE r [<!ENTITY l8 SYSTEM "file:///etc/passwd">]>',
    "a document type elsewhere": '<!DOCTYPE r SYSTEM "http://127.0.0.1:1/x.dtd">',
    "public": '<!DOCTYPE r PUBLIC "x" "http://127.0.0.1:1/x.dtd" []>',
    "a parameter": '<!DOCTYPE r [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x.dtd"> %x;]>',
    "a parameter inside": "<!DOCTYPE r [<!ENTITY % x '<!ENTITY y \"z\">'> %x;]>",
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_entities_that_multiply_are_refused(tmp_path: Path, bomb: str) -> None:
    """A document type that names files, or entities that multiply, never reaches the parser."""
    error = unread(tmp_path, "a.rdf", BOMBS[bomb] + RDF.format("&l8;" * 200))
    assert "document type" in error.message
    assert error.line == 1


@pytest.mark.parametrize(
    "unit", ["<!ENTITY ", "<!ENTITY\n", '<!ENTITY a "', "<!--", "<a '", '<a "', "<![CDATA[", "<?", "</", "&a", "<a "]
)
def test_long_faulty_xml_is_refused(tmp_path: Path, unit: str) -> None:
    """Long texts that would make a careless reader go over them again and again are refused all the same."""
    unread(tmp_path, "a.rdf", "<!DOCTYPE r [" + unit * (200_000 // len(unit)))
    unread(tmp_path, "a.rdf", "<!DOCTYPE r [" + '<!ENTITY a "b">' * 15_000 + unit + " " * 100_000)


def test_an_honest_document_type_is_fine(tmp_path: Path) -> None:
    """Entities that stand for namespaces, as tools write them, are read."""
    text = (
        '<?xml version="1.0"?>\n\n<!DOCTYPE rdf:RDF [\n    <!ENTITY owl "http://www.w3.org/2002/07/owl#" >\n'
        "    <!ENTITY xsd 'http://www.w3.org/2001/XMLSchema#' >\n    <!ENTITY my \"urn:my:\" >\n]>\n\n"
    ).replace("'", '"')
    body = RDF.replace("urn:my:a", "&my;a").format("&owl;Thing" * 20 + "<!-- &lol; <a><a> -->")
    loaded = store.read_file(written(tmp_path, "a.owl", text + body))
    assert values(loaded.store, "SELECT ?o { <urn:my:a> ?p ?o }") == {
        PREFIXES["owl"] + "Thing" + (PREFIXES["owl"] + "Thing") * 19
    }


@contextmanager
def listening() -> Iterator[tuple[str, list[int]]]:
    """A server on loopback that counts who comes."""
    came: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                came.append(1)
                connection.close()

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/x", came


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("a.jsonld", '{"@context": "URL", "@id": "urn:a", "b": 1}'),
        ("a.jsonld", '{"@context": ["URL", {}], "@id": "urn:a", "urn:b": 1}'),
        ("a.jsonld", '{"@context": {"@import": "URL"}, "@id": "urn:a", "urn:b": 1}'),
        ("a.jsonld", '{"@context": {"@version": 1.1, "x": {"@id": "urn:x", "@context": "URL"}}, "x": {"y": 1}}'),
        ("a.json", '{"@context": "file:///etc/passwd", "b": 1}'),
        ("a.ttl", "<urn:a> <http://www.w3.org/2002/07/owl#imports> <URL> ."),
        ("a.rdf", '<!DOCTYPE r SYSTEM "URL">' + RDF.format("x")),
        ("a.rdf", '<!DOCTYPE r [<!ENTITY x SYSTEM "URL">]>' + RDF.format("&x;")),
    ],
)
def test_nothing_that_a_file_names_is_fetched(tmp_path: Path, file: str, text: str) -> None:
    """Contexts, imports and document types at other addresses are refused or left alone, and never asked for."""
    with listening() as (url, came):
        path = written(tmp_path, file, text.replace("URL", url))
        if file == "a.ttl":
            store.read_file(path)
        else:
            with pytest.raises(InputError, match=r"JSON-LD|document type"):
                store.read_file(path)
        assert came == []


# Asking.

TRIG = "@prefix id: <https://w3id.org/jdm-kg/id/> . id:a id:b id:c . id:g { id:d id:e id:f } id:h { id:i id:j id:k }"


@pytest.fixture
def small(tmp_path: Path) -> pyoxigraph.Store:
    """A store with a default graph and two others, of one triple each."""
    return store.read_file(written(tmp_path, "small.trig", TRIG)).store


def names(found: set[str]) -> str:
    """The last letters of IRIs, sorted."""
    return "".join(sorted(one.rpartition("/")[2] for one in found))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT ?s { ?s ?p ?o }", "a"),
        ("SELECT ?s { GRAPH ?g { ?s ?p ?o } }", "di"),
        ("SELECT ?s FROM id:g { ?s ?p ?o }", "d"),
        ("SELECT ?s FROM id:g FROM id:h { ?s ?p ?o }", "di"),
        ("SELECT ?s FROM id:g { GRAPH ?g { ?s ?p ?o } }", ""),
        ("SELECT ?s FROM NAMED id:h { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }", "i"),
    ],
)
def test_a_dataset_is_that_of_the_query(small: pyoxigraph.Store, text: str, expected: str) -> None:
    """FROM and FROM NAMED choose among the graphs of the store."""
    assert names(values(small, text)) == expected


def test_a_dataset_of_the_caller_wins(small: pyoxigraph.Store) -> None:
    """Graphs that the caller names override those of the query; what is not named is empty."""
    both = "SELECT ?s FROM id:h { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    g, h = PREFIXES["id"] + "g", PREFIXES["id"] + "h"
    assert names(values(small, both, default_graph=[g])) == "d"
    assert names(values(small, both, named_graphs=[g])) == "d"
    assert names(values(small, "SELECT ?s { ?s ?p ?o }", named_graphs=[g])) == ""
    assert names(values(small, both, default_graph=[g], named_graphs=[h])) == "di"


@pytest.mark.parametrize("graph", ["http://127.0.0.1:1/x.ttl", "file:///etc/passwd", "urn:x", "relative"])
def test_unknown_graphs_are_refused(small: pyoxigraph.Store, graph: str) -> None:
    """A graph that the store does not hold is refused, whoever names it; nothing is fetched."""
    for text in (f"ASK FROM <{graph}> {{ ?s ?p ?o }}", f"ASK FROM id:g FROM NAMED <{graph}> {{ ?s ?p ?o }}"):
        with pytest.raises(InputError, match="nothing is fetched") as caught:
            store.evaluate(small, sparql.read(text))
        assert caught.value.hint == "It holds id:g, id:h."
    for option in ("default_graph", "named_graphs"):
        with pytest.raises(InputError, match="nothing is fetched"):
            store.evaluate(small, sparql.read("ASK { ?s ?p ?o }"), **{option: [graph]})


def test_without_named_graphs_the_hint_says_so(tmp_path: Path) -> None:
    """A file of triples has no graph to choose."""
    loaded = store.read_file(written(tmp_path, "a.ttl", TURTLE))
    with pytest.raises(InputError) as caught:
        store.evaluate(loaded.store, sparql.read("ASK FROM <urn:x> { ?s ?p ?o }"))
    assert caught.value.hint == "It holds no named graphs."


def test_what_the_engine_can_not_do_is_told_in_words(small: pyoxigraph.Store) -> None:
    """A syntax error has its place; a function that nobody knows is told of."""
    with pytest.raises(InputError, match="can't stand here") as caught:
        store.evaluate(small, sparql.read("ASK {\n ?s ?p }"))
    assert (caught.value.line, caught.value.column) == (2, 8)
    with pytest.raises(InputError, match="can't be answered"):
        list(store.evaluate(small, sparql.read("SELECT * { ?s ?p ?o FILTER(<urn:f>(?s)) }")))  # type: ignore[arg-type]  # rows


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ASK { ?x vocab:hasSymptom ?y }", []),
        ("ASK { ?x vocab:hasSymtom ?y }", [("no property vocab:hasSymtom", 10, "Did you mean vocab:hasSymptom", True)]),
        ("ASK { ?x a vocab:Simptom }", [("no class vocab:Simptom", 12, "", True)]),
        ("ASK { ?x a <https://w3id.org/jdm-kg/vocab/Drugg> }", [("no class vocab:Drugg", 12, "vocab:Drug", True)]),
        ("ASK { ?x ^vocab:hasSymtom+/vocab:object ?y }", [("no property vocab:hasSymtom", 11, "hasSymptom", True)]),
        ("ASK { id:dysfagia ?p ?o }", [("nothing here is called id:dysfagia", 7, "id:dysphagia", False)]),
        ("ASK { ?x skos:prefLable ?y }", [("nothing here uses skos:prefLable", 10, "skos:prefLabel", False)]),
        ("ASK { ?x my:anything <urn:any> }", []),
        ("ASK { ?x vocab:nonsense vocab:nonsense }", [("no property vocab:nonsense", 10, None, True)]),
        ("CONSTRUCT { ?x vocab:mine id:mine } { ?x vocab:hasSymptom ?y }", []),
        ("CONSTRUCT { ?x vocab:mine ?y } { ?x vocab:hasSymtom ?y }", [("no property vocab:hasSymtom", 37, None, True)]),
        ("CONSTRUCT WHERE { ?x vocab:hasSymtom ?y }", [("no property vocab:hasSymtom", 22, None, True)]),
        ("SELECT * FROM id:mine FROM NAMED id:mine { GRAPH id:mine { ?x ?p ?o } }", []),
        ("SELECT (vocab:f(?x) AS ?y) { FILTER(skos:g(?x) IN (id:nothing-like)) }", [("called id:noth", 52, "", False)]),
        ('ASK { ?x ?p "1"^^skos:mine, "2"^^xsd:integer BIND(xsd:integer(?x) AS ?y) }', []),
        ("PREFIX my: <https://w3id.org/jdm-kg/vocab/has> ASK { ?x my:Symptom ?y }", []),
        ("PREFIX vocab: <https://w3id.org/jdm-kg/vocab/> ASK { ?x vocab:hasSymptom ?y }", []),
        ("DESCRIBE vocab:Simptom", [("no class vocab:Simptom", 10, None, True)]),
        ("ASK { FILTER(STRSTARTS(STR(?x), STR(vocab:))) }", []),
        ("ASK { ?x vocab:hasSymptom (id:mine) }", [("nothing here is called id:mine", 28, None, False)]),
    ],
)  # fmt: skip
def test_unknown_names(full: pyoxigraph.Store, text: str, expected: list[tuple[str, int, str | None, bool]]) -> None:
    """A name that stands nowhere is told of, with those that look like it; of the closed vocabulary it is an error."""
    known = {**PREFIXES, "my": "urn:my:"}
    found = store.unknown_names(full, sparql.read(text, known=known))
    assert len(found) == len(expected)
    for one, (message, column, hint, certain) in zip(found, expected, strict=True):
        assert one.message.startswith(message) or message in one.message
        assert (one.line, one.column, one.certain) == (1, column, certain)
        assert hint is None or (hint in one.hint if hint else not one.hint)


def test_labels_are_english_where_there_is_one(tmp_path: Path) -> None:
    """The name of a thing is its preferred label in English, else what there is; none is left out."""
    text = (
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."
        "<urn:a> skos:prefLabel 'Schmerz'@de, 'pain'@en ; rdfs:label 'other' . <urn:b> rdfs:label 'b'@en-GB, 'a'@de ."
        "<urn:c> rdfs:label 'c' . <urn:d> skos:prefLabel 'd'@de . <urn:e> skos:prefLabel <urn:x> ."
    )
    loaded = store.read_file(written(tmp_path, "a.ttl", text))
    asked = [f"urn:{letter}" for letter in "abcdef"]
    assert store.labels(loaded.store, asked) == {"urn:a": "pain", "urn:b": "b", "urn:c": "c", "urn:d": "d"}


def test_labels_of_the_project(full: pyoxigraph.Store) -> None:
    """Things and terms of the vocabulary have names."""
    found = store.labels(full, [PREFIXES["id"] + "dysphagia", name("vocab:hasSymptom")])
    assert len(found) == 2
