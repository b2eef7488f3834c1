"""The whole ledger in one file that either database can be restored from.

Gzip, one JSON value a line: a head (layout, revision), then a row a line as ``[table, {column: value}]``, at the end
the count of rows, so that a file cut short is seen.
"""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy import Table, delete, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from runtime.errors import UserError
from runtime.ledger.database import Ledger
from runtime.ledger.migrate import check_migrated, head_revision, migrate
from runtime.ledger.models import ChangeRow, PartnerRow
from runtime.ledger.tables import METADATA

LAYOUT: Final = 1
_BATCH: Final = 500


async def back_up(ledger: Ledger, path: Path) -> int:
    """Write every row to ``path``, all as of one moment, and return how many.

    Raises:
        UserError: the database is of another version, or the file cannot be written.
        ServiceError: the database cannot be reached.
    """
    await check_migrated(ledger)
    fresh = path.with_name(path.name + ".new")
    try:
        with gzip.open(fresh, "wb", compresslevel=6) as file:
            file.write(orjson.dumps({"headway_ledger": LAYOUT, "revision": head_revision()}) + b"\n")
            count = await _write_rows(ledger, file)
            file.write(orjson.dumps({"rows": count}) + b"\n")
        fresh.chmod(0o600)
        fresh.replace(path)
    except OSError as failed:
        raise UserError(f"backup {path}: {failed.strerror}") from None
    return count


async def _write_rows(ledger: Ledger, file: gzip.GzipFile) -> int:
    count = 0
    async with ledger.read() as session:
        if not ledger.is_sqlite:
            await session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        for table in METADATA.sorted_tables:
            async for row in (await session.stream(select(table))).mappings():
                file.write(orjson.dumps([table.name, dict(row)]) + b"\n")
                count += 1
    return count


async def restore(ledger: Ledger, path: Path, *, replace: bool = False) -> int:
    """Fill the ledger from a backup, all or nothing, and return how many rows.

    Raises:
        UserError: the file is no whole backup of this version, or the ledger holds partners and ``replace`` is not set.
        ServiceError: the database cannot be reached.
    """
    await migrate(ledger)
    async with ledger.write() as session:
        if not replace and await session.scalar(select(func.count()).select_from(PartnerRow)):
            raise UserError("the ledger holds partners: --replace puts the backup in their place")
        for table in reversed(METADATA.sorted_tables):
            await session.execute(delete(table))
        count = 0
        for table, rows in _batches(path):
            await session.execute(insert(table), rows)
            count += len(rows)
        if not ledger.is_sqlite:
            await _go_on_counting(session)
    return count


async def _go_on_counting(session: AsyncSession) -> None:
    last = await session.scalar(select(func.max(ChangeRow.id))) or 0
    sequence = func.pg_get_serial_sequence("changes", "id")
    await session.execute(select(func.setval(sequence, max(last, 1), last > 0)))


def _batches(path: Path) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    tables = METADATA.tables
    batch: list[dict[str, Any]] = []
    held: str | None = None
    for name, row in _rows(path):
        if name not in tables:
            raise UserError(f"backup {path}: no table {name} in this version")
        if held is not None and (name != held or len(batch) == _BATCH):
            yield tables[held], batch
            batch = []
        held = name
        batch.append(row)
    if held is not None:
        yield tables[held], batch


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    count = 0
    try:
        with gzip.open(path, "rb") as file:
            head = orjson.loads(file.readline())
            if not isinstance(head, dict) or head.get("headway_ledger") != LAYOUT:
                raise UserError(f"backup {path}: this is no backup of a ledger")
            if head.get("revision") != head_revision():
                raise UserError(f"backup {path} is of revision {head.get('revision')}, this is {head_revision()}")
            for line in file:
                value = orjson.loads(line)
                if isinstance(value, dict):
                    if value.get("rows") == count:
                        return
                    raise UserError(f"backup {path}: {value.get('rows')} rows promised, {count} found")
                yield value[0], value[1]
                count += 1
    except (EOFError, zlib.error, gzip.BadGzipFile, orjson.JSONDecodeError) as broken:
        raise UserError(f"backup {path} is damaged: {broken}") from None
    except OSError as failed:
        raise UserError(f"backup {path}: {failed.strerror or failed}") from None
    raise UserError(f"backup {path} is cut short after {count} rows")
