"""What a reach does not hold is nowhere in a GTFS-realtime feed."""

from typing import Any

import pytest
from google.transit import gtfs_realtime_pb2 as pb

from schemas.line_forecasts import RunState, Verdict, VerdictReason
from schemas.overrides import Override, OverrideKind
from transit.grants.area import Area, Box
from transit.grants.fields import ALL
from transit.grants.reach import EVERYTHING, Reach

Call = pb.TripUpdate.StopTimeUpdate
NORTH = Reach(areas=(Area(box=Box(40.015, -76.0, 41.0, -74.0)),))
"""Stops C and D of line 1 lie in it, A and B do not."""


@pytest.fixture
def read(asked: Any, city: Any) -> Any:
    async def get(kind: str, reach: Reach = EVERYTHING) -> pb.FeedMessage:
        city.view.rendered.drop_all()
        answered = await asked(f"/v1/gtfs-realtime/{kind}.pb?timetable=town", reach)
        assert answered.status_code == 200, answered.text
        feed: pb.FeedMessage = pb.FeedMessage.FromString(answered.content)
        return feed

    return get


def _stops_of(feed: pb.FeedMessage) -> set[str]:
    return {call.stop_id for entity in feed.entity for call in entity.trip_update.stop_time_update}


async def test_trip_updates_tell_no_call_outside_the_box(city: Any, read: Any) -> None:
    city.tell("1", city.run("t1-12", 1, 3), city.run("t1-11", 0, 1, latitude=40.0))
    assert _stops_of(await read("trip-updates")) == {"A", "B", "C", "D"}
    told = await read("trip-updates", NORTH)
    assert _stops_of(told) == {"C", "D"}
    # of a run whose forecasts end outside, the first call inside is the one of which nothing is known
    early = next(each.trip_update for each in told.entity if each.trip_update.trip.trip_id == "t1-11")
    assert [(call.stop_id, call.schedule_relationship) for call in early.stop_time_update] == [("C", Call.NO_DATA)]


async def test_a_vehicle_outside_the_box_is_in_no_feed(city: Any, read: Any) -> None:
    city.tell("1", city.run("t1-12", 1, 3), city.run("t1-11", 3, 1, latitude=40.025))
    assert len((await read("vehicle-positions")).entity) == 2
    told = await read("vehicle-positions", NORTH)
    assert [entity.vehicle.vehicle.id for entity in told.entity] == ["v-t1-11"]


async def test_a_vehicle_inside_the_box_does_not_tell_a_next_stop_outside(city: Any, read: Any) -> None:
    city.tell("1", city.run("t1-12", 1, 3, latitude=40.016))
    [told] = (await read("vehicle-positions", NORTH)).entity
    assert not told.vehicle.HasField("stop_id")
    assert not told.vehicle.HasField("current_stop_sequence")
    assert not told.vehicle.HasField("current_status")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"expected"}, set()),
        ({"verdict"}, set()),
        ({"distance"}, {"current_stop_sequence", "stop_id"}),
        ({"distance", "verdict"}, {"current_stop_sequence", "stop_id", "current_status"}),
        ({"position"}, {"position"}),
        ({"occupancy"}, {"occupancy_status", "occupancy_percentage"}),
        ({"crowding"}, set()),
        ({"vehicle"}, {"vehicle"}),
    ],
)
async def test_a_vehicle_position_holds_the_granted_groups_alone(
    city: Any, read: Any, fields: set[str], told: set[str]
) -> None:
    city.tell("1", city.run("t1-12", 1, 3, state=RunState.AT_STOP))
    [entity] = (await read("vehicle-positions", Reach(fields=frozenset(fields)))).entity
    names = {field.name for field, _ in entity.vehicle.ListFields()}
    assert names - {"trip", "timestamp"} == told


async def test_what_is_cancelled_or_skipped_is_told_to_who_is_granted_verdicts(city: Any, read: Any) -> None:
    gone = {"verdict": Verdict.NOT_COMING, "verdict_reason": VerdictReason.CANCELLED, "vehicle_id": ""}
    city.tell("1", city.run("t1-12", 1, 3, skipped=(2,)), city.run("t1-13", 0, 0, **gone))
    whole = {entity.trip_update.trip.trip_id for entity in (await read("trip-updates")).entity}
    assert whole == {"t1-12", "t1-13"}
    [told] = (await read("trip-updates", Reach(fields=ALL - {"verdict"}))).entity
    assert told.trip_update.trip.trip_id == "t1-12"
    relationships = [call.schedule_relationship for call in told.trip_update.stop_time_update]
    assert relationships == [Call.SCHEDULED, Call.NO_DATA, Call.SCHEDULED]
    [cancelled] = (await read("trip-updates", Reach(fields=frozenset({"verdict"})))).entity
    assert cancelled.trip_update.trip.trip_id == "t1-13"


async def test_alerts_name_no_stop_outside_the_box(city: Any, read: Any) -> None:
    city.tell("1", city.run("t1-12", 0, 4, verdict_reason=VerdictReason.DETOUR, skipped=(1, 2), latitude=40.02))
    closed = Override(
        id="o1", kind=OverrideKind.CLOSE_STOP, stops=("town:B",), starts_at=int(city.now) - 60,
        ends_at=int(city.now) + 60, text_en="Bridge is closed", actor="Li", made_at_ms=0,
    )  # fmt: skip
    city.api.streams.overrides.take([closed], city.now)
    assert b"Bridge" in (await read("alerts")).SerializeToString()
    told = await read("alerts", NORTH)
    assert {each.stop_id for entity in told.entity for each in entity.alert.informed_entity} == {"C"}
    assert b"Bridge" not in told.SerializeToString()
