"""Every endpoint tells names in the language, times in the zone and places in the datum that its request wishes."""

import re
from collections.abc import Callable
from typing import Any, Final

import pytest

from runtime.settings import CoordinateSettings
from tests.api.reached.every_path import ASKED, Asked
from transit.coordinates.datum import Datum
from transit.grants.reach import EVERYTHING
from transit.timetable.compiled import Timetable

City = Any

ALL_LANGUAGES: Final = {"/v1/gtfs-realtime/{kind}.{form}", "/v1/alerts"}
"""What is said stands there in every language at once."""

BY_THEIR_SPECIFICATIONS: Final = {"/v1/gtfs-realtime/{kind}.{form}", *(path for path in ASKED if "/siri" in path)}
"""WGS-84 and times with their offsets."""

ONE_FOR_ALL: Final = {"/v1/static", "/v1/static/{version}", "/v1/static/{version}/changes", "/v1/stream-ticket"}
"""Files that are made once, in WGS-84, and what tells no time of the city."""

ENGLISH: Final = re.compile(r"Árbol|Bridge|Church|\bTown\b|\"headsign\":\"Docks\"")
LOCAL: Final = re.compile(r"T\d\d:\d\d:\d\d-05:00")
PLACE: Final = re.compile(r"\"latitude\":(4\d\.\d{2,})")


@pytest.fixture(scope="module")
def timetable(spoken_town: Timetable) -> Timetable:
    return spoken_town


@pytest.fixture(name="told")
def _told(asked: Any) -> Callable[..., Any]:
    """What is answered to every other question, by what is asked; of what is found, and is no protobuf."""

    async def tell(paths: set[str], wish: str = "", **headers: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for each in (each for path in paths for each in ASKED[path][::2] if ".pb" not in each.path):
            mark = "&" if "?" in each.path else "?"
            wished = Asked(each.path + (mark + wish if wish else ""), each.body)
            answered = await asked(wished.path, EVERYTHING, wished.body, headers=headers)
            assert answered.status_code != 422 or "latitude" not in answered.text
            if answered.is_success:
                found[each.path + each.body] = answered.text
        return found

    return tell


@pytest.mark.usefixtures("whole")
async def test_names_are_in_the_language_asked_for_wherever_they_stand(told: Any) -> None:
    english = await told(ASKED.keys() - ALL_LANGUAGES)
    chinese = await told(ASKED.keys() - ALL_LANGUAGES, accept_language="zh-CN")
    said = {path: ENGLISH.search(text) for path, text in chinese.items()}
    # an operator's words are in the languages in which they were said, and a feed's in its own
    assert [(path, found[0]) for path, found in said.items() if found] == []
    assert sum(ENGLISH.search(text) is not None for text in english.values()) > 20


@pytest.mark.usefixtures("whole")
async def test_times_are_in_utc_where_that_is_asked_for(told: Any) -> None:
    paths = ASKED.keys() - BY_THEIR_SPECIFICATIONS - ONE_FOR_ALL
    assert [path for path, text in (await told(paths, "times=utc")).items() if LOCAL.search(text)] == []
    assert sum(LOCAL.search(text) is not None for text in (await told(paths)).values()) > 30


async def test_places_are_in_the_datum_asked_for_and_every_answer_with_places_says_which(
    whole: City, told: Any
) -> None:
    whole.view.coordinates = CoordinateSettings(in_mainland_china=True, datum=Datum.GCJ02)
    paths = ASKED.keys() - BY_THEIR_SPECIFICATIONS - ONE_FOR_ALL
    plain, own, baidu = [await told(paths, wish) for wish in ("datum=wgs84", "", "datum=bd09")]
    placed = [path for path, text in plain.items() if PLACE.search(text)]
    assert len(placed) > 20
    for path in placed:
        places = [PLACE.findall(found[path]) for found in (plain, own, baidu)]
        assert len({tuple(each) for each in places}) == 3, path
        assert [_datums(found[path]) for found in (plain, own, baidu)] == [{"wgs84"}, {"gcj02"}, {"bd09"}], path
    assert {"wgs84"} == _datums("".join((await told({"/v1/static/{version}"})).values()))


def _datums(text: str) -> set[str]:
    return set(re.findall(r"\"datum\":\"(\w+)\"", text))
