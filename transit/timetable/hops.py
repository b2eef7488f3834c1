"""Hops: every way from a stop to the next that some pattern makes."""

from dataclasses import dataclass

import numpy as np

from transit.timetable.compiled import Floats, Ints


@dataclass(frozen=True, slots=True)
class Hops:
    """Distinct pairs of consecutive stops, sorted; ``ending_at`` is per call, -1 at a pattern's first."""

    from_stop: Ints
    to_stop: Ints
    length_m: Floats
    ending_at: Ints


def list_hops(call_pattern: Ints, call_stop: Ints, call_progress_m: Floats) -> Hops:
    """Hops of all patterns; where patterns go different ways between two stops the length is their median."""
    follows = np.flatnonzero(call_pattern[1:] == call_pattern[:-1]) + 1
    pairs = np.column_stack((call_stop[follows - 1], call_stop[follows]))
    distinct, hop = np.unique(pairs, axis=0, return_inverse=True)
    hop = hop.reshape(-1)
    length_m = call_progress_m[follows] - call_progress_m[follows - 1]
    order = np.lexsort((length_m, hop))
    counts = np.bincount(hop, minlength=len(distinct))
    middle = np.cumsum(counts) - counts + (counts - 1) // 2
    ending_at = np.full(len(call_stop), -1, np.int32)
    ending_at[follows] = hop
    return Hops(
        from_stop=distinct[:, 0].astype(np.int32),
        to_stop=distinct[:, 1].astype(np.int32),
        length_m=length_m[order][middle],
        ending_at=ending_at,
    )
