"""Many items in one request: each answered as it would be alone, or refused without hurting the others."""

import asyncio
from typing import Any

import httpx
import pytest

City = Any


async def test_an_item_is_answered_as_it_would_be_alone(city: City, ask: Any) -> None:
    city.tell("1", city.run("t1-12", 1, 3))
    city.view.take_feeds({"town": city.feed()}, city.now)
    batch = await ask("/v1/arrivals", stops="town:B,town:S", limit=20)
    for item in batch["items"]:
        assert item["status"] == 200
        assert item["answer"] == await ask(f"/v1/stops/{item['id'].replace(':', '%3A')}/arrivals")


async def test_one_unknown_item_leaves_the_others_whole(ask: Any) -> None:
    batch = await ask("/v1/arrivals", stops="town:B,town:Z,x:1", vehicles="town:gone")
    assert [item["status"] for item in batch["items"]] == [200, 404, 404, 404]
    assert (batch["asked"], batch["failed"]) == (4, 3)
    assert batch["items"][1]["problem"]["type"] == "/problems/unknown-stop"
    assert batch["items"][1]["answer"] is None


async def test_lines_and_vehicles_are_answered_with_their_runs(city: City, ask: Any) -> None:
    city.tell("1", city.run("t1-12", 1, 3), city.run("t1-13", 0, 4))
    batch = await ask("/v1/arrivals", lines="town:1", vehicles="town:v-t1-12")
    line, vehicle = batch["items"]
    assert [run["trip_id"] for run in line["answer"]["runs"]] == ["town:t1-12", "town:t1-13"]
    assert vehicle["answer"] == line["answer"]["runs"][0]


async def test_fields_trim_each_arrival(city: City, ask: Any) -> None:
    city.tell("1", city.run("t1-12", 1, 3))
    batch = await ask("/v1/arrivals", stops="town:B", fields="run_id,expected_at")
    assert {tuple(sorted(each)) for each in batch["items"][0]["answer"]["arrivals"]} == {("expected_at", "run_id")}


async def test_pages_follow_one_another_through_the_items(ask: Any) -> None:
    stops = "town:A,town:B,town:C,town:D,town:E"
    seen: list[str] = []
    cursor = ""
    for _ in range(3):
        page = await ask("/v1/arrivals", stops=stops, page_size=2, cursor=cursor)
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert ",".join(seen) == stops
    assert cursor is None


async def test_a_cursor_of_other_items_is_refused(client: httpx.AsyncClient, ask: Any) -> None:
    page = await ask("/v1/arrivals", stops="town:A,town:B", page_size=1)
    answered = await client.get("/v1/arrivals", params={"stops": "town:A,town:C", "cursor": page["next_cursor"]})
    assert answered.status_code == 422


async def test_a_thousand_stops_are_posted_and_more_are_refused(client: httpx.AsyncClient) -> None:
    answered = await client.post("/v1/arrivals", json={"stops": [f"town:{n}" for n in range(1000)]})
    assert (answered.json()["asked"], answered.json()["failed"]) == (1000, 1000)
    many = await client.post("/v1/arrivals", json={"stops": [f"town:{n}" for n in range(1001)]})
    assert many.status_code == 422


@pytest.mark.parametrize(
    "query",
    ["", "stops=", "stops=town:B&fields=nothing", "stops=town:B&cursor=x", "stops=" + ",".join(map(str, range(101)))],
)
async def test_a_request_that_makes_no_sense_is_refused_as_a_whole(client: httpx.AsyncClient, query: str) -> None:
    answered = await client.get(f"/v1/arrivals?{query}")
    assert answered.status_code == 422
    assert answered.json()["type"] == "/problems/invalid-parameter"


async def test_what_is_posted_is_answered_whole_whatever_the_client_holds(client: httpx.AsyncClient) -> None:
    asked = {"stops": ["town:B"]}
    held = {"if-none-match": (await client.post("/v1/arrivals", json=asked)).headers["etag"]}
    assert (await client.post("/v1/arrivals", json=asked, headers=held)).status_code == 200
    held = {"if-none-match": (await client.get("/v1/arrivals?stops=town:B")).headers["etag"]}
    assert (await client.get("/v1/arrivals?stops=town:B", headers=held)).status_code == 304


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
async def test_a_large_batch_is_joined_beside_the_other_answers(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    apart = []
    to_thread = asyncio.to_thread

    async def note(work: Any, *given: Any) -> Any:
        apart.append(len(given[0]))
        return await to_thread(work, *given)

    monkeypatch.setattr(asyncio, "to_thread", note)
    for items in (99, 100):
        asked = {"stops": ["town:B"] + [f"town:none-{number}" for number in range(items - 1)]}
        answered = await client.post("/v1/arrivals", json=asked, headers={"accept-encoding": encoding})
        assert len(answered.json()["items"]) == items
    assert apart == [201]
