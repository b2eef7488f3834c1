"""The first of the staff: `headway up` makes the account, so that the staff's port opens to somebody."""

import secrets
from pathlib import Path
from typing import Final

import msgspec

from runtime.errors import UserError
from runtime.ledger.database import Ledger
from runtime.ledger.staff import ROLES, is_password, list_staff, set_staff
from runtime.private_file import keep_private

LOGIN: Final = "first"
PASSWORD_FILE: Final = "staff.password"  # noqa: S105 - the file's name
_ACTOR: Final = "headway up"
_PASSWORD_BYTES: Final = 15


class FirstLogin(msgspec.Struct, frozen=True):
    """The account with every role, and the password it was made with as long as its file is there."""

    login: str
    password: str


async def ensure_first_staff(ledger: Ledger, data_folder: Path) -> FirstLogin | None:
    """Make the first account where there is none, and return it; ``None`` where staff look after accounts themselves.

    Its password is kept in ``data_folder`` in a file that only its owner may read; once it was changed it is not told.

    Raises:
        UserError: the password's file cannot be read or written.
        ServiceError: the database cannot be reached.
    """
    path = data_folder / PASSWORD_FILE
    try:
        kept = path.read_text().strip() if path.exists() else ""
        async with ledger.read() as session:
            has_staff = bool(await list_staff(session))
            if has_staff:
                return FirstLogin(LOGIN, kept) if kept and await is_password(session, LOGIN, kept) else None
        login = FirstLogin(LOGIN, secrets.token_urlsafe(_PASSWORD_BYTES))
        async with ledger.write() as session:
            await set_staff(session, login.login, password=login.password, roles=tuple(ROLES), actor=_ACTOR)
        keep_private(path, login.password)
    except OSError as failed:
        raise UserError(f"the first login's file {path}: {failed.strerror}") from None
    return login
