"""The two files that describe all others: their counts, digests and links, held against the files and the graph."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest

from jdm_kg.exports import Files, Release, fhir, rdf, tables
from jdm_kg.exports.description import FILES, describe
from jdm_kg.exports.media import media_type
from jdm_kg.iris import BASE, PREFIXES
from jdm_kg.turtle import to_ntriples
from tests import releases, tools

VALIDATOR = ("roc-validator==0.13.0", "rocrate==0.16.0")
PREFACE = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items()) + (
    "PREFIX void: <http://rdfs.org/ns/void#>\nPREFIX dcat: <http://www.w3.org/ns/dcat#>\n"
    "PREFIX spdx: <http://spdx.org/rdf/terms#>\nPREFIX foaf: <http://xmlns.com/foaf/0.1/>\n"
)
ALL = f"<{BASE}>"
OWN = f'FILTER(STRSTARTS(STR(?s), "{BASE}") && !STRSTARTS(STR(?s), "{PREFIXES["vocab"]}"))'


@pytest.fixture(scope="module")
def release() -> Release:
    """The real release."""
    return releases.real()


@pytest.fixture(scope="module")
def files(release: Release) -> Files:
    """Some of its files, and one with an ending that nobody knows."""
    formats = (*rdf.FORMATS, tables.FORMATS[0], *fhir.FORMATS)
    return {**{name: content for fmt in formats for name, content in fmt.write(release).items()}, "v1/all.odd.gz": b"x"}


@pytest.fixture(scope="module")
def described(release: Release, files: Files) -> Files:
    """Their description."""
    return describe(release, files)


@pytest.fixture(scope="module")
def void(described: Files) -> pyoxigraph.Store:
    """The description in VoID and DCAT, loaded."""
    store = pyoxigraph.Store()
    store.load(described["void.ttl"], format=pyoxigraph.RdfFormat.TURTLE)
    return store


@pytest.fixture(scope="module")
def graph(release: Release) -> pyoxigraph.Store:
    """The full graph, loaded from its N-Triples."""
    store = pyoxigraph.Store()
    store.load(to_ntriples(release.full).encode(), format=pyoxigraph.RdfFormat.N_TRIPLES)
    return store


@pytest.fixture(scope="module")
def crate(described: Files) -> dict[str, Any]:
    """The entities of the RO-Crate by their IRI."""
    document = json.loads(described["ro-crate-metadata.json"])
    entities = document["@graph"]
    found = {entity["@id"]: entity for entity in entities}
    assert len(found) == len(entities)  # no entity is described twice
    return found


def _rows(store: pyoxigraph.Store, query: str) -> list[tuple[str, ...]]:
    found = store.query(PREFACE + query)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    return [tuple(str(getattr(term, "value", term)) for term in solution) for solution in found]


@pytest.mark.parametrize(
    ("count", "query"),
    [
        ("triples", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"),
        ("entities", f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s ?p ?o {OWN} }}"),
        ("classes", "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s a ?o }"),
        ("properties", "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }"),
        ("distinctSubjects", "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"),
        ("distinctObjects", "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }"),
    ],
)
def test_counts_of_the_whole(void: pyoxigraph.Store, graph: pyoxigraph.Store, count: str, query: str) -> None:
    """Each count is the one that a query over the full graph gives."""
    told = _rows(void, f"SELECT ?n {{ {ALL} void:{count} ?n }}")
    assert told == _rows(graph, query)
    assert int(told[0][0]) > 20


def test_partitions_by_class(void: pyoxigraph.Store, graph: pyoxigraph.Store) -> None:
    """Each class stands there with as many members as it has."""
    told = _rows(void, f"SELECT ?c ?n {{ {ALL} void:classPartition ?part . ?part void:class ?c ; void:entities ?n }}")
    assert sorted(told) == sorted(_rows(graph, "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c"))


def test_partitions_by_property(void: pyoxigraph.Store, graph: pyoxigraph.Store) -> None:
    """Each property stands there with as many uses, subjects and objects as it has."""
    told = _rows(
        void,
        f"SELECT ?p ?n ?s ?o {{ {ALL} void:propertyPartition ?part . ?part void:property ?p ; void:triples ?n ; "
        "void:distinctSubjects ?s ; void:distinctObjects ?o }",
    )
    counted = _rows(
        graph,
        "SELECT ?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?ns) (COUNT(DISTINCT ?o) AS ?no) { ?s ?p ?o } GROUP BY ?p",
    )
    assert sorted(told) == sorted(counted)


def test_linksets_tell_each_mapping_once(void: pyoxigraph.Store, graph: pyoxigraph.Store) -> None:
    """Each set of links to others has one predicate and target, and counts the mappings into that namespace."""
    sets = _rows(
        void,
        f"SELECT ?p ?space ?n {{ ?set a void:Linkset ; void:subjectsTarget {ALL} ; void:objectsTarget ?target ; "
        "void:linkPredicate ?p ; void:triples ?n . ?target void:uriSpace ?space }",
    )
    for predicate, space, number in sets:
        own = f'FILTER(STRSTARTS(STR(?o), "{space}") && STRSTARTS(STR(?s), "{PREFIXES["id"]}"))'
        assert _rows(graph, f"SELECT (COUNT(*) AS ?n) {{ ?s <{predicate}> ?o {own} }}") == [(number,)]
    matches = "VALUES ?p { skos:exactMatch skos:closeMatch skos:broadMatch skos:narrowMatch skos:relatedMatch }"
    own = f'FILTER(STRSTARTS(STR(?s), "{PREFIXES["id"]}"))'
    all_of_them = _rows(graph, f"SELECT (COUNT(*) AS ?n) {{ {matches} ?s ?p ?o {own} }}")
    assert sum(int(number) for *_, number in sets) == int(all_of_them[0][0]) > 500
    assert len(_rows(void, "SELECT ?s { ?s a void:Linkset }")) == len(sets)


def test_each_file_is_a_distribution(void: pyoxigraph.Store, files: Files) -> None:
    """Size, digest, media type and licence of each file are told, and are those of the file."""
    told = _rows(
        void,
        f"SELECT ?path ?size ?digest ?type ?terms {{ {ALL} dcat:distribution ?d . ?d dcterms:identifier ?path ; "
        "dcat:byteSize ?size ; dcat:mediaType ?type ; dcterms:license ?terms ; spdx:checksum ?c . "
        "?c spdx:algorithm spdx:checksumAlgorithm_sha256 ; spdx:checksumValue ?digest }",
    )
    media = "https://www.iana.org/assignments/media-types/"
    assert sorted(told) == sorted(
        (
            path,
            str(len(content)),
            hashlib.sha256(content).hexdigest(),
            media + media_type(path.removesuffix(".gz")),
            "https://creativecommons.org/licenses/by-sa/4.0/",
        )
        for path, content in files.items()
    )


def test_the_documents_are_told_with_digest_and_review(void: pyoxigraph.Store, release: Release) -> None:
    """Every source document stands there with its digest, its terms, its address, and whether its review is due."""
    told = _rows(
        void,
        f"SELECT ?doc ?digest ?terms ?page ?state {{ {ALL} prov:wasDerivedFrom ?doc ; dcterms:source ?doc . "
        "?doc vocab:sha256 ?digest ; vocab:sourceLicense ?terms ; foaf:page ?page ; rdfs:comment ?state }",
    )
    documents = release.facts.instances(PREFIXES["vocab"] + "SourceDocument")
    assert sorted(doc for doc, *_ in told) == documents
    assert {state.split(": ")[1] for *_, state in told} == {"current.", "unknown."}
    reviewed = _rows(void, "SELECT ?doc { ?doc vocab:lastReviewed ?a ; vocab:nextReviewDue ?b ; vocab:staleFrom ?c }")
    assert len(reviewed) == 1


def test_the_run_that_made_it_is_told(void: pyoxigraph.Store, release: Release) -> None:
    """The version of the content and that of the program stand there."""
    (row,) = _rows(
        void,
        f"SELECT ?version ?engine ?words {{ {ALL} dcat:version ?version ; dcterms:description ?words ; "
        "prov:wasGeneratedBy ?run . ?run prov:wasAssociatedWith ?agent . ?agent owl:versionInfo ?engine }",
    )
    assert row[0] == release.version
    assert row[1][:1].isdigit()
    assert row[2].startswith("Not medical advice")


def test_the_crate_is_as_the_specification_says(crate: dict[str, Any], described: Files, files: Files) -> None:
    """Descriptor, root and data entities are there, all that is referred to is described, digests are the files'."""
    document = json.loads(described["ro-crate-metadata.json"])
    assert document["@context"] == "https://w3id.org/ro/crate/1.2/context"
    descriptor, root = crate["ro-crate-metadata.json"], crate["./"]
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.2"}
    assert descriptor["about"] == {"@id": "./"}
    assert all(root[key] for key in ("name", "description", "datePublished", "license", "publisher", "author"))
    parts = [part["@id"] for part in root["hasPart"]]
    content = {**files, "void.ttl": described["void.ttl"]}
    assert parts == sorted(content)
    for path in parts:
        entity = crate[path]
        assert entity["@type"] == "File"
        assert entity["sha256"] == hashlib.sha256(content[path]).hexdigest()
        assert entity["contentSize"] == str(len(content[path]))
    for reference in _references(document["@graph"]):
        assert reference in crate or reference.startswith("https://w3id.org/ro/crate/")


