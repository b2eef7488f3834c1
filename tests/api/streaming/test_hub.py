"""The hub's two tasks: neither goes on without the other."""

import asyncio
from typing import Any

import pytest

from api.streaming.hub import Hub
from runtime.settings import Settings


async def test_a_tick_that_fails_ends_the_following_of_the_log_with_it(
    city: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = Hub(city.view, Settings(line_partitions=1))
    hub.ready.set()
    hub._retell.add("town:1")

    async def follow() -> None:
        await asyncio.Event().wait()

    async def fail() -> None:
        raise KeyError("town:1")

    monkeypatch.setattr(hub, "_follow", follow)
    monkeypatch.setattr(hub, "turn", fail)
    monkeypatch.setattr("api.streaming.hub.TICK_S", 0)
    with pytest.raises(KeyError):
        await asyncio.wait_for(hub.run(), 10)
