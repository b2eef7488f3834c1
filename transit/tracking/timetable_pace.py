"""What the timetable knows of the hours to come: after the peak it lets a trip take less than those that were seen.

Hops are learned from the last vehicles, in seconds: what they took holds for the next one, and not for one an hour
later. Times further ahead therefore follow how the timetable turns from the trips seen to the trip told of, by as much
as it counts where nobody was seen at all (transit.tracking.hop_times: half of its logarithm). Hops seen seldom lean on
the trip's own timetable already.
"""

import math
from typing import Final

import numpy as np

from transit.tracking.hop_times import HOP_MEMORY, SHRINK
from transit.tracking.kernels import kernel
from transit.tracking.state import TIMED_PARTS, Row, Rows

SHARE: Final = 0.5
"""So much of the turn (ln) is believed."""

_MOST: Final = 0.5
"""A trip timed further (ln) from the others' usual than this counts as if it were timed so: it is timed oddly."""

_LEAST_S: Final = 5.0


def note_trip_paces(trips: Rows, patterns: Rows, calls: Rows, timings: Rows) -> None:
    """Fill ``pace_log`` of buses' trips: how much longer (ln) each is timed than its hops usually are."""
    for i, pattern in enumerate(patterns):
        first, count = int(pattern["call_first"]), int(pattern["call_count"])
        mine = np.flatnonzero(trips["pattern"] == i)
        if count < 2 or pattern["by_status"]:
            continue
        usual_s = max(_LEAST_S, float(calls["usual_run_s"][first + 1 : first + count].sum()))
        begins = trips["timing_first"][mine]
        timed_s = timings["arrival_s"][begins + count - 1] - timings["departure_s"][begins]
        trips["pace_log"][mine] = np.clip(np.log(np.maximum(timed_s, _LEAST_S) / usual_s), -_MOST, _MOST)


@kernel
def learn_trip_pace(hop: Row, trip: Row) -> None:
    """A bus of the trip is about to be learned from: take its timing into the mean, as its seconds will be."""
    weight = min(hop.count, HOP_MEMORY - 1.0)
    timed = (weight * hop.timed + trip.pace_log * TIMED_PARTS) / (weight + 1.0)
    hop.timed = math.floor(timed + 0.5)


@kernel
def pace_turn_log(hop: Row, trip: Row, far: float) -> float:
    """What the timetable turns by, in ln of a hop's seconds; ``far`` is 0 for the next hop, 1 for those far on."""
    seen = hop.count / (hop.count + SHRINK)
    return float(SHARE * far * seen * (trip.pace_log - hop.timed / TIMED_PARTS))
