"""Stops, and the stations that hold them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from transit.timetable.compiled import Flags, Floats, Ints
from transit.timetable.faults import FaultList
from transit.timetable.offsets import offsets_of
from transit.timetable.reading import read_required_table
from transit.timetable.table import Table

STATION: Final = 1
_LATITUDE_MAX_DEG: Final = 90
_LONGITUDE_MAX_DEG: Final = 180


@dataclass(frozen=True, slots=True)
class Stops:
    """Stops, stations and other places sorted by id, all of them with a position."""

    ids: list[str]
    codes: list[str]
    names: list[str]
    platform_codes: list[str]
    latitude: Floats
    longitude: Floats
    location_type: Ints
    parent: Ints
    wheelchair_boarding: Ints
    child_offset: Ints
    child: Ints


def read_stops(tables: Mapping[str, bytes], faults: FaultList) -> Stops:
    """Read stops.txt; a place without a position takes its station's, or is left out.

    Raises:
        TimetableError: it is missing or most of its rows cannot be used.
    """
    table = read_required_table(tables, "stops.txt", faults, ("stop_id", "stop_lat", "stop_lon"))
    table = _with_position(table.without_repeats("stop_id", faults), faults)
    table = table.rows(table.text("stop_id").arg_sort().to_numpy().astype(np.intp))
    ids = table.text("stop_id").to_list()
    latitude, longitude = _positions(table)
    parent = _parents(table, ids, faults)
    children = np.argsort(parent, kind="stable")[np.count_nonzero(parent < 0) :]
    return Stops(
        ids=ids,
        codes=table.text("stop_code").to_list(),
        names=table.text("stop_name").to_list(),
        platform_codes=table.text("platform_code").to_list(),
        latitude=latitude,
        longitude=longitude,
        location_type=table.integers("location_type", absent=0),
        parent=parent,
        wheelchair_boarding=table.integers("wheelchair_boarding", absent=0),
        child_offset=offsets_of(parent[children], len(ids)),
        child=children.astype(np.int32),
    )


def _coordinates(table: Table) -> tuple[Floats, Floats, Flags]:
    """Latitude and longitude as written, and where both are places on Earth; 0, 0 stands for "unknown"."""
    latitude, longitude = table.floats("stop_lat"), table.floats("stop_lon")
    on_earth = (np.abs(latitude) <= _LATITUDE_MAX_DEG) & (np.abs(longitude) <= _LONGITUDE_MAX_DEG)
    return latitude, longitude, on_earth & ((latitude != 0) | (longitude != 0))


def _positions(table: Table) -> tuple[Floats, Floats]:
    """Latitude and longitude of each place, its station's where it has none of its own, else NaN."""
    latitude, longitude, placed = _coordinates(table)
    station = table.rows_in("parent_station", table.text("stop_id").to_list())
    borrowed = ~placed & (station >= 0) & placed[station]
    nowhere = ~placed & ~borrowed
    latitude[borrowed], longitude[borrowed] = latitude[station[borrowed]], longitude[station[borrowed]]
    latitude[nowhere], longitude[nowhere] = np.nan, np.nan
    return latitude, longitude


def _with_position(table: Table, faults: FaultList) -> Table:
    nowhere = np.isnan(_positions(table)[0])
    reason = "stop {value} has no position, nor has its station; row left out"
    faults.note(table, np.flatnonzero(nowhere).tolist(), reason, column="stop_id")
    return table.keep(~nowhere, "stop_lat and stop_lon are no position")


def _parents(table: Table, ids: list[str], faults: FaultList) -> Ints:
    parent = table.rows_in("parent_station", ids)
    unknown = (parent < 0) & ~table.empty("parent_station")
    reason = "parent_station {value} is not in stops.txt; the stop stands alone"
    faults.note(table, np.flatnonzero(unknown).tolist(), reason, column="parent_station")
    itself = parent == np.arange(len(ids))
    faults.note(table, np.flatnonzero(itself).tolist(), "is its own parent_station; the stop stands alone")
    return np.where(itself, -1, parent).astype(np.int32)
