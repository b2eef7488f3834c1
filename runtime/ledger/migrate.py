"""Bring a database to the tables this version knows; the steps ship inside the package."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from runtime.errors import UserError
from runtime.ledger.database import Ledger


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def head_revision() -> str:
    """The newest step this version knows."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise UserError("this installation of Headway lacks its database migrations")
    return head


async def find_revision(ledger: Ledger) -> str | None:
    """The step the database stands at; ``None`` where it holds no ledger yet."""
    async with ledger.read() as session:
        connection = await session.connection()
        return await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())


async def migrate(ledger: Ledger) -> str:
    """Apply every missing step in one transaction and return the revision reached.

    Raises:
        UserError: the database was migrated by a newer Headway.
        ServiceError: the database cannot be reached.
    """
    head = head_revision()
    current = await find_revision(ledger)
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if current is not None and current not in known:
        raise UserError(f"database {ledger.shown} is at {current}, which this version does not know: update Headway")
    if current != head:
        async with ledger.write() as session:
            connection = await session.connection()
            await connection.run_sync(lambda sync: command.upgrade(_config(sync), "head"))
    return head


async def check_migrated(ledger: Ledger) -> None:
    """Refuse a database that lacks steps.

    Raises:
        UserError: it holds no ledger, or one of another version.
    """
    current, head = await find_revision(ledger), head_revision()
    if current != head:
        raise UserError(
            f"database {ledger.shown} is at {current or 'no version'}, not {head}: run headway ledger migrate"
        )
