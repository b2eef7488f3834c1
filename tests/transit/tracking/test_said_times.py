"""Which run the agency's word is of, and what it comes to."""

from typing import Any

import pytest
from google.transit.gtfs_realtime_pb2 import FeedMessage

from schemas.headers import AGENCY, FeedHeaders
from schemas.line_forecasts import PredictedBy
from tests.transit.conftest import EIGHT, STREET, Tables, clock, copy_fields, write_entity
from transit.timetable.compiled import Timetable
from transit.tracking.line_tracker import LineTracker
from transit.tracking.said_times import read_said

EVERY_S = 120
STARTS = (0, EVERY_S, 2 * EVERY_S)
"""Vehicles' starts after eight; they go ten metres a second."""

NOW = 300
LAST = len(STREET)


@pytest.fixture(scope="module")
def often() -> Timetable:
    """A street whose one trip runs every two minutes."""
    tables = Tables()
    tables.add_shape("street", STREET)
    tables.add_trip("bus", "often", ("street", 0), STREET, (8 * 3600, 60, ""))
    tables.frequencies.append(f"often,08:00:00,10:00:00,{EVERY_S}")
    return tables.compile()


def said_last(often: Timetable, words: dict[int, dict[str, Any]]) -> dict[int, tuple[PredictedBy, int]]:
    """Whose times are told of each start's run, and seconds to its last arrival; ``words`` are updates by start."""
    tracker = LineTracker(often, "bus")
    for at in range(0, NOW + 1, 10):
        feed = FeedMessage()
        feed.header.gtfs_realtime_version, feed.header.timestamp = "2.0", EIGHT + at
        for start in (each for each in STARTS if each <= at):
            report = {"x_m": 10.0 * (at - start), "trip": "often", "vehicle": f"v{start}"}
            write_entity(feed.entity.add(), report | {"start_time": clock(8 * 3600 + start)}, at)
        for start, word in words.items():
            update = feed.entity.add(id=f"word-{start}").trip_update
            update.trip.trip_id, update.trip.start_time = "often", word.get("start", clock(8 * 3600 + start))
            update.stop_time_update.add(stop_sequence=LAST).arrival.time = EIGHT + word["last"]
        outcome = tracker.apply(
            feed.SerializeToString(), FeedHeaders(often.hash, EIGHT + at, "f", 1, predictions=AGENCY)
        )
    times, told, end = memoryview(outcome.public.times).cast("h"), {}, 0
    for run in outcome.public.runs:
        end += run.call_count
        if run.start_time_s is not None:
            told[run.start_time_s - 8 * 3600] = (run.predicted_by, times[(end - 1) * 6 + 1])
    return told


def test_each_run_of_a_frequency_is_told_what_is_said_of_its_own_start(often: Timetable) -> None:
    told = said_last(often, {start: {"last": 580 + start} for start in STARTS})
    assert told == {start: (PredictedBy.AGENCY, 580 + start - NOW) for start in STARTS}


@pytest.mark.parametrize("start", ["", "08:05:00", "soon"])
def test_a_word_of_a_frequency_that_names_no_run_or_another_is_told_of_none(often: Timetable, start: str) -> None:
    told = said_last(often, {0: {"last": 580, "start": start}})
    assert [source for source, _ in told.values()] == [PredictedBy.HEADWAY] * len(STARTS)


LAST_STOP = f"s{STREET[-1][0]:.0f}-{STREET[-1][1]:.0f}"
AIMED = 60 * (LAST - 1)
"""When the timetable's trip makes its last call, after eight."""


@pytest.fixture(scope="module")
def once() -> Timetable:
    """A street whose one trip runs once a day."""
    tables = Tables()
    tables.add_shape("street", STREET)
    tables.add_trip("bus", "once", ("street", 0), STREET, (8 * 3600, 60, ""))
    return tables.compile()


