"""What one value of a line group changed against the one before: which runs, which of their calls, which are gone."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from schemas.line_forecasts import NO_TIME, TIME_COLUMNS, RunForecast
from transit.answers.line_view import LineView

_Moments = npt.NDArray[np.int64]
_NEVER: Final = np.iinfo(np.int64).min
_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class RunChange:
    """A run of which something changed.

    ``row`` is its place in the value's runs. ``positions`` are the calls ahead whose times, or whether they are
    served, differ from what was told before; all of them where the run is new. ``left`` are positions that were ahead
    of it and are no longer. ``is_new``: it was not told before, or goes by another pattern now.
    """

    row: int
    positions: tuple[int, ...]
    left: _Span
    is_new: bool


@dataclass(frozen=True, slots=True)
class LineChange:
    """``gone`` holds runs of the earlier value that the later one no longer tells."""

    runs: tuple[RunChange, ...]
    gone: tuple[RunForecast, ...]


def compare_line(before: LineView | None, after: LineView) -> LineChange:
    """What ``after`` changed; without a value before it everything is new.

    A run whose vehicle reported again counts as changed even where no time did: its age is part of what is told.
    """
    moments = _moments(after)
    earlier = None if before is None else _moments(before)
    found = []
    for key, row in after.by_key.items():
        run = after.forecasts.runs[row]
        last = None if before is None else before.find_run(key)
        if before is None or earlier is None or last is None or last.pattern != run.pattern:
            found.append(RunChange(row, _all(run), (0, 0), is_new=True))
            continue
        there = before.rows[before.by_key[key]]
        positions = _differing(run, moments[after.rows[row] :], last, earlier[there:])
        if positions or last != run:
            found.append(RunChange(row, positions, (last.next_position, run.next_position), is_new=False))
    gone = () if before is None else _gone(before, after)
    return LineChange(tuple(found), gone)


def _all(run: RunForecast) -> tuple[int, ...]:
    return tuple(range(run.next_position, run.next_position + run.call_count))


def _gone(before: LineView, after: LineView) -> tuple[RunForecast, ...]:
    runs = before.forecasts.runs
    return tuple(runs[row] for key, row in before.by_key.items() if key not in after.by_key)


def _differing(run: RunForecast, now: _Moments, last: RunForecast, then: _Moments) -> tuple[int, ...]:
    """Positions told in ``run`` that are not, or otherwise, told in ``last``."""
    first, end = run.next_position, run.next_position + run.call_count
    start, stop = max(first, last.next_position), min(end, last.next_position + last.call_count)
    if start >= stop:
        return _all(run)
    same = now[start - first : stop - first] == then[start - last.next_position : stop - last.next_position]
    differing = set((np.flatnonzero(~same.all(axis=1)) + start).tolist())
    differing.update(range(first, start), range(stop, end))
    if run.skipped != last.skipped:
        differing.update(at for at in set(run.skipped) ^ set(last.skipped) if first <= at < end)
    return tuple(sorted(differing))


def _moments(line: LineView) -> _Moments:
    """The value's times (POSIX s), a row a call."""
    told = np.frombuffer(line.forecasts.times, np.dtype("<i2")).reshape(-1, TIME_COLUMNS).astype(np.int64)
    told[told == NO_TIME] = _NEVER
    told[told != _NEVER] += line.forecasts.computed_at
    return told
