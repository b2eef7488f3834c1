"""Rows of ``stop_times.txt`` as text, for many trips at once: a large city has tens of millions of them.

Trips that make the same calls in the same times differ in their ids and their clocks alone. Their rows are written once
as a template, laid down for each trip, and ids and clocks are put in their places, all as arrays of bytes.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
_CLOCK_CHARACTERS = 8
_DAY_S_MAX = 48 * 3600


@cache
def _clocks() -> Bytes:
    """``HH:MM:SS`` of every second of a service day, which passes 24:00."""
    at = np.arange(_DAY_S_MAX)
    digits = [at // 36_000, at // 3600 % 10, at // 600 % 6, at // 60 % 10, at // 10 % 6, at % 10]
    table = np.full((_DAY_S_MAX, _CLOCK_CHARACTERS), ord(":"), np.uint8)
    for place, digit in zip((0, 1, 3, 4, 6, 7), digits, strict=True):
        table[:, place] = digit + ord("0")
    return table


def write_calls(
    ids: Sequence[str], starts_s: Sequence[int], fixed: Sequence[tuple[str, str]], calls: Sequence[tuple[int, int]]
) -> bytes:
    """The rows of all trips, trip after trip.

    ``fixed`` is each call's text before its times and after them, ``calls`` its arrival and departure in seconds after
    the trip's start. All ``ids`` are of one length.
    """
    count, wide = len(ids), len(ids[0])
    pieces, id_at, times_at, length = [], [], [], 0
    for visit, rest in fixed:
        id_at.append(length)
        times_at.append(length + wide + len(visit))
        pieces.append(f"{' ' * (wide + len(visit) + _CLOCK_CHARACTERS)},{' ' * _CLOCK_CHARACTERS}{rest}")
        length += len(pieces[-1])
    template = np.frombuffer("".join(pieces).encode(), np.uint8).copy()
    for (visit, _), at in zip(fixed, id_at, strict=True):
        template[at + wide : at + wide + len(visit)] = np.frombuffer(visit.encode(), np.uint8)
    text = np.frombuffer("".join(ids).encode(), np.uint8).reshape(count, 1, wide)
    moments = np.asarray(starts_s)[:, None, None] + np.asarray(calls)[None]
    clock_at = np.asarray(times_at)[:, None, None] + np.array([0, _CLOCK_CHARACTERS + 1])[:, None]
    out = np.empty((count, length), np.uint8)
    out[:] = template
    out[:, np.asarray(id_at)[:, None] + np.arange(wide)] = text
    out[:, clock_at + np.arange(_CLOCK_CHARACTERS)] = _clocks()[moments]
    return out.tobytes()
