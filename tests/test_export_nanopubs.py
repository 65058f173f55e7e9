"""The nanopublications: four graphs each, nothing shared, and each says what its claim says and no more."""

from __future__ import annotations

import subprocess
from collections import defaultdict
from pathlib import Path

import pyoxigraph
import pytest

from jdm_kg.exports import Files, Release, loss, nanopubs
from jdm_kg.facts import Literal
from jdm_kg.iris import PREFIXES, name
from jdm_kg.reason.claims import edges
from tests import releases, tools

(FORMAT,) = nanopubs.FORMATS
PACKAGE = "nanopub==2.0.1"
PREFACE = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items()) + (
    "PREFIX np: <http://www.nanopub.org/nschema#>\nPREFIX npx: <http://purl.org/nanopub/x/>\n"
)
HEAD = """?np a np:Nanopublication ; np:hasAssertion ?assertion ; np:hasProvenance ?provenance ;
    np:hasPublicationInfo ?pubinfo ."""


@pytest.fixture(scope="module")
def release() -> Release:
    """The real release."""
    return releases.real()


@pytest.fixture(scope="module")
def files(release: Release) -> Files:
    """Its nanopublications."""
    return FORMAT.write(release)


@pytest.fixture(scope="module")
def store(files: Files) -> pyoxigraph.Store:
    """The same, loaded."""
    loaded = pyoxigraph.Store()
    loaded.load(files["nanopubs.trig"], format=pyoxigraph.RdfFormat.TRIG)
    return loaded


def _rows(store: pyoxigraph.Store, query: str) -> list[tuple[str, ...]]:
    found = store.query(PREFACE + query)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    return [tuple(str(getattr(term, "value", term)) for term in solution) for solution in found]


def test_each_claim_has_one_with_four_graphs_of_its_own(store: pyoxigraph.Store, release: Release) -> None:
    """There are as many as claims; each has a head and three parts, and no graph belongs to two."""
    rows = _rows(store, f"SELECT ?np ?head ?assertion ?provenance ?pubinfo {{ GRAPH ?head {{ {HEAD} }} }}")
    claims = release.facts.instances(name("vocab:Claim"))
    assert len(rows) == len(claims) > 700
    assert len({np for np, *_ in rows}) == len(rows)
    graphs = [graph for _, *parts in rows for graph in parts]
    assert len(set(graphs)) == len(graphs) == 4 * len(rows)
    assert {str(graph.value) for graph in store.named_graphs() if isinstance(graph, pyoxigraph.NamedNode)} == set(
        graphs
    )
    assert not list(store.quads_for_pattern(None, None, None, pyoxigraph.DefaultGraph()))
    introduced = _rows(store, "SELECT ?claim { GRAPH ?g { ?np npx:introduces ?claim } }")
    assert sorted(claim for (claim,) in introduced) == claims


@pytest.mark.parametrize(
    ("graph", "pattern"),
    [
        ("assertion", "?claim a vocab:Claim ; vocab:statement ?said ; vocab:polarity ?polarity"),
        ("provenance", "?assertion prov:wasDerivedFrom ?passage . ?passage oa:start ?start ; oa:end ?end"),
        ("provenance", "?assertion prov:hadPrimarySource ?document . ?document vocab:sourceLicense ?terms"),
        ("provenance", "?assertion prov:wasGeneratedBy ?activity . ?activity a prov:Activity"),
        ("pubinfo", "?np dcterms:created ?day ; dcterms:creator ?who ; dcterms:license ?terms"),
        (
            "pubinfo",
            '?np owl:versionInfo ?version ; rdfs:comment ?words FILTER(STRSTARTS(?words, "Not medical advice"))',
        ),
    ],
)
def test_the_parts_say_what_the_guidelines_ask(store: pyoxigraph.Store, graph: str, pattern: str) -> None:
    """The provenance is about the assertion, the publication info about the whole; no nanopublication lacks them."""
    lacking = f"SELECT ?np {{ GRAPH ?head {{ {HEAD} }} FILTER NOT EXISTS {{ GRAPH ?{graph} {{ {pattern} }} }} }}"
    assert _rows(store, lacking) == []


