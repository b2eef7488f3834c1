from collections.abc import Callable
from typing import Any

from runtime.settings import CrowdingSettings
from schemas.line_forecasts import Carriage

City = Any
Ask = Callable[..., Any]


async def test_crowding_is_told_for_the_stop_asked_about(city: City, ask: Ask) -> None:
    city.tell("1", city.run("t1-12", 1, 3, occupancy_status=3, occupancy_percentage=None))
    here, further = [
        (await ask(f"/v1/stops/town:{stop}/arrivals", lines="town:1"))["arrivals"][0]["crowding"] for stop in "BC"
    ]
    assert (here["basis"], further["basis"]) == ("observed", "estimated")
    assert here["crowding_level"] == further["crowding_level"] == 2
    assert here["probabilities"]["standing_room_only"] > further["probabilities"]["standing_room_only"]
    assert here["age_s"] == 40


async def test_no_data_is_absent(city: City, ask: Ask) -> None:
    city.tell("1", city.run("t1-12", 1, 3, occupancy_status=None, occupancy_percentage=None))
    arrivals = (await ask("/v1/stops/town:B/arrivals", lines="town:1"))["arrivals"]
    assert {each["run_id"]: each["crowding"] for each in arrivals}["town:t1-12:20260216"] is None
    assert arrivals[-1]["crowding"] is None


async def test_levels_have_the_deployments_cuts_and_colours(city: City, ask: Ask) -> None:
    city.view.crowding = CrowdingSettings(bus_cuts=(0.1, 0.2, 0.25), colors=("000001", "000002", "000003", "000004"))
    city.tell("1", city.run("t1-12", 1, 3, occupancy_percentage=30))
    crowding = (await ask("/v1/stops/town:B/arrivals", lines="town:1"))["arrivals"][0]["crowding"]
    assert (crowding["crowding_level"], crowding["name"], crowding["color"]) == (4, "severe", "000004")


async def test_a_train_says_where_to_board(city: City, ask: Ask) -> None:
    carriages = (Carriage(1, "a", None, 5), Carriage(2, "b", None, 1))
    city.tell("5", city.run("n6", 0, 2, occupancy_status=2, carriages=carriages))
    crowding = (await ask("/v1/stops/town:S1/arrivals"))["arrivals"][0]["crowding"]
    assert crowding["board_at"] == [2]
    assert [each["sequence"] for each in crowding["carriages"]] == [1, 2]


async def test_beyond_the_next_stop_the_load_that_the_tracker_foretold_is_told(city: City, ask: Ask) -> None:
    city.tell("1", city.run("t1-12", 1, 3, occupancy_percentage=30), loads=[(30, 10), (95, 10), (20, 30)])
    told = [(await ask(f"/v1/stops/town:{stop}/arrivals", lines="town:1"))["arrivals"][0]["crowding"] for stop in "BC"]
    assert [each["load_percentage"] for each in told] == [30, 95]
    assert [each["crowding_level"] for each in told] == [1, 4]
    assert [each["basis"] for each in told] == ["observed", "estimated"]
    assert told[1]["probabilities"]["full"] > 0.7
