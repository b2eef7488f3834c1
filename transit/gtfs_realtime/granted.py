"""What of a timetable's runs a feed's reader is granted: a feed is written of nothing else."""

from collections.abc import Callable
from typing import NamedTuple

from transit.grants.fields import ALL

HasStop = Callable[[int], bool]
"""Whether a stop (row) is granted."""


def every_stop(row: int) -> bool:
    """Every stop is granted."""
    return row >= 0


def _every_place(latitude: float | None, longitude: float | None) -> bool:  # noqa: ARG001 - wherever it is
    return True


class Granted(NamedTuple):
    """Groups of fields (``transit.grants.fields``), stops (rows) and places (WGS-84 degrees).

    ``with_counts``: counts of people may be told as they are, not only their class.
    """

    fields: frozenset[str] = ALL
    has_stop: HasStop = every_stop
    has_place: Callable[[float | None, float | None], bool] = _every_place
    with_counts: bool = True
