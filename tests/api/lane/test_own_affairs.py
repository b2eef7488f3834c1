"""A partner's own affairs through the lane and the application, as one API process has them."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import orjson
import pytest
import pytest_asyncio
from sqlalchemy import update

from api.app import build_api
from api.lane import seat
from api.lane.build import LaneRuntime
from api.me.schemas import (
    GrantRequest,
    GrantsAnswer,
    Key,
    KeysAnswer,
    MeAnswer,
    Need,
    NeedsAnswer,
    NewKey,
    RequestsAnswer,
    RestrictedKey,
)
from api.usage.schemas import StatementAnswer, UsageAnswer
from runtime.ledger import grant_requests, webhook_deliveries
from runtime.ledger.database import Ledger
from runtime.ledger.derived import keep_output
from runtime.ledger.grants import NewGrant, add_grant, change_grant, list_grants
from runtime.ledger.key_format import find_key_id
from runtime.ledger.keys import load_credentials
from runtime.ledger.owners import add_owner, get_owner, set_term, withdraw
from runtime.ledger.plans import TRIAL, set_plan
from runtime.ledger.products import publish
from runtime.ledger.webhook_models import DeliveryRow
from runtime.settings import Settings
from tests.api.lane.asking import Answer, ask, eventually
from transit.grants.agreements import HISTORY, AreaTerms, Offer, Product
from transit.grants.fields import ALL

AddKey = Callable[..., Awaitable[str]]

MAPS = Product(
    id="maps",
    version=0,
    name="Arrivals for maps",
    description="When the next vehicles come.",
    supply="granted",
    fields=("expected", "distance", "verdict"),
    offer=Offer(purposes=("passenger-information",), plans=("trial",), days_max=365),
)


@pytest_asyncio.fixture
async def lane(lane_settings: Settings, ledger: Ledger) -> AsyncIterator[LaneRuntime]:
    assert isinstance(ledger, Ledger)
    api = build_api(lane_settings)
    runtime = LaneRuntime(api.app, settings=lane_settings, rendered=api.view.rendered)
    await runtime.start()
    yield runtime
    await runtime.stop()
    await api.application.state.affairs.close()


@pytest.fixture
def post(lane: LaneRuntime) -> Callable[..., Awaitable[Answer]]:
    async def send(path: str, key: str, method: str = "POST", **body: object) -> Answer:
        return await ask(lane.lane, path, key, method=method, body=orjson.dumps(body))

    return send


async def _publish(ledger: Ledger, *products: Product) -> None:
    async with ledger.write() as session:
        for product in products:
            await publish(session, product, actor="test")


def _read(answer: Answer) -> Any:
    return orjson.loads(answer.body)


async def test_a_request_within_the_offer_is_approved_by_a_named_rule(
    lane: LaneRuntime, ledger: Ledger, add_key: AddKey, post: Any
) -> None:
    key = await add_key()
    await _publish(ledger, MAPS)
    answer = await post("/v1/me/grants", key, product="maps", purpose="passenger-information", days=30)
    assert answer.status == 201, answer.body
    assert _read(answer)["rule"] == "published-offer"
    grants = _read(await ask(lane.lane, "/v1/me/grants", key))["grants"]
    assert [(grant["product_id"], grant["state"]) for grant in grants] == [("maps", "live")]


async def test_the_products_that_the_partners_page_asks_for_are_on_the_shelf_of_every_deployment(
    lane: LaneRuntime, add_key: AddKey, post: Any
) -> None:
    page = (Path(__file__).parents[3] / "docs" / "partners.md").read_text()
    examples = "".join(re.findall(r"^```\w*\n(.*?)^```", page, re.DOTALL | re.MULTILINE))
    looked_at = re.findall(r"/v1/products/(\w+)", examples)
    asked = [orjson.loads(body) for body in re.findall(r"-d '(\{\"product\".*?\})'", examples)]
    assert (len(looked_at), len(asked)) == (1, 1)
    key = await add_key()
    for product in looked_at:
        assert (await ask(lane.lane, f"/v1/products/{product}", key)).status == 200
    for body in asked:
        answer = await post("/v1/me/grants", key, **body)
        assert answer.status == 201, answer.body
        assert f'-H "X-Product: {body["product"]}"' in examples


async def test_a_request_beyond_the_offer_waits_and_says_why(ledger: Ledger, add_key: AddKey, post: Any) -> None:
    key = await add_key()
    await _publish(ledger, MAPS)
    for body, reason in (
        ({"purpose": "advertising"}, "purpose"),
        ({"purpose": "passenger-information", "days": 3000}, "days"),
        ({"purpose": "passenger-information", "fields": ["occupancy"]}, "fields"),
        ({"purpose": "passenger-information", "plan": "standard"}, "plan"),
    ):
        answer = await post("/v1/me/grants", key, product="maps", **body)
        assert answer.status == 202, answer.body
        assert reason in _read(answer)["reason"]


async def test_a_trial_on_real_output_lasts_14_days_and_is_had_once(ledger: Ledger, add_key: AddKey, post: Any) -> None:
    key = await add_key()
    await _publish(ledger, MAPS)
    first = _read(await post("/v1/me/grants", key, product="maps", purpose="try", trial=True))
    assert first["rule"] == "trial-14-days"
    again = await post("/v1/me/grants", key, product="maps", purpose="try", trial=True)
    assert again.status == 202


async def test_a_trial_on_a_simulated_city_needs_no_approval(ledger: Ledger, add_key: AddKey, post: Any) -> None:
    key = await add_key()
    await _publish(ledger, msgspec.structs.replace(MAPS, id="toy-city", simulated=True, offer=None))
    for _ in range(2):
        answer = await post("/v1/me/grants", key, product="toy-city", purpose="try", trial=True)
        assert _read(answer)["rule"] == "simulated-trial"


async def test_an_owner_who_gives_nothing_keeps_a_request_waiting(ledger: Ledger, add_key: AddKey, post: Any) -> None:
    key = await add_key()
    await _publish(ledger, MAPS)
    async with ledger.write() as session:
        await add_owner(session, name="Bus Group", feeds=["town"], timetables=["town"], actor="test")
    answer = await post("/v1/me/grants", key, product="maps", purpose="passenger-information")
    assert answer.status == 202
    assert "owner" in _read(answer)["reason"]


async def test_the_catalogue_shows_a_sample_with_the_members_a_product_holds(
    lane: LaneRuntime, ledger: Ledger, add_key: AddKey
) -> None:
    key = await add_key()
    await _publish(ledger, msgspec.structs.replace(MAPS, sample="/v1/stops/town:B/arrivals"))
    listed = _read(await ask(lane.lane, "/v1/products", key))["products"]
    assert {product["id"] for product in listed} == {"open", "maps"}
    product = _read(await ask(lane.lane, "/v1/products/maps", key))
    arrival = product["sample_answer"]["arrivals"][0]
    assert "expected_at" in arrival
    assert "vehicle_id" not in arrival
    assert "occupancy" not in arrival
    assert (await ask(lane.lane, "/v1/products/none", key)).status == 404


async def test_own_affairs_cost_no_quota_and_are_paced(
    lane: LaneRuntime, add_key: AddKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seat, "OWN_PER_S", 1)
    key = await add_key(per_day=0)
    assert (await ask(lane.lane, "/v1/me", key)).status == 200
    answers = [(await ask(lane.lane, "/v1/me", key)).status for _ in range(40)]
    assert 429 in answers


async def test_a_partner_rotates_restricts_and_ends_its_keys_and_no_other_partners(
    lane: LaneRuntime, add_key: AddKey, post: Any
) -> None:
    key, foreign = await add_key("Maps"), await add_key("Rides")
    new = _read(await post("/v1/me/keys/rotate", key, overlap_hours=1))
    assert (await ask(lane.lane, "/v1/me", new["key"])).status == 200
    foreign_id = _read(await ask(lane.lane, "/v1/me", foreign))["key_id"]
    assert (await post(f"/v1/me/keys/{foreign_id}", key, method="DELETE")).status == 409
    assert (await post(f"/v1/me/keys/{foreign_id}", key, method="PATCH", networks=[])).status == 409
    assert (await ask(lane.lane, "/v1/me", foreign)).status == 200
    limited = await post(f"/v1/me/keys/{new['id']}", key, method="PATCH", networks=["192.0.2.0/24"])
    assert _read(limited)["networks"] == ["192.0.2.0/24"]
    assert (await post(f"/v1/me/keys/{new['id']}", key, method="DELETE")).status == 200


async def test_a_need_is_posted_and_read(lane: LaneRuntime, add_key: AddKey, post: Any) -> None:
    key = await add_key()
    assert (await post("/v1/me/needs", key, text="Dwell times a stop and hour, for a year")).status == 201
    needs = _read(await ask(lane.lane, "/v1/me/needs", key))["needs"]
    assert [need["text"] for need in needs] == ["Dwell times a stop and hour, for a year"]


async def test_what_is_sent_is_checked(add_key: AddKey, post: Any) -> None:
    key = await add_key()
    for body in ({}, {"product": "open", "purpose": ""}, {"product": "open", "purpose": "x", "more": 1}):
        assert (await post("/v1/me/grants", key, **body)).status == 422
    for fields in (["no-such-field"], ["expected", "'; drop table grants"]):
        answer = await post("/v1/me/grants", key, product="open", purpose="x", fields=fields)
        assert answer.status == 422
    assert (await post("/v1/me/grants", key, product="none", purpose="x")).status == 409


async def test_a_withdrawal_cuts_the_owners_data_and_not_the_partner(
    lane: LaneRuntime, ledger: Ledger, add_key: AddKey
) -> None:
    key = await add_key()
    async with ledger.write() as session:
        owner = await add_owner(session, name="Bus Group", feeds=["town"], timetables=[], actor="test")
        await set_term(session, owner, actor="test")
    await lane.ring.load_all()
    assert _read(await ask(lane.lane, "/v1/me", key))["open"][0]["withheld_by_owners"] == {}
    async with ledger.write() as session:
        await withdraw(session, await get_owner(session, "Bus Group"), actor="test")

    async def is_cut() -> bool:
        answer = await ask(lane.lane, "/v1/me", key)
        return answer.status == 200 and _read(answer)["open"][0]["withheld_by_owners"] == {"town": sorted(ALL)}

    await eventually(is_cut)


async def test_a_revoked_grant_opens_nothing_and_a_suspended_one_until_it_is_resumed(
    lane: LaneRuntime, ledger: Ledger, add_key: AddKey, post: Any
) -> None:
    key = await add_key()
    await _publish(ledger, MAPS)
    given = _read(await post("/v1/me/grants", key, product="maps", purpose="passenger-information"))

    async def status() -> int:
        return (await ask(lane.lane, "/v1/lines", key, x_product="maps")).status

    async def is_open() -> bool:
        return await status() == 503  # no timetable is known here: the lane let it through

    async def is_shut() -> bool:
        return await status() == 403

    await eventually(is_open)
    for change, awaited in (("suspend", is_shut), ("resume", is_open), ("revoke", is_shut)):
        async with ledger.write() as session:
            await change_grant(session, given["grant_id"], change, actor="test")
        await eventually(awaited)


async def test_a_key_and_a_grant_open_only_from_their_networks(
    lane: LaneRuntime, ledger: Ledger, add_key: AddKey, post: Any
) -> None:
    key = await add_key()
    await _publish(ledger, MAPS)
    body = {"product": "maps", "purpose": "passenger-information", "networks": ["192.0.2.0/24"]}
    await post("/v1/me/grants", key, **body)
    await lane.ring.load_all()
    inside = await ask(lane.lane, "/v1/lines", key, x_product="maps", client="192.0.2.7")
    outside = await ask(lane.lane, "/v1/lines", key, x_product="maps", client="198.51.100.7")
    assert inside.status == 503
    assert outside.problem == "/problems/network-not-allowed"


async def test_a_grant_of_an_area_is_an_area(lane: LaneRuntime, ledger: Ledger, add_key: AddKey, post: Any) -> None:
    key = await add_key()
    await _publish(ledger, msgspec.structs.replace(MAPS, area=AreaTerms(modes=("bus",))))
    await post("/v1/me/grants", key, product="maps", purpose="passenger-information")
    await lane.ring.load_all()
    first = _read(await ask(lane.lane, "/v1/me", key))["open"][0]
    assert (first["product"], first["fields"]) == ("maps", ["distance", "expected", "verdict"])


async def test_a_body_that_is_no_text_is_refused_and_not_our_failure(lane: LaneRuntime, add_key: AddKey) -> None:
    key = await add_key()
    for body in (b"\xff\xfe", b"{", b"[]", b"null", b'{"text": 7}'):
        answer = await ask(lane.lane, "/v1/me/needs", key, method="POST", body=body)
        assert (answer.status, answer.problem) == (422, "/problems/invalid-parameter"), body


async def test_answers_about_own_affairs_are_what_the_description_says(
    lane: LaneRuntime, ledger: Ledger, add_key: AddKey, post: Any
) -> None:
    await _publish(ledger, MAPS)
    async with ledger.write() as session:
        await set_plan(session, TRIAL, actor="test")
    key = await add_key()
    wanted = {"product": "maps", "purpose": "passenger-information", "days": 30, "plan": "trial"}
    GrantRequest.model_validate(_read(await post("/v1/me/grants", key, **wanted, area={"lines": ["town:1"]})))
    Need.model_validate(_read(await post("/v1/me/needs", key, text="Dwell times a stop and hour, for a year")))
    new = NewKey.model_validate(_read(await post("/v1/me/keys/rotate", key)))
    limited = await post(f"/v1/me/keys/{new.id}", key, method="PATCH", signed=True)
    assert RestrictedKey.model_validate(_read(limited)).signing_secret
    Key.model_validate(_read(await post(f"/v1/me/keys/{new.id}", key, method="DELETE")))
    for path, model in (
        ("/v1/me", MeAnswer),
        ("/v1/me/grants", GrantsAnswer),
        ("/v1/me/requests", RequestsAnswer),
        ("/v1/me/needs", NeedsAnswer),
        ("/v1/me/keys", KeysAnswer),
        ("/v1/usage", UsageAnswer),
        ("/v1/usage/statements/2026-02.json", StatementAnswer),
    ):
        told = _read(await ask(lane.lane, path, key))
        assert model.model_validate(told).model_fields_set == set(told)
        assert set(told) == set(model.model_fields)
    assert _read(await ask(lane.lane, "/v1/usage", key))["grants"]


async def test_a_finer_second_version_of_a_derived_product_stays_from_holders_of_the_first(
    lane: LaneRuntime, ledger: Ledger, add_key: AddKey
) -> None:
    holder, newcomer = await add_key("Holder"), await add_key("Newcomer")
    query = {"measure": "dwell_s", "by": ["line"], "min_group": 50}
    derived = msgspec.structs.replace(MAPS, id="dwells", kinds=(HISTORY,), query=query, offer=None)
    for key in (holder, newcomer):
        async with ledger.write() as session:
            product = await publish(session, derived, actor="test")
            await session.flush()
            partner = (await load_credentials(session, key_id=find_key_id(key.encode())))[0].partner_id
            terms = NewGrant(partner_id=partner, purpose="research", rule="test")
            await add_grant(session, product, terms, actor="test")
            rows = [{"line": "city:1", "observations": 100 * product.version}]
            await keep_output(session, product, rows, from_s=1, until_s=2, actor="test")
    await lane.ring.load_all()
    told = [_read(await ask(lane.lane, "/v1/archive/dwells", key)) for key in (holder, newcomer)]
    assert [(each["version"], each["rows"][0]["observations"]) for each in told] == [(1, 100), (2, 200)]
    async with ledger.write() as session:
        partner = (await load_credentials(session, key_id=find_key_id(holder.encode())))[0].partner_id
        await add_grant(session, product, NewGrant(partner_id=partner, purpose="more", rule="test"), actor="test")
    await lane.ring.load_all()
    assert _read(await ask(lane.lane, "/v1/archive/dwells", holder))["version"] == 2


async def test_pages_lead_through_what_was_sent_to_a_webhook(
    lane: LaneRuntime, add_key: AddKey, post: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await add_key()
    made = await post("/v1/webhooks", key, url="https://maps.example/told", event="line.disrupted", line="city:7")
    assert made.status == 201, made.body
    path = f"/v1/webhooks/{_read(made)['id']}"
    monkeypatch.setattr("api.webhooks.endpoints.now_ms", lambda: 1_000_000_000_000)
    sent = {_read(await post(f"{path}/test", key))["id"] for _ in range(5)}
    seen: list[str] = []
    cursor: str | None = ""
    for _ in range(3):
        page = _read(await ask(lane.lane, f"{path}/deliveries?limit=2&cursor={cursor}", key))
        seen += [each["id"] for each in page["deliveries"]]
        cursor, before = page["next_cursor"], cursor
    assert (len(seen), set(seen), cursor) == (5, sent, None)
    misspelt = await ask(lane.lane, f"{path}/deliveries?stat=failed", key)
    assert (misspelt.status, misspelt.headers["unknown-parameters"]) == (200, '"stat";meant="state"')
    refused = await ask(lane.lane, f"{path}/deliveries?state=failed&cursor={before}", key)
    assert (refused.status, refused.problem) == (422, "/problems/invalid-parameter")


async def test_a_rule_gives_no_more_grants_of_a_product_than_a_partner_may_hold(
    ledger: Ledger, add_key: AddKey, post: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grant_requests, "LIVE_MAX", 2)
    key = await add_key()
    await _publish(ledger, MAPS)
    asked = {"product": "maps", "purpose": "passenger-information", "days": 30}
    assert [(await post("/v1/me/grants", key, **asked)).status for _ in range(3)] == [201, 201, 409]
    refused = await post("/v1/me/grants", key, **asked)
    assert "/v1/me/grants shows them" in _read(refused)["detail"]
    async with ledger.write() as session:
        await change_grant(session, (await list_grants(session))[0].id, "revoke", actor="test")
    assert (await post("/v1/me/grants", key, **asked)).status == 201
    beyond = await post("/v1/me/grants", key, **asked | {"purpose": "advertising"})
    assert beyond.status == 202


async def test_a_webhook_has_few_tests_waiting_and_few_an_hour(
    ledger: Ledger, add_key: AddKey, post: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_deliveries, "TESTS_AN_HOUR_MAX", 7)
    key = await add_key()
    wanted = {"url": "https://partner.example/hook", "event": "line.disrupted", "line": "city:1"}
    path = f"/v1/webhooks/{_read(await post('/v1/webhooks', key, **wanted))['id']}/test"
    assert [(await post(path, key)).status for _ in range(6)] == [202] * 5 + [409]
    assert "deliveries?state=pending" in _read(await post(path, key))["detail"]
    async with ledger.write() as session:
        await session.execute(update(DeliveryRow).values(state="delivered"))
    statuses = [(await post(path, key)).status for _ in range(3)]
    assert statuses == [202, 202, 409]
    async with ledger.write() as session:
        await session.execute(update(DeliveryRow).values(state="delivered", made_at_ms=0))
    assert (await post(path, key)).status == 202
