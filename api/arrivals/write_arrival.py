"""One arrival as JSON. The API's hot path: fixed fields are written once a run and call, the others each time."""

from typing import Final

import orjson

from api.arrivals.write_crowding import crowding_fields
from api.arrivals.write_occupancy import occupancy_fields
from api.view.compiled_view import FixedCall
from api.view.local_times import LocalTimes
from api.view.memory import View
from schemas.line_forecasts import (
    NO_TIME,
    TIME_COLUMNS,
    Basis,
    PredictedBy,
    Revision,
    RunForecast,
    Verdict,
    VerdictReason,
)
from transit.answers.call_state import CallState, call_state
from transit.answers.coming import Coming
from transit.answers.countdown import is_held, shows_minutes
from transit.answers.ladder import is_announced
from transit.answers.line_view import LineView
from transit.crowding.ahead import crowding_ahead
from transit.crowding.load import load_in_row

BASIS: Final = {basis: basis.name.lower() for basis in Basis}
VERDICT: Final = {verdict: verdict.name.lower() for verdict in Verdict}
REASON: Final[dict[VerdictReason, str | None]] = {reason: reason.name.lower() for reason in VerdictReason}
REASON[VerdictReason.NONE] = None
REVISION: Final[dict[Revision, str | None]] = {revision: revision.name.lower() for revision in Revision}
REVISION[Revision.NONE] = None
PREDICTED_BY: Final = {each: each.name.lower() for each in PredictedBy}

Times = tuple[int | None, ...]
_NO_TIMES: Final[Times] = (None,) * TIME_COLUMNS


def write_arrival(view: View, coming: Coming, now: float, *, last: bool) -> bytes:
    """One arrival as a JSON object; ``now`` is POSIX seconds, ``last`` whether it is its service day's last."""
    compiled = view.shelf[coming.here.timetable]
    fixed = compiled.fixed_call(coming.key, coming.here)
    if coming.run is not None and coming.line is not None:
        changing = _tracked(coming, coming.run, coming.line, fixed, (compiled.times, now))
        capacity = view.capacity_of(compiled, coming.here.line)
        foretold = load_in_row(coming.line.forecasts.loads, coming.times_row)
        changing["crowding"] = crowding_fields(
            crowding_ahead(coming.run, coming.here.position, now, capacity, foretold=foretold)
        )
    else:
        changing = _untracked(coming, compiled.times, now)
        changing["crowding"] = None
    changing["last"] = last
    computed_at = 0 if coming.line is None else coming.line.forecasts.computed_at
    changing["answer_id"] = f"{fixed.answer}{computed_at}" if fixed.answer else None
    return b"".join((b"{", fixed.json, b",", orjson.dumps(changing)[1:]))


def _tracked(
    coming: Coming, run: RunForecast, line: LineView, fixed: FixedCall, clock: tuple[LocalTimes, float]
) -> dict[str, object]:
    """What changes about the call of a run whose vehicle is heard."""
    forecasts, standing, here = line.forecasts, coming.standing, coming.here
    times, now = clock
    computed_at = forecasts.computed_at
    stops_away = here.position - run.next_position
    moments = steady_moments(run, stops_away, _moments(coming, line), now)
    early, expected, late, departs_early, departs, departs_late = moments
    return {
        "expected_at": times.find(expected),
        "expected_early_at": times.find(early),
        "expected_late_at": times.find(late),
        "expected_departure_at": times.find(departs),
        "expected_departure_early_at": times.find(departs_early),
        "expected_departure_late_at": times.find(departs_late),
        "delay_s": _delay_s(fixed, expected, departs),
        "every_s": None,
        "state": call_state(run.state, stops_away, held=is_held(run)),
        "distance_m": None if run.due or is_announced(run) else max(0, round(here.progress_m - run.progress_m)),
        "stops_away": None if is_announced(run) else stops_away,
        "vehicle_id": forecasts.name_vehicle(run) if run.vehicle_id else None,
        "vehicle_label": run.vehicle_label,
        "occupancy": occupancy_fields(run, times.find(run.occupancy_observed_at)),
        "basis": BASIS[standing.basis if coming.times_row >= 0 else max(standing.basis, Basis.SCHEDULE)],
        "observed_at": None if is_announced(run) else times[run.observed_at],
        "computed_at": times[computed_at],
        "valid_until": times[run.valid_until],
        "verdict": VERDICT[standing.verdict],
        "verdict_reason": REASON[standing.reason],
        "revision": REVISION[run.revision],
        "predicted_by": PREDICTED_BY[run.predicted_by] if coming.times_row >= 0 else None,
    }


