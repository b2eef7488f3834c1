"""A town drawn in metres, and vehicles that are driven through it one report at a time."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from google.transit.gtfs_realtime_pb2 import FeedMessage

from schemas.headers import FeedHeaders
from schemas.line_forecasts import NO_TIME, TIME_COLUMNS, Passage, RunForecast
from transit.history.history import History
from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Timetable
from transit.tracking.line_tracker import LineOutcome, LineTracker

METRES_PER_DEGREE = 111_195.0
LATITUDE, LONGITUDE = 40.0, 10.0
MIDNIGHT = int(datetime(2026, 3, 3, tzinfo=UTC).timestamp())
EIGHT = MIDNIGHT + 8 * 3600
"""When trip ``out-1`` leaves its first stop."""

STOP_GAP_M = 400.0
HOP_S = 60

STREET = [(STOP_GAP_M * i, 0.0) for i in range(10)]
LOOP = [(0.0, 5000.0), (1000.0, 5000.0), (1000.0, 6000.0), (0.0, 6000.0), (0.0, 5000.0)]
SPUR = [(0.0, 9000.0), (1000.0, 9000.0), (2000.0, 9000.0), (1000.0, 9000.0), (0.0, 9000.0)]
RAILS = [(1000.0 * i, 20000.0) for i in range(6)]


def place(x_m: float, y_m: float) -> tuple[float, float]:
    """Latitude and longitude of a place in metres."""
    scale = METRES_PER_DEGREE * math.cos(math.radians(LATITUDE))
    return LATITUDE + y_m / METRES_PER_DEGREE, LONGITUDE + x_m / scale


def clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


class Tables:
    """GTFS files under way."""

    def __init__(self) -> None:
        self.stops: dict[tuple[float, float], str] = {}
        self.timepoints: frozenset[int] = frozenset({0})
        """Positions of the calls that are timepoints."""
        self.shapes: list[str] = ["shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence"]
        self.trips: list[str] = ["route_id,service_id,trip_id,direction_id,block_id,shape_id"]
        self.frequencies: list[str] = ["trip_id,start_time,end_time,headway_secs"]
        self.times: list[str] = ["trip_id,arrival_time,departure_time,stop_id,stop_sequence,timepoint"]

    def add_shape(self, shape: str, points: list[tuple[float, float]]) -> None:
        for sequence, (x_m, y_m) in enumerate(points):
            latitude, longitude = place(x_m, y_m)
            self.shapes.append(f"{shape},{latitude:.7f},{longitude:.7f},{sequence}")

    def add_trip(self, line: str, trip: str, way: tuple[str, int], calls: list[tuple[float, float]], plan: Any) -> None:
        """``way`` is shape and direction, ``plan`` (start, seconds a hop, block)."""
        start_s, hop_s, block = plan
        self.trips.append(f"{line},daily,{trip},{way[1]},{block},{way[0]}")
        for i, call in enumerate(calls):
            stop = self.stops.setdefault(call, f"s{call[0]:.0f}-{call[1]:.0f}")
            at = clock(start_s + i * hop_s)
            self.times.append(f"{trip},{at},{at},{stop},{i + 1},{int(i in self.timepoints)}")

    def compile(self, name: str = "town") -> Timetable:
        stops = ["stop_id,stop_name,stop_lat,stop_lon"]
        for (x_m, y_m), stop in self.stops.items():
            latitude, longitude = place(x_m, y_m)
            stops.append(f"{stop},{stop},{latitude:.7f},{longitude:.7f}")
        tables = {
            "agency.txt": ["agency_id,agency_name,agency_url,agency_timezone", "a,A,https://a.example,UTC"],
            "routes.txt": ["route_id,route_short_name,route_type", "bus,1,3", "ring,2,3", "spur,3,3", "metro,M,1"],
            "calendar.txt": [
                "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date",
                "daily,1,1,1,1,1,1,1,20260101,20261231",
            ],
            "stops.txt": stops,
            "shapes.txt": self.shapes,
            "trips.txt": self.trips,
            "stop_times.txt": self.times,
            "frequencies.txt": self.frequencies,
        }
        return compile_timetable(
            {file: "\n".join(rows).encode() for file, rows in tables.items()}, name=name, source=""
        )


def draw_town(*, without: frozenset[str] = frozenset(), hop_s: int = HOP_S) -> Timetable:
    """The town's timetable, less some of its trips."""
    tables = Tables()
    tables.add_shape("east", STREET)
    tables.add_shape("west", STREET[::-1])
    tables.add_shape("loop", LOOP)
    tables.add_shape("there-and-back", SPUR)
    tables.add_shape("rails", RAILS)
    eight = 8 * 3600
    trips: list[tuple[str, str, tuple[str, int], list[tuple[float, float]], Any]] = [
        ("bus", "out-1", ("east", 0), STREET, (eight, hop_s, "b1")),
        ("bus", "back-1", ("west", 1), STREET[::-1], (eight + 900, hop_s, "b1")),
        ("bus", "out-2", ("east", 0), STREET, (eight + 600, hop_s, "b2")),
        ("bus", "out-3", ("east", 0), STREET, (eight + 1200, hop_s, "b3")),
        ("bus", "night", ("east", 0), STREET, (25 * 3600 + 600, hop_s, "")),
        ("ring", "ring-1", ("loop", 0), LOOP, (eight, 120, "")),
        ("spur", "spur-1", ("there-and-back", 0), SPUR, (eight, 120, "")),
        ("metro", "train-1", ("rails", 0), RAILS, (eight, 90, "")),
        ("metro", "train-2", ("rails", 0), RAILS, (eight + 300, 90, "")),
    ]
    for trip in trips:
        if trip[1] not in without:
            tables.add_trip(*trip)
    return tables.compile()


