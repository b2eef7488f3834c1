"""Webhooks as a process: lines' values and what is said become events in the ledger, then in partners' hands.

A value's offset is committed when its events are in the ledger, under ids that are the same at every reading: a kill
loses none and notes none twice. Sending is at least once, with the same ``webhook-id`` each time.
"""

import asyncio
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import msgspec
import structlog
from prometheus_client import Counter
from sqlalchemy.exc import IntegrityError

from runtime.errors import ServiceError
from runtime.kafka_clients import make_consumer
from runtime.ledger.database import Ledger
from runtime.ledger.migrate import check_migrated
from runtime.ledger.overrides import list_overrides
from runtime.ledger.webhook_deliveries import note_deliveries
from runtime.settings import Settings
from runtime.timetables import DamagedTimetableError, TimetableFolder
from runtime.topics.ensure import ensure_topics
from schemas.line_forecasts import decode_public
from schemas.line_key import split_line_key
from schemas.line_value import LineValueError, decode_line_value
from schemas.topics import LINE_FORECASTS
from schemas.webhooks import LINE_RECOVERED, Delivery, Webhook, WebhookEvent
from streams.committing import commit_where_mine
from streams.health_port import Health
from streams.webhooks.covering import cover
from streams.webhooks.occurrences import Occurrences
from streams.webhooks.said import Said
from streams.webhooks.send import Sender
from streams.webhooks.wishes import Wishes
from streams.webhooks.write_events import make_delivery, write_approaching, write_disrupted
from transit.answers.line_view import view_line
from transit.grants.fields import EXPECTED
from transit.overrides.edit_line import edit_line
from transit.webhooks.approaching import list_near
from transit.webhooks.disruptions import Disruption, Disruptions

if TYPE_CHECKING:
    from transit.timetable.compiled import Timetable

_log = structlog.get_logger(__name__)

GROUP: Final = "webhooks"
POLL_MS: Final = 300
BATCH: Final = 1000
LOOK_S: Final = 1.0
RETRY_S: Final = 1.0
OLD_S: Final = 300
"""That a run was near five minutes ago is no news."""

SAYS, SENDS = "what feeds say", "sending"
"""Parts of the process that have to get on, each by itself."""

NOTED_KEPT: Final = 100_000
TOO_OLD: Final = Counter(
    "headway_webhooks_values_too_old", "Lines' values read over five minutes late, whose approaches are not told."
)
NOTED: Final = Counter("headway_webhooks_noted", "Events noted for webhooks.", ["type"])


async def run_webhooks(settings: Settings, health: Health) -> None:
    """Note and send until cancelled.

    Raises:
        UserError: the database lacks this version's tables.
        ServiceError: the broker or the database cannot be reached at the start.
    """
    await ensure_topics(settings)
    ledger = Ledger(settings.database)
    try:
        await check_migrated(ledger)
        stage = WebhookStage(settings, ledger, health)
        health.expect(SAYS, SENDS)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(stage.said.follow_alerts(lambda: health.move(SAYS)))
            tasks.create_task(stage.run())
            tasks.create_task(Sender(settings, ledger, stage.cover).run(lambda: health.move(SENDS)))
    finally:
        await ledger.close()


