"""What simpler predictors would have said at each sample: the timetable, its delay, past vehicles, the last one.

All know what the judge's matcher knows of the vehicle's place (which has seen the whole trip: an advantage, if any),
and hops that passed before the sample. A vehicle that has not left its first stop is taken to leave on time, or now if
late.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from transit.scoring.geometry import stop_progress
from transit.scoring.hop_history import HopHistory
from transit.scoring.reports import STOPPED_AT
from transit.scoring.runs import RunIndex
from transit.scoring.truth import LEAVING_M
from transit.tracking.kernels import array_kernel, kernel

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

BASELINES: Final = ("schedule", "schedule_delay", "historical_mean", "last_vehicle", "kalman")
"""B0 to B4."""

NEAR_START_M: Final = 800.0
"""Before its time a vehicle this near its first stop is laying over: buses wait along their own line."""

SILENT_S: Final = 600
"""A vehicle not heard of for this long has no place."""


@dataclass(frozen=True, slots=True)
class _Ways:
    """Every run's calls laid end to end."""

    first: Ints
    count: Ints
    stop_m: Floats
    hop: Ints
    aimed_arrival: Floats
    aimed_departure: Floats


def _lay_out(index: RunIndex) -> _Ways:
    count = np.array([len(run.aimed_arrival_s) for run in index.runs], np.int64)
    first = np.concatenate([[0], np.cumsum(count)[:-1]]).astype(np.int64) if len(count) else count
    timetable = index.timetable
    known = [run for run in index.runs if run.pattern >= 0]
    calls = [slice(*timetable.pattern_call_offset[r.pattern : r.pattern + 2].tolist()) for r in known]
    none = [np.zeros(0)]
    return _Ways(
        first,
        count,
        np.concatenate(none + [stop_progress(timetable, run.pattern) for run in known]),
        np.concatenate(none + [timetable.call_hop[rows] for rows in calls]).astype(np.int64),
        np.concatenate(none + [run.aimed_arrival_s for run in known]),
        np.concatenate(none + [run.aimed_departure_s for run in known]),
    )


def known_standings(standings: pl.DataFrame, truth: pl.DataFrame, samples: Ints) -> pl.DataFrame:
    """For each sample time and vehicle its newest report by then, with when it came to the stop it stands at.

    Columns: sample, run, vehicle, observed_at, progress_m, position, left, arrived_at (NaN where it is under way).
    """
    standings = standings.with_columns(
        left=pl.when((pl.col("status") == STOPPED_AT).fill_null(value=False))
        .then(pl.col("position"))
        .otherwise(pl.col("position") - 1),
    )
    arrivals = truth.filter(~pl.col("departure") & (pl.col("position") >= 0)).select(
        "run", pl.col("position").alias("left"), pl.col("at").alias("arrived_at")
    )
    newest = standings.join(arrivals, on=["run", "left"], how="left")
    newest = newest.sort("seen_at", "observed_at").with_columns(
        observed_at=pl.col("observed_at").cum_max().over("vehicle")
    )
    asked = pl.DataFrame({"sampled_at": samples}).with_row_index("sample")
    vehicles = newest.select("vehicle").unique(maintain_order=True)
    asked = asked.join(vehicles, how="cross").sort("sampled_at")
    met = asked.join_asof(
        newest, left_on="sampled_at", right_on="seen_at", by="vehicle", strategy="backward", check_sortedness=False
    )
    met = met.filter(pl.col("observed_at").is_not_null() & (pl.col("sampled_at") - pl.col("observed_at") <= SILENT_S))
    return met.select(
        pl.col("sample").cast(pl.Int64),
        "sampled_at",
        "run",
        "vehicle",
        "observed_at",
        "progress_m",
        "left",
        pl.when("by_status").then("arrived_at").otherwise(None).fill_null(float("nan")).alias("arrived_at"),
    )


def predict_baselines(standings: pl.DataFrame, index: RunIndex, history: HopHistory, samples: Ints) -> pl.DataFrame:
    """One row a sample, run and call ahead: sampled_at, run, position, waiting, observed_at, seen, B0..B4.

    ``seen`` says whether a passage was known on any hop between vehicle and call; where none was, B2 to B4 are no more
    than the timetable.
    """
    ways = _lay_out(index)
    runs = standings["run"].to_numpy().astype(np.int64)
    standings = standings.filter(pl.Series(ways.count[runs] > 1)) if len(runs) else standings
    runs = standings["run"].to_numpy().astype(np.int64)
    stands = np.column_stack(
        [
            standings["observed_at"].to_numpy().astype(np.float64),
            standings["progress_m"].to_numpy(),
            standings["left"].to_numpy().astype(np.float64),
            standings["arrived_at"].to_numpy(),
            standings["sampled_at"].to_numpy().astype(np.float64),
        ]
    )
    out = np.empty((int(ways.count[runs].sum()), 9))
    count = _roll_out(
        (standings["sample"].to_numpy(), runs, stands),
        (ways.first, ways.count, ways.stop_m, ways.hop, ways.aimed_arrival, ways.aimed_departure),
        (history.mean_s, history.last_s, history.filtered_s),
        out,
    )
    out = out[:count]
    row = out[:, 0].astype(np.int64)
    told = pl.DataFrame(
        {
            "sampled_at": samples[standings["sample"].to_numpy()[row]],
            "run": runs[row].astype(np.int32),
            "position": out[:, 1].astype(np.int32),
            "waiting": out[:, 2] > 0,
            "seen": out[:, 3] > 0,
            "observed_at": standings["observed_at"].to_numpy()[row],
            "progress_m": stands[row, 1],
            **{name: out[:, 4 + i] for i, name in enumerate(BASELINES)},
        }
    )
    # of two vehicles on one run the one further along speaks
    told = told.sort("sampled_at", "run", "position", "progress_m", nulls_last=False, maintain_order=True)
    return told.unique(["sampled_at", "run", "position"], keep="last", maintain_order=True).drop("progress_m")


