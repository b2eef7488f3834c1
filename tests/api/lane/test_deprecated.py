"""The lane tells of what is to go and of parameters that nothing reads, whoever answers."""

from collections.abc import Callable
from typing import Any

from api.lane.build import LaneRuntime
from runtime.ledger.database import Ledger
from tests.api.lane.asking import ask as ask_lane


async def test_answers_made_and_answers_kept_both_tell_of_it_and_so_do_problems(
    city: Any, lane_settings: Any, ledger: Ledger, add_key: Callable[..., Any]
) -> None:
    assert isinstance(ledger, Ledger)
    view = city.view
    runtime = LaneRuntime(city.api.app, settings=lane_settings, rendered=view.rendered)
    await runtime.start()
    try:
        key = await add_key()
        path = "/v1/stops/town%3AA/arrivals"
        told = [await ask_lane(runtime.lane, f"{path}?minutes=30", key) for _ in range(2)]
        kept = view.rendered.hits
        unchanged = await ask_lane(runtime.lane, f"{path}?minutes=30", key, if_none_match=told[0].headers["etag"])
        wrong = await ask_lane(runtime.lane, f"{path}?minutes=no", key)
        other = await ask_lane(runtime.lane, f"{path}?horizon_s=1800", key)
        misspelt = [await ask_lane(runtime.lane, f"{path}?limt=1", key) for _ in range(2)]
    finally:
        await runtime.stop()
    assert kept >= 1
    assert [answer.status for answer in (*told, unchanged, wrong, other)] == [200, 200, 304, 422, 200]
    assert {answer.headers.get("deprecation") for answer in (*told, unchanged, wrong)} == {"@1795651200"}
    assert {answer.headers.get("sunset") for answer in (*told, unchanged, wrong)} == {"Wed, 01 Dec 2027 00:00:00 GMT"}
    assert not {"deprecation", "sunset", "link", "unknown-parameters"} & other.headers.keys()
    assert [answer.status for answer in misspelt] == [200] * 2
    assert {answer.headers.get("unknown-parameters") for answer in misspelt} == {'"limt";meant="limit"'}
