"""Which run each vehicle is on whose feed names no trip: all vehicles of a line are looked at together.

A run has one vehicle and a vehicle one run, so that one vehicle's sureness is another's. A vehicle goes on with the
next trip of its block, waits at its first stop for a time that nobody else waits for, and shows by when it leaves which
run it was waiting for. Each of these has its cost, and runs are given so that all together cost least.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
from msgspec.structs import replace

from transit.timetable.compiled import Timetable
from transit.tracking.beginnings import find_heading
from transit.tracking.cheapest_pairs import pair_cheapest
from transit.tracking.line_state import LineState
from transit.tracking.line_tables import LineTables
from transit.tracking.pattern_places import Sighting, scheduled_s
from transit.tracking.run_changes import leave_run
from transit.tracking.run_costs import usual_slowness
from transit.tracking.run_finder import Run, RunFinder
from transit.tracking.run_offers import NO_RUN, Costs, RunOffers, Seen, row_of_run
from transit.tracking.state import NONE, Row
from transit.tracking.unnamed_phases import Phase, count_way, enter, find_phase, has_ended, is_sure
from transit.tracking.vehicle_text import Search

LOOK_AGAIN_S: Final = 60

MADE_BEFORE: Final = 5.0
"""What it costs to be on a run that another vehicle was seen to end."""

OUT_OF_REACH: Final = 1e6


class UnnamedRuns:
    """Shares out runs among the vehicles of one line group that name none."""

    def __init__(self, timetable: Timetable, tables: LineTables, finder: RunFinder) -> None:
        self._tables = tables
        self._finder = finder
        self._offers = RunOffers(timetable, tables, finder)
        self.kept: list[int] = []
        """The vehicles (rows) that the last sharing out left on their run, which is theirs alone."""

    def share_out(self, state: LineState, sightings: Mapping[int, Sighting], now: int) -> list[tuple[int, Run]]:
        """The vehicles (rows) that are on another run than was believed, and which.

        ``sightings`` are those of this moment by row. Nothing is asked while all do what they did, but once a minute.
        """
        self.kept = []
        searches = {row: text.search for row, text in enumerate(state.texts) if text.search is not None}
        seen = {row: self._see(state.vehicles[row], sightings.get(row), now) for row in searches}
        slower = self._find_slowness(state, searches)
        if not self._is_due(state, seen, (sightings, slower), now):
            return []
        state.vehicles["searched_time"][list(searches)] = now
        named = {row_of_run(state.vehicles[row]) for row in range(state.count) if row not in searches}
        made = self._list_made(state)
        costs: list[Costs] = []
        for row in searches:
            text = state.texts[row]
            search = text.search or Search()
            offered = self._offers.weigh(Seen(state.vehicles[row], text.named, search, seen[row]), slower)
            costs.append({run: cost + self._made(run, made) for run, cost in offered.items() if run not in named})
        return self._settle(state, list(searches), costs)

    @staticmethod
    def _see(vehicle: Row, sighting: Sighting | None, now: int) -> Sighting:
        """Where a vehicle is and how it moved there; where it was last seen, if there is no new report of it."""
        if sighting is not None:
            return replace(sighting, heading=find_heading(vehicle, sighting))
        return see_again(vehicle, now)

    def _is_due(
        self, state: LineState, seen: dict[int, Sighting], of: tuple[Mapping[int, Sighting], float], now: int
    ) -> bool:
        """Note what vehicles do by now; whether any does another thing, or has for a minute not been looked at."""
        sightings, slower = of
        is_due = False
        for row, sighting in seen.items():
            vehicle, text = state.vehicles[row], state.texts[row]
            search = text.search or Search()
            along = count_way(vehicle, search, self._tables, sighting)
            noted = search if along == search.along else replace(search, along=along)
            phase = find_phase(vehicle, noted, self._tables, now)
            if phase != noted.phase:
                before = noted.before
                if phase is Phase.OPEN:
                    before = self._offers.list_before(vehicle, noted, now, slower)
                noted = replace(enter(vehicle, noted, phase, self._tables, now), before=before)
            is_due = is_due or phase != search.phase or along < search.along
            is_due = is_due or (row in sightings and now - vehicle["searched_time"] >= LOOK_AGAIN_S)
            if noted is not search:
                text.search = noted
                state.pack_text(row)
        return is_due

    def _find_slowness(self, state: LineState, searches: Mapping[int, Search]) -> float:
        """The share by which vehicles now under way took longer than timed since they were first seen on their runs."""
        driven_s = planned_s = 0.0
        for row, search in searches.items():
            vehicle = state.vehicles[row]
            if search.phase == Phase.UNDER_WAY and is_sure(search) and vehicle["pattern"] >= 0:
                trip = int(vehicle["trip"])
                planned_s += scheduled_s(self._tables, trip, float(vehicle["progress_m"]))
                planned_s -= scheduled_s(self._tables, trip, search.along_m)
                driven_s += int(vehicle["matched_time"]) - search.seen_at
        return usual_slowness(driven_s, planned_s)

    def _list_made(self, state: LineState) -> set[int]:
        """Keys of runs that came to their end, told of a vehicle that has left them."""
        counts = self._tables.patterns["call_count"]
        left = state.left_runs[state.left_runs["run_key"] != 0]
        return {int(run["run_key"]) for run in left if run["arrived"] >= counts[run["pattern"]] - 1}

    def _made(self, run: tuple[int, int, int], made: set[int]) -> float:
        return MADE_BEFORE if made and self._finder.run_of(run).key in made else 0.0

    def _settle(self, state: LineState, rows: list[int], costs: list[Costs]) -> list[tuple[int, Run]]:
        """Give each vehicle one of the runs offered to it, or none, so that all together cost least."""
        runs = sorted({run for offered in costs for run in offered})
        column_of = {run: column for column, run in enumerate(runs)}
        table = np.full((len(rows), len(runs) + len(rows)), OUT_OF_REACH)
        for i, offered in enumerate(costs):
            table[i, len(runs) + i] = NO_RUN
            for run, cost in offered.items():
                table[i, column_of[run]] = cost
        given = zip(rows, pair_cheapest(table).tolist(), strict=True)
        changed: list[tuple[int, Run]] = []
        for row, column in given:
            if column >= len(runs):
                continue
            vehicle = state.vehicles[row]
            if vehicle["pattern"] != NONE and vehicle["run_key"] and runs[column] == row_of_run(vehicle):
                self.kept.append(row)
            else:
                changed.append((row, self._finder.run_of(runs[column])))
        return changed

    def leave(self, state: LineState, row: int, run: Run) -> bool:
        """Take a vehicle off its run before it is put on another, so that nobody is kept from that run by it.

        Whether it was on the other one all along, and goes on where it is.
        """
        vehicle, text = state.vehicles[row], state.texts[row]
        search = text.search or Search()
        leave_run(state, row)
        stays = search.phase == Phase.UNDER_WAY
        if not stays:
            # nothing of the old run is carried to another on the same way
            vehicle["finished"] = 1
        if not stays or run.pattern != vehicle["pattern"]:
            came_at = search.came_at if search.phase == Phase.WAITING else 0
            text.search = replace(search, phase=Phase.UNKNOWN, seen_at=0, along=0, came_at=came_at)
        vehicle["owner"], vehicle["run_key"] = 0, 0
        return stays

    def list_ended(self, state: LineState) -> list[int]:
        """Vehicles (rows) that are at the end of their run, though short of its last stop."""
        return [
            row
            for row, text in enumerate(state.texts)
            if text.search is not None and has_ended(state.vehicles[row], text.search, self._tables)
        ]


def see_again(vehicle: Row, now: int) -> Sighting:
    """Where a vehicle was last seen."""
    has_position = bool(np.isfinite(vehicle["latitude"]))
    return Sighting(float(vehicle["x_m"]), float(vehicle["y_m"]), has_position, int(vehicle["stop_row"]), now)
