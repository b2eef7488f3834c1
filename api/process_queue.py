"""Work that starts a process of its own or reads the archive: so much at once, few waiting, the same work done once."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Final, Generic, TypeVar

from api.problems import NOT_READY
from api.refusal import Refusal

_Kept = TypeVar("_Kept")

TOKENS: Final = 20
"""What a request for such work costs of the quota."""


EACH_MAX: Final = 2
"""Pieces of work of one asker under way or waiting, where work is of somebody's."""


class ProcessQueue(Generic[_Kept]):
    """Runs ``at_once`` pieces of work; ``waiting_max`` more wait for them, and who comes then is refused."""

    def __init__(self, *, at_once: int, waiting_max: int) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._most = at_once + waiting_max
        self._under_way: dict[Hashable, asyncio.Task[_Kept]] = {}
        self._asked: Counter[str] = Counter()
        self._turns: dict[str, asyncio.Lock] = {}

    async def run(self, key: Hashable, work: Callable[[], Coroutine[Any, Any, _Kept]], whose: str = "") -> _Kept:
        """What ``work`` returns or raises; who asks for a key that is under way waits for it and starts nothing.

        Of one asker (``whose``) a piece is done at a time, so that its long work leaves the other places to others.

        Raises:
            Refusal: too many wait, or too much of this asker's.
        """
        task = self._under_way.get(key)
        if task is None:
            if len(self._under_way) >= self._most:
                raise Refusal(NOT_READY, "Too many ask for what takes long to work out; ask again.")
            if whose and self._asked[whose] >= EACH_MAX:
                raise Refusal(NOT_READY, "What you asked for before is still being worked out; ask again after it.")
            self._asked[whose] += 1
            doing = self._do_in_turn(work, whose) if whose else self._do(work)
            task = self._under_way[key] = asyncio.create_task(doing, name="working out")
            task.add_done_callback(lambda done: self._forget(key, whose, done))
        return await asyncio.shield(task)

    async def _do_in_turn(self, work: Callable[[], Coroutine[Any, Any, _Kept]], whose: str) -> _Kept:
        async with self._turns.setdefault(whose, asyncio.Lock()):
            return await self._do(work)

    async def _do(self, work: Callable[[], Coroutine[Any, Any, _Kept]]) -> _Kept:
        async with self._places:
            return await work()

    def _forget(self, key: Hashable, whose: str, done: asyncio.Task[_Kept]) -> None:
        del self._under_way[key]
        self._asked[whose] -= 1
        if not self._asked[whose]:
            del self._asked[whose]
            self._turns.pop(whose, None)
        if not done.cancelled():
            done.exception()  # whoever waited has it; where all have left, it is nobody's
