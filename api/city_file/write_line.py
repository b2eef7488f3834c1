"""A line group's tracked runs as JSON for the whole city's file: short, for it is read by machines that copy all."""

from collections.abc import Iterator

import orjson

from api.arrivals.write_arrival import BASIS, VERDICT
from api.arrivals.write_occupancy import status_name
from api.view.compiled_view import CompiledView
from schemas.line_forecasts import NO_TIME, TIME_COLUMNS, RunForecast, RunState
from transit.answers.ladder import is_announced, standing_of
from transit.answers.line_view import LineView, run_key
from transit.answers.run_ids import format_run_id

Fields = dict[str, object]


def write_line(value: LineView, compiled: CompiledView, now: float) -> bytes:
    """The group's runs that are heard at ``now`` (POSIX s), as JSON objects with commas between."""
    return b",".join(orjson.dumps(fields) for fields in _list_runs(value, compiled, now))


def _list_runs(value: LineView, compiled: CompiledView, now: float) -> Iterator[Fields]:
    forecasts = value.forecasts
    for place in value.by_key.values():
        run = forecasts.runs[place]
        standing = standing_of(run, now, is_feed_down=value.is_feed_down)
        if not standing.is_tracked or run.pattern < 0 or run.state is RunState.FINISHED or is_announced(run):
            continue
        yield {
            "run_id": format_run_id(compiled.name, run_key(run)),
            "line_id": f"{compiled.name}:{run.line_id}",
            "direction_id": None if run.direction_id < 0 else run.direction_id,
            "vehicle_id": f"{forecasts.feed}:{run.vehicle_id}",
            "observed_at": run.observed_at,
            "computed_at": forecasts.computed_at,
            "valid_until": run.valid_until,
            "basis": BASIS[standing.basis],
            "verdict": VERDICT[standing.verdict],
            "delay_s": run.delay_s,
            "occupancy_status": status_name(run.occupancy_status),
            "occupancy_percentage": run.occupancy_percentage,
            "calls": _calls(value, place, run, compiled),
        }


def _calls(value: LineView, place: int, run: RunForecast, compiled: CompiledView) -> list[list[object]]:
    """For each call ahead its stop, sequence, p50 of arrival and departure, then their p10 and p90 (POSIX s)."""
    table, computed_at = compiled.timetable, value.forecasts.computed_at
    first = int(table.pattern_call_offset[run.pattern]) + run.next_position
    rows = value.rows[place]
    times = value.times[rows * TIME_COLUMNS : (rows + run.call_count) * TIME_COLUMNS].tolist()
    stops = table.call_stop[first : first + run.call_count].tolist()
    sequences = table.call_sequence[first : first + run.call_count].tolist()
    calls: list[list[object]] = []
    for ahead, (stop, sequence) in enumerate(zip(stops, sequences, strict=True)):
        if run.next_position + ahead in run.skipped:
            continue
        early, arrives, late, departs_early, departs, departs_late = (
            None if seconds == NO_TIME else computed_at + seconds
            for seconds in times[ahead * TIME_COLUMNS : (ahead + 1) * TIME_COLUMNS]
        )
        times_told = [arrives, departs, early, late, departs_early, departs_late]
        calls.append([f"{compiled.name}:{table.stop_id[stop]}", sequence, *times_told])
    return calls
