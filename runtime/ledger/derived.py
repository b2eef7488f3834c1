"""Outputs of derived products, as the ledger keeps them."""

import time
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from runtime.errors import UserError
from runtime.ledger.changes import Change, record_change
from runtime.ledger.grant_models import DerivedOutputRow, GrantRow
from runtime.ledger.products import find_product, get_product
from transit.grants.agreements import Product
from transit.grants.derived import Query


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """What the reviewed query of one version of a product found, and of which time (POSIX s)."""

    product_id: str
    product_version: int
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


async def list_held_versions(session: AsyncSession, product_id: str) -> list[Product]:
    """The versions of a product that somebody may ask for: the newest, and those of grants that are not over.

    Raises:
        UserError: there is no such product.
    """
    newest = await get_product(session, product_id)
    now = int(time.time())
    held = select(GrantRow.product_version).where(
        GrantRow.product_id == product_id,
        GrantRow.revoked_at.is_(None),
        or_(GrantRow.expires_at.is_(None), GrantRow.expires_at > now),
    )
    versions = {newest.version, *await session.scalars(held)}
    found = [await find_product(session, product_id, version) for version in sorted(versions)]
    return [product for product in found if product is not None]


async def keep_output(
    session: AsyncSession, product: Product, rows: Sequence[dict[str, Any]], *, from_s: int, until_s: int, actor: str
) -> Output:
    """Keep a version's new output in place of the one before."""
    now = int(time.time())
    output = Output(
        product_id=product.id,
        product_version=product.version,
        computed_at=now,
        from_s=from_s,
        until_s=until_s,
        rows=list(rows),
    )
    await session.merge(DerivedOutputRow(**msgspec.structs.asdict(output)))
    detail: dict[str, object] = {"product": product.id, "version": product.version, "rows": len(rows)}
    record_change(session, Change(actor, "product_derived", None, detail))
    return output


async def find_output(session: AsyncSession, product_id: str, version: int) -> Output | None:
    """The newest output of one version of a product."""
    row = await session.get(DerivedOutputRow, (product_id, version))
    if row is None:
        return None
    return Output(**{name: getattr(row, name) for name in Output.__struct_fields__})
