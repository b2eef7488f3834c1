"""The timetable that a simulated city runs on."""

from pathlib import Path

from runtime.errors import UserError
from runtime.timetables.gtfs_source import read_gtfs
from runtime.timetables.timetable_file import SUFFIX, load_timetable
from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Timetable
from transit.timetable.faults import TimetableError


def open_timetable(source: str) -> Timetable:
    """A timetable to run: one that is compiled (``.arrow``), or GTFS.

    Raises:
        UserError: there is none, or it cannot be used.
    """
    if source.endswith(SUFFIX):
        return load_timetable(Path(source))
    try:
        return compile_timetable(read_gtfs(source), name="city", source=source)
    except TimetableError as broken:
        raise UserError(f"{source}: {broken}") from None
