from collections.abc import Callable
from pathlib import Path

import pytest
from google.transit.gtfs_realtime_pb2 import FeedMessage

from transit.assignment.feed_sorter import FeedSorter
from transit.timetable.compiled import Timetable

pytestmark = pytest.mark.recording


def test_every_conformance_file_is_sorted_or_refused_with_a_reason(
    city: Timetable, recordings: Path, at: Callable[..., int]
) -> None:
    files = sorted(path for path in (recordings / "conformance").rglob("*") if path.is_file())
    assert len(files) > 30
    sorter = FeedSorter(city, "f")
    for path in files:
        content = path.read_bytes()
        outcome = sorter.sort(content, at(8))
        used = outcome.accepted + outcome.repeated
        assert outcome.rejects or used or not FeedMessage.FromString(content).entity, path.name
        for message in outcome.messages:
            FeedMessage.FromString(message.content)
        assert all(reject.detail for reject in outcome.rejects)