def steady_moments(run: RunForecast, stops_away: int, moments: Times, now: float) -> Times:
    """The six moments, the expected ones left out where no minutes are to be counted down to them."""
    early, expected, late, departs_early, departs, departs_late = moments
    if expected is not None and not shows_minutes(run, stops_away, expected, now):
        expected, early = None, None if early is None else max(early, int(now))
    if departs is not None and not shows_minutes(run, stops_away, departs, now):
        departs, departs_early = None, None if departs_early is None else max(departs_early, int(now))
    return early, expected, late, departs_early, departs, departs_late


def _moments(coming: Coming, line: LineView) -> Times:
    """Arrival p10, p50, p90 and departure p10, p50, p90 (POSIX s); beyond the forecasts, the timetable's, as late."""
    if coming.standing.basis is Basis.WITHHELD:
        return _NO_TIMES
    if coming.times_row < 0:
        return _shifted(coming)
    first = coming.times_row * TIME_COLUMNS
    computed_at = line.forecasts.computed_at
    return tuple(
        None if seconds == NO_TIME else computed_at + seconds for seconds in line.times[first : first + TIME_COLUMNS]
    )


def _shifted(coming: Coming) -> Times:
    aimed = coming.aimed
    if aimed is None:
        return _NO_TIMES
    late_s = int(coming.at) - aimed.leaves_at
    arrives = None if aimed.arrives_at is None else aimed.arrives_at + late_s
    departs = None if aimed.departs_at is None else aimed.departs_at + late_s
    return (None, arrives, None, None, departs, None)


def _delay_s(fixed: FixedCall, expected: int | None, departs: int | None) -> int | None:
    """Expected less aimed, of the arrival, at a first stop of the departure; late is positive."""
    aimed = fixed.aimed
    if aimed is None:
        return None
    if expected is not None and aimed.arrives_at is not None:
        return expected - aimed.arrives_at
    if departs is not None and aimed.departs_at is not None:
        return departs - aimed.departs_at
    return None


def _untracked(coming: Coming, times: LocalTimes, now: float) -> dict[str, object]:
    """What the timetable, or a headway, says of a call that no heard vehicle speaks for."""
    aimed, standing = coming.aimed, coming.standing
    is_told = aimed is not None and standing.verdict is not Verdict.NOT_COMING
    starts_at = aimed.starts_at if aimed else 0
    return {
        "expected_at": times.find(aimed.arrives_at) if aimed and is_told else None,
        "expected_early_at": None,
        "expected_late_at": None,
        "expected_departure_at": times.find(aimed.departs_at) if aimed and is_told else None,
        "expected_departure_early_at": None,
        "expected_departure_late_at": None,
        "delay_s": None,
        "every_s": coming.headway.every_s if coming.headway else None,
        "state": CallState.EN_ROUTE if aimed and starts_at <= now else CallState.NOT_DEPARTED,
        "distance_m": None,
        "stops_away": None,
        "vehicle_id": None,
        "vehicle_label": None,
        "occupancy": None,
        "basis": BASIS[standing.basis],
        "observed_at": None,
        "computed_at": times.find(coming.line.forecasts.computed_at) if coming.line else None,
        "valid_until": times.find(aimed.leaves_at if aimed else coming.headway.ends_at if coming.headway else None),
        "verdict": VERDICT[standing.verdict],
        "verdict_reason": REASON[standing.reason],
        "revision": None,
        "predicted_by": None,
    }
