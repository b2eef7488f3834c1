"""What stands in the feeds: each run as the specification wants it told, and the validators of HTTP."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest
from google.protobuf.json_format import ParseDict
from google.transit import gtfs_realtime_pb2 as pb

from schemas.line_forecasts import Basis, Carriage, RunState, Verdict, VerdictReason

City = Any
Call = pb.TripUpdate.StopTimeUpdate
PATH = "/v1/gtfs-realtime/{}.pb?timetable=town"


@pytest.fixture
def read(city: City, client: httpx.AsyncClient) -> Callable[..., Any]:
    """Reads a feed, never from the cache."""

    async def get(kind: str = "trip-updates", query: str = "timetable=town") -> pb.FeedMessage:
        city.view.rendered.drop_all()
        answered = await client.get(f"/v1/gtfs-realtime/{kind}.pb?{query}")
        assert answered.status_code == 200, answered.text
        assert answered.headers["content-type"] == "application/x-protobuf"
        feed: pb.FeedMessage = pb.FeedMessage.FromString(answered.content)
        return feed

    return get


async def test_a_run_tells_arrival_and_departure_of_each_call_ahead(city: City, read: Any) -> None:
    city.tell("1", city.run("t1-12", 1, 3))
    feed = await read()
    update = feed.entity[0].trip_update
    assert (update.trip.trip_id, update.trip.route_id, update.trip.start_date) == ("t1-12", "1", "20260216")
    assert [call.stop_id for call in update.stop_time_update] == ["B", "C", "D"]
    first, last = update.stop_time_update[0], update.stop_time_update[2]
    assert (first.arrival.time, first.departure.time) == (city.now + 60, city.now + 70)
    assert first.arrival.uncertainty == 25
    assert not last.HasField("departure")


async def test_60_the_first_call_beyond_the_forecasts_is_told_as_no_data(city: City, read: Any) -> None:
    city.tell("1", city.run("t1-12", 1, 1))
    calls = (await read()).entity[0].trip_update.stop_time_update
    assert [call.schedule_relationship for call in calls] == [Call.SCHEDULED, Call.NO_DATA]
    assert not calls[1].HasField("arrival")


async def test_a_call_left_out_is_skipped_and_a_cancelled_run_has_no_calls(city: City, read: Any) -> None:
    gone = {"verdict": Verdict.NOT_COMING, "verdict_reason": VerdictReason.CANCELLED, "vehicle_id": ""}
    city.tell("1", city.run("t1-12", 1, 3, skipped=(2,)), city.run("t1-13", 0, 0, **gone))
    told = {entity.trip_update.trip.trip_id: entity.trip_update for entity in (await read()).entity}
    assert [c.schedule_relationship for c in told["t1-12"].stop_time_update] == [0, Call.SKIPPED, 0]
    assert told["t1-13"].trip.schedule_relationship == pb.TripDescriptor.CANCELED
    assert not told["t1-13"].stop_time_update


async def test_59_an_early_run_tells_the_call_it_has_left_too_soon(city: City, read: Any, at: Any) -> None:
    city.now = float(at("2026-02-16 08:01:00"))
    city.tell("1", city.run("t1-12", 2, 2, delay_s=-120))
    calls = (await read()).entity[0].trip_update.stop_time_update
    assert [call.stop_id for call in calls] == ["B", "C", "D"]
    assert calls[0].departure.time < city.now


async def test_a_vehicle_that_stands_at_a_stop_has_arrived_no_later_than_it_was_heard(city: City, read: Any) -> None:
    run = city.run("t1-12", 1, 3, state=RunState.AT_STOP)
    forecasts = city.forecasts("1", [run])
    unknown = (-32768).to_bytes(2, "little", signed=True)
    city.tell("1", run)
    value = city.view.lines["town:1"]
    times = unknown * 3 + forecasts.times[6:]
    city.view.lines["town:1"] = replace(value, times=memoryview(times).cast("h"))
    first = (await read()).entity[0].trip_update.stop_time_update[0]
    assert first.arrival.time == run.observed_at
    assert first.departure.time == city.now + 70


async def test_a_run_whose_last_call_is_foretold_for_the_past_is_told_no_more(city: City, read: Any) -> None:
    city.tell("1", city.run("t1-12", 1, 3), first_s=-241)
    assert not (await read()).entity
    city.tell("1", city.run("t1-12", 1, 3), first_s=-230)
    assert len((await read()).entity) == 1


async def test_a_run_the_timetable_lacks_is_added(city: City, read: Any) -> None:
    city.tell("1", city.run("t1-12", 1, 3, trip_id="extra"))
    trip = (await read()).entity[0].trip_update.trip
    assert trip.schedule_relationship == pb.TripDescriptor.ADDED
    assert trip.direction_id == 0


async def test_the_next_run_of_a_vehicle_is_told_on_request_alone(city: City, read: Any) -> None:
    city.tell("1", city.run("t1-12", 1, 3), city.run("t1-13", 0, 4, vehicle_id="v-t1-12", due=True))
    assert len((await read()).entity) == 1
    assert len((await read(query="timetable=town&next_runs=true")).entity) == 2
    assert len((await read("vehicle-positions", "timetable=town&next_runs=true")).entity) == 1


async def test_a_vehicle_tells_its_place_its_next_stop_and_its_load(city: City, read: Any) -> None:
    carriages = (Carriage(2, "b", None, 3, 70), Carriage(1, "a", None, None))
    city.tell("1", city.run("t1-12", 1, 3, carriages=carriages, state=RunState.APPROACHING))
    vehicle = (await read("vehicle-positions")).entity[0].vehicle
    assert (round(vehicle.position.latitude, 4), vehicle.stop_id) == (40.005, "B")
    assert vehicle.current_status == pb.VehiclePosition.INCOMING_AT
    assert vehicle.occupancy_status == pb.VehiclePosition.MANY_SEATS_AVAILABLE
    assert vehicle.occupancy_percentage == 30
    assert [each.carriage_sequence for each in vehicle.multi_carriage_details] == [1, 2]


async def test_a_report_older_than_best_practice_allows_gives_no_place(city: City, read: Any) -> None:
    city.tell("1", city.run("t1-12", 1, 3, observed_at=int(city.now) - 91, basis=Basis.EXTRAPOLATED))
    vehicle = (await read("vehicle-positions")).entity[0].vehicle
    assert not vehicle.HasField("position")
    assert not vehicle.HasField("occupancy_status")
    assert vehicle.timestamp == city.now


async def test_a_vehicle_on_two_lines_is_told_by_the_one_that_heard_it_last(city: City, read: Any) -> None:
    city.tell("1", city.run("t1-12", 1, 3, vehicle_id="v", observed_at=int(city.now) - 40))
    city.tell("2", city.run("t2-0", 1, 3, vehicle_id="v"))
    assert [each.vehicle.trip.trip_id for each in (await read("vehicle-positions")).entity] == ["t2-0"]
    assert [each.trip_update.trip.trip_id for each in (await read()).entity] == ["t2-0"]


async def test_all_timetables_together_have_names_before_their_ids(city: City, read: Any) -> None:
    city.tell("1", city.run("t1-12", 1, 3))
    entity = (await read(query="")).entity[0]
    assert entity.id == "town:t1-12:20260216"
    assert entity.trip_update.trip.route_id == "town:1"
    assert entity.trip_update.vehicle.id == "town:v-t1-12"


async def test_a_line_alone_is_told_with_its_own_ids(city: City, read: Any) -> None:
    city.tell("1", city.run("t1-12", 1, 3))
    city.tell("2", city.run("t2-0", 1, 3))
    assert [each.trip_update.trip.route_id for each in (await read(query="line=town:2")).entity] == ["2"]


async def test_bunched_vehicles_and_gaps_are_alerts(city: City, read: Any) -> None:
    city.tell("1", city.run("t1-11", 2, 2), city.run("t1-12", 2, 2), city.run("t1-13", 0, 0))
    alerts = [entity.alert for entity in (await read("alerts")).entity]
    assert {each.informed_entity[0].route_id for each in alerts} == {"1"}
    assert {text.language for text in alerts[0].header_text.translation} == {"en", "zh"}


async def test_a_detour_is_an_alert_that_names_its_stops(city: City, read: Any) -> None:
    city.tell("1", city.run("t1-12", 1, 3, skipped=(2,), verdict_reason=VerdictReason.DETOUR))
    alert = (await read("alerts")).entity[0].alert
    assert alert.effect == pb.Alert.DETOUR
    assert [each.stop_id for each in alert.informed_entity] == ["C"]


async def test_an_unchanged_feed_is_304_though_its_header_would_say_a_later_second(
    city: City, client: httpx.AsyncClient
) -> None:
    city.now -= city.now % 30
    city.tell("1", city.run("t1-12", 1, 3))
    first = await client.get(PATH.format("trip-updates"))
    city.now += 5
    city.view.rendered.drop_all()
    again = await client.get(PATH.format("trip-updates"), headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    city.now += 30
    city.view.rendered.drop_all()
    later = await client.get(PATH.format("trip-updates"), headers={"if-none-match": first.headers["etag"]})
    assert later.status_code == 200


async def test_json_says_what_protobuf_says(city: City, client: httpx.AsyncClient, read: Any) -> None:
    city.tell("1", city.run("t1-12", 1, 3))
    answered = await client.get("/v1/gtfs-realtime/trip-updates.json?timetable=town")
    assert ParseDict(answered.json(), pb.FeedMessage()) == await read()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/gtfs-realtime/trip-updates.xml", 422),
        ("/v1/gtfs-realtime/shapes.pb", 422),
        ("/v1/gtfs-realtime/alerts.pb?timetable=x", 422),
        ("/v1/gtfs-realtime/alerts.pb?line=town:x", 404),
    ],
)
async def test_what_there_is_not_is_a_problem(client: httpx.AsyncClient, path: str, status: int) -> None:
    answered = await client.get(path)
    assert answered.status_code == status
    assert answered.headers["content-type"] == "application/problem+json"


async def test_a_trip_that_runs_by_headway_says_so_at_each_of_its_calls(city: City, read: Any) -> None:
    city.tell("3", city.run("t3-0", 1, 2, start_time_s=8 * 3600))
    update = (await read()).entity[0].trip_update
    assert update.trip.schedule_relationship == pb.TripDescriptor.UNSCHEDULED
    assert update.trip.start_time == "08:00:00"
    assert {call.schedule_relationship for call in update.stop_time_update} == {Call.UNSCHEDULED}


async def test_a_call_tells_how_full_the_vehicle_is_to_leave_it_where_that_is_foretold(city: City, read: Any) -> None:
    city.tell("1", city.run("t1-12", 1, 3), loads=[(30, 10), (60, 10), (255, 255)])
    calls = (await read()).entity[0].trip_update.stop_time_update
    assert [call.HasField("departure_occupancy_status") for call in calls] == [True, False, False]
    assert calls[0].departure_occupancy_status == pb.VehiclePosition.STANDING_ROOM_ONLY
