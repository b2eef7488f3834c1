"""Which passages a line's value adds: those of values later than any seen of the line."""

from typing import NamedTuple

import msgspec
import structlog

from schemas.headers import PASSAGE_ID
from schemas.line_forecasts import decode_public, encode_passage
from schemas.line_value import LineValueError, Watermark, decode_line_value, read_watermark
from streams.record_writer import Record

_log = structlog.get_logger(__name__)


class LineRecord(NamedTuple):
    """One record of ``line.forecasts``."""

    key: bytes
    value: bytes
    partition: int


class PassageSplit:
    """Splits values, remembering each line's highest watermark: a value written late by a woken worker adds nothing."""

    def __init__(self, topic: str) -> None:
        self._topic = topic
        self._marks: dict[bytes, Watermark] = {}

    def remember(self, record: LineRecord) -> bool:
        """Note a value's watermark; ``False`` where a value at least as late was seen before."""
        try:
            mark = read_watermark(record.value)
        except LineValueError as wrong:
            _log.error("line_value_unreadable", line=record.key.decode(errors="replace"), reason=str(wrong))
            return False
        last = self._marks.get(record.key)
        if last is not None and mark <= last:
            return False
        self._marks[record.key] = mark
        return True

    def split(self, record: LineRecord) -> list[Record]:
        """The passages that a value adds, in the partition of its line."""
        if not self.remember(record):
            return []
        try:
            public = decode_public(decode_line_value(record.value).public)
        except (LineValueError, msgspec.DecodeError) as wrong:
            _log.error("line_value_unreadable", line=record.key.decode(errors="replace"), reason=str(wrong))
            return []
        return [
            Record(
                self._topic,
                record.key,
                encode_passage(passage),
                ((PASSAGE_ID, passage.id.encode()),),
                partition=record.partition,
            )
            for passage in public.passages
        ]
