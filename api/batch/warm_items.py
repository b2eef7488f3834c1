"""Items of batches that are asked for again and again are kept written.

A partner that copies a thousand stops every few seconds does not wait for a thousand answers to be made.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

import structlog

from api.batch.pieces import Piece
from api.refusal import Refusal
from api.rendered import FRESH_S
from api.view.memory import View
from transit.answers.line_view import LineView

RENEW_AFTER_S: Final = 3.0
WARM_S: Final = 5.0
"""The longest that an item which is kept written is told after its lines have said something new."""

FORGET_AFTER_S: Final = 60.0
ITEMS_MAX: Final = 20_000
"""Some 2 KB each."""

_AGAIN_AFTER_S: Final = 1.0
"""Asked a second time after this long, an item is taken for one that will be asked for again."""

_LOOK_EVERY_S: Final = 0.1
_log = structlog.get_logger(__name__)

_SHARE: Final = 0.35
"""Of a core, for keeping items written, at most: a thousand stops take some 20 %."""


class Made(NamedTuple):
    """An item, and the line groups (keys) that it rests on."""

    piece: Piece
    lines: tuple[str, ...]


class _Item:
    __slots__ = ("asked_at", "era", "is_warm", "lines", "made_at", "piece", "values", "view", "write")

    def __init__(self, view: View, write: Callable[[], Made], now: float) -> None:
        self.view = view
        self.write = write
        self.asked_at = now
        self.is_warm = False
        self.renew(now)

    def renew(self, now: float) -> None:
        """Write it as things stand.

        Raises:
            Refusal: there is nothing to tell any more.
        """
        self.era = self.view.rendered.era
        self.piece, self.lines = self.write()
        self.values = self._read_values()
        self.made_at = now

    def _read_values(self) -> tuple[LineView | None, ...]:
        return tuple([self.view.lines.get(key) for key in self.lines])

    def holds(self, now: float) -> bool:
        """Whether it may be told: nothing has changed, or it is kept written and not yet old."""
        if self.era != self.view.rendered.era:
            return False
        age_s = now - self.made_at
        if age_s < FRESH_S and self.values == self._read_values():
            return True
        return self.is_warm and age_s < WARM_S


class WarmItems:
    """One view's items by target. Times are monotonic (s)."""

    def __init__(self) -> None:
        self._items: OrderedDict[bytes, _Item] = OrderedDict()
        """The ones written longest ago first."""

    def __len__(self) -> int:
        return len(self._items)

    def find(self, target: bytes, now: float) -> Piece | None:
        """An item that may be told at ``now``; asking for it keeps it."""
        item = self._items.get(target)
        if item is None:
            return None
        since_s = now - item.asked_at
        if since_s > _AGAIN_AFTER_S:
            item.is_warm = since_s < FORGET_AFTER_S
            item.asked_at = now
        return item.piece if item.holds(now) else None

    def make(self, target: bytes, view: View, write: Callable[[], Made], now: float) -> Piece:
        """Write an item and keep it.

        Raises:
            Refusal: it cannot be told.
        """
        item = self._items.get(target)
        if item is None:
            item = self._items[target] = _Item(view, write, now)
            if len(self._items) > ITEMS_MAX:
                self._items.popitem(last=False)
        else:
            item.view, item.write = view, write
            item.renew(now)
            self._items.move_to_end(target)
        return item.piece

    async def renew_for_ever(self) -> None:
        """Keep what is asked for again written, until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            for target in list(self._due(time.monotonic())):
                began = time.thread_time()
                self._renew(target, time.monotonic())
                # after each item, not after many: requests wait for one at most, and find the process idle in between
                await asyncio.sleep((time.thread_time() - began) * (1 / _SHARE - 1))

    def _due(self, now: float) -> Iterable[bytes]:
        for target, item in self._items.items():
            if now - item.made_at < RENEW_AFTER_S:
                return
            yield target

    def _renew(self, target: bytes, now: float) -> None:
        item = self._items.get(target)
        if item is None:
            return
        if now - item.asked_at > FORGET_AFTER_S or not item.is_warm:
            del self._items[target]
            return
        try:
            item.renew(now)
        except Refusal:
            del self._items[target]
        except Exception:  # noqa: BLE001 - one item that cannot be made must not stop the others
            _log.exception("batch_item_failed", target=target[:200].decode("utf-8", "replace"))
            del self._items[target]
        else:
            self._items.move_to_end(target)
