"""One computation in every form: the same runs, the same times to the second, the same load."""

import gzip
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

import httpx
import orjson
import pytest

from api.city_file.build import CityFileBuilder
from api.siri.journey import OCCUPANCY
from simulators.network.generate import generate_network
from simulators.network.gtfs_tables import tabulate
from simulators.network.gtfs_zip import write_gtfs
from tests.replayed_view import ReplayedView, simulate

MORNING = 1_771_200_000
SIRI = "{http://www.siri.org.uk/siri}"
TRACKED = ("live", "extrapolated", "historical")


class Told(NamedTuple):
    """What one form says of a run's call: arrival and departure (POSIX s), how full."""

    arrives_at: int | None
    departs_at: int | None
    occupancy: str | None


Calls = dict[tuple[str, int], Told]
"""By run and stop_sequence."""


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> ReplayedView:
    """The simulated city after five minutes of a morning."""
    folder = tmp_path_factory.mktemp("agreement")
    write_gtfs(tabulate(generate_network(14, 7)), folder / "city.zip")
    found = ReplayedView(folder / "city.zip", folder)
    for at, content in simulate(found.timetable, MORNING, polls=10, every_s=30):
        found.apply(at, content)
    return found


@pytest.fixture
def stops(replayed: ReplayedView) -> list[str]:
    """Stops where vehicles come, all over the city."""
    table = replayed.timetable
    served = [row for row in range(len(table.stop_id)) if table.stop_call_offset[row] < table.stop_call_offset[row + 1]]
    return [f"town:{table.stop_id[row]}" for row in served[::9]]


def seconds(moment: str | None) -> int | None:
    return None if moment is None else int(datetime.fromisoformat(moment).timestamp())


def json_calls(answers: list[Any]) -> Calls:
    """Tracked arrivals as JSON tells them."""
    return {
        (arrival["run_id"], arrival["stop_sequence"]): Told(
            seconds(arrival["expected_at"]),
            seconds(arrival["expected_departure_at"]),
            (arrival["occupancy"] or {}).get("status"),
        )
        for answer in answers
        for arrival in answer["arrivals"]
        if arrival["basis"] in TRACKED and arrival["verdict"] != "not_coming"
    }


def with_minutes(told: Calls) -> Calls:
    """Those told as a time: under a vehicle that is held JSON has a band in its place, of which others know nothing."""
    return {key: each for key, each in told.items() if each[:2] != (None, None)}


async def read_json(client: httpx.AsyncClient, stops: list[str]) -> list[Any]:
    found = []
    for stop in stops:
        answered = await client.get(f"/v1/stops/{stop.replace(':', '%3A')}/arrivals?limit=100")
        assert answered.status_code == 200
        found.append(answered.json())
    return found


async def test_a_batch_says_what_single_answers_say(replayed: ReplayedView, stops: list[str]) -> None:
    async with replayed.client() as client:
        single = await read_json(client, stops)
        batch = await client.post("/v1/arrivals", json={"stops": stops, "limit": 100})
    assert [item["answer"] for item in batch.json()["items"]] == single


async def test_gtfs_realtime_says_what_json_says(replayed: ReplayedView, stops: list[str]) -> None:
    async with replayed.client() as client:
        told = with_minutes(json_calls(await read_json(client, stops)))
        updates = await replayed.read_feed(client, "trip-updates", next_runs="true")
        positions = await replayed.read_feed(client, "vehicle-positions")
    status = {
        (vehicle.trip.trip_id, vehicle.trip.start_time): vehicle.OccupancyStatus.Name(vehicle.occupancy_status).lower()
        for vehicle in (entity.vehicle for entity in positions.entity)
        if vehicle.HasField("occupancy_status")
    }
    calls: Calls = {}
    for entity in updates.entity:
        update = entity.trip_update
        for call in update.stop_time_update:
            calls[f"town:{entity.id}", call.stop_sequence] = Told(
                call.arrival.time if call.arrival.HasField("uncertainty") else None,
                call.departure.time if call.HasField("departure") else None,
                status.get((update.trip.trip_id, update.trip.start_time)),
            )
    assert len(told) > 150
    left_out = set(told) - set(calls)
    assert len(left_out) <= len(told) // 50, f"{len(left_out)} of {len(told)}"
    for key in told.keys() & calls.keys():
        assert told[key][:2] == calls[key][:2], key
        if calls[key].occupancy is not None:
            assert told[key].occupancy == calls[key].occupancy, key


