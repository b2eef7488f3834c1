"""Blocks: the trips that one vehicle makes one after another."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from transit.timetable.compiled import Ints
from transit.timetable.offsets import offsets_of


@dataclass(frozen=True, slots=True)
class Blocks:
    """Blocks sorted by id; ``trips`` of each by start, all services together; ``of_trip`` is -1 without a block."""

    ids: list[str]
    trip_offset: Ints
    trips: Ints
    of_trip: Ints


def list_blocks(block_ids: Sequence[str], trip_start_s: Ints) -> Blocks:
    """Gather trips by their block id, empty where they have none."""
    ids = sorted(set(block_ids) - {""})
    rows = {block_id: row for row, block_id in enumerate(ids)}
    of_trip = np.array([rows.get(block_id, -1) for block_id in block_ids], np.int32)
    order = np.lexsort((np.arange(len(of_trip)), trip_start_s, of_trip))
    trips = order[np.count_nonzero(of_trip < 0) :].astype(np.int32)
    return Blocks(ids, offsets_of(of_trip[trips], len(ids)), trips, of_trip)
