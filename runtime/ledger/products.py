"""Data products on the shelf: each change is a new version; grants hold the version they were given for."""

import time

import msgspec
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from runtime.errors import UserError
from runtime.ledger.changes import Change, record_change
from runtime.ledger.grant_models import ProductRow
from transit.grants.agreements import Product, ProductTerms, check_product

_BESIDE = ("id", "version", "published_at", "withdrawn_at")


def product_of(row: ProductRow) -> Product:
    """A row's product."""
    beside = {name: getattr(row, name) for name in _BESIDE}
    return msgspec.convert({**row.body, **beside}, Product)


async def list_versions(session: AsyncSession) -> list[Product]:
    """Every version of every product, withdrawn ones too."""
    query = select(ProductRow).order_by(ProductRow.id, ProductRow.version)
    return [product_of(row) for row in await session.scalars(query)]


async def list_products(session: AsyncSession) -> list[Product]:
    """The newest version of each product on the shelf, by id."""
    newest = {product.id: product for product in await list_versions(session)}
    return [product for product in newest.values() if product.withdrawn_at is None]


async def find_product(session: AsyncSession, product_id: str, version: int | None = None) -> Product | None:
    """A product's newest version, or that one."""
    query = select(ProductRow).where(ProductRow.id == product_id)
    if version is not None:
        query = query.where(ProductRow.version == version)
    row = (await session.scalars(query.order_by(ProductRow.version.desc()).limit(1))).first()
    return product_of(row) if row else None


async def get_product(session: AsyncSession, product_id: str) -> Product:
    """A product's newest version.

    Raises:
        UserError: there is none.
    """
    product = await find_product(session, product_id)
    if product is None:
        raise UserError(f"there is no product {product_id}: headway products list, or /v1/products, shows all")
    return product


async def publish(session: AsyncSession, product: ProductTerms, *, actor: str) -> Product:
    """Put a product on the shelf, as the next version of its id.

    Raises:
        UserError: something about it makes no sense.
    """
    try:
        check_product(product)
    except ValueError as wrong:
        raise UserError(str(wrong)) from None
    before = await find_product(session, product.id)
    published = Product(
        **{name: getattr(product, name) for name in ProductTerms.__struct_fields__},
        version=1 if before is None else before.version + 1,
        published_at=int(time.time()),
    )
    body = msgspec.to_builtins(published)
    session.add(
        ProductRow(
            id=published.id,
            version=published.version,
            body={name: value for name, value in body.items() if name not in _BESIDE},
            published_at=published.published_at,
            withdrawn_at=None,
        )
    )
    record_change(session, Change(actor, "product_published", None, body))
    return published


async def withdraw_product(session: AsyncSession, product_id: str, *, actor: str) -> Product:
    """Take a product off the shelf; grants of it, of any version, open nothing from now on.

    Raises:
        UserError: there is none, or it is withdrawn already.
    """
    product = await get_product(session, product_id)
    if product.withdrawn_at is not None:
        raise UserError(f"product {product_id} is withdrawn already")
    now = int(time.time())
    await session.execute(update(ProductRow).where(ProductRow.id == product_id).values(withdrawn_at=now))
    record_change(session, Change(actor, "product_withdrawn", None, {"product": product_id}))
    return msgspec.structs.replace(product, withdrawn_at=now)
