"""How near its floor Headway comes in a simulated city: beside an oracle that knows how long hops take just then."""

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

RUN: Final = ("trip_id", "start_date", "start_time")
AROUND_S: Final = 1800.0
"""Vehicles so long before and after tell the oracle how long a hop takes."""

LEAST_S: Final = 5.0
"""Who is overdue is expected so far ahead."""

Floats = npt.NDArray[np.float64]


def foretell_by_oracle(rows: pl.DataFrame, truth: pl.DataFrame) -> Floats:
    """For each of ``rows`` (sampled_at, a run's words, stop_sequence) when the oracle says that the call is made.

    It knows every vehicle's last call to the second, and of every hop and every departure from a first stop the mean of
    all *other* vehicles of the pattern within ``AROUND_S``, before and after; what each vehicle meets alone it cannot
    know, nor where on its hop it is: near at hand a tracker that sees it can do better. NaN where the truth lacks the
    call.
    """
    calls = _with_means(truth)
    names = [*RUN, "stop_sequence"]
    numbered = rows.with_row_index("row")
    told = numbered.join(calls.select(*names, "summed"), on=names, how="inner", nulls_equal=True)
    begun = _last_calls(told.select("row", "sampled_at", *RUN), calls)
    first = calls.filter(pl.col("is_first")).select(*RUN, "departure", "leaves_at")
    joined = told.join(begun, on="row", how="left").join(first, on=list(RUN), how="left", nulls_equal=True)
    at = joined["sampled_at"].cast(pl.Float64)
    is_waiting = joined["departure"].is_null() | (joined["departure"] > at)
    leaves = joined["leaves_at"].fill_null(0.0).to_numpy()
    base = np.where(
        is_waiting.to_numpy(),
        np.maximum(leaves, at.to_numpy() + LEAST_S),
        np.maximum(joined["next_at"].to_numpy(), at.to_numpy() + LEAST_S) - joined["next_summed"].to_numpy(),
    )
    found = np.full(len(rows), np.nan)
    found[joined["row"].to_numpy()] = base + joined["summed"].to_numpy()
    return found


def _with_means(truth: pl.DataFrame) -> pl.DataFrame:
    """Every call with the oracle's seconds from the first departure (``summed``), and when its runs leave."""
    ordered = truth.sort(*RUN, "arrival")
    since = (
        pl.when(pl.col("is_first").shift(1)).then(pl.col("departure").shift(1)).otherwise(pl.col("arrival").shift(1))
    )
    ordered = ordered.with_columns(
        pl.when(pl.col("is_first")).then(None).otherwise(pl.col("arrival") - since).alias("hop_s"),
        (pl.col("departure") - pl.col("aimed_departure")).alias("lag_s"),
    )
    ordered = ordered.with_columns(
        pl.Series("mean_hop_s", _mean_of_others(ordered, "hop_s")),
        pl.Series("mean_lag_s", _mean_of_others(ordered, "lag_s")),
    )
    follows = pl.when(pl.col("is_first")).then(0.0).otherwise(pl.col("mean_hop_s"))
    return ordered.with_columns(
        follows.cum_sum().over(RUN).alias("summed"),
        (pl.col("aimed_departure") + pl.col("mean_lag_s")).alias("leaves_at"),
    )


def _mean_of_others(calls: pl.DataFrame, column: str) -> Floats:
    """The mean of a column over the same call of the pattern's other runs around it; its own where there are none."""
    values = calls[column].fill_null(np.nan).to_numpy().astype(np.float64)
    at = calls["arrival"].to_numpy()
    groups = np.unique(
        calls["pattern"].to_numpy().astype(np.int64) * 1000 + calls["stop_sequence"].to_numpy(), return_inverse=True
    )[1]
    found = values.copy()
    order = np.lexsort((at, groups))
    order = order[~np.isnan(values[order])]
    for rows in np.split(order, np.flatnonzero(np.diff(groups[order])) + 1):
        sums = np.concatenate(([0.0], np.cumsum(values[rows])))
        low = np.searchsorted(at[rows], at[rows] - AROUND_S, "left")
        high = np.searchsorted(at[rows], at[rows] + AROUND_S, "right")
        others = high - low - 1
        mean = (sums[high] - sums[low] - values[rows]) / np.maximum(others, 1)
        found[rows] = np.where(others > 0, mean, values[rows])
    return found


def _last_calls(asked: pl.DataFrame, calls: pl.DataFrame) -> pl.DataFrame:
    """Of each row the call that its vehicle was last at: when the next one is expected, and the sum up to there."""
    left_at = pl.when(pl.col("is_first")).then(pl.col("departure")).otherwise(pl.col("arrival"))
    ahead = calls.with_columns(
        (left_at + pl.col("mean_hop_s").shift(-1)).alias("next_at"), pl.col("summed").shift(-1).alias("next_summed")
    )
    words = pl.concat_str([pl.col(name).fill_null("") for name in RUN], separator=" ").alias("run")
    ahead = ahead.select(words, pl.col("arrival").alias("since"), "next_at", "next_summed").sort("since")
    sampled = asked.with_columns(words, pl.col("sampled_at").cast(pl.Float64).alias("since")).sort("since")
    begun = sampled.join_asof(ahead, on="since", by="run", strategy="backward", check_sortedness=False)
    return begun.select("row", "next_at", "next_summed")
