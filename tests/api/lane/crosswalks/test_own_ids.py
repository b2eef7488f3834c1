"""A partner asks by its own ids on every replica, and learns nothing of what it is not granted."""

import orjson

from runtime.ledger.audit_extract import search_audit
from runtime.ledger.database import Ledger
from tests.api.lane.asking import Answer, ask, eventually
from tests.api.lane.crosswalks.uploads import LINES, STOPS, AddKey, Replica, open_only, put, read_json
from transit.grants.agreements import AreaTerms


async def test_ids_are_matched_decided_and_asked_by_on_every_replica(
    replicas: tuple[Replica, Replica], ledger: Ledger, add_key: AddKey
) -> None:
    one, other = replicas
    key = await add_key()
    told = read_json(await put(one, key))
    assert (told["matched"], told["doubtful"], told["missing"]) == (2, 1, 1)
    assert [(each["id"], each["ours"], each["reason"]) for each in told["report"]] == [
        ("10", "town:A", "code"),
        ("11", "town:B", "name_and_place"),
        ("12", "town:C", "place"),
        ("13", None, "nothing_like_it"),
    ]
    read_json(await put(one, key, LINES, b'[{"id": "L1", "name": "1"}]', content_type="application/json"))

    async def is_known() -> bool:
        return (await ask(other.lane, "/v1/lines/own%3AL1?shapes=false", key)).status == 200

    await eventually(is_known)
    answered = read_json(await ask(other.lane, "/v1/stops/own%3A10/arrivals?lines=own:L1&limit=2", key))
    assert (answered["stop"]["id"], answered["stop"]["own_id"]) == ("town:A", "10")
    assert {arrival["line"]["own_id"] for arrival in answered["arrivals"]} == {"L1"}
    plain = read_json(await ask(other.lane, "/v1/stops/town%3AA/arrivals?lines=town:1&limit=2", key))
    assert "own_id" not in str(plain)
    beside = read_json(await ask(other.lane, "/v1/stops/town%3AA/arrivals?ids=own&lines=town:1&limit=2", key))
    assert beside == answered
    doubtful = await ask(other.lane, "/v1/stops/own%3A12/arrivals", key)
    assert (doubtful.status, doubtful.problem) == (404, "/problems/unknown-stop")
    assert "crosswalk" in orjson.loads(doubtful.body)["detail"]
    decided = read_json(
        await ask(
            one.lane,
            f"{STOPS}/decisions",
            key,
            method="POST",
            body=orjson.dumps({"decisions": [{"id": "12", "ours": "town:D"}, {"id": "10", "ours": None}]}),
        )
    )
    assert [each["reason"] for each in decided["report"]][:3] == ["rejected", "name_and_place", "confirmed"]

    async def is_decided() -> bool:
        return (await ask(other.lane, "/v1/stops/own%3A10", key)).status == 404

    await eventually(is_decided)
    assert read_json(await ask(other.lane, "/v1/stops/own%3A12", key))["id"] == "town:D"
    again = read_json(await put(one, key))
    assert [each["reason"] for each in again["report"]][:3] == ["rejected", "name_and_place", "confirmed"]
    async with ledger.read() as session:
        acts = [entry.action for entry in await search_audit(session, limit=100) if "crosswalk" in entry.action]
    assert sorted(acts) == ["crosswalk_decided", *["crosswalk_uploaded"] * 3]


async def test_a_siri_request_document_takes_own_ids_as_a_siri_lite_request_does(
    replicas: tuple[Replica, Replica], add_key: AddKey
) -> None:
    one, _ = replicas
    key, foreign = await add_key(), await add_key("Foreign")
    read_json(await put(one, key))
    read_json(await put(one, key, LINES, b'[{"id": "L1", "name": "1"}]', content_type="application/json"))

    async def post(asker: str, stop: str, line: str) -> Answer:
        named = f"<MonitoringRef>{stop}</MonitoringRef><LineRef>{line}</LineRef>"
        asked = f"<StopMonitoringRequest>{named}</StopMonitoringRequest>"
        body = f"<Siri><ServiceRequest>{asked}</ServiceRequest></Siri>".encode()
        return await ask(one.lane, "/v1/siri", asker, method="POST", body=body, content_type="application/xml")

    async def is_known() -> bool:
        return (await post(key, "own:11", "own:L1")).status == 200

    await eventually(is_known)
    lite = await ask(one.lane, "/v1/siri/stop-monitoring.xml?MonitoringRef=own:11&LineRef=own:L1", key)
    told = [(await post(key, stop, line)).body for stop, line in (("own:11", "own:L1"), ("town:B", "town:1"))]
    assert told == [lite.body, lite.body]
    assert b"<MonitoredStopVisit>" in lite.body
    assert [(await post(asker, stop, "town:1")).status for asker, stop in ((key, "own:13"), (foreign, "own:11"))] == [
        404,
        404,
    ]


async def test_batches_take_own_ids_and_answer_each_item_by_itself(
    replicas: tuple[Replica, Replica], add_key: AddKey
) -> None:
    one, _ = replicas
    key, foreign = await add_key(), await add_key("Foreign")
    read_json(await put(one, key))
    body = orjson.dumps({"stops": ["own:10", "own:zz", "town:B"], "limit": 1})

    async def is_known() -> bool:
        return (await ask(one.lane, "/v1/stops/own%3A10", key)).status == 200

    await eventually(is_known)
    posted = read_json(await ask(one.lane, "/v1/arrivals", key, method="POST", body=body))
    asked = read_json(await ask(one.lane, "/v1/arrivals?stops=own:10,own:zz,town:B&limit=1", key))
    assert posted == asked
    assert [(item["id"], item.get("own_id"), item["status"]) for item in posted["items"]] == [
        ("town:A", "10", 200),
        ("own:zz", None, 404),
        ("town:B", "11", 200),
    ]
    others = await ask(one.lane, "/v1/arrivals?stops=town:A&limit=1", foreign)
    assert b"own_id" not in others.body
    assert (await ask(one.lane, "/v1/stops/own%3A10", foreign)).status == 404


async def test_an_own_id_of_what_is_not_granted_is_answered_as_one_that_is_not_matched(
    uploaded: tuple[Replica, str], ledger: Ledger
) -> None:
    one, key = uploaded
    read_json(await put(one, key, LINES, b"id,name\nx,1\ny,2\n"))
    await open_only(ledger, key, AreaTerms(lines=("town:2",), box=(40.005, -75.1, 41.0, -74.9)))
    await one.runtime.ring.load_all()
    for path, other in (
        ("/v1/stops/own%3A{}/arrivals", ("10", "zz")),
        ("/v1/lines/own%3A{}", ("x", "zz")),
        ("/v1/stops/own%3A{}", ("10", "zz")),
        ("/v1/arrivals?stops=own:{}&limit=1", ("10", "zz")),
    ):
        outside, unmatched = [await ask(one.lane, path.format(each), key) for each in other]
        assert b"town:A" not in outside.body
        assert b"town:1" not in outside.body
        assert outside.status == unmatched.status
        assert outside.body.replace(other[0].encode(), b"zz") == unmatched.body.replace(other[0].encode(), b"zz")
    body = orjson.dumps({"stops": ["own:10"], "limit": 1})
    posted = await ask(one.lane, "/v1/arrivals", key, method="POST", body=body)
    assert b"town:A" not in posted.body
    assert (await ask(one.lane, "/v1/lines/own%3Ay", key)).status == 200
