"""Values as they were served: found by their moment, each kept once, and carried into hours that they outlast."""

import os
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
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
    again.add([Kept("town:1", HOUR, f"town:1 at {HOUR}".encode()), Kept("town:1", HOUR + 15, b"next")])
    again.flush(HOUR + 20, {0: 2})
    assert [each.value for each in read_kept(tmp_path, HOUR + 1)] == [f"town:1 at {HOUR}".encode()]
    with closing(sqlite3.connect(next(tmp_path.glob("*.sqlite")))) as file:
        assert file.execute("SELECT count(*) FROM kept").fetchone() == (2,)
    assert [each.value for each in read_kept(tmp_path, HOUR + 15)] == [b"next"]


@pytest.mark.parametrize("carries", [False, True])
def test_of_two_values_of_a_second_the_last_is_kept_in_one_flush_or_in_two(tmp_path: Path, carries: bool) -> None:
    table = KeptValues(tmp_path, carries=carries)
    for values in ((b"first", b"second"), (b"third",)):
        table.add([Kept("town:1", HOUR, value) for value in values])
        table.flush(HOUR + 5, {0: 1})
        assert [each.value for each in read_kept(tmp_path, HOUR + 1)] == [values[-1]]
    table.flush(HOUR + 3600, {0: 1})
    assert [each.value for each in read_kept(tmp_path, HOUR + 3601)] == [b"third"]


@given(
    st.lists(st.integers(min_value=0, max_value=3 * 3600 - 1), min_size=1, unique=True),
    st.lists(st.integers(min_value=1, max_value=8), min_size=30, max_size=30),
)
@settings(max_examples=30)
def test_what_is_carried_into_an_hour_is_the_newest_before_it_however_flushes_fall(
    times: list[int], counts: list[int]
) -> None:
    waiting = sorted(times)
    with tempfile.TemporaryDirectory() as place:
        table = KeptValues(Path(place), carries=True)
        for count in counts:
            due, waiting = waiting[:count], waiting[count:]
            table.add([Kept("feed", HOUR + at, b"%d" % at) for at in due])
            table.flush(HOUR + max(due, default=0), {0: 1})
        for hour in range(1, 4):
            table.flush(HOUR + 3600 * hour, {0: 1})
        for begins in (HOUR + 3600 * hour for hour in range(4)):
            known = [HOUR + at for at in times if at not in waiting and HOUR + at <= begins]
            assert [each.at for each in read_kept(Path(place), begins)] == ([max(known)] if known else [])


def test_a_value_that_was_written_after_its_hour_had_ended_is_carried_into_the_next(tmp_path: Path) -> None:
    table = keep(tmp_path, ("feed", HOUR - 60), carries=True, now=HOUR - 50)
    table.flush(HOUR + 1, {0: 1})
    table.add([Kept("feed", HOUR - 1, b"late")])
    table.flush(HOUR + 31, {0: 2})
    assert [each.value for each in read_kept(tmp_path, HOUR + 40)] == [b"late"]


def test_after_a_start_the_hour_that_runs_carries_what_was_read_at_once(tmp_path: Path) -> None:
    keep(tmp_path, ("feed", HOUR - 60), ("feed", HOUR - 7200), carries=True, now=HOUR + 10)
    assert [each.at for each in read_kept(tmp_path, HOUR + 3600)] == [HOUR - 60]


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


def test_topics_that_began_anew_are_read_from_their_beginning(tmp_path: Path) -> None:
    before = KeptValues(tmp_path, carries=False, epoch=1)
    before.flush(HOUR, {0: 1000})
    assert KeptValues(tmp_path, carries=False, epoch=2).positions == {}
    assert KeptValues(tmp_path, carries=False, epoch=1).positions == {"0": 1000}
