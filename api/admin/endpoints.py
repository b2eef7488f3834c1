"""``/v1/admin``: login, what there is, and acts."""

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Request
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api.admin.staff_only import having, staff_of
from api.me.bodies import Sent
from api.me.endpoints import grant_fields
from api.own.affairs import affairs_of, told
from api.own.moments import with_moments
from api.problems import NOT_FOUND, OTHER_ROLE, STAFF_ONLY
from api.refusal import Refusal
from runtime.ledger.acts.catalogue import ACTS, Done
from runtime.ledger.acts.four_eyes import NotYourRoleError, PendingAct, ask_for_act, decide_act, list_waiting
from runtime.ledger.grant_requests import list_requests
from runtime.ledger.grants import list_grants
from runtime.ledger.keys import list_keys
from runtime.ledger.needs import list_needs
from runtime.ledger.owners import list_owners
from runtime.ledger.partners import list_partners
from runtime.ledger.plans import list_plans
from runtime.ledger.products import list_versions
from runtime.ledger.staff import AUDITOR, OPERATOR, PUBLISHER, VIEWER, Staff, end_sessions, find_hash, log_in, prove

router = APIRouter(prefix="/v1/admin", tags=["staff"])

Reader = Annotated[Staff, Depends(having(VIEWER, OPERATOR, PUBLISHER, AUDITOR))]
Anyone = Annotated[Staff, Depends(staff_of)]
_List = Callable[[AsyncSession], Awaitable[Sequence[msgspec.Struct]]]

_LISTS: dict[str, _List] = {
    "partners": list_partners,
    "keys": list_keys,
    "plans": list_plans,
    "products": list_versions,
    "owners": list_owners,
    "grants": list_grants,
    "requests": list_requests,
    "needs": list_needs,
}


class LoginSent(Sent):
    """Who one says one is."""

    login: Annotated[str, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=200)]


class ActSent(Sent):
    """An act and its arguments; see ``GET /v1/admin/acts``."""

    act: Annotated[str, Field(min_length=1, max_length=40)]
    arguments: Annotated[dict[str, Any], Field(default_factory=dict)]


@router.post("/login", summary="Log in")
async def post_login(request: Request, body: LoginSent) -> Response:
    """A token for eight hours, for ``Authorization: Bearer``. Five wrong passwords rest an account for 15 minutes."""
    affairs = affairs_of(request)
    hashed = await affairs.ask(lambda session: find_hash(session, body.login))
    proven = await prove(hashed, body.password)
    token = await affairs.change_quietly(lambda session: log_in(session, body.login, proven))
    if token is None:
        raise Refusal(STAFF_ONLY, "No such login and password; after five wrong ones an account rests for 15 minutes.")
    return told({"token": token})


@router.post("/logout", summary="Log out everywhere")
async def post_logout(request: Request, staff: Anyone) -> Response:
    """End every login of the account."""
    await affairs_of(request).change_quietly(lambda session: end_sessions(session, staff.login))
    return told({"ended": True})


@router.get("/me", summary="Who asks")
async def get_me(staff: Anyone) -> Response:
    """The account and its roles."""
    return told(with_moments(msgspec.to_builtins(staff)))


@router.get("/acts", summary="What can be done")
async def get_acts(staff: Reader) -> Response:
    """Every act, its role, whether two must want it, and the arguments it takes; and those that are yours."""
    schemas = {name: msgspec.json.schema(act.arguments) for name, act in ACTS.items()}
    return told(
        {
            "acts": [
                {
                    "act": name,
                    "role": act.role,
                    "needs_confirmation": act.is_dangerous,
                    "is_yours": act.role in staff.roles,
                    "arguments": schemas[name],
                }
                for name, act in ACTS.items()
            ]
        }
    )


@router.post("/acts", summary="Do something")
async def post_act(request: Request, body: ActSent, staff: Anyone) -> Response:
    """Carry out an act: 200 with what was done; 202 where a second of the staff must confirm it."""
    return await _carry_out(request, lambda session: ask_for_act(session, body.act, body.arguments, staff))


@router.get("/acts/waiting", summary="What waits for a second pair of eyes")
async def get_waiting(request: Request, staff: Reader) -> Response:
    """Acts asked for that nobody has confirmed; after a day they lapse."""
    found = await affairs_of(request).ask(list_waiting)
    return told(
        {
            "waiting": [
                {**with_moments(msgspec.to_builtins(each)), "yours_to_confirm": _may_confirm(each, staff)}
                for each in found
            ]
        }
    )


def _may_confirm(waiting: PendingAct, staff: Staff) -> bool:
    return waiting.asked_by != staff.login and ACTS[waiting.act].role in staff.roles


@router.post("/acts/waiting/{act_id}/confirm", summary="Confirm an act")
async def confirm(request: Request, act_id: str, staff: Anyone) -> Response:
    """Carry out what another of the staff asked for."""
    return await _carry_out(request, lambda session: decide_act(session, act_id, staff, confirmed=True))


@router.post("/acts/waiting/{act_id}/refuse", summary="Refuse an act")
async def refuse(request: Request, act_id: str, staff: Anyone) -> Response:
    """Say no to what was asked for; one's own too."""
    return await _carry_out(request, lambda session: decide_act(session, act_id, staff, confirmed=False))


async def _carry_out(request: Request, work: Callable[[AsyncSession], Awaitable[Done | PendingAct]]) -> Response:
    async def change(session: AsyncSession) -> Done | PendingAct | NotYourRoleError:
        try:
            return await work(session)
        except NotYourRoleError as wrong:
            return wrong

    done = await affairs_of(request).change_told(change)
    if isinstance(done, NotYourRoleError):
        raise Refusal(OTHER_ROLE, str(done))
    if isinstance(done, PendingAct):
        return told(with_moments(msgspec.to_builtins(done)), 202)
    return told(with_moments(done[1]))


@router.get("/{name}", summary="What there is")
async def get_list(request: Request, name: str, staff: Reader) -> Response:
    """All partners, keys (by id), plans, products (every version), owners, grants, requests or needs."""
    lister = _LISTS.get(name)
    if lister is None:
        raise Refusal(NOT_FOUND, f"There is no list {name!r} for {staff.login}; there are: {', '.join(_LISTS)}.")
    found = await affairs_of(request).ask(lister)
    now = time.time()
    return told(
        {
            name: [
                grant_fields(each, now) if name == "grants" else with_moments(msgspec.to_builtins(each))  # type: ignore[arg-type]
                for each in found
            ]
        }
    )
