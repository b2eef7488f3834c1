"""Who wants which lines: equal subscriptions share their events, however many streams have them."""

from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from api.streaming.events import Event, lines_event
from api.streaming.line_log import Version
from api.streaming.tick import Tick
from api.streaming.wanted import Wanted
from transit.grants.reach import Reach

if TYPE_CHECKING:
    from api.streaming.hub import Hub
    from api.streaming.stream import Stream

EVENTS_KEPT: Final = 16
"""A reader that is further behind gets each line's latest value instead of every one in between."""

DELTA: Final = b"delta"


class Group:
    """Streams of one subscription, and the last events they get."""

    def __init__(self, wanted: Wanted, reach: Reach) -> None:
        self.wanted = wanted
        self.reach = reach
        self.streams: set[Stream] = set()
        self._events: deque[tuple[Tick, Event]] = deque()
        self._lost = 0

    def since(self, tick: int) -> list[tuple[Tick, Event]] | None:
        """The events after a tick, oldest first; ``None`` where some of them are kept no longer."""
        if tick < self._lost:
            return None
        return [each for each in self._events if each[0].number > tick]

    def tell(self, hub: "Hub", tick: Tick) -> None:
        """Write a tick's event, if anything in it is wanted, and wake the streams."""
        lines = []
        for key, versions in self._concerned(tick):
            line = hub.lines.get(key)
            for version in versions if line is not None else ():
                frame = None if line is None else hub.frame(line, version, self.reach, full=key in tick.full)
                selected = None if frame is None else self.wanted.select(frame)
                if selected is not None:
                    lines.append(selected)
        if not lines:
            return
        self._events.append((tick, lines_event(DELTA, tick.id, lines)))
        while len(self._events) > EVENTS_KEPT:
            self._lost = self._events.popleft()[0].number
        for stream in self.streams:
            stream.wake.set()

    def _concerned(self, tick: Tick) -> Iterable[tuple[str, list[Version]]]:
        if self.wanted.groups is None:
            return tick.changed.items()
        return [(key, tick.changed[key]) for key in self.wanted.groups if key in tick.changed]


class Subscriptions:
    """All groups with streams, by what they want and by line group."""

    def __init__(self) -> None:
        self._groups: dict[tuple[Wanted, bytes], Group] = {}
        self._by_line: dict[str, set[Group]] = {}
        self._of_all: set[Group] = set()

    def wants(self, key: str) -> bool:
        """Whether any stream wants news of a line group."""
        return bool(self._of_all) or key in self._by_line

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

    def tell(self, hub: "Hub", tick: Tick) -> None:
        """Write and send a tick to everybody it concerns."""
        concerned = set(self._of_all)
        for key in tick.changed:
            concerned |= self._by_line.get(key, set())
        for group in concerned:
            group.tell(hub, tick)
