"""The key of a line group's messages and values: unique over all timetables of a deployment."""

from typing import NamedTuple


class LineKey(NamedTuple):
    """A line group: the name of its timetable and its id there (the GTFS id of its first line)."""

    timetable: str
    group: str


def make_line_key(timetable: str, group: str) -> str:
    """``<timetable>:<GTFS id>``, as it stands in record keys, store keys and ``LineForecasts.line_group``."""
    return f"{timetable}:{group}"


def split_line_key(key: str) -> LineKey:
    """Take a key apart. A timetable's name holds no colon, a GTFS id may.

    Raises:
        ValueError: ``key`` has no colon.
    """
    timetable, colon, group = key.partition(":")
    if not colon:
        raise ValueError(f"{key!r} is no line key: it names no timetable")
    return LineKey(timetable, group)
