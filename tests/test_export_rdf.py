"""The graph formats: each is read by other people's programs, and holds the graph, all of it and nothing else."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyld import jsonld
from rdflib import RDF, BNode, Dataset, Graph, Literal, URIRef
from rdflib.term import Node

from jdm_kg import facts, turtle
from jdm_kg.errors import OutputError
from jdm_kg.exports import Format, Release, losses, quads, rdf, rdfxml
from jdm_kg.facts import Literal as Plain
from jdm_kg.facts import Triple
from jdm_kg.iris import BASE, PREFIXES, is_own, name
from jdm_kg.reason.claims import edges
from tests import tools
from tests.releases import real, small
from tests.test_turtle import _TRIPLES, EX, canonical

FORMATS = {fmt.name: fmt for fmt in (*rdf.FORMATS, *quads.FORMATS, *rdfxml.FORMATS)}
FILES = [file for fmt in FORMATS.values() for file in fmt.files]
GRAPHS = [file for file in FILES if not file.endswith(".trig")]
JSONLD = [file for file in FILES if file.endswith(".jsonld")]
ASSERTED = {file for fmt in FORMATS.values() if fmt.asserted for file in fmt.files}
TRIG = "jdm-kg.trig"
OWL_FILE = "jdm-kg-asserted.owl"
_RDFLIB = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "owl": "xml"}
_OXIGRAPH = {
    "ttl": pyoxigraph.RdfFormat.TURTLE,
    "nt": pyoxigraph.RdfFormat.N_TRIPLES,
    "jsonld": pyoxigraph.RdfFormat.JSON_LD,
    "trig": pyoxigraph.RdfFormat.TRIG,
    "owl": pyoxigraph.RdfFormat.RDF_XML,
}
# A kind of file, and the parsers of tests/js/read_rdf.mjs that read it.
_JAVASCRIPT = {"ttl": ["n3"], "nt": ["n3"], "trig": ["n3"], "jsonld": ["jsonldjs", "streaming"]}


def _ending(file: str) -> str:
    return file.rsplit(".", 1)[-1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graph formats of the real content."""
    out = tmp_path_factory.mktemp("rdf")
    for fmt in FORMATS.values():
        for file, content in fmt.write(real()).items():
            (out / file).write_bytes(content)
    return out


@pytest.fixture(scope="module")
def expected(folder: Path) -> dict[str, set[str]]:
    """What each file holds: the graph as sorted N-Triples has it; of TriG, what pyoxigraph reads."""
    graphs = {False: turtle.to_ntriples(real().full), True: turtle.to_ntriples(real().asserted)}
    sets = {kind: canonical(text, pyoxigraph.RdfFormat.N_TRIPLES) for kind, text in graphs.items()}
    found = {file: sets[file in ASSERTED] for file in GRAPHS}
    return {**found, TRIG: canonical((folder / TRIG).read_text(encoding="utf-8"), pyoxigraph.RdfFormat.TRIG)}


@pytest.mark.parametrize("file", GRAPHS)
def test_pyoxigraph_reads_the_graph(folder: Path, expected: dict[str, set[str]], file: str) -> None:
    """Each file holds the full or the asserted graph, as pyoxigraph reads it."""
    assert canonical((folder / file).read_text(encoding="utf-8"), _OXIGRAPH[_ending(file)]) == expected[file]


def test_named_graphs_together_are_the_full_graph(folder: Path, expected: dict[str, set[str]]) -> None:
    """The named graphs of the TriG file make up the full graph; its default graph speaks of these only."""
    found = list(pyoxigraph.parse((folder / TRIG).read_bytes(), format=pyoxigraph.RdfFormat.TRIG))
    default = [quad for quad in found if quad.graph_name == pyoxigraph.DefaultGraph()]
    union = pyoxigraph.Dataset(
        pyoxigraph.Quad(quad.subject, quad.predicate, quad.object) for quad in found if quad not in default
    )
    union.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    assert {str(quad) for quad in union} == expected["jdm-kg.nt"]
    assert {quad.subject for quad in default} == {quad.graph_name for quad in found} - {pyoxigraph.DefaultGraph()}


