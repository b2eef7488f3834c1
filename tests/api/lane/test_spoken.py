"""Answers are kept by the lane once a language."""

from collections.abc import Callable
from typing import Any

import pytest

from api.lane.build import LaneRuntime
from runtime.ledger.database import Ledger
from tests.api.lane.asking import ask as ask_lane
from transit.timetable.compiled import Timetable


@pytest.fixture(scope="module")
def timetable(spoken_town: Timetable) -> Timetable:
    return spoken_town


async def test_the_lane_keeps_an_answer_once_a_language_however_it_is_spelled(
    city: Any, lane_settings: Any, ledger: Ledger, add_key: Callable[..., Any]
) -> None:
    assert isinstance(ledger, Ledger)
    view = city.view
    runtime = LaneRuntime(city.api.app, settings=lane_settings, rendered=view.rendered, languages=view.shelf.languages)
    await runtime.start()
    try:
        key = await add_key()
        path = "/v1/stops/town%3AA/arrivals"
        # all answers within a second, so that none is rendered again for its age
        spelled = ["zh", "zh-CN", "ZH;q=0.7", "fr,zh", "zh, en;q=0.1"]
        found = [await ask_lane(runtime.lane, path, key, accept_language=each) for each in spelled]
        other = [await ask_lane(runtime.lane, path, key, accept_language="en"), await ask_lane(runtime.lane, path, key)]
        again = await ask_lane(runtime.lane, path, key, accept_language="zh", if_none_match=found[0].headers["etag"])
        missed = await ask_lane(runtime.lane, path, key, accept_language="en", if_none_match=found[0].headers["etag"])
    finally:
        await runtime.stop()
    assert {answer.body for answer in found} == {found[0].body}
    assert {answer.headers["content-language"] for answer in found} == {"zh"}
    assert [answer.headers["content-language"] for answer in other] == ["en", "en"]
    assert {answer.body for answer in other}.isdisjoint({found[0].body})
    assert "accept-language" in found[0].headers["vary"]
    assert (again.status, missed.status) == (304, 200)
    assert sorted(view.rendered._kept) == sorted([path.encode(), b"en " + path.encode(), b"zh " + path.encode()])
