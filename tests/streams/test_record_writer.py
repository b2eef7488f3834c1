"""Records are surely written when ``settle`` returns, whoever else writes meanwhile."""

import asyncio
from typing import Any

import pytest

from runtime.settings import Settings
from streams import record_writer
from streams.record_writer import Record, RecordWriter


class Producer:
    """A broker's word comes when the test gives it."""

    def __init__(self) -> None:
        self.confirmations: dict[bytes, asyncio.Future[object]] = {}

    async def start(self) -> None: ...
    async def stop(self) -> None: ...

    async def send(self, _topic: str, value: bytes, **_: Any) -> "asyncio.Future[object]":
        self.confirmations[value] = asyncio.get_running_loop().create_future()
        return self.confirmations[value]


async def turn() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_two_tasks_that_write_each_wait_for_their_own_records(monkeypatch: pytest.MonkeyPatch) -> None:
    producer = Producer()
    monkeypatch.setattr(record_writer, "make_producer", lambda _settings, **_: producer)
    writer = RecordWriter(Settings())
    await writer.write([Record("scores", b"1", b"first")])
    await writer.write([Record("scores", b"1", b"second")])
    one, two = asyncio.create_task(writer.settle()), asyncio.create_task(writer.settle())
    await turn()
    producer.confirmations[b"first"].set_result(None)
    await turn()
    assert not one.done()
    assert not two.done()
    producer.confirmations[b"second"].set_result(None)
    await asyncio.gather(one, two)
    await writer.settle()
    await writer.stop()
