"""Headways between a line's vehicles as they are now: how long after the one before each comes to the same stop."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from schemas.line_forecasts import Basis, RunForecast, RunState, Verdict
from transit.answers.coming import ARRIVAL_P50, DEPARTURE_P50, time_at
from transit.answers.ladder import is_announced
from transit.answers.line_view import LineView
from transit.timetable.compiled import Timetable


class _Foretold(NamedTuple):
    """When a run (its place in the value) comes to a stop (row), POSIX s."""

    at: int
    run: int
    stop: int


class _Follower(NamedTuple):
    """The headway behind the vehicle before, at the stop where that one comes first."""

    leader_at: int
    headway_s: int


def list_running(line: LineView, line_id: str, now: float) -> list[int]:
    """The runs (places in the value) of a line whose vehicle is heard and is on its way, one for each run's key."""
    return [at for at in line.by_key.values() if _is_running(line.forecasts.runs[at], line_id, now)]


def _is_running(run: RunForecast, line_id: str, now: float) -> bool:
    return (
        run.line_id == line_id
        and run.valid_until >= now
        and not run.due
        and run.basis is not Basis.WITHHELD
        and run.verdict is not Verdict.NOT_COMING
        and run.state is not RunState.FINISHED
        and not is_announced(run)
    )


def list_headways(line: LineView, timetable: Timetable, line_id: str, now: float) -> dict[int, list[int]]:
    """By direction, the headway (s) of each vehicle that follows another to a stop ahead of both.

    Vehicles of different patterns are compared where their ways meet; the first stop that both still have to make
    counts, for there it is known best.
    """
    by_direction: dict[int, list[int]] = {}
    for at in list_running(line, line_id, now):
        by_direction.setdefault(line.forecasts.runs[at].direction_id, []).append(at)
    return {direction: _headways(line, timetable, runs) for direction, runs in sorted(by_direction.items())}


def _headways(line: LineView, timetable: Timetable, runs: list[int]) -> list[int]:
    by_stop: dict[int, list[_Foretold]] = {}
    for run in runs:
        for foretold in _list_foretold(line, timetable, run):
            by_stop.setdefault(foretold.stop, []).append(foretold)
    followers: dict[int, _Follower] = {}
    for calls in by_stop.values():
        calls.sort()
        for before, behind in pairwise(calls):
            known = followers.get(behind.run)
            if before.run != behind.run and (known is None or before.at < known.leader_at):
                followers[behind.run] = _Follower(before.at, behind.at - before.at)
    return [follower.headway_s for _, follower in sorted(followers.items())]


def _list_foretold(line: LineView, timetable: Timetable, at: int) -> Iterator[_Foretold]:
    run = line.forecasts.runs[at]
    if run.pattern < 0:
        return
    first = int(timetable.pattern_call_offset[run.pattern]) + run.next_position
    for ahead in range(run.call_count):
        if run.next_position + ahead in run.skipped:
            continue
        moment = forecast_at(line, line.rows[at] + ahead)
        if moment is not None:
            yield _Foretold(moment, at, int(timetable.call_stop[first + ahead]))


def forecast_at(line: LineView, row: int) -> int | None:
    """When a call is foretold (POSIX s): its arrival's p50, at a first stop its departure's."""
    computed_at = line.forecasts.computed_at
    arrives_at = time_at(line.times, row, ARRIVAL_P50, computed_at)
    return time_at(line.times, row, DEPARTURE_P50, computed_at) if arrives_at is None else arrives_at


def speed_now_mps(line: LineView, timetable: Timetable, line_id: str, now: float) -> float | None:
    """How fast the line's vehicles are foretold to get on, stops included (m/s); ``None`` where none is under way."""
    metres = seconds = 0.0
    for at in list_running(line, line_id, now):
        run = line.forecasts.runs[at]
        if run.state is RunState.NOT_DEPARTED or run.pattern < 0 or run.call_count < 1:
            continue
        last_at = forecast_at(line, line.rows[at] + run.call_count - 1)
        last = int(timetable.pattern_call_offset[run.pattern]) + run.next_position + run.call_count - 1
        if last_at is not None and last_at > line.forecasts.computed_at:
            metres += max(0.0, float(timetable.call_progress_m[last]) - run.progress_m)
            seconds += last_at - line.forecasts.computed_at
    return metres / seconds if seconds > 0 else None
