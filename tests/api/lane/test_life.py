"""How the lane begins and ends: nothing it began goes on, and nothing that fails beside it ends it."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from api.lane.allowance import Allowance
from api.lane.blocks import RETURNED_AT_ONCE, Blocks
from api.lane.build import LaneRuntime
from api.lane.count_file import create_count_file
from api.lane.metering import UsageMeter
from api.lane.store_counters import BlockAnswer, BlockAsk, NotSeededError
from api.lane.usage_reports import UsageReporter
from runtime.errors import ServiceError
from runtime.ledger.database import Ledger
from runtime.ledger.plans import TRIAL
from runtime.ledger.quotas import give_back, leased_tokens, leases_of
from runtime.settings import Settings

MIDNIGHT = 1_796_083_200  # 2026-12-01T00:00Z
MakeRuntime = Callable[..., LaneRuntime]


async def test_a_lane_that_cannot_begin_ends_what_it_had_begun(
    make_runtime: MakeRuntime, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ledger.is_sqlite

    async def fail(*_: object, **__: object) -> None:
        raise ServiceError("the database is away")

    monkeypatch.setattr("api.lane.build.forget_windows", fail)
    with pytest.raises(ServiceError):
        await make_runtime().start()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_round_that_is_late_at_the_end_is_waited_for_once_it_is_cancelled(
    make_runtime: MakeRuntime, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ledger.is_sqlite
    runtime = make_runtime()
    monkeypatch.setattr("api.lane.quotas.ROUND_WITHIN_S", 0)
    over: list[bool] = []

    async def ask_the_database() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            for _ in range(3):
                await asyncio.sleep(0)
            over.append(True)

    runtime.quotas._spawn("late", ask_the_database())
    await asyncio.sleep(0)
    await runtime.quotas._end_tasks()
    assert over
    await runtime.stop()


async def test_two_reports_at_once_share_one_connection_to_the_broker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []

    class Producer:
        async def start(self) -> None:
            await asyncio.sleep(0)

    def make(_settings: Settings) -> Producer:
        made.append(Producer())
        return cast("Producer", made[-1])

    monkeypatch.setattr("api.lane.usage_reports.make_producer", make)
    file = create_count_file(tmp_path, "me")
    reporter = UsageReporter(Settings(), UsageMeter(file))
    one, other = await asyncio.gather(reporter._connected(), reporter._connected())
    assert one is other
    assert len(made) == 1
    file.close(remove=True)


async def test_at_midnight_everybody_has_tokens_of_the_new_day_before_the_old_ones_are_returned(
    make_runtime: MakeRuntime, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [MIDNIGHT - 10.0]
    monkeypatch.setattr("api.lane.blocks.time", SimpleNamespace(time=lambda: clock[0], monotonic=time.monotonic))
    runtime = make_runtime()
    blocks = runtime.quotas.blocks
    allowances = [runtime.quotas.allowance(f"p{number}", TRIAL) for number in range(RETURNED_AT_ONCE + 1)]
    for each in allowances:
        each.waiting, each.asked_need, each.used_at = 3, 3, time.monotonic() + 600
    await blocks.tick(allowances)
    for each in allowances:
        each.burst_left, each.burst_until = 1, time.monotonic() + 600
        assert each.take(1, time.monotonic())
    clock[0] += 20
    days: list[set[str]] = []

    async def noted(*told: Any, **more: Any) -> int:
        days.append({each.day for each in allowances})
        return await give_back(*told, **more)

    monkeypatch.setattr("api.lane.blocks.give_back", noted)
    for _ in range(2):
        await blocks.tick(allowances)
    assert len(days) == len(allowances)
    assert days[0] == {"2026-12-01"}
    async with ledger.read() as session:
        assert {day for _, day in await leases_of(session, runtime.quotas.file.process)} == {"2026-12-01"}
        left = await leased_tokens(session, ["2026-11-30"])
    assert set(left.values()) == {1}, "what was spent, and no more"
    await runtime.stop()


async def test_a_ledger_and_a_store_lost_together_end_no_process(tmp_path: Path) -> None:
    file = create_count_file(tmp_path, "me")

    async def give_back(*_: object) -> None:
        raise NotSeededError

    def fail() -> object:
        raise ServiceError("the database is away")

    counters = cast("Any", SimpleNamespace(give_back=give_back))
    ledger = cast("Any", SimpleNamespace(write=fail))
    blocks = Blocks(reach=cast("Any", None), counters=counters, ledger=ledger, file=file, namespace="test")
    ask = BlockAsk(Allowance("partner", TRIAL, file.cells), 5, 1)
    with pytest.raises(ServiceError):
        await blocks._note(1, [ask], [BlockAnswer(5, 0, 0)])
    file.close(remove=True)
