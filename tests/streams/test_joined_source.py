"""A feed in several messages comes in as one."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from google.transit.gtfs_realtime_pb2 import FeedMessage

from runtime.errors import UserError
from runtime.settings import FeedSettings
from schemas.service_alerts import ServiceAlert, decode_feed_alerts
from streams.doors.alert_record import AlertRecords
from streams.doors.choose_source import choose_source
from streams.doors.joined_source import KEPT_S, PARTIAL_S, JoinedSource
from streams.doors.poll import Poll


class Scripted:
    """Says what a test has it say, when it has it say it."""

    def __init__(self) -> None:
        self.said: asyncio.Queue[Poll] = asyncio.Queue()

    async def polls(self) -> AsyncGenerator[Poll, None]:
        while True:
            yield await self.said.get()


def message(at: int, *ids: str) -> bytes:
    feed = FeedMessage()
    feed.header.gtfs_realtime_version = "2.0"
    feed.header.timestamp = at
    for each in ids:
        feed.entity.add(id=each).alert.informed_entity.add(route_id="1")
    packed: bytes = feed.SerializeToString()
    return packed


async def _next(joined: AsyncGenerator[Poll, None], main: Scripted, poll: Poll) -> Poll:
    main.said.put_nowait(poll)
    return await anext(joined)


def _told(poll: Poll) -> tuple[int, list[str]]:
    assert poll.content is not None
    feed = FeedMessage.FromString(poll.content)
    return feed.header.timestamp, [entity.id for entity in feed.entity]


async def test_each_poll_brings_what_the_others_said_last_under_the_main_header() -> None:
    main, beside = Scripted(), Scripted()
    joined = JoinedSource(main, [beside], first_word_s=0.0).polls()
    assert _told(await _next(joined, main, Poll(10, message(9, "v")))) == (9, ["v"])
    beside.said.put_nowait(Poll(11, message(3, "a")))
    await asyncio.sleep(0.01)
    assert _told(await _next(joined, main, Poll(20))) == (9, ["a", "v"])
    assert (await _next(joined, main, Poll(30))).content is None
    beside.said.put_nowait(Poll(31, error="away"))
    await asyncio.sleep(0.01)
    assert _told(await _next(joined, main, Poll(40, message(39, "w")))) == (39, ["a", "w"])
    assert (await _next(joined, main, Poll(50, error="down"))).error == "down"
    assert _told(await _next(joined, main, Poll(12 + KEPT_S))) == (39, ["w"])
    await joined.aclose()


async def test_the_first_poll_waits_for_the_first_word_of_each_address() -> None:
    main, beside = Scripted(), Scripted()
    joined = JoinedSource(main, [beside]).polls()
    main.said.put_nowait(Poll(10, message(9, "v")))
    first = asyncio.ensure_future(anext(joined))
    await asyncio.sleep(0.01)
    assert not first.done()
    beside.said.put_nowait(Poll(10, message(3, "a")))
    told = await first
    assert _told(told) == (9, ["a", "v"])
    assert not told.is_partial
    await joined.aclose()


async def test_a_poll_is_partial_until_each_address_spoke_and_again_when_its_word_is_too_old() -> None:
    main, beside = Scripted(), Scripted()
    beside.said.put_nowait(Poll(9, error="away"))
    joined = JoinedSource(main, [beside]).polls()
    assert (await _next(joined, main, Poll(10, message(9, "v")))).is_partial
    beside.said.put_nowait(Poll(11, message(3, "a")))
    await asyncio.sleep(0.01)
    assert not (await _next(joined, main, Poll(20))).is_partial
    assert (await _next(joined, main, Poll(12 + KEPT_S))).is_partial
    beside.said.put_nowait(Poll(13 + KEPT_S))
    await asyncio.sleep(0.01)
    again = await _next(joined, main, Poll(14 + KEPT_S))
    assert (_told(again), again.is_partial) == ((9, ["a", "v"]), False)
    await joined.aclose()


async def test_an_address_that_is_gone_for_long_holds_the_others_words_no_more() -> None:
    main, beside = Scripted(), Scripted()
    beside.said.put_nowait(Poll(9, error="away"))
    joined = JoinedSource(main, [beside]).polls()
    told = [await _next(joined, main, Poll(10 + after, message(9, "v"))) for after in (0, PARTIAL_S - 1, PARTIAL_S)]
    assert [poll.is_partial for poll in told] == [True, True, False]
    await joined.aclose()


async def test_what_is_no_feed_at_an_address_beside_it_counts_as_failed_and_leaves_the_positions_readable() -> None:
    main, beside = Scripted(), Scripted()
    joined = JoinedSource(main, [beside], first_word_s=1.0).polls()
    beside.said.put_nowait(Poll(9, message(3, "a")))
    assert _told(await _next(joined, main, Poll(10, message(9, "v")))) == (9, ["a", "v"])
    beside.said.put_nowait(Poll(11, b"<html><body>Bad gateway</body></html>"))
    await asyncio.sleep(0.01)
    assert _told(await _next(joined, main, Poll(20, message(19, "v")))) == (19, ["a", "v"])
    last = await _next(joined, main, Poll(10 + KEPT_S, message(29, "v")))
    assert (_told(last), last.is_partial) == ((29, ["v"]), True)


async def test_the_feed_ends_when_the_reading_of_an_address_beside_it_dies() -> None:
    class Broken:
        words: tuple[Poll, ...] = ()

        async def polls(self) -> AsyncGenerator[Poll, None]:
            for poll in self.words:
                yield poll
            raise OSError("no more")

    main = Scripted()
    joined = JoinedSource(main, [Broken()]).polls()
    with pytest.raises(OSError, match="no more"):
        await _next(joined, main, Poll(10, message(9, "v")))


def test_nothing_stands_beside_a_recording(tmp_path: object) -> None:
    (tmp_path / "1000000000.pb").write_bytes(message(1))  # type: ignore[operator]  # a path
    feed = FeedSettings(id="f", timetable="t", source=str(tmp_path), beside=("http://a.example/alerts.pb",))
    with pytest.raises(UserError, match="nothing can stand beside it"):
        choose_source(feed)


def test_alerts_are_written_when_they_change_and_keep_since_when_they_stand() -> None:
    def alert(name: str) -> ServiceAlert:
        return ServiceAlert(name, 1, 1, 1, (), (), (), (), ())

    records = AlertRecords("f", "town", "")
    first = decode_feed_alerts(records.list_changed((alert("a"),))[0].value)
    assert records.list_changed((alert("a"),)) == records.list_changed(None) == []
    second = decode_feed_alerts(records.list_changed((alert("a"), alert("b")))[0].value)
    assert [each.id for each in second.alerts] == ["a", "b"]
    assert second.alerts[0].since_ms == first.alerts[0].since_ms > 0
    assert decode_feed_alerts(records.list_changed(())[0].value).alerts == ()
