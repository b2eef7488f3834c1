"""All doors of one process: each feed's door, what its timetable is, and the lease where doors share a feed."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from redis.asyncio import Redis

from runtime.settings import FeedSettings, Settings
from runtime.store_connection import StoreConnection
from runtime.timetables import TimetableFolder
from runtime.topics.ensure import ensure_topics
from schemas.feed_status import FeedStatus
from schemas.store_keys import feed_lease
from streams.doors.choose_source import choose_source
from streams.doors.door import Address, Door, LeaseLostError
from streams.doors.follow_versions import VersionFollower
from streams.doors.lease import RENEW_S, Lease
from streams.doors.poll import Source
from streams.doors.recording_source import RecordingSource
from streams.doors.replay_control import follow_commands
from streams.doors.replay_retention import keep_replayed
from streams.doors.timetable_in_force import TimetableInForce
from streams.record_writer import RecordWriter, WriteFencedError

_log = structlog.get_logger(__name__)


async def run_doors(
    settings: Settings,
    feeds: Sequence[FeedSettings],
    *,
    shared: bool = False,
    on_ready: Callable[[], None] = lambda: None,
    on_status: Callable[[FeedStatus], None] = lambda _status: None,
    on_move: Callable[[], None] = lambda: None,
) -> None:
    """Run the doors of ``feeds`` until every one has ended, which only recordings do.

    ``on_ready`` is called once, when they are at work or stand by, ``on_status`` after each poll, ``on_move`` every
    second or so, also between polls.

    ``shared``: other processes may run doors to the same feeds; a lease in the store lets one of them write.

    Raises:
        UserError: a feed's source cannot be used.
        ServiceError: the broker has no topics for us.
    """
    sources = [choose_source(feed) for feed in feeds]
    epoch = await ensure_topics(settings)
    await keep_replayed(settings, sources)
    folder = TimetableFolder(settings.timetables)
    in_force = {feed.timetable: TimetableInForce(feed.timetable, folder) for feed in feeds}
    async with VersionFollower(settings, list(in_force.values()), on_move), asyncio.TaskGroup() as doors:
        on_ready()
        for feed in feeds:
            run = _Run(settings, feed, in_force[feed.timetable], epoch, on_status)
            doors.create_task(run.shared() if shared else run.alone())


@asynccontextmanager
async def _commanded(settings: Settings, source: Source) -> AsyncIterator[None]:
    """Let the source of a replay's door hear the commands to it, while the block runs."""
    if settings.replay is None or not isinstance(source, RecordingSource):
        yield
        return
    if settings.replay.paused:
        source.pace.pause()
    hearing = asyncio.create_task(follow_commands(settings, settings.replay, source.pace), name="replay commands")
    try:
        yield
    finally:
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)


@dataclass(frozen=True, slots=True)
class _Run:
    """One feed's door in this process."""

    settings: Settings
    feed: FeedSettings
    timetable: TimetableInForce
    epoch: int
    on_status: Callable[[FeedStatus], None]

    async def alone(self, may_write: Callable[[], bool] | None = None) -> None:
        """Run the door to its source's end; one that shares its feed writes only while ``may_write`` says so."""
        writer = RecordWriter(self.settings, may_write=may_write)
        await writer.start()
        address = Address(self.timetable, self.epoch, self.settings.namespace)
        door = Door(self.feed, address, writer, may_write=may_write or (lambda: True), on_status=self.on_status)
        source = choose_source(self.feed)
        try:
            async with _commanded(self.settings, source):
                await door.run(source)
        finally:
            await writer.stop()

    async def shared(self) -> None:
        """Run the door whenever this process holds the feed's lease."""
        store = Redis.from_url(
            self.settings.store,
            connection_class=StoreConnection,
            socket_timeout=RENEW_S,
            socket_connect_timeout=RENEW_S,
        )
        lease = Lease(store, feed_lease(self.feed.id, self.settings.namespace))
        try:
            if not await lease.renew():
                _log.info("door_stands_by", feed=self.feed.id)
            while True:
                await lease.wait()
                async with asyncio.TaskGroup() as tasks:
                    keeping = tasks.create_task(lease.keep())
                    ended = await self._run_leased(lease)
                    keeping.cancel()
                if ended:
                    return
        finally:
            await lease.release()
            await store.aclose()

    async def _run_leased(self, lease: Lease) -> bool:
        """Whether the source has ended; else the lease was lost."""
        try:
            await self.alone(lease.is_held)
        except (LeaseLostError, WriteFencedError):
            _log.warning("door_stands_by", feed=self.feed.id)
            return False
        return True
