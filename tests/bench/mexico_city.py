"""A line of Mexico City's timetable, which runs by frequency, with simulated vehicles on its real shapes."""

from pathlib import Path
from typing import Final

from runtime.timetables import read_gtfs
from simulators.city.city import City
from tests.bench.feed_of_copies import TIMETABLE, Poll, cut_polls
from tests.bench.line_copies import copied_name, copy_line
from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Timetable

GTFS: Final = Path(__file__).parents[3] / "shared" / "data" / "gtfs" / "mexico-city.zip"
ROUTE: Final = "ROUTE_34338"
SERVICE: Final = ("36238", "")
STARTS_AT: Final = 1_560_348_000
"""Wednesday 2019-06-12, 09:00 in Mexico City: within the timetable's days."""

SEED: Final = 7


def compile_copies(copies: int, *, lines_a_stop: int = 0) -> Timetable:
    """The line's timetable under ``copies`` names; ``lines_a_stop`` of them call at the same stops, 0: all."""
    tables = copy_line(read_gtfs(GTFS), ROUTE, copies=copies, blocks={SERVICE}, lines_a_stop=lines_a_stop)
    return compile_timetable(tables, name=TIMETABLE, source=TIMETABLE)


def drive_polls(count: int, *, every_s: int, vehicles: int) -> list[Poll]:
    """The line's messages at ``count`` polls, with its ``vehicles`` that are out longest."""
    city = City(compile_copies(1), SEED)
    times = [STARTS_AT + number * every_s for number in range(count)]
    messages = [(time_s, city.positions_at(time_s)) for time_s in times]
    for _, message in messages:
        for entity in message.entity:
            trip = entity.vehicle.trip
            trip.route_id, trip.trip_id = ROUTE, trip.trip_id.removesuffix(copied_name("", 0))
    return cut_polls(messages, ROUTE, vehicles)
