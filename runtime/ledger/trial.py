"""A partner to try Headway with: `headway up` prints its key, the same after every restart."""

from pathlib import Path
from typing import Final

from runtime.errors import UserError
from runtime.ledger.database import Ledger
from runtime.ledger.key_format import find_key_id, key_hash
from runtime.ledger.keys import issue_key, list_keys, load_credentials, revoke_key
from runtime.ledger.migrate import migrate
from runtime.ledger.partners import add_partner, find_partner
from runtime.ledger.plans import TRIAL, ensure_built_in_plans
from runtime.ledger.products import find_product, publish
from runtime.private_file import keep_private
from transit.grants.agreements import KINDS, AreaTerms, Product

PARTNER_NAME: Final = "Trial"
SIMULATED: Final = Product(
    id="simulated-city",
    version=0,
    name="Simulated city",
    description="All that Headway knows of a city that is simulated: to build against before anything is agreed.",
    supply="granted",
    kinds=KINDS,
    area=AreaTerms(timetables=("city",)),
    terms="A trial needs no approval. Nothing in it happened.",
    sample="/v1/stops/city:101/arrivals",
    simulated=True,
)
"""On the shelf wherever `headway up` runs: a trial of it is given to anyone who asks."""

KEY_FILE: Final = "trial.key"
_ACTOR: Final = "headway up"


async def ensure_trial_partner(ledger: Ledger, data_folder: Path) -> str:
    """Bring the ledger to this version, see that the trial partner is in it, and return its key's text.

    The text is kept in ``data_folder`` in a file that only its owner may read: it opens the trial plan alone. A file
    that is lost or speaks of another ledger's key is replaced by a new key, the oldest one being revoked for it.

    Raises:
        UserError: the key's file cannot be read or written, or the database is of a newer version.
        ServiceError: the database cannot be reached.
    """
    await migrate(ledger)
    path = data_folder / KEY_FILE
    try:
        text = path.read_text().strip() if path.exists() else ""
        if text and await _opens(ledger, text):
            return text
        text = await _issue(ledger)
        keep_private(path, text)
    except OSError as failed:
        raise UserError(f"the trial key's file {path}: {failed.strerror}") from None
    return text


async def _opens(ledger: Ledger, text: str) -> bool:
    key_id = find_key_id(text.encode())
    if key_id is None:
        return False
    async with ledger.read() as session:
        found = await load_credentials(session, key_id=key_id)
    return bool(found) and found[0].hash == key_hash(text.encode()) and found[0].revoked_at is None


async def _issue(ledger: Ledger) -> str:
    async with ledger.write() as session:
        await ensure_built_in_plans(session, actor=_ACTOR)
        if await find_product(session, SIMULATED.id) is None:
            await publish(session, SIMULATED, actor=_ACTOR)
        partner = await find_partner(session, PARTNER_NAME)
        if partner is None:
            partner = await add_partner(session, name=PARTNER_NAME, plan=TRIAL.name, actor=_ACTOR)
        live = [key for key in await list_keys(session, partner.id) if key.revoked_at is None]
        for key in live[:-1]:
            await revoke_key(session, key.id, actor=_ACTOR)
        await session.flush()
        return (await issue_key(session, partner.id, actor=_ACTOR)).text
