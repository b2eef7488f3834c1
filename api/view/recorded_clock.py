"""What time it is for a timetable: now, or in a recording that is replayed, the recording's own time."""

from collections.abc import Iterable

from schemas.feed_status import FeedStatus

_RECORDING = ".zip"


def is_recorded(status: FeedStatus) -> bool:
    """Whether a feed is a recording that is replayed."""
    return status.recorded or status.url.endswith(_RECORDING)


def lags_of(feeds: Iterable[FeedStatus], at: float) -> dict[str, float]:
    """How far behind ``at`` (POSIX s, when these states were read) each replayed timetable's own time is (s)."""
    latest: dict[str, int] = {}
    for status in feeds:
        if is_recorded(status):
            latest[status.timetable] = max(latest.get(status.timetable, 0), status.polled_at)
    return {timetable: at - polled_at for timetable, polled_at in latest.items()}
