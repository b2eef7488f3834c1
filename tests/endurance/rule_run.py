"""What door and tracker make of a recording by their rules alone: no process, no broker."""

import time
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import msgspec

from runtime.recordings.reading import Recording
from schemas.headers import FeedHeaders
from schemas.line_forecasts import Passage, encode_public
from schemas.line_key import make_line_key
from transit.assignment.feed_sorter import FeedSorter
from transit.timetable.compiled import Timetable
from transit.tracking.line_tracker import LineTracker


class ByRule(NamedTuple):
    """Digests of each line's values in their order, by key; every passage by its id; and the span recorded (s)."""

    digests: dict[bytes, list[bytes]]
    passages: dict[str, Passage]
    recorded_s: int
    took_s: float

    @property
    def values(self) -> int:
        """How many values there are."""
        return sum(map(len, self.digests.values()))


def digest(packed: bytes) -> bytes:
    """Stands for a value's bytes: those of a day would not fit into memory."""
    return blake2b(packed, digest_size=12).digest()


def run_by_rule(timetable: Timetable, recording: Path) -> ByRule:
    """Sort and track every poll."""
    began = time.perf_counter()
    sorter = FeedSorter(timetable, timetable.name)
    trackers: dict[int, LineTracker] = {}
    digests: dict[bytes, list[bytes]] = {}
    passages: dict[str, Passage] = {}
    times: list[int] = []
    # one after another: those of an hour of a metropolis would not fit into memory together
    for poll in Recording(recording).polls():
        if poll.content is None:
            continue
        times.append(poll.time_s)
        for message in sorter.sort(poll.content, poll.time_s).messages:
            group = sorter.lookup.group_ids[message.group]
            if message.group not in trackers:
                trackers[message.group] = LineTracker(timetable, group)
            headers = FeedHeaders(
                timetable.hash,
                poll.time_s,
                timetable.name,
                0,
                due=message.due,
                assigned=message.assigned,
                gone=message.gone,
            )
            key = make_line_key(timetable.name, group)
            told = trackers[message.group].apply(message.content, headers).public
            public = msgspec.structs.replace(told, line_group=key)
            digests.setdefault(key.encode(), []).append(digest(encode_public(public)))
            passages |= {passage.id: passage for passage in public.passages}
    return ByRule(digests, passages, times[-1] - times[0], time.perf_counter() - began)
