"""What a tracker remembers between two messages, as typed arrays: one row a vehicle, one a hop, one for the line.

A row that refers to the timetable does so by the row numbers of the line's tables, so state is only good under the
timetable whose hash it carries. Times are POSIX seconds, ``NEVER`` where there is none.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from transit.tracking.packed_rows import gapless

NEVER: Final = 0
NONE: Final = -1

BEAM_WIDTH: Final = 4
"""Places a vehicle may be at that are kept side by side; more never changed a decision on the recordings."""

RECENT_PASSINGS: Final = 8
"""Last vehicles remembered for each hop."""

RECENT_LAGS: Final = 12
"""Departures from a first stop remembered for each direction."""

DIRECTIONS: Final = 2

LAG_SHARES: Final = 10
"""Quantiles kept of how late vehicles left a first stop on earlier days."""

Rows = npt.NDArray[np.void]
Row = Any
"""One row of such an array: numba makes a struct of it, while numpy's types know no fields."""

VEHICLE: Final = gapless(
    np.dtype(
        [
            # the run: which way it goes (rows of the line's tables) and by which clock
            ("run_key", "u8"),
            ("pattern", "i4"),
            ("trip", "i4"),
            ("service_start", "i8"),
            ("start_s", "i4"),
            ("next_trip", "i4"),
            ("service_day", "i4"),
            ("scheduled", "u1"),
            ("has_start", "u1"),
            ("relationship", "u1"),
            # the last report used
            ("stop_status", "i1"),
            ("occupancy_status", "i1"),
            ("occupancy_percentage", "i2"),
            ("stop_hint", "i2"),
            ("stop_row", "i4"),
            ("occupancy_time", "i8"),
            ("fix_time", "i8"),
            ("report_time", "i8"),
            ("told_fix_time", "i8"),
            ("latitude", "f4"),
            ("longitude", "f4"),
            ("bearing_deg", "f4"),
            ("speed_mps", "f4"),
            # where that is
            ("x_m", "f8"),
            ("y_m", "f8"),
            ("progress_m", "f8"),
            ("matched_m", "f8"),
            ("offset_m", "f4"),
            ("pace_mps", "f4"),
            ("jump_m", "f8"),
            ("jump_count", "i2"),
            ("back_count", "i2"),
            ("off_since", "i8"),
            ("still_since", "i8"),
            ("matched_time", "i8"),
            ("pending_since", "i8"),
            # what it passed
            ("arrived", "i2"),
            ("departed", "i2"),
            ("departed_origin", "u1"),
            ("finished", "u1"),
            ("revision", "u1"),
            ("due", "u1"),
            ("owner", "u1"),
            ("arrived_time", "i8"),
            ("departed_time", "i8"),
            ("ready_time", "i8"),
            ("searched_time", "i8"),
            ("first_seen", "i8"),
            ("gap_s", "i4"),
            ("beam_count", "i4"),
            # how it fared on the hops of its run: ln over what was usual, and how many stand behind it
            ("slow_sum", "f4"),
            ("slow_count", "f4"),
        ],
        align=True,
    )
)
"""One vehicle. ``has_start`` says that ``start_s`` is when its run is to begin, by the timetable or by the feed's word.

``arrived`` and ``departed`` are the last positions it was seen to pass, so none is told twice."""

BEAM: Final = np.dtype([("progress_m", "f4"), ("cost", "f4")], align=True)
"""One place a vehicle may be at; ``cost`` is minus log likelihood above the best."""

HOP: Final = np.dtype(
    [
        ("count", "f4"),
        ("mean_log", "f4"),
        ("theta", "f4"),
        ("theta_var", "f4"),
        ("at", "u4"),
        ("missed", "u2"),
        ("timed", "i2"),
    ],
    align=True,
)
"""What vehicles needed for a hop, as the mean of ln(seconds) and the weight behind it.

``missed`` counts the vehicles in a row that drove around the hop's end: left the way before it, came back after it.
``timed`` is how the trips it was learned from are timed, in parts of TIMED_PARTS (transit.tracking.timetable_pace).
"""

