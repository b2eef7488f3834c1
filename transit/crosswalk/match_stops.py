"""A partner's stops matched with a timetable's: by code, by name and place, by place; never by name alone."""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from transit.crosswalk.entries import CANDIDATES_MAX, Entry, Match, Reason, Verdict, missing
from transit.crosswalk.name_index import NameIndex
from transit.crosswalk.names import is_alike
from transit.timetable.compiled import Floats, Timetable
from transit.timetable.spoken import in_language

NEAR_M: Final = 150.0
"""Two who mapped the same stop are seldom further apart; the next stop of a city's line seldom nearer."""

AT_MOST_M: Final = 600.0
"""A code that agrees further away than this is another operator's code, or a mistake."""

SAME_PLACE_M: Final = 30.0
TIED_M: Final = 15.0
"""Candidates no further from each other than this, seen from the partner's place, are equally good."""

OF_A_CODE_MAX: Final = 64
"""Stops that share a code and are looked at; where more do, it tells nothing apart."""

BY_CODE: Final = 0.99
BY_CODE_ALONE: Final = 0.95
BY_NAME_AND_PLACE: Final = 0.95
BY_STATION: Final = 0.9
BY_PLACE: Final = 0.5
BY_NAME: Final = 0.6
IN_DOUBT: Final = 0.4

_EARTH_M_PER_DEG: Final = 111_195.0
_STOPS: Final = (0, 1)
_NONE: Final = -1

Rows = npt.NDArray[np.int64]


def match_stops(entries: Iterable[Entry], timetable: Timetable) -> list[Match]:
    """Each entry's match, in their order."""
    found = _Stops(timetable)
    return [found.match(entry) for entry in entries]


