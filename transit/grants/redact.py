"""A line group's value without what a reach does not hold: whatever is made from it cannot tell what is not in it."""

from collections.abc import Callable
from typing import Final, NamedTuple

import msgspec
import numpy as np

from schemas.line_forecasts import (
    LOAD_COLUMNS,
    NO_LOAD,
    NO_TIME,
    TIME_COLUMNS,
    LineForecasts,
    Passage,
    RunForecast,
    find_down_since,
)
from transit.grants.fields import CROWDING, EXPECTED, OCCUPANCY, POSITION, SPREAD, VEHICLE
from transit.grants.reach import Reach

_SPREAD_COLUMNS: Final = (0, 2, 3, 5)
_ROW_BYTES: Final = 2 * TIME_COLUMNS

HasLine = Callable[[str], bool]
"""Whether a line of the group (its GTFS id) lies in the reach's area."""


def redact(forecasts: LineForecasts, reach: Reach, has_line: HasLine) -> LineForecasts:
    """The value that a reach is told. Runs of other lines go; withheld fields hold what "not reported" holds.

    Each run is told as its own vehicle's feed gives it, and not at all where that feed gives nothing; one without a
    vehicle as all feeds of the line do. Crowding is worked out from occupancy, so occupancy stays where either is
    granted; what is written out leaves the other away.
    """
    given = _Given(forecasts, reach)
    runs: list[RunForecast] = []
    calls: list[_Calls] = []
    first = 0
    for run in forecasts.runs:
        end = first + run.call_count
        fields = given.fields_of(run)
        if fields is not None and has_line(run.line_id):
            runs.append(_redact_run(run, reach, fields))
            if EXPECTED in fields:
                calls.append(_Calls(first, end, fields))
        first = end
    told = [(each, given.fields_of(each)) for each in forecasts.passages if has_line(each.line_id)]
    return msgspec.structs.replace(
        given.within(sum(bool(run.feed) and not run.due for run in runs)),
        runs=tuple(runs),
        times=_cut_times(forecasts.times, calls),
        loads=_cut_loads(forecasts.loads, calls),
        passages=tuple(_redact_passage(each, fields) for each, fields in told if fields is not None),
    )


class _Calls(NamedTuple):
    """Rows of a run's calls ahead, and what may be told of them."""

    first: int
    end: int
    fields: frozenset[str]


class _Given:
    """What a line's feeds give a reach."""

    def __init__(self, forecasts: LineForecasts, reach: Reach) -> None:
        self._forecasts = forecasts
        self._reach = reach
        feeds = [each.feed for each in forecasts.list_feeds()]
        of_all = reach.fields_of_all(feeds)
        self._has_all = all(reach.has_feed(feed) for feed in feeds)
        self._by_feed: dict[str, frozenset[str] | None] = {"": of_all if self._has_all else None}

    def fields_of(self, told: RunForecast | Passage) -> frozenset[str] | None:
        """The groups of fields that may be told of a run or a passage; ``None``: it may not be told."""
        feed = told.feed
        if feed not in self._by_feed:
            self._by_feed[feed] = self._reach.fields_of(feed) if self._reach.has_feed(feed) else None
        return self._by_feed[feed]

    def within(self, runs: int) -> LineForecasts:
        """The value without the feeds that give nothing; then its counts are of the runs told."""
        forecasts, reach = self._forecasts, self._reach
        if self._has_all:
            return forecasts
        feeds = tuple(each for each in forecasts.feeds if reach.has_feed(each.feed))
        return msgspec.structs.replace(
            forecasts,
            feed=forecasts.feed if reach.has_feed(forecasts.feed) else "".join(each.feed for each in feeds[:1]),
            feeds=feeds,
            feed_down_since=find_down_since(feeds),
            conditions=msgspec.structs.replace(
                forecasts.conditions, vehicles=runs, matched=runs, matched_today=runs, unmatched={}
            ),
        )


def _cut_times(times: bytes, calls: list[_Calls]) -> bytes:
    """The rows of these calls, p50 alone where the spread may not be told."""
    packed = b"".join([times[each.first * _ROW_BYTES : each.end * _ROW_BYTES] for each in calls])
    is_narrow = [SPREAD not in each.fields for each in calls]
    if not any(is_narrow):
        return packed
    rows = np.frombuffer(packed, dtype="<i2").reshape(-1, TIME_COLUMNS).copy()
    narrow = np.repeat(is_narrow, [each.end - each.first for each in calls])
    for column in _SPREAD_COLUMNS:
        rows[narrow, column] = NO_TIME
    return rows.tobytes()


def _cut_loads(loads: bytes, calls: list[_Calls]) -> bytes:
    """The loads of these calls; none at all where no run's may be told."""
    if not loads or not any(CROWDING in each.fields for each in calls):
        return b""
    return b"".join(
        [
            loads[each.first * LOAD_COLUMNS : each.end * LOAD_COLUMNS]
            if CROWDING in each.fields
            else bytes((NO_LOAD,)) * (LOAD_COLUMNS * (each.end - each.first))
            for each in calls
        ]
    )


def _redact_run(run: RunForecast, reach: Reach, fields: frozenset[str]) -> RunForecast:
    changes: dict[str, object] = {}
    if EXPECTED not in fields:
        changes |= {"call_count": 0, "delay_s": None}
    if VEHICLE not in fields:
        changes |= {"vehicle_id": "", "vehicle_label": None}
    if POSITION not in fields or not reach.has_place(run.latitude, run.longitude):
        changes |= {"latitude": None, "longitude": None, "bearing_deg": None, "speed_mps": None}
    if OCCUPANCY not in fields and CROWDING not in fields:
        changes |= {"occupancy_status": None, "occupancy_percentage": None, "occupancy_observed_at": None}
        changes["carriages"] = ()
    return msgspec.structs.replace(run, **changes) if changes else run


def _redact_passage(passage: Passage, fields: frozenset[str]) -> Passage:
    return passage if VEHICLE in fields else msgspec.structs.replace(passage, vehicle_id="")
