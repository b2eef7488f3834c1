"""Agencies and lines (GTFS routes)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from transit.timetable.compiled import Ints
from transit.timetable.faults import FaultList, TimetableError
from transit.timetable.reading import read_required_table
from transit.timetable.table import Table

_COLOR: Final = re.compile(r"#?([0-9A-Fa-f]{6})")
BUS: Final = 3


@dataclass(frozen=True, slots=True)
class Agencies:
    """Agencies sorted by id, and the time zone that all of a feed's times are in."""

    timezone: str
    ids: list[str]
    names: list[str]
    urls: list[str]


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines sorted by id; colours are six hexadecimal digits or empty, ``sort_order`` is -1 where not given."""

    ids: list[str]
    agency: Ints
    short_names: list[str]
    long_names: list[str]
    colors: list[str]
    text_colors: list[str]
    route_type: Ints
    sort_order: Ints


def read_agencies(tables: Mapping[str, bytes], faults: FaultList) -> Agencies:
    """Read agency.txt.

    Raises:
        TimetableError: it is missing, or its time zone is unknown.
    """
    table = read_required_table(tables, "agency.txt", faults, ("agency_name", "agency_timezone"))
    if len(table) > 1:
        table = table.without_repeats("agency_id", faults)
    table = _sorted(table, "agency_id")
    timezone = table.value(0, "agency_timezone")
    _check_timezone(table, timezone)
    other = (table.text("agency_timezone") != timezone).to_numpy()
    faults.note(table, np.flatnonzero(other).tolist(), f"its time zone differs; all times are read in {timezone}")
    return Agencies(
        timezone,
        table.text("agency_id").to_list(),
        table.text("agency_name").to_list(),
        table.text("agency_url").to_list(),
    )


def _check_timezone(table: Table, timezone: str) -> None:
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        reason = f"agency_timezone {timezone!r} is no zone of the tz database, such as Europe/Paris"
        raise TimetableError("agency.txt", table.line(0), reason) from None


def _sorted(table: Table, column: str) -> Table:
    return table.rows(table.text(column).arg_sort().to_numpy().astype(np.intp))


def read_lines(tables: Mapping[str, bytes], agencies: Agencies, faults: FaultList) -> Lines:
    """Read routes.txt.

    Raises:
        TimetableError: it is missing or most of its rows cannot be used.
    """
    table = read_required_table(tables, "routes.txt", faults, ("route_id", "route_type"))
    table = _sorted(table.without_repeats("route_id", faults), "route_id")
    route_type = table.integers("route_type")
    unknown = np.flatnonzero(route_type < 0)
    faults.note(table, unknown.tolist(), "route_type {value} is no number; read as bus", column="route_type")
    return Lines(
        ids=table.text("route_id").to_list(),
        agency=_agency_of(table, agencies, faults),
        short_names=table.text("route_short_name").to_list(),
        long_names=table.text("route_long_name").to_list(),
        colors=_colors(table, "route_color"),
        text_colors=_colors(table, "route_text_color"),
        route_type=np.where(route_type < 0, BUS, route_type).astype(np.int32),
        sort_order=np.maximum(table.integers("route_sort_order"), -1).astype(np.int32),
    )


def _agency_of(table: Table, agencies: Agencies, faults: FaultList) -> Ints:
    if len(agencies.ids) == 1:
        return np.zeros(len(table), np.int32)
    agency = table.rows_in("agency_id", agencies.ids)
    unknown = np.flatnonzero(agency < 0).tolist()
    faults.note(table, unknown, "agency_id {value} is not in agency.txt; the line has no agency", column="agency_id")
    return agency


def _colors(table: Table, column: str) -> list[str]:
    found = (_COLOR.fullmatch(written) for written in table.text(column).to_list())
    return [color[1].upper() if color else "" for color in found]
