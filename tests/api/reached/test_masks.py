"""What a reach does not hold is nowhere in an answer."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from api.openapi import EXAMPLES, read_example
from api.reached.shapes import SHAPES, Shape
from transit.crowding.station_counts import StationCount
from transit.grants.area import Area, Box
from transit.grants.fields import ALL
from transit.grants.reach import Reach


@pytest.fixture(autouse=True)
def _vehicles(city: Any) -> None:
    city.tell("1", city.run("t1-12", 1, 3), city.run("t1-11", 2, 2, vehicle_id="v-second"))


ARRIVALS = "/v1/stops/town:C/arrivals"


async def test_a_withheld_field_is_absent_not_null(asked: Any) -> None:
    whole = (await asked(ARRIVALS)).json()["arrivals"][0]
    told = (await asked(ARRIVALS, Reach(fields=ALL - {"vehicle", "spread", "occupancy"}))).json()["arrivals"][0]
    gone = {"vehicle_id", "vehicle_label", "occupancy", "expected_early_at", "expected_late_at"}
    gone |= {"expected_departure_early_at", "expected_departure_late_at"}
    assert set(whole) - set(told) == gone
    assert told["expected_at"] == whole["expected_at"]


async def test_the_same_target_is_kept_apart_for_each_reach(asked: Any, city: Any) -> None:
    masked = Reach(fields=ALL - {"vehicle"})
    first = await asked(ARRIVALS, masked)
    whole = await asked(ARRIVALS)
    assert "vehicle_id" not in first.json()["arrivals"][0]
    assert "vehicle_id" in whole.json()["arrivals"][0]
    assert first.headers["etag"] != whole.headers["etag"]
    renders = city.view.rendered.renders
    await asked(ARRIVALS, Reach(fields=ALL - {"vehicle"}))
    assert city.view.rendered.renders == renders


async def test_an_etag_does_not_tell_of_a_withheld_field(asked: Any, city: Any) -> None:
    masked = Reach(fields=frozenset({"expected"}))
    before = (await asked(ARRIVALS, masked)).headers["etag"]
    city.tell("1", city.run("t1-12", 1, 3, occupancy_percentage=95), city.run("t1-11", 2, 2, vehicle_id="v-other"))
    assert (await asked(ARRIVALS, masked)).headers["etag"] == before


async def test_a_vehicle_is_unknown_to_those_who_are_told_no_vehicles(asked: Any) -> None:
    known = await asked("/v1/vehicles/town:v-t1-12")
    assert known.status_code == 200
    hidden = await asked("/v1/vehicles/town:v-t1-12", Reach(fields=ALL - {"vehicle"}))
    absent = await asked("/v1/vehicles/town:v-none", Reach(fields=ALL - {"vehicle"}))
    assert hidden.status_code == absent.status_code == 404
    assert hidden.json()["detail"].replace("v-t1-12", "") == absent.json()["detail"].replace("v-none", "")


async def test_lines_outside_the_area_do_not_exist(asked: Any) -> None:
    only_two = Reach(areas=(Area(lines=frozenset({"town:2"})),))
    assert [line["id"] for line in (await asked("/v1/lines", only_two)).json()["lines"]] == ["town:2"]
    for path in ("/v1/lines/town:1", "/v1/lines/town:1/vehicles", "/v1/lines/town:1/conditions"):
        hidden, absent = await asked(path, only_two), await asked(path.replace("town:1", "town:x"), only_two)
        assert hidden.status_code == absent.status_code == 404
        assert hidden.json()["detail"].replace("town:1", "town:x") == absent.json()["detail"]
    assert (await asked("/v1/vehicles/town:v-t1-12", only_two)).status_code == 404
    assert (await asked("/v1/runs/town:t1-12:20260216", only_two)).status_code == 404
    assert (await asked(ARRIVALS, only_two)).json()["arrivals"] == []
    asked_for = await asked(f"{ARRIVALS}?lines=town:1", only_two)
    assert asked_for.json()["arrivals"] == []


async def test_other_lines_do_not_use_up_the_limit(asked: Any) -> None:
    exact_only = Reach(areas=(Area(lines=frozenset({"town:4"})),))
    told = (await asked("/v1/stops/town:E/arrivals?limit=1&horizon_s=7200", exact_only)).json()["arrivals"]
    assert [each["line"]["id"] for each in told] == ["town:4"]


async def test_a_mode_is_an_area(asked: Any) -> None:
    trains = Reach(areas=(Area(modes=frozenset({"subway"})),))
    assert [line["id"] for line in (await asked("/v1/lines", trains)).json()["lines"]] == ["town:5"]


async def test_stops_outside_the_box_do_not_exist(asked: Any) -> None:
    north = Reach(areas=(Area(box=Box(40.015, -76.0, 41.0, -74.0)),))
    assert (await asked("/v1/stops/town:A/arrivals", north)).status_code == 404
    assert (await asked("/v1/stops?query=bridge", north)).json()["stops"] == []
    assert (await asked("/v1/stops/town:C/arrivals", north)).status_code == 200
    calls = (await asked("/v1/runs/town:t1-12:20260216", north)).json()["calls"]
    assert [call["stop"]["id"] for call in calls] == ["town:C", "town:D"]
    vehicles = (await asked("/v1/lines/town:1/vehicles", north)).json()["vehicles"]
    assert vehicles == []


async def test_a_withdrawn_feed_leaves_the_timetable_alone(asked: Any) -> None:
    cut = Reach(withheld={"town": ALL})
    told = (await asked(ARRIVALS, cut)).json()["arrivals"]
    assert told
    assert {each["basis"] for each in told} == {"schedule"}
    assert (await asked("/v1/feeds", cut)).json()["feeds"] == []


async def test_small_counts_are_told_as_classes(asked: Any) -> None:
    coarse = Reach(count_classes=(20, 50, 80))
    occupancy = (await asked(ARRIVALS, coarse)).json()["arrivals"][0]["occupancy"]
    assert occupancy["percentage"] is None
    assert occupancy["percentage_class"] == "20-49"


def count_riders(city: Any, stop: str, riders: int, *, capacity: int = 400, at: float | None = None) -> None:
    observed_at = datetime.fromtimestamp(city.now if at is None else at, UTC)
    told = StationCount(stop_id=stop, count=riders, capacity=capacity, observed_at=observed_at)
    city.view.stations.counts.setdefault("town", {}).setdefault("gates", {})[stop] = told


@pytest.mark.parametrize(
    ("riders", "capacity", "told"),
    [
        (12, 400, (None, "5-19", None, "0-4")),
        (100, 1000, (None, "20+", None, "5-19")),
        (6, 10, (None, "5-19", None, "20+")),
        (100, 400, (100, None, 25, None)),
    ],
)
async def test_riders_and_their_percentage_are_told_as_classes_where_either_is_small(
    asked: Any, city: Any, riders: int, capacity: int, told: tuple[Any, ...]
) -> None:
    count_riders(city, "B", riders, capacity=capacity)
    crowding = (await asked("/v1/stops/town:B/crowding", Reach(count_classes=(5, 20)))).json()["crowding"]
    names = ("riders", "riders_class", "percentage", "percentage_class")
    assert tuple(crowding.get(name) for name in names) == told


async def test_a_delayed_reach_is_told_no_count_that_is_newer_than_its_delay(asked: Any, city: Any) -> None:
    late, path = Reach(delay_s=60), "/v1/stops/town:B/crowding"
    count_riders(city, "B", 100)
    assert (await asked(path)).json()["crowding"]["riders"] == 100
    for passed_s, told in ((0, None), (59, None), (61, 100)):
        city.now += passed_s
        city.view.rendered.drop_all()
        crowding = (await asked(path, late)).json()["crowding"]
        assert (crowding and crowding["riders"]) == told
        city.now -= passed_s


async def test_a_route_without_a_shape_is_refused_to_who_is_told_less(asked: Any, monkeypatch: Any) -> None:
    monkeypatch.delitem(SHAPES, "/v1/feeds")
    refused = await asked("/v1/feeds", Reach(fields=ALL - {"vehicle"}))
    assert refused.status_code == 403
    assert refused.json()["type"] == "/problems/not-granted"
    assert (await asked("/v1/feeds")).status_code == 200


def _unnamed(value: Any, shape: Shape, path: str) -> list[str]:
    if isinstance(value, list):
        return [each for part in value for each in _unnamed(part, shape, path)]
    if not isinstance(value, dict) or shape.members is None:
        return []
    found = []
    for name, member in value.items():
        part = shape.members.get(name)
        found += [f"{path}.{name}"] if part is None else _unnamed(member, part, f"{path}.{name}")
    return found


@pytest.mark.parametrize("route", EXAMPLES)
def test_every_member_of_every_answer_belongs_to_a_group(route: str) -> None:
    assert route in SHAPES, f"{route}: say in api/reached/shapes.py which group of fields each member belongs to"
    assert set(_unnamed(read_example(EXAMPLES[route]), SHAPES[route], route)) == set()


async def test_a_full_reach_costs_no_second_rendering(asked: Any) -> None:
    bare = await asked(ARRIVALS, Reach())
    assert orjson.loads(bare.content)["arrivals"][0]["vehicle_id"]
    assert Reach().is_everything


async def test_a_delayed_reach_is_told_nothing_newer_than_its_delay(asked: Any, city: Any) -> None:
    late = Reach(delay_s=60)
    path = "/v1/lines/town:1/vehicles"
    started = city.now
    assert (await asked(path, late)).json()["vehicles"] == []
    for passed_s in (31, 61, 91):
        city.now = started + passed_s
        city.tell("1", city.run("t1-12", 1, 3, speed_mps=float(passed_s)))
    told = (await asked(path, late)).json()["vehicles"]
    # at 91 s the newest value that is 60 s old or older is that of 31 s
    assert [vehicle["speed_mps"] for vehicle in told] == [31.0]
    live = (await asked(path)).json()["vehicles"]
    assert [vehicle["speed_mps"] for vehicle in live] == [91.0]
