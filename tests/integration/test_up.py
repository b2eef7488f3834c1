import os
import signal
import socket
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest

from tests.integration.running_headway import Poller, RunningHeadway, ask, wait_gone

pytestmark = [pytest.mark.timeout(900), pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")]


def test_one_command_serves_a_live_city_mends_itself_and_ends_with_all_it_started(tmp_path: Path) -> None:
    with RunningHeadway(tmp_path / "up") as headway:
        url, key = headway.sample()
        wait_live(url, key)

        second = run_up("--folder", str(headway.folder))
        assert second.returncode == 2
        assert second.stderr.count("\n") == 1
        assert "Headway runs in" in second.stderr

        with Poller(url, key) as poller:
            for words in ("headway tracker", "headway serving", "valkey-server"):
                victim = headway.find_child(words)
                os.kill(victim, signal.SIGKILL)
                wait_gone([victim])
            headway.wait_printed("tracker-1 ended with code -9")
            headway.wait_printed("the store died")
            wait_fresh(poller, time.time())
            headway.process.send_signal(signal.SIGHUP)
            headway.wait_printed("api-1 was followed by a new process")
            wait_fresh(poller, time.time())
        assert poller.failures == []

        children = list(headway.children())
        headway.interrupt()
        assert headway.process.returncode == 0, headway.printed
        wait_gone(children)


def test_what_a_killed_run_leaves_behind_does_not_stop_the_next_one(tmp_path: Path) -> None:
    with RunningHeadway(tmp_path / "up") as killed:
        killed.wait_printed("timetable city")
        while len(killed.children() if (killed.folder / "up.children").exists() else {}) < 7:
            time.sleep(0.1)
        children = list(killed.children())
        killed.kill()
        wait_gone(children)
    with RunningHeadway(tmp_path / "up") as again:
        url, key = again.sample()
        assert ask(url, key)["arrivals"]


def test_a_port_that_is_taken_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run_up("--folder", str(tmp_path), "--port", str(port))
    assert done.returncode == 2
    assert done.stderr == f"headway: port {port} on 127.0.0.1 is taken: choose another with --port\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--positions", "vehicles.pb"], "--positions needs the timetable its vehicles run on: add --gtfs"),
        (["--broker", "127.0.0.1:9"], "--broker 127.0.0.1:9: no broker answers there"),
        (["--broker", "rabbit"], "--broker rabbit: use tansu, kafka, or HOST:PORT of a broker that runs"),
        (["--workers", "9"], "--workers 9: the line topics have 4 partitions"),
        (["--gtfs", "nowhere.zip"], "--gtfs nowhere.zip: no such file or folder"),
        (["--gtfs", ".", "--positions", "nowhere.pb"], "--positions nowhere.pb: no such file or folder"),
    ],
)
def test_what_cannot_be_had_is_one_clear_line(tmp_path: Path, arguments: list[str], said: str) -> None:
    done = run_up("--folder", str(tmp_path), *arguments)
    assert done.returncode == 2
    assert f"headway: {said}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_city_too_large_for_the_laptops_broker_is_told_which_one_to_take(tmp_path: Path) -> None:
    gtfs = tmp_path / "large.zip"
    generated = subprocess.run(
        [sys.executable, "-m", "headway", "city", "generate", "--lines", "61", str(gtfs)], check=False, timeout=240
    )
    assert generated.returncode == 0
    done = run_up("--folder", str(tmp_path / "up"), "--gtfs", str(gtfs))
    assert done.returncode == 2
    assert "61 lines are too many for Tansu" in done.stderr
    assert "--broker kafka" in done.stderr


def run_up(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "headway", "up", *arguments], capture_output=True, text=True, timeout=240, check=False
    )


def wait_live(url: str, key: str, within_s: float = 120.0) -> None:
    """Wait until an arrival is by a vehicle under way: the one seen by the greeting may have passed by now."""
    until = time.monotonic() + within_s
    while "live" not in (bases := {arrival["basis"] for arrival in ask(url, key)["arrivals"]}):
        assert time.monotonic() < until, bases
        time.sleep(0.5)


def wait_fresh(poller: Poller, since: float, within_s: float = 120.0) -> None:
    """Wait until the partner's answers rest on a poll later than ``since``."""
    until = time.monotonic() + within_s
    while not (written := poller.latest.get("computed_at")) or datetime.fromisoformat(written).timestamp() <= since:
        assert time.monotonic() < until, poller.latest
        time.sleep(0.2)
