"""A webhook about what would never be told of is refused when it is asked for."""

from typing import Any

import httpx
import pytest

from api.problems import NOT_GRANTED, UNKNOWN_LINE, UNKNOWN_STOP
from api.refusal import Refusal
from api.webhooks.aim import check_aim
from schemas.webhooks import Webhook, WebhookEvent
from transit.grants.agreements import HISTORY, LIVE
from transit.grants.area import Area
from transit.grants.openings import Opening
from transit.grants.reach import EVERYTHING, Reach

City = Any
OF_LINE_1 = Reach(areas=(Area(lines=frozenset({"town:1"})),))
OF_LINE_2 = Reach(areas=(Area(lines=frozenset({"town:2"})),))


def opening(reach: Reach = EVERYTHING, grant_id: str = "g", kind: str = LIVE) -> Opening:
    return Opening(grant_id, "p", 1, frozenset({kind}), reach, 0.0, (), None, None)


def wanted(line: str = "", stop: str = "", run: str = "") -> Webhook:
    event = WebhookEvent.RUN_APPROACHING if stop else WebhookEvent.LINE_DISRUPTED
    return Webhook(id="", partner_id="p", url="https://maps.example", event=event, line=line, stop=stop, run=run)


@pytest.mark.parametrize(
    ("openings", "asked", "problem"),
    [
        ((opening(),), wanted("town:9"), UNKNOWN_LINE),
        ((opening(),), wanted("nowhere:1"), UNKNOWN_LINE),
        ((opening(),), wanted("town:1", "town:Z"), UNKNOWN_STOP),
        ((opening(OF_LINE_2),), wanted("town:1"), UNKNOWN_LINE),
        ((opening(OF_LINE_2), opening(grant_id="")), wanted("town:1"), UNKNOWN_LINE),
        ((), wanted("town:1"), NOT_GRANTED),
        ((opening(kind=HISTORY),), wanted("town:1"), NOT_GRANTED),
    ],
)
def test_what_no_grant_and_no_timetable_has_is_refused_alike(
    city: City, openings: tuple[Opening, ...], asked: Webhook, problem: object
) -> None:
    with pytest.raises(Refusal) as refused:
        check_aim(city.view, openings, asked)
    assert refused.value.problem is problem


@pytest.mark.parametrize(
    ("openings", "asked"),
    [
        ((opening(),), wanted("town:1", "town:B")),
        ((opening(OF_LINE_2), opening(OF_LINE_1)), wanted("town:1")),
        ((opening(grant_id=""),), wanted("town:1")),
        ((opening(),), wanted(stop="town:B", run="town:added-by-the-agency:20260216")),
    ],
)
def test_what_a_grant_holds_passes(city: City, openings: tuple[Opening, ...], asked: Webhook) -> None:
    check_aim(city.view, openings, asked)


async def test_a_line_that_no_timetable_has_is_answered_as_elsewhere(city: City) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        partner = type("Partner", (), {"partner_id": "p", "key_id": "k"})()
        await city.api.app({**scope, "state": {"partner": partner, "openings": (opening(),)}}, receive, send)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://headway.test") as client:
        body = {"url": "https://maps.example/hook", "event": "line.disrupted", "line": "town:9"}
        answered = await client.post("/v1/webhooks", json=body)
        elsewhere = await client.get("/v1/lines/town:9")
    told, as_told = answered.json(), elsewhere.json()
    assert (answered.status_code, told["type"], told["detail"]) == (404, as_told["type"], as_told["detail"])
