"""Every topic Headway reads or writes: its name, key, value, partitions and how long Kafka keeps it."""

from dataclasses import dataclass
from typing import Final, Literal

Cleanup = Literal["delete", "compact"]

PARTITIONS: Final = 48
"""Partitions of every topic keyed by line, on a server. Fixed for a topic's life: a key must keep its partition."""

EMBEDDED_PARTITIONS: Final = 4
"""Partitions of the same topics on a laptop's broker."""

MESSAGE_BYTES_MAX: Final = 8 * 1024 * 1024
"""The largest record any topic takes; set on broker, producers and consumers alike."""

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
DAY_MS: Final = 24 * HOUR_MS


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic: ``key`` and ``value`` say in words what its records hold."""

    name: str
    key: str
    value: str
    keyed_by_line: bool
    cleanup: Cleanup
    retention_ms: int | None
    segment_ms: int = DAY_MS
    max_compaction_lag_ms: int | None = None
    min_compaction_lag_ms: int | None = None

    def config(self, *, replication: int = 1) -> dict[str, str]:
        """Kafka's own settings for this topic, as its admin calls take them.

        With three replicas and more, one may be missing and a write still counts.
        """
        config = {
            "cleanup.policy": self.cleanup,
            "segment.ms": str(self.segment_ms),
            "max.message.bytes": str(MESSAGE_BYTES_MAX),
            "min.insync.replicas": str(max(1, replication - 1)),
        }
        if self.retention_ms is not None:
            config["retention.ms"] = str(self.retention_ms)
        if self.max_compaction_lag_ms is not None:
            config["max.compaction.lag.ms"] = str(self.max_compaction_lag_ms)
        if self.min_compaction_lag_ms is not None:
            config["min.compaction.lag.ms"] = str(self.min_compaction_lag_ms)
        return config

    def partitions(self, *, line_partitions: int) -> int:
        """How many partitions this topic has where the line topics have ``line_partitions``."""
        return line_partitions if self.keyed_by_line else 1


FEED_BUS: Final = Topic(
    name="feed.bus.v1",
    key="line group id",
    value="FeedMessage with every vehicle of the line group at one poll; headers: schemas.headers",
    keyed_by_line=True,
    cleanup="delete",
    retention_ms=DAY_MS,
    segment_ms=HOUR_MS,
)
FEED_SUBWAY: Final = Topic(
    name="feed.subway.v1",
    key=FEED_BUS.key,
    value=FEED_BUS.value,
    keyed_by_line=True,
    cleanup="delete",
    retention_ms=DAY_MS,
    segment_ms=HOUR_MS,
)
LINE_FORECASTS: Final = Topic(
    name="line.forecasts.v1",
    key="line group id",
    value="schemas.line_value: watermark, public part (schemas.line_forecasts), private part (the tracker's state)",
    keyed_by_line=True,
    cleanup="compact",
    retention_ms=None,
    segment_ms=5 * MINUTE_MS,
    # splitter, scorer and recorder may be away for an hour and read every value; the scorer looks back 45 minutes
    min_compaction_lag_ms=HOUR_MS,
    max_compaction_lag_ms=HOUR_MS + 5 * MINUTE_MS,
)
LINE_PASSAGES: Final = Topic(
    name="line.passages.v1",
    key="line group id",
    value="schemas.line_forecasts.Passage, id in the record's headers; readers drop equal ids",
    keyed_by_line=True,
    cleanup="delete",
    retention_ms=7 * DAY_MS,
)
FEED_REJECTS: Final = Topic(
    name="feed.rejects.v1",
    key="feed id",
    value="schemas.rejects.Reject",
    keyed_by_line=False,
    cleanup="delete",
    retention_ms=7 * DAY_MS,
)
FEED_STATUS: Final = Topic(
    name="feed.status.v1",
    key="feed id",
    value="schemas.feed_status.FeedStatus",
    keyed_by_line=False,
    cleanup="compact",
    retention_ms=None,
)
SERVICE_ALERTS: Final = Topic(
    name="service.alerts.v1",
    key="feed id",
    value="schemas.service_alerts.FeedAlerts: all alerts of the feed",
    keyed_by_line=False,
    cleanup="compact",
    retention_ms=None,
)
TIMETABLE_VERSIONS: Final = Topic(
    name="timetable.versions.v1",
    key="timetable name",
    value="schemas.timetable_versions.TimetableVersions",
    keyed_by_line=False,
    cleanup="compact",
    retention_ms=None,
)
FORECAST_SCORES: Final = Topic(
    name="forecast.scores.v1",
    key="line group id",
    value="schemas.scores.LineScores",
    keyed_by_line=True,
    cleanup="delete",
    retention_ms=30 * DAY_MS,
)
PARTNER_USAGE: Final = Topic(
    name="partner.usage.v1",
    key="partner id",
    value="schemas.usage.UsageReport",
    keyed_by_line=False,
    cleanup="delete",
    retention_ms=7 * DAY_MS,
)
TOPICS_EPOCH: Final = Topic(
    name="topics.epoch.v1",
    key="``epoch``",
    value="decimal ASCII; rises when feed topics are made anew and their offsets begin again; the highest counts",
    keyed_by_line=False,
    cleanup="compact",
    retention_ms=None,
)

REPLAY_COMMANDS: Final = Topic(
    name="replay.commands.v1",
    key="replay id",
    value="schemas.replays.ReplayCommand",
    keyed_by_line=False,
    cleanup="delete",
    retention_ms=DAY_MS,
)

ALL: Final = (
    FEED_BUS,
    FEED_SUBWAY,
    LINE_FORECASTS,
    LINE_PASSAGES,
    FEED_REJECTS,
    FEED_STATUS,
    SERVICE_ALERTS,
    TIMETABLE_VERSIONS,
    FORECAST_SCORES,
    PARTNER_USAGE,
    TOPICS_EPOCH,
    REPLAY_COMMANDS,
)

FEEDS: Final = (FEED_BUS, FEED_SUBWAY)
"""The tracker's input."""

_BUS_ROUTE_TYPES: Final = frozenset({3, 11})
_BUS_ROUTE_TYPE_HUNDREDS: Final = frozenset({2, 7, 8})


def feed_topic(route_type: int) -> Topic:
    """The raw topic of a line: buses, coaches and trolleybuses in one, all other modes in the other.

    ``route_type`` is GTFS's basic or extended route type.
    """
    if route_type in _BUS_ROUTE_TYPES or route_type // 100 in _BUS_ROUTE_TYPE_HUNDREDS:
        return FEED_BUS
    return FEED_SUBWAY
