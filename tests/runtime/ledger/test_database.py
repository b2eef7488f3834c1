import asyncio
import sqlite3
import struct
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from runtime.errors import ServiceError
from runtime.ledger.changes import Change, last_change_id, partners_changed_since, record_change
from runtime.ledger.database import Ledger
from runtime.ledger.migrate import migrate

Open = Callable[[str], Ledger]


@pytest.fixture
async def open_ledger() -> AsyncIterator[Open]:
    """Opens ledgers and closes them after the test."""
    async with AsyncExitStack() as opened:

        def start(address: str) -> Ledger:
            ledger = Ledger(address)
            opened.push_async_callback(ledger.close)
            return ledger

        yield start


@asynccontextmanager
async def _refusing(sqlstate: str, words: str) -> AsyncIterator[str]:
    """A server that speaks PostgreSQL's protocol and refuses every connection; gives its address."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(8)  # may it be encrypted?
        writer.write(b"N")
        await reader.readexactly(struct.unpack("!I", await reader.readexactly(4))[0] - 4)
        fields = f"SFATAL\0VFATAL\0C{sqlstate}\0M{words}\0\0".encode()
        writer.write(b"E" + struct.pack("!I", len(fields) + 4) + fields)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with server:
        yield f"postgresql://headway@127.0.0.1:{server.sockets[0].getsockname()[1]}/headway"


@pytest.mark.parametrize(
    ("sqlstate", "words"),
    [
        ("57P03", "the database system is starting up"),
        ("57P01", "terminating connection due to administrator command"),
        ("53300", "sorry, too many clients already"),
    ],
)
async def test_a_server_that_starts_ends_or_is_full_is_away_for_readers_and_writers(
    open_ledger: Open, sqlstate: str, words: str
) -> None:
    async with _refusing(sqlstate, words) as address:
        ledger = open_ledger(address)
        with pytest.raises(ServiceError, match=words):
            async with ledger.read() as session:
                await session.execute(text("select 1"))
        with pytest.raises(ServiceError, match=words):
            async with ledger.write():
                pass


@pytest.mark.integration
@pytest.mark.parametrize("writes", [False, True])
async def test_a_connection_that_the_server_ends_is_told_as_a_failure_of_the_server_and_the_next_is_good(
    open_ledger: Open, postgres_url: str, writes: bool
) -> None:
    ledger, other = open_ledger(postgres_url), open_ledger(postgres_url)

    async def wait_to_be_ended() -> None:
        async with ledger.write() if writes else ledger.read() as session:
            backend = await session.scalar(text("select pg_backend_pid()"))
            async with other.read() as killer:
                await killer.execute(text("select pg_terminate_backend(:pid)"), {"pid": backend})
            await session.execute(text("select pg_sleep(60)"))

    with pytest.raises(ServiceError):
        await wait_to_be_ended()
    async with ledger.write() if writes else ledger.read() as session:
        assert await session.scalar(text("select 1")) == 1


async def test_who_finds_every_connection_in_use_is_told_that_the_database_is_away(
    open_ledger: Open, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = open_ledger(sqlite_url)
    monkeypatch.setattr(ledger.engine.pool, "_timeout", 0.001)

    async def take_every_connection() -> None:
        async with AsyncExitStack() as held:
            while True:
                session = await held.enter_async_context(ledger.read())
                await session.execute(text("select 1"))

    with pytest.raises(ServiceError, match="QueuePool"):
        await take_every_connection()


@pytest.mark.integration
@pytest.mark.parametrize("asked", ["select nonsense", "select 1/0", "select cast(:given as integer)"])
async def test_what_is_asked_wrongly_is_no_failure_of_the_server(
    open_ledger: Open, postgres_url: str, asked: str
) -> None:
    with pytest.raises(DBAPIError):
        async with open_ledger(postgres_url).read() as session:
            await session.execute(text(asked), {"given": "no number"} if ":given" in asked else {})


async def test_who_is_cancelled_while_sqlite_opens_leaves_no_thread_behind(
    open_ledger: Open, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on, connect = threading.Event(), threading.Event(), sqlite3.connect

    def connect_late(*arguments: Any, **options: Any) -> sqlite3.Connection:
        begun.set()
        assert go_on.wait(60)
        opened: sqlite3.Connection = connect(*arguments, **options)
        return opened

    async def ask(ledger: Ledger) -> None:
        async with ledger.read() as session:
            await session.execute(text("select 1"))

    before = set(threading.enumerate())
    ledger = open_ledger(sqlite_url)
    monkeypatch.setattr(sqlite3, "connect", connect_late)
    task = asyncio.create_task(ask(ledger))
    assert await asyncio.to_thread(begun.wait, 60)
    task.cancel()
    for _ in range(20):
        await asyncio.sleep(0)
    was_over = task.done()
    go_on.set()
    await asyncio.gather(task, return_exceptions=True)
    await ledger.close()
    assert task.cancelled()
    assert not was_over
    for thread in set(threading.enumerate()) - before:
        if "_connection_worker_thread" in thread.name:
            thread.join(10)
            assert not thread.is_alive()


@pytest.mark.integration
async def test_a_change_that_is_committed_after_a_later_one_is_not_missed(open_ledger: Open, postgres_url: str) -> None:
    ledger, other = open_ledger(postgres_url), open_ledger(postgres_url)
    await migrate(ledger)
    async with ledger.write() as slow:
        record_change(slow, Change("test", "key_revoked", "first", {}))
        await slow.flush()
        async with other.write() as quick:
            record_change(quick, Change("test", "key_revoked", "second", {}))
        async with other.read() as session:
            seen = await last_change_id(session)
            assert await partners_changed_since(session, 0) == ["second"]
    async with ledger.read() as session:
        assert await partners_changed_since(session, seen) == ["first"]


async def test_a_file_that_is_no_database_is_one_clear_line(tmp_path: Path) -> None:
    file = tmp_path / "ledger.db"
    file.write_text("not a database")
    ledger = Ledger(f"sqlite:///{file}")
    with pytest.raises(ServiceError, match=r"ledger\.db: file is not a database$"):
        async with ledger.read() as session:
            await session.execute(text("SELECT 1"))
    await ledger.close()
