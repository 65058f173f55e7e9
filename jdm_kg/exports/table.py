"""The table of export formats."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rdflib import Graph

from jdm_kg.exports import jsonld, rdf


@dataclass(frozen=True)
class Release:
    """What exports are made from.

    Attributes:
        asserted: What curators wrote, the mappings, and the direct edges of the claims.
        full: The same and what the reasoner derives.
        version: Version of the content, from the ontology header.
    """

    asserted: Graph
    full: Graph
    version: str


@dataclass(frozen=True)
class Format:
    """One exported file.

    Attributes:
        file_name: Its name in the folder of exports.
        audience: For whom it is, a few words.
        loses: What of the graph it does not carry, or "nothing".
        write: Makes its text from a release.
    """

    file_name: str
    audience: str
    loses: str
    write: Callable[[Release], str]


_ASSERTED_LOSES = "what the reasoner derives"

FORMATS: tuple[Format, ...] = (
    Format(
        "jdm-kg.ttl",
        "readers of Turtle, Protégé, any RDF tool",
        "nothing",
        lambda r: rdf.turtle(r.full, r.version, "full"),
    ),
    Format(
        "jdm-kg.nt",
        "bulk loaders and line tools such as grep and diff",
        "nothing",
        lambda r: rdf.ntriples(r.full),
    ),
    Format("jdm-kg.jsonld", "programs that read JSON-LD", "nothing", lambda r: jsonld.write(r.full)),
    Format(
        "jdm-kg-asserted.ttl",
        "readers who want only what documents and curators say",
        _ASSERTED_LOSES,
        lambda r: rdf.turtle(r.asserted, r.version, "asserted"),
    ),
    Format(
        "jdm-kg-asserted.nt",
        "bulk loaders, without inferences",
        _ASSERTED_LOSES,
        lambda r: rdf.ntriples(r.asserted),
    ),
    Format(
        "jdm-kg-asserted.jsonld",
        "programs that read JSON-LD, without inferences",
        _ASSERTED_LOSES,
        lambda r: jsonld.write(r.asserted),
    ),
)
"""Every exported file but the table and the manifest, which are made from the others."""
