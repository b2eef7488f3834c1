"""``GET /v1/archive/{product_id}``."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.own.affairs import affairs_of, partner_of, told
from api.own.moments import rfc3339
from api.problems import NOT_FOUND
from api.reached.count_classes import class_of
from api.reached.view_for import reach_of
from api.refusal import Refusal
from runtime.ledger.derived import find_output

router = APIRouter(tags=["products"])


@router.get("/v1/archive/{product_id}", summary="A derived product's output")
async def get_output(request: Request, product_id: str) -> Response:
    """What the product's reviewed query found: figures of groups, none smaller than it says; no single observation.

    Of the version that the grant was given for: a later one may hold more.
    """
    partner_of(request)
    granted, version = request.scope["state"]["product"]
    output = None
    if granted == product_id:
        output = await affairs_of(request).ask(lambda session: find_output(session, product_id, version))
    if output is None:
        raise Refusal(NOT_FOUND, f"Product {product_id!r} has no output yet, or is not a derived one.")
    bounds = reach_of(request).count_classes
    rows = [
        {**row, "observations": None, "observations_class": class_of(row["observations"], bounds)}
        if bounds and row["observations"] < bounds[-1]
        else row
        for row in output.rows
    ]
    return told(
        {
            "product": product_id,
            "version": output.product_version,
            "computed_at": rfc3339(output.computed_at),
            "from_at": rfc3339(output.from_s),
            "until_at": rfc3339(output.until_s),
            "rows": rows,
        }
    )
