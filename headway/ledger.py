"""``headway ledger``: the database of partners, keys and usage: bring it up to date, back it up, restore it."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from headway.up.running import load_running_settings
from runtime.ledger.backup import back_up
from runtime.ledger.backup import restore as restore_backup
from runtime.ledger.database import Ledger
from runtime.ledger.migrate import migrate as migrate_ledger
from runtime.ledger.plans import ensure_built_in_plans

_Answer = TypeVar("_Answer")

app = typer.Typer(name="ledger", help="The database of partners, keys and usage.", no_args_is_help=True)


@app.command(epilog="Example: HEADWAY_DATABASE=postgresql://headway@db/headway headway ledger migrate")
def migrate() -> None:
    """Bring the database to the tables of this version; a database that has them is left as it is."""

    async def run(ledger: Ledger) -> str:
        revision = await migrate_ledger(ledger)
        async with ledger.write() as session:
            await ensure_built_in_plans(session, actor="headway ledger migrate")
        return f"{ledger.shown} is at revision {revision}"

    typer.echo(_with_ledger(run))


@app.command(epilog="Example: headway ledger backup ledger-2026-02-16.gz")
def backup(file: Annotated[Path, typer.Argument(help="The file to write.")]) -> None:
    """Write the whole ledger, as of one moment, to one file; the API goes on meanwhile."""
    count = _with_ledger(lambda ledger: back_up(ledger, file))
    typer.echo(f"{count} rows are in {file}")


@app.command(epilog="Example: headway ledger restore ledger-2026-02-16.gz --replace")
def restore(
    file: Annotated[Path, typer.Argument(help="A file that headway ledger backup wrote.")],
    *,
    replace: Annotated[bool, typer.Option("--replace", help="Put the backup in place of what is there.")] = False,
) -> None:
    """Fill the database from a backup, all of it or nothing; SQLite and PostgreSQL read each other's."""
    count = _with_ledger(lambda ledger: restore_backup(ledger, file, replace=replace))
    typer.echo(f"{count} rows were restored from {file}")


def _with_ledger(work: Callable[[Ledger], Awaitable[_Answer]]) -> _Answer:
    async def run() -> _Answer:
        ledger = Ledger(load_running_settings().database)
        try:
            return await work(ledger)
        finally:
            await ledger.close()

    return asyncio.run(run())