@pytest.mark.parametrize("file", GRAPHS)
def test_rdflib_reads_the_graph(folder: Path, expected: dict[str, set[str]], file: str) -> None:
    """Rdflib reads each file as the same triples."""
    # rdflib may rewrite lexical forms when it parses; the content uses none that it would change.
    read = Graph().parse(folder / file, format=_RDFLIB[_ending(file)])
    assert canonical(turtle.to_ntriples(read), pyoxigraph.RdfFormat.N_TRIPLES) == expected[file]


@pytest.mark.filterwarnings("ignore:Dataset.*deprecated:DeprecationWarning")  # rdflib's own use of itself
def test_rdflib_reads_the_named_graphs(folder: Path, expected: dict[str, set[str]]) -> None:
    """Rdflib reads the TriG file as the same quads."""
    read = Dataset().parse(folder / TRIG, format="trig")
    assert canonical(read.serialize(format="nquads"), pyoxigraph.RdfFormat.N_QUADS) == expected[TRIG]


@pytest.mark.parametrize("file", JSONLD)
def test_pyld_reads_the_graph(folder: Path, expected: dict[str, set[str]], file: str) -> None:
    """PyLD reads the JSON-LD as the same triples, without any context from elsewhere."""

    def refuse(url: str, _: object) -> object:
        raise AssertionError(f"the file asks for {url}")

    document = json.loads((folder / file).read_bytes())
    nquads = jsonld.to_rdf(document, {"format": "application/n-quads", "documentLoader": refuse})
    assert canonical(nquads, pyoxigraph.RdfFormat.N_QUADS) == expected[file]


@pytest.fixture(scope="module")
def javascript(folder: Path) -> Path:
    """What n3.js, jsonld.js and jsonld-streaming-parser read, as N-Quads."""
    tools.node("read_rdf.mjs", folder, *(folder / file for file in FILES))
    return folder


@pytest.mark.parametrize(
    ("file", "parser"), [(file, parser) for file in FILES for parser in _JAVASCRIPT.get(_ending(file), [])]
)
def test_javascript_reads_the_graph(javascript: Path, expected: dict[str, set[str]], file: str, parser: str) -> None:
    """The parsers of JavaScript read each file as the same statements; the streaming one in its strict mode."""
    text = (javascript / f"{file}.{parser}.nq").read_text(encoding="utf-8")
    assert canonical(text, pyoxigraph.RdfFormat.N_QUADS) == expected[file]


