"""Coordinates in the datum and times in the zone that a partner asks for."""

from typing import Any

import httpx
import pytest

from api.expression import read_place
from runtime.settings import CoordinateSettings
from transit.coordinates.datum import Datum, Place, convert

City = Any


@pytest.fixture
def chinese(city: City) -> City:
    city.view.coordinates = CoordinateSettings(in_mainland_china=True)
    return city


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
async def test_places_and_shapes_are_told_in_the_datum_asked_for(chinese: City, ask: Any, datum: Datum) -> None:
    chinese.tell("1", chinese.run("t1-12", 1, 3))
    plain = await ask("/v1/lines/town%3A1")
    shifted = await ask("/v1/lines/town%3A1", datum=datum.value)
    for before, after in zip(plain["stops"], shifted["stops"], strict=True):
        expected = convert(Place(before["latitude"], before["longitude"]), Datum.WGS84, datum)
        assert (after["latitude"], after["longitude"]) == pytest.approx(expected, abs=1e-6)
    first, told = plain["patterns"][0]["shape"][0], shifted["patterns"][0]["shape"][0]
    assert told == pytest.approx(convert(Place(*first), Datum.WGS84, datum), abs=1e-6)


@pytest.mark.usefixtures("chinese")
async def test_distances_are_the_same_in_every_datum(ask: Any) -> None:
    place = convert(Place(40.01, -75.0), Datum.WGS84, Datum.BD09)
    plain = await ask("/v1/stops", near="40.01,-75.0", radius_m=3000)
    shifted = await ask("/v1/stops", near=f"bd09:{place.latitude},{place.longitude}", radius_m=3000, datum="bd09")
    assert [stop["distance_m"] for stop in plain["stops"]] == [stop["distance_m"] for stop in shifted["stops"]]


async def test_a_deployment_elsewhere_has_no_chinese_datum(client: httpx.AsyncClient) -> None:
    for query in ("datum=gcj02", "near=bd09:40,-75"):
        answered = await client.get(f"/v1/stops?query=bridge&{query}" if "near" not in query else f"/v1/stops?{query}")
        assert answered.status_code == 422


async def test_a_deployment_has_a_datum_of_its_own(chinese: City, ask: Any) -> None:
    chinese.view.coordinates = CoordinateSettings(in_mainland_china=True, datum=Datum.GCJ02)
    told = await ask("/v1/stops/town%3AB")
    assert told == await ask("/v1/stops/town%3AB", datum="gcj02")
    assert told["latitude"] != (await ask("/v1/stops/town%3AB", datum="wgs84"))["latitude"]


async def test_times_are_told_in_utc_on_request(city: City, ask: Any) -> None:
    city.tell("1", city.run("t1-12", 1, 3))
    local = (await ask("/v1/stops/town%3AB/arrivals"))["arrivals"][0]
    told = (await ask("/v1/stops/town%3AB/arrivals", times="utc"))["arrivals"][0]
    assert local["expected_at"] == "2026-02-16T08:01:00-05:00"
    assert told["expected_at"] == "2026-02-16T13:01:00Z"
    assert told["service_date"] == local["service_date"]


async def test_vehicles_of_a_batch_are_shifted_too(chinese: City, ask: Any) -> None:
    chinese.tell("1", chinese.run("t1-12", 1, 3))
    vehicle = (await ask("/v1/arrivals", vehicles="town:v-t1-12", datum="gcj02"))["items"][0]["answer"]["vehicle"]
    assert vehicle["latitude"] == (await ask("/v1/vehicles/town%3Av-t1-12", datum="gcj02"))["latitude"]


def test_a_place_may_name_its_datum(chinese: City) -> None:
    plain = Place(39.9, 116.4)
    shifted = convert(plain, Datum.WGS84, Datum.GCJ02)
    assert read_place(chinese.view, f"GCJ02:{shifted.latitude},{shifted.longitude}") == pytest.approx(plain, abs=1e-8)


def test_a_chinese_datum_needs_a_chinese_deployment() -> None:
    with pytest.raises(ValueError, match="in_mainland_china"):
        CoordinateSettings(datum=Datum.BD09)
