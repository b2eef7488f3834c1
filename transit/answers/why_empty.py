"""Why nothing comes: a rider at an empty stop is told which kind of nothing it is."""

from dataclasses import dataclass
from enum import StrEnum


class EmptyReason(StrEnum):
    """Why a list of arrivals is empty."""

    NOT_STARTED = "not_started"
    """The day's first call here is still further away than the horizon."""
    NONE_WITHIN_HORIZON = "none_within_horizon"
    """Service goes on, the next call lies beyond the horizon."""
    LAST_GONE = "last_gone"
    """The day's last call here has been made, though its lines still run."""
    ENDED = "ended"
    """The day's service of these lines is over."""
    NO_SERVICE_TODAY = "no_service_today"
    """The timetable has no call here today that was asked for."""
    NOTHING_MATCHES = "nothing_matches"
    """No line that calls here is of the kind asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayAtStop:
    """A stop's service day, as asked for (POSIX s): first and last call, end of its lines' last run, and the next call.

    ``calls_at_all``: some pattern makes a call of the kind asked for. ``next_at`` may belong to a later day.
    """

    calls_at_all: bool
    first_at: int | None
    last_at: int | None
    lines_end_at: int | None
    next_at: int | None


def reason_empty(day: DayAtStop, now: float) -> EmptyReason:
    """Why nothing comes within the horizon at ``now`` (POSIX s)."""
    if not day.calls_at_all:
        return EmptyReason.NOTHING_MATCHES
    if day.first_at is None or day.last_at is None:
        return EmptyReason.NO_SERVICE_TODAY
    if now < day.first_at:
        return EmptyReason.NOT_STARTED
    if now <= day.last_at:
        return EmptyReason.NONE_WITHIN_HORIZON
    if day.lines_end_at is not None and now < day.lines_end_at:
        return EmptyReason.LAST_GONE
    return EmptyReason.ENDED
