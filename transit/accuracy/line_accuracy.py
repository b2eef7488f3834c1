"""One line group's accuracy: its values in, hours' records out. Values late or told twice add nothing."""

from typing import Final, NamedTuple

import numpy as np

from schemas.line_forecasts import NO_TIME, TIME_COLUMNS, Basis, LineForecasts, Passage, RunForecast, Verdict
from schemas.line_value import Watermark
from schemas.scores import LineScores
from transit.accuracy.run_samples import SAMPLE_STEP_S, RunSamples
from transit.accuracy.tally import HORIZON_EDGES_S, HourTally
from transit.answers.ladder import is_announced
from transit.answers.line_view import LineView, view_line
from transit.answers.run_ids import RunKey

UNSURE_S: Final = 65
"""An arrival between two reports further apart than this is no measure of errors of some ten seconds."""

REACH_S: Final = 2400
"""Calls foretold further ahead are not sampled: hardly one of them is made within the last bin."""

FORGOTTEN_S: Final = HORIZON_EDGES_S[-1]
"""A run of which nothing was told for this long is over; its calls then still open stay unanswered."""

STEPS_CAUGHT_UP: Final = 60
"""Half minutes that one value may stand for at most: after a longer silence nothing was served from it."""

PUBLISH_EVERY_S: Final = 60
"""Hours that changed are written at most once in this much event time."""

HOURS_OPEN: Final = 3
"""Hours of a line that late passages may still change."""

HOUR_S: Final = 3600
_ARRIVAL_COLUMNS: Final = 3
_FAR_AWAY: Final = np.int16(min(REACH_S, 32_767))


class _Standing(NamedTuple):
    """A value that is being served, and its arrival times: a row a call, packed p10, p50, p90."""

    view: LineView
    packed: bytes
    within: "tuple[int, ...]"


