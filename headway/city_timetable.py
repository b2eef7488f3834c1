"""The timetable that a simulated city runs on."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

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


def refuse_without_service(timetable: Timetable, at: float) -> None:
    """Stop where nobody would ever drive: before the timetable's first day of service, or after its last.

    ``at`` is a POSIX second; a service day goes on past its midnight.

    Raises:
        UserError: the moment lies outside; the message names the days of service.
    """
    day = datetime.fromtimestamp(at, ZoneInfo(timetable.timezone)).toordinal()
    first, last = timetable.first_service_day, timetable.last_service_day
    if not first - 1 <= day <= last + 1:
        begins, ends = (date.fromordinal(each).isoformat() for each in (first, last))
        asked = date.fromordinal(day).isoformat()
        raise UserError(
            f"{timetable.source}: nobody drives on {asked}, there is service from {begins} to {ends}: set --start-at so"
        )