async def test_the_whole_citys_file_says_what_json_says(replayed: ReplayedView, stops: list[str]) -> None:
    async with replayed.client() as client:
        told = with_minutes(json_calls(await read_json(client, stops)))
    file = orjson.loads(gzip.decompress(CityFileBuilder(replayed.view).build("town").body))
    calls = {
        (run["run_id"], call[1]): Told(call[2], call[3], run["occupancy_status"])
        for run in file["runs"]
        for call in run["calls"]
    }
    assert len(told) > 150
    assert {key: calls.get(key) for key in told} == told


def visits(document: bytes) -> Iterator[ET.Element]:
    root = ET.fromstring(document)  # noqa: S314 - our own document
    return root.iter(f"{SIRI}MonitoredVehicleJourney")


def text(element: ET.Element, path: str) -> str | None:
    found = element.find("/".join(f"{SIRI}{name}" for name in path.split("/")))
    return None if found is None else found.text


def run_of(journey: ET.Element) -> str:
    """The run's id, put together from SIRI's two parts."""
    date = str(text(journey, "FramedVehicleJourneyRef/DataFrameRef")).replace("-", "")
    timetable, trip, *start = str(text(journey, "FramedVehicleJourneyRef/DatedVehicleJourneyRef")).split(":")
    return ":".join((timetable, trip, date, *start))


async def test_siri_says_what_json_says(replayed: ReplayedView, stops: list[str]) -> None:
    calls: Calls = {}
    async with replayed.client() as client:
        told = json_calls(await read_json(client, stops))
        for stop in stops:
            answered = await client.get(f"/v1/siri/stop-monitoring.xml?MonitoringRef={stop}&MaximumStopVisits=100")
            for journey in visits(answered.content):
                if text(journey, "Monitored") != "true":
                    continue
                calls[run_of(journey), int(text(journey, "MonitoredCall/Order") or 0)] = Told(
                    seconds(text(journey, "MonitoredCall/ExpectedArrivalTime")),
                    seconds(text(journey, "MonitoredCall/ExpectedDepartureTime")),
                    text(journey, "Occupancy"),
                )
    assert len(calls) > 150
    assert calls == {key: each._replace(occupancy=OCCUPANCY.get(each.occupancy or "")) for key, each in told.items()}


async def test_estimated_timetables_tell_every_run_of_the_trip_updates(replayed: ReplayedView) -> None:
    async with replayed.client() as client:
        updates = await replayed.read_feed(client, "trip-updates")
        told: set[str] = set()
        for line in replayed.timetable.line_id:
            answered = await client.get(f"/v1/siri/estimated-timetable.json?LineRef=town:{line}")
            delivery = answered.json()["Siri"]["ServiceDelivery"]["EstimatedTimetableDelivery"][0]
            for frame in delivery.get("EstimatedJourneyVersionFrame", []):
                told |= {
                    journey["FramedVehicleJourneyRef"]["DatedVehicleJourneyRef"]
                    for journey in frame["EstimatedVehicleJourney"]
                }
    runs = {
        f"town:{update.trip.trip_id}" + (f":{_start_s(update.trip.start_time)}" if update.trip.start_time else "")
        for update in (entity.trip_update for entity in updates.entity)
    }
    assert runs <= told


def _start_s(clock: str) -> int:
    hours, minutes, seconds = (int(part) for part in clock.split(":"))
    return hours * 3600 + minutes * 60 + seconds
