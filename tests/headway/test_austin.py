import zipfile
from pathlib import Path

import pytest

from headway.austin import write_austin_gtfs
from runtime.errors import UserError
from runtime.timetables import read_gtfs
from transit.timetable.compile import compile_timetable

SCHEDULE = """trip_id,arrival_time,stop_id,sunday,monday,tuesday,wednesday,thursday,friday,saturday
1,23:50:00,a,0,0,0,0,0,0,1
1,0:10:00,b,0,0,0,0,0,0,1
2,8:00:00,a,0,1,1,1,1,1,0
2,8:20:00,b,0,1,1,1,1,1,0
3,9:00:00,b,0,1,1,1,1,1,0
3,9:20:00,a,0,1,1,1,1,1,0
"""
STOPS = "stop_id,stop_name,stop_lat,stop_lon\na,Alpha,30.2,-97.7\nb,Beta,30.3,-97.7\n"
POSITIONS = """vehicle_id,timestamp,speed,route_id,trip_id,latitude,longitude,trip_headsign
2010,2015-03-07T10:03:34-06:00,0.0,320,1,30.23,-97.73,NORTHBOUND
"""


@pytest.fixture
def csvs(tmp_path: Path) -> Path:
    (tmp_path / "schedule_20140824_20150606.csv").write_text(SCHEDULE)
    (tmp_path / "stops_20140824_20150606.csv").write_text(STOPS)
    (tmp_path / "2015-03-07.csv").write_text(POSITIONS)
    return tmp_path


def test_lines_come_from_what_was_seen_and_spread_to_trips_with_the_same_stops(csvs: Path) -> None:
    assert write_austin_gtfs(csvs, csvs / "out.zip") == 3
    timetable = compile_timetable(read_gtfs(csvs / "out.zip"), name="austin", source="test")
    line_of = {
        trip_id: timetable.line_id[timetable.pattern_line[pattern]]
        for trip_id, pattern in zip(timetable.trip_id, timetable.trip_pattern, strict=True)
    }
    assert line_of == {"1": "320", "2": "320", "3": "unobserved"}
    assert timetable.trip_headsign[timetable.trip_id.find("1")] == "NORTHBOUND"
    assert timetable.faults == ()


def test_the_clock_goes_on_past_midnight(csvs: Path) -> None:
    write_austin_gtfs(csvs, csvs / "out.zip")
    with zipfile.ZipFile(csvs / "out.zip") as archive:
        assert "1,24:10:00,24:10:00,b,2" in archive.read("stop_times.txt").decode()


def test_the_same_csvs_give_the_same_bytes(csvs: Path) -> None:
    write_austin_gtfs(csvs, csvs / "one.zip")
    write_austin_gtfs(csvs, csvs / "two.zip")
    assert (csvs / "one.zip").read_bytes() == (csvs / "two.zip").read_bytes()


def test_a_folder_without_the_csvs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds no schedule_"):
        write_austin_gtfs(tmp_path, tmp_path / "out.zip")


def test_other_csvs_are_refused(csvs: Path) -> None:
    (csvs / "schedule_20140824_20150606.csv").write_text("trip,time\n1,2\n")
    with pytest.raises(UserError, match="not Austin's CSVs: 'trip_id'"):
        write_austin_gtfs(csvs, csvs / "out.zip")


@pytest.mark.recording
def test_the_recorded_schedule_compiles_whole(recordings: Path, tmp_path: Path) -> None:
    trip_count = write_austin_gtfs(recordings / "austin-bus", tmp_path / "austin.zip")
    timetable = compile_timetable(read_gtfs(tmp_path / "austin.zip"), name="austin", source="austin")
    assert trip_count == 22_363
    assert len(timetable.trip_id) == 18_943
    assert not any(fault.startswith("stop_times.txt") for fault in timetable.faults)
    assert len(timetable.line_id) == 43