def _references(value: object) -> list[str]:
    """The IRIs to which a JSON value refers by an object that holds nothing else."""
    if isinstance(value, dict):
        if set(value) == {"@id"}:
            return [str(value["@id"])]
        return [one for inner in value.values() for one in _references(inner)]
    return [one for inner in value for one in _references(inner)] if isinstance(value, list) else []


# The validator asks w3id.org for the context; here it gets the one that the package rocrate carries.
VALIDATE = """
import importlib.resources, json, sys
from rocrate_validator import models, services
from rocrate_validator.utils import document_loader, http

CONTEXT = json.loads(importlib.resources.files("rocrate").joinpath("data/ro-crate.jsonld").read_text("utf-8"))

class Answer:
    ok, status_code, headers, content = True, 200, {"Content-Type": "application/ld+json"}, json.dumps(CONTEXT).encode()
    text = json.dumps(CONTEXT)
    def json(self):
        return CONTEXT
    def raise_for_status(self):
        pass

def get(self, url, *args, **options):
    if url.startswith("https://w3id.org/ro/crate/"):
        return Answer()
    raise OSError("offline: " + url)

http.HttpRequester.get = get
http.HttpRequester.head = get
unknown = set()
for entity in json.load(open(sys.argv[1] + "/ro-crate-metadata.json"))["@graph"]:
    unknown |= {key for key in entity if not key.startswith("@") and key not in CONTEXT["@context"]}
settings = services.ValidationSettings(
    rocrate_uri=sys.argv[1], profile_identifier="ro-crate-1.2", requirement_severity=models.Severity.REQUIRED
)
result = services.validate(settings)
issues = [issue.check.identifier + " " + str(issue.message) for issue in result.get_issues()]
print("RESULT", json.dumps({"passed": result.passed(), "checks": len(result.executed_checks), "issues": issues,
    "unknown": sorted(unknown)}))
"""


