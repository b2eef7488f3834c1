"""Acts about products, owners' terms and needs."""

from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from runtime.ledger.needs import answer_need
from runtime.ledger.owners import add_owner, get_owner, set_term, withdraw
from runtime.ledger.partners import get_partner
from runtime.ledger.products import publish, withdraw_product
from transit.grants.agreements import ANYONE, ProductTerms

Done = tuple[str | None, dict[str, Any]]


class _Arguments(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Base of all: nothing but what is named."""


class OfProduct(_Arguments):
    """Which product, by id."""

    product: str


class AnswerNeed(_Arguments):
    """What whoever posted it reads, and the product that answers it."""

    need: str
    answer: str
    product: str | None = None


class AddOwner(_Arguments):
    """Who feeds and timetables belong to. Until it sets terms, nothing of them is told."""

    name: str
    feeds: tuple[str, ...] = ()
    timetables: tuple[str, ...] = ()
    contact: str = ""


class SetTerm(_Arguments):
    """What an owner gives: to a partner or anyone, for these purposes or any, these fields or all, until then."""

    owner: str
    partner: str | None = None
    purposes: tuple[str, ...] = ()
    fields: tuple[str, ...] | None = None
    until: int | None = None


class WithdrawTerms(_Arguments):
    """One term of an owner, or all."""

    owner: str
    term: str | None = None


async def publish_it(session: AsyncSession, given: ProductTerms, actor: str) -> Done:
    """Put a product on the shelf, new or as its next version."""
    return None, msgspec.to_builtins(await publish(session, given, actor=actor))


async def withdraw_it(session: AsyncSession, given: OfProduct, actor: str) -> Done:
    """Take a product off the shelf."""
    return None, msgspec.to_builtins(await withdraw_product(session, given.product, actor=actor))


async def answer(session: AsyncSession, given: AnswerNeed, actor: str) -> Done:
    """Answer a need."""
    need = await answer_need(session, given.need, answer=given.answer, product_id=given.product, actor=actor)
    return need.partner_id, msgspec.to_builtins(need)


async def add(session: AsyncSession, given: AddOwner, actor: str) -> Done:
    """Add an owner."""
    owner = await add_owner(
        session, name=given.name, feeds=given.feeds, timetables=given.timetables, contact=given.contact, actor=actor
    )
    return None, msgspec.to_builtins(owner)


async def give(session: AsyncSession, given: SetTerm, actor: str) -> Done:
    """Let an owner give something."""
    owner = await get_owner(session, given.owner)
    to = ANYONE if given.partner is None else (await get_partner(session, given.partner)).id
    term = await set_term(
        session, owner, partner_id=to, purposes=given.purposes, fields=given.fields, until=given.until, actor=actor
    )
    return None, {"owner": owner.id, **msgspec.to_builtins(term)}


async def withdraw_terms(session: AsyncSession, given: WithdrawTerms, actor: str) -> Done:
    """Cut what an owner gives."""
    owner = await get_owner(session, given.owner)
    return None, {"owner": owner.id, "ended": await withdraw(session, owner, term_id=given.term, actor=actor)}
