"""Reading GTFS files as tables: CSV as agencies write it, each row with the true line it stands on."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
import polars as pl

from transit.timetable.compiled import Ints
from transit.timetable.faults import FaultList, TimetableError
from transit.timetable.table import RECORD, Table

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_WIDE_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_QUOTE: Final = ord('"')
_NEWLINE: Final = ord("\n")


def read_table(file: str, content: bytes, faults: FaultList, *, required: Sequence[str] = ()) -> Table:
    """Read a GTFS file.

    Byte-order marks, unknown columns, quoted line breaks, padding, missing last fields and any line ending are taken
    as they come; bytes that are no UTF-8 are replaced and listed.

    Raises:
        TimetableError: it is no CSV, or lacks one of the ``required`` columns.
    """
    if content.startswith(_WIDE_MARKS):
        raise TimetableError(file, 1, "is written in UTF-16; GTFS files are UTF-8")
    content = content.removeprefix(_BYTE_ORDER_MARK)
    if b"\n" not in content:
        content = content.replace(b"\r", b"\n")
    _note_encoding(file, content, faults)
    try:
        table = _read_strictly(file, content)
    except pl.exceptions.NoDataError:
        raise TimetableError(file, None, "is empty; it must have a header line at least") from None
    except pl.exceptions.PolarsError:
        table = _read_leniently(file, content, faults)
    missing = [column for column in required if not table.has(column)]
    if missing:
        raise TimetableError(file, 1, f"column {missing[0]} is missing")
    return table


def read_optional_table(tables: Mapping[str, bytes], file: str, faults: FaultList, required: Sequence[str]) -> Table:
    """``file`` if the feed has it and it is not empty, else a table without rows."""
    if tables.get(file, b"").strip():
        return read_table(file, tables[file], faults, required=required)
    columns = {column: pl.Series([], dtype=pl.String) for column in required}
    return _table(file, pl.DataFrame(columns), lambda: np.zeros(0, np.int32))


def read_required_table(tables: Mapping[str, bytes], file: str, faults: FaultList, required: Sequence[str]) -> Table:
    """``file``, which must be there and have rows.

    Raises:
        TimetableError: it has not.
    """
    if file not in tables:
        raise TimetableError(file, None, "is missing from the feed")
    table = read_table(file, tables[file], faults, required=required)
    if not len(table):
        raise TimetableError(file, None, "has no rows")
    return table


def _note_encoding(file: str, content: bytes, faults: FaultList) -> None:
    try:
        content.decode()
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        faults.note_file(file, line, "holds bytes that are no UTF-8; they were replaced")


def _table(file: str, frame: pl.DataFrame, record_lines: Callable[[], Ints]) -> Table:
    names = [column.strip().strip("\ufeff") for column in frame.columns]
    first = [place for place, name in enumerate(names) if names.index(name) == place]
    stripped = frame.select(
        pl.nth(place).str.strip_chars().fill_null("").alias(names[place]) for place in first
    ).with_columns(pl.int_range(frame.height, dtype=pl.Int32).alias(RECORD))
    blank = pl.all_horizontal(pl.exclude(RECORD) == "")
    return Table(file, stripped.filter(~blank) if stripped.height else stripped, record_lines)


def _read_strictly(file: str, content: bytes) -> Table:
    frame = pl.read_csv(io.BytesIO(content), infer_schema=False, truncate_ragged_lines=True, encoding="utf8-lossy")
    return _table(file, frame, lambda: _record_lines(content))


def _record_lines(content: bytes) -> Ints:
    """The line each record starts on, the header left out; a quoted line break starts no record."""
    block = np.frombuffer(content, np.uint8)
    breaks = np.flatnonzero(block == _NEWLINE)
    quotes = np.flatnonzero(block == _QUOTE)
    ends_record = np.searchsorted(quotes, breaks) % 2 == 0
    return (np.flatnonzero(ends_record) + 2).astype(np.int32)


def _read_leniently(file: str, content: bytes, faults: FaultList) -> Table:
    """Read a file whose quotes are not well formed, field by field, as far as it can be understood."""
    text = content.decode(errors="replace")
    reader = csv.reader(io.StringIO(text, newline=""))
    lines, records = [1], []
    try:
        for record in reader:
            records.append(record)
            lines.append(reader.line_num + 1)
    except csv.Error as wrong:
        raise TimetableError(file, lines[-1], f"cannot be read as CSV: {wrong}") from None
    _check_last_quote(file, text, lines)
    faults.note_file(file, None, "holds quotes in the middle of fields; they were read as plain text")
    header, rows = records[0], records[1:]
    columns = {
        name: pl.Series([row[place] if place < len(row) else "" for row in rows], dtype=pl.String)
        for place, name in enumerate(header)
        if header.index(name) == place
    }
    return _table(file, pl.DataFrame(columns), lambda: np.array(lines[1:], np.int32))


def _check_last_quote(file: str, text: str, lines: Sequence[int]) -> None:
    start = next((start for start, end in pairwise(lines) if end == lines[-1]), 1)
    last = text.splitlines(keepends=True)[start - 1 :]
    try:
        list(csv.reader(last, strict=True))
    except csv.Error as wrong:
        if "end of data" in str(wrong):
            raise TimetableError(file, start, "a quote is opened and never closed") from None
