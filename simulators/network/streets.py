"""The city's streets: a warped grid of roads and avenues, a river with few bridges, and ways found over them."""

import heapq
import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulators.network.line_plan import Metres, Name
from simulators.network.names import draw_street_names, name_street

Crossing = tuple[int, int]
"""A street corner: column from the west, row from the south."""

BLOCK_M = 620.0
_EDGE_POINTS = 5
_TURN_M = 260.0
"""A turn costs a bus as much as this much straight street; it keeps lines on their streets."""
_AVENUE_COST = 0.8
_BUSYNESS = (0.6, 1.5)
_STEPS: tuple[Crossing, ...] = ((1, 0), (0, 1), (-1, 0), (0, -1))


@dataclass(frozen=True)
class Streets:
    """A grid of ``columns`` x ``rows`` corners, bent a little so that no street is quite straight."""

    columns: int
    rows: int
    road_names: tuple[Name, ...]
    street_names: tuple[Name, ...]
    avenues_east: frozenset[int]
    avenues_north: frozenset[int]
    bends: tuple[float, ...]
    busyness: Metres
    """How readily lines take the streets from each corner, columns x rows: 1 is plain, less is better."""

    def place(self, column: Metres, row: Metres) -> Metres:
        """Points (east, north) of fractional grid coordinates, metres from the city's centre."""
        x = (column - (self.columns - 1) / 2) * BLOCK_M
        y = (row - (self.rows - 1) / 2) * BLOCK_M
        a, b, c, d, turn = self.bends
        east = x + 260 * np.sin(y / 2100 + a) + 90 * np.sin(x / 1300 + y / 1700 + b)
        north = y + 280 * np.sin(x / 2500 + c) + 80 * np.sin(y / 1200 - x / 1900 + d)
        return np.stack((east * np.cos(turn) - north * np.sin(turn), east * np.sin(turn) + north * np.cos(turn)), -1)

    def place_corner(self, at: Crossing) -> Metres:
        """The one point of a corner."""
        return self.place(np.array(float(at[0])), np.array(float(at[1])))

    def trace(self, way: list[Crossing]) -> Metres:
        """The line drawn by following ``way`` along the streets' bends; its first and last points are corners."""
        grid = np.array(way, np.float64)
        steps = np.arange((len(way) - 1) * _EDGE_POINTS + 1) / _EDGE_POINTS
        knots = np.arange(len(way))
        return self.place(np.interp(steps, knots, grid[:, 0]), np.interp(steps, knots, grid[:, 1]))

    def name_between(self, here: Crossing, there: Crossing) -> Name:
        """The name of the street from one corner to its neighbour."""
        return self.road_names[here[1]] if here[1] == there[1] else self.street_names[here[0]]

    @cached_property
    def _river_rows(self) -> tuple[int, ...]:
        """For each column the row under the river: streets going north from there need a bridge."""
        phase = self.bends[0]
        middle, swing = self.rows * 0.62, self.rows * 0.12
        return tuple(
            round(middle + swing * np.sin(column / self.columns * 5 + phase)) for column in range(self.columns)
        )

    def is_open(self, here: Crossing, there: Crossing) -> bool:
        """Whether a street joins two neighbouring corners: inside the city, and over the river only by bridge."""
        column, row = there
        if not (0 <= column < self.columns and 0 <= row < self.rows):
            return False
        if here[0] != there[0]:
            return True
        crosses = min(here[1], row) == self._river_rows[column]
        return not crosses or column in self.avenues_north or column % 4 == 2

    @cached_property
    def _ways_on(self) -> list[list[tuple[int, int, float]]]:
        """For each corner (counted along the columns) the open streets: heading, the corner there, cost in metres."""
        return [
            [
                (
                    turn,
                    (column + east) * self.rows + row + north,
                    self._cost_m((column, row), (column + east, row + north)),
                )
                for turn, (east, north) in enumerate(_STEPS)
                if self.is_open((column, row), (column + east, row + north))
            ]
            for column in range(self.columns)
            for row in range(self.rows)
        ]

    def _cost_m(self, here: Crossing, there: Crossing) -> float:
        wide = here[1] in self.avenues_east if here[1] == there[1] else here[0] in self.avenues_north
        liked = float(self.busyness[here] + self.busyness[there]) / 2
        return BLOCK_M * liked * (_AVENUE_COST if wide else 1.0)

    def _least_to(self, end: int) -> list[float]:
        """What it costs from each corner to reach ``end`` if turns are free: the search looks ahead by it."""
        least = [math.inf] * len(self._ways_on)
        least[end] = 0.0
        open_ends = [(0.0, end)]
        while open_ends:
            cost, here = heapq.heappop(open_ends)
            if cost > least[here]:
                continue
            for _, there, step in self._ways_on[here]:
                if cost + step < least[there]:
                    least[there] = cost + step
                    heapq.heappush(open_ends, (cost + step, there))
        return least

    def find_way(self, start: Crossing, end: Crossing) -> list[Crossing]:
        """The way a bus line takes: avenues before side streets, few turns; corners from start to end.

        A* over (corner, heading), guided by the ways without turns, which cost the same in both directions.

        Raises:
            ValueError: no streets lead there.
        """
        first, last = start[0] * self.rows + start[1], end[0] * self.rows + end[1]
        least = self._least_to(last)
        best = {(first, -1): 0.0}
        came: dict[tuple[int, int], tuple[int, int]] = {}
        open_ends = [(least[first], 0.0, first, -1)]
        while open_ends:
            _, cost, here, heading = heapq.heappop(open_ends)
            if here == last:
                return [divmod(corner, self.rows) for corner in _walk_back(came, (here, heading))]
            if cost > best[here, heading]:
                continue
            for turn, there, step in self._ways_on[here]:
                if heading >= 0 and (turn - heading) % 4 == 2:
                    continue
                reached = cost + step + (_TURN_M if heading not in (-1, turn) else 0.0)
                if reached < best.get((there, turn), math.inf):
                    best[there, turn] = reached
                    came[there, turn] = (here, heading)
                    heapq.heappush(open_ends, (reached + least[there], reached, there, turn))
        raise ValueError(f"no streets lead from corner {start} to {end}")


def _walk_back(came: dict[tuple[int, int], tuple[int, int]], last: tuple[int, int]) -> list[int]:
    way = [last[0]]
    while last in came:
        last = came[last]
        way.append(last[0])
    return way[::-1]


def lay_streets(columns: int, rows: int, random: np.random.Generator) -> Streets:
    """Draw a city's streets: about every fourth is an avenue, the middle ones always."""
    stems = draw_street_names(random)
    wide_east = frozenset({rows // 2, *range(int(random.integers(1, 4)), rows, 4)})
    wide_north = frozenset({columns // 2, *range(int(random.integers(1, 4)), columns, 4)})
    roads = tuple(name_street(next(stems), is_avenue=row in wide_east, runs_east=True) for row in range(rows))
    streets = tuple(
        name_street(next(stems), is_avenue=column in wide_north, runs_east=False) for column in range(columns)
    )
    bends = (*(float(bend) for bend in random.uniform(0, 2 * np.pi, 4)), float(random.uniform(-0.16, 0.16)))
    busyness = random.uniform(*_BUSYNESS, (columns, rows))
    return Streets(columns, rows, roads, streets, wide_east, wide_north, bends, busyness)
