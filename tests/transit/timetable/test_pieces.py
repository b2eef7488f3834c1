from collections.abc import Sequence

import numpy as np
import pytest

from simulators.network.generate import generate_network
from simulators.network.gtfs_tables import tabulate
from transit.timetable import pieces
from transit.timetable.compile import compile_timetable
from transit.timetable.faults import FaultList
from transit.timetable.pieces import Pieces, can_be_cut
from transit.timetable.reading import read_table
from transit.timetable.table import Table

REQUIRED = ("trip_id", "stop_id")
SMALL = b"trip_id,stop_id\n" + b"".join(b"t%d,s%d\n" % (row, row % 7) for row in range(100))


@pytest.fixture
def feed() -> dict[str, bytes]:
    return {name: b"".join(table) for name, table in tabulate(generate_network(6, 3)).items()}


def test_a_table_read_in_pieces_makes_the_same_timetable(
    feed: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = feed["stop_times.txt"].splitlines(keepends=True)
    wrong = [rows[0], *rows[2000:], b"no-such-trip,1,nowhere,08:00:00,08:00:00,1,0,0,0\n", *rows[1:2000]]
    feed["stop_times.txt"] = b"".join(wrong)
    whole = compile_timetable(feed, name="city", source="")
    monkeypatch.setattr(pieces, "PIECE_BYTES", 100_000)
    assert can_be_cut(feed["stop_times.txt"])
    cut = compile_timetable(feed, name="city", source="")
    assert cut.hash == whole.hash
    assert cut.faults == whole.faults
    assert any("no-such-trip" in fault for fault in cut.faults)


def test_a_row_of_a_piece_is_told_by_its_line_in_the_whole_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "PIECE_BYTES", 64)
    table = Pieces("stop_times.txt", SMALL, REQUIRED, FaultList())
    read = [part.value(row, "trip_id") for part in table for row in range(len(part))]
    assert read == [f"t{row}" for row in range(100)]
    assert len(table) == 100
    for row in (0, 57, 99, 3):
        assert table.line(row) == row + 2
        assert table.value(row, "trip_id") == f"t{row}"


def test_what_is_wrong_with_a_piece_is_listed_once_by_its_line_however_often_it_is_read(
    feed: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(file: str, content: bytes, faults: FaultList, *, required: Sequence[str]) -> Table:
        table = read_table(file, content, faults, required=required)
        for row in range(len(table)):
            if table.value(row, "trip_id") == "strange":
                faults.note_file(file, table.line(row), "is strange")
                faults.note_file(file, None, "holds strange lines")
        return table

    rows = feed["stop_times.txt"].splitlines(keepends=True)
    strange = b"strange,1,nowhere,08:00:00,08:00:00,1,0,0,0\n"
    feed["stop_times.txt"] = b"".join((*rows[:4], strange, *rows[4:], strange))
    monkeypatch.setattr(pieces, "PIECE_BYTES", 100_000)
    monkeypatch.setattr(pieces, "read_table", read)
    listed = [fault for fault in compile_timetable(feed, name="city", source="").faults if "strange" in fault]
    assert [fault for fault in listed if "is strange" in fault] == [
        "stop_times.txt:5: is strange",
        f"stop_times.txt:{len(rows) + 2}: is strange",
    ]
    assert listed.count("stop_times.txt: holds strange lines") == 1


@pytest.mark.parametrize("content", [SMALL + b'"t",s\n', SMALL + "t,ß\n".encode(), SMALL[:60]])
def test_a_file_with_quotes_or_foreign_letters_or_few_rows_is_read_whole(
    content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "PIECE_BYTES", 64)
    assert can_be_cut(SMALL)
    assert not can_be_cut(content)


def test_rows_are_in_order_where_none_need_be_moved() -> None:
    trip, sequence = np.array([0, 0, 1], np.int32), np.array([1, 2, 1], np.int32)
    assert pieces.is_in_order(trip, sequence)
    assert not pieces.is_in_order(trip, np.array([2, 2, 1], np.int32))
    assert not pieces.is_in_order(trip[::-1], sequence)
