"""A partner uploads its own ids and decides what is doubtful; what cannot be done is refused."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import msgspec
import orjson
import pytest
from typer.testing import CliRunner

from api.crosswalks.matching import Matching
from api.refusal import Refusal
from headway.me import app as me
from runtime.errors import UserError
from runtime.ledger.database import Ledger
from runtime.settings import Settings
from runtime.timetables import save_timetable
from tests.api.lane.asking import ask
from tests.api.lane.crosswalks.uploads import CSV, LINES, STOPS, AddKey, InProcess, Replica, open_only, put, read_json
from transit.crosswalk.entries import Entry, Kind, Match
from transit.crosswalk.match import match_entries
from transit.grants.agreements import AreaTerms
from transit.timetable.compiled import Timetable


async def test_what_a_partner_may_not_be_told_of_is_missing_from_its_report(
    replicas: tuple[Replica, Replica], ledger: Ledger, add_key: AddKey
) -> None:
    one, _ = replicas
    key = await add_key()
    await open_only(ledger, key, AreaTerms(lines=("town:2",)))
    await one.runtime.ring.load_all()
    told = read_json(await put(one, key, LINES, b"id,name\nx,1\ny,2\n"))
    assert [(each["ours"], each["verdict"]) for each in told["report"]] == [(None, "missing"), ("town:2", "matched")]
    assert b"town:1" not in orjson.dumps(told)
    decisions = orjson.dumps({"decisions": [{"id": "x", "ours": "town:1"}]})
    refused = await ask(one.lane, f"{LINES}/decisions", key, method="POST", body=decisions)
    assert refused.status == 422


async def test_what_is_decided_while_an_upload_is_matched_stays(
    replicas: tuple[Replica, Replica], add_key: AddKey, timetable: Timetable
) -> None:
    one, other = replicas
    key = await add_key()
    read_json(await put(one, key))
    decisions = orjson.dumps({"decisions": [{"id": "12", "ours": "town:D"}]})

    class Slow(InProcess):
        async def match(
            self, kind: Kind, entries: Sequence[Entry], timetable_hash: str, *, partner_id: str
        ) -> tuple[Match, ...]:
            read_json(await ask(other.lane, f"{STOPS}/decisions", key, method="POST", body=decisions))
            return await super().match(kind, entries, timetable_hash, partner_id=partner_id)

    one.api.application.state.matching = Slow(timetable)
    told = read_json(await put(one, key))
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
