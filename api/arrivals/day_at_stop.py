"""A stop's service day as the timetable has it, read only where nothing comes: why, and when something will."""

from collections.abc import Sequence

import numpy as np

from api.arrivals.stop_view import StopHere
from api.view.compiled_view import CompiledView
from api.view.memory import View
from transit.answers.aimed_calls import Aimed, Span
from transit.answers.coming import AimedCall
from transit.answers.selection import Wish
from transit.answers.why_empty import DayAtStop
from transit.timetable.service_day import local_day, service_day_of

_DAY_S = 86_400
_NIGHT_S = 3 * 3600
"""Before this hour of the morning a rider still means last night's service, unless today's has begun."""
_DAYS_AHEAD = 7


def read_day_at_stop(view: View, stop: StopHere, wish: Wish, now: float) -> DayAtStop:
    """The service day that ``now`` (POSIX s) belongs to: yesterday's until its last call, today's from there on."""
    compiled = stop.compiled
    calls = (here for pattern in compiled.calls_at(stop.row).values() for here in pattern)
    lines = sorted({here.line for here in calls if wish.takes(here)})
    if not lines:
        # no day holds what no pattern does
        return DayAtStop(calls_at_all=False, first_at=None, last_at=None, lines_end_at=None, next_at=None)
    today = local_day(compiled.timetable.timezone, now)
    yesterday = _calls_of(view, stop, wish, today - 1)
    if yesterday and now < compiled.service_day(today).starts_at + _NIGHT_S and yesterday[-1] > now - _NIGHT_S:
        day, moments = today - 1, yesterday
    else:
        day, moments = today, _calls_of(view, stop, wish, today)
    return DayAtStop(
        calls_at_all=True,
        first_at=moments[0] if moments else None,
        last_at=moments[-1] if moments else None,
        lines_end_at=_lines_end_at(compiled, lines, day),
        next_at=_next_at(view, stop, wish, now),
    )


def _calls_of(view: View, stop: StopHere, wish: Wish, day: int) -> list[int]:
    """When the calls of one service day leave (POSIX s), in order; a headway's window by its two ends."""
    starts_at = stop.compiled.service_day(day).starts_at
    found = view.board.read(stop.compiled.name, stop.local_id, Span(starts_at, starts_at + 2 * _DAY_S))
    return sorted(at for first, last in _spans(found, wish, stop.compiled, day) for at in (first, last))


def _spans(found: Aimed, wish: Wish, compiled: CompiledView, day: int) -> list[tuple[int, int]]:
    starts_at = compiled.service_day(day).starts_at
    ends_at = compiled.service_day(day + 1).starts_at
    calls = [(call.leaves_at, call.leaves_at) for call in found.calls if wish.takes(call.here) and _is_of(call, day)]
    windows = [(w.starts_at, w.ends_at) for w in found.headways if wish.takes(w.here) and starts_at <= w.starts_at]
    return [*calls, *(span for span in windows if span[0] < ends_at)]


def _is_of(call: AimedCall, day: int) -> bool:
    return service_day_of(call.key.service_date) == day


def _lines_end_at(compiled: CompiledView, lines: Sequence[int], day: int) -> int | None:
    """When the last run of the day ends on these lines (rows), anywhere (POSIX s)."""
    table = compiled.timetable
    service_day = compiled.service_day(day)
    of_lines = np.isin(table.pattern_line[table.trip_pattern], np.array(lines, np.int64))
    trips = np.flatnonzero(service_day.runs[table.trip_service] & of_lines)
    if not len(trips):
        return None
    last_cells = table.timing_offset[table.trip_timing[trips] + 1] - 1
    return service_day.starts_at + int((table.trip_start_s[trips] + table.timing_arrival_s[last_cells]).max())


def _next_at(view: View, stop: StopHere, wish: Wish, now: float) -> int | None:
    """The next call that the timetable has within a week (POSIX s)."""
    for day in range(_DAYS_AHEAD):
        span = Span(now + day * _DAY_S, now + (day + 1) * _DAY_S)
        found = view.board.read(stop.compiled.name, stop.local_id, span)
        moments = [call.leaves_at for call in found.calls if wish.takes(call.here)]
        moments += [max(window.starts_at, int(now)) for window in found.headways if wish.takes(window.here)]
        if moments:
            return min(moments)
    return None