@dataclass
class Drive:
    """A tracker of one line and what it has said so far. Times are seconds after eight o'clock."""

    timetable: Timetable
    group: str
    tracker: LineTracker
    passages: list[Passage] = field(default_factory=list)
    outcome: LineOutcome | None = None

    def say(self, at: int, *reports: dict[str, Any], header: int | None = None, **headers: Any) -> LineOutcome:
        """One message with these reports, polled at ``at``."""
        message = FeedMessage()
        message.header.gtfs_realtime_version = "2.0"
        message.header.timestamp = EIGHT + (at if header is None else header)
        for report in reports:
            write_entity(message.entity.add(), report, at)
        return self.send(at, message.SerializeToString(), **headers)

    def send(self, at: int, content: bytes, **headers: Any) -> LineOutcome:
        outcome = self.tracker.apply(content, FeedHeaders(self.timetable.hash, EIGHT + at, "feed", 1, **headers))
        self.outcome = outcome
        self.passages.extend(outcome.public.passages)
        return outcome

    def go(self, at: int, x_m: float, y_m: float = 0.0, **report: Any) -> LineOutcome:
        """One message with one report at a place."""
        return self.say(at, {"x_m": x_m, "y_m": y_m, **report})

    def run(self, trip: str = "out-1") -> RunForecast:
        """The run as the last message told it."""
        run = self.find(trip)
        assert run is not None, f"{trip} was not told"
        return run

    def find(self, trip: str) -> RunForecast | None:
        assert self.outcome is not None
        return next((run for run in self.outcome.public.runs if run.trip_id == trip), None)

    def times(self, trip: str = "out-1") -> dict[int, list[int | None]]:
        """Seconds after eight of the six columns, by call position."""
        assert self.outcome is not None
        public = self.outcome.public
        columns = memoryview(public.times).cast("h")
        row = 0
        for run in public.runs:
            if run.trip_id == trip:
                break
            row += run.call_count
        told = {}
        for i in range(self.run(trip).call_count):
            cells = columns[(row + i) * TIME_COLUMNS : (row + i + 1) * TIME_COLUMNS].tolist()
            told[self.run(trip).next_position + i] = [
                None if cell == NO_TIME else cell + public.computed_at - EIGHT for cell in cells
            ]
        return told

    def passed(self, kind: str = "arrival", trip: str = "out-1") -> dict[int, int]:
        """Seconds after eight of what was passed, by call position; each once."""
        found: dict[int, int] = {}
        for passage in self.passages:
            if passage.kind == kind and passage.trip_id == trip:
                assert passage.position not in found, f"{passage.id} was told twice"
                found[passage.position] = passage.at - EIGHT
        return found

    def reasons(self) -> list[str]:
        assert self.outcome is not None
        return [str(reject.reason) for reject in self.outcome.rejects]


