"""Which trips one vehicle runs, one after another: blocks, with a layover between any two."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

_LAYOVER_MIN_S = 240
_LAYOVER_RATIO = 0.08
_LAYOVER_MAX_S = 45 * 60
"""Longer than this and the vehicle goes back to its depot."""


@dataclass(frozen=True, slots=True)
class BlockTrip:
    """A trip as its depot sees it: where it starts and ends and when, in seconds of the service day."""

    trip: str
    start_s: int
    end_s: int
    start_terminal: str
    end_terminal: str


def chain_blocks(trips: Sequence[BlockTrip], depot: str) -> dict[str, str]:
    """Trip to block id. The vehicle that has waited least at the right terminal goes first, as depots do."""
    waiting: dict[str, list[tuple[int, str]]] = defaultdict(list)
    blocks: dict[str, str] = {}
    made = 0
    for trip in sorted(trips, key=lambda each: (each.start_s, each.trip)):
        queue = waiting[trip.start_terminal]
        # trips come by their starts: who has waited too long by now waits in vain
        queue[:] = [each for each in queue if trip.start_s - each[0] <= _LAYOVER_MAX_S]
        ready = [each for each in queue if each[0] <= trip.start_s]
        if ready:
            chosen = max(ready)
            queue.remove(chosen)
            block = chosen[1]
        else:
            made += 1
            block = f"{depot}-{made:03d}"
        blocks[trip.trip] = block
        rest_s = max(_LAYOVER_MIN_S, round(_LAYOVER_RATIO * (trip.end_s - trip.start_s)))
        waiting[trip.end_terminal].append((trip.end_s + rest_s, block))
    return blocks
