"""Why a served time is what it is: the terms that sum to it, to the second, worked out when somebody asks.

The engine serves every call's arrival and departure; between neighbouring ones lie its hops and dwells. What it told
beside what it had worked out (transit.forecasting.corrections) is undone with the same formulas and named apart.
"""

from typing import Final, NamedTuple

from schemas.line_forecasts import NO_TIME, TIME_COLUMNS, RunForecast, RunState
from transit.answers.line_view import LineView
from transit.forecasting.corrections import DWELL_BUS_S, settled_part, skew_s

ARRIVAL: Final = 1
DEPARTURE: Final = 4
_STEPS: Final = 40
_ROUNDED_S: Final = 3
"""Seconds are whole, and so are what corrections leave of them."""


class Leg(NamedTuple):
    """The hop that ends at the call at ``position``, and the dwell before it at the call where it began (s)."""

    position: int
    hop_s: int
    dwell_s: int


class Why(NamedTuple):
    """Seconds that sum to the time told: ``told_s`` after ``computed_at`` (POSIX s).

    ``position_s`` is the way to the next call, ``hold_s`` what is left of standing there, and waiting for its time at
    timepoints, ``layover_s`` the wait at the first stop; ``hops_s`` and ``dwell_s`` what follows; ``correction_s`` what
    is told beside what was worked out.
    """

    computed_at: int
    told_s: int
    position_s: int
    hold_s: int
    layover_s: int
    hops_s: int
    dwell_s: int
    correction_s: int
    legs: tuple[Leg, ...]


class _Told(NamedTuple):
    """A run's rows of times, and what undoing needs."""

    times: "memoryview[int]"
    row: int
    first: int
    lag_s: float
    is_skewed: bool

    def served(self, position: int, column: int) -> int | None:
        seconds = self.times[(self.row + position - self.first) * TIME_COLUMNS + column]
        return None if seconds == NO_TIME else seconds

    def worked_out(self, position: int, column: int) -> int | None:
        seconds = self.served(position, column)
        if seconds is None:
            return None
        return round(
            _before_skew(_before_lag(seconds, self.lag_s, is_rail=False))
            if self.is_skewed
            else _before_lag(seconds, self.lag_s, is_rail=True)
        )


def explain(line: LineView, at: int, position: int, *, column: int, is_rail: bool) -> Why | None:
    """Why the run (its place in the value) is told to make the call at ``position`` when it is.

    ``column`` is ``ARRIVAL`` or ``DEPARTURE`` (p50). ``None`` where no such time was forecast.
    """
    run = line.forecasts.runs[at]
    if not 0 <= position - run.next_position < run.call_count:
        return None
    told = _Told(line.times, line.rows[at], run.next_position, float(run.lag_s), not is_rail)
    served = told.served(position, column)
    if served is None:
        return None
    start, legs, dwell_there_s = _legs(run, told, position, column)
    worked_out_s = start.total + sum(leg.hop_s + leg.dwell_s for leg in legs) + dwell_there_s
    held_s = 0 if is_rail else sum(_held_s(leg.dwell_s) for leg in legs) + _held_s(dwell_there_s)
    return Why(
        computed_at=line.forecasts.computed_at,
        told_s=served,
        position_s=start.position_s,
        hold_s=start.hold_s + held_s,
        layover_s=start.layover_s,
        hops_s=sum(leg.hop_s for leg in legs),
        dwell_s=sum(leg.dwell_s for leg in legs) - held_s + dwell_there_s,
        correction_s=served - worked_out_s,
        legs=legs,
    )


def _held_s(dwell_s: int) -> int:
    """What of a bus's foretold dwell is a hold: the engine lets it stand for a fixed time elsewhere."""
    return dwell_s - DWELL_BUS_S if dwell_s > DWELL_BUS_S + _ROUNDED_S else 0


class _Start(NamedTuple):
    """Until the next call is reached, or left where the vehicle is at it."""

    position_s: int = 0
    hold_s: int = 0
    layover_s: int = 0

    @property
    def total(self) -> int:
        return self.position_s + self.hold_s + self.layover_s


def _legs(run: RunForecast, told: _Told, position: int, column: int) -> tuple[_Start, tuple[Leg, ...], int]:
    first = run.next_position
    arrives = told.worked_out(first, ARRIVAL)
    if arrives is not None:
        start, reached, left = _Start(position_s=arrives), arrives, None
    else:
        departs = told.worked_out(first, DEPARTURE) or 0
        waits = run.state is RunState.NOT_DEPARTED or first == 0
        start = _Start(layover_s=departs) if waits else _Start(hold_s=departs)
        reached, left = departs, departs
    legs = []
    for k in range(first + 1, position + 1):
        leaves = left if left is not None else told.worked_out(k - 1, DEPARTURE)
        leaves = reached if leaves is None else leaves
        comes = told.worked_out(k, ARRIVAL)
        comes = leaves if comes is None else comes
        legs.append(Leg(k, comes - leaves, leaves - reached))
        reached, left = comes, None
    dwell_there_s = 0
    if column == DEPARTURE and left is None:
        dwell_there_s = (told.worked_out(position, DEPARTURE) or reached) - reached
    return start, tuple(legs), dwell_there_s


def _before_lag(told_s: float, lag_s: float, *, is_rail: bool) -> float:
    """The seconds ahead to which a lag was added: the one x with x + settled_part(x) lag = told."""
    low, high = told_s - abs(lag_s) - 1.0, told_s + abs(lag_s) + 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if middle + settled_part(middle, is_rail) * lag_s < told_s:
            low = middle
        else:
            high = middle
    return high


def _before_skew(ahead_s: float) -> float:
    """The seconds ahead from which a skew was taken: the one x with x - skew(x) = ahead."""
    found = ahead_s
    for _ in range(_STEPS):
        found = ahead_s + skew_s(found)
    return found
