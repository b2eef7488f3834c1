"""``?as_of=``: what was served then is what is said of it now, out of what the recorder kept."""

import dataclasses
import json
import threading
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import httpx
import pytest

from api.past.past_view import PastView
from api.past.read_past import PastReader
from api.reached.view_for import STATE
from runtime.ledger.migrate import migrate
from runtime.ledger.overrides import OverrideRow
from runtime.recordings.kept_values import LINES
from runtime.settings import Settings
from schemas.overrides import Override, OverrideKind
from schemas.service_alerts import FeedAlerts, InformedEntity, ServiceAlert
from schemas.timetable_versions import TimetableVersion, TimetableVersions
from tests.api.past.recorded import record, written
from transit.crosswalk.entries import Kind
from transit.crosswalk.own_ids import OwnIds
from transit.grants.area import Area
from transit.grants.reach import EVERYTHING, Reach

if TYPE_CHECKING:
    from runtime.ledger.database import Ledger

City = Any
Ask = Callable[..., Any]

ASKED = (
    "/v1/stops/town%3AB/arrivals",
    "/v1/stops/town%3AS/arrivals",
    "/v1/stops/town%3AC/arrivals",
    "/v1/lines/town%3A1/vehicles",
    "/v1/runs/town%3At1-12%3A20260216",
    "/v1/vehicles/town%3Av-t1-12",
)
ALERT = ServiceAlert(
    "7", cause=10, effect=1, severity=3, periods=(), informed=(InformedEntity(line_id="1", stop_id="D"),),
    header=(("en", "Docks closed"),), description=(), url=(),
)  # fmt: skip


@pytest.fixture
async def morning(city: City, tmp_path: Path, sqlite_url: str) -> AsyncIterator[City]:
    """Eight in the morning: vehicles on two lines, a feed that is down, an alert and an override; all of it kept."""
    application = city.api.application
    application.state.past = PastReader(city.view, tmp_path / "archive")
    application.state.affairs.settings = Settings(database=sqlite_url)
    ledger: Ledger = application.state.affairs.ledger
    await migrate(ledger)
    override = Override(
        id="o1", kind=OverrideKind.CLOSE_STOP, stops=("town:C",), starts_at=int(city.now) - 60,
        ends_at=int(city.now) + 60, text_en="Parade", actor="Li", made_at_ms=int(city.now - 60) * 1000,
    )  # fmt: skip
    async with ledger.write() as session:
        named = {name: getattr(override, name) for name in Override.__struct_fields__ if name != "direction_id"}
        session.add(OverrideRow(**named | {"stops": ["town:C"]}))
    versions = (TimetableVersion(hash=city.timetable.hash, from_service_date=None, activated_at=0, source="test"),)
    city.view.take_versions({"town": TimetableVersions(name="town", versions=versions)})
    city.tell("1", city.run("t1-12", 1, 3), city.run("t1-11", 2, 2), loads=[(40, 8)] * 5)
    city.tell("5", city.run("n6", 1, 1))
    city.view.take_feeds({"town": city.feed(down_since=int(city.now) - 100)}, city.now)
    city.view.said.read = {"town": FeedAlerts("town", "town", int(city.now - 50) * 1000, (ALERT,))}
    city.api.streams.overrides.take([override], city.now)
    record(city, tmp_path / "archive")
    yield city
    await ledger.close()


@pytest.mark.parametrize("path", ASKED)
async def test_what_was_served_then_is_what_is_said_of_it_now(morning: City, ask: Ask, path: str) -> None:
    served, at = await ask(path), morning.now
    morning.now += 600
    morning.tell("1", morning.run("t1-13", 1, 3), morning.run("t1-12", 2, 2), first_s=400)
    morning.tell("5")
    morning.view.take_feeds({"town": morning.feed()}, morning.now)
    morning.view.said.read = {}
    morning.api.streams.overrides.take([], morning.now)
    assert await ask(path) != served
    told = await ask(path, as_of=written(at + 0.4))
    rests_on = told.pop("as_of")
    assert told == served
    assert rests_on["at"] == written(at)
    assert {each["computed_at"] for each in rests_on["lines"]} <= {written(at)}
    assert bool(rests_on["lines"])


