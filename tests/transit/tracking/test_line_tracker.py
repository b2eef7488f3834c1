"""The tracker as a whole: its bytes, its takeover, its timetable's change."""

import math
import struct
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.headers import FeedHeaders
from schemas.line_forecasts import NO_TIME, TIME_COLUMNS, decode_public, encode_public
from tests.transit.conftest import EIGHT
from transit.tracking.line_state import (
    BEFORE_DEMAND,
    BEFORE_FEEDS,
    BEFORE_LOADS,
    BEFORE_STANDS,
    LAYOUT,
    WITH_NOUGHTS,
    StateError,
)
from transit.tracking.line_tracker import LineTracker
from transit.tracking.noughts import leave_out_noughts


def drive_two(bus: Any, first: int, last: int) -> None:
    for i in range(first, last + 1):
        bus.say(
            30 * i,
            {"x_m": 190.0 * i, "y_m": 10.0 * math.sin(i), "occupancy_status": i % 5},
            {"x_m": 40.0 * i, "vehicle": "v2", "trip": "out-2"},
        )


def test_a_tracker_taken_over_says_and_keeps_the_same_bytes(bus: Any, town: Any) -> None:
    drive_two(bus, 0, 7)
    other = LineTracker.restore(town, bus.group, bus.tracker.dump())
    assert other.dump() == bus.tracker.dump()
    drive_two(bus, 8, 8)
    first = bus.outcome
    twin = type(bus)(town, bus.group, other)
    drive_two(twin, 8, 8)
    assert encode_public(twin.outcome.public) == encode_public(first.public)
    assert twin.tracker.dump() == bus.tracker.dump()


def test_the_same_messages_always_lead_to_the_same_bytes_of_state(drive: Any) -> None:
    """Many vehicles come and go: what memory held before never shows between the fields of a row."""
    packed = set()
    for _ in range(3):
        bus = drive("bus")
        for i in range(12):
            seen = [{"x_m": 30.0 * i + 10.0 * n, "vehicle": f"v{n}"} for n in range(12)]
            bus.say(400 * i, *seen[i:])
        packed.add(bus.tracker.dump())
    assert len(packed) == 1


def test_taking_over_after_every_message_changes_nothing(drive: Any, town: Any) -> None:
    straight, broken = drive("bus"), drive("bus")
    for i in range(25):
        drive_two(straight, i, i)
        broken.tracker = LineTracker.restore(town, broken.group, broken.tracker.dump())
        drive_two(broken, i, i)
        assert encode_public(straight.outcome.public) == encode_public(broken.outcome.public)
    assert straight.tracker.dump() == broken.tracker.dump()


def test_promises_of_vehicles_long_gone_leave_nothing_behind(bus: Any, town: Any) -> None:
    for i in range(4):
        gone = ({"x_m": 190.0 * i + n, "vehicle": f"v{n}", "trip": f"x{n}", "direction_id": 0} for n in range(1, 5))
        bus.say(30 * i, {"x_m": 0.0, "vehicle": "v0", "trip": "out-3"}, *gone)
    for at in range(120, 4800, 60):
        bus.say(at, {"x_m": max(0.0, 2.0 * (at - 3600)), "vehicle": "v0", "trip": "out-3"})
    twin = type(bus)(town, bus.group, LineTracker.restore(town, bus.group, bus.tracker.dump()))
    for each in (bus, twin):
        each.go(4800, 2400.0, vehicle="v0", trip="out-3")
    assert encode_public(twin.outcome.public) == encode_public(bus.outcome.public)


def test_what_is_said_can_be_read_back(bus: Any) -> None:
    drive_two(bus, 0, 6)
    public = bus.outcome.public
    assert decode_public(encode_public(public)) == public
    assert len(public.times) == 2 * TIME_COLUMNS * sum(run.call_count for run in public.runs)


@pytest.mark.parametrize("packed", [b"", b"\x00", b"\x01\x03abc", b"\xff" * 400])
def test_broken_state_is_refused_with_a_reason(town: Any, packed: bytes) -> None:
    with pytest.raises(StateError):
        LineTracker.restore(town, "bus", packed)


def test_state_cut_short_anywhere_is_refused(bus: Any, town: Any) -> None:
    drive_two(bus, 0, 3)
    packed = bus.tracker.dump()
    for length in range(0, len(packed), 97):
        with pytest.raises(StateError):
            LineTracker.restore(town, bus.group, packed[:length])


def test_a_line_that_the_timetable_lacks_cannot_be_tracked(town: Any) -> None:
    with pytest.raises(KeyError):
        LineTracker(town, "tram")


