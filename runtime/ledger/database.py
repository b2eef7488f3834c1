"""The ledger's database: PostgreSQL, or a SQLite file on a laptop, behind one way to read and one to write."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiosqlite
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFreeError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from runtime.errors import ServiceError, UserError
from runtime.ledger.audit import append_noted

BUSY_TIMEOUT_MS: Final = 5000
"""How long a writer waits for another writer of the same SQLite file."""

_DRIVERS: Final = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}


def database_url(text: str) -> URL:
    """The address with the driver Headway uses, whichever way it was written.

    Raises:
        UserError: it is no database address, or of a database other than PostgreSQL and SQLite.
    """
    scheme, separator, rest = text.partition("://")
    backend = scheme.partition("+")[0]
    if not separator or backend not in _DRIVERS:
        raise UserError(f"database address {scheme}://…: use sqlite:///FILE or postgresql://USER@HOST/NAME")
    try:
        return make_url(f"{_DRIVERS[backend]}://{rest}")
    except (ArgumentError, ValueError) as wrong:
        raise UserError(f"the database address cannot be read: {wrong}") from None


_AWAY_STATES: Final = ("08", "40", "53", "57", "58")
"""Classes of SQLSTATE: no connection, a transaction undone for another's sake, no resources, operators, the system."""


_SPOILT: Final = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)
"""What SQLite says of a file that is another's, or damaged."""


class Ledger:
    """An open database. ``read`` and ``write`` give sessions; a write is one transaction, waiting for others."""

    def __init__(self, address: str) -> None:
        url = database_url(address)
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self.shown = url.render_as_string(hide_password=True)
        if self.is_sqlite and url.database and url.database != ":memory:":
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        self.engine: AsyncEngine = create_async_engine(url, pool_pre_ping=not self.is_sqlite)
        if self.is_sqlite:
            _speak_sqlite(self.engine)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session that only reads.

        Raises:
            ServiceError: the database cannot be reached.
        """
        try:
            async with AsyncSession(self.engine, expire_on_commit=False) as session:
                yield session
        except (SQLAlchemyError, OSError) as failed:
            if not _is_away(failed):
                raise
            raise self._unreachable(failed) from failed

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """A session whose one transaction is committed at the end, or undone when anything is raised.

        Raises:
            ServiceError: the database cannot be reached, or stayed locked.
        """
        try:
            async with self.engine.connect() as connection:
                writing: AsyncConnection = await connection.execution_options(headway_writes=True)
                async with AsyncSession(writing, expire_on_commit=False) as session, session.begin():
                    yield session
                    await append_noted(session)
        except (SQLAlchemyError, OSError) as failed:
            if not _is_away(failed):
                raise
            raise self._unreachable(failed) from failed

    async def close(self) -> None:
        """Let go of every connection."""
        await self.engine.dispose()

    def _unreachable(self, failed: Exception) -> ServiceError:
        cause = failed.orig if isinstance(failed, DBAPIError) else failed
        return ServiceError(
            f"database {self.shown}: {str(cause).splitlines()[0] if str(cause) else type(cause).__name__}"
        )


def _is_away(failed: Exception) -> bool:
    """Whether the database did not do its part, rather than being asked something wrong.

    SQLAlchemy has no class of its own for most of what asyncpg says of a server that starts, ends or is full: there the
    SQLSTATE tells.
    """
    if isinstance(failed, OperationalError | NoConnectionFreeError | OSError):
        return True
    if not isinstance(failed, DBAPIError):
        return False
    if getattr(failed.orig, "sqlite_errorcode", None) in _SPOILT:
        return True
    if failed.connection_invalidated or str(getattr(failed.orig, "sqlstate", None) or "").startswith(_AWAY_STATES):
        return True
    # asyncpg calls an argument that it cannot write by the same class as a connection that is closed
    return isinstance(failed, InterfaceError) and not isinstance(failed.orig and failed.orig.__cause__, ValueError)


def _speak_sqlite(engine: AsyncEngine) -> None:
    """Let many processes share the file: write-ahead log, wait for writers, and take the write lock at the start."""

    @event.listens_for(engine.sync_engine, "do_connect")
    def opening(_dialect: Any, _record: Any, _arguments: Any, options: dict[str, Any]) -> None:
        options["async_creator_fn"] = _open_whole

    @event.listens_for(engine.sync_engine, "connect")
    def opened(connection: Any, _record: Any) -> None:  # type: ignore[explicit-any, unused-ignore]  # DBAPI types
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begun(connection: Any) -> None:
        writes = connection.get_execution_options().get("headway_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


async def _open_whole(*arguments: Any, **options: Any) -> aiosqlite.Connection:
    """A connection, opened to its end even for who is cancelled meanwhile: else its thread would outlive the loop."""
    connection = aiosqlite.connect(*arguments, **options)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does for those that it opens itself
    opening = asyncio.ensure_future(connection)
    try:
        await asyncio.wait((opening,))
    except asyncio.CancelledError:
        await asyncio.wait((opening,))
        if opening.exception() is None:
            await connection.close()
        raise
    opening.result()
    return connection
