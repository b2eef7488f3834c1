"""A command beside the answers: what it wrote, its code, and its end at the limit."""

from pathlib import Path

import pytest

from api.headway_process import run_headway


async def test_what_a_command_wrote_and_said_comes_with_its_code(tmp_path: Path) -> None:
    ended = await run_headway(("--help",), timetables=tmp_path, within_s=280)
    assert (ended.code, b"Usage" in ended.written) == (0, True)
    refused = await run_headway(("crosswalk", "nothing", "stops"), timetables=tmp_path, within_s=280, told=b"[]")
    assert refused.code == 2
    assert "headway: " in refused.said


async def test_one_that_takes_longer_than_it_may_is_killed(tmp_path: Path) -> None:
    with pytest.raises(TimeoutError):
        await run_headway(("crosswalk", "nothing", "stops"), timetables=tmp_path, within_s=0.001)
