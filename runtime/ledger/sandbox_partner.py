"""The partner of a sandbox: its key is the same everywhere, so that it can stand in scripts and pipelines."""

from typing import Final

from runtime.ledger.changes import Change, record_change
from runtime.ledger.database import Ledger
from runtime.ledger.key_format import ID_LENGTH, PREFIX, SECRET_LENGTH, checksum, key_hash
from runtime.ledger.migrate import migrate
from runtime.ledger.models import ApiKeyRow
from runtime.ledger.partners import add_partner
from runtime.ledger.plans import ensure_built_in_plans

PARTNER_NAME: Final = "Sandbox"
_ACTOR: Final = "headway sandbox"
_ID: Final = "sandbox".ljust(ID_LENGTH, "0")
_BODY: Final = f"{PREFIX.decode()}{_ID}_{'sandbox'.ljust(SECRET_LENGTH, '0')}"
SANDBOX_KEY: Final = _BODY + checksum(_BODY.encode())
"""Opens a sandbox and nothing else: no other ledger has it."""


async def add_sandbox_partner(ledger: Ledger, *, plan: str) -> None:
    """Bring an empty ledger to this version and put the sandbox's partner with its key into it.

    Raises:
        UserError: there is no such plan.
        ServiceError: the database cannot be reached.
    """
    await migrate(ledger)
    async with ledger.write() as session:
        await ensure_built_in_plans(session, actor=_ACTOR)
        partner = await add_partner(session, name=PARTNER_NAME, plan=plan, actor=_ACTOR)
        await session.flush()
        hashed = key_hash(SANDBOX_KEY.encode()).hex()
        session.add(ApiKeyRow(id=_ID, partner_id=partner.id, hash=hashed, created_at=partner.created_at))
        record_change(session, Change(_ACTOR, "key_issued", partner.id, {"key": _ID, "expires_at": None}))
