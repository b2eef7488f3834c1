"""A run's forecast as a TripUpdate: when it calls at each stop ahead, how surely, and from where nothing is known."""

from typing import TYPE_CHECKING, Final, NamedTuple, cast

from google.transit.gtfs_realtime_pb2 import TripDescriptor, TripUpdate

from schemas.line_forecasts import NO_TIME, TIME_COLUMNS, RunForecast
from transit.answers.line_view import LineView
from transit.crowding.load import Load, class_probabilities, load_in_row
from transit.grants.fields import EXPECTED, VERDICT
from transit.gtfs_realtime.run_words import RunWords, is_cancelled

if TYPE_CHECKING:
    from google.transit.gtfs_realtime_pb2 import VehiclePosition

_SKIPPED: Final = TripUpdate.StopTimeUpdate.SKIPPED
_NO_DATA: Final = TripUpdate.StopTimeUpdate.NO_DATA
_SCHEDULED: Final = TripUpdate.StopTimeUpdate.SCHEDULED
_UNSCHEDULED: Final = TripUpdate.StopTimeUpdate.UNSCHEDULED


class Aimed(NamedTuple):
    """A run's aimed times: the start (POSIX s) its timing counts from, and the first cell of its timing."""

    starts_at: int
    first_cell: int


def fill_trip_update(
    update: TripUpdate, line: LineView, place: int, words: RunWords, *, aimed: Aimed | None, now: float
) -> None:
    """Write run ``place`` of a line's value.

    Calls ahead carry arrival and departure (p50, POSIX s); the uncertainty is half of what lies between p10 and p90.
    Where the load is foretold, a call has the likeliest class of how full the vehicle leaves it.
    The first call beyond the forecasts is ``NO_DATA``, which holds for those after it. A call foretold no later than
    the one before is left out: times must rise. Calls behind are left out too, save those of an early run that the
    timetable has still to come: without them a reader would take the run to be waiting there.
    Calls at stops that are not granted are left out, and that a call is skipped is told as ``NO_DATA`` where no verdict
    is granted.
    """
    run = line.forecasts.runs[place]
    words.fill_trip(update.trip, run)
    if run.vehicle_id:
        words.fill_vehicle(update.vehicle, run)
    update.timestamp = min(run.observed_at, int(now))
    if is_cancelled(run):
        return
    sequences, stops = words.calls_of(run.pattern)
    calls = update.stop_time_update
    # every call of a trip without a schedule must say so, and can say nothing else
    timed = _UNSCHEDULED if update.trip.schedule_relationship == TripDescriptor.UNSCHEDULED else _SCHEDULED
    if aimed is not None and EXPECTED in words.granted.fields:
        _add_early(update, run, words, aimed, line.forecasts.computed_at)
    first, beyond = run.next_position, run.next_position + run.call_count
    row = line.rows[place]
    times = line.times[row * TIME_COLUMNS : (row + run.call_count) * TIME_COLUMNS].tolist()
    left_at = NO_TIME
    skipped = _SKIPPED if VERDICT in words.granted.fields else _NO_DATA
    for position in filter(stops.__getitem__, range(first, beyond)):
        relationship = skipped
        cell = (position - first) * TIME_COLUMNS
        arrives, departs = times[cell + 1], times[cell + 4]
        if position not in run.skipped:
            relationship = _NO_DATA if arrives == departs == NO_TIME else timed
        if relationship == timed:
            if (departs if arrives == NO_TIME else arrives) <= left_at:
                continue
            left_at = arrives if departs == NO_TIME else departs
        call = calls.add(stop_sequence=sequences[position], stop_id=stops[position], schedule_relationship=relationship)
        if relationship == timed:
            _fill_times(call, times[cell : cell + TIME_COLUMNS], line.forecasts.computed_at)
            if position + 1 < beyond:
                _fill_crowding(call, load_in_row(line.forecasts.loads, row + position + 1 - first))
            if arrives == NO_TIME and position:
                # it stands there: it came no later than it was heard
                call.arrival.time = min(run.observed_at, call.departure.time)
    if timed == _SCHEDULED:
        _end_knowledge(update, run, words, first=beyond, skipped=skipped)


def _end_knowledge(
    update: TripUpdate,
    run: RunForecast,
    words: RunWords,
    *,
    first: int,
    skipped: "TripUpdate.StopTimeUpdate.ScheduleRelationship",
) -> None:
    """Say at the first granted call from position ``first`` on that nothing is known from there."""
    sequences, stops = words.calls_of(run.pattern)
    position = next((each for each in range(first, len(stops)) if stops[each]), None)
    if position is not None:
        relationship = skipped if position in run.skipped else _NO_DATA
        update.stop_time_update.add(
            stop_sequence=sequences[position], stop_id=stops[position], schedule_relationship=relationship
        )


def _fill_times(call: TripUpdate.StopTimeUpdate, times: list[int], computed_at: int) -> None:
    early, arrives, late, departs_early, departs, departs_late = times
    if arrives != NO_TIME:
        call.arrival.time = computed_at + arrives
        if early != NO_TIME and late != NO_TIME:
            call.arrival.uncertainty = (late - early) // 2
    if departs != NO_TIME:
        call.departure.time = computed_at + departs
        if departs_early != NO_TIME and departs_late != NO_TIME:
            call.departure.uncertainty = (departs_late - departs_early) // 2


def _fill_crowding(call: TripUpdate.StopTimeUpdate, onward: Load | None) -> None:
    """The likeliest class of how full the vehicle leaves the call: as full as it is to reach the next one."""
    if onward is not None:
        shares = class_probabilities(onward)
        likeliest = shares.index(max(shares))
        call.departure_occupancy_status = cast("VehiclePosition.OccupancyStatus", likeliest)


def _add_early(update: TripUpdate, run: RunForecast, words: RunWords, aimed: Aimed, now: int) -> None:
    """The calls behind an early run that the timetable has still to come, each as late as it can have been left."""
    sequences, stops = words.calls_of(run.pattern)
    departure_s = words.timetable.timing_departure_s
    behind: list[int] = []
    for position in range(run.next_position - 1, -1, -1):
        if aimed.starts_at + int(departure_s[aimed.first_cell + position]) <= now:
            break
        behind.append(position)
    for count, position in enumerate(reversed(behind)):
        if not stops[position]:
            continue
        left_at = min(run.observed_at, now) - (len(behind) - count)
        call = update.stop_time_update.add(
            stop_sequence=sequences[position], stop_id=stops[position], schedule_relationship=_SCHEDULED
        )
        if position:
            call.arrival.time = left_at
        call.departure.time = left_at