async def test_a_batch_of_the_past_is_what_was_served_then_and_an_item_unknown_then_has_its_problem(
    morning: City, client: httpx.AsyncClient
) -> None:
    items = {
        "stops": ["town:B", "town:nowhere", "mars:1"],
        "lines": ["town:1"],
        "vehicles": ["town:v-t1-12", "town:v-n6", "town:nobody"],
    }
    served, at = (await client.post("/v1/arrivals", json=items)).json(), morning.now
    assert served["failed"] == 3
    morning.now += 600
    morning.tell("1", morning.run("t1-13", 1, 3), first_s=400)
    morning.tell("5")
    morning.view.take_feeds({"town": morning.feed()}, morning.now)
    morning.view.said.read = {}
    morning.api.streams.overrides.take([], morning.now)
    assert (await client.post("/v1/arrivals", json=items)).json() != served
    told = (await client.post("/v1/arrivals", json=items, params={"as_of": written(at)})).json()
    rests_on = told.pop("as_of")
    assert told == served
    assert rests_on["at"] == written(at)
    assert {"town:1", "town:5"} <= {each["line_id"] for each in rests_on["lines"]}
    got = await client.get("/v1/arrivals", params={"stops": "town:B", "as_of": written(at)})
    assert got.json()["items"] == served["items"][:1]
    nowhere = await client.get("/v1/arrivals", params={"stops": "mars:1", "as_of": written(at)})
    assert (nowhere.status_code, nowhere.json()["type"]) == (422, "/problems/invalid-parameter")


async def test_a_batch_of_the_past_tells_what_is_granted_now_and_in_the_partners_own_ids(morning: City) -> None:
    at = written(morning.now)
    area = Reach(fields=frozenset({"expected"}), areas=(Area(lines=frozenset({"town:1"})),))
    asked = {"stops": "town:B,town:S", "vehicles": "town:v-n6", "as_of": at}
    async with client_within(morning, area) as client:
        told = (await client.get("/v1/arrivals", params=asked)).json()
        assert [each["line_id"] for each in told["as_of"]["lines"]] == ["town:1"]
        assert {each["line"]["id"] for each in told["items"][0]["answer"]["arrivals"]} == {"town:1"}
        assert "distance_m" not in told["items"][0]["answer"]["arrivals"][0]
        assert told["items"][2]["status"] != 200
    own = OwnIds(b"d", {("town", Kind.LINES): {"trunk": "1"}, ("town", Kind.STOPS): {"bridge": "B"}})
    partner = SimpleNamespace(agreements=SimpleNamespace(own_ids=own))
    async with client_within(morning, EVERYTHING, partner=partner) as client:
        told = (await client.get("/v1/arrivals", params={"stops": "own:bridge", "as_of": at})).json()
        assert told["items"][0]["status"] == 200
        assert "trunk" in {each.get("own_line_id") for each in told["as_of"]["lines"]}


NEARBY: dict[str, object] = {"near": "40.0100,-75.0000", "radius_m": 2500, "limit": 3}


async def test_what_was_nearby_is_told_as_it_was_served_then(morning: City, ask: Ask) -> None:
    served, at = await ask("/v1/nearby", **NEARBY), morning.now
    assert served["stops"][0]["id"] == "town:B"
    assert len(served["stops"]) == 3
    morning.now += 600
    morning.tell("1", morning.run("t1-13", 1, 3), first_s=400)
    morning.view.take_feeds({"town": morning.feed()}, morning.now)
    morning.api.streams.overrides.take([], morning.now)
    assert await ask("/v1/nearby", **NEARBY) != served
    told = await ask("/v1/nearby", **NEARBY, as_of=written(at))
    rests_on = told.pop("as_of")
    assert told == served
    assert rests_on["at"] == written(at)
    assert "town:1" in {each["line_id"] for each in rests_on["lines"]}
    nowhere = await ask("/v1/nearby", near="10,10", as_of=written(at))
    assert (nowhere["stops"], nowhere["as_of"]) == ([], {"at": written(at), "lines": []})


