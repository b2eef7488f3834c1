"""Counts of people too small to be safe, told as the class they fall in."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, Final

COUNTS: Final = frozenset({"percentage", "load_percentage", "riders"})
"""Members that count people: riders, and riders in percent of the capacity."""


def class_counts(value: Any, bounds: Sequence[int]) -> Any:  # type: ignore[explicit-any, unused-ignore]  # any JSON
    """The value with every count of people below the last bound replaced by ``null`` and its class beside it.

    ``bounds`` rise; classes are ``[0, b1)``, ``[b1, b2)`` and so on, written ``0-4``. Counts from the last bound on
    are safe and stay, but beside a small one: of riders and their percentage each tells the other.
    """
    if isinstance(value, list):
        return [class_counts(each, bounds) for each in value]
    if not isinstance(value, dict):
        return value
    counts = {name for name, member in value.items() if name in COUNTS and isinstance(member, int | float)}
    is_small = any(value[name] < bounds[-1] for name in counts)
    told: dict[str, object] = {}
    for name, member in value.items():
        if is_small and name in counts:
            told[name] = None
            told[f"{name}_class"] = class_of(member, bounds)
        else:
            told[name] = class_counts(member, bounds)
    return told


def class_of(count: float, bounds: Sequence[int]) -> str:
    """The class of a count, both ends included: ``5-19``; from the last bound on ``20+``."""
    place = bisect_right(bounds, count)
    low = bounds[place - 1] if place else 0
    return f"{low}-{bounds[place] - 1}" if place < len(bounds) else f"{low}+"
