"""UTC days and months as quotas and statements have them."""

import re
from datetime import UTC, datetime
from typing import Final, NamedTuple

_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)


class Span(NamedTuple):
    """From its first second until before its last (POSIX s)."""

    from_s: int
    until_s: int


def month_span(written: str) -> Span | None:
    """A month such as ``2026-02``; ``None`` where it is none."""
    form = _MONTH.fullmatch(written)
    if form is None or not 1970 <= int(form[1]) <= 9998:
        return None
    year, month = int(form[1]), int(form[2])
    begin = datetime(year, month, 1, tzinfo=UTC)
    end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    return Span(int(begin.timestamp()), int(end.timestamp()))


def month_of(at: float) -> str:
    """The month of a moment (POSIX s)."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m")


def day_span(at: float) -> Span:
    """The day of a moment (POSIX s)."""
    begin = int(at) - int(at) % 86_400
    return Span(begin, begin + 86_400)
