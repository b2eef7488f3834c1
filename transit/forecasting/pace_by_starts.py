"""How fast a railway's trains run in each direction, from where trains on their way have come since they started.

Of trains that the timetable lacks feeds often name the start. Such a train, seen for the first time at its tenth stop,
tells how long ten hops took today, long before the tracker has seen one of them. What a train waited at its first
stop, and where before its pattern's first it began, is alike for all: so the slope counts, seconds gone by over seconds
of the timetable, not where it begins (Theil 1950, Sen 1968: the middle of the slopes of all pairs).
"""

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from transit.tracking.hop_times import PACE_SHRINK
from transit.tracking.line_state import LineState
from transit.tracking.line_tables import LineTables
from transit.tracking.state import DIRECTIONS, NEVER, Row, Rows

TRAINS_LEAST: Final = 4
TRAINS_MOST: Final = 64
APART_S: Final = 600.0
"""Two trains this near each other on the timetable say nothing of the pace."""

ELSEWHERE_S: Final = 400.0
"""A train further than this from how others of its pattern stand to the timetable began elsewhere."""

LATE_VARIANCE: Final = 150.0**2
"""Of how late (s) trains are, beside their pace."""

HOP_VARIANCE: Final = 0.4**2
"""Of ln(seconds) of a train's hop about its line's pace; a line's about its timetable is one PACE_SHRINK-th of it."""

WAY_VARIANCE: Final = 0.05**2
"""Of a direction's pace (ln) about the line's."""

PACE_MOST: Final = 0.5
HEARD_S: Final = 300
STARTED_MOST_S: Final = 4 * 3600
BELIEVED: Final = 1e9

Floats = npt.NDArray[np.float64]


def line_by_direction(state: LineState, tables: LineTables, now: int) -> Rows:
    """What the line has learned (transit.tracking.state.LINE), of a railway for each direction: trains' starts tell."""
    if not tables.by_status:
        return state.line
    lines = np.repeat(state.line, DIRECTIONS)
    points: tuple[list[tuple[float, float, float]], ...] = tuple([] for _ in range(DIRECTIONS))
    for row in _list_started(state, tables, now):
        vehicle = state.vehicles[row]
        direction = 1 if int(tables.patterns["direction"][vehicle["pattern"]]) == 1 else 0
        points[direction].append(_how_far(vehicle, tables))
    for direction, seen in enumerate(points):
        found = find_slope(np.array(seen[-TRAINS_MOST:], np.float64)) if len(seen) >= TRAINS_LEAST else None
        if found is not None:
            lines["hop_log"][direction] = _blend(lines[direction], found)
            lines["hop_count"][direction] = BELIEVED
    return lines


def _list_started(state: LineState, tables: LineTables, now: int) -> list[int]:
    """Rows of trains on their way whose start only their feed names."""
    seen = state.vehicles[: state.count]
    on_way = (seen["pattern"] >= 0) & (seen["scheduled"] == 0) & (seen["finished"] == 0) & (seen["arrived"] >= 1)
    on_way &= (now - seen["fix_time"] <= HEARD_S) & (seen["owner"] == 1)
    since_s = seen["fix_time"] - seen["service_start"] - seen["start_s"]
    on_way &= (since_s > 0) & (since_s <= STARTED_MOST_S) & tables.patterns["by_status"][seen["pattern"]].astype(bool)
    return [row for row in np.flatnonzero(on_way).tolist() if state.texts[row].named.start_time]


def _how_far(vehicle: Row, tables: LineTables) -> tuple[float, float, float]:
    """Seconds that the timetable lets trains take to where a train is, seconds since its start, and its pattern."""
    pattern = tables.patterns[vehicle["pattern"]]
    first, arrived = int(pattern["call_first"]), int(vehicle["arrived"])
    calls = tables.calls[first : first + arrived + 1]
    planned_s = float(calls["usual_run_s"][1:].sum() + calls["usual_dwell_s"][1:-1].sum())
    at = int(vehicle["arrived_time"])
    if at == NEVER:
        at = int(vehicle["fix_time"])
        if vehicle["departed"] >= arrived and arrived + 1 < int(pattern["call_count"]):
            # first seen between two stops
            planned_s += 0.5 * float(tables.calls["usual_run_s"][first + arrived + 1])
    return planned_s, float(at - int(vehicle["service_start"]) - int(vehicle["start_s"])), float(vehicle["pattern"])


def find_slope(points: Floats) -> tuple[float, float] | None:
    """The ln of how much slower than planned trains run, and its precision.

    ``points`` are (seconds planned, gone by, pattern); only trains of one pattern are held against each other: others
    may have begun elsewhere.

    ``None`` where no two trains are far enough apart, or those behind came sooner than those ahead.
    """
    points = points[_began_alike(points)]
    planned_s, gone_s, pattern = points.T
    one, other = np.triu_indices(len(points), 1)
    apart_s = planned_s[other] - planned_s[one]
    far = (np.abs(apart_s) >= APART_S) & (pattern[one] == pattern[other])
    if not far.any():
        return None
    slope = float(np.median((gone_s[other] - gone_s[one])[far] / apart_s[far]))
    if slope <= 0.0:
        return None
    spread = sum(float(np.var(planned_s[pattern == each]) * (pattern == each).sum()) for each in np.unique(pattern))
    return min(max(math.log(slope), -PACE_MOST), PACE_MOST), spread / LATE_VARIANCE


def _began_alike(points: Floats) -> npt.NDArray[np.bool_]:
    """Which trains began about where most trains of their pattern did, by how far they are from its timetable."""
    off_s = points[:, 1] - points[:, 0]
    usual_s = np.zeros(len(points))
    for each in np.unique(points[:, 2]):
        usual_s[points[:, 2] == each] = np.median(off_s[points[:, 2] == each])
    return np.asarray(np.abs(off_s - usual_s) <= ELSEWHERE_S)


def _blend(line: Row, found: tuple[float, float]) -> float:
    """The pace of a direction: what its trains' starts tell, what the line's hops tell, and the timetable's own."""
    slope_log, precision = found
    count = float(line["hop_count"])
    of_hops = count / (count * WAY_VARIANCE + HOP_VARIANCE)
    total = precision + of_hops + PACE_SHRINK / HOP_VARIANCE
    return float((precision * slope_log + of_hops * float(line["hop_log"])) / total)
