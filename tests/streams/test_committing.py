import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError

from runtime.settings import Settings
from streams.health_port import Health
from streams.splitter import run_splitter as splitter

PLACE = TopicPartition("line.forecasts.v1", 0)


class Moved:
    """A member of a group whose partition another one has by the time it commits."""

    def __init__(self, refusal: Exception) -> None:
        self.refusal = refusal
        self.batches: list[dict[TopicPartition, list[Any]]] = [
            {PLACE: [SimpleNamespace(offset=0, timestamp=0, value=None)]}
        ]

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def write(self, _records: Any) -> None: ...
    async def settle(self) -> None: ...

    async def getmany(self, **_: int) -> dict[TopicPartition, list[Any]]:
        if not self.batches:
            raise asyncio.CancelledError
        return self.batches.pop()

    async def commit(self, _offsets: Any) -> None:
        raise self.refusal

    def assignment(self) -> set[TopicPartition]:
        return set()


@pytest.mark.parametrize("refusal", [CommitFailedError(), IllegalStateError()])
async def test_a_splitter_whose_partition_has_moved_goes_on(
    monkeypatch: pytest.MonkeyPatch, refusal: Exception
) -> None:
    moved, health = Moved(refusal), Health()

    async def ensured(_settings: Settings) -> int:
        return 1

    monkeypatch.setattr(splitter, "ensure_topics", ensured)
    monkeypatch.setattr(splitter, "make_consumer", lambda *_args, **_options: moved)
    monkeypatch.setattr(splitter, "RecordWriter", lambda _settings: moved)
    with pytest.raises(asyncio.CancelledError):
        await splitter.run_splitter(Settings(), health)
    assert health.is_ready
