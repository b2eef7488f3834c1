"""A partner uploads its own ids, decides what is doubtful, and asks by them on every replica."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import msgspec
import orjson
import pytest
import pytest_asyncio
from typer.testing import CliRunner

from api.app import build_api
from api.crosswalks.matching import Matching
from api.crosswalks.rematch import FAILURES_MAX, Rematch
from api.crosswalks.within import Within
from api.lane.build import LaneRuntime
from api.refusal import Refusal
from api.view.freshness import ViewState
from headway.me import app as me
from runtime.errors import UserError
from runtime.ledger.audit_extract import search_audit
from runtime.ledger.database import Ledger
from runtime.ledger.grants import NewGrant, add_grant
from runtime.ledger.key_format import find_key_id
from runtime.ledger.keys import load_credentials
from runtime.ledger.products import publish, withdraw_product
from runtime.settings import Settings
from runtime.timetables import save_timetable
from tests.api.conftest import moment
from tests.api.lane.asking import Answer, ask, eventually
from transit.crosswalk.entries import Entry, Kind, Match
from transit.crosswalk.match import match_entries
from transit.grants.agreements import AreaTerms, Product
from transit.timetable.compiled import Timetable

AddKey = Callable[..., Awaitable[str]]
STOPS = "/v1/me/crosswalks/town/stops"
LINES = "/v1/me/crosswalks/town/lines"
CSV = b"""id,name,code,latitude,longitude
10,Arbol Sq,101,40.0000,-75.0000
11,Bridge,,40.0101,-75.0000
12,Somewhere else,,40.0200,-75.0000
13,Far away,,41,-75
"""


class InProcess(Matching):
    """Matches here and now, by whatever timetables it is given."""

    def __init__(self, *timetables: Timetable) -> None:
        self.timetables = {each.hash: each for each in timetables}

    async def match(
        self, kind: Kind, entries: Sequence[Entry], timetable_hash: str, *, partner_id: str
    ) -> tuple[Match, ...]:
        assert partner_id
        return tuple(match_entries(kind, entries, self.timetables[timetable_hash]))


Replica = Any


@pytest_asyncio.fixture
async def replicas(
    lane_settings: Settings, ledger: Ledger, timetable: Timetable
) -> AsyncIterator[tuple[Replica, Replica]]:
    assert isinstance(ledger, Ledger)
    started = []
    for _ in range(2):
        api = build_api(lane_settings, load=lambda _: timetable)
        api.view._now = lambda: float(moment("2026-02-16 08:00:00"))
        api.view.shelf.keep(api.view.shelf.read(timetable.hash))
        api.view.freshness.turn(ViewState.WHOLE, 0.0)
        api.application.state.matching = InProcess(timetable)
        runtime = LaneRuntime(api.app, settings=lane_settings, rendered=api.view.rendered)
        await runtime.start()
        started.append(SimpleNamespace(api=api, runtime=runtime, lane=runtime.lane, view=api.view))
    yield started[0], started[1]
    for each in started:
        await each.runtime.stop()
        await each.api.application.state.affairs.close()


async def _put(
    replica: Replica, key: str, path: str = STOPS, body: bytes = CSV, content_type: str = "text/csv"
) -> Answer:
    return await ask(replica.lane, path, key, method="PUT", body=body, content_type=content_type)


def _json(answer: Answer) -> Any:
    assert answer.status < 300, answer.body
    return orjson.loads(answer.body)


@pytest_asyncio.fixture
async def uploaded(replicas: tuple[Replica, Replica], add_key: AddKey) -> tuple[Replica, str]:
    """A replica, and the key of a partner who has uploaded its stops there."""
    key = await add_key()
    _json(await _put(replicas[0], key))
    return replicas[0], key


async def _open_only(ledger: Ledger, key: str, area: AreaTerms) -> None:
    """Nothing is open to a key's partner but this area."""
    async with ledger.write() as session:
        await withdraw_product(session, "open", actor="test")
        product = Product(
            id="loop", version=0, name="Loop", description="A line", supply="granted", fields=("expected",), area=area
        )
        published = await publish(session, product, actor="test")
        await session.flush()
        partner = (await load_credentials(session, key_id=find_key_id(key.encode())))[0].partner_id
        await add_grant(session, published, NewGrant(partner_id=partner, purpose="test", rule="test"), actor="test")


