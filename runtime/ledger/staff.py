"""Staff: local accounts with roles, their logins, and what waits for a second of them."""

import asyncio
import secrets
import time
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from runtime.errors import UserError
from runtime.ledger.audit import Entry, note
from runtime.ledger.audit_models import StaffRow, StaffSessionRow

VIEWER, OPERATOR, PUBLISHER, AUDITOR = "viewer", "operator", "publisher", "auditor"
ROLES: Final = {
    VIEWER: "reads partners, grants, products and usage",
    OPERATOR: "keeps partners, keys, plans and grants",
    PUBLISHER: "keeps products, owners' terms and answers to needs",
    AUDITOR: "searches the audit and takes it out",
}
PASSWORD_CHARACTERS_MIN: Final = 12
FAILURES_MAX: Final = 5
LOCKED_S: Final = 900
SESSION_S: Final = 8 * 3600

_hasher = PasswordHasher()
_NOBODY_HASH: Final = _hasher.hash(secrets.token_hex(16))
"""Checked for a login that nobody has, so that its answer takes as long."""


class Staff(msgspec.Struct, frozen=True, kw_only=True):
    """One of the staff."""

    login: str
    roles: tuple[str, ...]
    created_at: int
    disabled_at: int | None


def _staff_of(row: StaffRow) -> Staff:
    return Staff(login=row.login, roles=tuple(row.roles), created_at=row.created_at, disabled_at=row.disabled_at)


async def list_staff(session: AsyncSession) -> list[Staff]:
    """Everybody by login."""
    return [_staff_of(row) for row in await session.scalars(select(StaffRow).order_by(StaffRow.login))]


async def set_staff(session: AsyncSession, login: str, *, password: str, roles: Sequence[str], actor: str) -> Staff:
    """Make an account, or give it another password and roles; its logins end.

    Raises:
        UserError: the login or password is too short, or a role is none.
    """
    if not 2 <= len(login) <= 64 or not login.isprintable():
        raise UserError("staff: a login has 2 to 64 characters")
    if not PASSWORD_CHARACTERS_MIN <= len(password) <= 200:
        raise UserError(f"staff: a password has {PASSWORD_CHARACTERS_MIN} to 200 characters")
    strange = sorted(set(roles) - set(ROLES))
    if strange or not roles:
        raise UserError(f"staff: roles are some of {', '.join(ROLES)}")
    hashed = await asyncio.to_thread(_hasher.hash, password)
    row = await session.get(StaffRow, login)
    if row is None:
        row = StaffRow(login=login, created_at=int(time.time()), failures=0)
        session.add(row)
    row.hash, row.roles, row.disabled_at, row.failures, row.locked_until = hashed, sorted(roles), None, 0, None
    await end_sessions(session, login)
    note(session, Entry(actor, "staff_set", None, {"login": login, "roles": row.roles}))
    return _staff_of(row)


async def disable_staff(session: AsyncSession, login: str, *, actor: str) -> Staff:
    """Let an account open nothing from now on.

    Raises:
        UserError: there is none.
    """
    row = await session.get(StaffRow, login)
    if row is None:
        raise UserError(f"there is no {login} among the staff")
    row.disabled_at = int(time.time())
    await end_sessions(session, login)
    note(session, Entry(actor, "staff_disabled", None, {"login": login}))
    return _staff_of(row)


async def is_password(session: AsyncSession, login: str, password: str) -> bool:
    """Whether this is an account's password; for who may read it in any case, and noted nowhere."""
    row = await session.get(StaffRow, login)
    return row is not None and await asyncio.to_thread(_is_password, row.hash, password)


async def find_hash(session: AsyncSession, login: str) -> str:
    """What an account's password is held against; of a login that is nobody's, what no password fits."""
    return await session.scalar(select(StaffRow.hash).where(StaffRow.login == login)) or _NOBODY_HASH


async def prove(hashed: str, password: str) -> str | None:
    """The hash, if the password fits it. Takes a tenth of a second by design: not to be asked with a ledger open."""
    return hashed if await asyncio.to_thread(_is_password, hashed, password) else None


async def log_in(session: AsyncSession, login: str, proven: str | None) -> str | None:
    """A token for who proved the password (``prove``); ``None`` for who did not, is disabled, or locked out.

    Who guesses is noted while the account is open to guesses; other refusals, which have no end, are not.
    """
    now = int(time.time())
    row = await session.scalar(select(StaffRow).where(StaffRow.login == login).with_for_update())
    is_right = row is not None and row.hash == proven
    locked = row is not None and row.locked_until is not None and now < row.locked_until
    if row is None or not is_right or locked or row.disabled_at is not None:
        if row is not None and not locked:
            row.failures += 1
            if row.failures >= FAILURES_MAX:
                row.failures, row.locked_until = 0, now + LOCKED_S
            note(session, Entry(f"login {login[:64]}", "staff_login_failed", None, {}))
        return None
    row.failures, row.locked_until = 0, None
    token = secrets.token_urlsafe(32)
    await session.execute(delete(StaffSessionRow).where(StaffSessionRow.expires_at < now))
    session.add(StaffSessionRow(hash=_hash(token), login=login, created_at=now, expires_at=now + SESSION_S))
    note(session, Entry(f"staff {login}", "staff_logged_in", None, {}))
    return token


async def find_staff(session: AsyncSession, token: str) -> Staff | None:
    """Whose token it is, while its login is in force."""
    found = await session.get(StaffSessionRow, _hash(token))
    if found is None or found.expires_at <= time.time():
        return None
    row = await session.get(StaffRow, found.login)
    return None if row is None or row.disabled_at is not None else _staff_of(row)


async def end_sessions(session: AsyncSession, login: str) -> None:
    """End every login of an account."""
    await session.execute(delete(StaffSessionRow).where(StaffSessionRow.login == login))


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _is_password(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False
