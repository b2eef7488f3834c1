"""How far readers of the log are behind: what compaction takes before it was read is lost to them."""

import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from prometheus_client import Gauge

BEHIND: Final = Gauge("headway_reader_behind", "Records not yet read, by who reads.", ["reader"])
LATE: Final = Gauge(
    "headway_reader_late_seconds", "Age of the oldest last record read of a partition that holds more.", ["reader"]
)


class ReadingLag:
    """Notes for ``/metrics`` how far ``reader`` is behind the ends of its partitions."""

    def __init__(self, reader: str) -> None:
        self._behind = BEHIND.labels(reader)
        self._late = LATE.labels(reader)
        self._last: dict[Any, tuple[int, float]] = {}
        """By partition the offset to read next, and when the record before it was written (POSIX s)."""

    def note(self, consumer: Any, batches: Mapping[Any, Sequence[Any]], now: float | None = None) -> None:
        """Take in a fetch, ``now`` (POSIX s); partitions that another process reads count no more."""
        for partition, records in batches.items():
            if records:
                self._last[partition] = (records[-1].offset + 1, records[-1].timestamp / 1000)
        mine = consumer.assignment()
        self._last = {partition: last for partition, last in self._last.items() if partition in mine}
        waiting = {partition: (consumer.highwater(partition) or 0) - last[0] for partition, last in self._last.items()}
        self._behind.set(sum(max(count, 0) for count in waiting.values()))
        written = [self._last[partition][1] for partition, count in waiting.items() if count > 0]
        self._late.set(max((time.time() if now is None else now) - min(written), 0) if written else 0)
