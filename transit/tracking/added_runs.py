"""Runs that a trip update adds to the timetable and no vehicle is on yet: told by the times that come with them."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec
import numpy as np

from schemas.line_forecasts import (
    HORIZON_S,
    NO_TIME,
    TIME_COLUMNS,
    Basis,
    Revision,
    RunForecast,
    RunState,
    Verdict,
    VerdictReason,
)
from transit.assignment.service_days import day_meant
from transit.timetable.compiled import Timetable
from transit.timetable.service_day import find_day, service_date
from transit.tracking.line_tables import LineTables
from transit.tracking.reading import as_text

ADDED: Final = 1
NEW: Final = 8
HEARD_FOR_S: Final = 300
"""An added run of which its feed says nothing any more is told for this long."""

CALLS_MAX: Final = 400
_SKIPPED: Final = 1
_Z_P90: Final = 1.2816
"""Standard deviations from the middle of a normal spread to its p90: GTFS-realtime's uncertainty is taken for one."""


class Added(msgspec.Struct, array_like=True, frozen=True):
    """A run that the timetable lacks.

    ``pattern`` is its row among the line group's patterns, -1 where its stops follow none. ``calls`` are position,
    arrival, departure (POSIX s, 0: unsaid) and uncertainty (s, 0: unsaid), in the order of the pattern.
    """

    day: int
    pattern: int
    calls: tuple[tuple[int, int, int, int], ...]


def read_added(
    update: Any, timetable: Timetable, tables: LineTables, now: int, known: Added | None = None
) -> Added | None:
    """What a trip update adds; ``None`` where it adds nothing, for it is cancelled or the timetable has its trip.

    ``known`` is what was said of it before: while a feed that names no day repeats it, it stays of the day that it was
    taken for, also when the service day turns.
    """
    trip = update.trip
    if trip.schedule_relationship not in (ADDED, NEW) or timetable.trip_id.find(as_text(trip.trip_id)) >= 0:
        return None
    told = [call for call in update.stop_time_update if call.schedule_relationship != _SKIPPED][:CALLS_MAX]
    stops = [timetable.stop_id.find(as_text(call.stop_id)) for call in told]
    direction = int(trip.direction_id) if trip.HasField("direction_id") else -1
    pattern, positions = _find_pattern(stops, (as_text(trip.route_id), direction), timetable, tables)
    day = find_day(as_text(trip.start_date)) or (known.day if known else day_meant(timetable.timezone, now))
    calls = zip(positions, told, strict=True) if pattern >= 0 else ()
    return Added(day, pattern, tuple((position, *_times_of(call)) for position, call in calls))


def _times_of(call: Any) -> tuple[int, int, int]:
    arrival, departure = call.arrival, call.departure
    spread = max(int(arrival.uncertainty), int(departure.uncertainty), 0)
    return int(arrival.time), int(departure.time), spread


def _find_pattern(
    stops: Sequence[int], named: tuple[str, int], timetable: Timetable, tables: LineTables
) -> tuple[int, list[int]]:
    """The shortest pattern that calls at all these stops (rows) in order, another platform of a station included."""
    line, direction = timetable.line_id.find(named[0]), named[1]
    best, best_positions, fewest = -1, list[int](), 1 << 30
    for pattern, row in enumerate(tables.patterns):
        if line >= 0 and int(timetable.pattern_line[int(row["row"])]) != line:
            continue
        if direction >= 0 and int(row["direction"]) not in (direction, -1):
            continue
        count = int(row["call_count"])
        if len(stops) <= count < fewest:
            positions = _meet(stops, tables.list_stops(pattern), timetable)
            if positions:
                best, best_positions, fewest = pattern, positions, count
    return best, best_positions


def _meet(stops: Sequence[int], called: Sequence[int], timetable: Timetable) -> list[int]:
    """Where a pattern calls at each of the stops, in order; empty where it misses one."""
    parents = timetable.stop_parent
    positions: list[int] = []
    at = 0
    for stop in stops:
        station = int(parents[stop]) if stop >= 0 else -1
        while at < len(called) and not (called[at] == stop or (station >= 0 and int(parents[called[at]]) == station)):
            at += 1
        if stop < 0 or at == len(called):
            return []
        positions.append(at)
        at += 1
    return positions


def list_added(
    added: Sequence[tuple[str, int, Added]], timetable: Timetable, tables: LineTables, now: int
) -> Iterator[tuple[RunForecast, bytes]]:
    """The added runs with a call to come within the hour, and their rows of times; ``added`` are trip id, when said."""
    for trip_id, said_at, run in added:
        ahead = [call for call in run.calls if now <= max(call[1], call[2]) <= now + HORIZON_S]
        if run.pattern >= 0 and ahead and now - said_at <= HEARD_FOR_S:
            yield _tell(trip_id, said_at, run, ahead, (timetable, tables, now))


def _tell(
    trip_id: str,
    said_at: int,
    run: Added,
    ahead: Sequence[tuple[int, int, int, int]],
    around: tuple[Timetable, LineTables, int],
) -> tuple[RunForecast, bytes]:
    timetable, tables, now = around
    row = tables.patterns[run.pattern]
    pattern = int(row["row"])
    first, last = ahead[0][0], ahead[-1][0]
    times = np.full((last - first + 1, TIME_COLUMNS), NO_TIME, "<i2")
    for position, arrives, departs, spread in ahead:
        for column, at in ((0, arrives if position else 0), (3, departs if position < row["call_count"] - 1 else 0)):
            if now <= at <= now + 2 * HORIZON_S:
                times[position - first, column + 1] = at - now
                if spread:
                    band = round(_Z_P90 * spread)
                    times[position - first, column] = max(at - now - band, 0)
                    times[position - first, column + 2] = min(at - now + band, 2 * HORIZON_S)
    served = {call[0] for call in run.calls}
    starts = run.calls[0][0]
    before_m = float(tables.calls["progress_m"][int(row["call_first"]) + first - 1]) if first > starts else 0.0
    told = RunForecast(
        line_id=timetable.line_id[int(timetable.pattern_line[pattern])],
        trip_id=trip_id,
        service_date=service_date(run.day),
        start_time_s=None,
        pattern=pattern,
        direction_id=int(row["direction"]),
        vehicle_id="",
        vehicle_label=None,
        state=RunState.NOT_DEPARTED if first == starts else RunState.EN_ROUTE,
        basis=Basis.SCHEDULE,
        verdict=Verdict.NOT_TRACKED,
        verdict_reason=VerdictReason.NONE,
        revision=Revision.NONE,
        observed_at=said_at,
        valid_until=said_at + HEARD_FOR_S,
        latitude=None,
        longitude=None,
        bearing_deg=None,
        speed_mps=None,
        progress_m=before_m,
        next_position=first,
        call_count=len(times),
        skipped=tuple(at for at in range(first, int(row["call_count"])) if at not in served),
        occupancy_status=None,
        occupancy_percentage=None,
        occupancy_observed_at=None,
        carriages=(),
        schedule_relationship=ADDED,
        delay_s=None,
        due=False,
    )
    return told, times.tobytes()
