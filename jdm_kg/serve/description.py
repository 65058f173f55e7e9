"""What the endpoint and its dataset are, in RDF.

Source: SPARQL 1.1 Service Description (W3C Recommendation); Describing Linked Datasets with the VoID Vocabulary (W3C
Interest Group Note).
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph
from pyoxigraph import Literal, NamedNode, Triple

from jdm_kg.iris import BASE, name
from jdm_kg.serve.world import World

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_FORMATS = "http://www.w3.org/ns/formats/"
# Source: Unique URIs for File Formats (W3C).
_OFFERED = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "JSON-LD",
    "RDF_XML",
)
_TYPE = NamedNode(name("rdf:type"))


def service(world: World, endpoint: str) -> list[Triple]:
    """The description of the endpoint.

    Args:
        world: The data.
        endpoint: Its address.
    """
    here = NamedNode(endpoint + "#service")
    dataset = NamedNode(endpoint + "#dataset")
    default = NamedNode(endpoint + "#default-graph")
    triples = [
        Triple(here, _TYPE, _sd("Service")),
        Triple(here, _sd("endpoint"), NamedNode(endpoint)),
        Triple(here, _sd("supportedLanguage"), _sd("SPARQL11Query")),
        *(Triple(here, _sd("resultFormat"), NamedNode(_FORMATS + fmt)) for fmt in _OFFERED),
        Triple(here, _sd("defaultDataset"), dataset),
        Triple(dataset, _TYPE, _sd("Dataset")),
        Triple(dataset, _sd("defaultGraph"), default),
        *_graph(world, default, pyoxigraph.DefaultGraph()),
    ]
    for iri in sorted(world.graphs):
        named = NamedNode(f"{endpoint}#named-graph-{len(triples)}")
        inside = NamedNode(f"{endpoint}#graph-{len(triples)}")
        triples += [
            Triple(dataset, _sd("namedGraph"), named),
            Triple(named, _TYPE, _sd("NamedGraph")),
            Triple(named, _sd("name"), NamedNode(iri)),
            Triple(named, _sd("graph"), inside),
            *_graph(world, inside, NamedNode(iri)),
        ]
    return triples


def dataset(world: World, endpoint: str) -> list[Triple]:
    """The description of the dataset and where it can be asked: that of the exports, or else a short one."""
    here = NamedNode(BASE) if world.exported else NamedNode(endpoint + "#dataset")
    told = list(world.exported) or [
        Triple(here, _TYPE, NamedNode(_VOID + "Dataset")),
        Triple(here, NamedNode(name("dcterms:title")), Literal(world.title)),
        Triple(here, NamedNode(_VOID + "triples"), Literal(len(world.store))),
    ]
    return [*told, Triple(here, NamedNode(_VOID + "sparqlEndpoint"), NamedNode(endpoint))]


def _graph(world: World, node: NamedNode, graph: NamedNode | pyoxigraph.DefaultGraph) -> Iterator[Triple]:
    size = sum(1 for _ in world.store.quads_for_pattern(None, None, None, graph))
    yield Triple(node, _TYPE, _sd("Graph"))
    yield Triple(node, NamedNode(_VOID + "triples"), Literal(size))


def _sd(local: str) -> NamedNode:
    return NamedNode(_SD + local)
