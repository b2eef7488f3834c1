"""Trains from what stations tell of departures: each is followed from one to the next by how long that takes."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from headway.beijing.read import Direction, Line, Route

DWELL_S: Final = 30
_PACE: Final = 0.6
"""Of its design speed a train reaches so much between two stations on average."""
_START_S: Final = 20.0
_OFF_MAX_S: Final = 150
"""A departure further than this from when the train should leave is another train's."""


@dataclass(slots=True)
class Trip:
    """A train's run: station, arrival and departure (s of the service day) of each call; ``block`` is its vehicle."""

    id: str
    line: Line
    direction: Direction
    route: Route
    day: str
    calls: list[tuple[str, int, int]]
    block: str = ""


def list_trips(line: Line, line_id: str) -> Iterator[Trip]:
    """Every train of the line, by direction, day group and kind."""
    for direction in line.directions:
        for day, by_station in direction.departures.items():
            for number, route in enumerate(direction.routes):
                starts = by_station.get(route.stations[0], {}).get(route.name, ())
                followed = _follow(route, starts, by_station, line.design_speed_kmh)
                weekdays = "".join(map(str, line.days[day]))
                for train, calls in enumerate(followed, start=1):
                    named = f"{line_id}-{direction.number}-{number}-{weekdays}-{train:03d}"
                    yield Trip(named, line, direction, route, day, calls)


def _follow(
    route: Route, starts: Sequence[int], by_station: Mapping[str, Mapping[str, tuple[int, ...]]], speed_kmh: float
) -> list[list[tuple[str, int, int]]]:
    """The calls of the trains that leave the first station at ``starts`` (minutes)."""
    calls = [[(route.stations[0], 60 * at, 60 * at)] for at in starts]
    left = [60 * at for at in starts]
    last = len(route.stations) - 1
    for place in range(1, last + 1):
        station = route.stations[place]
        hop_s = _START_S + route.metres[place - 1] / (_PACE * speed_kmh / 3.6)
        passes = station in route.skipped
        told = () if passes or place == last else by_station.get(station, {}).get(route.name, ())
        stands_s = 0 if passes else DWELL_S
        quickest_s = route.metres[place - 1] / (speed_kmh / 3.6) + stands_s
        left = _match([(at + quickest_s, at + hop_s + stands_s) for at in left], [60 * at for at in told])
        if passes:
            continue
        for train, at in zip(calls, left, strict=True):
            train.append((station, at - DWELL_S, at if place < last else at - DWELL_S))
    return calls


def _match(wanted: Sequence[tuple[float, float]], told: Sequence[int]) -> list[int]:
    """For each train when it leaves: the told departure nearest to when it should, each but once; else that moment.

    ``wanted`` is the earliest that the train can leave and when it should.
    """
    found: list[int] = []
    begins = 0
    for least, at in wanted:
        near = bisect_left(told, at, begins)
        choices = [place for place in (near - 1, near) if begins <= place < len(told) and told[place] >= least]
        best = min(choices, key=lambda place: abs(told[place] - at), default=None)
        if best is not None and abs(told[best] - at) <= _OFF_MAX_S:
            found.append(told[best])
            begins = best + 1
        else:
            found.append(round(at))
    return found


_WAITS_MAX_S: Final = 360


def join(before: Sequence[Trip], after: Sequence[Trip], *, waits_min_s: int = 0) -> list[tuple[Trip, Trip]]:
    """Pairs of trips that one train runs: the next that leaves where the other has come, within six minutes."""
    waiting = sorted((trip for trip in after), key=lambda trip: trip.calls[0][2])
    starts = [trip.calls[0][2] for trip in waiting]
    taken: set[int] = set()
    pairs = []
    for trip in sorted(before, key=lambda each: each.calls[-1][1]):
        ends = trip.calls[-1][1]
        for place in range(bisect_left(starts, ends + waits_min_s), len(starts)):
            if starts[place] > ends + _WAITS_MAX_S:
                break
            if place not in taken and waiting[place] is not trip:
                taken.add(place)
                pairs.append((trip, waiting[place]))
                break
    return pairs


def assign_blocks(trips: Sequence[Trip], pairs: Sequence[tuple[Trip, Trip]]) -> None:
    """Give each chain of pairs one vehicle."""
    following = {before.id: after for before, after in pairs}
    continued = {after.id for _, after in pairs}
    for trip in trips:
        if trip.id in continued or trip.id not in following:
            continue
        block, each = f"block-{trip.id}", trip
        while True:
            each.block = block
            if each.id not in following:
                break
            each = following[each.id]
