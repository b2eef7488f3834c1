"""Where each report puts its vehicle on its run, by the judge's own lights."""

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from transit.scoring.geometry import Plane, stop_progress
from transit.scoring.placing import place_reports
from transit.scoring.reports import STOPPED_AT
from transit.scoring.runs import RunIndex, ScoredRun
from transit.timetable.compiled import Timetable

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_BUS_TYPES: Final = frozenset({3, 11, 2, 7, 8})
"""Route types (or hundreds of extended ones) whose stop statuses nobody vouches for; the rest run on track circuits."""


def tells_by_status(index: RunIndex, run: ScoredRun) -> bool:
    """Whether the run's passages are read from its vehicles' statuses: railways, and trips the timetable lacks."""
    if run.line < 0:
        return True
    kind = int(index.timetable.line_route_type[run.line])
    return (kind if kind < 100 else kind // 100) not in _BUS_TYPES


def call_positions(index: RunIndex, run: ScoredRun, sequences: Ints, stops: list[str | None]) -> Ints:
    """The call each report's stop stands for, zero-based; -1 where it names none of the run's.

    A stop that is none of the run's stands for the call at its station. Only where the timetable has no such stop is
    the sequence believed: a train on another way than its pattern's counts other stops.
    """
    if run.pattern < 0:
        return np.full(len(sequences), -1, np.int64)
    timetable = index.timetable
    rows = slice(*(int(v) for v in timetable.pattern_call_offset[run.pattern : run.pattern + 2]))
    of_sequence = {int(s): k for k, s in enumerate(timetable.call_sequence[rows])}
    of_stop = {timetable.stop_id[int(s)]: k for k, s in reversed(list(enumerate(timetable.call_stop[rows])))}
    stations = timetable.stop_parent[timetable.call_stop[rows]].tolist()
    of_station = {station: k for k, station in reversed(list(enumerate(stations))) if station >= 0}
    names = timetable.stop_id
    at = timetable.call_stop[rows]
    found = np.empty(len(sequences), np.int64)
    for i, (sequence, stop) in enumerate(zip(sequences.tolist(), stops, strict=True)):
        position = of_sequence.get(sequence, -1)
        if stop is not None and (position < 0 or names[int(at[position])] != stop):
            known = names.find(stop)
            elsewhere = position if known < 0 else of_station.get(int(timetable.stop_parent[known]), -1)
            position = of_stop.get(stop, elsewhere)
        found[i] = position
    return found


def _by_status(index: RunIndex, run: ScoredRun, plane: Plane, reports: pl.DataFrame) -> tuple[Floats, Ints]:
    positions = call_positions(
        index, run, reports["sequence"].fill_null(-1).to_numpy().astype(np.int64), reports["stop_id"].to_list()
    )
    if run.pattern < 0:
        return np.full(len(positions), np.nan), positions
    stop_m = stop_progress(index.timetable, run.pattern)
    progress = np.where(positions >= 0, stop_m[positions], np.nan)
    between = (reports["status"].fill_null(2).to_numpy() != STOPPED_AT) & (positions > 0)
    if between.any():
        progress[between] = _between_stops(
            index.timetable, run, plane, reports.filter(pl.Series(between)), positions[between]
        )
    return progress, positions


def _between_stops(
    timetable: Timetable, run: ScoredRun, plane: Plane, reports: pl.DataFrame, positions: Ints
) -> Floats:
    """Progress between the stop before and the one ahead, by the distances to both; half way without coordinates."""
    stop_m = stop_progress(timetable, run.pattern)
    first = int(timetable.pattern_call_offset[run.pattern])
    x_m, y_m = plane.place(
        reports["latitude"].cast(pl.Float64).to_numpy(), reports["longitude"].cast(pl.Float64).to_numpy()
    )
    ends = []
    for rows in (timetable.call_stop[first + positions - 1], timetable.call_stop[first + positions]):
        stop_x, stop_y = plane.place(timetable.stop_latitude[rows], timetable.stop_longitude[rows])
        ends.append(np.hypot(x_m - stop_x, y_m - stop_y))
    part = np.nan_to_num(ends[0] / np.maximum(ends[0] + ends[1], 1.0), nan=0.5)
    return np.asarray(stop_m[positions - 1] + part * (stop_m[positions] - stop_m[positions - 1]))


def _by_place(run: ScoredRun, plane: Plane, reports: pl.DataFrame) -> tuple[Floats, Ints]:
    x_m, y_m = plane.place(
        reports["latitude"].cast(pl.Float64).to_numpy(), reports["longitude"].cast(pl.Float64).to_numpy()
    )
    x_m, y_m = np.nan_to_num(x_m, nan=1e12), np.nan_to_num(y_m, nan=1e12)
    progress = place_reports(reports["observed_at"].to_numpy(), x_m, y_m, plane.shape(run.pattern))
    return progress, np.full(len(progress), -1, np.int64)


def place_standings(reports: pl.DataFrame, index: RunIndex) -> pl.DataFrame:
    """Reports with ``progress_m`` (NaN: not on its way), ``position`` (of the stop it names, -1) and ``by_status``.

    ``reports`` are numbered by run and in time order.
    """
    plane = Plane(index.timetable)
    parts = []
    for (number, _), group in reports.group_by("run", "vehicle", maintain_order=True):
        run = index.runs[int(str(number))]
        by_status = tells_by_status(index, run) and bool((group["status"] == STOPPED_AT).any())
        by_status = by_status or run.pattern < 0 or group["latitude"].null_count() == len(group)
        if by_status:
            progress, positions = _by_status(index, run, plane, group)
        else:
            progress, positions = _by_place(run, plane, group)
        parts.append(
            group.with_columns(
                pl.Series("progress_m", progress, dtype=pl.Float64),
                pl.Series("position", positions, dtype=pl.Int32),
                pl.lit(by_status).alias("by_status"),
            )
        )
    return pl.concat(parts) if parts else reports.clear()
