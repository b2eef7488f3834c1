from collections.abc import Callable
from typing import Any

import httpx

from schemas.line_forecasts import Basis, VerdictReason

City = Any
Ask = Callable[..., Any]
At = Callable[[str], int]


def _trunk(city: City, *runs: Any, firsts: tuple[int, ...]) -> None:
    """Runs of the trunk, each making its next call so many seconds from now."""
    told = [city.forecasts("1", [run], first_s=first) for run, first in zip(runs, firsts, strict=True)]
    city.tell("1", *runs)
    line = city.view.lines["town:1"]
    times = b"".join(each.times for each in told)
    object.__setattr__(line, "times", memoryview(times).cast("h"))


async def test_headways_are_taken_where_both_vehicles_still_come(city: City, ask: Ask) -> None:
    _trunk(city, city.run("t1-11", 2, 2), city.run("t1-12", 1, 3), city.run("t1-13", 1, 3), firsts=(60, 100, 820))
    answer = await ask("/v1/lines/town:1/conditions")
    (direction,) = answer["directions"]
    assert direction["vehicles"] == 3
    assert (direction["now"]["min_s"], direction["now"]["max_s"]) == (160, 720)
    assert direction["now"]["expected_wait_s"] == round((160**2 + 720**2) / (2 * 880), 1)
    assert direction["planned"]["mean_s"] == 600


async def test_bunching_and_gaps_are_told_against_the_plan(city: City, ask: Ask) -> None:
    _trunk(city, city.run("t1-11", 1, 3), city.run("t1-12", 1, 3), city.run("t1-13", 1, 3), firsts=(60, 90, 1_500))
    now = (await ask("/v1/lines/town:1/conditions"))["directions"][0]["now"]
    assert (now["headways"], now["bunched"], now["gaps"]) == (2, 1, 1)


async def test_a_silent_vehicle_counts_for_nothing(city: City, ask: Ask) -> None:
    city.tell("1", city.run("t1-12", 1, 3, valid_until=int(city.now) - 1))
    answer = await ask("/v1/lines/town:1/conditions")
    assert answer["service"] == {"due": 1, "tracked": 0, "ratio": 0.0, "level": "none"}
    assert answer["speed_mps"] is None


async def test_a_feed_that_is_down_leaves_the_level_unknown(city: City, ask: Ask) -> None:
    city.tell("1", city.run("t1-12", 1, 3), down_since=int(city.now) - 60)
    assert (await ask("/v1/lines/town:1/conditions"))["service"]["level"] == "unknown"


async def test_a_line_by_headway_has_runs_due_and_a_plan(ask: Ask) -> None:
    answer = await ask("/v1/lines/town:3/conditions")
    assert answer["service"]["due"] >= 1
    assert answer["directions"][0]["planned"]["mean_s"] == 600


async def test_after_midnight_the_last_run_is_yesterdays_and_says_that_it_is_the_last(
    city: City, ask: Ask, at: At
) -> None:
    city.now = float(at("2026-02-17 01:10:00"))
    answer = await ask("/v1/stops/town:B/arrivals", lines="town:1")
    assert [(each["service_date"], each["last"]) for each in answer["arrivals"]] == [
        ("2026-02-16", False),
        ("2026-02-16", True),
    ]
    ends = await ask("/v1/stops/town:B/first-last")
    assert ends["service_date"] == "2026-02-16"
    city.now = float(at("2026-02-17 01:30:00"))
    assert (await ask("/v1/stops/town:B/first-last"))["service_date"] == "2026-02-17"


async def test_a_day_can_be_asked_for(ask: Ask, client: httpx.AsyncClient) -> None:
    assert (await ask("/v1/stops/town:B/first-last", service_date="2026-03-01"))["service_date"] == "2026-03-01"
    refused = await client.get("/v1/stops/town:B/first-last", params={"service_date": "1999-01-01"})
    assert refused.status_code == 422
    assert "service_date" in refused.json()["detail"]


async def test_a_line_that_comes_often_is_told_headway_first(city: City, ask: Ask) -> None:
    _trunk(city, city.run("t1-11", 1, 3), city.run("t1-12", 1, 3), firsts=(60, 300))
    headways = (await ask("/v1/stops/town:B/arrivals", lines="town:1"))["headways"]
    assert headways[0]["line_id"] == "town:1"
    assert headways[0]["next_s"] == 60
    assert headways[0]["min_s"] == 240


async def test_no_line_counts_down_to_a_vehicle_that_is_held_or_whose_times_are_withheld(city: City, ask: Ask) -> None:
    held = {"verdict_reason": VerdictReason.HELD, "held_s": 200}
    _trunk(city, city.run("t1-11", 1, 3, **held), city.run("t1-12", 1, 3), firsts=(5, 305))
    (told,) = (await ask("/v1/stops/town:B/arrivals", lines="town:1"))["headways"]
    assert (told["next_s"], told["min_s"]) == (305, 300)
    _trunk(city, city.run("t1-11", 1, 3, basis=Basis.WITHHELD), city.run("t1-12", 1, 3), firsts=(5, 305))
    assert (await ask("/v1/stops/town:B/arrivals", lines="town:1"))["headways"][0]["next_s"] == 305


async def test_a_line_that_comes_seldom_is_told_by_its_times(ask: Ask) -> None:
    assert (await ask("/v1/stops/town:S/arrivals", lines="town:5"))["headways"] == []


async def test_a_run_says_itself_whether_it_is_the_days_last(city: City, ask: Ask) -> None:
    trips = sorted((trip for trip in city.timetable.trip_id if trip.startswith("t1-")), key=lambda trip: int(trip[3:]))
    said = [(await ask(f"/v1/runs/town%3A{trip}%3A20260216"))["last"] for trip in (trips[0], trips[-2], trips[-1])]
    assert said == [False, False, True]


async def test_crowding_now_is_told_where_a_vehicle_reports_it_and_absent_elsewhere(city: City, ask: Ask) -> None:
    city.tell("1", city.run("t1-12", 1, 3, occupancy_percentage=70, occupancy_status=3))
    told = (await ask("/v1/lines/town%3A1/conditions"))["crowding"]
    assert [(each["vehicles"], each["reporting"], each["name"]) for each in told] == [(1, 1, "crowded")]
    assert [(each["from"]["id"], each["to"]["id"]) for each in told[0]["sections"]] == [("town:A", "town:B")]
    city.tell("1", city.run("t1-12", 1, 3, occupancy_percentage=None, occupancy_status=7))
    assert (await ask("/v1/lines/town%3A1/conditions"))["crowding"] == []
