"""Runs that a trip update has cancelled and no vehicle speaks for: told, so that nobody waits for them."""

from collections.abc import Iterator

from schemas.line_forecasts import HORIZON_S, RunForecast
from transit.answers.cancelled_run import tell_cancelled
from transit.assignment.service_days import find_trip_day, run_s
from transit.timetable.compiled import Timetable
from transit.timetable.service_day import service_day_start_s
from transit.tracking.line_tables import LineTables
from transit.tracking.said_times import parse_run_name
from transit.tracking.trip_updates import Notices


def list_cancelled(
    notices: Notices, told: set[tuple[str, int | None]], timetable: Timetable, tables: LineTables, now: int
) -> Iterator[RunForecast]:
    """The cancelled runs of the next hour and those that would be under way.

    ``told`` are the runs (trip id and start) with a vehicle. Where all runs of a frequency are cancelled at once, they
    are told as one as long as no vehicle is on any.
    """
    with_vehicle = {trip_id for trip_id, _ in told}
    for name, notice in sorted(notices.items()):
        trip_id, start_s = parse_run_name(name)
        row = timetable.trip_id.find(trip_id)
        if not notice.is_cancelled or (trip_id, start_s) in told or row not in tables.trip_rows:
            continue
        if start_s is None and timetable.trip_has_frequency[row] and trip_id in with_vehicle:
            continue
        day = notice.day or find_trip_day(timetable, row, now)
        if day is None:
            continue
        starts_at = service_day_start_s(timetable.timezone, day) + (
            int(timetable.trip_start_s[row]) if start_s is None else start_s
        )
        if starts_at - HORIZON_S <= now <= starts_at + run_s(timetable, row):
            yield tell_cancelled(timetable, row, day, notice.at, start_s)
