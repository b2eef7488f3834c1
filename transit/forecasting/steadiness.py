"""What is told moves for a reason or hardly at all, and never stands at nought for long.

Every message works all times out anew. What is told of far calls stands still while it is right to within some seconds:
a small change is not told. A train's times take a larger one up over some seconds, a bus's move no faster than
``BUS_FASTEST``: who looks twice in a minute is not told two different things. What changed without new evidence is let
through only by a little; and each change has its reason.
"""

import math
from typing import TYPE_CHECKING, Final

from transit.forecasting.corrections import settled_part
from transit.forecasting.promises import is_nearest_middle, make_promise
from transit.tracking.kernels import kernel
from transit.tracking.standing import AT_STOP, AT_TERMINAL, EXPECTED, HELD, NOT_DEPARTED, OFF_ROUTE, REASON_NONE
from transit.tracking.state import NEVER, Row

if TYPE_CHECKING:
    import numpy as np

SETTLE_RAIL_S: Final = 8.0
"""What is told of a train takes up what is worked out over about this long."""

RAIL_EARLY_S: Final = 9.0
RAIL_LATE_S: Final = 4.0
"""A train's far times stand still while they are at most so much earlier, or later, than worked out: a rider who comes
too late misses it."""

BUS_BAND_S: Final = 8.0
BUS_FASTEST: Final = 1.6
"""Seconds by which a bus's far calls may move in a second."""

RAIL_WATCHED: Final = 3
BUS_WATCHED: Final = 20
"""The lag is that of the call so many ahead, or of the last one: a bus's far calls move most."""

LAG_MAX_S: Final = 120.0
BUS_LAG_MAX_S: Final = 170.0
"""Less than FAR_S of transit.forecasting.corrections: so calls keep their order."""

UNEXPLAINED_S: Final = 15.0
"""Without new evidence no time moves by more than this from one message to the next (ETA.md 6.6)."""

DUE_S: Final = 20.0
DUE_LASTS_S: Final = 30
"""Who has been due within DUE_S for so long and did not come is held: no countdown stands at nought."""

HELD_REVISION: Final = 7
DETOUR_REVISION: Final = 4
PROGRESS_REVISION: Final = 1
TRAFFIC_REVISION: Final = 9
SETTLING_REVISION: Final = 10
"""Of schemas.line_forecasts.Revision."""

part_of_lag = kernel(settled_part)


@kernel
def settle(
    row: Row, who: "tuple[Row, Row]", come: "np.ndarray", span: "tuple[int, int]", when: "tuple[int, bool, bool]"
) -> None:
    """Steady what is told of a run and note it; ``when`` is (now, whether by status, whether others passed a stop)."""
    vehicle, memory = who
    first, last = span
    now, by_status, others = when
    has_news = vehicle.revision != 0 or vehicle.told_fix_time != vehicle.fix_time
    call = int(memory.told_call)
    if memory.told_at > 0.0 and first <= call < last and not math.isnan(come[call, 0]):
        change_s = come[call, 0] - memory.told_at
        if not (has_news or others) and abs(change_s) > UNEXPLAINED_S:
            bounded_s = min(max(change_s, -UNEXPLAINED_S), UNEXPLAINED_S)
            for k in range(first, last):
                for side in range(2):
                    come[k, side] = max(come[k, side] + bounded_s - change_s, float(now))
            change_s = bounded_s
        said = memory.told_at + part_of_lag(memory.told_at - memory.told_now, by_status) * memory.lag_s
        memory.lag_s = next_lag_s(memory.lag_s, change_s, float(now - memory.told_now), by_status)
        says = come[call, 0] + part_of_lag(come[call, 0] - now, by_status) * memory.lag_s
        moved_s = says - said
    else:
        memory.lag_s = 0.0
        moved_s = 0.0
    give_reason(row, (moved_s, has_news, others))
    memory.told_at = 0.0
    call = min(first + (RAIL_WATCHED if by_status else BUS_WATCHED), last - 1)
    if call >= first and not math.isnan(come[call, 0]):
        memory.told_call = call
        memory.told_at = come[call, 0]
        memory.told_now = now
    vehicle.told_fix_time = vehicle.fix_time
    row.lag_s = math.floor(memory.lag_s + 0.5)
    for k in range(first, last):
        for side in range(2):
            if not math.isnan(come[k, side]):
                come[k, side] += part_of_lag(come[k, side] - now, by_status) * memory.lag_s
    for k in range(max(first, 1), last):
        onward_s = come[k + 1, 0] - now if k + 1 < last else math.nan
        if not math.isnan(come[k, 0]) and is_nearest_middle(come[k, 0] - now, onward_s):
            make_promise(memory, now, (k, row.state == NOT_DEPARTED), come[k, 0])
    _note_due(row, who, come, now)


@kernel
def next_lag_s(lag_s: float, change_s: float, passed_s: float, by_status: bool) -> float:
    """How far what is told lags behind what is worked out, that having changed since ``passed_s`` seconds ago."""
    if by_status:
        behind_s = lag_s - change_s
        kept_s = min(max(behind_s, -RAIL_EARLY_S), RAIL_LATE_S)
        faded_s = kept_s + (behind_s - kept_s) * math.exp(-passed_s / SETTLE_RAIL_S)
        return float(min(max(faded_s, -LAG_MAX_S), LAG_MAX_S))
    settled_s = min(max(lag_s - change_s, -BUS_BAND_S), BUS_BAND_S)
    moved_s = change_s + settled_s - lag_s
    allowed_s = BUS_FASTEST * passed_s
    settled_s += min(max(moved_s, -allowed_s), allowed_s) - moved_s
    return float(min(max(settled_s, -BUS_LAG_MAX_S), BUS_LAG_MAX_S))


@kernel
def give_reason(row: Row, what: "tuple[float, bool, bool]") -> None:
    """Say why a run's times moved where its own report has not said so; ``what`` is (seconds moved, news, others)."""
    moved_s, has_news, others = what
    if row.revision != 0:
        return
    if has_news and row.state == OFF_ROUTE:
        row.revision = DETOUR_REVISION
    elif has_news and abs(moved_s) > UNEXPLAINED_S:
        row.revision = HELD_REVISION if moved_s > 0.0 else PROGRESS_REVISION
    elif others:
        row.revision = TRAFFIC_REVISION
    elif abs(moved_s) > UNEXPLAINED_S:
        row.revision = SETTLING_REVISION


@kernel
def _note_due(row: Row, who: "tuple[Row, Row]", come: "np.ndarray", now: int) -> None:
    """Hold who has been due for a while and did not come, as somebody who stands is held.

    A bus of which no report has come since it was due may have come unseen: no reason is given.
    """
    vehicle, memory = who
    position = int(row.next_position)
    side = 1 if row.state == NOT_DEPARTED or math.isnan(come[position, 0]) else 0
    at = come[position, side]
    if row.call_count == 0 or math.isnan(at) or at - now > DUE_S:
        memory.due_since = NEVER
        return
    if memory.due_since == NEVER:
        memory.due_since = now
    overdue_s = now - memory.due_since
    if overdue_s < DUE_LASTS_S or row.reason not in (REASON_NONE, AT_TERMINAL):
        return
    if row.verdict == EXPECTED and row.state != AT_STOP:
        row.held_s = max(row.held_s, overdue_s)
        if row.state == NOT_DEPARTED:
            row.reason = AT_TERMINAL
        elif vehicle.fix_time >= memory.due_since:
            row.reason = HELD
