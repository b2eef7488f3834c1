from collections.abc import Callable
from typing import Any

import pytest

from api.arrivals import day_at_stop
from schemas.line_forecasts import Basis, Carriage, RunState, Verdict, VerdictReason

City = Any
Ask = Callable[..., Any]
At = Callable[[str], int]


def _runs(answer: Any) -> list[str]:
    return [arrival["run_id"] for arrival in answer["arrivals"]]


async def test_a_tracked_run_is_told_by_its_vehicle_and_not_again_by_the_timetable(city: City, ask: Ask) -> None:
    city.tell("1", city.run("t1-12", 1, 3))
    answer = await ask("/v1/stops/town:B/arrivals", lines="town:1")
    runs = _runs(answer)
    assert len(runs) == len(set(runs))
    first = answer["arrivals"][0]
    assert first["run_id"] == "town:t1-12:20260216"
    assert first["basis"] == "live"
    assert first["expected_at"] == "2026-02-16T08:01:00-05:00"
    assert first["expected_early_at"] == "2026-02-16T08:00:40-05:00"
    assert first["expected_late_at"] == "2026-02-16T08:01:30-05:00"
    assert first["expected_departure_at"] == "2026-02-16T08:01:10-05:00"
    assert first["aimed_at"] == "2026-02-16T08:02:00-05:00"
    assert first["delay_s"] == -60
    assert first["distance_m"] == 300
    assert first["stops_away"] == 0
    assert first["vehicle_id"] == "town:v-t1-12"
    assert first["occupancy"]["status"] == "many_seats_available"
    assert {later["basis"] for later in answer["arrivals"][1:]} == {"schedule"}
    assert {later["verdict"] for later in answer["arrivals"][1:]} == {"not_tracked"}


async def test_a_run_past_the_stop_is_not_told_by_the_timetable_either(city: City, ask: Ask) -> None:
    city.tell("1", city.run("t1-12", 2, 2))
    answer = await ask("/v1/stops/town:B/arrivals", lines="town:1")
    assert "town:t1-12:20260216" not in _runs(answer)
    assert "town:t1-13:20260216" in _runs(answer)


async def test_a_vehicle_that_fell_silent_steps_down_to_the_timetable_and_says_so(city: City, ask: Ask) -> None:
    city.tell("1", city.run("t1-12", 1, 3, valid_until=int(city.now) + 30))
    city.now += 60
    first = (await ask("/v1/stops/town:C/arrivals", lines="town:1"))["arrivals"][0]
    assert first["run_id"] == "town:t1-12:20260216"
    assert (first["basis"], first["verdict"], first["verdict_reason"]) == ("schedule", "not_tracked", "silent")
    assert first["vehicle_id"] is None
    assert first["expected_at"] == first["aimed_at"] == "2026-02-16T08:04:00-05:00"


async def test_a_feed_that_is_down_is_the_reason_that_is_given(city: City, ask: Ask) -> None:
    city.tell("1", city.run("t1-12", 1, 3, valid_until=int(city.now) - 1), down_since=int(city.now) - 100)
    reasons = {each["verdict_reason"] for each in (await ask("/v1/stops/town:C/arrivals", lines="town:1"))["arrivals"]}
    assert reasons == {"feed_down"}


async def test_a_silent_vehicle_known_to_be_past_the_stop_does_not_come_back(city: City, ask: Ask) -> None:
    city.tell("1", city.run("t1-13", 2, 2, valid_until=int(city.now) - 1))
    assert "town:t1-13:20260216" not in _runs(await ask("/v1/stops/town:B/arrivals", lines="town:1"))


async def test_a_first_stop_answers_with_departures(city: City, ask: Ask) -> None:
    city.tell("1", city.run("t1-13", 0, 4, state=RunState.NOT_DEPARTED, progress_m=0.0), first_s=600)
    first = (await ask("/v1/stops/town:A/arrivals", lines="town:1"))["arrivals"][1]
    assert first["run_id"] == "town:t1-13:20260216"
    assert first["expected_at"] is None
    assert first["aimed_at"] is None
    assert first["aimed_departure_at"] == "2026-02-16T08:10:00-05:00"
    assert first["expected_departure_at"] == "2026-02-16T08:10:10-05:00"
    assert first["state"] == "not_departed"
    assert (first["boardable"], first["alightable"]) == (True, False)


async def test_a_last_stop_is_left_out_unless_alighting_is_asked_for(ask: Ask) -> None:
    answer = await ask("/v1/stops/town:D/arrivals", lines="town:1")
    assert answer["arrivals"] == []
    assert answer["reason"] == "nothing_matches"
    answer = await ask("/v1/stops/town:D/arrivals", lines="town:1", include="alight_only")
    assert answer["reason"] is None
    assert {each["boardable"] for each in answer["arrivals"]} == {False}
    assert answer["arrivals"][0]["aimed_departure_at"] is None


