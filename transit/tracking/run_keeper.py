"""Each vehicle's run from report to report: taken up, finished before the next, or found anew."""

from typing import Final, NamedTuple

from schemas.headers import FeedHeaders
from schemas.rejects import RejectReason
from transit.timetable.compiled import Timetable
from transit.tracking.due_runs import find_due_run
from transit.tracking.line_state import LineState
from transit.tracking.line_tables import LineTables
from transit.tracking.reading import Report
from transit.tracking.run_changes import FINISHING_S, begin_run, is_finishing, leave_run
from transit.tracking.run_finder import Run, RunFinder, Sighting, service_date_of
from transit.tracking.state import NEVER, NONE
from transit.tracking.validate import Refusal, find_carriage_refusal
from transit.tracking.vehicle_text import Descriptor

SEARCH_AGAIN_S: Final = 60


class _Calls(NamedTuple):
    by_sequence: dict[int, int]
    by_stop: dict[str, list[int]]
    by_station: dict[int, list[int]]


class RunKeeper:
    """Keeps the runs of one line group's vehicles."""

    def __init__(self, timetable: Timetable, tables: LineTables) -> None:
        self._timetable = timetable
        self._tables = tables
        self._finder = RunFinder(timetable, tables)
        self._calls_of: dict[int, _Calls] = {}

    def find_stop(self, stop_id: str) -> int:
        """A stop's row in the timetable, -1 for none."""
        return self._timetable.stop_id.find(stop_id) if stop_id else NONE

    def find_position(self, state: LineState, row: int, report: Report) -> int:
        """The call that a report's stop stands for, -1 for none: by sequence where the stop agrees, else by stop.

        Of several visits to one stop it is the first that has not been made.
        """
        pattern = int(state.vehicles["pattern"][row])
        if pattern < 0:
            return NONE
        calls = self._calls_of.get(pattern) or self._index_calls(pattern)
        places = calls.by_stop.get(report.stop_id)
        named = calls.by_sequence.get(report.stop_sequence, NONE)
        if named != NONE and (not report.stop_id or (places is not None and named in places)):
            return named
        if places is None and report.stop_id:
            stop = self.find_stop(report.stop_id)
            places = calls.by_station.get(int(self._timetable.stop_parent[stop])) if stop >= 0 else None
        if not places:
            return NONE
        reached = int(state.vehicles["departed"][row])
        return next((place for place in places if place > reached), places[-1])

    def _index_calls(self, pattern: int) -> _Calls:
        first = int(self._tables.patterns["call_first"][pattern])
        calls = self._tables.calls[first : first + int(self._tables.patterns["call_count"][pattern])]
        found = _Calls({}, {}, {})
        for position, (stop, sequence) in enumerate(
            zip(calls["stop"].tolist(), calls["sequence"].tolist(), strict=True)
        ):
            found.by_sequence[sequence] = position
            found.by_stop.setdefault(self._timetable.stop_id[stop], []).append(position)
            station = int(self._timetable.stop_parent[stop])
            if station >= 0:
                found.by_station.setdefault(station, []).append(position)
        self._calls_of[pattern] = found
        return found

    def note_words(
        self, state: LineState, row: int, seen: "tuple[Report, Sighting]", headers: FeedHeaders
    ) -> Refusal | None:
        """Take in the words of a report: its label, its carriages, and above all its run."""
        report, sighting = seen
        text = state.texts[row]
        refusal = None
        changed = False
        if report.label != text.label:
            text.label, changed = report.label, True
        if report.carriages and report.carriages != text.carriages:
            refusal = find_carriage_refusal(report.carriages)
            text.carriages, changed = () if refusal is not None else report.carriages, True
        if report.named != text.named or self._is_lost(state, row, report, sighting):
            text.named, changed = report.named, True
            due = report.entity_id in headers.due
            refusal = self._change_run(state, row, report.named, sighting, due=due) or refusal
        if changed:
            state.pack_text(row)
        return refusal

    def _is_lost(self, state: LineState, row: int, report: Report, sighting: Sighting) -> bool:
        """Whether the run should be looked for again: none was found yet, or a guess that the stop now contradicts."""
        vehicle = state.vehicles[row]
        if vehicle["pattern"] < 0:
            return bool(sighting.at - vehicle["searched_time"] >= SEARCH_AGAIN_S)
        if sighting.stop < 0 or vehicle["scheduled"] or state.texts[row].pending is not None:
            return False
        return self.find_position(state, row, report) == NONE

    def _change_run(
        self, state: LineState, row: int, named: Descriptor, sighting: Sighting, *, due: bool
    ) -> Refusal | None:
        vehicle = state.vehicles[row]
        vehicle["searched_time"] = sighting.at
        vehicle["relationship"] = named.relationship
        if due:
            self._take_up_due(state, row, named, sighting)
            return None
        run = self._finder.find_run(named, sighting)
        if run is None:
            leave_run(state, row)
            vehicle["pattern"], vehicle["run_key"], vehicle["next_trip"] = NONE, 0, NONE
            return _refuse_trip(named)
        if run.key == vehicle["run_key"] and run.pattern == vehicle["pattern"]:
            state.texts[row].pending = None
            return None
        if vehicle["pattern"] >= 0:
            pattern = self._tables.patterns[vehicle["pattern"]]
            last = self._tables.calls["progress_m"][pattern["call_first"] + pattern["call_count"] - 1]
            if is_finishing(vehicle, float(last)):
                state.texts[row].pending = named
                vehicle["pending_since"] = sighting.at
                return None
        self.take_up(state, row, run)
        return None

    def _take_up_due(self, state: LineState, row: int, named: Descriptor, sighting: Sighting) -> None:
        """Announce the run with which a vehicle of another line will go on here."""
        found = find_due_run(self._timetable, self._tables, self._finder, (named, sighting))
        if found is None:
            return
        run, ready_time = found
        vehicle = state.vehicles[row]
        if vehicle["run_key"] != run.key:
            self.take_up(state, row, run)
        vehicle["due"] = 1
        vehicle["ready_time"] = ready_time

    def take_up(self, state: LineState, row: int, run: Run) -> None:
        """Begin a run and write down its words."""
        begin_run(state, row, run)
        self.name_run(state, row, run)
        state.pack_text(row)

    def name_run(self, state: LineState, row: int, run: Run) -> None:
        """Write down the words under which a run and the next of its block are told."""
        text = state.texts[row]
        timetable, tables = self._timetable, self._tables
        line = int(timetable.pattern_line[int(tables.patterns["row"][run.pattern])])
        text.line_id = timetable.line_id[line]
        text.next_trip_id, text.next_line_id = "", ""
        if run.next_trip != NONE:
            onward = int(tables.trips["row"][run.next_trip])
            text.next_trip_id = timetable.trip_id[onward]
            text.next_line_id = timetable.line_id[int(timetable.pattern_line[int(timetable.trip_pattern[onward])])]

    def list_over(self, state: LineState, now: int) -> list[int]:
        """Rows of vehicles that named another trip before their end and are now done with the first."""
        waiting = state.vehicles["pending_since"][: state.count].nonzero()[0].tolist()
        return [row for row in waiting if self._is_over(state, row, now)]

    def _is_over(self, state: LineState, row: int, now: int) -> bool:
        vehicle = state.vehicles[row]
        return bool(
            vehicle["finished"] or vehicle["off_since"] != NEVER or now - vehicle["pending_since"] > FINISHING_S
        )

    def take_up_pending(self, state: LineState, row: int, sighting: Sighting) -> None:
        """Begin the run that a vehicle named some time ago."""
        named = state.texts[row].pending
        state.vehicles["pending_since"][row] = NEVER
        state.texts[row].pending = None
        run = self._finder.find_run(named, sighting) if named is not None else None
        if run is not None:
            self.take_up(state, row, run)
        state.pack_text(row)

    def describe_next(self, state: LineState, row: int) -> int:
        """The service date under which the next trip of a vehicle's block is told."""
        return service_date_of(int(state.vehicles["service_day"][row]))


def _refuse_trip(named: Descriptor) -> Refusal:
    if named.start_date and not (len(named.start_date) == 8 and named.start_date.isdigit()):
        return Refusal(RejectReason.BAD_SERVICE_DATE, f"start_date {named.start_date!r} is no date")
    return Refusal(RejectReason.UNKNOWN_TRIP, f"trip {named.trip_id!r} fits no trip or pattern of the line")