class WebhookStage:
    """Sees what webhooks wait for happen, and notes it."""

    def __init__(self, settings: Settings, ledger: Ledger, health: Health) -> None:
        self._settings = settings
        self._ledger = ledger
        self._health = health
        self._folder = TimetableFolder(settings.timetables)
        self._timetables: dict[str, Timetable] = {}
        self._noted: dict[str, None] = {}
        self._occurrences = Occurrences()
        self._seen: dict[str, dict[str, Disruption]] = {}
        self.said = Said(settings)
        self.wishes = Wishes()

    async def run(self) -> None:
        """Follow lines' values until cancelled."""
        await self.said.read.wait()
        consumer = make_consumer(self._settings, LINE_FORECASTS, group=GROUP, max_poll_records=BATCH)
        await consumer.start()
        look_at = 0.0
        try:
            while True:
                if time.monotonic() >= look_at:
                    await self._look()
                    look_at = time.monotonic() + LOOK_S
                batches = await consumer.getmany(timeout_ms=POLL_MS)
                records = [record for of_partition in batches.values() for record in of_partition]
                made = [delivery for record in records for delivery in self.read_value(record)]
                if made:
                    await self._note(made)
                if batches:
                    await commit_where_mine(consumer)
                self._health.progress()
        finally:
            await consumer.stop()

    async def _look(self) -> None:
        """Read webhooks, grants and overrides again, and what disrupts the lines that somebody waits for."""
        now = time.time()
        try:
            async with self._ledger.read() as session:
                await self.wishes.load(session, now)
                self.said.overrides = tuple(await list_overrides(session, ended_after=now))
                if not self._occurrences.is_read:
                    await self._occurrences.load(session)
        except ServiceError as lost:
            _log.warning("webhooks_not_read", error=str(lost))
            return
        self.said.turn(self._timetables.values())
        made = self._list_disrupted(now)
        if made and await self._read_told(made):
            # what another process has told meanwhile is not told again
            made = self._list_disrupted(now)
            await self._note(made)
            await self._read_told(made)

    async def _read_told(self, made: list[Delivery]) -> bool:
        """Read again what the webhooks of these events were told; whether the ledger could be asked."""
        if not made:
            return True
        try:
            async with self._ledger.read() as session:
                await self._occurrences.load(session, {each.webhook_id for each in made})
        except ServiceError as lost:
            _log.warning("webhooks_not_read", error=str(lost))
            self._occurrences.is_read = False
            return False
        return True

    def read_value(self, record: Any) -> list[Delivery]:
        """The events that a line's value brings, those noted lately left out."""
        if record.key is None or record.value is None or not self._is_news(record.timestamp / 1000):
            return []
        try:
            value = decode_line_value(record.value)
            forecasts = decode_public(value.public)
            timetable = self._folder.find(forecasts.timetable)
        except (LineValueError, msgspec.DecodeError, DamagedTimetableError) as wrong:
            _log.error("line_value_unreadable", line=repr(record.key), reason=str(wrong))
            return []
        if timetable is None:
            return []
        self._timetables[timetable.name] = timetable
        approaches = self.wishes.of_group(split_line_key(forecasts.line_group).group, timetable)
        if not approaches:
            return []
        edited = edit_line(forecasts, self.said.edits.touching(forecasts, timetable), timetable)
        line = view_line(value.watermark, edited)
        made = []
        for webhook, wanted in approaches:
            for near in list_near(line, timetable, wanted):
                run = edited.runs[near.run]
                needs = frozenset({EXPECTED})
                reach = self.wishes.find_reach(webhook.partner_id, timetable, run.line_id, needs, near.stop)
                if reach is None or EXPECTED not in reach.fields_of(edited.feed_of(run)):
                    continue
                subject, told = write_approaching(webhook, line, timetable, near, reach)
                times_ms = (edited.computed_at * 1000, (edited.computed_at + reach.delay_s) * 1000)
                made.append(make_delivery(webhook, WebhookEvent.RUN_APPROACHING, subject, told, times_ms))
        return [delivery for delivery in made if delivery.id not in self._noted]

    def cover(self, delivery: Delivery, webhook: Webhook) -> str | None:
        """What a grant covers of what is about to be sent, empty where none does; ``None`` while that is not known."""
        return cover(delivery, webhook, self.wishes, self._timetables)

    def _is_news(self, at: float) -> bool:
        """Whether what a value said at a moment (POSIX s) is still worth telling."""
        is_news = at >= time.time() - OLD_S
        if not is_news:
            TOO_OLD.inc()
        return is_news

    def _list_disrupted(self, now: float) -> list[Delivery]:
        """The disruptions that came, and those that are over, for all who wait for them."""
        said, overrides = tuple(self.said.list_heard(now)), self.said.overrides
        boards = {name: Disruptions(timetable, said, overrides, now) for name, timetable in self._timetables.items()}
        webhooks = list(self.wishes.list_disruptions()) if self._occurrences.is_read else []
        return [made for webhook in webhooks for made in self._disrupted(webhook, boards, now)]

    def _disrupted(self, webhook: Webhook, boards: dict[str, Disruptions], now: float) -> Iterator[Delivery]:
        owner, _, line_id = webhook.line.partition(":")
        timetable = self._timetables.get(owner)
        if timetable is None:
            return
        reach = self.wishes.find_reach(webhook.partner_id, timetable, line_id, frozenset())
        if reach is None:
            return
        told, seen = self._occurrences.list_open(webhook.id), self._seen.setdefault(webhook.id, {})
        held = {each.name: each for each in boards[owner].of_line(line_id)}
        times_ms = (int(now * 1000), int(now * 1000) + reach.delay_s * 1000)
        for name, disruption in held.items():
            seen[name] = disruption
            if name not in told and reach.has_feed(disruption.feed):
                subject = self._occurrences.name_next(webhook.id, name, now)
                body = write_disrupted(webhook, disruption, subject, timetable)
                yield make_delivery(webhook, WebhookEvent.LINE_DISRUPTED, subject, body, times_ms)
        for name in told.keys() - held.keys():
            disruption = seen.get(name) or Disruption(name, "", "", (), int(now))
            if reach.has_feed(disruption.feed):
                body = write_disrupted(webhook, disruption, told[name], timetable)
                yield make_delivery(webhook, LINE_RECOVERED, told[name], body, times_ms)
        self._seen[webhook.id] = {name: seen[name] for name in held.keys() | (told.keys() & seen.keys())}

    async def _note(self, made: list[Delivery]) -> None:
        """Note events in the ledger, however long it is away."""
        while True:
            try:
                async with self._ledger.write() as session:
                    new = await note_deliveries(session, made)
            except ServiceError as lost:
                _log.warning("webhook_events_not_noted", error=str(lost), held=len(made))
            except IntegrityError:
                # another process noted one of them in the same moment
                continue
            else:
                break
            self._health.move()  # a ledger that is away is waited for
            await asyncio.sleep(RETRY_S)
        self._noted |= dict.fromkeys(each.id for each in made)
        while len(self._noted) > NOTED_KEPT:
            del self._noted[next(iter(self._noted))]
        if new:
            NOTED.labels(made[0].type).inc(new)
