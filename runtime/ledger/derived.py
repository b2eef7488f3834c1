"""Outputs of derived products, as the ledger keeps them."""

import time
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from runtime.errors import UserError
from runtime.ledger.changes import Change, record_change
from runtime.ledger.grant_models import DerivedOutputRow
from transit.grants.agreements import Product
from transit.grants.derived import Query


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """What a reviewed query found, and of which time (POSIX s)."""

    product_id: str
    computed_at: int
    from_s: int
    until_s: int
    rows: list[dict[str, Any]]


def query_of(product: Product) -> Query:
    """A derived product's query.

    Raises:
        UserError: the product is not derived.
    """
    if product.query is None:
        raise UserError(f"product {product.id} is not derived: it has no query")
    return msgspec.convert(product.query, Query)


async def keep_output(
    session: AsyncSession, product_id: str, rows: Sequence[dict[str, Any]], *, from_s: int, until_s: int, actor: str
) -> Output:
    """Keep a product's new output in place of the one before."""
    now = int(time.time())
    row = DerivedOutputRow(product_id=product_id, computed_at=now, from_s=from_s, until_s=until_s, rows=list(rows))
    await session.merge(row)
    record_change(session, Change(actor, "product_derived", None, {"product": product_id, "rows": len(rows)}))
    return Output(product_id=product_id, computed_at=now, from_s=from_s, until_s=until_s, rows=list(rows))


async def find_output(session: AsyncSession, product_id: str) -> Output | None:
    """A product's newest output."""
    row = await session.get(DerivedOutputRow, product_id)
    if row is None:
        return None
    return Output(**{name: getattr(row, name) for name in Output.__struct_fields__})
