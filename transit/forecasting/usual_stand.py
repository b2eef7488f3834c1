"""Whether a vehicle stands past its usual dwell: by how long its own line's vehicles stand, not by a constant."""

import math
from typing import Final

from transit.forecasting.train_hops import DWELL_DEVIATION, dwell_log
from transit.tracking.falling_back import due_at
from transit.tracking.holding import leaves_at
from transit.tracking.kernels import kernel
from transit.tracking.standing import (
    APPROACHING,
    AT_RISK,
    AT_STOP,
    DETOUR,
    EN_ROUTE,
    EXPECTED,
    HELD,
    NOT_COMING,
    REASON_NONE,
    STALLED,
)
from transit.tracking.state import NEVER, Row
from transit.tracking.usual_stands import usual_stand_s

PAST_Z: Final = 2.33
"""One stand in a hundred is so many standard deviations (of its ln) longer than the middle."""

STOP_LEAST_S: Final = 60.0
"""Nobody is said to be held before this: reports are half a minute apart, and doors are held for the last rider."""

WAY_LEAST_S: Final = 150.0
"""Trains are shown at one track circuit for as long as this while they move."""

AT_RISK_STOP_S: Final = 180.0
AT_RISK_WAY_S: Final = 150.0
"""Who is held for less than this will come, only later."""

GONE_AFTER_S: Final = 1200.0
"""A bus that has stood so long on its way, and past its time, has broken down or was left: of buses in Austin and
Washington that stood fifteen minutes one in two moved on, of those that stood twenty none."""

WAITS_LATE_S: Final = 30.0
"""Who waits for its time, a bus at a timepoint and a train at any stop, is held no sooner than this after it."""


@kernel
def note_held(row: Row, vehicle: Row, way: "tuple[Row, ...]", now: int) -> None:
    """Say of a run whose vehicle has stood longer than one in a hundred stands that it is held, or has stalled.

    At stops a train's stand is judged by that stop's own dwells, a bus's by its line's. Who is silent is neither: only
    reports show a vehicle standing.
    """
    if vehicle.still_since == NEVER or row.verdict != EXPECTED or row.reason not in (REASON_NONE, DETOUR):
        return
    stood_s = float(vehicle.fix_time - vehicle.still_since)
    by_status = way[1].by_status != 0
    if row.state == AT_STOP:
        stood_s = float(now - vehicle.still_since)
        position = int(row.next_position)
        if stood_s <= STOP_LEAST_S or stood_s <= held_after_s(way, position):
            return
        due = train_leaves_at(row, way, position) if by_status else leaves_at(row, way, position)
        if now < due + WAITS_LATE_S:
            return
        row.reason = HELD
        if stood_s > AT_RISK_STOP_S:
            row.verdict = AT_RISK
            _note_gone(row, vehicle, way)
    elif row.state in (EN_ROUTE, APPROACHING):
        if stood_s <= (WAY_LEAST_S if by_status else max(STOP_LEAST_S, usual_stand_s(way[6], PAST_Z))):
            return
        row.reason = HELD
        if stood_s > AT_RISK_WAY_S:
            row.verdict, row.reason = AT_RISK, STALLED
            _note_gone(row, vehicle, way)
    else:
        return
    row.held_s = int(stood_s)


@kernel
def _note_gone(row: Row, vehicle: Row, way: "tuple[Row, ...]") -> None:
    """A bus stands far longer than any that goes on: it is not coming, until it is seen to move."""
    since = max(float(vehicle.still_since), due_at(row, way, int(row.next_position)))
    if way[1].by_status == 0 and vehicle.fix_time - since > GONE_AFTER_S:
        row.verdict, row.reason = NOT_COMING, STALLED


@kernel
def train_leaves_at(row: Row, way: "tuple[Row, ...]", position: int) -> float:
    """When the timetable lets a train leave a call (POSIX s); 0 where it has none."""
    if not row.scheduled:
        return 0.0
    return float(row.service_start + row.start_s + way[3][way[2].timing_first + position].departure_s)


@kernel
def held_after_s(way: "tuple[Row, ...]", position: int) -> float:
    """Seconds that ninety-nine stands in a hundred at a call do not last."""
    if way[1].by_status:
        return math.exp(dwell_log(way, position) + PAST_Z * DWELL_DEVIATION)
    return float(usual_stand_s(way[6], PAST_Z))
