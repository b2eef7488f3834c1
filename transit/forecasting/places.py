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
from transit.tracking.line_tables import METRES_PER_DEGREE
from transit.tracking.state import Row, Rows

CELL_M: Final = 22.0
ADDED_S: Final = 8.0
PRIOR_WEIGHT: Final = 0.25
FADE: Final = 30.0
PAST_MAX: Final = 12.0
"""What earlier days taught is worth no more than so many trains of today."""

PROBES: Final = 8
SURPRISE: Final = 1.0


@kernel
def name_place(hop_name: int, status: int, latitude: float, longitude: float) -> int:
    """A number for a spot of a hop, never 0, equal for every line. Reports without coordinates share one spot."""
    column = row = 0
    if not math.isnan(latitude):
        squeezed = math.cos(math.radians(math.floor(latitude) + 0.5))
        column = math.floor(longitude * squeezed * METRES_PER_DEGREE / CELL_M)
        row = math.floor(latitude * METRES_PER_DEGREE / CELL_M)
    mixed = np.uint64(hop_name + 1) * np.uint64(0x9E3779B1) + np.uint64(status + 2) * np.uint64(0x85EBCA77)
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
def find_past_place(past: Rows, key: int) -> int:
    """The row of a place among those of earlier days, which are sorted by key; -1 if it is none."""
    low, high = 0, len(past) - 1
    while low < high:
        middle = (low + high) // 2
        if past[middle].key < key:
            low = middle + 1
        else:
            high = middle
    return low if past[low].key == key else -1


@kernel
def time_from_place(places: "tuple[Rows, Rows]", memory: Row, prior_s: float) -> float:
    """Seconds from when the newest report was first shown to the hop's end, ``prior_s`` being expected without it.

    ``places`` are today's and those of earlier days.
    """
    prior = math.log(max(prior_s, -ADDED_S + 1.0) + ADDED_S)
    weight = PRIOR_WEIGHT
    old = find_past_place(places[1], int(memory.place))
    if old >= 0 and places[1][old].count > 0.0:
        known = min(places[1][old].count, PAST_MAX)
        prior = (known * places[1][old].mean_log + weight * prior) / (known + weight)
        weight += known
    row = find_place(places[0], int(memory.place), False)
    if row < 0 or places[0][row].count <= 0.0:
        return math.exp(prior) - ADDED_S
    place = places[0][row]
    mean = (place.count * place.mean_log + weight * prior) / (place.count + weight)
    return math.exp(mean) - ADDED_S
