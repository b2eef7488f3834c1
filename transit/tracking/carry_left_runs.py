"""Runs that vehicles left, carried to another timetable: what was told of them is not told again under it."""

from typing import TYPE_CHECKING

import numpy as np

from transit.tracking.state import NONE, Rows

if TYPE_CHECKING:
    from transit.timetable.compiled import Timetable
    from transit.tracking.line_tables import LineTables


def carry_left_runs(left_runs: Rows, old: "tuple[Timetable, LineTables]", new: "tuple[Timetable, LineTables]") -> Rows:
    """The rows with their patterns' rows in the new tables; those whose pattern is not known there are noughts.

    A pattern keeps its id only while it makes the same calls, so positions hold.
    """
    carried = np.zeros_like(left_runs)
    for place, left in enumerate(left_runs):
        if left["left_at"] == 0:
            continue
        name = old[0].pattern_id[int(old[1].patterns["row"][left["pattern"]])]
        pattern = new[1].pattern_rows.get(new[0].pattern_id.find(name), NONE)
        if pattern != NONE:
            carried[place] = left
            carried["pattern"][place] = pattern
    return carried
