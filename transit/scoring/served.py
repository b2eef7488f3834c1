"""Forecasts as a partner would have been served them at each sample: one row a run and call ahead."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from schemas.line_forecasts import (
    LOAD_COLUMNS,
    NO_LOAD,
    NO_TIME,
    TIME_COLUMNS,
    LineForecasts,
    RunForecast,
    RunState,
    Verdict,
)
from transit.answers.coming import DEPARTURE_P50
from transit.answers.countdown import shows_minutes
from transit.crowding.load import reported_load
from transit.timetable.compiled import Timetable

SAMPLE_STEP_S: Final = 30

QUANTILES: Final = ("p10", "p50", "p90", "d10", "d50", "d90")
"""Arrival and departure, POSIX seconds."""

_BASES: Final = ("live", "extrapolated", "historical", "schedule", "withheld")

Floats = npt.NDArray[np.float64]


class ServedCollector:
    """Gathers what stood in a line's value at each sample time."""

    def __init__(self, timetable: Timetable) -> None:
        self._timetable = timetable
        self.patterns: dict[str, int] = {}
        """The pattern last told of each trip id: a guess that its vehicle contradicted was put right."""
        self._runs: list[tuple[object, ...]] = []
        self._calls: list[npt.NDArray[np.int64]] = []
        self._times: list[Floats] = []
        self._loads: list[npt.NDArray[np.uint8]] = []
        self._sequences = timetable.call_sequence
        self._stops = timetable.call_stop

    def add(self, forecasts: LineForecasts, sampled_at: int) -> None:
        """Note every call ahead of every run that is still valid; a time that is past counts as now.

        A call that the run leaves out (``RunForecast.skipped``) is told as one that is not coming, without a time
        (transit.answers.ladder.call_standing): nothing is promised there.
        """
        times = np.frombuffer(forecasts.times, "<i2").reshape(-1, TIME_COLUMNS)
        loads = np.frombuffer(forecasts.loads, np.uint8).reshape(-1, LOAD_COLUMNS)
        if len(loads) != len(times):
            loads = np.full((len(times), LOAD_COLUMNS), NO_LOAD, np.uint8)
        row = 0
        for run in forecasts.runs:
            rows = slice(row, row + run.call_count)
            row += run.call_count
            if run.call_count and run.valid_until >= sampled_at and run.verdict is not Verdict.NOT_COMING:
                self._add_run(run, times[rows], loads[rows], forecasts.computed_at, sampled_at)

    def _add_run(
        self,
        run: RunForecast,
        times: "npt.NDArray[np.int16]",
        loads: "npt.NDArray[np.uint8]",
        computed_at: int,
        sampled_at: int,
    ) -> None:
        if run.pattern < 0:
            return
        self.patterns[run.trip_id] = run.pattern
        positions = run.next_position + np.arange(len(times))
        served = ~np.isin(positions, run.skipped) if run.skipped else np.ones(len(times), np.bool_)
        self._calls.append(int(self._timetable.pattern_call_offset[run.pattern]) + positions[served])
        at = np.where(times == NO_TIME, np.nan, times.astype(np.float64) + computed_at)
        self._times.append(np.fmax(at, np.where(np.isnan(at), np.nan, float(sampled_at)))[served])
        self._loads.append(loads[served])
        date = _date_text(run.service_date)
        waiting = run.state is RunState.NOT_DEPARTED
        start = None if run.start_time_s is None else _clock_text(run.start_time_s)
        told = reported_load(run.occupancy_status, run.occupancy_percentage)
        load = None if told is None else told.mean
        named = (sampled_at, run.trip_id, date, start, run.vehicle_id)
        first_at = at[0, DEPARTURE_P50] if run.next_position == 0 and len(at) else np.nan
        withheld = not np.isnan(first_at) and not shows_minutes(run, 0, float(first_at), sampled_at)
        stands = (int(run.basis), int(run.verdict), run.observed_at, waiting, withheld)
        self._runs.append((*named, *stands, load, run.next_position, int(served.sum())))

    def table(self) -> pl.DataFrame:
        """One row a sample and call.

        Columns: sampled_at, trip_id, start_date, start_time, vehicle_id, stop_id, stop_sequence, pattern, position,
        p10, p50, p90, d10, d50, d90, basis, verdict, observed_at, waiting, withheld, reported_load, next_position,
        load, load_sd
        (loads are shares of the capacity; ``withheld``: its first stop is told without minutes).
        """
        runs = pl.DataFrame(
            self._runs,
            schema={
                "sampled_at": pl.Int64,
                "trip_id": pl.String,
                "start_date": pl.String,
                "start_time": pl.String,
                "vehicle_id": pl.String,
                "basis": pl.Int8,
                "verdict": pl.Int8,
                "observed_at": pl.Int64,
                "waiting": pl.Boolean,
                "withheld": pl.Boolean,
                "reported_load": pl.Float64,
                "next_position": pl.Int32,
                "calls": pl.Int64,
            },
            orient="row",
        )
        call = np.concatenate([np.zeros(0, np.int64), *self._calls])
        times = np.concatenate([np.zeros((0, TIME_COLUMNS)), *self._times])
        loads = np.concatenate([np.zeros((0, LOAD_COLUMNS), np.uint8), *self._loads]).astype(np.float64)
        loads[loads == NO_LOAD] = np.nan
        of = np.repeat(np.arange(len(runs)), runs["calls"].to_numpy())
        stop_ids = np.array(list(self._timetable.stop_id), dtype=object)
        firsts = self._timetable.pattern_call_offset[self._timetable.call_pattern[call]]
        return runs.drop("calls")[of].with_columns(
            pl.Series("stop_id", stop_ids[self._stops[call]].tolist(), dtype=pl.String),
            pl.Series("stop_sequence", self._sequences[call].astype(np.int32)),
            pl.Series("pattern", self._timetable.call_pattern[call].astype(np.int32)),
            pl.Series("position", (call - firsts).astype(np.int32)),
            *(pl.Series(name, times[:, i]).fill_nan(None) for i, name in enumerate(QUANTILES)),
            pl.Series("load", loads[:, 0] / 100).fill_nan(None),
            pl.Series("load_sd", loads[:, 1] / 200).fill_nan(None),
        )


def _date_text(day: int) -> str:
    return f"{day:08d}" if day > 0 else ""


def _clock_text(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def file_columns(served: pl.DataFrame, quantiles: Iterable[str]) -> pl.DataFrame:
    """The rows that have these times, under the published column names."""
    names = list(quantiles)
    return (
        served.filter(pl.col(names[1]).is_not_null())
        .with_columns(pl.col("basis").replace_strict(dict(enumerate(_BASES)), return_dtype=pl.String))
        .select(
            "sampled_at",
            "trip_id",
            "start_date",
            "start_time",
            "vehicle_id",
            "stop_id",
            "stop_sequence",
            *(pl.col(name).round().cast(pl.Int64).alias(f"p{name[1:]}") for name in names),
            "basis",
        )
    )
