"""A run that its agency added and no vehicle is on yet, in every form."""

from collections.abc import Callable
from typing import Any

from google.transit.gtfs_realtime_pb2 import FeedMessage

from schemas.line_forecasts import Basis, RunState, Verdict

City = Any
Ask = Callable[..., Any]


def _announce(city: City) -> None:
    extra = city.run(
        "t1-12",
        1,
        3,
        trip_id="extra",
        vehicle_id="",
        vehicle_label=None,
        state=RunState.NOT_DEPARTED,
        basis=Basis.SCHEDULE,
        verdict=Verdict.NOT_TRACKED,
        schedule_relationship=1,
        latitude=None,
        longitude=None,
        delay_s=None,
        occupancy_status=None,
        occupancy_percentage=None,
        occupancy_observed_at=None,
    )
    city.tell("1", city.run("t1-12", 1, 3), extra)
    city.view.take_feeds({"town": city.feed()}, city.now)


async def test_an_added_run_is_told_with_its_own_times_and_no_vehicle(city: City, ask: Ask, client: Any) -> None:
    _announce(city)
    told = [each for each in (await ask("/v1/stops/town%3AC/arrivals"))["arrivals"] if "extra" in each["run_id"]]
    assert len(told) == 1
    assert told[0]["expected_at"] is not None
    nothing = {"aimed_at", "vehicle_id", "distance_m", "stops_away", "observed_at", "delay_s", "occupancy"}
    assert {told[0][name] for name in nothing} == {None}
    assert (told[0]["basis"], told[0]["verdict"]) == ("schedule", "not_tracked")
    run = await ask("/v1/runs/town%3Aextra%3A20260216")
    assert run["vehicle"] is None
    call = next(each for each in run["calls"] if each["stop"]["id"] == "town:C")
    assert call["expected_at"] == told[0]["expected_at"]
    vehicles = (await ask("/v1/lines/town%3A1/vehicles"))["vehicles"]
    assert [each["id"] for each in vehicles] == ["town:v-t1-12"]
    updates = FeedMessage.FromString((await client.get("/v1/gtfs-realtime/trip-updates.pb?line=town:1")).content)
    added = [e.trip_update for e in updates.entity if e.trip_update.trip.trip_id == "extra"]
    assert [(each.trip.schedule_relationship, each.HasField("vehicle")) for each in added] == [(1, False)]
    positions = FeedMessage.FromString((await client.get("/v1/gtfs-realtime/vehicle-positions.pb?line=town:1")).content)
    assert [e.vehicle.trip.trip_id for e in positions.entity] == ["t1-12"]
    siri = (await client.get("/v1/siri/stop-monitoring.json?MonitoringRef=town:C&LineRef=town:1")).json()
    visits = siri["Siri"]["ServiceDelivery"]["StopMonitoringDelivery"][0]["MonitoredStopVisit"]
    extra = [v["MonitoredVehicleJourney"] for v in visits if "extra" in v["ItemIdentifier"]]
    assert [each["Monitored"] for each in extra] == [False]
