"""How long a vehicle's silence is borne before its run steps down to the timetable.

Beyond three times its usual gap between reports a vehicle hardly ever comes back as if nothing had been: on the
recordings stepping down then costs no arrival its promise, and spares riders many that nobody would keep.
"""

from typing import Final

from transit.tracking.kernels import kernel
from transit.tracking.state import NEVER, Row

GAPS: Final = 3
LEAST_S: Final = 180
MOST_S: Final = 360
"""Feeds that report seldom are given more time, but nobody six minutes under way (GTFS-realtime best practice)."""

WAITING_MOST_S: Final = 1200
OVERDUE_S: Final = 120
"""Vehicles parked at a terminal fall silent for a quarter of an hour and leave as if nothing had been; one that should
have left so long ago and is silent has not."""

GAP_MAX_S: Final = 600


@kernel
def note_gap(vehicle: Row, fix_time: int) -> None:
    """Learn how far apart a vehicle's reports usually are, from one that is newer than its last."""
    if vehicle.fix_time == NEVER or fix_time <= vehicle.fix_time:
        return
    gap_s = min(fix_time - vehicle.fix_time, GAP_MAX_S)
    vehicle.gap_s = gap_s if vehicle.gap_s == 0 else vehicle.gap_s + (gap_s - vehicle.gap_s) // 4


@kernel
def withdrawn_after_s(vehicle: Row) -> int:
    """Seconds after its last report until which a vehicle's run is told by it."""
    patience_s = min(max(GAPS * vehicle.gap_s, LEAST_S), MOST_S)
    if vehicle.departed_origin or not vehicle.has_start:
        return int(patience_s)
    due = vehicle.service_start + vehicle.start_s
    return int(min(max(due + OVERDUE_S - vehicle.fix_time, patience_s), WAITING_MOST_S))
