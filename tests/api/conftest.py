"""A city of six lines in New York's time zone, a view of it in memory, and vehicles placed by hand."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import msgspec
import pytest

from api.app import Api, build_api
from api.view.freshness import ViewState
from api.view.scored_hours import ScoredHours
from runtime.settings import Settings
from schemas.feed_status import FeedStatus
from schemas.line_forecasts import (
    NO_TIME,
    Basis,
    LineConditions,
    LineForecasts,
    Revision,
    RunForecast,
    RunState,
    Verdict,
    VerdictReason,
)
from schemas.line_value import Watermark
from schemas.scores import HorizonScores, LineScores
from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Timetable

ZONE = ZoneInfo("America/New_York")

_STOPS = """stop_id,stop_code,stop_name,stop_lat,stop_lon,location_type,parent_station,platform_code
A,101,Árbol Square,40.0000,-75.0000,0,,
B,102,Bridge,40.0100,-75.0000,0,,
C,103,Church,40.0200,-75.0000,0,,
D,104,Docks,40.0300,-75.0000,0,,
E,105,Elm,40.0000,-75.0100,0,,
F,106,Fair,40.0100,-75.0100,0,,
S,,Union Station,40.0500,-75.0000,1,,
S1,,Union Station,40.0501,-75.0000,0,S,1
S2,,Union Station,40.0499,-75.0000,0,S,2
Q/1,107,Quay,40.0700,-75.0000,0,,
"""

_ROUTES = """route_id,agency_id,route_short_name,route_long_name,route_type,route_color,route_text_color
1,T,1,Trunk,3,0055AA,FFFFFF
2,T,2,Loop,3,,
3,T,3,Often,3,,
4,T,4,Exact,3,,
5,T,M,Metro,1,CC0000,FFFFFF
6,T,6,Rare,3,,
"""


def _clock(at_s: int) -> str:
    return f"{at_s // 3600:02d}:{at_s // 60 % 60:02d}:{at_s % 60:02d}"


class _Tables:
    """Rows of trips.txt and stop_times.txt as trips are added."""

    def __init__(self) -> None:
        self.trips = ["route_id,service_id,trip_id,trip_headsign,direction_id"]
        self.stop_times = ["trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type"]

    def add(
        self, line: str, trip: str, start_s: int, stops: Sequence[str], *, no_pickup: str = "", to: str = ""
    ) -> None:
        self.trips.append(f"{line},daily,{trip},{to},0")
        for position, stop in enumerate(stops):
            at = _clock(start_s + 120 * position)
            pickup = 1 if stop == no_pickup else 0
            self.stop_times.append(f"{trip},{at},{at},{stop},{(position + 1) * 10},{pickup},0")


def _city() -> dict[str, bytes]:
    tables = _Tables()
    for number, start_s in enumerate(range(6 * 3600, 25 * 3600 + 1800, 600)):
        tables.add("1", f"t1-{number}", start_s, "ABCD", to="Docks")
    tables.add("2", "t2-0", 8 * 3600, "AEFEB", to="Loop")
    tables.add("3", "t3-0", 7 * 3600, "ABC", to="Often")
    tables.add("4", "t4-0", 9 * 3600, "AEB", to="Exact")
    for number, start_s in enumerate(range(6 * 3600, 24 * 3600, 1200)):
        tables.add("5", f"n{number}", start_s, ["S1", "Q/1"], to="North")
        tables.add("5", f"s{number}", start_s, ["Q/1", "S2", "D"], to="South", no_pickup="S2")
    tables.add("6", "t6-0", 12 * 3600, "AF", to="Fair")
    return {
        "agency.txt": b"agency_id,agency_name,agency_url,agency_timezone\nT,Town,http://t.example,America/New_York\n",
        "stops.txt": _STOPS.encode(),
        "routes.txt": _ROUTES.encode(),
        "trips.txt": "\n".join(tables.trips).encode(),
        "stop_times.txt": "\n".join(tables.stop_times).encode(),
        "calendar.txt": b"service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        b"daily,1,1,1,1,1,1,1,20260101,20261231\n",
        "frequencies.txt": b"trip_id,start_time,end_time,headway_secs,exact_times\n"
        b"t3-0,07:00:00,22:00:00,600,0\nt4-0,09:00:00,10:00:00,900,1\n",
    }


@pytest.fixture(scope="session")
def timetable() -> Timetable:
    return compile_timetable(_city(), name="town", source="test")


_TRANSLATIONS = """table_name,field_name,language,translation,record_id,record_sub_id,field_value
stops,stop_name,zh,阿伯广场,A,,
stops,stop_name,zh,大桥,,,Bridge
stops,stop_name,zh,教堂,,,Church
trips,trip_headsign,zh,往码头,,,Docks
routes,route_short_name,zh,干线,1,,
agency,agency_name,zh,小城,,,Town
"""


@pytest.fixture(scope="session")
def spoken_town() -> Timetable:
    """The same city with names in Chinese beside the English ones: of some stops, line 1, its sign and the agency."""
    agency = (
        b"agency_id,agency_name,agency_url,agency_timezone,agency_lang\nT,Town,http://t.example,America/New_York,en\n"
    )
    tables = _city() | {"agency.txt": agency, "translations.txt": _TRANSLATIONS.encode()}
    return compile_timetable(tables, name="town", source="test")


def moment(text: str) -> int:
    """POSIX seconds of a local time such as ``2026-02-16 08:00:00``."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp())


