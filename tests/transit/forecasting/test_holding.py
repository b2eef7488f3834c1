"""Buses that are early wait at timepoints where their line's drivers do, and only there."""

from typing import Any

import pytest

from schemas.line_value import Watermark
from transit.answers.line_view import view_line
from transit.answers.why import ARRIVAL, explain

HOP_S = 180
STREET = [(400.0 * i, 0.0) for i in range(17)]
TIMEPOINTS = frozenset(range(0, 16, 2))
FAST_MPS = 8.0
LAST_HELD = 12


def drive_early(line: Any, *, holds: bool) -> int:
    """A bus as fast as it can, waiting for its time at timepoints if ``holds``; the second (after eight) it is at."""
    at, x_m = 0, 0.0
    line.go(-60, 0.0, trip="way-1")
    while x_m < 400.0 * LAST_HELD + 100.0:
        line.go(at, x_m, trip="way-1")
        stop, beyond_m = divmod(x_m, 400.0)
        waits = holds and beyond_m == 0.0 and int(stop) in TIMEPOINTS and at < HOP_S * stop
        x_m += 0.0 if waits else 80.0
        at += 10
    return at


@pytest.fixture
def line(drive_way: Any) -> Any:
    return drive_way(STREET, STREET, HOP_S, timepoints=TIMEPOINTS)


def test_39_a_bus_early_at_a_timepoint_is_told_to_wait_there_where_the_lines_drivers_do(line: Any) -> None:
    drive_early(line, holds=True)
    told = line.times("way-1")
    assert told[14][4] > 14 * HOP_S - 60
    assert told[15][1] > 14 * HOP_S - 60


def test_where_nobody_waits_at_timepoints_no_hold_is_told(line: Any) -> None:
    at = drive_early(line, holds=False)
    told = line.times("way-1")
    assert told[15][1] < at + 600 < 14 * HOP_S


def test_holds_are_named_where_a_served_time_is_taken_apart(line: Any) -> None:
    drive_early(line, holds=True)
    view = view_line(Watermark(1, 0, 1), line.outcome.public)
    why = explain(view, 0, 15, column=ARRIVAL, is_rail=False)
    assert why is not None
    assert why.hold_s > 60
    terms = (why.position_s, why.hold_s, why.layover_s, why.hops_s, why.dwell_s, why.correction_s)
    assert sum(terms) == why.told_s


def test_what_a_bus_was_held_is_not_learned_as_the_time_of_its_hop(line: Any) -> None:
    drive_early(line, holds=True)
    told = line.times("way-1")
    assert told[15][1] - told[14][4] < 120
