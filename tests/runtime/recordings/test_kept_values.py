"""Values as they were served: found by their moment, each kept once, and carried into hours that they outlast."""

import os
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.errors import UserError
from runtime.recordings.kept_values import Kept, KeptValues, find_newest, read_kept

HOUR = 1_764_093_600  # 2025-11-25T18:00Z


def keep(folder: Path, *values: tuple[str, int], carries: bool = False, now: int = HOUR) -> KeptValues:
    table = KeptValues(folder, carries=carries)
    table.add([Kept(key, at, f"{key} at {at}".encode()) for key, at in values])
    table.flush(now, {0: len(values)})
    return table


@given(
    st.lists(st.integers(min_value=HOUR, max_value=HOUR + 7199), min_size=1, unique=True),
    st.integers(min_value=HOUR, max_value=HOUR + 7199),
)
def test_the_newest_value_until_a_moment_is_found_and_no_later_one(times: list[int], at: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        keep(Path(place), *(("town:1", each) for each in times), ("town:2", HOUR))
        until = [each for each in times if each <= at]
        found = read_kept(Path(place), at, keys=("town:1",))
        newest = max(until, default=None)
        assert [each.at for each in found] == ([] if newest is None else [newest])
        assert all(each.value == f"town:1 at {newest}".encode() for each in found)
        assert (found[0] if found else None) == find_newest(Path(place), at, prefix="town:1")


def test_what_is_older_than_asked_for_is_not_told(tmp_path: Path) -> None:
    keep(tmp_path, ("town:1", HOUR), ("town:2", HOUR + 500))
    assert [each.key for each in read_kept(tmp_path, HOUR + 901, within_s=900)] == ["town:2"]
    assert [each.key for each in read_kept(tmp_path, HOUR + 900, within_s=900)] == ["town:1", "town:2"]


def test_a_value_that_is_read_again_after_a_kill_stands_there_once(tmp_path: Path) -> None:
    keep(tmp_path, ("town:1", HOUR))
    again = KeptValues(tmp_path, carries=False)
    assert again.positions == {"0": 1}
    again.add([Kept("town:1", HOUR, b"another"), Kept("town:1", HOUR + 15, b"next")])
    again.flush(HOUR + 20, {0: 2})
    assert [each.value for each in read_kept(tmp_path, HOUR + 1)] == [f"town:1 at {HOUR}".encode()]
    assert [each.value for each in read_kept(tmp_path, HOUR + 15)] == [b"next"]


def test_what_seldom_changes_is_found_hours_after_it_did(tmp_path: Path) -> None:
    table = keep(tmp_path, ("feed", HOUR - 4000), carries=True)
    for hour in range(1, 4):
        table.flush(HOUR + 3600 * hour, {0: 1})
    assert [each.at for each in read_kept(tmp_path, HOUR + 3 * 3600 + 5)] == [HOUR - 4000]
    assert KeptValues(tmp_path, carries=True).positions == {}


def test_hours_that_are_too_old_leave(tmp_path: Path) -> None:
    table = keep(tmp_path, ("town:1", HOUR))
    (old,) = tmp_path.glob("*.sqlite")
    os.utime(old, (time.time() - 31 * 86_400,) * 2)
    table.flush(HOUR + 3600, {})
    assert not old.exists()


def test_a_damaged_hour_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "2025-11-25T18Z.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(UserError, match="cannot be read"):
        read_kept(tmp_path, HOUR + 5)
