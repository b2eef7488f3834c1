"""What operators and agencies say, as this process knows it: it edits what webhooks are told too."""

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

import msgspec
import structlog
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from runtime.kafka_clients import make_consumer
from runtime.settings import Settings
from runtime.topics.ends import read_ends
from schemas.feed_status import decode_feed_status
from schemas.namespace import topic_name
from schemas.service_alerts import FeedAlerts, decode_feed_alerts
from schemas.topics import FEED_STATUS, SERVICE_ALERTS, Topic
from transit.agency.heard import holds_until
from transit.agency.meant_edits import MeantEdits
from transit.overrides.edit_index import EditIndex
from transit.timetable.compiled import Timetable

if TYPE_CHECKING:
    from schemas.overrides import Override

_log = structlog.get_logger(__name__)

POLL_MS: Final = 500
RETRY_S: Final = 0.5


class Said:
    """Alerts by feed, overrides of the ledger, and the edits both ask for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.alerts: dict[str, FeedAlerts] = {}
        self.overrides: tuple[Override, ...] = ()
        self.read = asyncio.Event()
        """Set once every alert and feed's state was read: until then nothing may pass for over."""
        self._edits = EditIndex()
        self._meant = MeantEdits()
        self._holds_until: dict[str, float] = {}
        """By feed, on the clock on the wall (POSIX s)."""

    async def follow_alerts(self, on_move: Callable[[], None] = lambda: None) -> None:
        """Read the feeds' alerts and states from their topics until cancelled; ``on_move`` is told of each turn."""
        consumer = make_consumer(self._settings)
        await consumer.start()
        try:
            topics = {topic_name(topic, self._settings.namespace): topic for topic in (SERVICE_ALERTS, FEED_STATUS)}
            places = [TopicPartition(name, 0) for name in topics]
            consumer.assign(places)
            ends = await read_ends(consumer, places)
            await consumer.seek_to_beginning(*places)
            while True:
                on_move()
                if not self.read.is_set() and all([await consumer.position(each) >= ends[each] for each in places]):
                    self.read.set()
                try:
                    batches = await consumer.getmany(timeout_ms=POLL_MS)
                except KafkaError as wrong:
                    _log.warning("service_alerts_not_read", error=str(wrong))
                    await asyncio.sleep(RETRY_S)
                    continue
                for place, records in batches.items():
                    for record in records:
                        self.take(topics[place.topic], record.value, time.time())
        finally:
            await consumer.stop()

    def take(self, topic: Topic, packed: bytes | None, at: float) -> None:
        """Take in a record of alerts or of a feed's state, read at ``at`` (POSIX s)."""
        try:
            if topic is SERVICE_ALERTS:
                said = decode_feed_alerts(packed or b"")
                self.alerts[said.feed] = said
            else:
                status = decode_feed_status(packed or b"")
                # a recording that is replayed has a time of its own
                lag_s = at - status.polled_at if status.recorded else 0.0
                self._holds_until[status.feed] = holds_until(status) + lag_s
        except msgspec.DecodeError as wrong:
            _log.error("what_feeds_say_unreadable", topic=topic.name, error=str(wrong))

    def list_heard(self, now: float) -> list[FeedAlerts]:
        """The alerts of feeds that are not gone for long at ``now`` (POSIX s)."""
        return [said for feed, said in self.alerts.items() if now < self._holds_until.get(feed, 0)]

    def turn(self, timetables: Iterable[Timetable]) -> None:
        """Work out the edits that hold now."""
        now = time.time()
        staff = [each for each in self.overrides if each.is_in_force(now)]
        agency = [
            edit
            for timetable in timetables
            for said in self.list_heard(now)
            if said.timetable == timetable.name
            for alert in said.alerts
            if alert.is_active(now)
            for edit in self._meant.list_of(said, alert, timetable, now)
        ]
        if (*staff, *agency) != self._edits.overrides:
            self._edits = EditIndex((*staff, *agency))

    @property
    def edits(self) -> EditIndex:
        """The edits as last worked out."""
        return self._edits