@kernel
def _roll_out(
    standings: "tuple[Ints, Ints, Floats]",
    ways: "tuple[Ints, Ints, Floats, Ints, Floats, Floats]",
    history: "tuple[Floats, Floats, Floats]",
    out: Floats,
) -> int:
    samples, runs, stands = standings
    written = 0
    for i in range(len(samples)):
        stop_m = ways[2][ways[0][runs[i]] : ways[0][runs[i]] + ways[1][runs[i]]]
        ahead, waiting = _next_call(stop_m, ways[5][ways[0][runs[i]]], stands[i])
        if ahead < len(stop_m):
            written = _sum_up((i, samples[i], runs[i], ahead, waiting), stands[i], ways, history, (out, written))
    return written


@kernel
def _next_call(stop_m: Floats, aimed_departure: float, stand: Floats) -> "tuple[int, bool]":
    """The call ahead, and whether the vehicle has not left its first stop."""
    progress = stop_m[0] if np.isnan(stand[1]) else stand[1]
    early = stand[0] < aimed_departure
    if progress < stop_m[0] + LEAVING_M or (early and progress < stop_m[0] + NEAR_START_M):
        return 1, True
    ahead = 1
    while ahead < len(stop_m) and stop_m[ahead] <= progress:
        ahead += 1
    return ahead, False


@array_kernel
def _set_out(base: int, who: "tuple[int, bool]", stand: Floats, ways: "tuple[Floats, Floats, Floats]") -> Floats:
    """From when hops are summed, the delay then, and the share of the present hop that lies behind."""
    ahead, waiting = who
    stop_m, aimed_arrival, aimed_departure = ways
    observed_at, progress, left_behind, arrived_at, now = stand
    since = base + ahead - 1
    if waiting:
        start = max(aimed_departure[base], now)
        return np.array([start, start - aimed_departure[base], 0.0])
    if not np.isnan(arrived_at) and left_behind == ahead - 1:
        return np.array([arrived_at, arrived_at - aimed_arrival[since], 0.0])
    length = max(1.0, stop_m[since + 1] - stop_m[since])
    part = min(1.0, max(0.0, (progress - stop_m[since]) / length))
    due = aimed_departure[since] + part * (aimed_arrival[since + 1] - aimed_departure[since])
    return np.array([observed_at, observed_at - due, part])


@array_kernel
def _sum_up(
    who: "tuple[int, int, int, int, bool]",
    stand: Floats,
    ways: "tuple[Ints, Ints, Floats, Ints, Floats, Floats]",
    history: "tuple[Floats, Floats, Floats]",
    out: "tuple[Floats, int]",
) -> int:
    row, sample, run, ahead, waiting = who
    rows, written = out
    first, counts, stop_m, hops, aimed_arrival, aimed_departure = ways
    base = first[run]
    start, delay, part = _set_out(base, (ahead, waiting), stand, (stop_m, aimed_arrival, aimed_departure))
    sums = np.zeros(3)
    seen = 0.0
    left = 1.0 - part
    for k in range(ahead, counts[run]):
        hop = hops[base + k]
        since = aimed_departure[base] if k == 1 else aimed_arrival[base + k - 1]
        scheduled = max(1.0, aimed_arrival[base + k] - since)
        for b in range(3):
            took = history[b][sample, hop]
            if not np.isnan(took):
                seen = 1.0
            elif b == 2 and not np.isnan(history[0][sample, hop]):
                took = history[0][sample, hop]
            else:
                took = scheduled
            sums[b] += left * took
            if k == ahead and start == stand[3]:
                # stands at a stop, or is overdue at the next: what has passed cannot be undone
                sums[b] = max(sums[b], stand[4] - start)
        left = 1.0
        told = rows[written]
        told[0], told[1], told[2], told[3] = row, k, 1.0 if waiting else 0.0, seen
        told[4] = aimed_arrival[base + k]
        told[5] = aimed_arrival[base + k] + delay
        told[6], told[7], told[8] = start + sums[0], start + sums[1], start + sums[2]
        written += 1
    return written
