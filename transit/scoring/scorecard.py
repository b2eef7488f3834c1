"""The scorecard: every predictor on the same rows, and each rival against Headway on all rows where both speak."""

from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl

from transit.scoring.baselines import BASELINES
from transit.scoring.bins import BENCHMARK, HORIZON_EDGES_S, MBTA, bin_of
from transit.scoring.calibration import Calibration, calibration
from transit.scoring.countdowns import Countdowns
from transit.scoring.departures import DepartureScores
from transit.scoring.errors import ErrorTable, Predictions, error_table, ratio_span
from transit.scoring.intervals import IntervalBin, interval_bins
from transit.scoring.place_duels import PlaceDuel
from transit.scoring.presence import Presence
from transit.scoring.reach import ReachBin
from transit.scoring.stability import Stability
from transit.scoring.terminal_boards import TerminalBoard

OURS: Final = "p50"
AGENCY: Final = "agency"
FIVE_MINUTES_S: Final = 300


class TruthSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What the judge saw: arrivals with a time, arrivals it cannot date, and how closely (s) the others are known."""

    runs: int
    arrivals: int
    undated: int
    width_median_s: float | None
    width_p90_s: float | None
    by_status_ratio: float
    """Share of dated arrivals taken from a vehicle's own word that it stands at the stop."""


class Duel(msgspec.Struct, frozen=True, kw_only=True):
    """Headway and one rival on every row where both speak."""

    rival: str
    ours: ErrorTable
    theirs: ErrorTable
    ratios: tuple[float | None, ...]
    """Of the mean absolute errors, by actual horizon; ``ratio_spans`` hold each with 95 % certainty."""
    ratio_spans: tuple[tuple[float, float] | None, ...]


class Stratum(msgspec.Struct, frozen=True, kw_only=True):
    """Headway's own rows of one kind."""

    name: str
    errors: ErrorTable
    intervals: tuple[IntervalBin, ...]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """One stop's or line's mean errors up to 15 minutes ahead (s)."""

    name: str
    count: int
    mean_absolute_s: float
    mean_s: float


