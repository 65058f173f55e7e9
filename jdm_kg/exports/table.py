"""What exports are made from, and what a format is; the formats themselves are listed in `formats`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from rdflib import Graph

from jdm_kg.facts import Facts, Triple
from jdm_kg.turtle import to_facts

Files = Mapping[str, bytes]
"""The content of each file of a format, by its path below the folder of exports, with "/" between folders."""


@dataclass(frozen=True)
class Release:
    """What exports are made from.

    Attributes:
        asserted: What curators wrote, the mappings, and the direct edges of the claims.
        full: The same and what the reasoner derives.
        version: Version of the content, from the ontology header.
        modified: The day on which the content was last changed, from the ontology header: an ISO date, or empty.
        as_of: The day for which it is told whether a source is stale: an ISO date. A build takes `modified`, so that
            its bytes do not depend on the day on which it runs.
        mappings: The file of mappings as curators wrote it, SSSOM/TSV, or empty; of what it tells (how each mapping was
            found, how sure of it they are) the graphs have only the triples.
        digest: SHA-256 of the files of the content, from `jdm_kg.files.digest`, or empty.
    """

    asserted: Graph
    full: Graph
    version: str
    modified: str = ""
    as_of: str = ""
    mappings: str = ""
    digest: str = ""

    @cached_property
    def facts(self) -> Facts:
        """The full graph as plain triples."""
        return to_facts(self.full)

    @cached_property
    def said(self) -> Facts:
        """The asserted graph as plain triples."""
        return to_facts(self.asserted)


@dataclass(frozen=True)
class Format:
    """One format: one file or several.

    Attributes:
        name: What `jdm-kg export --format` calls it.
        files: Its files in the folder of exports, for people: a name, or a pattern such as `v1/things/*.json`.
        audience: For whom it is, a few words.
        write: Makes the files. The same release gives the same bytes.
        read: The triples of the graph that the files carry: the inverse of `write`, from which the loss report is made.
        asserted: Whether it is made from the asserted graph; else from the full one.
        extra: The extra of the package that it needs, or empty; a format that needs one is not part of a build.
    """

    name: str
    files: tuple[str, ...]
    audience: str
    write: Callable[[Release], Files]
    read: Callable[[Files, Release], Iterable[Triple]]
    asserted: bool = False
    extra: str = ""
