"""Finds the alerts that speak of a stop, a line or a run, without reading all of them each time."""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from schemas.service_alerts import InformedEntity, ServiceAlert
from transit.answers.calls_here import platforms_of
from transit.timetable.compiled import Timetable


class FeedAlert(NamedTuple):
    """An alert and the feed that tells it."""

    feed: str
    alert: ServiceAlert


class AlertIndex:
    """The alerts in force of one timetable, each with the feed that tells it: some readers are told not all feeds."""

    def __init__(self, alerts: Iterable[FeedAlert], timetable: Timetable) -> None:
        self.alerts = tuple(alerts)
        self._timetable = timetable
        self._of_line: dict[str, list[int]] = {}
        self._of_stop: dict[int, list[tuple[int, str]]] = {}
        self._of_trip: dict[str, list[int]] = {}
        self._of_trips_of: dict[str, list[int]] = {}
        """Those that speak of single trips, by the trips' line."""
        self._of_mode: dict[int, list[int]] = {}
        self._of_all: list[int] = []
        for number, (_, alert) in enumerate(self.alerts):
            for informed in alert.informed or (InformedEntity(),):
                self._add(number, informed)

    def _add(self, number: int, informed: InformedEntity) -> None:
        if informed.stop_id:
            row = self._timetable.stop_id.find(informed.stop_id)
            line = informed.line_id or self._line_of(informed.trip_id)
            for platform in platforms_of(self._timetable, row) if row >= 0 else ():
                self._of_stop.setdefault(platform, []).append((number, line))
        elif informed.trip_id:
            self._of_trip.setdefault(informed.trip_id, []).append(number)
            self._of_trips_of.setdefault(self._line_of(informed.trip_id), []).append(number)
        elif informed.line_id:
            self._of_line.setdefault(informed.line_id, []).append(number)
        elif informed.route_type is not None:
            self._of_mode.setdefault(informed.route_type, []).append(number)
        else:
            self._of_all.append(number)

    def _line_of(self, trip_id: str) -> str:
        table = self._timetable
        trip = table.trip_id.find(trip_id) if trip_id else -1
        return "" if trip < 0 else table.line_id[int(table.pattern_line[table.trip_pattern[trip]])]

    def at_stop(self, stops: Iterable[int], line_ids: Collection[str]) -> list[FeedAlert]:
        """Those that speak of a stop (rows of its platforms), or of the lines (GTFS ids) that call there."""
        here = (number for stop in stops for number, line in self._of_stop.get(stop, ()) if line in ("", *line_ids))
        of_trips = (number for line_id in line_ids for number in self._of_trips_of.get(line_id, ()))
        return self._listed({*here, *of_trips, *self._of_lines(line_ids), *self._of_all})

    def of_line(self, line_id: str) -> list[FeedAlert]:
        """Those that speak of a line, or of a stop on it."""
        row = self._timetable.line_id.find(line_id)
        calls = self._stops_of(row) if self._of_stop and row >= 0 else frozenset()
        at_stops = (
            number
            for stop, told in self._of_stop.items()
            for number, line in told
            if line == line_id or (not line and stop in calls)
        )
        of_trips = self._of_trips_of.get(line_id, ())
        return self._listed({*at_stops, *of_trips, *self._of_lines((line_id,)), *self._of_all})

    def of_run(self, trip_id: str, line_id: str) -> list[FeedAlert]:
        """Those that speak of a run's line as a whole, or of its trip; not those of other trips of the line."""
        return self._listed({*self._of_lines((line_id,)), *self._of_trip.get(trip_id, ()), *self._of_all})

    def _of_lines(self, line_ids: Iterable[str]) -> Iterator[int]:
        """Those that speak of lines as a whole, by name or by mode."""
        table = self._timetable
        for line_id in line_ids:
            yield from self._of_line.get(line_id, ())
            row = table.line_id.find(line_id) if self._of_mode else -1
            if row >= 0:
                yield from self._of_mode.get(int(table.line_route_type[row]), ())

    def _stops_of(self, line: int) -> frozenset[int]:
        table = self._timetable
        return frozenset(table.call_stop[table.pattern_line[table.call_pattern] == line].tolist())

    def _listed(self, numbers: Iterable[int]) -> list[FeedAlert]:
        return [self.alerts[number] for number in sorted(numbers)]
