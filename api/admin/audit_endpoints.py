"""``/v1/admin/audit``: search, and take out."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response, StreamingResponse

from api.admin.staff_only import having
from api.own.affairs import NO_STORE, affairs_of, told
from api.own.moments import rfc3339
from runtime.deployment_secret import audit_signer
from runtime.ledger.audit_extract import search_audit, write_extract
from runtime.ledger.staff import AUDITOR, Staff

router = APIRouter(prefix="/v1/admin/audit", tags=["staff"])
Auditor = Annotated[Staff, Depends(having(AUDITOR))]
_Moment = Annotated[int | None, Query(ge=0, le=2**40, description="POSIX seconds")]


@router.get("/search", summary="Search the audit")
async def get_search(
    request: Request,
    staff: Auditor,
    *,
    partner: Annotated[str | None, Query(max_length=32)] = None,
    action: Annotated[str | None, Query(max_length=40)] = None,
    text: Annotated[str, Query(max_length=200, description="Stands in the entry")] = "",
    from_s: _Moment = None,
    until_s: _Moment = None,
    before_seq: Annotated[int | None, Query(ge=0, le=2**60, description="Go on from a page's last")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Response:
    """Entries, newest first."""
    found = await affairs_of(request).ask(
        lambda session: search_audit(
            session,
            partner_id=partner,
            action=action,
            text=text,
            from_s=from_s or 0,
            until_s=until_s,
            before_seq=before_seq,
            limit=limit,
        )
    )
    entries = [
        {"seq": each.seq, "at": rfc3339(each.at), "action": each.action, "entry": orjson.loads(each.body)}
        for each in found
    ]
    return told({"entries": entries, "read_by": staff.login})


@router.get("/extract", summary="The whole audit, to check offline")
async def get_extract(request: Request, staff: Auditor) -> Response:
    """A file for `headway audit verify`, every entry whole."""
    affairs = affairs_of(request)
    signer = audit_signer(affairs.settings)

    lines = write_extract(affairs.ledger.read, signer, partner_id=None)
    headers = {**NO_STORE, "x-read-by": staff.login}
    return StreamingResponse(lines, media_type="text/plain; charset=utf-8", headers=headers)
