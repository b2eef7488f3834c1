"""Beijing's subway as a GTFS zip: lines, stations and platforms, trains, through trains, names in both languages."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from headway.beijing.places import Place, place_stations, read_places
from headway.beijing.read import Line, read_lines, read_through_trains
from headway.beijing.trips import Trip, assign_blocks, join, list_trips

_STAMP: Final = (1980, 1, 1, 0, 0, 0)
_AGENCY: Final = "bjsubway"
_TRAM, _SUBWAY = "0", "1"
_LIGHT_RAIL: Final = "LRT"
_STAYS_ABOARD: Final = "4"
_BRIGHT: Final = 183
Row = Sequence[str]


class Converted(NamedTuple):
    """What was written: trips, through trains, and the lines that the map knows too little of."""

    trips: int
    through: int
    left_out: tuple[str, ...]


class _Told(NamedTuple):
    line: Line
    id: str
    places: Mapping[str, Place]
    trips: list[Trip]


def write_beijing_gtfs(folder: Path, out: Path, *, year: int | None = None) -> Converted:
    """Convert the folder of line files, with its table of stops, to a GTFS zip for a year: this one if left out.

    Raises:
        UserError: a file is missing or not of this kind.
    """
    places = read_places(folder / "stops.txt")
    told, left_out = [], []
    for line in read_lines(folder):
        here = place_stations(line, places)
        if here is None:
            left_out.append(line.name)
            continue
        line_id = _line_id(line)
        told.append(_Told(line, line_id, here, list(list_trips(line, line_id))))
    through = _join_trains(told, read_through_trains(folder))
    tables = _tabulate(told, through, year or date.today().year)  # noqa: DTZ011 - a calendar's year
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in tables.items():
            archive.writestr(zipfile.ZipInfo(name, _STAMP), _written(rows), zipfile.ZIP_DEFLATED)
    return Converted(sum(len(each.trips) for each in told), len(through), tuple(left_out))


def _line_id(line: Line) -> str:
    english = line.english.get(line.name, line.name)
    return english.lower().replace(" ", "-")


def _join_trains(told: Iterable[_Told], kinds: Iterable[tuple[str, str, str]]) -> list[tuple[Trip, Trip]]:
    """Give trains that go round, or on to another line, one vehicle; the pairs that go on to another line."""
    by_name = {each.line.name: each for each in told}
    pairs: list[tuple[Trip, Trip]] = []
    through: list[tuple[Trip, Trip]] = []
    for each in by_name.values():
        for way in each.line.directions:
            for day in each.line.days:
                mine = [trip for trip in each.trips if trip.direction is way and trip.day == day]
                rounds = [trip for trip in mine if trip.calls[-1][0] == way.routes[0].stations[0] and trip.route.name]
                if way.routes[0].is_loop:
                    starting = [trip for trip in mine if trip.calls[0][0] == way.routes[0].stations[0]]
                    pairs.extend(join(rounds, starting))
    for one, other, kind in kinds:
        if one in by_name and other in by_name:
            for near, far in ((by_name[one], by_name[other]), (by_name[other], by_name[one])):
                through.extend(_go_through(near, far, kind))
    pairs.extend(through)
    assign_blocks([trip for each in by_name.values() for trip in each.trips], pairs)
    return through


def _go_through(near: _Told, far: _Told, kind: str) -> Iterator[tuple[Trip, Trip]]:
    ending = [trip for trip in near.trips if trip.route.name == kind]
    starting = [trip for trip in far.trips if trip.route.name == kind]
    for day, weekdays in near.line.days.items():
        before = [trip for trip in ending if trip.day == day]
        after = [
            trip
            for trip in starting
            if far.line.days[trip.day] == weekdays and before and trip.calls[0][0] == before[0].calls[-1][0]
        ]
        yield from join(before, after)


def _tabulate(told: Sequence[_Told], through: Sequence[tuple[Trip, Trip]], year: int) -> dict[str, Iterable[Row]]:
    tables: dict[str, Iterable[Row]] = {
        "agency.txt": [
            ("agency_id", "agency_name", "agency_url", "agency_timezone", "agency_lang"),
            (_AGENCY, "北京地铁", "https://www.bjsubway.com", "Asia/Shanghai", "zh"),
        ],
        "feed_info.txt": [
            ("feed_publisher_name", "feed_publisher_url", "feed_lang", "feed_start_date", "feed_end_date"),
            ("Headway", "https://www.bjsubway.com", "zh", f"{year}0101", f"{year}1231"),
        ],
        "calendar.txt": _calendar(told, year),
        "routes.txt": _routes(told),
        "stops.txt": _stops(told),
        "trips.txt": _trips(told),
        "stop_times.txt": _stop_times(told),
        "translations.txt": _translations(told),
    }
    if through:
        head = ("from_trip_id", "to_trip_id", "transfer_type")
        tables["transfers.txt"] = [head, *((one.id, other.id, _STAYS_ABOARD) for one, other in through)]
    return tables


def _service(weekdays: Sequence[int]) -> str:
    return "days-" + "".join(map(str, weekdays))


def _calendar(told: Sequence[_Told], year: int) -> Iterator[Row]:
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    yield "service_id", *names, "start_date", "end_date"
    groups = {tuple(each.line.days[trip.day]) for each in told for trip in each.trips}
    for weekdays in sorted(groups):
        runs = (str(int(number in weekdays)) for number in range(1, 8))
        yield _service(weekdays), *runs, f"{year}0101", f"{year}1231"


def _routes(told: Sequence[_Told]) -> Iterator[Row]:
    yield "route_id", "agency_id", "route_short_name", "route_type", "route_color", "route_text_color"
    for each in told:
        red, green, blue = bytes.fromhex(each.line.color)
        text = "000000" if 0.299 * red + 0.587 * green + 0.114 * blue > _BRIGHT else "FFFFFF"
        kind = _TRAM if each.line.carriage_type == _LIGHT_RAIL else _SUBWAY
        yield each.id, _AGENCY, each.line.name, kind, each.line.color, text


def _stops(told: Sequence[_Told]) -> Iterator[Row]:
    """A station for each name, where the first line has it, with a platform for each line and direction."""
    numbers = _number_stations(told)
    yield "stop_id", "stop_name", "stop_lat", "stop_lon", "location_type", "parent_station"
    stations: set[str] = set()
    called = {
        (trip.line.name, trip.direction.number, call[0]) for each in told for trip in each.trips for call in trip.calls
    }
    for each in told:
        for name in each.line.stations:
            latitude, longitude = (f"{part:.6f}" for part in each.places[name])
            ways = [way.number for way in each.line.directions if (each.line.name, way.number, name) in called]
            if not ways:
                continue
            if name not in stations:
                stations.add(name)
                yield numbers[name], name, latitude, longitude, "1", ""
            for way in ways:
                yield _platform_id(each.id, way, numbers[name]), name, latitude, longitude, "0", numbers[name]


def _number_stations(told: Sequence[_Told]) -> dict[str, str]:
    """A station id for each name: plain numbers, as GTFS's ids are best of plain letters."""
    names = dict.fromkeys(name for each in told for name in each.line.stations)
    return {name: f"station-{number:03d}" for number, name in enumerate(names, start=1)}


