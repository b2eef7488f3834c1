"""What operators and agencies say, as this process knows it: it edits what webhooks are told too."""

import asyncio
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import msgspec
import structlog
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from runtime.kafka_clients import make_consumer
from runtime.settings import Settings
from runtime.topics.ends import read_ends
from schemas.namespace import topic_name
from schemas.service_alerts import FeedAlerts, decode_feed_alerts
from schemas.topics import SERVICE_ALERTS
from transit.agency.alert_edits import list_edits
from transit.overrides.edit_index import EditIndex
from transit.timetable.compiled import Timetable

if TYPE_CHECKING:
    from schemas.overrides import Override

_log = structlog.get_logger(__name__)

POLL_MS: Final = 500


class Said:
    """Alerts by feed, overrides of the ledger, and the edits both ask for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.alerts: dict[str, FeedAlerts] = {}
        self.overrides: tuple[Override, ...] = ()
        self.read = asyncio.Event()
        """Set once every alert was read: until then nothing may pass for over."""
        self._edits = EditIndex()

    async def follow_alerts(self) -> None:
        """Read the feeds' alerts from their topic until cancelled."""
        consumer = make_consumer(self._settings)
        await consumer.start()
        try:
            place = TopicPartition(topic_name(SERVICE_ALERTS, self._settings.namespace), 0)
            consumer.assign([place])
            end = (await read_ends(consumer, [place]))[place]
            await consumer.seek_to_beginning(place)
            while True:
                if not self.read.is_set() and await consumer.position(place) >= end:
                    self.read.set()
                try:
                    batches = await consumer.getmany(timeout_ms=POLL_MS)
                except KafkaError as wrong:
                    _log.warning("service_alerts_not_read", error=str(wrong))
                    continue
                for record in (record for records in batches.values() for record in records):
                    self._take(record.value)
        finally:
            await consumer.stop()

    def _take(self, packed: bytes | None) -> None:
        try:
            said = decode_feed_alerts(packed or b"")
        except msgspec.DecodeError as wrong:
            _log.error("service_alerts_unreadable", error=str(wrong))
            return
        self.alerts[said.feed] = said

    def turn(self, timetables: Iterable[Timetable]) -> None:
        """Work out the edits that hold now."""
        now = time.time()
        staff = [each for each in self.overrides if each.is_in_force(now)]
        agency = [
            edit
            for timetable in timetables
            for said in self.alerts.values()
            if said.timetable == timetable.name
            for alert in said.alerts
            if alert.is_active(now)
            for edit in list_edits(said, alert, timetable, now)
        ]
        if (*staff, *agency) != self._edits.overrides:
            self._edits = EditIndex((*staff, *agency))

    @property
    def edits(self) -> EditIndex:
        """The edits as last worked out."""
        return self._edits
