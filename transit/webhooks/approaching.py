"""Runs that are within so many minutes of a stop."""

from collections.abc import Iterator
from typing import NamedTuple

from schemas.line_forecasts import Verdict
from transit.answers.calls_here import platforms_of
from transit.answers.coming import ARRIVAL_P50, DEPARTURE_P50, time_at
from transit.answers.ladder import standing_of
from transit.answers.line_view import LineView
from transit.answers.run_ids import RunKey
from transit.timetable.compiled import Timetable

MINUTE_S = 60


class Wanted(NamedTuple):
    """What is waited for: ids are those of the GTFS; ``run`` one run, else every run of ``line_id``."""

    stop_id: str
    minutes: int
    line_id: str = ""
    run: RunKey | None = None


class Near(NamedTuple):
    """A run (its place in the value) that calls at ``position`` at ``at`` (POSIX s); ``row``: of its forecast.

    ``stop``: the platform (row) that it calls at.
    """

    run: int
    position: int
    at: int
    row: int
    stop: int


def list_near(line: LineView, timetable: Timetable, wanted: Wanted) -> Iterator[Near]:
    """The runs that are as near as is wanted at the value's own moment, in which each poll gives the same answer."""
    now = line.forecasts.computed_at
    stop = timetable.stop_id.find(wanted.stop_id)
    stops = frozenset(platforms_of(timetable, stop)) if stop >= 0 else frozenset()
    for key, place in line.by_key.items():
        run = line.forecasts.runs[place]
        if (wanted.run or key) != key or wanted.line_id not in ("", run.line_id) or run.pattern < 0 or run.due:
            continue
        standing = standing_of(run, now, is_feed_down=line.is_down_for(run))
        if not standing.is_tracked or standing.verdict is Verdict.NOT_COMING:
            continue
        first = int(timetable.pattern_call_offset[run.pattern])
        for ahead in range(run.call_count):
            position, row = run.next_position + ahead, line.rows[place] + ahead
            platform = int(timetable.call_stop[first + position])
            if position in run.skipped or platform not in stops:
                continue
            at = time_at(line.times, row, ARRIVAL_P50, now)
            at = time_at(line.times, row, DEPARTURE_P50, now) if at is None else at
            if at is not None and now <= at <= now + wanted.minutes * MINUTE_S:
                yield Near(place, position, at, row, platform)
                break
