"""Ends a process that no longer moves, so that whoever supervises it starts it anew.

The watch has a thread of its own: what stands still may be the event loop itself.
"""

import asyncio
import math
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from types import CoroutineType
from typing import Any, Final

import structlog

from streams.health_port import Health

LOOK_EVERY_S: Final = 1.0
STILL_S_MAX: Final = 120.0
"""No longer than this may pass without a move: a takeover takes seconds, a broker's answer at most half a minute."""

START_S_MAX: Final = 600.0
"""The same before the first move: a start may compile kernels, and migrate what an earlier version left."""

LOG_WITHIN_S: Final = 2.5
"""Should the log itself be what hangs, the process ends after this long without its line."""

STILL_CODE: Final = 1
PLACES_MAX: Final = 40
FRAMES_MAX: Final = 8

_log = structlog.get_logger(__name__)


class Watchdog:
    """Counts the time for which a part of ``health`` tells of no move, the one that has stood still for longest.

    A process that is stopped, with its machine or by a signal, does not age: of the time between two looks at most two
    ordinary ones count.
    """

    def __init__(self, health: Health) -> None:
        self._health = health
        self._moves: dict[str, int] = {}
        self._still_s: dict[str, float] = {}
        self._looked_at_s = -math.inf

    def look(self, now_s: float) -> bool:
        """Whether, at the monotonic second ``now_s``, a part has stood still for too long."""
        passed_s = min(now_s - self._looked_at_s, 2 * LOOK_EVERY_S)
        self._looked_at_s = now_s
        moves = dict(self._health.moves)
        for part, count in moves.items():
            stands = self._moves.get(part) == count
            self._still_s[part] = self._still_s[part] + passed_s if stands else 0.0
        self._moves = moves
        return any(self._still_s[part] >= (STILL_S_MAX if count else START_S_MAX) for part, count in moves.items())

    @property
    def still_s(self) -> dict[str, float]:
        """For how long each part has stood still at the last look (s)."""
        return dict(self._still_s)


def watch(health: Health, loop: asyncio.AbstractEventLoop) -> None:
    """From now on end the process, with code 1 and one line, once a part of it has not moved for ``STILL_S_MAX``."""
    threading.Thread(target=_watch, args=(Watchdog(health), loop), name="watchdog", daemon=True).start()


def _watch(
    dog: Watchdog,
    loop: asyncio.AbstractEventLoop,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    while not dog.look(clock()):
        sleep(LOOK_EVERY_S)
    ending = threading.Timer(LOG_WITHIN_S, os._exit, (STILL_CODE,))
    ending.daemon = True
    ending.start()
    _log.critical(
        "process_stands_still",
        still_s={part or "process": round(still_s) for part, still_s in dog.still_s.items()},
        doing="it ends, to be started anew by whoever supervises it",
        waiting=find_places(loop),
        threads=find_stacks(),
    )
    os._exit(STILL_CODE)


def find_places(loop: asyncio.AbstractEventLoop) -> list[str]:
    """Where each task of ``loop`` waits, innermost call last: the word on what hangs that a restart would take away."""
    try:
        tasks = asyncio.all_tasks(loop)
    except RuntimeError as moving:  # the set changed while it was copied: then the loop at least runs
        return [str(moving)]
    return sorted(_place(task.get_coro()) for task in tasks if not task.done())[:PLACES_MAX]


def find_stacks() -> list[str]:
    """Where each other thread is, innermost call last."""
    frames = sys._current_frames()  # noqa: SLF001 - the documented way, for debugging
    return [
        f"{thread.name}: " + " > ".join(f"{at.name}:{at.lineno}" for at in traceback.extract_stack(frame)[-FRAMES_MAX:])
        for thread in threading.enumerate()
        if thread is not threading.current_thread() and (frame := frames.get(thread.ident or 0)) is not None
    ]


def _place(awaited: Any) -> str:
    names: list[str] = []
    while isinstance(awaited, CoroutineType):
        frame = awaited.cr_frame
        line = "" if frame is None else f":{frame.f_lineno}"
        names.append(f"{awaited.cr_code.co_qualname}{line}")
        awaited = awaited.cr_await
    return " > ".join(names)
