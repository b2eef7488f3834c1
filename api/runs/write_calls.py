"""All calls of one run as JSON, those behind it too."""

from api.arrivals.write_arrival import steady_moments
from api.vehicles.write_vehicle import VehicleHere
from api.view.compiled_view import CompiledView
from schemas.line_forecasts import NO_TIME, TIME_COLUMNS, RunForecast
from transit.answers.call_state import CallState, call_state
from transit.answers.calls_here import CallHere, call_here
from transit.answers.coming import AimedCall
from transit.answers.countdown import is_held
from transit.answers.line_view import LineView
from transit.answers.run_ids import RunKey

Fields = dict[str, object]
_Moments = tuple[int | None, ...]
_NO_MOMENTS: _Moments = (None,) * TIME_COLUMNS


def write_calls(
    compiled: CompiledView, key: RunKey, pattern: int, *, vehicle: VehicleHere | None, now: float
) -> list[Fields]:
    """The calls of a pattern as this run makes them; ``vehicle`` is on it and heard."""
    table = compiled.timetable
    rows = range(int(table.pattern_call_offset[pattern]), int(table.pattern_call_offset[pattern + 1]))
    calls = []
    for row in rows:
        here = call_here(table, row)
        aimed = compiled.aim(key, here)
        moments = _aimed_moments(aimed)
        state = _state_by_timetable(aimed, now)
        if vehicle is not None:
            stops_away = here.position - vehicle.run.next_position
            told = _forecast_moments(vehicle.line, vehicle.run, here.position)
            moments = steady_moments(vehicle.run, stops_away, told, now)
            state = call_state(vehicle.run.state, stops_away, held=is_held(vehicle.run))
        calls.append(_call_fields(compiled, here, aimed, moments, state))
    return calls


def _aimed_moments(aimed: AimedCall | None) -> _Moments:
    return _NO_MOMENTS if aimed is None else (None, aimed.arrives_at, None, None, aimed.departs_at, None)


def _state_by_timetable(aimed: AimedCall | None, now: float) -> CallState:
    if aimed is None or now < aimed.starts_at:
        return CallState.NOT_DEPARTED
    return CallState.DEPARTED if aimed.leaves_at < now else CallState.EN_ROUTE


def _forecast_moments(line: LineView, run: RunForecast, position: int) -> _Moments:
    ahead = position - run.next_position
    if not 0 <= ahead < run.call_count or position in run.skipped:
        return _NO_MOMENTS
    first = (line.rows[line.by_key[RunKey(run.trip_id, run.service_date, run.start_time_s)]] + ahead) * TIME_COLUMNS
    computed_at = line.forecasts.computed_at
    return tuple(None if s == NO_TIME else computed_at + s for s in line.times[first : first + TIME_COLUMNS])


def _call_fields(
    compiled: CompiledView, here: CallHere, aimed: AimedCall | None, moments: _Moments, state: CallState
) -> Fields:
    find = compiled.times.find
    early, expected, late, departs_early, departs, departs_late = moments
    return {
        "stop": compiled.stop_json(here.stop),
        "stop_sequence": here.stop_sequence,
        "progress_m": round(here.progress_m),
        "boardable": here.boardable,
        "alightable": here.alightable,
        "state": state,
        "aimed_at": find(aimed.arrives_at) if aimed else None,
        "expected_at": find(expected),
        "expected_early_at": find(early),
        "expected_late_at": find(late),
        "aimed_departure_at": find(aimed.departs_at) if aimed else None,
        "expected_departure_at": find(departs),
        "expected_departure_early_at": find(departs_early),
        "expected_departure_late_at": find(departs_late),
        "delay_s": _delay_s(aimed, expected, departs),
    }


def _delay_s(aimed: AimedCall | None, expected: int | None, departs: int | None) -> int | None:
    if aimed is None:
        return None
    if expected is not None and aimed.arrives_at is not None:
        return expected - aimed.arrives_at
    return None if departs is None or aimed.departs_at is None else departs - aimed.departs_at