async def test_what_was_nearby_is_told_as_far_as_the_grant_goes_now(morning: City) -> None:
    reach = Reach(fields=frozenset({"expected"}), areas=(Area(lines=frozenset({"town:2"})),))

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await morning.api.app({**scope, "state": {STATE: reach}}, receive, send)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://headway.test") as partner:
        asked = {name: str(value) for name, value in NEARBY.items()}
        served = (await partner.get("/v1/nearby", params=asked)).json()
        told = (await partner.get("/v1/nearby", params=asked | {"as_of": written(morning.now)})).json()
    assert told.pop("as_of") == {"at": written(morning.now), "lines": []}
    assert told == served
    assert {line["id"] for stop in told["stops"] for line in stop["lines"]} == {"town:2"}
    assert "distance_m" not in json.dumps([stop["arrivals"] for stop in told["stops"]])


async def test_an_override_that_was_over_by_then_is_not_in_it(morning: City, ask: Ask) -> None:
    morning.now += 600
    closed = [await ask(ASKED[2], as_of=written(morning.now - 600 + later_s)) for later_s in (0, 61)]
    assert [[each["code"] for each in answer["warnings"]].count("service_alert") for answer in closed] == [1, 0]


async def test_an_offset_whose_plus_sign_came_as_a_space_is_read(morning: City, client: httpx.AsyncClient) -> None:
    then = datetime.fromtimestamp(morning.now, ZoneInfo("Asia/Shanghai")).isoformat()
    for query in (then, quote(then)):
        answered = await client.get(f"{ASKED[0]}?as_of={query}")
        assert answered.status_code == 200, answered.text
        assert answered.json()["as_of"]["at"] == written(morning.now)


@pytest.mark.parametrize(
    ("as_of", "problem"),
    [
        ("2026-02-16T08:00:01-05:00", "invalid-parameter"),
        ("2026-02-16T08:00:00", "invalid-parameter"),
        ("at eight", "invalid-parameter"),
        ("2026-01-17T07:59:59-05:00", "not-kept"),
        ("2026-02-15T08:00:00-05:00", "not-kept"),
    ],
)
async def test_a_moment_that_is_not_kept_is_refused_in_words_that_help(
    morning: City, client: httpx.AsyncClient, as_of: str, problem: str
) -> None:
    assert morning.now
    answered = await client.get(ASKED[0], params={"as_of": as_of})
    assert answered.json()["type"] == f"/problems/{problem}"
    assert len(answered.json()["detail"]) > 20


async def test_a_deployment_without_an_archive_says_so(city: City, client: httpx.AsyncClient) -> None:
    assert city.api.application.state.past is None
    answered = await client.get(ASKED[0], params={"as_of": "2026-02-16T07:59:00-05:00"})
    assert (answered.status_code, answered.json()["type"]) == (404, "/problems/not-kept")


