"""The line group that a trip, a line or a stop belongs to, by the ids that feeds use."""

from functools import cached_property

import numpy as np

from schemas.topics import FEED_BUS, Topic, feed_topic
from transit.timetable.compiled import Timetable


class LineLookup:
    """Answers in constant time, from ids as they stand in the GTFS to rows of the timetable."""

    def __init__(self, timetable: Timetable) -> None:
        self.timetable = timetable
        self._trip_rows = timetable.trip_id.rows
        self._line_rows = timetable.line_id.rows
        pattern_group = timetable.line_group[timetable.pattern_line]
        self._trip_group: list[int] = pattern_group[timetable.trip_pattern].tolist()
        self._line_group: list[int] = timetable.line_group.tolist()
        self._pattern_group = pattern_group
        self.group_ids: list[str] = list(timetable.group_id)

    def find_trip(self, trip_id: str) -> int | None:
        """The row of a trip."""
        return self._trip_rows.get(trip_id)

    def trip_group(self, trip: int) -> int:
        """The line group of a trip's row."""
        return self._trip_group[trip]

    def find_line_group(self, line_id: str) -> int | None:
        """The line group of a GTFS route."""
        line = self._line_rows.get(line_id)
        return None if line is None else self._line_group[line]

    def find_group(self, trip_id: str, line_id: str) -> int | None:
        """The line group a trip descriptor names: by its trip, else by its line."""
        trip = self._trip_rows.get(trip_id)
        if trip is not None:
            return self._trip_group[trip]
        return self.find_line_group(line_id)

    def list_stop_groups(self, stop_id: str) -> list[int]:
        """The line groups that call at a stop, or at any platform of a station."""
        table = self.timetable
        stop = table.stop_id.find(stop_id)
        if stop < 0:
            return []
        children = table.stop_child[table.stop_child_offset[stop] : table.stop_child_offset[stop + 1]].tolist()
        calls = [
            table.stop_call[table.stop_call_offset[platform] : table.stop_call_offset[platform + 1]]
            for platform in (stop, *children)
        ]
        patterns = table.call_pattern[np.concatenate(calls)]
        return sorted(set(self._pattern_group[patterns].tolist()))

    @cached_property
    def topics(self) -> list[Topic]:
        """For each line group the raw topic of its messages: that of its first line's mode."""
        table = self.timetable
        return [
            feed_topic(int(table.line_route_type[table.group_line[first]])) if first < last else FEED_BUS
            for first, last in zip(table.group_line_offset[:-1], table.group_line_offset[1:], strict=True)
        ]
