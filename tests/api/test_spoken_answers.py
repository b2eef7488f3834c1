"""Every answer that names things names them in the language that is accepted."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from schemas.overrides import Override, OverrideKind
from transit.timetable.compiled import Timetable


@pytest.fixture(scope="module")
def timetable(spoken_town: Timetable) -> Timetable:
    return spoken_town


@pytest.mark.parametrize(
    ("path", "chinese", "english"),
    [
        ("/v1/stops/town%3AA/arrivals", "阿伯广场", "Árbol Square"),
        ("/v1/stops/town%3AA/arrivals", "往码头", "Docks"),
        ("/v1/stops/town%3AA/arrivals", '"干线"', '"1"'),
        ("/v1/stops/town%3AB", "大桥", "Bridge"),
        ("/v1/stops?query=bridge", "大桥", "Bridge"),
        ("/v1/nearby?near=40.0,-75.0", "往码头", "Docks"),
        ("/v1/lines", "小城", "Town"),
        ("/v1/lines/town%3A1", "教堂", "Church"),
        ("/v1/lines/town%3A1/vehicles", "往码头", "Docks"),
        ("/v1/vehicles/town%3Av-t1-12", "往码头", "Docks"),
        ("/v1/runs/town%3At1-12%3A20260216", "大桥", "Bridge"),
        ("/v1/stops/town%3AA/first-last", "阿伯广场", "Árbol Square"),
        ("/v1/arrivals?stops=town%3AA", "阿伯广场", "Árbol Square"),
        ("/v1/arrivals?lines=town%3A1", "往码头", "Docks"),
        ("/v1/siri/stop-monitoring.json?MonitoringRef=town%3AA", "往码头", "Docks"),
    ],
)
async def test_names_are_told_in_the_language_that_is_accepted(
    city: Any, client: httpx.AsyncClient, path: str, chinese: str, english: str
) -> None:
    city.tell("1", city.run("t1-12", 1, 3))
    told = {
        language: await client.get(path, headers={"accept-language": language})
        for language in ("zh-CN,zh;q=0.9", "en-GB", "fr")
    }
    assert [answered.status_code for answered in told.values()] == [200, 200, 200]
    assert [answered.headers["content-language"] for answered in told.values()] == ["zh", "en", "en"]
    assert all("Accept-Language" in answered.headers["vary"] for answered in told.values())
    in_chinese, in_english, as_it_stands = (answered.text for answered in told.values())
    assert chinese in in_chinese
    assert english in in_english
    assert chinese not in in_english
    assert as_it_stands == in_english
    assert told["zh-CN,zh;q=0.9"].headers["etag"] != told["en-GB"].headers["etag"]


async def test_a_stop_is_found_by_its_name_in_any_language(ask: Callable[..., Any]) -> None:
    for words in ("大桥", "bridge"):
        found = (await ask("/v1/stops", query=words))["stops"]
        assert [stop["name"] for stop in found] == ["Bridge"]


async def test_only_names_differ_between_languages(city: Any, client: httpx.AsyncClient) -> None:
    city.tell("1", city.run("t1-12", 1, 3))
    path = "/v1/stops/town%3AB/arrivals"
    told = [(await client.get(path, headers={"accept-language": language})).json() for language in ("en", "zh")]
    english, chinese = told
    for one, other in zip(english["arrivals"], chinese["arrivals"], strict=True):
        named = {member for member in one if one[member] != other[member]}
        assert named <= {"line", "stop", "headsign"}


async def test_a_warning_to_riders_is_in_the_language_accepted_else_in_both(
    city: Any, client: httpx.AsyncClient
) -> None:
    now = int(city.now)
    said = Override(
        id="o1",
        kind=OverrideKind.CLOSE_STOP,
        starts_at=now - 60,
        ends_at=now + 600,
        made_at_ms=now * 1000,
        stops=("town:A",),
        text_en="Closed",
        text_zh="停用",
    )
    city.view.take_said([said])
    path = "/v1/stops/town%3AA/arrivals"
    told = [
        (await client.get(path, headers={"accept-language": language} if language else {})).json()["warnings"]
        for language in ("zh", "en", "")
    ]
    assert [warnings[-1]["detail"] for warnings in told] == ["停用", "Closed", "Closed / 停用"]
