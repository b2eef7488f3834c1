"""A vehicle that goes on under another run's name or on another pattern: what it passed stays passed."""

from typing import Final

from transit.tracking.line_state import LineState
from transit.tracking.line_tables import LineTables
from transit.tracking.run_changes import begin_run
from transit.tracking.run_finder import Run
from transit.tracking.state import NEVER, NONE

_KEPT: Final = ("matched_time", "departed_origin", "arrived_time", "departed_time", "slow_sum", "slow_count")


def go_over(state: LineState, row: int, run: Run, tables: LineTables) -> None:
    """Put a train on a run that is its present one by another name or way, where it is.

    On another pattern it is at the call at the same stop; where that has none, its next report places it anew.
    """
    vehicle = state.vehicles[row]
    pattern, arrived = int(vehicle["pattern"]), int(vehicle["arrived"])
    stands = int(vehicle["departed"]) < arrived
    kept = [(name, vehicle[name]) for name in _KEPT]
    progress_m = float(vehicle["progress_m"])
    same_way = pattern == run.pattern
    place = arrived if same_way else _find_place(tables, (pattern, arrived), run.pattern)
    begin_run(state, row, run)
    # the memories are of this train's calls: they hold as long as these are counted alike
    memory_key = run.key if same_way else 0
    state.memories["run_key"][row] = state.riders["run_key"][row] = memory_key
    if place == NONE and arrived != NONE:
        return
    for name, value in kept:
        vehicle[name] = value
    if not same_way:
        first = int(tables.patterns["call_first"][run.pattern])
        progress_m = float(tables.calls["progress_m"][first + max(place, 0)])
    vehicle["progress_m"] = vehicle["matched_m"] = progress_m
    vehicle["arrived"] = max(int(vehicle["arrived"]), place)
    vehicle["departed"] = max(int(vehicle["departed"]), place - 1 if stands else place)
    vehicle["off_since"] = NEVER


def _find_place(tables: LineTables, at: tuple[int, int], pattern: int) -> int:
    """The call of another pattern at the stop of a pattern's call (``at``: pattern, position), -1 for none."""
    old, position = at
    if position == NONE:
        return NONE
    return tables.find_call(pattern, tables.list_stops(old)[position])
