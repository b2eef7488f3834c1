"""Both feeds, poll by poll, until the hour is over, the recordings end, or somebody has seen enough."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from typing import Final, NamedTuple

from headway.shadow.session import Session
from runtime.errors import UserError
from runtime.settings import FeedSettings
from streams.doors.choose_source import choose_source
from streams.doors.poll import Poll, Source
from streams.doors.recording_source import RecordingSource
from transit.assignment.decoded_feed import UndecodableError, decode_feed

POSITIONS: Final = "positions"
UPDATES: Final = "trip-updates"

Heard = tuple[str, Poll]


class Feeds(NamedTuple):
    """Where to listen. ``feed_clock``: time is the feeds' own headers', as where a recording is served again."""

    positions: str
    updates: str
    poll_s: float
    speed: float
    headers: dict[str, str]
    feed_clock: bool


def open_feeds(feeds: Feeds) -> tuple[Source, Source]:
    """Both sources.

    Raises:
        UserError: one is no source, or one is live and the other recorded.
    """
    opened = [
        choose_source(
            FeedSettings(
                id=name,
                timetable="shadow",
                source=place,
                poll_s=feeds.poll_s,
                speed=feeds.speed,
                headers=feeds.headers,
            )
        )
        for name, place in ((POSITIONS, feeds.positions), (UPDATES, feeds.updates))
    ]
    recorded = [isinstance(source, RecordingSource) for source in opened]
    if recorded[0] != recorded[1]:
        raise UserError("--positions and --trip-updates: both must be live or both recorded, or they speak of two days")
    return opened[0], opened[1]


async def watch(feeds: Feeds, session: Session, for_s: float, stop: asyncio.Event, note: Callable[[], None]) -> None:
    """Listen to both feeds for ``for_s`` seconds of event time, until they end or ``stop`` is set."""
    positions, updates = open_feeds(feeds)
    is_recorded = isinstance(positions, RecordingSource)
    heard = _in_order(positions, updates) if is_recorded else _as_they_come(positions, updates)
    async with aclosing(_until(heard, stop)) as polls:
        async for name, poll in polls:
            timed = _by_feed_clock(poll) if feeds.feed_clock and not is_recorded else poll
            if timed is None:
                continue
            (session.take_positions if name == POSITIONS else session.take_updates)(timed)
            note()
            if session.began_at and session.now - session.began_at >= for_s:
                return


def _by_feed_clock(poll: Poll) -> Poll | None:
    """The poll at the time its own header bears; one without a message has no time."""
    if poll.content is None:
        return None
    try:
        header_at = decode_feed(poll.content).header_at
    except UndecodableError:
        return None
    return poll._replace(time_s=header_at) if header_at else None


async def _until(heard: AsyncGenerator[Heard, None], stop: asyncio.Event) -> AsyncGenerator[Heard, None]:
    """What is heard before ``stop`` is set; a fetch under way is given up."""
    stopped = asyncio.ensure_future(stop.wait())
    try:
        while not stop.is_set():
            following = asyncio.ensure_future(anext(heard))
            await asyncio.wait((following, stopped), return_when=asyncio.FIRST_COMPLETED)
            if not following.done():
                following.cancel()
                with suppress(asyncio.CancelledError):
                    await following
                return
            try:
                yield following.result()
            except StopAsyncIteration:
                return
    finally:
        stopped.cancel()
        await heard.aclose()


async def _as_they_come(positions: Source, updates: Source) -> AsyncGenerator[Heard, None]:
    """Polls of two live feeds; a slow one holds up the other no longer than its turn."""
    streams = {POSITIONS: positions.polls(), UPDATES: updates.polls()}
    waiting = {asyncio.ensure_future(_next(stream)): name for name, stream in streams.items()}
    try:
        while waiting:
            done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for came in done:
                name, poll = waiting.pop(came), came.result()
                if poll is not None:
                    yield name, poll
                    waiting[asyncio.ensure_future(_next(streams[name]))] = name
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        for stream in streams.values():
            await stream.aclose()


async def _in_order(positions: Source, updates: Source) -> AsyncGenerator[Heard, None]:
    """Polls of two recordings by their times."""
    streams = {POSITIONS: positions.polls(), UPDATES: updates.polls()}
    waiting = {name: await _next(stream) for name, stream in streams.items()}
    while waiting[POSITIONS] is not None:
        times = {name: poll.time_s for name, poll in waiting.items() if poll is not None}
        name = min(times, key=lambda each: (times[each], each))
        poll = waiting[name]
        if poll is not None:
            yield name, poll
        waiting[name] = await _next(streams[name])


async def _next(stream: AsyncGenerator[Poll, None]) -> Poll | None:
    try:
        return await anext(stream)
    except StopAsyncIteration:
        return None
