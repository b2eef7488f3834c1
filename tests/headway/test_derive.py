"""A derived product over an archive as the recorder keeps it, of buses that really ran."""

import asyncio
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import orjson
import pytest

from headway.derive import Span, derive_product
from runtime.errors import UserError
from runtime.ledger.database import Ledger
from runtime.ledger.derived import find_output
from runtime.ledger.migrate import migrate
from runtime.ledger.needs import answer_need, list_needs, post_need
from runtime.ledger.partners import add_partner
from runtime.ledger.plans import ensure_built_in_plans
from runtime.ledger.products import publish
from runtime.recordings.read_passages import FOLDER
from runtime.settings import Settings
from schemas.line_forecasts import decode_public
from streams.recorder.answer_rows import PASSAGES, passage_row
from streams.recorder.hourly_table import HourlyTable
from transit.grants.agreements import HISTORY, Product

POLLS = 60
LONG_AGO = 3660
HEADWAYS = Product(
    id="headways",
    version=0,
    name="Headways",
    description="How far apart buses came, by line and hour.",
    supply="granted",
    kinds=(HISTORY,),
    query={"measure": "headway_s", "by": ["line", "hour"], "min_group": 10},
)


@pytest.fixture
def archive(replay: Any, tmp_path: Path) -> Path:
    """What Washington's buses were seen to pass, in the recorder's own files."""
    table = HourlyTable(tmp_path / "archive" / FOLDER, PASSAGES)
    for key, publics in replay.answer_by_rule(POLLS).items():
        for public in map(decode_public, publics):
            table.add([passage_row(key.decode(), passage) for passage in public.passages])
    table.flush(replay_end(replay), {0: 1})
    return tmp_path / "archive"


def replay_end(replay: Any) -> int:
    """A second after the last poll."""
    with ZipFile(replay.whole) as whole:
        return int(sorted(whole.namelist())[POLLS - 1].removesuffix(".pb")) + 1


async def test_a_need_is_answered_by_groups_of_the_archive_and_no_single_bus_leaves(
    archive: Path, settings_of_a_ledger: Settings
) -> None:
    ledger = Ledger(settings_of_a_ledger.database)
    async with ledger.write() as session:
        partner = await add_partner(session, name="Research", plan="trial", actor="test")
        need = await post_need(session, partner.id, "How far apart do buses come, by line and hour?", actor="test")
        await publish(session, HEADWAYS, actor="test")
    (output,) = await derive_in_a_thread(settings_of_a_ledger, archive)
    async with ledger.write() as session:
        await answer_need(session, need.id, answer="Here it is.", product_id="headways", actor="test")
    async with ledger.read() as session:
        kept = await find_output(session, "headways", 1)
        (answered,) = await list_needs(session, partner.id)
    await ledger.close()
    assert answered.product_id == "headways"
    assert kept is not None
    assert kept.rows == output.rows
    assert {row["line"] for row in kept.rows} == {"dc:C53"}
    assert all(row["observations"] >= 10 and row["p10_s"] <= row["p50_s"] <= row["p90_s"] for row in kept.rows)
    assert set(kept.rows[0]) == {"line", "hour", "observations", "mean_s", "p10_s", "p50_s", "p90_s"}
    assert b"vehicle" not in orjson.dumps(kept.rows)


async def test_an_archive_without_passages_is_told_so(settings_of_a_ledger: Settings, tmp_path: Path) -> None:
    ledger = Ledger(settings_of_a_ledger.database)
    async with ledger.write() as session:
        await publish(session, HEADWAYS, actor="test")
    await ledger.close()
    with pytest.raises(UserError, match="keeps no passage yet"):
        await derive_in_a_thread(settings_of_a_ledger, tmp_path)


async def derive_in_a_thread(settings: Settings, archive: Path) -> Any:
    """As the command does it, which has a loop of its own."""
    span = Span(archive=archive, days=LONG_AGO)
    return await asyncio.to_thread(derive_product, settings, "headways", zone="America/New_York", span=span)


@pytest.fixture
async def settings_of_a_ledger(sqlite_url: str, tmp_path: Path) -> Settings:
    """A migrated ledger with the built-in plans."""
    ledger = Ledger(sqlite_url)
    await migrate(ledger)
    async with ledger.write() as session:
        await ensure_built_in_plans(session, actor="test")
    await ledger.close()
    return Settings(database=sqlite_url, data_folder=tmp_path / "headway")
