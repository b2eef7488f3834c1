"""Room on a line for vehicles not seen before: those long silent give way, so that new names never darken it.

A feed may name its vehicles anew with every poll. Their old names are never heard again, and would fill the line's rows
until they are forgotten.
"""

from collections.abc import Collection
from typing import Final

import numpy as np

from transit.tracking.line_state import LineState
from transit.tracking.run_changes import leave_run
from transit.tracking.validate import VEHICLES_MAX

ROWS_MAX: Final = 2 * VEHICLES_MAX

SILENT_S: Final = 60
"""Who has said nothing for so long may give way; one that reports more seldom has a row again with its next report."""


def make_room(state: LineState, feed: str, vehicle_ids: Collection[str], now: int) -> None:
    """Forget the vehicles silent longest, as many as a feed's message needs rows for vehicles not seen before."""
    wanted = state.count + len(vehicle_ids) - ROWS_MAX
    if wanted <= 0:
        return
    known = state.row_of[feed]
    heard = {known[vehicle_id] for vehicle_id in vehicle_ids if vehicle_id in known}
    wanted -= len(heard)
    silent_since = state.vehicles["fix_time"][: state.count]
    longest = [row for row in np.argsort(silent_since, kind="stable").tolist() if row not in heard]
    gone = {row for row in longest[: max(wanted, 0)] if now - int(silent_since[row]) > SILENT_S}
    for row in sorted(gone):
        leave_run(state, row)
    if gone:
        state.drop_vehicles(gone)
