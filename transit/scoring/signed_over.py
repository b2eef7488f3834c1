"""How far a vehicle went on its run under the sign of its next one.

Signs are changed before a run's last stops, on the way to them, and where reports lie minutes apart the last that
names the run may come from half a kilometre short of its end. The next report of the same vehicle shows where it went.
Who waited at the stops between saw it come, whatever its sign said: these calls happened, nobody knows when. A train's
next report counts where it says that the train stands: one that runs through a station has not called there. It may
still bear the run's own sign, if it stands at a track of the station that the timetable does not know.
"""

from typing import Final

import numpy as np
import polars as pl

from transit.scoring.geometry import Plane, stop_progress
from transit.scoring.reports import STOPPED_AT
from transit.scoring.runs import RunIndex
from transit.scoring.truth import censored_after_s

NEAR_M: Final = 150.0
"""A vehicle seen this near a stop has come to it: it may wait for its next run beside the stop."""

FASTEST_MPS: Final = 31.0


def find_signed_over(reports: pl.DataFrame, standings: pl.DataFrame, index: RunIndex) -> pl.DataFrame:
    """Run and ``reached_m``: metres along of the furthest call near which its vehicle was next seen, on another run.

    ``reports`` are of all lines, numbered by run and in time order; ``standings`` those of the runs that are judged.
    A report that comes later than reports usually do says nothing: the vehicle may have been anywhere.
    """
    placed = standings.filter(pl.col("progress_m").is_not_nan())
    last = placed.group_by("run", "vehicle", maintain_order=True).agg(
        pl.col("observed_at").last().alias("left_at"),
        pl.col("progress_m").last().alias("left_m"),
        pl.col("by_status").last(),
    )
    onward = reports.select(
        "vehicle",
        "run",
        pl.col("observed_at").alias("left_at"),
        *(pl.col(name).shift(-1).over("vehicle").alias(f"next_{name}") for name in ("run", "observed_at")),
        *(pl.col(name).shift(-1).over("vehicle").alias(name) for name in ("latitude", "longitude", "status")),
    ).filter(pl.col("latitude").is_not_null())
    stands = pl.col("status") == STOPPED_AT
    other_sign = pl.col("next_run") != pl.col("run")
    soon_s = {by_status: censored_after_s(placed.filter(by_status=by_status)) for by_status in (False, True)}
    found = last.join(onward, on=["run", "vehicle", "left_at"]).filter(
        pl.when("by_status").then(stands).otherwise(other_sign)
        & (
            pl.col("next_observed_at") - pl.col("left_at")
            <= pl.when("by_status").then(soon_s[True]).otherwise(soon_s[False])
        )
    )
    plane = Plane(index.timetable)
    rows = [(row["run"], _reached_m(row, plane, index)) for row in found.iter_rows(named=True)]
    return pl.DataFrame(rows, schema={"run": pl.Int32, "reached_m": pl.Float64}, orient="row").drop_nulls()


def _reached_m(row: "dict[str, float]", plane: Plane, index: RunIndex) -> float | None:
    """Metres along of the furthest call ahead near which the vehicle was seen next; None if it was near none."""
    timetable, pattern = index.timetable, index.runs[int(row["run"])].pattern
    calls = slice(*(int(v) for v in timetable.pattern_call_offset[pattern : pattern + 2]))
    stops = timetable.call_stop[calls]
    stop_x, stop_y = plane.place(timetable.stop_latitude[stops], timetable.stop_longitude[stops])
    x_m, y_m = plane.place(np.array([row["latitude"]]), np.array([row["longitude"]]))
    stop_m = stop_progress(timetable, pattern)
    ahead_m = stop_m - row["left_m"]
    farthest_m = FASTEST_MPS * (row["next_observed_at"] - row["left_at"])
    near = np.flatnonzero((np.hypot(stop_x - x_m, stop_y - y_m) <= NEAR_M) & (ahead_m > 0.0) & (ahead_m <= farthest_m))
    return float(stop_m[near[-1]]) if len(near) else None
