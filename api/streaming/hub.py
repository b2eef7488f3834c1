"""The log of forecasts as this process holds it: the last five minutes, and what each quarter of a second brought."""

import asyncio
import contextlib
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec
import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from api.streaming.events import Event
from api.streaming.frame_shelf import FrameShelf
from api.streaming.line_log import KEPT_S, LineLog
from api.streaming.position import NOTHING, Position
from api.streaming.spoken_timetables import Change, SpokenTimetables
from api.streaming.static_event import announce
from api.streaming.subscriptions import Group, Subscriptions
from api.streaming.tick import Tick
from api.view.memory import View
from runtime.errors import HeadwayError
from runtime.kafka_clients import make_consumer
from runtime.settings import Settings
from schemas.line_value import LineValue, LineValueError, decode_line_value
from schemas.namespace import topic_name
from schemas.store_keys import LINE_EXPIRY_S
from schemas.topics import LINE_FORECASTS

_log = structlog.get_logger(__name__)

TICK_S: Final = 0.2
"""What changes within this time travels in one frame."""

BASE_S: Final = 90.0
"""Read further back than streams resume, so that the first values told have one to be told against."""

POLL_MS: Final = 100
BATCH: Final = 500
RETRY_S: Final = 0.5
STOP_WITHIN_S: Final = 0.3
PRUNE_EVERY_S: Final = 5.0


class Place(NamedTuple):
    """Where a value lies on the log, and when the log had it (POSIX s)."""

    partition: int
    offset: int
    at: float


class Restarted(Exception):  # noqa: N818 - an event, not an error
    """The topics were made anew: offsets begin again."""


