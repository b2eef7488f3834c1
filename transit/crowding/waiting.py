"""Riders on a platform, estimated from trains and demand: who gathers since each line's last vehicle left.

At a stop riders of a line come at the rate at which they usually board at that hour, and wait until a vehicle takes
them; so as many wait as came since the last one left. How crowded that is, the stop's own busiest hour says: the share
of those who usually stand there right before vehicles come then (as TfL tells stations against their busiest times).
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from transit.answers.calls_here import CallHere
from transit.answers.line_view import LineView
from transit.conditions.headways_now import forecast_at, list_running
from transit.history.boarding import BoardingHabits
from transit.history.time_of_day import TimeOfDay
from transit.timetable.compiled import Timetable

GATHER_MOST_S: Final = 1800.0
"""Longer than this nobody waits: who came so long ago has given up, or it was another hour's demand."""


class Waiting(NamedTuple):
    """Riders who wait, and who usually do right before vehicles come in the stop's busiest hour."""

    riders: float
    busiest: float


def waiting_at(
    calls: Iterable[CallHere],
    lines: dict[str, LineView],
    timetable: Timetable,
    habits: BoardingHabits,
    moment: tuple[float, TimeOfDay, dict[int, int]],
) -> Waiting | None:
    """Who waits at a stop for the lines that call there; ``None`` where no demand or no vehicle is known.

    ``lines`` are values by line group, all under ``timetable``; ``moment`` is now (POSIX s), the same as histories tell
    it, and the riders that a vehicle of each line (row) holds.
    """
    now, when, capacity = moment
    hops: dict[tuple[int, int], list[CallHere]] = {}
    for here in calls:
        if here.boardable:
            hops.setdefault((here.line, int(timetable.call_stop[here.row + 1])), []).append(here)
    riders = busiest = 0.0
    known = False
    for (line, onward), heres in hops.items():
        here, value = heres[0], lines.get(heres[0].group_id)
        stops = timetable.stop_id[here.stop], timetable.stop_id[onward]
        boarding = habits.find(here.line_id, *stops, when)
        since_s = None if value is None else since_last_left_s(value, timetable, heres, now)
        if boarding is None:
            continue
        busiest += boarding.busiest * capacity[line]
        if since_s is not None:
            known = True
            riders += boarding.boards * min(since_s, GATHER_MOST_S) / boarding.headway_s * capacity[line]
    return Waiting(riders, busiest) if known and busiest > 0.0 else None


def since_last_left_s(line: LineView, timetable: Timetable, heres: Iterable[CallHere], now: float) -> float | None:
    """Seconds since the last vehicle under way left one of a line's calls at a stop; ``None`` where none is beyond."""
    positions = {here.pattern: here.position for here in heres}
    line_id = next(here.line_id for here in heres)
    gone = [
        left_s
        for at in list_running(line, line_id, now)
        for left_s in _left_s(line, timetable, (at, positions.get(line.forecasts.runs[at].pattern, -1)), now)
    ]
    return min(gone, default=None)


def _left_s(line: LineView, timetable: Timetable, what: tuple[int, int], now: float) -> Iterator[float]:
    """How long ago a run (its place in the value) left the call at a position, if it has.

    The timetable's time from there to its next call, less what is left of the way to that.
    """
    at, position = what
    run = line.forecasts.runs[at]
    trip = timetable.trip_id.find(run.trip_id)
    if position < 0 or run.next_position <= position or run.call_count < 1 or trip < 0:
        return
    comes_at = forecast_at(line, line.rows[at])
    first = int(timetable.timing_offset[timetable.trip_timing[trip]])
    if comes_at is not None:
        aimed_s = timetable.timing_arrival_s[first + run.next_position] - timetable.timing_departure_s[first + position]
        yield max(float(aimed_s) - (comes_at - now), 0.0)
