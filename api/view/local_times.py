"""Moments as RFC 3339 text with the city's offset, each written once."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

_KEPT: Final = 200_000
"""Some hours of seconds, 20 MB at most; then the memory starts afresh."""

_MINUTE_S: Final = 60


class LocalTimes(dict[int, str]):
    """POSIX seconds to text such as ``2026-02-16T10:58:00-05:00``, each written when it is first asked for."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self.zone = zone
        self._minutes: dict[int, tuple[str, str]] = {}

    def __missing__(self, at: int) -> str:
        if len(self) >= _KEPT:
            self.clear()
            self._minutes.clear()
        minute, second = divmod(at, _MINUTE_S)
        around = self._minutes.get(minute)
        if around is None:
            around = self._minutes[minute] = self._write_minute(minute)
        text = self[at] = f"{around[0]}{second:02d}{around[1]}"
        return text

    def _write_minute(self, minute: int) -> tuple[str, str]:
        """What stands before and after the seconds. Offsets of a fraction of a minute ended before GTFS began."""
        text = datetime.fromtimestamp(minute * _MINUTE_S, tz=self.zone).isoformat(timespec="seconds")
        return text[:17], text[19:]

    def find(self, at: float | None) -> str | None:
        """The text of a moment that may be unknown; fractions of a second are dropped."""
        return None if at is None else self[int(at)]


class UniversalTimes(LocalTimes):
    """The same in UTC, as answers in UTC write them: ``2026-02-16T15:58:00Z``."""

    def __init__(self) -> None:
        super().__init__(ZoneInfo("UTC"))

    def _write_minute(self, minute: int) -> tuple[str, str]:
        before, _ = super()._write_minute(minute)
        return before, "Z"


class QuotedTimes(dict[int, bytes]):
    """The same as JSON, quotes and all; ``NOT_TOLD`` is ``null``."""

    NOT_TOLD: Final = -1

    def __init__(self, times: LocalTimes) -> None:
        super().__init__()
        self._times = times

    def __missing__(self, at: int) -> bytes:
        if at == self.NOT_TOLD:
            return b"null"
        if len(self) >= _KEPT:
            self.clear()
        text = self[at] = b'"%b"' % self._times[at].encode()
        return text
