"""Rows of ``stop_times.txt`` as text, for many trips at once: a large city has tens of millions of them.

Trips that make the same calls in the same times differ in their ids and their clocks alone. Their rows are written once
as a template, laid down for each trip, and ids and clocks are put in their places by a compiled loop over bytes.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from transit.tracking.kernels import njit

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]
_CLOCK_CHARACTERS = 8


@njit(cache=True)
def _put_clock(out: Bytes, at: int, second: int) -> None:
    """``HH:MM:SS`` of a second of the service day, which passes 24:00."""
    hour, minute, rest = second // 3600, second // 60 % 60, second % 60
    out[at], out[at + 1], out[at + 2] = 48 + hour // 10, 48 + hour % 10, 58
    out[at + 3], out[at + 4], out[at + 5] = 48 + minute // 10, 48 + minute % 10, 58
    out[at + 6], out[at + 7] = 48 + rest // 10, 48 + rest % 10


@njit(cache=True)
def _lay_down(template: Bytes, ids: Bytes, starts: Ints, id_at: Ints, time_at: Ints, calls: Ints) -> Bytes:
    length = len(template)
    out = np.empty(len(starts) * length, np.uint8)
    for trip in range(len(starts)):
        row = trip * length
        out[row : row + length] = template
        for call in range(len(id_at)):
            begin = row + id_at[call]
            out[begin : begin + ids.shape[1]] = ids[trip]
            at = row + time_at[call]
            _put_clock(out, at, starts[trip] + calls[call, 0])
            _put_clock(out, at + _CLOCK_CHARACTERS + 1, starts[trip] + calls[call, 1])
    return out


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
    text = np.frombuffer("".join(ids).encode(), np.uint8).reshape(count, wide)
    numbers = (np.asarray(each, np.int64) for each in (starts_s, id_at, times_at, calls))
    return _lay_down(template, text, *numbers).tobytes()
