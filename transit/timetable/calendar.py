"""Which days each service runs: calendar.txt, calendar_dates.txt, or either alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from transit.timetable.compiled import Ints
from transit.timetable.faults import FaultList, TimetableError
from transit.timetable.offsets import offsets_of_counts
from transit.timetable.reading import read_optional_table
from transit.timetable.service_day import find_day
from transit.timetable.table import Table

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ADDED: Final = 1
_REMOVED: Final = 2
NO_DAY: Final = -1
SPAN_DAYS_MAX: Final = 3700
"""A service said to run longer than some ten years is cut: nobody plans so far, and "for ever" is written as 2099."""

_ServiceDays = dict[str, set[int]]


@dataclass(frozen=True, slots=True)
class Services:
    """Services sorted by id; the service days (``date.toordinal()``) of each ascend."""

    ids: tuple[str, ...]
    day_offset: Ints
    days: Ints


def parse_service_day(written: str) -> int:
    """A GTFS date (yyyymmdd) as a service day, or ``NO_DAY`` if it is none."""
    day = find_day(written)
    return NO_DAY if day is None else day


def read_services(tables: Mapping[str, bytes], faults: FaultList) -> Services:
    """The service days of every service that runs at all.

    Raises:
        TimetableError: the feed has neither calendar, or no service runs on any day.
    """
    if "calendar.txt" not in tables and "calendar_dates.txt" not in tables:
        raise TimetableError("calendar.txt", None, "is missing from the feed, and so is calendar_dates.txt")
    days: _ServiceDays = {}
    weekly = read_optional_table(tables, "calendar.txt", faults, ("service_id", *_WEEKDAYS, "start_date", "end_date"))
    _add_weeks(weekly.without_repeats("service_id", faults), days, faults)
    dates = read_optional_table(tables, "calendar_dates.txt", faults, ("service_id", "date", "exception_type"))
    _apply_exceptions(dates, days, faults)
    running = {service: sorted(on) for service, on in sorted(days.items()) if on}
    if not running:
        raise TimetableError("calendar.txt", None, "no service runs on any day, here or in calendar_dates.txt")
    faults.note_subjects("calendar.txt", sorted(days.keys() - running.keys()), "service {value} runs on no day")
    counts = np.array([len(on) for on in running.values()], np.int32)
    return Services(
        tuple(running), offsets_of_counts(counts), np.concatenate([np.array(on, np.int32) for on in running.values()])
    )


def _add_weeks(weekly: Table, days: _ServiceDays, faults: FaultList) -> None:
    start, end = (weekly.parsed(column, parse_service_day) for column in ("start_date", "end_date"))
    bad = (start == NO_DAY) | (end == NO_DAY) | (end < start)
    faults.note(weekly, np.flatnonzero(bad).tolist(), "its start_date and end_date are no period; row left out")
    long = ~bad & (end - start > SPAN_DAYS_MAX)
    faults.note(weekly, np.flatnonzero(long).tolist(), f"runs longer than {SPAN_DAYS_MAX} days; the end is cut off")
    end = np.minimum(end, start + SPAN_DAYS_MAX)
    runs_on = np.stack([weekly.integers(weekday) == 1 for weekday in _WEEKDAYS], axis=1)
    for row in np.flatnonzero(~bad).tolist():
        span = np.arange(start[row], end[row] + 1)
        # the first ordinal day, 1 January of year 1, was a Monday
        days[weekly.value(row, "service_id")] = set(span[runs_on[row][(span - 1) % 7]].tolist())


def _apply_exceptions(dates: Table, days: _ServiceDays, faults: FaultList) -> None:
    day, kind = dates.parsed("date", parse_service_day), dates.integers("exception_type")
    bad = (day == NO_DAY) | ~np.isin(kind, (_ADDED, _REMOVED)) | dates.empty("service_id")
    faults.note(
        dates, np.flatnonzero(bad).tolist(), "has no service_id, date or exception_type of 1 or 2; row left out"
    )
    names = dates.text("service_id").to_list()
    for row in np.flatnonzero(~bad):
        on = days.setdefault(names[row], set())
        if kind[row] == _ADDED:
            on.add(int(day[row]))
        else:
            on.discard(int(day[row]))
