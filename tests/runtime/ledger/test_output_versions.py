"""Outputs of a derived product, each of the version whose query made it, on SQLite and on PostgreSQL."""

import msgspec
import pytest
from alembic import command
from sqlalchemy import Connection, text

from runtime.ledger.database import Ledger
from runtime.ledger.derived import find_output, keep_output, list_held_versions
from runtime.ledger.grants import NewGrant, add_grant, change_grant
from runtime.ledger.migrate import _config, migrate
from runtime.ledger.partners import add_partner
from runtime.ledger.products import publish
from transit.grants.agreements import HISTORY, Product

DWELLS = Product(
    id="dwells", version=0, name="Dwells", description="How long doors stand open.", supply="granted", kinds=(HISTORY,),
    query={"measure": "dwell_s", "by": ["line"], "min_group": 50},
)  # fmt: skip
FINER = msgspec.structs.replace(DWELLS, query={"measure": "dwell_s", "by": ["line", "stop", "hour"], "min_group": 10})


async def test_each_version_keeps_an_output_of_its_own(ledger: Ledger) -> None:
    async with ledger.write() as session:
        coarse = await publish(session, DWELLS, actor="test")
        await session.flush()
        fine = await publish(session, FINER, actor="test")
        await keep_output(session, coarse, [{"line": "1", "observations": 60}], from_s=1, until_s=2, actor="test")
        await keep_output(session, fine, [{"line": "1", "observations": 12}], from_s=1, until_s=2, actor="test")
        await keep_output(session, fine, [{"line": "1", "observations": 13}], from_s=1, until_s=2, actor="test")
    async with ledger.read() as session:
        kept = [await find_output(session, "dwells", version) for version in (1, 2, 3)]
    assert [output and (output.product_version, output.rows[0]["observations"]) for output in kept] == [
        (1, 60),
        (2, 13),
        None,
    ]


async def test_the_versions_to_derive_are_the_newest_and_those_of_grants_that_are_not_over(ledger: Ledger) -> None:
    async with ledger.write() as session:
        partner = await add_partner(session, name="Research", plan="trial", actor="test")
        terms = NewGrant(partner_id=partner.id, purpose="research", rule="test")
        held = []
        for _ in range(4):
            product = await publish(session, DWELLS, actor="test")
            await session.flush()
            held.append(await add_grant(session, product, terms, actor="test"))
        await change_grant(session, held[1].id, "revoke", actor="test")
        await change_grant(session, held[3].id, "revoke", actor="test")
        found = await list_held_versions(session, "dwells")
    assert [product.version for product in found] == [1, 3, 4]


@pytest.mark.parametrize("published", [(100, 200), (100, 900)])
async def test_an_output_of_before_belongs_to_the_version_that_was_the_newest_then(
    database: str, published: tuple[int, int]
) -> None:
    ledger = Ledger(database)

    def to_seven(connection: Connection) -> None:
        command.upgrade(_config(connection), "0007")

    async with ledger.write() as session:
        await (await session.connection()).run_sync(to_seven)
        for version, at in enumerate(published, start=1):
            await session.execute(
                text("INSERT INTO products (id, version, body, published_at) VALUES ('dwells', :version, '{}', :at)"),
                {"version": version, "at": at},
            )
        await session.execute(
            text(
                "INSERT INTO derived_outputs (product_id, computed_at, from_s, until_s, rows)"
                ' VALUES (\'dwells\', 500, 1, 2, \'[{"line": "1", "observations": 12}]\')'
            )
        )
    await migrate(ledger)
    newest = 2 if published[1] < 500 else 1
    async with ledger.read() as session:
        kept = {version: await find_output(session, "dwells", version) for version in (1, 2)}
    await ledger.close()
    assert kept.pop(3 - newest) is None
    output = kept.pop(newest)
    assert output is not None
    assert (output.computed_at, output.rows) == (500, [{"line": "1", "observations": 12}])
