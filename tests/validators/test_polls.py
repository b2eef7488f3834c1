"""Trip updates and vehicle positions are held against one another only where they are of one computation."""

from collections.abc import Iterator

import httpx
import pytest
from google.transit.gtfs_realtime_pb2 import FeedHeader, FeedMessage

from api.gtfs_realtime.line_entities import FeedKind
from tests.validators import polls
from tests.validators.polls import TRIES, read_together


def _feed(at: int) -> bytes:
    feed: bytes = FeedMessage(header=FeedHeader(gtfs_realtime_version="2.0", timestamp=at)).SerializeToString()
    return feed


def _headway(times: dict[FeedKind, Iterator[int]]) -> httpx.AsyncClient:
    """A Headway whose feeds tell these times, one after another; 0: it is not ready."""

    def answer(request: httpx.Request) -> httpx.Response:
        kind = FeedKind(request.url.path.rpartition("/")[2].removesuffix(".pb"))
        at = next(times[kind])
        return httpx.Response(200, content=_feed(at)) if at else httpx.Response(503)

    return httpx.AsyncClient(base_url="http://headway", transport=httpx.MockTransport(answer))


@pytest.mark.parametrize(("before", "is_read"), [([100] * 3, True), ([0, 100, 0], True), ([100] * TRIES, False)])
async def test_feeds_of_two_computations_or_not_ready_are_fetched_again_a_few_times(
    monkeypatch: pytest.MonkeyPatch, before: list[int], *, is_read: bool
) -> None:
    monkeypatch.setattr(polls, "TRY_AFTER_S", 0)
    positions = iter([*before, *[101] * TRIES])
    times = {
        FeedKind.TRIP_UPDATES: iter([101] * TRIES),
        FeedKind.VEHICLE_POSITIONS: positions,
        FeedKind.ALERTS: iter([7] * TRIES),
    }
    async with _headway(times) as client:
        feeds = await read_together(client, {"timetable": "city"})
    assert (feeds is not None) is is_read
    if feeds:
        assert feeds[FeedKind.VEHICLE_POSITIONS] == feeds[FeedKind.TRIP_UPDATES] == _feed(101)
