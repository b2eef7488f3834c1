"""Timetables as tables on a terminal."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from rich.table import Column, Table

from schemas.timetable_versions import TimetableDiff, TimetableVersions
from transit.timetable.compiled import Timetable
from transit.timetable.faults import Fault

_NAMED_MAX = 8
WHOLE: Final = ("name", "hash")
"""What no window cuts; the rest is folded."""


def faults_table(faults: Sequence[Fault]) -> Table:
    """What is wrong with a feed, a row a fault."""
    table = Table("file", "line", "what is wrong, and what was done about it", title="faults survived")
    for fault in faults:
        table.add_row(fault.file, str(fault.line or ""), fault.reason)
    return table


def timetables_table(timetables: Sequence[Timetable]) -> Table:
    """Compiled timetables, a row each. Their hashes are whole in any window: other commands take them."""
    columns = ("name", "hash", "service days", "holds", "time zone", "source")
    table = Table(*(Column(name, no_wrap=name in WHOLE, overflow="fold") for name in columns), title="timetables")
    for timetable in timetables:
        days = (date.fromordinal(day).isoformat() for day in (timetable.first_service_day, timetable.last_service_day))
        table.add_row(
            timetable.name, timetable.hash, " to ".join(days), _held(timetable), timetable.timezone, timetable.source
        )
    return table


def _held(timetable: Timetable) -> str:
    counts = {
        "lines": timetable.line_id,
        "patterns": timetable.pattern_id,
        "stops": timetable.stop_id,
        "trips": timetable.trip_id,
        "faults": timetable.faults,
    }
    return ", ".join(f"{len(column):,} {name}" for name, column in counts.items())


def versions_table(versions: TimetableVersions) -> Table:
    """The versions of one timetable, newest last."""
    table = Table("hash", "in force from", "source", title=f"versions of {versions.name}, newest last")
    for version in versions.versions:
        start = version.from_service_date
        table.add_row(version.hash, "activation" if start is None else _written(start), version.source)
    return table


def diff_table(diff: TimetableDiff) -> Table:
    """What a version changed."""
    table = Table("", "added", "removed", "kept or moved", title="what changes")
    table.add_row("lines", _named(diff.lines_added), _named(diff.lines_removed), "")
    table.add_row("stops", _named(diff.stops_added), _named(diff.stops_removed), f"moved: {_named(diff.stops_moved)}")
    patterns = (diff.patterns_added, diff.patterns_removed, diff.patterns_kept)
    table.add_row("patterns", *(f"{count:,}" for count in patterns))
    table.add_row("trips", *(f"{count:,}" for count in (diff.trips_added, diff.trips_removed, diff.trips_kept)))
    return table


def _written(service_date: int) -> str:
    return f"{service_date // 10_000:04d}-{service_date // 100 % 100:02d}-{service_date % 100:02d}"


def _named(ids: Sequence[str]) -> str:
    if len(ids) <= _NAMED_MAX:
        return ", ".join(ids) or "none"
    return f"{', '.join(ids[:_NAMED_MAX])} and {len(ids) - _NAMED_MAX:,} more"
