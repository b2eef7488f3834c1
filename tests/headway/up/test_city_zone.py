from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.up.city_files import city_files
from headway.up.city_zone import find_zone
from headway.up.command import up
from headway.up.options import UpOptions
from runtime.errors import UserError

NOWHERE = Path("/nowhere")
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def hour(at: datetime, zone: str) -> int:
    return at.astimezone(ZoneInfo(zone)).hour


@given(st.integers(0, 365 * 24 * 60).map(lambda minutes: NEW_YEAR + timedelta(minutes=minutes)))
def test_a_city_never_made_before_lies_where_it_is_day(at: datetime) -> None:
    zone = find_zone(UpOptions(folder=NOWHERE), int(at.timestamp()))
    if 6 <= hour(at, "Asia/Shanghai") < 22:
        assert zone == "Asia/Shanghai"
    else:
        assert hour(at, zone) == 8


def test_a_city_made_before_is_taken_while_it_is_day_there(tmp_path: Path) -> None:
    evening = datetime(2026, 11, 26, 16, tzinfo=UTC)
    options = UpOptions(folder=tmp_path)
    made = find_zone(options, int(evening.timestamp()))
    assert made == "Etc/GMT+8"
    city_files(UpOptions(folder=tmp_path, zone=made)).compiled.touch()
    at_noon = evening + timedelta(hours=13)
    assert hour(at_noon, "Asia/Shanghai") == 13
    assert find_zone(options, int(at_noon.timestamp())) == "Etc/GMT+8"
    in_its_night = evening + timedelta(hours=14)
    assert find_zone(options, int(in_its_night.timestamp())) == "Asia/Shanghai"


def test_a_timetable_says_itself_where_its_city_lies(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="leave it out"):
        up(gtfs=str(tmp_path), zone="Asia/Shanghai", folder=tmp_path / "kept")


def test_a_zone_that_is_none_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such time zone"):
        up(zone="Beijing", folder=tmp_path / "kept")
    assert list(tmp_path.iterdir()) == []
