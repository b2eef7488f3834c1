"""``/v1/me``: who asks, its grants and requests, its needs."""

import time
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from api.me import schemas
from api.me.bodies import GrantAsked, NeedPosted
from api.own.affairs import actor_of, affairs_of, partner_of, told
from api.own.moments import rfc3339, with_moments
from api.problems import INVALID_PARAMETER
from api.refusal import Refusal
from runtime.ledger.grant_requests import APPROVED, GrantRequest, ask_for_grant, list_requests
from runtime.ledger.grants import list_grants
from runtime.ledger.needs import list_needs, post_need
from transit.grants.agreements import AreaTerms, Grant, check_area
from transit.grants.fields import check_fields
from transit.grants.fits_offer import RULES, Asked
from transit.grants.networks import check_networks
from transit.grants.openings import Opening

router = APIRouter(tags=["own affairs"])


@router.get("/v1/me", response_model=schemas.MeAnswer, summary="Who asks, under which plan, and what is open")
async def get_me(request: Request) -> Response:
    """The partner of the key, its plan, and what its requests reach at this moment, the first first."""
    partner = partner_of(request)
    openings: tuple[Opening, ...] = request.scope["state"].get("openings", ())
    return told(
        {
            "partner": {"id": partner.partner_id, "name": partner.partner_name},
            "key_id": partner.key_id,
            "plan": msgspec.to_builtins(partner.plan),
            "open": [opening_fields(opening) for opening in openings],
        }
    )


def opening_fields(opening: Opening) -> dict[str, Any]:
    """What one grant, or an open product, reaches at this moment."""
    reach = opening.reach
    return {
        "grant": opening.grant_id or None,
        "product": opening.product_id,
        "kinds": sorted(opening.kinds),
        "fields": sorted(reach.fields),
        "withheld_by_owners": {feed: sorted(groups) for feed, groups in sorted(reach.withheld.items())},
        "closed_by_owners": sorted(reach.closed),
        "delay_s": reach.delay_s,
        "count_classes": list(reach.count_classes),
        "networks": list(opening.networks),
        "expires_at": None if opening.expires_at == float("inf") else rfc3339(opening.expires_at),
        "own_quota": opening.plan,
        "rate_per_s": opening.rate_per_s,
    }


@router.get("/v1/me/grants", response_model=schemas.GrantsAnswer, summary="Grants, those that are over too")
async def get_grants(request: Request) -> Response:
    """Every grant the partner was given, oldest first, and how each stands."""
    partner = partner_of(request)
    grants = await affairs_of(request).ask(lambda session: list_grants(session, partner.partner_id))
    return told({"grants": [grant_fields(grant, time.time()) for grant in grants]})


def grant_fields(grant: Grant, now: float) -> dict[str, Any]:
    """A grant as its partner and staff read it; ``now`` is POSIX seconds."""
    return {**with_moments(msgspec.to_builtins(grant)), "state": grant_state(grant, now)}


def grant_state(grant: Grant, now: float) -> str:
    """``live``, ``suspended``, ``expired`` or ``revoked``."""
    if grant.revoked_at is not None:
        return "revoked"
    if grant.expires_at is not None and now >= grant.expires_at:
        return "expired"
    return "live" if grant.suspended_at is None else "suspended"


@router.post("/v1/me/grants", response_model=schemas.GrantRequest, summary="Ask for a grant")
async def post_grant(request: Request, body: GrantAsked) -> Response:
    """Ask for a product: 201 with the grant where a rule approves, named in the answer; else 202 and why it waits."""
    partner = partner_of(request)
    asked = _asked(body, partner.partner_id)
    change = affairs_of(request).change
    decided = await change(partner.partner_id, lambda session: ask_for_grant(session, asked, actor=actor_of(partner)))
    return told(request_fields(decided), 201 if decided.state == APPROVED else 202)


def _asked(body: GrantAsked, partner_id: str) -> Asked:
    try:
        area = None if body.area is None else check_area(msgspec.convert(body.area.model_dump(), AreaTerms))
        fields = None if body.fields is None else tuple(sorted(check_fields(body.fields)))
        networks = check_networks(body.networks)
    except (ValueError, msgspec.ValidationError) as wrong:
        raise Refusal(INVALID_PARAMETER, str(wrong)) from None
    return Asked(
        partner_id=partner_id,
        product_id=body.product,
        purpose=body.purpose,
        days=body.days,
        plan=body.plan,
        fields=fields,
        area=area,
        trial=body.trial,
        networks=networks,
    )


def request_fields(decided: GrantRequest) -> dict[str, Any]:
    """A request as its partner and staff read it."""
    fields = with_moments(msgspec.to_builtins(decided))
    return {**fields, "rule_says": RULES.get(decided.rule or "")}


@router.get("/v1/me/requests", response_model=schemas.RequestsAnswer, summary="Requests for grants")
async def get_requests(request: Request) -> Response:
    """What was asked for and how it was decided, newest first."""
    partner = partner_of(request)
    found = await affairs_of(request).ask(lambda session: list_requests(session, partner_id=partner.partner_id))
    return told({"requests": [request_fields(each) for each in found]})


@router.get("/v1/me/needs", response_model=schemas.NeedsAnswer, summary="Needs")
async def get_needs(request: Request) -> Response:
    """What the partner misses on the shelf, and what came of it."""
    partner = partner_of(request)
    found = await affairs_of(request).ask(lambda session: list_needs(session, partner.partner_id))
    return told({"needs": [with_moments(msgspec.to_builtins(need)) for need in found]})


@router.post("/v1/me/needs", response_model=schemas.Need, summary="Post a need")
async def post_a_need(request: Request, body: NeedPosted) -> Response:
    """Say what is missed on the shelf; a publisher answers, with a product where one can be made."""
    partner = partner_of(request)
    change = affairs_of(request).change
    need = await change(
        partner.partner_id,
        lambda session: post_need(session, partner.partner_id, body.text, actor=actor_of(partner)),
    )
    return told(with_moments(msgspec.to_builtins(need)), 201)