async def test_ids_are_matched_decided_and_asked_by_on_every_replica(
    replicas: tuple[Replica, Replica], ledger: Ledger, add_key: AddKey
) -> None:
    one, other = replicas
    key = await add_key()
    told = _json(await _put(one, key))
    assert (told["matched"], told["doubtful"], told["missing"]) == (2, 1, 1)
    assert [(each["id"], each["ours"], each["reason"]) for each in told["report"]] == [
        ("10", "town:A", "code"),
        ("11", "town:B", "name_and_place"),
        ("12", "town:C", "place"),
        ("13", None, "nothing_like_it"),
    ]
    _json(await _put(one, key, LINES, b'[{"id": "L1", "name": "1"}]', content_type="application/json"))

    async def is_known() -> bool:
        return (await ask(other.lane, "/v1/lines/own%3AL1?shapes=false", key)).status == 200

    await eventually(is_known, within_s=3.0)
    answered = _json(await ask(other.lane, "/v1/stops/own%3A10/arrivals?lines=own:L1&limit=2", key))
    assert (answered["stop"]["id"], answered["stop"]["own_id"]) == ("town:A", "10")
    assert {arrival["line"]["own_id"] for arrival in answered["arrivals"]} == {"L1"}
    plain = _json(await ask(other.lane, "/v1/stops/town%3AA/arrivals?lines=town:1&limit=2", key))
    assert "own_id" not in str(plain)
    beside = _json(await ask(other.lane, "/v1/stops/town%3AA/arrivals?ids=own&lines=town:1&limit=2", key))
    assert beside == answered
    doubtful = await ask(other.lane, "/v1/stops/own%3A12/arrivals", key)
    assert (doubtful.status, doubtful.problem) == (404, "/problems/unknown-stop")
    assert "crosswalk" in orjson.loads(doubtful.body)["detail"]
    decided = _json(
        await ask(
            one.lane,
            f"{STOPS}/decisions",
            key,
            method="POST",
            body=orjson.dumps({"decisions": [{"id": "12", "ours": "town:D"}, {"id": "10", "ours": None}]}),
        )
    )
    assert [each["reason"] for each in decided["report"]][:3] == ["rejected", "name_and_place", "confirmed"]

    async def is_decided() -> bool:
        return (await ask(other.lane, "/v1/stops/own%3A10", key)).status == 404

    await eventually(is_decided, within_s=3.0)
    assert _json(await ask(other.lane, "/v1/stops/own%3A12", key))["id"] == "town:D"
    again = _json(await _put(one, key))
    assert [each["reason"] for each in again["report"]][:3] == ["rejected", "name_and_place", "confirmed"]
    async with ledger.read() as session:
        acts = [entry.action for entry in await search_audit(session, limit=100) if "crosswalk" in entry.action]
    assert sorted(acts) == ["crosswalk_decided", *["crosswalk_uploaded"] * 3]


