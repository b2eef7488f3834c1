"""The tracker's one agent, called as Faust calls it."""

from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import faust
import pytest
from aiokafka.errors import KafkaTimeoutError
from prometheus_client import CollectorRegistry

from runtime.settings import Settings
from streams.health_port import Health
from streams.tracker.app import make_tracker
from streams.tracker.counts import TrackerCounts
from streams.tracker.line_stage import LineStage
from streams.tracker.line_store import LineTable


class Feed:
    """A stream of messages that say nothing."""

    def __init__(self, messages: int) -> None:
        self.taken = 0
        self._messages = messages

    async def events(self) -> AsyncIterator[Any]:
        for offset in range(self._messages):
            self.taken += 1
            message = SimpleNamespace(topic="feed", partition=0, offset=offset, headers={})
            yield SimpleNamespace(message=message, key=b"line", value=b"")


@pytest.fixture
def crashes(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    found: list[BaseException] = []

    async def crash(_app: Any, reason: BaseException) -> None:
        found.append(reason)

    async def answer(*_message: Any) -> bytes:
        return b"a value"

    monkeypatch.setattr("streams.tracker.app.TrackerCounts", lambda: TrackerCounts(CollectorRegistry()))
    monkeypatch.setattr(faust.App, "crash", crash)
    monkeypatch.setattr(LineStage, "answer", answer)
    return found


def find_agent(tmp_path: Path, health: Health) -> Any:
    app: Any = make_tracker(Settings(data_folder=tmp_path, broker="127.0.0.1:1"), health)
    (agent,) = [agent for name, agent in app.agents.items() if name.endswith("track")]
    return agent.fun


async def test_each_answer_is_progress(tmp_path: Path, crashes: list[BaseException], monkeypatch: Any) -> None:
    async def put(*_value: Any) -> None:
        return

    monkeypatch.setattr(LineTable, "put", put)
    health = Health()
    await find_agent(tmp_path, health)(Feed(3))
    assert health.moves[""] == 3
    assert not crashes


async def test_a_value_that_the_producer_does_not_take_ends_the_worker(
    tmp_path: Path, crashes: list[BaseException], monkeypatch: Any
) -> None:
    async def put(*_value: Any) -> None:
        raise KafkaTimeoutError

    monkeypatch.setattr(LineTable, "put", put)
    feed = Feed(3)
    with pytest.raises(KafkaTimeoutError):
        await find_agent(tmp_path, Health())(feed)
    assert [type(reason) for reason in crashes] == [KafkaTimeoutError]
    assert feed.taken == 1
