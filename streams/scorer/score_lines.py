"""Lines' values into accuracy records: each line's rule, fed by the values of its partition."""

from collections.abc import Iterable

import msgspec
import structlog

from schemas.line_forecasts import decode_public
from schemas.line_value import LineValueError, decode_line_value
from schemas.scores import LineScores, decode_scores, encode_scores
from streams.record_writer import Record
from transit.accuracy.line_accuracy import LineAccuracy

_log = structlog.get_logger(__name__)


class LineScorer:
    """The lines of the partitions this process reads."""

    def __init__(self, topic: str) -> None:
        self._topic = topic
        self._partitions: dict[int, dict[bytes, LineAccuracy]] = {}

    @property
    def samples(self) -> int:
        """Samples of runs that are held, over all lines."""
        return sum(line.samples for lines in self._partitions.values() for line in lines.values())

    def drop(self, partitions: Iterable[int]) -> None:
        """Forget the lines of partitions that another process reads now."""
        for partition in partitions:
            self._partitions.pop(partition, None)

    def restore(self, partition: int, key: bytes, value: bytes) -> None:
        """Go on from a record that stands on the scores topic."""
        try:
            scores = decode_scores(value)
        except msgspec.DecodeError as wrong:
            _log.error("scores_unreadable", line=key.decode(errors="replace"), reason=str(wrong))
            return
        self._line(partition, key).restore(scores)

    def take(self, partition: int, key: bytes, value: bytes) -> list[Record]:
        """Take one line's value; the records that are due for it, in the partition of its line."""
        try:
            packed = decode_line_value(value)
            forecasts = decode_public(packed.public)
        except (LineValueError, msgspec.DecodeError) as wrong:
            _log.error("line_value_unreadable", line=key.decode(errors="replace"), reason=str(wrong))
            return []
        scores = self._line(partition, key).take(packed.watermark, forecasts)
        return [self._record(partition, key, each) for each in scores]

    def publish_all(self) -> list[Record]:
        """Whatever changed and was not due yet: the feed pauses, or this process ends."""
        return [
            self._record(partition, key, each)
            for partition, lines in self._partitions.items()
            for key, line in lines.items()
            for each in line.publish()
        ]

    def _line(self, partition: int, key: bytes) -> LineAccuracy:
        lines = self._partitions.setdefault(partition, {})
        found = lines.get(key)
        if found is None:
            found = lines[key] = LineAccuracy(key.decode())
        return found

    def _record(self, partition: int, key: bytes, scores: LineScores) -> Record:
        return Record(self._topic, key, encode_scores(scores), partition=partition)