async def test_on_a_loop_each_visit_is_a_call_of_its_own(city: City, ask: Ask) -> None:
    city.tell("2", city.run("t2-0", 1, 4))
    visits = (await ask("/v1/stops/town:E/arrivals", lines="town:2"))["arrivals"]
    assert [visit["stop_sequence"] for visit in visits] == [20, 40]
    assert [visit["stops_away"] for visit in visits] == [0, 2]
    assert visits[0]["distance_m"] < visits[1]["distance_m"]
    city.tell("2", city.run("t2-0", 2, 3))
    visits = (await ask("/v1/stops/town:E/arrivals", lines="town:2"))["arrivals"]
    assert [visit["stop_sequence"] for visit in visits] == [40]


async def test_a_station_answers_for_all_its_platforms(ask: Ask) -> None:
    answer = await ask("/v1/stops/town:S/arrivals", include="alight_only")
    assert {each["stop"]["id"] for each in answer["arrivals"]} == {"town:S1", "town:S2"}
    assert answer["stop"]["kind"] == "station"
    boardable = await ask("/v1/stops/town:S/arrivals")
    assert {each["stop"]["id"] for each in boardable["arrivals"]} == {"town:S1"}


async def test_a_line_that_runs_by_headway_answers_without_a_clock_time(ask: Ask) -> None:
    answer = await ask("/v1/stops/town:B/arrivals", lines="town:3")
    assert len(answer["arrivals"]) == 1
    only = answer["arrivals"][0]
    assert only["every_s"] == 600
    assert {only[field] for field in ("aimed_at", "expected_at", "expected_departure_at", "run_id")} == {None}


async def test_a_vehicle_of_a_line_that_runs_by_headway_has_a_time_but_none_it_was_aimed_at(
    city: City, ask: Ask
) -> None:
    city.tell("3", city.run("t3-0", 1, 2, start_time_s=8 * 3600))
    only = (await ask("/v1/stops/town:B/arrivals", lines="town:3"))["arrivals"][0]
    assert only["expected_at"] == "2026-02-16T08:01:00-05:00"
    assert only["aimed_at"] is None
    assert only["run_id"] == "town:t3-0:20260216:28800"


async def test_runs_of_an_exact_frequency_are_told_one_by_one(city: City, ask: Ask, at: At) -> None:
    city.now = at("2026-02-16 09:05:00")
    answer = await ask("/v1/stops/town:E/arrivals", lines="town:4")
    assert _runs(answer) == [f"town:t4-0:20260216:{start}" for start in (33300, 34200, 35100)]
    assert answer["arrivals"][0]["aimed_at"] == "2026-02-16T09:17:00-05:00"


async def test_per_line_keeps_a_rare_line_from_being_crowded_out(city: City, ask: Ask, at: At) -> None:
    city.now = at("2026-02-16 11:05:00")
    crowded = await ask("/v1/stops/town:A/arrivals", limit=3)
    assert "6" not in {each["line"]["short_name"] for each in crowded["arrivals"]}
    fair = await ask("/v1/stops/town:A/arrivals", limit=4, per_line=1)
    assert sorted(each["line"]["short_name"] for each in fair["arrivals"]) == ["1", "3", "6"]


async def test_after_midnight_a_run_belongs_to_yesterday(city: City, ask: Ask, at: At) -> None:
    city.now = at("2026-02-17 00:25:00")
    first = (await ask("/v1/stops/town:B/arrivals", lines="town:1"))["arrivals"][0]
    assert first["service_date"] == "2026-02-16"
    assert first["run_id"].endswith(":20260216")
    assert first["aimed_at"] == "2026-02-17T00:32:00-05:00"


@pytest.mark.parametrize(
    ("night", "aimed_at"),
    [("2026-03-08", "2026-03-08T06:02:00-04:00"), ("2026-11-01", "2026-11-01T06:02:00-05:00")],
)
async def test_the_clock_is_right_on_the_nights_it_is_changed(
    city: City, ask: Ask, at: At, night: str, aimed_at: str
) -> None:
    city.now = at(f"{night} 05:30:00")
    assert (await ask("/v1/stops/town:B/arrivals", lines="town:1"))["arrivals"][0]["aimed_at"] == aimed_at


@pytest.mark.parametrize(
    ("when", "line", "reason", "next_at"),
    [
        ("2026-02-16 04:00:00", "1", "not_started", "2026-02-16T06:00:00-05:00"),
        ("2026-02-16 12:30:00", "6", "ended", "2026-02-17T12:00:00-05:00"),
        ("2026-02-17 01:22:30", "1", "last_gone", "2026-02-17T06:00:00-05:00"),
        ("2026-02-17 01:40:00", "1", "ended", "2026-02-17T06:00:00-05:00"),
        ("2026-02-16 06:00:00", "2", "not_started", "2026-02-16T08:00:00-05:00"),
    ],
)
async def test_an_empty_list_has_its_reason(
    city: City, ask: Ask, at: At, when: str, line: str, reason: str, next_at: str
) -> None:
    city.now = at(when)
    answer = await ask("/v1/stops/town:A/arrivals", lines=f"town:{line}", minutes=30)
    assert (answer["arrivals"], answer["reason"], answer["next_at"]) == ([], reason, next_at)


