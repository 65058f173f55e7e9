"""From many statements that can't be true together to few: a minimal justification."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def shrink(
    items: Sequence[Item], contradicts: Callable[[Sequence[Item]], bool], given: Sequence[Item] = ()
) -> list[Item]:
    """Some of the items that still contradict each other, and no longer do when any one of them is taken away.

    The items are halved again and again, so that few of many are found with few questions. Source: QuickXplain,
    U. Junker, "QUICKXPLAIN: Preferred explanations and relaxations for over-constrained problems", AAAI 2004. Its use
    on axioms, with a reasoner that only says yes or no: A. Kalyanpur, B. Parsia, M. Horridge and E. Sirin, "Finding all
    justifications of OWL DL entailments", ISWC 2007.

    Args:
        items: Together, and with those given, they contradict each other. Where there is a choice, the first are kept.
        contradicts: Whether some items contradict each other; with more items it must stay so.
        given: Items that are not up for choice.

    Returns:
        In the order of `items`; nothing where those given contradict each other by themselves.
    """
    if contradicts(given):
        return []
    return _needed(list(given), list(items), contradicts)


def _needed(given: list[Item], items: list[Item], contradicts: Callable[[Sequence[Item]], bool]) -> list[Item]:
    """What is needed of the items, where those given are sound by themselves."""
    if len(items) == 1:
        return items
    first, second = items[: len(items) // 2], items[len(items) // 2 :]
    if contradicts([*given, *first]):
        return _needed(given, first, contradicts)
    late = _needed([*given, *first], second, contradicts)
    if contradicts([*given, *late]):
        return late
    return [*_needed([*given, *late], first, contradicts), *late]
