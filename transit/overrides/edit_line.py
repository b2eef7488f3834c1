"""A line group's value as overrides in force leave it: one rule, so that every form of an answer agrees."""

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from schemas.line_forecasts import (
    HORIZON_S,
    NO_TIME,
    TIME_COLUMNS,
    Basis,
    LineForecasts,
    RunForecast,
    Verdict,
    VerdictReason,
)
from schemas.overrides import Override, OverrideKind
from transit.answers.calls_here import platforms_of
from transit.answers.cancelled_run import tell_cancelled
from transit.answers.run_ids import RunKey, format_run_id, parse_run_id
from transit.assignment.service_days import run_s
from transit.timetable.compiled import Timetable
from transit.timetable.service_day import service_day_of, service_day_start_s
from transit.tracking.frequency_starts import list_starts_between

_Rows = npt.NDArray[np.int16]
_SKIPPING = (OverrideKind.SKIP_STOP, OverrideKind.CLOSE_STOP, OverrideKind.DETOUR)


def edit_line(forecasts: LineForecasts, overrides: Sequence[Override], timetable: Timetable) -> LineForecasts:
    """The value with ``overrides`` applied; the same object where none touches it.

    A cancelled run keeps its place with the verdict ``not_coming``, and is told where no vehicle is on it; delayed ones
    are ``at_risk``; stops that are closed, skipped or driven around become skipped calls; a withheld line's or
    vehicle's times are not told (basis ``withheld``), nor those at a withheld stop.
    """
    touching = [each for each in overrides if concerns(each, forecasts, timetable)]
    if not touching:
        return forecasts
    runs = []
    times = np.frombuffer(forecasts.times, np.dtype("<i2")).reshape(-1, TIME_COLUMNS).copy()
    first = 0
    for run in forecasts.runs:
        edited = run
        for override in touching:
            edited = _edit_run(edited, override, forecasts, timetable)
        _withhold_stops(times[first : first + run.call_count], run, touching, timetable)
        first += run.call_count
        runs.append(edited)
    runs.extend(_list_untracked(forecasts, touching, timetable))
    return msgspec.structs.replace(forecasts, runs=tuple(runs), times=times.tobytes())


def concerns(override: Override, forecasts: LineForecasts, timetable: Timetable) -> bool:
    """Whether an override can touch this line group."""
    name = timetable.name
    if override.vehicle:
        return any(forecasts.name_vehicle(run) == override.vehicle for run in forecasts.runs)
    if override.line:
        return override.line in lines_of(forecasts, timetable)
    if override.run:
        return _line_of_run(override, timetable) in lines_of(forecasts, timetable)
    return any(stop.startswith(f"{name}:") for stop in override.stops)


def lines_of(forecasts: LineForecasts, timetable: Timetable) -> frozenset[str]:
    """The lines (public ids) of a line group's value."""
    group = timetable.group_id.find(forecasts.line_group.partition(":")[2])
    if group < 0:
        return frozenset()
    first, end = timetable.group_line_offset[group : group + 2]
    return frozenset(f"{timetable.name}:{timetable.line_id[line]}" for line in timetable.group_line[first:end].tolist())


def _line_of_run(override: Override, timetable: Timetable) -> str:
    owner, key = parse_run_id(override.run)
    trip = timetable.trip_id.find(key.trip_id) if owner == timetable.name else -1
    if trip < 0:
        return ""
    return f"{owner}:{timetable.line_id[int(timetable.pattern_line[timetable.trip_pattern[trip]])]}"


def _edit_run(run: RunForecast, override: Override, forecasts: LineForecasts, timetable: Timetable) -> RunForecast:
    if not _is_meant(run, override, forecasts, timetable):
        return run
    replace = msgspec.structs.replace
    if override.kind in (OverrideKind.CANCEL_RUN, OverrideKind.CANCEL_LINE):
        return replace(run, basis=Basis.WITHHELD, verdict=Verdict.NOT_COMING, verdict_reason=VerdictReason.CANCELLED)
    if override.kind is OverrideKind.WITHHOLD and not override.stops:
        return replace(run, basis=Basis.WITHHELD)
    if override.kind is OverrideKind.DELAYS and run.verdict is Verdict.EXPECTED:
        return replace(run, verdict=Verdict.AT_RISK, verdict_reason=VerdictReason.DELAYS)
    if override.kind in _SKIPPING:
        skipped = [at for at in _positions(run, override, timetable) if at >= run.next_position]
        if skipped:
            return replace(run, skipped=tuple(sorted({*run.skipped, *skipped})))
    return run


