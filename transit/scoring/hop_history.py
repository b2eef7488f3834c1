"""Hop times as an onlooker learns them from passages: the raw material of the baselines."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from transit.scoring.runs import RunIndex
from transit.timetable.compiled import Timetable

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_PAST_DAYS: Final = 3
"""Passages that stand in for the three past days of TheTransitClock's filter within one day's recording."""
_FIRST_ERROR: Final = 1e-4
"""TheTransitClock's first error of 100 ms^2, in s^2."""


@dataclass(frozen=True, slots=True)
class HopHistory:
    """For each sample time and hop: mean of all passages known by then, the last one, the filter's (NaN: none yet)."""

    mean_s: Floats
    last_s: Floats
    filtered_s: Floats


def observe_hops(truth: pl.DataFrame, index: RunIndex) -> pl.DataFrame:
    """One row a hop somebody made: known_at, hop, seconds from arrival to arrival (first stop: from departure)."""
    timed = truth.filter(pl.col("position") >= 0).filter(pl.col("departure") == (pl.col("position") == 0))
    timed = timed.sort("run", "position").with_columns(
        since=pl.col("at").shift(1).over("run"),
        unsure=pl.col("censored") | pl.col("censored").shift(1).over("run"),
        follows=(pl.col("position") - pl.col("position").shift(1).over("run")) == 1,
    )
    timed = timed.filter(pl.col("follows") & ~pl.col("unsure") & (pl.col("at") > pl.col("since")))
    pattern = np.array([run.pattern for run in index.runs], np.int64)[timed["run"].to_numpy()]
    call = index.timetable.pattern_call_offset[pattern] + timed["position"].to_numpy()
    return timed.select(
        "known_at",
        "run",
        pl.Series("hop", index.timetable.call_hop[call], dtype=pl.Int32),
        (pl.col("at") - pl.col("since")).alias("took_s"),
    ).sort("known_at", "run")


def learn_hops(observed: pl.DataFrame, timetable: Timetable, samples: Ints) -> HopHistory:
    """What was known of each hop at each sample time."""
    hops = len(timetable.hop_length_m)
    total = np.zeros((len(samples) + 1, hops))
    count = np.zeros((len(samples) + 1, hops))
    last = np.full((len(samples) + 1, hops), np.nan)
    filtered = np.full((len(samples) + 1, hops), np.nan)
    slot = np.searchsorted(samples, observed["known_at"].to_numpy())
    hop = observed["hop"].to_numpy()
    took = observed["took_s"].to_numpy()
    np.add.at(total, (slot, hop), took)
    np.add.at(count, (slot, hop), 1.0)
    last[slot, hop] = took
    past: dict[int, list[float]] = {}
    error: dict[int, float] = {}
    for i, h, seconds in zip(slot.tolist(), hop.tolist(), took.tolist(), strict=True):
        days = past.setdefault(h, [])
        if len(days) >= _PAST_DAYS:
            filtered[i, h], error[h] = _kalman(days[-_PAST_DAYS:], seconds, error.get(h, _FIRST_ERROR))
        days.append(seconds)
    total, count = np.cumsum(total, axis=0), np.cumsum(count, axis=0)
    mean = np.where(count > 0, total / np.maximum(count, 1.0), np.nan)
    return HopHistory(mean[:-1], _carry_on(last)[:-1], _carry_on(filtered)[:-1])


def _kalman(past: list[float], last_s: float, error: float) -> tuple[float, float]:
    """TheTransitClock's estimate and next error (ETA.md 2.1): a blend of past days' mean and the last vehicle."""
    mean = sum(past) / len(past)
    variance = sum((seconds - mean) ** 2 for seconds in past) / len(past)
    if error + 2.0 * variance <= 0.0:
        return mean, error
    gain = (error + variance) / (error + 2.0 * variance)
    return (1.0 - gain) * last_s + gain * mean, variance * gain


def _carry_on(values: Floats) -> Floats:
    """Fill each NaN with the last value above it."""
    rows = np.where(np.isnan(values), 0, np.arange(len(values))[:, None])
    np.maximum.accumulate(rows, axis=0, out=rows)
    return np.asarray(np.take_along_axis(values, rows, axis=0))
