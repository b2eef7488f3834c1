"""The record of every decision about partners, keys and plans: who, when, what. Added to, never altered."""

import time
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from runtime.ledger.audit import Entry, note, note_change
from runtime.ledger.models import ChangeRow


class Change(NamedTuple):
    """One decision. ``actor`` is who made it; ``partner_id`` is ``None`` where it touches every partner (a plan)."""

    actor: str
    action: str
    partner_id: str | None
    detail: dict[str, object]


def record_change(session: AsyncSession, change: Change) -> None:
    """Note a decision in the transaction that carries it out."""
    note_change(session, ChangeRow(at=int(time.time()), **change._asdict()))
    note(session, Entry(*change))


async def last_change_id(session: AsyncSession) -> int:
    """The number of the newest decision, 0 before the first."""
    return await session.scalar(select(func.max(ChangeRow.id))) or 0


async def partners_changed_since(session: AsyncSession, change_id: int) -> list[str | None]:
    """The partners that decisions after ``change_id`` touched; ``None`` among them means all."""
    query = select(ChangeRow.partner_id).where(ChangeRow.id > change_id).distinct()
    return list((await session.scalars(query)).all())