async def test_a_siri_request_document_takes_own_ids_as_a_siri_lite_request_does(
    replicas: tuple[Replica, Replica], add_key: AddKey
) -> None:
    one, _ = replicas
    key, foreign = await add_key(), await add_key("Foreign")
    _json(await _put(one, key))
    _json(await _put(one, key, LINES, b'[{"id": "L1", "name": "1"}]', content_type="application/json"))

    async def post(asker: str, stop: str, line: str) -> Answer:
        named = f"<MonitoringRef>{stop}</MonitoringRef><LineRef>{line}</LineRef>"
        asked = f"<StopMonitoringRequest>{named}</StopMonitoringRequest>"
        body = f"<Siri><ServiceRequest>{asked}</ServiceRequest></Siri>".encode()
        return await ask(one.lane, "/v1/siri", asker, method="POST", body=body, content_type="application/xml")

    async def is_known() -> bool:
        return (await post(key, "own:11", "own:L1")).status == 200

    await eventually(is_known, within_s=3.0)
    lite = await ask(one.lane, "/v1/siri/stop-monitoring.xml?MonitoringRef=own:11&LineRef=own:L1", key)
    told = [(await post(key, stop, line)).body for stop, line in (("own:11", "own:L1"), ("town:B", "town:1"))]
    assert told == [lite.body, lite.body]
    assert b"<MonitoredStopVisit>" in lite.body
    assert [(await post(asker, stop, "town:1")).status for asker, stop in ((key, "own:13"), (foreign, "own:11"))] == [
        404,
        404,
    ]


async def test_batches_take_own_ids_and_answer_each_item_by_itself(
    replicas: tuple[Replica, Replica], add_key: AddKey
) -> None:
    one, _ = replicas
    key, foreign = await add_key(), await add_key("Foreign")
    _json(await _put(one, key))
    body = orjson.dumps({"stops": ["own:10", "own:zz", "town:B"], "limit": 1})

    async def is_known() -> bool:
        return (await ask(one.lane, "/v1/stops/own%3A10", key)).status == 200

    await eventually(is_known, within_s=3.0)
    posted = _json(await ask(one.lane, "/v1/arrivals", key, method="POST", body=body))
    asked = _json(await ask(one.lane, "/v1/arrivals?stops=own:10,own:zz,town:B&limit=1", key))
    assert posted == asked
    assert [(item["id"], item.get("own_id"), item["status"]) for item in posted["items"]] == [
        ("town:A", "10", 200),
        ("own:zz", None, 404),
        ("town:B", "11", 200),
    ]
    others = await ask(one.lane, "/v1/arrivals?stops=town:A&limit=1", foreign)
    assert b"own_id" not in others.body
    assert (await ask(one.lane, "/v1/stops/own%3A10", foreign)).status == 404


async def test_what_a_partner_may_not_be_told_of_is_missing_from_its_report(
    replicas: tuple[Replica, Replica], ledger: Ledger, add_key: AddKey
) -> None:
    one, _ = replicas
    key = await add_key()
    await _open_only(ledger, key, AreaTerms(lines=("town:2",)))
    await one.runtime.ring.load_all()
    told = _json(await _put(one, key, LINES, b"id,name\nx,1\ny,2\n"))
    assert [(each["ours"], each["verdict"]) for each in told["report"]] == [(None, "missing"), ("town:2", "matched")]
    assert b"town:1" not in orjson.dumps(told)
    decisions = orjson.dumps({"decisions": [{"id": "x", "ours": "town:1"}]})
    refused = await ask(one.lane, f"{LINES}/decisions", key, method="POST", body=decisions)
    assert refused.status == 422


async def test_an_own_id_of_what_is_not_granted_is_answered_as_one_that_is_not_matched(
    uploaded: tuple[Replica, str], ledger: Ledger
) -> None:
    one, key = uploaded
    _json(await _put(one, key, LINES, b"id,name\nx,1\ny,2\n"))
    await _open_only(ledger, key, AreaTerms(lines=("town:2",), box=(40.005, -75.1, 41.0, -74.9)))
    await one.runtime.ring.load_all()
    for path, other in (
        ("/v1/stops/own%3A{}/arrivals", ("10", "zz")),
        ("/v1/lines/own%3A{}", ("x", "zz")),
        ("/v1/stops/own%3A{}", ("10", "zz")),
        ("/v1/arrivals?stops=own:{}&limit=1", ("10", "zz")),
    ):
        outside, unmatched = [await ask(one.lane, path.format(each), key) for each in other]
        assert b"town:A" not in outside.body
        assert b"town:1" not in outside.body
        assert outside.status == unmatched.status
        assert outside.body.replace(other[0].encode(), b"zz") == unmatched.body.replace(other[0].encode(), b"zz")
    body = orjson.dumps({"stops": ["own:10"], "limit": 1})
    posted = await ask(one.lane, "/v1/arrivals", key, method="POST", body=body)
    assert b"town:A" not in posted.body
    assert (await ask(one.lane, "/v1/lines/own%3Ay", key)).status == 200


