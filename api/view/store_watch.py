"""Keeps the view up to date: what serving announces at once, and once a second whatever was missed."""

import asyncio
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, TypeVar

import msgspec
import structlog
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from api.view.freshness import ViewState
from api.view.memory import View
from api.view.shelf import NAMED_LATELY
from runtime.errors import HeadwayError
from runtime.settings import Settings
from runtime.store_connection import open_store
from runtime.timetables import list_version_files, read_versions
from schemas import store_keys
from schemas.feed_status import decode_feed_status
from schemas.line_forecasts import decode_public
from schemas.line_value import LineValueError, decode_changed_lines, decode_line_value
from schemas.service_alerts import decode_feed_alerts
from schemas.timetable_versions import TimetableVersions, decode_timetable_versions

_log = structlog.get_logger(__name__)

VERSIONS_EVERY_S: Final = 1.0
"""How often all versions are asked for: what a lost announcement costs at most."""

GENERATION_EVERY_S: Final = 0.2
"""How often the store is asked whether it is whole: how soon a flush is noticed."""

_TIMEOUT_S: Final = 1.0
"""A store that has not answered for so long is lost."""

_BATCH_LINES: Final = 16
"""Values asked for at once: some 350 KB, taken in within a millisecond, so that no request waits long."""

_RETRY_S: Final = 0.25


_Kept = TypeVar("_Kept")


class _Seen(NamedTuple):
    """What one look at the store showed; ``scores`` is when each line group was last written."""

    generation: bytes | None
    scores: dict[str, float]
    feeds: dict[bytes, bytes]
    alerts: dict[bytes, bytes]
    versions: dict[bytes, bytes]


