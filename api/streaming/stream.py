"""One open stream: catches up from where its client was, then passes on what its group is told."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Final

import orjson

from api.problems import Problem, problem_body
from api.streaming.catch_up import Missed
from api.streaming.events import Event
from api.streaming.hub import Hub
from api.streaming.position import Position
from api.streaming.wanted import Wanted
from transit.grants.reach import EVERYTHING, Reach

if TYPE_CHECKING:
    from api.streaming.subscriptions import Group

AHEAD_WITHIN_S: Final = 10.0
"""A client may know more than this replica for a moment; for longer only where the log was made anew."""


class Ending:
    """Why a stream ends: a problem, and in how many seconds its client may come back."""

    __slots__ = ("detail", "problem", "retry_s")

    def __init__(self, problem: Problem, retry_s: float, detail: str = "") -> None:
        self.problem = problem
        self.retry_s = retry_s
        self.detail = detail or problem.mending

    def event(self) -> Event:
        """The last event of the stream."""
        return Event(b"end", "", problem_body(self.problem, self.detail, retry_after_s=round(self.retry_s, 1)))


class Stream:
    """A client's place in the log, and its way to what comes next. Holds no events of its own."""

    __slots__ = (
        "_generation",
        "_hub",
        "_position",
        "_rung",
        "_waiter",
        "abort",
        "beats",
        "behind",
        "ended_at",
        "ending",
        "group",
        "sent_at",
        "tick",
        "wanted",
    )

    def __init__(self, hub: Hub, wanted: Wanted, position: Position | None, reach: Reach = EVERYTHING) -> None:
        self._hub = hub
        self._generation = hub.generation
        self._position = position
        self._rung = False
        self._waiter: asyncio.Future[None] | None = None
        self.tick = 0
        """Number of the last tick it was given."""
        self.wanted = wanted
        self.ending: Ending | None = None
        self.beats = False
        self.behind = 0
        self.sent_at = self.ended_at = time.monotonic()
        self.abort: Callable[[], object] | None = None
        """Ends it at once, when its client does not even take the reason."""
        self.group: Group = hub.subscriptions.join(self, wanted, reach)

    def close(self) -> None:
        """Leave; nothing is told any more."""
        self._hub.subscriptions.leave(self, self.group)

    def end(self, ending: Ending) -> None:
        """Tell the client why, and end."""
        if self.ending is None:
            self.ending = ending
            self.ended_at = time.monotonic()
            self.wake()

    def wake(self) -> None:
        """Let it look for news."""
        self._rung = True
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def _rest(self) -> None:
        """Wait until woken; an asyncio.Event would weigh more than the rest of the stream."""
        if not self._rung:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
            self._waiter = None
        self._rung = False

    async def events(self) -> AsyncIterator[Event]:
        """Everything the client is to get, until the stream is ended."""
        hub = self._hub
        await self._await_log()
        async for event in self._catch_up():
            yield event
        while self.ending is None:
            if self._generation != hub.generation:
                self._generation, self._position = hub.generation, None
                await self._await_log()
                async for event in self._catch_up():
                    yield event
            news = self.group.since(self.tick)
            if news is None:
                self.behind += 1
                async for event in self._catch_up(latest_only=True):
                    yield event
                continue
            for tick, event in news:
                self.tick, self._position = tick.number, tick.position
                yield event
            if news:
                continue
            if self.beats:
                self.beats = False
                yield Event(b"beat", hub.told.id, b"{}")
                continue
            await self._rest()
        yield self.ending.event()

    async def _await_log(self) -> None:
        """Wait until this replica has read as far as the client has; forget a position that no log here has."""
        hub, wanted = self._hub, self._position
        await hub.ready.wait()
        until = time.monotonic() + AHEAD_WITHIN_S
        while wanted is not None and self.ending is None:
            if wanted.epoch == hub.epoch and not self._is_ahead_of(hub.tick.position):
                return
            if wanted.epoch < hub.epoch or time.monotonic() > until:
                self._position = None
                return
            await asyncio.sleep(hub.tick_s)

    def _is_ahead_of(self, position: Position) -> bool:
        """Whether the client was told what lies beyond a place: a value, or that a timetable changed."""
        mine = self._position
        return mine is not None and (mine.is_beyond(position) or not self._hub.spoken.has_passed(mine.heard, position))

    async def _catch_up(self, *, latest_only: bool = False) -> AsyncIterator[Event]:
        """What the client misses, partition by partition, until nothing is left that has been told."""
        hub = self._hub
        missed = Missed(hub, self.group, self._position, latest_only=latest_only)
        while self.ending is None and missed.go_on(hub.tick):
            async for event in missed.events():
                yield event
        self.tick, self._position = hub.tick.number, hub.tick.position
        if not latest_only:
            yield Event(b"ready", hub.tick.id, orjson.dumps({"resumed": missed.is_resumed}))
