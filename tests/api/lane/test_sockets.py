"""WebSockets through the lane, as partners meet them: what is told, what is refused and why, what ends them."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
import pytest_asyncio

from api.fate import Fate
from api.lane.build import LaneRuntime
from api.lane.tickets import issue_ticket
from api.problems import GOING_DOWN, GRANT_CHANGED, KEY_REVOKED, NOT_GRANTED, QUOTA_EXCEEDED, Problem
from api.streaming.serve import why_closed
from api.streaming.stream import Ending
from runtime.ledger.database import Ledger
from runtime.ledger.grants import DAY_S
from runtime.ledger.key_format import find_key_id
from runtime.ledger.keys import load_credentials
from runtime.settings import Settings
from schemas.line_forecasts import encode_public
from schemas.line_value import LineValue, Watermark
from tests.api.lane.asking import ask
from tests.api.lane.socket_client import Socket

AddKey = Callable[..., Awaitable[str]]
Mask = Callable[..., Awaitable[None]]
GRANTED_DAYS = 2


@pytest_asyncio.fixture
async def runtime(lane_settings: Settings, ledger: Ledger, city: Any) -> AsyncIterator[LaneRuntime]:
    """A lane before the city, whose streams tell what ``_write`` brings."""
    assert ledger.is_sqlite
    made = LaneRuntime(city.api.app, settings=lane_settings, rendered=city.view.rendered)
    await made.start()
    async with city.api.streams.running(Fate(), is_fed=True):
        await city.api.streams.hub.ready.wait()
        yield made
    await made.stop()


@pytest_asyncio.fixture
async def masked(runtime: LaneRuntime, mask: Mask, add_key: AddKey) -> str:
    """The key of a partner who is granted the times of line 1 and nothing else, for two days."""
    key = await add_key()
    await mask(key, days=GRANTED_DAYS)
    await runtime.ring.load_all()
    return key


async def _write(city: Any, offset: int, *, first_s: int) -> None:
    """The trunk's value, as a tracker writes it, told at once."""
    forecasts = city.forecasts("1", [city.run("t1-12", 1, 3, vehicle_id="v-one")], first_s=first_s)
    value = LineValue(Watermark(1, 0, offset), forecasts.computed_at, encode_public(forecasts), b"own")
    city.api.streams.hub.feed("town:1", offset, value)
    await city.api.streams.hub.turn()


async def test_a_socket_tells_what_is_known_and_then_what_changes(
    runtime: LaneRuntime, add_key: AddKey, city: Any
) -> None:
    await _write(city, 0, first_s=60)
    socket = Socket(runtime.lane, "/v1/stream?stops=town%3AB", await add_key())
    await socket.accepted()
    snapshot, ready = await socket.event(), await socket.event()
    (line,) = snapshot["data"]["lines"]
    assert (snapshot["event"], line["full"], line["runs"][0]["vehicle_id"]) == ("snapshot", True, "town:v-one")
    assert (ready["event"], ready["data"]) == ("ready", {"resumed": False})
    await _write(city, 1, first_s=45)
    delta = await socket.event()
    (line,) = delta["data"]["lines"]
    assert (delta["event"], line["full"], line["previous"], line["sequence"]) == ("delta", False, 0, 1)
    assert [call["expected_at"][11:19] for call in line["runs"][0]["calls"]] == ["08:00:45"]
    await socket.leave()
    assert len(city.api.streams.keeper) == 0


async def test_a_socket_goes_on_after_the_id_that_its_client_had_last(
    runtime: LaneRuntime, add_key: AddKey, city: Any
) -> None:
    key = await add_key()
    await _write(city, 0, first_s=60)
    first = Socket(runtime.lane, "/v1/stream?all=true", key)
    await first.accepted()
    had = [(await first.event())["id"] for _ in range(2)][-1]
    await first.leave()
    await _write(city, 1, first_s=45)
    again = Socket(runtime.lane, f"/v1/stream?all=true&last_event_id={had}", key)
    await again.accepted()
    delta, ready = await again.event(), await again.event()
    assert [line["sequence"] for line in delta["data"]["lines"]] == [1]
    assert ready["data"] == {"resumed": True}
    await again.leave()


