"""A line worked out anew from its feed's recording, under the rules as they are today."""

from pathlib import Path
from typing import Any, Final, NamedTuple

from google.transit.gtfs_realtime_pb2 import FeedMessage

from runtime.errors import UserError
from runtime.recordings.reading import RecordedPoll, Recording
from schemas.headers import FeedHeaders
from schemas.line_forecasts import LineForecasts
from transit.assignment.feed_sorter import FeedSorter, SortedFeed
from transit.timetable.compiled import Timetable
from transit.tracking.line_tracker import LineTracker

WARM_S: Final = 600
"""The rerun begins so long before the answer: what vehicles learned earlier in the day is not in it."""

REPORTS: Final = 5


class Report(NamedTuple):
    """One report of a vehicle as its feed had it: POSIX seconds, degrees; ``None`` where it did not say."""

    polled_at: int
    reported_at: int | None
    vehicle_id: str
    trip_id: str
    latitude: float | None
    longitude: float | None
    stop_id: str | None
    status: int | None


class Rerun(NamedTuple):
    """The line's value at the moment asked about, and its vehicle's last reports, oldest first."""

    forecasts: LineForecasts
    reports: tuple[Report, ...]


def rerun_line(feed: Path, timetable: Timetable, group: str, at: int, trip_id: str) -> Rerun | None:
    """The value of a line group (its id) at ``at`` (POSIX s) out of a feed's archive; ``None`` where that holds none.

    Raises:
        UserError: the archive is damaged.
    """
    try:
        recording = Recording(feed, span=(at - WARM_S, at))
    except UserError:
        return None
    sorter, tracker = FeedSorter(timetable, feed.name), LineTracker(timetable, group)
    row = timetable.group_id.find(group)
    wanted = _Wanted(timetable, row)
    forecasts: LineForecasts | None = None
    reports: dict[tuple[str, int | None], Report] = {}
    try:
        for time_s in recording.between(at - WARM_S, at + 1):
            poll = recording.read(time_s)
            content = None if poll.content is None else wanted.keep(poll.content)
            outcome = _sort(sorter, poll._replace(content=content))
            for message in outcome.messages:
                if message.group == row:
                    headers = FeedHeaders(
                        timetable.hash, time_s, feed.name, 0, poll.error is not None, message.due, message.assigned
                    )._replace(partial=poll.is_partial, gone=message.gone)
                    forecasts = tracker.apply(message.content, headers).public
                    for report in _reports(message.content, time_s, trip_id):
                        reports.setdefault((report.vehicle_id, report.reported_at), report)
    finally:
        recording.close()
    return None if forecasts is None else Rerun(forecasts, tuple(reports.values())[-REPORTS:])


class _Wanted:
    """Leaves out of a whole city's message what names another line: reading the others would take long."""

    def __init__(self, timetable: Timetable, group: int) -> None:
        first, end = timetable.group_line_offset[group : group + 2]
        lines = set(timetable.group_line[first:end].tolist())
        self._lines = {timetable.line_id[line] for line in lines}
        self._timetable = timetable
        self._rows = lines

    def keep(self, content: bytes) -> bytes:
        """The message with the entities that may be about the line."""
        message = FeedMessage.FromString(content)
        kept = FeedMessage(header=message.header)
        for entity in message.entity:
            if entity.HasField("alert"):
                continue
            trip = entity.vehicle.trip if entity.HasField("vehicle") else entity.trip_update.trip
            if self._is_wanted(trip):
                kept.entity.append(entity)
        packed: bytes = kept.SerializePartialToString()
        return packed

    def _is_wanted(self, trip: Any) -> bool:
        table = self._timetable
        row = table.trip_id.find(trip.trip_id) if trip.trip_id else -1
        if row >= 0:
            return int(table.pattern_line[table.trip_pattern[row]]) in self._rows
        return not trip.route_id or trip.route_id in self._lines


def _sort(sorter: FeedSorter, poll: RecordedPoll) -> SortedFeed:
    if poll.error is not None:
        return sorter.sort_down(poll.time_s)
    if poll.content is None:
        return sorter.sort_unchanged(poll.time_s)
    return sorter.sort(poll.content, poll.time_s)


def _reports(content: bytes, polled_at: int, trip_id: str) -> list[Report]:
    return [
        Report(
            polled_at,
            entity.vehicle.timestamp or None,
            entity.vehicle.vehicle.id,
            entity.vehicle.trip.trip_id,
            round(entity.vehicle.position.latitude, 6) if entity.vehicle.HasField("position") else None,
            round(entity.vehicle.position.longitude, 6) if entity.vehicle.HasField("position") else None,
            entity.vehicle.stop_id or None,
            int(entity.vehicle.current_status) if entity.vehicle.HasField("current_status") else None,
        )
        for entity in FeedMessage.FromString(content).entity
        if entity.HasField("vehicle") and entity.vehicle.trip.trip_id == trip_id
    ]
