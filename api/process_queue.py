"""Work that starts a process of its own or reads the archive: so much at once, few waiting, the same work done once."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Final, Generic, TypeVar

from api.problems import NOT_READY
from api.refusal import Refusal

_Kept = TypeVar("_Kept")

TOKENS: Final = 20
"""What a request for such work costs of the quota."""


class ProcessQueue(Generic[_Kept]):
    """Runs ``at_once`` pieces of work; ``waiting_max`` more wait for them, and who comes then is refused."""

    def __init__(self, *, at_once: int, waiting_max: int) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._most = at_once + waiting_max
        self._under_way: dict[Hashable, asyncio.Task[_Kept]] = {}

    async def run(self, key: Hashable, work: Callable[[], Coroutine[Any, Any, _Kept]]) -> _Kept:
        """What ``work`` returns or raises; who asks for a key that is under way waits for it and starts nothing.

        Raises:
            Refusal: too many wait.
        """
        task = self._under_way.get(key)
        if task is None:
            if len(self._under_way) >= self._most:
                raise Refusal(NOT_READY, "Too many ask for what takes long to work out; ask again.")
            task = self._under_way[key] = asyncio.create_task(self._do(work), name=f"working out {key!r}")
            task.add_done_callback(lambda done: self._forget(key, done))
        return await asyncio.shield(task)

    async def _do(self, work: Callable[[], Coroutine[Any, Any, _Kept]]) -> _Kept:
        async with self._places:
            return await work()

    def _forget(self, key: Hashable, done: asyncio.Task[_Kept]) -> None:
        del self._under_way[key]
        if not done.cancelled():
            done.exception()  # whoever waited has it; where all have left, it is nobody's
