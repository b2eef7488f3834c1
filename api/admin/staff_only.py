"""Who of the staff asks: a bearer token from a login, and the roles that an endpoint takes."""

from collections.abc import Awaitable, Callable

from fastapi import Request

from api.own.affairs import affairs_of
from api.problems import OTHER_ROLE, STAFF_ONLY
from api.refusal import Refusal
from runtime.ledger.staff import Staff, find_staff

_BEARER = "bearer "


async def staff_of(request: Request) -> Staff:
    """Who asks.

    Raises:
        Refusal: nobody of the staff, or the login is over.
    """
    header = request.headers.get("authorization", "")
    token = header[len(_BEARER) :].strip() if header[: len(_BEARER)].lower() == _BEARER else ""
    staff = await affairs_of(request).ask(lambda session: find_staff(session, token)) if token else None
    if staff is None:
        raise Refusal(STAFF_ONLY, STAFF_ONLY.mending)
    return staff


def having(*roles: str) -> Callable[[Request], Awaitable[Staff]]:
    """A dependency: one of the staff with any of these roles."""

    async def check(request: Request) -> Staff:
        staff = await staff_of(request)
        if not set(roles) & set(staff.roles):
            raise Refusal(OTHER_ROLE, f"This is for the roles {', '.join(roles)}; you have {', '.join(staff.roles)}.")
        return staff

    return check
