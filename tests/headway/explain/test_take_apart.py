"""An answer of the past taken apart, out of an archive that was written as the recorder writes it."""

import time
from pathlib import Path

import msgspec
import pytest
from google.transit.gtfs_realtime_pb2 import FeedMessage

from headway.explain.rerun import rerun_line
from headway.explain.take_apart import take_apart
from runtime.errors import UserError
from runtime.recordings.archive import FeedArchive
from runtime.timetables import save_timetable, write_versions
from schemas.line_forecasts import Passage
from streams.recorder.answer_rows import FORECASTS, PASSAGES, forecast_rows, passage_row
from streams.recorder.hourly_table import HourlyTable
from tests.faults.town import NAME, Town
from transit.answers.answer_id import AnswerId
from transit.answers.run_ids import RunKey

START = 1_771_243_200
"""Noon of 2026-02-16 in universal time."""

TRIP, DATE = "t43200", 20260216
AT = START + 300


def message(at: int) -> bytes:
    """The bus on its way from A to B, ten minutes apart; and one of a line that nobody knows."""
    feed = FeedMessage()
    feed.header.gtfs_realtime_version, feed.header.timestamp = "2.0", at
    vehicle = feed.entity.add(id="v").vehicle
    vehicle.trip.trip_id, vehicle.trip.start_date, vehicle.vehicle.id = TRIP, str(DATE), "bus"
    vehicle.timestamp = at - 2
    vehicle.position.latitude, vehicle.position.longitude = 48.85, 2.30 + 0.05 * (at - START) / 600
    feed.entity.add(id="other").vehicle.trip.route_id = "elsewhere"
    packed: bytes = feed.SerializeToString()
    return packed


@pytest.fixture(scope="module")
def town() -> Town:
    return Town()


@pytest.fixture
def places(tmp_path: Path, town: Town) -> tuple[Path, Path]:
    """The archive and the folder of timetables."""
    archive, timetables = tmp_path / "archive", tmp_path / "timetables"
    timetables.mkdir()
    save_timetable(town.timetable, timetables)
    write_versions(timetables, town.versions())
    feed = FeedArchive(archive / NAME)
    for at in range(START, AT + 61, 10):
        feed.write(at, message(at))
    feed.close()
    return archive, timetables


def asked(at: int = AT, sequence: int = 1) -> AnswerId:
    return AnswerId(NAME, RunKey(TRIP, DATE), sequence, at)


def test_reports_match_and_terms_come_out_of_the_feeds_archive(places: tuple[Path, Path]) -> None:
    found = take_apart(asked(), *places)
    assert found["stop"]["id"] == f"{NAME}:b"
    assert [each["reported_at"] for each in found["reports"]][-1] == "2026-02-16T12:04:58+00:00"
    assert {each["vehicle_id"] for each in found["reports"]} == {"bus"}
    assert found["match"]["next_stop_id"] == f"{NAME}:b"
    assert 1700 < found["match"]["progress_m"] < 1950
    expected = time.strptime(found["rerun"]["expected_at"], "%Y-%m-%dT%H:%M:%S+00:00")
    terms = found["rerun"]["terms"]
    assert expected.tm_hour * 3600 + expected.tm_min * 60 + expected.tm_sec == 12 * 3600 + 300 + sum(terms.values())
    assert (found["served"], found["happened"]) == (None, [])


def test_what_was_served_and_what_happened_come_out_of_the_archive_of_answers(
    places: tuple[Path, Path], town: Town
) -> None:
    archive, timetables = places
    rerun = rerun_line(archive / NAME, town.timetable, "1", AT - 20, TRIP)
    assert rerun is not None
    forecasts = HourlyTable(archive / "forecasts", FORECASTS)
    forecasts.add(list(forecast_rows(msgspec.structs.replace(rerun.forecasts, line_group=f"{NAME}:1"))))
    forecasts.flush(AT, {0: 1})
    passages = HourlyTable(archive / "passages", PASSAGES)
    arrived = Passage("1", TRIP, DATE, None, "bus", "b", 1, 1, "arrival", START + 640, START + 630, START + 650)
    passages.add([passage_row(f"{NAME}:1", arrived)])
    passages.flush(AT, {0: 1})
    found = take_apart(asked(), archive, timetables)
    assert found["served"]["computed_at"] == "2026-02-16T12:04:40+00:00"
    assert found["served"]["basis"] == "live"
    assert found["rerun"]["later_than_served_s"] is not None
    assert found["happened"] == [
        {
            "kind": "arrival",
            "at": "2026-02-16T12:10:40+00:00",
            "earliest_at": "2026-02-16T12:10:30+00:00",
            "latest_at": "2026-02-16T12:10:50+00:00",
        }
    ]


def test_the_same_archive_gives_the_same_rerun(places: tuple[Path, Path]) -> None:
    assert take_apart(asked(), *places) == take_apart(asked(), *places)


def test_what_the_archive_lacks_is_null_and_what_never_was_is_refused(places: tuple[Path, Path]) -> None:
    long_ago = take_apart(asked(at=START - 7200), *places)
    assert (long_ago["rerun"], long_ago["reports"], long_ago["served"]) == (None, [], None)
    by_timetable = take_apart(asked(at=0), *places)
    assert by_timetable["computed_at"] is None
    with pytest.raises(UserError, match="makes no call"):
        take_apart(asked(sequence=99), *places)
    with pytest.raises(UserError, match="knows the run"):
        take_apart(AnswerId(NAME, RunKey("nobody", DATE), 1, 0), *places)
    with pytest.raises(UserError, match="was ever in force"):
        take_apart(AnswerId("nowhere", RunKey(TRIP, DATE), 1, 0), *places)
