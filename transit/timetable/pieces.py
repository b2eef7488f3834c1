"""A large table read piece after piece: its text as columns of strings would take many times the file's own size."""

from collections.abc import Iterator
from typing import Final, NoReturn

import numpy as np

from transit.timetable.compiled import Ints
from transit.timetable.faults import FaultList, TimetableError
from transit.timetable.reading import read_table
from transit.timetable.table import Table

PIECE_BYTES: Final = 96 * 1024**2
"""A file of less than two such pieces is read as a whole."""


def can_be_cut(content: bytes) -> bool:
    """Whether lines are records: no quoted line break can be in it, and no bytes that have to be told of."""
    return len(content) >= 2 * PIECE_BYTES and content.isascii() and b'"' not in content and b"\n" in content


class Pieces:
    """A table's rows numbered through all its pieces; only what is asked for again is read again.

    What is wrong with a piece is listed in ``faults`` when it is first read, under its line in the whole file.
    """

    def __init__(self, file: str, content: bytes, required: tuple[str, ...], faults: FaultList) -> None:
        self.file = file
        self._faults = faults
        self._judged = 0
        self._content, self._required = content, required
        self._header = content[: content.index(b"\n") + 1]
        self._cuts = _cut(content, len(self._header))
        self._first_row: list[int] = []
        self._first_line: list[int] = []
        self._held: tuple[int, Table] | None = None

    def __iter__(self) -> Iterator[Table]:
        """Each piece in turn.

        Raises:
            TimetableError: a required column is missing.
        """
        self._first_row, self._first_line = [0], [0]
        for number, (begin, end) in enumerate(self._cuts):
            piece = self._read(number)
            self._first_row.append(self._first_row[-1] + len(piece))
            self._first_line.append(self._first_line[-1] + self._content.count(b"\n", begin, end))
            yield piece

    def __len__(self) -> int:
        return self._first_row[-1]

    def line(self, row: int) -> int:
        """One-based line of ``row`` in the file."""
        piece, number = self._find(row)
        return piece.line(row - self._first_row[number]) + self._first_line[number]

    def value(self, row: int, column: str) -> str:
        """What stands in ``column`` of ``row``."""
        piece, number = self._find(row)
        return piece.value(row - self._first_row[number], column)

    def refuse(self, row: int, why: str) -> NoReturn:
        """Refuse the feed because of this table, from ``row`` on.

        Raises:
            TimetableError: always.
        """
        raise TimetableError(self.file, self.line(row), f"{why}: too many to go on")

    def _find(self, row: int) -> tuple[Table, int]:
        number = int(np.searchsorted(self._first_row, row, "right")) - 1
        if self._held is None or self._held[0] != number:
            self._held = number, self._read(number)
        return self._held[1], number

    def _read(self, number: int) -> Table:
        begin, end = self._cuts[number]
        found = FaultList()
        table = read_table(self.file, self._header + self._content[begin:end], found, required=self._required)
        if number == self._judged:
            self._judged += 1
            self._faults.take(found, lines_before=self._first_line[number])
        return table


def _cut(content: bytes, begin: int) -> list[tuple[int, int]]:
    cuts = []
    while begin < len(content):
        end = content.find(b"\n", begin + PIECE_BYTES) + 1 or len(content)
        cuts.append((begin, end))
        begin = end
    return cuts


def is_in_order(trip: Ints, sequence: Ints) -> bool:
    """Whether rows ascend by trip and then by stop_sequence, each once: nothing need be sorted."""
    after = trip[1:] > trip[:-1]
    return bool((after | ((trip[1:] == trip[:-1]) & (sequence[1:] > sequence[:-1]))).all())
