"""A vehicle as JSON: where it is, on which run, how full, how fresh all this is."""

from typing import Final, NamedTuple

from api.arrivals.write_arrival import BASIS, REASON, VERDICT
from api.arrivals.write_occupancy import occupancy_fields
from api.view.compiled_view import CompiledView
from api.view.memory import View
from schemas.line_forecasts import RunForecast, RunState
from transit.answers.ladder import Standing, is_announced, standing_of
from transit.answers.line_view import LineView, run_key
from transit.answers.run_ids import format_run_id

Fields = dict[str, object]

STATE: Final = {state: state.name.lower() for state in RunState}


class VehicleHere(NamedTuple):
    """A vehicle's run in its line group's value."""

    compiled: CompiledView
    line: LineView
    run: RunForecast


_PLACE_DECIMALS: Final = 6


def vehicle_fields(vehicle: VehicleHere, now: float) -> Fields:
    """All that is known of a vehicle at ``now`` (POSIX s)."""
    compiled, line, run = vehicle
    times = compiled.times
    standing = standing_of(run, now, is_feed_down=line.is_down_for(run))
    return {
        "id": line.forecasts.name_vehicle(run),
        "label": run.vehicle_label,
        "line": _line_json(compiled, run),
        "direction_id": None if run.direction_id < 0 else run.direction_id,
        "headsign": _headsign(compiled, run),
        "run_id": format_run_id(compiled.name, run_key(run)),
        "latitude": _round(run.latitude, _PLACE_DECIMALS),
        "longitude": _round(run.longitude, _PLACE_DECIMALS),
        "bearing_deg": _round(run.bearing_deg, 1),
        "speed_mps": _round(run.speed_mps, 1),
        "pattern_id": _pattern_id(compiled, run),
        "progress_m": round(run.progress_m),
        "state": STATE[run.state],
        "next_stop": _next_stop(compiled, run),
        "delay_s": run.delay_s,
        "occupancy": occupancy_fields(run, times.find(run.occupancy_observed_at)),
        "basis": BASIS[standing.basis],
        "observed_at": times[run.observed_at],
        "computed_at": times[line.forecasts.computed_at],
        "valid_until": times[run.valid_until],
        **verdict_fields(run, standing),
    }


def verdict_fields(run: RunForecast, standing: Standing) -> Fields:
    """Whether the run will come, and why not; nothing of one that is over, which comes nowhere any more."""
    if run.state is RunState.FINISHED:
        return {"verdict": None, "verdict_reason": None}
    return {"verdict": VERDICT[standing.verdict], "verdict_reason": REASON[standing.reason]}


def list_vehicles_of(view: View, line: LineView, *, line_id: str | None, now: float) -> list[VehicleHere]:
    """The vehicles of a line group, or of one of its lines, that are heard; a copy that is ``due`` is another's."""
    compiled = view.shelf[line.forecasts.timetable]
    return [
        VehicleHere(compiled, line, run)
        for run in line.forecasts.runs
        if run.valid_until >= now and not run.due and not is_announced(run) and line_id in (None, run.line_id)
    ]


def _round(value: float | None, decimals: int) -> float | None:
    """Feeds carry single precision: what stands beyond it is noise, and no vehicle knows its place to a decimetre."""
    return None if value is None else round(value, decimals)


def _line_json(compiled: CompiledView, run: RunForecast) -> object:
    row = compiled.timetable.line_id.find(run.line_id)
    return compiled.line_json(row) if row >= 0 else None


def _pattern_id(compiled: CompiledView, run: RunForecast) -> str | None:
    return f"{compiled.name}:{compiled.timetable.pattern_id[run.pattern]}" if run.pattern >= 0 else None


def _headsign(compiled: CompiledView, run: RunForecast) -> str | None:
    trip = compiled.timetable.trip_id.find(run.trip_id)
    if trip >= 0 and compiled.timetable.trip_headsign[trip]:
        return compiled.timetable.trip_headsign[trip]
    return compiled.timetable.pattern_headsign[run.pattern] if run.pattern >= 0 else None


def _next_stop(compiled: CompiledView, run: RunForecast) -> object:
    if run.pattern < 0:
        return None
    table = compiled.timetable
    row = int(table.pattern_call_offset[run.pattern]) + run.next_position
    if row >= table.pattern_call_offset[run.pattern + 1]:
        return None
    return compiled.stop_json(int(table.call_stop[row]))
