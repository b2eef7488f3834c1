"""Every endpoint in every form, asked under a grant of less: nothing outside it stands anywhere in the bytes.

What a new endpoint or a new member tells is caught here without anybody thinking of it: paths are the contract's own.
"""

import re
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from google.protobuf.json_format import MessageToJson
from google.transit.gtfs_realtime_pb2 import FeedMessage

from api.openapi import STREAMED
from api.reached.shapes import SHAPES
from schemas.line_forecasts import Passage, RunState
from schemas.overrides import Override, OverrideKind
from streams.recorder.answer_rows import PASSAGES, passage_row
from streams.recorder.hourly_table import HourlyTable
from transit.grants.area import Area, Box
from transit.grants.reach import EVERYTHING, Reach

City = Any

ELSEWHERE: Final = {
    "/v1/stream": "tests/api/streaming/test_masked_stream.py reads snapshots and deltas",
    "/v1/answers/{answer_id}": "tests/api/answers: made by a process of its own",
    "/v1/static": "tests/api/static_file: made by a process of its own, and unzipped there",
    "/v1/static/{version}": "as /v1/static",
    "/v1/static/{version}/changes": "as /v1/static",
    "/v1/stream-ticket": "tells of nobody but who asks",
    "/v1/siri": "the same answers as the GET forms, by a document",
}

STOPS: Final = ("A", "B", "C", "D", "E", "F", "S", "S1", "Q%2F1")
LINES: Final = ("1", "2", "3", "4", "5", "6")
RUNS: Final = ("t1-12:20260216", "t2-0:20260216", "n6:20260216")
VEHICLES: Final = ("v-one", "v-two", "v-metro")


def _of(template: str, *ids: str) -> list[str]:
    return [template.format(f"town:{each}") for each in ids]


ASKED: Final[dict[str, list[str]]] = {
    "/v1/stops/{stop_id}/arrivals": _of("/v1/stops/{}/arrivals?limit=50&horizon_s=14400", *STOPS),
    "/v1/arrivals": [
        *_of("/v1/arrivals?stops={}&limit=20", *STOPS),
        *_of("/v1/arrivals?lines={}", *LINES),
        *_of("/v1/arrivals?vehicles={}", *VEHICLES),
    ],
    "/v1/nearby": [
        "/v1/nearby?near=40.005,-75.0&limit=20&radius_m=2000",
        "/v1/nearby?near=40.02,-75.0&limit=20&radius_m=2000",
    ],
    "/v1/city/{timetable}/arrivals": ["/v1/city/town/arrivals"],
    "/v1/stops/{stop_id}": _of("/v1/stops/{}", *STOPS),
    "/v1/stops/{stop_id}/crowding": _of("/v1/stops/{}/crowding", *STOPS),
    "/v1/stops/{stop_id}/first-last": _of("/v1/stops/{}/first-last", *STOPS),
    "/v1/stops": ["/v1/stops?query=e", "/v1/stops?near=40.0,-75.0"],
    "/v1/lines": ["/v1/lines", "/v1/lines?timetable=town"],
    "/v1/lines/{line_id}": [*_of("/v1/lines/{}", *LINES), *_of("/v1/lines/{}?shapes=true", *LINES)],
    "/v1/lines/{line_id}/vehicles": _of("/v1/lines/{}/vehicles", *LINES),
    "/v1/lines/{line_id}/conditions": _of("/v1/lines/{}/conditions", *LINES),
    "/v1/vehicles/{vehicle_id}": _of("/v1/vehicles/{}", *VEHICLES),
    "/v1/runs/{run_id}": _of("/v1/runs/{}", *RUNS),
    "/v1/runs/{run_id}/why": [
        path + sequence
        for path in _of("/v1/runs/{}/why?stop_sequence=", *RUNS)
        for sequence in ("20", "30", "40", "99")
    ],
    "/v1/feeds": ["/v1/feeds"],
    "/v1/coverage": ["/v1/coverage"],
    "/v1/accuracy": ["/v1/accuracy"],
    "/v1/replays": ["/v1/replays"],
    "/v1/alerts": ["/v1/alerts", *_of("/v1/alerts?line={}", *LINES)],
    "/v1/gtfs-realtime/{kind}.{form}": [
        f"/v1/gtfs-realtime/{kind}.{form}?next_runs={next_runs}"
        for kind in ("trip-updates", "vehicle-positions", "alerts")
        for form in ("pb", "json")
        for next_runs in ("false", "true")
    ],
    "/v1/siri/stop-monitoring.{form}": [
        *_of("/v1/siri/stop-monitoring.xml?MonitoringRef={}", *STOPS),
        *_of("/v1/siri/stop-monitoring.json?MonitoringRef={}", *STOPS),
    ],
    "/v1/siri/vehicle-monitoring.{form}": [
        *_of("/v1/siri/vehicle-monitoring.xml?LineRef={}", *LINES),
        *_of("/v1/siri/vehicle-monitoring.json?LineRef={}", *LINES),
    ],
    "/v1/siri/estimated-timetable.{form}": [
        *_of("/v1/siri/estimated-timetable.xml?LineRef={}", *LINES),
        *_of("/v1/siri/estimated-timetable.json?LineRef={}", *LINES),
    ],
    "/v1/siri/situation-exchange.{form}": [
        "/v1/siri/situation-exchange.xml",
        *_of("/v1/siri/situation-exchange.json?LineRef={}", *LINES),
    ],
    "/v1/passages": [
        *_of("/v1/passages?stop={}&limit=1", *STOPS),
        *_of("/v1/passages?line={}&limit=1", *LINES),
        *_of("/v1/passages?run={}&limit=1", *RUNS),
    ],
}