def said_of(town: Timetable, trip: dict[str, Any], call: dict[str, Any], event: dict[str, int]) -> Any:
    """When the last call is said to be, after eight, by an update at five past; ``None``: it says nothing."""
    update = FeedMessage().entity.add().trip_update
    copy_fields(update.trip, trip)
    told = update.stop_time_update.add()
    copy_fields(told, call)
    copy_fields(told.arrival, event)
    said = read_said(update, None, town, EIGHT + NOW)
    return None if said is None else said.calls[0][2] - EIGHT


ONCE = {"trip_id": "once"}


@pytest.mark.parametrize(
    "call", [{"stop_sequence": LAST}, {"stop_id": LAST_STOP}, {"stop_sequence": 3, "stop_id": LAST_STOP}]
)
@pytest.mark.parametrize("trip", [ONCE, ONCE | {"start_date": "20260303"}])
@pytest.mark.parametrize("delay_s", [-30, 0, 90])
def test_a_delay_is_added_to_the_timetables_time(
    once: Timetable, trip: dict[str, Any], call: dict[str, Any], delay_s: int
) -> None:
    assert said_of(once, trip, call, {"delay": delay_s}) == AIMED + delay_s


def test_a_delay_counts_from_the_day_that_is_named(once: Timetable) -> None:
    yesterday = ONCE | {"start_date": "20260302"}
    assert said_of(once, yesterday, {"stop_sequence": LAST}, {"delay": 90}) == AIMED + 90 - 86_400


@pytest.mark.parametrize(("named", "date"), [("20260303", 20260303), ("20260302", 20260303), ("20260304", 20260303)])
def test_a_word_is_of_the_day_that_its_times_lie_on(once: Timetable, named: str, date: int) -> None:
    update = FeedMessage().entity.add().trip_update
    update.trip.trip_id, update.trip.start_date = once.trip_id[0], named
    update.stop_time_update.add(stop_sequence=2).arrival.time = EIGHT + 120
    said = read_said(update, None, once, EIGHT)
    assert said is not None
    assert said.date == date


def test_a_time_counts_before_a_delay(once: Timetable) -> None:
    event = {"delay": 90, "time": EIGHT + AIMED + 20}
    assert said_of(once, ONCE, {"stop_sequence": LAST}, event) == AIMED + 20


@pytest.mark.parametrize(
    ("trip", "call"),
    [
        (ONCE, {"stop_sequence": 99}),
        (ONCE, {"stop_sequence": LAST, "schedule_relationship": 1}),
        (ONCE | {"start_date": "today"}, {"stop_sequence": LAST}),
        (ONCE | {"schedule_relationship": 1}, {"stop_sequence": LAST}),
        ({"trip_id": "unknown"}, {"stop_sequence": LAST}),
    ],
)
def test_a_delay_of_what_the_timetable_has_no_time_for_says_nothing(
    once: Timetable, trip: dict[str, Any], call: dict[str, Any]
) -> None:
    assert said_of(once, trip, call, {"delay": 90}) is None


def test_a_delay_of_a_frequency_has_no_time_to_be_added_to(often: Timetable) -> None:
    trip = {"trip_id": "often", "start_time": "08:00:00"}
    assert said_of(often, trip, {"stop_sequence": LAST}, {"delay": 90}) is None


def test_a_feed_of_delays_alone_is_told(once: Timetable) -> None:
    tracker = LineTracker(once, "bus")
    for at in range(0, 130, 10):
        feed = FeedMessage()
        feed.header.gtfs_realtime_version, feed.header.timestamp = "2.0", EIGHT + at
        write_entity(feed.entity.add(), {"x_m": 10.0 * at, "trip": "once"}, at)
        update = feed.entity.add(id="word").trip_update
        update.trip.trip_id = "once"
        update.stop_time_update.add(stop_sequence=LAST).arrival.delay = 240
        headers = FeedHeaders(once.hash, EIGHT + at, "feed", 1, predictions=AGENCY)
        public = tracker.apply(feed.SerializeToString(), headers).public
    assert public.runs[0].predicted_by is PredictedBy.AGENCY
    last = (public.runs[0].call_count - 1) * 6 + 1
    assert memoryview(public.times).cast("h")[last] == AIMED + 240 - 120
