"""How crowded stations are tells nothing of lines, platforms and feeds outside a reach."""

from typing import Any

import pytest

from tests.api.station_crowding.test_station_crowding import count, teach
from transit.grants.area import Area, Box
from transit.grants.reach import EVERYTHING, Reach

BRIDGE, STATION = "/v1/stops/town:B/crowding", "/v1/stops/town:S/crowding"
OTHER_LINE = Reach(areas=(Area(lines=frozenset({"town:5"})),))
WITHHELD = Reach(withheld={"town": frozenset({"crowding"})})
OF_THE_LINE = Reach(areas=(Area(lines=frozenset({"town:1"})),))


@pytest.mark.parametrize(
    ("reach", "is_told"), [(EVERYTHING, True), (OF_THE_LINE, True), (OTHER_LINE, False), (WITHHELD, False)]
)
async def test_an_estimate_rests_on_no_line_outside_and_no_feed_whose_crowding_is_withheld(
    asked: Any, city: Any, reach: Reach, is_told: bool
) -> None:
    teach(city)
    city.tell("1", city.run("t1-12", 3, 1), first_s=60)
    assert ((await asked(BRIDGE, reach)).json()["crowding"] is not None) is is_told


async def test_a_count_where_no_line_within_calls_is_not_told(asked: Any, city: Any) -> None:
    count(city, "B", 100)
    told = [(await asked(BRIDGE, reach)).json()["crowding"] for reach in (OF_THE_LINE, OTHER_LINE)]
    assert [each and each["riders"] for each in told] == [100, None]


async def test_a_count_of_a_line_whose_feeds_owner_withholds_crowding_is_not_told(asked: Any, city: Any) -> None:
    city.tell("5", city.run("n6", 0, 2))
    count(city, "S1", 100)
    for reach, riders in ((EVERYTHING, 100), (WITHHELD, None)):
        first, _ = (await asked(STATION, reach)).json()["platforms"]
        assert (first["crowding"] and first["crowding"]["riders"]) == riders


async def test_a_station_is_the_sum_of_its_platforms_within(asked: Any, city: Any) -> None:
    first_alone = Reach(areas=(Area(box=Box(40.04995, -76.0, 41.0, -74.0)),))
    count(city, "S1", 100)
    count(city, "S2", 60)
    for _ in range(2):
        told = (await asked(STATION, first_alone)).json()
        assert [each["stop"]["id"] for each in told["platforms"]] == ["town:S1"]
        assert told["crowding"]["riders"] == 100
        count(city, "S", 700)
        city.view.rendered.drop_all()
    assert (await asked(STATION)).json()["crowding"]["riders"] == 700
