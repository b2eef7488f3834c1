"""The runs a recording shows: each trip on its service day, of a frequency each start, with the timetable's row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import polars as pl

from transit.timetable.compiled import Timetable
from transit.timetable.service_day import parse_clock

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
NAMED_BY: Final = ("trip_id", "start_date", "start_time")
"""What reports, updates and forecasts name a run by."""


@dataclass(frozen=True, slots=True)
class ScoredRun:
    """A run as the judge sees it. ``trip`` and ``pattern`` are -1 where the timetable has no such trip.

    ``start_s`` is when a run by frequency starts, in seconds of the service day: many runs share its trip. ``None`` of
    all others, and where nobody says it. ``aimed_arrival_s`` and ``aimed_departure_s`` are POSIX seconds for each call
    of the pattern.
    """

    trip_id: str
    service_date: str
    start_s: int | None
    trip: int
    pattern: int
    line: int
    aimed_arrival_s: Ints
    aimed_departure_s: Ints


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def service_day_start(timezone: str, day: date) -> int:
    """POSIX second from which a service day's times count: noon less twelve hours."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=_zone(timezone))
    return int(noon.timestamp()) - 12 * 3600


def parse_service_date(text: str | None) -> date | None:
    """A GTFS date (YYYYMMDD), or None where the text is none."""
    if text is None or len(text) != 8 or not text.isdigit():
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def guess_service_date(timetable: Timetable, trip: int, seen_at: int) -> date:
    """The service day on which the trip's scheduled span lies nearest to when it was seen."""
    local = datetime.fromtimestamp(seen_at, _zone(timetable.timezone)).date()
    first = int(timetable.timing_offset[timetable.trip_timing[trip]])
    last = int(timetable.timing_offset[timetable.trip_timing[trip] + 1]) - 1
    start_s = int(timetable.trip_start_s[trip])
    end_s = start_s + int(timetable.timing_arrival_s[last]) - int(timetable.timing_departure_s[first])

    def distance_s(day: date) -> int:
        into_day_s = seen_at - service_day_start(timetable.timezone, day)
        return max(start_s - into_day_s, into_day_s - end_s, 0)

    return min((local + timedelta(days=step) for step in (0, -1, 1)), key=distance_s)


class RunIndex:
    """Numbers the runs of a recording."""

    def __init__(self, timetable: Timetable, told: Mapping[str, int] | None = None) -> None:
        """``told`` gives trips the timetable lacks the pattern that was told of them: which stops they call at."""
        self.timetable = timetable
        self._told = told or {}
        self.runs: list[ScoredRun] = []
        self._rows: dict[tuple[str, str, int | None], int] = {}

    def find(self, trip_id: str, service_date: str, start_s: int | None = None) -> int:
        """The run's number, or -1."""
        return self._rows.get((trip_id, service_date, start_s), -1)

    def number(self, trip_id: str, start_date: str | None, start_time: str | None, seen_at: int) -> int:
        """The run's number, given when first asked for.

        ``start_time`` (HH:MM:SS) tells runs by frequency apart. Where reports leave it out, what names it is of the one
        run that they show.
        """
        trip = self.timetable.trip_id.find(trip_id)
        day = parse_service_date(start_date)
        if day is None:
            day = guess_service_date(self.timetable, trip, seen_at) if trip >= 0 else None
        service_date = "" if day is None else day.strftime("%Y%m%d")
        start_s = self._start_s(trip, start_time)
        found = self._rows.get((trip_id, service_date, start_s), self._rows.get((trip_id, service_date, None)))
        if found is None:
            found = self._rows[trip_id, service_date, start_s] = len(self.runs)
            self.runs.append(
                self._extra(trip_id, service_date, seen_at)
                if trip < 0 or day is None
                else self._run(trip_id, service_date, trip, day, start_s)
            )
        return found

    def _start_s(self, trip: int, start_time: str | None) -> int | None:
        if trip < 0 or start_time is None or not self.timetable.trip_has_frequency[trip]:
            return None
        return parse_clock(start_time)

    def _extra(self, trip_id: str, service_date: str, seen_at: int) -> ScoredRun:
        """A trip without a timetable of its own: timed as another of its pattern would be, from when it was seen."""
        pattern = self._told.get(trip_id, -1)
        none = np.zeros(0, np.int64)
        if pattern < 0:
            return ScoredRun(trip_id, service_date, None, -1, -1, -1, none, none)
        timetable = self.timetable
        like = int(timetable.pattern_trip_offset[pattern])
        timing = slice(*(int(v) for v in timetable.timing_offset[timetable.trip_timing[like] :][:2]))
        return ScoredRun(
            trip_id,
            service_date,
            None,
            -1,
            pattern,
            int(timetable.pattern_line[pattern]),
            seen_at + timetable.timing_arrival_s[timing].astype(np.int64),
            seen_at + timetable.timing_departure_s[timing].astype(np.int64),
        )

    def _run(self, trip_id: str, service_date: str, trip: int, day: date, start_s: int | None) -> ScoredRun:
        timetable = self.timetable
        pattern = int(timetable.trip_pattern[trip])
        timing = slice(*(int(v) for v in timetable.timing_offset[timetable.trip_timing[trip] :][:2]))
        begins_s = int(timetable.trip_start_s[trip]) if start_s is None else start_s
        starts_at = service_day_start(timetable.timezone, day) + begins_s
        return ScoredRun(
            trip_id,
            service_date,
            start_s,
            trip,
            pattern,
            int(timetable.pattern_line[pattern]),
            starts_at + timetable.timing_arrival_s[timing].astype(np.int64),
            starts_at + timetable.timing_departure_s[timing].astype(np.int64),
        )


def number_runs(reports: pl.DataFrame, index: RunIndex) -> pl.DataFrame:
    """Reports with a column ``run``; those without a trip are left out."""
    named = reports.filter(pl.col("trip_id").is_not_null())
    keys = named.group_by(NAMED_BY, maintain_order=True).agg(pl.col("observed_at").first())
    numbers = [index.number(*key) for key in keys.iter_rows()]
    keys = keys.drop("observed_at").with_columns(pl.Series("run", numbers, dtype=pl.Int32))
    return named.join(keys, on=NAMED_BY, how="left", nulls_equal=True, maintain_order="left")
