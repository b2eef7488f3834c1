"""A stream names where runs go in the language that its request accepts."""

from typing import Any

import pytest

from api.reached.view_for import reached
from api.streaming.parse_wanted import Asked, parse_wanted
from transit.grants.reach import EVERYTHING
from transit.timetable.compiled import Timetable


@pytest.fixture(scope="module")
def timetable(spoken_town: Timetable) -> Timetable:
    return spoken_town


async def test_streams_in_two_languages_tell_the_same_runs_under_their_own_signs(
    city: Any, replicas: Any, reader: Any, bus: Any
) -> None:
    hub = replicas.make_hub()
    replicas.write(bus(60))
    await replicas.read(hub)
    told = {}
    for language in ("", "zh"):
        stream = reader(hub, parse_wanted(reached(city.view, EVERYTHING, language), Asked(everything=True)))
        told[language] = [run for line in await stream.lines() for run in line["runs"]]
        await stream.close()
    assert [run["headsign"] for run in told[""]] == ["Docks"]
    assert [run["headsign"] for run in told["zh"]] == ["往码头"]
    assert [run["calls"] for run in told[""]] == [run["calls"] for run in told["zh"]]