def write_entity(entity: Any, report: dict[str, Any], at: int) -> None:
    """Fill a FeedEntity: ``x_m``, ``y_m``, ``trip``, ``vehicle``, ``time`` (after eight) and any field by its name."""
    report = {"trip": "out-1", "vehicle": "v1", "time": at, "start_date": "20260303", **report}
    entity.id = report.get("entity", report["vehicle"] or report["trip"])
    vehicle = entity.vehicle
    if report["trip"]:
        copy_fields(vehicle.trip, {"trip_id": report["trip"], "start_date": report["start_date"]})
    copy_fields(vehicle.trip, report, ("route_id", "direction_id", "start_time", "schedule_relationship"))
    copy_fields(vehicle.vehicle, {"id": report["vehicle"]})
    if report["time"] is not None:
        vehicle.timestamp = EIGHT + report["time"]
    if "x_m" in report:
        latitude, longitude = place(report["x_m"], report.get("y_m", 0.0))
        report = {"latitude": latitude, "longitude": longitude, **report}
    if "latitude" in report:
        copy_fields(vehicle.position, report, ("latitude", "longitude", "bearing", "speed"))
    copy_fields(vehicle, report, ("stop_id", "current_stop_sequence", "current_status"))
    copy_fields(vehicle, report, ("occupancy_status", "occupancy_percentage"))
    for carriage in report.get("carriages", ()):
        copy_fields(vehicle.multi_carriage_details.add(), carriage)


def copy_fields(message: Any, values: dict[str, Any], names: tuple[str, ...] | None = None) -> None:
    """Set those of ``names`` (all of them by default) that ``values`` has."""
    for name in values if names is None else names:
        if name in values and values[name] is not None and values[name] != "":
            setattr(message, name, values[name])


@pytest.fixture(scope="session")
def town() -> Timetable:
    return draw_town()


@pytest.fixture
def drive(town: Timetable) -> Callable[[str], Drive]:
    """A fresh tracker of a line of the town."""

    def begin(line: str) -> Drive:
        group = town.group_id[int(town.line_group[town.line_id.find(line)])]
        return Drive(town, group, LineTracker(town, group))

    return begin


@pytest.fixture
def taught(town: Timetable) -> Callable[[str, History], Drive]:
    """A fresh tracker of a line of the town that earlier days taught."""

    def begin(line: str, history: History) -> Drive:
        return Drive(town, line, LineTracker(town, line, history))

    return begin


@pytest.fixture
def bus(drive: Callable[[str], Drive]) -> Drive:
    return drive("bus")


@pytest.fixture
def metro(drive: Callable[[str], Drive]) -> Drive:
    return drive("metro")


@pytest.fixture
def draw() -> Callable[..., Timetable]:
    """Draws the town's timetable anew, otherwise."""
    return draw_town


@pytest.fixture
def drive_rails() -> Callable[..., Drive]:
    """A tracker of one railway drawn by its rails and its stops, with one trip ``way-1`` at eight."""

    def begin(shape: list[tuple[float, float]], stops: list[tuple[float, float]], hop_s: int = 180) -> Drive:
        tables = Tables()
        tables.add_shape("way", shape)
        tables.add_trip("metro", "way-1", ("way", 0), stops, (8 * 3600, hop_s, ""))
        timetable = tables.compile()
        return Drive(timetable, "metro", LineTracker(timetable, "metro"))

    return begin


@pytest.fixture
def drive_way() -> Callable[..., Drive]:
    """A tracker of one bus line drawn by its shape and its stops, with one trip ``way-1`` at eight."""

    def begin(
        shape: list[tuple[float, float]],
        stops: list[tuple[float, float]],
        hop_s: int = 60,
        every_s: int = 0,
        timepoints: frozenset[int] = frozenset({0}),
    ) -> Drive:
        tables = Tables()
        tables.timepoints = timepoints
        tables.add_shape("way", shape)
        tables.add_trip("bus", "way-1", ("way", 0), stops, (8 * 3600, hop_s, ""))
        if every_s:
            tables.frequencies.append(f"way-1,08:00:00,10:00:00,{every_s}")
        timetable = tables.compile()
        return Drive(timetable, "bus", LineTracker(timetable, "bus"))

    return begin
