from collections.abc import Callable
from typing import Any

import httpx
import pytest

from schemas.line_forecasts import RunState

City = Any
Ask = Callable[..., Any]
At = Callable[[str], int]


@pytest.mark.parametrize(
    ("path", "status", "problem"),
    [
        ("/v1/nowhere", 404, "not-found"),
        ("/v1/stops/town%3AZ/arrivals", 404, "unknown-stop"),
        ("/v1/stops/Z", 404, "unknown-stop"),
        ("/v1/lines/town%3AZ", 404, "unknown-line"),
        ("/v1/vehicles/town%3AZ", 404, "unknown-vehicle"),
        ("/v1/runs/town%3At1-0", 404, "unknown-run"),
        ("/v1/runs/town%3At1-0%3A20260231", 404, "unknown-run"),
        ("/v1/runs/town%3At1-0%3A20250101", 404, "unknown-run"),
        ("/v1/runs/town%3At1-0%3A00000000", 404, "unknown-run"),
        ("/v1/runs/town%3At1-0%3A%D9%A32026021", 404, "unknown-run"),
        ("/v1/stops/", 404, "not-found"),
        ("/v1/stops/town%3AB/", 404, "not-found"),
        ("/v1/stops", 422, "invalid-parameter"),
        ("/v1/stops?near=1,2&query=b", 422, "invalid-parameter"),
        ("/v1/stops?near=nan,2", 422, "invalid-parameter"),
        ("/v1/stops?near=100,2", 422, "invalid-parameter"),
        ("/v1/stops?near=1,2&radius_m=99999", 422, "invalid-parameter"),
        ("/v1/stops/town%3AB/arrivals?limit=0", 422, "invalid-parameter"),
        ("/v1/stops/town%3AB/arrivals?minutes=5&horizon_s=300", 422, "invalid-parameter"),
        ("/v1/stops/town%3AB/arrivals?lines=other%3A1", 422, "invalid-parameter"),
        ("/v1/stops/town%3AB/arrivals?include=all", 422, "invalid-parameter"),
        ("/v1/stops/" + "x" * 400, 422, "invalid-parameter"),
    ],
)
async def test_a_request_that_cannot_be_answered_is_told_why(
    client: httpx.AsyncClient, path: str, status: int, problem: str
) -> None:
    answered = await client.get(path)
    assert answered.status_code == status
    assert answered.headers["content-type"] == "application/problem+json"
    told = answered.json()
    assert (told["type"], told["status"]) == (f"/problems/{problem}", status)
    assert told["detail"]


async def test_a_date_that_no_calendar_has_is_named(client: httpx.AsyncClient) -> None:
    told = (await client.get("/v1/runs/town%3At1-0%3A20261399")).json()
    assert told["detail"] == "'town:t1-0:20261399': no calendar has a day 20261399."


async def test_other_pages_may_read_all_but_what_is_for_our_own(client: httpx.AsyncClient) -> None:
    assert (await client.get("/health/live")).headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in (await client.get("/console/session")).headers


async def test_only_get_is_taken(client: httpx.AsyncClient) -> None:
    answered = await client.post("/v1/lines")
    assert (answered.status_code, answered.json()["type"]) == (405, "/problems/method-not-allowed")


async def test_an_unchanged_answer_is_304_until_its_line_changes(city: City, client: httpx.AsyncClient) -> None:
    path = "/v1/stops/town%3AB/arrivals"
    etag = (await client.get(path)).headers["etag"]
    unchanged = await client.get(path, headers={"If-None-Match": etag})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    city.tell("1", city.run("t1-12", 1, 3))
    assert (await client.get(path, headers={"If-None-Match": etag})).status_code == 200


async def test_a_long_answer_is_compressed_for_who_takes_it(client: httpx.AsyncClient) -> None:
    path = "/v1/stops/town%3AB/arrivals"
    packed = await client.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    plain = await client.get(path, headers={"Accept-Encoding": "gzip;q=0"})
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()


async def test_stops_are_found_without_accents_or_capitals(ask: Ask) -> None:
    assert [stop["id"] for stop in (await ask("/v1/stops", query="arbol"))["stops"]] == ["town:A"]
    assert (await ask("/v1/stops", query="UNION"))["stops"][0]["kind"] == "station"


async def test_a_vehicle_is_forgotten_once_it_is_silent_too_long(city: City, client: httpx.AsyncClient) -> None:
    city.tell("1", city.run("t1-12", 1, 3))
    assert (await client.get("/v1/vehicles/town%3Av-t1-12")).json()["progress_m"] > 0
    city.now += 91
    city.view.rendered.drop_all()
    assert (await client.get("/v1/vehicles/town%3Av-t1-12")).status_code == 404
    assert (await client.get("/v1/lines/town%3A1/vehicles")).json()["vehicles"] == []


