"""Writes the list of surviving mutants anew: `JDM_KG_SOURCES=… python -m tests.mutation_list`, some minutes.

A row that was on the list keeps its reason; a new one gets a question mark, which the test does not accept.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from pathlib import Path

from jdm_kg.sources import SOURCES_SETTING
from tests.mutation import mutants, survivors
from tests.test_mutation import LIST, Group, group_of, known


def rows(sources: Path) -> list[tuple[str, ...]]:
    """The rows of the list, sorted.

    Args:
        sources: The folder with the source documents.
    """
    found: list[Counter[Group]] = [Counter(map(group_of, survivors(mutants(), folder))) for folder in (sources, None)]
    reasons = {group: row.reason for group, row in known().items()} if LIST.exists() else {}
    groups = sorted(set().union(*found))
    return [(*group, *(str(count[group]) for count in found), reasons.get(group, "?")) for group in groups]


if __name__ == "__main__":
    table = rows(Path(os.environ[SOURCES_SETTING]))
    with LIST.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(("family", "predicate", "operator", "with sources", "without sources", "reason"))
        writer.writerows(table)
