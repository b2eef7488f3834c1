import gzip
from pathlib import Path

import pytest
from sqlalchemy import text

from runtime.errors import UserError
from runtime.ledger.backup import back_up, restore
from runtime.ledger.database import Ledger
from runtime.ledger.keys import issue_key, load_credentials
from runtime.ledger.migrate import check_migrated, find_revision, head_revision, migrate
from runtime.ledger.models import Base
from runtime.ledger.partners import add_partner, list_partners


async def _fill(ledger: Ledger) -> None:
    async with ledger.write() as session:
        for name in ("Maps", "Rides", "Größe"):
            partner = await add_partner(session, name=name, plan="trial", actor="test")
            await issue_key(session, partner.id, actor="test")


async def _rows(ledger: Ledger) -> dict[str, list[tuple[object, ...]]]:
    async with ledger.read() as session:
        return {
            table.name: sorted((tuple(row) for row in (await session.execute(table.select())).all()), key=repr)
            for table in Base.metadata.sorted_tables
        }


async def test_a_backup_restores_every_row_into_either_database(
    ledger: Ledger, sqlite_url: str, postgres_url: str, tmp_path: Path
) -> None:
    await _fill(ledger)
    before = await _rows(ledger)
    count = await back_up(ledger, tmp_path / "backup.gz")
    for url in (sqlite_url.replace("ledger.db", "other.db"), postgres_url):
        other = Ledger(url)
        assert await restore(other, tmp_path / "backup.gz", replace=True) == count
        assert await _rows(other) == before
        async with other.write() as session:
            await add_partner(session, name="Later", plan="trial", actor="test")
        await other.close()


async def test_a_backup_can_be_read_by_its_owner_alone(ledger: Ledger, tmp_path: Path) -> None:
    await back_up(ledger, tmp_path / "backup.gz")
    assert (tmp_path / "backup.gz").stat().st_mode & 0o077 == 0


async def test_a_ledger_with_partners_is_replaced_only_when_told_to(ledger: Ledger, tmp_path: Path) -> None:
    await back_up(ledger, tmp_path / "backup.gz")
    await _fill(ledger)
    with pytest.raises(UserError, match="--replace"):
        await restore(ledger, tmp_path / "backup.gz")
    await restore(ledger, tmp_path / "backup.gz", replace=True)
    async with ledger.read() as session:
        assert await list_partners(session) == []
        assert await load_credentials(session) == []


def _cut(content: bytes) -> bytes:
    return gzip.compress(b"\n".join(gzip.decompress(content).split(b"\n")[:-3]) + b"\n")


def _another_version(content: bytes) -> bytes:
    return gzip.compress(gzip.decompress(content).replace(head_revision().encode(), b"9999", 1))


def _a_row_short(content: bytes) -> bytes:
    lines = gzip.decompress(content).split(b"\n")
    return gzip.compress(b"\n".join([*lines[:2], *lines[3:]]))


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda content: content[: len(content) // 2], "damaged"),
        (lambda _: b"not gzip", "damaged"),
        (_cut, "cut short"),
        (_another_version, "is of revision 9999"),
        (_a_row_short, "promised"),
        (lambda _: gzip.compress(b"{}\n"), "no backup"),
    ],
)
async def test_a_backup_that_is_not_whole_changes_nothing(
    sqlite_url: str, tmp_path: Path, damage: object, told: str
) -> None:
    ledger = Ledger(sqlite_url)
    await migrate(ledger)
    from runtime.ledger.plans import ensure_built_in_plans  # noqa: PLC0415 - only here

    async with ledger.write() as session:
        await ensure_built_in_plans(session, actor="test")
    await _fill(ledger)
    before = await _rows(ledger)
    path = tmp_path / "backup.gz"
    await back_up(ledger, path)
    assert callable(damage)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(UserError, match=told):
        await restore(ledger, path, replace=True)
    assert await _rows(ledger) == before
    await ledger.close()


async def test_migrating_twice_changes_nothing_and_the_tables_are_those_of_the_models(ledger: Ledger) -> None:
    assert await migrate(ledger) == await find_revision(ledger) == head_revision()
    await check_migrated(ledger)
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - only here
    from alembic.migration import MigrationContext  # noqa: PLC0415 - only here

    async with ledger.read() as session:
        connection = await session.connection()
        differences = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), Base.metadata)
        )
    assert differences == []


async def test_a_database_of_a_newer_version_or_none_is_refused(sqlite_url: str) -> None:
    ledger = Ledger(sqlite_url)
    with pytest.raises(UserError, match="at no version"):
        await check_migrated(ledger)
    await migrate(ledger)
    async with ledger.write() as session:
        await session.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(UserError, match="update Headway"):
        await migrate(ledger)
    await ledger.close()