async def test_what_is_decided_while_an_upload_is_matched_stays(
    replicas: tuple[Replica, Replica], add_key: AddKey, timetable: Timetable
) -> None:
    one, other = replicas
    key = await add_key()
    _json(await _put(one, key))
    decisions = orjson.dumps({"decisions": [{"id": "12", "ours": "town:D"}]})

    class Slow(InProcess):
        async def match(
            self, kind: Kind, entries: Sequence[Entry], timetable_hash: str, *, partner_id: str
        ) -> tuple[Match, ...]:
            _json(await ask(other.lane, f"{STOPS}/decisions", key, method="POST", body=decisions))
            return await super().match(kind, entries, timetable_hash, partner_id=partner_id)

    one.api.application.state.matching = Slow(timetable)
    told = _json(await _put(one, key))
    assert [each["reason"] for each in told["report"]][2] == "confirmed"
    assert told["decided"] == 1


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PUT", STOPS, b"name\nx\n", 422),
        ("PUT", STOPS, b"id\n" + b"x" * (4 * 1024 * 1024), 413),
        ("PUT", "/v1/me/crosswalks/nowhere/stops", CSV, 404),
        ("GET", "/v1/me/crosswalks/%00/stops", b"", 422),
        ("DELETE", "/v1/me/crosswalks/a%00b/lines", b"", 422),
        ("PUT", "/v1/me/crosswalks/town/vehicles", CSV, 422),
        ("PUT", f"{STOPS}?datum=gcj02", CSV, 422),
        ("GET", STOPS, b"", 409),
        ("DELETE", STOPS, b"", 409),
        ("POST", f"{STOPS}/decisions", b'{"decisions": [{"id": "1", "ours": null}]}', 409),
    ],
)
async def test_what_cannot_be_done_is_refused(
    replicas: tuple[Replica, Replica], add_key: AddKey, method: str, path: str, body: bytes, status: int
) -> None:
    sent = {"content_type": "text/csv"} if method == "PUT" else {}
    answered = await ask(replicas[0].lane, path, await add_key(), method=method, body=body, **sent)
    assert answered.status == status, answered.body


async def test_pages_lead_through_a_report_and_removing_it_ends_its_ids(uploaded: tuple[Replica, str]) -> None:
    one, key = uploaded
    for token in ("after", "cursor"):
        seen, more = [], ""
        while True:
            answered = await ask(one.lane, f"{STOPS}?limit=3{more}", key)
            page = _json(answered)
            seen += [each["id"] for each in page["report"]]
            assert ("deprecation" in answered.headers) == more.startswith("&after")
            if page[f"next_{token}"] is None:
                break
            more = f"&{token}={page[f'next_{token}']}"
        assert seen == ["10", "11", "12", "13"]
    only = _json(await ask(one.lane, f"{STOPS}?verdict=doubtful", key))
    assert [each["id"] for each in only["report"]] == ["12"]
    assert _json(await ask(one.lane, "/v1/me/crosswalks", key))["crosswalks"][0]["entries"] == 4
    assert (await ask(one.lane, STOPS, key, method="DELETE")).status == 204
    assert _json(await ask(one.lane, "/v1/me/crosswalks", key)) == {"crosswalks": []}

    async def is_gone() -> bool:
        return (await ask(one.lane, "/v1/stops/own%3A10", key)).status == 404

    await eventually(is_gone, within_s=3.0)