async def test_a_damaged_archive_is_said_to_be_so_without_its_place(
    morning: City, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    for place in (tmp_path / "archive" / LINES).glob("*.sqlite"):
        place.write_bytes(b"no database" * 100)
    answered = await client.get(ASKED[0], params={"as_of": written(morning.now)})
    assert (answered.status_code, answered.json()["type"]) == (404, "/problems/not-kept")
    assert str(tmp_path) not in answered.text


async def test_a_timetable_that_is_in_force_no_more_still_answers_for_its_day(morning: City, ask: Ask) -> None:
    served, at = await ask(ASKED[0]), morning.now
    old, newer = morning.timetable, dataclasses.replace(morning.timetable, hash="0" * 16)
    morning.now += 3 * 86_400
    versions = tuple(
        TimetableVersion(hash=each.hash, from_service_date=None, activated_at=since, source="test")
        for each, since in ((old, 0), (newer, int(at) + 86_400))
    )
    shelf = morning.view.shelf
    shelf._load = {old.hash: old, newer.hash: newer}.__getitem__
    shelf.keep(shelf.read(newer.hash))
    del shelf._mapped[old.hash]
    morning.view.take_versions({"town": TimetableVersions(name="town", versions=versions)})
    morning.view.drop_line("town:1")
    morning.view.drop_line("town:5")
    assert (await ask(ASKED[0]))["timetable"] == newer.hash
    told = await ask(ASKED[0], as_of=written(at))
    assert told.pop("as_of")["at"] == written(at)
    assert told == served


async def test_a_run_that_no_timetable_of_then_has_is_unknown_and_no_line_is_read_for_it(
    morning: City, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[tuple[str, ...]] = []
    monkeypatch.setattr("api.past.read_past.read_known", lambda _folder, _name, keys, _at: read.append(tuple(keys)))
    answered = await client.get("/v1/runs/town%3Anonsense%3A20260216", params={"as_of": written(morning.now)})
    assert (answered.status_code, answered.json()["type"]) == (404, "/problems/unknown-run")
    assert read == []


async def test_an_answer_that_rests_on_too_many_lines_is_not_looked_up(
    morning: City, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.past.read_past.GROUPS_MAX", 1)
    at = written(morning.now)
    assert (await client.get("/v1/lines/town%3A1/vehicles", params={"as_of": at})).status_code == 200
    answered = await client.get(ASKED[0], params={"as_of": at})
    assert (answered.status_code, answered.json()["type"]) == (422, "/problems/invalid-parameter")


async def test_the_past_is_taken_in_beside_the_requests(
    morning: City, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    told_in: list[int] = []
    tell = PastView.tell

    def note(*given: Any) -> None:
        told_in.append(threading.get_ident())
        tell(*given)

    monkeypatch.setattr(PastView, "tell", note)
    await ask(ASKED[0], as_of=written(morning.now))
    assert told_in
    assert threading.get_ident() not in told_in


async def test_a_partners_own_ids_stand_in_answers_of_the_past_as_in_live_ones(morning: City) -> None:
    own = OwnIds(b"d", {("town", Kind.LINES): {"trunk": "1"}, ("town", Kind.STOPS): {"bridge": "B"}})
    async with client_within(morning, EVERYTHING, own_ids=own) as client:
        for path in (ASKED[0], ASKED[3], ASKED[4]):
            live = (await client.get(path, params={"ids": "own"})).json()
            told = (await client.get(path, params={"ids": "own", "as_of": written(morning.now)})).json()
            rests_on = told.pop("as_of")["lines"]
            assert told == live
            assert '"own_id": "trunk"' in json.dumps(told)
            assert {each.get("own_line_id") for each in rests_on if each["line_id"] == "town:1"} == {"trunk"}


def client_within(city: City, reach: Reach, **state: object) -> httpx.AsyncClient:
    async def within(scope: Any, receive: Any, send: Any) -> None:
        scope.setdefault("state", {}).update({STATE: reach, **state})
        await city.api.app(scope, receive, send)

    return httpx.AsyncClient(transport=httpx.ASGITransport(app=within), base_url="http://headway.test")


async def test_a_grant_as_it_is_now_holds_in_answers_of_the_past(morning: City) -> None:
    at = written(morning.now)
    async with client_within(
        morning, Reach(fields=frozenset({"expected"}), areas=(Area(lines=frozenset({"town:1"})),))
    ) as client:
        told = (await client.get(ASKED[0], params={"as_of": at})).json()
        assert {each["line"]["id"] for each in told["arrivals"]} == {"town:1"}
        assert [each["line_id"] for each in told["as_of"]["lines"]] == ["town:1"]
        assert "distance_m" not in told["arrivals"][0]
        metro = (await client.get(ASKED[1], params={"as_of": at})).json()
        assert (metro["arrivals"], metro["as_of"]["lines"]) == ([], [])
    async with client_within(morning, Reach(delay_s=300)) as client:
        assert (await client.get(ASKED[0], params={"as_of": at})).status_code == 422
        morning.now += 300
        assert (await client.get(ASKED[0], params={"as_of": at})).status_code == 200
