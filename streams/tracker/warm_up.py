"""Compiles the tracker's kernels before a worker joins its group: later it would stop all of the worker's lines.

Compiled kernels are kept on disk, so only a machine's first worker of a version takes more than a second.
"""

import time
from typing import Final

import structlog
from google.transit.gtfs_realtime_pb2 import FeedMessage

from schemas.headers import FeedHeaders
from transit.timetable.compile import compile_timetable
from transit.tracking.line_tracker import LineTracker

_log = structlog.get_logger(__name__)

LINE: Final = "warm"
DAY: Final = "20260316"
STARTS_AT: Final = 1_773_648_000
"""08:00 UTC of ``DAY``."""

TABLES: Final = {
    "agency.txt": ("agency_id,agency_name,agency_url,agency_timezone", "a,A,https://a.example,UTC"),
    "routes.txt": ("route_id,agency_id,route_short_name,route_type", f"{LINE},a,1,3"),
    "stops.txt": ("stop_id,stop_name,stop_lat,stop_lon", "a,A,48.85,2.30", "b,B,48.85,2.31", "c,C,48.85,2.32"),
    "calendar_dates.txt": ("service_id,date,exception_type", f"s,{DAY},1"),
    "trips.txt": ("route_id,service_id,trip_id,direction_id", f"{LINE},s,t,0"),
    "stop_times.txt": (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence",
        "t,08:00:00,08:00:00,a,1",
        "t,08:02:00,08:02:30,b,2",
        "t,08:05:00,08:05:00,c,3",
    ),
}
"""A line of three stops, one trip and one day."""

AT_FIRST_S: Final = 60
"""What compiling may take at a machine's first start, or after an update; half a second later."""

STEPS: Final = 16
STEP_S: Final = 20


def warm_up() -> None:
    """Send one bus along one line, past every stop, and take it over once on the way."""
    started = time.monotonic()
    _log.info("kernels_awaited", may_take_s=AT_FIRST_S)
    packed = {name: ("\n".join(rows) + "\n").encode() for name, rows in TABLES.items()}
    timetable = compile_timetable(packed, name=LINE, source=LINE)
    tracker = LineTracker(timetable, LINE)
    for step in range(STEPS):
        at = STARTS_AT + step * STEP_S
        tracker.apply(_report(step, at), FeedHeaders(timetable.hash, at, LINE, 0))
        if step == STEPS // 2:
            tracker = LineTracker.restore(timetable, LINE, tracker.dump())
    _log.info("kernels_ready", took_s=round(time.monotonic() - started, 1))


def _report(step: int, at: int) -> bytes:
    message = FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    message.header.timestamp = at
    vehicle = message.entity.add(id=LINE).vehicle
    vehicle.vehicle.id = LINE
    vehicle.trip.trip_id = "t"
    vehicle.trip.start_date = DAY
    vehicle.position.latitude = 48.85
    vehicle.position.longitude = 2.30 + 0.02 * step / (STEPS - 1)
    vehicle.timestamp = at
    packed: bytes = message.SerializeToString()
    return packed
