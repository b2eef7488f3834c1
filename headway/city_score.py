"""``headway city score``: Headway's answers in a simulated city against the exact truth, which nobody else knows."""

from math import inf
from typing import Final

import msgspec
import numpy as np
import polars as pl
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from headway.city_crowding import CrowdingScore, score_crowding
from headway.city_floor import foretell_by_oracle
from headway.score_report.replay import Replay
from runtime.settings import CrowdingSettings
from schemas.line_forecasts import Verdict
from simulators.city.city import City
from simulators.city.truth import tabulate_truth
from transit.history.history import History
from transit.scoring.served import SAMPLE_STEP_S, ServedCollector

POLL_S: Final = 15
WARM_UP_S: Final = 1800
"""The tracker has seen this much before the first answer counts."""

NEAR_S: Final = 600
MAY_BE_LATE_S: Final = 180
"""A call promised within NEAR_S is one that nobody makes if it is not made so long after that."""

HORIZONS_MIN: Final = ((0, 3), (3, 6), (6, 10), (10, 15), (15, 20), (20, 30), (30, 60))
RUN: Final = ("trip_id", "start_date", "start_time", "stop_sequence")


class HorizonScore(msgspec.Struct, frozen=True, kw_only=True):
    """Arrivals promised so long ahead: errors are promised less true; ``inside`` is the share within p10 to p90.

    ``floor_s`` is the mean absolute error on the same rows of an oracle that knows how long hops take just then
    (headway.city_floor).
    """

    from_min: int
    to_min: int
    promises: int
    mean_error_s: float
    mean_absolute_error_s: float
    median_absolute_error_s: float
    floor_s: float
    inside: float


class VerdictScore(msgspec.Struct, frozen=True, kw_only=True):
    """Of the promises within ten minutes that were told under a verdict, the share that came true as a call."""

    verdict: str
    promises: int
    came: float


class TruthScore(msgspec.Struct, frozen=True, kw_only=True):
    """``ghosts``: share of promises within ten minutes for calls never made; ``missed``: of arrivals unpromised.

    The first row of ``crowding`` is of all answers.
    """

    horizons: tuple[HorizonScore, ...]
    verdicts: tuple[VerdictScore, ...]
    crowding: tuple[CrowdingScore, ...]
    ghosts: float
    missed: float


def score_city(city: City, *, begin: int, seconds: int, console: Console, history: History | None = None) -> TruthScore:
    """Run the door's and the tracker's rules on the city's feed and judge every answer by the truth.

    ``history`` is what the tracker begins from.

    Raises:
        ValueError: nothing was promised in that time.
    """
    replay = Replay(city.timetable, (), history)
    collector = ServedCollector(city.timetable)
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("running the city", total=seconds + WARM_UP_S)
        for at in range(begin - WARM_UP_S, begin + seconds, POLL_S):
            replay.apply(at, city.positions_at(at).SerializeToString(deterministic=True))
            if at >= begin and at % SAMPLE_STEP_S == 0:
                for forecasts in replay.latest.values():
                    collector.add(forecasts, at)
            progress.advance(task, POLL_S)
    truth = pl.concat([tabulate_truth(city.timetable, day) for day in city.driven_days()])
    return judge_by_truth(collector.table(), truth, begin=begin, end=begin + seconds)


def judge_by_truth(
    served: pl.DataFrame, truth: pl.DataFrame, *, begin: int, end: int, known_until: float = inf
) -> TruthScore:
    """Judge promised arrivals; a run's first call has none.

    ``known_until`` (POSIX s) is where the truth ends. What is said is judged only of samples whose whole horizon lies
    before it: else of the promises near its end those alone would count that came soon.

    Raises:
        ValueError: nothing was promised that the truth could judge.
    """
    promised = served.filter(pl.col("p50").is_not_null() & pl.col("p50").is_not_nan())
    if not len(promised):
        raise ValueError("nothing was promised in that time")
    arrivals = truth.filter(~pl.col("is_first"))
    joined = promised.join(arrivals, on=RUN, how="left", nulls_equal=True).with_columns(
        pl.Series("oracle", foretell_by_oracle(promised, truth)),
        (pl.col("p50") - pl.col("arrival")).alias("error"),
        ((pl.col("arrival") - pl.col("sampled_at")) / 60).alias("ahead_min"),
        ((pl.col("arrival") >= pl.col("p10")) & (pl.col("arrival") <= pl.col("p90"))).alias("inside"),
    )
    near = joined.filter(pl.col("p50") - pl.col("sampled_at") <= NEAR_S)
    settled = _reached(near, known_until - NEAR_S - MAY_BE_LATE_S)
    if not len(settled):
        raise ValueError("nothing was promised so early that the truth has reached it")
    came = arrivals.filter((pl.col("arrival") >= begin + NEAR_S) & (pl.col("arrival") < end))
    told = came.join(near.select(RUN).unique(), on=RUN, how="semi", nulls_equal=True)
    return TruthScore(
        crowding=score_crowding(served, truth, begin=begin, said=CrowdingSettings()),
        horizons=tuple(
            found
            for bounds in HORIZONS_MIN
            if (found := _score_horizon(_reached(joined, known_until - 60 * bounds[1]), *bounds)) is not None
        ),
        verdicts=_score_verdicts(settled),
        ghosts=float(settled["arrival"].is_null().mean() or 0.0),  # type: ignore[arg-type]
        missed=1 - len(told) / max(len(came), 1),
    )


