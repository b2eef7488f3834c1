from pathlib import Path

from runtime.ledger.database import Ledger
from runtime.ledger.first_staff import LOGIN, PASSWORD_FILE, ensure_first_staff
from runtime.ledger.migrate import migrate
from runtime.ledger.staff import ROLES, find_hash, find_staff, log_in, prove, set_staff


async def test_the_first_login_opens_everything_and_stays_until_its_password_is_changed(
    database: str, tmp_path: Path
) -> None:
    ledger = Ledger(database)
    await migrate(ledger)
    first = await ensure_first_staff(ledger, tmp_path)
    assert first is not None
    assert await ensure_first_staff(ledger, tmp_path) == first
    assert (tmp_path / PASSWORD_FILE).stat().st_mode & 0o077 == 0
    async with ledger.write() as session:
        proven = await prove(await find_hash(session, first.login), first.password)
        token = await log_in(session, first.login, proven)
        staff = await find_staff(session, token or "")
        assert staff is not None
        assert set(staff.roles) == set(ROLES)
        await set_staff(session, LOGIN, password="another password", roles=["viewer"], actor="test")
    assert await ensure_first_staff(ledger, tmp_path) is None
    await ledger.close()


async def test_where_there_are_staff_none_is_made(database: str, tmp_path: Path) -> None:
    ledger = Ledger(database)
    await migrate(ledger)
    async with ledger.write() as session:
        await set_staff(session, "ana", password="a password of hers", roles=["viewer"], actor="test")
    assert await ensure_first_staff(ledger, tmp_path) is None
    assert not (tmp_path / PASSWORD_FILE).exists()
    await ledger.close()
