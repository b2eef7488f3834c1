import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from runtime.errors import ServiceError, UserError
from runtime.settings import Settings
from streams.health_port import Health, HealthPort
from streams.process import _run
from streams.tracker.run_tracker import prepare_tracker


async def fail_in_company(_health: Health) -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(asyncio.sleep(60))
        tasks.create_task(fail())


async def fail() -> None:
    await asyncio.sleep(0)
    raise ServiceError("the broker is away")


async def test_a_failure_meant_for_a_person_comes_out_alone() -> None:
    with pytest.raises(ServiceError, match="the broker is away"):
        await _run(Settings(), fail_in_company)


async def test_a_signal_ends_the_work_where_it_waits() -> None:
    async def work(_health: Health) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.Event().wait()

    async with asyncio.timeout(60):
        await _run(Settings(), work)


def test_a_process_that_failed_ends_whatever_threads_a_library_left_running(tmp_path: Path) -> None:
    script = tmp_path / "failing.py"
    script.write_text(
        "import threading, time\n"
        "from runtime.errors import ServiceError\n"
        "from runtime.settings import Settings\n"
        "from streams.process import run_process\n"
        "async def work(health):\n"
        "    threading.Thread(target=time.sleep, args=(60,)).start()\n"
        "    raise ServiceError('the worker crashed')\n"
        "run_process(Settings(), 'test', work)\n"
    )
    ended = subprocess.run([sys.executable, script], check=False, capture_output=True, timeout=120)
    assert ended.returncode == 1
    assert b"the worker crashed" in ended.stderr


async def test_a_process_says_when_it_is_ready_and_what_it_counts() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    health = Health()
    async with (
        HealthPort(Settings(metrics_port=port), health),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        assert (await client.get("/health/live")).status_code == 200
        assert (await client.get("/health/ready")).status_code == 503
        health.progress()
        assert (await client.get("/health/ready")).status_code == 200
        assert "headway_progress_at" in (await client.get("/metrics")).text
        assert (await client.get("/elsewhere")).status_code == 404


@pytest.mark.parametrize(("asked", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, -signal.SIGINT)])
def test_a_signal_ends_what_is_computed_before_the_work(tmp_path: Path, asked: signal.Signals, code: int) -> None:
    script = tmp_path / "preparing.py"
    script.write_text(
        "import sys\n"
        "from runtime.settings import Settings\n"
        "from streams.process import run_process\n"
        "def prepare():\n"
        "    sys.stdout.write('at work\\n'); sys.stdout.flush()\n"
        "    while True: pass\n"
        "run_process(Settings(), 'test', None, prepare=prepare)\n"
    )
    process = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    with process:
        assert process.stdout.readline() == b"at work\n"
        process.send_signal(asked)
        assert process.wait(60) == code


def test_a_missing_history_is_told_before_kernels_are_compiled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("streams.tracker.run_tracker.warm_up", lambda: pytest.fail("compiled"))
    with pytest.raises(UserError, match="no such history"):
        prepare_tracker(Settings(history=tmp_path / "none.history"))
