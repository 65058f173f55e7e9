"""Short names for identifiers of others, by the prefixes of `curies.tsv`."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from jdm_kg.facts import Facts
from jdm_kg.iris import PREFIXES, name

RELATIONS = tuple(f"skos:{match}Match" for match in ("exact", "close", "broad", "narrow", "related"))
"""The mapping relations, the closest first."""

_ENDS = "/#_=:"


@dataclass(frozen=True)
class Vocabulary:
    """A vocabulary of others.

    Attributes:
        prefix: Of its short names.
        namespace: What stands before the code in its IRIs.
        registry: Its name in Bioregistry, or empty.
        biolink: The prefix that Biolink uses, or empty.
        title: Its name for people.
    """

    prefix: str
    namespace: str
    registry: str
    biolink: str
    title: str

    def code(self, iri: str) -> str:
        """The code of an identifier."""
        return iri.removeprefix(self.namespace)

    def curie(self, iri: str) -> str:
        """An identifier as `prefix:code`."""
        return f"{self.prefix}:{self.code(iri)}"


@cache
def known() -> tuple[Vocabulary, ...]:
    """The vocabularies of the table, in its order, which puts those first whose identifiers fit best."""
    table = resources.files("jdm_kg.exports").joinpath("curies.tsv").read_text(encoding="utf-8")
    return tuple(Vocabulary(**row) for row in csv.DictReader(table.splitlines(), delimiter="\t"))


def vocabularies(iris: Iterable[str]) -> MappingProxyType[str, Vocabulary]:
    """The vocabulary of each identifier; where the table has none, one is made of the part before the code.

    Args:
        iris: Identifiers.
    """
    wanted = sorted(set(iris))
    found = {iri: vocabulary for iri in wanted if (vocabulary := _longest(iri))}
    strange = sorted({_namespace(iri) for iri in wanted if iri not in found})
    made = {space: Vocabulary(f"ns{number}", space, "", "", space) for number, space in enumerate(strange, 1)}
    return MappingProxyType({iri: found.get(iri) or made[_namespace(iri)] for iri in wanted})


def _longest(iri: str) -> Vocabulary | None:
    fitting = [vocabulary for vocabulary in known() if iri.startswith(vocabulary.namespace)]
    return max(fitting, key=lambda vocabulary: len(vocabulary.namespace), default=None)


def _namespace(iri: str) -> str:
    end = max(iri.rfind(mark) for mark in _ENDS)
    return iri[: end + 1]


def mappings(facts: Facts) -> list[tuple[str, str, str]]:
    """The mappings of our things: thing, relation such as `skos:exactMatch`, identifier of others; sorted."""
    thing = PREFIXES["id"]
    return sorted(
        (subject, relation, obj)
        for relation in RELATIONS
        for obj, subjects in facts.inverse(name(relation)).items()
        for subject in subjects
        if isinstance(obj, str) and subject.startswith(thing)
    )


def exact(facts: Facts, node: str) -> list[str]:
    """The identifiers of others that mean the same as a thing, sorted."""
    return sorted(facts.resources(node, name("skos:exactMatch")))