@pytest.fixture(name="at")
def _at() -> Callable[[str], int]:
    return moment


class City:
    """The view under test, its clock, and a way to put vehicles on lines."""

    def __init__(self, api: Api, timetable: Timetable) -> None:
        self.api = api
        self.view = api.view
        self.timetable = timetable
        self.now = 0.0
        self._offset = 0

    def pattern_of(self, trip: str) -> int:
        return int(self.timetable.trip_pattern[self.timetable.trip_id.find(trip)])

    def run(self, trip: str, next_position: int, calls: int, **changes: Any) -> RunForecast:
        now = int(self.now)
        row = self.timetable.trip_id.find(trip)
        pattern = self.pattern_of(trip)
        first = int(self.timetable.pattern_call_offset[pattern])
        next_m = float(self.timetable.call_progress_m[first + next_position])
        fields: dict[str, Any] = {
            "line_id": self.timetable.line_id[int(self.timetable.pattern_line[pattern])],
            "trip_id": self.timetable.trip_id[row],
            "service_date": 20260216,
            "start_time_s": None,
            "pattern": pattern,
            "direction_id": 0,
            "vehicle_id": f"v-{trip}",
            "vehicle_label": "1234",
            "state": RunState.EN_ROUTE,
            "basis": Basis.LIVE,
            "verdict": Verdict.EXPECTED,
            "verdict_reason": VerdictReason.NONE,
            "revision": Revision.NONE,
            "observed_at": now - 12,
            "valid_until": now + 90,
            "latitude": 40.005,
            "longitude": -75.0,
            "bearing_deg": 0.0,
            "speed_mps": 8.0,
            "progress_m": next_m - 300.0,
            "next_position": next_position,
            "call_count": calls,
            "skipped": (),
            "occupancy_status": 1,
            "occupancy_percentage": 30,
            "occupancy_observed_at": now - 40,
            "carriages": (),
            "schedule_relationship": 0,
            "delay_s": 60,
            "due": False,
        }
        return RunForecast(**(fields | changes))

    def forecasts(
        self, group: str, runs: Sequence[RunForecast], *, first_s: int = 60, down_since: int | None = None
    ) -> LineForecasts:
        """A line group's value whose runs make their next call ``first_s`` from now, and one each 120 s after."""
        times: list[int] = []
        for run in runs:
            last = len(self.calls_of(run.pattern)) - 1
            for ahead in range(run.call_count):
                position = run.next_position + ahead
                at = first_s + 120 * ahead
                times += [NO_TIME] * 3 if position == 0 else [at - 20, at, at + 30]
                times += [NO_TIME] * 3 if position == last else [at - 10, at + 10, at + 45]
        return LineForecasts(
            line_group=f"town:{group}",
            timetable=self.timetable.hash,
            computed_at=int(self.now),
            feed="town",
            feed_down_since=down_since,
            runs=tuple(runs),
            times=b"".join(at.to_bytes(2, "little", signed=True) for at in times),
            passages=(),
            conditions=LineConditions(len(runs), len(runs), 7, 6, {"no_trip": 1}),
        )

    def calls_of(self, pattern: int) -> range:
        offsets = self.timetable.pattern_call_offset
        return range(int(offsets[pattern]), int(offsets[pattern + 1]))

    def tell(
        self,
        group: str,
        *runs: RunForecast,
        first_s: int = 60,
        down_since: int | None = None,
        loads: Sequence[tuple[int, int]] = (),
    ) -> None:
        """``loads`` are rows of schemas.line_forecasts.LOAD_COLUMNS, one a call ahead, or none."""
        self._offset += 1
        forecasts = self.forecasts(group, runs, first_s=first_s, down_since=down_since)
        forecasts = msgspec.structs.replace(forecasts, loads=bytes(cell for row in loads for cell in row))
        assert self.view.take_line(Watermark(1, 0, self._offset), forecasts)

    def scores(self, group: str, *hours: int) -> ScoredHours:
        """A line group's accuracy in some hours of the morning: ten forecasts a bin, ten seconds late each."""
        midnight = int(self.now) - int(self.now) % 86_400 + 5 * 3600
        figures: dict[str, Any] = {
            "count": (10,) * 5,
            "mean_absolute_error_s": (12.0, 30.0, 50.0, 70.0, 90.0),
            "mean_error_s": (10.0,) * 5,
            "inside_ratio": (0.8,) * 5,
            "early_ratio": (0.1,) * 5,
        }
        found = [
            LineScores(
                line_group=f"town:{group}",
                hour_starts_at=midnight + hour * 3600,
                horizon_edges_s=(0, 180, 360, 600, 900, 1800),
                **figures,
                predicted=HorizonScores(**figures),
                arrivals=6,
                scored=4,
                unsure=1,
                unforetold=1,
                unanswered=2,
                through=(1, 0, hour),
            )
            for hour in hours
        ]
        return ScoredHours.of(found)

    def feed(self, **changes: Any) -> FeedStatus:
        now = int(self.now)
        fields: dict[str, Any] = {
            "feed": "town",
            "timetable": "town",
            "timetable_hash": self.timetable.hash,
            "url": "http://t.example/vehicles.pb",
            "since": now - 3600,
            "polled_at": now - 4,
            "header_at": now - 6,
            "down_since": None,
            "last_error": None,
            "lag_s": 15,
            "vehicles": 3,
            "lines": 6,
            "polls": 360,
            "failed_polls": 1,
            "unchanged_polls": 12,
            "accepted": 3200,
            "repeated": 411,
            "refused": {"stale": 5},
        }
        return FeedStatus(**(fields | changes))


