"""Bike stations in what is nearby, from a served GBFS."""

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from api.bikes.shelf import GONE_S, OLD_S, BikeShelf, BikeSystem
from api.bikes.watch import BikeWatch
from runtime.settings import BikeShareSettings
from transit.other_modes.gbfs import BikeStation, GbfsError, find_feeds, read_stations

City = Any
Ask = Callable[..., Any]

INFORMATION = {
    "data": {
        "stations": [
            {"station_id": "1", "name": "Bridge", "lat": 40.0105, "lon": -75.0},
            {"station_id": "2", "name": [{"text": "Far", "language": "en"}], "lat": 40.5, "lon": -75.0},
            {"station_id": "3", "name": "Gone", "lat": 40.0101, "lon": -75.0},
            {"station_id": "4", "name": "Broken", "lat": "north", "lon": None},
        ]
    }
}
STATUS = {
    "data": {
        "stations": [
            {"station_id": "1", "num_bikes_available": 4, "num_docks_available": 7, "is_renting": 1,
             "is_returning": True, "last_reported": 1_771_246_700},
            {"station_id": "2", "num_vehicles_available": 1, "last_reported": "2026-02-16T13:00:00Z"},
            {"station_id": "3", "is_installed": False},
        ]
    }
}  # fmt: skip
FEEDS = [{"name": name, "url": f"https://bikes.example/{name}"} for name in ("station_information", "station_status")]


def serve(request: httpx.Request) -> httpx.Response:
    bodies = {
        "/gbfs.json": {"data": {"en": {"feeds": FEEDS}}},
        "/station_information": INFORMATION,
        "/station_status": STATUS,
    }
    return httpx.Response(200, json=bodies[request.url.path])


async def test_a_served_system_stands_in_what_is_nearby_with_its_own_age(city: City, ask: Ask) -> None:
    shelf = BikeShelf()
    share = BikeShareSettings(id="bikes", url="https://bikes.example/gbfs.json")
    async with httpx.AsyncClient(transport=httpx.MockTransport(serve)) as client:
        await BikeWatch(share, shelf, None).fetch(client)
    (system,) = shelf.systems.values()
    assert [station.id for station in system.stations] == ["1", "2"]
    assert time.time() - system.fetched_at < 60
    city.view.bikes.systems["bikes"] = system._replace(fetched_at=city.now - 5)
    told = (await ask("/v1/nearby?near=40.01,-75.0"))["bike_stations"]
    assert [(each["id"], each["bikes_available"], each["docks_available"], each["basis"]) for each in told] == [
        ("bikes:1", 4, 7, "live")
    ]
    assert told[0]["walk_m"] > told[0]["distance_m"] > 0


@pytest.mark.parametrize(("age_s", "basis", "bikes"), [(OLD_S + 1, "extrapolated", 4), (GONE_S + 1, "withheld", None)])
async def test_counts_grow_old_and_are_told_no_more(
    city: City, ask: Ask, age_s: int, basis: str, bikes: int | None
) -> None:
    station = BikeStation("1", "Bridge", 40.0105, -75.0, 4, 7, True, True, None)
    city.view.bikes.systems["bikes"] = BikeSystem((station,), city.now - age_s)
    (told,) = (await ask("/v1/nearby?near=40.01,-75.0"))["bike_stations"]
    assert (told["basis"], told["bikes_available"]) == (basis, bikes)


@pytest.mark.parametrize("document", [None, [], {}, {"data": []}, {"data": {"feeds": [{"name": "x", "url": "y"}]}}])
def test_what_is_no_gbfs_is_refused(document: object) -> None:
    with pytest.raises(GbfsError):
        find_feeds(document)
    with pytest.raises(GbfsError):
        read_stations(document, document)


@pytest.mark.parametrize(
    "said", [2**64 - 1, -5, 1_771_246_800_000, 253_402_300_799, "9999-12-31T23:59:59Z", True, None]
)
def test_a_station_that_tells_no_time_of_ours_has_none(said: object) -> None:
    status = {"data": {"stations": [{"station_id": "1", "last_reported": said}]}}
    station, _ = read_stations({"data": {"stations": INFORMATION["data"]["stations"][:2]}}, status)
    assert station.observed_at is None
