"""How a run is named in GTFS-realtime: its trip, date, start and vehicle, in bare ids or named ones."""

from typing import Final, NamedTuple

from google.transit.gtfs_realtime_pb2 import TripDescriptor, VehicleDescriptor

from schemas.line_forecasts import RunForecast, Verdict
from transit.answers.aimed_calls import has_exact_times
from transit.gtfs_realtime.granted import Granted
from transit.timetable.compiled import Timetable

MINUTE_S: Final = 60
HOUR_S: Final = 3600


class Naming(NamedTuple):
    """What stands before every id: nothing, or ``<timetable>:``, and before a vehicle's ``<feed>:``.

    ``feed`` is that of vehicles that do not say theirs.
    """

    timetable: str = ""
    feed: str = ""


def is_cancelled(run: RunForecast) -> bool:
    """Whether the run as a whole will not come."""
    return run.verdict is Verdict.NOT_COMING


class RunWords:
    """Names runs, stops and vehicles of one timetable to a reader; what is named often is put together once."""

    def __init__(
        self,
        timetable: Timetable,
        naming: Naming = Naming(),  # noqa: B008 - an immutable record
        granted: Granted = Granted(),  # noqa: B008 - an immutable record
    ) -> None:
        self.timetable = timetable
        self.naming = naming
        self.granted = granted
        self._calls: dict[int, tuple[list[int], list[str]]] = {}

    def calls_of(self, pattern: int) -> tuple[list[int], list[str]]:
        """The stop_sequence and the stop_id of each of a pattern's calls; a stop that is not granted has no id."""
        found = self._calls.get(pattern)
        if found is None:
            table = self.timetable
            first, end = int(table.pattern_call_offset[pattern]), int(table.pattern_call_offset[pattern + 1])
            prefix, has_stop = self.naming.timetable, self.granted.has_stop
            rows = table.call_stop[first:end].tolist()
            stops = [prefix + table.stop_id[stop] if has_stop(stop) else "" for stop in rows]
            found = self._calls[pattern] = (table.call_sequence[first:end].tolist(), stops)
        return found

    def fill_trip(self, trip: TripDescriptor, run: RunForecast) -> None:
        """Name a run's trip. ``start_time`` is written where a frequency makes many runs of one trip, or none is known.

        A trip of exact times starts when the timetable says, whatever the feed that reports it does (rule E023).

        A trip that the timetable lacks is ``ADDED``; one that runs by headway at no exact times is ``UNSCHEDULED``.
        """
        row = self.timetable.trip_id.find(run.trip_id)
        trip.trip_id = self.naming.timetable + run.trip_id
        trip.start_date = f"{run.service_date:08d}"
        trip.route_id = self.naming.timetable + self._line_id(run, row)
        trip.schedule_relationship = self._relationship(run, row)
        if row < 0 and run.direction_id >= 0:
            trip.direction_id = run.direction_id
        if run.start_time_s is not None and (row < 0 or self.timetable.trip_has_frequency[row]):
            trip.start_time = write_clock(run.start_time_s)

    def name_vehicle(self, run: RunForecast) -> str:
        """The id of the vehicle on a run."""
        if not self.naming.feed:
            return run.vehicle_id
        return f"{run.feed}:{run.vehicle_id}" if run.feed else self.naming.feed + run.vehicle_id

    def fill_vehicle(self, vehicle: VehicleDescriptor, run: RunForecast) -> None:
        """Name the vehicle on a run."""
        vehicle.id = self.name_vehicle(run)
        if run.vehicle_label:
            vehicle.label = run.vehicle_label

    def _line_id(self, run: RunForecast, trip: int) -> str:
        table = self.timetable
        return run.line_id if trip < 0 else table.line_id[int(table.pattern_line[table.trip_pattern[trip]])]

    def _relationship(self, run: RunForecast, trip: int) -> "TripDescriptor.ScheduleRelationship":
        if is_cancelled(run):
            return TripDescriptor.CANCELED
        if trip < 0:
            return TripDescriptor.ADDED
        return TripDescriptor.SCHEDULED if has_exact_times(self.timetable, trip) else TripDescriptor.UNSCHEDULED


def write_clock(at_s: int) -> str:
    """Seconds of the service day as GTFS writes times; past midnight the hours go on."""
    return f"{at_s // HOUR_S:02d}:{at_s // MINUTE_S % MINUTE_S:02d}:{at_s % MINUTE_S:02d}"
