"""The servers that ``headway up`` starts for itself, and how they are kept alive."""

import asyncio
import time
from collections.abc import Iterator
from typing import Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from headway.up.broker import LocalBroker, make_broker
from headway.up.options import UpOptions
from runtime.embedded.valkey import Valkey
from runtime.errors import ServiceError, UserError

CHECK_S: Final = 5.0


class Servers:
    """The local broker and store; each is ``None`` where one that runs elsewhere was named."""

    def __init__(self, options: UpOptions) -> None:
        """Choose servers; none is started.

        Raises:
            UserError: the broker asked for cannot be had here.
        """
        self.broker: LocalBroker | None = make_broker(options.broker, options.folder)
        self.store = Valkey(options.folder / "valkey") if options.store is None else None
        self.broker_address = self.broker.address if self.broker else options.broker
        self.store_url = self.store.url if self.store else options.store or ""

    @property
    def _started(self) -> Iterator[LocalBroker | Valkey]:
        return (server for server in (self.store, self.broker) if server is not None)

    def pids(self) -> list[int]:
        """The processes that run."""
        brokers = [] if self.broker is None else getattr(self.broker, "brokers", [self.broker])
        children = [server.child for server in (*brokers, self.store) if server is not None]
        return [child.pid for child in children if child is not None and child.is_alive()]

    async def start(self) -> None:
        """Start them together and wait until all answer, those that run elsewhere too.

        Raises:
            UserError: a store was named, and none answers there.
            ServiceError: one of ours does not.
        """
        if self.store is None:
            await _check_store(self.store_url)
        for server in self._started:
            server.launch()
        await asyncio.gather(*(asyncio.to_thread(server.wait_ready) for server in self._started))

    async def restart_store(self) -> None:
        """Start the store again, empty, in its old place: serving fills it."""
        if self.store is None:
            raise ServiceError("the store runs elsewhere and is not ours to start")
        self.store.stop()
        self.store.launch()
        await asyncio.to_thread(self.store.wait_ready)

    def stop(self, within_s: float) -> None:
        """End them all at once: in good order within so long, else by force."""
        until = time.monotonic() + within_s
        for server in self._started:
            server.ask_to_stop()
        for server in self._started:
            server.stop(max(0.0, until - time.monotonic()))


async def _check_store(url: str) -> None:
    try:
        async with Redis.from_url(url, socket_connect_timeout=CHECK_S, socket_timeout=CHECK_S) as store:
            await store.ping()
    except (RedisError, OSError, ValueError) as refused:
        raise UserError(f"--store {url}: no store answers there: {refused}") from None
