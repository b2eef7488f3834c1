"""What somebody might try: every attempt is refused or told no more than was granted, and refusals are in the audit."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec
import orjson
import pytest
import pytest_asyncio
from google.transit.gtfs_realtime_pb2 import FeedMessage

from api.lane.build import LaneRuntime
from api.lane.metering import list_reports
from api.lane.seat import Seat
from api.lane.tickets import issue_ticket
from api.problems import NETWORK_NOT_ALLOWED
from api.refusal import Refusal
from runtime.deployment_secret import read_secret, request_secret
from runtime.ledger.audit_extract import search_audit
from runtime.ledger.database import Ledger
from runtime.ledger.grants import NewGrant, add_grant
from runtime.ledger.key_format import find_key_id, make_key
from runtime.ledger.keys import load_credentials, restrict_key, revoke_key
from runtime.ledger.partners import suspend_partner
from runtime.ledger.products import publish, withdraw_product
from runtime.ledger.usage import record_usage
from runtime.request_signing import sign_request
from runtime.settings import Settings
from tests.api.lane.asking import Answer, ask
from transit.grants.agreements import Product

AddKey = Callable[..., Awaitable[str]]
Mask = Callable[..., Awaitable[None]]
SECRETS = (b"v-t1-12", b"1234", b"40.005", b"latitude", b"occupancy", b"expected_early_at")
"""What stands in the whole answers and must stand in no answer to the masked partner."""


@pytest_asyncio.fixture
async def lane(lane_settings: Settings, ledger: Ledger, city: Any) -> AsyncIterator[LaneRuntime]:
    assert isinstance(ledger, Ledger)
    city.tell("1", city.run("t1-12", 1, 3))
    city.tell("2", city.run("t2-0", 1, 3, vehicle_id="v-two"))
    runtime = LaneRuntime(city.api.app, settings=lane_settings, rendered=city.view.rendered)
    await runtime.start()
    yield runtime
    await runtime.stop()


@pytest_asyncio.fixture
async def masked(lane: LaneRuntime, mask: Mask, add_key: AddKey) -> str:
    """The key of a partner who is granted the times of line 1 and nothing else."""
    key = await add_key()
    await mask(key)
    await lane.ring.load_all()
    return key


async def _audited(lane: LaneRuntime, ledger: Ledger) -> dict[str, int]:
    """Refusals as they stand in the audit once this process's counts are metered."""
    reports = [report for _, report in list_reports(lane.quotas.file, before_s=time.time() + 120)]
    async with ledger.write() as session:
        await record_usage(session, reports)
    found: dict[str, int] = {}
    async with ledger.read() as session:
        for entry in await search_audit(session, action="refusals", limit=1000):
            detail = orjson.loads(entry.body)["detail"]
            found[detail["kind"]] = found.get(detail["kind"], 0) + detail["refused"]
    return found


