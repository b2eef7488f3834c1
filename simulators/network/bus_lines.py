"""Bus lines laid over the streets: cross-town trunks, tangents, feeders of subway stations and a ring."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np

from simulators.network.line_plan import Metres, Name, Network, PlannedLine, PlannedPattern, PlannedStop, Service
from simulators.network.names import name_crossing
from simulators.network.odd_ways import lead_astray
from simulators.network.streets import Crossing, Streets

_PAST_CORNER_M = 85.0
_KERB_M = 6.0
_COLORS = (
    "E4572E", "1B998B", "7B5EA7", "C9820B", "2E86AB", "B83B5E", "5B8C2A", "D1495B", "3D5A80", "A0522D", "008891",
    "8F5D99", "C06014", "4F772D",
)  # fmt: skip
_LINE_BLOCKS_MIN = 9
_LINE_BLOCKS_MAX = 48
"""Some 30 km: in a wide city lines serve a part of it, as the longest of real buses do."""
_LOOP_EVERY = 60
_FREQUENCY_EVERY = 40
_SHORT_TURN_EVERY = 15
_TERMINAL_LOOP_EVERY = 20
_GROWN = 28
"""A city of so many bus lines has what smaller ones lack: loops whose last buses go in, terminals driven round."""
_DEPOT_AFTER = 0.45
"""The depot of a loop lies so far round."""


def measure(points: Metres) -> Metres:
    """Metres along a drawn line at each of its points."""
    return np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))))


def plan_bus_lines(
    network: Network, streets: Streets, count: int, random: np.random.Generator, *, has_odd_ways: bool = False
) -> Iterator[PlannedLine]:
    """Lay ``count`` bus lines. The first is the ring, the second runs by frequency, the third has short turns.

    Every fourth starts where the one before it ends, and shares its vehicles. ``has_odd_ways`` leads all but the rings
    round a block, or out and back, on their way.
    """
    ends = _draw_ends(streets, random)
    met: tuple[Crossing, str] | None = None
    for number in range(1, count + 1):
        if number % _LOOP_EVERY == 1:
            ring = _ring_way(streets, random)
            yield _plan_line(network, streets, number, way=ring, pool=f"bus-{number}", has_depot=count >= _GROWN)
            continue
        start, end = next(ends)
        joins = met is not None and number % 4 == 0
        joined = met is not None and joins and _distance(met[0], end) >= _LINE_BLOCKS_MIN
        if met is not None and joined:
            start, pool = met
        else:
            pool = f"bus-{number}"
        while _distance(start, end) < _LINE_BLOCKS_MIN:
            start, end = next(ends)
        if _distance(start, end) > _LINE_BLOCKS_MAX:
            start, end = _shorten(start, end, 0.0 if joined else float(random.random()))
        way = streets.find_way(start, end)
        if has_odd_ways:
            way = lead_astray(streets, way, number)
        rounds = count >= _GROWN and number % _TERMINAL_LOOP_EVERY == 7
        back = _round_block(streets, way) if rounds else None
        yield _plan_line(network, streets, number, way=way, pool=pool, back=back)
        met = way[-1], pool


def _round_block(streets: Streets, way: list[Crossing]) -> list[Crossing] | None:
    """Lead ``way`` on to a terminal behind its last block, and return the way back by the block's other side.

    The last streets are driven one way only, as a loop. ``None`` where no street leads round.
    """
    before, end = way[-2], way[-1]
    for turn in (1, -1):
        aside = turn * (end[1] - before[1]), turn * (end[0] - before[0])
        terminal = end[0] + aside[0], end[1] + aside[1]
        corner = before[0] + aside[0], before[1] + aside[1]
        streets_on = ((end, terminal), (terminal, corner), (corner, before))
        if corner not in way and all(streets.is_open(here, there) for here, there in streets_on):
            way.append(terminal)
            return [terminal, corner, *way[-3::-1]]
    return None


def _distance(here: Crossing, there: Crossing) -> int:
    """Street blocks between two corners."""
    return abs(here[0] - there[0]) + abs(here[1] - there[1])


def _shorten(start: Crossing, end: Crossing, along: float) -> tuple[Crossing, Crossing]:
    """The part of a way that a line of the longest kind serves: ``along`` is 0 at the way's start, 1 at its end."""
    share = _LINE_BLOCKS_MAX / _distance(start, end)
    begins = along * (1 - share)

    def at(part: float) -> Crossing:
        return round(start[0] + part * (end[0] - start[0])), round(start[1] + part * (end[1] - start[1]))

    return at(begins), at(begins + share)


def _draw_ends(streets: Streets, random: np.random.Generator) -> Iterator[tuple[Crossing, Crossing]]:
    """Pairs of terminals: west to east, south to north, corner to corner, then centre to edge; again and again."""
    wide, high = streets.columns - 1, streets.rows - 1

    def near(across: float, up: float) -> Crossing:
        column, row = random.normal((across * wide, up * high), (0.09 * wide, 0.09 * high))
        return int(np.clip(column, 0, wide)), int(np.clip(row, 0, high))

    while True:
        yield near(0.02, 0.35), near(0.98, 0.6)
        yield near(0.4, 0.02), near(0.62, 0.98)
        yield near(0.05, 0.9), near(0.9, 0.1)
        yield near(0.5, 0.5), near(*((0.95, 0.85), (0.05, 0.1))[int(random.integers(2))])
        yield near(0.1, 0.05), near(0.95, 0.4)
        yield near(0.25, 0.95), near(0.75, 0.3)


