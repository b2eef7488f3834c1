"""A child process that ends with its parent and leaves a log."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from runtime.errors import ServiceError

STOP_WITHIN_S: Final = 4.0
"""A child that still runs this long after being asked to stop is killed; with its reaping this makes five seconds."""

_LOG_TAIL_BYTES: Final = 2_000


@dataclass(frozen=True, kw_only=True)
class ChildPlan:
    """How to run a child: its command line, log file, and what it gets.

    ``stop_signal`` asks it to end in good order; Linux sends it ``death_signal`` when its parent dies. ``user`` is
    whom it runs as where we are root. ``environment`` replaces ours where it is given. ``descriptors`` are open files
    of ours that it gets under the same numbers.
    """

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL
    user: str | None = None
    folder: Path | None = None
    descriptors: tuple[int, ...] = ()


class Child:
    """One running child process, in a session of its own so that a terminal's Ctrl-C reaches the parent alone.

    Linux ties a child to the *thread* that started it: start children from the main thread.
    """

    def __init__(self, plan: ChildPlan) -> None:
        self.plan = plan
        plan.log.parent.mkdir(parents=True, exist_ok=True)
        with plan.log.open("ab") as log:
            try:
                self._process = subprocess.Popen(  # noqa: S603 - the command is ours, no shell is involved
                    [*die_with_parent(plan.death_signal), *plan.command],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env=None if plan.environment is None else dict(plan.environment),
                    cwd=plan.folder,
                    user=plan.user,
                    group=None if plan.user is None else _group_of(plan.user),
                    start_new_session=True,
                    pass_fds=plan.descriptors,
                )
            except OSError as refused:
                raise ServiceError(f"{plan.name} cannot be started: {refused}") from None

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """How it ended, negative for a signal; ``None`` while it runs."""
        return self._process.poll()

    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self.exit_code is None

    def resident_bytes(self) -> int:
        """Memory it holds at present; 0 when it has ended or the system does not say."""
        try:
            pages = Path(f"/proc/{self.pid}/statm").read_text().split()[1]
        except (OSError, IndexError):
            return 0
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def ask_to_stop(self) -> None:
        """Send its stop signal and return at once."""
        if self.is_alive():
            self._process.send_signal(self.plan.stop_signal)

    def stop(self, within_s: float = STOP_WITHIN_S) -> None:
        """End it: in good order if it does so within ``within_s``, else by force; its own children with it."""
        self.ask_to_stop()
        try:
            self._process.wait(within_s)
        except subprocess.TimeoutExpired:
            self.kill()
            return
        self._end_group()

    def kill(self) -> None:
        """End it by force, and what it started."""
        self._end_group()
        self._process.kill()
        self._process.wait()

    def pause(self) -> None:
        """Freeze it, as a machine that stalls would."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a frozen one go on."""
        self._process.send_signal(signal.SIGCONT)

    def log_tail(self) -> str:
        """The end of its log."""
        try:
            written = self.plan.log.read_bytes()
        except OSError:
            return ""
        return written[-_LOG_TAIL_BYTES:].decode(errors="replace").strip()

    def _end_group(self) -> None:
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return


def _group_of(user: str) -> int:
    import pwd  # noqa: PLC0415 - only POSIX systems have it, and only root needs it

    return pwd.getpwnam(user).pw_gid


def die_with_parent(death_signal: signal.Signals) -> list[str]:
    """The words before a command that tie its process to the thread that starts it.

    Python's own way (code between fork and exec) is not safe beside threads. Where there is no ``setpriv``, a parent
    that is killed leaves its children behind; ``headway up`` finds them by their pid file.
    """
    setpriv = shutil.which("setpriv") if sys.platform == "linux" else None
    if setpriv is None:
        return []
    return [setpriv, "--pdeathsig", death_signal.name.removeprefix("SIG"), "--"]
