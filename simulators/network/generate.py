"""A whole city from a number of lines and a seed."""

import math

import numpy as np

from simulators.network.bus_lines import plan_bus_lines
from simulators.network.line_plan import HOME_ZONE, Network
from simulators.network.names import CITY
from simulators.network.streets import lay_streets
from simulators.network.subway_lines import plan_subway_lines

SMALL_CITY_LINES = 14
_LATITUDE, _LONGITUDE = 30.56, 118.42
_LINES_PER_SUBWAY_LINE = 45


def count_subway_lines(lines: int) -> int:
    """How many of a city's lines are subways: two in a small city, one in 45 in a large one."""
    return min(lines, max(2 if lines >= 6 else 0, round(lines / _LINES_PER_SUBWAY_LINE)))


def generate_network(
    lines: int = SMALL_CITY_LINES, seed: int = 7, zone: str = HOME_ZONE, *, has_odd_ways: bool = False
) -> Network:
    """A believable city of ``lines`` lines that keeps the clock of ``zone``; the same seed gives the same city.

    ``has_odd_ways``: its buses go round a block, or out and back, on their way.

    Raises:
        ValueError: fewer than one line, or more than streets can be named for.
    """
    if not 1 <= lines <= 3000:
        raise ValueError(f"{lines} lines: ask for 1 to 3000")
    random = np.random.Generator(np.random.PCG64(seed))
    side = 9 + 1.7 * math.sqrt(lines)
    streets = lay_streets(round(side), round(side * 0.82), random)
    network = Network(CITY, _LATITUDE, _LONGITUDE, zone)
    subways = count_subway_lines(lines)
    network.lines.extend(plan_subway_lines(network, streets, subways, random))
    network.lines.extend(plan_bus_lines(network, streets, lines - subways, random, has_odd_ways=has_odd_ways))
    return network
