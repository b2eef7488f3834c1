"""A run's public id: timetable, trip and service date, and its start where a frequency makes many runs of one trip."""

import re
from typing import Final

import msgspec

_RUN_ID: Final = re.compile(r"([^:]+):(.+):([0-9]{8})(?::([0-9]{1,6}))?", re.DOTALL)


class RunKey(msgspec.Struct, frozen=True, order=True, gc=False):
    """What makes a run within its timetable.

    ``service_date`` is yyyymmdd; ``start_time_s`` counts from the service day's start.
    """

    trip_id: str
    service_date: int
    start_time_s: int | None = None


def format_run_id(timetable: str, key: RunKey) -> str:
    """``<timetable>:<trip>:<yyyymmdd>``, and ``:<start>`` where the key has one."""
    start = "" if key.start_time_s is None else f":{key.start_time_s}"
    return f"{timetable}:{key.trip_id}:{key.service_date:08d}{start}"


def parse_run_id(run_id: str) -> tuple[str, RunKey]:
    """The timetable's name and the run's key. Trip ids may hold colons: the date has eight digits and a start fewer.

    Raises:
        ValueError: the text is no run's id.
    """
    found = _RUN_ID.fullmatch(run_id)
    if found is None:
        raise ValueError(f"{run_id!r} is no run id; it reads <timetable>:<trip>:<yyyymmdd>")
    timetable, trip_id, service_date, start = found.groups()
    return timetable, RunKey(trip_id, int(service_date), None if start is None else int(start))