class LineAccuracy:
    """Judges one line group's forecasts. Memory: half an hour's samples of runs under way and three hours' sums."""

    def __init__(self, line_group: str) -> None:
        self._line_group = line_group
        self._runs: dict[RunKey, RunSamples] = {}
        self._hours: dict[int, HourTally] = {}
        self._changed: set[int] = set()
        self._served: LineForecasts | None = None
        self._watermark = Watermark(0, 0, -1)
        self._counted = Watermark(0, 0, -1)
        self._publish_at = 0

    @property
    def samples(self) -> int:
        """How many samples of runs are held."""
        return sum(map(len, self._runs.values()))

    def restore(self, scores: LineScores) -> None:
        """Go on from an hour's published record: what it counts is not counted again."""
        self._hours[scores.hour_starts_at] = HourTally.of(scores)
        self._counted = max(self._counted, Watermark(*scores.through))

    def take(self, watermark: Watermark, forecasts: LineForecasts) -> list[LineScores]:
        """Take the line's next value in; return the hours' records that are due, if any.

        A value at or below the highest watermark seen is a copy, or a woken worker's: it changes nothing.
        """
        if watermark <= self._watermark:
            return []
        self._watermark = watermark
        now = forecasts.computed_at
        self._sample_until(now)
        for passage in forecasts.passages:
            if passage.kind == "arrival":
                self._answer(passage)
        self._served = forecasts
        if now < self._publish_at:
            return []
        self._publish_at = now - now % PUBLISH_EVERY_S + PUBLISH_EVERY_S
        self._forget_runs(now)
        return self.publish()

    def publish(self) -> list[LineScores]:
        """The records of the hours that changed since they were last asked for."""
        through = max(self._watermark, self._counted)
        records = [self._hours[hour].describe(self._line_group, hour, through) for hour in sorted(self._changed)]
        self._changed.clear()
        for hour in sorted(self._hours)[:-HOURS_OPEN]:
            del self._hours[hour]
        return records

    def _sample_until(self, now: int) -> None:
        """Ask, at each half minute until ``now``, for what the value in force says."""
        if self._served is None:
            return
        computed_at = self._served.computed_at
        first = -(-computed_at // SAMPLE_STEP_S) * SAMPLE_STEP_S
        moments = range(first, min(now, first + STEPS_CAUGHT_UP * SAMPLE_STEP_S), SAMPLE_STEP_S)
        if moments:
            standing = _stand(view_line(self._watermark, self._served))
            for sampled_at in moments:
                self._sample(standing, sampled_at)

    def _sample(self, served: _Standing, sampled_at: int) -> None:
        runs = served.view.forecasts.runs
        for key, at in served.view.by_key.items():
            run = runs[at]
            if not served.within[at] or not _is_served(run, sampled_at):
                continue
            first = served.view.rows[at] * 2 * _ARRIVAL_COLUMNS
            rows = served.packed[first : first + served.within[at] * 2 * _ARRIVAL_COLUMNS]
            samples = self._runs.get(key)
            if samples is None:
                samples = self._runs[key] = RunSamples()
            rows = _without_skipped(rows, run) if run.skipped else rows
            samples.add(sampled_at, served.view.forecasts.computed_at, run.next_position, rows)

    def _answer(self, passage: Passage) -> None:
        """Judge what was foretold of a call now that it was made; a passage told again is known."""
        key = RunKey(passage.trip_id, passage.service_date, passage.start_time_s)
        samples = self._runs.get(key)
        if samples is None:
            samples = self._runs[key] = RunSamples()
            samples.told_at = passage.at
        if passage.position in samples.answered:
            return
        samples.answered.add(passage.position)
        tally = self._tally(passage.at)
        if tally is None:
            return
        tally.arrivals += 1
        if passage.latest_at - passage.earliest_at > UNSURE_S:
            tally.unsure += 1
            return
        judged = list(samples.judge(passage.position, passage.at))
        for each in judged:
            tally.add(each)
        tally.scored += bool(judged)
        tally.unforetold += not judged

    def _tally(self, at: int) -> HourTally | None:
        """The hour of a moment, to be counted in; ``None`` where it is closed or a record counts it already."""
        if self._watermark <= self._counted:
            return None
        hour = at - at % HOUR_S
        if hour not in self._hours and len(self._hours) >= HOURS_OPEN and hour < min(self._hours):
            return None
        self._changed.add(hour)
        return self._hours.setdefault(hour, HourTally())

    def _forget_runs(self, now: int) -> None:
        over = [key for key, samples in self._runs.items() if samples.told_at < now - FORGOTTEN_S]
        for key in over:
            for at in self._runs.pop(key).list_unanswered():
                tally = self._tally(at)
                if tally is not None:
                    tally.unanswered += 1


def _stand(view: LineView) -> _Standing:
    times = np.frombuffer(view.forecasts.times, "<i2").reshape(-1, TIME_COLUMNS)[:, :_ARRIVAL_COLUMNS]
    near = np.concatenate(([0], np.cumsum(times[:, 1] <= _FAR_AWAY)))
    within = tuple((near[list(view.rows[1:])] - near[list(view.rows[:-1])]).tolist())
    return _Standing(view, times.tobytes(), within)


def _without_skipped(rows: bytes, run: RunForecast) -> bytes:
    """The rows of a run less the calls it says it will not make: nobody was promised those."""
    times = np.frombuffer(rows, "<i2").reshape(-1, _ARRIVAL_COLUMNS).copy()
    skipped = np.array(run.skipped) - run.next_position
    times[skipped[(skipped >= 0) & (skipped < len(times))]] = NO_TIME
    return times.tobytes()


def _is_served(run: RunForecast, sampled_at: int) -> bool:
    """Whether a run's times were told, and are ours: those of an added run are its agency's own."""
    is_told = run.valid_until >= sampled_at and run.verdict is not Verdict.NOT_COMING
    return is_told and run.basis is not Basis.WITHHELD and not is_announced(run)
