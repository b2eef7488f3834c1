"""The rows that are scored: every sample of every call ahead whose arrival was seen, with what each predictor said."""

from typing import Final

import polars as pl

KEY: Final = ("sampled_at", "run", "position")


def join_rows(
    served: pl.DataFrame, baselines: pl.DataFrame, agency: pl.DataFrame | None, truth: pl.DataFrame
) -> pl.DataFrame:
    """One row a sample, run and call with an arrival after the sample; predictors that said nothing are null.

    ``served`` is Headway's with a column ``run``. A row stands where Headway, a baseline or the agency spoke.
    """
    arrivals = truth.filter(~pl.col("departure") & ~pl.col("censored") & (pl.col("position") > 0)).select(
        "run", "position", "at", "latest_at", "earliest_at"
    )
    ours = served.select(*KEY, "p10", "p50", "p90", "basis", "waiting", pl.col("observed_at").alias("heard_at")).filter(
        pl.col("p50").is_not_null()
    )
    rows = ours.join(baselines.rename({"waiting": "seen_waiting"}), on=KEY, how="full", coalesce=True)
    if agency is not None:
        told = agency.filter((pl.col("position") >= 0) & pl.col("agency").is_not_null())
        told = told.unique(KEY, keep="first", maintain_order=True).select(*KEY, "agency")
        rows = rows.join(told, on=KEY, how="full", coalesce=True)
    rows = rows.join(arrivals, on=["run", "position"]).filter(pl.col("at") >= pl.col("sampled_at"))
    return rows.with_columns(
        pl.coalesce("waiting", "seen_waiting", pl.lit(value=False)).alias("waiting"),
        pl.col("seen").fill_null(value=False),
    ).drop("seen_waiting")
