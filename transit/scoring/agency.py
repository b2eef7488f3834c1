"""The agency's own predictions (B5), read from its recorded TripUpdates."""

from typing import Any, Final

import numpy as np
import polars as pl
from google.protobuf.message import DecodeError
from google.transit.gtfs_realtime_pb2 import FeedMessage

from transit.scoring.delays import add_delays
from transit.scoring.runs import NAMED_BY, RunIndex

_SCHEMA: Final = pl.Schema(
    {
        "sampled_at": pl.Int64,
        "trip_id": pl.String,
        "start_date": pl.String,
        "start_time": pl.String,
        "sequence": pl.Int32,
        "stop_id": pl.String,
        "agency": pl.Float64,
        "agency_departure": pl.Float64,
        "arrival_delay": pl.Int64,
        "departure_delay": pl.Int64,
        "skipped": pl.Boolean,
    }
)
_SKIPPED: Final = 1


def read_updates(content: bytes) -> list[tuple[object, ...]]:
    """A poll's stop time updates: trip, date, start, sequence, stop, arrival, departure, delays (s), whether skipped.

    An unreadable poll has none.
    """
    message = FeedMessage()
    try:
        message.ParseFromString(content)
    except DecodeError:
        return []
    rows: list[tuple[object, ...]] = []
    for entity in message.entity:
        if not entity.HasField("trip_update"):
            continue
        trip = entity.trip_update.trip
        for update in entity.trip_update.stop_time_update:
            sequence = update.stop_sequence if update.HasField("stop_sequence") else None
            arrival, departure = _moment_and_delay(update, "arrival"), _moment_and_delay(update, "departure")
            skipped = update.schedule_relationship == _SKIPPED
            told = (arrival[0], departure[0], arrival[1], departure[1], skipped)
            run = (trip.trip_id, trip.start_date or None, trip.start_time or None)
            rows.append((*run, sequence, update.stop_id or None, *told))
    return rows


def _moment_and_delay(update: Any, event: str) -> tuple[float | None, int | None]:
    """When an event is said to be (POSIX s), and how late; each ``None`` where it is not said."""
    if not update.HasField(event):
        return None, None
    told = getattr(update, event)
    return float(told.time) if told.time else None, int(told.delay) if told.HasField("delay") else None


def agency_rows(polls: dict[int, list[tuple[object, ...]]], index: RunIndex) -> pl.DataFrame:
    """What the agency had published at each sample time: sampled_at, run, position, sequence, agency, agency_departure.

    ``polls`` are the updates in force by sample time. Trips that no vehicle was ever seen on are numbered too. Where an
    agency says delays alone, they are added to the timetable's times (transit.scoring.delays).
    """
    rows = [(at, *update) for at, updates in polls.items() for update in updates]
    told = pl.DataFrame(rows, schema=_SCHEMA, orient="row").with_columns(pl.col("stop_id"))
    keys = told.group_by(NAMED_BY, maintain_order=True).agg(pl.col("sampled_at").first())
    numbers = [index.number(*key) for key in keys.iter_rows()]
    keys = keys.drop("sampled_at").with_columns(pl.Series("run", numbers, dtype=pl.Int32))
    told = told.join(keys, on=NAMED_BY, nulls_equal=True)
    return add_delays(told.with_columns(pl.Series("position", _positions(told, index), dtype=pl.Int32)), index)


def _positions(told: pl.DataFrame, index: RunIndex) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """The call each update stands for, by sequence, else by stop; -1 where the timetable lacks it."""
    timetable = index.timetable
    found = np.full(len(told), -1, np.int64)
    places: dict[int, tuple[dict[int, int], dict[str, int]]] = {}
    calls = zip(told["run"].to_list(), told["sequence"].to_list(), told["stop_id"].to_list(), strict=True)
    for i, (number, sequence, stop) in enumerate(calls):
        pattern = index.runs[number].pattern
        if pattern < 0:
            continue
        if pattern not in places:
            first, end = timetable.pattern_call_offset[pattern : pattern + 2].tolist()
            places[pattern] = (
                {int(timetable.call_sequence[row]): row - first for row in range(first, end)},
                {
                    timetable.stop_id[int(timetable.call_stop[row])]: row - first
                    for row in range(end - 1, first - 1, -1)
                },
            )
        by_sequence, by_stop = places[pattern]
        found[i] = by_sequence.get(sequence, -1) if sequence is not None else by_stop.get(stop or "", -1)
    return found
