"""The main job: load, check, reason, write. One function, so that the command is one call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rdflib import DCTERMS, OWL, Graph, URIRef

from jdm_kg import check, exports, files, graph, reason, sources, texts, turtle
from jdm_kg.errors import InputError
from jdm_kg.exports import Published, Release
from jdm_kg.findings import Report
from jdm_kg.vocab import BASE

HEADER = URIRef(BASE + "vocab/")


@dataclass(frozen=True)
class BuildResult:
    """What a build did.

    Attributes:
        report: The verdict of the check.
        inconsistent: Why the reasoner refused the graph, in words; empty when it did not.
        counts: How many things, claims, passages, tensions and defects there are; empty where the check failed.
        triples: Number of triples of the asserted and of the full graph; 0 for what was not made.
        published: What was written, or None where a fault stopped the build.
    """

    report: Report
    inconsistent: str
    counts: dict[str, int]
    triples: tuple[int, int]
    published: Published | None

    @property
    def ok(self) -> bool:
        """Whether exports were written."""
        return self.published is not None


def build(
    root: Path,
    out: Path,
    *,
    source_files: Path | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> BuildResult:
    """Check the content below a folder, reason over it, and replace the exports if nothing is wrong.

    Args:
        root: The folder that holds `ontology/` and `shapes/`.
        out: The folder of exports, replaced as a whole.
        source_files: The folder with the source documents, or None to leave their digests unchecked.
        progress: Is told each step as it begins.

    Raises:
        InputError: A file can't be read or parsed.
        ReasonerError: The reasoner could not be run.
        OutputError: The exports can't be written.
    """
    progress("checking what curators wrote")
    report = check.validate(root, source_files)
    if not report.ok:  # there may be files that can't even be loaded
        return BuildResult(report, "", {}, (0, 0), None)
    progress("loading")
    asserted = graph.load(root)
    counts = sources.counts(turtle.to_facts(asserted))
    progress("asking HermiT whether the graph is consistent")
    current = files.read_files(root)
    consistency = reason.check_consistency(asserted, find=lambda triple: files.find(current, *triple))
    if not consistency.consistent or consistency.unsatisfiable:
        why = "\n".join(consistency.why or ("the graph contradicts itself",))
        return BuildResult(report, why, counts, (len(asserted), 0), None)
    progress("deriving what follows")
    made = _derived(asserted, root)
    progress("writing exports")
    published = exports.publish(made, out)
    return BuildResult(report, "", counts, (len(asserted), len(made.full)), published)


def version(content: Graph) -> str:
    """The version that the ontology header gives, or 0 where it gives none."""
    return min((str(value) for value in content.objects(None, OWL.versionInfo)), default="0")


def day_of_change(content: Graph) -> str:
    """The day on which the content was last changed, by the ontology header: an ISO date, or empty."""
    return max((str(value)[:10] for value in content.objects(HEADER, DCTERMS.modified)), default="")


def release(root: Path, as_of: str = "") -> Release:
    """What exports are made from, without asking HermiT, which `build` does.

    Args:
        root: The folder that holds `ontology/` and `shapes/`.
        as_of: The day for which it is told whether a source is stale, an ISO date; empty for that of the last change.

    Raises:
        InputError: The day is none, a file can't be read or parsed, or the check finds an error.
    """
    if as_of and not _is_day(as_of):
        raise InputError(f"{as_of!r} is not a day", hint="Write it as year, month and day, such as 2027-01-31.")
    found = check.validate(root, None)
    if not found.ok:
        hint = "Run: jdm-kg check"
        raise InputError(f"{found.errors} error(s) must be mended before anything is exported", root, hint=hint)
    return _derived(graph.load(root), root, as_of)


def _derived(asserted: Graph, root: Path, as_of: str = "") -> Release:
    """The release of a graph, with what follows from it."""
    modified = day_of_change(asserted)
    full = asserted + reason.close(asserted)
    day = as_of or modified
    return Release(asserted, full, version(asserted), modified, day, authored_mappings(root), files.digest(root))


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text  # it takes other forms too
    except ValueError:
        return False


def authored_mappings(root: Path) -> str:
    """The text of the file of mappings, or an empty one where there is no such file."""
    path = root / "ontology" / files.MAPPINGS_FILE
    return texts.read_text(path) if path.is_file() else ""
