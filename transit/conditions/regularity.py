"""What a row of headways means to a rider who turns up without looking at a timetable."""

from collections.abc import Sequence
from typing import Final, NamedTuple

BUNCHED_RATIO: Final = 0.25
"""A vehicle that follows within a quarter of the planned headway is bunched: hardly anybody is left for it."""

GAP_RATIO: Final = 2.0
"""A headway of twice the planned one or more is a gap: as if a vehicle were missing."""


class Regularity(NamedTuple):
    """Headways (s) in figures. ``expected_wait_s`` is a rider's mean wait; ``None`` without a headway."""

    headways: int
    min_s: int | None
    mean_s: float | None
    max_s: int | None
    expected_wait_s: float | None
    bunched: int
    gaps: int


def expected_wait_s(headways_s: Sequence[float]) -> float | None:
    """The mean wait of riders who come evenly spread over time: sum of h^2 / (2 sum of h).

    Half the headway where all are equal; longer the more they differ, since more riders come into the long ones
    (Welding 1957; Osuna and Newell 1972).
    """
    total_s = sum(headways_s)
    return sum(h * h for h in headways_s) / (2 * total_s) if total_s > 0 else None


def describe_headways(headways_s: Sequence[int], *, planned_s: float | None) -> Regularity:
    """Headways in figures; bunching and gaps are told against ``planned_s``, where there is one."""
    if not headways_s:
        return Regularity(0, None, None, None, None, 0, 0)
    planned = planned_s or 0.0
    return Regularity(
        headways=len(headways_s),
        min_s=min(headways_s),
        mean_s=sum(headways_s) / len(headways_s),
        max_s=max(headways_s),
        expected_wait_s=expected_wait_s(headways_s),
        bunched=sum(h <= BUNCHED_RATIO * planned for h in headways_s) if planned else 0,
        gaps=sum(h >= GAP_RATIO * planned for h in headways_s) if planned else 0,
    )
