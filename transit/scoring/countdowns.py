"""Whether countdowns mislead: standing at nought while nothing comes, or running to nought under a silent vehicle."""

from collections.abc import Iterable

import msgspec
import numpy as np

from schemas.line_forecasts import NO_TIME, TIME_COLUMNS, LineForecasts, RunForecast, RunState, Verdict
from transit.answers.coming import ARRIVAL_P50, DEPARTURE_P50
from transit.answers.countdown import ZERO_LASTS_S, is_held, shows_minutes, silent_after_s


class Countdowns(msgspec.Struct, frozen=True, kw_only=True):
    """Of the next call of each run, at every poll and a second before the one after it.

    ``moments`` are looks at a run that is still to come there, ``without_minutes`` those that were shown none, of which
    ``held`` said that the vehicle is held or stalled. ``noughts`` are countdowns that came to nought before the vehicle
    came; ``lasting`` of them stood there for more than ZERO_LASTS_S, the longest for ``longest_s``; ``silent`` came to
    nought under a vehicle that was silent.
    """

    moments: int
    without_minutes: int
    held: int
    noughts: int
    lasting: int
    longest_s: int
    silent: int


class CountdownWatch:
    """Looks at what riders would see, poll by poll."""

    def __init__(self) -> None:
        self._moments = self._without = self._held = 0
        self._since: dict[tuple[object, ...], int] = {}
        self._longest: dict[tuple[object, ...], int] = {}
        self._silent: set[tuple[object, ...]] = set()

    def look(self, values: Iterable[LineForecasts], now: int) -> None:
        """Look at every run's next call at ``now`` (POSIX s), not before it was worked out."""
        at_nought = set()
        for value in values:
            times = np.frombuffer(value.times, "<i2").reshape(-1, TIME_COLUMNS)
            row = 0
            for run in value.runs:
                if run.call_count and _is_ahead(run, now):
                    key = self._look_at(run, times[row], value.computed_at, now)
                    if key is not None:
                        at_nought.add(key)
                row += run.call_count
        for key in [key for key in self._since if key not in at_nought]:
            del self._since[key]

    def _look_at(
        self, run: RunForecast, times: "np.ndarray[tuple[int], np.dtype[np.int16]]", computed_at: int, now: int
    ) -> tuple[object, ...] | None:
        """Count one look; the call's key where its countdown stands at nought."""
        ahead = times[ARRIVAL_P50] if times[ARRIVAL_P50] != NO_TIME else times[DEPARTURE_P50]
        if ahead == NO_TIME:
            return None
        due_at = computed_at + int(ahead)
        self._moments += 1
        if not shows_minutes(run, 0, due_at, now):
            self._without += 1
            self._held += is_held(run)
            return None
        if due_at > now:
            return None
        key = (run.trip_id, run.service_date, run.start_time_s, run.vehicle_id, run.next_position)
        since = self._since.setdefault(key, due_at if key not in self._longest else now)
        self._longest[key] = max(self._longest.get(key, 0), now - since)
        if now - run.observed_at > silent_after_s(run) and run.state is not RunState.NOT_DEPARTED:
            self._silent.add(key)
        return key

    def count(self) -> Countdowns:
        """What was seen so far."""
        return Countdowns(
            moments=self._moments,
            without_minutes=self._without,
            held=self._held,
            noughts=len(self._longest),
            lasting=sum(lasted_s > ZERO_LASTS_S for lasted_s in self._longest.values()),
            longest_s=max(self._longest.values(), default=0),
            silent=len(self._silent),
        )


def _is_ahead(run: RunForecast, now: int) -> bool:
    """Whether a run is told of as one that is still to come: a vehicle that stands at the stop is there."""
    told = run.valid_until >= now and run.verdict is not Verdict.NOT_COMING and not run.due
    if run.next_position in run.skipped:
        return False
    return told and run.state not in (RunState.AT_STOP, RunState.FINISHED)
