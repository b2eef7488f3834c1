"""A line group's part of the timetable as the kernels read it: patterns concatenated, a row for what one step reads."""

import math
from dataclasses import dataclass
from typing import Final
from zlib import crc32

import numpy as np
import numpy.typing as npt

from transit.timetable.compiled import Timetable
from transit.timetable.plane import short_way_deg
from transit.timetable.railways import is_railway
from transit.tracking.hop_times import usual_hop_logs
from transit.tracking.opposite_hops import find_opposites
from transit.tracking.state import Rows
from transit.tracking.timetable_pace import note_trip_paces
from transit.tracking.untimed_hops import time_untimed

METRES_PER_DEGREE: Final = 111_195.0
"""One degree of latitude on a sphere of 6,371 km."""

SEGMENT: Final = np.dtype(
    [("x_m", "f8"), ("y_m", "f8"), ("ux", "f8"), ("uy", "f8"), ("length_m", "f8"), ("progress_m", "f8")], align=True
)
"""A straight piece of a pattern's shape: its start, its unit direction, its length, metres along the pattern."""

CALL: Final = np.dtype(
    [
        ("progress_m", "f8"),
        ("x_m", "f8"),
        ("y_m", "f8"),
        ("hop", "i4"),
        ("stop", "i4"),
        ("sequence", "i4"),
        ("timepoint", "i4"),
        ("hop_name", "u4"),
        ("usual_run_s", "f4"),
        ("usual_dwell_s", "f4"),
        ("opposite", "i4"),
        ("glued", "i4"),
        ("usual_log", "f8"),
    ],
    align=True,
)
"""A call.

``hop_name`` stands for the two stops of the hop that ends here, whatever the line. The usual run to it and dwell at it
are the medians over all trips of the timetable on that hop; a bus's run holds the dwell. ``opposite`` is the call that
ends the hop beside the one to it, the other way round; -1 for none. ``glued`` is the position that the trip goes on
from where its stop list is two lists glued together (transit.tracking.untimed_hops); -1 for none.
``usual_log`` is the ln of the seconds that the usual run and the distance let a bus expect on the hop that ends here.
"""

PATTERN: Final = np.dtype(
    [
        ("length_m", "f8"),
        ("segment_first", "i4"),
        ("segment_last", "i4"),
        ("call_first", "i4"),
        ("call_count", "i4"),
        ("direction", "i4"),
        ("row", "i4"),
        ("has_shape", "i4"),
        ("by_status", "i4"),
    ],
    align=True,
)
"""``by_status``: a railway's pattern, where the report's stop and status say more than its coordinates."""

TRIP: Final = np.dtype(
    [
        ("pattern", "i4"),
        ("timing_first", "i4"),
        ("start_s", "i4"),
        ("block", "i4"),
        ("row", "i4"),
        ("pace_log", "f4"),
    ],
    align=True,
)
"""``pace_log``: how much longer (ln) a bus's trip is timed than its hops usually are (transit.tracking.timetable_pace).
"""

SCHEDULED: Final = np.dtype([("arrival_s", "i4"), ("departure_s", "i4")], align=True)
"""Seconds after the trip's start."""


