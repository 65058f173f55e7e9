"""The namespaces and their prefixes as plain text, for all that must start and run quickly: nothing here loads rdflib.

This module and `jdm_kg.vocab` alone spell IRIs. The engine knows the shape of the records (claims, passages, documents,
tensions, defects) and nothing of medicine: what a condition, a drug or a relation between them is stands in
`ontology/schema.ttl`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

BASE: Final = "https://w3id.org/jdm-kg/"

PREFIXES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "bibo": "http://purl.org/ontology/bibo/",
        "biolink": "https://w3id.org/biolink/vocab/",
        "claim": BASE + "claim/",
        "dcterms": "http://purl.org/dc/terms/",
        "defect": BASE + "defect/",
        "id": BASE + "id/",
        "oa": "http://www.w3.org/ns/oa#",
        "obo": "http://purl.obolibrary.org/obo/",
        "owl": "http://www.w3.org/2002/07/owl#",
        "passage": BASE + "passage/",
        "prov": "http://www.w3.org/ns/prov#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "schema": "https://schema.org/",
        "sh": "http://www.w3.org/ns/shacl#",
        "shape": BASE + "shape/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "source": BASE + "source/",
        "tension": BASE + "tension/",
        "vann": "http://purl.org/vocab/vann/",
        "vocab": BASE + "vocab/",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)
"""Every prefix of the project and the namespace that it stands for, sorted by prefix."""

# Closed, so that a misspelt term fails when the module that uses it is imported or run, and not silently.
TERMS: Final = frozenset(
    {
        # records
        "Claim", "Entity", "Passage", "Record", "Section", "SourceDefect", "SourceDocument", "Tension",
        # parts of a claim
        "certainty", "object", "polarity", "predicate", "restsOn", "statement", "subject", "value",
        # parts of documents, sections and passages
        "byteCount", "characterCount", "fileName", "inSection", "inSource", "order", "passageKind",
        "setAsideNote", "setAsideReason", "sha256",
        # parts of tensions and defects
        "between", "inPassage",
        # wording that is checked against the text
        "certaintyCue", "faultyWording", "notNamedBecause",
        # what protects people, and what explains
        "explanation", "hasSafetyAdvice", "needsMonitoring", "prescribedOnlyBy",
        # how claims turn into edges
        "affirmed", "asPrinted", "denied", "edgeFromHedged", "stated",
    }
)  # fmt: skip
"""The terms of the project's own vocabulary that the engine itself needs."""

_LOCAL: Final = re.compile(r"[\w.-]+")


def name(curie: str) -> str:
    """The IRI that a `prefix:name` stands for.

    Raises:
        KeyError: The prefix is none of the project's, or the engine does not know this term of its vocabulary.
    """
    prefix, _, local = curie.partition(":")
    if prefix == "vocab" and local not in TERMS:
        raise KeyError(curie)
    return PREFIXES[prefix] + local


def shorten(iri: str) -> str:
    """An IRI as `prefix:name` where a prefix of the project fits, or in angle brackets."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
            return f"{prefix}:{iri[len(namespace) :]}"
    return f"<{iri}>"


def is_own(iri: object) -> bool:
    """Whether a term is an IRI in a namespace of the project."""
    return isinstance(iri, str) and iri.startswith(BASE)
