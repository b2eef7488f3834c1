"""Handing messages to streams without tasks: like Faust's own way in everything but its cost."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
import pytest_asyncio

from streams.tracker.quick_transport import QuickHandOver


class Waiting(QuickHandOver):
    """A service that does nothing but wait."""


@pytest_asyncio.fixture
async def consumer() -> Waiting:
    return Waiting(loop=asyncio.get_running_loop())


def never() -> Coroutine[Any, Any, Any]:
    return asyncio.Event().wait()


async def test_what_need_not_wait_is_done_without_a_task(consumer: Waiting) -> None:
    running = len(asyncio.all_tasks())
    at_work = []

    async def hand_over() -> str:
        at_work.append(len(asyncio.all_tasks()))
        return "handed over"

    found = await consumer.wait_first(hand_over(), never())
    assert found.results == ["handed over"]
    assert not found.stopped
    assert at_work == [running]


async def test_what_has_to_wait_goes_on_where_it_stopped_once_it_may(consumer: Waiting) -> None:
    free, steps = asyncio.Event(), []

    async def hand_over() -> int:
        steps.append("begun")
        await free.wait()
        await asyncio.sleep(0)
        steps.append("done")
        return 7

    waiting = asyncio.ensure_future(consumer.wait_first(hand_over(), never()))
    await asyncio.sleep(0)
    assert steps == ["begun"]
    free.set()
    found = await waiting
    assert found.results == [7]
    assert steps == ["begun", "done"]


async def test_the_flow_stopped_ends_a_hand_over_that_waits(consumer: Waiting) -> None:
    stopped, ended = asyncio.Event(), []

    async def hand_over() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    waiting = asyncio.ensure_future(consumer.wait_first(hand_over(), stopped.wait()))
    await asyncio.sleep(0)
    stopped.set()
    await waiting
    await asyncio.sleep(0)
    assert ended == ["cancelled"]


@pytest.mark.parametrize("waits", [False, True])
async def test_a_failed_hand_over_fails_the_consumer_as_ever(consumer: Waiting, *, waits: bool) -> None:
    async def hand_over() -> None:
        if waits:
            await asyncio.sleep(0)
        raise ValueError("no stream takes it")

    with pytest.raises(ValueError, match="no stream takes it"):
        await consumer.wait_first(hand_over(), never())


async def test_other_waiting_is_as_it_was(consumer: Waiting) -> None:
    found = await consumer.wait_first(asyncio.sleep(0, "alone"))
    assert found.results == ["alone"]
    assert not (await consumer.wait_first(never(), never(), timeout=0.01)).results
