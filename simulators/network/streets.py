"""The city's streets: a warped grid of roads and avenues, a river with few bridges, and ways found over them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulators.network.line_plan import Metres, Name
from simulators.network.names import draw_street_names, name_street
from simulators.network.way_search import Corners, Costs, search_way

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
    def _ways_on(self) -> tuple[Corners, Costs]:
        """For each corner (counted along the columns) and heading the corner there and the cost in metres."""
        neighbour = np.full((self.columns * self.rows, len(_STEPS)), -1, np.int64)
        cost_m = np.zeros(neighbour.shape)
        for column in range(self.columns):
            for row in range(self.rows):
                here = column, row
                for heading, (east, north) in enumerate(_STEPS):
                    there = column + east, row + north
                    if self.is_open(here, there):
                        neighbour[column * self.rows + row, heading] = there[0] * self.rows + there[1]
                        cost_m[column * self.rows + row, heading] = self._cost_m(here, there)
        return neighbour, cost_m

    def _cost_m(self, here: Crossing, there: Crossing) -> float:
        wide = here[1] in self.avenues_east if here[1] == there[1] else here[0] in self.avenues_north
        liked = float(self.busyness[here] + self.busyness[there]) / 2
        return BLOCK_M * liked * (_AVENUE_COST if wide else 1.0)

    def find_way(self, start: Crossing, end: Crossing) -> list[Crossing]:
        """The way a bus line takes: avenues before side streets, few turns; corners from start to end.

        Raises:
            ValueError: no streets lead there.
        """
        neighbour, cost_m = self._ways_on
        first, last = start[0] * self.rows + start[1], end[0] * self.rows + end[1]
        way = search_way(neighbour, cost_m, first, last, _TURN_M)
        if not len(way):
            raise ValueError(f"no streets lead from corner {start} to {end}")
        return [divmod(corner, self.rows) for corner in way.tolist()]


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
