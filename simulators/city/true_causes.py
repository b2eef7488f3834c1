"""Why runs and calls of a driven day were not as planned, exactly: what the rules of driving did, told again."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from schemas.truth import Cause
from simulators.chance import draw_uniform
from simulators.city.driving import AROUND, ORIGIN_S, TRAFFIC_STEP_S, Rows, doors_s, reds_s
from simulators.city.duties import Runs
from simulators.city.movement import Drive, late_pull_out_s
from transit.timetable.compiled import Floats, Timetable

_WORTH_S: Final = 5.0
"""Traffic that took less, or gave as much, is no cause."""


class Why(NamedTuple):
    """A run of ``runs``, a call of it (``None``: all of it), what was with it, and the seconds it cost."""

    runs: Runs
    run: int
    stop_sequence: int | None
    cause: Cause
    seconds: float


def find_causes(timetable: Timetable, drive: Drive, rows: Rows, *, since: int, until: int) -> Iterator[Why]:
    """The causes of ``rows`` (which vehicles left in that time) and of the runs that were to begin in it."""
    yield from _of_runs(timetable, drive, since, until)
    yield from _of_calls(timetable, drive, rows)


def _of_runs(timetable: Timetable, drive: Drive, since: int, until: int) -> Iterator[Why]:
    duties = drive.day.duties

    def begun(runs: Runs) -> list[int]:
        starts_at = duties.starts_at + runs.start_s.astype(np.int64)
        return [int(run) for run in np.flatnonzero((starts_at > since) & (starts_at <= until))]

    for run in begun(duties.cancelled):
        yield Why(duties.cancelled, run, None, Cause.CANCELLED, 0.0)
    late_s = late_pull_out_s(drive)
    for run in begun(duties.runs):
        if duties.runs.is_added[run]:
            yield Why(duties.runs, run, None, Cause.ADDED, 0.0)
        pattern = int(timetable.trip_pattern[int(duties.runs.trip[run])])
        first, after = (int(call) for call in timetable.pattern_call_offset[pattern : pattern + 2])
        served = int(duties.first_served[run]), int(duties.last_served[run])
        for position, end in zip(served, (0, after - first - 1), strict=True):
            if position != end:
                sequence = int(timetable.call_sequence[first + position])
                yield Why(duties.runs, run, sequence, Cause.SHORT_TURN, 0.0)
        vehicle = int(duties.runs.duty[run])
        if run == int(duties.run_offset[vehicle]) and late_s[vehicle] > 0:
            yield Why(duties.runs, run, None, Cause.LATE_PULL_OUT, float(late_s[vehicle]))


def _of_calls(timetable: Timetable, drive: Drive, rows: Rows) -> Iterator[Why]:
    day, duties, made = drive.day, drive.day.duties, drive.day.made
    runs, calls = duties.run_of(rows), duties.call_of(rows)
    stalled, lost_on_way = _stalled_s(drive, rows), _lost_in_traffic_s(drive, rows, calls)
    red, around = _red_s(drive, rows, calls), _lost_around_s(drive, rows)
    held = _held_s(drive, rows, stalled + red)
    out = made.left_out[rows] > 0
    told: tuple[tuple[Cause, Floats, float], ...] = (
        (Cause.STALLED, np.where(out, 0.0, stalled), 0.0),
        (Cause.HELD, np.where(out, 0.0, held), 1.0),
        (Cause.SIGNAL, made.signal_s[rows] + red, 0.5),
        (Cause.TRAFFIC, np.where(day.is_train[runs], 0.0, lost_on_way), _WORTH_S),
        (Cause.DETOUR, np.where(out, around, 0.0), 0.0),
    )
    for cause, seconds, least in told:
        for i in np.flatnonzero(seconds > least).tolist():
            yield Why(duties.runs, int(runs[i]), int(timetable.call_sequence[calls[i]]), cause, float(seconds[i]))


def _stalled_s(drive: Drive, rows: Rows) -> Floats:
    """As simulators.city.driving draws it when a vehicle serves a stop."""
    said = drive.said
    is_stalled = draw_uniform(said.seed, rows, 33) < said.stall_ratio
    return np.asarray(np.where(is_stalled, said.stall_s * draw_uniform(said.seed, rows, 34), 0.0))


def _red_s(drive: Drive, rows: Rows, calls: Rows) -> Floats:
    """How long buses that stood at a stop waited there for the signal behind it."""
    day, made, said = drive.day, drive.day.made, drive.said
    runs = day.duties.run_of(rows)
    ends = (rows == day.duties.row_offset[runs]) | day.duties.is_last_of(rows)
    waits = day.stood_at(rows) & said.signal_behind[drive.calls.stop[calls]] & ~ends & ~day.is_train[runs]
    return np.asarray(np.where(waits & (made.left_out[rows] == 0), reds_s(said.seed, rows), 0.0))


def _held_s(drive: Drive, rows: Rows, otherwise_s: Floats) -> Floats:
    """How long a vehicle stood with its doors ready to close; at its first and last stop it rests instead.

    ``otherwise_s`` is for how long it stood there for another cause.
    """
    day, made = drive.day, drive.day.made
    runs = day.duties.run_of(rows)
    trains = day.is_train[runs]
    doors = doors_s(
        made.boarded[rows].astype(np.float64),
        made.alighted[rows].astype(np.float64),
        made.load[rows] / day.room_of(rows),
        trains,
    )
    stood = made.departure[rows].astype(np.float64) - made.arrival[rows]
    ends = (rows == day.duties.row_offset[runs]) | day.duties.is_last_of(rows)
    return np.asarray(np.where(ends, 0.0, stood - doors - otherwise_s))


def _took_s(drive: Drive, rows: Rows) -> Floats:
    """Seconds from each of ``rows`` to the next stop, without those at signals; 0 from a run's last stop."""
    made = drive.day.made
    is_last = drive.day.duties.is_last_of(rows)
    following = np.minimum(rows + 1, len(made.arrival) - 1)
    took = made.arrival[following].astype(np.float64) - made.departure[rows] - made.signal_s[rows]
    return np.asarray(np.where(is_last | (made.arrival[following] <= 0), 0.0, took))


def _lost_in_traffic_s(drive: Drive, rows: Rows, calls: Rows) -> Floats:
    said = drive.said
    since_s = drive.day.made.departure[rows].astype(np.float64) + ORIGIN_S - said.traffic_from_s
    step = np.clip((since_s // TRAFFIC_STEP_S).astype(np.int64), 0, len(said.traffic) - 1)
    slowness = said.traffic[step, drive.calls.stop[calls]].astype(np.float64)
    return np.asarray(_took_s(drive, rows) * (1 - 1 / slowness))


def _lost_around_s(drive: Drive, rows: Rows) -> Floats:
    """What the way around a stop cost, to it and on from it."""
    before = np.maximum(rows - 1, 0)
    return np.asarray((_took_s(drive, before) + _took_s(drive, rows)) * (1 - 1 / AROUND))
