"""jdm-kg: medical prose as a knowledge graph in which every fact names the passage that states it.

The names below are all there is to import; each is loaded when it is first used, so that a command which needs
little starts at once (PEP 562).
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jdm_kg.check import validate
    from jdm_kg.errors import InputError, JdmKgError, OutputError, ReasonerError
    from jdm_kg.findings import Finding, Report, Severity
    from jdm_kg.knowledge import Iri, Knowledge, load
    from jdm_kg.ledger import coverage
    from jdm_kg.pipeline import BuildResult, build

__all__ = [
    "BuildResult",
    "Finding",
    "InputError",
    "Iri",
    "JdmKgError",
    "Knowledge",
    "OutputError",
    "ReasonerError",
    "Report",
    "Severity",
    "build",
    "coverage",
    "load",
    "validate",
]

_HOMES = {
    "BuildResult": "pipeline",
    "Finding": "findings",
    "InputError": "errors",
    "Iri": "knowledge",
    "JdmKgError": "errors",
    "Knowledge": "knowledge",
    "OutputError": "errors",
    "ReasonerError": "errors",
    "Report": "findings",
    "Severity": "findings",
    "build": "pipeline",
    "coverage": "ledger",
    "load": "knowledge",
    "validate": "check",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
