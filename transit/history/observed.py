"""Observations out of passages: hop after hop of each run, and how late each left its first stop."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Final, NamedTuple

from schemas.line_forecasts import Passage
from transit.history.day_type import ANY_DAY, day_type
from transit.timetable.compiled import Timetable
from transit.timetable.service_day import service_day_of, service_day_start_s

HOUR_S: Final = 3600
HOP_MOST_S: Final = 3600
LAG_EARLIEST_S: Final = -300
LAG_MOST_S: Final = 1800


class HopSeen(NamedTuple):
    """One vehicle on one hop; a part that was not seen is ``None``."""

    from_stop: str
    to_stop: str
    day_type: int
    hour: int
    at: int
    both_s: int | None
    run_s: int | None
    dwell_s: int | None


class LagSeen(NamedTuple):
    """One departure from a first stop."""

    stop: str
    day_type: int
    hour: int
    at: int
    lag_s: int


class Observations:
    """Gathers passages of any lines under one timetable."""

    def __init__(self, timetable: Timetable) -> None:
        self._timetable = timetable
        self._runs: dict[tuple[str, int, int | None], dict[int, dict[str, Passage]]] = {}
        self._day_types: dict[int, int] = {}

    def add(self, passages: Iterable[Passage]) -> None:
        """Take passages in; of two for one call and kind the first counts."""
        for passage in passages:
            calls = self._runs.setdefault((passage.trip_id, passage.service_date, passage.start_time_s), {})
            calls.setdefault(passage.position, {}).setdefault(passage.kind, passage)

    def hops(self) -> list[HopSeen]:
        """Every hop whose end was seen."""
        seen = []
        for calls in self._runs.values():
            for back, here in pairwise(sorted(calls)):
                if here == back + 1 and "arrival" in calls[here]:
                    found = self._hop(calls[back], calls[here]["arrival"], at_first=back == 0)
                    if found is not None:
                        seen.append(found)
        return sorted(seen, key=lambda hop: (hop.from_stop, hop.to_stop, hop.at, hop.both_s or 0, hop.run_s or 0))

    def _hop(self, back: dict[str, Passage], end: Passage, *, at_first: bool) -> HopSeen | None:
        came, left = back.get("arrival"), back.get("departure")
        run_s = end.at - left.at if left is not None else None
        both_s = run_s if at_first else end.at - came.at if came is not None else None
        dwell_s = left.at - came.at if left is not None and came is not None and not at_first else None
        parts = [part for part in (run_s, both_s) if part is not None]
        if not parts or min(parts) <= 0 or max(parts) > HOP_MOST_S:
            return None
        kind, hour = self._when(end)
        start = left or came
        return (
            None if start is None else HopSeen(start.stop_id, end.stop_id, kind, hour, end.at, both_s, run_s, dwell_s)
        )

    def lags(self) -> list[LagSeen]:
        """Every departure of a timetabled run from its first stop."""
        seen = []
        for (trip_id, date, start_time_s), calls in self._runs.items():
            left = calls.get(0, {}).get("departure")
            trip = self._timetable.trip_id.find(trip_id)
            if left is None or trip < 0 or date <= 0:
                continue
            start_s = int(self._timetable.trip_start_s[trip]) if start_time_s is None else start_time_s
            due = service_day_start_s(self._timetable.timezone, service_day_of(date)) + start_s
            if LAG_EARLIEST_S <= left.at - due <= LAG_MOST_S:
                seen.append(LagSeen(left.stop_id, *self._when(left), left.at, left.at - due))
        return sorted(seen)

    def days(self) -> int:
        """How many service dates were seen."""
        return len({date for _, date, _ in self._runs})

    def _when(self, passage: Passage) -> tuple[int, int]:
        if passage.service_date <= 0:
            return ANY_DAY, -1
        day = service_day_of(passage.service_date)
        if day not in self._day_types:
            self._day_types[day] = day_type(self._timetable, day)
        hour = (passage.at - service_day_start_s(self._timetable.timezone, day)) // HOUR_S
        return self._day_types[day], hour
