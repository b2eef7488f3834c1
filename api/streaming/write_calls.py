"""Writes the calls of a run as streams tell them: what never changes about a call is written once a pattern."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import orjson

from api.streaming.by_timetable import ByTimetable
from api.view.compiled_view import CompiledView
from api.view.local_times import QuotedTimes
from api.view.memory import View
from schemas.line_forecasts import NO_TIME, TIME_COLUMNS, Basis, RunForecast
from transit.answers.line_view import LineView

_COLUMNS: Final = (
    "expected_early_at",
    "expected_at",
    "expected_late_at",
    "expected_departure_early_at",
    "expected_departure_at",
    "expected_departure_late_at",
)
_NOT_TOLD: Final = (b"null",) * TIME_COLUMNS


class Pattern(NamedTuple):
    """A pattern's calls: each one's stop (public id), its JSON with places for six times, as served and as skipped.

    ``places`` holds each stop's last position.
    """

    stops: tuple[str, ...]
    served: tuple[bytes, ...]
    skipped: tuple[bytes, ...]
    places: dict[str, int]


_UNKNOWN: Final = Pattern((), (), (), {})


class CallTexts:
    """The patterns written so far."""

    def __init__(self, view: View) -> None:
        self._patterns = ByTimetable[int, Pattern](view)

    def of(self, compiled: CompiledView, pattern: int) -> Pattern:
        """A pattern (row; -1 where it is not known) of a timetable."""
        if pattern < 0:
            return _UNKNOWN
        written = self._patterns.of(compiled.timetable.hash)
        found = written.get(pattern)
        if found is None:
            found = written[pattern] = _read_pattern(compiled, pattern)
        return found


def _read_pattern(compiled: CompiledView, pattern: int) -> Pattern:
    table = compiled.timetable
    rows = range(int(table.pattern_call_offset[pattern]), int(table.pattern_call_offset[pattern + 1]))
    stops = tuple(f"{compiled.name}:{table.stop_id[int(table.call_stop[row])]}" for row in rows)
    columns = b"".join(b'"%b":%%b,' % column.encode() for column in _COLUMNS)
    fixed = []
    for stop, row in zip(stops, rows, strict=True):
        fields = {
            "stop_id": stop,
            "stop_sequence": int(table.call_sequence[row]),
            "progress_m": round(float(table.call_progress_m[row])),
        }
        fixed.append(orjson.dumps(fields)[:-1].replace(b"%", b"%%") + b"," + columns)
    return Pattern(
        stops,
        tuple(each + b'"skipped":false}' for each in fixed),
        tuple(each + b'"skipped":true}' for each in fixed),
        {stop: place for place, stop in enumerate(stops)},
    )


def moments_of(line: LineView) -> list[list[int]]:
    """A value's times (POSIX s), a row a call."""
    told = np.frombuffer(line.forecasts.times, np.dtype("<i2")).reshape(-1, TIME_COLUMNS).astype(np.int64)
    rows: list[list[int]] = np.where(told == NO_TIME, QuotedTimes.NOT_TOLD, told + line.forecasts.computed_at).tolist()
    return rows


class Moments(NamedTuple):
    """Where a run's moments are: the call at position ``n`` of its pattern has ``rows[first + n]``."""

    rows: list[list[int]]
    first: int
    written: QuotedTimes


def write_calls(
    pattern: Pattern, run: RunForecast, positions: Sequence[int], moments: Moments
) -> tuple[tuple[str, bytes], ...]:
    """The calls at these positions of the pattern, each with its stop; one not served or withheld has no times."""
    rows, first, written = moments
    stops, served = pattern.stops, pattern.served
    if not run.skipped and run.basis is not Basis.WITHHELD:
        read = written.__getitem__
        return tuple([(stops[at], served[at] % tuple(map(read, rows[first + at]))) for at in positions])
    calls = []
    for at in positions:
        if at in run.skipped:
            calls.append((stops[at], pattern.skipped[at] % _NOT_TOLD))
        elif run.basis is Basis.WITHHELD:
            calls.append((stops[at], served[at] % _NOT_TOLD))
        else:
            calls.append((stops[at], served[at] % tuple(written[moment] for moment in rows[first + at])))
    return tuple(calls)
