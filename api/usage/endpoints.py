"""``/v1/usage`` and ``/v1/usage/statements/{month}``."""

import csv
import io
import time
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api.me.endpoints import grant_state
from api.own.affairs import NO_STORE, affairs_of, partner_of, told
from api.problems import NOT_FOUND
from api.refusal import Refusal
from api.usage.months import Span, day_span, month_of, month_span
from api.usage.outlooks import RECENT_S, Account, Used, day_of, own_accounts, quota_fields, sums_of
from api.usage.schemas import StatementAnswer, UsageAnswer
from runtime.ledger.grants import list_grants
from runtime.ledger.keys import Credential
from runtime.ledger.plans import list_plans
from runtime.ledger.quotas import leased_tokens
from runtime.ledger.statements import Line, list_lines
from schemas.usage import REFUSED

router = APIRouter(tags=["own affairs"])


@router.get("/v1/usage", response_model=UsageAnswer, summary="What was used, and when the quota ends")
async def get_usage(request: Request) -> Response:
    """Now, today and this month, by product and kind; when each quota ends at the present rate, and what to change.

    ``grants`` has the same of each grant with a quota of its own: what is spent under it is not in the partner's.
    ``leased`` counts tokens that API processes hold ready as well as those spent. Minutes are counted within two.
    """
    partner, now = partner_of(request), time.time()
    month = month_span(month_of(now)) or day_span(now)

    async def read(session: AsyncSession) -> dict[str, Any]:
        grants = await list_grants(session, partner.partner_id)
        products = {grant.id: grant.product_id for grant in grants}
        spans = (Span(int(now) - 120, int(now) + 60), Span(int(now) - RECENT_S, int(now) + 60), month)
        used = Used(*[await _lines(session, partner, span, products) for span in spans])
        leased = await leased_tokens(session, [day_of(now), month_of(now)])
        own = own_accounts(grants, partner.plan, {plan.name: plan for plan in await list_plans(session)})
        return {
            "now": sums_of(used.latest)._asdict() | {"span_s": 120},
            **quota_fields(Account(partner.partner_id, partner.plan), used.besides(set(own)), leased, now),
            "grants": [
                {"grant": grant.id, "product": grant.product_id, "state": grant_state(grant, now)}
                | quota_fields(account, used.under({grant.id}), leased, now)
                for grant, account in own.values()
                if grant_state(grant, now) in ("live", "suspended")
            ],
            "refusals": _refusals(used.monthly),
        }

    return told(await affairs_of(request).ask(read))


async def _lines(session: AsyncSession, partner: Credential, span: Span, products: dict[str, str]) -> list[Line]:
    return await list_lines(session, partner.partner_id, from_s=span.from_s, until_s=span.until_s, products=products)


async def _products(session: AsyncSession, partner: Credential) -> dict[str, str]:
    return {grant.id: grant.product_id for grant in await list_grants(session, partner.partner_id)}


def _refusals(lines: list[Line]) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in lines:
        if line.kind.startswith(REFUSED):
            name = line.kind.lstrip(REFUSED)
            found[name] = found.get(name, 0) + line.refused
    return found


@router.get("/v1/usage/statements/{name}", response_model=StatementAnswer, summary="A month's statement")
async def get_statement(request: Request, name: str) -> Response:
    """``2026-02.csv`` or ``2026-02.json``: what was used each day, by kind and grant; it sums to the audit."""
    partner = partner_of(request)
    month, _, form = name.partition(".")
    span = month_span(month)
    if span is None or form not in ("csv", "json"):
        raise Refusal(NOT_FOUND, "A statement's name is a month and a form: 2026-02.csv or 2026-02.json.")

    async def read(session: AsyncSession) -> list[Line]:
        return await _lines(session, partner, span, await _products(session, partner))

    lines = await affairs_of(request).ask(read)
    if form == "csv":
        headers = {**NO_STORE, "content-disposition": f'attachment; filename="headway-{month}.csv"'}
        return Response(_csv(lines), media_type="text/csv; charset=utf-8", headers=headers)
    sums = sums_of(lines)
    return told(
        {
            "partner": {"id": partner.partner_id, "name": partner.partner_name},
            "month": month,
            "is_over": time.time() >= span.until_s,
            "sums": sums._asdict(),
            "lines": [msgspec.to_builtins(line) for line in lines],
        }
    )


def _csv(lines: list[Line]) -> str:
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(Line.__struct_fields__)
    table.writerows([getattr(line, name) for name in Line.__struct_fields__] for line in lines)
    return written.getvalue()
