"""Accuracy in this process's memory: every line's hours, read anew where serving wrote them."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec
import structlog

from api.view.scored_hours import ScoredHours
from schemas import store_keys
from schemas.scores import decode_score_day

if TYPE_CHECKING:
    from redis.asyncio import Redis

_log = structlog.get_logger(__name__)

LOOK_EVERY_S: Final = 5.0
"""Hours change once a minute."""

_BATCH: Final = 16
"""Lines read at once: some two milliseconds until others have their turn."""


class ScoreShelf:
    """Line groups' accuracy by key. Moments are of the monotonic clock."""

    def __init__(self) -> None:
        self._lines: dict[str, ScoredHours] = {}
        self.lines: Mapping[str, ScoredHours] = self._lines
        self._written: dict[str, float] = {}
        self._due = 0.0

    async def refresh(self, store: "Redis", namespace: str, now: float) -> None:
        """Look at the store when it is time, and read the lines that were written since they were last read.

        Raises:
            redis.exceptions.RedisError: the store failed; what is known stays.
        """
        if now < self._due:
            return
        index: Any = await store.zrange(store_keys.score_index(namespace), 0, -1, withscores=True)
        written = {line.decode(): at for line, at in index}
        await self._read(store, namespace, written)
        for gone in self._lines.keys() - written.keys() if written else ():
            del self._lines[gone]
        self._due = now + LOOK_EVERY_S

    async def _read(self, store: "Redis", namespace: str, written: Mapping[str, float]) -> None:
        changed = [line for line, at in written.items() if self._written.get(line) != at]
        for start in range(0, len(changed), _BATCH):
            batch = changed[start : start + _BATCH]
            values = await store.mget([store_keys.line_scores(line, namespace) for line in batch])
            for line, packed in zip(batch, values, strict=True):
                if isinstance(packed, bytes) and self._take(line, packed):
                    self._written[line] = written[line]
            # a store on this machine may answer without a pause
            await asyncio.sleep(0)

    def _take(self, line: str, packed: bytes) -> bool:
        try:
            self._lines[line] = ScoredHours.of(decode_score_day(packed).hours)
        except (msgspec.DecodeError, ValueError) as wrong:
            _log.warning("scores_refused", line=line, reason=str(wrong))
            return False
        return True
