"""Raw feed records for the bench: one real line's reports under many names, in the order a door would write them."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from google.transit import gtfs_realtime_pb2

from schemas.headers import FeedHeaders, encode_headers
from schemas.line_key import make_line_key
from tests.bench.line_copies import copied_name, copy_message

FEED = "bench"
TIMETABLE = "bench"


class FeedRecord(NamedTuple):
    """A record as a door writes it; ``vehicles`` is how many positions it holds."""

    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]
    timestamp_ms: int
    vehicles: int


def list_records(
    recording: Path, route_id: str, *, copies: int, polls: slice, timetable_hash: str, epoch: int
) -> Iterator[FeedRecord]:
    """Every poll of ``polls`` for every copy of ``route_id``, poll after poll."""
    with zipfile.ZipFile(recording) as archive:
        for name in sorted(archive.namelist())[polls]:
            message = gtfs_realtime_pb2.FeedMessage.FromString(archive.read(name))
            vehicles = sum(entity.vehicle.trip.route_id == route_id for entity in message.entity)
            poll_time_s = int(Path(name).stem)
            headers = encode_headers(FeedHeaders(timetable_hash, poll_time_s, FEED, epoch))
            for copy in range(copies):
                yield FeedRecord(
                    key=make_line_key(TIMETABLE, copied_name(route_id, copy)).encode(),
                    value=copy_message(message, route_id, copy),
                    headers=headers,
                    timestamp_ms=poll_time_s * 1000,
                    vehicles=vehicles,
                )


def list_trips(recording: Path, route_id: str) -> set[str]:
    """Every trip of ``route_id`` that a vehicle of the recording named."""
    trips: set[str] = set()
    with zipfile.ZipFile(recording) as archive:
        for name in archive.namelist()[::20]:
            message = gtfs_realtime_pb2.FeedMessage.FromString(archive.read(name))
            trips.update(e.vehicle.trip.trip_id for e in message.entity if e.vehicle.trip.route_id == route_id)
    return trips