def _reached(rows: pl.DataFrame, last: float) -> pl.DataFrame:
    """The rows sampled until then."""
    return rows.filter(pl.col("sampled_at") <= last)


def _score_horizon(joined: pl.DataFrame, from_min: int, to_min: int) -> HorizonScore | None:
    rows = joined.filter((pl.col("ahead_min") >= from_min) & (pl.col("ahead_min") < to_min))
    if not len(rows):
        return None
    error = rows["error"].to_numpy()
    return HorizonScore(
        from_min=from_min,
        to_min=to_min,
        promises=len(rows),
        mean_error_s=round(float(error.mean()), 1),
        mean_absolute_error_s=round(float(abs(error).mean()), 1),
        median_absolute_error_s=round(float(rows["error"].abs().median() or 0), 1),  # type: ignore[arg-type]
        floor_s=round(float(np.nanmean(np.abs((rows["oracle"] - rows["arrival"]).to_numpy()))), 1),
        inside=round(float(rows["inside"].to_numpy().mean()), 3),
    )


def _score_verdicts(near: pl.DataFrame) -> tuple[VerdictScore, ...]:
    """How often vehicles came of which it was said that they would, or that it is not sure."""
    told = near.group_by("verdict").agg(
        pl.len().alias("promises"), pl.col("arrival").is_not_null().mean().alias("came")
    )
    return tuple(
        VerdictScore(verdict=Verdict(verdict).name.lower(), promises=promises, came=round(came, 4))
        for verdict, promises, came in told.sort("verdict").iter_rows()
    )


def print_score(score: TruthScore, console: Console) -> None:
    """A table for people."""
    table = Table("minutes ahead", "promises", "mean abs. error s", "floor s", "median s", "bias s", "inside p10-p90")
    for each in score.horizons:
        table.add_row(
            f"{each.from_min}-{each.to_min}",
            f"{each.promises}",
            f"{each.mean_absolute_error_s:.0f}",
            f"{each.floor_s:.0f}",
            f"{each.median_absolute_error_s:.0f}",
            f"{each.mean_error_s:+.0f}",
            f"{each.inside:.1%}",
        )
    console.print(table)
    print_crowding(score.crowding, console)
    for told in score.verdicts:
        console.print(f"said to be {told.verdict} within 10 min: {told.promises}, of which {told.came:.1%} came")
    console.print(f"ghosts {score.ghosts:.2%} of promises within 10 min, missed {score.missed:.2%} of arrivals")


def print_crowding(scores: tuple[CrowdingScore, ...], console: Console) -> None:
    """Crowding ahead as a table: level exact / at most one off, ours beside persistence and the stop's average."""
    if not scores:
        console.print("crowding: no vehicle reported how full it was")
        return
    table = Table("crowding, minutes ahead", "answers", "level exact / near %", "persistence", "average", "inside 80 %")
    for each in scores:
        table.add_row(
            f"{each.from_min}-{each.to_min}",
            f"{each.answers}",
            f"{100 * each.exact:.1f} / {100 * each.near:.1f}",
            f"{100 * each.persistence_exact:.1f} / {100 * each.persistence_near:.1f}",
            f"{100 * each.average_exact:.1f} / {100 * each.average_near:.1f}" if each.average_near else "-",
            f"{each.inside:.1%}",
        )
    console.print(table)