async def test_a_page_of_a_report_is_refused_once_another_upload_stands_and_to_other_questions(
    replicas: tuple[Replica, Replica], add_key: AddKey
) -> None:
    one, _ = replicas
    key = await add_key()
    cursor = _json(await _put(one, key, f"{STOPS}?limit=2"))["next_cursor"]
    decisions = orjson.dumps({"decisions": [{"id": "12", "ours": None}]})
    assert (await ask(one.lane, f"{STOPS}/decisions", key, method="POST", body=decisions)).status == 200
    page = _json(await ask(one.lane, f"{STOPS}?cursor={cursor}", key))
    assert [each["id"] for each in page["report"]] == ["12", "13"]
    for asked in (f"verdict=missing&cursor={cursor}", "cursor=x", "cursor=%C3%A9"):
        assert (await ask(one.lane, f"{STOPS}?{asked}", key)).status == 422
    _json(await _put(one, key))
    refused = await ask(one.lane, f"{STOPS}?cursor={cursor}", key)
    assert (refused.status, refused.problem) == (422, "/problems/invalid-parameter")


async def test_a_report_is_weighed_once_for_all_its_pages_and_not_where_answers_are_made(
    replicas: tuple[Replica, Replica], add_key: AddKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = replicas
    key = await add_key()
    threads: list[int] = []
    tell = Within.tell

    def counted(self: Within, report: Iterable[Match]) -> list[Match]:
        threads.append(threading.get_ident())
        return tell(self, report)

    monkeypatch.setattr(Within, "tell", counted)
    first = _json(await _put(one, key))
    for _ in range(3):
        assert _json(await ask(one.lane, f"{STOPS}?limit=2&after=10", key))["next_after"] == "12"
        assert _json(await ask(one.lane, "/v1/me/crosswalks", key))["crosswalks"][0]["matched"] == first["matched"]
    assert len(threads) == 1
    assert threading.get_ident() not in threads
    decisions = orjson.dumps({"decisions": [{"id": "12", "ours": None}]})
    _json(await ask(one.lane, f"{STOPS}/decisions", key, method="POST", body=decisions))
    assert _json(await ask(one.lane, STOPS, key))["doubtful"] == 0


async def test_another_version_of_the_timetable_has_its_crosswalks_matched_again_once(
    replicas: tuple[Replica, Replica], add_key: AddKey, timetable: Timetable
) -> None:
    one, other = replicas
    key = await add_key()
    _json(await _put(one, key))
    codes = list(timetable.stop_code)
    codes[timetable.stop_id.find("A")], codes[timetable.stop_id.find("F")] = "", "101"
    later = replace(timetable, hash="later", stop_code=type(timetable.stop_code).of(codes))
    matching = InProcess(timetable, later)
    looked = []
    for replica in (one, other):
        replica.view.shelf.keep(type(replica.view.shelf[timetable.hash])(later))
        rematch = Rematch(replica.view, replica.api.application.state.affairs, matching)
        looked.append((await rematch.look(), await rematch.look()))
    assert looked == [(1, 0), (0, 0)]
    told = _json(await ask(one.lane, STOPS, key))
    assert told["version"] == "later"
    assert (told["report"][0]["ours"], told["report"][0]["reason"]) == ("town:F", "code_elsewhere")


async def test_what_cannot_be_matched_again_holds_up_nobody_and_is_left_after_some_tries(
    replicas: tuple[Replica, Replica], add_key: AddKey, timetable: Timetable
) -> None:
    one, other = replicas
    key, healthy = await add_key("Alpha"), await add_key("Beta")
    _json(await _put(one, key, LINES, b"id,name\nslow,1\n"))
    _json(await _put(one, key))
    _json(await _put(one, healthy))
    later = replace(timetable, hash="later")
    tried: list[Kind] = []

    class Failing(InProcess):
        async def match(
            self, kind: Kind, entries: Sequence[Entry], timetable_hash: str, *, partner_id: str
        ) -> tuple[Match, ...]:
            tried.append(kind)
            if kind is Kind.LINES:
                raise RuntimeError("a process could not be started")
            return await super().match(kind, entries, timetable_hash, partner_id=partner_id)

    now = [0.0]
    matching = Failing(timetable, later)
    rematches = []
    for replica in (one, other):
        replica.view.shelf.keep(type(replica.view.shelf[timetable.hash])(later))
        rematches.append(Rematch(replica.view, replica.api.application.state.affairs, matching, now=lambda: now[0]))
    first, second = rematches
    assert (await first.look(), await second.look()) == (2, 0)
    assert sorted(tried) == [Kind.LINES, Kind.STOPS, Kind.STOPS]
    looks = []
    for _ in range(300):
        now[0] += 10.0
        tried.clear()
        await first.look()
        looks.append(len(tried))
    at = [number for number, count in enumerate(looks) if count]
    assert len(at) == FAILURES_MAX - 1
    waits = [later_one - earlier for earlier, later_one in pairwise(at)]
    assert waits == sorted(waits)
    assert waits[-1] > waits[0]


async def test_a_process_of_its_own_matches(lane_settings: Settings, timetable: Timetable) -> None:
    lane_settings.timetables.mkdir(parents=True)
    save_timetable(timetable, lane_settings.timetables)
    entries = [Entry(id="10", code="101"), Entry(id="x", name="Nothing")]
    found = await Matching(lane_settings.timetables).match(Kind.STOPS, entries, timetable.hash, partner_id="p")
    assert found == tuple(match_entries(Kind.STOPS, entries, timetable))
    assert msgspec.json.encode(found)
    hasty = Matching(lane_settings.timetables, within_s=0.0)
    with pytest.raises(Refusal, match="latitude and longitude") as late:
        await hasty.match(Kind.STOPS, entries, timetable.hash, partner_id="p")
    assert late.value.problem.status == 422


async def test_the_same_is_done_from_a_terminal(
    replicas: tuple[Replica, Replica], add_key: AddKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, lane = asyncio.get_running_loop(), replicas[0].lane
    monkeypatch.setenv("HEADWAY_KEY", await add_key())

    def request(method: str, url: str, *, headers: dict[str, str], timeout: float, **sent: Any) -> httpx.Response:
        assert timeout > 60, "an upload is matched within a minute"
        given = orjson.dumps(sent["json"]) if sent.get("json") is not None else sent.get("content", b"")
        media = headers.get("Content-Type", "application/json")
        asking = ask(
            lane, url.removeprefix("http://h"), headers["X-API-Key"], method=method, body=given, content_type=media
        )
        answer = asyncio.run_coroutine_threadsafe(asking, loop).result(10)
        said = {"content-type": answer.headers.get("content-type", "")}
        return httpx.Response(answer.status, content=answer.body, headers=said)

    monkeypatch.setattr(httpx, "request", request)

    async def command(*words: str) -> Any:
        told = await asyncio.to_thread(CliRunner().invoke, me, ["crosswalks", *words, "--url", "http://h"])
        assert told.exit_code == 0, told.exception
        return orjson.loads(told.stdout) if "--json" in words else told.stdout

    (tmp_path / "theirs.csv").write_bytes(CSV)
    counts = await command("upload", "town", "stops", str(tmp_path / "theirs.csv"), "--json")
    assert (counts["matched"], counts["doubtful"], counts["missing"]) == (2, 1, 1)
    monkeypatch.setattr("headway.my_crosswalks._PAGE", 1)
    report = await command("report", "town", "stops", "--json")
    assert [each["id"] for each in report] == ["10", "11", "12", "13"]
    assert [each["id"] for each in await command("report", "town", "stops", "--verdict", "doubtful", "--json")] == [
        "12"
    ]
    assert (await command("decide", "town", "stops", "12", "town:C", "--json"))["doubtful"] == 0
    assert (await command("decide", "town", "stops", "12", "--none", "--json"))["missing"] == 2
    assert "stops" in await command("list")
    await command("remove", "town", "stops")
    assert (await command("list", "--json"))["crosswalks"] == []
    lost = await asyncio.to_thread(CliRunner().invoke, me, ["crosswalks", "upload", "town", "stops", "nowhere.csv"])
    assert isinstance(lost.exception, UserError)
