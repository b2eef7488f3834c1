"""Fill the store's counters from the ledger after a flush, before anything is leased."""

import secrets
from typing import Final

import redis.asyncio as redis

from api.lane.store_counters import StoreCounters
from api.lane.windows import Span
from runtime.ledger.database import Ledger
from runtime.ledger.quotas import has_leases, leased_tokens, raise_generation
from schemas.store_keys import quota_generation

_LOCK_MS: Final = 2000
_LONG_AGO_S: Final = 86_400


async def seed_counters(
    store: redis.Redis, counters: StoreCounters, ledger: Ledger, span: Span, *, namespace: str, wrong: int | None = None
) -> bool:
    """Seed the counters if they are missing, or still of the generation ``wrong`` that proved wrong.

    Every token a process holds or has spent stands in the ledger, noted before it could be spent; raising the
    generation in the transaction that reads the sums shuts out any grant that is not among them. ``False``: another
    process is at it, try again.
    """
    lock, mark = quota_generation(namespace) + ":lock", secrets.token_hex(8)
    if not await store.set(lock, mark, nx=True, px=_LOCK_MS):
        return False
    try:
        seeded = await counters.generation()
        if seeded and seeded != wrong:
            return True
        async with ledger.write() as session:
            generation = await raise_generation(session, above=seeded)
            leased = await leased_tokens(session, list(span.windows))
            in_use = await has_leases(session)
        # While processes hold leases their buckets may just have been emptied, so they fill from nothing.
        await counters.seed(generation, leased, quiet_s=0 if in_use else _LONG_AGO_S)
    finally:
        if await store.get(lock) == mark.encode():
            await store.delete(lock)
    return True
