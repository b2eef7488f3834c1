"""What an operator says, in every form of an answer."""

import time
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import httpx
import orjson
import pytest
from google.transit.gtfs_realtime_pb2 import FeedMessage, TripUpdate

from api.operations.endpoints import build_operations
from api.overriding.watch import OverrideWatch
from api.streaming.stream import Stream
from api.streaming.wanted import Wanted
from runtime.errors import UserError
from runtime.ledger.database import Ledger
from runtime.ledger.migrate import migrate
from runtime.ledger.overrides import add_override, check_override, end_override, list_overrides
from runtime.settings import Settings
from runtime.timetables.timetable_file import save_timetable
from schemas.line_forecasts import encode_public
from schemas.line_value import LineValue, Watermark, encode_line_value
from schemas.overrides import Override, OverrideKind

if TYPE_CHECKING:
    from api.streaming.hub import Hub

City = Any
Ask = Callable[..., Any]
RUN = "town:t1-12:20260216"


@pytest.fixture
def watch(city: City) -> OverrideWatch:
    city.tell("1", city.run("t1-12", 1, 3))
    city.view.take_feeds({"town": city.feed()}, city.now)
    streams = city.api.streams
    found = streams.overrides
    assert isinstance(found, OverrideWatch)
    return found


def _override(city: City, kind: OverrideKind, **said: Any) -> Override:
    now = int(city.now)
    return Override(id="o1", kind=kind, starts_at=now - 60, ends_at=now + 600, made_at_ms=now * 1000 - 60_000, **said)


async def _at(ask: Ask, stop: str, run: str = RUN) -> Any:
    found = [each for each in (await ask(f"/v1/stops/town%3A{stop}/arrivals"))["arrivals"] if each["run_id"] == run]
    return found[0] if found else None


async def test_a_cancelled_run_is_told_as_not_coming_with_or_without_a_vehicle(
    city: City, ask: Ask, watch: OverrideWatch
) -> None:
    for run, tracked in ((RUN, True), ("town:t1-13:20260216", False)):
        assert ((await _at(ask, "B", run))["vehicle_id"] is not None) is tracked
        watch.take([_override(city, OverrideKind.CANCEL_RUN, run=run)], city.now)
        told = await _at(ask, "B", run)
        assert (told["verdict"], told["verdict_reason"], told["expected_at"]) == ("not_coming", "cancelled", None)
        watch.take([], city.now)
        assert (await _at(ask, "B", run))["verdict"] != "not_coming"


async def test_a_closed_stop_is_passed_by_vehicles_and_by_the_timetable(
    city: City, ask: Ask, watch: OverrideWatch
) -> None:
    watch.take([_override(city, OverrideKind.CLOSE_STOP, stops=("town:C",))], city.now)
    assert {each["verdict"] for each in (await ask("/v1/stops/town%3AC/arrivals"))["arrivals"]} == {"not_coming"}
    assert (await _at(ask, "B"))["verdict"] == "expected"


async def test_a_detour_skips_its_stops_on_its_line_alone(city: City, ask: Ask, watch: OverrideWatch) -> None:
    watch.take([_override(city, OverrideKind.DETOUR, line="town:1", stops=("town:B",))], city.now)
    told = (await ask("/v1/stops/town%3AB/arrivals"))["arrivals"]
    reasons = {each["line"]["id"]: each["verdict_reason"] for each in told}
    assert reasons["town:1"] == "detour"
    assert any(line != "town:1" and reason is None for line, reason in reasons.items())


@pytest.mark.parametrize("said", [{"line": "town:1"}, {"vehicle": "town:v-t1-12"}, {"stops": ("town:C",)}])
async def test_withheld_predictions_are_told_to_be_withheld(
    city: City, ask: Ask, watch: OverrideWatch, said: dict[str, Any]
) -> None:
    watch.take([_override(city, OverrideKind.WITHHOLD, **said)], city.now)
    told = await _at(ask, "C")
    assert (told["basis"], told["expected_at"], told["expected_departure_at"]) == ("withheld", None, None)


async def test_every_form_agrees_about_a_skipped_stop(city: City, ask: Ask, client: Any, watch: OverrideWatch) -> None:
    watch.take([_override(city, OverrideKind.SKIP_STOP, line="town:1", stops=("town:C",))], city.now)
    assert (await _at(ask, "C"))["verdict"] == "not_coming"
    assert (await _at(ask, "B"))["verdict"] == "expected"
    feed = FeedMessage.FromString((await client.get("/v1/gtfs-realtime/trip-updates.pb?line=town:1")).content)
    updates = [u for e in feed.entity if e.trip_update.trip.trip_id == "t1-12" for u in e.trip_update.stop_time_update]
    skipped = TripUpdate.StopTimeUpdate.SKIPPED
    assert [u.stop_id for u in updates if u.schedule_relationship == skipped] == ["C"]
    streamed = await _stream(city)
    assert [call["stop_id"] for call in streamed["runs"][0]["calls"] if call["skipped"]] == ["town:C"]


async def test_what_the_operator_says_is_told_at_the_stop_and_as_an_alert(
    city: City, ask: Ask, client: Any, watch: OverrideWatch
) -> None:
    said = {"text_en": "Closed: parade", "text_zh": "游行封站"}
    watch.take([_override(city, OverrideKind.CLOSE_STOP, stops=("town:C",), **said)], city.now)
    told = {stop: (await ask(f"/v1/stops/town%3A{stop}/arrivals"))["warnings"] for stop in "BC"}
    assert told["B"] == []
    assert [(each["code"], each["detail"]) for each in told["C"]] == [("service_alert", "Closed: parade / 游行封站")]
    feed = FeedMessage.FromString((await client.get("/v1/gtfs-realtime/alerts.pb?line=town:1")).content)
    alerts = {entity.id: entity.alert for entity in feed.entity}
    assert [each.text for each in alerts["close_stop:1:o1"].header_text.translation] == ["Closed: parade", "游行封站"]


