"""A run's foretold times with its agency's own prediction mixed in, as far as that is trusted."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from schemas.line_forecasts import NO_TIME, TIME_COLUMNS
from transit.agency.measured_accuracy import Trust, bin_of_horizon
from transit.forecasting.promises import ADDED_S

APART_MAX_S: Final = 900
"""An agency's time so far from Headway's is of another visit to the stop, another run or another day."""

PAST_MAX_S: Final = 60
"""An agency's time so far in the past is of a call that was to be over: it says nothing of one still ahead."""

FURTHEST_S: Final = 32_767
ARRIVAL, DEPARTURE = 1, 4
"""Columns of the middle (p50) of each kind; p10 stands before it, p90 behind."""


class SaidTimes(NamedTuple):
    """What an agency says of one call: POSIX s, 0 where it says nothing."""

    arrival: int
    departure: int


class Compared(NamedTuple):
    """One call of which both spoke: seconds after the poll, by Headway, by the agency, and as told (p10, p50, p90)."""

    position: int
    own_s: int
    agency_s: int
    told: tuple[int, int, int]


class Fused(NamedTuple):
    """A run's rows of times (seconds after the poll) as they are told, what was compared, and the next call's shift."""

    times: list[int]
    compared: tuple[Compared, ...]
    shift_s: int


def fuse_times(
    times: Sequence[int], first_position: int, said: Mapping[int, SaidTimes], now: int, trusts: Sequence[Trust]
) -> Fused:
    """Mix what an agency says by position (``said``) into a run's rows of ``TIME_COLUMNS``.

    The calls behind the last one that the agency speaks of are moved as much as that one. Times never fall from call to
    call but where Headway's own do (stop lists glued of two), and p10 <= p50 <= p90.
    """
    told, compared, reached, shift, first_shift = list(times), [], -FURTHEST_S, 0.0, 0.0
    own_before = -FURTHEST_S
    for order in range(len(times) // TIME_COLUMNS):
        base = order * TIME_COLUMNS
        spoken = said.get(first_position + order)
        for column in (ARRIVAL, DEPARTURE):
            own_s = times[base + column]
            if own_s == NO_TIME:
                continue
            trust = trusts[bin_of_horizon(own_s)]
            agency_at = 0 if spoken is None else spoken[column == DEPARTURE]
            agency_s = max(agency_at - now, 0) if agency_at >= now - PAST_MAX_S else None
            is_sane = agency_s is not None and abs(agency_s - own_s) <= APART_MAX_S
            if agency_s is not None and is_sane:
                corrected_s = agency_s + trust.lean * (own_s + ADDED_S)
                shift = trust.weight * (corrected_s - own_s)
            middle = max(round(own_s + shift), reached if own_s >= own_before else -FURTHEST_S)
            reached, own_before = middle, own_s
            early = middle - round((own_s - times[base + column - 1]) * trust.early)
            late = middle + round((times[base + column + 1] - own_s) * trust.late)
            row = (min(early, middle), middle, max(late, middle))
            told[base + column - 1 : base + column + 2] = [min(max(each, -FURTHEST_S), FURTHEST_S) for each in row]
            if agency_s is not None and is_sane and (column == ARRIVAL or times[base + ARRIVAL] == NO_TIME):
                compared.append(Compared(first_position + order, own_s, agency_s, row))
            if order == 0:
                first_shift = shift
    return Fused(told, tuple(compared), round(first_shift))
