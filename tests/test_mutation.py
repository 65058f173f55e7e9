"""Of thousands of small faults in the real content, at least 98 in a hundred are noticed.

Two things notice them: the checks of the content, which say what is wrong; and, where those are silent, the list of
reviewed records, which tells that a part of a record is not what it was when it was reviewed. The mutants that only the
list tells of are those of `mutation-survivors.tsv`, by groups, each with the reason why no check of the content can.
"""

from __future__ import annotations

import csv
import os
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from jdm_kg.sources import SOURCES_SETTING
from tests.content import ROOT
from tests.mutation import REVIEW, Mutant, codes, mutants, records, representatives, survivors

LIST = ROOT / "tests" / "mutation-survivors.tsv"
SHARDS = 8
_SOURCES = Path(named) if (named := os.environ.get(SOURCES_SETTING)) else None


class Group(NamedTuple):
    """What the rows of the list name: mutants of a part of a class of records by one operator."""

    family: str
    predicate: str
    operator: str


class Known(NamedTuple):
    """A row of the list: how many of a group may survive at most, with and without the source documents, and why."""

    with_sources: int
    without_sources: int
    reason: str

    @property
    def here(self) -> int:
        """How many may survive with what is at hand."""
        return self.with_sources if _SOURCES else self.without_sources


@cache
def known() -> dict[Group, Known]:
    """The list."""
    with LIST.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return {
        Group(row["family"], row["predicate"], row["operator"]): Known(
            int(row["with sources"]), int(row["without sources"]), row["reason"]
        )
        for row in rows
    }


def group_of(mutant: Mutant) -> Group:
    """The group that a mutant belongs to."""
    return Group(mutant.family, mutant.predicate, mutant.operator)


@cache
def _shards() -> tuple[tuple[Mutant, ...], ...]:
    """All mutants in shards of about the same size; those of one group stay together."""
    groups: dict[tuple[str, str], list[Mutant]] = defaultdict(list)
    for mutant in mutants():
        groups[mutant.family, mutant.predicate].append(mutant)
    shards: list[list[Mutant]] = [[] for _ in range(SHARDS)]
    for key in sorted(groups, key=lambda key: (-len(groups[key]), key)):
        min(shards, key=len).extend(groups[key])
    return tuple(tuple(shard) for shard in shards)


@pytest.mark.parametrize("number", range(SHARDS))
def test_mutants_are_noticed(number: int) -> None:
    """No mutant goes unseen; of those that only the review tells of, there are no more than the list of groups says."""
    shard = _shards()[number]
    groups = {group_of(mutant) for mutant in shard}
    found: dict[Group, list[Mutant]] = defaultdict(list)
    unseen = []
    for mutant, is_told in survivors(shard, _SOURCES).items():
        found[group_of(mutant)].append(mutant)
        if not is_told:
            unseen.append(str(mutant))
    assert unseen == []
    allowed = {group: row.here for group, row in known().items() if group in groups}
    surplus = [str(mutant) for group, some in found.items() if len(some) > allowed.get(group, 0) for mutant in some]
    assert not surplus, "survive, and are not on the list:\n" + "\n".join(surplus)
    gone = [group for group, most in allowed.items() if most and not found[group]]
    assert not gone, f"are on the list, but none survives: {gone}"


@pytest.mark.parametrize("number", range(0, SHARDS, 2))
def test_mutants_are_noticed_alone_as_well(number: int) -> None:
    """A mutant that is noticed among others is noticed alone: of every other shard, one in a hundred is tried."""
    shard = _shards()[number]
    lost = set(survivors(shard[::100], _SOURCES))
    alone = {mutant: codes(mutant, _SOURCES) for mutant in shard[::100] if mutant not in lost}
    assert [str(mutant) for mutant, found in alone.items() if found <= {REVIEW}] == []


def test_list_names_groups_that_exist_and_says_why() -> None:
    """Every row of the list names mutants that there are, and no more of them, and gives a reason; rows are sorted."""
    counts = Counter(group_of(mutant) for mutant in mutants())
    rows = known()
    assert list(rows) == sorted(rows)
    assert {group for group, row in rows.items() if max(row[:2]) > counts[group]} == set()
    assert all(len(row.reason) > 20 and row.reason.endswith(".") for row in rows.values())


def test_checks_of_content_notice_most() -> None:
    """There are thousands of mutants; without the review, 88 in 100 are noticed with the documents, 86 without."""
    total = len(mutants())
    assert total >= 3000
    assert sum(row.with_sources for row in known().values()) <= 0.12 * total
    assert sum(row.without_sources for row in known().values()) <= 0.14 * total


def test_every_kind_and_part_is_mutated() -> None:
    """Every relation of claims, every class, and every part that some record of a class has, is among the mutants."""
    assert {record.kind for record, _ in representatives()} == {record.kind for record in records()}
    parts = {(record.family, part.predicate) for record in records() for part in record.parts()}
    assert {(record.family, predicate) for record, predicates in representatives() for predicate in predicates} == parts
