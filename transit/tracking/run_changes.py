"""When a vehicle takes up another run, at once or when the present one is over; and whose run it is if two claim it."""

from typing import Final

import numpy as np

from transit.tracking.line_state import LineState
from transit.tracking.run_finder import Run, service_date_of
from transit.tracking.state import NEVER, NONE, Row

FINISHING_M: Final = 400.0
"""A vehicle that names another trip this near its run's end is still on that run: signs flip before the last stop."""

FINISHING_S: Final = 300
SILENT_OWNER_S: Final = 180
REPLACED_AFTER_S: Final = 300
REPLACED_M: Final = 200.0
"""A vehicle that has stood this long while another of its run is this far ahead was replaced by it."""

BEHIND_M: Final = 200.0
"""A vehicle seen this far behind a call that it made has driven back to begin again."""

_PLACE: Final = ("matched_m", "matched_time", "beam_count")
_CARRIED: Final = (
    *_PLACE,
    "progress_m",
    "departed_origin",
    "arrived_time",
    "departed_time",
    "slow_sum",
    "slow_count",
)


def is_finishing(vehicle: Row, length_m: float) -> bool:
    """Whether a vehicle that names another trip is to finish its present run first."""
    return bool(
        vehicle["pattern"] >= 0
        and vehicle["departed_origin"]
        and not vehicle["finished"]
        and vehicle["off_since"] == NEVER
        and vehicle["owner"]
        and length_m - vehicle["progress_m"] <= FINISHING_M
    )


def begin_run(state: LineState, row: int, run: Run, *, is_behind: bool = False, on_rails: bool = False) -> None:
    """Put a vehicle on a run: from its beginning, or where an earlier vehicle of the same run left off.

    Another run of the same pattern goes on where the vehicle is, unless that ``is_behind`` what it passed. A bus begins
    one whose start is still ahead when it drives on from there: it may have turned short, to drive back to the first
    stop. A train (``on_rails``) is where the stop is that it names.
    """
    vehicle = state.vehicles[row]
    leave_run(state, row)
    is_here = bool(vehicle["pattern"] == run.pattern and vehicle["departed_origin"] and not vehicle["finished"])
    is_here = is_here and not is_behind
    is_early = run.has_start and state.last_poll_s < run.service_start + run.start_s
    goes_on = is_here and (on_rails or not is_early)
    carried = [(name, vehicle[name]) for name in (_CARRIED if goes_on else _PLACE if is_here else ())]
    reached = (int(vehicle["arrived"]), int(vehicle["departed"])) if goes_on else (NONE, NONE)
    for name in (*_CARRIED, "finished", "off_since", "jump_count", "back_count", "due", "ready_time"):
        vehicle[name] = 0
    vehicle["matched_m"], vehicle["jump_m"] = NONE, NONE
    for name, value in carried:
        vehicle[name] = value
    if is_here and not goes_on:
        # where it stood on its way was no waiting to begin
        vehicle["still_since"] = NEVER
    vehicle["run_key"], vehicle["pattern"], vehicle["trip"] = run.key, run.pattern, run.trip
    vehicle["service_day"], vehicle["service_start"] = run.service_day, run.service_start
    vehicle["start_s"], vehicle["scheduled"], vehicle["has_start"] = run.start_s, run.is_scheduled, run.has_start
    vehicle["next_trip"], vehicle["pending_since"] = run.next_trip, NEVER
    vehicle["arrived"], vehicle["departed"] = reached
    _take_up(state, row)
    text = state.texts[row]
    text.trip_id, text.start_time_s = run.trip_id, run.start_time_s
    text.service_date = service_date_of(run.service_day)
    text.pending = None
    text.left_out = ()
    _mark_seen(state, run)


def leave_run(state: LineState, row: int) -> None:
    """Remember how far a run was told before its vehicle leaves it, so that nothing is told twice."""
    vehicle = state.vehicles[row]
    if vehicle["pattern"] < 0 or not vehicle["owner"] or vehicle["departed"] == vehicle["arrived"] == NONE:
        return
    oldest = int(np.argmin(state.left_runs["left_at"]))
    same = np.flatnonzero(state.left_runs["run_key"] == vehicle["run_key"])
    place = int(same[0]) if len(same) else oldest
    told = (vehicle["pattern"], vehicle["arrived"], vehicle["departed"])
    state.left_runs[place] = (vehicle["run_key"], state.last_poll_s, *told, 0)


def _take_up(state: LineState, row: int) -> None:
    """Claim the run: it is the vehicle's own unless another is on it; calls already told stay told."""
    vehicle = state.vehicles[row]
    key = vehicle["run_key"]
    others = state.vehicles["run_key"][: state.count] == key
    others[row] = False
    vehicle["owner"] = not bool((state.vehicles["owner"][: state.count] * others).any())
    left = np.flatnonzero((state.left_runs["run_key"] == key) & (state.left_runs["pattern"] == vehicle["pattern"]))
    if len(left):
        told = state.left_runs[int(left[0])]
        vehicle["arrived"] = max(vehicle["arrived"], told["arrived"])
        vehicle["departed"] = max(vehicle["departed"], told["departed"])


def _mark_seen(state: LineState, run: Run) -> None:
    if run.is_scheduled and run.service_day == state.line["seen_day"][0]:
        state.seen[run.trip >> 3] |= np.uint8(1 << (run.trip & 7))


def settle_claims(state: LineState, now: int) -> None:
    """Give each run that several vehicles claim to one of them: the first, until it falls silent or never sets out."""
    keys = state.vehicles["run_key"][: state.count]
    listed = keys.tolist()
    if len(set(listed)) + max(0, listed.count(0) - 1) == state.count:
        return
    distinct, counts = np.unique(keys[keys != 0], return_counts=True)
    for key in distinct[counts > 1].tolist():
        rows = np.flatnonzero(keys == key).tolist()
        owners = [row for row in rows if state.vehicles["owner"][row]]
        heir = _choose_owner(state, rows, owners, now)
        for row in owners:
            if row != heir:
                state.vehicles["owner"][row] = 0
        state.vehicles["owner"][heir] = 1
        for name in ("arrived", "departed"):
            state.vehicles[name][heir] = max(int(state.vehicles[name][row]) for row in [heir, *owners])


def _choose_owner(state: LineState, rows: list[int], owners: list[int], now: int) -> int:
    def is_heard(row: int) -> bool:
        return bool(now - state.vehicles["fix_time"][row] <= SILENT_OWNER_S)

    def is_under_way(row: int) -> bool:
        return bool(state.vehicles["departed_origin"][row] and not state.vehicles["finished"][row])

    if not owners:
        return max(rows, key=lambda row: (is_heard(row), is_under_way(row), -row))
    owner = owners[0]
    rivals = [row for row in rows if row != owner and is_heard(row)]
    under_way = [row for row in rivals if is_under_way(row)]
    if not is_heard(owner) and rivals:
        return max(rivals, key=lambda row: (is_under_way(row), -row))
    if not is_under_way(owner) and not state.vehicles["finished"][owner] and under_way:
        return under_way[0]
    progress_m = state.vehicles["progress_m"]
    ahead = [row for row in under_way if progress_m[row] > progress_m[owner] + REPLACED_M]
    if ahead and now - state.vehicles["still_since"][owner] > REPLACED_AFTER_S:
        return max(ahead, key=lambda row: (progress_m[row], -row))
    return owner
