"""Departures from first stops that happened and that nobody can date: between which moments each must lie.

A vehicle may be first heard beyond its terminal, or report there too seldom; its run was seen further on, so it left.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from transit.scoring.place_duels import EARLIEST_S, list_terminals
from transit.scoring.runs import RunIndex

LEAST_OF_WAY: Final = 0.5
"""Nobody comes to a later stop in less than this part of the scheduled time."""

Spans = npt.NDArray[np.float64]


def list_undated(truth: pl.DataFrame, index: RunIndex, dated: pl.DataFrame) -> dict[str, Spans]:
    """By terminal, a row for each such run: no earlier than, no later than (POSIX s).

    ``dated`` has the runs whose departure is dated. Nobody is taken to have left over five minutes before its time.
    """
    arrivals = truth.filter(~pl.col("departure") & (pl.col("position") > 0))
    first = arrivals.sort("run", "position").unique("run", keep="first", maintain_order=True)
    first = first.join(dated, on="run", how="anti")
    left = truth.filter(pl.col("departure") & (pl.col("position") == 0) & pl.col("censored"))
    bounds = {run: (since, until) for run, since, until in left.select("run", "earliest_at", "latest_at").iter_rows()}
    places = list_terminals(index)
    found: dict[str, list[tuple[float, float]]] = {}
    for number, position, seen_at in first.select("run", "position", "latest_at").iter_rows():
        run, place = index.runs[number], places[number]
        if place is None or not len(run.aimed_departure_s):
            continue
        way_s = float(run.aimed_arrival_s[position] - run.aimed_departure_s[0])
        since, until = bounds.get(number, (-np.inf, np.inf))
        since = max(since, float(run.aimed_departure_s[0]) - EARLIEST_S)
        until = min(until, seen_at - LEAST_OF_WAY * way_s)
        found.setdefault(place, []).append((min(since, until), until))
    return {place: np.array(sorted(spans)) for place, spans in found.items()}
