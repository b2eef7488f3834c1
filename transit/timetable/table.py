"""A GTFS table as columns of text, each row with the true line it stands on."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Final, NoReturn

import numpy as np
import numpy.typing as npt
import polars as pl

from transit.timetable.compiled import Flags, Floats, Ints
from transit.timetable.faults import FaultList, TimetableError

ROWS_LOST_MAX_RATIO: Final = 0.5
"""A table that loses more of its rows than this is not a table with small faults: the feed is refused."""

RECORD: Final = "\0record"
"""The column that numbers a file's records, blank ones included: no GTFS column has such a name."""


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
        return int(self._lines[int(self._frame[RECORD][row])])

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


def _rows(flags: Flags) -> list[int]:
    found: list[int] = np.flatnonzero(flags).tolist()
    return found


def _look_up(values: pl.Series, known: pl.DataFrame) -> Ints:
    asked = values.rename("value").to_frame()
    found = asked.join(known, on="value", how="left", maintain_order="left")["number"]
    return found.fill_null(-1).to_numpy().astype(np.int32)
