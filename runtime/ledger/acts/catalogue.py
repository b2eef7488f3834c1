"""Every act, by name."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from runtime.errors import UserError
from runtime.ledger.acts import about_partners, about_products
from runtime.ledger.staff import OPERATOR, PUBLISHER
from transit.grants.agreements import ProductTerms

Done = tuple[str | None, dict[str, Any]]
"""The partner it touched (``None``: all), and what to show."""


class Act(NamedTuple):
    """``arguments`` is what it takes; ``is_dangerous``: it reaches outside or cannot be undone, so two must want it."""

    role: str
    arguments: type[msgspec.Struct]
    run: Callable[[AsyncSession, Any, str], Awaitable[Done]]
    is_dangerous: bool = False


ACTS: Final[dict[str, Act]] = {
    "add_partner": Act(OPERATOR, about_partners.AddPartner, about_partners.add),
    "suspend_partner": Act(OPERATOR, about_partners.OfPartner, about_partners.suspend),
    "resume_partner": Act(OPERATOR, about_partners.OfPartner, about_partners.resume),
    "assign_plan": Act(OPERATOR, about_partners.AssignPlan, about_partners.assign),
    "set_plan": Act(OPERATOR, about_partners.SetPlan, about_partners.put_plan, is_dangerous=True),
    "rotate_key": Act(OPERATOR, about_partners.RotateKey, about_partners.rotate),
    "revoke_key": Act(OPERATOR, about_partners.OfKey, about_partners.revoke),
    "restrict_key": Act(OPERATOR, about_partners.RestrictKey, about_partners.restrict),
    "give_grant": Act(OPERATOR, about_partners.GiveGrant, about_partners.give, is_dangerous=True),
    "renew_grant": Act(OPERATOR, about_partners.RenewGrant, about_partners.renew),
    "suspend_grant": Act(OPERATOR, about_partners.OfGrant, about_partners.suspend_grant),
    "resume_grant": Act(OPERATOR, about_partners.OfGrant, about_partners.resume_grant),
    "revoke_grant": Act(OPERATOR, about_partners.OfGrant, about_partners.revoke_grant, is_dangerous=True),
    "approve_request": Act(OPERATOR, about_partners.OfRequest, about_partners.approve, is_dangerous=True),
    "refuse_request": Act(OPERATOR, about_partners.RefuseRequest, about_partners.refuse),
    "publish_product": Act(PUBLISHER, ProductTerms, about_products.publish_it, is_dangerous=True),
    "withdraw_product": Act(PUBLISHER, about_products.OfProduct, about_products.withdraw_it, is_dangerous=True),
    "answer_need": Act(PUBLISHER, about_products.AnswerNeed, about_products.answer),
    "add_owner": Act(PUBLISHER, about_products.AddOwner, about_products.add),
    "set_term": Act(PUBLISHER, about_products.SetTerm, about_products.give, is_dangerous=True),
    "withdraw_terms": Act(PUBLISHER, about_products.WithdrawTerms, about_products.withdraw_terms),
}


def read_arguments(act: Act, given: dict[str, Any]) -> msgspec.Struct:
    """An act's arguments.

    Raises:
        UserError: one is missing, of another type, or none that the act takes.
    """
    try:
        return msgspec.convert(given, act.arguments)
    except msgspec.ValidationError as wrong:
        raise UserError(f"arguments: {wrong}") from None