async def test_keys_that_are_stolen_expired_malformed_or_foreign_open_nothing_and_are_in_the_audit(
    lane: LaneRuntime, ledger: Ledger, add_key: AddKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    stolen, gone, shut = await add_key("Stolen"), await add_key("Gone"), await add_key("Shut")
    lapsing = await add_key("Lapsing", expires_at=int(time.time()) + 1000)
    async with ledger.write() as session:
        key_id = str(find_key_id(stolen.encode()))
        await restrict_key(session, key_id, networks=["192.0.2.0/24"], actor="test")
        await revoke_key(session, str(find_key_id(gone.encode())), actor="test")
        await suspend_partner(session, "Shut", suspended=True, actor="test")
    await lane.ring.load_all()
    foreign = make_key().text
    attempts: list[tuple[str | None, str]] = [
        (stolen, "network-not-allowed"),
        (gone, "key-revoked"),
        (shut, "partner-suspended"),
        (foreign, "invalid-key"),
        (None, "missing-key"),
    ]
    malformed = ("", "hw_live_", stolen[:-1], stolen.swapcase(), "' OR 1=1 --", "\x00" * 59, "x" * 10_000)
    attempts += [(text, "invalid-key" if text else "missing-key") for text in malformed]
    for key, problem in attempts:
        assert (await ask(lane.lane, "/v1/lines", key)).problem == f"/problems/{problem}", key
    wall = time.time
    monkeypatch.setattr(time, "time", lambda: wall() + 1001)
    assert (await ask(lane.lane, "/v1/lines", lapsing)).problem == "/problems/key-expired"
    audited = await _audited(lane, ledger)
    expected = ("network-not-allowed", "key-revoked", "partner-suspended", "invalid-key", "missing-key", "key-expired")
    assert set(expected) <= set(audited)
    assert sum(audited.values()) == len(attempts) + 1


ASKED = (
    "/v1/stops/town:C/arrivals",
    "/v1/stops/town%3AC/arrivals?limit=100&horizon_s=14400",
    "/v1/stops/town:C/arrivals?lines=town:1,town:2",
    "/v1/stops/town:C/arrivals?fields=vehicle_id,occupancy",
    "/v1/stops/town:C/arrivals?sort=vehicle_id",
    "/v1/lines/town:1/vehicles",
    "/v1/runs/town:t1-12:20260216",
    "/v1/arrivals?stops=town:C",
    "/v1/arrivals?lines=town:1&fields=vehicle_id,occupancy,expected_at",
    "/v1/arrivals?vehicles=town:v-t1-12",
    "/v1/gtfs-realtime/trip-updates.json",
    "/v1/gtfs-realtime/vehicle-positions.json",
    "/v1/gtfs-realtime/vehicle-positions.json?timetable=town",
    "/v1/gtfs-realtime/alerts.json",
    "/v1/feeds",
    "/v1/lines",
    "/v1/nearby?near=40.005,-75.0&limit=5",
    "/v1/runs/town:t1-12:20260216/why?stop_sequence=30",
    "/v1/siri/stop-monitoring.json?MonitoringRef=town:C",
    "/v1/siri/stop-monitoring.xml?MonitoringRef=town:C&LineRef=town:1",
    "/v1/siri/vehicle-monitoring.json",
    "/v1/siri/vehicle-monitoring.json?VehicleRef=town:v-t1-12",
    "/v1/siri/estimated-timetable.json?LineRef=town:1",
    "/v1/replays",
    "/v1/coverage",
    "/v1/lines/town:1/conditions",
    "/v1/lines/v-t1-12",
    "/v1/arrivals?stops=v-t1-12",
)


PLACED = ("/lines", "/stops/", "/arrivals", "/nearby")
"""Their answers have the places of stops, which are no secret."""


async def test_no_way_of_asking_tells_what_is_masked(lane: LaneRuntime, masked: str) -> None:
    for path in ASKED:
        answer = await ask(lane.lane, path, masked, accept_encoding="identity")
        body = answer.body.replace(path.encode(), b"")
        if "vehicles=" in path:
            assert orjson.loads(body)["items"][0]["status"] == 404
        if "v-t1-12" in path:
            # who sends a name may read it in the problem about it
            body = body.replace(b"v-t1-12", b"")
        secrets = {secret for secret in SECRETS if secret in body}
        # stops have places too
        allowed = (
            {b"latitude"}
            if "/lines" in path or "/stops/" in path or "/arrivals" in path or "/nearby" in path
            else set()
        )
        assert not secrets - allowed, (path, answer.status, answer.body[:400])


async def test_protobuf_tells_no_more_than_json(lane: LaneRuntime, masked: str) -> None:
    for kind in ("trip-updates", "vehicle-positions"):
        answer = await ask(lane.lane, f"/v1/gtfs-realtime/{kind}.pb", masked)
        feed = FeedMessage.FromString(answer.body)
        for entity in feed.entity:
            assert not entity.trip_update.vehicle.id
            assert not entity.vehicle.vehicle.id
            assert not entity.vehicle.HasField("position") or entity.vehicle.position.latitude == 0
        assert b"v-t1-12" not in answer.body
        assert b"v-two" not in answer.body


OUTSIDE = (
    "/v1/lines/town:2",
    "/v1/lines/town:2/vehicles",
    "/v1/lines/town%3a2/conditions",
    "/v1/vehicles/town:v-t1-12",
    "/v1/vehicles/town:v-two",
    "/v1/runs/town:t2-0:20260216",
    "/v1/gtfs-realtime/trip-updates.pb?line=town:2",
)


async def test_what_lies_outside_is_answered_as_what_does_not_exist(lane: LaneRuntime, masked: str) -> None:
    def written(found: Answer) -> str:
        detail = str(orjson.loads(found.body)["detail"])
        for name in ("town:2", "town:zz", "v-two", "v-zz", "v-t1-12", "t2-0", "zz"):
            detail = detail.replace(name, "…")
        return detail

    for path in OUTSIDE:
        answer = await ask(lane.lane, path, masked)
        nowhere = path.replace("town:2", "town:zz").replace("town%3a2", "town%3azz").replace("v-two", "v-zz")
        absent = await ask(lane.lane, nowhere.replace("v-t1-12", "v-zz").replace("t2-0", "zz"), masked)
        assert answer.status == absent.status == 404, path
        assert written(answer) == written(absent)


async def test_etags_and_sizes_do_not_move_with_what_is_masked(lane: LaneRuntime, masked: str, city: Any) -> None:
    path = "/v1/stops/town:C/arrivals"
    before = await ask(lane.lane, path, masked)
    city.tell("1", city.run("t1-12", 1, 3, occupancy_percentage=99, vehicle_label="9", latitude=40.006))
    after = await ask(lane.lane, path, masked)
    assert before.headers["etag"] == after.headers["etag"]
    assert before.body == after.body


async def test_another_partners_cached_answer_is_not_given(lane: LaneRuntime, masked: str, ledger: Ledger) -> None:
    async with ledger.write() as session:
        product = Product(id="all", version=0, name="All", description="All", supply="open")
        await publish(session, product, actor="test")
    await lane.ring.load_all()
    path = "/v1/stops/town:C/arrivals"
    whole = await ask(lane.lane, path, masked, x_product="all")
    assert b"v-t1-12" in whole.body
    told = await ask(lane.lane, path, masked, x_product="times")
    assert b"v-t1-12" not in told.body
    again = await ask(lane.lane, path, masked, if_none_match=whole.headers["etag"], x_product="times")
    assert again.status == 200


async def test_a_product_that_was_not_granted_is_refused(lane: LaneRuntime, masked: str, ledger: Ledger) -> None:
    for product in ("open", "none", "times ", "TIMES"):
        assert (await ask(lane.lane, "/v1/lines", masked, x_product=product)).problem == "/problems/not-granted"
    assert (await ask(lane.lane, "/v1/accuracy", masked)).problem == "/problems/not-granted"
    assert (await _audited(lane, ledger))["not-granted"] == 5


async def test_a_signature_opens_once_and_for_what_it_signs(
    lane: LaneRuntime, ledger: Ledger, add_key: AddKey, lane_settings: Settings
) -> None:
    key = await add_key()
    key_id = str(find_key_id(key.encode()))
    async with ledger.write() as session:
        await restrict_key(session, key_id, signed=True, actor="test")
    await lane.ring.load_all()
    assert (await ask(lane.lane, "/v1/lines", key)).problem == "/problems/signature-required"
    secret = request_secret(read_secret(lane_settings), key_id)

    def signed(target: str = "/v1/lines", **given: Any) -> str:
        return sign_request(secret, key_id, method=given.pop("method", "GET"), target=target, **given)

    header = signed()
    assert (await ask(lane.lane, "/v1/lines", authorization=header)).status == 200
    refused = [
        await ask(lane.lane, "/v1/lines", authorization=header),
        await ask(lane.lane, "/v1/feeds", authorization=signed()),
        await ask(lane.lane, "/v1/lines?timetable=x", authorization=signed()),
        await ask(lane.lane, "/v1/lines", authorization=signed(at=int(time.time()) - 400)),
        await ask(lane.lane, "/v1/lines", authorization=signed(at=int(time.time()) + 400)),
        await ask(lane.lane, "/v1/lines", authorization=signed()[:-2] + "00"),
        await ask(lane.lane, "/v1/lines", authorization=signed(method="POST")),
        await ask(lane.lane, "/v1/lines", authorization=sign_request(b"x", key_id, method="GET", target="/v1/lines")),
        await ask(lane.lane, "/v1/lines", authorization="Headway-HMAC nonsense"),
    ]
    assert {answer.problem for answer in refused} == {"/problems/invalid-signature"}
    assert (await _audited(lane, ledger))["invalid-signature"] == len(refused)
    body = orjson.dumps({"text": "Dwell times by stop and hour"})
    header = signed("/v1/me/needs", method="POST", body=body)
    other = await ask(lane.lane, "/v1/me/needs", method="POST", body=body + b" ", authorization=header)
    assert other.problem == "/problems/invalid-signature"
    both = await ask(lane.lane, "/v1/lines", key, authorization=signed())
    assert both.problem == "/problems/conflicting-keys"


async def test_the_staffs_surface_is_not_on_the_public_port(lane: LaneRuntime, add_key: AddKey) -> None:
    key = await add_key()
    for path in ("/v1/admin/partners", "/v1/admin/login", "/v1/admin/acts", "/operations/status", "/metrics"):
        for method in ("GET", "POST"):
            answer = await ask(lane.lane, path, key, method=method)
            assert answer.status == 404, (path, method, answer.status)


async def test_a_masked_answer_is_rendered_once_for_all_partners_with_the_same_mask(
    lane: LaneRuntime, masked: str, ledger: Ledger, add_key: AddKey, city: Any
) -> None:
    others = [await add_key(f"Partner {number}") for number in range(3)]
    async with ledger.write() as session:
        from runtime.ledger.products import get_product  # noqa: PLC0415 - only here

        product = await get_product(session, "times")
        for other in others:
            found = (await load_credentials(session, key_id=find_key_id(other.encode())))[0]
            terms = NewGrant(partner_id=found.partner_id, purpose="test", rule="test")
            await add_grant(session, product, terms, actor="test")
    await lane.ring.load_all()
    renders = city.view.rendered.renders
    answers = [await ask(lane.lane, "/v1/stops/town:C/arrivals", key) for key in (masked, *others)]
    assert city.view.rendered.renders == renders + 1
    assert len({answer.body for answer in answers}) == 1
    assert msgspec.json.decode(answers[0].body)["arrivals"]


async def test_a_key_that_must_sign_opens_streams_with_its_ticket_and_nothing_else(
    lane: LaneRuntime, ledger: Ledger, add_key: AddKey
) -> None:
    key_id = str(find_key_id((await add_key()).encode()))
    async with ledger.write() as session:
        await restrict_key(session, key_id, signed=True, actor="test")
        credential = (await load_credentials(session, key_id=key_id))[0]
    await lane.ring.load_all()
    ticket, _ = issue_ticket(credential, time.time())
    # past the doors it is the stream itself that has no log to follow here
    assert (await ask(lane.lane, f"/v1/stream?ticket={ticket}")).problem == "/problems/not-ready"
    assert (await ask(lane.lane, f"/v1/lines?ticket={ticket}")).problem == "/problems/missing-key"


async def test_what_stays_open_ends_once_its_key_is_limited_to_other_networks(
    lane: LaneRuntime, ledger: Ledger, add_key: AddKey
) -> None:
    key = await add_key()
    await lane.ring.load_all()
    seat = await lane.ring.look_up(key.encode())
    assert isinstance(seat, Seat)
    scope: dict[str, Any] = {"client": ("127.0.0.1", 9), "headers": []}
    standing = lane.lane._doors.standing(seat, b"lines", "", scope)
    await standing.reach()
    async with ledger.write() as session:
        await restrict_key(session, str(find_key_id(key.encode())), networks=["192.0.2.0/24"], actor="test")
    await lane.ring.load_all()
    with pytest.raises(Refusal) as refused:
        await standing.reach()
    assert refused.value.problem is NETWORK_NOT_ALLOWED


async def test_who_guesses_at_products_pays_for_each_refusal_and_is_stopped_by_the_plan(
    lane: LaneRuntime, ledger: Ledger, add_key: AddKey
) -> None:
    key = await add_key("Guesser", burst_per_s=0.01, burst_size=5)
    async with ledger.write() as session:
        await withdraw_product(session, "open", actor="test")
    await lane.ring.load_all()
    told = [await ask(lane.lane, "/v1/lines", key, x_product=f"guess-{number}") for number in range(7)]
    assert [answer.status for answer in told] == [403] * 5 + [429] * 2
    assert told[-1].problem == "/problems/quota-exceeded"
    other = await add_key("Neighbour")
    assert (await ask(lane.lane, "/v1/lines", other, x_product="guess-0")).status == 403
