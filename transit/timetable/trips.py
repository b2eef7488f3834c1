"""Trips as trips.txt has them, before they are sorted by pattern."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from transit.timetable.compiled import Ints
from transit.timetable.faults import FaultList, TimetableError
from transit.timetable.reading import read_required_table

DIRECTION_UNKNOWN: Final = -1


@dataclass(frozen=True, slots=True)
class Trips:
    """Trips sorted by id; ``direction`` is ``DIRECTION_UNKNOWN`` where the feed gives none.

    ``left_out`` are ids of trips that trips.txt has and that could not be used.
    """

    ids: list[str]
    line: Ints
    service: Ints
    direction: Ints
    shape_ids: list[str]
    block_ids: list[str]
    headsigns: list[str]
    short_names: list[str]
    left_out: frozenset[str]


def read_trips(
    tables: Mapping[str, bytes], *, line_ids: Sequence[str], service_ids: Sequence[str], faults: FaultList
) -> Trips:
    """Read trips.txt; trips of unknown lines, or of services that never run, are left out.

    Raises:
        TimetableError: it is missing or most of its rows cannot be used.
    """
    table = read_required_table(tables, "trips.txt", faults, ("trip_id", "route_id", "service_id"))
    table = table.without_repeats("trip_id", faults)
    named = frozenset(table.text("trip_id"))
    known = table.rows_in("route_id", line_ids) >= 0
    reason = "route_id {value} is not in routes.txt; trip left out"
    faults.note(table, np.flatnonzero(~known).tolist(), reason, column="route_id")
    table = table.keep(known, "route_id is not in routes.txt")
    runs = table.rows_in("service_id", service_ids) >= 0
    reason = "service_id {value} runs on no day of either calendar; trip left out"
    faults.note(table, np.flatnonzero(~runs).tolist(), reason, column="service_id")
    table = table.rows(np.flatnonzero(runs))
    if not len(table):
        raise TimetableError("trips.txt", None, "no trip's service_id runs on any day of either calendar")
    table = table.rows(table.text("trip_id").arg_sort().to_numpy().astype(np.intp))
    direction = table.integers("direction_id")
    return Trips(
        ids=table.text("trip_id").to_list(),
        line=table.rows_in("route_id", line_ids),
        service=table.rows_in("service_id", service_ids),
        direction=np.where(np.isin(direction, (0, 1)), direction, DIRECTION_UNKNOWN).astype(np.int32),
        shape_ids=table.text("shape_id").to_list(),
        block_ids=table.text("block_id").to_list(),
        headsigns=table.text("trip_headsign").to_list(),
        short_names=table.text("trip_short_name").to_list(),
        left_out=named - frozenset(table.text("trip_id")),
    )
