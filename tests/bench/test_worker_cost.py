"""A benchmark ends, and says so, where a worker answers no more: stock Faust may lose what it fetched."""

import asyncio
import os
from collections.abc import Iterator
from typing import Any, Self

import pytest

from tests.bench import worker_cost
from tests.bench.bench_tracker import ATTEMPTS_MAX, again_where_lost
from tests.bench.worker_cost import STILL_S, Cost, LostMessagesError, measure


class Answers:
    """A topic on which so many answers lie, look by look; each look takes ten seconds of a simulated clock."""

    def __init__(self, counts: Iterator[int]) -> None:
        self._counts = counts
        self._count = 0
        self.now = 0.0

    def __call__(self, *_: object, **__: object) -> "Answers":
        return self

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    def assignment(self) -> set[int]:
        return {0}

    async def end_offsets(self, _: object) -> dict[int, int]:
        self._count = next(self._counts, self._count)
        return {0: self._count}

    async def pause(self, _: float) -> None:
        self.now += 10.0


@pytest.fixture
def on_topic(monkeypatch: pytest.MonkeyPatch) -> Any:
    def begin(*counts: int) -> Answers:
        answers = Answers(iter(counts))
        monkeypatch.setattr(worker_cost, "AIOKafkaConsumer", answers)
        monkeypatch.setattr("time.perf_counter", lambda: answers.now)
        monkeypatch.setattr(asyncio, "sleep", answers.pause)
        return answers

    return begin


async def test_a_worker_that_answers_no_more_ends_the_measurement_with_how_far_it_came(on_topic: Any) -> None:
    answers = on_topic(0, 4, 8, 9)
    with pytest.raises(LostMessagesError, match="9 of 12 messages"):
        await measure(os.getpid(), "broker", "topic", warm_up=4, messages=8)
    assert answers.now == pytest.approx(30 + STILL_S + 10)


async def test_a_slow_worker_is_waited_for(on_topic: Any) -> None:
    on_topic(*[0] * 8, *[4] * 9, *[8] * 9, 12)
    cost = await measure(os.getpid(), "broker", "topic", warm_up=4, messages=8)
    assert (cost.messages, cost.wall_s) == (8, 180.0)


async def test_a_yardstick_that_loses_messages_is_measured_again_and_that_is_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = []

    async def lose_once(attempt: int) -> Cost:
        asked.append(attempt)
        if attempt == 1:
            raise LostMessagesError("9 of 12 messages were answered, and no more")
        return Cost(1.0, 2.0, 3.0, 12)

    assert (await again_where_lost(lose_once)).messages == 12
    assert asked == [1, 2]
    assert "lost messages (9 of 12 messages were answered, and no more): measured again" in capsys.readouterr().err


async def test_one_that_loses_some_each_time_ends_the_benchmark() -> None:
    asked = []

    async def lose(attempt: int) -> Cost:
        asked.append(attempt)
        raise LostMessagesError("0 of 12 messages")

    with pytest.raises(LostMessagesError):
        await again_where_lost(lose)
    assert len(asked) == ATTEMPTS_MAX
