"""How a stream process runs: on uvloop, with logs, a health port, and an end in good order within seconds."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable
from types import FrameType
from typing import Final

import structlog
import uvloop

from runtime.errors import HeadwayError
from runtime.logs import set_up_logs
from runtime.settings import Settings
from streams.health_port import Health, HealthPort
from streams.watchdog import watch

_log = structlog.get_logger(__name__)

DRAIN_S: Final = 2.5
"""After SIGTERM a process may take this long to finish what it has begun; at-least-once makes a harder end safe."""

FORCED_CODE: Final = 0
FAILED_CODE: Final = 1


def run_process(
    settings: Settings,
    name: str,
    work: Callable[[Health], Awaitable[None]],
    *,
    must_move: bool = False,
    prepare: Callable[[], None] | None = None,
) -> None:
    """Run ``work`` until it ends by itself or a signal ends it.

    ``prepare`` is what takes seconds of computing before there is anything to drain: a signal ends it where it is.
    ``must_move``: it tells ``Health`` of a move every few seconds, also when there is nothing to do, and the process
    ends with code 1 once it no longer does.
    """
    set_up_logs(settings, process=name)
    if prepare is not None:
        before = signal.signal(signal.SIGTERM, _leave)
        prepare()
        signal.signal(signal.SIGTERM, before)
    uvloop.run(_run(settings, work, on_failure=_end_soon, must_move=must_move))


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(FORCED_CODE)


def _end_soon() -> None:
    """End the process even if a library's task or thread goes on: what has failed must die, to be started again."""
    ending = threading.Timer(DRAIN_S, os._exit, (FAILED_CODE,))
    ending.daemon = True
    ending.start()


async def _run(
    settings: Settings,
    work: Callable[[Health], Awaitable[None]],
    *,
    on_failure: Callable[[], None] = lambda: None,
    must_move: bool = False,
) -> None:
    health = Health()
    loop = asyncio.get_running_loop()
    if must_move:
        watch(health, loop)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    async with HealthPort(settings, health):
        task = asyncio.ensure_future(work(health))
        waiting = asyncio.create_task(stopping.wait())
        await asyncio.wait((task, waiting), return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if stopping.is_set():
            await _drain(task)
        else:
            if task.exception() is not None:
                on_failure()
            _pass_failure_on(task)


def _pass_failure_on(task: "asyncio.Future[None]") -> None:
    """Raise what ended the work; of several failures at once the one that was written for a person."""
    try:
        task.result()
    except BaseExceptionGroup as failures:
        meant: BaseException | None = failures.subgroup(HeadwayError)
        while isinstance(meant, BaseExceptionGroup):
            meant = meant.exceptions[0]
        if meant is None:
            raise
        raise meant from None


async def _drain(task: "asyncio.Future[None]") -> None:
    task.cancel()
    _, late = await asyncio.wait((task,), timeout=DRAIN_S)
    if late:
        _log.warning("drain_cut_short", after_s=DRAIN_S)
        sys.stderr.flush()
        os._exit(FORCED_CODE)
    if not task.cancelled() and task.exception() is not None:
        _log.warning("drain_failed", error=str(task.exception()))
