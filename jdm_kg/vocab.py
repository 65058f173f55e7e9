"""The namespaces and the terms of `jdm_kg.iris` as rdflib has them."""

from __future__ import annotations

from typing import Final

from rdflib import Namespace
from rdflib.namespace import ClosedNamespace

from jdm_kg.iris import BASE, PREFIXES, TERMS

__all__ = [
    "BASE",
    "CLAIM",
    "DEFECT",
    "ID",
    "OA",
    "OWLREADY",
    "PASSAGE",
    "PREFIXES",
    "SHAPE",
    "SOURCE",
    "TENSION",
    "VOCAB",
]

CLAIM: Final = Namespace(BASE + "claim/")
DEFECT: Final = Namespace(BASE + "defect/")
ID: Final = Namespace(BASE + "id/")
PASSAGE: Final = Namespace(BASE + "passage/")
SHAPE: Final = Namespace(BASE + "shape/")
SOURCE: Final = Namespace(BASE + "source/")
TENSION: Final = Namespace(BASE + "tension/")

VOCAB: Final = ClosedNamespace(BASE + "vocab/", sorted(TERMS))

OA: Final = ClosedNamespace("http://www.w3.org/ns/oa#", ["end", "start"])
OWLREADY: Final = ClosedNamespace(
    "http://www.lesfleursdunormal.fr/static/_downloads/owlready_ontology.owl#", ["python_module"]
)
