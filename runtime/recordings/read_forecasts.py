"""What was told of a run's call, out of the archive that ``headway record --answers`` keeps."""

from importlib import import_module
from pathlib import Path
from typing import Any, Final, NamedTuple

from runtime.recordings.archive_hours import hour_name
from transit.answers.run_ids import RunKey

FOLDER: Final = "forecasts"
_HOUR_S: Final = 3600


class Told(NamedTuple):
    """One forecast of a call: six moments (POSIX s) in the archive's order, and what it rested on."""

    line_group: str
    computed_at: int
    vehicle_id: str
    times: tuple[int | None, ...]
    basis: int
    verdict: int


def read_told(archive: Path, key: RunKey, position: int, *, from_s: int, to_s: int) -> list[Told]:
    """The forecasts of a call that were told between two moments (POSIX s), oldest first.

    Raises:
        OSError, ValueError: a file of the archive cannot be read.
    """
    parquet = import_module("pyarrow.parquet")
    filters: list[tuple[str, str, Any]] = [
        ("trip_id", "=", key.trip_id),
        ("service_date", "=", key.service_date),
        ("position", "=", position),
        ("computed_at", ">=", from_s),
        ("computed_at", "<=", to_s),
    ]
    found: dict[int, Told] = {}
    hour = from_s - from_s % _HOUR_S
    while hour <= to_s + _HOUR_S:
        for file in sorted((archive / FOLDER).glob(f"{hour_name(hour)}*.parquet")):
            for row in parquet.read_table(file, filters=filters).to_pylist():
                if row["start_time_s"] == key.start_time_s:
                    found[row["computed_at"]] = _told(row)
        hour += _HOUR_S
    return [found[at] for at in sorted(found)]


def _told(row: dict[str, Any]) -> Told:
    names = ("arrival_p10", "arrival_p50", "arrival_p90", "departure_p10", "departure_p50", "departure_p90")
    times = tuple(row[name] for name in names)
    return Told(row["line_group"], row["computed_at"], row["vehicle_id"], times, row["basis"], row["verdict"])
