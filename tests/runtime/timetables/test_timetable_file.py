import os
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runtime.errors import UserError
from runtime.timetables import (
    DamagedTimetableError,
    TimetableFolder,
    find_timetable,
    list_version_files,
    load_timetable,
    read_gtfs,
    read_versions,
    save_timetable,
    write_versions,
)
from schemas.timetable_versions import TimetableVersion, TimetableVersions
from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Strings, Timetable


def _same(one: Timetable, other: Timetable) -> bool:
    def same(left: object, right: object) -> bool:
        if isinstance(left, Strings) and isinstance(right, Strings):
            return list(left) == list(right)
        if isinstance(left, np.ndarray) and isinstance(right, np.ndarray):
            return left.dtype == right.dtype and bool(np.array_equal(left, right))
        return left == right

    return all(same(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))


def test_a_timetable_comes_back_from_its_file_as_it_was(timetable: Timetable, tmp_path: Path) -> None:
    path = save_timetable(timetable, tmp_path)
    assert path.name == f"small-{timetable.hash}.arrow"
    assert _same(load_timetable(path), timetable)


@given(minutes=st.lists(st.integers(0, 1500), min_size=1, max_size=5), name=st.text(max_size=9))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_timetable_comes_back(tables: Mapping[str, bytes], tmp_path: Path, minutes: list[int], name: str) -> None:
    quoted = name.replace('"', '""')
    changed = {**tables, "stops.txt": tables["stops.txt"].replace(b"Beta", f'"{quoted}"'.encode(errors="replace"))}
    rows = [f"t1,{minute // 60}:{minute % 60:02d}:00,,b,{place}" for place, minute in enumerate(minutes, start=3)]
    changed["stop_times.txt"] += "\n".join(rows).encode()
    timetable = compile_timetable(changed, name="any", source="memory")
    assert _same(load_timetable(save_timetable(timetable, tmp_path)), timetable)


def test_arrays_of_a_mapped_file_cannot_be_written(timetable: Timetable, tmp_path: Path) -> None:
    mapped = load_timetable(save_timetable(timetable, tmp_path))
    with pytest.raises(ValueError, match="read-only"):
        mapped.trip_start_s[0] = 1


def test_the_same_content_is_written_once_and_bytes_are_equal(timetable: Timetable, tmp_path: Path) -> None:
    path = save_timetable(timetable, tmp_path / "one")
    written_at = path.stat().st_mtime_ns
    assert save_timetable(timetable, tmp_path / "one").stat().st_mtime_ns == written_at
    assert save_timetable(timetable, tmp_path / "two").read_bytes() == path.read_bytes()
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("cut", [0, 10, 500, -1])
def test_a_file_cut_short_is_refused(timetable: Timetable, tmp_path: Path, cut: int) -> None:
    path = save_timetable(timetable, tmp_path)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(DamagedTimetableError, match="compile the GTFS again"):
        load_timetable(path)


def test_a_file_that_was_altered_is_refused(timetable: Timetable, tmp_path: Path) -> None:
    path = save_timetable(timetable, tmp_path)
    path.write_bytes(path.read_bytes().replace(b"Beta", b"Beat"))
    with pytest.raises(DamagedTimetableError, match="its content is not what its hash"):
        load_timetable(path)


def test_a_name_that_could_leave_the_folder_is_refused(timetable: Timetable, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="timetable name"):
        save_timetable(replace(timetable, name="../etc"), tmp_path)


def test_a_timetable_is_found_by_its_hash(timetable: Timetable, tmp_path: Path) -> None:
    save_timetable(timetable, tmp_path)
    found = find_timetable(tmp_path, timetable.hash)
    assert found is not None
    assert found.name == "small"
    assert find_timetable(tmp_path, "0" * 16) is None
    assert find_timetable(tmp_path, "../*") is None
    assert find_timetable(tmp_path / "nowhere", timetable.hash) is None


def test_a_process_maps_each_timetable_once_and_keeps_it_when_its_file_is_gone(
    timetable: Timetable, tmp_path: Path
) -> None:
    folder = TimetableFolder(tmp_path)
    assert folder.find(timetable.hash) is None
    path = save_timetable(timetable, tmp_path)
    mapped = folder.get(timetable.hash)
    path.unlink()
    assert folder.get(timetable.hash) is mapped
    assert mapped.trip_id[0] == "t1"
    with pytest.raises(UserError, match="holds no timetable"):
        folder.get("0" * 16)


def test_a_damaged_file_is_refused_until_a_whole_one_takes_its_place(timetable: Timetable, tmp_path: Path) -> None:
    folder, path = TimetableFolder(tmp_path), save_timetable(timetable, tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    for _ in range(2):
        with pytest.raises(DamagedTimetableError, match="compile the GTFS again"):
            folder.find(timetable.hash)
    path.write_bytes(whole)
    os.utime(path, ns=(1, 1))
    assert folder.get(timetable.hash).hash == timetable.hash


def test_versions_are_kept_beside_the_timetables(tmp_path: Path) -> None:
    version = TimetableVersion(hash="0" * 16, from_service_date=20260301, activated_at=1, source="x")
    versions = TimetableVersions(name="city", versions=(version,))
    assert read_versions(tmp_path, "city") is None
    write_versions(tmp_path, versions)
    assert read_versions(tmp_path, "city") == versions
    assert list_version_files(tmp_path) == ["city"]


def test_a_damaged_versions_file_is_said_to_be_damaged(tmp_path: Path) -> None:
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions" / "city.json").write_text("{")
    with pytest.raises(UserError, match=r"city\.json: cannot be read"):
        read_versions(tmp_path, "city")


@pytest.mark.recording
def test_new_york_is_mapped_and_takes_no_memory_before_it_is_looked_at(recordings: Path, tmp_path: Path) -> None:
    tables = read_gtfs(recordings / "nyc-subway" / "gtfs.zip")
    path = save_timetable(compile_timetable(tables, name="nyc", source="nyc"), tmp_path)
    before = pa.total_allocated_bytes()
    mapped = load_timetable(path)
    assert pa.total_allocated_bytes() - before < path.stat().st_size / 20
    assert len(mapped.trip_id) == 5162
