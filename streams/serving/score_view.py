"""Accuracy in memory as the store is to have it: of each line the newest hours, of each hour the record furthest on."""

import time
from typing import TYPE_CHECKING, Final

from schemas import store_keys
from schemas.scores import HOURS_KEPT, LineScoreDay, LineScores, decode_scores, encode_score_day

if TYPE_CHECKING:
    from redis.asyncio import Redis

BATCH: Final = 256


class ScoreView:
    """Hours by line; ``changed`` lines are those whose hours the store does not have yet."""

    def __init__(self, namespace: str) -> None:
        self._namespace = namespace
        self._lines: dict[str, dict[int, LineScores]] = {}
        self.changed: dict[str, None] = {}

    def take(self, key: str, value: bytes) -> bool:
        """Take an hour's record unless one that goes further is known.

        Raises:
            msgspec.DecodeError: the bytes are no record.
        """
        scores = decode_scores(value)
        hours = self._lines.setdefault(key, {})
        known = hours.get(scores.hour_starts_at)
        if known is not None and known.through >= scores.through:
            return False
        hours[scores.hour_starts_at] = scores
        for hour in sorted(hours)[:-HOURS_KEPT]:
            del hours[hour]
        self.changed[key] = None
        return True

    def day(self, key: str) -> LineScoreDay:
        """A line's hours, oldest first."""
        hours = self._lines[key]
        return LineScoreDay(line_group=key, hours=tuple(hours[hour] for hour in sorted(hours)))

    def mark_all_changed(self) -> None:
        """The store has lost everything."""
        self.changed = dict.fromkeys(self._lines)

    async def write_changed(self, store: "Redis") -> None:
        """Write what changed, and when.

        Raises:
            redis.exceptions.RedisError: the store failed; what was not written counts as changed.
        """
        while self.changed:
            keys = [key for key, _ in zip(self.changed, range(BATCH), strict=False)]
            # what changes while this is written has to be written again
            for key in keys:
                del self.changed[key]
            try:
                await self._write(store, keys)
            except BaseException:
                self.changed = dict.fromkeys([*keys, *self.changed])
                raise

    async def _write(self, store: "Redis", keys: list[str]) -> None:
        now = time.time()
        index = store_keys.score_index(self._namespace)
        async with store.pipeline(transaction=False) as batch:
            for key in keys:
                packed = encode_score_day(self.day(key))
                batch.set(store_keys.line_scores(key, self._namespace), packed, ex=store_keys.SCORES_EXPIRY_S)
            batch.zadd(index, dict.fromkeys(keys, now))
            batch.zremrangebyscore(index, 0, now - store_keys.SCORES_EXPIRY_S)
            await batch.execute()
