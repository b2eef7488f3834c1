"""The service day of a run that its feed adds without naming a day."""

from datetime import date
from typing import Any

import pytest
from google.transit.gtfs_realtime_pb2 import TripUpdate

from tests.transit.conftest import MIDNIGHT
from transit.timetable.compiled import Timetable
from transit.tracking.line_tables import build_line_tables
from transit.tracking.trip_updates import Notices, note_updates

DAY = date(2026, 3, 3).toordinal()
THREE = MIDNIGHT + 86_400 + 3 * 3600


@pytest.fixture
def say(town: Timetable) -> Any:
    notices: Notices = {}
    tables = build_line_tables(town, "bus")

    def note(at: int, start_date: str = "") -> int:
        update = TripUpdate()
        update.trip.trip_id, update.trip.start_date = "extra", start_date
        update.trip.schedule_relationship = TripUpdate().trip.ADDED
        for stop, arrives in (("s0-0", THREE), ("s400-0", THREE + 60)):
            update.stop_time_update.add(stop_id=stop).arrival.time = arrives
        note_updates(notices, [update], town, tables, (at, "bus"))
        added = notices["extra"].added
        assert added is not None
        return added.day

    return note


def test_it_stays_of_its_day_when_the_service_day_turns_at_three(say: Any) -> None:
    assert [say(THREE + seconds) for seconds in (-300, -1, 0, 1, 1800)] == [DAY] * 5


def test_a_day_that_is_named_counts(say: Any) -> None:
    assert [say(THREE - 1), say(THREE, "20260304"), say(THREE + 60)] == [DAY, DAY + 1, DAY + 1]
