"""A line group's value without what a reach does not hold: whatever is made from it cannot tell what is not in it."""

from collections.abc import Callable
from typing import Final

import msgspec
import numpy as np

from schemas.line_forecasts import LOAD_COLUMNS, NO_TIME, TIME_COLUMNS, LineForecasts, Passage, RunForecast
from transit.grants.fields import CROWDING, EXPECTED, OCCUPANCY, POSITION, SPREAD, VEHICLE
from transit.grants.reach import Reach

_P50_COLUMNS: Final = (1, 4)
_ROW_BYTES: Final = 2 * TIME_COLUMNS

HasLine = Callable[[str], bool]
"""Whether a line of the group (its GTFS id) lies in the reach's area."""


def redact(forecasts: LineForecasts, reach: Reach, has_line: HasLine) -> LineForecasts:
    """The value that a reach is told. Runs of other lines go; withheld fields hold what "not reported" holds.

    Crowding is worked out from occupancy, so occupancy stays where either is granted; what is written out leaves the
    other away.
    """
    fields = reach.fields_of(forecasts.feed)
    runs: list[RunForecast] = []
    times: list[bytes] = []
    loads: list[bytes] = []
    first = 0
    for run in forecasts.runs:
        end = first + run.call_count * _ROW_BYTES
        if has_line(run.line_id):
            runs.append(_redact_run(run, reach, fields))
            if EXPECTED in fields:
                times.append(forecasts.times[first:end])
                loads.append(forecasts.loads[first // _ROW_BYTES * LOAD_COLUMNS : end // _ROW_BYTES * LOAD_COLUMNS])
        first = end
    packed = b"".join(times)
    return msgspec.structs.replace(
        forecasts,
        runs=tuple(runs),
        times=packed if SPREAD in fields else _without_spread(packed),
        loads=b"".join(loads) if CROWDING in fields else b"",
        passages=tuple(_redact_passage(each, fields) for each in forecasts.passages if has_line(each.line_id)),
    )


def _redact_run(run: RunForecast, reach: Reach, fields: frozenset[str]) -> RunForecast:
    changes: dict[str, object] = {}
    if EXPECTED not in fields:
        changes |= {"call_count": 0, "delay_s": None}
    if VEHICLE not in fields:
        changes |= {"vehicle_id": "", "vehicle_label": None}
    if POSITION not in fields or not reach.has_place(run.latitude, run.longitude):
        changes |= {"latitude": None, "longitude": None, "bearing_deg": None, "speed_mps": None}
    if OCCUPANCY not in fields and CROWDING not in fields:
        changes |= {"occupancy_status": None, "occupancy_percentage": None, "occupancy_observed_at": None}
        changes["carriages"] = ()
    return msgspec.structs.replace(run, **changes) if changes else run


def _redact_passage(passage: Passage, fields: frozenset[str]) -> Passage:
    return passage if VEHICLE in fields else msgspec.structs.replace(passage, vehicle_id="")


def _without_spread(times: bytes) -> bytes:
    rows = np.frombuffer(times, dtype="<i2").reshape(-1, TIME_COLUMNS).copy()
    rows[:, [column for column in range(TIME_COLUMNS) if column not in _P50_COLUMNS]] = NO_TIME
    return rows.tobytes()
