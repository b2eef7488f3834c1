"""A feed's alerts as one record, written when they change."""

import time
from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from schemas.namespace import topic_name
from schemas.service_alerts import FeedAlerts, ServiceAlert, encode_feed_alerts
from schemas.topics import MESSAGE_BYTES_MAX, SERVICE_ALERTS
from streams.record_writer import Record

VALUE_BYTES_MAX: Final = MESSAGE_BYTES_MAX - 64 * 1024


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class AlertRecords:
    """Remembers what a feed's alerts were, and since when (``now_ms``, POSIX ms) each stands in its present words."""

    def __init__(self, feed: str, timetable: str, namespace: str, *, now_ms: Callable[[], int] = _now_ms) -> None:
        self._now_ms = now_ms
        self._feed = feed
        self._timetable = timetable
        self._topic = topic_name(SERVICE_ALERTS, namespace)
        self._known: dict[ServiceAlert, ServiceAlert] | None = None

    def list_changed(self, alerts: tuple[ServiceAlert, ...] | None) -> list[Record]:
        """The record of a poll's alerts, where they are not what they were; ``None``: the poll says nothing of them.

        The first poll is always written: the topic may hold what was said before this process began.
        """
        if alerts is None or (self._known is not None and tuple(self._known) == alerts):
            return []
        now_ms = self._now_ms()
        known = self._known or {}
        self._known = {alert: known.get(alert) or replace(alert, since_ms=now_ms) for alert in alerts}
        return [Record(self._topic, self._feed.encode(), self._pack(now_ms))]

    def _pack(self, now_ms: int) -> bytes:
        """The alerts, without the last where all would be more than the broker takes."""
        kept = list((self._known or {}).values())
        while True:
            packed = encode_feed_alerts(FeedAlerts(self._feed, self._timetable, now_ms, tuple(kept)))
            if len(packed) <= VALUE_BYTES_MAX:
                return packed
            del kept[len(kept) * 3 // 4 :]
