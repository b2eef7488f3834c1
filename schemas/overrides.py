"""What an operator or an agency says against the forecasts: a run cancelled, a stop closed, a detour, delays."""

from enum import StrEnum

import msgspec


class OverrideKind(StrEnum):
    """What is done."""

    CANCEL_RUN = "cancel_run"
    """The run does not come."""
    CANCEL_LINE = "cancel_line"
    """No run of a line comes, of one direction where one is named."""
    DELAYS = "delays"
    """A line's runs, or one run, are at risk of coming much later than told."""
    SKIP_STOP = "skip_stop"
    """A line, or one run, goes by a stop."""
    CLOSE_STOP = "close_stop"
    """No line calls at the stop, or at any platform of the station."""
    DETOUR = "detour"
    """A line drives around some stops."""
    RESTRICT_ENTRY = "restrict_entry"
    """Who enters a station waits, or is turned away; runs call all the same."""
    WITHHOLD = "withhold"
    """No prediction is told of a line, at a stop or of a vehicle."""


class Override(msgspec.Struct, frozen=True, kw_only=True):
    """One override. Ids are public (``<timetable>:<GTFS id>``, ``<feed>:<vehicle>``); empty where none is meant.

    Times are POSIX seconds but for ``made_at_ms`` and ``ended_at_ms`` (when it was ended before ``ends_at``).
    """

    id: str
    kind: OverrideKind
    line: str = ""
    run: str = ""
    stops: tuple[str, ...] = ()
    vehicle: str = ""
    starts_at: int
    ends_at: int
    text_en: str = ""
    text_zh: str = ""
    actor: str = ""
    made_at_ms: int = 0
    ended_at_ms: int | None = None
    direction_id: int | None = None
    """Only runs of this direction; said by agencies alone."""

    def is_in_force(self, at: float) -> bool:
        """Whether it holds at a moment (POSIX s)."""
        return self.ended_at_ms is None and self.starts_at <= at < self.ends_at

    def changed_ms(self, at: float) -> int:
        """The last moment until ``at`` (POSIX s) at which it began or ceased to hold (POSIX ms); 0: none."""
        moments = [max(self.made_at_ms, self.starts_at * 1000), self.ends_at * 1000, self.ended_at_ms or 0]
        return max((moment for moment in moments if moment <= at * 1000), default=0)
