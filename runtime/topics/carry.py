"""Records on their way from topics that end to topics that begin: kept in a file, so that a crash loses none."""

import asyncio
from collections.abc import AsyncIterator, Callable, Hashable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from runtime.errors import UserError
from runtime.kafka_clients import make_producer
from runtime.settings import Settings
from runtime.topics.reading import Record, read_last_records, read_records
from schemas import topics
from schemas.namespace import topic_name
from schemas.topics import Topic

_LENGTH_BYTES: Final = 4
_IN_FLIGHT: Final = 500
"""Records sent before the first answers are awaited: a few megabytes, whatever the file's size."""


class CarriedRecord(msgspec.Struct, array_like=True, frozen=True):
    """One record, and the topic it belongs to by its contract name."""

    topic: str
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(CarriedRecord)


async def write_carried(
    settings: Settings,
    file: Path,
    carried: tuple[Topic, ...],
    *,
    line_partitions: int | None = None,
    last_of: Mapping[Topic, Callable[[Record], Hashable]] | None = None,
) -> int:
    """Write what lies on ``carried`` topics to ``file``; of a compacted topic the last record of each key.

    ``line_partitions`` is how many partitions the line topics have now. Of a topic in ``last_of`` the last record of
    each thing is written that its function names. Returns the number of records. The file appears when it is whole.
    """
    count = 0
    scratch = file.with_suffix(".part")
    scratch.parent.mkdir(parents=True, exist_ok=True)
    with scratch.open("wb") as out:
        for topic in carried:
            partitions = topic.partitions(line_partitions=line_partitions or settings.line_partitions)
            async for record in _records_of(settings, topic, partitions, (last_of or {}).get(topic)):
                _append(out, CarriedRecord(topic.name, record.timestamp_ms, record.key, record.value, record.headers))
                count += 1
    scratch.replace(file)
    return count


async def send_carried(settings: Settings, file: Path) -> int:
    """Send every record of ``file`` to its topic under ``settings``, then remove it; return their number.

    Without the file there is nothing to send.

    Raises:
        UserError: the file is torn.
    """
    by_name = {topic.name: topic_name(topic, settings.namespace) for topic in topics.ALL}
    count = 0
    in_flight: list[asyncio.Future[object]] = []
    async with make_producer(settings) as producer:
        for record in read_carried(file):
            sent = await producer.send(
                by_name[record.topic],
                record.value,
                key=record.key,
                timestamp_ms=record.timestamp_ms,
                headers=list(record.headers),
            )
            in_flight.append(sent)
            count += 1
            if len(in_flight) == _IN_FLIGHT:
                await asyncio.gather(*in_flight)
                in_flight.clear()
        await asyncio.gather(*in_flight)
    await asyncio.to_thread(file.unlink, missing_ok=True)
    return count


def read_carried(file: Path) -> Iterator[CarriedRecord]:
    """The records of a file, in the order in which they were written; none where there is no file."""
    if not file.exists():
        return
    with file.open("rb") as source:
        while head := source.read(_LENGTH_BYTES):
            length = int.from_bytes(head, "little")
            packed = source.read(length)
            if len(packed) != length:
                raise UserError(f"{file} is torn: its last record is cut short")
            yield _decoder.decode(packed)


async def _records_of(
    settings: Settings, topic: Topic, partitions: int, name: Callable[[Record], Hashable] | None
) -> AsyncIterator[Record]:
    if topic.cleanup == "compact":
        for record in (await read_last_records(settings, topic, partitions=partitions)).values():
            yield record
        return
    last: dict[Hashable, Record] = {}
    async for record in read_records(settings, topic, partitions=partitions):
        if name is None:
            yield record
        else:
            last[name(record)] = record
    for record in last.values():
        yield record


def _append(out: BinaryIO, record: CarriedRecord) -> None:
    packed = _encoder.encode(record)
    out.write(len(packed).to_bytes(_LENGTH_BYTES, "little") + packed)
