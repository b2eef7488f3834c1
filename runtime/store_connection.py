"""Connections to the store on which no cancellation is lost, and whose loss is always the client's own error."""

import asyncio
from collections.abc import Iterable

from redis.asyncio import Redis
from redis.asyncio.connection import Connection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as StoreLostError


class StoreConnection(Connection):
    """Give it to every client of the store as ``connection_class``.

    Before Python 3.12 ``asyncio.wait_for``, in which the client sends, returns as if nothing had been when its task is
    cancelled in the very moment in which the sending ends. A loop over the store would go on for ever. And uvloop says
    of a transport that the store's end has just closed that no operation can be performed: a ``RuntimeError``, which
    would end a process whose store was killed.
    """

    async def send_packed_command(self, command: bytes | str | Iterable[bytes], check_health: bool = True) -> None:
        """Send as the client does; a cancellation that came meanwhile is raised when the sending swallowed it."""
        task = asyncio.current_task()
        before = task.cancelling() if task is not None else 0
        try:
            await super().send_packed_command(command, check_health)
        except RuntimeError as closed:
            raise StoreLostError(f"The store closed the connection: {closed}") from closed
        if task is not None and task.cancelling() > before:
            # what was sent will be answered to nobody
            await self.disconnect(nowait=True)
            raise asyncio.CancelledError


def open_store(url: str, *, timeout_s: float, client_name: str | None = None) -> Redis:
    """A client for a loop that asks again by itself: a lost store is an error at once, never tried again in silence."""
    return Redis.from_url(
        url,
        connection_class=StoreConnection,
        socket_timeout=timeout_s,
        socket_connect_timeout=timeout_s,
        retry=Retry(NoBackoff(), 0),
        client_name=client_name,
    )
