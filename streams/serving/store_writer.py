"""Brings the store to what the view says: in pipelined batches, never an older value over a newer one."""

import time
import uuid
from typing import TYPE_CHECKING, Final

from schemas import store_keys
from schemas.line_value import ChangedLines, encode_changed_lines
from streams.serving.line_view import LineView

if TYPE_CHECKING:
    from redis.asyncio import Redis

BATCH: Final = 256
"""Lines in one pipeline: some 2 MB at most in flight, and one announcement."""

_SET_IF_LATER: Final = """
local there = redis.call('getrange', KEYS[1], 0, 20)
if #there == 21 then
  local layout, epoch, partition, offset = struct.unpack('<BI8I4I8', there)
  local layout2, epoch2, partition2, offset2 = struct.unpack('<BI8I4I8', ARGV[1])
  if layout == layout2 and (epoch > epoch2 or epoch == epoch2 and partition == partition2 and offset > offset2) then
    return 0
  end
end
redis.call('set', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 1
"""
"""Head of a line's value: schemas.line_value. An equal watermark is written again, which renews its expiry."""


class StoreWriter:
    """Writes lines and says that the view is whole."""

    def __init__(self, store: "Redis", namespace: str) -> None:
        self._store = store
        self._namespace = namespace
        self._script = store.register_script(_SET_IF_LATER)
        self.generation = uuid.uuid4().hex.encode()

    async def write_changed(self, view: LineView) -> int:
        """Write the view's changed lines, batch by batch, and announce them; return how many.

        Raises:
            redis.exceptions.RedisError: the store failed; lines not written count as changed again.
        """
        written = 0
        while view.changed:
            keys = view.next_changed(BATCH)
            try:
                await self._write(view, keys)
            except BaseException:
                view.mark_changed(keys)
                raise
            written += len(keys)
        return written

    async def _write(self, view: LineView, keys: list[str]) -> None:
        now = int(time.time())
        lines = [(key, view.get(key)) for key in keys]
        async with self._store.pipeline(transaction=False) as batch:
            for key, line in lines:
                await self._script(
                    keys=[store_keys.line_forecasts(key, self._namespace)],
                    args=[line.packed, store_keys.LINE_EXPIRY_S],
                    client=batch,
                )
            batch.zadd(store_keys.line_index(self._namespace), dict.fromkeys(keys, now))
            batch.zremrangebyscore(store_keys.line_index(self._namespace), 0, now - store_keys.LINE_EXPIRY_S)
            taken = await batch.execute()
        changed = tuple(
            (key, line.watermark.offset) for (key, line), was_set in zip(lines, taken, strict=False) if was_set
        )
        if changed:
            channel = store_keys.channel(store_keys.CHANGED_LINES_CHANNEL, self._namespace)
            await self._store.publish(channel, encode_changed_lines(ChangedLines(changed)))

    async def is_whole(self) -> bool:
        """Whether the store still holds a whole view; a flushed or new one does not."""
        return bool(await self._store.exists(store_keys.view_generation(self._namespace)))

    async def mark_whole(self) -> None:
        """Say that the store holds the whole view."""
        await self._store.set(store_keys.view_generation(self._namespace), self.generation)
