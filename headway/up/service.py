"""One of Headway's own processes under supervision: started, watched, started again when it dies."""

import asyncio
import os
import shutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from runtime.embedded.child import Child, ChildPlan
from runtime.errors import UserError

BACKOFF_FIRST_S: Final = 0.5
BACKOFF_LAST_S: Final = 30.0
STEADY_AFTER_S: Final = 60.0
"""A process that has run this long is well: its next death is treated as the first."""

LOG_BYTES_MAX: Final = 20_000_000
"""A longer log is put aside, also while its process runs, in place of the one put aside before."""

_USER_ERROR: Final = 2
_LOOK_EVERY_S: Final = 0.05


@dataclass(frozen=True, kw_only=True)
class ServicePlan:
    """A command of ``headway`` and its environment. ``may_finish``: ending with code 0 is its right, not a failure."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    log_folder: Path
    may_finish: bool = False
    descriptors: tuple[int, ...] = ()
    """Open files of ours that the process gets."""


@dataclass(frozen=True, slots=True)
class Death:
    """A process ended by itself; it is started again in ``again_in_s``, or never if it has finished."""

    name: str
    code: int
    again_in_s: float | None
    log: Path


class Service:
    """Times are the caller's monotonic seconds."""

    def __init__(self, plan: ServicePlan) -> None:
        self.plan = plan
        self.child: Child | None = None
        self.deaths = 0
        self.has_finished = False
        self._wanted = False
        self._started_at = 0.0
        self._start_at: float | None = None

    @property
    def log(self) -> Path:
        """Where the process's output goes."""
        return self.plan.log_folder / f"{self.plan.name}.log"

    def start(self, now_s: float) -> None:
        """Start the process; from now on it is wanted alive."""
        self._wanted = True
        self._start_at = None
        self._started_at = now_s
        self.child = self._launch()

    def _launch(self) -> Child:
        command = [sys.executable, "-m", "headway", *self.plan.arguments]
        return Child(
            ChildPlan(
                name=self.plan.name,
                command=command,
                log=self.log,
                environment=self.plan.environment,
                descriptors=self.plan.descriptors,
            )
        )

    async def succeed(self, ready_file: Callable[[int], Path], within_s: float) -> bool:
        """Start the process anew beside itself, and end the old one when the new one's ``ready_file`` is there.

        From then on the new one is wanted alive, also where the old one had died or was never started. ``False`` where
        it was not ready ``within_s``: it is ended, and the old one goes on.
        """
        successor = self._launch()
        try:
            # A process that was killed leaves its file behind, and the system gives its pid out again.
            ready_file(successor.pid).unlink(missing_ok=True)
            is_ready = await self._await_ready(successor, ready_file(successor.pid), within_s)
        except BaseException:
            successor.stop()
            raise
        if not is_ready:
            await asyncio.to_thread(successor.stop)
            return False
        old, self.child, self._started_at = self.child, successor, time.monotonic()
        self._wanted, self._start_at, self.deaths = True, None, 0
        if old is not None:
            await asyncio.to_thread(old.stop)
        return True

    async def _await_ready(self, successor: Child, file: Path, within_s: float) -> bool:
        until = time.monotonic() + within_s
        while not _is_there(file):
            if not successor.is_alive() or time.monotonic() > until:
                return False
            await asyncio.sleep(_LOOK_EVERY_S)
        return True

    def look(self, now_s: float) -> Death | None:
        """Notice a death, once, and start the process again when its time has come.

        Raises:
            UserError: the process refuses its settings, which no restart mends; its own words are in the message.
        """
        if not self._wanted:
            return None
        self._put_log_aside()
        if self._start_at is not None:
            if now_s >= self._start_at:
                self.start(now_s)
            return None
        if self.child is None or (code := self.child.exit_code) is None:
            return None
        if code == _USER_ERROR:
            raise UserError(f"{self.plan.name} cannot run: {_last_line(self.child)}")
        self.child.stop()
        if code == 0 and self.plan.may_finish:
            self._wanted = False
            self.has_finished = True
            return Death(self.plan.name, code, None, self.log)
        return self._die(now_s, code)

    def is_running(self) -> bool:
        """Whether the process runs now."""
        return self.child is not None and self.child.is_alive()

    def ask_to_stop(self) -> None:
        """From now on the process is not wanted; ask it to end and return at once."""
        self._wanted = False
        self._start_at = None
        if self.child is not None:
            self.child.ask_to_stop()

    async def stop(self, within_s: float) -> None:
        """End the process, in good order within ``within_s``, else by force."""
        self.ask_to_stop()
        if self.child is not None:
            await asyncio.to_thread(self.child.stop, within_s)

    def _die(self, now_s: float, code: int) -> Death:
        if now_s - self._started_at >= STEADY_AFTER_S:
            self.deaths = 0
        wait_s = min(BACKOFF_LAST_S, BACKOFF_FIRST_S * 2.0**self.deaths)
        self.deaths += 1
        self._start_at = now_s + wait_s
        return Death(self.plan.name, code, wait_s, self.log)

    def _put_log_aside(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES_MAX:
            # the process holds the file open and appends: a copy is put aside, and the file begins again
            shutil.copyfile(self.log, self.log.with_suffix(".log.1"))
            os.truncate(self.log, 0)


def _is_there(file: Path) -> bool:
    return file.exists()


def _last_line(child: Child) -> str:
    lines = child.log_tail().splitlines() or ["it says nothing"]
    return lines[-1].removeprefix("headway: ")
