"""A line group's hours of accuracy as sums, so that an answer over many lines adds rows and unpacks no record."""

from collections.abc import Callable, Sequence
from typing import Final, Self

import numpy as np
import orjson
from numpy.typing import NDArray

from schemas.scores import LineScores
from transit.accuracy.tally import HORIZON_EDGES_S, BinSums, HourTally

_BINS: Final = len(HORIZON_EDGES_S) - 1
_KINDS: Final = 5
_LEFT_OUT: Final = 5
WIDTH: Final = 2 * _KINDS * _BINS + _LEFT_OUT
"""Numbers of an hour: of both binnings each sum bin by bin, then what was counted and left out."""

Sums = NDArray[np.int64]
Written = dict[str, orjson.Fragment]


class ScoredHours:
    """``starts_at`` (POSIX s) of each hour, oldest first, and beside it a row of ``sums``."""

    __slots__ = ("_kept", "starts_at", "sums")

    def __init__(self, starts_at: NDArray[np.int64], sums: Sums) -> None:
        self.starts_at = starts_at
        self.sums = sums
        self._kept: tuple[int, Written] | None = None

    @classmethod
    def of(cls, hours: Sequence[LineScores]) -> Self:
        """The sums behind published hours.

        Raises:
            ValueError: a record has other bins than these, or an hour comes twice or out of order.
        """
        if any(each.horizon_edges_s != HORIZON_EDGES_S for each in hours):
            raise ValueError("hours of other horizons")
        starts_at = np.array([each.hour_starts_at for each in hours], dtype=np.int64)
        if (np.diff(starts_at) <= 0).any():
            raise ValueError("hours out of order")
        rows = [_row(each) for each in hours]
        means = np.array([row[0] for row in rows], dtype=np.float64).reshape(len(rows), 2, _KINDS, _BINS)
        # whole numbers stand behind the means: what is rounded is the division's last digit
        means[:, :, 1:] *= means[:, :, :1]
        counted = np.array([row[1] for row in rows], dtype=np.int64).reshape(len(rows), _LEFT_OUT)
        sums = np.hstack((np.rint(means).astype(np.int64).reshape(len(rows), WIDTH - _LEFT_OUT), counted))
        return cls(starts_at, sums)

    def first_since(self, since: int) -> int:
        """How many hours began before ``since`` (POSIX s)."""
        return int(np.searchsorted(self.starts_at, since))

    def kept(self, first: int, write: Callable[[Sums], Written]) -> Written:
        """What ``write`` makes of the sums of the hours from ``first`` on, made once while nothing changes."""
        if self._kept is None or self._kept[0] != first:
            self._kept = first, write(self.sums[first:].sum(axis=0))
        return self._kept[1]


_NONE: Final = (0.0,) * (_KINDS * _BINS)


def _row(hour: LineScores) -> tuple[tuple[float, ...], tuple[int, ...]]:
    predicted = hour.predicted
    figures = (
        *hour.count,
        *hour.mean_absolute_error_s,
        *hour.mean_error_s,
        *hour.inside_ratio,
        *hour.early_ratio,
        *(
            _NONE
            if predicted is None
            else (
                *predicted.count,
                *predicted.mean_absolute_error_s,
                *predicted.mean_error_s,
                *predicted.inside_ratio,
                *predicted.early_ratio,
            )
        ),
    )
    return figures, (hour.arrivals, hour.scored, hour.unsure, hour.unforetold, hour.unanswered)


def tally_of(sums: Sums) -> HourTally:
    """A row of sums, or several added up, as a tally."""
    numbers = sums.tolist()
    bins = [numbers[at : at + _BINS] for at in range(0, WIDTH - _LEFT_OUT, _BINS)]
    return HourTally(BinSums(*bins[:_KINDS]), BinSums(*bins[_KINDS:]), *numbers[-_LEFT_OUT:])
