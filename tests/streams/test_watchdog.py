import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.health_port import Health
from streams.watchdog import LOOK_EVERY_S, START_S_MAX, STILL_S_MAX, Watchdog, find_places


class Hour:
    """A watchdog that looks every second of a simulated hour."""

    def __init__(self) -> None:
        self.health = Health()
        self.dog = Watchdog(self.health)
        self.now_s = 1000.0

    def stands_after(self, seconds: float) -> bool:
        stands = self.dog.look(self.now_s)
        until_s = self.now_s + seconds
        while self.now_s < until_s:
            self.now_s += LOOK_EVERY_S
            stands = self.dog.look(self.now_s)
        return stands


@pytest.fixture
def hour() -> Hour:
    return Hour()


def test_a_process_that_moves_again_and_again_is_let_be(hour: Hour) -> None:
    for _ in range(40):
        hour.health.move()
        assert not hour.stands_after(STILL_S_MAX / 2)


def test_one_that_moved_and_then_no_longer_does_stands_still(hour: Hour) -> None:
    hour.health.move()
    hour.stands_after(5)
    assert not hour.stands_after(STILL_S_MAX - 10)
    assert hour.stands_after(10)


def test_a_start_may_take_longer_and_one_that_hangs_ends_too(hour: Hour) -> None:
    assert not hour.stands_after(START_S_MAX - 5)
    assert hour.stands_after(10)


def test_each_part_that_is_expected_to_move_has_to(hour: Hour) -> None:
    hour.health.expect("sending")
    for _ in range(8):
        hour.health.progress()
        hour.health.move("sending")
        assert not hour.stands_after(STILL_S_MAX / 2)
    for _ in range(3):
        hour.health.progress()
        stands = hour.stands_after(STILL_S_MAX / 2)
    assert stands


def test_a_part_that_never_begins_is_a_start_that_hangs(hour: Hour) -> None:
    hour.health.expect("sending")
    stands = []
    while hour.now_s < 1000 + START_S_MAX + 5:
        hour.health.progress()
        stands.append(hour.stands_after(10))
    assert stands.index(True) >= (START_S_MAX - 10) / 10


def test_a_process_on_its_way_to_work_is_watched_before_it_is_ready(hour: Hour) -> None:
    hour.health.move()
    assert not hour.health.is_ready
    assert hour.stands_after(2 * STILL_S_MAX)


@given(st.lists(st.floats(30, 86_400), max_size=5))
def test_a_process_that_was_stopped_wakes_as_young_as_it_was(pauses_s: list[float]) -> None:
    hour = Hour()
    hour.health.move()
    hour.stands_after(10)
    for pause_s in pauses_s:
        hour.now_s += pause_s
        assert not hour.dog.look(hour.now_s)
        assert hour.dog.still_s[""] <= 10 + 2 * LOOK_EVERY_S * len(pauses_s)


HANGING = """
import asyncio, threading
from runtime.settings import Settings
from streams import process, watchdog
watchdog.LOOK_EVERY_S, watchdog.STILL_S_MAX = 0.01, 0.1
async def answer_nothing():
    {hang}
async def work(health):
    health.progress()
    await answer_nothing()
process.run_process(Settings(log_format="json"), "test", work, must_move=True)
"""


@pytest.mark.parametrize("hang", ["await asyncio.Event().wait()", "threading.Event().wait()"])
def test_a_worker_that_hangs_ends_itself_with_one_line_that_says_why(tmp_path: Path, hang: str) -> None:
    script = tmp_path / "hanging.py"
    script.write_text(HANGING.format(hang=hang))
    ended = subprocess.run([sys.executable, script], check=False, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 1
    said = [line for line in (ended.stdout + ended.stderr).splitlines() if line]
    assert len(said) == 1
    assert "process_stands_still" in said[0]
    assert "answer_nothing" in said[0]


async def test_what_hangs_is_named_by_the_call_it_waits_in() -> None:
    async def write_value() -> None:
        await asyncio.Event().wait()

    async def answer() -> None:
        await write_value()

    task = asyncio.create_task(answer(), name="answer")
    await asyncio.sleep(0)
    found = [place for place in find_places(asyncio.get_running_loop()) if "write_value" in place]
    task.cancel()
    assert len(found) == 1
    assert found[0].index("answer") < found[0].index("write_value") < found[0].index("Event.wait")
