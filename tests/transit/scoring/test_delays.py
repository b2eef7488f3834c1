"""An agency that says delays alone is judged by the times they mean."""

from collections.abc import Callable

import polars as pl
import pytest
from google.transit.gtfs_realtime_pb2 import FeedMessage

from transit.scoring.agency import agency_rows, read_updates
from transit.scoring.runs import RunIndex
from transit.timetable.compiled import Timetable

EIGHT = 1_772_524_800
"""Eight o'clock of the town's day: ``out-1`` leaves, and comes to a stop each minute."""

SKIPPED, NO_DATA = 1, 2

Read = Callable[..., dict[int, tuple[float | None, float | None]]]


@pytest.fixture
def rows(town: Timetable) -> Read:
    """What updates of ``out-1`` foretell, by position: (arrival, departure), seconds after eight."""

    def read(*updates: dict[str, int], trip: str = "out-1") -> dict[int, tuple[float | None, float | None]]:
        message = FeedMessage()
        message.header.gtfs_realtime_version = "2.0"
        update = message.entity.add(id="u").trip_update
        update.trip.trip_id, update.trip.start_date = trip, "20260303"
        for said in updates:
            call = update.stop_time_update.add(stop_sequence=said["at"], schedule_relationship=said.get("is", 0))
            for event in ("arrival", "departure"):
                if f"{event}_late" in said:
                    getattr(call, event).delay = said[f"{event}_late"]
                if event in said:
                    getattr(call, event).time = EIGHT + said[event]
        told = agency_rows({EIGHT: read_updates(message.SerializeToString())}, RunIndex(town))
        moments = pl.col("agency", "agency_departure") - EIGHT
        return {row[0]: row[1:] for row in told.sort("position").select("position", moments).iter_rows()}

    return read


def test_a_delay_holds_at_every_call_until_the_next_update(rows: Read) -> None:
    told = rows({"at": 3, "arrival_late": 60}, {"at": 6, "departure_late": -30})
    assert sorted(told) == list(range(2, 10)), "nothing is told of the calls before"
    assert [told[position] for position in (2, 4, 5, 9)] == [(180, 180), (300, 300), (270, 270), (510, 510)]


def test_where_arrival_and_departure_are_late_by_different_times_the_later_calls_follow_the_departure(
    rows: Read,
) -> None:
    told = rows({"at": 3, "arrival_late": 60, "departure_late": 90})
    assert (told[2], told[3]) == ((180, 210), (270, 270))


def test_a_skipped_call_is_foretold_no_time_and_the_delay_goes_on_behind_it(rows: Read) -> None:
    told = rows({"at": 3, "arrival_late": 60}, {"at": 4, "is": SKIPPED})
    assert [told[position] for position in (3, 4)] == [(None, None), (300, 300)]


def test_calls_without_data_end_a_delay(rows: Read) -> None:
    told = rows({"at": 3, "arrival_late": 60}, {"at": 5, "is": NO_DATA})
    assert [told.get(position) for position in (3, 4, 5)] == [(240, 240), (None, None), None]


def test_times_that_are_told_stand_as_they_are_and_nothing_is_added_to_them(rows: Read) -> None:
    told = rows({"at": 3, "arrival": 190, "departure": 200}, {"at": 5, "arrival": 300, "arrival_late": 60})
    assert told == {2: (190, 200), 4: (300, None)}


def test_a_trip_that_the_timetable_lacks_has_no_times_to_be_late_by(rows: Read) -> None:
    told = rows({"at": 3, "arrival_late": 60}, trip="extra")
    assert all(moments == (None, None) for moments in told.values())
