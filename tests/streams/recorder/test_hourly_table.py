from pathlib import Path

import polars as pl
import pyarrow as pa

from streams.recorder.hourly_table import HourlyTable

SCHEMA = pa.schema([("name", pa.string()), ("at", pa.int64())])
HOUR = 1_764_093_600  # 2025-11-25T18:00Z


def read(folder: Path) -> list[tuple[object, ...]]:
    return pl.read_parquet(sorted(folder.glob("*.parquet"))).rows()


def test_an_hour_that_is_over_is_one_file_and_reading_goes_on_where_it_ended(tmp_path: Path) -> None:
    table = HourlyTable(tmp_path, SCHEMA)
    assert table.positions == {}
    table.add([("a", 1), ("b", 2)])
    table.flush(HOUR, {0: 2})
    table.add([("c", None)])
    table.flush(HOUR + 30, {0: 3, 1: 7})
    assert len(list(tmp_path.iterdir())) == 2
    table.add([("d", 4)])
    table.flush(HOUR + 3600, {0: 4})
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "2025-11-25T18Z.parquet",
        "2025-11-25T19Z.00000003.chunk.parquet",
    ]
    assert read(tmp_path) == [("a", 1), ("b", 2), ("c", None), ("d", 4)]
    assert HourlyTable(tmp_path, SCHEMA).positions == {"0": 4, "1": 7}


def test_rows_that_were_not_flushed_are_read_again_and_none_is_kept_twice(tmp_path: Path) -> None:
    killed = HourlyTable(tmp_path, SCHEMA)
    killed.add([("a", 1)])
    killed.flush(HOUR, {0: 1})
    killed.add([("b", 2)])
    again = HourlyTable(tmp_path, SCHEMA)
    assert again.positions == {"0": 1}
    again.add([("b", 2)])
    again.flush(HOUR + 40, {0: 2})
    assert read(tmp_path) == [("a", 1), ("b", 2)]


def test_a_kill_between_joining_an_hour_and_dropping_its_chunks_keeps_each_row_once(tmp_path: Path) -> None:
    table = HourlyTable(tmp_path, SCHEMA)
    table.add([("a", 1)])
    table.flush(HOUR, {0: 1})
    (chunk,) = tmp_path.iterdir()
    kept = chunk.read_bytes()
    table.flush(HOUR + 3600, {0: 1})
    chunk.write_bytes(kept)
    assert HourlyTable(tmp_path, SCHEMA).positions == {"0": 1}
    assert read(tmp_path) == [("a", 1)]


def test_topics_that_began_anew_are_read_from_their_beginning(tmp_path: Path) -> None:
    before = HourlyTable(tmp_path, SCHEMA, epoch=1)
    before.add([("a", 1)])
    before.flush(HOUR, {0: 1000})
    anew = HourlyTable(tmp_path, SCHEMA, epoch=2)
    assert anew.positions == {}
    anew.add([("b", 2)])
    anew.flush(HOUR + 40, {0: 3})
    assert read(tmp_path) == [("a", 1), ("b", 2)]
    assert HourlyTable(tmp_path, SCHEMA, epoch=2).positions == {"0": 3}


def test_a_clock_set_back_over_the_hour_costs_no_row(tmp_path: Path) -> None:
    table = HourlyTable(tmp_path, SCHEMA)
    table.add([("a", 1)])
    table.flush(HOUR + 3599, {0: 1})
    table.add([("b", 2)])
    table.flush(HOUR + 3600, {0: 2})
    table.add([("c", 3)])
    table.flush(HOUR + 3590, {0: 3})
    table.add([("d", 4)])
    table.flush(HOUR + 2 * 3600, {0: 4})
    assert read(tmp_path) == [("a", 1), ("b", 2), ("c", 3), ("d", 4)]


def test_what_a_new_process_writes_after_a_clock_was_set_back_is_kept(tmp_path: Path) -> None:
    table = HourlyTable(tmp_path, SCHEMA)
    table.add([("a", 1)])
    table.flush(HOUR, {0: 1})
    table.flush(HOUR + 3600, {0: 1})
    again = HourlyTable(tmp_path, SCHEMA)
    again.add([("b", 2)])
    again.flush(HOUR + 3590, {0: 2})
    assert HourlyTable(tmp_path, SCHEMA).positions == {"0": 2}
    assert read(tmp_path) == [("a", 1), ("b", 2)]


def test_hours_older_than_the_days_to_keep_are_deleted_and_reading_goes_on_where_it_ended(tmp_path: Path) -> None:
    table = HourlyTable(tmp_path, SCHEMA, keep_days=1)
    for day in range(4):
        table.add([(f"day {day}", day)])
        table.flush(HOUR + 86_400 * day, {0: day + 1})
    assert [row[0] for row in read(tmp_path)] == ["day 2", "day 3"]
    table.flush(HOUR + 86_400 * 30, {})
    assert [row[0] for row in read(tmp_path)] == ["day 3"]
    assert HourlyTable(tmp_path, SCHEMA, keep_days=1).positions == {"0": 4}
