"""What a worker does with one message of a line: check it, move the line on, say what to write."""

from collections import defaultdict
from typing import Final, NamedTuple

import msgspec
import structlog
from aiokafka.partitioner import murmur2

from runtime.errors import UserError
from runtime.timetables import DamagedTimetableError, TimetableFolder
from schemas.headers import FeedHeaders, HeaderError, decode_headers
from schemas.line_forecasts import LineForecasts, decode_public, encode_public
from schemas.line_key import split_line_key
from schemas.line_value import LineValue, LineValueError, Watermark, decode_line_value, encode_line_value
from schemas.rejects import Reject, RejectReason
from schemas.topics import MESSAGE_BYTES_MAX
from streams.tracker.counts import TrackerCounts
from transit.history.history import History
from transit.timetable.compiled import Timetable
from transit.tracking.line_tracker import LineTracker

_log = structlog.get_logger(__name__)

VALUE_BYTES_MAX: Final = MESSAGE_BYTES_MAX - 64 * 1024
REJECT_CONTENT_BYTES: Final = 64 * 1024


class RawMessage(NamedTuple):
    """One record of a feed topic."""

    key: bytes
    content: bytes
    headers: dict[str, bytes] | list[tuple[str, bytes]]
    topic: str
    partition: int
    offset: int


class Written(NamedTuple):
    """What a message led to: a line's new value, or none, and refusals, which are written first."""

    value: bytes | None
    rejects: tuple[Reject, ...] = ()


class _Live(NamedTuple):
    """A line's tracker as it stood after the message at ``watermark``."""

    tracker: LineTracker
    timetable: Timetable
    watermark: Watermark


