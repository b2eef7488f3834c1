"""Watches all open streams of a process: cuts those whose key ended, has their minutes paid, lets quiet ones beat."""

import asyncio
import time
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from api.problems import GOING_DOWN, Problem
from api.streaming.stream import Ending, Stream

if TYPE_CHECKING:
    from api.lane.stream_pass import StreamPass

LOOK_EVERY_S: Final = 0.25
"""A key that ended is noticed this much later than for a request; that and its announcement stay within a second."""

BEAT_EVERY_S: Final = 10.0
"""A quiet stream says that it lives, and where the log is: its id would grow too old otherwise."""

TAKEN_WITHIN_S: Final = 0.4
"""A client that does not take the reason within this time loses its connection without it."""

_COME_BACK_S: Final = 0.5
_KEY_RETRY_S: Final = 60.0
_AWAY_RETRY_S: Final = 5.0


class Open(NamedTuple):
    """A stream and its right to be open, where there is a lane to give one."""

    stream: Stream
    right: "StreamPass | None"


class Keeper:
    """One process's open streams. ``draining`` is set when the process goes down."""

    def __init__(self, draining: asyncio.Event) -> None:
        self._draining = draining
        self._open: dict[int, Open] = {}
        self._paying: set[asyncio.Task[None]] = set()
        self.ended: Counter[str] = Counter()
        """Streams that were cut, by the problem's slug."""

    def __len__(self) -> int:
        return len(self._open)

    def add(self, stream: Stream, right: "StreamPass | None") -> None:
        """Watch a stream."""
        self._open[id(stream)] = Open(stream, right)

    def drop(self, stream: Stream) -> None:
        """A stream is over."""
        self._open.pop(id(stream), None)

    async def run(self) -> None:
        """Look at every stream four times a second, until cancelled."""
        try:
            while True:
                now = time.monotonic()
                for each in list(self._open.values()):
                    await self._look(each, now)
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            for task in self._paying:
                task.cancel()
            await asyncio.gather(*self._paying, return_exceptions=True)

    async def _look(self, each: Open, now: float) -> None:
        stream, right = each
        if stream.ending is not None:
            if now - stream.ended_at > TAKEN_WITHIN_S and stream.abort is not None:
                stream.abort()
            return
        problem = None if right is None else await right.check()
        if problem is not None:
            self._end(stream, problem, _KEY_RETRY_S)
        elif self._draining.is_set():
            self._end(stream, GOING_DOWN, _COME_BACK_S)
        elif right is not None and now >= right.due_at:
            right.due_at = now + BEAT_EVERY_S
            task = asyncio.create_task(self._pay(stream, right))
            self._paying.add(task)
            task.add_done_callback(self._paying.discard)
        if now - stream.sent_at > BEAT_EVERY_S:
            stream.sent_at = now
            stream.beats = True
            stream.wake()

    async def _pay(self, stream: Stream, right: "StreamPass") -> None:
        problem = await right.pay_minute()
        if problem is not None:
            self._end(stream, problem, _KEY_RETRY_S if problem.status < 500 else _AWAY_RETRY_S)

    def _end(self, stream: Stream, problem: Problem, retry_s: float) -> None:
        self.ended[problem.slug] += 1
        stream.end(Ending(problem, retry_s))
