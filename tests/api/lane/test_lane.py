import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import orjson
import pytest
import pytest_asyncio

from api.lane.build import LaneRuntime
from api.rendered import RenderedCache, rendered
from runtime.ledger import keys
from runtime.ledger.database import Ledger
from tests.api.lane.asking import Answer, ask, plain_app

BODY = b'{"arrivals":[' + b"1," * 600 + b"1]}"
TARGET = b"/v1/stops/1/arrivals?a=1&b=2"
AddKey = Callable[..., Awaitable[str]]


def _cache() -> RenderedCache:
    cache = RenderedCache()
    cache.put(TARGET, rendered(BODY, time.monotonic() + 3600), ["line"])
    return cache


@pytest_asyncio.fixture
async def runtime(ledger: Ledger, make_runtime: Callable[..., LaneRuntime]) -> AsyncIterator[LaneRuntime]:
    assert ledger.is_sqlite
    made = make_runtime(plain_app, _cache())
    await made.start()
    yield made
    await made.stop()


def _left(answer: Answer, window: str = "day") -> int:
    found = re.search(rf'"{window}";r=(\d+)', answer.headers["ratelimit"])
    assert found is not None
    return int(found[1])


async def test_only_what_lies_below_v1_needs_a_key(runtime: LaneRuntime) -> None:
    assert (await ask(runtime.lane, "/health/live")).body == b"nobody"
    assert (await ask(runtime.lane, "/docs")).status == 200
    refused = await ask(runtime.lane)
    assert (refused.status, refused.problem) == (401, "/problems/missing-key")
    assert "www-authenticate" in refused.headers


async def test_a_key_opens_in_either_header_and_the_application_learns_whose(
    runtime: LaneRuntime, add_key: AddKey
) -> None:
    key = await add_key("Maps")
    assert (await ask(runtime.lane, key=key)).body == b"Maps"
    assert (await ask(runtime.lane, authorization=f"Bearer {key}")).body == b"Maps"
    assert (await ask(runtime.lane, authorization=f"bearer {key}")).body == b"Maps"
    assert (await ask(runtime.lane, authorization=f"Basic {key}")).problem == "/problems/missing-key"


async def test_a_key_that_was_never_issued_or_altered_is_refused(runtime: LaneRuntime, add_key: AddKey) -> None:
    from runtime.ledger.key_format import checksum, make_key  # noqa: PLC0415 - only here

    key = await add_key()
    body = key[:-7] + ("A" if key[-7] != "A" else "B")
    other_secret = body + checksum(body.encode())
    for text in (make_key().text, "hw_live_x", key[:-1], key + "x", other_secret, "é" * 30):
        refused = await ask(runtime.lane, key=text)
        assert (refused.status, refused.problem) == (401, "/problems/invalid-key")
    assert (await ask(runtime.lane, key=key)).status == 200


async def test_two_keys_that_differ_are_refused_and_the_same_key_twice_is_not(
    runtime: LaneRuntime, add_key: AddKey
) -> None:
    key, other = await add_key("Maps"), await add_key("Rides")
    assert (await ask(runtime.lane, key=key, authorization=f"Bearer {key}")).status == 200
    assert (await ask(runtime.lane, key="", authorization=f"Bearer {key}")).status == 200
    for second in (other, "hw_live_junk"):
        refused = await ask(runtime.lane, key=key, authorization=f"Bearer {second}")
        assert (refused.status, refused.problem) == (400, "/problems/conflicting-keys")


async def test_a_key_in_the_query_or_a_cookie_opens_nothing(runtime: LaneRuntime, add_key: AddKey) -> None:
    key = await add_key()
    for name in ("key", "api_key", "x-api-key", "access_token"):
        assert (await ask(runtime.lane, f"/v1/lines?{name}={key}")).problem == "/problems/missing-key"
    assert (await ask(runtime.lane, cookie=f"x-api-key={key}")).problem == "/problems/missing-key"


