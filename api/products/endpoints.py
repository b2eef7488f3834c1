"""``/v1/products``: the catalogue, with a sample of each."""

from typing import Any

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from api.openapi import EXAMPLES, read_example
from api.own.affairs import affairs_of, partner_of, told
from api.own.moments import with_moments
from api.problems import NOT_FOUND
from api.products.sample import route_of, sample_of
from api.refusal import Refusal
from runtime.ledger.products import find_product, list_products
from transit.grants.agreements import OPEN, Product
from transit.grants.fields import FIELDS

router = APIRouter(tags=["products"])

_SUPPLY = {
    "open": "to anyone with a key",
    "granted": "by agreement: within the offer at once, beyond it by staff",
    "shared": "inside, among agencies",
}


@router.get("/v1/products", summary="What is on the shelf")
async def get_products(request: Request) -> Response:
    """Every product on the shelf: what it holds, how it is supplied, on which terms, its version."""
    partner_of(request)
    products = await affairs_of(request).ask(list_products)
    return told({"products": [product_fields(product) for product in products], "fields": FIELDS})


@router.get("/v1/products/{product_id}", summary="One product, with a sample")
async def get_product(request: Request, product_id: str) -> Response:
    """A product and a sample of its answers: invented, with exactly the members that the product holds."""
    partner_of(request)
    product = await affairs_of(request).ask(lambda session: find_product(session, product_id))
    if product is None or product.withdrawn_at is not None:
        raise Refusal(NOT_FOUND, f"There is no product {product_id!r}; see /v1/products.")
    route = route_of(product.sample)
    example = None if route is None else sample_of(read_example(EXAMPLES[route]), route, product)
    return told({**product_fields(product), "sample_answer": example})


def product_fields(product: Product) -> dict[str, Any]:
    """A product as partners and staff read it."""
    fields = with_moments(msgspec.to_builtins(product))
    fields["supplied"] = _SUPPLY[product.supply]
    fields["needs_grant"] = product.supply != OPEN
    return fields
