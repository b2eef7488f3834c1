import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from runtime.errors import ServiceError
from runtime.settings import Settings
from streams.health_port import Health, HealthPort
from streams.process import _run


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


async def test_a_signal_ends_the_work_at_once() -> None:
    async def work(_health: Health) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(60)

    started = time.monotonic()
    await _run(Settings(), work)
    assert time.monotonic() - started < 2


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
    ended = subprocess.run([sys.executable, script], check=False, capture_output=True, timeout=40)
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
