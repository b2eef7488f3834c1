import random
from collections import Counter
from collections.abc import Callable
from typing import Any

from google.transit.gtfs_realtime_pb2 import FeedMessage
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.rejects import RejectReason
from transit.assignment.feed_sorter import FeedSorter, SortedFeed
from transit.timetable.compiled import Timetable

Feed = Callable[..., bytes]
At = Callable[..., int]

ON_EAST_ALONE = (48.8501, 2.31)
ON_TWO_LINES = (48.8501, 2.33)
ON_NORTH = (48.86, 2.34)


def lines_of(sorter: FeedSorter, outcome: SortedFeed) -> dict[str, list[str]]:
    """Vehicles by line group, empty messages too."""
    found = {}
    for message in outcome.messages:
        entities = FeedMessage.FromString(message.content).entity
        found[sorter.lookup.group_ids[message.group]] = [entity.vehicle.vehicle.id for entity in entities]
    return found


def reasons_of(outcome: SortedFeed) -> list[RejectReason]:
    return [reject.reason for reject in outcome.rejects]


def test_a_report_goes_to_the_line_of_its_trip_before_that_of_its_route(city: Timetable, feed: Feed, at: At) -> None:
    sorter = FeedSorter(city, "f")
    content = feed(at(8), v1={"trip_id": "e1", "route_id": "north"}, v2={"trip_id": "unknown", "route_id": "north"})
    outcome = sorter.sort(content, at(8))
    assert lines_of(sorter, outcome) == {"east": ["v1"], "both": [], "north": ["v2"]}


def test_lines_in_service_hear_of_a_poll_that_has_nothing_for_them(city: Timetable, feed: Feed, at: At) -> None:
    sorter = FeedSorter(city, "f")
    assert lines_of(sorter, sorter.sort(feed(at(8)), at(8))) == {"east": [], "both": []}
    assert lines_of(sorter, sorter.sort(feed(at(5)), at(5))) == {}
    assert lines_of(sorter, sorter.sort_down(at(8, 5))) == {"east": [], "both": []}


def test_after_midnight_yesterdays_trips_are_in_service(city: Timetable, feed: Feed, at: At) -> None:
    sorter = FeedSorter(city, "f")
    assert lines_of(sorter, sorter.sort(feed(at(0, 40)), at(0, 40))) == {"north": []}


def test_a_report_equal_to_the_vehicles_last_is_dropped_and_a_return_to_an_older_one_is_not(
    city: Timetable, feed: Feed, at: At
) -> None:
    sorter = FeedSorter(city, "f")
    first = feed(at(8), v1={"trip_id": "e1", "timestamp": at(8)})
    second = feed(at(8), v1={"trip_id": "e1", "timestamp": at(8, 1)})
    told = [
        lines_of(sorter, sorter.sort(content, at(8, n)))["east"]
        for n, content in enumerate((first, first, second, first))
    ]
    assert told == [["v1"], [], ["v1"], ["v1"]]


def trains(at: int, *trips: str) -> bytes:
    """A packed feed with a train for each trip, none with an id of its own, that all said so at eight."""
    message = FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    message.header.timestamp = at
    for trip in trips:
        vehicle = message.entity.add(id=trip).vehicle
        vehicle.trip.trip_id, vehicle.trip.route_id, vehicle.stop_id, vehicle.timestamp = trip, "north", "c", 1773644400
    packed: bytes = message.SerializeToString()
    return packed


def test_a_train_that_goes_by_its_trip_is_told_gone_once_when_the_feed_leaves_it_out(city: Timetable, at: At) -> None:
    sorter = FeedSorter(city, "f")
    polls = [("n1", "late"), ("n1", "late"), None, ("n1",), ("n1",), None, None, ()]
    gone = []
    for minute, trips in enumerate(polls):
        now = at(8, minute)
        outcome = sorter.sort_unchanged(now) if trips is None else sorter.sort(trains(now, *trips), now)
        gone.append([message.gone for message in outcome.messages if message.gone])
    assert gone == [[], [], [], [("late",)], [], [], [], [("n1",)]]


def test_a_feed_that_cannot_be_read_has_left_no_train_out(city: Timetable, at: At) -> None:
    sorter = FeedSorter(city, "f")
    sorter.sort(trains(at(8), "n1"), at(8))
    outcomes = (sorter.sort(b"\xff", at(8, 1)), sorter.sort_down(at(8, 2)))
    assert [message.gone for outcome in outcomes for message in outcome.messages if message.gone] == []


def test_a_vehicle_with_an_id_of_its_own_is_never_told_gone(city: Timetable, feed: Feed, at: At) -> None:
    sorter = FeedSorter(city, "f")
    sorter.sort(feed(at(8), v1={"trip_id": "e1"}), at(8))
    assert [message.gone for message in sorter.sort(feed(at(8, 1)), at(8, 1)).messages if message.gone] == []


