"""Raw feed records for the bench: one real line's reports under many names, in the order a door would write them."""

import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from google.transit import gtfs_realtime_pb2

from schemas.headers import FeedHeaders, encode_headers
from schemas.line_key import make_line_key
from tests.bench.line_copies import copied_name, copy_message

FEED = "bench"
TIMETABLE = "bench"


class FeedRecord(NamedTuple):
    """A record as a door writes it; ``vehicles`` is how many positions it holds, ``new`` how many of them say
    something that the vehicle's last position did not."""

    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]
    timestamp_ms: int
    vehicles: int
    new: int


class Poll(NamedTuple):
    """One line's message at a poll, before it is copied."""

    time_s: int
    message: gtfs_realtime_pb2.FeedMessage
    new: int


def read_polls(recording: Path, route_id: str, *, polls: slice, vehicles: int) -> list[Poll]:
    """The recorded messages of one line, cut down to the ``vehicles`` that are seen most often in them."""
    with zipfile.ZipFile(recording) as archive:
        messages = [
            (int(Path(name).stem), gtfs_realtime_pb2.FeedMessage.FromString(archive.read(name)))
            for name in sorted(archive.namelist())[polls]
        ]
    return cut_polls(messages, route_id, vehicles)


def cut_polls(
    messages: Sequence[tuple[int, gtfs_realtime_pb2.FeedMessage]], route_id: str, vehicles: int
) -> list[Poll]:
    """Of each message (with its poll time) one line's ``vehicles`` that are seen most often."""
    seen = Counter(
        entity.vehicle.vehicle.id
        for _, message in messages
        for entity in message.entity
        if entity.vehicle.trip.route_id == route_id
    )
    kept = {vehicle_id for vehicle_id, _ in seen.most_common(vehicles)}
    told: dict[str, bytes] = {}
    read = []
    for time_s, message in messages:
        cut = gtfs_realtime_pb2.FeedMessage(header=message.header)
        new = 0
        for entity in message.entity:
            vehicle_id = entity.vehicle.vehicle.id
            if entity.vehicle.trip.route_id == route_id and vehicle_id in kept:
                cut.entity.add().CopyFrom(entity)
                content = entity.vehicle.SerializeToString()
                new += told.get(vehicle_id) != content
                told[vehicle_id] = content
        read.append(Poll(time_s, cut, new))
    return read


def list_records(
    polls: Sequence[Poll], route_id: str, *, copies: int, timetable_hash: str, epoch: int
) -> Iterator[FeedRecord]:
    """Every poll for every copy of ``route_id``, poll after poll."""
    for poll in polls:
        headers = encode_headers(FeedHeaders(timetable_hash, poll.time_s, FEED, epoch))
        for copy in range(copies):
            yield FeedRecord(
                key=make_line_key(TIMETABLE, copied_name(route_id, copy)).encode(),
                value=copy_message(poll.message, route_id, copy),
                headers=headers,
                timestamp_ms=poll.time_s * 1000,
                vehicles=len(poll.message.entity),
                new=poll.new,
            )


def list_trips(recording: Path, route_id: str) -> set[str]:
    """Every trip of ``route_id`` that a vehicle of the recording named."""
    trips: set[str] = set()
    with zipfile.ZipFile(recording) as archive:
        for name in archive.namelist()[::20]:
            message = gtfs_realtime_pb2.FeedMessage.FromString(archive.read(name))
            trips.update(e.vehicle.trip.trip_id for e in message.entity if e.vehicle.trip.route_id == route_id)
    return trips
