"""A line group's tracked runs as JSON for the whole city's file: short, for it is read by machines that copy all."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import orjson

from api.arrivals.write_arrival import BASIS, VERDICT
from api.arrivals.write_occupancy import status_name
from api.view.compiled_view import CompiledView
from api.view.shelf import Shelf
from schemas.line_forecasts import NO_TIME, TIME_COLUMNS, RunForecast, RunState
from transit.answers.ladder import is_announced, standing_of
from transit.answers.line_view import LineView, run_key
from transit.answers.run_ids import format_run_id

Fields = dict[str, object]

_TOLD: Final = (1, 4, 0, 2, 3, 5)
"""Which columns of the times a call tells, in this order: p50 of arrival and departure, then their p10 and p90."""


class LineWriter:
    """Writes lines; what a pattern's calls are named is put together once."""

    def __init__(self) -> None:
        self._calls: dict[str, dict[int, tuple[list[str], list[int]]]] = {}
        """By a timetable's hash and by pattern."""

    def let_go(self, shelf: Shelf) -> None:
        """Let go what is known of timetables (hashes) that are not on the shelf any more."""
        for gone in [each for each in self._calls if each not in shelf]:
            del self._calls[gone]

    def write(self, value: LineView, compiled: CompiledView, now: float) -> bytes:
        """The group's runs that are heard at ``now`` (POSIX s), as JSON objects with commas between."""
        return orjson.dumps(list(self._list_runs(value, compiled, now)))[1:-1]

    def _list_runs(self, value: LineView, compiled: CompiledView, now: float) -> Iterator[Fields]:
        forecasts = value.forecasts
        times = _list_times(value)
        for place in value.by_key.values():
            run = forecasts.runs[place]
            standing = standing_of(run, now, is_feed_down=value.is_down_for(run))
            if not standing.is_tracked or run.pattern < 0 or run.state is RunState.FINISHED or is_announced(run):
                continue
            first = value.rows[place]
            yield {
                "run_id": format_run_id(compiled.name, run_key(run)),
                "line_id": f"{compiled.name}:{run.line_id}",
                "direction_id": None if run.direction_id < 0 else run.direction_id,
                "vehicle_id": forecasts.name_vehicle(run),
                "observed_at": run.observed_at,
                "computed_at": forecasts.computed_at,
                "valid_until": run.valid_until,
                "basis": BASIS[standing.basis],
                "verdict": VERDICT[standing.verdict],
                "delay_s": run.delay_s,
                "occupancy_status": status_name(run.occupancy_status),
                "occupancy_percentage": run.occupancy_percentage,
                "calls": self._tell_calls(run, [each[first : first + run.call_count] for each in times], compiled),
            }

    def _tell_calls(
        self, run: RunForecast, times: list[list[int | None]], compiled: CompiledView
    ) -> list[tuple[object, ...]]:
        """For each call ahead its stop, sequence, p50 of arrival and departure, then their p10 and p90 (POSIX s)."""
        stops, sequences = self._calls_of(run.pattern, compiled)
        first, beyond = run.next_position, run.next_position + run.call_count
        calls = list(zip(stops[first:beyond], sequences[first:beyond], *times, strict=True))
        if not run.skipped:
            return calls
        return [call for position, call in enumerate(calls, first) if position not in run.skipped]

    def _calls_of(self, pattern: int, compiled: CompiledView) -> tuple[list[str], list[int]]:
        """The public stop id and the sequence of each of a pattern's calls."""
        table = compiled.timetable
        patterns = self._calls.setdefault(table.hash, {})
        found = patterns.get(pattern)
        if found is None:
            first, end = int(table.pattern_call_offset[pattern]), int(table.pattern_call_offset[pattern + 1])
            stops = [f"{compiled.name}:{table.stop_id[stop]}" for stop in table.call_stop[first:end].tolist()]
            found = patterns[pattern] = (stops, table.call_sequence[first:end].tolist())
        return found


def _list_times(value: LineView) -> list[list[int | None]]:
    """Each column told of a line's times (POSIX s), one entry a row; ``None`` where there is no time."""
    rows = np.frombuffer(value.times, dtype=np.int16).reshape(-1, TIME_COLUMNS)[:, _TOLD]
    told: list[list[int | None]] = (rows.T.astype(np.int64) + value.forecasts.computed_at).tolist()
    for row, column in np.argwhere(rows == NO_TIME).tolist():
        told[column][row] = None
    return told