class Scorecard(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. Predictors: ``p50`` is Headway's; B0 to B4 and the agency go by name.

    ``common`` holds every predictor on the rows where all speak and somebody had been seen on a hop ahead. The duels at
    terminals and stops are with the agency, the worst places of either first; without its predictions there are none.
    """

    timetable: str
    lines: tuple[str, ...]
    from_at: int
    to_at: int
    samples: int
    served_rows: int
    horizon_edges_s: tuple[int, ...] = HORIZON_EDGES_S
    benchmark_edges_s: tuple[int, ...] = BENCHMARK.edges_s
    mbta_edges_s: tuple[int, ...] = MBTA.edges_s
    truth: TruthSummary
    common: dict[str, ErrorTable]
    own: ErrorTable
    intervals_by_actual: tuple[IntervalBin, ...]
    intervals_by_predicted: tuple[IntervalBin, ...]
    calibration: tuple[Calibration, ...]
    duels: tuple[Duel, ...]
    strata: tuple[Stratum, ...]
    stability: dict[str, Stability]
    presence: dict[str, Presence]
    renamed: dict[str, ErrorTable]
    """Of trains that came under another id than they were promised under (transit.scoring.renamed): in no other row."""
    staleness_s: dict[str, float | None]
    departures: DepartureScores | None
    worst_lines: tuple[Place, ...]
    worst_stops: tuple[Place, ...]
    reach: dict[str, tuple[ReachBin, ...]]
    terminal_duels: tuple[PlaceDuel, ...]
    stop_duels: tuple[PlaceDuel, ...]
    boards: tuple[TerminalBoard, ...]
    rivals: tuple[Duel, ...] = ()
    """With rivals that spoke at each report, at those reports."""
    countdowns: Countdowns | None = None
    rejects: dict[str, int] = {}
    duration_s: dict[str, float] = {}


def predictions(rows: pl.DataFrame, column: str) -> Predictions:
    """A predictor's column as ``Predictions``; what was foretold for a moment already past counts as now."""
    at = rows["sampled_at"].to_numpy().astype(np.float64)
    actual = rows["at"].to_numpy()
    horizon = actual - at
    return Predictions(
        sampled_at=at,
        predicted_at=np.maximum(rows[column].to_numpy(), at),
        actual_at=actual,
        block=rows["run"].to_numpy().astype(np.int64),
        at_5_minutes=(horizon >= FIVE_MINUTES_S) & (horizon < FIVE_MINUTES_S + 30),
    )


def predictors(rows: pl.DataFrame) -> list[str]:
    """The predictors that say anything at all in these rows, Headway's first."""
    named = [OURS, *BASELINES, AGENCY]
    return [name for name in named if name in rows.columns and rows[name].null_count() < len(rows)]


def speaks(rows: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """The rows on which all of these speak."""
    return rows.filter(pl.all_horizontal(pl.col(name).is_not_null() for name in names))


def common_tables(rows: pl.DataFrame) -> dict[str, ErrorTable]:
    """Every predictor on the rows where all speak and a passage was known on some hop ahead."""
    names = predictors(rows)
    shared = speaks(rows, names).filter(pl.col("seen"))
    return {name: error_table(predictions(shared, name)) for name in names}


def duel(rows: pl.DataFrame, rival: str) -> Duel:
    """Headway against one rival wherever both speak."""
    shared = speaks(rows, [OURS, rival])
    ours = error_table(predictions(shared, OURS))
    theirs = error_table(predictions(shared, rival))
    ratios = tuple(
        round(a.mean_absolute_s / b.mean_absolute_s, 4) if a.mean_absolute_s is not None and b.mean_absolute_s else None
        for a, b in zip(ours.by_actual, theirs.by_actual, strict=True)
    )
    return Duel(rival=rival, ours=ours, theirs=theirs, ratios=ratios, ratio_spans=_ratio_spans(shared, rival))


def _ratio_spans(shared: pl.DataFrame, rival: str) -> tuple[tuple[float, float] | None, ...]:
    """By actual horizon; both predictors speak on all of these rows."""
    both = (predictions(shared, OURS), predictions(shared, rival))
    ours_s, theirs_s = (told.actual_at - told.predicted_at for told in both)
    bins = bin_of(both[0].actual_at - both[0].sampled_at, HORIZON_EDGES_S)
    block = both[0].block
    return tuple(
        ratio_span(ours_s[bins == i], theirs_s[bins == i], block[bins == i]) for i in range(len(HORIZON_EDGES_S) - 1)
    )


def quantile_columns(rows: pl.DataFrame) -> npt.NDArray[np.float64]:
    """p10, p50, p90, none before its sample."""
    at = rows["sampled_at"].to_numpy().astype(np.float64)[:, None]
    return np.asarray(np.maximum(rows.select("p10", "p50", "p90").to_numpy().astype(np.float64), at))


def intervals(rows: pl.DataFrame, *, by: str) -> tuple[IntervalBin, ...]:
    """Headway's intervals by ``actual`` or ``predicted`` horizon."""
    quantiles = quantile_columns(rows)
    at = rows["sampled_at"].to_numpy().astype(np.float64)
    actual = rows["at"].to_numpy()
    horizon = (actual if by == "actual" else quantiles[:, 1]) - at
    return interval_bins(horizon, actual, quantiles)


def strata(own: pl.DataFrame, line_names: dict[int, str]) -> tuple[Stratum, ...]:
    """Mid-trip and waiting runs, each line, each hour."""
    parts = [("mid-trip", own.filter(~pl.col("waiting"))), ("waiting at the first stop", own.filter(pl.col("waiting")))]
    parts += [
        (f"line {line_names.get(int(str(line)), '?')}", group)
        for (line,), group in own.group_by("line", maintain_order=True)
    ]
    hours = own.with_columns(hour=pl.col("sampled_at") // 1800)
    parts += [(f"half hour {i + 1}", group) for i, (_, group) in enumerate(hours.group_by("hour", maintain_order=True))]
    return tuple(
        Stratum(
            name=name,
            errors=error_table(predictions(group, OURS), resample=False),
            intervals=intervals(group, by="actual"),
        )
        for name, group in parts
        if len(group)
    )


def worst_places(own: pl.DataFrame, by: str, names: dict[str, str], *, least: int, most: int) -> tuple[Place, ...]:
    """Where Headway errs most up to 15 minutes ahead, among places with ``least`` rows or more."""
    near = own.filter(pl.col("at") - pl.col("sampled_at") < 900).with_columns(
        error=pl.col("at") - pl.max_horizontal("p50", "sampled_at")
    )
    worst = (
        near.group_by(by)
        .agg(pl.len().alias("count"), pl.col("error").abs().mean().alias("size"), pl.col("error").mean().alias("bias"))
        .filter(pl.col("count") >= least)
        .sort("size", descending=True)
        .head(most)
    )
    return tuple(
        Place(name=names.get(str(key), str(key)), count=count, mean_absolute_s=round(size, 1), mean_s=round(bias, 1))
        for key, count, size, bias in worst.iter_rows()
    )


def summarise_truth(truth: pl.DataFrame) -> TruthSummary:
    """What the judge saw of arrivals."""
    arrivals = truth.filter(~pl.col("departure"))
    dated = arrivals.filter(~pl.col("censored"))
    width = (dated["latest_at"] - dated["earliest_at"]).to_numpy()
    return TruthSummary(
        runs=arrivals["run"].n_unique(),
        arrivals=len(dated),
        undated=len(arrivals) - len(dated),
        width_median_s=round(float(np.median(width)), 1) if len(width) else None,
        width_p90_s=round(float(np.quantile(width, 0.9)), 1) if len(width) else None,
        by_status_ratio=round(int(dated["by_status"].sum()) / max(len(dated), 1), 4),
    )


def make_calibration(own: pl.DataFrame) -> tuple[Calibration, ...]:
    """How often arrivals fell below each promised quantile, by predicted horizon."""
    quantiles = quantile_columns(own)
    at = own["sampled_at"].to_numpy().astype(np.float64)
    return calibration(quantiles[:, 1] - at, own["at"].to_numpy(), quantiles)
