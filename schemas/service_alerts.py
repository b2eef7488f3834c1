"""What an agency says to riders: its GTFS-realtime Alerts, as a door keeps them beside the lines' messages."""

import msgspec


class InformedEntity(msgspec.Struct, array_like=True, frozen=True):
    """What an alert is about: every member that is set must hold. Ids are those of the GTFS.

    ``start_date`` (yyyymmdd) and ``start_time_s`` (seconds of the service day) narrow a trip to one run.
    """

    line_id: str = ""
    direction_id: int | None = None
    trip_id: str = ""
    start_date: int | None = None
    start_time_s: int | None = None
    stop_id: str = ""
    route_type: int | None = None
    agency_id: str = ""


class Period(msgspec.Struct, array_like=True, frozen=True):
    """From ``starts_at`` on and before ``ends_at`` (POSIX s); 0 where that side is open."""

    starts_at: int = 0
    ends_at: int = 0

    def holds(self, at: float) -> bool:
        """Whether a moment (POSIX s) lies within."""
        return self.starts_at <= at and (not self.ends_at or at < self.ends_at)


class ServiceAlert(msgspec.Struct, array_like=True, frozen=True):
    """One alert. ``cause``, ``effect`` and ``severity`` are GTFS-realtime's numbers; texts go by language.

    ``line_groups`` are the groups of the timetable that it concerns; none stands for all. ``since_ms`` (POSIX ms) is
    when the door first saw it in these words.
    """

    id: str
    cause: int
    effect: int
    severity: int
    periods: tuple[Period, ...]
    informed: tuple[InformedEntity, ...]
    header: tuple[tuple[str, str], ...]
    description: tuple[tuple[str, str], ...]
    url: tuple[tuple[str, str], ...]
    line_groups: tuple[str, ...] = ()
    since_ms: int = 0

    def is_active(self, at: float) -> bool:
        """Whether it holds at a moment (POSIX s); one without periods always does."""
        return not self.periods or any(period.holds(at) for period in self.periods)


class FeedAlerts(msgspec.Struct, array_like=True, frozen=True):
    """All alerts of a feed, as they stood since ``changed_ms`` (POSIX ms)."""

    feed: str
    timetable: str
    changed_ms: int
    alerts: tuple[ServiceAlert, ...]


_decoder = msgspec.msgpack.Decoder(FeedAlerts)
_encoder = msgspec.msgpack.Encoder()


def encode_feed_alerts(alerts: FeedAlerts) -> bytes:
    """Pack a feed's alerts (MessagePack), as they stand on their topic and in the store."""
    return _encoder.encode(alerts)


def decode_feed_alerts(packed: bytes) -> FeedAlerts:
    """Unpack a feed's alerts.

    Raises:
        msgspec.DecodeError: the bytes are no such alerts.
    """
    return _decoder.decode(packed)
