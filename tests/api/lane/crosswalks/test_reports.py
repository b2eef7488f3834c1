"""Reports of an upload, page by page."""

import threading
from collections.abc import Iterable

import orjson
import pytest

from api.crosswalks.within import Within
from tests.api.lane.asking import ask, eventually
from tests.api.lane.crosswalks.uploads import STOPS, AddKey, Replica, put, read_json
from transit.crosswalk.entries import Match


async def test_pages_lead_through_a_report_and_removing_it_ends_its_ids(uploaded: tuple[Replica, str]) -> None:
    one, key = uploaded
    for token in ("after", "cursor"):
        seen, more = [], ""
        while True:
            answered = await ask(one.lane, f"{STOPS}?limit=3{more}", key)
            page = read_json(answered)
            seen += [each["id"] for each in page["report"]]
            assert ("deprecation" in answered.headers) == more.startswith("&after")
            if page[f"next_{token}"] is None:
                break
            more = f"&{token}={page[f'next_{token}']}"
        assert seen == ["10", "11", "12", "13"]
    only = read_json(await ask(one.lane, f"{STOPS}?verdict=doubtful", key))
    assert [each["id"] for each in only["report"]] == ["12"]
    assert read_json(await ask(one.lane, "/v1/me/crosswalks", key))["crosswalks"][0]["entries"] == 4
    assert (await ask(one.lane, STOPS, key, method="DELETE")).status == 204
    assert read_json(await ask(one.lane, "/v1/me/crosswalks", key)) == {"crosswalks": []}

    async def is_gone() -> bool:
        return (await ask(one.lane, "/v1/stops/own%3A10", key)).status == 404

    await eventually(is_gone)


async def test_a_page_of_a_report_is_refused_once_another_upload_stands_and_to_other_questions(
    replicas: tuple[Replica, Replica], add_key: AddKey
) -> None:
    one, _ = replicas
    key = await add_key()
    cursor = read_json(await put(one, key, f"{STOPS}?limit=2"))["next_cursor"]
    decisions = orjson.dumps({"decisions": [{"id": "12", "ours": None}]})
    assert (await ask(one.lane, f"{STOPS}/decisions", key, method="POST", body=decisions)).status == 200
    page = read_json(await ask(one.lane, f"{STOPS}?cursor={cursor}", key))
    assert [each["id"] for each in page["report"]] == ["12", "13"]
    for asked in (f"verdict=missing&cursor={cursor}", "cursor=x", "cursor=%C3%A9"):
        assert (await ask(one.lane, f"{STOPS}?{asked}", key)).status == 422
    read_json(await put(one, key))
    refused = await ask(one.lane, f"{STOPS}?cursor={cursor}", key)
    assert (refused.status, refused.problem) == (422, "/problems/invalid-parameter")


async def test_a_report_is_weighed_once_for_all_its_pages_and_not_where_answers_are_made(
    replicas: tuple[Replica, Replica], add_key: AddKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = replicas
    key = await add_key()
    threads: list[int] = []
    tell = Within.tell

    def counted(self: Within, report: Iterable[Match]) -> list[Match]:
        threads.append(threading.get_ident())
        return tell(self, report)

    monkeypatch.setattr(Within, "tell", counted)
    first = read_json(await put(one, key))
    for _ in range(3):
        assert read_json(await ask(one.lane, f"{STOPS}?limit=2&after=10", key))["next_after"] == "12"
        assert read_json(await ask(one.lane, "/v1/me/crosswalks", key))["crosswalks"][0]["matched"] == first["matched"]
    assert len(threads) == 1
    assert threading.get_ident() not in threads
    decisions = orjson.dumps({"decisions": [{"id": "12", "ours": None}]})
    read_json(await ask(one.lane, f"{STOPS}/decisions", key, method="POST", body=decisions))
    assert read_json(await ask(one.lane, STOPS, key))["doubtful"] == 0
