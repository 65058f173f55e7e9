"""The namespaces, their prefixes and the vocabulary terms that the engine itself needs.

The only module that spells an IRI. The engine knows the shape of the records (claims, passages, documents,
tensions, defects) and nothing of medicine: what a condition, a drug or a relation between them is stands in
`ontology/schema.ttl`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from rdflib import Namespace
from rdflib.namespace import ClosedNamespace

BASE: Final = "https://w3id.org/jdm-kg/"

CLAIM: Final = Namespace(BASE + "claim/")
DEFECT: Final = Namespace(BASE + "defect/")
ID: Final = Namespace(BASE + "id/")
PASSAGE: Final = Namespace(BASE + "passage/")
SHAPE: Final = Namespace(BASE + "shape/")
SOURCE: Final = Namespace(BASE + "source/")
TENSION: Final = Namespace(BASE + "tension/")

# Closed, so that a misspelt term fails when the module that uses it is imported or run, and not silently.
VOCAB: Final = ClosedNamespace(
    BASE + "vocab/",
    [
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
        "affirmed", "denied", "edgeFromHedged", "stated",
    ],
)  # fmt: skip

OA: Final = ClosedNamespace("http://www.w3.org/ns/oa#", ["end", "start"])
OWLREADY: Final = ClosedNamespace(
    "http://www.lesfleursdunormal.fr/static/_downloads/owlready_ontology.owl#", ["python_module"]
)

PREFIXES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "bibo": "http://purl.org/ontology/bibo/",
        "biolink": "https://w3id.org/biolink/vocab/",
        "claim": str(CLAIM),
        "dcterms": "http://purl.org/dc/terms/",
        "defect": str(DEFECT),
        "id": str(ID),
        "oa": "http://www.w3.org/ns/oa#",
        "obo": "http://purl.obolibrary.org/obo/",
        "owl": "http://www.w3.org/2002/07/owl#",
        "passage": str(PASSAGE),
        "prov": "http://www.w3.org/ns/prov#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "schema": "https://schema.org/",
        "sh": "http://www.w3.org/ns/shacl#",
        "shape": str(SHAPE),
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "source": str(SOURCE),
        "tension": str(TENSION),
        "vann": "http://purl.org/vocab/vann/",
        "vocab": BASE + "vocab/",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)
"""Every prefix of the project and the namespace that it stands for, sorted by prefix."""