async def test_an_expired_key_stops_at_its_second(
    runtime: LaneRuntime, add_key: AddKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await add_key(expires_at=int(time.time()) + 1000)
    assert (await ask(runtime.lane, key=key)).status == 200
    wall = time.time
    monkeypatch.setattr("api.lane.lane.time.time", lambda: wall() + 1001)
    refused = await ask(runtime.lane, key=key)
    assert (refused.status, refused.problem) == (403, "/problems/key-expired")


async def test_a_rendered_answer_is_sent_at_once_in_any_order_of_its_parameters(
    runtime: LaneRuntime, add_key: AddKey
) -> None:
    key = await add_key()
    for path in ("/v1/stops/1/arrivals?a=1&b=2", "/v1/stops/1/arrivals?b=2&a=1"):
        whole = await ask(runtime.lane, path, key, accept_encoding="identity")
        assert whole.body == BODY
        packed = await ask(runtime.lane, path, key, accept_encoding="gzip, br")
        assert packed.headers["content-encoding"] == "gzip"
        assert len(packed.body) < len(BODY)
    assert (await ask(runtime.lane, "/v1/stops/1/arrivals?a=1", key)).body == b"Maps"


async def test_an_unchanged_answer_has_no_body_and_costs_nothing(runtime: LaneRuntime, add_key: AddKey) -> None:
    key = await add_key()
    path = TARGET.decode()
    first = await ask(runtime.lane, path, key)
    etag = first.headers["etag"]
    for held in (etag, f'"other", {etag}', "*", etag.removeprefix("W/")):
        again = await ask(runtime.lane, path, key, if_none_match=held)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert _left(again) == _left(first)
    changed = await ask(runtime.lane, path, key, if_none_match='W/"else"')
    assert (changed.status, _left(changed)) == (200, _left(first) - 1)


async def test_unchanged_answers_that_must_be_rendered_are_paced_by_the_burst(
    runtime: LaneRuntime, add_key: AddKey
) -> None:
    key = await add_key(burst_per_s=0.01, burst_size=5)
    answered = [await ask(runtime.lane, f"/v1/304?x={number}", key, if_none_match="*") for number in range(8)]
    statuses = [answer.status for answer in answered]
    assert statuses == [304] * 5 + [429] * 3
    assert _left(answered[0]) == _left(answered[4]) == 10_000


async def test_unchanged_answers_that_lie_ready_are_paced_by_the_burst_as_well(
    runtime: LaneRuntime, add_key: AddKey
) -> None:
    key = await add_key(burst_per_s=0.01, burst_size=5)
    answered = [await ask(runtime.lane, TARGET.decode(), key, if_none_match="*") for _ in range(8)]
    assert [answer.status for answer in answered] == [304] * 5 + [429] * 3
    assert _left(answered[4]) == 10_000


@pytest.mark.parametrize(("last", "cost"), [("200", 1), ("404", 1), ("304", 0), ("500", 0), ("503", 0)])
async def test_the_application_s_own_304_and_failures_cost_nothing(
    runtime: LaneRuntime, add_key: AddKey, last: str, cost: int
) -> None:
    key = await add_key()
    before = _left(await ask(runtime.lane, key=key))
    assert (await ask(runtime.lane, f"/v1/lines/{last}", key)).status == int(last)
    assert _left(await ask(runtime.lane, key=key)) == before - 1 - cost


async def test_an_application_that_raises_costs_nothing(runtime: LaneRuntime, add_key: AddKey) -> None:
    key = await add_key()
    before = _left(await ask(runtime.lane, key=key))
    with pytest.raises(RuntimeError):
        await ask(runtime.lane, "/v1/fail", key)
    assert _left(await ask(runtime.lane, key=key)) == before - 1


async def test_a_day_is_spent_to_its_last_token_and_the_refusal_says_when_there_is_more(
    runtime: LaneRuntime, add_key: AddKey
) -> None:
    key = await add_key(per_day=37)
    answers = [await ask(runtime.lane, key=key) for _ in range(44)]
    asked_at = time.time()
    answers.append(await ask(runtime.lane, key=key))
    assert [answer.status for answer in answers] == [200] * 37 + [429] * 8
    assert [_left(answer) for answer in answers[:37]] == list(range(36, -1, -1))
    problem = orjson.loads(answers[-1].body)
    assert (problem["type"], problem["window"], problem["limit"]) == ("/problems/quota-exceeded", "day", 37)
    latest, soonest = 86_400 - asked_at % 86_400, 86_400 - time.time() % 86_400
    assert soonest - 1 <= int(answers[-1].headers["retry-after"]) <= latest + 1


async def test_a_month_ends_before_its_days_do(runtime: LaneRuntime, add_key: AddKey) -> None:
    key = await add_key(per_day=10, per_month=10)
    statuses = [(await ask(runtime.lane, key=key)).status for _ in range(11)]
    assert statuses == [200] * 10 + [429]


async def test_a_burst_is_refused_at_its_size_and_soon_refills(runtime: LaneRuntime, add_key: AddKey) -> None:
    key = await add_key(burst_size=20, burst_per_s=1)
    begun = time.monotonic()
    answers = await asyncio.gather(*[ask(runtime.lane, key=key) for _ in range(60)])
    passed_s = time.monotonic() - begun
    assert 20 <= [answer.status for answer in answers].count(200) <= 20 + passed_s + 1
    refused = next(answer for answer in answers if answer.status == 429)
    assert (orjson.loads(refused.body)["window"], refused.headers["retry-after"]) == ("burst", "1")


async def test_a_heavier_kind_costs_its_weight(runtime: LaneRuntime, add_key: AddKey) -> None:
    key = await add_key(per_day=100, weights={"arrivals": 7})
    light = await ask(runtime.lane, "/v1/lines", key)
    heavy = await ask(runtime.lane, "/v1/stops/9/arrivals", key)
    assert _left(light) - _left(heavy) == 7


async def test_a_refusal_costs_nothing_and_policies_are_told(runtime: LaneRuntime, add_key: AddKey) -> None:
    key = await add_key(per_day=1, burst_size=50, burst_per_s=25)
    told = await ask(runtime.lane, key=key)
    assert told.headers["ratelimit-policy"] == '"burst";q=50;w=2, "day";q=1;w=86400, "month";q=100000;w=2592000'
    for _ in range(3):
        refused = await ask(runtime.lane, key=key)
        assert refused.status == 429
        assert _left(refused) == 0


async def test_pages_of_other_origins_may_ask(runtime: LaneRuntime, add_key: AddKey) -> None:
    preflight = await ask(runtime.lane, method="OPTIONS", origin="https://maps.example")
    assert (preflight.status, preflight.headers["access-control-allow-origin"]) == (204, "*")
    assert "x-api-key" in preflight.headers["access-control-allow-headers"]
    assert {"GET", "POST", "PUT", "PATCH", "DELETE"} <= set(
        preflight.headers["access-control-allow-methods"].split(", ")
    )
    key = await add_key()
    for path in (TARGET.decode(), "/v1/lines"):
        assert (await ask(runtime.lane, path, key, origin="https://maps.example")).headers[
            "access-control-allow-origin"
        ] == "*"


async def test_a_flood_of_unknown_keys_hardly_reaches_the_ledger(
    runtime: LaneRuntime, add_key: AddKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    from api.lane import keyring  # noqa: PLC0415 - only here
    from runtime.ledger.key_format import make_key  # noqa: PLC0415 - only here

    asked, real = 0, keys.load_credentials

    async def counted(*args: Any, **named: Any) -> Any:
        nonlocal asked
        asked += 1
        return await real(*args, **named)

    good = await add_key()
    assert (await ask(runtime.lane, key=good)).status == 200
    monkeypatch.setattr(keyring, "load_credentials", counted)
    begun = time.monotonic()
    for _ in range(2000):
        assert (await ask(runtime.lane, key=make_key().text)).status == 401
    repeated = make_key().text
    for _ in range(200):
        assert (await ask(runtime.lane, key=repeated)).status == 401
    passed_s = time.monotonic() - begun
    assert asked <= keyring.UNKNOWN_LOOKUPS_PER_S * (1 + passed_s) + 1
    assert (await ask(runtime.lane, key=good)).status == 200
