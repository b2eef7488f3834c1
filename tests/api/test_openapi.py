"""The API's description and its examples, held against what the API really answers."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from pydantic import BaseModel

import api
from api.accuracy.schemas import AccuracyAnswer
from api.alerts.schemas import AlertsAnswer
from api.arrivals.schemas import ArrivalsAnswer
from api.batch.schemas import BatchAnswer
from api.city_file.build import CityFileBuilder
from api.city_file.schemas import CityAnswer
from api.city_file.store_files import ARRIVALS
from api.conditions.schemas import ConditionsAnswer, FirstLastAnswer
from api.coverage.schemas import CoverageAnswer
from api.feeds.schemas import FeedsAnswer
from api.gtfs_realtime.schemas import FeedAnswer
from api.lines.schemas import LineDetail, LinesAnswer
from api.nearby.schemas import NearbyAnswer
from api.openapi import EXAMPLES, STREAMED, read_example
from api.replays.schemas import ReplaysAnswer
from api.runs.schemas import RunAnswer
from api.runs.why import WhyAnswer
from api.siri.schemas import SiriAnswer
from api.static_file.schemas import StaticChanges, StaticFile, StaticVersions
from api.station_crowding.schemas import StationCrowdingAnswer
from api.stops.schemas import StopDetail, StopsAnswer
from api.vehicles.schemas import VehicleAnswer, VehiclesAnswer
from runtime.timetables import save_timetable
from schemas.replays import ReplayPlan, ReplayStage, ReplayState
from schemas.service_alerts import FeedAlerts, InformedEntity, Period, ServiceAlert
from schemas.store_keys import city_file as city_file_key
from transit.crowding.station_counts import StationCount

City = Any
Ask = Callable[..., Any]

ANY_HASH = b"0123456789abcdef"

MONDAY = ReplayState(
    replay="monday",
    plan=ReplayPlan(recording="monday.zip", timetable="town", feed="town", speed=10.0),
    stage=ReplayStage.RUNNING,
    namespace="replay-monday-1",
    round=1,
    speed=10.0,
    first_s=1_771_246_800,
    last_s=1_771_250_400,
    position_s=1_771_247_700,
    shift_s=0,
    updated_at=1_771_333_200,
)

ASKED: dict[str, tuple[str, type[BaseModel]]] = {
    "arrivals": ("/v1/stops/town%3AB/arrivals?lines=town:1,town:3&limit=3", ArrivalsAnswer),
    "batch": ("/v1/arrivals?stops=town:B,town:Z&limit=1", BatchAnswer),
    "nearby": ("/v1/nearby?near=40.011,-75.0&limit=2&per_line=1", NearbyAnswer),
    "city_file": ("/v1/city/town/arrivals", CityAnswer),
    "stop": ("/v1/stops/town%3AS", StopDetail),
    "station_crowding": ("/v1/stops/town%3AS/crowding", StationCrowdingAnswer),
    "stops": ("/v1/stops?near=40.01,-75.0&radius_m=900", StopsAnswer),
    "lines": ("/v1/lines", LinesAnswer),
    "line": ("/v1/lines/town%3A6", LineDetail),
    "vehicles": ("/v1/lines/town%3A1/vehicles", VehiclesAnswer),
    "vehicle": ("/v1/vehicles/town%3Av-t1-12", VehicleAnswer),
    "run": ("/v1/runs/town%3At1-12%3A20260216", RunAnswer),
    "why": ("/v1/runs/town%3At1-12%3A20260216/why?stop_sequence=40", WhyAnswer),
    "feeds": ("/v1/feeds", FeedsAnswer),
    "coverage": ("/v1/coverage", CoverageAnswer),
    "conditions": ("/v1/lines/town%3A1/conditions", ConditionsAnswer),
    "first_last": ("/v1/stops/town%3AB/first-last", FirstLastAnswer),
    "gtfs_realtime": ("/v1/gtfs-realtime/trip-updates.json?timetable=town", FeedAnswer),
    "siri_stop_monitoring": (
        "/v1/siri/stop-monitoring.json?MonitoringRef=town:B&LineRef=town:1&MaximumStopVisits=2",
        SiriAnswer,
    ),
    "siri_vehicle_monitoring": ("/v1/siri/vehicle-monitoring.json?LineRef=town:1", SiriAnswer),
    "siri_estimated_timetable": ("/v1/siri/estimated-timetable.json?LineRef=town:1", SiriAnswer),
    "siri_situation_exchange": ("/v1/siri/situation-exchange.json?LineRef=town:1", SiriAnswer),
    "alerts": ("/v1/alerts?line=town:1", AlertsAnswer),
    "static": ("/v1/static", StaticVersions),
    "static_file": ("/v1/static/town", StaticFile),
    "static_changes": ("/v1/static/town/changes?from=town", StaticChanges),
    "replays": ("/v1/replays", ReplaysAnswer),
    "accuracy": ("/v1/accuracy?line=town%3A1", AccuracyAnswer),
}


WHERE_ASKED_FOR = frozenset({"as_of", "own_id", "datum"})
"""Members that an answer has only where the request asks for them, or in mainland China."""


@pytest.fixture
def told(city: City) -> City:
    """The city with one bus on the trunk and its feed up, and a stop that the agency has moved."""
    city.tell("1", city.run("t1-12", 1, 3))
    moved = ServiceAlert(
        "7",
        cause=10,
        effect=9,
        severity=3,
        periods=(Period(int(city.now) - 3600, int(city.now) + 3600),),
        informed=(InformedEntity(line_id="1", stop_id="D"),),
        header=(("en", "Docks: board around the corner"), ("zh", "码头站：请到街角乘车")),
        description=(),
        url=(("en", "https://t.example/7"),),
        since_ms=int(city.now) * 1000,
    )
    city.view.take_feeds({"town": city.feed()}, city.now)
    city.view.said.read = {"town": FeedAlerts("town", "town", int(city.now) * 1000, (moved,))}
    city.api.streams.overrides.apply(city.now)
    timetables = city.api.application.state.timetables
    timetables.mkdir(parents=True)
    save_timetable(city.timetable, timetables)
    files = city.api.application.state.city_files
    key = city_file_key("town", "", ARRIVALS)
    files._held[key] = CityFileBuilder(city.view).build("town")
    files._looked_at[key] = float("inf")
    counted_at = datetime.fromtimestamp(city.now - 20, UTC)
    counted = {"S1": StationCount(stop_id="S1", count=120, capacity=400, observed_at=counted_at)}
    counted["S2"] = StationCount(stop_id="S2", count=310, capacity=400, observed_at=counted_at)
    city.view.stations.counts["town"] = {"gates": counted}
    city.view.scores.lines["town:1"] = city.scores("1", 7)
    city.api.application.state.replays.states = {"monday": MONDAY}
    return city


@pytest.mark.parametrize("name", ASKED)
async def test_an_example_is_what_the_api_answers(told: City, ask: Ask, name: str) -> None:
    path, model = ASKED[name]
    text = orjson.dumps(await ask(path)).replace(told.timetable.hash.encode(), ANY_HASH)
    answered = orjson.loads(text)
    if os.environ.get("HEADWAY_WRITE_EXAMPLES"):
        written = orjson.dumps(answered, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        (Path(next(iter(api.__path__))) / "examples" / f"{name}.json").write_bytes(written)
    assert answered == read_example(name)
    model.model_validate(answered)
    fields = {
        field.alias or member
        for member, field in model.model_fields.items()
        if field.is_required() or member not in WHERE_ASKED_FOR
    }
    assert set(answered) == fields


async def test_every_path_is_described_with_an_example_and_its_problems(told: City) -> None:
    description = told.api.application.openapi()
    assert description["openapi"] == "3.1.0"
    own = ("/v1/me", "/v1/usage", "/v1/products", "/v1/audit", "/v1/archive", "/v1/webhooks")
    assert set(EXAMPLES) == {
        path
        for path in description["paths"]
        if path.startswith("/v1/") and not path.startswith(own) and path not in STREAMED
    }
    assert set(EXAMPLES.values()) == set(ASKED)
    for path in EXAMPLES:
        operation = description["paths"][path]["get"]
        assert operation["responses"]["200"]["content"]["application/json"]["example"] == read_example(EXAMPLES[path])
        assert {"304", "401", "429", "503"} <= set(operation["responses"])
        assert operation["summary"]
        assert operation["description"]


async def test_every_reference_of_the_description_leads_somewhere(told: City) -> None:
    description = told.api.application.openapi()
    text = orjson.dumps(description).decode()
    wanted = {part.partition('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert wanted <= set(description["components"]["schemas"])


@pytest.mark.parametrize(
    "path",
    ["/v1/accuracy?line=town%3AZ", "/v1/lines/town%3AZ", "/v1/stops?near=x", "/v1/stops/town%3AB/arrivals?limit=0"],
)
async def test_a_failure_is_one_that_the_description_names(city: City, client: httpx.AsyncClient, path: str) -> None:
    described = city.api.application.openapi()["paths"]
    answered = await client.get(path)
    route = {"/v1/lines/town%3AZ": "/v1/lines/{line_id}", "/v1/stops/town%3AB/arrivals": "/v1/stops/{stop_id}/arrivals"}
    bare = path.partition("?")[0]
    assert str(answered.status_code) in described[route.get(bare, bare)]["get"]["responses"]
