"""Uploads of own ids through the lane, for the tests of all that partners do with them."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import orjson

from api.crosswalks.matching import Matching
from runtime.ledger.database import Ledger
from runtime.ledger.grants import NewGrant, add_grant
from runtime.ledger.key_format import find_key_id
from runtime.ledger.keys import load_credentials
from runtime.ledger.products import publish, withdraw_product
from tests.api.lane.asking import Answer, ask
from transit.crosswalk.entries import Entry, Kind, Match
from transit.crosswalk.match import match_entries
from transit.grants.agreements import AreaTerms, Product
from transit.timetable.compiled import Timetable

AddKey = Callable[..., Awaitable[str]]
Replica = Any
STOPS = "/v1/me/crosswalks/town/stops"
LINES = "/v1/me/crosswalks/town/lines"
CSV = b"""id,name,code,latitude,longitude
10,Arbol Sq,101,40.0000,-75.0000
11,Bridge,,40.0101,-75.0000
12,Somewhere else,,40.0200,-75.0000
13,Far away,,41,-75
"""


class InProcess(Matching):
    """Matches here and now, by whatever timetables it is given."""

    def __init__(self, *timetables: Timetable) -> None:
        self.timetables = {each.hash: each for each in timetables}

    async def match(
        self, kind: Kind, entries: Sequence[Entry], timetable_hash: str, *, partner_id: str
    ) -> tuple[Match, ...]:
        assert partner_id
        return tuple(match_entries(kind, entries, self.timetables[timetable_hash]))


async def put(
    replica: Replica, key: str, path: str = STOPS, body: bytes = CSV, content_type: str = "text/csv"
) -> Answer:
    return await ask(replica.lane, path, key, method="PUT", body=body, content_type=content_type)


def read_json(answer: Answer) -> Any:
    assert answer.status < 300, answer.body
    return orjson.loads(answer.body)


async def open_only(ledger: Ledger, key: str, area: AreaTerms) -> None:
    """Nothing is open to a key's partner but this area."""
    async with ledger.write() as session:
        await withdraw_product(session, "open", actor="test")
        product = Product(
            id="loop", version=0, name="Loop", description="A line", supply="granted", fields=("expected",), area=area
        )
        published = await publish(session, product, actor="test")
        await session.flush()
        partner = (await load_credentials(session, key_id=find_key_id(key.encode())))[0].partner_id
        await add_grant(session, published, NewGrant(partner_id=partner, purpose="test", rule="test"), actor="test")
