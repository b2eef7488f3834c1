"""Each vehicle's run from report to report: taken up, finished before the next, or found anew."""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from schemas.headers import FeedHeaders
from schemas.rejects import RejectReason
from transit.timetable.compiled import Timetable
from transit.tracking.beginnings import Beginnings, find_heading, list_taken
from transit.tracking.due_runs import find_due_run
from transit.tracking.kept_place import go_over
from transit.tracking.line_state import LineState
from transit.tracking.line_tables import LineTables
from transit.tracking.match import SPEED_RAIL_MPS
from transit.tracking.pattern_places import Sighting, find_along
from transit.tracking.reading import Vehicle, read_carriages, read_descriptor, read_label, read_sequence
from transit.tracking.run_changes import BEHIND_M, FINISHING_S, begin_run, is_finishing, leave_run
from transit.tracking.run_finder import Run, RunFinder
from transit.tracking.state import NEVER, NONE, Row
from transit.tracking.stop_status import TOO_FAR_M
from transit.tracking.trip_updates import list_planned
from transit.tracking.unnamed_runs import UnnamedRuns, see_again
from transit.tracking.validate import ID_LENGTH_MAX, Refusal, find_carriage_refusal, find_id_refusal
from transit.tracking.vehicle_text import Descriptor, Search

SEARCH_AGAIN_S: Final = 60


class _Calls(NamedTuple):
    by_sequence: dict[int, int]
    by_stop: dict[str, list[int]]
    by_station: dict[int, list[int]]


