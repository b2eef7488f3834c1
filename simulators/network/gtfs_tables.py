"""A network as the tables of a GTFS feed: rows in a fixed order, so that equal networks give equal files."""

import csv
import io
import math
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from itertools import groupby

from simulators.network.call_rows import write_calls
from simulators.network.line_plan import Metres, Network, PlannedLine, PlannedPattern
from simulators.network.service_days import FIRST_YEAR, LAST_YEAR, Row, list_calendar, list_calendar_dates
from simulators.network.trips import PlannedTrip, assign_blocks, go_through, name_by_zone, plan_trips

Table = Iterator[bytes]
"""A table's text, header first, in pieces of some thousand characters."""

_EARTH_M_PER_DEG = 111_194.9
_BRIGHT = 183
"""Less than 72 of 255 is left to white: too little contrast to read, as GTFS validators have it."""
_TIMEPOINT_EVERY = 6
_BUS, _SUBWAY = 3, 1
_STAYS_ABOARD = 4
"""Riders may stay aboard: the vehicle goes on as another line (transfer_type of GTFS)."""
AGENCY = "lanjiang"
_COLUMNS = {
    "agency.txt": "agency_id agency_name agency_url agency_timezone agency_lang",
    "feed_info.txt": "feed_publisher_name feed_publisher_url feed_lang feed_start_date feed_end_date feed_version",
    "calendar.txt": "service_id monday tuesday wednesday thursday friday saturday sunday start_date end_date",
    "calendar_dates.txt": "service_id date exception_type",
    "routes.txt": "route_id agency_id route_short_name route_long_name route_type route_color route_text_color "
    "route_sort_order",
    "stops.txt": "stop_id stop_name stop_lat stop_lon location_type parent_station platform_code wheelchair_boarding",
    "shapes.txt": "shape_id shape_pt_sequence shape_pt_lat shape_pt_lon shape_dist_traveled",
    "trips.txt": "trip_id route_id service_id direction_id trip_headsign block_id shape_id wheelchair_accessible",
    "stop_times.txt": "trip_id stop_sequence stop_id arrival_time departure_time timepoint pickup_type drop_off_type "
    "shape_dist_traveled",
    "frequencies.txt": "trip_id start_time end_time headway_secs exact_times",
    "transfers.txt": "from_trip_id to_trip_id transfer_type",
    "translations.txt": "table_name field_name language translation field_value",
}


def to_degrees(network: Network, east_m: float, north_m: float) -> tuple[float, float]:
    """Latitude and longitude (WGS 84, six decimals) of a point given in metres from the city's centre."""
    latitude = network.latitude + north_m / _EARTH_M_PER_DEG
    longitude = network.longitude + east_m / (_EARTH_M_PER_DEG * math.cos(math.radians(network.latitude)))
    return round(latitude, 6), round(longitude, 6)


def tabulate(network: Network, on_line: Callable[[], None] = lambda: None) -> dict[str, Table]:
    """Every table of the feed by file name; ``on_line`` is called for each line whose calls are being written."""
    planned = (trip for line in network.lines for day in ("weekday", "weekend") for trip in plan_trips(line, day))
    trips = list(name_by_zone(planned, network.zone))
    through = go_through(network, trips)
    blocks = assign_blocks(network, trips, through)
    trips += through.values()
    span = (f"{FIRST_YEAR}0101", f"{LAST_YEAR}1231")
    rows: dict[str, Iterable[Row]] = {
        "agency.txt": [(AGENCY, f"{network.name.english} Transit", "https://transit.example.com", network.zone, "en")],
        "feed_info.txt": [("Headway", "https://transit.example.com", "en", *span, "1")],
        "calendar.txt": list_calendar(),
        "calendar_dates.txt": list_calendar_dates(),
        "routes.txt": _routes(network),
        "stops.txt": _stops(network),
        "shapes.txt": _shapes(network),
        "trips.txt": (_trip_row(trip, blocks) for trip in trips),
        "frequencies.txt": (
            (trip.id, clock(trip.band.start_s), clock(trip.band.end_s), trip.band.headway_s, 0)
            for trip in trips
            if trip.band
        ),
        "translations.txt": _translations(network),
    }
    if through:
        rows["transfers.txt"] = [(before, after.id, _STAYS_ABOARD) for before, after in through.items()]
    tables = {name: _write_rows(_COLUMNS[name], theirs) for name, theirs in rows.items()}
    return {**tables, "stop_times.txt": _write_stop_times(trips, on_line)}