async def test_the_operations_api_puts_overrides_in_force_and_ends_them(city: City, tmp_path: Any) -> None:
    settings = Settings(database=f"sqlite+aiosqlite:///{tmp_path}/ledger.db", data_folder=tmp_path)
    save_timetable(city.timetable, settings.timetables)
    ledger = Ledger(settings.database)
    await migrate(ledger)
    await ledger.close()
    transport = httpx.ASGITransport(app=build_operations(city.api, "token", settings))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://operations.test", headers={"Authorization": "Bearer token"}
    ) as operator:
        asked = {"kind": "close_stop", "stops": ["town:C"], "ends_at": int(time.time()) + 60}
        made = await operator.post("/operations/overrides", json=asked)
        assert made.status_code == 201
        refused = await operator.post("/operations/overrides", json=asked | {"stops": []})
        assert (refused.status_code, "name the stop" in refused.json()["detail"]) == (422, True)
        unknown = await operator.post("/operations/overrides", json=asked | {"stops": ["town:C", "town:101"]})
        assert (unknown.status_code, "has the stop town:101" in unknown.json()["detail"]) == (422, True)
        listed = (await operator.get("/operations/overrides")).json()["overrides"]
        assert [each["id"] for each in listed] == [made.json()["id"]]
        assert (await operator.post(f"/operations/overrides/{made.json()['id']}/end")).status_code == 200
        assert (await operator.get("/operations/overrides")).json() == {"overrides": []}


@pytest.mark.parametrize("path", ["overrides", "replays", "replays/r1/seek"])
async def test_a_body_without_end_is_read_no_further_on_the_operations_port(city: City, path: str) -> None:
    sent = 0

    async def without_end() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 10_000_000:
            sent += 4096
            yield b"x" * 4096

    transport = httpx.ASGITransport(app=build_operations(city.api, "token", Settings()))
    async with httpx.AsyncClient(transport=transport, base_url="http://operations.test") as anybody:
        for headers in ({"Authorization": "Bearer token"}, {}):
            sent = 0
            answered = await anybody.post(f"/operations/{path}", content=without_end(), headers=headers)
            assert (answered.status_code, answered.json()["type"]) == (413, "/problems/body-too-large")
            assert sent <= 65_536 + 4096


async def _stream(city: City) -> Any:
    """The line as a stream's snapshot tells it."""
    hub: Hub = city.api.streams.hub
    value = city.forecasts("1", [city.run("t1-12", 1, 3)])
    hub.ready.set()
    packed = encode_line_value(LineValue(Watermark(1, 0, 1), 0, encode_public(value), b""))
    hub._take(0, SimpleNamespace(offset=0, key=b"town:1", value=packed, timestamp=time.time() * 1000))
    await hub.turn()
    stream = Stream(hub, Wanted(groups=None, everything=True), None)
    first = await anext(stream.events())
    stream.close()
    return orjson.loads(first.body)["lines"][0]


async def test_a_stream_is_told_again_when_an_override_begins_and_ends(city: City, watch: OverrideWatch) -> None:
    await _stream(city)
    hub: Hub = city.api.streams.hub
    stream = Stream(hub, Wanted(groups=None, everything=True), hub.tick.position)
    events = stream.events()
    assert (await anext(events)).name == b"ready"
    override = _override(city, OverrideKind.CANCEL_RUN, run=RUN)
    for at, verdict in ((city.now, "not_coming"), (override.ends_at, "expected")):
        watch.take([override], at)
        await hub.turn()
        (line,) = orjson.loads((await anext(events)).body)["lines"]
        assert (line["full"], line["runs"][0]["verdict"]) == (True, verdict)
    await events.aclose()  # type: ignore[attr-defined]  # it is a generator
    stream.close()


async def test_an_override_is_kept_in_the_record_and_ends_by_itself(sqlite_url: str) -> None:
    ledger = Ledger(sqlite_url)
    await migrate(ledger)
    now = int(time.time())
    asked = Override(id="", kind=OverrideKind.CLOSE_STOP, stops=("town:C",), starts_at=now, ends_at=now + 60)
    async with ledger.write() as session:
        made = await add_override(session, asked, actor="Li")
    async with ledger.write() as session:
        ended = await end_override(session, made.id, actor="Wang")
    async with ledger.read() as session:
        assert [each.id for each in await list_overrides(session, ended_after=now - 10)] == [made.id]
        assert await list_overrides(session, ended_after=now + 61) == []
    assert made.is_in_force(now)
    assert not made.is_in_force(now + 60)
    assert not ended.is_in_force(now)
    await ledger.close()


@pytest.mark.parametrize("bare", [{"stops": ("101",)}, {"stops": ("city:101",), "line": "7"}, {"stops": ("city:",)}])
def test_an_id_that_is_no_public_one_is_refused_rather_than_never_met(bare: dict[str, Any]) -> None:
    with pytest.raises(UserError, match="is no public id; write it as answers do, such as city:101"):
        check_override(Override(id="", kind=OverrideKind.CLOSE_STOP, starts_at=0, ends_at=60, **bare))