def test_a_denied_or_hedged_claim_asserts_no_plain_relation(store: pyoxigraph.Store, release: Release) -> None:
    """The plain relation stands in an assertion exactly where the claim gives it, and a denial says that it is one."""
    found = defaultdict(set)
    for quad in store:
        graph = str(quad.graph_name.value) if isinstance(quad.graph_name, pyoxigraph.NamedNode) else ""
        subject = str(quad.subject.value) if isinstance(quad.subject, pyoxigraph.NamedNode) else ""
        if graph.endswith("#assertion") and not subject.startswith(PREFIXES["claim"]):
            claim = PREFIXES["claim"] + graph.rsplit("/", 1)[1].removesuffix("#assertion")
            found[subject, str(quad.predicate.value)].add(claim)
    given: dict[tuple[str, str], set[str]] = defaultdict(set)
    for (subject, predicate, _), claims in edges(release.said).items():
        given[subject, predicate] |= set(claims)
    assert found == given
    denied = set(release.facts.subjects(name("vocab:polarity"), name("vocab:denied")))
    assert denied
    assert not denied & {claim for claims in found.values() for claim in claims}


def test_safety_advice_travels_with_its_treatment(store: pyoxigraph.Store, release: Release) -> None:
    """Wherever an assertion names a treatment with safety advice, the publication info tells it."""
    treatments = release.facts.instances(name("vocab:Treatment"))
    seen = 0
    comments = defaultdict(set)
    for np, words in _rows(store, "SELECT ?np ?words { GRAPH ?g { ?np rdfs:comment ?words } }"):
        comments[np].add(words)
    named = f"GRAPH ?head {{ {HEAD} }} GRAPH ?assertion {{ ?claim a vocab:Claim ; ?p ?thing }}"
    for np, thing in _rows(store, f"SELECT DISTINCT ?np ?thing {{ {named} }}"):
        if thing in treatments:
            for advice in release.facts.resources(thing, name("vocab:hasSafetyAdvice")):
                (words,) = release.facts.texts(advice, name("vocab:adviceText"))
                assert f"Safety advice: {words}" in comments[np]
                seen += 1
    assert seen > 100


def test_no_qualifier_is_lost_and_nothing_made_up(files: Files, release: Release) -> None:
    """Read back, all that is said of claims is there."""
    found = loss(FORMAT, files, release)
    assert (found.invented, found.claims) == ((), 0)
    claims = set(release.facts.instances(name("vocab:Claim")))
    carried = set(FORMAT.read(files, release))
    assert {t for t in release.said if t[0] in claims} <= carried


def test_the_same_bytes_without_luck(files: Files, release: Release) -> None:
    """Written again it is the same, and its prefixes stand in order."""
    assert FORMAT.write(release) == files
    lines = files["nanopubs.trig"].decode("utf-8").split("\n")
    prefixes = [line for line in lines if line.startswith("@prefix ")]
    assert prefixes == sorted(prefixes)
    assert len(prefixes) == len(PREFIXES) + 2


def test_the_nanopub_package_finds_them_valid(store: pyoxigraph.Store, tmp_path: Path) -> None:
    """The nanopub library takes every twentieth, each in a file of its own, and refuses one without provenance."""
    heads = sorted(_rows(store, f"SELECT ?head ?assertion ?provenance ?pubinfo {{ GRAPH ?head {{ {HEAD} }} }}"))[::20]
    for number, graphs in enumerate([*heads, heads[0][:2] + heads[0][3:]]):
        quads = [q for graph in graphs for q in store.quads_for_pattern(None, None, None, pyoxigraph.NamedNode(graph))]
        with (tmp_path / f"{number:03}.trig").open("wb") as out:
            pyoxigraph.serialize(quads, out, format=pyoxigraph.RdfFormat.TRIG)
    code = (
        "import pathlib, sys, warnings\nwarnings.simplefilter('ignore')\nfrom nanopub import Nanopub\n"
        "for path in sorted(pathlib.Path(sys.argv[1]).glob('*.trig')):\n"
        "    try:\n        print(Nanopub(rdf=path).is_valid)\n    except Exception as error:\n"
        "        print(type(error).__name__)\n"
    )
    command = [str(tools.environment(PACKAGE)), "-c", code, str(tmp_path)]
    done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    *valid, broken = done.stdout.split()
    assert valid == ["True"] * len(heads)
    assert broken == "MalformedNanopubError"


def test_a_small_project_with_odd_words(tmp_path: Path) -> None:
    """Quotes, line breaks and other scripts in a claim come back as they were."""
    note = Literal('She said "=1";\n\\ and {Ж} # no comment', name("rdf:langString"), "en")
    triple = (name("claim:") + "two-001-01", name("vocab:curatorNote"), note)
    release = releases.small(tmp_path, triple)
    written = FORMAT.write(release)
    assert triple in set(FORMAT.read(written, release))
    assert b"/np/1.2.3/two-001-01#Head>" in written["nanopubs.trig"]
    assert b'"2026-01-31T00:00:00Z"^^xsd:dateTime' in written["nanopubs.trig"]
