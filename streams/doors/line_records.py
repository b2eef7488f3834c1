"""A sorted poll as Kafka records: one for each line group, under its key, at the poll's time."""

from collections.abc import Iterator

from schemas.headers import OWN, FeedHeaders, encode_headers
from schemas.line_key import make_line_key
from schemas.namespace import topic_name
from schemas.rejects import encode_reject
from schemas.topics import FEED_REJECTS
from streams.record_writer import Record
from transit.assignment.feed_sorter import FeedSorter, SortedFeed


class LineRecords:
    """Makes the records of one feed under one timetable."""

    def __init__(self, sorter: FeedSorter, *, epoch: int, namespace: str, predictions: str = OWN) -> None:
        self._predictions = predictions
        self._sorter = sorter
        self._epoch = epoch
        timetable = sorter.timetable
        self._keys = [make_line_key(timetable.name, group).encode() for group in sorter.lookup.group_ids]
        self._topics = [topic_name(topic, namespace) for topic in sorter.lookup.topics]
        self._rejects = topic_name(FEED_REJECTS, namespace)

    def list_lines(
        self, outcome: SortedFeed, time_s: int, *, feed_down: bool, is_partial: bool = False
    ) -> Iterator[Record]:
        """One record for each line group's message; ``is_partial`` as in streams.doors.poll."""
        plain = FeedHeaders(self._sorter.timetable.hash, time_s, self._sorter.feed, self._epoch, feed_down)
        plain = plain._replace(predictions=self._predictions, partial=is_partial)
        plain_headers = encode_headers(plain)
        for message in outcome.messages:
            headers = plain_headers
            if message.due or message.assigned or message.gone:
                headers = encode_headers(plain._replace(due=message.due, assigned=message.assigned, gone=message.gone))
            yield Record(
                self._topics[message.group], self._keys[message.group], message.content, headers, time_s * 1000
            )

    def list_rejects(self, outcome: SortedFeed) -> Iterator[Record]:
        """One record for each refusal."""
        for reject in outcome.rejects:
            yield Record(self._rejects, reject.feed.encode(), encode_reject(reject))
