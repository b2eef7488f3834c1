from pathlib import Path

from runtime.ledger.database import Ledger
from runtime.ledger.key_format import find_key_id
from runtime.ledger.keys import list_keys, revoke_key
from runtime.ledger.trial import KEY_FILE, ensure_trial_partner


async def test_the_trial_key_is_the_same_after_a_restart_and_only_its_owner_reads_it(
    database: str, tmp_path: Path
) -> None:
    ledger = Ledger(database)
    text = await ensure_trial_partner(ledger, tmp_path)
    assert await ensure_trial_partner(ledger, tmp_path) == text
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o077 == 0
    await ledger.close()


async def test_a_lost_or_revoked_trial_key_is_replaced_however_often(database: str, tmp_path: Path) -> None:
    ledger = Ledger(database)
    texts = {await ensure_trial_partner(ledger, tmp_path)}
    for _ in range(3):
        (tmp_path / KEY_FILE).unlink()
        texts.add(await ensure_trial_partner(ledger, tmp_path))
    async with ledger.write() as session:
        await revoke_key(session, str(find_key_id((tmp_path / KEY_FILE).read_bytes().strip())), actor="test")
    texts.add(await ensure_trial_partner(ledger, tmp_path))
    assert len(texts) == 5
    async with ledger.read() as session:
        assert sum(key.revoked_at is None for key in await list_keys(session)) <= 2
    await ledger.close()