async def test_a_vehicle_whose_run_is_over_is_not_said_to_come(city: City, ask: Ask) -> None:
    city.tell("1", city.run("t1-12", 4, 0, state=RunState.FINISHED))
    told = [
        await ask("/v1/vehicles/town%3Av-t1-12"),
        (await ask("/v1/lines/town%3A1/vehicles"))["vehicles"][0],
        await ask("/v1/runs/town%3At1-12%3A20260216"),
    ]
    assert [(each["verdict"], each["verdict_reason"]) for each in told] == [(None, None)] * 3
    assert told[0]["state"] == "finished"


async def test_a_feed_whose_own_time_stands_still_is_stale_and_every_answer_says_so(city: City, ask: Ask) -> None:
    stood_since = int(city.now) - 2 * 365 * 86_400
    city.view.take_feeds({"town": city.feed(header_at=stood_since, lines=0)}, city.now)
    feeds = await ask("/v1/feeds")
    assert feeds["feeds"][0]["state"] == "stale"
    for path in ("/v1/stops/town:B/arrivals", "/v1/lines/town:1", "/v1/lines/town%3A1/vehicles", "/v1/feeds"):
        warnings = (await ask(path))["warnings"]
        assert [(each["code"], each["since"]) for each in warnings] == [("feed_stale", "2024-02-17T08:00:00-05:00")]


async def test_a_feed_that_is_up_again_says_when_its_last_error_was(city: City, ask: Ask, at: At) -> None:
    failed = city.feed(last_error="HTTP 503", last_error_at=at("2026-02-16 07:10:00"))
    city.view.take_feeds({"town": failed}, city.now)
    feed = (await ask("/v1/feeds"))["feeds"][0]
    told = (feed["state"], feed["last_error"], feed["last_error_at"])
    assert told == ("up", "HTTP 503", "2026-02-16T07:10:00-05:00")


async def test_a_feed_five_minutes_behind_is_not_yet_stale(city: City, ask: Ask) -> None:
    city.view.take_feeds({"town": city.feed(polled_at=int(city.now), header_at=int(city.now) - 300)}, city.now)
    assert (await ask("/v1/feeds"))["feeds"][0]["state"] == "up"


async def test_a_runs_calls_behind_it_are_departed_and_foretell_nothing(city: City, ask: Ask) -> None:
    city.tell("1", city.run("t1-12", 2, 2))
    run = await ask("/v1/runs/town%3At1-12%3A20260216")
    assert [call["state"] for call in run["calls"]] == ["departed", "departed", "en_route", "en_route"]
    assert [call["expected_at"] is None for call in run["calls"]] == [True, True, False, False]


async def test_an_expired_timetable_is_said_in_feeds(city: City, ask: Ask, at: At) -> None:
    city.now = at("2027-02-01 08:00:00")
    city.view.take_feeds({"town": city.feed()}, city.now)
    feeds = await ask("/v1/feeds")
    assert feeds["feeds"][0]["timetable_expired"]
    assert feeds["timetables"][0]["expired"]
    assert feeds["warnings"][0]["code"] == "timetable_expired"


async def test_a_replayed_recording_is_answered_by_its_own_clock(city: City, ask: Ask, at: At) -> None:
    recorded_at = at("2026-02-16 08:00:00")
    city.tell("1", city.run("t1-12", 1, 3))
    city.now = at("2026-11-23 22:00:00")
    city.view.take_feeds({"town": city.feed(recorded=True, polled_at=recorded_at)}, city.now)
    first = (await ask("/v1/stops/town%3AB/arrivals", lines="town:1"))["arrivals"][0]
    assert (first["run_id"], first["basis"]) == ("town:t1-12:20260216", "live")


async def test_coverage_says_which_runs_are_due_and_why_others_are_not_tracked(city: City, ask: Ask) -> None:
    city.tell("1", city.run("t1-12", 1, 3, valid_until=int(city.now) - 1))
    lines = {line["line"]["id"]: line for line in (await ask("/v1/coverage"))["lines"]}
    assert (lines["town:1"]["due_now"], lines["town:1"]["tracked_now"]) == (1, 0)
    assert lines["town:1"]["why_not"] == {"vehicle_silent": 1}
    assert lines["town:2"]["why_not"] == {"line_never_spoke": 1}