@dataclass(frozen=True, slots=True)
class LineTables:
    """One line group's rows. Places are metres east and north of ``origin`` (latitude, longitude, degrees).

    ``by_status``: vehicles of some pattern are placed by the stop they name and how they stand to it, as trains are.
    """

    group: str
    lines: tuple[int, ...]
    origin: tuple[float, float]
    metres_per_longitude: float
    segments: Rows
    calls: Rows
    patterns: Rows
    trips: Rows
    timings: Rows
    hop_rows: npt.NDArray[np.int32]
    trip_rows: dict[int, int]
    pattern_rows: dict[int, int]
    call_count_max: int
    by_status: bool

    def list_stops(self, pattern: int) -> list[int]:
        """The stops (rows of the timetable) at which a pattern calls, in order."""
        row = self.patterns[pattern]
        stops: list[int] = self.calls["stop"][row["call_first"] : row["call_first"] + row["call_count"]].tolist()
        return stops

    def find_call(self, pattern: int, stop: int) -> int:
        """The position of a pattern's first call at a stop (row of the timetable), -1 for none."""
        stops = self.list_stops(pattern)
        return stops.index(stop) if stop in stops else -1

    def place(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Degrees to metres east and north of the line's origin."""
        return (
            float(short_way_deg(longitude - self.origin[1])) * self.metres_per_longitude,
            (latitude - self.origin[0]) * METRES_PER_DEGREE,
        )


def build_line_tables(timetable: Timetable, group: str) -> LineTables:
    """Gather a line group's tables.

    Raises:
        KeyError: the timetable has no such group.
    """
    row = timetable.group_id.find(group)
    if row < 0:
        raise KeyError(group)
    span = slice(int(timetable.group_line_offset[row]), int(timetable.group_line_offset[row + 1]))
    lines = tuple(int(line) for line in timetable.group_line[span])
    pattern_rows = [
        pattern
        for line in lines
        for pattern in range(timetable.line_pattern_offset[line], timetable.line_pattern_offset[line + 1])
    ]
    origin = _origin(timetable, pattern_rows)
    scale = METRES_PER_DEGREE * math.cos(math.radians(origin[0]))
    calls, hop_rows = _calls(timetable, pattern_rows, origin, scale)
    segments, patterns = _shapes(timetable, pattern_rows, origin, scale)
    trips, timings = _trips(timetable, pattern_rows)
    _note_usual(calls, patterns, trips, timings)
    note_trip_paces(trips, patterns, calls, timings)
    ends = np.flatnonzero(calls["hop"] >= 0)
    length_m = calls["progress_m"][ends] - calls["progress_m"][ends - 1]
    calls["usual_log"][ends] = usual_hop_logs(calls["usual_run_s"][ends].astype(np.float64), length_m)
    by_status = bool(patterns["by_status"].any())
    calls["opposite"] = -1 if by_status else find_opposites(calls, patterns)
    return LineTables(
        group=group,
        lines=lines,
        origin=origin,
        metres_per_longitude=scale,
        segments=segments,
        calls=calls,
        patterns=patterns,
        trips=trips,
        timings=timings,
        hop_rows=hop_rows,
        trip_rows={int(trip): i for i, trip in enumerate(trips["row"])},
        pattern_rows={pattern: i for i, pattern in enumerate(pattern_rows)},
        call_count_max=int(patterns["call_count"].max(initial=0)),
        by_status=by_status,
    )


def _origin(timetable: Timetable, pattern_rows: list[int]) -> tuple[float, float]:
    if not pattern_rows:
        return 0.0, 0.0
    point = int(timetable.pattern_point_offset[pattern_rows[0]])
    return float(timetable.point_latitude[point]), float(timetable.point_longitude[point])


def _calls(
    timetable: Timetable, pattern_rows: list[int], origin: tuple[float, float], scale: float
) -> tuple[Rows, npt.NDArray[np.int32]]:
    rows = _spans(timetable.pattern_call_offset, pattern_rows)
    calls = np.zeros(len(rows), CALL)
    stops = timetable.call_stop[rows]
    calls["progress_m"] = timetable.call_progress_m[rows]
    calls["x_m"] = short_way_deg(timetable.stop_longitude[stops] - origin[1]) * scale
    calls["y_m"] = (timetable.stop_latitude[stops] - origin[0]) * METRES_PER_DEGREE
    calls["stop"] = stops
    calls["sequence"] = timetable.call_sequence[rows]
    calls["timepoint"] = timetable.call_timepoint[rows]
    hops = timetable.call_hop[rows]
    calls["glued"] = -1
    hop_rows = np.unique(hops[hops >= 0]).astype(np.int32)
    calls["hop"] = np.where(hops >= 0, np.searchsorted(hop_rows, hops), -1)
    for i in np.flatnonzero(hops >= 0).tolist():
        calls["hop_name"][i] = crc32(f"{timetable.stop_id[stops[i - 1]]}>{timetable.stop_id[stops[i]]}".encode())
    return calls, hop_rows


def _shapes(
    timetable: Timetable, pattern_rows: list[int], origin: tuple[float, float], scale: float
) -> tuple[Rows, Rows]:
    patterns = np.zeros(len(pattern_rows), PATTERN)
    pieces = [np.zeros(0, SEGMENT)]
    segment_count = call_count = 0
    for i, row in enumerate(pattern_rows):
        points = slice(int(timetable.pattern_point_offset[row]), int(timetable.pattern_point_offset[row + 1]))
        x_m = short_way_deg(timetable.point_longitude[points] - origin[1]) * scale
        y_m = (timetable.point_latitude[points] - origin[0]) * METRES_PER_DEGREE
        piece = _segments(x_m, y_m, timetable.point_progress_m[points])
        calls = int(timetable.pattern_call_offset[row + 1] - timetable.pattern_call_offset[row])
        line = timetable.pattern_line[row]
        patterns[i] = (
            float(timetable.pattern_length_m[row]),
            segment_count,
            segment_count + len(piece),
            call_count,
            calls,
            int(timetable.pattern_direction[row]),
            row,
            bool(timetable.pattern_has_shape[row]),
            is_railway(int(timetable.line_route_type[line])),
        )
        pieces.append(piece)
        segment_count += len(piece)
        call_count += calls
    return np.concatenate(pieces), patterns


def _segments(x_m: npt.NDArray[np.float64], y_m: npt.NDArray[np.float64], progress_m: npt.NDArray[np.float64]) -> Rows:
    along_x, along_y = np.diff(x_m), np.diff(y_m)
    drawn_m = np.hypot(along_x, along_y)
    used = (drawn_m > 0) & (np.diff(progress_m) > 0)
    if not used.any():
        return np.zeros(0, SEGMENT)
    segments = np.zeros(int(used.sum()), SEGMENT)
    segments["x_m"], segments["y_m"] = x_m[:-1][used], y_m[:-1][used]
    segments["ux"], segments["uy"] = along_x[used] / drawn_m[used], along_y[used] / drawn_m[used]
    segments["length_m"], segments["progress_m"] = drawn_m[used], progress_m[:-1][used]
    return segments


def _trips(timetable: Timetable, pattern_rows: list[int]) -> tuple[Rows, Rows]:
    rows = _spans(timetable.pattern_trip_offset, pattern_rows)
    counts = [int(timetable.pattern_trip_offset[p + 1] - timetable.pattern_trip_offset[p]) for p in pattern_rows]
    trips = np.zeros(len(rows), TRIP)
    trips["pattern"] = np.repeat(np.arange(len(pattern_rows)), counts)
    trips["start_s"] = timetable.trip_start_s[rows]
    trips["block"] = timetable.trip_block[rows]
    trips["row"] = rows
    used, of_trip = np.unique(timetable.trip_timing[rows], return_inverse=True)
    timing_rows = _spans(timetable.timing_offset, used.tolist())
    timings = np.zeros(len(timing_rows), SCHEDULED)
    timings["arrival_s"] = timetable.timing_arrival_s[timing_rows]
    timings["departure_s"] = timetable.timing_departure_s[timing_rows]
    firsts = np.concatenate(([0], np.cumsum(timetable.timing_offset[used + 1] - timetable.timing_offset[used])))
    trips["timing_first"] = firsts[of_trip] if len(rows) else 0
    return trips, timings


def _note_usual(calls: Rows, patterns: Rows, trips: Rows, timings: Rows) -> None:
    """Fill the usual runs and dwells: single trips may be timed oddly, a hop hardly ever is."""
    rows, runs, dwells = [np.zeros(0, np.int64)], [np.zeros(0)], [np.zeros(0)]
    for i in range(len(patterns)):
        count = int(patterns["call_count"][i])
        firsts = np.unique(trips["timing_first"][trips["pattern"] == i])
        at = firsts[:, None] + np.arange(count)
        arrival, departure = timings["arrival_s"][at], timings["departure_s"][at]
        rows.append(np.tile(np.arange(1, count) + int(patterns["call_first"][i]), len(firsts)))
        left = departure.copy()
        if not patterns["by_status"][i]:
            left[:, 1:] = arrival[:, 1:]
        runs.append((arrival[:, 1:] - left[:, :-1]).astype(np.float64).ravel())
        dwells.append((departure - arrival)[:, 1:].astype(np.float64).ravel())
    call, run_s, dwell_s = np.concatenate(rows), np.concatenate(runs), np.concatenate(dwells)
    if not len(call):
        return
    used = np.unique(call)
    calls["usual_run_s"][used] = _medians(calls["hop"], call, run_s)[used]
    calls["usual_dwell_s"][used] = _medians(calls["stop"], call, dwell_s)[used]
    time_untimed(calls, used, np.sort(patterns["call_first"]))


def _medians(
    group_of_call: npt.NDArray[np.int32], call: npt.NDArray[np.int64], values: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """For each call the median of ``values`` over all calls of its group (its hop, its stop)."""
    groups = group_of_call[call]
    order = np.lexsort((values, groups))
    names, first, count = np.unique(groups[order], return_index=True, return_counts=True)
    middle = values[order][first + count // 2]
    place = np.clip(np.searchsorted(names, group_of_call), 0, len(names) - 1)
    return np.asarray(np.where(names[place] == group_of_call, middle[place], 0.0))


def _spans(offset: npt.NDArray[np.int32], rows: list[int]) -> npt.NDArray[np.int64]:
    spans = [np.arange(offset[row], offset[row + 1], dtype=np.int64) for row in rows]
    return np.concatenate(spans) if spans else np.zeros(0, np.int64)
