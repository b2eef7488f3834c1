"""A ``headway up`` of the test's own, as a person would run it."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.error import URLError
from urllib.request import Request, urlopen

from runtime.embedded.ports import find_free_port

_CURL = re.compile(r"curl -H 'X-API-Key: (?P<key>[^']+)' '(?P<url>[^']+)'")


class RunningHeadway:
    """The command, what it prints, and the processes below it."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder = folder
        self.port = find_free_port()
        environment = {**os.environ, "HEADWAY_OPERATIONS_PORT": str(find_free_port()), "COLUMNS": "400"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "headway", "up", "--folder", str(folder), "--port", str(self.port), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self._lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def printed(self) -> str:
        """All it has printed so far."""
        return "".join(self._lines)

    def wait_printed(self, words: str, within_s: float = 300.0) -> None:
        """Wait until it prints ``words``."""
        until = time.monotonic() + within_s
        while words not in self.printed:
            assert self.process.poll() is None, self.printed
            assert time.monotonic() < until, f"{words!r} is not in: {self.printed}"
            time.sleep(0.05)

    def sample(self) -> tuple[str, str]:
        """The URL and key of the line it offers to try."""
        self.wait_printed("Ctrl-C ends it")
        found = _CURL.search(self.printed)
        assert found, self.printed
        return found["url"], found["key"]

    def children(self) -> dict[int, str]:
        """The processes it started: id to command line."""
        listed = json.loads((self.folder / "up.children").read_text())
        commands = {int(pid): Path(f"/proc/{pid}/cmdline") for pid in listed}
        return {pid: file.read_text().replace("\0", " ") for pid, file in commands.items() if file.exists()}

    def find_child(self, words: str) -> int:
        """The one child whose command line has ``words``."""
        (pid,) = [pid for pid, command in self.children().items() if words in command]
        return pid

    def interrupt(self) -> None:
        """Ctrl-C, and wait for its end."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)
        self._reader.join(60)

    def kill(self) -> None:
        """End the command by force, and it alone."""
        self.process.kill()
        self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.interrupt()
        self._reader.join(5)
        if self.process.stderr is not None:
            self.process.stderr.close()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self._lines.append(line)


def ask(url: str, key: str) -> dict[str, Any]:
    """A partner's request."""
    with urlopen(Request(url, headers={"X-API-Key": key}), timeout=60) as answer:  # noqa: S310 - our own server
        parsed = json.load(answer)
    assert isinstance(parsed, dict)
    return parsed


class Poller:
    """A partner that asks again and again, from a thread of its own, and counts what fails."""

    def __init__(self, url: str, key: str) -> None:
        self.answered = 0
        self.failures: list[str] = []
        self.latest: dict[str, Any] = {}
        self._url, self._key = url, key
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._poll)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _poll(self) -> None:
        while not self._ended.wait(0.2):
            try:
                self.latest = ask(self._url, self._key)
                self.answered += 1
            except (URLError, OSError) as failed:
                self.failures.append(str(failed))


def is_gone(pid: int) -> bool:
    """Whether a process has ended."""
    file = Path(f"/proc/{pid}/stat")
    try:
        return file.read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def wait_gone(pids: list[int], within_s: float = 60.0) -> None:
    """Wait until all these processes have ended."""
    until = time.monotonic() + within_s
    while left := [pid for pid in pids if not is_gone(pid)]:
        assert time.monotonic() < until, left
        time.sleep(0.05)
