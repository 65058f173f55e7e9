"""Each claim as a nanopublication: what is said, where it was read and how, and who publishes it under which terms.

A nanopublication of a claim has an IRI of its own for each version, and four graphs named after it. The assertion holds
the claim with all its qualifiers, so that a denial stays one, and the plain relation where the claim gives it. They are
neither signed nor given trusty URIs: that is for whoever sends them to a network of nanopublications, and the IRIs of
things and claims would have to change with each version.

Source: Nanopublication Guidelines (nanopub.net).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph

from jdm_kg import facts
from jdm_kg.exports import common
from jdm_kg.exports.serialized import order, serialized
from jdm_kg.exports.table import Files, Format, Release
from jdm_kg.facts import Facts, Literal, Term, Triple
from jdm_kg.iris import BASE, PREFIXES, is_own, name
from jdm_kg.reason.claims import edges

FILE = "nanopubs.trig"
SPACE = BASE + "np/"
"""Where the nanopublications have their names: below it version, then claim."""
_NP = "http://www.nanopub.org/nschema#"
_NPX = "http://purl.org/nanopub/x/"
_PARTS = ("Head", "assertion", "provenance", "pubinfo")
_TYPE = name("rdf:type")
_LABEL = name("rdfs:label")
_COMMENT = name("rdfs:comment")

_METHOD = (
    "Curators read the passage, wrote down what it says as a claim in their own words with the passage's qualifiers, "
    "and set down by character offsets and digest where it stands. Programs check claims, offsets and digests."
)
# What is said about a claim rather than by it: this stands with its origin.
_OF_ORIGIN = frozenset(name(f"vocab:{part}") for part in ("restsOn", "curatorNote", "notNamedBecause"))
_OF_PASSAGES = tuple(
    name(curie) for curie in ("oa:start", "oa:end", "vocab:inSource", "vocab:inSection", "vocab:sha256")
)
_OF_DOCUMENTS = tuple(
    name(curie)
    for curie in (
        "dcterms:license",
        "dcterms:title",
        "skos:prefLabel",
        "vocab:sha256",
        "vocab:sourceLicense",
        "vocab:reviewStatus",
        "vocab:webAddress",
    )
)
# When a document was reviewed is told by claims and by edges that these give; whoever reads one claim needs it too.
_OF_REVIEW = tuple(name(f"vocab:{part}") for part in ("lastReviewed", "nextReviewDue", "staleFrom"))


def iri_of(claim: str, version: str) -> str:
    """The IRI of the nanopublication of a claim."""
    return f"{SPACE}{version}/{claim.removeprefix(PREFIXES['claim'])}"


def write(release: Release) -> Files:
    """All nanopublications in one TriG file, sorted by claim."""
    given: dict[str, list[Triple]] = {}
    for edge, claims in edges(release.said).items():
        for claim in claims:
            given.setdefault(claim, []).append(edge)
    quads: list[pyoxigraph.Quad] = []
    for claim in sorted(release.facts.instances(name("vocab:Claim"))):
        quads += _nanopublication(claim, given.get(claim, []), release)
    prefixes = {**PREFIXES, "np": _NP, "npx": _NPX}
    return {FILE: serialized(quads, pyoxigraph.RdfFormat.TRIG, prefixes, _preface(release))}


def _preface(release: Release) -> str:
    return (
        f"# jdm-kg {release.version}: each claim as a nanopublication.\n"
        f"# {common.DISCLAIMER}\n"
        f"# Text under {common.LICENSE}; the sources have their own terms, given with each claim. Generated.\n"
    )


def _nanopublication(claim: str, given: list[Triple], release: Release) -> Iterator[pyoxigraph.Quad]:
    this = iri_of(claim, release.version)
    head, assertion, provenance, pubinfo = (f"{this}#{part}" for part in _PARTS)
    graphs: dict[str, list[Triple]] = {
        head: [
            (this, _TYPE, _NP + "Nanopublication"),
            (this, _NP + "hasAssertion", assertion),
            (this, _NP + "hasProvenance", provenance),
            (this, _NP + "hasPublicationInfo", pubinfo),
        ],
        assertion: [*_assertion(claim, release.said), *given],
        provenance: _provenance(claim, assertion, f"{this}#encoding", release.facts),
        pubinfo: _pubinfo(claim, this, release),
    }
    for graph, triples in graphs.items():
        for triple in sorted(set(triples), key=order):
            quad = facts.quad_of(triple)
            yield pyoxigraph.Quad(quad.subject, quad.predicate, quad.object, pyoxigraph.NamedNode(graph))


def _assertion(claim: str, said: Facts) -> Iterator[Triple]:
    """What the claim says, without where it is from."""
    for predicate, values in said.of(claim).items():
        if predicate not in _OF_ORIGIN:
            yield from ((claim, predicate, value) for value in values)


def _provenance(claim: str, assertion: str, activity: str, graph: Facts) -> list[Triple]:
    """Where it was read, and how it was written down."""
    passages = sorted(graph.resources(claim, name("vocab:restsOn")))
    documents = sorted({document for p in passages for document in graph.resources(p, name("vocab:inSource"))})
    found: list[Triple] = [
        (assertion, name("prov:wasGeneratedBy"), activity),
        (activity, _TYPE, name("prov:Activity")),
        (activity, _COMMENT, _english(_METHOD)),
    ]
    for passage in passages:
        found += [(assertion, name("prov:wasDerivedFrom"), passage), (activity, name("prov:used"), passage)]
        found += _described(passage, _OF_PASSAGES, graph)
    for document in documents:
        found.append((assertion, name("prov:hadPrimarySource"), document))
        found += _described(document, (*_OF_DOCUMENTS, *_OF_REVIEW), graph)
    return [*found, *_described(claim, tuple(_OF_ORIGIN), graph)]


def _described(node: str, predicates: tuple[str, ...], graph: Facts) -> list[Triple]:
    return [(node, predicate, value) for predicate in predicates for value in graph.objects(node, predicate)]


def _pubinfo(claim: str, this: str, release: Release) -> list[Triple]:
    """Who publishes it, when, under which terms; and what must be shown with it."""
    graph = release.facts
    head = common.header(graph)
    creators = f"{this}#creators"
    found: list[Triple] = [
        (this, name("dcterms:creator"), creators),
        (creators, _TYPE, name("prov:Agent")),
        (creators, _LABEL, _english(head.creator or "jdm-kg")),
        (this, name("dcterms:license"), common.LICENSE_URL),
        (this, name("dcterms:rights"), _english(head.rights or f"{common.LICENSE}. {common.DISCLAIMER}")),
        (this, name("dcterms:isPartOf"), BASE),
        (this, name("owl:versionInfo"), Literal(release.version, name("xsd:string"))),
        (this, _NPX + "introduces", claim),
        (this, _COMMENT, _english(common.DISCLAIMER)),
    ]
    if release.modified:
        created = Literal(f"{release.modified}T00:00:00Z", name("xsd:dateTime"))
        found.append((this, name("dcterms:created"), created))
    found += [(this, _LABEL, _english(text)) for text in common.in_english(graph, claim, "vocab:statement")]
    found += [(this, _COMMENT, _english(f"Safety advice: {t}")) for t in common.safety_of_records(graph, [claim])]
    for tension in sorted(graph.subjects(name("vocab:between"), claim)):
        found.append((this, name("rdfs:seeAlso"), tension))
    return found


def _english(text: str) -> Literal:
    return Literal(text, name("rdf:langString"), common.LANGUAGE)


def read(files: Files, _: Release) -> Iterable[Triple]:
    """What assertions and provenance say of claims, things, passages and documents.

    Raises:
        SyntaxError: The file is not TriG.
    """
    endings = ("#assertion", "#provenance")
    quads = pyoxigraph.parse(files[FILE], format=pyoxigraph.RdfFormat.TRIG)
    kept = [quad for quad in quads if str(quad.graph_name).rstrip(">").endswith(endings)]
    for triple in dict.fromkeys(facts.convert(kept)):
        if _is_of_content(triple[0]):
            yield triple


def _is_of_content(term: Term) -> bool:
    """Whether a node is one of the graph, and not of a nanopublication."""
    return is_own(term) and isinstance(term, str) and not term.startswith(SPACE)


FORMATS = (
    Format(
        "nanopubs",
        (FILE,),
        "nanopublication tools: each claim with its origin and terms, four graphs each",
        write,
        read,
    ),
)
"""The formats of this module."""
