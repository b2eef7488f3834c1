"""Austin's recorded schedule (three CSVs of 2015) as a GTFS zip."""

import csv
import gzip
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from runtime.errors import UserError

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PERIOD: Final = re.compile(r"_(\d{8})_(\d{8})\.csv")
_SCHEDULE: Final = "schedule_*.csv*"
_STOPS: Final = "stops_*.csv*"
_POSITIONS: Final = "20??-??-??.csv*"
UNOBSERVED: Final = "unobserved"
"""The line of trips unlike any that a vehicle was seen on: the schedule itself names no lines."""
_DAY_S: Final = 86400
_STAMP: Final = (1980, 1, 1, 0, 0, 0)

_Row = Mapping[str, str]


@dataclass
class _Trip:
    """A scheduled trip: its weekdays as they stand in the schedule, and its calls as written."""

    days: tuple[str, ...]
    calls: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class _Seen:
    """What vehicles were signed in as: the line and headsign of trips."""

    line: str
    headsign: str


def write_austin_gtfs(folder: Path, out: Path) -> int:
    """Make a GTFS zip of Austin's schedule; the number of its trips.

    Lines and headsigns come from the recorded positions, as the schedule names none. Times that start again at 0:00
    after midnight become times past 24:00.

    Raises:
        UserError: a CSV is missing or not of this kind.
    """
    schedule, stops = _only(folder, _SCHEDULE), _only(folder, _STOPS)
    period = _PERIOD.search(schedule.name)
    if period is None:
        raise UserError(f"{schedule}: its name does not say from when until when it is valid")
    try:
        trips = _read_trips(_rows(schedule))
        seen = _read_seen((row for path in sorted(folder.glob(_POSITIONS)) for row in _rows(path)), trips)
        tables = {
            "agency.txt": _agency(),
            "stops.txt": _stops(_rows(stops)),
            "routes.txt": _routes(trips, seen),
            "calendar.txt": _calendar(trips, period),
            "trips.txt": _trips(trips, seen),
            "stop_times.txt": _stop_times(trips),
        }
    except (KeyError, ValueError, csv.Error) as wrong:
        raise UserError(f"{folder}: not Austin's CSVs: {wrong}") from None
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in tables.items():
            archive.writestr(zipfile.ZipInfo(name, _STAMP), _written(rows), zipfile.ZIP_DEFLATED)
    return len(trips)


def _only(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if not found:
        raise UserError(f"{folder}: holds no {pattern}")
    return found[0]


def _rows(path: Path) -> Iterator[_Row]:
    with gzip.open(path, "rt", newline="") if path.suffix == ".gz" else path.open(newline="") as opened:
        yield from csv.DictReader(opened)


def _read_trips(rows: Iterable[_Row]) -> dict[str, _Trip]:
    trips: dict[str, _Trip] = {}
    for row in rows:
        trip = trips.setdefault(row["trip_id"], _Trip(tuple(row[day] for day in _WEEKDAYS)))
        trip.calls.append((row["arrival_time"], row["stop_id"]))
    return trips


def _read_seen(rows: Iterable[_Row], trips: Mapping[str, _Trip]) -> dict[str, _Seen]:
    """The line and headsign of every trip that was seen, and of those that make the same stops as one that was."""
    seen = {row["trip_id"]: _Seen(row["route_id"], row["trip_headsign"]) for row in rows if row["trip_id"]}
    by_stops = {_stops_of(trips[trip]): sight for trip, sight in sorted(seen.items()) if trip in trips}
    alike = {trip: by_stops[_stops_of(calls)] for trip, calls in trips.items() if _stops_of(calls) in by_stops}
    return {**alike, **seen}


def _stops_of(trip: _Trip) -> tuple[str, ...]:
    return tuple(stop_id for _, stop_id in trip.calls)


def _agency() -> list[Sequence[str]]:
    header = ("agency_id", "agency_name", "agency_url", "agency_timezone")
    return [header, ("capmetro", "Capital Metro", "https://www.capmetro.org", "America/Chicago")]


def _stops(rows: Iterable[_Row]) -> Iterator[Sequence[str]]:
    columns = ("stop_id", "stop_name", "stop_lat", "stop_lon")
    yield columns
    yield from (tuple(row[column] for column in columns) for row in rows)


def _routes(trips: Mapping[str, _Trip], seen: Mapping[str, _Seen]) -> Iterator[Sequence[str]]:
    yield "route_id", "agency_id", "route_short_name", "route_type"
    lines = {seen[trip].line if trip in seen else UNOBSERVED for trip in trips}
    yield from ((line, "capmetro", line, "3") for line in sorted(lines))


def _service(days: Sequence[str]) -> str:
    return "days-" + "".join(days)


def _calendar(trips: Mapping[str, _Trip], period: "re.Match[str]") -> Iterator[Sequence[str]]:
    yield "service_id", *_WEEKDAYS, "start_date", "end_date"
    for days in sorted({trip.days for trip in trips.values()}):
        yield _service(days), *days, period[1], period[2]


def _trips(trips: Mapping[str, _Trip], seen: Mapping[str, _Seen]) -> Iterator[Sequence[str]]:
    yield "route_id", "service_id", "trip_id", "trip_headsign"
    unseen = _Seen(UNOBSERVED, "")
    for trip_id, trip in trips.items():
        sight = seen.get(trip_id, unseen)
        yield sight.line, _service(trip.days), trip_id, sight.headsign


def _stop_times(trips: Mapping[str, _Trip]) -> Iterator[Sequence[str]]:
    yield "trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence"
    for trip_id, trip in trips.items():
        for sequence, (time, stop_id) in enumerate(_in_order(trip.calls), start=1):
            yield trip_id, time, time, stop_id, str(sequence)


def _in_order(calls: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The calls as driven: the rows are in order, their times turn over at midnight."""
    days, before = 0, 0
    for time, stop_id in calls:
        hours, minutes, seconds = (int(part) for part in time.split(":"))
        at = hours * 3600 + minutes * 60 + seconds
        days += at < before - _DAY_S // 2
        before = at
        yield f"{hours + 24 * days:02d}:{minutes:02d}:{seconds:02d}", stop_id


def _written(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