def _validated(folder: Path) -> dict[str, Any]:
    command = [str(tools.environment(*VALIDATOR)), "-c", VALIDATE, str(folder)]
    done = subprocess.run(command, check=False, capture_output=True, encoding="utf-8")
    assert "RESULT" in done.stdout, done.stderr[-3000:]
    line = next(line for line in done.stdout.split("\n") if line.startswith("RESULT"))
    result: dict[str, Any] = json.loads(line.removeprefix("RESULT"))
    return result


def test_the_validator_of_ro_crate_passes_it(described: Files, files: Files, tmp_path: Path) -> None:
    """Every requirement of RO-Crate 1.2 is met; each key is a term of its context; a crate without licence fails."""
    for path, content in {**files, **described}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    result = _validated(tmp_path)
    assert result["issues"] == []
    assert result["unknown"] == []
    assert result["passed"]
    assert result["checks"] > 50
    metadata = tmp_path / "ro-crate-metadata.json"
    document = json.loads(metadata.read_text(encoding="utf-8"))
    del document["@graph"][1]["license"]
    metadata.write_text(json.dumps(document), encoding="utf-8")
    assert not _validated(tmp_path)["passed"]


def test_the_same_bytes_every_time(release: Release, files: Files, described: Files) -> None:
    """Whatever the order in which the files come, the description is the same."""
    backwards = dict(reversed(list(files.items())))
    assert describe(release, backwards) == described
    assert list(described) == list(FILES)


def test_a_small_project_is_described_too(tmp_path: Path) -> None:
    """Another condition gives its name to the dataset; a document without review dates is described without them."""
    release = releases.small(tmp_path)
    found = describe(release, {"a.ttl": b"", "b/c.json": b"{}"})
    crate = json.loads(found["ro-crate-metadata.json"])["@graph"]
    assert crate[1]["name"] == "jdm-kg: glump disease as a knowledge graph with evidence"
    assert b"lastReviewed" not in found["void.ttl"]
    assert list(pyoxigraph.parse(found["void.ttl"], format=pyoxigraph.RdfFormat.TURTLE))
