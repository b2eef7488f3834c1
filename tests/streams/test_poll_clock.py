"""Polls of a live feed, on a clock that is simulated."""

import pytest

from streams.doors import poll_clock
from streams.doors.poll_clock import poll_times


class Clock:
    """Two clocks that sleeping moves: the wall's may be set."""

    def __init__(self) -> None:
        self.wall, self.steady = 1000.0, 50.0

    def time(self) -> float:
        return self.wall

    def monotonic(self) -> float:
        return self.steady

    async def sleep(self, seconds: float) -> None:
        self.wall += seconds
        self.steady += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    simulated = Clock()
    monkeypatch.setattr(poll_clock, "time", simulated)
    monkeypatch.setattr(poll_clock, "asyncio", simulated)
    return simulated


@pytest.mark.usefixtures("clock")
async def test_a_feed_is_polled_at_even_steps() -> None:
    polls = poll_times(10)
    assert [await anext(polls) for _ in range(4)] == [1000, 1010, 1020, 1030]


async def test_polls_go_on_second_by_second_until_a_clock_set_back_has_caught_up(clock: Clock) -> None:
    polls = poll_times(10)
    assert await anext(polls) == 1000
    clock.wall -= 35
    assert [await anext(polls) for _ in range(6)] == [1001, 1002, 1003, 1005, 1015, 1025]


async def test_a_clock_set_back_makes_no_second_of_quick_polls_shorter(clock: Clock) -> None:
    polls = poll_times(0.2)
    assert await anext(polls) == 1000
    clock.wall -= 100
    began = clock.steady
    assert [await anext(polls) for _ in range(5)] == [1001, 1002, 1003, 1004, 1005]
    assert clock.steady - began >= 4.5
