import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transit.timetable.faults import Fault, FaultList, TimetableError, parse_fault
from transit.timetable.reading import read_table


def test_quotes_inside_a_plain_field_are_read_as_text_and_listed() -> None:
    faults = FaultList()
    table = read_table("stops.txt", b'stop_id,stop_name\n1,The "Old" Mill\n2,"Quoted"\n3,x"y\n', faults)
    assert table.text("stop_name").to_list() == ['The "Old" Mill', "Quoted", 'x"y']
    assert [table.line(row) for row in range(3)] == [2, 3, 4]
    assert faults.written() == ("stops.txt: holds quotes in the middle of fields; they were read as plain text",)


def test_a_quote_never_closed_is_refused_at_its_line() -> None:
    with pytest.raises(TimetableError, match=r"^stops\.txt:3: a quote is opened and never closed$"):
        read_table("stops.txt", b'a,b\n1,2\n3,"open\n4,5\n', FaultList())


def test_bytes_that_are_no_utf8_are_replaced_and_listed() -> None:
    faults = FaultList()
    table = read_table("stops.txt", b"stop_id,stop_name\n1,ok\n2,Caf\xe9\n", faults)
    assert table.value(1, "stop_name") == "Caf\N{REPLACEMENT CHARACTER}"
    assert faults.written() == ("stops.txt:3: holds bytes that are no UTF-8; they were replaced",)


def test_utf16_is_refused() -> None:
    with pytest.raises(TimetableError, match="UTF-16"):
        read_table("stops.txt", "stop_id\n1\n".encode("utf-16"), FaultList())


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(TimetableError, match="is empty"):
        read_table("stops.txt", b"", FaultList())


def test_old_line_endings_are_line_endings() -> None:
    assert len(read_table("stops.txt", b"a,b\r1,2\r3,4\r", FaultList())) == 2


def test_short_rows_end_in_empty_fields_and_long_ones_are_cut() -> None:
    table = read_table("stops.txt", b"a,b,c\n1\n1,2,3,4,5\n", FaultList())
    assert table.text("c").to_list() == ["", "3"]


def test_a_fault_is_read_back_from_its_sentence() -> None:
    for fault in (Fault("stops.txt", 7, "x: y"), Fault("stops.txt", None, "x: y")):
        assert parse_fault(str(fault)) == fault


# Python strips the four information separators like blanks; Unicode, which the tables go by, calls them no white space.
_field = st.text(st.characters(codec="utf-8", exclude_characters="\0\x1c\x1d\x1e\x1f"), max_size=8)


@given(st.lists(st.tuples(_field, _field), min_size=1, max_size=12))
@settings(max_examples=80, deadline=None)
def test_every_row_knows_its_true_line(rows: list[tuple[str, str]]) -> None:
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\n")
    lines = []
    for row in [("id", "name"), *rows]:
        lines.append(written.getvalue().count("\n") + 1)
        writer.writerow(row)
    table = read_table("x.txt", written.getvalue().encode(), FaultList())
    kept = [line for line, row in zip(lines[1:], rows, strict=True) if any(field.strip() for field in row)]
    assert [table.line(row) for row in range(len(table))] == kept
