"""Occurrences of disruptions, as the ledger's rows give them."""

from pathlib import Path

from msgspec.structs import replace

from runtime.ledger.database import Ledger
from runtime.ledger.migrate import migrate
from runtime.ledger.webhook_deliveries import note_deliveries
from schemas.webhooks import Delivery
from streams.webhooks.occurrences import Occurrences

NIGHT = 1_700_000_000
BEGAN = Delivery(
    id="1", webhook_id="w", type="line.disrupted", subject="f:a:1#7", body="{}", made_at_ms=1, gives_up_at_ms=2
)


async def test_a_disruption_is_open_until_the_end_of_its_own_occurrence_and_the_next_has_a_higher_number(
    tmp_path: Path,
) -> None:
    ledger = Ledger(f"sqlite+aiosqlite:///{tmp_path / 'l.db'}")
    await migrate(ledger)
    found = Occurrences()
    assert found.name_next("w", "f:a:1", 0) == "f:a:1#1"
    ended = replace(BEGAN, id="2", type="line.recovered")
    again, older = replace(BEGAN, id="3", subject="f:a:1#8"), replace(BEGAN, id="4", webhook_id="v", subject="f:b:1")
    async with ledger.write() as session:
        await note_deliveries(session, [BEGAN, ended, again, older])
    async with ledger.read() as session:
        await found.load(session)
    assert found.list_open("w") == {"f:a:1": "f:a:1#8"}
    assert found.list_open("v") == {"f:b:1": "f:b:1"}
    assert found.name_next("w", "f:a:1", 0) == "f:a:1#9"
    assert found.name_next("w", "f:a:1", NIGHT) == f"f:a:1#{NIGHT // 60}"
    async with ledger.write() as session:
        await note_deliveries(session, [replace(again, id="5", type="line.recovered")])
    async with ledger.read() as session:
        await found.load(session, {"w"})
    assert found.list_open("w") == {}
    assert found.list_open("v") == {"f:b:1": "f:b:1"}
    await ledger.close()