def test_forecasts_never_lie_in_the_past_nor_run_backwards(bus: Any) -> None:
    for i in range(30):
        bus.go(20 * i, 120.0 * i)
        for run in bus.outcome.public.runs:
            last = [0, 0, 0]
            for row in bus.times(run.trip_id).values():
                for cells in (row[:3], row[3:]):
                    if cells[0] is None:
                        continue
                    assert cells[0] <= cells[1] <= cells[2]
                    assert cells[0] >= 20 * i
                    assert all(later >= earlier for later, earlier in zip(cells, last, strict=True))
                    last = cells


def test_a_first_stop_has_no_arrival_and_a_last_no_departure(bus: Any) -> None:
    bus.go(-60, 0.0)
    times = bus.times()
    assert times[0][:3] == [None] * 3
    assert times[9][3:] == [None] * 3
    assert NO_TIME < 0


def test_more_vehicles_than_a_line_can_have_are_refused_and_the_rest_are_told(bus: Any) -> None:
    bus.say(0, *({"x_m": 10.0 * i, "vehicle": f"v{i}", "trip": f"t{i}", "direction_id": 0} for i in range(300)))
    assert bus.reasons() == ["too_many_vehicles"] * 44
    assert len(bus.outcome.public.runs) == 256


def test_vehicles_of_a_feed_that_names_them_anew_with_every_poll_are_told_all_the_same(bus: Any) -> None:
    for poll in range(30):
        seen = ({"x_m": 10.0 * i, "vehicle": f"v{i}-{poll}", "trip": f"t{i}-{poll}"} for i in range(25))
        bus.say(15 * poll, *seen)
        assert bus.reasons() == []
    assert {f"v{i}-29" for i in range(25)} <= {run.vehicle_id for run in bus.outcome.public.runs}


def test_who_is_heard_keeps_its_place_while_others_are_named_anew(bus: Any) -> None:
    for poll in range(30):
        strangers = ({"x_m": 10.0 * i, "vehicle": f"v{i}-{poll}", "trip": f"t{i}"} for i in range(25))
        bus.say(15 * poll, {"x_m": 100.0 * poll}, *strangers)
    assert list(bus.passed()) == [1, 2, 3, 4, 5, 6, 7]


@given(
    way=st.lists(st.tuples(st.integers(0, 120), st.floats(-300, 4200), st.floats(-400, 400)), min_size=1, max_size=25),
)
@settings(max_examples=60, deadline=None)
def test_wherever_a_vehicle_says_it_is_no_passage_is_told_twice(town: Any, way: list[tuple[int, float, float]]) -> None:
    tracker = LineTracker(town, "bus")
    told: set[str] = set()
    from google.transit.gtfs_realtime_pb2 import FeedMessage  # noqa: PLC0415 - kept beside its only use

    at = 1_772_524_800
    for wait_s, x_m, y_m in way:
        at += wait_s
        message = FeedMessage()
        message.header.gtfs_realtime_version, message.header.timestamp = "2.0", at
        vehicle = message.entity.add(id="v1").vehicle
        vehicle.trip.trip_id, vehicle.trip.start_date, vehicle.vehicle.id = "out-1", "20260303", "v1"
        vehicle.position.latitude, vehicle.position.longitude = 40.0 + y_m / 111_195, 10.0 + x_m / 85_180
        outcome = tracker.apply(message.SerializeToString(), FeedHeaders(town.hash, at, "feed", 1))
        for passage in outcome.public.passages:
            assert passage.id not in told
            assert passage.earliest_at <= passage.at <= passage.latest_at
            told.add(passage.id)


def older_words(tracker: LineTracker) -> tuple[int, bytes]:
    """How many bytes of the packed state are words, and what it kept in words before feeds were told apart."""
    state = tracker._state
    texts = [msgspec.msgpack.decode(each)[:-1] for each in state.packed_texts]
    feeds = msgspec.msgpack.encode(state.feeds, order="sorted")
    return 1 + 1 + 3 + sum(map(len, state.packed_texts)) + len(feeds), msgspec.msgpack.encode(({}, texts))


def older_loads(tracker: LineTracker) -> "np.ndarray[tuple[int], np.dtype[np.uint8]]":
    """What older layouts knew of how full vehicles are, in as many bytes."""
    state = tracker._state
    return np.full(24 * state.count + 24 * len(state.hop_loads) + 20, 7, np.uint8)


def before_demand(tracker: LineTracker) -> bytes:
    """The state as it was packed before demand was learned apart from loads."""
    packed, state = tracker.dump(), tracker._state
    of_vehicles = [rows[: state.count] for rows in (state.vehicles, state.beams, state.memories)]
    head = 2 + packed[1] + struct.calcsize("<HHIq")
    ours = leave_out_noughts((*of_vehicles, *state.fixed_arrays(), *state._load_arrays()))
    theirs = leave_out_noughts((*of_vehicles, *state.fixed_arrays(), older_loads(tracker)))
    return bytes((BEFORE_DEMAND,)) + packed[1:head] + theirs + packed[head + len(ours) :]


