"""The search for a bus line's way over the streets, compiled: a city of a thousand lines searches a thousand times."""

import heapq

import numpy as np
import numpy.typing as npt

from transit.tracking.kernels import njit

HEADINGS = 4
Corners = npt.NDArray[np.int64]
Costs = npt.NDArray[np.float64]


@njit(cache=True)
def least_to(neighbour: Corners, cost_m: Costs, end: int) -> Costs:
    """What it costs from each corner to reach ``end`` if turns are free (Dijkstra); infinite where no street leads.

    ``neighbour`` and ``cost_m`` are corners x headings; -1 where there is no street.
    """
    least = np.full(neighbour.shape[0], np.inf)
    least[end] = 0.0
    open_ends = [(0.0, end)]
    while open_ends:
        cost, here = heapq.heappop(open_ends)
        if cost > least[here]:
            continue
        for heading in range(HEADINGS):
            there = int(neighbour[here, heading])
            if there >= 0 and cost + cost_m[here, heading] < least[there]:
                least[there] = cost + cost_m[here, heading]
                heapq.heappush(open_ends, (least[there], there))
    return least


@njit(cache=True)
def search_way(neighbour: Corners, cost_m: Costs, start: int, end: int, turn_m: float) -> Corners:
    """Corners from ``start`` to ``end`` by the cheapest way, each turn costing ``turn_m``; empty where there is none.

    A* over (corner, heading), guided by the ways without turns, which cost the same in both directions.
    """
    least = least_to(neighbour, cost_m, end)
    states = neighbour.shape[0] * (HEADINGS + 1)
    best = np.full(states, np.inf)
    came = np.full(states, -1, np.int64)
    first = start * (HEADINGS + 1) + HEADINGS
    best[first] = 0.0
    open_ends = [(least[start], 0.0, first)]
    while open_ends:
        _, cost, state = heapq.heappop(open_ends)
        here, heading = state // (HEADINGS + 1), state % (HEADINGS + 1)
        if here == end:
            return _walk_back(came, state)
        if cost > best[state]:
            continue
        for turn in range(HEADINGS):
            there = int(neighbour[here, turn])
            if there < 0 or (heading < HEADINGS and (turn - heading) % 4 == 2):
                continue
            reached = cost + cost_m[here, turn] + (turn_m if heading not in (HEADINGS, turn) else 0.0)
            after = there * (HEADINGS + 1) + turn
            if reached < best[after]:
                best[after] = reached
                came[after] = state
                heapq.heappush(open_ends, (reached + least[there], reached, after))
    return np.empty(0, np.int64)


@njit(cache=True)
def _walk_back(came: npt.NDArray[np.int64], last: int) -> Corners:
    length, state = 1, last
    while came[state] >= 0:
        state = came[state]
        length += 1
    way = np.empty(length, np.int64)
    state = last
    for place in range(length - 1, -1, -1):
        way[place] = state // (HEADINGS + 1)
        state = came[state]
    return way
