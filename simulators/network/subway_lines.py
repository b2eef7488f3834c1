"""Subway lines: smooth ways through interchange stations that lines share where they cross."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from simulators.network.bus_lines import measure
from simulators.network.line_plan import Metres, Name, Network, PlannedLine, PlannedPattern, PlannedStop, Through
from simulators.network.names import draw_landmarks, name_crossing
from simulators.network.streets import Crossing, Streets

_COARSE = 3
"""Interchange points lie this many street blocks apart; a station between every two."""
_SPLINE_POINTS = 24
_COLORS = ("C23A30", "006098", "008E9C", "A6217F", "D29700", "F6C582", "009B6B", "8FC31F", "004E9F", "D5A7A1")
_PLATFORM_M = 5.0
_THROUGH_FROM = 3
"""A city of so many subway lines has two that meet end to end, with trains that go on from one to the other."""


def plan_subway_lines(
    network: Network, streets: Streets, count: int, random: np.random.Generator
) -> Iterator[PlannedLine]:
    """Lay ``count`` subway lines, by turns west to east and south to north."""
    landmarks = draw_landmarks(random)
    offset = ((streets.columns - 1) // 2 % _COARSE, (streets.rows - 1) // 2 % _COARSE)
    names: dict[Crossing, Name] = {}
    for number in range(1, count + 1):
        knots = _draw_knots(streets, number, offset, random)
        for knot in sorted(knots, key=lambda at: abs(at[0] - streets.columns / 2) + abs(at[1] - streets.rows / 2)):
            if knot not in names:
                names[knot] = next(landmarks, None) or _corner_name(streets, knot, names, eastward=number % 2 == 1)
        if number == count and number >= _THROUGH_FROM:
            continue
        if number == count - 1 and count >= _THROUGH_FROM:
            middle = len(knots) * 3 // 5
            yield _plan_line(network, streets, number, knots=knots[: middle + 1], names=names)
            far = _plan_line(network, streets, count, knots=knots[middle:], names=names)
            network.through.append(Through(f"subway-{number}", far.id))
            yield replace(far, pool=f"subway-{number}")
            continue
        yield _plan_line(network, streets, number, knots=knots, names=names)


def _draw_knots(streets: Streets, number: int, offset: Crossing, random: np.random.Generator) -> list[Crossing]:
    """Interchange points from one edge of the city to the other, stepping aside once."""
    eastward = number % 2 == 1
    across, along = (streets.rows, streets.columns) if eastward else (streets.columns, streets.rows)
    side, start = (offset[1], offset[0]) if eastward else (offset[0], offset[1])
    lanes = range(side, across, _COARSE)
    lane = len(lanes) // 2 if number <= 2 else int(random.integers(len(lanes)))
    steps = list(range(start, along, _COARSE))
    aside = int(random.integers(1, len(steps))) if len(steps) > 2 else 1
    shift = 1 if lane + 1 < len(lanes) and random.random() < 0.5 else -1
    if not 0 <= lane + shift < len(lanes) or abs(aside - len(steps) // 2) <= 1:
        shift = 0
    before_middle = aside <= len(steps) // 2
    knots = []
    for i, step in enumerate(steps):
        moved = (i < aside) if before_middle else (i >= aside)
        row = lanes[lane + (shift if moved else 0)]
        knots.append((step, row) if eastward else (row, step))
    return knots


def _corner_name(streets: Streets, at: Crossing, names: dict[Crossing, Name], *, eastward: bool) -> Name:
    """The street that the line crosses there; both streets where another station has that name already."""
    road, street = streets.road_names[at[1]], streets.street_names[at[0]]
    crossed, along = (street, road) if eastward else (road, street)
    return name_crossing(crossed, along) if crossed in names.values() else crossed


def _spline(knots: Metres) -> Metres:
    """A smooth line through ``knots`` (Catmull-Rom), ``_SPLINE_POINTS`` points from each to the next."""
    padded = np.vstack((2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]))
    t = np.arange(_SPLINE_POINTS)[:, None] / _SPLINE_POINTS
    parts = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        bend = (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
        parts.append(0.5 * (2 * b + (c - a) * t + bend))
    return np.vstack((*parts, knots[-1:]))


def _plan_line(
    network: Network, streets: Streets, number: int, *, knots: list[Crossing], names: dict[Crossing, Name]
) -> PlannedLine:
    grid = np.array(knots, np.float64)
    shape = _spline(streets.place(grid[:, 0], grid[:, 1]))
    half = _SPLINE_POINTS // 2
    rows = [*range(0, len(shape), half)]
    platforms: tuple[list[str], list[str]] = ([], [])
    for order, row in enumerate(rows):
        before = knots[order // 2]
        here = (
            before
            if order % 2 == 0
            else ((before[0] + knots[order // 2 + 1][0]) // 2, (before[1] + knots[order // 2 + 1][1]) // 2)
        )
        name = names.setdefault(here, _corner_name(streets, here, names, eastward=number % 2 == 1))
        station = PlannedStop(
            f"m{here[0]}-{here[1]}", name, float(shape[row][0]), float(shape[row][1]), is_station=True
        )
        network.add_stop(station)
        for direction in (0, 1):
            platforms[direction].append(_platform(network, number, station, direction=direction))
    there = _pattern(network, 0, platforms[0], shape, rows)
    back = _pattern(network, 1, platforms[1][::-1], shape[::-1], [len(shape) - 1 - row for row in reversed(rows)])
    first, last = network.stops[there.stops[0]].name, network.stops[there.stops[-1]].name
    return PlannedLine(
        id=f"subway-{number}",
        short_name=f"M{number}",
        name=Name(f"Line {number}: {first.english} - {last.english}", f"{number}号线 {first.chinese}—{last.chinese}"),
        mode="subway",
        color=_COLORS[(number - 1) % len(_COLORS)],
        service="late",
        peak_headway_s=(180, 210, 240)[number % 3],
        patterns=(there, back),
        pool=f"subway-{number}",
    )


def _platform(network: Network, number: int, here: PlannedStop, *, direction: int) -> str:
    """The platform of one line and direction at a station, beside the line's own track.

    Lines that meet between two interchange points bend differently there: the station lies where the first of them
    put it, a passage away from the others' platforms.
    """
    east = here.east_m + _PLATFORM_M * (1 - 2 * direction)
    named = f"{here.id}-{number}{'AB'[direction]}"
    name = network.stops[here.id].name
    return network.add_stop(PlannedStop(named, name, east, here.north_m, here.id, platform=str(direction + 1)))


def _pattern(network: Network, direction: int, stops: list[str], shape: Metres, rows: list[int]) -> PlannedPattern:
    along = measure(shape)
    return PlannedPattern(
        direction, tuple(stops), tuple(float(along[row]) for row in rows), shape, network.stops[stops[-1]].name
    )
