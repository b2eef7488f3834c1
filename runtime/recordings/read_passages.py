"""Passages out of the archive that ``headway record --answers`` keeps."""

from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NamedTuple

from runtime.recordings.archive_hours import hour_name
from schemas.line_forecasts import Passage

FOLDER: Final = "passages"
LATE_S: Final = 2 * 3600
"""A passage is kept in the hour in which it became known: so long after it was made, at most, it is looked for."""

_HOUR_S: Final = 3600


class PassageQuery(NamedTuple):
    """Which passages: GTFS ids, empty for all; made from ``first_at`` up to, not including, ``end_at`` (POSIX s)."""

    timetable: str
    first_at: int
    end_at: int
    line_id: str = ""
    stop_ids: tuple[str, ...] = ()
    trip_id: str = ""
    service_date: int = 0


def read_passages(archive: Path, query: PassageQuery) -> list[tuple[str, Passage]]:
    """Passages with the keys of their line groups, in the order in which they were made, each once.

    Raises:
        OSError, ValueError: a file of the archive cannot be read.
    """
    # half a second and tens of megabytes, for who asks about the past alone
    parquet = import_module("pyarrow.parquet")
    found: dict[tuple[str, str], tuple[str, Passage]] = {}
    for file in _list_files(archive / FOLDER, query):
        table = parquet.read_table(file, filters=_filters(query))
        for row in table.to_pylist():
            key, passage = _passage_of(row)
            if key.partition(":")[0] == query.timetable:
                found.setdefault((key, passage.id), (key, passage))
    return sorted(found.values(), key=lambda each: (each[1].at, each[1].id))


def read_every_passage(archive: Path, *, first_at: int, end_at: int) -> Iterator[tuple[str, Passage]]:
    """All passages made in ``[first_at, end_at)`` with the keys of their line groups, file by file; copies come again.

    Raises:
        OSError, ValueError: a file of the archive cannot be read.
    """
    parquet = import_module("pyarrow.parquet")
    made_in_time = [("at", ">=", first_at), ("at", "<", end_at)]
    for file in sorted((archive / FOLDER).glob("*.parquet")):
        for row in parquet.read_table(file, filters=made_in_time).to_pylist():
            yield _passage_of(row)


def holds_passages(place: Path) -> bool:
    """Whether a folder is an archive that ``headway record --answers`` keeps."""
    return (place / FOLDER).is_dir()


def _list_files(folder: Path, query: PassageQuery) -> Iterator[Path]:
    """The files of the hours that can hold what is asked for, chunks of the open hour too, oldest first."""
    hour = query.first_at - query.first_at % _HOUR_S
    now = datetime.now(UTC).timestamp()
    while hour < min(query.end_at + LATE_S, now + _HOUR_S):
        yield from sorted(folder.glob(f"{hour_name(hour)}*.parquet"))
        hour += _HOUR_S


def _filters(query: PassageQuery) -> list[tuple[str, str, Any]]:
    filters: list[tuple[str, str, Any]] = [("at", ">=", query.first_at), ("at", "<", query.end_at)]
    if query.line_id:
        filters.append(("line_id", "=", query.line_id))
    if query.stop_ids:
        filters.append(("stop_id", "in", list(query.stop_ids)))
    if query.trip_id:
        filters += [("trip_id", "=", query.trip_id), ("service_date", "=", query.service_date)]
    return filters


def _passage_of(row: dict[str, Any]) -> tuple[str, Passage]:
    key = row.pop("line_group")
    row["feed"] = row.get("feed") or ""
    return key, Passage(**row)


UNREADABLE: Final = (OSError, ValueError)
"""What a file that is gone or broken raises."""