class Hub:
    """Reads the forecasts topic by itself, so that every replica holds the same log under the same offsets."""

    def __init__(self, view: View, settings: Settings) -> None:
        self._settings = settings
        self._topic = topic_name(LINE_FORECASTS, settings.namespace)
        self._view = view
        self.frames = FrameShelf(view)
        self.subscriptions = Subscriptions()
        self.partitions = settings.line_partitions
        self.tick_s = TICK_S
        self.ready = asyncio.Event()
        self.generation = 0
        self._begin()

    def _begin(self) -> None:
        """Forget everything: at the start, and when the topics were made anew."""
        self.generation += 1
        self.lines: dict[str, LineLog] = {}
        self.by_partition: list[dict[str, LineLog]] = [{} for _ in range(self.partitions)]
        self.spoken = SpokenTimetables()
        self.epoch = 0
        self.edits = 0
        self.floor = [0] * self.partitions
        self._read = [NOTHING] * self.partitions
        self._changed: dict[str, None] = {}
        self.edited: dict[str, int] = {}
        self._retell: set[str] = set()
        """Line groups by the last moment at which an override on them began or ended (POSIX ms)."""
        self.frames.clear()
        start = self._position()
        self.tick = Tick(0, start, start, start.write(), {})
        self.told = self.tick
        """The last tick that every stream was told of."""
        self.ready.clear()

    def _position(self) -> Position:
        return Position(self.epoch, self.edits, tuple(self._read))

    async def run(self) -> None:
        """Follow the log until cancelled; a broker that is away is asked again.

        Whatever else goes wrong, in reading as in telling, is raised at once: a log that nobody tells of looks whole.
        """
        tasks = {
            asyncio.create_task(self._tick_for_ever(), name="stream ticks"),
            asyncio.create_task(self._follow_for_ever(), name="stream reading"),
        }
        try:
            ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def run_fed(self) -> None:
        """Tell what ``feed`` brings, until cancelled: for a process that has no broker."""
        self.ready.set()
        await self._tick_for_ever()

    def feed(self, key: str, offset: int, value: LineValue) -> None:
        """Take a line group's value in as the log's record at ``offset``, which must rise."""
        self._read[0] = offset
        self._take_value(key, Place(0, offset, time.time()), value)

    async def _follow_for_ever(self) -> None:
        failing = False
        while True:
            try:
                await self._follow()
            except Restarted:
                _log.warning("stream_log_restarted")
                self._begin()
            except (KafkaError, OSError) as lost:
                if not failing:
                    _log.warning("stream_log_lost", error=str(lost) or type(lost).__name__)
                failing = True
            await asyncio.sleep(RETRY_S)

    async def _follow(self) -> None:
        consumer = make_consumer(self._settings, max_poll_records=BATCH)
        try:
            await consumer.start()
            partitions = [TopicPartition(self._topic, number) for number in range(self.partitions)]
            consumer.assign(partitions)
            ends = await consumer.end_offsets(partitions)
            if any(0 <= ends[each] <= self._read[each.partition] for each in partitions):
                raise Restarted
            await self._seek(consumer, partitions, ends)
            while True:
                batches = await consumer.getmany(timeout_ms=POLL_MS)
                for partition, records in batches.items():
                    for record in records:
                        self._take(partition.partition, record)
                if not self.ready.is_set() and all(self._read[p.partition] >= ends[p] - 1 for p in partitions):
                    _log.info("stream_log_read", lines=len(self.lines))
                    # what was there before is for streams to catch up with, not to be told of
                    self.tick = self.told = self._next_tick()
                    self.ready.set()
                await asyncio.sleep(0)
        finally:
            # a broker that is away must not keep the process from ending
            with contextlib.suppress(TimeoutError, KafkaError):
                async with asyncio.timeout(STOP_WITHIN_S):
                    await consumer.stop()

    async def _seek(
        self, consumer: AIOKafkaConsumer, partitions: list[TopicPartition], ends: dict[TopicPartition, int]
    ) -> None:
        """Go on where reading stopped; at the start, where the minutes that are kept begin."""
        since_ms = int((time.time() - KEPT_S - BASE_S) * 1000)
        found = await consumer.offsets_for_times(dict.fromkeys(partitions, since_ms))
        for partition in partitions:
            number = partition.partition
            if self._read[number] == NOTHING:
                at = found.get(partition)
                first = ends[partition] if at is None else at.offset
                self.floor[number] = first
                self._read[number] = first - 1
            consumer.seek(partition, self._read[number] + 1)

    def _take(self, partition: int, record: Any) -> None:
        if record.offset <= self._read[partition]:
            raise Restarted
        self._read[partition] = record.offset
        if record.key is None or record.value is None:
            return
        try:
            key, value = record.key.decode(), decode_line_value(record.value)
            self._take_value(key, Place(partition, record.offset, record.timestamp / 1000), value)
        except (LineValueError, ValueError, msgspec.DecodeError) as wrong:
            _log.error("line_value_unreadable", line=repr(record.key), reason=str(wrong))

    def _take_value(self, key: str, place: Place, value: LineValue) -> None:
        if value.watermark.epoch > self.epoch:
            self.epoch = value.watermark.epoch
        line = self.lines.get(key) or LineLog(key, place.partition)
        if line.take(place.offset, place.at, value):
            self.spoken.take(key, line.versions[-1].timetable, place)
            self.lines[key] = self.by_partition[place.partition][key] = line
            self._changed[key] = None

    async def _tick_for_ever(self) -> None:
        prune_at = 0.0
        while True:
            await asyncio.sleep(TICK_S)
            if time.monotonic() >= prune_at:
                self._prune(time.time())
                prune_at = time.monotonic() + PRUNE_EVERY_S
            if self.ready.is_set() and (self._changed or self._retell):
                await self.turn()

    async def turn(self) -> None:
        """Close a tick: write what was read since the last one for every subscription, then tell it."""
        generation = self.generation
        tick = self._next_tick()
        await self._map(tick)
        if generation != self.generation:
            return
        self.tick = tick
        await self.subscriptions.tell(self, tick)
        if generation == self.generation:
            self.told = tick

    def _next_tick(self) -> Tick:
        changed = {}
        for key in self._changed:
            line = self.lines[key]
            news = line.after(line.told)
            if news:
                line.told = news[-1].offset
                changed[key] = news
        self._changed.clear()
        full = frozenset(self._retell)
        self._retell.clear()
        for key in full & self.lines.keys():
            changed[key] = [self.lines[key].versions[-1]]
        position = self._position()
        start = self.told.position
        timetables = tuple(self.spoken.between(start, position))
        return Tick(self.tick.number + 1, start, position, position.write(), changed, full, timetables)

    def announce(self, group: Group, changes: Sequence[Change], place: Position) -> list[Event]:
        """What a group is told of changes of timetables, by clients that stand at ``place``."""
        return announce(self._view, changes, place, group.wanted, group.reach)

    async def _map(self, tick: Tick) -> None:
        """Map the timetables that values speak before they are written; what cannot be mapped is not told."""
        shelf = self._view.shelf
        named = {version.timetable for versions in tick.changed.values() for version in versions}
        for timetable in named:
            if timetable in shelf:
                continue
            try:
                shelf.keep(await asyncio.to_thread(shelf.read, timetable))
            except (OSError, ValueError, HeadwayError) as wrong:
                _log.warning("timetable_not_mapped", hash=timetable, reason=str(wrong))

    def take_edits(self, edits: int, edited: Mapping[str, int]) -> None:
        """Overrides began or ended: the last moment at which one did (POSIX ms), and the same of each line group."""
        changed = {key for key, moment in edited.items() if moment > self.edited.get(key, 0)}
        self.edits, self.edited = edits, dict(edited)
        self.frames.clear()
        self._retell |= changed & self.lines.keys()

    def _prune(self, now: float) -> None:
        """Forget versions too old to resume from, and lines that nothing has spoken of for long."""
        self.spoken.prune(now)
        for key, line in list(self.lines.items()):
            forgotten = line.prune(now - KEPT_S)
            self.floor[line.partition] = max(self.floor[line.partition], forgotten + 1)
            if line.versions[-1].at < now - LINE_EXPIRY_S:
                del self.lines[key], self.by_partition[line.partition][key]
                self._changed.pop(key, None)
