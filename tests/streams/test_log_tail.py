"""The last records of a log are read to its end, however late the broker answers."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from faust.types import TP

from runtime.errors import ServiceError
from runtime.settings import Settings
from streams.tracker import log_tail
from streams.tracker.log_tail import LogTail

LOG = "line.forecasts.v1"


class SlowBroker:
    """A log of some records whose fetches come only every so many polls."""

    def __init__(self, end: int, every: int) -> None:
        self._end, self._every = end, every
        self._at: dict[TopicPartition, int] = {}
        self._polls = 0
        self.clock = 0.0

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    def assign(self, _partitions: Any) -> None: ...

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self._at[partition] = offset

    async def position(self, partition: TopicPartition) -> int:
        return self._at[partition]

    async def getmany(self, **_: int) -> dict[TopicPartition, list[Any]]:
        self._polls += 1
        self.clock += 1.0
        if self._polls % self._every:
            return {}
        partition = next(each for each, at in self._at.items() if at < self._end)
        self._at[partition] += 1
        return {partition: [SimpleNamespace(partition=partition.partition, offset=self._at[partition] - 1)]}

    async def ends(self, _consumer: Any, partitions: Any) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, self._end)


def follow(monkeypatch: pytest.MonkeyPatch, broker: SlowBroker) -> LogTail:
    monkeypatch.setattr(log_tail, "make_consumer", lambda _settings: broker)
    monkeypatch.setattr(log_tail, "read_ends", broker.ends)
    monkeypatch.setattr(log_tail, "time", SimpleNamespace(monotonic=lambda: broker.clock))
    return LogTail(Settings())


async def test_fetches_that_come_late_are_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    tail = follow(monkeypatch, SlowBroker(end=3, every=4))
    found = await tail.read({TP(LOG, 0): 1, TP(LOG, 1): 3, TP(LOG, 2): 0})
    assert sorted((record.partition, record.offset) for record in found) == [(0, 1), (0, 2), (2, 0), (2, 1), (2, 2)]


async def test_a_broker_that_no_longer_answers_ends_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    tail = follow(monkeypatch, SlowBroker(end=3, every=1000))
    with pytest.raises(ServiceError, match="stopped answering"):
        await tail.read({TP(LOG, 0): 1})