TIMED_PARTS: Final = 60_000.0

MISSED_BY: Final = 2
"""So many vehicles in a row around a stop are a detour."""

PASSING: Final = np.dtype([("at", "u4"), ("run_s", "u2"), ("dwell_s", "u2")], align=True)
"""One vehicle's way along a hop: when it arrived at the hop's end, its seconds on the way, its dwell before."""

LAG: Final = np.dtype([("at", "u4"), ("lag_s", "i4")], align=True)
"""One departure from a first stop: when, and how long after the scheduled time."""

SPREAD_PARTS: Final = 65_535.0

LINE: Final = np.dtype(
    [
        ("pace_count", "f4"),
        ("pace_log", "f4"),
        ("dwell_count", "f4"),
        ("dwell_log", "f4"),
        ("hop_count", "f4"),
        ("hop_log", "f4"),
        ("feed_down_since", "i8"),
        ("seen_day", "i4"),
        ("spread", "u2"),
        ("early", "u1"),
        ("held", "u1"),
    ],
    align=True,
)
"""The line: how its times stand to the timetable's (mean of ln(observed/scheduled)).

``pace`` is of a bus's hops and a train's runs, ``dwell`` of stands (a bus's: over what buses usually stand), ``hop`` of
a train's run and stand together (of a bus line's early buses: transit.tracking.falling_back). ``spread`` is
the variance of ln(seconds) of a bus's hop, or a train's run, about what was expected of it, in parts of SPREAD_PARTS
(0: nothing learned).
``feed_down_since`` is of before feeds were told apart (transit.tracking.line_feeds).
``early`` counts vehicles that came early to a timepoint, ``held`` those of them that waited there for their time.
"""

LEFT_RUN: Final = gapless(
    np.dtype(
        [("run_key", "u8"), ("left_at", "u4"), ("pattern", "i4"), ("arrived", "i2"), ("departed", "i2")], align=True
    )
)
"""A run whose vehicle went away: what was told of it must not be told again by the next vehicle."""

LEFT_RUNS_KEPT: Final = 32

PASSED: Final = np.dtype(
    [
        ("vehicle", "i4"),
        ("position", "i4"),
        ("departure", "i4"),
        ("pattern", "i4"),
        ("at", "i8"),
        ("earliest_at", "i8"),
        ("latest_at", "i8"),
    ],
    align=True,
)
"""A passage on its way out of the kernel."""


REPORT: Final = np.dtype(
    [
        ("vehicle", "i4"),
        ("stop_position", "i4"),
        ("stop_row", "i4"),
        ("fix_time", "i8"),
        ("report_time", "i8"),
        ("ready_time", "i8"),
        ("latitude", "f8"),
        ("longitude", "f8"),
        ("bearing_deg", "f8"),
        ("speed_mps", "f8"),
        ("x_m", "f8"),
        ("y_m", "f8"),
        ("has_position", "u1"),
        ("due", "u1"),
        ("stop_status", "i1"),
        ("occupancy_status", "i2"),
        ("occupancy_percentage", "i4"),
    ],
    align=True,
)
"""One report as the kernels read it.

``stop_row`` is its stop in the timetable, ``stop_position`` the call that stands for, where its status counts. Without
coordinates of its own it stands at that stop's. ``due`` says that its run is to begin later, at
``ready_time`` if that is known.
"""


_UNKNOWN_AT_FIRST: Final = (
    *("pattern", "trip", "next_trip", "arrived", "departed", "jump_m", "matched_m"),
    *("occupancy_status", "occupancy_percentage", "stop_status", "stop_hint", "stop_row"),
)


def new_vehicle() -> Rows:
    """One blank row of ``VEHICLE``."""
    row = np.zeros(1, VEHICLE)
    for name in _UNKNOWN_AT_FIRST:
        row[name] = NONE
    for name in ("latitude", "longitude", "bearing_deg", "speed_mps"):
        row[name] = np.nan
    return row
