"""What an agency's delays foretell: the timetable's times so much later, and so at each call until the next update.

By the GTFS-realtime reference a delay holds for the calls after the update that says it, up to the next one; calls
without data end it, and of a call that is skipped no time is foretold.
"""

from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from transit.scoring.runs import RunIndex, ScoredRun


class _Update(NamedTuple):
    """One update of a run at a sample; seconds of delay, ``None`` where none is said."""

    sampled_at: int
    run: int
    position: int
    sequence: int | None
    arrival: float | None
    departure: float | None
    arrival_delay: int | None
    departure_delay: int | None
    skipped: bool


def add_delays(told: pl.DataFrame, index: RunIndex) -> pl.DataFrame:
    """``told`` with the times that delays alone foretell, also for calls that have no update of their own.

    It has sampled_at, run, position, sequence, agency, agency_departure, arrival_delay, departure_delay and skipped.
    Trips by frequency and those that the timetable lacks have no times to be late by. Trips of which times are told
    are left as they are.
    """
    names = ["sampled_at", "run", "position", "sequence", "agency", "agency_departure"]
    by_delay = (
        (pl.col("agency").is_null() & pl.col("arrival_delay").is_not_null())
        | (pl.col("agency_departure").is_null() & pl.col("departure_delay").is_not_null())
    ).any()
    late = told.filter(by_delay.over("sampled_at", "run") & (pl.col("position") >= 0))
    if late.is_empty():
        return told.select(names)
    delays = ["arrival_delay", "departure_delay", "skipped"]
    rows: list[tuple[object, ...]] = []
    for _, group in late.sort("position").group_by("sampled_at", "run", maintain_order=True):
        updates = [_Update(*row) for row in group.select(*names, *delays).iter_rows()]
        run = index.runs[updates[0].run]
        if run.trip < 0 or index.timetable.trip_has_frequency[run.trip]:
            continue
        rows.extend(_foretold(updates, run, _sequences(index, run)))
    added = pl.DataFrame(rows, schema={name: told.schema[name] for name in names}, orient="row")
    return pl.concat([told.join(added, on=["sampled_at", "run", "position"], how="anti").select(names), added])


def _sequences(index: RunIndex, run: ScoredRun) -> list[int]:
    first, end = index.timetable.pattern_call_offset[run.pattern : run.pattern + 2].tolist()
    return [int(sequence) for sequence in index.timetable.call_sequence[first:end]]


def _foretold(updates: list[_Update], run: ScoredRun, sequences: list[int]) -> Iterator[tuple[object, ...]]:
    """Rows of each call from the first update on, as far as a delay holds."""
    by_position = {update.position: update for update in updates}
    delay_s: int | None = None
    for position in range(min(by_position), len(run.aimed_arrival_s)):
        update = by_position.get(position)
        if update is not None and not update.skipped:
            arrives_late_s = update.departure_delay if update.arrival_delay is None else update.arrival_delay
            delay_s = arrives_late_s if update.departure_delay is None else update.departure_delay
            arrival, departure = update.arrival, update.departure
        else:
            arrives_late_s, arrival, departure = delay_s, None, None
        if update is not None and update.skipped:
            continue
        if arrival is None and arrives_late_s is not None:
            arrival = float(run.aimed_arrival_s[position]) + arrives_late_s
        if departure is None and delay_s is not None:
            departure = float(run.aimed_departure_s[position]) + delay_s
        if arrival is not None or departure is not None:
            yield updates[0].sampled_at, updates[0].run, position, sequences[position], arrival, departure