def _platform_id(line_id: str, direction: int, station: str) -> str:
    return f"{line_id}-{direction}-{station}"


def _trips(told: Sequence[_Told]) -> Iterator[Row]:
    yield "route_id", "service_id", "trip_id", "trip_headsign", "direction_id", "block_id"
    for each in told:
        for trip in each.trips:
            service = _service(trip.line.days[trip.day])
            sign = trip.direction.name if trip.route.is_loop else trip.calls[-1][0]
            yield each.id, service, trip.id, sign, str(trip.direction.number), trip.block


def _stop_times(told: Sequence[_Told]) -> Iterator[Row]:
    numbers = _number_stations(told)
    yield "trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence"
    for each in told:
        for trip in each.trips:
            for sequence, (name, arrival, departure) in enumerate(trip.calls, start=1):
                stop = _platform_id(each.id, trip.direction.number, numbers[name])
                yield trip.id, _clock(arrival), _clock(departure), stop, str(sequence)


def _clock(at_s: int) -> str:
    return f"{at_s // 3600:02d}:{at_s // 60 % 60:02d}:{at_s % 60:02d}"


def _translations(told: Sequence[_Told]) -> Iterator[Row]:
    yield "table_name", "field_name", "language", "translation", "field_value"
    yield "agency", "agency_name", "en", "Beijing Subway", "北京地铁"
    names: dict[tuple[str, str], str] = {}
    for each in told:
        for name in each.line.stations:
            if name in each.line.english:
                names["stop_name", name] = each.line.english[name]
        if each.line.name in each.line.english:
            names["route_short_name", each.line.name] = each.line.english[each.line.name]
    for (field, chinese), english in names.items():
        table = "stops" if field == "stop_name" else "routes"
        yield table, field, "en", english, chinese


def _written(rows: Iterable[Row]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
