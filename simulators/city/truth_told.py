"""A city's exact truth as it comes about: what happened between two moments, line by line, for the truth's topics."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

import numpy as np

from schemas.topics import Topic
from schemas.truth import (
    TRUTH_CALLS,
    TRUTH_CAUSES,
    TRUTH_LOADS,
    TRUTH_POSITIONS,
    TrueCall,
    TrueCause,
    TrueLoad,
    TruePosition,
    TrueRun,
    TruthMessage,
    encode_truth,
)
from simulators.city.demand import is_train
from simulators.city.driving import Rows
from simulators.city.duties import Runs, name_trip, write_start_time
from simulators.city.movement import Drive
from simulators.city.reporting import name_vehicle
from simulators.city.true_causes import find_causes
from simulators.city.whereabouts import Tracks
from transit.timetable.compiled import Timetable

_AnyRow = TruePosition | TrueCall | TrueLoad | TrueCause


class Told(NamedTuple):
    """One record: its topic, its key and its value."""

    topic: Topic
    key: bytes
    value: bytes


def tell_truth(timetable: Timetable, drives: Iterable[Drive], since: int, at: int) -> Iterator[Told]:
    """What was so at ``at`` and what happened after ``since`` until then, of days that are driven so far."""
    found: dict[Topic, dict[str, list[_AnyRow]]] = {
        topic: defaultdict(list) for topic in (TRUTH_POSITIONS, TRUTH_CALLS, TRUTH_LOADS, TRUTH_CAUSES)
    }
    for drive in drives:
        telling = _DayTruth(timetable, drive)
        for topic, rows in (
            (TRUTH_POSITIONS, telling.positions(at)),
            (TRUTH_CALLS, telling.calls(since, at)),
            (TRUTH_LOADS, telling.loads(since, at)),
            (TRUTH_CAUSES, telling.causes(since, at)),
        ):
            for line, row in rows:
                found[topic][line].append(row)
    for topic, by_line in found.items():
        for line, told in sorted(by_line.items()):
            yield Told(topic, line.encode(), encode_truth(TruthMessage(timetable.hash, since, at, told)))


class _DayTruth:
    """One service day."""

    def __init__(self, timetable: Timetable, drive: Drive) -> None:
        self._timetable, self._drive, self._day = timetable, drive, drive.day
        self._date = date.fromordinal(drive.day.duties.day).strftime("%Y%m%d")

    def _run(self, runs: Runs, run: int) -> tuple[str, TrueRun]:
        """The line and the words of a run."""
        pattern = int(self._timetable.trip_pattern[int(runs.trip[run])])
        line = self._timetable.line_id[int(self._timetable.pattern_line[pattern])]
        start = write_start_time(int(runs.frequency_start_s[run]))
        return line, TrueRun(name_trip(self._timetable, runs, run), self._date, start)

    def _left(self, since: int, at: int) -> Rows:
        """The rows that vehicles left, made or gone around, in that time."""
        made, origin = self._day.made, self._day.origin
        known = made.arrival > 0
        return np.flatnonzero(known & (made.departure > since - origin) & (made.departure <= at - origin))

    def positions(self, at: int) -> Iterator[tuple[str, TruePosition]]:
        day, table = self._day, self._timetable
        fleet = day.fleet
        vehicles = np.flatnonzero(fleet.row > fleet.first_row)
        seen = Tracks(table, day).locate(vehicles, np.full(len(vehicles), float(at)))
        calls, runs = day.duties.call_of(seen.row), day.duties.run_of(seen.row)
        for i in np.flatnonzero(seen.in_service).tolist():
            line, run = self._run(day.duties.runs, int(runs[i]))
            name = name_vehicle(int(vehicles[i]), day.duties.day, is_train=bool(day.is_train[runs[i]]))
            yield (
                line,
                TruePosition(
                    run,
                    name,
                    int(table.call_sequence[calls[i]]),
                    bool(seen.at_stop[i]),
                    round(float(seen.latitude[i]), 7),
                    round(float(seen.longitude[i]), 7),
                    round(float(seen.bearing_deg[i]), 1),
                    round(float(seen.speed_mps[i]), 2),
                    round(float(seen.progress_m[i]), 2),
                ),
            )

    def calls(self, since: int, at: int) -> Iterator[tuple[str, TrueCall]]:
        day, table = self._day, self._timetable
        rows = self._made(since, at)
        calls, runs = day.duties.call_of(rows), day.duties.run_of(rows)
        rail, arrival, departure = is_train(table, calls), day.arrival_of(rows), day.departure_of(rows)
        timing = day.duties.first_timing[runs] + rows - day.duties.row_offset[runs]
        aimed = day.duties.starts_at + day.duties.runs.start_s[runs] + table.timing_departure_s[timing]
        first = rows == day.duties.row_offset[runs]
        for i, call in enumerate(calls.tolist()):
            line, run = self._run(day.duties.runs, int(runs[i]))
            yield (
                line,
                TrueCall(
                    run,
                    int(table.call_sequence[call]),
                    table.stop_id[int(table.call_stop[call])],
                    int(table.call_pattern[call]),
                    bool(rail[i]),
                    bool(first[i]),
                    float(aimed[i]),
                    round(float(arrival[i]), 2),
                    round(float(departure[i]), 2),
                ),
            )

    def loads(self, since: int, at: int) -> Iterator[tuple[str, TrueLoad]]:
        day, made = self._day, self._day.made
        rows = self._made(since, at)
        calls, runs, room = day.duties.call_of(rows), day.duties.run_of(rows), day.room_of(rows)
        for i, row in enumerate(rows.tolist()):
            line, run = self._run(day.duties.runs, int(runs[i]))
            riders = (int(each[row]) for each in (made.boarded, made.alighted, made.left_behind))
            sequence = int(self._timetable.call_sequence[calls[i]])
            yield line, TrueLoad(run, sequence, int(made.load[row]), int(room[i]), *riders)

    def causes(self, since: int, at: int) -> Iterator[tuple[str, TrueCause]]:
        found = find_causes(self._timetable, self._drive, self._left(since, at), since=since, until=at)
        for each in found:
            line, run = self._run(each.runs, each.run)
            yield line, TrueCause(run, each.stop_sequence, each.cause, round(each.seconds, 1))

    def _made(self, since: int, at: int) -> Rows:
        rows = self._left(since, at)
        return np.asarray(rows[self._day.made.left_out[rows] == 0])
