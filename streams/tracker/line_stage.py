"""The stage around a line's one write: waits for a timetable's file, sends refusals out first, counts."""

import asyncio
import time
from typing import Any, Final

import structlog

from runtime.settings import Settings
from schemas.headers import decode_headers
from schemas.namespace import topic_name
from schemas.rejects import Reject, RejectReason, encode_reject
from schemas.topics import FEED_REJECTS
from streams.record_writer import Record, RecordWriter
from streams.tracker.counts import TrackerCounts
from streams.tracker.line_worker import LineWorker, RawMessage, Written

_log = structlog.get_logger(__name__)

TIMETABLE_WAIT_S: Final = 10.0
"""How long messages wait for their timetable's file to reach this machine before they are refused."""

TIMETABLE_LOOK_S: Final = 0.5


class LineStage:
    """Answers one message after the other."""

    def __init__(self, settings: Settings, worker: LineWorker, counts: TrackerCounts) -> None:
        self.worker = worker
        self._counts = counts
        self._rejects = RecordWriter(settings, linger_ms=0)
        self._rejects_topic = topic_name(FEED_REJECTS, settings.namespace)
        self._awaited_until: dict[str, float] = {}

    async def answer(self, message: RawMessage, stored: bytes | None) -> bytes | None:
        """The line's new value; refusals are on their topic before it is returned."""
        self._counts.messages.inc()
        written = self.worker.advance(message, stored)
        if written.rejects:
            if written.rejects[0].reason is RejectReason.UNKNOWN_TIMETABLE:
                written = await self._await_timetable(message, stored, written)
            await self._send_rejects(written.rejects)
        return written.value

    async def _await_timetable(self, message: RawMessage, stored: bytes | None, written: Written) -> Written:
        """Give a timetable's file time to arrive, once for all messages that speak it."""
        content_hash = decode_headers(message.headers).timetable
        until = self._awaited_until.setdefault(content_hash, time.monotonic() + TIMETABLE_WAIT_S)
        while time.monotonic() < until:
            await asyncio.sleep(TIMETABLE_LOOK_S)
            if self.worker.knows_timetable(message):
                del self._awaited_until[content_hash]
                return self.worker.advance(message, stored)
        _log.error("timetable_not_found", hash=content_hash, line=message.key.decode(errors="replace"))
        return written

    async def _send_rejects(self, rejects: tuple[Reject, ...]) -> None:
        records = [Record(self._rejects_topic, reject.feed.encode(), encode_reject(reject)) for reject in rejects]
        await self._rejects.write(records)
        await self._rejects.settle()
        for reject in rejects:
            self._counts.rejects.labels(reject.reason.value).inc()


def read_message(event: Any) -> RawMessage:
    """A Faust event as a record of a feed topic."""
    message = event.message
    key = event.key if event.key is not None else b""
    content = event.value if event.value is not None else b""
    return RawMessage(key, content, message.headers or {}, message.topic, message.partition, message.offset)
