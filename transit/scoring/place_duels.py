"""Headway beside the agency at each stop and each terminal, the worst first: where riders wait, not on average."""

from typing import Final

import msgspec
import numpy as np
import polars as pl

from transit.scoring.errors import MISSED_S
from transit.scoring.runs import RunIndex

NEAR_S: Final = 900
"""Up to a quarter of an hour ahead: what a rider at the stop acts on."""

EARLIEST_S: Final = 300
LEAST_ROWS: Final = 30
"""Fewer rows than these, or fewer than LEAST_VEHICLES vehicles, tell a story and no rule."""

LEAST_VEHICLES: Final = 3


class PlaceSide(msgspec.Struct, frozen=True, kw_only=True):
    """One predictor's errors at a place (s; actual - predicted), and how often the vehicle left a rider behind."""

    mean_absolute_s: float
    mean_s: float
    early_60_ratio: float


class PlaceDuel(msgspec.Struct, frozen=True, kw_only=True):
    """A stop's arrivals, or a terminal's departures: both predictors on the rows where both speak."""

    name: str
    rows: int
    vehicles: int
    ours: PlaceSide
    theirs: PlaceSide


def duel_at_stops(rows: pl.DataFrame) -> tuple[PlaceDuel, ...]:
    """Arrivals by stop; ``rows`` has stop, run, at, sampled_at, p50 and agency."""
    near = rows.filter(pl.col("at") - pl.col("sampled_at") < NEAR_S)
    return _duels(near.select("run", "sampled_at", "at", place="stop", ours="p50", theirs="agency"))


def duel_at_terminals(
    served: pl.DataFrame, agency: pl.DataFrame, truth: pl.DataFrame, index: RunIndex
) -> tuple[PlaceDuel, ...]:
    """Departures from first stops, by terminal, line and direction."""
    key = ["sampled_at", "run"]
    ours = served.filter(pl.col("position") == 0).select(*key, ours="d50")
    theirs = agency.filter(pl.col("position") == 0).select(*key, theirs="agency_departure").unique(key)
    left = departures(truth, index)
    rows = ours.join(theirs, on=key).join(left, on="run")
    ahead = pl.col("at") - pl.col("sampled_at")
    return _duels(rows.filter((ahead >= 0) & (ahead < NEAR_S)))


def departures(truth: pl.DataFrame, index: RunIndex) -> pl.DataFrame:
    """Dated departures from first stops: run, at, place (the terminal with its line and destination).

    A crossing long before its time is a vehicle on the move at its terminal: when it left, nobody saw.
    """
    aimed = [float(run.aimed_departure_s[0]) if len(run.aimed_departure_s) else None for run in index.runs]
    runs = pl.DataFrame(
        {"run": np.arange(len(aimed), dtype=np.int32), "aimed": aimed, "place": list_terminals(index)},
        schema={"run": pl.Int32, "aimed": pl.Float64, "place": pl.String},
    )
    left = truth.filter(pl.col("departure") & (pl.col("position") == 0) & ~pl.col("censored")).select("run", "at")
    known = left.join(runs, on="run").filter(pl.col("place").is_not_null())
    return known.filter(pl.col("aimed").is_null() | (pl.col("at") >= pl.col("aimed") - EARLIEST_S))


def list_terminals(index: RunIndex) -> list[str | None]:
    """For each run the terminal it leaves from: line, first stop, direction; ``None`` without a pattern."""
    table = index.timetable
    names: dict[int, str] = {}
    for pattern in {run.pattern for run in index.runs if run.pattern >= 0}:
        line = int(table.pattern_line[pattern])
        first = int(table.pattern_call_offset[pattern])
        stop = table.stop_name[int(table.call_stop[first])]
        towards = (
            table.pattern_headsign[pattern]
            or table.stop_name[int(table.call_stop[int(table.pattern_call_offset[pattern + 1]) - 1])]
        )
        names[pattern] = f"{table.line_short_name[line] or table.line_id[line]}: {stop} to {towards}"
    return [names.get(run.pattern) for run in index.runs]


def _duels(rows: pl.DataFrame) -> tuple[PlaceDuel, ...]:
    """``rows`` has place, run, sampled_at, at, ours and theirs; what was foretold for the past counts as now."""
    spoken = rows.filter(pl.col("ours").is_not_null() & pl.col("theirs").is_not_null())
    sides = [(pl.col("at") - pl.max_horizontal(name, "sampled_at")).alias(name) for name in ("ours", "theirs")]
    found = (
        spoken.with_columns(sides)
        .group_by("place")
        .agg(
            pl.len().alias("rows"),
            pl.col("run").n_unique().alias("vehicles"),
            *(
                expression.alias(f"{name}_{figure}")
                for name in ("ours", "theirs")
                for figure, expression in (
                    ("size", pl.col(name).abs().mean()),
                    ("bias", pl.col(name).mean()),
                    ("early", (pl.col(name) < -MISSED_S).mean()),
                )
            ),
        )
        .filter((pl.col("rows") >= LEAST_ROWS) & (pl.col("vehicles") >= LEAST_VEHICLES))
        .sort(pl.max_horizontal("ours_size", "theirs_size"), "place", descending=[True, False])
    )
    return tuple(
        PlaceDuel(
            name=row["place"],
            rows=row["rows"],
            vehicles=row["vehicles"],
            ours=_side(row, "ours"),
            theirs=_side(row, "theirs"),
        )
        for row in found.iter_rows(named=True)
    )


def _side(row: "dict[str, float]", name: str) -> PlaceSide:
    return PlaceSide(
        mean_absolute_s=round(row[f"{name}_size"], 1),
        mean_s=round(row[f"{name}_bias"], 1),
        early_60_ratio=round(row[f"{name}_early"], 4),
    )