@pytest.fixture
def city(timetable: Timetable, tmp_path: Path) -> City:
    """The city at eight in the morning of a Monday, its view whole, no vehicle seen yet."""
    settings = Settings(data_folder=tmp_path / "headway", store="redis://127.0.0.1:1/0")
    found = City(build_api(settings, load=lambda _: timetable), timetable)
    view = found.view
    view._now = lambda: found.now
    found.now = float(moment("2026-02-16 08:00:00"))
    view.shelf.keep(view.shelf.read(timetable.hash))
    view.freshness.turn(ViewState.WHOLE, found.now)
    return found


@pytest.fixture
async def charged(city: City) -> AsyncIterator[tuple[httpx.AsyncClient, list[int]]]:
    """A client whose requests the lane would charge, and what each was charged beyond its first token."""
    taken: list[int] = []

    async def charge(more: int) -> None:
        taken.append(more)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await city.api.app({**scope, "state": {"charge": charge}}, receive, send)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://headway.test") as found:
        yield found, taken


@pytest.fixture
async def client(city: City) -> AsyncIterator[httpx.AsyncClient]:
    """A partner's client, past the lane."""
    transport = httpx.ASGITransport(app=city.api.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://headway.test") as found:
        yield found


@pytest.fixture
def ask(city: City, client: httpx.AsyncClient) -> Callable[..., Any]:
    """Asks for JSON at a path, never from the cache."""

    async def get(path: str, **params: object) -> Any:
        city.view.rendered.drop_all()
        await asyncio.sleep(0)
        answered = await client.get(path, params={name: str(value) for name, value in params.items()} or None)
        assert answered.status_code == 200, answered.text
        return answered.json()

    return get