async def test_a_browsers_ticket_opens_a_socket(runtime: LaneRuntime, add_key: AddKey, ledger: Ledger) -> None:
    key = await add_key()
    async with ledger.read() as session:
        (credential,) = await load_credentials(session, key_id=find_key_id(key.encode()))
    ticket, _ = issue_ticket(credential, time.time())
    socket = Socket(runtime.lane, f"/v1/stream?all=true&ticket={ticket}")
    await socket.accepted()
    await socket.leave()
    refused = await Socket(runtime.lane, f"/v1/stream?all=true&ticket={ticket[:-1]}").refused()
    assert (refused.status, refused.problem) == (401, "/problems/invalid-ticket")


async def test_a_socket_is_refused_with_the_answer_that_the_request_has_without_one(
    runtime: LaneRuntime, add_key: AddKey
) -> None:
    key = await add_key()
    for path, of, status in (
        ("/v1/stream?all=true", None, 401),
        ("/v1/stream?all=true", "hw_live_junk", 401),
        ("/v1/stream", key, 422),
        ("/v1/stream?stops=town:nowhere", key, 404),
        ("/v1/stream?all=true&datum=gcj02", key, 422),
        ("/v1/stream?all=true&as_of=2026-02-16T08:00:00Z", key, 422),
    ):
        refused = await Socket(runtime.lane, path, of).refused()
        plain = await ask(runtime.lane, path, of)
        assert (refused.status, refused.body) == (plain.status, plain.body), path
        assert refused.status == status
        assert refused.headers["content-type"] == "application/problem+json"
    elsewhere = await Socket(runtime.lane, "/v1/lines", key).refused()
    assert (elsewhere.status, elsewhere.problem) == (404, "/problems/not-found")


async def test_the_plans_streams_and_tokens_bound_sockets_and_a_refusal_costs_nothing(
    runtime: LaneRuntime, add_key: AddKey
) -> None:
    key = await add_key(streams=1, per_day=3)
    first = Socket(runtime.lane, "/v1/stream?all=true", key)
    await first.accepted()
    second = await Socket(runtime.lane, "/v1/stream?all=true", key).refused()
    assert (second.status, second.problem) == (429, "/problems/too-many-streams")
    await first.leave()
    for _ in range(2):
        more = Socket(runtime.lane, "/v1/stream?all=true", key)
        await more.accepted()
        await more.leave()
    spent = await Socket(runtime.lane, "/v1/stream?all=true", key).refused()
    assert (spent.status, spent.problem, orjson.loads(spent.body)["window"]) == (429, "/problems/quota-exceeded", "day")
    assert int(spent.headers["retry-after"]) > 1


async def test_what_is_not_granted_is_in_no_message_and_a_grant_that_lapses_ends_the_socket_and_says_so(
    runtime: LaneRuntime, masked: str, city: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = await Socket(runtime.lane, "/v1/stream?lines=town%3A2", masked).refused()
    assert (hidden.status, hidden.problem) == (404, "/problems/unknown-line")
    await _write(city, 0, first_s=60)
    socket = Socket(runtime.lane, "/v1/stream?all=true", masked)
    await socket.accepted()
    told = [await socket.event(), await socket.event()]
    await _write(city, 1, first_s=45)
    told.append(await socket.event())
    text = orjson.dumps(told)
    assert b"expected_at" in text
    assert [secret for secret in (b"v-one", b"1234", b"latitude", b"occupancy") if secret in text] == []
    wall = time.time
    later = SimpleNamespace(time=lambda: wall() + GRANTED_DAYS * DAY_S + 1)
    monkeypatch.setattr("api.lane.standing.time", later)
    end = await socket.event()
    assert (end["event"], end["data"]["type"], end["data"]["status"]) == ("end", "/problems/not-granted", 403)
    assert end["data"]["retry_after_s"] == 60
    assert await socket.closed() == (1008, "not-granted")
    assert len(city.api.streams.keeper) == 0


@pytest.mark.parametrize(
    ("problem", "code"),
    [(NOT_GRANTED, 1008), (KEY_REVOKED, 1008), (GRANT_CHANGED, 1013), (QUOTA_EXCEEDED, 1013), (GOING_DOWN, 1013)],
)
def test_who_may_come_back_is_told_so_by_the_code_of_the_close(problem: Problem, code: int) -> None:
    assert why_closed(Ending(problem, 1.0)) == (code, problem.slug)
    assert why_closed(None) == (1000, "")
