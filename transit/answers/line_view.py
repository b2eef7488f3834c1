"""A line group's value as answers read it: its runs by key, and where the forecasts of each begin."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

from schemas.line_forecasts import LineForecasts, RunForecast
from schemas.line_value import Watermark
from transit.answers.calls_here import CallHere
from transit.answers.ladder import Standing
from transit.answers.run_ids import RunKey


class AimedRule(Protocol):
    """Says how a call of the timetable stands where an override touches it."""

    def standing(self, here: CallHere, key: RunKey | None) -> Standing | None:
        """``None`` where no override does."""


@dataclass(frozen=True, slots=True)
class LineView:
    """``rows[i]`` is the row of ``times`` where run ``i``'s calls begin.

    ``by_key`` holds the run (its place in ``forecasts.runs``) that speaks for each key.
    """

    watermark: Watermark
    forecasts: LineForecasts
    rows: tuple[int, ...]
    times: "memoryview[int]"
    by_key: dict[RunKey, int]
    by_pattern: dict[int, tuple[int, ...]]
    """The runs (places) that speak for a key, by their pattern."""
    edits: "AimedRule | None" = None
    """What overrides make of the timetable's own calls on this line group; ``None``: nothing."""

    @property
    def is_feed_down(self) -> bool:
        """Whether none of the line's feeds could be fetched when this was computed."""
        return self.forecasts.feed_down_since is not None

    def is_down_for(self, run: RunForecast) -> bool:
        """Whether the feed of a run's vehicle could not be fetched; of a run without one: none of the line's."""
        if not run.feed or not self.forecasts.feeds:
            return self.is_feed_down
        return any(each.down_since is not None and each.feed == run.feed for each in self.forecasts.feeds)

    def find_run(self, key: RunKey) -> RunForecast | None:
        """The run of that key, if a vehicle is on it."""
        row = self.by_key.get(key)
        return None if row is None else self.forecasts.runs[row]


def view_line(watermark: Watermark, forecasts: LineForecasts, edits: AimedRule | None = None) -> LineView:
    """Index a value. Of two vehicles on one run the one with the better basis speaks, then the one heard last."""
    runs = forecasts.runs
    rows = tuple(accumulate((run.call_count for run in runs), initial=0))
    by_key = _best_by_key(runs)
    by_pattern: dict[int, tuple[int, ...]] = {}
    for row in by_key.values():
        by_pattern[runs[row].pattern] = (*by_pattern.get(runs[row].pattern, ()), row)
    return LineView(watermark, forecasts, rows, memoryview(forecasts.times).cast("h"), by_key, by_pattern, edits)


def run_key(run: RunForecast) -> RunKey:
    """The key of a tracked run."""
    return RunKey(run.trip_id, run.service_date, run.start_time_s)


def _best_by_key(runs: Sequence[RunForecast]) -> dict[RunKey, int]:
    best: dict[RunKey, int] = {}
    for row, run in enumerate(runs):
        key = run_key(run)
        rival = best.get(key)
        if rival is None or _rank(run) < _rank(runs[rival]):
            best[key] = row
    return best


def _rank(run: RunForecast) -> tuple[int, int]:
    return run.basis, -run.observed_at
