"""A city on a timetable: ask for its feed at any moment, and get the same bytes whenever you ask for it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from google.transit import gtfs_realtime_pb2 as pb

from simulators.chance import draw_uniform
from simulators.city.conditions import USUAL, Conditions
from simulators.city.control_centre import add_alerts, add_trip_updates
from simulators.city.demand import is_train
from simulators.city.devices import SPELL_S, DeviceFaults, latest_reports
from simulators.city.duties import day_starts_at
from simulators.city.feed_message import ReportedDay, add_vehicles, new_message
from simulators.city.movement import DrivenDay, drive_day
from simulators.city.whereabouts import Tracks
from transit.timetable.compiled import Timetable

_DAY_S = 86_400
_OVERRUN_S = 3 * 3600
"""No run is later than this at the end of its day."""


class City:
    """Vehicles of today and those of yesterday that are still out, on one timetable and seed."""

    def __init__(
        self, timetable: Timetable, seed: int, faults: DeviceFaults | None = None, like: Conditions = USUAL
    ) -> None:
        self._like = like
        self.timetable = timetable
        self._seed = seed
        self._faults = faults or DeviceFaults()
        self._longest_day_s = _longest_day_s(timetable)
        self._days: dict[int, tuple[DrivenDay, Tracks]] = {}

    def positions_at(self, at: int) -> pb.FeedMessage:
        """The GTFS-realtime VehiclePositions of the POSIX second ``at``: every vehicle's latest report."""
        at = self._told_at(at)
        message = new_message(at)
        for driven, tracks in self._days_at(at):
            self._add_day(message, driven, tracks, at)
        return message

    def trip_updates_at(self, at: int) -> pb.FeedMessage:
        """The control centre's TripUpdates of that second: delays, short turns, cancellations."""
        message = new_message(at)
        for driven, _ in self._days_at(at):
            add_trip_updates(message, self.timetable, driven, at)
        return message

    def alerts_at(self, at: int) -> pb.FeedMessage:
        """The control centre's Alerts of that second."""
        message = new_message(at)
        for driven, _ in self._days_at(at):
            add_alerts(message, self.timetable, driven, at)
        return message

    def driven_days(self) -> list[DrivenDay]:
        """The exact truth of the days last asked about."""
        return [driven for driven, _ in self._days.values() if len(driven.duties.call)]

    def _days_at(self, at: int) -> list[tuple[DrivenDay, Tracks]]:
        """The service days of which vehicles may be out at ``at``."""
        today = datetime.fromtimestamp(at, ZoneInfo(self.timetable.timezone)).toordinal()
        wanted = [day for day in (today - 1, today, today + 1) if self._may_run(day, at)]
        self._days = {day: self._days.get(day) or self._drive(day) for day in wanted}
        return [self._days[day] for day in wanted if len(self._days[day][0].duties.call)]

    def _told_at(self, at: int) -> int:
        """The moment that the feed tells of: a feed that is out stands still at its spell's start."""
        is_out = bool(draw_uniform(self._seed, at // SPELL_S, 121) < self._faults.outage_ratio)
        return at // SPELL_S * SPELL_S if is_out else at

    def _may_run(self, day: int, at: int) -> bool:
        """Whether vehicles of the service day ``day`` can be out at ``at``."""
        starts_at = day_starts_at(day, self.timetable.timezone)
        return starts_at - 3600 <= at < starts_at + self._longest_day_s + _OVERRUN_S

    def _drive(self, day: int) -> tuple[DrivenDay, Tracks]:
        driven = drive_day(self.timetable, day, self._seed, self._like)
        return driven, Tracks(self.timetable, driven)

    def _add_day(self, message: pb.FeedMessage, driven: DrivenDay, tracks: Tracks, at: int) -> None:
        duties = driven.duties
        vehicles = np.arange(len(duties.offset) - 1)
        # a vehicle that was cancelled all day has no rows of its own, and is never in service
        trains = is_train(self.timetable, duties.call[np.minimum(duties.offset[:-1], len(duties.call) - 1)])
        seed = self._seed + duties.day
        reports = latest_reports(seed, self._faults, vehicles=vehicles, trains=trains, at=float(at))
        seen = tracks.locate(reports.vehicle, reports.seen_at)
        add_vehicles(message, self.timetable, ReportedDay(driven, reports, seen, seed), self._faults)


def _longest_day_s(timetable: Timetable) -> int:
    """The latest second of a service day at which any trip ends."""
    if not len(timetable.trip_id):
        return _DAY_S
    ends = timetable.trip_start_s + timetable.timing_arrival_s[timetable.timing_offset[timetable.trip_timing + 1] - 1]
    took = ends - timetable.trip_start_s
    latest = int(ends.max())
    for trip, end in zip(timetable.frequency_trip, timetable.frequency_end_s, strict=True):
        latest = max(latest, int(end + took[trip]))
    return latest
