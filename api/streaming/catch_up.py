"""What a client misses between where it was and where the log is, and the way there in steps that each have an id."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Final

from api.streaming.events import Event, Told
from api.streaming.line_log import LineLog
from api.streaming.position import NOTHING, Position
from api.streaming.subscriptions import DELTA
from api.streaming.tick import Tick

if TYPE_CHECKING:
    from api.streaming.hub import Hub
    from api.streaming.subscriptions import Group

SNAPSHOT: Final = b"snapshot"
_LINES_A_SLICE: Final = 8
"""Lines written before requests get their turn."""


class Missed:
    """A client's way to the present. ``is_resumed``: all of it could be told as deltas.

    ``latest_only``: each line's latest value instead of every one in between, for a reader that is too slow.
    """

    def __init__(self, hub: "Hub", group: "Group", start: Position | None, *, latest_only: bool) -> None:
        self._hub = hub
        self._group = group
        self._wanted = group.wanted
        self._offsets = [NOTHING] * hub.partitions if start is None else list(start.offsets)
        self._edits = hub.tick.position.edits if start is None else start.edits
        self._heard = () if start is None else start.heard
        self._is_new = start is None
        self._latest_only = latest_only
        self._tick = hub.tick
        self.is_resumed = start is not None

    def go_on(self, tick: Tick) -> bool:
        """Aim for a tick; ``False`` when it is reached."""
        is_there = tuple(self._offsets) == tick.position.offsets and self._edits == tick.position.edits
        self._tick = tick
        return not is_there

    async def events(self) -> AsyncIterator[Event]:
        """An event for each timetable that changed, then for each partition that has news, and the way is made."""
        target = self._tick.position
        for event in self._announce(target):
            yield event
        edited = frozenset(key for key, edits in self._hub.edited.items() if edits > self._edits)
        for number, end in enumerate(target.offsets):
            offset = self._offsets[number]
            if offset >= end and not edited:
                continue
            is_known = offset != NOTHING and offset + 1 >= self._hub.floor[number]
            lines: list[Told] = []
            for place, told in enumerate(self._list_told(number, offset if is_known else NOTHING, end, edited)):
                if told is not None:
                    lines.append(told)
                if place % _LINES_A_SLICE == _LINES_A_SLICE - 1:
                    await asyncio.sleep(0)
            self._offsets[number] = end
            if not is_known and end >= 0 and offset != NOTHING:
                self.is_resumed = False
            if lines:
                place_reached = Position(target.epoch, self._edits, tuple(self._offsets), self._heard)
                yield Event(DELTA if is_known else SNAPSHOT, place_reached.write(), lines=lines)
        self._edits = target.edits

    def _announce(self, target: Position) -> list[Event]:
        """The timetables that changed since the client was here: for one that is new, none."""
        if self._is_new:
            self._is_new = False
            return []
        here = Position(target.epoch, self._edits, tuple(self._offsets), self._heard)
        changes = self._hub.spoken.between(here, target)
        self._heard += tuple(change.mark for change in changes)
        return self._hub.announce(self._group, changes, here)

    def _list_told(self, number: int, offset: int, end: int, edited: frozenset[str]) -> Iterator[Told | None]:
        """What one partition holds beyond an offset, as far as ``end``."""
        of_partition = self._hub.by_partition[number]
        keys = of_partition if self._wanted.groups is None else [k for k in self._wanted.groups if k in of_partition]
        for key in list(keys):
            line = of_partition.get(key)
            if line is not None:
                yield from self._told_of(line, offset, end, is_edited=key in edited)

    def _told_of(self, line: LineLog, offset: int, end: int, *, is_edited: bool) -> Iterator[Told | None]:
        versions = [version for version in line.after(offset) if version.offset <= end]
        if not versions and not is_edited:
            return
        if offset == NOTHING or is_edited or (self._latest_only and len(versions) > 1):
            newest = versions[-1] if versions else line.before(end + 1)
            if newest is not None:
                yield self._group.read(self._hub, line, newest, full=True)
            return
        for version in versions:
            yield self._group.read(self._hub, line, version, full=False)
