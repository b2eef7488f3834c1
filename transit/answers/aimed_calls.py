"""The timetable's own calls at a stop in a span of time, and the headways of lines that run without one."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from transit.answers.calls_here import CallHere
from transit.answers.coming import AimedCall, HeadwayWindow
from transit.answers.run_ids import RunKey
from transit.timetable.compiled import Timetable
from transit.timetable.service_day import service_date as written_date

_Calls = Mapping[int, tuple[CallHere, ...]]


class ServiceDay(NamedTuple):
    """A service day and its clock: ``starts_at`` (POSIX s), and which services (rows) run on it."""

    day: int
    starts_at: int
    runs: npt.NDArray[np.bool_]


class Span(NamedTuple):
    """From ``first_at`` up to, not including, ``end_at`` (POSIX s)."""

    first_at: float
    end_at: float


class Aimed(NamedTuple):
    """What the timetable foresees: calls ordered by when they leave, and headways."""

    calls: tuple[AimedCall, ...]
    headways: tuple[HeadwayWindow, ...]


def list_aimed_calls(timetable: Timetable, calls: _Calls, day: ServiceDay, span: Span) -> Aimed:
    """The calls of ``day``'s trips that leave (at a last call: arrive) within ``span``, and headways in force in it."""
    found: list[AimedCall] = []
    headways: list[HeadwayWindow] = []
    for pattern_calls in calls.values():
        for here in pattern_calls:
            trips = _trips_of(timetable, here.pattern, day)
            found.extend(_timed(timetable, here, trips, day, span))
            for trip in trips[timetable.trip_has_frequency[trips]].tolist():
                found.extend(_exact(timetable, here, trip, day, span))
                headways.extend(_headways(timetable, here, trip, day, span))
    found.sort(key=lambda call: call.leaves_at)
    headways.sort(key=lambda window: window.starts_at)
    return Aimed(tuple(found), tuple(headways))


def aimed_call(timetable: Timetable, here: CallHere, key: RunKey, trip: int, starts_at: int) -> AimedCall:
    """The call ``here`` of one run that leaves its first stop at ``starts_at`` (POSIX s)."""
    cell = int(timetable.timing_offset[timetable.trip_timing[trip]]) + here.position
    arrives_at = starts_at + int(timetable.timing_arrival_s[cell])
    departs_at = starts_at + int(timetable.timing_departure_s[cell])
    return AimedCall(
        leaves_at=arrives_at if here.is_last else departs_at,
        key=key,
        trip=trip,
        here=here,
        arrives_at=None if here.is_first else arrives_at,
        departs_at=None if here.is_last else departs_at,
        starts_at=starts_at,
    )


def has_exact_times(timetable: Timetable, trip: int) -> bool:
    """Whether the runs of ``trip`` have times of their own: it has no frequency, or one with exact times."""
    first, end = timetable.trip_frequency_offset[trip], timetable.trip_frequency_offset[trip + 1]
    return not timetable.trip_has_frequency[trip] or bool(timetable.frequency_exact[first:end].all())


def leaving_s(timetable: Timetable, here: CallHere, trip: int) -> int:
    """Seconds from a trip's start until it leaves the call."""
    return int(_leaving_s(timetable, here, np.array([trip]))[0])


def _trips_of(timetable: Timetable, pattern: int, day: ServiceDay) -> npt.NDArray[np.intp]:
    first, end = int(timetable.pattern_trip_offset[pattern]), int(timetable.pattern_trip_offset[pattern + 1])
    return np.flatnonzero(day.runs[timetable.trip_service[first:end]]) + np.intp(first)


def _leaving_s(timetable: Timetable, here: CallHere, trips: npt.NDArray[np.intp]) -> npt.NDArray[np.int64]:
    """Seconds from each trip's start until it leaves the call."""
    cells = timetable.timing_offset[timetable.trip_timing[trips]].astype(np.int64) + here.position
    times = timetable.timing_arrival_s if here.is_last else timetable.timing_departure_s
    return times[cells].astype(np.int64)


def _timed(
    timetable: Timetable, here: CallHere, trips: npt.NDArray[np.intp], day: ServiceDay, span: Span
) -> Iterator[AimedCall]:
    timed = trips[~timetable.trip_has_frequency[trips]]
    starts_at = day.starts_at + timetable.trip_start_s[timed].astype(np.int64)
    leaves_at = starts_at + _leaving_s(timetable, here, timed)
    inside = (leaves_at >= span.first_at) & (leaves_at < span.end_at)
    date = written_date(day.day)
    for trip, start in zip(timed[inside].tolist(), starts_at[inside].tolist(), strict=True):
        yield aimed_call(timetable, here, RunKey(timetable.trip_id[trip], date), trip, start)


def _exact(timetable: Timetable, here: CallHere, trip: int, day: ServiceDay, span: Span) -> Iterator[AimedCall]:
    date, trip_id = written_date(day.day), timetable.trip_id[trip]
    lead_s = leaving_s(timetable, here, trip)
    for row in _frequencies(timetable, trip, exact=True):
        first, end = int(timetable.frequency_start_s[row]), int(timetable.frequency_end_s[row])
        for start_s in range(first, end, int(timetable.frequency_headway_s[row])):
            if span.first_at <= day.starts_at + start_s + lead_s < span.end_at:
                key = RunKey(trip_id, date, start_s)
                yield aimed_call(timetable, here, key, trip, day.starts_at + start_s)


def _headways(timetable: Timetable, here: CallHere, trip: int, day: ServiceDay, span: Span) -> Iterator[HeadwayWindow]:
    lead_s = leaving_s(timetable, here, trip)
    key = RunKey(timetable.trip_id[trip], written_date(day.day))
    for row in _frequencies(timetable, trip, exact=False):
        starts_at = day.starts_at + int(timetable.frequency_start_s[row]) + lead_s
        ends_at = day.starts_at + int(timetable.frequency_end_s[row]) + lead_s
        if starts_at < span.end_at and ends_at > span.first_at:
            yield HeadwayWindow(starts_at, ends_at, int(timetable.frequency_headway_s[row]), key, here)


def _frequencies(timetable: Timetable, trip: int, *, exact: bool) -> Iterator[int]:
    for row in range(int(timetable.trip_frequency_offset[trip]), int(timetable.trip_frequency_offset[trip + 1])):
        if bool(timetable.frequency_exact[row]) == exact and timetable.frequency_headway_s[row] > 0:
            yield row
