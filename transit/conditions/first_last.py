"""The first and last departure of a service day to each destination, short turns told apart from through runs.

A departure goes to every stop it still calls at. So the last to a destination is the last that reaches it, wherever
that run ends; and a run is the last of its day only where no later one reaches the place where it ends.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from transit.answers.aimed_calls import Aimed, leaving_s
from transit.answers.calls_here import CallHere
from transit.answers.coming import AimedCall, HeadwayWindow
from transit.answers.run_ids import RunKey
from transit.timetable.compiled import Timetable
from transit.timetable.service_day import service_day_of, service_day_start_s


class Destination(NamedTuple):
    """A line, a direction, and a stop or station (GTFS id) where some run of them ends."""

    line_id: str
    direction_id: int
    place: str


class Departure(NamedTuple):
    """A departure: when (POSIX s), and of which run; a line that runs by headway has none, but the ``window``."""

    at: int
    key: RunKey | None
    here: CallHere
    window: HeadwayWindow | None = None


@dataclass(frozen=True, slots=True)
class FirstLast:
    """The first and the last departure to a destination. ``headsign`` is what runs that end there say."""

    headsign: str
    first: Departure
    last: Departure


def place_of(timetable: Timetable, stop: int) -> str:
    """A platform's station, or the stop itself: trains of one line end at any of a terminal's platforms."""
    parent = int(timetable.stop_parent[stop])
    return timetable.stop_id[parent if parent >= 0 else stop]


def list_first_last(timetable: Timetable, calls: Iterable[CallHere], day: Aimed) -> dict[Destination, FirstLast]:
    """By destination the first and last boardable departure among ``day``'s calls at a stop."""
    reached = {here.row: _places_after(timetable, here) for here in calls if here.boardable}
    departures = [*_list_timed(day.calls, reached), *_list_windows(day.headways, reached)]
    headsigns: dict[Destination, str] = {}
    for departure in departures:
        headsigns.setdefault(destination_of_call(timetable, departure.here), departure.here.headsign)
    found: dict[Destination, FirstLast] = {}
    for destination, headsign in headsigns.items():
        reaching = [each for each in departures if _reaches(each.here, destination, reached)]
        first, last = min(reaching, key=_moment), max(reaching, key=_moment)
        found[destination] = FirstLast(headsign, first, last)
    return found


def is_last(found: Mapping[Destination, FirstLast], timetable: Timetable, here: CallHere, key: RunKey | None) -> bool:
    """Whether a run is the day's last from here to where it ends.

    Where lines run by headway that is a run after which no other would leave before their time is over.
    """
    ends = None if key is None else found.get(destination_of_call(timetable, here))
    if key is None or ends is None or ends.last.here.position != here.position:
        return False
    window = ends.last.window
    return ends.last.key == key if window is None else _ends_window(timetable, window, here, key)


def _ends_window(timetable: Timetable, window: HeadwayWindow, here: CallHere, key: RunKey) -> bool:
    trip = timetable.trip_id.find(key.trip_id)
    if key.start_time_s is None or window.key != RunKey(key.trip_id, key.service_date) or trip < 0:
        return False
    day_starts_at = service_day_start_s(timetable.timezone, service_day_of(key.service_date))
    left_at = day_starts_at + key.start_time_s + leaving_s(timetable, here, trip)
    return left_at + window.every_s >= window.ends_at


def destination_of_call(timetable: Timetable, here: CallHere) -> Destination:
    """Where the runs that make this call end."""
    end = int(timetable.pattern_call_offset[here.pattern + 1]) - 1
    return Destination(here.line_id, here.direction_id, place_of(timetable, int(timetable.call_stop[end])))


def _places_after(timetable: Timetable, here: CallHere) -> frozenset[str]:
    """The stops and stations where one can get off after this call."""
    end = int(timetable.pattern_call_offset[here.pattern + 1])
    rows = range(here.row + 1, end)
    return frozenset(
        place_of(timetable, int(timetable.call_stop[row]))
        for row in rows
        if timetable.call_alightable[row] or row == end - 1
    )


def _reaches(here: CallHere, destination: Destination, reached: Mapping[int, frozenset[str]]) -> bool:
    return (
        here.line_id == destination.line_id
        and here.direction_id == destination.direction_id
        and destination.place in reached[here.row]
    )


def _list_timed(calls: Iterable[AimedCall], reached: Mapping[int, frozenset[str]]) -> list[Departure]:
    return [Departure(call.leaves_at, call.key, call.here) for call in calls if call.here.row in reached]


def _list_windows(windows: Iterable[HeadwayWindow], reached: Mapping[int, frozenset[str]]) -> list[Departure]:
    return [
        Departure(at, None, window.here, window)
        for window in windows
        if window.here.row in reached
        for at in (window.starts_at, window.ends_at)
    ]


def _moment(departure: Departure) -> int:
    return departure.at
