"""Trains that their feed names by trips alone, and whose trip it names anew: one train under another id.

Some railways announce a train under its planned trip and, as it leaves, give that trip another id: of two ids that
change places in one message, on one line and way, with starts as near and stops as near, the second is the first.
Without this a train is told twice until the silence of its first id is believed, and begins again from nothing.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from schemas.headers import FeedHeaders
from transit.timetable.compiled import Timetable
from transit.tracking.kept_place import go_over
from transit.tracking.line_state import LineState
from transit.tracking.line_tables import LineTables
from transit.tracking.pattern_places import Sighting
from transit.tracking.reading import Vehicle, read_descriptor
from transit.tracking.run_finder import Run
from transit.tracking.run_keeper import RunKeeper
from transit.tracking.trip_updates import list_planned

APART_S: Final = 150
"""Starts of one train under two ids: what was planned, and when it left."""

CALLS_ON: Final = 2
"""A train has come at most so many calls further from one message to the next."""


class _Renaming(NamedTuple):
    apart_s: int
    row: int
    trip_id: str
    run: Run


class RenamedTrains:
    """Finds one line group's trains under their new ids."""

    def __init__(self, timetable: Timetable, tables: LineTables, keeper: RunKeeper) -> None:
        self._timetable = timetable
        self._tables = tables
        self._keeper = keeper

    def carry_over(
        self, state: LineState, reports: Mapping[str, Vehicle], updates: Mapping[str, Any], headers: FeedHeaders
    ) -> None:
        """Let trains that the feed names anew go on from where they were; ``headers`` say which ids are gone.

        ``reports`` are the message's by vehicle id, ``updates`` its trip updates by trip id.
        """
        known = state.row_of[headers.feed]
        fresh = [trip_id for trip_id, report in reports.items() if trip_id not in known and not report.vehicle.id]
        if not fresh or not headers.gone or headers.partial:
            return
        gone = [known[trip_id] for trip_id in headers.gone if trip_id in known and trip_id not in reports]
        gone = [row for row in gone if self._may_be_renamed(state, row)]
        found: list[_Renaming] = []
        for trip_id in fresh if gone else ():
            found.extend(self._match(state, gone, reports[trip_id], updates.get(trip_id), headers.poll_time_s))
        self._take_over(state, sorted(found, key=lambda each: each[:3]))

    @staticmethod
    def _may_be_renamed(state: LineState, row: int) -> bool:
        vehicle, text = state.vehicles[row], state.texts[row]
        on_way = vehicle["pattern"] >= 0 and vehicle["has_start"] and not vehicle["finished"]
        return bool(on_way and text.vehicle_id == text.named.trip_id)

    def _match(
        self, state: LineState, gone: "list[int]", report: Vehicle, update: Any, now: int
    ) -> Iterable[_Renaming]:
        """Each of the trains gone that the new id may be."""
        planned = () if update is None else list_planned(update, self._timetable)
        stop = self._keeper.find_stop(report.stop_id)
        named = read_descriptor(report)
        run = self._keeper.find_run(named, Sighting(0.0, 0.0, has_position=False, stop=stop, at=now, planned=planned))
        if run is None or not run.has_start:
            return
        for row in gone:
            vehicle = state.vehicles[row]
            apart_s = abs(run.service_start + run.start_s - int(vehicle["service_start"]) - int(vehicle["start_s"]))
            if apart_s > APART_S or not self._goes_alike(int(vehicle["pattern"]), run.pattern):
                continue
            # none on the pattern: a train may wait before it begins
            was, now_at = (self._tables.find_call(run.pattern, each) for each in (int(vehicle["stop_row"]), stop))
            if was <= now_at <= max(was, 0) + CALLS_ON:
                yield _Renaming(apart_s, row, named.trip_id, run)

    def _goes_alike(self, one: int, other: int) -> bool:
        """Whether two patterns are of one line and direction."""
        rows = self._tables.patterns[[one, other]]
        lines = self._timetable.pattern_line[rows["row"]]
        return bool(lines[0] == lines[1] and rows["direction"][0] == rows["direction"][1])

    def _take_over(self, state: LineState, found: "list[_Renaming]") -> None:
        """Of what fits the nearest in time first; each train and each id once."""
        rows, ids = set[int](), set[str]()
        for _, row, trip_id, run in found:
            if row in rows or trip_id in ids:
                continue
            rows.add(row)
            ids.add(trip_id)
            state.rename_vehicle(row, trip_id)
            go_over(state, row, run, self._tables)
            self._keeper.name_run(state, row, run)
            state.pack_text(row)