class Grant(NamedTuple):
    """A reach, and what must not stand in any answer under it."""

    reach: Reach
    hidden: str


GRANTS: Final = {
    "one line": Grant(
        Reach(areas=(Area(lines=frozenset({"town:1"})),)),
        r"town:[2-6](?![\w-])|v-two|v-metro|t2-0|\bn6\b|L-two|words of two",
    ),
    "a box": Grant(
        Reach(areas=(Area(box=Box(40.015, -76.0, 41.0, -74.0)),)),
        r"town:[ABEF](?![\w-])|Bridge|\bElm\b|words of bridge",
    ),
    "times alone": Grant(
        Reach(fields=frozenset({"expected"})),
        r"v-one|v-two|v-metro|L-one|L-two|40\.0053|123\.4|7\.77|\"(occupancy|verdict|stops_away|next_stop|crowding"
        r"|headways)\":[^n]|occupancyStatus|occupancyPercentage|currentSt|uncertainty|_early_at|_late_at"
        r"|VehicleLocation|VehicleRef|NumberOfStopsAway|DistanceFromStop|<Occupancy",
    ),
}


@pytest.fixture
def whole(city: City, tmp_path: Path) -> City:
    """Vehicles on three lines, words about two of them and about a stop, passages, scores, a feed."""
    fields = {"bearing_deg": 123.4, "speed_mps": 7.77, "latitude": 40.005321}
    one = city.run("t1-12", 1, 3, vehicle_id="v-one", vehicle_label="L-one", state=RunState.AT_STOP, **fields)
    two = city.run("t2-0", 1, 4, vehicle_id="v-two", vehicle_label="L-two", **fields)
    city.tell("1", one, loads=[(40, 8)] * 3)
    city.tell("2", two)
    city.tell("5", city.run("n6", 1, 1, vehicle_id="v-metro", **fields))
    city.view.take_feeds({"town": city.feed()}, city.now)
    for group in "125":
        city.view.scores._lines[f"town:{group}"] = city.scores(group, 7)
    now = int(city.now)
    said: dict[str, Any] = {"starts_at": now - 60, "ends_at": now + 600, "actor": "Li", "made_at_ms": 0}
    two_says = Override(id="o2", kind=OverrideKind.DELAYS, line="town:2", text_en="words of two", **said)
    closed = Override(id="o3", kind=OverrideKind.CLOSE_STOP, stops=("town:B",), text_en="words of bridge", **said)
    city.api.streams.overrides.take([two_says, closed], city.now)
    table = HourlyTable(tmp_path / "passages", PASSAGES)
    for line, trip, vehicle in (("1", "t1-12", "v-one"), ("2", "t2-0", "v-two")):
        for stop, at in (("A", now - 600), ("B", now - 500), ("C", now - 400)):
            made = Passage(line, trip, 20260216, None, vehicle, stop, 10 * ord(stop), 0, "arrival", at, at - 5, at + 5)
            table.add([passage_row(f"town:{line}", made)])
    table.flush(now, {0: 0})
    city.api.application.state.archive = tmp_path
    return city


def test_no_path_of_the_contract_is_left_out() -> None:
    assert (SHAPES.keys() | STREAMED) - set(ELSEWHERE) == set(ASKED)


def _read(path: str, answered: Any) -> str:
    """An answer's text, headers too, without the id that was asked for where it is refused."""
    body: bytes = answered.content
    text = MessageToJson(FeedMessage.FromString(body)) if ".pb" in path and answered.is_success else body.decode()
    if not answered.is_success or '"failed":1' in text:
        for asked in re.findall(r"town:[\w%:-]+", path):
            text = text.replace(asked.replace("%2F", "/"), "…").replace(asked.partition(":")[2].partition(":")[0], "…")
    return text + repr({name: value for name, value in answered.headers.items() if name != "content-length"})


@pytest.mark.parametrize("name", GRANTS)
@pytest.mark.usefixtures("whole")
async def test_nothing_outside_a_grant_stands_in_any_form(asked: Any, name: str) -> None:
    grant = GRANTS[name]
    leaks = []
    for path in (path for paths in ASKED.values() for path in paths):
        text = _read(path, await asked(path, grant.reach))
        leaks += [
            (path, text[max(0, found.start() - 60) : found.end() + 30])
            for found in [re.search(grant.hidden, text)]
            if found
        ]
    assert leaks == []


@pytest.mark.usefixtures("whole")
async def test_what_is_looked_for_does_stand_where_everything_is_granted(asked: Any) -> None:
    told = "".join([_read(path, await asked(path, EVERYTHING)) for paths in ASKED.values() for path in paths])
    for sign in ("town:2", "v-two", "L-two", "words of two", "words of bridge", "Bridge", "40.0053", "currentStatus"):
        assert sign in told