class StoreWatch:
    """The background task that writes the view. Nothing else in the process reads the store for lines."""

    def __init__(self, view: View, settings: Settings) -> None:
        self._view = view
        self._namespace = settings.namespace
        self._folder = settings.timetables
        self._store = open_store(settings.store, timeout_s=_TIMEOUT_S, client_name="headway-api-view")
        self._scores: dict[str, float] = {}
        self._generation: bytes | None = None
        self._unmappable: dict[str, float] = {}
        self._put_off: set[str] = set()
        self._alerts: dict[bytes, bytes] = {}
        self.looked = asyncio.Event()
        """Set once the store was looked at, whatever was found, or found lost."""

    async def run(self) -> None:
        """Watch until cancelled; a lost store is tried again four times a second."""
        try:
            await self._read_folder()
            while True:
                try:
                    await self._watch()
                except (RedisError, OSError, TimeoutError) as lost:
                    self._turn(ViewState.STORE_LOST, str(lost) or type(lost).__name__)
                    self._generation = None
                await asyncio.sleep(_RETRY_S)
        finally:
            await self._store.aclose()

    async def _read_folder(self) -> None:
        """Begin with the versions kept beside the timetables: the timetable answers before the store does."""
        versions = {}
        for name in list_version_files(self._folder):
            try:
                found = read_versions(self._folder, name)
            except HeadwayError as wrong:
                _log.warning("versions_file_refused", name=name, reason=str(wrong))
                continue
            if found is not None:
                versions[name] = found
        await self._take_versions(versions)

    async def _watch(self) -> None:
        """Follow one connection for as long as it lasts."""
        channel = store_keys.channel(store_keys.CHANGED_LINES_CHANNEL, self._namespace)
        async with self._store.pubsub() as announcements:
            await announcements.subscribe(channel)
            versions_due = generation_due = 0.0
            while True:
                now = time.monotonic()
                if now >= versions_due:
                    await self._catch_up()
                    versions_due = now + VERSIONS_EVERY_S
                elif now >= generation_due:
                    await self._check_generation()
                generation_due = now + GENERATION_EVERY_S
                await self._follow(announcements, min(versions_due, generation_due))

    async def _follow(self, announcements: PubSub, until: float) -> None:
        """Take announced lines in until a moment of the monotonic clock."""
        while (left := until - time.monotonic()) > 0:
            message = await announcements.get_message(ignore_subscribe_messages=True, timeout=left)
            changed: dict[str, None] = {}
            while message is not None:
                changed.update(dict.fromkeys(self._read_announcement(message["data"])))
                message = await announcements.get_message(ignore_subscribe_messages=True, timeout=0.0)
            if changed:
                self._view.freshness.announced += await self._refresh(list(changed))

    def _read_announcement(self, packed: bytes) -> Iterator[str]:
        """The announced lines of which this process does not know that value yet."""
        try:
            changed = decode_changed_lines(packed)
        except msgspec.DecodeError as wrong:
            self._view.freshness.undecodable += 1
            _log.warning("announcement_refused", reason=str(wrong))
            return
        yield from (line for line, _ in changed.lines)

    async def _check_generation(self) -> None:
        generation = await self._store.get(store_keys.view_generation(self._namespace))
        if generation != self._generation:
            await self._catch_up()

    async def _catch_up(self) -> None:
        """Ask for all versions; read the lines written since they were last read, all of them after a loss."""
        asked_at = self._view.wall_clock()
        seen = await self._look()
        if seen.generation is not None and seen.generation != self._generation:
            self._scores.clear()
        await self._take_versions(self._decode(seen.versions, decode_timetable_versions))
        feeds = self._decode(seen.feeds, decode_feed_status)
        self._view.take_feeds(feeds or self._view.feeds, asked_at)
        self._take_alerts(seen.alerts)
        await self._take_missed(seen)
        for gone in self._view.let_go_timetables(time.monotonic()):
            _log.info("timetable_let_go", hash=gone)
        await self._view.scores.refresh(self._store, self._namespace, time.monotonic())
        self._view.freshness.loads += self._generation != seen.generation or not self._view.freshness.loads
        self._generation = seen.generation
        whole = seen.generation is not None
        self._turn(ViewState.WHOLE if whole else ViewState.STORE_INCOMPLETE)

    async def _look(self) -> _Seen:
        async with self._store.pipeline(transaction=False) as pipeline:
            pipeline.get(store_keys.view_generation(self._namespace))
            pipeline.zrange(store_keys.line_index(self._namespace), 0, -1, withscores=True)
            pipeline.hgetall(store_keys.feed_status(self._namespace))
            pipeline.hgetall(store_keys.service_alerts(self._namespace))
            pipeline.hgetall(store_keys.timetable_versions(self._namespace))
            generation, scores, feeds, alerts, versions = await pipeline.execute()
        return _Seen(generation, {line.decode(): score for line, score in scores}, feeds, alerts, versions)

    async def _take_versions(self, found: Mapping[str, TimetableVersions]) -> None:
        """Map what the versions name before they speak; a flushed store takes back nothing that was known."""
        versions = {**self._view.shelf.versions, **found}
        for named in versions.values():
            for version in named.versions[-NAMED_LATELY:]:
                await self._map(version.hash)
        self._view.take_versions(versions)

    def _take_alerts(self, packed: dict[bytes, bytes]) -> None:
        """Read alerts that changed; a flushed store takes back nothing that was said."""
        changed = {name: value for name, value in packed.items() if self._alerts.get(name) != value}
        if changed:
            self._alerts |= changed
            said = self._view.said
            said.read = {**said.read, **self._decode(changed, decode_feed_alerts)}

    def _decode(self, packed: dict[bytes, bytes], decode: Callable[[bytes], _Kept]) -> dict[str, _Kept]:
        """A hash's values by name; one that cannot be read is left out and counted."""
        found: dict[str, _Kept] = {}
        for name, value in packed.items():
            try:
                found[name.decode()] = decode(value)
            except ValueError as wrong:
                self._view.freshness.undecodable += 1
                _log.warning("stored_value_refused", name=name.decode(errors="replace"), reason=str(wrong))
        return found

    async def _take_missed(self, seen: _Seen) -> None:
        newest = max(seen.scores.values(), default=0.0)
        missed = [
            line
            for line, score in seen.scores.items()
            if line in self._put_off or self._scores.get(line) != score or score >= newest - VERSIONS_EVERY_S
        ]
        first_look = not self._scores
        taken = await self._refresh(missed)
        self._view.freshness.caught_up += 0 if first_look else taken
        self._scores = seen.scores
        if seen.generation is not None:
            self._drop_gone(seen.scores)

    def _drop_gone(self, scores: Collection[str]) -> None:
        """Forget the lines that a whole store no longer knows."""
        for line in [line for line in self._view.lines if line not in scores]:
            self._view.drop_line(line)

    async def _refresh(self, lines: Sequence[str]) -> int:
        """Read these lines' values and take in those that are news; how many were."""
        taken = 0
        for start in range(0, len(lines), _BATCH_LINES):
            batch = lines[start : start + _BATCH_LINES]
            keys = [store_keys.line_forecasts(line, self._namespace) for line in batch]
            values = await self._store.mget(keys)
            for line, packed in zip(batch, values, strict=True):
                if isinstance(packed, bytes):
                    taken += await self._take_line(line, packed)
            await asyncio.sleep(0)
        return taken

    async def _take_line(self, line: str, packed: bytes) -> bool:
        known = self._view.lines.get(line)
        try:
            value = decode_line_value(packed)
            if known is not None and known.watermark >= value.watermark:
                return False
            forecasts = decode_public(value.public)
        except (LineValueError, msgspec.DecodeError) as wrong:
            self._view.freshness.undecodable += 1
            _log.warning("line_value_refused", line=line, reason=str(wrong))
            return False
        if not await self._map(forecasts.timetable):
            self._put_off.add(line)
            return False
        self._put_off.discard(line)
        return self._view.take_line(value.watermark, forecasts)

    async def _map(self, timetable_hash: str) -> bool:
        """Whether a timetable is mapped, after trying to; one that could not be is tried again once a second."""
        shelf = self._view.shelf
        if timetable_hash in shelf:
            return True
        now = time.monotonic()
        if now < self._unmappable.get(timetable_hash, 0.0):
            return False
        try:
            shelf.keep(await asyncio.to_thread(shelf.read, timetable_hash))
        except (OSError, ValueError, HeadwayError) as wrong:
            self._unmappable[timetable_hash] = now + VERSIONS_EVERY_S
            self._view.freshness.undecodable += 1
            _log.warning("timetable_not_mapped", hash=timetable_hash, reason=str(wrong))
            return False
        _log.info("timetable_mapped", hash=timetable_hash, name=shelf[timetable_hash].name)
        return True

    def _turn(self, state: ViewState, detail: str = "") -> None:
        view = self._view
        self.looked.set()
        if view.freshness.turn(state, view.wall_clock(), detail):
            view.rendered.drop_all()
            log = _log.info if state is ViewState.WHOLE else _log.warning
            log("view_turned", state=state.value, detail=detail, lines=len(view.lines))
