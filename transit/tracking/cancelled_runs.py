"""Runs that a trip update has cancelled and no vehicle speaks for: told, so that nobody waits for them."""

from collections.abc import Iterator

from schemas.line_forecasts import HORIZON_S, Basis, Revision, RunForecast, RunState, Verdict, VerdictReason
from transit.assignment.service_days import find_trip_day, run_s
from transit.timetable.compiled import Timetable
from transit.timetable.service_day import service_date, service_day_start_s
from transit.tracking.line_tables import LineTables
from transit.tracking.trip_updates import CANCELED, Notices


def list_cancelled(
    notices: Notices, told: set[str], timetable: Timetable, tables: LineTables, now: int
) -> Iterator[RunForecast]:
    """The cancelled runs of the next hour and those that would be under way; ``told`` are trips with a vehicle."""
    for trip_id, notice in notices.items():
        row = timetable.trip_id.find(trip_id)
        if not notice.is_cancelled or trip_id in told or row not in tables.trip_rows:
            continue
        day = notice.day or find_trip_day(timetable, row, now)
        if day is None:
            continue
        starts_at = service_day_start_s(timetable.timezone, day) + int(timetable.trip_start_s[row])
        if starts_at - HORIZON_S <= now <= starts_at + run_s(timetable, row):
            yield _tell_cancelled(timetable, row, day, notice.at)


def _tell_cancelled(timetable: Timetable, row: int, day: int, at: int) -> RunForecast:
    pattern = int(timetable.trip_pattern[row])
    return RunForecast(
        line_id=timetable.line_id[int(timetable.pattern_line[pattern])],
        trip_id=timetable.trip_id[row],
        service_date=service_date(day),
        start_time_s=None,
        pattern=pattern,
        direction_id=int(timetable.pattern_direction[pattern]),
        vehicle_id="",
        vehicle_label=None,
        state=RunState.NOT_DEPARTED,
        basis=Basis.WITHHELD,
        verdict=Verdict.NOT_COMING,
        verdict_reason=VerdictReason.CANCELLED,
        revision=Revision.NONE,
        observed_at=at,
        valid_until=at,
        latitude=None,
        longitude=None,
        bearing_deg=None,
        speed_mps=None,
        progress_m=0.0,
        next_position=0,
        call_count=0,
        skipped=(),
        occupancy_status=None,
        occupancy_percentage=None,
        occupancy_observed_at=None,
        carriages=(),
        schedule_relationship=CANCELED,
        delay_s=None,
        due=False,
    )
