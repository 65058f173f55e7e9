"""The list of reviewed records: what a second person has read, so that a later change of it does not go unseen.

Most faults can be told from the content itself or from the documents. Some can't: one sound value in the place of
another, a note or a synonym less. Where content is entered twice, as in clinical trials (ICH E6, "double data entry"),
such slips show as differences. Here the second entry is a checksum for each part of a record, written when a second
person has compared the record with its passage; as a lock file does, it makes a change visible, and the change is made
good by having it read again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zlib import crc32

from jdm_kg.errors import InputError
from jdm_kg.facts import Facts, Literal, Term
from jdm_kg.findings import Explanation, Finding, Severity
from jdm_kg.hygiene import finding
from jdm_kg.iris import PREFIXES, is_own, name, shorten
from jdm_kg.texts import Place

LIST_FILE: Final = "reviewed.txt"
"""The name of the list, in the folder of the content."""

Reviewed = Mapping[str, str]
"""The checksums of the parts of each record, sorted and parted by spaces, by its shortened IRI."""

EXPLANATIONS: Final = (
    Explanation(
        "changed-since-review",
        "What was reviewed is as it was then",
        "Changed since it was reviewed: {parts}.",
        "Have a second person compare it with its passage, then run: jdm-kg review {record}",
        Severity.INFO,
        "every record in ontology/reviewed.txt",
    ),
    Explanation(
        "gone-since-review",
        "What was reviewed is still there",
        "It was reviewed, and it is gone.",
        "Restore it; where it has to go, have a second person agree, then run: jdm-kg review {record}",
        Severity.INFO,
        "every record in ontology/reviewed.txt",
    ),
)
"""What the codes of the list mean."""

_BY_CODE: Final = {entry.code: entry for entry in EXPLANATIONS}
_TYPE: Final = name("rdf:type")
_VOCAB: Final = PREFIXES["vocab"]
_LINE: Final = re.compile(r"(\S+) ([0-9a-f]{8}(?: [0-9a-f]{8})*)")
_HEAD: Final = (
    "# The records that were reviewed, each with a checksum for each of its parts. Written by: jdm-kg review\n"
)


def is_record(graph: Facts, node: str) -> bool:
    """Whether a node is reviewed: one of the project's, of a class of its own vocabulary."""
    kinds = graph.of(node).get(_TYPE, ())
    return is_own(node) and any(isinstance(kind, str) and kind.startswith(_VOCAB) for kind in kinds)


def records(graph: Facts) -> list[str]:
    """The nodes that are reviewed, in the order of the files."""
    return [node for node in graph.nodes if is_record(graph, node)]


def checksum(predicate: str, value: Term) -> str:
    """Eight hexadecimal digits that stand for a part of a record (CRC-32: against slips, not against malice)."""
    if isinstance(value, Literal):
        value = f"{value.text}\0{value.datatype}\0{value.language}"
    elif value.startswith("_:"):
        value = "_:"  # a node without a name is called anew each time
    return format(crc32(f"{predicate}\0{value}".encode()), "08x")


def checksums(graph: Facts, node: str) -> str:
    """The checksums of all parts of a record, sorted and parted by spaces."""
    return " ".join(sorted([checksum(p, value) for p, values in graph.of(node).items() for value in values]))


def read(path: Path, text: str) -> Reviewed:
    """The list.

    Args:
        path: Where it comes from: errors name it.
        text: What it says.

    Raises:
        InputError: A line is not one of the list's.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None or match[1] in found:
            said = "this is no record with its checksums" if match is None else f"{match[1]} stands here twice"
            raise InputError(
                said, path, number, 1, "Restore the file from version control, or run: jdm-kg review --all"
            )
        found[match[1]] = match[2]
    return found


def write(reviewed: Reviewed) -> str:
    """The text of the list, sorted, one record a line, so that two people's reviews merge."""
    lines = [f"{record} {sums}\n" for record, sums in sorted(reviewed.items())]
    return "".join([_HEAD, *lines])


@dataclass(frozen=True)
class Difference:
    """A record that is not as a second person has read it.

    Attributes:
        record: Its IRI, shortened.
        node: Its IRI; empty where there is no such record any more.
        changed: The parts that are new or other than they were.
    """

    record: str
    node: str
    changed: tuple[tuple[str, Term], ...]


def compare(graph: Facts, current: Mapping[str, str], reviewed: Reviewed) -> Iterator[Difference]:
    """The records that are not as they were reviewed; those that nobody has reviewed are passed over.

    Args:
        graph: The authored graph.
        current: The checksums of each record, by its IRI.
        reviewed: The list.
    """
    for node, sums in current.items():
        known = reviewed.get(shorten(node), sums)
        if known != sums:
            yield difference(graph, node, known)


def difference(graph: Facts, node: str, known: str) -> Difference:
    """In what a record is not as it was reviewed.

    Args:
        graph: The authored graph.
        node: Its IRI.
        known: Its checksums in the list.
    """
    parts = ((p, value) for p, values in graph.of(node).items() for value in values)
    return Difference(shorten(node), node, tuple(part for part in parts if checksum(*part) not in known.split()))


def said(difference: Difference, graph: Facts, place: Place | None) -> Finding:
    """The finding for a difference.

    Args:
        difference: What differs.
        graph: The authored graph, for the labels of properties.
        place: Where it stands.
    """
    words = {predicate: graph.label(predicate) or shorten(predicate) for predicate, _ in difference.changed}
    parts = ", ".join(words.values()) or "something was taken out"
    code = "changed-since-review" if difference.node else "gone-since-review"
    return finding(_BY_CODE[code], place, difference.record, (("parts", parts), ("record", difference.record)))


def waiting(graph: Facts, reviewed: Reviewed) -> list[str]:
    """The records that a second person has to read, shortened and sorted: new ones, changed ones and those gone."""
    current = {shorten(node): checksums(graph, node) for node in records(graph)}
    return sorted(record for record in {*current, *reviewed} if current.get(record) != reviewed.get(record))


def update(graph: Facts, reviewed: Reviewed, chosen: Iterable[str]) -> Reviewed:
    """The list after a second person has read some records as they are now.

    Args:
        graph: The authored graph.
        reviewed: The list before.
        chosen: Shortened IRIs; one that is in the list and no more in the content is taken off.

    Raises:
        InputError: There is no such record.
    """
    current = {shorten(node): node for node in records(graph)}
    new = dict(reviewed)
    for record in chosen:
        if record in current:
            new[record] = checksums(graph, current[record])
        elif new.pop(record, None) is None:
            raise InputError(f"there is no record {record}", hint="Write it as in the files, such as claim:… or id:….")
    return new
