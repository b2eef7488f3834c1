"""What watches over a deployment ends together."""

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from headway.up.care import Care
from runtime.errors import UserError

if TYPE_CHECKING:
    from headway.up.deployment import Deployment
    from headway.up.options import UpOptions
    from headway.up.servers import Servers


class WatchedStore:
    """A store that is alive, and asked again and again whether it is."""

    asked = 0

    def is_alive(self) -> bool:
        self.asked += 1
        return True


async def test_a_process_that_refuses_its_settings_ends_every_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headway.up.care.LOOK_EVERY_S", 0.0)
    store = WatchedStore()
    servers = cast("Servers", SimpleNamespace(store=store, broker=None))
    care = Care(cast("UpOptions", None), cast("Deployment", SimpleNamespace(stages=[], apis=[])), servers, print)

    async def refuse() -> None:
        while store.asked < 3:  # noqa: ASYNC110 - the store is asked in its own time
            await asyncio.sleep(0)
        raise UserError("door cannot run: HEADWAY_FEEDS is no JSON")

    monkeypatch.setattr(care.supervisor, "watch", refuse)
    with pytest.raises(UserError, match="door cannot run"):
        await care.watch()
    asked = store.asked
    for _ in range(20):
        await asyncio.sleep(0)
    assert store.asked == asked
