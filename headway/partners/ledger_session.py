"""One question to the ledger, or one change of it that every API process then hears of."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from typing import TypeVar

from rich.console import Console
from sqlalchemy.ext.asyncio import AsyncSession

from headway.up.running import load_running_settings
from runtime.ledger.announce import announce_change
from runtime.ledger.database import Ledger
from runtime.ledger.migrate import check_migrated

_Answer = TypeVar("_Answer")
Told = dict[str, object]
"""What a command shows of what it did: names and values."""


def ask_ledger(question: Callable[[AsyncSession], Awaitable[_Answer]]) -> _Answer:
    """Read from the ledger.

    Raises:
        UserError: the ledger is of another version.
        ServiceError: it cannot be reached.
    """

    async def run() -> _Answer:
        ledger = Ledger(load_running_settings().database)
        try:
            await check_migrated(ledger)
            async with ledger.read() as session:
                return await question(session)
        finally:
            await ledger.close()

    return asyncio.run(run())


def change_ledger(change: Callable[[AsyncSession], Awaitable[tuple[str | None, Told]]]) -> Told:
    """Carry out a change and announce it; ``change`` gives the partner's id (``None``: all) and what to show.

    Raises:
        UserError: the change is not possible, or the ledger is of another version.
        ServiceError: the ledger cannot be reached.
    """

    async def run() -> Told:
        settings = load_running_settings()
        ledger = Ledger(settings.database)
        try:
            await check_migrated(ledger)
            async with ledger.write() as session:
                partner_id, told = await change(session)
        finally:
            await ledger.close()
        if not await announce_change(settings, partner_id):
            Console(stderr=True).print("The store does not answer; replicas read the ledger instead.")
        return told

    return asyncio.run(run())


def actor() -> str:
    """Who makes the change, for the record of changes."""
    try:
        return f"command line: {getpass.getuser()}"
    except (KeyError, OSError):
        return "command line"
