"""The two files that describe all others: `void.ttl` for catalogues, `ro-crate-metadata.json` for archives.

They are made after the other files, because they tell the size and digest of each.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType

from jdm_kg.exports import rocrate, void
from jdm_kg.exports.table import Files, Release

FILES: Mapping[str, str] = MappingProxyType(
    {
        void.FILE: "data catalogues and SPARQL clients: counts, links, sources, a digest of each file (VoID, DCAT 3)",
        rocrate.FILE: "research archives: what each file is, from which documents, under which terms (RO-Crate 1.2)",
    }
)
"""The files that describe, each with whom it is for."""


def describe(release: Release, files: Files) -> Files:
    """The files that describe a set of exports.

    Args:
        release: What they were made from.
        files: All other files.
    """
    engine = engine_version()
    described = {void.FILE: void.write(release, files, engine)}
    return {**described, rocrate.FILE: rocrate.write(release, {**files, **described}, engine)}


def engine_version() -> str:
    """The version of the package that generates the files, or `unknown` where it is not installed."""
    try:
        return version("jdm-kg")
    except PackageNotFoundError:
        return "unknown"
