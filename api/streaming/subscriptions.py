"""Who wants which lines: equal subscriptions share their events, however many streams have them."""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from api.streaming.events import Event, Told
from api.streaming.line_log import LineLog, Version
from api.streaming.tick import Tick
from api.streaming.wanted import Wanted
from transit.grants.reach import Reach

if TYPE_CHECKING:
    from api.streaming.hub import Hub
    from api.streaming.stream import Stream

EVENTS_KEPT: Final = 16
"""A reader that is further behind gets each line's latest value instead of every one in between."""

DELTA: Final = b"delta"
_FEW: Final = 32
"""Streams of a group that are asked how far they are: of more, the last events are kept in any case."""

_GROUPS_A_SLICE: Final = 8
_LINES_A_SLICE: Final = 4
"""Told before requests get their turn: some 3 ms."""


class Group:
    """Streams of one subscription, and the last events they get."""

    __slots__ = ("_events", "_lost", "reach", "streams", "wanted")

    def __init__(self, wanted: Wanted, reach: Reach) -> None:
        self.wanted = wanted
        self.reach = reach
        self.streams: set[Stream] = set()
        self._events: list[tuple[Tick, Event]] = []
        self._lost = 0

    def since(self, tick: int) -> list[tuple[Tick, Event]] | None:
        """The events after a tick, oldest first; ``None`` where some of them are kept no longer."""
        if tick < self._lost:
            return None
        return [each for each in self._events if each[0].number > tick]

    def read(self, hub: "Hub", line: LineLog, version: Version, *, full: bool) -> Told | None:
        """What the group is told of a version; ``None``: nothing."""
        wanted = self.wanted
        if wanted.everything:
            return hub.frames.whole(line, version, self.reach, wanted.manner, full=full)
        frame = hub.frames.frame(line, version, self.reach, wanted.manner, full=full)
        return None if frame is None else wanted.select(frame)

    async def tell(self, hub: "Hub", tick: Tick) -> None:
        """Write a tick's event, if anything in it is wanted, and wake the streams."""
        lines: list[Told] = []
        for place, (key, versions) in enumerate(self._concerned(tick)):
            line = hub.lines.get(key)
            for version in versions if line is not None else ():
                told = None if line is None else self.read(hub, line, version, full=key in tick.full)
                if told is not None:
                    lines.append(told)
            if place % _LINES_A_SLICE == _LINES_A_SLICE - 1:
                await asyncio.sleep(0)
        events = hub.announce(self, tick.timetables, tick.start) if tick.timetables else []
        if lines:
            events.append(Event(DELTA, tick.id, lines=lines, kept=True))
        if not events:
            return
        self._forget_read()
        self._events += [(tick, event) for event in events]
        while len(self._events) > EVENTS_KEPT:
            self._forget_first()
        for stream in self.streams:
            stream.wake()

    def _forget_read(self) -> None:
        """Let go of events that all streams have had."""
        if self._events and len(self.streams) <= _FEW:
            had = min((stream.tick for stream in self.streams), default=0)
            while self._events and self._events[0][0].number <= had:
                self._forget_first()

    def _forget_first(self) -> None:
        self._lost = self._events.pop(0)[0].number

    def _concerned(self, tick: Tick) -> Iterable[tuple[str, list[Version]]]:
        if self.wanted.groups is None:
            return tick.changed.items()
        if len(self.wanted.groups) < len(tick.changed):
            return [(key, tick.changed[key]) for key in self.wanted.groups if key in tick.changed]
        return [(key, versions) for key, versions in tick.changed.items() if key in self.wanted.groups]


class Subscriptions:
    """All groups with streams, by what they want and by line group."""

    def __init__(self) -> None:
        self._groups: dict[tuple[Wanted, bytes], Group] = {}
        self._by_line: dict[str, set[Group]] = {}
        self._of_all: set[Group] = set()

    def join(self, stream: "Stream", wanted: Wanted, reach: Reach) -> Group:
        """Add a stream to those that want the same and may be told the same."""
        group = self._groups.get((wanted, reach.digest))
        if group is None:
            group = self._groups[wanted, reach.digest] = Group(wanted, reach)
            if wanted.groups is None:
                self._of_all.add(group)
            for key in wanted.groups or ():
                self._by_line.setdefault(key, set()).add(group)
        group.streams.add(stream)
        return group

    def leave(self, stream: "Stream", group: Group) -> None:
        """Take a stream out; the last one takes its group with it."""
        group.streams.discard(stream)
        shared = (group.wanted, group.reach.digest)
        if group.streams or self._groups.get(shared) is not group:
            return
        del self._groups[shared]
        self._of_all.discard(group)
        for key in group.wanted.groups or ():
            self._by_line[key].discard(group)
            if not self._by_line[key]:
                del self._by_line[key]

    async def tell(self, hub: "Hub", tick: Tick) -> None:
        """Write and send a tick to everybody it concerns; those of the whole city first, for they share the most."""
        concerned = dict.fromkeys(self._of_all)
        if tick.timetables:
            # also those of whose lines none was polled
            concerned.update(dict.fromkeys(self._groups.values()))
        for key in tick.changed:
            concerned.update(dict.fromkeys(self._by_line.get(key, ())))
        for place, group in enumerate(concerned):
            await group.tell(hub, tick)
            if place % _GROUPS_A_SLICE == _GROUPS_A_SLICE - 1:
                await asyncio.sleep(0)
