"""Needs: what somebody misses on the shelf, and the product that answered it."""

import time

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from runtime.errors import UserError
from runtime.ledger.changes import Change, record_change
from runtime.ledger.grant_models import NeedRow
from runtime.ledger.key_format import random_text

CHARACTERS_MAX = 2000
OPEN_MAX = 20
"""A partner's needs that wait for an answer at once."""


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """A need, and its answer where there is one."""

    id: str
    partner_id: str
    text: str
    posted_at: int
    answered_at: int | None
    product_id: str | None
    answer: str


def _need_of(row: NeedRow) -> Need:
    return Need(**{name: getattr(row, name) for name in Need.__struct_fields__})


async def list_needs(session: AsyncSession, partner_id: str | None = None) -> list[Need]:
    """Needs, newest first."""
    query = select(NeedRow).order_by(NeedRow.posted_at.desc(), NeedRow.id)
    if partner_id is not None:
        query = query.where(NeedRow.partner_id == partner_id)
    return [_need_of(row) for row in await session.scalars(query)]


async def post_need(session: AsyncSession, partner_id: str, text: str, *, actor: str) -> Need:
    """Post a need.

    Raises:
        UserError: it says nothing, says too much, or too many of the partner's wait.
    """
    if not 10 <= len(text.strip()) <= CHARACTERS_MAX:
        raise UserError(f"a need is told in 10 to {CHARACTERS_MAX} characters")
    waiting = await session.scalar(
        select(func.count()).where(NeedRow.partner_id == partner_id, NeedRow.answered_at.is_(None))
    )
    if (waiting or 0) >= OPEN_MAX:
        raise UserError(f"{OPEN_MAX} of your needs wait for an answer already")
    row = NeedRow(
        id="n_" + random_text(10),
        partner_id=partner_id,
        text=text.strip(),
        posted_at=int(time.time()),
        answered_at=None,
        product_id=None,
        answer="",
    )
    session.add(row)
    record_change(session, Change(actor, "need_posted", partner_id, {"need": row.id, "text": row.text}))
    return _need_of(row)


async def answer_need(
    session: AsyncSession, need_id: str, *, answer: str, product_id: str | None = None, actor: str
) -> Need:
    """Answer a need, with a product where one came of it.

    Raises:
        UserError: there is no such need, or the answer is empty.
    """
    row = await session.get(NeedRow, need_id)
    if row is None:
        raise UserError(f"there is no need {need_id}")
    if not answer.strip():
        raise UserError("say something: whoever posted the need reads it")
    row.answered_at, row.answer, row.product_id = int(time.time()), answer.strip()[:CHARACTERS_MAX], product_id
    detail: dict[str, object] = {"need": need_id, "answer": row.answer, "product": product_id}
    record_change(session, Change(actor, "need_answered", row.partner_id, detail))
    return _need_of(row)
