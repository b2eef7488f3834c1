"""What all local servers share: a data folder, a port, a bounded wait until ready, a clear error when not."""

import time
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from runtime.embedded.child import STOP_WITHIN_S, Child, ChildPlan
from runtime.embedded.ports import LOOPBACK, find_free_port
from runtime.errors import ServiceError

_PROBE_EVERY_S: Final = 0.05


class EmbeddedServer(ABC):
    """A server that we start as a child process. Used as a context manager it runs inside the ``with`` block.

    ``launch()`` returns at once (call it from the main thread), ``wait_ready()`` blocks; ``start()`` is both.
    """

    name: str
    ready_within_s: float = 30.0

    def __init__(self, folder: Path, *, port: int | None = None) -> None:
        self.folder = folder
        self.port = port or find_free_port()
        self.child: Child | None = None

    @property
    def address(self) -> str:
        """Host and port, as clients take them."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def log(self) -> Path:
        """Where the server's own output goes."""
        return self.folder / f"{self.name}.log"

    @abstractmethod
    def plan(self) -> ChildPlan:
        """How the server is run."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Whether it answers a request now; must return within a second or two."""

    def prepare(self) -> None:
        """Make the data folder ready before the server starts; a second time changes nothing."""
        self.folder.mkdir(parents=True, exist_ok=True)

    def launch(self) -> None:
        """Start the process and return at once."""
        self.prepare()
        self.child = Child(self.plan())

    def wait_ready(self) -> None:
        """Wait until the server answers.

        Raises:
            ServiceError: it ended, or does not answer in time; the end of its log is in the message.
        """
        child = self.running()
        until = time.monotonic() + self.ready_within_s
        while not self.is_ready():
            if not child.is_alive():
                raise ServiceError(f"{self.name} ended with code {child.exit_code} at its start: {child.log_tail()}")
            if time.monotonic() > until:
                self.stop()
                raise ServiceError(f"{self.name} does not answer after {self.ready_within_s:.0f} s; see {self.log}")
            time.sleep(_PROBE_EVERY_S)

    def start(self) -> Self:
        """Start the server and wait until it answers."""
        self.launch()
        self.wait_ready()
        return self

    def running(self) -> Child:
        """The server's process.

        Raises:
            ServiceError: it was not started.
        """
        if self.child is None:
            raise ServiceError(f"{self.name} was not started")
        return self.child

    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self.child is not None and self.child.is_alive()

    def ask_to_stop(self) -> None:
        """Ask the server to end and return at once."""
        if self.child is not None:
            self.child.ask_to_stop()

    def stop(self, within_s: float = STOP_WITHIN_S) -> None:
        """End the server: in good order within ``within_s``, else by force; its data folder stays."""
        if self.child is not None:
            self.child.stop(within_s)
            self.child = None

    def kill(self) -> None:
        """End the server by force, as a power cut would."""
        if self.child is not None:
            self.child.kill()
            self.child = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
