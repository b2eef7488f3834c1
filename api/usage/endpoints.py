"""``/v1/usage`` and ``/v1/usage/statements/{month}``."""

import csv
import io
import time
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api.own.affairs import NO_STORE, affairs_of, partner_of, told
from api.own.moments import rfc3339
from api.problems import NOT_FOUND
from api.refusal import Refusal
from api.usage.months import Span, day_span, month_of, month_span
from runtime.ledger.grants import list_grants
from runtime.ledger.keys import Credential
from runtime.ledger.quotas import leased_tokens
from runtime.ledger.statements import Line, list_lines, sum_by
from schemas.usage import REFUSED
from transit.grants.quota_outlook import ADVICE, Outlook, Sums, Window, advise, foresee

router = APIRouter(tags=["own affairs"])

_RECENT_S = 86_400


@router.get("/v1/usage", summary="What was used, and when the quota ends")
async def get_usage(request: Request) -> Response:
    """Now, today and this month, by product and kind; when each quota ends at the present rate, and what to change.

    ``leased`` counts tokens that API processes hold ready as well as those spent. Minutes are counted within two.
    """
    partner, now = partner_of(request), time.time()
    month = month_span(month_of(now)) or day_span(now)

    async def read(session: AsyncSession) -> tuple[list[Line], list[Line], list[Line], dict[tuple[str, str], int]]:
        products = await _products(session, partner)
        spans = (Span(int(now) - 120, int(now) + 60), Span(int(now) - _RECENT_S, int(now) + 60), month)
        lines = [
            await list_lines(session, partner.partner_id, from_s=each.from_s, until_s=each.until_s, products=products)
            for each in spans
        ]
        return lines[0], lines[1], lines[2], await leased_tokens(session, [_day(now), month_of(now)])

    latest, recent, monthly, leased = await affairs_of(request).ask(read)
    return told(_usage_fields(partner, now, (latest, recent, monthly), leased))


def _day(at: float) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(at))


async def _products(session: AsyncSession, partner: Credential) -> dict[str, str]:
    return {grant.id: grant.product_id for grant in await list_grants(session, partner.partner_id)}


def _usage_fields(
    partner: Credential,
    now: float,
    lines: tuple[list[Line], list[Line], list[Line]],
    leased: dict[tuple[str, str], int],
) -> dict[str, Any]:
    latest, recent, monthly = lines
    today = [line for line in monthly if line.day == _day(now)]
    plan, month = partner.plan, month_span(month_of(now)) or day_span(now)
    rate = _sum(recent).tokens / _RECENT_S
    windows = {
        "day": Window(plan.per_day, _sum(today).tokens, *map(float, day_span(now))),
        "month": Window(plan.per_month, _sum(monthly).tokens, *map(float, month)),
    }
    outlooks = {name: foresee(window, rate, now) for name, window in windows.items()}
    names = {"day": _day(now), "month": month_of(now)}
    return {
        "plan": msgspec.to_builtins(plan),
        "now": _sum(latest)._asdict() | {"span_s": 120},
        **{
            name: _window_fields(window, outlooks[name], leased.get((partner.partner_id, names[name]), 0))
            | {"by_kind": sum_by(part, "kind"), "by_product": sum_by(part, "product")}
            for (name, window), part in zip(windows.items(), (today, monthly), strict=True)
        },
        "refusals": _refusals(monthly),
        "to_change": [{"advice": name, "says": ADVICE[name]} for name in advise(_sum(monthly), outlooks)],
    }


def _window_fields(window: Window, outlook: Outlook, leased: int) -> dict[str, Any]:
    return {
        "limit": window.limit,
        "tokens": window.used,
        "leased": leased,
        "starts_at": rfc3339(window.starts_at),
        "ends_at": rfc3339(window.ends_at),
        "used_up_at": rfc3339(outlook.used_up_at),
        "tokens_per_day": round(outlook.tokens_per_day),
    }


def _sum(lines: list[Line]) -> Sums:
    answered = [line for line in lines if not line.kind.startswith(REFUSED)]
    turned_away = sum(line.refused for line in lines if line.kind.startswith(REFUSED))
    return Sums(
        sum(line.requests for line in answered),
        sum(line.tokens for line in answered),
        sum(line.refused for line in answered),
        turned_away,
    )


def _refusals(lines: list[Line]) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in lines:
        if line.kind.startswith(REFUSED):
            name = line.kind.lstrip(REFUSED)
            found[name] = found.get(name, 0) + line.refused
    return found


@router.get("/v1/usage/statements/{name}", summary="A month's statement")
async def get_statement(request: Request, name: str) -> Response:
    """``2026-02.csv`` or ``2026-02.json``: what was used each day, by kind and grant; it sums to the audit."""
    partner = partner_of(request)
    month, _, form = name.partition(".")
    span = month_span(month)
    if span is None or form not in ("csv", "json"):
        raise Refusal(NOT_FOUND, "A statement's name is a month and a form: 2026-02.csv or 2026-02.json.")

    async def read(session: AsyncSession) -> list[Line]:
        products = await _products(session, partner)
        return await list_lines(
            session, partner.partner_id, from_s=span.from_s, until_s=span.until_s, products=products
        )

    lines = await affairs_of(request).ask(read)
    if form == "csv":
        headers = {**NO_STORE, "content-disposition": f'attachment; filename="headway-{month}.csv"'}
        return Response(_csv(lines), media_type="text/csv; charset=utf-8", headers=headers)
    sums = _sum(lines)
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
