"""The command line as a person meets it: whatever is wrong with what was asked for is one line."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from simulators.publishing.feed_server import FeedServer


def _run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "headway", *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | environment,
    )


def test_a_data_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    folder = str(tmp_path / "file" / "headway")
    ended = _run("up", "--folder", folder)
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert ended.stderr.startswith("headway: ")


def test_a_broker_that_is_not_there_is_one_clear_line_with_the_way_out(tmp_path: Path) -> None:
    ended = _run("topics", "check", HEADWAY_DATA_FOLDER=str(tmp_path), HEADWAY_BROKER="127.0.0.1:1")
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert "127.0.0.1:1 cannot be reached: HEADWAY_BROKER says where it is" in ended.stderr


def test_a_plan_that_no_sandbox_has_is_refused_before_anything_is_made() -> None:
    ended = _run("sandbox", "run", "outage", "--plan", "gold")
    assert (ended.returncode, ended.stderr) == (2, "headway: --plan gold: a sandbox has trial and standard\n")


def test_a_server_on_this_machine_is_asked_without_the_proxy_for_the_world_outside(tmp_path: Path) -> None:
    with closing(FeedServer(0)) as served:
        served.publish(b"no zip", 1_700_000_000)
        folder, proxy = str(tmp_path), "http://127.0.0.1:9"
        without = {"no_proxy": "", "NO_PROXY": "", "HEADWAY_DATA_FOLDER": folder}
        ended = _run("timetable", "compile", served.url, "--name", "city", http_proxy=proxy, **without)
    assert ended.returncode == 2
    assert f"{served.url}: not a readable zip" in ended.stderr


@pytest.mark.parametrize("command", [("record", "--feed", "a=http://127.0.0.1:1/v.pb", "--to"), ("up", "--record")])
def test_an_archive_that_cannot_be_made_is_one_clear_line_before_anything_is_started(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "file").write_text("no folder")
    archive = str(tmp_path / "file" / "archive")
    ended = _run(*command, archive, HEADWAY_DATA_FOLDER=str(tmp_path / "up"))
    assert ended.returncode == 2
    assert ended.stderr == f"headway: {command[-1]} {archive}: no folder can be made there: Not a directory\n"
