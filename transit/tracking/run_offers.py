"""What each run costs that a vehicle may be on which names none: by where it is, what it does and its block."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from transit.timetable.compiled import Timetable
from transit.timetable.service_day import find_day, parse_clock, service_day_start_s
from transit.tracking.line_tables import LineTables
from transit.tracking.nearby_runs import NearbyRuns, RunRow
from transit.tracking.pattern_guess import PatternGuess
from transit.tracking.pattern_places import Sighting, find_along, find_nearest, scheduled_s
from transit.tracking.run_costs import cost_away, cost_under_way, cost_waiting
from transit.tracking.run_finder import RunFinder
from transit.tracking.state import NEVER, NONE, Row
from transit.tracking.unnamed_phases import BEGINNING_M, ENDING_M, Phase, may_go_on
from transit.tracking.vehicle_text import Descriptor, Search

NEW_S: Final = 600
"""So long after it was first seen a vehicle may turn out to drive the other way, or another way."""

FIRST_PART: Final = 0.5
"""Who is done with a run and further along than this share of another is not at its beginning."""

NO_RUN: Final = 20.0
"""What it costs to be on no run of the timetable."""

SAME_RUN: Final = 2.0
SAME_BLOCK: Final = 7.0
"""So much cheaper is the run that a vehicle was believed on, and the next one of its block."""

BEFORE_MOST: Final = 4
ENDING: Final = 4.0
AGAINST: Final = 6.0
OTHER_START: Final = 15.0
"""What it costs to be seen first at a run's end, to drive against it, and to have a start or day that is not named."""

Costs = dict[RunRow, float]


class Seen(NamedTuple):
    """A vehicle to be given a run: its row of the state, what it names, what is known of it, where it is seen."""

    vehicle: Row
    named: Descriptor
    search: Search
    sighting: Sighting


