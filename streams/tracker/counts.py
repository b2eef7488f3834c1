"""What a tracker worker counts."""

from prometheus_client import REGISTRY, CollectorRegistry, Counter


class TrackerCounts:
    """Prometheus counters of one worker."""

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        self.messages = Counter("headway_tracker_messages", "Messages of lines read.", registry=registry)
        self.skipped = Counter(
            "headway_tracker_skipped", "Messages answered before, read again after a takeover.", registry=registry
        )
        self.rejects = Counter("headway_tracker_rejects", "Refusals by reason.", ["reason"], registry=registry)
        self.epoch_resets = Counter(
            "headway_tracker_epoch_resets", "Lines whose watermark a new epoch reset.", registry=registry
        )
        self.rebased = Counter("headway_tracker_rebased", "Lines carried over to another timetable.", registry=registry)
        self.restored = Counter("headway_tracker_restored", "Lines taken up from their value.", registry=registry)
        self.begun_anew = Counter(
            "headway_tracker_begun_anew", "Lines whose value could not be taken up.", registry=registry
        )
        self.value_bytes = Counter("headway_tracker_value_bytes", "Bytes of values written.", registry=registry)
