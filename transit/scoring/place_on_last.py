"""Forecasts made while a trip was taken to follow another pattern than the one it followed in the end."""

import numpy as np
import polars as pl

from transit.scoring.runs import RunIndex


def place_on_last(served: pl.DataFrame, index: RunIndex) -> pl.DataFrame:
    """Count calls by the pattern last told of each run that the timetable lacks: by their stops.

    ``served`` has run, pattern and position. A call at a stop that the last pattern leaves out is at position -1:
    promised, and never made.
    """
    last = np.array([run.pattern if run.trip < 0 else -1 for run in index.runs], np.int64)[served["run"].to_numpy()]
    told, position = served["pattern"].to_numpy().astype(np.int64), served["position"].to_numpy().copy()
    timetable = index.timetable
    firsts = timetable.pattern_call_offset
    for row in np.flatnonzero((last >= 0) & (last != told)).tolist():
        stop = timetable.call_stop[firsts[told[row]] + position[row]]
        same = np.flatnonzero(timetable.call_stop[firsts[last[row]] : firsts[last[row] + 1]] == stop)
        position[row] = int(same[0]) if len(same) else -1
    return served.with_columns(pl.Series("position", position, dtype=pl.Int32))