def _ring_way(streets: Streets, random: np.random.Generator) -> list[Crossing]:
    """Once round the centre, a quarter of the way in, on the avenues nearest there: they have the bridges."""
    inset = 0.2 + 0.06 * float(random.random())
    west, east = (_nearest(streets.avenues_north, at * streets.columns) for at in (inset, 1 - inset))
    south, north = (_nearest(streets.avenues_east, at * streets.rows) for at in (inset, 1 - inset))
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    way: list[Crossing] = [corners[0]]
    for here, there in pairwise(corners):
        while way[-1] != there:
            column, row = way[-1]
            way.append((column + int(np.sign(there[0] - here[0])), row + int(np.sign(there[1] - here[1]))))
    return way


def _nearest(choices: frozenset[int], wanted: float) -> int:
    return min(sorted(choices), key=lambda choice: abs(choice - wanted))


def _plan_line(
    network: Network,
    streets: Streets,
    number: int,
    *,
    way: list[Crossing],
    pool: str,
    back: list[Crossing] | None = None,
    has_depot: bool = False,
) -> PlannedLine:
    is_loop = way[0] == way[-1]
    there = _plan_pattern(network, streets, way, direction=0)
    patterns = [there, _plan_pattern(network, streets, back or way[::-1], direction=1)]
    if has_depot:
        cut = round(len(way) * _DEPOT_AFTER)
        patterns.append(replace(_plan_pattern(network, streets, way[:cut], direction=0), is_depot_in=True))
        patterns.append(replace(_plan_pattern(network, streets, way[: cut - 2 : -1], direction=1), is_depot_in=True))
    if number % _SHORT_TURN_EVERY == 3:
        cut = max(4, len(way) * 2 // 3)
        patterns.append(_plan_pattern(network, streets, way[:cut], direction=0, is_short=True))
        patterns.append(_plan_pattern(network, streets, way[:cut][::-1], direction=1, is_short=True))
    first, last = network.stops[there.stops[0]].name, network.stops[there.stops[-1]].name
    name = (
        Name(f"Ring {first.english}", f"{first.chinese}环线")
        if is_loop
        else Name(f"{first.english} - {last.english}", f"{first.chinese}—{last.chinese}")
    )
    return PlannedLine(
        id=f"bus-{number}",
        short_name=str(number),
        name=name,
        mode="bus",
        color=_COLORS[(number - 1) % len(_COLORS)],
        service=_service(number),
        peak_headway_s=(360, 420, 480, 600, 540)[number % 5],
        patterns=tuple(patterns),
        pool=pool,
        is_loop=is_loop,
    )


def _service(number: int) -> Service:
    if number % _FREQUENCY_EVERY == 2:
        return "frequency"
    return ("all_night", "day", "late")[number % 3] if number > 1 else "all_night"


def _plan_pattern(
    network: Network,
    streets: Streets,
    way: list[Crossing],
    *,
    direction: int,
    is_short: bool = False,
) -> PlannedPattern:
    """Stops just past each corner on the right-hand kerb, terminals at both ends."""
    is_loop = way[0] == way[-1]
    shape = streets.trace(way)
    along = measure(shape)
    per_edge = (len(shape) - 1) // (len(way) - 1)
    stops, progress = [_terminal(network, streets, way, end=0)], [0.0]
    for corner in range(1, len(way) - 1):
        at = float(along[corner * per_edge]) + _PAST_CORNER_M
        stops.append(
            _kerbside(network, streets, (way[corner - 1], way[corner], way[corner + 1]), _stand(shape, along, at))
        )
        progress.append(at)
    stops.append(stops[0] if is_loop else _terminal(network, streets, way, end=-1))
    progress.append(float(along[-1]))
    last = network.stops[stops[len(stops) // 2] if is_loop else stops[-1]].name
    headsign = Name(f"Ring via {last.english}", f"环线经{last.chinese}") if is_loop else last
    return PlannedPattern(direction, tuple(stops), tuple(progress), shape, headsign, is_short)


def _stand(shape: Metres, along: Metres, at_m: float) -> tuple[float, float]:
    """The kerb point to the right of the way at ``at_m``."""
    east, north = (np.interp([at_m - 10, at_m, at_m + 10], along, shape[:, axis]) for axis in (0, 1))
    length = float(np.hypot(east[2] - east[0], north[2] - north[0])) or 1.0
    return (
        float(east[1] + (north[2] - north[0]) / length * _KERB_M),
        float(north[1] - (east[2] - east[0]) / length * _KERB_M),
    )


def _kerbside(
    network: Network, streets: Streets, corners: tuple[Crossing, Crossing, Crossing], at: tuple[float, float]
) -> str:
    _, here, after = corners
    on = streets.name_between(here, after)
    crossing = streets.street_names[here[0]] if here[1] == after[1] else streets.road_names[here[1]]
    stop = PlannedStop(f"s{here[0]}-{here[1]}-{after[0]}-{after[1]}", name_crossing(on, crossing), *at)
    return network.add_stop(stop)


def _terminal(network: Network, streets: Streets, way: list[Crossing], *, end: int) -> str:
    """The bus terminal at one end of a way; lines that end at the same corner share it."""
    column, row = way[end]
    east, north = streets.place_corner(way[end])
    road = streets.road_names[row] if column in (0, streets.columns - 1) else streets.street_names[column]
    stem = road.english.rsplit(" ", 1)[0]
    name = Name(f"{stem} Bus Terminal", f"{road.chinese.rstrip('路街大道')}公交枢纽")
    return network.add_stop(PlannedStop(f"t{column}-{row}", name, float(east), float(north)))
