"""What a recording's polls say of its vehicles: one row for each report, when it was first shown."""

from typing import Final

import numpy as np
import polars as pl
from google.protobuf.message import DecodeError
from google.transit.gtfs_realtime_pb2 import FeedMessage

STOPPED_AT: Final = 1

_SCHEMA: Final = pl.Schema(
    {
        "seen_at": pl.Int64,
        "vehicle": pl.String,
        "trip_id": pl.String,
        "start_date": pl.String,
        "start_time": pl.String,
        "latitude": pl.Float64,
        "longitude": pl.Float64,
        "observed_at": pl.Int64,
        "status": pl.Int8,
        "sequence": pl.Int32,
        "stop_id": pl.String,
        "nameless": pl.Boolean,
    }
)


class ReportCollector:
    """Gathers reports poll after poll; a report shown again unchanged is no new one."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[bytes, int]] = {}
        self._rows: list[tuple[object, ...]] = []
        self._until: list[int] = []
        self.polls: list[int] = []
        self.broken_polls = 0

    def add(self, content: bytes, poll_at: int) -> None:
        """Take one poll's FeedMessage; one that cannot be read is counted."""
        message = FeedMessage()
        try:
            message.ParseFromString(content)
        except DecodeError:
            self.broken_polls += 1
            return
        self.polls.append(poll_at)
        for entity in message.entity:
            if not entity.HasField("vehicle"):
                continue
            packed = entity.SerializePartialToString()
            last = self._last.get(entity.id)
            if last is not None and last[0] == packed:
                self._until[last[1]] = poll_at
                continue
            self._last[entity.id] = (packed, len(self._rows))
            self._rows.append(_row(entity.vehicle, poll_at, entity.id))
            self._until.append(poll_at)

    def reports(self) -> pl.DataFrame:
        """One row a report, in the order they were shown.

        ``seen_at`` is the poll that first showed it, ``shown_until`` the last that showed it unchanged; ``nameless``
        vehicles have no id of their own. Columns a report leaves open are null; ``observed_at`` then is the poll's
        time.
        """
        table = pl.DataFrame(self._rows, schema=_SCHEMA, orient="row")
        return table.with_columns(pl.Series("shown_until", self._until, dtype=pl.Int64))


def _row(vehicle: object, poll_at: int, entity_id: str) -> tuple[object, ...]:
    report = vehicle
    trip = report.trip  # type: ignore[attr-defined]  # protobuf's classes are made at run time
    has = report.HasField  # type: ignore[attr-defined]
    place = report.position  # type: ignore[attr-defined]
    named = report.vehicle.id or entity_id  # type: ignore[attr-defined]
    placed = has("position") and (place.latitude != 0.0 or place.longitude != 0.0)
    observed_at = report.timestamp or poll_at  # type: ignore[attr-defined]
    return (
        poll_at,
        named,
        trip.trip_id or None,
        trip.start_date or None,
        trip.start_time or None,
        place.latitude if placed else None,
        place.longitude if placed else None,
        min(observed_at, 2**40),
        report.current_status if has("current_status") else None,  # type: ignore[attr-defined]
        min(report.current_stop_sequence, 2**31 - 1) if has("current_stop_sequence") else None,  # type: ignore[attr-defined]
        report.stop_id or None,  # type: ignore[attr-defined]
        not report.vehicle.id,  # type: ignore[attr-defined]
    )


def in_time_order(reports: pl.DataFrame) -> pl.DataFrame:
    """Reports by vehicle and time, the first showing of each moment alone: what an observer sees afterwards."""
    return reports.sort("vehicle", "observed_at", "seen_at").unique(
        ["vehicle", "observed_at", "status", "sequence", "trip_id"], keep="first", maintain_order=True
    )


def sample_times(polls: list[int], step_s: int) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Every ``step_s`` from the first poll to the last."""
    return times_between(polls[0], polls[-1], step_s)


def times_between(first: int, last: int, step_s: int) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Every ``step_s`` from the one moment to the other."""
    return np.arange(first, last + 1, step_s, dtype=np.int64)
