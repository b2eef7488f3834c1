"""Partners' crosswalks in the ledger: of two changes at once neither is lost, and neither fails."""

import asyncio

from runtime.ledger.crosswalks import Crosswalk, Of, find_choices, find_crosswalk, put_crosswalk
from runtime.ledger.database import Ledger
from runtime.ledger.partners import add_partner
from transit.crosswalk.entries import Entry, Kind


def _walk(of: Of, entry_id: str, revision: int) -> Crosswalk:
    return Crosswalk(
        of=of,
        entries=(Entry(id=entry_id),),
        choices={entry_id: None},
        report=(),
        matched_against="hash",
        revision=revision,
    )


async def test_of_two_first_uploads_at_once_one_is_put_and_the_other_is_told(ledger: Ledger) -> None:
    async with ledger.write() as session:
        partner_id = (await add_partner(session, name="Maps", plan="trial", actor="test")).id
    of = Of(partner_id, "city", Kind.STOPS)
    begun = asyncio.Barrier(1 if ledger.is_sqlite else 2)  # SQLite has one writer at a time

    async def put(entry_id: str) -> Crosswalk | None:
        async with ledger.write() as session:
            await begun.wait()
            return await put_crosswalk(session, _walk(of, entry_id, 0), actor="test")

    kept = [each for each in await asyncio.gather(put("one"), put("other")) if each is not None]
    assert len(kept) == 1
    async with ledger.read() as session:
        assert (await find_crosswalk(session, of)).entries == kept[0].entries
        revision, choices = await find_choices(session, of)
    assert choices == kept[0].choices
    async with ledger.write() as session:
        assert await put_crosswalk(session, _walk(of, "late", revision - 1), actor="test") is None
        assert await put_crosswalk(session, _walk(of, "next", revision), actor="test") is not None
