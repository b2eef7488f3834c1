"""Which runs a feed tells of: those heard that have a call ahead, and those cancelled."""

from typing import Final

from schemas.line_forecasts import NO_TIME, TIME_COLUMNS, Basis, RunForecast, RunState
from transit.answers.coming import ARRIVAL_P50, DEPARTURE_P50
from transit.answers.ladder import standing_of
from transit.answers.line_view import LineView
from transit.gtfs_realtime.run_words import RunWords, is_cancelled

READ_LATER_S: Final = 5
"""A feed is read up to so much later than it was made: what is due by then is foretold no more."""


def list_told_runs(line: LineView, words: RunWords, now: float, *, next_runs: bool) -> list[int]:
    """The runs (places in the value) that a feed tells of at ``now`` (POSIX s): one for each run's key.

    ``next_runs``: also those that a vehicle is to take up when it has ended the run it is on; no vehicle position goes
    with them.
    """
    runs = line.forecasts.runs
    return [
        at
        for at in line.by_key.values()
        if is_cancelled(runs[at])
        or ((next_runs or not runs[at].due) and _is_heard(line, runs[at], now) and not _is_over(line, at, words, now))
    ]


def _is_heard(line: LineView, run: RunForecast, now: float) -> bool:
    standing = standing_of(run, now, is_feed_down=line.is_down_for(run))
    return (
        standing.is_tracked
        and run.pattern >= 0
        # the next call lies beyond the forecasts; where none are told at all, the vehicle may be
        and (run.call_count > 0 or not line.times)
        and run.state is not RunState.FINISHED
        and run.basis is not Basis.WITHHELD
    )


def _is_over(line: LineView, place: int, words: RunWords, now: float) -> bool:
    """Whether its vehicle is at its last call, or due there by now: nothing is left to foretell."""
    over_at = told_until(line, place, words)
    return over_at is not None and over_at <= now


def told_until(line: LineView, place: int, words: RunWords) -> float | None:
    """Until when (POSIX s) a run is told of: just before its last call; 0 where it stands there.

    ``None`` where its last call is not foretold.
    """
    run = line.forecasts.runs[place]
    if not run.call_count or run.next_position + run.call_count < len(words.calls_of(run.pattern)[1]):
        return None
    first = (line.rows[place] + run.call_count - 1) * TIME_COLUMNS
    told = max(line.times[first + ARRIVAL_P50], line.times[first + DEPARTURE_P50])
    if told == NO_TIME:
        return 0.0 if run.call_count == 1 else None
    return float(line.forecasts.computed_at + told - READ_LATER_S)