def _is_meant(run: RunForecast, override: Override, forecasts: LineForecasts, timetable: Timetable) -> bool:
    """Whether the run is among those an override names: all of them where it names none."""
    key = RunKey(run.trip_id, run.service_date, run.start_time_s)
    return (
        (not override.vehicle or override.vehicle == forecasts.name_vehicle(run))
        and (not override.line or override.line == f"{timetable.name}:{run.line_id}")
        and override.direction_id in (None, run.direction_id)
        and (not override.run or names_run(override.run, key, timetable))
    )


def names_run(run_id: str, key: RunKey, timetable: Timetable) -> bool:
    """Whether a run's public id means a run: one without a start means all runs of a frequency's trip on its day."""
    if run_id == format_run_id(timetable.name, key):
        return True
    if key.start_time_s is None or not is_frequent(timetable, key.trip_id):
        return False
    return run_id == format_run_id(timetable.name, msgspec.structs.replace(key, start_time_s=None))


def is_frequent(timetable: Timetable, trip_id: str) -> bool:
    """Whether a trip stands for many runs."""
    trip = timetable.trip_id.find(trip_id)
    return trip >= 0 and bool(timetable.trip_has_frequency[trip])


def _positions(run: RunForecast, override: Override, timetable: Timetable) -> list[int]:
    """The positions of a run's calls at the stops that an override names."""
    if run.pattern < 0:
        return []
    first, end = timetable.pattern_call_offset[run.pattern : run.pattern + 2]
    meant = stop_rows(override, timetable)
    return [at for at, stop in enumerate(timetable.call_stop[first:end].tolist()) if stop in meant]


def stop_rows(override: Override, timetable: Timetable) -> frozenset[int]:
    """The stops (rows) that an override names: of a station all its platforms."""
    owners = ((stop.partition(":")) for stop in override.stops)
    rows = (timetable.stop_id.find(local) for owner, _, local in owners if owner == timetable.name)
    return frozenset(platform for row in rows if row >= 0 for platform in platforms_of(timetable, row))


def _withhold_stops(rows: _Rows, run: RunForecast, touching: Sequence[Override], timetable: Timetable) -> None:
    """Take the times away at stops whose predictions are withheld."""
    for override in touching:
        if override.kind is OverrideKind.WITHHOLD and override.stops:
            ahead = (at - run.next_position for at in _positions(run, override, timetable))
            rows[[at for at in ahead if 0 <= at < run.call_count]] = NO_TIME


def _list_untracked(
    forecasts: LineForecasts, touching: Sequence[Override], timetable: Timetable
) -> Iterator[RunForecast]:
    """Cancelled runs that no vehicle is on; of a frequency's trip those under way and of the next hour."""
    told = {RunKey(run.trip_id, run.service_date, run.start_time_s) for run in forecasts.runs}
    for override in touching:
        if override.kind is not OverrideKind.CANCEL_RUN:
            continue
        _, key = parse_run_id(override.run)
        trip = timetable.trip_id.find(key.trip_id)
        if trip < 0:
            continue
        day, starts = service_day_of(key.service_date), [key.start_time_s]
        if key.start_time_s is None and timetable.trip_has_frequency[trip]:
            since_s = forecasts.computed_at - service_day_start_s(timetable.timezone, day)
            starts = [*list_starts_between(timetable, trip, since_s - run_s(timetable, trip), since_s + HORIZON_S)]
        for start_s in starts:
            if msgspec.structs.replace(key, start_time_s=start_s) not in told:
                yield tell_cancelled(timetable, trip, day, override.starts_at, start_s)
