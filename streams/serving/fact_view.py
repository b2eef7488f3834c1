"""Feeds' states and alerts and timetables' versions in memory: few, small, last one counts."""

from typing import TYPE_CHECKING

from schemas import store_keys

if TYPE_CHECKING:
    from redis.asyncio import Redis


class FactView:
    """Values of three compacted topics, each a hash in the store."""

    def __init__(self, namespace: str) -> None:
        self._hashes: dict[str, dict[str, bytes]] = {
            store_keys.feed_status(namespace): {},
            store_keys.service_alerts(namespace): {},
            store_keys.timetable_versions(namespace): {},
        }
        self.changed: set[tuple[str, str]] = set()

    def take(self, hash_key: str, field: str, value: bytes) -> None:
        """Take the last value of a feed or timetable."""
        self._hashes[hash_key][field] = value
        self.changed.add((hash_key, field))

    def mark_all_changed(self) -> None:
        """The store has lost everything."""
        self.changed = {(hash_key, field) for hash_key, fields in self._hashes.items() for field in fields}

    async def write_changed(self, store: "Redis") -> None:
        """Write what changed.

        Raises:
            redis.exceptions.RedisError: the store failed; nothing counts as written.
        """
        # what changes while this is written has to be written again
        changed, self.changed = self.changed, set()
        if not changed:
            return
        try:
            async with store.pipeline(transaction=False) as batch:
                for hash_key, field in changed:
                    batch.hset(hash_key, field, self._hashes[hash_key][field])
                await batch.execute()
        except BaseException:
            self.changed |= changed
            raise
