"""Which run the agency's word is of, and what it comes to."""

from typing import Any

import pytest
from google.transit.gtfs_realtime_pb2 import FeedMessage

from schemas.headers import AGENCY, FeedHeaders
from schemas.line_forecasts import PredictedBy
from tests.transit.conftest import EIGHT, STREET, Tables, clock, write_entity
from transit.timetable.compiled import Timetable
from transit.tracking.line_tracker import LineTracker

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
