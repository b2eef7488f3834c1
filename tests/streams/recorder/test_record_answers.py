"""What is served is kept as it comes, and little of it waits in memory."""

import asyncio
import threading
from collections.abc import Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition

from runtime.recordings.kept_values import Kept
from runtime.settings import Settings
from schemas.line_value import LineValue, Watermark, encode_line_value
from schemas.topics import FEED_STATUS
from streams.health_port import Health
from streams.recorder import record_answers
from streams.recorder.record_answers import Gathered, values_of


class Held:
    """A table that only counts."""

    def __init__(self) -> None:
        self.positions: dict[str, int] = {}
        self.rows: list[Kept] = []
        self.flushed: list[tuple[int, dict[int, int]]] = []

    @property
    def waiting(self) -> int:
        return len(self.rows)

    def add(self, rows: Sequence[Kept]) -> None:
        self.rows.extend(rows)

    def flush(self, now_s: int, positions: Mapping[int, int]) -> None:
        self.flushed_at = now_s
        self.flushed.append((len(self.rows), dict(positions)))
        self.rows.clear()


class Consumer:
    """One batch of records, then no more."""

    def __init__(self, batch: dict[TopicPartition, list[Any]]) -> None:
        self.batches = iter([batch])

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def seek_to_beginning(self, place: TopicPartition) -> None: ...
    def assign(self, places: Sequence[TopicPartition]) -> None: ...

    def assignment(self) -> set[TopicPartition]:
        return {TopicPartition("lines", 0)}

    def highwater(self, _place: TopicPartition) -> int:
        return 5

    async def getmany(self, **_: int) -> dict[TopicPartition, list[Any]]:
        batch = next(self.batches, None)
        if batch is None:
            raise asyncio.CancelledError
        return batch


def record(offset: int, size: int) -> Any:
    return SimpleNamespace(offset=offset, timestamp=offset * 1000, key=b"city:7", value=bytes(size), topic="lines")


def kept(told: Any) -> Iterator[Kept]:
    yield Kept(told.key.decode(), told.offset, told.value)


async def test_large_values_are_written_before_they_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    place, large = TopicPartition("lines", 0), 30_000_000
    consumer = Consumer({place: [record(offset, large) for offset in range(5)]})
    monkeypatch.setattr(record_answers, "make_consumer", lambda _settings: consumer)
    table = Held()
    with pytest.raises(asyncio.CancelledError):
        await record_answers._follow(Settings(), Health(), "feeds", FEED_STATUS, table, kept)
    assert table.flushed == [(3, {0: 3}), (2, {0: 5})]


class Slow(Held):
    """A table whose disk writes when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.has_begun, self.may_write = threading.Event(), threading.Event()

    def flush(self, now_s: int, positions: Mapping[int, int]) -> None:
        self.has_begun.set()
        rows = len(self.rows)
        assert self.may_write.wait(30)
        super().flush(now_s, positions)
        assert self.flushed[-1][0] == rows, "two wrote the same rows at once"


async def test_an_end_in_the_middle_of_a_write_keeps_each_row_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_answers, "FLUSH_ROWS", 2)
    place = TopicPartition("lines", 0)
    consumer = Consumer({place: [record(offset, 10) for offset in range(3)]})
    monkeypatch.setattr(record_answers, "make_consumer", lambda _settings: consumer)
    table = Slow()
    following = asyncio.create_task(record_answers._follow(Settings(), Health(), "feeds", FEED_STATUS, table, kept))
    await asyncio.to_thread(table.has_begun.wait, 30)
    following.cancel()
    await asyncio.sleep(0)
    table.may_write.set()
    with pytest.raises(asyncio.CancelledError):
        await following
    assert table.flushed == [(2, {0: 2}), (0, {0: 2})]


async def test_what_was_written_weighs_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_answers, "FLUSH_BYTES", 1000)
    gathered = Gathered(Held(), kept)
    full = []
    for offset in range(4):
        gathered.take(record(offset, 600))
        full.append(gathered.is_full)
        if offset == 1:
            await gathered.flush({0: 2})
    assert full == [False, True, False, True]


def test_small_values_wait_for_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_answers, "FLUSH_ROWS", 3)
    gathered = Gathered(Held(), kept)
    full = []
    for offset in range(3):
        gathered.take(record(offset, 10))
        full.append(gathered.is_full)
    assert full == [False, False, True]


def test_of_values_every_one_is_kept_or_one_in_a_while_as_asked() -> None:
    polled = (1_764_093_600, 1_764_093_600, 1_764_093_601, 1_764_093_630)
    records = [
        SimpleNamespace(
            key=b"city:7",
            timestamp=at * 1000,
            value=encode_line_value(LineValue(Watermark(1, 0, n), at, b"%d" % n, b"")),
        )
        for n, at in enumerate(polled)
    ]
    for every_s, kept in ((1, [0, 1, 2, 3]), (2, [0, 3]), (30, [0, 3])):
        rows = values_of(every_s)
        assert [n for n, each in enumerate(records) if list(rows(each))] == kept
