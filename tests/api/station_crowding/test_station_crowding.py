"""How crowded stations and platforms are: counted where counters tell, else estimated from trains and demand."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import orjson
import pytest

from api.station_crowding.shelf import OLD_S
from api.station_crowding.watch import CountWatch
from runtime.settings import StationCountSettings
from transit.crowding.station_counts import CountsError, StationCount, read_counts
from transit.history.boarding import BoardingHabits
from transit.history.day_type import day_type
from transit.history.learn import learn_history
from transit.history.loads_seen import LoadSeen

City = Any
Ask = Callable[..., Any]

BRIDGE = "/v1/stops/town:B/crowding"


def count(city: City, stop: str, riders: int, *, age_s: float = 20.0) -> None:
    at = datetime.fromtimestamp(city.now - age_s, UTC)
    told = StationCount(stop_id=stop, count=riders, capacity=400, observed_at=at)
    city.view.stations.counts.setdefault("town", {}).setdefault("gates", {})[stop] = told


def teach(city: City, *, eight: float = 0.2, nine: float = 0.4) -> None:
    """Riders who board line 1 at the bridge: so large a part of a bus every ten minutes at eight, and at nine."""
    kind = day_type(city.timetable, datetime.fromtimestamp(city.now, UTC).date().toordinal())
    seen = [
        LoadSeen("1", "B", "C", kind, hour, 600 * i, 0.2 + boards, 0.2, 600, 2)
        for hour, boards in ((8, eight), (9, nine))
        for i in range(20)
    ]
    city.view.stations.habits = BoardingHabits(learn_history([], [], [], 1, seen))


async def test_nothing_known_is_absent_and_never_empty(ask: Ask) -> None:
    assert (await ask(BRIDGE))["crowding"] is None


async def test_a_count_is_told_against_what_the_platform_is_built_for(city: City, ask: Ask) -> None:
    count(city, "B", 320)
    told = (await ask(BRIDGE))["crowding"]
    assert (told["riders"], told["percentage"], told["basis"], told["crowding_level"]) == (320, 80, "observed", 3)
    assert told["observed_at"] == "2026-02-16T07:59:40-05:00"


async def test_an_old_count_is_told_no_more(city: City, ask: Ask) -> None:
    count(city, "B", 320, age_s=OLD_S + 1)
    assert (await ask(BRIDGE))["crowding"] is None


async def test_a_count_goes_before_an_estimate(city: City, ask: Ask) -> None:
    teach(city)
    city.tell("1", city.run("t1-12", 2, 2), first_s=60)
    count(city, "B", 10)
    assert (await ask(BRIDGE))["crowding"]["basis"] == "observed"


async def test_riders_gather_from_when_the_last_vehicle_left(city: City, ask: Ask) -> None:
    teach(city)
    city.tell("1", city.run("t1-12", 2, 2), first_s=90)
    soon = (await ask(BRIDGE))["crowding"]
    city.tell("1", city.run("t1-12", 3, 1), first_s=60)
    later = (await ask(BRIDGE))["crowding"]
    assert soon["basis"] == later["basis"] == "estimated"
    assert soon["observed_at"] is None
    # 30 s and 180 s after it left, of 80 riders a bus: two in five of a fifth got off, 28 % board each ten minutes
    assert (soon["riders"], later["riders"]) == (1, 7)
    assert soon["percentage"] < later["percentage"]


async def test_where_no_vehicle_is_beyond_the_stop_nothing_is_estimated(city: City, ask: Ask) -> None:
    teach(city)
    city.tell("1", city.run("t1-12", 1, 3))
    assert (await ask(BRIDGE))["crowding"] is None


async def test_a_station_is_the_sum_of_its_platforms_where_all_are_counted(city: City, ask: Ask) -> None:
    count(city, "S1", 100)
    one = await ask("/v1/stops/town:S/crowding")
    assert one["crowding"] is None
    assert [each["crowding"] is None for each in one["platforms"]] == [False, True]
    count(city, "S2", 60)
    assert (await ask("/v1/stops/town:S/crowding"))["crowding"]["riders"] == 160


async def test_counts_are_fetched_from_where_the_deployment_has_them(city: City, ask: Ask) -> None:
    at = datetime.fromtimestamp(city.now - 5, UTC).isoformat()
    told = {"stations": [{"stop_id": "B", "count": 7, "capacity": 70, "observed_at": at}]}

    def serve(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=told)

    source = StationCountSettings(id="gates", timetable="town", url="https://gates.example/counts.json")
    async with httpx.AsyncClient(transport=httpx.MockTransport(serve)) as client:
        await CountWatch(source, city.view.stations, None).fetch(client)
    assert (await ask(BRIDGE))["crowding"]["percentage"] == 10


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"stations": [{"stop_id": "B", "count": -1, "capacity": 70, "observed_at": "2026-02-16T08:00:00Z"}]},
        {"stations": [{"stop_id": "B", "count": 1, "capacity": 0, "observed_at": "2026-02-16T08:00:00Z"}]},
        {"stations": [{"stop_id": "B", "count": 1, "capacity": 5, "observed_at": "2026-02-16T08:00:00"}]},
        {"stations": "many"},
    ],
)
def test_what_is_no_count_is_refused(wrong: object) -> None:
    with pytest.raises(CountsError):
        read_counts(orjson.dumps(wrong))
