"""Whether a request for a grant is approved by rule, and which; else why it waits for staff."""

from collections.abc import Sequence
from typing import Final

import msgspec

from transit.grants.agreements import OPEN, SHARED, AreaTerms, Owner, Product
from transit.grants.openings import fields_given

TRIAL_DAYS: Final = 14
TRIAL_PURPOSE: Final = "trial"

SIMULATED_TRIAL: Final = "simulated-trial"
REAL_TRIAL: Final = "trial-14-days"
OPEN_SUPPLY: Final = "open-supply"
SHARED_INSIDE: Final = "shared-inside"
PUBLISHED_OFFER: Final = "published-offer"

RULES: Final = {
    SIMULATED_TRIAL: "a trial of a simulated city needs no approval",
    REAL_TRIAL: "a first trial on real output, for 14 days, as far as the owners' terms go",
    OPEN_SUPPLY: "the product is open to anyone with a key",
    SHARED_INSIDE: "the product is shared among agencies, and the partner is one",
    PUBLISHED_OFFER: "the request is within the published offer and the owners' terms",
}
"""Every rule that approves, and what it says."""

REASONS: Final = {
    "withdrawn": "the product is no longer on the shelf",
    "fields_beyond_product": "fields were asked for that the product does not hold",
    "owner_withholds": "an owner's terms do not give this partner that for this purpose",
    "trial_used": "the partner has had its trial of this product",
    "agencies_only": "the product is shared among agencies only",
    "no_offer": "the product has no published offer",
    "purpose_not_offered": "the offer does not hold for this purpose",
    "plan_not_offered": "the offer does not hold for this plan",
    "too_long": "the offer does not hold for so many days",
}
"""Every reason for which a request waits for staff."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A request for a grant. ``fields`` and ``area`` ``None``: all that the product holds."""

    partner_id: str
    product_id: str
    purpose: str
    days: int
    plan: str | None = None
    fields: tuple[str, ...] | None = None
    area: AreaTerms | None = None
    trial: bool = False
    networks: tuple[str, ...] = ()


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """``rule`` names what approved; else ``reason`` says why it waits. ``days`` are what is granted."""

    rule: str | None
    reason: str | None
    days: int


def decide(
    asked: Asked, product: Product, owners: Sequence[Owner], *, is_agency: bool, had_trial: bool, at: float
) -> Decision:
    """Decide a request at ``at`` (POSIX s). ``had_trial``: the partner tried this product before."""
    reason = _reason_against(asked, product, owners, at)
    if reason is not None:
        return _waits(reason)
    if asked.trial:
        return _decide_trial(asked, product, is_agency=is_agency, had_trial=had_trial)
    if product.supply == OPEN:
        return _approved(OPEN_SUPPLY, asked.days)
    if product.supply == SHARED:
        return _approved(SHARED_INSIDE, asked.days) if is_agency else _waits("agencies_only")
    against = _beyond_offer(asked, product)
    return _approved(PUBLISHED_OFFER, asked.days) if against is None else _waits(against)


def _decide_trial(asked: Asked, product: Product, *, is_agency: bool, had_trial: bool) -> Decision:
    days = min(asked.days, TRIAL_DAYS)
    if product.simulated:
        return _approved(SIMULATED_TRIAL, days)
    if product.supply == SHARED and not is_agency:
        return _waits("agencies_only")
    return _waits("trial_used") if had_trial else _approved(REAL_TRIAL, days)


def _reason_against(asked: Asked, product: Product, owners: Sequence[Owner], at: float) -> str | None:
    if product.withdrawn_at is not None:
        return "withdrawn"
    wanted = frozenset(product.fields if asked.fields is None else asked.fields)
    if not wanted <= frozenset(product.fields):
        return "fields_beyond_product"
    if product.simulated:
        return None
    purpose = TRIAL_PURPOSE if asked.trial else asked.purpose
    contributing = [owner for owner in owners if _contributes(owner, product)]
    if all(wanted <= fields_given(owner, asked.partner_id, purpose, at) for owner in contributing):
        return None
    return "owner_withholds"


def _contributes(owner: Owner, product: Product) -> bool:
    """Whether an owner's data are in a product; an owner of feeds alone may be in any."""
    named = {*product.area.timetables, *(line.partition(":")[0] for line in product.area.lines)}
    return not named or not owner.timetables or not named.isdisjoint(owner.timetables)


def _beyond_offer(asked: Asked, product: Product) -> str | None:
    offer = product.offer
    if offer is None:
        return "no_offer"
    if asked.purpose not in offer.purposes:
        return "purpose_not_offered"
    if asked.plan is not None and asked.plan not in offer.plans:
        return "plan_not_offered"
    return "too_long" if asked.days > offer.days_max else None


def _approved(rule: str, days: int) -> Decision:
    return Decision(rule=rule, reason=None, days=days)


def _waits(reason: str) -> Decision:
    return Decision(rule=None, reason=reason, days=0)
