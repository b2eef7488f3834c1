"""What is wrong with a GTFS feed: what refuses it whole, and what is listed and survived."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

EXAMPLES: Final = 5
"""Rows of one kind of fault that are listed one by one; the rest are counted."""

_WRITTEN: Final = re.compile(r"(?P<file>[^:]+?)(?::(?P<line>\d+))?: (?P<reason>.*)", re.DOTALL)


class TimetableError(ValueError):
    """A GTFS feed that cannot be used: which file, which line (``None``: the file as a whole) and why."""

    def __init__(self, file: str, line: int | None, reason: str) -> None:
        super().__init__(f"{file}:{line}: {reason}" if line else f"{file}: {reason}")
        self.file = file
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong that was survived; ``reason`` also says what was done about it."""

    file: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}" if self.line else f"{self.file}: {self.reason}"


def parse_fault(written: str) -> Fault:
    """Read back what ``str(fault)`` wrote.

    Raises:
        ValueError: it names no file.
    """
    found = _WRITTEN.fullmatch(written)
    if found is None:
        raise ValueError(f"not a fault: {written!r}")
    line = found["line"]
    return Fault(found["file"], int(line) if line else None, found["reason"])


class Lines(Protocol):
    """A table that knows on which line of its file a row stands."""

    file: str

    def line(self, row: int) -> int:
        """One-based line of ``row`` in the file."""
        ...

    def value(self, row: int, column: str) -> str:
        """What stands in ``column`` of ``row``."""
        ...


class FaultList:
    """The faults of one feed, bounded: of each kind the first few rows, then how many more there are."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def note(self, table: Lines, rows: Sequence[int], reason: str, *, column: str | None = None) -> None:
        """List ``rows`` of ``table``, which share one kind of fault; ``{value}`` in ``reason`` is their ``column``."""
        for row in rows[:EXAMPLES]:
            said = reason.replace("{value}", repr(table.value(int(row), column))) if column else reason
            self._faults.append(Fault(table.file, table.line(int(row)), said))
        if len(rows) > EXAMPLES:
            of_kind = reason.replace("{value}", "…")
            self._faults.append(Fault(table.file, None, f"{len(rows) - EXAMPLES} more rows: {of_kind}"))

    def note_file(self, file: str, line: int | None, reason: str) -> None:
        """List what is wrong with ``file`` once, at ``line`` where it has a place."""
        self._faults.append(Fault(file, line, reason))

    def note_subjects(self, file: str, subjects: Sequence[str], reason: str) -> None:
        """List things of ``file`` that have no one row (a pattern, a service), named in ``{value}``."""
        for subject in subjects[:EXAMPLES]:
            self._faults.append(Fault(file, None, reason.replace("{value}", repr(subject))))
        if len(subjects) > EXAMPLES:
            of_kind = reason.replace("{value}", "…")
            self._faults.append(Fault(file, None, f"{len(subjects) - EXAMPLES} more: {of_kind}"))

    def take(self, others: "FaultList", *, lines_before: int) -> None:
        """List what was found in a part of a file that begins behind so many lines; of the file as a whole once."""
        for fault in others:
            if fault.line is not None:
                self._faults.append(replace(fault, line=fault.line + lines_before))
            elif fault not in self._faults:
                self._faults.append(fault)

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._faults)

    def written(self) -> tuple[str, ...]:
        """Every fault as one sentence, in the order found."""
        return tuple(str(fault) for fault in self._faults)