class RunOffers:
    """Weighs the runs of one line group."""

    def __init__(self, timetable: Timetable, tables: LineTables, finder: RunFinder) -> None:
        self._timetable = timetable
        self._tables = tables
        self._finder = finder
        self._guess = PatternGuess(timetable, tables)
        self._nearby = NearbyRuns(timetable, tables)

    def weigh(self, seen: Seen, slower: float) -> Costs:
        """The costs of the runs that a vehicle may be on; ``slower`` is how its line drives (cost_under_way)."""
        vehicle, search, now = seen.vehicle, seen.search, seen.sighting.at
        is_open = search.phase == Phase.OPEN
        goes_on = not is_open or may_go_on(vehicle, search, self._tables)
        costs = self._weigh_own_way(vehicle, search, now, slower) if goes_on else {}
        is_new = now - vehicle["first_seen"] <= NEW_S and search.along < 1
        if is_open or is_new or search.phase == Phase.WAITING:
            self._weigh_places(seen, costs, slower, may_drive=is_open or is_new)
        for onward, cheaper in self._list_onward(search):
            if is_open and vehicle["finished"]:
                starts_at = service_day_start_s(self._timetable.timezone, onward[1]) + onward[2]
                _offer(costs, onward, cost_waiting(starts_at - search.came_at, now - starts_at))
            if onward in costs:
                costs[onward] -= cheaper
        if goes_on:
            own = row_of_run(vehicle)
            costs[own] = min(costs.get(own, NO_RUN), NO_RUN - 1.0) - SAME_RUN + self._against(vehicle, seen.sighting)
        elif vehicle["finished"]:
            costs.pop(row_of_run(vehicle), None)
        return {run: cost + self._unlike_words(run, seen.named) for run, cost in costs.items()}

    def list_before(self, vehicle: Row, search: Search, now: int, slower: float) -> tuple[tuple[str, int, float], ...]:
        """The runs that a vehicle may have made which is done with one: ``Search.before``, the likeliest first."""
        if vehicle["pattern"] < 0:
            return search.before
        costs = self._weigh_own_way(vehicle, search, now, slower) if search.phase == Phase.UNDER_WAY else {}
        for onward, cheaper in self._list_onward(search):
            if onward in costs:
                costs[onward] -= cheaper
        own = row_of_run(vehicle)
        least = costs[own] = min([costs.get(own, 0.0), *costs.values()]) - SAME_RUN
        likeliest = sorted((cost - least, run) for run, cost in costs.items() if cost - least < SAME_BLOCK)
        return tuple(
            (self._timetable.trip_id[int(self._tables.trips["row"][run[0]])], run[1], beyond)
            for beyond, run in likeliest[:BEFORE_MOST]
        )

    def _weigh_own_way(self, vehicle: Row, search: Search, now: int, slower: float) -> Costs:
        """The runs of a vehicle's pattern, which it waits to begin or is under way on."""
        costs: Costs = {}
        for starts_at, run in self._nearby.list_runs(int(vehicle["pattern"]), now):
            if search.phase != Phase.WAITING and search.seen_at:
                driven_s = scheduled_s(self._tables, run[0], search.along_m)
                costs[run] = cost_under_way(search.seen_at - driven_s - starts_at, driven_s, slower)
            else:
                costs[run] = cost_waiting(starts_at - search.came_at, now - starts_at)
        return costs

    def _weigh_places(self, seen: Seen, costs: Costs, slower: float, *, may_drive: bool) -> None:
        """Add the runs of other patterns whose way leads past where a vehicle is."""
        vehicle, search, sighting = seen.vehicle, seen.search, seen.sighting
        is_open = search.phase == Phase.OPEN
        has_turned = is_open and vehicle["pattern"] >= 0 and (vehicle["finished"] or vehicle["off_since"] == NEVER)
        for pattern in range(len(self._tables.patterns)):
            if (not is_open and pattern == vehicle["pattern"]) or not self._guess.is_named(pattern, seen.named):
                continue
            along_m = find_along(self._timetable, self._tables, pattern, sighting)
            length_m = float(self._tables.patterns["length_m"][pattern])
            if along_m is None or (has_turned and along_m > FIRST_PART * length_m):
                continue
            drives = may_drive or (sighting.heading != (0.0, 0.0) and along_m > BEGINNING_M)
            extra = ENDING if along_m > length_m - ENDING_M else 0.0
            away = 0.0
            if sighting.has_position and sighting.stop < 0:
                away = cost_away(find_nearest(self._tables, pattern, sighting)[0])
            for starts_at, run in self._nearby.list_runs(pattern, sighting.at):
                if drives:
                    driven_s = scheduled_s(self._tables, run[0], along_m)
                    late_s = sighting.at - driven_s - starts_at
                    _offer(costs, run, cost_under_way(late_s, driven_s, slower) + extra + away)
                if along_m <= BEGINNING_M:
                    wait_s = starts_at - (search.came_at or sighting.at)
                    _offer(costs, run, cost_waiting(wait_s, sighting.at - starts_at) + away)

    def _against(self, vehicle: Row, sighting: Sighting) -> float:
        """What it costs that a vehicle moves against its pattern, or off it."""
        if sighting.heading == (0.0, 0.0):
            return 0.0
        along_m = find_along(self._timetable, self._tables, int(vehicle["pattern"]), sighting)
        return AGAINST if along_m is None else 0.0

    def _list_onward(self, search: Search) -> Iterator[tuple[RunRow, float]]:
        """The runs that follow in their block those a vehicle may have made before, and how much cheaper they are."""
        for trip_id, day, beyond in search.before:
            trip = self._tables.trip_rows.get(self._timetable.trip_id.find(trip_id), NONE)
            onward = None if trip == NONE else self._finder.find_onward(trip, day)
            if onward is not None:
                yield onward, SAME_BLOCK - beyond

    def _unlike_words(self, run: RunRow, named: Descriptor) -> float:
        """What it costs that a run has another start or day than the report names, where it names any."""
        start_s = parse_clock(named.start_time)
        day = find_day(named.start_date) if named.start_date else None
        unlike = (start_s is not None and start_s != run[2]) + (day is not None and day != run[1])
        return OTHER_START * unlike


def _offer(costs: Costs, run: RunRow, cost: float) -> None:
    if cost < costs.get(run, NO_RUN + SAME_BLOCK + SAME_RUN):
        costs[run] = cost


def row_of_run(vehicle: Row) -> RunRow:
    """The run that a vehicle is on."""
    return int(vehicle["trip"]), int(vehicle["service_day"]), int(vehicle["start_s"])