@pytest.fixture(scope="module")
def jena(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What Apache Jena reads of each file, as N-Quads; all in one start of Java, warnings being errors."""
    marks = tmp_path_factory.mktemp("marks")
    inputs: list[Path] = []
    for number, file in enumerate(FILES):
        mark = marks / f"{number}.nt"
        mark.write_text(f"<urn:mark:{number}> <urn:mark:starts> <urn:mark:{number}> .\n", encoding="utf-8")
        inputs += [mark, folder / file]
    parts = tools.riot("--strict", "--output=nquads", *inputs).split("<urn:mark:starts>")
    return {file: _without_marks(part) for file, part in zip(FILES, parts[1:], strict=True)}


def _without_marks(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True)[1:] if not line.startswith("<urn:mark:"))


@pytest.mark.parametrize("file", FILES)
def test_jena_reads_the_graph(jena: dict[str, str], expected: dict[str, set[str]], file: str) -> None:
    """Apache Jena's riot reads each file as the same statements, without a warning."""
    assert canonical(jena[file], pyoxigraph.RdfFormat.N_QUADS) == expected[file]


@pytest.mark.parametrize("fmt", FORMATS.values(), ids=FORMATS)
def test_loss_is_what_the_graph_has_more(folder: Path, fmt: Format) -> None:
    """The full formats lose nothing, the asserted ones what is derived, and none invents anything."""
    release = real()
    loss = losses.loss(fmt, {file: (folder / file).read_bytes() for file in fmt.files}, release)
    assert loss.invented == ()
    assert loss.lost == (len(release.full) - len(release.asserted) if fmt.asserted else 0)
    assert loss.claims == 0


# Where a statement stands in TriG ----------------------------------------------------------------------------------


def _graphs(content: bytes) -> dict[str, set[Triple]]:
    """The named graphs, each by the last part of its name."""
    found: dict[str, set[Triple]] = {}
    for quad in pyoxigraph.parse(content, format=pyoxigraph.RdfFormat.TRIG):
        if isinstance(quad.graph_name, pyoxigraph.NamedNode):
            key = quad.graph_name.value.removeprefix(BASE + "graph/")
            found.setdefault(key, set()).update(facts.convert([quad]))
    return found


def test_each_statement_stands_with_its_source(folder: Path) -> None:
    """Records stand in the graph of their document, edges in those of the documents that state them, and so on."""
    release = real()
    said = release.said
    graphs = _graphs((folder / TRIG).read_bytes())
    documents = said.instances(name("vocab:SourceDocument"))
    of_documents = {document: graphs[document.removeprefix(BASE)] for document in documents}
    assert set(graphs) == {"schema", "curated", "inferred"} | {document.removeprefix(BASE) for document in documents}

    def sources(record: str) -> set[str]:
        passages = said.resources(record, name("vocab:restsOn"))
        return {document for one in passages for document in said.resources(one, name("vocab:inSource"))}

    for claim in said.subjects(name("rdf:type"), name("vocab:Claim")):
        assert {d for d, graph in of_documents.items() if any(s == claim for s, _, _ in graph)} == sources(claim), claim
    for edge, claims in edges(said).items():
        assert {d for d, graph in of_documents.items() if edge in graph} == {d for c in claims for d in sources(c)}
    assert graphs["inferred"] == set(release.facts) - set(said) - {t for t in release.facts if _is_blank(t)}
    assert all(is_own(s) and not s.startswith(PREFIXES["vocab"]) for s, _, _ in graphs["curated"])
    assert not any(s.startswith((PREFIXES["id"], PREFIXES["claim"])) for s, _, _ in graphs["schema"])


def _is_blank(triple: Triple) -> bool:
    return any(isinstance(term, str) and term.startswith("_:") for term in triple)


def test_document_with_the_name_of_another_graph_keeps_its_own(tmp_path: Path) -> None:
    """A source document that is called schema does not get into the graph of the schema."""
    document = PREFIXES["source"] + "schema"
    label = (document, name("skos:prefLabel"), Plain("odd", name("rdf:langString"), "en"))
    release = small(tmp_path, (document, name("rdf:type"), name("vocab:SourceDocument")), label)
    (content,) = FORMATS["trig"].write(release).values()
    graphs = _graphs(content)
    assert label in graphs["source/schema"]
    assert label not in graphs["schema"]


def test_blank_node_in_two_graphs_stays_one(tmp_path: Path) -> None:
    """What leads from a thing to a node without a name, which stands with the schema, still leads there."""
    thing, shared = PREFIXES["id"] + "plip", "_:shared"
    more: list[Triple] = [(thing, name("rdf:type"), shared), (shared, name("rdf:type"), name("owl:Class"))]
    release = small(tmp_path, *more)
    (content,) = FORMATS["trig"].write(release).values()
    read = set(FORMATS["trig"].read({TRIG: content}, release))
    (blank,) = {o for s, p, o in read if s == thing and isinstance(o, str) and o.startswith("_:")}
    assert (blank, name("rdf:type"), name("owl:Class")) in read


def test_nothing_derived_makes_no_graph(tmp_path: Path) -> None:
    """Where nothing is derived there is no graph of inferences, and the default graph does not speak of one."""
    given = small(tmp_path)
    release = Release(given.asserted, given.asserted, "1")
    (content,) = FORMATS["trig"].write(release).values()
    assert "inferred" not in _graphs(content)
    assert b"graph/inferred" not in content


# Writing any graph -------------------------------------------------------------------------------------------------


def _graph(triples: Iterable[tuple[Node, Node, Node]]) -> Graph:
    graph = turtle.new_graph()
    for triple in triples:
        graph.add(triple)
    return graph


def _fits_xml(triples: Iterable[tuple[Node, Node, Node]]) -> bool:
    """Whether every predicate ends in a name and every text is of characters that XML 1.0 allows."""
    return all(
        rdfxml._LOCAL.search(str(p)) and not (isinstance(o, Literal) and rdfxml._NOT_IN_XML.search(o))
        for _, p, o in triples
    )


_LIST = [
    (URIRef(EX + "s"), URIRef(EX + "p"), BNode("b1")),
    (BNode("b1"), RDF.first, BNode("b2")),
    (BNode("b1"), RDF.rest, BNode("b3")),
    (BNode("b3"), RDF.first, URIRef(EX + "m")),
    (BNode("b3"), RDF.rest, RDF.nil),
    (BNode("b2"), RDF.type, URIRef(EX + "C")),
]
_AMPERSAND = [
    (URIRef(EX + "a?b&c='d'"), RDF.type, URIRef(EX + "x?y&z")),
    (URIRef(EX), RDF.value, Literal(" a\r\n]]>&<")),
]
_RESERVED = [(URIRef(EX), RDF.type, URIRef(str(RDF) + "Description")), (URIRef(EX), RDF.type, URIRef(EX + "1"))]


@settings(max_examples=100)
@given(st.lists(_TRIPLES, max_size=12))
@example(_LIST)
@example(_AMPERSAND)
@example(_RESERVED)
@example([(BNode("b1"), RDF.value, BNode("b1"))])
def test_any_graph_is_written_as_rdfxml_or_refused(triples: list[tuple[Node, Node, Node]]) -> None:
    """A strict parser reads back the same triples, with lexical forms; what XML can't carry is refused, and no more."""
    graph = _graph(triples)
    try:
        written = rdfxml.write(graph, title="two -- \nlines", sections=[(PREFIXES["id"], "things")])
    except OutputError:
        assert not _fits_xml(graph)
        return
    assert _fits_xml(graph)
    expected = canonical(turtle.to_ntriples(graph), pyoxigraph.RdfFormat.N_TRIPLES)
    assert canonical(written, pyoxigraph.RdfFormat.RDF_XML) == expected


@pytest.mark.parametrize(
    ("predicate", "text", "told"),
    [
        (EX + "1", "", "names of XML elements"),
        (str(RDF) + "li", "", "names of XML elements"),
        (EX + "p", "a\x0bb", r"U\+000B"),
    ],
)
def test_what_rdfxml_has_no_room_for_is_told(predicate: str, text: str, told: str) -> None:
    """A predicate that is no name, one that the syntax has for itself, and a control character are refused in words."""
    with pytest.raises(OutputError, match=told):
        rdfxml.write(_graph([(URIRef(EX), URIRef(predicate), Literal(text))]))


def _named(graph: str) -> pyoxigraph.NamedNode | pyoxigraph.DefaultGraph:
    return pyoxigraph.NamedNode(graph) if graph else pyoxigraph.DefaultGraph()


_NAMED = st.lists(st.tuples(st.sampled_from(["", EX + "g", BASE + "graph/h"]), _TRIPLES), max_size=12)


@settings(max_examples=100)
@given(_NAMED)
@example([("", (URIRef(EX), RDF.value, Literal("\u2028a\x85\n}"))), (EX + "g", (URIRef(EX), RDF.value, Literal("}")))])
@example([(EX + "g", (URIRef(EX), RDF.value, BNode("b1"))), (EX + "h", (BNode("b1"), RDF.value, Literal("x")))])
def test_any_dataset_is_written_as_trig(given: list[tuple[str, tuple[Node, Node, Node]]]) -> None:
    """A strict parser reads back the same quads, blank nodes shared between graphs included."""
    named = {graph: _graph(triple for other, triple in given if other == graph) for graph, _ in given}
    written = turtle.to_trig(list(named.items()), title="t", sections=[(PREFIXES["id"], "things")])
    expected = pyoxigraph.Dataset(
        pyoxigraph.Quad(quad.subject, quad.predicate, quad.object, _named(graph))
        for graph, triples in named.items()
        for quad in turtle.quads(triples)
    )
    expected.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    assert canonical(written, pyoxigraph.RdfFormat.TRIG) == {str(quad) for quad in expected}


@settings(max_examples=50)
@given(st.lists(_TRIPLES, max_size=8).filter(_fits_xml))
def test_equal_graphs_give_equal_rdfxml(triples: list[tuple[Node, Node, Node]]) -> None:
    """The order of insertion and the names of blank nodes leave no trace."""
    names: dict[Node, Node] = {}

    def renamed(term: Node) -> Node:
        return names.setdefault(term, BNode()) if isinstance(term, BNode) else term

    other = _graph((renamed(s), p, renamed(o)) for s, p, o in reversed(triples))
    assert rdfxml.write(_graph(triples)) == rdfxml.write(other)


# OWL ---------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def robot(folder: Path) -> Path:
    """What ROBOT makes of the file for it: a report, a comparison with N-Triples, and the verdict of two reasoners."""
    # HermiT classifies the schema here, for with all things that takes it minutes; for these, see below.
    tools.robot(
        *("report", "--input", folder / OWL_FILE, "--fail-on", "none", "--output", folder / "report.tsv"),
        *("diff", "--left", folder / OWL_FILE, "--right", folder / "jdm-kg-asserted.nt"),
        *("--output", folder / "diff.txt"),
        *("reason", "--reasoner", "ELK", "remove", "--select", "individuals", "reason", "--reasoner", "hermit"),
    )
    return folder


def test_robot_and_both_reasoners_accept_the_file(robot: Path) -> None:
    """ROBOT loads the file; ELK finds it consistent and no class empty, and so does HermiT of the schema."""
    assert (robot / "report.tsv").exists()


def test_owl_api_sees_the_same_ontology_in_rdfxml_and_ntriples(robot: Path) -> None:
    """RDF/XML and N-Triples give the OWL API the same axioms."""
    assert (robot / "diff.txt").read_text(encoding="utf-8").strip() == "Ontologies are identical"


def test_report_has_no_error_but_of_labels(robot: Path) -> None:
    """ROBOT's report has no ERROR but two customs of other ontologies that this one does not share."""
    with (robot / "report.tsv").open(encoding="utf-8", newline="") as lines:
        errors = [row for row in csv.DictReader(lines, delimiter="\t") if row["Level"] == "ERROR"]
    by_rule = {rule: [row["Subject"] for row in errors if row["Rule Name"] == rule] for rule in _CUSTOMS}
    assert {row["Rule Name"] for row in errors} <= by_rule.keys()
    # It wants rdfs:label; that is for terms of the schema, and things have skos:prefLabel, one for each language.
    assert [
        node for node in by_rule["missing_label"] if node.startswith(PREFIXES["vocab"]) and not _is_value(node)
    ] == []
    # Within the schema a class and the property that leads to it may be called the same.
    alike = {node.casefold() for node in by_rule["duplicate_label"]}
    assert len(by_rule["duplicate_label"]) == 2 * len(alike)


_CUSTOMS = ("missing_label", "duplicate_label")


def _is_value(node: str) -> bool:
    """Whether a term of the vocabulary is an individual."""
    return bool(real().said.texts(node, name("skos:prefLabel")))


def test_hermit_finds_the_file_consistent(folder: Path) -> None:
    """HermiT finds the whole file consistent, things and claims included.

    It is told to pass over the few literals of xsd:date and xsd:gYearMonth, which OWL 2 does not have.
    """
    said = tools.java(tools.jars("robot"), _HERMIT, *_CONSISTENT, (folder / OWL_FILE).as_uri())
    assert "is satisfiable" in said


_HERMIT = "org.semanticweb.HermiT.cli.CommandLine"
_CONSISTENT = ("--ignoreUnsupportedDatatypes", "--consistency")


def test_only_dates_leave_owl_2_dl(folder: Path) -> None:
    """The OWL API finds the file within OWL 2 DL, but for literals of xsd:date and xsd:gYearMonth."""
    report = folder / "profile.txt"
    with pytest.raises(AssertionError, match="PROFILE VIOLATION"):
        tools.robot("validate-profile", "--profile", "DL", "--input", folder / OWL_FILE, "--output", report)
    title, *violations = report.read_text(encoding="utf-8").strip().splitlines()
    assert title.startswith("OWL 2 DL Profile Report")
    kinds = ("Use of undeclared datatype: xsd:", "Use of defined datatype in datatype restriction ")
    assert violations
    assert [line for line in violations if not line.startswith(kinds)] == []
    assert [line for line in violations if "xsd:date [" not in line and "xsd:gYearMonth [" not in line] == []


def test_contradiction_is_noticed(tmp_path: Path) -> None:
    """Of a file in which a thing is of two disjoint kinds, ELK and HermiT say that it is not consistent."""
    plip = URIRef(PREFIXES["id"] + "plip")
    wrong = _graph(small(tmp_path).asserted) + _graph([(plip, RDF.type, URIRef(name("vocab:Medicine")))])
    path = tmp_path / "wrong.owl"
    path.write_text(rdfxml.write(wrong), encoding="utf-8")
    with pytest.raises(AssertionError, match="inconsistent"):
        tools.robot("reason", "--reasoner", "ELK", "--input", path)
    with pytest.raises(AssertionError, match="Inconsistent"):
        tools.java(tools.jars("robot"), _HERMIT, *_CONSISTENT, path.as_uri())
