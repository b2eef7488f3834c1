"""Stops around a place: by walk, a station once, and each arrival with whether one catches it."""

import asyncio
import gc
import weakref
from typing import Any

import httpx
import pytest

from api.nearby import endpoints, render_stops
from api.nearby.list_opposites import list_opposites
from api.stops.find_stops import find_named
from api.view.compiled_view import CompiledView

City = Any


async def test_stops_come_by_walk_and_a_station_once_for_its_platforms(ask: Any) -> None:
    found = (await ask("/v1/nearby", near="40.05,-75.0", radius_m=3000))["stops"]
    assert found[0]["id"] == "town:S"
    assert {stop["id"] for stop in found[1:]} == {"town:D", "town:Q/1"}
    assert [stop["walk_m"] for stop in found] == sorted(stop["walk_m"] for stop in found)
    assert found[0]["lines"][0]["route_type"] == 1
    assert found[1]["walk_m"] == pytest.approx(1.3 * found[1]["distance_m"], abs=2)


async def test_one_who_walks_learns_what_he_catches_and_when_to_leave(city: City, ask: Any) -> None:
    city.tell("1", city.run("t1-12", 1, 3), first_s=120)
    slow = await ask("/v1/nearby", near="40.0105,-75.0", radius_m=300, walk_mps=0.3)
    quick = await ask("/v1/nearby", near="40.0105,-75.0", radius_m=300, walk_mps=1.5)
    (slowly, *_), (quickly, *_) = slow["stops"][0]["arrivals"], quick["stops"][0]["arrivals"]
    assert slowly["run_id"] == quickly["run_id"] == "town:t1-12:20260216"
    assert slowly["catch"] == "missed"
    assert quickly["catch"] == "can_wait"
    assert quickly["leave_at"].startswith("2026-02-16T08:01:")


async def test_each_line_direction_and_destination_has_its_next_few(ask: Any) -> None:
    stop = (await ask("/v1/nearby", near="40.0,-75.0", radius_m=100, per_line=1))["stops"][0]
    lines = [arrival["line"]["id"] for arrival in stop["arrivals"]]
    assert len(lines) == len(set(lines)) > 1


async def test_a_box_holds_the_stops_in_it_alone(ask: Any) -> None:
    found = await ask("/v1/nearby", box="39.999,-75.001,40.011,-74.999")
    assert {stop["id"] for stop in found["stops"]} == {"town:A", "town:B"}


@pytest.mark.parametrize(
    "query", ["", "near=1", "near=40,-75&box=1,2,3,4", "box=1,2,3", "box=40,-75,39,-74", "box=0,0,10,10"]
)
async def test_a_place_that_makes_no_sense_is_refused(client: httpx.AsyncClient, query: str) -> None:
    answered = await client.get(f"/v1/nearby?{query}")
    assert answered.status_code == 422


async def test_many_stops_cost_a_token_for_each_ten_and_let_others_have_their_turn(
    city: City, charged: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, taken = charged
    asked = {"near": "40.05,-75.0", "radius_m": "5000", "limit": "50"}
    stops = len((await client.get("/v1/nearby", params=asked)).json()["stops"])
    assert taken == []
    monkeypatch.setattr(endpoints, "STOPS_A_TOKEN", 1)
    monkeypatch.setattr(render_stops, "_SLICE", 1)
    city.view.rendered.drop_all()
    turns: list[int] = []
    tell = render_stops._tell

    def note(*given: Any) -> Any:
        asyncio.get_running_loop().call_soon(turns.append, len(turns))
        return tell(*given)

    monkeypatch.setattr(render_stops, "_tell", note)
    seen = []
    pause = asyncio.sleep

    async def look(delay_s: float) -> None:
        await pause(delay_s)
        seen.append(len(turns))

    monkeypatch.setattr(asyncio, "sleep", look)
    assert len((await client.get("/v1/nearby", params=asked)).json()["stops"]) == stops > 1
    assert taken == [stops - 1]
    assert seen == list(range(1, stops + 1))
    await client.get("/v1/nearby", params=asked)
    assert taken == [stops - 1]


async def test_what_is_remembered_of_a_timetable_goes_with_it(city: City) -> None:
    compiled = CompiledView(city.timetable)
    rows = range(len(city.timetable.stop_id))
    for row in rows:
        assert list_opposites(compiled, row) is list_opposites(compiled, row)
    assert find_named(compiled, "a")
    held = weakref.ref(compiled)
    del compiled
    gc.collect()
    assert held() is None
