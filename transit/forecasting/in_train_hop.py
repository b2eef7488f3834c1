"""When a train comes to its next stop, from standing at the one before or from where it is reported in between."""

from typing import Final

from transit.forecasting.places import time_from_place
from transit.forecasting.train_hops import dwell_left_s, run_s
from transit.tracking.kernels import kernel
from transit.tracking.state import NEVER, Row, Rows
from transit.tracking.stop_status import INCOMING_AT

INCOMING_S: Final = 1.5
INCOMING_MOST_S: Final = 60.0
LAST_METRES_S: Final = 19.0


@kernel
def train_arrival(
    row: Row, vehicle: Row, way: "tuple[Row, ...]", memory: "tuple[Row, tuple[Rows, Rows]]", at: "tuple[int, int]"
) -> float:
    """When a train comes to the stop at a position, from where it is now or from standing at the stop before."""
    calls, pattern = way[0], way[1]
    position, now = at
    ride_s = run_s(way, position, 0.0)
    if vehicle.arrived == position - 1 and vehicle.departed < vehicle.arrived:
        stood_s = float(now - vehicle.arrived_time) if vehicle.arrived_time != NEVER else float(now - memory[0].shown)
        stands_s = dwell_left_s(way, position - 1, max(stood_s, 0.0))
        return now + ride_s + max(stands_s, 2.0)
    here_m = calls[pattern.call_first + position].progress_m
    back_m = calls[pattern.call_first + position - 1].progress_m
    left = min(max((here_m - row.progress_m) / max(here_m - back_m, 1.0), 0.0), 1.0)
    prior_s, believed = way_left_s(vehicle.stop_status, left, ride_s)
    prior_s -= float(now - memory[0].shown)
    if vehicle.departed == position - 1 and vehicle.departed_time != NEVER:
        gone_s = float(now - vehicle.departed_time)
        prior_s = believed * prior_s + (1.0 - believed) * max(ride_s - gone_s, 0.0)
    return _from_place(memory, prior_s, now)


@kernel
def way_left_s(stop_status: int, left: float, ride_s: float) -> "tuple[float, float]":
    """Seconds from a report between two stops to the next, and how far to believe them beside the time since departure.

    ``left`` is the share of the way yet to go, ``ride_s`` the whole way's seconds. Fitted by least absolute deviations
    on half of a city's lines and checked on the other. A train that is said to come in is at most a minute away,
    however far off it is shown; one that is said to be on its way has its last metres slowly before it.
    """
    if stop_status == INCOMING_AT:
        return INCOMING_S + min(left * ride_s, INCOMING_MOST_S), 0.9
    return LAST_METRES_S + (0.88 * left + 0.1) * ride_s, 0.33


@kernel
def _from_place(memory: "tuple[Row, tuple[Rows, Rows]]", prior_s: float, now: int) -> float:
    """What the place says, weighed with what is expected without it; never before now."""
    since_s = float(now - memory[0].shown)
    seconds = time_from_place(memory[1], memory[0], prior_s + since_s)
    left_s = seconds - since_s
    if left_s < 4.0:
        left_s = 4.0 + min(0.25 * (4.0 - left_s), 120.0)
    return now + left_s