async def test_an_expired_timetable_is_said_and_its_last_week_repeated(city: City, ask: Ask, at: At) -> None:
    city.now = at("2027-01-04 08:00:00")
    answer = await ask("/v1/stops/town:B/arrivals", lines="town:1")
    assert [warning["code"] for warning in answer["warnings"]] == ["timetable_expired"]
    assert answer["arrivals"][0]["service_date"] == "2027-01-04"


async def test_a_state_belongs_to_the_next_stop_only(city: City, ask: Ask) -> None:
    city.tell("1", city.run("t1-12", 1, 3, state=RunState.AT_STOP))
    assert (await ask("/v1/stops/town:B/arrivals", lines="town:1"))["arrivals"][0]["state"] == "at_stop"
    assert (await ask("/v1/stops/town:C/arrivals", lines="town:1"))["arrivals"][0]["state"] == "en_route"


async def test_no_report_of_crowding_never_reads_as_empty(city: City, ask: Ask) -> None:
    silent = city.run("t1-12", 1, 3, occupancy_status=7, occupancy_percentage=None)
    city.tell("1", silent)
    assert (await ask("/v1/stops/town:B/arrivals", lines="town:1"))["arrivals"][0]["occupancy"] is None


async def test_carriages_that_bear_labels_alone_are_no_report_of_crowding(city: City, ask: Ask) -> None:
    silent = {"occupancy_status": None, "occupancy_percentage": None}
    city.tell("1", city.run("t1-12", 1, 3, carriages=(Carriage(1, "c1", "1701", None, -1),), **silent))
    assert (await ask("/v1/stops/town:B/arrivals", lines="town:1"))["arrivals"][0]["occupancy"] is None


async def test_a_feed_that_comes_in_while_no_line_answers_it_is_said(city: City, ask: Ask) -> None:
    city.tell("1", city.run("t1-12", 1, 3))
    now = int(city.now)
    city.view.take_feeds({"town": city.feed(polled_at=now + 60, since=now - 600, lines=3)}, now + 60)
    assert (await ask("/v1/stops/town:B/arrivals", lines="town:1"))["warnings"] == []
    city.view.take_feeds({"town": city.feed(polled_at=now + 61, since=now - 600, lines=3)}, now + 61)
    warnings = (await ask("/v1/stops/town:B/arrivals", lines="town:1", limit=9))["warnings"]
    assert [warning["code"] for warning in warnings] == ["tracking_behind"]
    assert warnings[0]["since"] == "2026-02-16T08:00:00-05:00"


async def test_carriages_are_told_one_by_one(city: City, ask: Ask) -> None:
    carriages = (Carriage(1, "c1", "I", 3, 80), Carriage(2, "c2", None, None))
    city.tell("1", city.run("t1-12", 1, 3, carriages=carriages))
    occupancy = (await ask("/v1/stops/town:B/arrivals", lines="town:1"))["arrivals"][0]["occupancy"]
    assert occupancy["carriages"] == [
        {"sequence": 1, "id": "c1", "label": "I", "status": "standing_room_only", "percentage": 80},
        {"sequence": 2, "id": "c2", "label": None, "status": None, "percentage": None},
    ]


async def test_beyond_the_forecasts_a_tracked_run_is_told_by_the_timetable_as_late_as_it_is(
    city: City, ask: Ask
) -> None:
    city.tell("1", city.run("t1-12", 1, 1, delay_s=300))
    told = (await ask("/v1/stops/town:C/arrivals", lines="town:1"))["arrivals"]
    mine = next(each for each in told if each["run_id"] == "town:t1-12:20260216")
    assert mine["basis"] == "schedule"
    assert mine["vehicle_id"] == "town:v-t1-12"
    assert mine["expected_at"] == "2026-02-16T08:09:00-05:00"
    assert mine["delay_s"] == 300
    assert mine["expected_early_at"] is None


async def test_a_call_that_will_be_passed_by_is_not_coming(city: City, ask: Ask) -> None:
    city.tell("1", city.run("t1-12", 1, 3, skipped=(2,), verdict_reason=VerdictReason.DETOUR))
    mine = (await ask("/v1/stops/town:C/arrivals", lines="town:1"))["arrivals"][0]
    assert (mine["verdict"], mine["verdict_reason"], mine["expected_at"]) == ("not_coming", "detour", None)


async def test_withheld_forecasts_give_no_time(city: City, ask: Ask) -> None:
    city.tell("1", city.run("t1-12", 1, 3, basis=Basis.WITHHELD, verdict=Verdict.AT_RISK))
    mine = (await ask("/v1/stops/town:B/arrivals", lines="town:1"))["arrivals"][0]
    assert (mine["basis"], mine["verdict"], mine["expected_at"]) == ("withheld", "at_risk", None)


async def test_lines_that_do_not_call_are_told_without_a_look_at_the_timetables_days(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(day_at_stop, "_calls_of", lambda *_: pytest.fail("a day was read"))
    told = await ask("/v1/stops/town:B/arrivals", lines="town:none")
    assert (told["reason"], told["next_at"], told["arrivals"]) == ("nothing_matches", None, [])
