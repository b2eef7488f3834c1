"""The keeper ends streams whose minutes are not paid, and says whose fault that is."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from api.problems import QUOTA_EXCEEDED, QUOTA_UNAVAILABLE, Problem
from api.streaming.keeper import Keeper


@pytest.mark.parametrize("problem", [QUOTA_EXCEEDED, QUOTA_UNAVAILABLE])
async def test_a_stream_whose_minute_is_not_paid_ends_for_the_reason_why(problem: Problem) -> None:
    ended: list[Any] = []

    async def pay_minute() -> Problem:
        return problem

    stream, right = SimpleNamespace(end=ended.append), SimpleNamespace(pay_minute=pay_minute)
    keeper = Keeper(asyncio.Event())
    await keeper._pay(cast("Any", stream), cast("Any", right))
    assert [each.problem for each in ended] == [problem]
    assert keeper.ended == {problem.slug: 1}
