"""The mappings of things to terms of other vocabularies as SSSOM/TSV.

The rows and the metadata are those of the file that curators wrote, for as far as the graph has the triple; a mapping
that stands in the graph alone is of unspecified justification.

Source: SSSOM 1.0, "The SSSOM/TSV format" and the order of slots in its schema.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from jdm_kg import facts
from jdm_kg.exports.claims import english
from jdm_kg.exports.common import DISCLAIMER, LICENSE_URL, label
from jdm_kg.exports.curies import mappings, vocabularies
from jdm_kg.exports.table import Files, Format, Release
from jdm_kg.facts import Triple
from jdm_kg.iris import BASE, PREFIXES, name, shorten

_FILE: Final = "jdm-kg.sssom.tsv"
_AUTHORED: Final = Path("mappings.sssom.tsv")  # as errors name it
_KEYS: Final = ("subject_id", "predicate_id", "object_id")
_COLUMNS: Final = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "object_label",
    "mapping_justification",
    "object_source",
    "object_source_version",
    "confidence",
    "comment",
)
_SLOTS: Final = (
    "sssom_version",
    "mapping_set_id",
    "mapping_set_version",
    "mapping_set_source",
    "mapping_set_title",
    "mapping_set_description",
    "creator_id",
    "creator_label",
    "license",
    "subject_type",
    "subject_source",
    "subject_source_version",
    "object_type",
    "object_source",
    "object_source_version",
    "mapping_provider",
    "mapping_tool",
    "mapping_date",
    "publication_date",
    "see_also",
    "issue_tracker",
    "other",
    "comment",
)
_REQUIRED: Final = frozenset({*_KEYS, "mapping_justification"})
_SEMAPV: Final = {"semapv": "https://w3id.org/semapv/vocab/"}
_UNSPECIFIED: Final = "semapv:UnspecifiedMatching"

Row = dict[str, str]


def write(release: Release) -> Files:
    """The one file: metadata in the order of SSSOM, then a row for each mapping, sorted."""
    wanted = mappings(release.facts)
    authored, prefixes, slots = _authored(release.mappings)
    rows = [authored.get(triple) or _row(*triple) for triple in wanted]
    for row, (subject, _, _) in zip(rows, wanted, strict=True):
        row["subject_label"] = label(release.facts, subject)
    columns = [column for column in _COLUMNS if column in _REQUIRED or any(row.get(column) for row in rows)]
    columns += sorted({column for row in rows for column, cell in row.items() if cell}.difference(columns))
    made = {row["object_id"].partition(":")[0] for row in rows}
    for vocabulary in vocabularies(obj for _, _, obj in wanted).values():
        if vocabulary.prefix in made:
            prefixes.setdefault(vocabulary.prefix, vocabulary.namespace)
    text = io.StringIO()
    table = csv.DictWriter(text, columns, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None)
    table.writeheader()
    table.writerows(
        sorted(
            ({column: row.get(column, "") for column in columns} for row in rows), key=lambda r: [r[k] for k in _KEYS]
        )
    )
    header = "".join(f"#{line}\n" for line in _header(release, rows, prefixes, slots))
    return {_FILE: (header + text.getvalue()).encode()}


def _header(
    release: Release, rows: list[Row], prefixes: Mapping[str, str], slots: dict[str, list[str]]
) -> Iterator[str]:
    said = {
        "mapping_set_id": BASE + "mappings",
        "license": LICENSE_URL,
        "comment": DISCLAIMER,
    }
    ours = {"mapping_set_version": release.version, "publication_date": release.modified}
    for slot, value in said.items():
        slots.setdefault(slot, [f"{slot}: {json.dumps(value)}"])
    slots.update({slot: [f"{slot}: {json.dumps(value)}"] for slot, value in ours.items() if value})
    cells = [cell for row in rows for column, cell in row.items() if re.search("_(id|justification|source)$", column)]
    used = {
        cell.partition(":")[0]
        for cell in (*cells, slots.get("subject_source", [""])[0].removeprefix("subject_source: "))
    }
    yield "curie_map:"
    for prefix in sorted(used & prefixes.keys()):
        yield f"  {prefix}: {prefixes[prefix]}"
    for slot in (*_SLOTS, *sorted(slots.keys() - set(_SLOTS))):
        yield from slots.get(slot, ())


def _row(subject: str, relation: str, obj: str) -> Row:
    vocabulary = vocabularies([obj])[obj]
    return {
        "subject_id": shorten(subject),
        "predicate_id": relation,
        "object_id": vocabulary.curie(obj),
        "mapping_justification": _UNSPECIFIED,
    }


def _authored(text: str) -> tuple[dict[tuple[str, str, str], Row], dict[str, str], dict[str, list[str]]]:
    """What curators wrote: a row for each triple, the prefixes, and the lines of each metadata slot."""
    prefixes = {**{prefix: PREFIXES[prefix] for prefix in ("id", "skos")}, **_SEMAPV}
    if not text:
        return {}, prefixes, {}
    lines = text.split("\n")
    header = [line.removeprefix("#") for line in lines if line.startswith("#")]
    slots: dict[str, list[str]] = {}
    slot = ""
    for line in header:
        if line[:1].strip():
            slot = line.partition(":")[0]
        slots.setdefault(slot, []).append(line)
    for line in slots.pop("curie_map", [""])[1:]:
        prefix, _, namespace = line.strip().partition(": ")
        prefixes[prefix] = namespace.strip('"')
    reader = csv.DictReader(lines[len(header) :], delimiter="\t", quoting=csv.QUOTE_NONE)
    triples = [(s, shorten(p), str(o)) for s, p, o in facts.mappings(text, _AUTHORED)]
    return dict(zip(triples, reader, strict=True)), prefixes, slots


def read(files: Files, _: Release) -> Iterator[Triple]:
    """The mappings, and the names of what is mapped."""
    text = files[_FILE].decode("utf-8")
    yield from facts.mappings(text, Path(_FILE))
    rows = csv.DictReader(
        [line for line in text.split("\n") if line[:1] != "#"], delimiter="\t", quoting=csv.QUOTE_NONE
    )
    for row in rows:
        yield name(row["subject_id"]), name("skos:prefLabel"), english(row["subject_label"])


FORMATS = (
    Format(
        "sssom",
        (_FILE,),
        "whoever joins these things with other vocabularies: mappings in SSSOM, with justification and confidence",
        write,
        read,
    ),
)
"""The formats of this module."""
