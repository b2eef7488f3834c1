"""Tasks that a process cannot do without: when one fails the process ends, and its supervisor starts another."""

import asyncio

import structlog

_log = structlog.get_logger(__name__)


class Fate:
    """Why this process must end, once it must. A task that died in silence would leave answers that grow old unsaid."""

    def __init__(self) -> None:
        self.sealed = asyncio.Event()
        self.reason = ""

    def hang_on(self, task: "asyncio.Task[None]") -> None:
        """End the process when ``task`` fails, however; being cancelled, or told to end, is no failure."""
        task.add_done_callback(self._note_end)

    def _note_end(self, task: "asyncio.Task[None]") -> None:
        failure = None if task.cancelled() else task.exception()
        if failure is None:
            return
        said = f"{type(failure).__name__}: {failure}"
        _log.critical("task_failed", task=task.get_name(), error=said, exc_info=failure)
        self.reason = self.reason or f"{task.get_name()}: {said}"
        self.sealed.set()
