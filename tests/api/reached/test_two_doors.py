"""Two doors on one timetable, down to what partners are told: a bus feed and a rail feed, each with its own owner."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from google.transit.gtfs_realtime_pb2 import FeedMessage
from prometheus_client import CollectorRegistry

from runtime.timetables import TimetableFolder, save_timetable
from schemas.line_forecasts import decode_public
from schemas.line_value import decode_line_value
from schemas.topics import FEED_BUS
from streams.doors.line_records import LineRecords
from streams.tracker.counts import TrackerCounts
from streams.tracker.line_worker import LineWorker, RawMessage
from transit.assignment.feed_sorter import FeedSorter
from transit.grants.fields import ALL
from transit.grants.reach import EVERYTHING, Reach

POLL_S = 10
BUSES, TRAINS = "/v1/lines/town:1/vehicles", "/v1/lines/town:5/vehicles"


class Doors:
    """Both feeds' doors, the tracker behind them and the view that serving would fill."""

    def __init__(self, city: Any, folder: Path) -> None:
        self.city = city
        save_timetable(city.timetable, folder)
        self._sorters = {feed: FeedSorter(city.timetable, feed) for feed in ("bus", "rail")}
        self._worker = LineWorker(TimetableFolder(folder), line_partitions=1, counts=TrackerCounts(CollectorRegistry()))
        self._offset = 0

    def poll(self, feed: str, trip: str, place: tuple[float, float] | None) -> None:
        """One poll that finds vehicle 101 on a trip at a place; ``None``: the fetch fails."""
        at, sorter = int(self.city.now), self._sorters[feed]
        outcome = sorter.sort_down(at) if place is None else sorter.sort(self._write(trip, place), at)
        for record in LineRecords(sorter, epoch=1, namespace="").list_lines(outcome, at, feed_down=place is None):
            self._offset += 1
            message = RawMessage(record.key, record.value, list(record.headers), FEED_BUS.name, 0, self._offset)
            written = self._worker.advance(message, None)
            assert written.value is not None
            assert not written.rejects
            value = decode_line_value(written.value)
            self.city.view.take_line(value.watermark, decode_public(value.public))

    def _write(self, trip: str, place: tuple[float, float]) -> bytes:
        message = FeedMessage()
        message.header.gtfs_realtime_version = "2.0"
        message.header.timestamp = int(self.city.now)
        vehicle = message.entity.add(id="1").vehicle
        vehicle.trip.trip_id, vehicle.vehicle.id, vehicle.timestamp = trip, "101", int(self.city.now)
        vehicle.position.latitude, vehicle.position.longitude = place
        packed: bytes = message.SerializeToString()
        return packed


@pytest.fixture
def doors(city: Any, tmp_path: Path) -> Doors:
    """A bus 101 on line 1 and a train 101 on line 5 for two minutes; then the rail feed fails for two more."""
    found = Doors(city, tmp_path)
    for step in range(24):
        city.now += POLL_S
        found.poll("bus", "t1-12", (40.0 + 0.0008 * step, -75.0))
        city.now += 1
        train = (40.0501 + 0.0015 * step, -75.0)
        found.poll("rail", "n6", train if step < 12 else None)
        city.now -= 1
    down_since = int(city.now) - 11 * POLL_S
    bus = city.feed(feed="bus", polled_at=int(city.now), header_at=int(city.now))
    rail = city.feed(feed="rail", polled_at=int(city.now), header_at=int(city.now), down_since=down_since)
    city.view.take_feeds({"bus": bus, "rail": rail}, city.now)
    return found


@pytest.mark.usefixtures("doors")
async def test_a_feed_that_is_down_is_told_of_on_its_own_lines_alone(asked: Callable[..., Any]) -> None:
    buses, trains = (await asked(BUSES)).json(), (await asked(TRAINS)).json()
    assert [(each["id"], each["basis"]) for each in buses["vehicles"]] == [("bus:101", "live")]
    assert [(each["id"], each["basis"]) for each in trains["vehicles"]] == [("rail:101", "extrapolated")]
    assert buses["warnings"] == []
    assert [each["code"] for each in trains["warnings"]] == ["feed_down"]
    assert "rail" in trains["warnings"][0]["detail"]


@pytest.mark.usefixtures("doors")
async def test_one_id_in_two_feeds_names_two_vehicles(asked: Callable[..., Any]) -> None:
    bus, train = (await asked("/v1/vehicles/bus:101")).json(), (await asked("/v1/vehicles/rail:101")).json()
    assert (bus["line"]["id"], train["line"]["id"]) == ("town:1", "town:5")
    content = (await asked("/v1/gtfs-realtime/vehicle-positions.pb?timetable=town")).content
    told = {each.vehicle.vehicle.id: each.vehicle.trip.route_id for each in FeedMessage.FromString(content).entity}
    assert told == {"bus:101": "1", "rail:101": "5"}


@pytest.mark.usefixtures("doors")
async def test_what_the_rails_owner_withholds_is_told_of_buses_alone(asked: Callable[..., Any]) -> None:
    reach = Reach(withheld={"rail": frozenset({"vehicle", "position"})})
    whole = (await asked(BUSES, EVERYTHING)).json()["vehicles"]
    assert (await asked(BUSES, reach)).json()["vehicles"] == whole
    [train] = (await asked(TRAINS, reach)).json()["vehicles"]
    assert not {"id", "latitude", "longitude"} & set(train)
    assert (await asked("/v1/vehicles/rail:101", reach)).status_code == 404
    assert (await asked("/v1/vehicles/bus:101", reach)).status_code == 200


@pytest.mark.usefixtures("doors")
async def test_of_a_feed_whose_owner_gives_nothing_its_line_is_told_by_the_timetable(asked: Callable[..., Any]) -> None:
    reach = Reach(withheld={"rail": ALL})
    trains = await asked(TRAINS, reach)
    assert trains.json()["vehicles"] == []
    assert "rail" not in trains.text
    assert [each["id"] for each in (await asked(BUSES, reach)).json()["vehicles"]] == ["bus:101"]
