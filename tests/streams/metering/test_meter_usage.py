"""Metering in one process, with a topic and a ledger that are simulated."""

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from runtime.errors import ServiceError
from runtime.settings import Settings
from streams.health_port import Health
from streams.metering import meter_usage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Quiet:
    """A topic that nothing comes on for three turns, and a ledger that is away at the first try."""

    def __init__(self) -> None:
        self.turns = self.asked = self.forgotten = 0

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def close(self) -> None: ...

    async def getmany(self, **_: int) -> dict[Any, Any]:
        self.turns += 1
        if self.turns > 3:
            raise asyncio.CancelledError
        return {}

    @asynccontextmanager
    async def write(self) -> "AsyncIterator[None]":
        self.asked += 1
        if self.asked == 1:
            raise ServiceError("the ledger is away")
        yield

    async def forget(self, _session: None, *, before_s: int) -> None:
        assert before_s > 0
        self.forgotten += 1


@pytest.mark.parametrize(("every_s", "forgotten"), [(0.0, 3), (3600.0, 1)])
async def test_ids_of_counted_reports_are_forgotten_again_and_again_whatever_the_ledger_does(
    monkeypatch: pytest.MonkeyPatch, every_s: float, forgotten: int
) -> None:
    quiet, health = Quiet(), Health()

    async def done(_with: Any) -> int:
        return 1

    monkeypatch.setattr(meter_usage, "FORGET_EVERY_S", every_s)
    monkeypatch.setattr(meter_usage, "ensure_topics", done)
    monkeypatch.setattr(meter_usage, "check_migrated", done)
    monkeypatch.setattr(meter_usage, "Ledger", lambda _url: quiet)
    monkeypatch.setattr(meter_usage, "make_consumer", lambda *_args, **_options: quiet)
    monkeypatch.setattr(meter_usage, "forget_reports", quiet.forget)
    with pytest.raises(asyncio.CancelledError):
        await meter_usage.run_metering(Settings(), health)
    assert quiet.forgotten == forgotten
    assert health.is_ready
