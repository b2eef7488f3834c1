"""Acts carried out: at once, or for the dangerous ones when a second of the staff confirms."""

import time
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from runtime.errors import UserError
from runtime.ledger.acts.catalogue import ACTS, Act, Done, read_arguments
from runtime.ledger.audit import Entry, note
from runtime.ledger.audit_models import PendingActRow
from runtime.ledger.key_format import random_text
from runtime.ledger.staff import Staff

WAITS_S: Final = 24 * 3600
WAITING, DONE, REFUSED = "waiting", "done", "refused"


class NotYourRoleError(UserError):
    """The act is another role's."""


class PendingAct(msgspec.Struct, frozen=True, kw_only=True):
    """An act that waits, or waited, for a second of the staff."""

    id: str
    act: str
    arguments: dict[str, Any]
    asked_by: str
    asked_at: int
    decided_by: str | None
    decided_at: int | None
    state: str


def _pending_of(row: PendingActRow) -> PendingAct:
    return PendingAct(**{name: getattr(row, name) for name in PendingAct.__struct_fields__})


def find_act(name: str, staff: Staff) -> Act:
    """The act of that name, if it is one of these staff's.

    Raises:
        UserError: there is none.
        NotYourRoleError: it is another role's.
    """
    act = ACTS.get(name)
    if act is None:
        raise UserError(f"there is no act {name!r}; there are: {', '.join(ACTS)}")
    if act.role not in staff.roles:
        raise NotYourRoleError(f"{name} is for the role {act.role}")
    return act


async def ask_for_act(session: AsyncSession, name: str, given: dict[str, Any], staff: Staff) -> Done | PendingAct:
    """Do it, or if it is dangerous let it wait for somebody else.

    Raises:
        UserError: there is no such act, it is another role's, an argument makes no sense, or it cannot be done.
    """
    act = find_act(name, staff)
    arguments = read_arguments(act, given)
    if not act.is_dangerous:
        return await act.run(session, arguments, f"staff {staff.login}")
    row = PendingActRow(
        id="a_" + random_text(10),
        act=name,
        arguments=msgspec.to_builtins(arguments),
        asked_by=staff.login,
        asked_at=int(time.time()),
        decided_by=None,
        decided_at=None,
        state=WAITING,
    )
    session.add(row)
    detail = {"pending": row.id, "act": name, "arguments": row.arguments}
    note(session, Entry(f"staff {staff.login}", "act_asked", None, detail))
    return _pending_of(row)


async def list_waiting(session: AsyncSession) -> list[PendingAct]:
    """Acts that wait for somebody, oldest first."""
    since = int(time.time()) - WAITS_S
    query = select(PendingActRow).where(PendingActRow.state == WAITING, PendingActRow.asked_at >= since)
    return [_pending_of(row) for row in await session.scalars(query.order_by(PendingActRow.asked_at))]


async def decide_act(session: AsyncSession, act_id: str, staff: Staff, *, confirmed: bool) -> Done | PendingAct:
    """Confirm an act that another asked for, which carries it out, or refuse it.

    Raises:
        UserError: none such waits, it is another role's, the same person asked for it, or it cannot be done (any more).
    """
    row = await session.scalar(select(PendingActRow).where(PendingActRow.id == act_id).with_for_update())
    if row is None or row.state != WAITING or row.asked_at < time.time() - WAITS_S:
        raise UserError(f"no act {act_id} waits: one that nobody confirms in a day lapses")
    act = find_act(row.act, staff)
    if confirmed and row.asked_by == staff.login:
        raise UserError("whoever asked for it cannot confirm it: four eyes see more than two")
    row.state, row.decided_by, row.decided_at = DONE if confirmed else REFUSED, staff.login, int(time.time())
    note(
        session,
        Entry(f"staff {staff.login}", "act_confirmed" if confirmed else "act_refused", None, {"pending": act_id}),
    )
    if not confirmed:
        return _pending_of(row)
    actor = f"staff {row.asked_by}, confirmed by {staff.login}"
    return await act.run(session, read_arguments(act, row.arguments), actor[:120])
