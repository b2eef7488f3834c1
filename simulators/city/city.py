"""A city on a timetable: ask for its feed at any moment, and get the same bytes whenever you ask for it."""

import math
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from google.transit import gtfs_realtime_pb2 as pb

from simulators.chance import draw_uniform
from simulators.city.conditions import USUAL, Conditions
from simulators.city.control_centre import add_alerts, add_trip_updates
from simulators.city.devices import SPELL_S, DeviceFaults
from simulators.city.duties import day_starts_at
from simulators.city.feed_message import new_message
from simulators.city.movement import Drive, DrivenDay, begin_day
from simulators.city.reporting import DayReports
from simulators.city.told_otherwise import tell_otherwise
from transit.timetable.compiled import Timetable

_DAY_S = 86_400
_OVERRUN_S = 3 * 3600
"""No run is later than this at the end of its day."""
_DAYS_KEPT = 4
"""Those of two moments: who goes to and fro between them drives no day twice."""


@dataclass(slots=True)
class _Day:
    """A service day and what its devices reported, which tells of no other drive of that day."""

    drive: Drive
    reports: DayReports | None = None


class City:
    """Vehicles of today and those of yesterday that are still out, on one timetable and seed.

    A day is driven no further than the moments asked about; asking for an earlier moment is as good.
    """

    def __init__(
        self, timetable: Timetable, seed: int, faults: DeviceFaults | None = None, like: Conditions = USUAL
    ) -> None:
        self._like = like
        self.timetable = timetable
        self._seed = seed
        self._faults = faults or DeviceFaults()
        self._longest_day_s = _longest_day_s(timetable)
        self._days: dict[int, _Day] = {}
        """The day used last is the last."""
        self._asked: list[_Day] = []

    def feed_at(self, at: int) -> bytes:
        """The GTFS-realtime VehiclePositions of the POSIX second ``at``: every vehicle's latest report."""
        at = self._told_at(at)
        header: bytes = new_message(at).SerializeToString(deterministic=True)
        message = header + b"".join(self._reports_of(day).entities_at(at) for day in self._days_at(at))
        return tell_otherwise(message, self._seed, self._faults, at)

    def positions_at(self, at: int) -> pb.FeedMessage:
        """The same as a message."""
        message = pb.FeedMessage()
        message.ParseFromString(self.feed_at(at))
        return message

    def trip_updates_at(self, at: int) -> pb.FeedMessage:
        """The control centre's TripUpdates of that second: delays, short turns, cancellations."""
        message = new_message(at)
        for each in self._days_at(at):
            add_trip_updates(message, self.timetable, each.drive.day, at)
        return message

    def alerts_at(self, at: int) -> pb.FeedMessage:
        """The control centre's Alerts of that second."""
        message = new_message(at)
        for each in self._days_at(at):
            add_alerts(message, self.timetable, each.drive.day, at)
        return message

    def driven_days(self) -> list[DrivenDay]:
        """The exact truth of the days last asked about, driven to their ends."""
        for each in self._asked:
            each.drive.until(math.inf)
        return [each.drive.day for each in self._asked]

    def drives(self) -> list[Drive]:
        """The days last asked about, driven so far and no further."""
        return [each.drive for each in self._asked]

    def _days_at(self, at: int) -> list[_Day]:
        """The service days of which vehicles may be out at ``at``, driven till then."""
        today = datetime.fromtimestamp(at, ZoneInfo(self.timetable.timezone)).toordinal()
        wanted = [day for day in (today - 1, today, today + 1) if self._may_run(day, at)]
        for day in wanted:
            known = self._days.pop(day, None)
            self._days[day] = self._begin(day) if known is None else known
        while len(self._days) > _DAYS_KEPT:
            del self._days[next(iter(self._days))]
        self._asked = [self._days[day] for day in wanted if len(self._days[day].drive.day.duties)]
        for each in self._asked:
            each.drive.until(at)
        return self._asked

    def _begin(self, day: int) -> _Day:
        return _Day(begin_day(self.timetable, day, self._seed, self._like))

    def _reports_of(self, day: _Day) -> DayReports:
        if day.reports is None:
            driven = day.drive.day
            day.reports = DayReports(self.timetable, driven, self._seed + driven.duties.day, self._faults)
        return day.reports

    def _told_at(self, at: int) -> int:
        """The moment that the feed tells of: a feed that is out stands still at its spell's start."""
        is_out = bool(draw_uniform(self._seed, at // SPELL_S, 121) < self._faults.outage_ratio)
        return at // SPELL_S * SPELL_S if is_out else at

    def _may_run(self, day: int, at: int) -> bool:
        """Whether vehicles of the service day ``day`` can be out at ``at``."""
        starts_at = day_starts_at(day, self.timetable.timezone)
        return starts_at - 3600 <= at < starts_at + self._longest_day_s + _OVERRUN_S


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
