"""How long an archive's hours stay: for ever, or as many days as the operator said."""

import re
from pathlib import Path
from typing import Final

import structlog

from runtime.recordings.archive_hours import hour_name, hour_second

_DAY_S: Final = 86_400
_HOUR_FILE: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\dZ)(?:-\d+)?(\.[a-z]+)")
"""An hour that is over, as archives name it; what is still open or otherwise named is never deleted."""

_log = structlog.get_logger(__name__)


def delete_old_hours(folder: Path, suffix: str, hour: str, keep_days: int | None) -> int:
    """Delete the hours of ``folder`` that ended more than ``keep_days`` before ``hour`` began; returns how many.

    Only files named as hours, with this suffix; the newest stays, for it says how far was read. ``None`` keeps all.

    Raises:
        OSError: a file cannot be deleted.
    """
    if keep_days is None:
        return 0
    first = hour_name(hour_second(hour) - keep_days * _DAY_S)
    hours = sorted(
        (found[1], file)
        for file in folder.glob(f"*{suffix}")
        if (found := _HOUR_FILE.fullmatch(file.name)) is not None and found[2] == suffix
    )
    old = [file for name, file in hours[:-1] if name < first]
    for file in old:
        file.unlink()
    if old:
        _log.info("archive_hours_deleted", folder=str(folder), hours=len(old), before=first)
    return len(old)
