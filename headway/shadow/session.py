"""What was heard of both predictors while shadowing, noted every half minute as riders would have been told it."""

from typing import Final

import msgspec

from headway.score_report.replay import Replay
from streams.doors.poll import Poll
from transit.scoring.agency import read_updates
from transit.scoring.judge import gather_evidence, judge, number_served
from transit.scoring.reports import ReportCollector, times_between
from transit.scoring.scorecard import Scorecard
from transit.scoring.served import SAMPLE_STEP_S, ServedCollector
from transit.timetable.compiled import Timetable

STALE_AFTER_S: Final = 300
"""Predictions that could not be fetched again for so long are nobody's word any more: the gap is ours, not theirs."""


class FeedTally:
    """How one feed's polls went. ``heard_at`` is the newest poll that brought it, POSIX seconds."""

    def __init__(self) -> None:
        self.polls = 0
        self.failures = 0
        self.heard_at = 0
        self.error = ""

    def note(self, poll: Poll) -> None:
        """Count one poll."""
        self.polls += 1
        if poll.error is not None:
            self.failures += 1
            self.error = poll.error
        else:
            self.heard_at = poll.time_s
            self.error = ""


class Session:
    """Both predictors' words so far. Polls of each feed come in rising time; event time is the polls' own."""

    def __init__(self, timetable: Timetable, lines: tuple[str, ...]) -> None:
        self.timetable = timetable
        self.positions, self.updates = FeedTally(), FeedTally()
        self._lines = lines
        self._replay = Replay(timetable, lines)
        self._reports = ReportCollector()
        self._served = ServedCollector(timetable)
        self._told: list[tuple[object, ...]] | None = None
        self._told_at_sample: dict[int, list[tuple[object, ...]]] = {}
        self.began_at = self.now = 0
        self.samples: list[int] = []

    def take_positions(self, poll: Poll) -> None:
        """Hear where the vehicles are, or that nobody can say."""
        self._advance(poll.time_s)
        if not self.began_at:
            self.began_at = poll.time_s
        self.positions.note(poll)
        if poll.error is not None:
            self._replay.apply_down(poll.time_s)
        elif poll.content is None:
            self._replay.apply_unchanged(poll.time_s)
        else:
            self._reports.add(poll.content, poll.time_s)
            self._replay.apply(poll.time_s, poll.content)

    def take_updates(self, poll: Poll) -> None:
        """Hear what the present predictor says."""
        self._advance(poll.time_s)
        self.updates.note(poll)
        if poll.content is not None:
            self._told = read_updates(poll.content)

    def _advance(self, to: int) -> None:
        """Note what stood at each half minute before ``to``."""
        self.now = max(self.now, to)
        while self.began_at and (due := self._next_sample()) < to:
            self._note(due)

    def _next_sample(self) -> int:
        return self.samples[-1] + SAMPLE_STEP_S if self.samples else self.began_at

    def _note(self, at: int) -> None:
        self.samples.append(at)
        for forecasts in self._replay.latest.values():
            self._served.add(forecasts, at)
        if self._told is not None and at - self.updates.heard_at <= STALE_AFTER_S:
            self._told_at_sample[at] = self._told

    @property
    def vehicles(self) -> int:
        """Vehicles now heard."""
        return sum(value.conditions.vehicles for value in self._replay.latest.values())

    @property
    def runs(self) -> int:
        """Runs that Headway now forecasts."""
        return sum(run.call_count > 0 for value in self._replay.latest.values() for run in value.runs)

    @property
    def trips_told(self) -> int:
        """Trips that the present predictor now speaks of."""
        return len({row[0] for row in self._told or ()})

    def judge(self) -> Scorecard:
        """Both predictors against what happened.

        Raises:
            NothingToScoreError: no arrival was seen that Headway had forecast.
        """
        self._advance(self.now + 1)
        evidence = gather_evidence(
            self.timetable,
            self._lines,
            self._reports.reports(),
            times_between(self.began_at, self.now, SAMPLE_STEP_S),
            self._told_at_sample,
            self._served.patterns,
        )
        card, _ = judge(evidence, number_served(self._served.table(), evidence.index))
        return msgspec.structs.replace(card, rejects=dict(sorted(self._replay.rejects.items())))
