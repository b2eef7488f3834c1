"""Which pattern a trip follows that the timetable lacks: one that fits its plan, or the one that most trips run now."""

from typing import Final

import numpy as np
import numpy.typing as npt

from transit.assignment.service_days import day_meant, runs_on
from transit.timetable.compiled import Timetable
from transit.timetable.service_day import find_day, parse_clock, service_day_start_s
from transit.tracking.line_tables import LineTables
from transit.tracking.pattern_places import NEAR_M, Sighting, find_nearest
from transit.tracking.state import NONE
from transit.tracking.vehicle_text import Descriptor

LEFT_OUT_WEIGHT: Final = 0.5
"""So much does a call that the trip will not make speak against a pattern, a call that it makes being 1 for it."""

USUAL_S: Final = 1800
"""Patterns whose trips start this near each other in time are equally usual; trips this near count for a pattern."""

Rank = tuple[float, int, int, int, int]


class PatternGuess:
    """Guesses patterns of one line group."""

    def __init__(self, timetable: Timetable, tables: LineTables) -> None:
        self._timetable = timetable
        self._tables = tables

    def find_trip(self, named: Descriptor, seen: Sighting) -> int:
        """A trip (row of the line's tables) whose pattern an unknown trip most likely follows, -1 for none.

        It has the trip's line and direction, and calls where the vehicle is seen. With a plan at hand it is the one
        that fits it best; else of those that have most of the stops seen so far the one that riders would expect,
        which most trips of the service day follow about then.
        """
        zone, since_s = self._timetable.timezone, parse_clock(named.start_time)
        day = find_day(named.start_date) if named.start_date else None
        if day is None:
            day = day_meant(zone, seen.at, since_s)
        if since_s is None:
            since_s = seen.at - service_day_start_s(zone, day_meant(zone, seen.at))
        best, best_rank = NONE, (0.0, 0, 0, 0, 0)
        for pattern in range(len(self._tables.patterns)):
            if not self.is_named(pattern, named):
                continue
            trips = np.flatnonzero(self._tables.trips["pattern"] == pattern)
            fit = self._fit(pattern, seen.planned)
            if not len(trips) or not (fit > 0.0 or self._touches(pattern, seen)):
                continue
            away_s = np.abs(self._tables.trips["start_s"][trips] - since_s)
            rank = self._rank(pattern, (trips, away_s), (fit, seen), day)
            if best == NONE or rank > best_rank:
                best, best_rank = int(trips[int(np.argmin(away_s))]), rank
        return best

    def _rank(
        self, pattern: int, trips: "tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]", of: tuple[float, Sighting],
        day: int,
    ) -> Rank:  # fmt: skip
        """How likely a pattern is: ``trips`` are its own and how far (s) they start from the one in question."""
        fit, seen = of
        rows, away_s = trips
        usual = -int(away_s.min()) // USUAL_S
        count = int(self._tables.patterns["call_count"][pattern])
        if seen.planned:
            return fit, usual, count, len(rows), 0
        near = rows[away_s <= USUAL_S]
        return float(len(self._meet(pattern, seen.behind))), *self._count_running(near, day), usual, count

    def _count_running(self, trips: "npt.NDArray[np.int64]", day: int) -> tuple[int, int]:
        """How many of these trips run on a day, and how many there are at all: a timetable may have run out."""
        services = self._timetable.trip_service[self._tables.trips["row"][trips]].tolist()
        runs = {service: runs_on(self._timetable, service, day) for service in set(services)}
        return sum(runs[service] for service in services), len(services)

    def _fit(self, pattern: int, planned: tuple[int, ...]) -> float:
        """How well a pattern's calls fit the stops that a trip is still to call at, in order; 0 if they do not."""
        if not planned:
            return 0.0
        met = self._meet(pattern, planned)
        if 3 * len(met) < len(planned) or not met:
            return 0.0
        left_out = int(self._tables.patterns["call_count"][pattern]) - met[0] - len(met)
        return max(0.0, len(met) - LEFT_OUT_WEIGHT * left_out)

    def _meet(self, pattern: int, planned: tuple[int, ...]) -> list[int]:
        """The positions of a pattern at which planned stops are called at, in order."""
        stops = self._tables.list_stops(pattern)
        met: list[int] = []
        for stop in planned:
            place = next((p for p in range(met[-1] + 1 if met else 0, len(stops)) if stops[p] == stop), NONE)
            if place != NONE:
                met.append(place)
        return met

    def list_left_out(self, pattern: int, planned: tuple[int, ...]) -> tuple[int, ...]:
        """The positions of a pattern, from the first that a plan meets, at which the plan has no call."""
        met = self._meet(pattern, planned)
        calls = range(met[0] if met else 0, int(self._tables.patterns["call_count"][pattern]))
        return tuple(position for position in calls if position not in met) if met else ()

    def is_named(self, pattern: int, named: Descriptor) -> bool:
        """Whether a pattern is of the line and direction that a report names, as far as it does."""
        row = self._tables.patterns[pattern]
        if named.direction_id >= 0 and int(row["direction"]) != named.direction_id:
            return False
        if not named.route_id or len(self._tables.lines) == 1:
            return True
        line = int(self._timetable.pattern_line[row["row"]])
        known = self._timetable.line_id.find(named.route_id)
        return known < 0 or known == line

    def _touches(self, pattern: int, seen: Sighting) -> bool:
        row = self._tables.patterns[pattern]
        calls = self._tables.calls[row["call_first"] : row["call_first"] + row["call_count"]]
        if seen.stop >= 0:
            return bool((calls["stop"] == seen.stop).any())
        if not seen.has_position:
            return True
        return find_nearest(self._tables, pattern, seen)[0] <= NEAR_M
