"""One tracker worker as a process: its Faust app from start to stop."""

import asyncio
from typing import Any, Final

import structlog

from runtime.errors import ServiceError
from runtime.garbage import collect_seldom
from runtime.settings import Settings
from runtime.timetables.history_file import load_history
from runtime.topics.ensure import ensure_topics
from streams.health_port import Health
from streams.tracker.app import make_tracker
from streams.tracker.warm_up import warm_up

_log = structlog.get_logger(__name__)

_GARBAGE_THRESHOLDS: Final = (20_000, 20, 50)
"""A message makes some hundred objects that reference counts free; only cycles wait for the search."""

STOP_WITHIN_S: Final = 2.0
"""What a crashed worker may take to let go of the broker before its process ends all the same."""


def prepare_tracker(settings: Settings) -> None:
    """Look at the history, which may be missing, before the kernels are compiled, which may take half a minute.

    Raises:
        UserError: the history cannot be read.
    """
    if settings.history is not None:
        load_history(settings.history)
    warm_up()


async def run_tracker(settings: Settings, health: Health, *, standby: bool = True) -> None:
    """Track lines until cancelled; ``prepare_tracker`` goes before it.

    Raises:
        ServiceError: the broker has no topics for us, or the worker failed in a way that only a new start mends.
    """
    collect_seldom(_GARBAGE_THRESHOLDS)
    await ensure_topics(settings)
    app: Any = make_tracker(settings, health, standby=standby)
    app.loop = asyncio.get_running_loop()
    app.finalize()
    try:
        await app.start()
        await app.wait_until_stopped()
    finally:
        await _stop(app)
    if app.crash_reason is not None:
        raise ServiceError(f"the tracker failed: {app.crash_reason}")


async def _stop(app: Any) -> None:
    """Stop what still runs; a worker that crashed may not be able to, and its crash is what counts."""
    try:
        await asyncio.wait_for(app.stop(), STOP_WITHIN_S if app.crash_reason is not None else None)
    except Exception as failure:
        if app.crash_reason is None:
            raise
        _log.warning("crashed_worker_not_stopped", error=repr(failure))
