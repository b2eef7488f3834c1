from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from runtime.timetables import TimetableFolder, save_timetable
from schemas.timetable_versions import TimetableVersion, TimetableVersions
from streams.doors.timetable_in_force import TimetableInForce
from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Timetable

STOPS = ["stop_id,stop_name,stop_lat,stop_lon", "a,Alpha,48.85,2.30", "b,Beta,48.85,2.32"]


def compile_city(line_name: str) -> Timetable:
    tables = {
        "agency.txt": ["agency_id,agency_name,agency_url,agency_timezone", "one,One,https://one.example,Europe/Paris"],
        "routes.txt": ["route_id,agency_id,route_short_name,route_type", f"east,one,{line_name},3"],
        "stops.txt": STOPS,
        "calendar_dates.txt": ["service_id,date,exception_type", "daily,20260316,1"],
        "trips.txt": ["route_id,service_id,trip_id,direction_id", "east,daily,e1,0"],
        "stop_times.txt": [
            "trip_id,arrival_time,departure_time,stop_id,stop_sequence",
            *("e1,08:00:00,08:00:00,a,1", "e1,08:20:00,08:20:00,b,2"),
        ],
    }
    packed = {name: ("\n".join(rows) + "\n").encode() for name, rows in tables.items()}
    return compile_timetable(packed, name="city", source="a test")


OLD, NEW = compile_city("1"), compile_city("One")


def versions(*entries: tuple[str, int | None]) -> TimetableVersions:
    return TimetableVersions(
        name="city",
        versions=tuple(
            TimetableVersion(hash=content_hash, from_service_date=date, activated_at=0, source="a test")
            for content_hash, date in entries
        ),
    )


def at(day: int, hour: int) -> int:
    return int(datetime(2026, 3, day, hour, tzinfo=ZoneInfo("Europe/Paris")).timestamp())


@pytest.fixture
def in_force(tmp_path: Path) -> TimetableInForce:
    save_timetable(OLD, tmp_path)
    return TimetableInForce("city", TimetableFolder(tmp_path))


async def hash_at(in_force: TimetableInForce, time_s: int) -> str | None:
    found = await in_force.find(time_s)
    return None if found is None else found.hash


async def test_there_is_none_before_one_is_told_of(in_force: TimetableInForce) -> None:
    assert await in_force.find(at(16, 8)) is None


async def test_a_new_timetable_takes_over_with_its_service_date_and_not_at_midnight(
    in_force: TimetableInForce, tmp_path: Path
) -> None:
    save_timetable(NEW, tmp_path)
    in_force.follow(versions((OLD.hash, None), (NEW.hash, 20260317)))
    assert [await hash_at(in_force, at(day, hour)) for day, hour in ((16, 23), (17, 2), (17, 3))] == [
        OLD.hash,
        OLD.hash,
        NEW.hash,
    ]


async def test_the_old_one_stays_until_the_new_ones_file_is_there(in_force: TimetableInForce, tmp_path: Path) -> None:
    in_force.follow(versions((OLD.hash, None)))
    assert await hash_at(in_force, at(16, 8)) == OLD.hash
    in_force.follow(versions((OLD.hash, None), (NEW.hash, None)))
    assert await hash_at(in_force, at(16, 8)) == OLD.hash
    save_timetable(NEW, tmp_path)
    assert await hash_at(in_force, at(16, 8)) == NEW.hash


async def test_taking_a_version_back_puts_the_one_before_in_force(in_force: TimetableInForce, tmp_path: Path) -> None:
    save_timetable(NEW, tmp_path)
    in_force.follow(versions((OLD.hash, None), (NEW.hash, None)))
    assert await hash_at(in_force, at(16, 8)) == NEW.hash
    in_force.follow(versions((OLD.hash, None)))
    assert await hash_at(in_force, at(16, 8)) == OLD.hash


async def test_another_timetables_versions_are_not_ours(in_force: TimetableInForce) -> None:
    in_force.follow(TimetableVersions(name="other", versions=versions((OLD.hash, None)).versions))
    assert await in_force.find(at(16, 8)) is None
