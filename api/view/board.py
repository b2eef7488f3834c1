"""What the timetable foresees at a stop, hour by hour: read once an hour and stop, not once a request."""

from typing import TYPE_CHECKING, Final

from api.view.shelf import Shelf
from transit.answers.aimed_calls import Aimed, Span, list_aimed_calls
from transit.conditions.first_last import Destination, FirstLast, list_first_last
from transit.timetable.service_day import local_day

if TYPE_CHECKING:
    from transit.answers.coming import AimedCall, HeadwayWindow

_HOUR_S: Final = 3600
_HOURS_KEPT: Final = 4096
"""Hours at stops: some 40 calls each, 100 MB at the very most; the oldest leave first."""

_DAYS_KEPT: Final = 4096
"""Service days at stops: some 20 destinations each."""

_DAY_LASTS_S: Final = 3 * 86_400
"""From a service day's start until its last run has surely ended."""

_DAYS_AROUND: Final = (-2, -1, 0, 1)
"""Service days that may call in an hour, against its calendar day: runs go on for up to two nights past their day."""


class Board:
    """The timetable's calls at stops, in force day by day."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._hours: dict[tuple[str, str, int], Aimed] = {}
        self._days: dict[tuple[str, str, int], dict[Destination, FirstLast]] = {}

    def clear(self) -> None:
        """Forget all hours: other timetables are in force."""
        self._hours.clear()
        self._days.clear()

    def aimed(self, timetable: str, stop_id: str, first_at: float, end_at: float) -> Aimed:
        """The calls at a stop (its GTFS id) that leave in any hour touched by the span (POSIX s), in order."""
        hours = range(int(first_at) // _HOUR_S, int(end_at) // _HOUR_S + 1)
        found = [self._hour(timetable, stop_id, hour) for hour in hours]
        return Aimed(
            tuple(call for hour in found for call in hour.calls),
            tuple(window for hour in found for window in hour.headways),
        )

    def _hour(self, timetable: str, stop_id: str, hour: int) -> Aimed:
        found = self._hours.get((timetable, stop_id, hour))
        if found is None:
            while len(self._hours) >= _HOURS_KEPT:
                del self._hours[next(iter(self._hours))]
            span = Span(hour * _HOUR_S, (hour + 1) * _HOUR_S)
            found = self._hours[timetable, stop_id, hour] = self.read(timetable, stop_id, span)
        return found

    def first_last(self, timetable: str, stop_id: str, day: int) -> dict[Destination, FirstLast]:
        """The first and last departure of a service day to each destination; worked out once a stop and day."""
        found = self._days.get((timetable, stop_id, day))
        if found is None:
            while len(self._days) >= _DAYS_KEPT:
                del self._days[next(iter(self._days))]
            found = self._days[timetable, stop_id, day] = self._read_first_last(timetable, stop_id, day)
        return found

    def _read_first_last(self, timetable: str, stop_id: str, day: int) -> dict[Destination, FirstLast]:
        compiled = self._shelf.find_in_force(timetable, day)
        stop = -1 if compiled is None else compiled.timetable.stop_id.find(stop_id)
        if compiled is None or stop < 0:
            return {}
        starts_at = compiled.service_day(day).starts_at
        aimed = self._read_day(timetable, stop_id, day, Span(starts_at, starts_at + _DAY_LASTS_S))
        calls = (here for of_pattern in compiled.calls_at(stop).values() for here in of_pattern)
        return list_first_last(compiled.timetable, calls, aimed)

    def read(self, timetable: str, stop_id: str, span: Span) -> Aimed:
        """The calls in a span of any length, as the timetables in force on its service days have them."""
        newest = self._shelf.find_newest(timetable)
        if newest is None:
            return Aimed((), ())
        calls: list[AimedCall] = []
        headways: list[HeadwayWindow] = []
        first, last = (
            local_day(newest.timetable.timezone, span.first_at),
            local_day(newest.timetable.timezone, span.end_at),
        )
        for day in range(first + _DAYS_AROUND[0], last + _DAYS_AROUND[-1] + 1):
            day_calls = self._read_day(timetable, stop_id, day, span)
            calls.extend(day_calls.calls)
            headways.extend(day_calls.headways)
        calls.sort(key=lambda call: call.leaves_at)
        headways.sort(key=lambda window: window.starts_at)
        return Aimed(tuple(calls), tuple(headways))

    def _read_day(self, timetable: str, stop_id: str, day: int, span: Span) -> Aimed:
        compiled = self._shelf.find_in_force(timetable, day)
        stop = -1 if compiled is None else compiled.timetable.stop_id.find(stop_id)
        if compiled is None or stop < 0:
            return Aimed((), ())
        service_day = compiled.service_day(day)
        if service_day.starts_at >= span.end_at:
            return Aimed((), ())
        return list_aimed_calls(compiled.timetable, compiled.calls_at(stop), service_day, span)
