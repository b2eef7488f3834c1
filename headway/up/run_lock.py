"""One ``headway up`` a data folder, and what an earlier one that was killed has left behind."""

import contextlib
import fcntl
import json
import os
import signal
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from runtime.errors import UserError

_GONE_WITHIN_S: Final = 5.0
_LOOK_EVERY_S: Final = 0.05


@contextmanager
def hold_run_lock(folder: Path) -> Iterator[None]:
    """Hold ``folder`` for this process alone.

    Raises:
        UserError: another process holds it.
    """
    # partners, accounts and webhooks' secrets lie in it
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / "up.lock"
    with file.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            raise UserError(
                f"Headway runs in {folder} already (process {holder}): stop it first, or give --folder another folder"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


def record_children(folder: Path, pids: Iterable[int]) -> None:
    """Write down which processes this run has started, with the moment each began: process ids are used again."""
    children = {str(pid): started for pid in pids if (started := _started_at(pid)) is not None}
    scratch = folder / "up.children.part"
    scratch.write_text(json.dumps(children))
    scratch.replace(folder / "up.children")


def end_leftovers(folder: Path) -> list[int]:
    """End processes that an earlier, killed run has left behind; return their ids.

    Only what that run wrote down, and what still is the same process, is touched. The run lock must be held.
    """
    file = folder / "up.children"
    try:
        recorded = json.loads(file.read_text())
    except (OSError, ValueError):
        return []
    left = [int(pid) for pid, started in recorded.items() if _started_at(int(pid)) == started]
    for pid in left:
        _end_group(pid)
    until = time.monotonic() + _GONE_WITHIN_S
    while any(_started_at(pid) is not None for pid in left) and time.monotonic() < until:
        time.sleep(_LOOK_EVERY_S)
    file.unlink(missing_ok=True)
    return left


def _end_group(pid: int) -> None:
    # every child leads a group of its own, so that what it started ends with it
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _started_at(pid: int) -> str | None:
    """When a process began, in the system's own ticks since boot; ``None`` when it has ended or cannot be seen."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else fields[19]
