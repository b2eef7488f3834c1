"""``/v1/audit``: the chain's signed head, and a partner's extract to check offline."""

import time
from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlalchemy import select
from starlette.responses import Response, StreamingResponse

from api.own.affairs import NO_STORE, affairs_of, partner_of, told
from api.own.moments import rfc3339
from api.problems import INVALID_PARAMETER
from api.refusal import Refusal
from api.usage.months import month_span
from runtime.deployment_secret import audit_signer
from runtime.ledger.audit_extract import write_extract
from runtime.ledger.audit_models import AuditHeadRow
from transit.audit.extract import first_line, head_text, signed_text

router = APIRouter(tags=["own affairs"])


@router.get("/v1/audit/head", summary="The audit's signed head")
async def get_head(request: Request) -> Response:
    """The chain's last entry as it stands, signed (Ed25519): who keeps heads can tell if one was rewritten."""
    partner_of(request)
    affairs = affairs_of(request)
    signer = audit_signer(affairs.settings)
    head = await affairs.ask(lambda session: session.scalar(select(AuditHeadRow).where(AuditHeadRow.id == 1)))
    seq, chain = (0, bytes(32)) if head is None else (head.seq, bytes.fromhex(head.hash))
    at = int(time.time())
    opening = first_line(seq + 1, chain)
    text = head_text(seq, chain, at)
    return told(
        {
            "seq": seq,
            "hash": chain.hex(),
            "signed_at": rfc3339(at),
            "public_key": signer.public_hex,
            "file": (opening + text).decode() + f" {signer.public_hex} {signer.sign(signed_text(opening, text))}\n",
        }
    )


@router.get("/v1/audit/extract", summary="A month of the audit, to check offline")
async def get_extract(
    request: Request,
    month: Annotated[str, Query(max_length=7, description="Such as 2026-02; all that is kept if left out")] = "",
) -> Response:
    """A file for `headway audit verify`: own entries whole, others' as digests, the chain unbroken, its head signed."""
    partner = partner_of(request)
    span = month_span(month) if month else None
    if month and span is None:
        raise Refusal(INVALID_PARAMETER, f"month: {month!r} is none; write it as 2026-02.")
    affairs = affairs_of(request)
    signer = audit_signer(affairs.settings)

    lines = write_extract(
        affairs.ledger.read,
        signer,
        partner_id=partner.partner_id,
        from_s=span.from_s if span else 0,
        until_s=span.until_s if span else None,
    )
    named = f"headway-audit-{month or 'all'}.txt"
    headers = {**NO_STORE, "content-disposition": f'attachment; filename="{named}"'}
    return StreamingResponse(lines, media_type="text/plain; charset=utf-8", headers=headers)
