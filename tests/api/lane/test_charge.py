"""Requests that turn out to ask for much pay for it, or are refused."""

from typing import Any

from tests.api.lane.asking import ask


async def _charging(scope: Any, _receive: Any, send: Any) -> None:
    """Charges what the last part of its path says, and answers 200, or 503 where the path says so."""
    *_, status, more = scope["path"].split("/")
    await scope["state"]["charge"](int(more))
    await send({"type": "http.response.start", "status": int(status), "headers": []})
    await send({"type": "http.response.body", "body": b""})


def _left(answer: Any) -> int:
    return int(answer.headers["ratelimit"].partition('"day";r=')[2].partition(";")[0])


async def test_what_is_charged_is_spent_and_a_failure_costs_nothing(make_runtime: Any, add_key: Any) -> None:
    runtime = make_runtime(_charging)
    key = await add_key()
    await runtime.start()
    try:
        before = _left(await ask(runtime.lane, "/v1/lines/200/0", key))
        assert before - _left(await ask(runtime.lane, "/v1/lines/200/9", key)) == 10
        assert before - _left(await ask(runtime.lane, "/v1/lines/503/9", key)) == 10
    finally:
        await runtime.stop()
