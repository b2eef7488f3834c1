"""What operators and agencies say, as this process knows it: it edits what webhooks are told too."""

import asyncio
import time
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import msgspec
import structlog
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from runtime.kafka_clients import make_consumer
from runtime.settings import Settings
from runtime.topics.ends import read_ends
from schemas.namespace import topic_name
from schemas.overrides import Override
from schemas.service_alerts import FeedAlerts, decode_feed_alerts
from schemas.topics import SERVICE_ALERTS
from transit.agency.alert_edits import list_edits
from transit.overrides.edit_index import EditIndex
from transit.timetable.compiled import Timetable

_log = structlog.get_logger(__name__)

POLL_MS: Final = 500
ANEW_EVERY_S: Final = 60
"""What an alert means is worked out anew this often: a trip named without its date means the one nearest to now."""


class _Meant(NamedTuple):
    said: FeedAlerts
    timetable: str
    slot: int
    edits: dict[int, tuple[Override, ...]]


class Said:
    """Alerts by feed, overrides of the ledger, and the edits both ask for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.alerts: dict[str, FeedAlerts] = {}
        self.overrides: tuple[Override, ...] = ()
        self.read = asyncio.Event()
        """Set once every alert was read: until then nothing may pass for over."""
        self._edits = EditIndex()
        self._meant: dict[str, _Meant] = {}

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
            for edit in self._edits_of(said, timetable, now)
        ]
        if (*staff, *agency) != self._edits.overrides:
            self._edits = EditIndex((*staff, *agency))

    def _edits_of(self, said: FeedAlerts, timetable: Timetable, now: float) -> Iterator[Override]:
        slot = int(now) // ANEW_EVERY_S
        known = self._meant.get(said.feed)
        if known is None or known.said is not said or (known.timetable, known.slot) != (timetable.hash, slot):
            known = self._meant[said.feed] = _Meant(said, timetable.hash, slot, {})
        for number, alert in enumerate(said.alerts):
            if alert.is_active(now):
                if number not in known.edits:
                    known.edits[number] = tuple(list_edits(said, alert, timetable, now))
                yield from known.edits[number]

    @property
    def edits(self) -> EditIndex:
        """The edits as last worked out."""
        return self._edits
