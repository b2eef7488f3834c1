"""A run that somebody said is cancelled and no vehicle is on: told, so that nobody waits for it."""

from typing import Final

from schemas.line_forecasts import Basis, Revision, RunForecast, RunState, Verdict, VerdictReason
from transit.timetable.compiled import Timetable
from transit.timetable.service_day import service_date

CANCELED: Final = 3
"""GTFS-realtime's ScheduleRelationship of a cancelled trip."""


def tell_cancelled(timetable: Timetable, row: int, day: int, at: int, start_s: int | None = None) -> RunForecast:
    """A trip (row) on a service day, cancelled at ``at`` (POSIX s), with nobody on it.

    ``start_s``: which of its runs, where one trip has several.
    """
    pattern = int(timetable.trip_pattern[row])
    return RunForecast(
        line_id=timetable.line_id[int(timetable.pattern_line[pattern])],
        trip_id=timetable.trip_id[row],
        service_date=service_date(day),
        start_time_s=start_s,
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
