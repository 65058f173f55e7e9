"""Loading the folder of Turtle files, and deriving the direct edges from the claims."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef
from rdflib.term import Node

from jdm_kg import turtle
from jdm_kg.errors import InputError
from jdm_kg.turtle import Place, Places, Triple
from jdm_kg.vocab import BASE, PREFIXES

MAPPINGS_FILE = "mappings.sssom.tsv"
_MAPPING_PREDICATES = {
    f"skos:{name}": SKOS[name] for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
}


def find_root(start: Path | None = None) -> Path:
    """The folder that holds `ontology/` and `shapes/`.

    Args:
        start: Take this folder and no other.

    Returns:
        `start` if given; else the working folder if it holds `ontology/`; else the checkout that the package runs
        from; else the content that the wheel carries.

    Raises:
        InputError: There is no such folder, or it holds no `ontology/`.
    """
    package = Path(__file__).resolve().parent
    candidates = [start] if start else [Path.cwd(), package.parent, package / "_data"]
    for folder in candidates:
        if (folder / "ontology").is_dir():
            return folder
    raise InputError(
        "there is no folder 'ontology' here",
        candidates[0],
        hint="Run the command in a checkout of the project, or name its folder with --root.",
    )


def content_files(root: Path) -> list[Path]:
    """All Turtle files below `ontology/`, schema first, then sorted by path.

    Raises:
        InputError: The folder is missing or holds no Turtle file.
    """
    folder = root / "ontology"
    if not folder.is_dir():
        raise InputError("there is no folder 'ontology' here", root, hint="Name the folder of the project with --root.")
    files = sorted(folder.rglob("*.ttl"), key=lambda path: (path.name != "schema.ttl", path.as_posix()))
    if not files:
        raise InputError("the folder holds no Turtle file", folder, hint="Restore it from version control.")
    return files


def load(root: Path) -> Graph:
    """The asserted graph: everything that curators wrote, the mappings, and the direct edges of the claims.

    Args:
        root: The folder that holds `ontology/`.

    Raises:
        InputError: A file can't be read or parsed.
    """
    graph = load_authored(root)
    for triple in derive_edges(graph):
        graph.add(triple)
    return graph


def load_authored(root: Path) -> Graph:
    """What curators wrote, and the mappings; without the edges that are derived from claims.

    Raises:
        InputError: A file can't be read or parsed.
    """
    graph = turtle.new_graph()
    for path in content_files(root):
        for triple in turtle.parse(path):
            graph.add(triple)
    mappings = root / "ontology" / MAPPINGS_FILE
    if mappings.is_file():
        for triple in read_mappings(mappings):
            graph.add(triple)
    return graph


def derive_edges(graph: Graph) -> Graph:
    """The direct edges that the claims of a graph give, by the one CONSTRUCT in `edges.rq`.

    Args:
        graph: Claims and schema; it is not changed.
    """
    query = resources.files("jdm_kg").joinpath("edges.rq").read_text(encoding="utf-8")
    edges = turtle.new_graph()
    found = graph.query(query).graph
    for triple in found if found is not None else ():
        edges.add(triple)
    return edges


def read_mappings(path: Path) -> Iterator[Triple]:
    """The SKOS mapping triples of an SSSOM/TSV file with its metadata embedded as comments.

    Source: SSSOM 1.0, "The SSSOM/TSV format".

    Raises:
        InputError: A column is missing, a prefix is not in the file's `curie_map`, or a predicate is no SKOS mapping
            relation; the line says where.
    """
    lines = turtle.read_text(path).splitlines()
    header = [line for line in lines if line.startswith("#")]
    prefixes = dict(re.findall(r"^#\s{2,}([A-Za-z0-9_.]+):\s*\"?(\S+?)\"?\s*$", "\n".join(header), flags=re.MULTILINE))
    reader = csv.DictReader(io.StringIO("\n".join(lines[len(header) :])), delimiter="\t", quoting=csv.QUOTE_NONE)
    missing = {"subject_id", "predicate_id", "object_id"} - set(reader.fieldnames or ())
    if missing:
        raise InputError(f"column {', '.join(sorted(missing))} is missing", path, len(header) + 1)

    def expand(curie: str | None, line: int) -> URIRef:
        prefix, colon, local = (curie or "").partition(":")
        if not colon or prefix not in prefixes:
            raise InputError(
                f"'{curie}' has no prefix that the curie_map at the top of the file declares",
                path,
                line,
                hint="Add the prefix to the curie_map, or correct the identifier.",
            )
        return URIRef(prefixes[prefix] + local)

    for line, row in enumerate(reader, start=len(header) + 2):
        predicate = _MAPPING_PREDICATES.get(row["predicate_id"] or "")
        if predicate is None:
            raise InputError(
                f"'{row['predicate_id']}' is not a mapping relation",
                path,
                line,
                hint=f"Use one of {', '.join(sorted(_MAPPING_PREDICATES))}.",
            )
        yield expand(row["subject_id"], line), predicate, expand(row["object_id"], line)


class Locator:
    """Finds where triples and subjects stand in the files below `ontology/`; reads them when first asked."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._places: list[Places] | None = None

    def find(self, subject: Node, predicate: Node | None = None, obj: Node | None = None) -> Place | None:
        """The place of the triple; of one with the same subject and predicate; of the subject; or None."""
        if self._places is None:
            self._places = [turtle.places(path) for path in content_files(self._root)]
        for places in self._places:
            if predicate is not None and obj is not None and (subject, predicate, obj) in places.triples:
                return places.triples[subject, predicate, obj]
        for places in self._places:
            if predicate is not None:
                same = [place for (s, p, _), place in places.triples.items() if (s, p) == (subject, predicate)]
                if same:
                    return min(same)
        return next((places.subjects[subject] for places in self._places if subject in places.subjects), None)


def is_own(term: Node) -> bool:
    """Whether a term is an IRI in a namespace of the project."""
    return isinstance(term, URIRef) and term.startswith(BASE)


def shorten(term: Node) -> str:
    """An IRI as `prefix:name` where a prefix of the project fits; other terms as they are in N-Triples."""
    if isinstance(term, URIRef):
        for prefix, namespace in PREFIXES.items():
            if term.startswith(namespace) and re.fullmatch(r"[\w.-]+", term[len(namespace) :]):
                return f"{prefix}:{term[len(namespace) :]}"
        return f"<{term}>"
    return str(term.n3())


def label(graph: Graph, term: Node) -> str:
    """The English preferred label of a thing, or its short IRI."""
    for predicate in (SKOS.prefLabel, RDFS.label):
        for value in sorted(graph.objects(term, predicate), key=str):
            return str(value)
    return shorten(term)


def superclasses(graph: Graph, cls: Node) -> set[Node]:
    """A class and all classes above it, following `rdfs:subClassOf`."""
    return {node for node in graph.transitive_objects(cls, RDFS.subClassOf) if node is not None}


def instances(graph: Graph, cls: URIRef) -> list[Node]:
    """All individuals of a class or of one below it, sorted by IRI."""
    found: set[Node] = set()
    for sub in graph.transitive_subjects(RDFS.subClassOf, cls):
        found.update(graph.subjects(RDF.type, sub))
    return sorted(found - set(graph.subjects(RDF.type, OWL.Class)), key=str)
