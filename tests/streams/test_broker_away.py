"""Readers that wait for a broker which is away take turns with it: none asks without a pause."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError

from runtime.settings import ReplaySettings, Settings
from streams.doors import replay_control
from streams.doors.pace import Pace
from streams.webhooks import said
from streams.webhooks.said import Said


class Away:
    """A broker that was there for a moment."""

    def __init__(self) -> None:
        self.asked = self.waited = 0

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    def assign(self, _places: Any) -> None: ...
    def seek(self, _place: Any, _offset: int) -> None: ...
    async def seek_to_beginning(self, *_places: Any) -> None: ...

    async def position(self, _place: Any) -> int:
        return 0

    async def getmany(self, **_: int) -> dict[Any, Any]:
        self.asked += 1
        if self.asked == 3:
            raise asyncio.CancelledError
        raise KafkaConnectionError

    async def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.waited += 1


async def no_ends(_consumer: Any, places: Any) -> dict[Any, int]:
    return dict.fromkeys(places, 0)


@pytest.mark.parametrize("module", [said, replay_control])
async def test_a_broker_that_is_away_is_asked_again_after_a_while(monkeypatch: pytest.MonkeyPatch, module: Any) -> None:
    away = Away()
    monkeypatch.setattr(module, "make_consumer", lambda _settings: away)
    monkeypatch.setattr(module, "asyncio", SimpleNamespace(sleep=away.sleep, Event=asyncio.Event))
    if module is said:
        monkeypatch.setattr(said, "read_ends", no_ends)
        reading = Said(Settings()).follow_alerts()
    else:
        reading = replay_control.follow_commands(Settings(), ReplaySettings(id="r"), Pace(1))
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert (away.asked, away.waited) == (3, 2)
