import asyncio
from typing import Any

import pytest
from redis.asyncio.connection import Connection
from redis.exceptions import RedisError

from runtime.store_connection import StoreConnection


class _Writer:
    """A socket whose bytes are gone in the very moment in which somebody cancels."""

    def __init__(self) -> None:
        self.sender: asyncio.Task[Any] | None = None

    def writelines(self, parts: object) -> None:
        del parts

    async def drain(self) -> None:
        assert self.sender is not None
        asyncio.get_running_loop().call_soon(self.sender.cancel)


def make_connection(kind: type[Connection]) -> tuple[Connection, _Writer]:
    connection, writer = kind(socket_timeout=1.0), _Writer()
    connection._writer = writer  # type: ignore[assignment]
    connection._reader = asyncio.StreamReader()
    connection.disconnect = _nothing  # type: ignore[method-assign]
    return connection, writer


async def _nothing(*_: object, **__: object) -> None:
    """Stands for closing a socket that is none."""


async def send_once(kind: type[Connection]) -> asyncio.Task[None]:
    connection, writer = make_connection(kind)
    sending = asyncio.create_task(connection.send_packed_command(b"PING", check_health=False))
    writer.sender = sending
    await asyncio.wait((sending,))
    connection._writer = connection._reader = None
    return sending


async def test_a_cancellation_that_meets_the_end_of_a_sending_is_not_lost() -> None:
    assert (await send_once(StoreConnection)).cancelled()


async def test_who_was_cancelled_before_may_still_tidy_up() -> None:
    connection, writer = make_connection(StoreConnection)

    async def tidy_up() -> str:
        try:
            await asyncio.sleep(3600)
        finally:
            writer.sender = asyncio.create_task(asyncio.sleep(0))
            await connection.send_packed_command(b"DEL key", check_health=False)
        return "never"

    task = asyncio.create_task(tidy_up())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    connection._writer = connection._reader = None


async def test_a_transport_that_uvloop_has_closed_is_a_lost_store() -> None:
    connection, _ = make_connection(StoreConnection)
    connection._writer = _Closed()  # type: ignore[assignment]
    with pytest.raises(RedisError, match="the handler is closed"):
        await connection.send_packed_command(b"PING", check_health=False)
    connection._writer = connection._reader = None


class _Closed:
    """A transport whose other end has just gone, in uvloop's words."""

    def writelines(self, parts: object) -> None:
        del parts
        raise RuntimeError("unable to perform operation on <TCPTransport closed=True>; the handler is closed")