class RunKeeper:
    """Keeps the runs of one line group's vehicles."""

    def __init__(self, timetable: Timetable, tables: LineTables) -> None:
        self.timetable = timetable
        self._tables = tables
        self._finder = RunFinder(timetable, tables)
        self._by_status = tables.by_status
        self._calls_of: dict[int, _Calls] = {}
        self._beginnings = Beginnings(timetable, tables, self._finder)
        self._unnamed = UnnamedRuns(timetable, tables, self._finder)

    def find_stop(self, stop_id: str) -> int:
        """A stop's row in the timetable, -1 for none."""
        return self.timetable.stop_id.find(stop_id) if stop_id else NONE

    def find_run(self, named: Descriptor, seen: Sighting) -> Run | None:
        """The run that a report would be put on, were its vehicle new."""
        return self._finder.find_run(named, seen)

    def find_place(self, stop: int) -> tuple[float, float]:
        """Where a stop is, in metres of the line's plane."""
        timetable = self.timetable
        return self._tables.place(float(timetable.stop_latitude[stop]), float(timetable.stop_longitude[stop]))

    def find_position(self, state: LineState, row: int, report: Vehicle) -> int:
        """The call that a report's stop stands for, -1 for none: by sequence where the stop agrees, else by stop.

        Of several visits to one stop it is the first that has not been made; the last that has where that one is too
        far away by now: feeds take back that a train has left.
        """
        pattern = int(state.vehicles["pattern"][row])
        if pattern < 0:
            return NONE
        calls = self._calls_of.get(pattern) or self._index_calls(pattern)
        stop_id = report.stop_id
        places = calls.by_stop.get(stop_id)
        named = calls.by_sequence.get(read_sequence(report), NONE)
        if named != NONE and (not stop_id or (places is not None and named in places)):
            return named
        if places is None and stop_id:
            stop = self.find_stop(stop_id)
            places = calls.by_station.get(int(self.timetable.stop_parent[stop])) if stop >= 0 else None
        if not places:
            return NONE
        reached = int(state.vehicles["departed"][row])
        ahead = next((place for place in places if place > reached), places[-1])
        if len(places) > 1 and places[0] <= reached < ahead and self._is_too_far(state, row, ahead):
            return max(place for place in places if place <= reached)
        return ahead

    def _is_too_far(self, state: LineState, row: int, position: int) -> bool:
        vehicle = state.vehicles[row]
        first = int(self._tables.patterns["call_first"][vehicle["pattern"]])
        ahead_m = float(self._tables.calls["progress_m"][first + position]) - float(vehicle["progress_m"])
        passed_s = state.last_poll_s - int(vehicle["matched_time"])
        return ahead_m > SPEED_RAIL_MPS * max(passed_s, 0) + TOO_FAR_M

    def _index_calls(self, pattern: int) -> _Calls:
        first = int(self._tables.patterns["call_first"][pattern])
        calls = self._tables.calls[first : first + int(self._tables.patterns["call_count"][pattern])]
        found = _Calls({}, {}, {})
        for position, (stop, sequence) in enumerate(
            zip(calls["stop"].tolist(), calls["sequence"].tolist(), strict=True)
        ):
            found.by_sequence[sequence] = position
            found.by_stop.setdefault(self.timetable.stop_id[stop], []).append(position)
            station = int(self.timetable.stop_parent[stop])
            if station >= 0:
                found.by_station.setdefault(station, []).append(position)
        self._calls_of[pattern] = found
        return found

    def has_new_words(self, state: LineState, row: int, report: Vehicle) -> bool:
        """Whether a report with an old time and place says anything else that is new."""
        text = state.texts[row]
        if read_descriptor(report) != text.named:
            return True
        return bool(report.multi_carriage_details) and read_carriages(report) != text.carriages

    def note_words(
        self,
        state: LineState,
        row: int,
        told: "tuple[Any, Vehicle]",
        sighting: Sighting,
        around: tuple[FeedHeaders, dict[str, Any]],
    ) -> Refusal | None:
        """Take in the words of a report: its label, its carriages, and above all its run.

        ``told`` is the entity with its report, ``around`` are the message's headers and its trip updates by trip id.
        """
        entity, report = told
        headers, updates = around
        text = state.texts[row]
        label = read_label(report)
        trip = report.trip.SerializePartialToString()
        known = state.named_bytes[row] == trip
        anew = self._beginnings.is_due(state, row, sighting.at)
        refusal = None
        if label != text.label or report.multi_carriage_details:
            refusal = self._note_train(state, row, report, label)
        if known and (text.line_id or text.pending) and not (anew or self._by_status or headers.due):
            return refusal
        named = text.named if known else read_descriptor(report)
        refusal = find_id_refusal(text.vehicle_id, named, label or "") or refusal
        if len(max(named.trip_id, named.route_id, label or "", key=len)) > ID_LENGTH_MAX:
            return refusal
        state.named_bytes[row] = trip
        if not named.trip_id and entity.id not in headers.due:
            self._note_unnamed(state, row, named)
            return refusal
        text.search = None
        if named != text.named or self._is_lost(state, row, report, sighting):
            text.named = named
            due = entity.id in headers.due
            update = updates.get(named.trip_id)
            if update is not None:
                sighting = replace(sighting, planned=list_planned(update, self.timetable))
            refusal = self._change_run(state, row, named, sighting, due=due) or refusal
            state.pack_text(row)
        elif anew and (run := self._beginnings.find_next(state, row, sighting)) is not None:
            self.take_up(state, row, run, sighting)
        return refusal

    def _note_unnamed(self, state: LineState, row: int, named: Descriptor) -> None:
        """Take in that a vehicle's report names no trip: which it is on is found when all reports are in."""
        text = state.texts[row]
        state.vehicles["relationship"][row] = named.relationship
        if named == text.named and text.search is not None:
            return
        text.named, text.pending = named, None
        state.vehicles["pending_since"][row] = NEVER
        text.search = text.search or Search()
        state.pack_text(row)

    @staticmethod
    def has_unnamed(state: LineState) -> bool:
        """Whether any vehicle names no trip: on most lines none does."""
        return any(text.search is not None for text in state.texts)

    def share_out(self, state: LineState, sightings: dict[int, Sighting], now: int) -> set[int]:
        """Put vehicles that name no trip on the runs that fit them all best; the rows of those on another by now."""
        changed = self._unnamed.share_out(state, sightings, now)
        stays = [self._unnamed.leave(state, row, run) for row, run in changed]
        keys = state.vehicles["run_key"][: state.count]
        keeping = set(self._unnamed.kept)
        taken = {run.key for _, run in changed} | {int(keys[row]) for row in keeping}
        for row, key in enumerate(keys.tolist()):
            if key in taken:
                state.vehicles["owner"][row] = row in keeping
        for (row, run), stay in zip(changed, stays, strict=True):
            seen = sightings.get(row) or see_again(state.vehicles[row], now)
            self.take_up(state, row, run, seen, stays=stay)
        return {row for row, _ in changed}

    def list_unplaced(self, state: LineState, rows: Iterable[int], now: int) -> list[int]:
        """Which of these vehicles that name no trip were looked for just now, and fit no run."""
        vehicles = state.vehicles
        return [
            row
            for row in rows
            if state.texts[row].search is not None
            and vehicles["pattern"][row] == NONE
            and vehicles["searched_time"][row] == now
        ]

    def list_ended(self, state: LineState) -> list[int]:
        """Rows of vehicles that name no trip and whose run is over short of its last stop."""
        return self._unnamed.list_ended(state)

    def _note_train(self, state: LineState, row: int, report: Vehicle, label: str | None) -> Refusal | None:
        text, refusal = state.texts[row], None
        carriages = read_carriages(report)
        if carriages and carriages != text.carriages:
            refusal = find_carriage_refusal(carriages)
            carriages = () if refusal is not None else carriages
        if label != text.label or ((carriages or refusal is not None) and carriages != text.carriages):
            text.label = label if label is None or len(label) <= ID_LENGTH_MAX else None
            text.carriages = carriages if carriages or refusal is not None else text.carriages
            state.pack_text(row)
        return refusal

    def _is_lost(self, state: LineState, row: int, report: Vehicle, sighting: Sighting) -> bool:
        """Whether the run should be looked for again: none was found yet, or a guess that the stop now contradicts."""
        vehicle = state.vehicles[row]
        if vehicle["pattern"] < 0:
            return bool(sighting.at - vehicle["searched_time"] >= SEARCH_AGAIN_S)
        if sighting.stop < 0 or vehicle["scheduled"] or state.texts[row].pending is not None:
            return False
        if sighting.at - vehicle["searched_time"] < SEARCH_AGAIN_S // 2:
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
        if vehicle["pattern"] >= 0 and named.trip_id and named.trip_id == state.texts[row].trip_id:
            sighting = replace(sighting, behind=self._list_behind(state, row))
        run = self._finder.find_run(named, sighting, list_taken(state, row))
        if run is None:
            if vehicle["pattern"] >= 0 and named.trip_id and named.trip_id == state.texts[row].trip_id:
                # its stop is on no pattern: it has left its way, not its run
                return None
            leave_run(state, row)
            vehicle["pattern"], vehicle["run_key"], vehicle["next_trip"] = NONE, 0, NONE
            return _refuse_trip(named)
        if run.key == vehicle["run_key"] and run.pattern == vehicle["pattern"]:
            state.texts[row].pending = None
            if not run.is_scheduled and sighting.planned:
                state.texts[row].left_out = self._finder.list_left_out(run.pattern, sighting.planned)
            return None
        if vehicle["pattern"] >= 0:
            pattern = self._tables.patterns[vehicle["pattern"]]
            last = self._tables.calls["progress_m"][pattern["call_first"] + pattern["call_count"] - 1]
            if not pattern["by_status"] and is_finishing(vehicle, float(last)):
                state.texts[row].pending = named
                vehicle["pending_since"] = sighting.at
                return None
        if sighting.behind and run.key == vehicle["run_key"]:
            go_over(state, row, run, self._tables)
            self.name_run(state, row, run)
            state.pack_text(row)
        else:
            self.take_up(state, row, run, sighting)
        if not run.is_scheduled and sighting.planned:
            state.texts[row].left_out = self._finder.list_left_out(run.pattern, sighting.planned)
        return None

    def _list_behind(self, state: LineState, row: int) -> tuple[int, ...]:
        """The stops (rows) that a train on its way has called at, by the pattern it was taken to follow."""
        vehicle = state.vehicles[row]
        pattern = int(vehicle["pattern"])
        if not self._tables.patterns["by_status"][pattern] or vehicle["finished"]:
            return ()
        return tuple(self._tables.list_stops(pattern)[: int(vehicle["arrived"]) + 1])

    def _take_up_due(self, state: LineState, row: int, named: Descriptor, sighting: Sighting) -> None:
        """Announce the run with which a vehicle of another line will go on here."""
        found = find_due_run(self.timetable, self._tables, self._finder, (named, sighting))
        if found is None:
            return
        run, ready_time = found
        vehicle = state.vehicles[row]
        if vehicle["run_key"] != run.key:
            self.take_up(state, row, run, sighting)
        vehicle["due"] = 1
        vehicle["ready_time"] = ready_time

    def take_up(self, state: LineState, row: int, run: Run, sighting: Sighting, *, stays: bool = False) -> None:
        """Begin a run and write down its words; who ``stays`` on its way was on this run all along."""
        is_behind = not stays and self._is_behind(state.vehicles[row], run, sighting)
        begin_run(state, row, run, is_behind=is_behind, on_rails=self._by_status or stays)
        self.name_run(state, row, run)
        state.pack_text(row)

    def _is_behind(self, vehicle: Row, run: Run, sighting: Sighting) -> bool:
        """Whether a vehicle that takes up another run of its pattern is seen behind what it passed."""
        if vehicle["pattern"] != run.pattern or vehicle["arrived"] < 0:
            return False
        seen = replace(sighting, heading=find_heading(vehicle, sighting))
        along_m = find_along(self.timetable, self._tables, run.pattern, seen)
        made = self._tables.calls[self._tables.patterns["call_first"][run.pattern] + vehicle["arrived"]]
        return along_m is not None and along_m < float(made["progress_m"]) - BEHIND_M

    def name_run(self, state: LineState, row: int, run: Run) -> None:
        """Write down the words under which a run and the next of its block are told."""
        text = state.texts[row]
        timetable, tables = self.timetable, self._tables
        line = int(timetable.pattern_line[int(tables.patterns["row"][run.pattern])])
        text.line_id = timetable.line_id[line]
        text.next_trip_id, text.next_line_id = "", ""
        if run.next_trip != NONE:
            onward = int(tables.trips["row"][run.next_trip])
            text.next_trip_id = timetable.trip_id[onward]
            text.next_line_id = timetable.line_id[int(timetable.pattern_line[int(timetable.trip_pattern[onward])])]

    def list_over(self, state: LineState, now: int) -> list[int]:
        """Rows of vehicles that named another trip before their end and are now done with the first."""
        pending_since = state.vehicles["pending_since"][: state.count].tolist()
        if not any(pending_since):
            return []
        return [row for row, since in enumerate(pending_since) if since != NEVER and self._is_over(state, row, now)]

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
        taken = list_taken(state, row)
        run = self._finder.find_run(named, sighting, taken) if named is not None else None
        if run is not None:
            self.take_up(state, row, run, sighting)
        state.pack_text(row)


def _refuse_trip(named: Descriptor) -> Refusal:
    if named.start_date and not (len(named.start_date) == 8 and named.start_date.isdigit()):
        return Refusal(RejectReason.BAD_SERVICE_DATE, f"start_date {named.start_date!r} is no date")
    return Refusal(RejectReason.UNKNOWN_TRIP, f"trip {named.trip_id!r} fits no trip or pattern of the line")