def before_feeds(tracker: LineTracker) -> bytes:
    """The state as it was packed before feeds were told apart."""
    length, words = older_words(tracker)
    return bytes((BEFORE_FEEDS,)) + before_demand(tracker)[1:-length] + words


def forget_loads(tracker: LineTracker) -> None:
    for array in tracker._state._load_arrays():
        array[:] = np.zeros(1, array.dtype)


def with_noughts(layout: int, tracker: LineTracker) -> bytes:
    """The state as it was packed before noughts were left out; of layout 4, without what is known of loads."""
    packed, state = tracker.dump(), tracker._state
    loads = [] if layout == BEFORE_LOADS else [older_loads(tracker)]
    of_vehicles = [rows[: state.count] for rows in (state.vehicles, state.beams, state.memories)]
    arrays = (*of_vehicles, *state.fixed_arrays(), *loads)
    head = packed[1 : 2 + packed[1] + struct.calcsize("<HHIq")]
    return bytes((layout,)) + head + b"".join(array.tobytes() for array in arrays) + older_words(tracker)[1]


def test_state_of_the_layout_with_noughts_is_read(bus: Any, town: Any) -> None:
    drive_two(bus, 0, 7)
    before = with_noughts(WITH_NOUGHTS, bus.tracker)
    older = LineTracker.restore(town, bus.group, before, feed="feed")
    assert older.dump() == LineTracker.restore(town, bus.group, before_feeds(bus.tracker), feed="feed").dump()
    assert 2 * len(bus.tracker.dump()) < len(before)


def test_a_line_of_the_layout_before_feeds_goes_on_with_the_vehicles_of_its_one_feed(bus: Any, town: Any) -> None:
    drive_two(bus, 0, 7)
    bus.tracker._state.line["feed_down_since"] = EIGHT + 200
    older = before_feeds(bus.tracker)
    bus.tracker._state.line["feed_down_since"] = 0
    forget_loads(bus.tracker)
    twin = type(bus)(town, bus.group, LineTracker.restore(town, bus.group, older, feed="feed"))
    assert twin.tracker._state.feeds["feed"].down_since == EIGHT + 200
    for each in (bus, twin):
        drive_two(each, 8, 9)
    assert encode_public(twin.outcome.public) == encode_public(bus.outcome.public)
    assert twin.tracker.dump() == bus.tracker.dump()


def test_a_bus_line_of_the_layout_before_has_learned_nothing_of_stands(bus: Any, town: Any) -> None:
    drive_two(bus, 0, 7)
    bus.tracker._state.line["dwell_count"], bus.tracker._state.line["dwell_log"] = 700.0, 2.0
    packed = bus.tracker.dump()
    same = LineTracker.restore(town, bus.group, packed)._state.line
    assert (same["dwell_count"][0], same["dwell_log"][0]) == (700.0, 2.0)
    older = LineTracker.restore(town, bus.group, with_noughts(BEFORE_STANDS, bus.tracker), feed="feed")._state.line
    assert (older["dwell_count"][0], older["dwell_log"][0]) == (0.0, 0.0)
    assert older["hop_count"][0] == same["hop_count"][0]


def test_state_of_the_layout_before_demand_goes_on_and_learns_of_loads_anew(bus: Any, town: Any) -> None:
    drive_two(bus, 0, 7)
    twin = type(bus)(town, bus.group, LineTracker.restore(town, bus.group, before_demand(bus.tracker)))
    assert bus.tracker._state.riders["run_key"].any()
    assert not any(array.tobytes().strip(b"\0") for array in twin.tracker._state._load_arrays())
    forget_loads(bus.tracker)
    for each in (bus, twin):
        drive_two(each, 8, 9)
    assert encode_public(twin.outcome.public) == encode_public(bus.outcome.public)
    assert twin.tracker.dump() == bus.tracker.dump()


def test_state_of_the_layout_before_loads_is_read_and_knows_nothing_of_loads(bus: Any, town: Any) -> None:
    drive_two(bus, 0, 7)
    packed, state = bus.tracker.dump(), bus.tracker._state
    older = LineTracker.restore(town, bus.group, with_noughts(BEFORE_LOADS, bus.tracker), feed="feed")
    assert older._state.vehicles[: state.count].tobytes() == state.vehicles[: state.count].tobytes()
    assert not older._state.hop_loads["count"].any()
    assert older.dump()[0] == LAYOUT
    with pytest.raises(StateError, match="layout 3"):
        LineTracker.restore(town, bus.group, b"\x03" + packed[1:])
