"""Requests that turn out to ask for much pay for it, or are refused."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import orjson
import pytest
import pytest_asyncio

from api.failures import _refused
from api.lane.allowance import Allowance
from api.lane.build import LaneRuntime
from api.refusal import Refusal
from runtime.ledger.database import Ledger
from tests.api.lane.asking import Answer, ask

AddKey = Callable[..., Awaitable[str]]
SLOW = {"burst_per_s": 0.01, "burst_size": 40}
"""A plan whose bucket is full and as good as never refilled."""


async def _charging(scope: Any, receive: Any, send: Any) -> None:
    """Charges what the last part of its path says, and answers 200, or 503 where the path says so."""
    *_, status, more = scope["path"].split("/")
    try:
        await scope["state"]["charge"](int(more))
    except Refusal as refused:
        await (await _refused(None, refused))(scope, receive, send)  # type: ignore[arg-type]
        return
    await send({"type": "http.response.start", "status": int(status), "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest_asyncio.fixture
async def runtime(ledger: Ledger, make_runtime: Callable[..., LaneRuntime]) -> AsyncIterator[LaneRuntime]:
    assert ledger.is_sqlite
    made = make_runtime(_charging)
    await made.start()
    yield made
    await made.stop()


def _left(answer: Answer) -> int:
    return int(answer.headers["ratelimit"].partition('"day";r=')[2].partition(";")[0])


async def test_what_is_charged_is_spent_and_a_failure_costs_nothing(runtime: LaneRuntime, add_key: AddKey) -> None:
    key = await add_key()
    before = _left(await ask(runtime.lane, "/v1/lines/200/0", key))
    assert before - _left(await ask(runtime.lane, "/v1/lines/200/9", key)) == 10
    assert before - _left(await ask(runtime.lane, "/v1/lines/503/9", key)) == 10


@pytest.mark.parametrize("burst_size", [1, 2, 40])
async def test_a_request_dearer_than_the_bucket_is_answered_and_its_price_is_paid_before_the_next(
    runtime: LaneRuntime, add_key: AddKey, burst_size: int
) -> None:
    key = await add_key(burst_per_s=0.01, burst_size=burst_size)
    answered = await ask(runtime.lane, "/v1/lines/200/99", key)
    assert (answered.status, _left(answered)) == (200, 9900)
    refused = await ask(runtime.lane, "/v1/lines/200/0", key)
    said = orjson.loads(refused.body)
    assert (refused.status, said["window"]) == (429, "burst")
    # what the bucket lacked, and the token of this request, at a hundredth a second
    assert said["retry_after_s"] == pytest.approx((100 - burst_size + 1) * 100, abs=20)
    assert _left(refused) == 9900


async def test_a_request_that_is_too_dear_just_now_costs_nothing_says_when_and_stops_no_small_one(
    runtime: LaneRuntime, add_key: AddKey
) -> None:
    key = await add_key(**SLOW)
    assert (await ask(runtime.lane, "/v1/lines/200/29", key)).status == 200
    for _ in range(3):
        refused = await ask(runtime.lane, "/v1/lines/200/99", key)
        said = orjson.loads(refused.body)
        assert (refused.status, said["window"], said["limit"]) == (429, "burst", 40)
        # ten of the twenty that a request needs at once are there
        assert said["retry_after_s"] == pytest.approx(1000, abs=20)
        assert refused.headers["retry-after"] == str(said["retry_after_s"])
        assert _left(refused) == 9970
    answered = [await ask(runtime.lane, "/v1/lines/200/0", key) for _ in range(11)]
    assert [each.status for each in answered] == [200] * 10 + [429]


async def test_the_last_tokens_of_a_day_are_spent_by_small_requests_where_a_large_one_finds_too_few(
    runtime: LaneRuntime, add_key: AddKey
) -> None:
    key = await add_key(per_day=10, per_month=10)
    refused = await ask(runtime.lane, "/v1/lines/200/10", key)
    assert (refused.status, orjson.loads(refused.body)["window"]) == (429, "month")
    assert (await ask(runtime.lane, "/v1/lines/200/8", key)).status == 200
    answered = [await ask(runtime.lane, "/v1/lines/200/0", key) for _ in range(2)]
    assert [each.status for each in answered] == [200, 429]


async def test_a_charge_that_nobody_could_be_asked_about_is_our_failure(
    runtime: LaneRuntime, add_key: AddKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await add_key()
    assert (await ask(runtime.lane, "/v1/lines/200/0", key)).status == 200

    obtain = runtime.quotas.obtain

    async def find_few(allowance: Allowance, tokens: int, *, paid: int = 0) -> bool:
        if tokens == 1:
            return await obtain(allowance, tokens, paid=paid)
        runtime.quotas.blocks.available = False
        return False

    monkeypatch.setattr(runtime.quotas, "obtain", find_few)
    refused = await ask(runtime.lane, "/v1/lines/200/5000", key)
    assert (refused.status, refused.problem) == (503, "/problems/quota-unavailable")
    assert _left(refused) == 9999


@pytest.mark.parametrize(("status", "cost"), [(200, 1), (400, 1), (429, 0), (503, 0)])
async def test_a_stream_that_is_refused_for_want_of_places_or_for_our_sake_costs_nothing(
    make_runtime: Callable[..., LaneRuntime], ledger: Ledger, add_key: AddKey, status: int, cost: int
) -> None:
    assert ledger.is_sqlite

    async def opened(scope: Any, _receive: Any, send: Any) -> None:
        told = status if scope["path"] == "/v1/stream" else 200
        await send({"type": "http.response.start", "status": told, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    runtime = make_runtime(opened)
    await runtime.start()
    key = await add_key()
    before = _left(await ask(runtime.lane, "/v1/lines", key))
    assert (await ask(runtime.lane, "/v1/stream", key)).status == status
    assert before - _left(await ask(runtime.lane, "/v1/lines", key)) == cost + 1
    await runtime.stop()
