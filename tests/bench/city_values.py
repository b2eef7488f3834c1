"""Values of a whole city's lines as a tracker writes them, made without one: for benches of what reads them."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from schemas.line_forecasts import (
    Basis,
    LineConditions,
    LineForecasts,
    Revision,
    RunForecast,
    RunState,
    Verdict,
    VerdictReason,
    encode_public,
)
from schemas.line_value import LineValue, Watermark, encode_line_value
from tests.bench.mexico_city import STARTS_AT
from transit.timetable.compiled import Timetable

PRIVATE: Final = b"\0" * 8_000
"""What stands for the tracker's own part."""

CALLS_TOLD: Final = 25
_SPREAD_S: Final = np.array([-20, 0, 30, -10, 10, 45])


def packed_value(
    timetable: Timetable, line: int, poll: int, *, vehicles: int, every_s: int, starts_at: int = STARTS_AT
) -> bytes:
    """A line's value at a poll; every vehicle has reported again, and all its times have moved by some seconds."""
    patterns = np.flatnonzero(timetable.pattern_line == line).tolist()
    at = starts_at + every_s * poll
    runs, times = [], []
    for number in range(vehicles):
        pattern = patterns[number % len(patterns)]
        calls = int(timetable.pattern_call_offset[pattern + 1] - timetable.pattern_call_offset[pattern])
        position = number * (calls - 1) // vehicles
        told = min(CALLS_TOLD, calls - position)
        runs.append(_run(timetable, pattern, number=number, position=position, told=told, at=at))
        first = 60 + 7 * (number % 5) + 3 * poll + 90 * np.arange(told)
        times.append((first[:, None] + _SPREAD_S).astype("<i2"))
    public = LineForecasts(
        line_group=f"{timetable.name}:{timetable.group_id[int(timetable.line_group[line])]}",
        timetable=timetable.hash,
        computed_at=at,
        feed="bench",
        feed_down_since=None,
        runs=tuple(runs),
        times=np.concatenate(times).tobytes(),
        passages=(),
        conditions=LineConditions(vehicles, vehicles, 0, 0, {}),
    )
    return encode_line_value(LineValue(Watermark(1, 0, poll + 1), at, encode_public(public), PRIVATE))


def _run(timetable: Timetable, pattern: int, *, number: int, position: int, told: int, at: int) -> RunForecast:
    trip = timetable.trip_id[int(timetable.pattern_trip_offset[pattern])]
    return RunForecast(
        line_id=timetable.line_id[int(timetable.pattern_line[pattern])],
        trip_id=trip,
        service_date=int(datetime.fromtimestamp(at, ZoneInfo(timetable.timezone)).strftime("%Y%m%d")),
        start_time_s=18_000 + 60 * number,
        pattern=pattern,
        direction_id=int(timetable.pattern_direction[pattern]),
        vehicle_id=f"{trip}-{number}",
        vehicle_label=str(number),
        state=RunState.EN_ROUTE,
        basis=Basis.LIVE,
        verdict=Verdict.EXPECTED,
        verdict_reason=VerdictReason.NONE,
        revision=Revision.PROGRESS,
        observed_at=at - 5,
        valid_until=at + 90,
        latitude=19.4 + number / 100,
        longitude=-99.1,
        bearing_deg=45.0,
        speed_mps=6.0,
        progress_m=300.0 * number + at % 1000,
        next_position=position,
        call_count=told,
        skipped=(),
        occupancy_status=1,
        occupancy_percentage=30,
        occupancy_observed_at=at - 5,
        carriages=(),
        schedule_relationship=0,
        delay_s=at % 90,
        due=False,
    )
