"""A recording run through the very rules that the door and the tracker run, in event time and at full speed."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from runtime.errors import UserError
from runtime.recordings.reading import Recording
from schemas.headers import OWN, FeedHeaders
from schemas.line_forecasts import LineForecasts
from transit.assignment.feed_sorter import FeedSorter, SortedFeed
from transit.history.history import History
from transit.scoring.served import ServedCollector
from transit.timetable.compiled import Timetable
from transit.tracking.line_tracker import LineTracker
from transit.tracking.state import Rows

FEED = "recording"


def read_recording(place: Path) -> Iterator[tuple[int, bytes]]:
    """Each poll's time (POSIX s) and content, in order. Files are named by their second; what follows it is free.

    Raises:
        UserError: there is no such recording, it holds no poll, or it is damaged.
    """
    recording = Recording(place)
    for poll in recording.polls():
        if poll.content is not None:
            yield poll.time_s, poll.content
        elif recording.is_damaged(poll):
            raise UserError(f"the recording {place} cannot be read: {poll.error}")


class Replay:
    """Door and trackers of one timetable, fed poll by poll."""

    def __init__(
        self,
        timetable: Timetable,
        lines: tuple[str, ...],
        history: History | None = None,
        *,
        feed: str = FEED,
        predictions: str = OWN,
    ) -> None:
        self._predictions = predictions
        self._feed = feed
        self._sorter = FeedSorter(timetable, feed)
        self.sorted: SortedFeed | None = None
        """What the door made of the last poll."""
        self.timetable = timetable
        self._history = history
        wanted = {timetable.line_id.find(line) for line in lines}
        self._groups = {int(timetable.line_group[line]) for line in wanted} if lines else None
        self._trackers: dict[int, LineTracker] = {}
        self.latest: dict[int, LineForecasts] = {}
        self.rejects: Counter[str] = Counter()

    def apply(self, poll_at: int, content: bytes) -> list[LineForecasts]:
        """Take one poll through the door and every line's tracker; returns what each line then says."""
        return self._track(self._sorter.sort(content, poll_at), poll_at)

    def apply_unchanged(self, poll_at: int) -> list[LineForecasts]:
        """Take a poll at which the feed said just what it had said."""
        return self._track(self._sorter.sort_unchanged(poll_at), poll_at)

    def apply_down(self, poll_at: int) -> list[LineForecasts]:
        """Take a poll that failed: the lines hear that their feed is down."""
        return self._track(self._sorter.sort_down(poll_at), poll_at, feed_down=True)

    def _track(self, sorted_feed: SortedFeed, poll_at: int, *, feed_down: bool = False) -> list[LineForecasts]:
        told = []
        self.sorted = sorted_feed
        self.rejects.update(sorted_feed.refused)
        for message in sorted_feed.messages:
            if self._groups is not None and message.group not in self._groups:
                continue
            tracker = self._trackers.get(message.group)
            if tracker is None:
                group = self.timetable.group_id[message.group]
                tracker = self._trackers[message.group] = LineTracker(self.timetable, group, self._history)
            headers = FeedHeaders(
                self.timetable.hash, poll_at, self._feed, 0, feed_down, message.due, message.assigned, self._predictions
            )._replace(gone=message.gone)
            outcome = tracker.apply(message.content, headers)
            self.latest[message.group] = outcome.public
            told.append(outcome.public)
            self.rejects.update(reject.reason.value for reject in outcome.rejects)
        return told

    def places(self) -> list[Rows]:
        """Times learned for each place of each line where trains are reported."""
        return [tracker.places() for tracker in self._trackers.values()]


def sample_replay(
    replay: Replay, polls: Iterator[tuple[int, bytes]], samples: npt.NDArray[np.int64], note: Callable[[int], None]
) -> ServedCollector:
    """Run the recording and note what is served at each sample time: the newest poll at or before it."""
    collector = ServedCollector(replay.timetable)
    waiting = iter(samples.tolist())
    due = next(waiting, None)
    for poll_at, content in polls:
        while due is not None and due < poll_at:
            for forecasts in replay.latest.values():
                collector.add(forecasts, due)
            due = next(waiting, None)
        replay.apply(poll_at, content)
        note(poll_at)
    while due is not None:
        for forecasts in replay.latest.values():
            collector.add(forecasts, due)
        due = next(waiting, None)
    return collector


def join_updates(
    polls: Iterable[tuple[int, bytes]], updates: Iterable[tuple[int, bytes]]
) -> Iterator[tuple[int, bytes]]:
    """Polls of positions, each of the agency's updates in the first poll at or after its own.

    Messages laid end to end are one message (protobuf): the header is the positions'.
    """
    waiting = iter(updates)
    due = next(waiting, None)
    for poll_at, content in polls:
        told = b""
        while due is not None and due[0] <= poll_at:
            told = due[1]
            due = next(waiting, None)
        yield poll_at, told + content
