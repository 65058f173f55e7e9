"""The dataset and its files in RDF: how much of what it holds, to what it links, from which documents it was made.

Sources: Describing Linked Datasets with the VoID Vocabulary (W3C Interest Group Note); Data Catalog Vocabulary (DCAT)
version 3 and PROV-O (W3C Recommendations); SPDX for digests.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import pyoxigraph

from jdm_kg.exports import common, dataset
from jdm_kg.exports.claims import claims, conditions
from jdm_kg.exports.curies import mappings, vocabularies
from jdm_kg.exports.media import media_type
from jdm_kg.exports.serialized import order, serialized
from jdm_kg.exports.table import Files, Release
from jdm_kg.facts import Facts, Literal, Term, Triple, quad_of
from jdm_kg.iris import BASE, PREFIXES, is_own, name, shorten

FILE = "void.ttl"
DATASET = BASE
"""The IRI of the dataset."""

_HERE = BASE + FILE + "#"
_FOREIGN = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "void": "http://rdfs.org/ns/void#",
}
_DCAT, _FOAF, _SPDX, _VOID = _FOREIGN.values()
_ENGLISH = "http://id.loc.gov/vocabulary/iso639-1/en"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
# Source: Unique URIs for File Formats (W3C).
_FEATURES = {
    "jsonld": "http://www.w3.org/ns/formats/JSON-LD",
    "nt": "http://www.w3.org/ns/formats/N-Triples",
    "rdf": "http://www.w3.org/ns/formats/RDF_XML",
    "trig": "http://www.w3.org/ns/formats/TriG",
    "ttl": "http://www.w3.org/ns/formats/Turtle",
}
_TYPE = name("rdf:type")
_TITLE = name("dcterms:title")
_DESCRIPTION = name("dcterms:description")
_LICENSE = name("dcterms:license")
_IDENTIFIER = name("dcterms:identifier")
_LABEL = name("rdfs:label")


def write(release: Release, files: Files, engine: str) -> bytes:
    """The description.

    Args:
        release: What the files were made from.
        files: The files to describe.
        engine: Version of the package that made them.
    """
    graph = release.facts
    triples: set[Triple] = set()
    for part in (
        _dataset(release),
        _partitions(graph),
        _linksets(graph),
        _origin(release, engine),
        _distributions(release, files),
    ):
        triples.update(part)
    preface = f"# jdm-kg {release.version}: what the dataset holds and of which files it consists.\n"
    preface += f"# {common.DISCLAIMER}\n# Text under {common.LICENSE}. Generated."
    prefixes = {**PREFIXES, **_FOREIGN}
    quads = [quad_of(triple) for triple in sorted(triples, key=order)]
    return serialized(quads, pyoxigraph.RdfFormat.TURTLE, prefixes, preface)


def _dataset(release: Release) -> Iterator[Triple]:
    graph = release.facts
    head = common.header(graph)
    yield _HERE + "description", _TYPE, _VOID + "DatasetDescription"
    yield _HERE + "description", _FOAF + "primaryTopic", DATASET
    yield _HERE + "description", _TITLE, _english("Description of the dataset and its files")
    for cls in (_VOID + "Dataset", _DCAT + "Dataset"):
        yield DATASET, _TYPE, cls
    yield DATASET, _TITLE, _english(dataset.title(release))
    yield DATASET, _DESCRIPTION, _english(dataset.description(release))
    yield from _agent("creator", head.creator)
    yield from _agent("publisher", head.publisher)
    yield DATASET, _LICENSE, common.LICENSE_URL
    yield DATASET, name("dcterms:rights"), _english(head.rights or f"{common.LICENSE}. {common.DISCLAIMER}")
    yield DATASET, name("dcterms:language"), _ENGLISH
    yield DATASET, _IDENTIFIER, _string(DATASET)
    yield DATASET, _DCAT + "landingPage", BASE
    yield DATASET, _DCAT + "version", _string(release.version)
    if head.citation:
        yield DATASET, name("dcterms:bibliographicCitation"), _english(head.citation)
    if release.modified:
        yield DATASET, name("dcterms:modified"), Literal(release.modified, name("xsd:date"))
    yield DATASET, _VOID + "uriSpace", _string(BASE)
    for condition in conditions(graph, claims(graph))[:1]:
        yield DATASET, _VOID + "exampleResource", condition
    asserted = _HERE + "asserted"
    yield DATASET, _VOID + "subset", asserted
    yield asserted, _TYPE, _VOID + "Dataset"
    yield asserted, _TITLE, _english("What curators and documents say, without what follows from it")
    yield asserted, _VOID + "triples", _count(len(release.said))


def _agent(role: str, label: str) -> Iterator[Triple]:
    agent = f"{_HERE}{role}"
    yield DATASET, name(f"dcterms:{role}"), agent
    yield agent, _TYPE, _FOAF + "Agent"
    yield agent, _FOAF + "name", _english(label or "jdm-kg")


def _partitions(graph: Facts) -> Iterator[Triple]:
    """Counts of the full graph: as a whole, for each class, for each property."""
    uses: Counter[str] = Counter()
    subjects: dict[str, set[str]] = defaultdict(set)
    objects: dict[str, set[Term]] = defaultdict(set)
    for subject, predicate, obj in graph:
        uses[predicate] += 1
        subjects[predicate].add(subject)
        objects[predicate].add(obj)
    members = {cls: len(nodes) for cls, nodes in graph.inverse(_TYPE).items() if isinstance(cls, str)}
    entities = [node for node in graph.nodes if is_own(node) and not node.startswith(PREFIXES["vocab"])]
    yield DATASET, _VOID + "triples", _count(len(graph))
    yield DATASET, _VOID + "entities", _count(len(entities))
    yield DATASET, _VOID + "classes", _count(len(members))
    yield DATASET, _VOID + "properties", _count(len(uses))
    yield DATASET, _VOID + "distinctSubjects", _count(len(graph.nodes))
    yield DATASET, _VOID + "distinctObjects", _count(len(set().union(*objects.values())))
    for cls, count in members.items():
        part = _HERE + "class-" + _local(cls)
        yield DATASET, _VOID + "classPartition", part
        yield part, _TYPE, _VOID + "Dataset"
        yield part, _VOID + "class", cls
        yield part, _VOID + "entities", _count(count)
    for predicate, count in uses.items():
        part = _HERE + "property-" + _local(predicate)
        yield DATASET, _VOID + "propertyPartition", part
        yield part, _TYPE, _VOID + "Dataset"
        yield part, _VOID + "property", predicate
        yield part, _VOID + "triples", _count(count)
        yield part, _VOID + "distinctSubjects", _count(len(subjects[predicate]))
        yield part, _VOID + "distinctObjects", _count(len(objects[predicate]))
    terms = [*members, *uses]
    for namespace in PREFIXES.values():
        if any(term.startswith(namespace) for term in terms):
            yield DATASET, _VOID + "vocabulary", namespace


def _linksets(graph: Facts) -> Iterator[Triple]:
    """One for each terminology of others and mapping relation."""
    found = mappings(graph)
    known = vocabularies(target for _, _, target in found)
    counts = Counter((known[target], relation) for _, relation, target in found)
    for (vocabulary, relation), count in counts.items():
        target = f"{_HERE}target-{vocabulary.prefix}"
        links = f"{_HERE}links-{vocabulary.prefix}-{relation.partition(':')[2]}"
        yield DATASET, _VOID + "subset", links
        yield links, _TYPE, _VOID + "Linkset"
        yield links, _VOID + "subjectsTarget", DATASET
        yield links, _VOID + "objectsTarget", target
        yield links, _VOID + "linkPredicate", name(relation)
        yield links, _VOID + "triples", _count(count)
        yield target, _TYPE, _VOID + "Dataset"
        yield target, _TITLE, _english(vocabulary.title)
        yield target, _VOID + "uriSpace", _string(vocabulary.namespace)


def _origin(release: Release, engine: str) -> Iterator[Triple]:
    """The documents, and the run of the program that made the files."""
    activity, agent = _HERE + "generation", _HERE + "engine"
    yield DATASET, name("prov:wasGeneratedBy"), activity
    yield activity, _TYPE, name("prov:Activity")
    yield activity, _LABEL, _english("generation of the exports")
    yield activity, name("prov:wasAssociatedWith"), agent
    yield agent, _TYPE, name("prov:SoftwareAgent")
    yield agent, _LABEL, _english(f"jdm-kg {engine}")
    yield agent, name("owl:versionInfo"), _string(engine)
    told = ("lastReviewed", "nextReviewDue", "staleFrom", "reviewStatus", "sourceLicense", "sha256", "byteCount")
    for source in common.sources(release.facts):
        node = source.iri
        yield DATASET, name("dcterms:source"), node
        yield DATASET, name("prov:wasDerivedFrom"), node
        yield activity, name("prov:used"), node
        yield node, _TYPE, _FOAF + "Document"
        yield node, _LABEL, _english(source.label)
        if source.title:
            yield node, _TITLE, _english(source.title)
        for curie in told:
            for value in release.facts.objects(node, name(f"vocab:{curie}")):
                yield node, name(f"vocab:{curie}"), value
        if source.license:
            yield node, _LICENSE, source.license
        if source.address:
            yield node, _FOAF + "page", source.address
        if source.publisher:
            yield node, name("dcterms:publisher"), source.publisher
            yield source.publisher, _LABEL, _english(common.label(release.facts, source.publisher))
        state = f"Review on {release.as_of}: {source.freshness(release.as_of)}." if release.as_of else ""
        if state:
            yield node, name("rdfs:comment"), _english(state)
        yield from _checksum(node, f"{_HERE}checksum-{_local(node)}", source.sha256)


def _distributions(release: Release, files: Files) -> Iterator[Triple]:
    for path, content in files.items():
        node = f"{_HERE}file/{path}"
        yield DATASET, _DCAT + "distribution", node
        yield node, _TYPE, _DCAT + "Distribution"
        yield node, _TITLE, _string(path)
        yield node, _IDENTIFIER, _string(path)
        yield node, _DCAT + "accessURL", BASE
        yield node, _DCAT + "mediaType", _MEDIA_TYPES + media_type(path.removesuffix(".gz"))
        if path.endswith(".gz"):
            yield node, _DCAT + "compressFormat", _MEDIA_TYPES + media_type(path)
        yield node, _DCAT + "byteSize", Literal(str(len(content)), name("xsd:nonNegativeInteger"))
        yield node, _LICENSE, common.LICENSE_URL
        if release.modified:
            yield node, name("dcterms:modified"), Literal(release.modified, name("xsd:date"))
        ending = path.rpartition(".")[2]
        if ending in _FEATURES:
            yield DATASET, _VOID + "feature", _FEATURES[ending]
        yield from _checksum(node, f"{_HERE}checksum-file/{path}", hashlib.sha256(content).hexdigest())


def _checksum(node: str, checksum: str, digest: str) -> Iterable[Triple]:
    return (
        (node, _SPDX + "checksum", checksum),
        (checksum, _TYPE, _SPDX + "Checksum"),
        (checksum, _SPDX + "algorithm", _SPDX + "checksumAlgorithm_sha256"),
        (checksum, _SPDX + "checksumValue", Literal(digest, name("xsd:hexBinary"))),
    )


def _local(iri: str) -> str:
    """An IRI as a part of another."""
    short = shorten(iri)
    return hashlib.sha256(iri.encode()).hexdigest()[:12] if short.startswith("<") else short.replace(":", "-")


def _english(text: str) -> Literal:
    return Literal(text, name("rdf:langString"), common.LANGUAGE)


def _string(text: str) -> Literal:
    return Literal(text, name("xsd:string"))


def _count(number: int) -> Literal:
    return Literal(str(number), name("xsd:integer"))
