"""Requests that start processes wait in a short queue."""

import asyncio
from functools import partial

import pytest

from api.process_queue import ProcessQueue
from api.refusal import Refusal


async def test_so_many_run_at_once_few_wait_and_who_comes_then_is_refused() -> None:
    queue = ProcessQueue[int](at_once=2, waiting_max=1)
    gate, running = asyncio.Event(), []

    async def work(number: int) -> int:
        running.append(number)
        await gate.wait()
        return number

    asked = [asyncio.create_task(queue.run(number, lambda number=number: work(number))) for number in range(3)]  # type: ignore[misc]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    with pytest.raises(Refusal, match="ask again"):
        await queue.run(3, lambda: work(3))
    assert running == [0, 1]
    gate.set()
    assert await asyncio.gather(*asked) == [0, 1, 2]
    assert await queue.run(3, lambda: work(3)) == 3


async def test_the_same_is_done_once_for_all_who_ask_and_goes_on_when_one_leaves() -> None:
    queue = ProcessQueue[int](at_once=1, waiting_max=0)
    gate, ran = asyncio.Event(), []

    async def work() -> int:
        ran.append(1)
        await gate.wait()
        return 7

    asked = [asyncio.create_task(queue.run("same", work)) for _ in range(3)]
    await asyncio.sleep(0)
    asked[0].cancel()
    gate.set()
    assert await asyncio.gather(*asked[1:]) == [7, 7]
    assert ran == [1]


async def test_of_one_asker_a_piece_is_done_at_a_time_and_others_go_before_its_next() -> None:
    queue = ProcessQueue[str](at_once=2, waiting_max=5)
    done = asyncio.Event()
    begun: list[str] = []

    async def long(name: str) -> str:
        begun.append(name)
        await done.wait()
        return name

    asked = [
        asyncio.create_task(queue.run(name, partial(long, name), whose))
        for name, whose in (("first", "a"), ("second", "a"), ("theirs", "b"))
    ]
    for _ in range(5):
        await asyncio.sleep(0)
    assert begun == ["first", "theirs"]
    with pytest.raises(Refusal):
        await queue.run("third", partial(long, "third"), "a")
    done.set()
    assert await asyncio.gather(*asked) == ["first", "second", "theirs"]
    assert await queue.run("fourth", partial(long, "fourth"), "a") == "fourth"
