"""The running sums of one hour's errors, bin by bin: whole seconds, so that adding up in any order gives the same."""

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Self

from schemas.line_value import Watermark
from schemas.scores import HorizonScores, LineScores

HORIZON_EDGES_S: Final = (0, 180, 360, 600, 900, 1800)
"""The bins' bounds: bin ``i`` is [edge i, edge i + 1)."""

EARLY_S: Final = 60
"""Who comes at the time promised misses a vehicle that came earlier than it by more than this."""

_BINS: Final = len(HORIZON_EDGES_S) - 1


class Judged(NamedTuple):
    """One forecast beside what happened (POSIX s): when it was asked for, what it said, when the vehicle came."""

    sampled_at: int
    early_at: int
    expected_at: int
    late_at: int
    actual_at: int


def find_bin(horizon_s: int) -> int | None:
    """The bin of a horizon; ``None`` outside all of them."""
    if not HORIZON_EDGES_S[0] <= horizon_s < HORIZON_EDGES_S[-1]:
        return None
    return bisect_right(HORIZON_EDGES_S, horizon_s) - 1


@dataclass(slots=True)
class BinSums:
    """Sums per bin. Error = actual - expected: negative means that the vehicle came before its time."""

    count: list[int] = field(default_factory=lambda: [0] * _BINS)
    absolute_s: list[int] = field(default_factory=lambda: [0] * _BINS)
    error_s: list[int] = field(default_factory=lambda: [0] * _BINS)
    inside: list[int] = field(default_factory=lambda: [0] * _BINS)
    early: list[int] = field(default_factory=lambda: [0] * _BINS)

    def add(self, place: int | None, judged: Judged) -> None:
        """Count one forecast in its bin, if it is in any."""
        if place is None:
            return
        error_s = judged.actual_at - judged.expected_at
        self.count[place] += 1
        self.absolute_s[place] += abs(error_s)
        self.error_s[place] += error_s
        self.inside[place] += judged.early_at <= judged.actual_at <= judged.late_at
        self.early[place] += error_s < -EARLY_S

    def add_all(self, other: "BinSums") -> None:
        """Add another's sums."""
        for mine, theirs in zip(self.columns(), other.columns(), strict=True):
            mine[:] = [a + b for a, b in zip(mine, theirs, strict=True)]

    def columns(self) -> tuple[list[int], ...]:
        """Every sum, a list a kind."""
        return self.count, self.absolute_s, self.error_s, self.inside, self.early

    def describe(self) -> HorizonScores:
        """The means; those of an empty bin are zero, as its count says."""
        return HorizonScores(
            count=tuple(self.count),
            mean_absolute_error_s=self._means(self.absolute_s),
            mean_error_s=self._means(self.error_s),
            inside_ratio=self._means(self.inside),
            early_ratio=self._means(self.early),
        )

    def _means(self, sums: list[int]) -> tuple[float, ...]:
        return tuple(total / count if count else 0.0 for total, count in zip(sums, self.count, strict=True))

    @classmethod
    def of(cls, scores: HorizonScores) -> Self:
        """The sums behind published means: whole numbers, so nothing is lost."""

        def sums(means: tuple[float, ...]) -> list[int]:
            return [round(mean * count) for mean, count in zip(means, scores.count, strict=True)]

        return cls(
            list(scores.count),
            sums(scores.mean_absolute_error_s),
            sums(scores.mean_error_s),
            sums(scores.inside_ratio),
            sums(scores.early_ratio),
        )


@dataclass(slots=True)
class HourTally:
    """One hour of a line group: errors by actual and by foretold horizon, and what could not be judged."""

    actual: BinSums = field(default_factory=BinSums)
    predicted: BinSums = field(default_factory=BinSums)
    arrivals: int = 0
    scored: int = 0
    unsure: int = 0
    unforetold: int = 0
    unanswered: int = 0

    def add(self, judged: Judged) -> None:
        """Count one forecast in both binnings."""
        self.actual.add(find_bin(judged.actual_at - judged.sampled_at), judged)
        self.predicted.add(find_bin(judged.expected_at - judged.sampled_at), judged)

    def add_all(self, other: "HourTally") -> None:
        """Add another's counts: of another line or hour."""
        self.actual.add_all(other.actual)
        self.predicted.add_all(other.predicted)
        self.arrivals += other.arrivals
        self.scored += other.scored
        self.unsure += other.unsure
        self.unforetold += other.unforetold
        self.unanswered += other.unanswered

    def describe(self, line_group: str, hour_starts_at: int, through: Watermark) -> LineScores:
        """The hour's record, as far as ``through``."""
        actual = self.actual.describe()
        return LineScores(
            line_group=line_group,
            hour_starts_at=hour_starts_at,
            horizon_edges_s=HORIZON_EDGES_S,
            count=actual.count,
            mean_absolute_error_s=actual.mean_absolute_error_s,
            mean_error_s=actual.mean_error_s,
            inside_ratio=actual.inside_ratio,
            early_ratio=actual.early_ratio,
            predicted=self.predicted.describe(),
            arrivals=self.arrivals,
            scored=self.scored,
            unsure=self.unsure,
            unforetold=self.unforetold,
            unanswered=self.unanswered,
            through=(through.epoch, through.partition, through.offset),
        )

    @classmethod
    def of(cls, scores: LineScores) -> Self:
        """The counts behind an hour's record."""
        actual = HorizonScores(
            count=scores.count,
            mean_absolute_error_s=scores.mean_absolute_error_s,
            mean_error_s=scores.mean_error_s,
            inside_ratio=scores.inside_ratio,
            early_ratio=scores.early_ratio,
        )
        return cls(
            BinSums.of(actual),
            BinSums() if scores.predicted is None else BinSums.of(scores.predicted),
            scores.arrivals,
            scores.scored,
            scores.unsure,
            scores.unforetold,
            scores.unanswered,
        )
