"""Trains that came under another id than the one they were promised under.

Where vehicles have no id but their trip's, a train whose trip is given another id looks like one that never came and
one that nobody promised. The judge goes by the reports alone: one id is shown for the last time, the other for the
first time in the next poll or soon after, both on one line and direction, with starts and stops as near as one train's
would be. It says so of every predictor alike, and apart from those that came as promised.
"""

from bisect import bisect_right
from typing import Final

import polars as pl

from transit.scoring.runs import RunIndex
from transit.timetable.service_day import parse_clock

SOON_S: Final = 180
"""So long after the last poll that showed one id the other may be shown for the first time."""

APART_S: Final = 150
"""Starts of one train under two ids lie no further apart."""

CALLS_ON: Final = 2
"""So many calls further than under its old id a train may be first seen under the new one."""

_SCHEMA: Final = {"run": pl.Int32, "position": pl.Int32, "heir": pl.Int32, "heir_position": pl.Int32}


def find_renamed(reports: pl.DataFrame, index: RunIndex) -> dict[int, int]:
    """The run under whose id each renamed run went on. ``reports`` have their ``run``, and stand as they were shown."""
    shown = (
        reports.filter(pl.col("nameless") & pl.col("start_time").is_not_null() & pl.col("stop_id").is_not_null())
        .group_by("run", maintain_order=True)
        .agg(
            pl.col("start_date").first(),
            pl.col("start_time").first(),
            first_at=pl.col("seen_at").min(),
            last_at=pl.col("shown_until").max(),
            first_stop=pl.col("stop_id").first(),
            last_stop=pl.col("stop_id").last(),
        )
    )
    rows = [row for row in shown.sort("first_at").iter_rows(named=True) if index.runs[row["run"]].pattern >= 0]
    began = [row["first_at"] for row in rows]
    pairs: list[tuple[int, int, int]] = []
    for old in rows:
        for new in rows[bisect_right(began, old["last_at"]) : bisect_right(began, old["last_at"] + SOON_S)]:
            apart_s = _apart_s(old["start_time"], new["start_time"])
            same_day = old["start_date"] == new["start_date"]
            if same_day and apart_s is not None and apart_s <= APART_S and _goes_on(old, new, index):
                pairs.append((apart_s, old["run"], new["run"]))
    found: dict[int, int] = {}
    for _, was, now in sorted(pairs):
        if was not in found and now not in found.values():
            found[was] = now
    return found


def _apart_s(one: str, other: str) -> int | None:
    times = (parse_clock(one), parse_clock(other))
    return None if times[0] is None or times[1] is None else abs(times[0] - times[1])


def _goes_on(old: dict[str, int | str], new: dict[str, int | str], index: RunIndex) -> bool:
    """Whether two runs go alike and the second is first seen where the first was seen last, or soon behind it."""
    timetable = index.timetable
    one, other = (index.runs[int(row["run"])].pattern for row in (old, new))
    same_line = timetable.pattern_line[one] == timetable.pattern_line[other]
    if not same_line or timetable.pattern_direction[one] != timetable.pattern_direction[other]:
        return False
    stops = _stops_of(index, other)
    was, now = (stops.index(stop) if stop in stops else -1 for stop in (old["last_stop"], new["first_stop"]))
    return was <= now <= max(was, 0) + CALLS_ON


def _stops_of(index: RunIndex, pattern: int) -> list[str]:
    timetable = index.timetable
    rows = timetable.call_stop[timetable.pattern_call_offset[pattern] : timetable.pattern_call_offset[pattern + 1]]
    return [timetable.stop_id[row] for row in rows.tolist()]


def list_heirs(renamed: dict[int, int], index: RunIndex) -> pl.DataFrame:
    """For each call (run, position) of a renamed run the call at its stop under each later id (heir, heir_position)."""
    rows: list[tuple[int, int, int, int]] = []
    for run in renamed:
        stops = _stops_of(index, index.runs[run].pattern)
        heir, seen = renamed.get(run), {run}
        while heir is not None and heir not in seen:
            seen.add(heir)
            theirs = _stops_of(index, index.runs[heir].pattern)
            rows.extend((run, k, heir, theirs.index(stop)) for k, stop in enumerate(stops) if stop in theirs)
            heir = renamed.get(heir)
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def follow_heirs(told: pl.DataFrame, heirs: pl.DataFrame) -> pl.DataFrame:
    """What was told of runs that were renamed, as told of the calls that their trains made under later ids."""
    followed = told.join(heirs.with_columns(pl.col("position").cast(told.schema["position"])), on=["run", "position"])
    return followed.with_columns(run="heir", position="heir_position").select(told.columns)
