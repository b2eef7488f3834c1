"""An archive keeps as many days as it is told, and all where it is told nothing."""

from pathlib import Path

from runtime.recordings.archive import FeedArchive
from runtime.recordings.keep_days import delete_old_hours

HOUR = 1_764_093_600  # 2025-11-25T18:00Z
DAY_S = 86_400


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def write_days(folder: Path, count: int, keep_days: int | None) -> None:
    archive = FeedArchive(folder, keep_days=keep_days)
    for day in range(count):
        archive.write(HOUR + day * DAY_S, b"poll")
    archive.close()


def test_hours_older_than_the_days_to_keep_are_deleted_as_a_new_hour_begins(tmp_path: Path) -> None:
    write_days(tmp_path, 5, 2)
    assert names(tmp_path) == ["2025-11-27T18Z.zip", "2025-11-28T18Z.zip", "2025-11-29T18Z.zip.part"]


def test_without_a_limit_nothing_is_deleted(tmp_path: Path) -> None:
    write_days(tmp_path, 5, None)
    assert len(names(tmp_path)) == 5


def test_only_hours_of_its_own_kind_are_deleted_and_never_the_newest(tmp_path: Path) -> None:
    others = [
        "notes.zip",
        "2020-01-01.zip",
        "2020-01-01T00Z.parquet",
        "2020-01-01T00Z.zip.part",
        "2020-01-01T00Z-x.zip",
    ]
    hours = ["2020-01-01T00Z.zip", "2020-01-01T00Z-2.zip", "2020-01-02T00Z.zip"]
    for name in (*others, *hours):
        (tmp_path / name).write_bytes(b"")
    assert delete_old_hours(tmp_path, ".zip", "2025-11-25T18Z", 30) == 2
    assert names(tmp_path) == sorted([*others, "2020-01-02T00Z.zip"])
    assert delete_old_hours(tmp_path, ".zip", "2025-11-25T18Z", 30) == 0
