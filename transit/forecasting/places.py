"""Times learned for each place where trains are reported: the stop ahead, the status, the spot.

Trains are reported where track circuits and tags lie, again and again at the same spots; from each the way to the next
stop takes about as long every time. Time runs from the poll that first showed the report: a status can change under an
old timestamp.
"""

import math
from typing import Final

import numpy as np

from transit.forecasting.memory import TRAIL
from transit.tracking.kernels import kernel
from transit.tracking.state import Row, Rows

CELL_M: Final = 22.0
ADDED_S: Final = 8.0
PRIOR_WEIGHT: Final = 0.5
FADE: Final = 30.0
PROBES: Final = 8
SURPRISE: Final = 1.0


@kernel
def name_place(hop: int, status: int, x_m: float, y_m: float) -> int:
    """A number for a spot of a hop, never 0. Reports without coordinates share one spot."""
    column = row = 0
    if not math.isnan(x_m):
        column, row = math.floor(x_m / CELL_M), math.floor(y_m / CELL_M)
    mixed = np.uint64(hop + 1) * np.uint64(0x9E3779B1) + np.uint64(status + 2) * np.uint64(0x85EBCA77)
    mixed ^= np.uint64(column & 0xFFFF) * np.uint64(0xC2B2AE3D) + np.uint64(row & 0xFFFF) * np.uint64(0x27D4EB2F)
    mixed ^= mixed >> np.uint64(15)
    return int((mixed * np.uint64(0x2C1B3C6D)) & np.uint64(0xFFFFFFFF)) | 1


@kernel
def find_place(places: Rows, key: int, make: bool) -> int:
    """The place's row, a free one for it if ``make``, else -1."""
    size = len(places)
    for probe in range(PROBES):
        row = (key + probe) % size
        if places[row].key == key:
            return row
        if places[row].key == 0:
            if make:
                places[row].key = key
                return row
            return -1
    return -1


@kernel
def note_place(memory: Row, key: int, now: int) -> None:
    """Remember where the newest report stands, if it is another place than the last."""
    if memory.place == key:
        return
    memory.place = key
    memory.shown = now
    for i in range(TRAIL - 1, 0, -1):
        memory.trail_place[i] = memory.trail_place[i - 1]
        memory.trail_shown[i] = memory.trail_shown[i - 1]
    memory.trail_place[0] = key
    memory.trail_shown[0] = now


@kernel
def learn_places(memory: Row, places: Rows, arrived_at: int) -> None:
    """The hop's end is reached: learn from each place on the way, and forget the way."""
    for i in range(TRAIL):
        if memory.trail_place[i] != 0 and arrived_at > memory.trail_shown[i] - 60:
            row = find_place(places, memory.trail_place[i], True)
            if row >= 0:
                took = math.log(max(float(arrived_at) - float(memory.trail_shown[i]), -ADDED_S + 1.0) + ADDED_S)
                place = places[row]
                if place.count > 0.0:
                    took = min(max(took, place.mean_log - SURPRISE), place.mean_log + SURPRISE)
                weight = min(place.count, FADE)
                place.mean_log = (weight * place.mean_log + took) / (weight + 1.0)
                place.count = weight + 1.0
        memory.trail_place[i] = 0
    memory.place = 0


@kernel
def time_from_place(places: Rows, memory: Row, prior_s: float) -> float:
    """Seconds from when the newest report was first shown to the hop's end, ``prior_s`` being expected without it."""
    prior = math.log(max(prior_s, -ADDED_S + 1.0) + ADDED_S)
    row = find_place(places, int(memory.place), False)
    if row < 0 or places[row].count <= 0.0:
        return math.exp(prior) - ADDED_S
    place = places[row]
    mean = (place.count * place.mean_log + PRIOR_WEIGHT * prior) / (place.count + PRIOR_WEIGHT)
    return math.exp(mean) - ADDED_S
