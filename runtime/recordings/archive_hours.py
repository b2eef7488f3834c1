"""Hours (UTC) by name, as an archive's files are called."""

from datetime import UTC, datetime
from typing import Final

_HOUR: Final = "%Y-%m-%dT%HZ"


def hour_name(time_s: int) -> str:
    """The name of the hour (UTC) of a POSIX second: it sorts by time and holds nothing that a file name may not."""
    return datetime.fromtimestamp(time_s, UTC).strftime(_HOUR)


def hour_second(name: str) -> int:
    """The POSIX second at which the hour of this name begins.

    Raises:
        ValueError: this is no hour's name.
    """
    return int(datetime.strptime(name, _HOUR).replace(tzinfo=UTC).timestamp())