class _Stops:
    def __init__(self, timetable: Timetable) -> None:
        self._table = timetable
        kinds = timetable.stop_location_type.tolist()
        self._rows = [row for row, kind in enumerate(kinds) if kind in _STOPS]
        self._ids = list(timetable.stop_id)
        spoken = [list(in_language(timetable, tag).stop_name) for tag in timetable.languages]
        self._names = [tuple(dict.fromkeys(names)) for names in zip(timetable.stop_name, *spoken, strict=True)]
        self._by_code: dict[str, list[int]] = {}
        for row in self._rows:
            for code in {timetable.stop_code[row], self._ids[row]} - {""}:
                self._by_code.setdefault(code.casefold(), []).append(row)
        self._by_name: dict[str, list[int]] = {}
        for row in self._rows:
            for name in self._names[row]:
                self._by_name.setdefault(name.casefold(), []).append(row)
        self._alike = NameIndex((row, name) for row in self._rows for name in self._names[row])
        rows = np.array(self._rows, dtype=np.int64)
        # from south to north, so that only those within reach are measured
        self._northwards = rows[np.argsort(timetable.stop_latitude[rows], kind="stable")]
        self._latitudes = timetable.stop_latitude[self._northwards]

    def match(self, entry: Entry) -> Match:
        coded = self._coded(entry)
        if len(coded) == 1:
            return self._by_its_code(entry, coded[0])
        if entry.latitude is None or entry.longitude is None:
            return self._by_its_name(entry, coded)
        return self._by_its_place(entry)

    def _coded(self, entry: Entry) -> list[int]:
        for code in (entry.code, entry.id):
            found = self._by_code.get(code.casefold(), []) if code else []
            if found:
                return found
        return []

    def _away_m(self, entry: Entry, row: int) -> float:
        """From the entry's place, which it has."""
        return float(self._distances_m(entry, np.array([row]))[0])

    def _distances_m(self, entry: Entry, rows: Rows) -> Floats:
        if entry.latitude is None or entry.longitude is None:
            return np.full(len(rows), np.inf)
        table = self._table
        north_m = (table.stop_latitude[rows] - entry.latitude) * _EARTH_M_PER_DEG
        east_m = (table.stop_longitude[rows] - entry.longitude) * _EARTH_M_PER_DEG * np.cos(np.radians(entry.latitude))
        away_m: Floats = np.hypot(north_m, east_m)
        return away_m

    def _near(self, entry: Entry) -> dict[int, float]:
        """Stops within reach and how far they are (m), nearest first."""
        if entry.latitude is None:
            return {}
        reach = NEAR_M / _EARTH_M_PER_DEG
        first, end = np.searchsorted(self._latitudes, (entry.latitude - reach, entry.latitude + reach))
        rows = np.sort(self._northwards[max(int(first) - 1, 0) : int(end) + 1])
        away_m = self._distances_m(entry, rows)
        order = np.argsort(away_m, kind="stable")
        ordered = zip(rows[order].tolist(), away_m[order].tolist(), strict=True)
        return {row: distance_m for row, distance_m in ordered if distance_m <= NEAR_M}

    def _by_its_code(self, entry: Entry, row: int) -> Match:
        """A code that one stop has: certain where nothing speaks against it."""
        distance_m = None if entry.latitude is None else self._away_m(entry, row)
        if distance_m is not None and distance_m > AT_MOST_M:
            near = self._named_among(entry, self._near(entry))
            return self._told(entry, [row, *near], Reason.CODE_ELSEWHERE, IN_DOUBT, distance_m)
        if entry.name and not self._is_named(row, entry.name):
            return self._told(entry, [row], Reason.CODE_NAMED_OTHERWISE, IN_DOUBT, distance_m)
        speaks_for_it = bool(entry.name) or distance_m is not None
        confidence = BY_CODE if speaks_for_it else BY_CODE_ALONE
        return self._told(entry, [row], Reason.CODE, confidence, distance_m, matched=True)

    def _by_its_place(self, entry: Entry) -> Match:
        away_m = self._near(entry)
        near = self._named_among(entry, away_m)
        if near:
            nearest_m = away_m[near[0]]
            tied = [row for row in near if away_m[row] - nearest_m <= TIED_M]
            if len(tied) == 1:
                return self._told(entry, near, Reason.NAME_AND_PLACE, BY_NAME_AND_PLACE, nearest_m, matched=True)
            station = self._station_of(tied)
            if station != _NONE:
                ordered = [station, *(row for row in near if row != station)]
                away = self._away_m(entry, station)
                return self._told(entry, ordered, Reason.NAME_AND_PLACE, BY_STATION, away, matched=True)
            return self._told(entry, near, Reason.SEVERAL, BY_NAME, nearest_m)
        here = [row for row, distance_m in away_m.items() if distance_m <= SAME_PLACE_M]
        if not here:
            return missing(entry)
        return self._told(entry, here, Reason.PLACE, BY_PLACE, away_m[here[0]])

    def _by_its_name(self, entry: Entry, coded: Sequence[int]) -> Match:
        """Without a place, a name or a code of several stops is a hint and no more."""
        if coded:
            some = coded[:OF_A_CODE_MAX]
            named = [row for row in some if self._is_named(row, entry.name)] if entry.name else []
            return self._told(entry, named or some, Reason.SEVERAL, IN_DOUBT, None)
        if not entry.name:
            return missing(entry)
        found = self._by_name.get(entry.name.casefold()) or self._alike.find(entry.name)
        if not found:
            return missing(entry)
        reason, confidence = (Reason.NAME, BY_NAME) if len(found) == 1 else (Reason.SEVERAL, IN_DOUBT)
        return self._told(entry, found, reason, confidence, None)

    def _named_among(self, entry: Entry, rows: Iterable[int]) -> list[int]:
        return [row for row in rows if self._is_named(row, entry.name)] if entry.name else []

    def _is_named(self, row: int, name: str) -> bool:
        return any(is_alike(name, each) for each in self._names[row])

    def _station_of(self, rows: Sequence[int]) -> int:
        """The station that all of them are, or are platforms of; else none."""
        parents = self._table.stop_parent
        stations = {int(parents[row]) if parents[row] >= 0 else row for row in rows}
        return stations.pop() if len(stations) == 1 else _NONE

    def _told(
        self,
        entry: Entry,
        rows: Sequence[int],
        reason: Reason,
        confidence: float,
        distance_m: float | None,
        *,
        matched: bool = False,
    ) -> Match:
        return Match(
            id=entry.id,
            verdict=Verdict.MATCHED if matched else Verdict.DOUBTFUL,
            reason=reason,
            confidence=confidence,
            ours=self._ids[rows[0]],
            candidates=tuple(dict.fromkeys(self._ids[row] for row in rows[:CANDIDATES_MAX])),
            distance_m=None if distance_m is None else round(distance_m),
        )