def _write_rows(columns: str, rows: Iterable[Row]) -> Table:
    yield (columns.replace(" ", ",") + "\n").encode()
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    yield text.getvalue().encode()


def _trip_row(trip: PlannedTrip, blocks: dict[str, str]) -> Row:
    sign, block = trip.pattern.headsign.english, blocks.get(trip.id, "")
    return (
        trip.id,
        trip.line.id,
        trip.service,
        trip.pattern.direction,
        sign,
        block,
        shape_id(trip.line, trip.pattern),
        1,
    )


@cache
def clock(at_s: int) -> str:
    """GTFS's HH:MM:SS, which passes 24:00 for the end of a service day."""
    return f"{at_s // 3600:02d}:{at_s // 60 % 60:02d}:{at_s % 60:02d}"


def shape_id(line: PlannedLine, pattern: PlannedPattern) -> str:
    """The id of a pattern's shape."""
    return f"{line.id}-{pattern.key}"


def _routes(network: Network) -> Iterator[Row]:
    for order, line in enumerate(sorted(network.lines, key=lambda each: each.mode == "bus")):
        kind = _BUS if line.mode == "bus" else _SUBWAY
        yield line.id, AGENCY, line.short_name, line.name.english, kind, line.color, _text_on(line.color), order


def _text_on(color: str) -> str:
    """White on dark colours, black on bright ones, by how bright an eye finds them (ITU-R BT.601)."""
    red, green, blue = bytes.fromhex(color)
    return "000000" if 0.299 * red + 0.587 * green + 0.114 * blue > _BRIGHT else "FFFFFF"


def _stops(network: Network) -> Iterator[Row]:
    for stop in sorted(network.stops.values(), key=lambda each: (not each.is_station, each.id)):
        at = to_degrees(network, stop.east_m, stop.north_m)
        yield stop.id, stop.name.english, *at, int(stop.is_station), stop.station or "", stop.platform, 1


def _shapes(network: Network) -> Iterator[Row]:
    for line in network.lines:
        for pattern in line.patterns:
            for order, (point, along) in enumerate(zip(pattern.shape, _along(pattern.shape), strict=True)):
                yield (
                    shape_id(line, pattern),
                    order,
                    *to_degrees(network, float(point[0]), float(point[1])),
                    round(along, 1),
                )


def _along(shape: Metres) -> Iterator[float]:
    along, last = 0.0, shape[0]
    for point in shape:
        along += float(math.hypot(point[0] - last[0], point[1] - last[1]))
        last = point
        yield along


def _write_stop_times(trips: Iterable[PlannedTrip], on_line: Callable[[], None]) -> Table:
    """The one table that grows to tens of millions of rows: written as bytes, with no row built."""
    yield (_COLUMNS["stop_times.txt"].replace(" ", ",") + "\n").encode()
    before = None
    for _, alike in groupby(trips, key=lambda trip: (id(trip.pattern), id(trip.calls), len(trip.id))):
        theirs = list(alike)
        line, pattern, calls = theirs[0].line, theirs[0].pattern, theirs[0].calls
        if line is not before:
            on_line()
            before = line
        fixed = _fixed_columns(pattern.stops, pattern.progress_m, is_subway=line.mode == "subway")
        yield write_calls([trip.id for trip in theirs], [trip.start_s for trip in theirs], fixed, calls)


@lru_cache(maxsize=64)
def _fixed_columns(stops: tuple[str, ...], progress_m: tuple[float, ...], *, is_subway: bool) -> list[tuple[str, str]]:
    """What a pattern's trips share of each call's row: what stands before the times, and what after them."""
    last = len(stops) - 1
    shared = []
    for order, (stop, along) in enumerate(zip(stops, progress_m, strict=True)):
        timed = order in (0, last) or order % _TIMEPOINT_EVERY == 0 or is_subway
        rest = f",{int(timed)},{int(order == last)},{int(order == 0)},{round(along, 1)}\n"
        shared.append((f",{order + 1},{stop},", rest))
    return shared


def _translations(network: Network) -> Iterator[Row]:
    yield "agency", "agency_name", "zh", f"{network.name.chinese}公交地铁", f"{network.name.english} Transit"
    names = {stop.name.english: stop.name.chinese for stop in network.stops.values()}
    signs = {p.headsign.english: p.headsign.chinese for line in network.lines for p in line.patterns}
    lines = {line.name.english: line.name.chinese for line in network.lines}
    for table, field, words in (
        ("stops", "stop_name", names),
        ("trips", "trip_headsign", signs),
        ("routes", "route_long_name", lines),
    ):
        yield from ((table, field, "zh", chinese, english) for english, chinese in words.items())
