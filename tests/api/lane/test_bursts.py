"""Buckets while the store is away: each process goes on with its part."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from api.lane.allowance import Allowance
from api.lane.bursts import Bursts
from api.lane.reach import StoreReach
from runtime.ledger.plans import Plan

PLAN = Plan(name="p", burst_per_s=5, burst_size=20, per_day=10_000, per_month=100_000)

NOW = 10_000.0
"""Monotonic seconds: time stands still while a bucket is looked at, however long the machine takes."""


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.lane.bursts.time", SimpleNamespace(monotonic=lambda: NOW))


@pytest.fixture
def reach() -> StoreReach:
    return StoreReach(cast("Any", None))


def _allowance(*, spent_s_ago: float) -> Allowance:
    """A partner whose bucket two processes share and who spent here some while ago, all tokens given back since."""
    allowance = Allowance("partner", PLAN, memoryview(bytearray(8)).cast("q"))
    allowance.holders = 2
    allowance.block_left, allowance.block_until = 100, NOW + 60
    allowance.burst_left, allowance.burst_until = 3, NOW + 60
    allowance.observe(NOW - spent_s_ago - 1)
    assert allowance.take(3, NOW)
    allowance.observe(NOW - spent_s_ago)
    return allowance


async def test_who_asks_now_and_was_idle_finds_the_part_full_when_the_store_is_lost(reach: StoreReach) -> None:
    allowance = _allowance(spent_s_ago=30)
    allowance.used_at, allowance.waiting, allowance.burst_need = NOW, 1, 1
    reach.is_lost = True
    await Bursts(reach, cast("Any", None), "process").tick([allowance])
    assert allowance.burst_left == PLAN.burst_size // 2
    assert allowance.burst_refused_until == 0.0


async def test_who_has_just_spent_all_waits_for_the_refill_when_the_store_is_lost(reach: StoreReach) -> None:
    allowance = _allowance(spent_s_ago=0)
    allowance.waiting, allowance.burst_need = 1, 1
    reach.is_lost = True
    await Bursts(reach, cast("Any", None), "process").tick([allowance])
    assert allowance.burst_left == 0
    assert allowance.burst_refused_until > NOW


async def test_what_the_bucket_held_is_shared_out_when_the_store_is_lost(reach: StoreReach) -> None:
    allowance = _allowance(spent_s_ago=0)
    allowance.burst_elsewhere, allowance.waiting, allowance.burst_need = 12, 1, 1
    reach.is_lost = True
    await Bursts(reach, cast("Any", None), "process").tick([allowance])
    assert allowance.burst_left == 6
    assert allowance.burst_refused_until == 0.0


async def test_it_is_shared_out_once_and_no_further_than_each_process_part(reach: StoreReach) -> None:
    allowance = _allowance(spent_s_ago=0)
    allowance.burst_left, allowance.burst_elsewhere = 9, 18
    reach.is_lost = True
    bursts = Bursts(reach, cast("Any", None), "process")
    await bursts.tick([allowance])
    assert allowance.burst_left == PLAN.burst_size // 2
    allowance.burst_left = 0
    await bursts.tick([allowance])
    assert allowance.burst_left == 0
