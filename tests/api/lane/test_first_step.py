"""Requests as the server hands them over: over at once, or a task from where they wait."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest
from granian._futures import _future_watcher_wrapper

from api.lane.first_step import in_task, step_at_once


class Watcher:
    """What the server learns of a request."""

    def __init__(self) -> None:
        self.scope = self.proto = None
        self.failed: BaseException | None = None
        self.is_done = False

    def done(self) -> None:
        self.is_done = True

    def err(self, failed: BaseException) -> None:
        self.failed = failed


Hand = Callable[[Callable[[], Awaitable[None]]], tuple[Any, Watcher]]


@pytest.fixture
async def hand_over() -> AsyncIterator[Hand]:
    """Hands a request over as the server does."""
    loop = asyncio.get_running_loop()
    step_at_once(loop)

    def hand(work: Callable[[], Awaitable[None]]) -> tuple[Any, Watcher]:
        async def application(_scope: object, _proto: object) -> None:
            await work()

        watcher = Watcher()
        around: Any = _future_watcher_wrapper
        return loop.create_task(around(application)(watcher)), watcher

    yield hand
    loop.set_task_factory(None)


async def test_a_request_that_waits_for_nothing_is_over_when_it_was_handed_over(hand_over: Hand) -> None:
    seen = SimpleNamespace(task="none")

    async def answer() -> None:
        try:
            seen.task = asyncio.current_task()
        except RuntimeError:
            seen.task = None

    held, watcher = hand_over(answer)
    assert watcher.is_done
    assert seen.task in (None, asyncio.current_task())
    assert not isinstance(held, asyncio.Task)
    assert held.cancel() is False


async def test_a_request_that_waits_goes_on_as_a_task_and_can_be_cancelled(hand_over: Hand) -> None:
    begun, waiting = [], asyncio.Event()

    async def answer() -> None:
        begun.append(1)
        await waiting.wait()
        begun.append(2)

    held, watcher = hand_over(answer)
    assert begun == [1]
    waiting.set()
    await held
    assert begun == [1, 2]
    assert watcher.is_done
    waiting.clear()
    held, watcher = hand_over(answer)
    await asyncio.sleep(0)
    held.cancel()
    await asyncio.wait([held])
    assert isinstance(watcher.failed, asyncio.CancelledError)


async def test_what_asks_for_a_task_finds_itself_in_one(hand_over: Hand) -> None:
    async def answer() -> None:
        await in_task()
        async with asyncio.timeout(60):
            await asyncio.sleep(0)
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(0))
        await in_task()

    held, watcher = hand_over(answer)
    over_at_once = watcher.is_done
    await held
    assert (over_at_once, watcher.is_done, watcher.failed) == (False, True, None)


async def test_a_failure_reaches_the_server_from_either_step(hand_over: Hand) -> None:
    async def fail_at_once() -> None:
        raise LookupError("first")

    async def fail_later() -> None:
        await asyncio.sleep(0)
        raise LookupError("later")

    _, watcher = hand_over(fail_at_once)
    assert str(watcher.failed) == "first"
    held, watcher = hand_over(fail_later)
    await held
    assert str(watcher.failed) == "later"


@pytest.mark.usefixtures("hand_over")
async def test_tasks_of_the_applications_own_are_as_ever() -> None:
    async def seven() -> int:
        await in_task()
        return 7

    assert await asyncio.create_task(seven()) == 7
