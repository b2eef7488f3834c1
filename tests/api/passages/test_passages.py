"""Passages out of an archive as the recorder writes it."""

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.passages.endpoints import AT_ONCE, WAITING_MAX
from api.passages.schemas import PassagesAnswer
from schemas.line_forecasts import Passage
from streams.recorder.answer_rows import PASSAGES, passage_row
from streams.recorder.hourly_table import HourlyTable
from transit.grants.area import Area, Box
from transit.grants.fields import ALL
from transit.grants.reach import Reach

City = Any
Ask = Callable[..., Any]


def _passage(city: City, trip: str, stop: str, *, ago_s: int, kind: str = "arrival") -> Passage:
    at = int(city.now) - ago_s
    return Passage("1", trip, 20260216, None, "bus", stop, 10 * ord(stop), 0, kind, at, at - 10, at + 10)


@pytest.fixture
def archive(city: City, tmp_path: Path) -> Path:
    """An hour of passages, one of them kept twice, in two chunks."""
    table = HourlyTable(tmp_path / "passages", PASSAGES)
    told = [_passage(city, "t1-12", stop, ago_s=600 - 60 * at) for at, stop in enumerate("ABC")]
    other = [_passage(city, "t1-11", "B", ago_s=1200), _passage(city, "t1-11", "B", ago_s=1190, kind="departure")]
    for number, passages in enumerate(([*other, *told], told[:1])):
        table.add([passage_row("town:1", each) for each in passages])
        table.flush(int(city.now), {0: number})
    city.api.application.state.archive = tmp_path
    return tmp_path


@pytest.mark.usefixtures("archive")
async def test_a_stops_passages_come_in_their_order_each_once(ask: Ask) -> None:
    told = await ask("/v1/passages", stop="town:B")
    PassagesAnswer.model_validate(told)
    assert [(each["run_id"], each["kind"]) for each in told["passages"]] == [
        ("town:t1-11:20260216", "arrival"),
        ("town:t1-11:20260216", "departure"),
        ("town:t1-12:20260216", "arrival"),
    ]
    assert len((await ask("/v1/passages", line="town:1"))["passages"]) == 5
    assert len((await ask("/v1/passages", run="town:t1-12:20260216"))["passages"]) == 3


@pytest.mark.usefixtures("archive")
async def test_a_page_says_where_the_next_begins(ask: Ask) -> None:
    first = await ask("/v1/passages", line="town:1", limit=2)
    then = await ask("/v1/passages", **{"line": "town:1", "from": first["next_from"]})
    assert [len(first["passages"]), len(then["passages"]), then["next_from"]] == [2, 3, None]


async def test_pages_lead_through_passages_of_one_second(
    city: City, ask: Ask, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    table = HourlyTable(tmp_path / "passages", PASSAGES)
    trips = [f"t1-{number}" for number in range(7)]
    table.add([passage_row("town:1", _passage(city, trip, "B", ago_s=60)) for trip in trips])
    table.flush(int(city.now), {0: 0})
    city.api.application.state.archive = tmp_path
    seen: list[str] = []
    cursor: str | None = ""
    for _ in range(4):
        page = await ask("/v1/passages", stop="town:B", limit=2, cursor=cursor)
        PassagesAnswer.model_validate(page)
        seen += [each["run_id"] for each in page["passages"]]
        city.now += 5  # the last hour goes on meanwhile
        cursor, before = page["next_cursor"], cursor
    assert (seen, cursor) == ([f"town:{trip}:20260216" for trip in trips], None)
    for asked in ({"line": "town:1", "cursor": before}, {"stop": "town:B", "cursor": "eA=="}):
        assert (await client.get("/v1/passages", params=asked)).status_code == 422


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 422),
        ("?stop=town:B&line=town:1", 422),
        ("?stop=town:Z", 404),
        ("?line=town:1&from=2026-02-16T08:00:00", 422),
    ],
)
async def test_a_question_that_makes_no_sense_is_refused(client: httpx.AsyncClient, query: str, status: int) -> None:
    assert (await client.get(f"/v1/passages{query}")).status_code == status


@pytest.mark.usefixtures("archive")
async def test_many_who_ask_at_once_wait_for_their_turn_at_the_archive_or_are_told_to_come_again(
    city: City, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = threading.Event()

    def read(*_: object) -> list[tuple[str, Passage]]:
        released.wait()
        return []

    monkeypatch.setattr("api.passages.endpoints.read_passages", read)
    many = 2 * (AT_ONCE + WAITING_MAX)
    starts = (datetime.fromtimestamp(city.now - 600 - each, UTC) for each in range(many))
    asking = [
        asyncio.create_task(client.get("/v1/passages", params={"line": "town:1", "from": start.isoformat()}))
        for start in starts
    ]
    given = []
    for each in asyncio.as_completed(asking):
        given.append((await each).status_code)
        if given.count(503) == many // 2:
            released.set()
    assert (given.count(200), given.count(503)) == (many // 2, many // 2)


async def test_without_an_archive_there_are_none(client: httpx.AsyncClient) -> None:
    answered = await client.get("/v1/passages?line=town:1")
    assert (answered.status_code, "keeps no archive" in answered.json()["detail"]) == (404, True)


@pytest.mark.usefixtures("archive")
async def test_who_is_granted_no_vehicles_is_told_none(city: City, ask: Ask) -> None:
    city.tell("1", city.run("t1-12", 1, 3))
    assert (await ask("/v1/passages", line="town:1"))["passages"][0]["vehicle_id"] == "town:bus"

    async def app(scope: Any, receive: Any, send: Any) -> None:
        scope["state"] = {"reach": Reach(fields=frozenset({"expected"}))}
        await city.api.app(scope, receive, send)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://h.test") as less:
        told = (await less.get("/v1/passages?line=town:1")).json()["passages"]
    assert len(told) == 5
    assert "vehicle_id" not in told[0]


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(
    ("reach", "told"),
    [
        (Reach(areas=(Area(lines=frozenset({"town:2"})),)), 0),
        (Reach(areas=(Area(box=Box(40.025, -76.0, 41.0, -74.0)),)), 0),
        (Reach(withheld={"town": ALL}), 0),
        (Reach(withheld={"other": frozenset({"vehicle"})}), 1),
    ],
)
async def test_what_is_not_granted_neither_stands_on_a_page_nor_begins_the_next(
    city: City, reach: Reach, told: int
) -> None:
    city.tell("1", city.run("t1-12", 1, 3))

    async def app(scope: Any, receive: Any, send: Any) -> None:
        scope["state"] = {"reach": reach}
        await city.api.app(scope, receive, send)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://h.test") as less:
        for query in ("stop=town:B", "run=town:t1-12:20260216"):
            answered = await less.get(f"/v1/passages?{query}&limit=1")
            if answered.status_code == 200:
                page = answered.json()
                assert len(page["passages"]) <= told
                assert (page["next_from"] is not None) == bool(told)


@pytest.mark.usefixtures("archive")
async def test_each_hour_that_is_looked_through_costs_a_token(city: City, charged: Any) -> None:
    client, taken = charged
    hour = datetime.fromtimestamp(city.now - city.now % 3600, UTC)
    for hours, cost in ((1, 0), (2, 1), (24, 23)):
        first = (hour - timedelta(hours=hours)).isoformat()
        end = (hour - timedelta(seconds=1)).isoformat()
        answered = await client.get("/v1/passages", params={"stop": "town:B", "from": first, "to": end})
        assert answered.status_code == 200, answered.text
        assert sum(taken) == cost
        taken.clear()
