"""Which runs are under way by the timetable, and how many it has in a day: what tracking is measured against."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from transit.answers.aimed_calls import ServiceDay
from transit.answers.run_ids import RunKey
from transit.timetable.compiled import Timetable
from transit.timetable.service_day import service_date as written_date

_Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsDue:
    """By line (row): the keys of runs under way, and how many there are in the day and were to start by now.

    A line that runs by headway has ``by_headway`` runs under way that have no times, and so no keys.
    """

    under_way: dict[int, list[RunKey]]
    by_headway: _Counts
    in_day: _Counts
    started: _Counts


def list_runs_under_way(timetable: Timetable, day: ServiceDay, now: float) -> RunsDue:
    """The runs of one service day that are due at ``now`` (POSIX s)."""
    lines = len(timetable.line_id)
    timed = np.flatnonzero(day.runs[timetable.trip_service] & ~timetable.trip_has_frequency)
    starts_at = day.starts_at + timetable.trip_start_s[timed].astype(np.int64)
    ends_at = starts_at + _durations_s(timetable, timed)
    line = timetable.pattern_line[timetable.trip_pattern[timed]]
    due = RunsDue(
        under_way={},
        by_headway=np.zeros(lines, np.int64),
        in_day=np.bincount(line, minlength=lines),
        started=np.bincount(line[starts_at <= now], minlength=lines),
    )
    date = written_date(day.day)
    for place in np.flatnonzero((starts_at <= now) & (now <= ends_at)).tolist():
        key = RunKey(timetable.trip_id[int(timed[place])], date)
        due.under_way.setdefault(int(line[place]), []).append(key)
    _add_frequencies(timetable, day, now, due)
    return due


def _durations_s(timetable: Timetable, trips: npt.NDArray[np.intp]) -> _Counts:
    last_cells = timetable.timing_offset[timetable.trip_timing[trips] + 1] - 1
    return timetable.timing_arrival_s[last_cells].astype(np.int64)


def _add_frequencies(timetable: Timetable, day: ServiceDay, now: float, due: RunsDue) -> None:
    date = written_date(day.day)
    for row, trip in enumerate(timetable.frequency_trip.tolist()):
        headway_s = int(timetable.frequency_headway_s[row])
        if not day.runs[timetable.trip_service[trip]] or headway_s <= 0:
            continue
        line = int(timetable.pattern_line[timetable.trip_pattern[trip]])
        starts_s = np.arange(int(timetable.frequency_start_s[row]), int(timetable.frequency_end_s[row]), headway_s)
        age_s = now - (day.starts_at + starts_s)
        under_way = starts_s[(age_s >= 0) & (age_s <= _durations_s(timetable, np.array([trip]))[0])]
        due.in_day[line] += len(starts_s)
        due.started[line] += int((age_s >= 0).sum())
        if timetable.frequency_exact[row]:
            keys = [RunKey(timetable.trip_id[trip], date, start_s) for start_s in under_way.tolist()]
            due.under_way.setdefault(line, []).extend(keys)
        else:
            due.by_headway[line] += len(under_way)
