"""Frames written lately: each once for all who want the same of it, whenever they ask."""

from collections import OrderedDict
from typing import Final, Generic, TypeVar

import msgspec
import structlog

from api.reached.reached_view import ReachedView
from api.reached.view_for import reached
from api.streaming.events import PackedLine
from api.streaming.line_frame import LineFrame
from api.streaming.line_log import LineLog, Version
from api.streaming.manner import Manner
from api.streaming.write_frame import FrameWriter, Place
from api.view.memory import View
from transit.answers.line_view import LineView, view_line
from transit.grants.reach import Reach

FRAMES_BYTES: Final = 48 * 1024 * 1024
WHOLE_BYTES: Final = 64 * 1024 * 1024
"""Whole frames, compressed: a snapshot of 1,258 lines takes 15 MB, half a minute of their deltas 45."""

_FULL: Final = -2

_log = structlog.get_logger(__name__)

Held = TypeVar("Held")
_Key = tuple[str, int, int, bytes, Manner]


class _Shelf(Generic[Held]):
    """Things by key, the ones not asked for longest leaving first."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._held: OrderedDict[_Key, tuple[Held, int]] = OrderedDict()
        self._bytes = 0

    def find(self, key: _Key) -> Held | None:
        found = self._held.get(key)
        if found is None:
            return None
        self._held.move_to_end(key)
        return found[0]

    def put(self, key: _Key, thing: Held, size: int) -> None:
        self._held[key] = (thing, size)
        self._bytes += size
        while self._bytes > self._limit_bytes and len(self._held) > 1:
            self._bytes -= self._held.popitem(last=False)[1][1]

    def clear(self) -> None:
        self._held.clear()
        self._bytes = 0


class FrameShelf:
    """Writes frames when they are first asked for."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._writer = FrameWriter(view)
        self._frames: _Shelf[LineFrame] = _Shelf(FRAMES_BYTES)
        self._whole: _Shelf[PackedLine] = _Shelf(WHOLE_BYTES)

    def clear(self) -> None:
        """Forget all: overrides began or ended, or the log was made anew."""
        self._frames.clear()
        self._whole.clear()

    def whole(
        self, line: LineLog, version: Version, reach: Reach, manner: Manner, *, full: bool = False
    ) -> PackedLine | None:
        """All of a frame; ``None`` as for ``frame``."""
        key = _key(line, version, reach, manner, full=full)
        found = self._whole.find(key)
        if found is None:
            frame = self.frame(line, version, reach, manner, full=full)
            if frame is None:
                return None
            found = frame.whole()
            self._whole.put(key, found, len(found.packed()) + 200)
        return found

    def frame(
        self, line: LineLog, version: Version, reach: Reach, manner: Manner, *, full: bool = False
    ) -> LineFrame | None:
        """What a version changed, or all it says; ``None`` while its timetable is not mapped, or where it is broken."""
        key = _key(line, version, reach, manner, full=full)
        found = self._frames.find(key)
        if found is None:
            before = None if full else line.before(version.offset)
            found = self._write(before, version, reach, manner)
            if found is not None:
                self._frames.put(key, found, found.count_bytes())
        return found

    def _write(self, before: Version | None, version: Version, reach: Reach, manner: Manner) -> LineFrame | None:
        try:
            after = self._edited(version)
            last = None if before is None else self._edited(before)
        except msgspec.DecodeError as wrong:
            _log.error("line_value_undecodable", offset=version.offset, reason=str(wrong))
            return None
        if not self._writer.can_write(after):
            return None
        if last is not None and not self._writer.can_write(last):
            last, before = None, None
        if not reach.has_any_feed(each.feed for each in after.forecasts.list_feeds()):
            return None
        place = Place(version.offset, None if before is None else before.offset)
        boundary = None if reach.is_everything else reached(self._view, reach)
        within = boundary if isinstance(boundary, ReachedView) else None
        if within is not None and not within.tells_of(after.forecasts.line_group):
            return None
        return self._writer.write(last, after, place, within, manner)

    def _edited(self, version: Version) -> LineView:
        """A value as the overrides in force leave it."""
        line = version.view()
        forecasts = self._view.edited(line.forecasts)
        return line if forecasts is line.forecasts else view_line(line.watermark, forecasts)


def _key(line: LineLog, version: Version, reach: Reach, manner: Manner, *, full: bool) -> _Key:
    before = None if full else line.before(version.offset)
    return line.key, version.offset, _FULL if before is None else before.offset, reach.digest, manner