class _RefusedError(Exception):
    def __init__(self, reason: RejectReason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


_NOTHING: Final = Written(None)


class LineWorker:
    """Holds the live trackers of the lines of this worker's partitions; the table holds their last values."""

    def __init__(
        self,
        timetables: TimetableFolder,
        *,
        line_partitions: int,
        counts: TrackerCounts,
        history: History | None = None,
    ) -> None:
        self._timetables = timetables
        self._history = history
        self._line_partitions = line_partitions
        self._counts = counts
        self._live: defaultdict[int, dict[bytes, _Live]] = defaultdict(dict)
        self._headers: tuple[dict[str, bytes] | list[tuple[str, bytes]], FeedHeaders] | None = None

    def forget(self) -> None:
        """Let go of all live trackers: partitions move, and another worker may have taken lines further."""
        self._live.clear()

    def knows_timetable(self, message: RawMessage) -> bool:
        """Whether the timetable that a message speaks is at hand."""
        return self._find_timetable(decode_headers(message.headers).timetable) is not None

    def advance(self, message: RawMessage, stored: bytes | None) -> Written:
        """Move a line on by one message.

        ``stored`` is the line's last value in the table. A message that was answered before leads to nothing, one that
        cannot be used to a refusal whose id is the same at every attempt.
        """
        try:
            return self._advance(message, stored)
        except _RefusedError as refused:
            return Written(None, (self._refuse(message, refused.reason, str(refused)),))
        except Exception as failure:  # noqa: BLE001 - one line's bad message must not stop all lines of its partition
            _log.exception("tracker_failed", line=message.key, partition=message.partition, offset=message.offset)
            self._live[message.partition].pop(message.key, None)
            detail = f"the tracker failed on it: {type(failure).__name__}: {failure}"
            return Written(None, (self._refuse(message, RejectReason.TRACKER_FAILED, detail),))

    def _advance(self, message: RawMessage, stored: bytes | None) -> Written:
        live = self._live[message.partition].get(message.key)
        if live is None:
            self._check_partition(message)
        headers = self._read_headers(message)
        watermark = Watermark(headers.epoch, message.partition, message.offset)
        if live is None:
            live = self._restore(message, stored)
        if live is not None:
            if not self._is_later(watermark, live.watermark):
                return _NOTHING
            _check_order(headers, live.tracker.find_poll(headers.feed, headers.epoch))
        timetable = self._find_timetable(headers.timetable)
        if timetable is None:
            detail = f"no file of timetable {headers.timetable} is in {self._timetables.folder}"
            raise _RefusedError(RejectReason.UNKNOWN_TIMETABLE, detail)
        tracker = self._take_up(message, live, timetable)
        public, rejects = tracker.apply(message.content, headers)
        value = self._pack(message, watermark, public, tracker)
        self._live[message.partition][message.key] = _Live(tracker, timetable, watermark)
        return Written(value, rejects)

    def _read_headers(self, message: RawMessage) -> FeedHeaders:
        """A message's headers; the messages of a poll, a line each, mostly have the same."""
        if self._headers is not None and message.headers == self._headers[0]:
            return self._headers[1]
        try:
            headers = decode_headers(message.headers)
        except HeaderError as wrong:
            raise _RefusedError(RejectReason.BAD_HEADERS, str(wrong)) from None
        self._headers = message.headers, headers
        return headers

    def _pack(self, message: RawMessage, watermark: Watermark, public: LineForecasts, tracker: LineTracker) -> bytes:
        key = message.key.decode()
        if public.line_group != key:
            public = msgspec.structs.replace(public, line_group=key)
        value = encode_line_value(LineValue(watermark, public.computed_at, encode_public(public), tracker.dump()))
        if len(value) > VALUE_BYTES_MAX:
            self._live[message.partition].pop(message.key, None)
            detail = f"the line's value would have {len(value)} bytes, more than the broker takes"
            raise _RefusedError(RejectReason.TOO_LARGE, detail)
        self._counts.value_bytes.inc(len(value))
        return value

    def _check_partition(self, message: RawMessage) -> None:
        if (murmur2(message.key) & 0x7FFFFFFF) % self._line_partitions != message.partition:
            detail = f"its key belongs to another partition than {message.partition} of {self._line_partitions}"
            raise _RefusedError(RejectReason.WRONG_PARTITION, detail)

    def _is_later(self, watermark: Watermark, last: Watermark) -> bool:
        if watermark.epoch > last.epoch:
            self._counts.epoch_resets.inc()
            return True
        if watermark.epoch < last.epoch:
            detail = f"it is of epoch {watermark.epoch}; its line has gone on to epoch {last.epoch}"
            raise _RefusedError(RejectReason.STALE_EPOCH, detail)
        if watermark.offset > last.offset:
            return True
        self._counts.skipped.inc()
        return False

    def _take_up(self, message: RawMessage, live: _Live | None, timetable: Timetable) -> LineTracker:
        """The line's tracker under the message's timetable."""
        if live is not None and live.timetable.hash == timetable.hash:
            return live.tracker
        try:
            group = split_line_key(message.key.decode()).group
        except ValueError as wrong:
            raise _RefusedError(RejectReason.UNKNOWN_LINE, str(wrong)) from None
        if timetable.group_id.find(group) < 0:
            detail = f"timetable {timetable.hash} has no line group {group!r}"
            raise _RefusedError(RejectReason.UNKNOWN_LINE, detail)
        if live is None:
            return LineTracker(timetable, group, self._history)
        tracker, counts = live.tracker.rebased(timetable)
        self._counts.rebased.inc()
        _log.info("line_rebased", line=message.key.decode(), hash=timetable.hash, **counts._asdict())
        return tracker

    def _restore(self, message: RawMessage, stored: bytes | None) -> _Live | None:
        """A live tracker from the line's value, after a takeover or a start."""
        if stored is None:
            return None
        try:
            value = decode_line_value(stored)
            public = decode_public(value.public)
            timetable = self._timetables.get(public.timetable)
            group = split_line_key(message.key.decode()).group
            tracker = LineTracker.restore(timetable, group, value.private, self._history, feed=public.feed)
        except (UserError, LineValueError, msgspec.DecodeError, ValueError, KeyError) as wrong:
            self._counts.begun_anew.inc()
            _log.warning("line_begun_anew", line=message.key, reason=str(wrong))
            return None
        self._counts.restored.inc()
        return _Live(tracker, timetable, value.watermark)

    def _find_timetable(self, content_hash: str) -> Timetable | None:
        try:
            return self._timetables.find(content_hash)
        except DamagedTimetableError as damaged:
            _log.error("timetable_damaged", hash=content_hash, error=str(damaged))
            return None

    def _refuse(self, message: RawMessage, reason: RejectReason, detail: str) -> Reject:
        try:
            headers = decode_headers(message.headers)
            feed, at, epoch = headers.feed, headers.poll_time_s, headers.epoch
        except HeaderError:
            feed, at, epoch = "", 0, 0
        return Reject(
            id=f"{message.topic}:{epoch}:{message.partition}:{message.offset}",
            reason=reason,
            feed=feed,
            line_group=message.key.decode(errors="replace"),
            vehicle_id=None,
            at=at,
            detail=detail,
            content=message.content[:REJECT_CONTENT_BYTES],
        )


def _check_order(headers: FeedHeaders, newest: int | None) -> None:
    """Time never runs back: a door that was frozen and woke may write polls that another has gone past.

    Raises:
        _RefusedError: the feed's newer poll was applied to the line before.
    """
    if newest is not None and headers.poll_time_s < newest:
        detail = f"its poll of {headers.poll_time_s} came after the feed's poll of {newest}"
        raise _RefusedError(RejectReason.OUT_OF_ORDER, detail)
