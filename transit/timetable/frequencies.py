"""Trips that stand for many runs: frequencies.txt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from transit.timetable.compiled import Flags, Ints
from transit.timetable.faults import FaultList
from transit.timetable.offsets import offsets_of
from transit.timetable.reading import read_optional_table
from transit.timetable.service_day import LAST_S
from transit.timetable.stop_times import BEYOND, parse_time


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Rows sorted by trip, then start: runs every ``headway_s`` from ``start_s`` until before ``end_s``."""

    trip: Ints
    start_s: Ints
    end_s: Ints
    headway_s: Ints
    exact: Flags
    trip_offset: Ints


def read_frequencies(tables: Mapping[str, bytes], trip_ids: Sequence[str], faults: FaultList) -> Frequencies:
    """Read frequencies.txt for trips in their final order; rows of other trips are left out."""
    required = ("trip_id", "start_time", "end_time", "headway_secs")
    table = read_optional_table(tables, "frequencies.txt", faults, required)
    trip = table.rows_in("trip_id", trip_ids)
    start_s, end_s = (table.parsed(column, parse_time) for column in ("start_time", "end_time"))
    headway_s = table.integers("headway_secs")
    reason = "trip_id {value} is not a trip in use; row left out"
    faults.note(table, np.flatnonzero(trip < 0).tolist(), reason, column="trip_id")
    senseless = (trip >= 0) & ((start_s < 0) | (end_s <= start_s) | (headway_s <= 0))
    faults.note(table, np.flatnonzero(senseless).tolist(), "times or headway make no runs; row left out")
    long = (trip >= 0) & ~senseless & (end_s > LAST_S)
    faults.note(table, np.flatnonzero(long).tolist(), f"end_time {{value}} {BEYOND}; row left out", column="end_time")
    kept = np.flatnonzero((trip >= 0) & ~senseless & ~long)
    order = kept[np.lexsort((headway_s[kept], end_s[kept], start_s[kept], trip[kept]))]
    return Frequencies(
        trip=trip[order],
        start_s=start_s[order],
        end_s=end_s[order],
        headway_s=headway_s[order],
        exact=table.integers("exact_times", absent=0)[order] == 1,
        trip_offset=offsets_of(trip[order], len(trip_ids)),
    )
