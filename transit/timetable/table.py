"""One GTFS table as columns of text, each row with the true line it stands on."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Final, NoReturn

import numpy as np
import numpy.typing as npt
import polars as pl

from transit.timetable.compiled import Floats, Ints
from transit.timetable.faults import FaultList, TimetableError

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_WIDE_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_QUOTE: Final = ord('"')
_NEWLINE: Final = ord("\n")
ROWS_LOST_MAX_RATIO: Final = 0.5
"""A table that loses more of its rows than this is not a table with small faults: the feed is refused."""

Flags = npt.NDArray[np.bool_]


class Table:
    """A table's rows (blank lines left out) as stripped text; an absent column reads as empty."""

    def __init__(self, file: str, frame: pl.DataFrame, record_lines: Callable[[], Ints]) -> None:
        self.file = file
        self._frame = frame
        self._record_lines = record_lines

    def __len__(self) -> int:
        return self._frame.height

    def has(self, column: str) -> bool:
        """Whether the file has ``column`` at all."""
        return column in self._frame.columns

    def text(self, column: str) -> pl.Series:
        """``column`` as text without nulls."""
        if not self.has(column):
            return pl.Series(column, [""], dtype=pl.String).new_from_index(0, len(self))
        return self._frame[column]

    def value(self, row: int, column: str) -> str:
        """What stands in ``column`` of ``row``."""
        return str(self.text(column)[row])

    @cached_property
    def _lines(self) -> Ints:
        return self._record_lines()

    def line(self, row: int) -> int:
        """One-based line of ``row`` in the file."""
        return int(self._lines[int(self._frame[_RECORD][row])])

    def keep(self, kept: Flags, why: str) -> "Table":
        """The rows that are ``kept``.

        Raises:
            TimetableError: most rows would be lost.
        """
        if not kept.all() and np.count_nonzero(~kept) > ROWS_LOST_MAX_RATIO * len(self):
            self.refuse(int(np.flatnonzero(~kept)[0]), f"{why} in most rows")
        return self.rows(np.flatnonzero(kept))

    def refuse(self, row: int, why: str) -> NoReturn:
        """Refuse the feed because of this table, from ``row`` on.

        Raises:
            TimetableError: always.
        """
        raise TimetableError(self.file, self.line(row), f"{why}: too many to go on")

    def rows(self, rows: npt.NDArray[np.intp]) -> "Table":
        """These rows, in this order."""
        return Table(self.file, self._frame[rows], lambda: self._lines)

    def integers(self, column: str, *, absent: int = -1) -> Ints:
        """``column`` as whole numbers; ``absent`` where it is empty or no whole number."""
        numbers = self.text(column).cast(pl.Int32, strict=False)
        return numbers.fill_null(absent).to_numpy().astype(np.int32)

    def floats(self, column: str) -> Floats:
        """``column`` as numbers; NaN where it is empty, no number or not finite."""
        numbers = self.text(column).cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()
        return np.where(np.isfinite(numbers), numbers, np.nan)

    def parsed(self, column: str, parse: Callable[[str], int]) -> Ints:
        """``parse`` of each value in ``column``; each distinct value is parsed once."""
        values = self.text(column)
        distinct = values.unique()
        numbers = pl.Series("number", [parse(value) for value in distinct], dtype=pl.Int32)
        known = pl.DataFrame({"value": distinct, "number": numbers})
        return _look_up(values, known)

    def rows_in(self, column: str, ids: Sequence[str]) -> Ints:
        """For each value of ``column`` its place in ``ids`` (which holds none twice), or -1."""
        known = pl.DataFrame(
            {"value": pl.Series(ids, dtype=pl.String), "number": pl.int_range(len(ids), dtype=pl.Int32, eager=True)}
        )
        return _look_up(self.text(column), known)

    def empty(self, column: str) -> Flags:
        """Where ``column`` says nothing."""
        return (self.text(column) == "").to_numpy()

    def without_repeats(self, column: str, faults: FaultList) -> "Table":
        """Rows with an id of their own in ``column``: unnamed rows and repeats of an id are left out and listed."""
        unnamed = self.empty(column)
        faults.note(self, _rows(unnamed), f"{column} is empty; row left out")
        repeated = ~self.text(column).is_first_distinct().to_numpy() & ~unnamed
        faults.note(self, _rows(repeated), f"{column} {{value}} was used before; row left out", column=column)
        return self.keep(~unnamed & ~repeated, f"{column} is empty or was used before")


_RECORD: Final = "\0record"


def _rows(flags: Flags) -> list[int]:
    found: list[int] = np.flatnonzero(flags).tolist()
    return found


def _look_up(values: pl.Series, known: pl.DataFrame) -> Ints:
    asked = values.rename("value").to_frame()
    found = asked.join(known, on="value", how="left", maintain_order="left")["number"]
    return found.fill_null(-1).to_numpy().astype(np.int32)


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
    ).with_columns(pl.int_range(frame.height, dtype=pl.Int32).alias(_RECORD))
    blank = pl.all_horizontal(pl.exclude(_RECORD) == "")
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