def test_where_only_the_header_says_the_time_a_vehicle_that_stands_still_goes_on_being_told(
    city: Timetable, feed: Feed, at: At
) -> None:
    sorter = FeedSorter(city, "f")
    still = {"trip_id": "e1", "timestamp": 0, "place": ON_EAST_ALONE}
    headers = (0, 1, 1, 2)
    told = [
        lines_of(sorter, sorter.sort(feed(at(8, header), v1=still), at(8, n)))["east"]
        for n, header in enumerate(headers)
    ]
    assert told == [["v1"], ["v1"], [], ["v1"]]


def test_a_report_without_line_is_given_the_one_line_it_is_on_and_marked(city: Timetable, feed: Feed, at: At) -> None:
    sorter = FeedSorter(city, "f")
    outcome = sorter.sort(feed(at(8), v1={"place": ON_EAST_ALONE}), at(8))
    assert lines_of(sorter, outcome)["east"] == ["v1"]
    assert [message.assigned for message in outcome.messages if message.assigned] == [("entity-v1",)]


def test_where_two_lines_pass_a_vehicle_is_refused_until_its_way_tells_them_apart(
    city: Timetable, feed: Feed, at: At
) -> None:
    sorter = FeedSorter(city, "f")
    assert reasons_of(sorter.sort(feed(at(8), v1={"place": ON_TWO_LINES}), at(8))) == [RejectReason.AMBIGUOUS_LINE]
    assert lines_of(sorter, sorter.sort(feed(at(8), v1={"place": ON_EAST_ALONE}), at(8, 1)))["east"] == ["v1"]
    assert lines_of(sorter, sorter.sort(feed(at(8), v1={"place": ON_TWO_LINES}), at(8, 2)))["east"] == ["v1"]


def test_refusals_say_what_is_wrong(city: Timetable, feed: Feed, at: At) -> None:
    cases = {
        RejectReason.OUT_OF_AREA: {"place": (52.5, 13.4)},
        RejectReason.UNKNOWN_LINE: {"place": (48.86, 2.31)},
        RejectReason.BAD_POSITION: {"place": (float("nan"), 2.3)},
        RejectReason.UNKNOWN_TRIP: {"trip_id": "nowhere"},
        RejectReason.NO_POSITION: {},
        RejectReason.ID_TOO_LONG: {"trip_id": "x" * 300},
    }
    for reason, fields in cases.items():
        outcome = FeedSorter(city, "f").sort(feed(at(8), v1=fields), at(8))
        assert reasons_of(outcome) == [reason]
        assert outcome.rejects[0].detail


def test_a_refusals_id_is_the_same_at_every_attempt(city: Timetable, feed: Feed, at: At) -> None:
    content = feed(at(8), v1={"trip_id": "nowhere"})
    first, second = (FeedSorter(city, "f").sort(content, at(8, n)).rejects[0].id for n in (0, 5))
    assert first == second


def test_a_count_that_comes_alone_goes_where_its_vehicle_is(city: Timetable, feed: Feed, at: At) -> None:
    sorter = FeedSorter(city, "f")
    sorter.sort(feed(at(8), v1={"trip_id": "e1", "place": ON_EAST_ALONE}), at(8))
    assert lines_of(sorter, sorter.sort(feed(at(8), v1={"occupancy": 2}), at(8, 1)))["east"] == ["v1"]


def test_a_vehicle_whose_block_goes_on_with_another_line_within_the_hour_is_copied_there_as_due(
    city: Timetable, feed: Feed, at: At
) -> None:
    sorter = FeedSorter(city, "f")
    content = feed(at(8), v1={"trip_id": "e1", "start_date": "20260316"})
    early, soon, later = (sorter.sort(content, at(8, minute)) for minute in (0, 15, 16))
    assert "north" not in lines_of(sorter, early)
    assert lines_of(sorter, soon) == {"east": [], "both": [], "north": ["v1"]}
    assert [message.due for message in soon.messages if message.due] == [("entity-v1",)]
    assert lines_of(sorter, later)["north"] == []


def test_an_unchanged_feed_still_makes_vehicles_due(city: Timetable, feed: Feed, at: At) -> None:
    sorter = FeedSorter(city, "f")
    sorter.sort(feed(at(8), v1={"trip_id": "e1"}), at(8))
    assert lines_of(sorter, sorter.sort_unchanged(at(8, 15)))["north"] == ["v1"]


def test_trip_updates_go_to_the_lines_they_name_and_alerts_stand_beside_them(city: Timetable, at: At) -> None:
    message = FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    message.header.timestamp = at(8)
    message.entity.add(id="u").trip_update.trip.trip_id = "e1"
    message.entity.add(id="a").alert.informed_entity.add(route_id="north")
    message.entity.add(id="s").alert.informed_entity.add(stop_id="c")
    message.entity.add(id="all").alert.informed_entity.add(agency_id="one")
    message.entity.add(id="none").alert.informed_entity.add(route_id="nowhere")
    sorter = FeedSorter(city, "f")
    outcome = sorter.sort(message.SerializeToString(), at(8))
    found = {
        sorter.lookup.group_ids[line.group]: [entity.id for entity in FeedMessage.FromString(line.content).entity]
        for line in outcome.messages
    }
    assert found == {"east": ["u"], "both": []}
    assert outcome.alerts is not None
    assert {alert.id: alert.line_groups for alert in outcome.alerts} == {
        "a": ("north",),
        "s": ("both", "east", "north"),
        "all": (),
    }
    assert reasons_of(outcome) == [RejectReason.UNKNOWN_LINE]


