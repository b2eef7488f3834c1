from collections.abc import AsyncIterator

import pytest_asyncio

from runtime.ledger.database import Ledger
from runtime.ledger.migrate import migrate
from runtime.ledger.plans import ensure_built_in_plans


@pytest_asyncio.fixture
async def ledger(database: str) -> AsyncIterator[Ledger]:
    """A migrated ledger with the built-in plans, on SQLite and on PostgreSQL."""
    opened = Ledger(database)
    await migrate(opened)
    async with opened.write() as session:
        await ensure_built_in_plans(session, actor="test")
    yield opened
    await opened.close()
