"""Tell every API process that a partner's keys, plan or standing changed."""

import redis.asyncio as redis
from redis.exceptions import RedisError

from runtime.settings import Settings
from runtime.store_connection import StoreConnection
from schemas.store_keys import CHANGED_KEYS_CHANNEL, channel

EVERYONE = b"*"
"""Announced in place of a partner's id when a change touches all: a plan."""

_TIMEOUT_S = 2.0


async def announce_change(settings: Settings, partner_id: str | None) -> bool:
    """Publish a change that is committed already; ``False`` when the store does not answer.

    Nothing is lost then: API processes also read the ledger's record of changes, more than once a second.
    """
    store = redis.Redis.from_url(
        settings.store, connection_class=StoreConnection, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S
    )
    try:
        named = EVERYONE if partner_id is None else partner_id.encode()
        await store.publish(channel(CHANGED_KEYS_CHANNEL, settings.namespace), named)
    except (RedisError, OSError):
        return False
    finally:
        await store.aclose()
    return True
