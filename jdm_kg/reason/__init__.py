"""OWL reasoning: is the graph consistent, what follows from it, and does the schema stay inside OWL 2 DL.

Rules of our own give the first answer to all three, without a Java machine and without rdflib. HermiT, which is
complete, confirms the answer to the first. Of the libraries, owlrl derives the same as our rules and takes half a
minute for a graph of our size, where ours take a tenth of a second; reasonable 0.4.4 knows no property chains, and
takes any two things that have some value of an inverse functional property for the same.

Every IRI of the project names one thing and no two name the same, unless `owl:sameAs` says so. Both rest on that:
HermiT is told that the things differ, so that a functional property with two values is a fault and not a discovery;
and the rules take two names for two things.

The names below are loaded when they are first used (PEP 562): those that take and give graphs of rdflib load it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jdm_kg.reason.consistency import Consistency, check_consistency
    from jdm_kg.reason.graphs import close, profile_violations, reasoner_input

__all__ = ["Consistency", "check_consistency", "close", "profile_violations", "reasoner_input"]

_HOMES = {
    "Consistency": "consistency",
    "check_consistency": "consistency",
    "close": "graphs",
    "profile_violations": "graphs",
    "reasoner_input": "graphs",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