def test_an_alert_and_a_trip_update_may_bear_the_same_id(city: Timetable, at: At) -> None:
    message = FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    message.header.timestamp = at(8)
    message.entity.add(id="1").trip_update.trip.trip_id = "e1"
    for _ in range(2):
        message.entity.add(id="1").alert.informed_entity.add(route_id="north")
    outcome = FeedSorter(city, "f").sort(message.SerializeToString(), at(8))
    assert outcome.accepted == 2
    assert reasons_of(outcome) == [RejectReason.DUPLICATE_ENTITY]


def test_what_one_entity_says_of_a_vehicle_and_of_its_trip_goes_on_each_by_itself(city: Timetable, at: At) -> None:
    sorter, message = FeedSorter(city, "f"), FeedMessage()
    message.header.gtfs_realtime_version, message.header.timestamp = "2.0", at(8)
    entity = message.entity.add(id="one")
    entity.vehicle.trip.trip_id, entity.vehicle.vehicle.id, entity.vehicle.timestamp = "e1", "v1", at(8)
    entity.trip_update.trip.trip_id = "e1"
    for number, kinds in enumerate((["vehicle", "trip_update"], ["trip_update"])):
        message.header.timestamp = at(8, number)
        outcome = sorter.sort(message.SerializeToString(), at(8, number))
        told = [entity for line in outcome.messages for entity in FeedMessage.FromString(line.content).entity]
        assert [_kind(each) for each in told] == kinds
        assert not outcome.rejects


def _kind(entity: Any) -> str:
    (kind,) = (field.name for field, _ in entity.ListFields() if field.name != "id")
    return str(kind)


def test_a_poll_that_says_nothing_new_says_nothing_of_alerts(city: Timetable, at: At) -> None:
    sorter = FeedSorter(city, "f")
    assert sorter.sort_unchanged(at(8)).alerts is None
    assert sorter.sort_down(at(8)).alerts is None


def test_one_entity_that_cannot_be_read_costs_no_other(city: Timetable, feed: Feed, at: At) -> None:
    broken = b"\x12\x06\x0a\x01x\x22\x7f\x00"
    sorter = FeedSorter(city, "f")
    outcome = sorter.sort(feed(at(8), v1={"trip_id": "e1"}) + broken, at(8))
    assert lines_of(sorter, outcome)["east"] == ["v1"]
    assert reasons_of(outcome) == [RejectReason.UNDECODABLE]


def test_the_same_polls_give_the_same_messages(city: Timetable, feed: Feed, at: At) -> None:
    polls = [feed(at(8), v1={"trip_id": "e1", "timestamp": at(8, n)}, v2={"place": ON_NORTH}) for n in range(5)]
    one, other = FeedSorter(city, "f"), FeedSorter(city, "f")
    assert [one.sort(poll, at(8, n)) for n, poll in enumerate(polls)] == [
        other.sort(poll, at(8, n)) for n, poll in enumerate(polls)
    ]


@settings(max_examples=400, deadline=None)
@given(cuts=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=8), end=st.integers(0, 400))
def test_no_mutation_of_a_feed_ever_crashes_the_door(
    city: Timetable, feed: Feed, at: At, cuts: list[tuple[int, int]], end: int
) -> None:
    vehicles: dict[str, Any] = {"v1": {"trip_id": "e1", "start_date": "20260316"}, "v2": {"place": ON_TWO_LINES}}
    content = bytearray(feed(at(8), **vehicles, v3={"occupancy": 2}))
    for place, byte in cuts:
        content[place % len(content)] = byte
    sorter = FeedSorter(city, "f")
    for n in range(2):
        outcome = sorter.sort(bytes(content[: max(end, 1)]), at(8, n))
        for message in outcome.messages:
            FeedMessage.FromString(message.content)


def test_a_hundred_thousand_mutated_messages_are_sorted_or_refused(city: Timetable, feed: Feed, at: At) -> None:
    chance = random.Random(20260316)  # noqa: S311 - the same mutations at every run
    whole = feed(at(8), v1={"trip_id": "e1", "start_date": "20260316"}, v2={"place": ON_TWO_LINES}, v3={"occupancy": 2})
    sorter = FeedSorter(city, "f")
    refused: Counter[str] = Counter()
    for _ in range(100_000):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        outcome = sorter.sort(bytes(content[: chance.randint(1, 2 * len(content))]), at(8))
        refused.update(outcome.refused)
        assert all(reject.detail and reject.id for reject in outcome.rejects)
    assert len(refused) > 6
