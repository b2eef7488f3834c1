"""The tracker's stream: what was fetched comes once, and counts as answered when its answer was given."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from faust.types import TP
from mode.utils.queues import FlowControlEvent, ThrowableQueue

from streams.tracker.app import QuietMonitor
from streams.tracker.ordered_stream import TURN_AFTER, OrderedStream

BUS = TP("feed.bus", 0)


class Event:
    """One message on its way to the agent."""

    def __init__(self, offset: int, acked: list[int], generation: int = 1) -> None:
        self.message = SimpleNamespace(tp=BUS, offset=offset, generation_id=generation, tracked=False)
        self._acked = acked

    def ack(self) -> None:
        self._acked.append(self.message.offset)


class Unacked(list[Any]):
    """Messages that the consumer waits for."""

    add = list.append


class Stream(OrderedStream):
    """The stream without Faust's services around it."""

    def __init__(self) -> None:
        self.acked: list[int] = []
        self.flow = FlowControlEvent()
        self.queue: Any = ThrowableQueue(flow_control=self.flow)
        self.flow.resume()
        consumer = SimpleNamespace(unacked=Unacked())
        self.app: Any = SimpleNamespace(
            consumer=consumer, consumer_generation_id=1, flow_control=self.flow, monitor=QuietMonitor()
        )
        self.channel: Any = SimpleNamespace(queue=self.queue)
        self.ends = asyncio.Event()

    @property
    def should_stop(self) -> bool:
        return self.ends.is_set()

    async def maybe_start(self) -> bool:
        return True

    def bring(self, *offsets: int, generation: int = 1) -> None:
        for offset in offsets:
            self.queue.put_nowait(Event(offset, self.acked, generation))


@pytest_asyncio.fixture
async def stream() -> Stream:
    return Stream()


async def take(stream: Stream, count: int) -> list[int]:
    found: list[int] = []
    async for event in stream.events():
        found.append(event.message.offset)
        if len(found) == count:
            stream.ends.set()
    return found


async def test_messages_come_in_the_order_of_their_queue_and_count_as_answered(stream: Stream) -> None:
    stream.bring(4, 5, 6)
    assert await take(stream, 3) == stream.acked == [4, 5, 6]
    assert [message.offset for message in stream.app.consumer.unacked] == [4, 5, 6]
    assert BUS in stream.app.monitor.stream_inbound_time


async def test_a_message_whose_answering_is_cut_short_does_not_count_as_answered(stream: Stream) -> None:
    stream.bring(4, 5)
    reached = asyncio.Event()

    async def answer() -> None:
        async for event in stream.events():
            if event.message.offset == 5:
                reached.set()
                await asyncio.Event().wait()

    answering = asyncio.create_task(answer())
    await reached.wait()
    answering.cancel()
    await asyncio.gather(answering, return_exceptions=True)
    assert stream.acked == [4]


async def test_what_was_fetched_before_partitions_moved_is_left_out(stream: Stream) -> None:
    stream.bring(4, 5)
    stream.app.consumer_generation_id = 2
    stream.bring(5, generation=2)
    assert await take(stream, 1) == [5]
    assert [message.offset for message in stream.app.consumer.unacked] == [5]


async def test_a_message_that_comes_later_is_waited_for(stream: Stream) -> None:
    taking = asyncio.create_task(take(stream, 1))
    await asyncio.sleep(0)
    stream.bring(7)
    assert await taking == [7]


async def test_a_long_queue_leaves_the_loop_its_turns(stream: Stream) -> None:
    stream.bring(*range(3 * TURN_AFTER))
    turns: list[int] = []

    async def count_turns() -> None:
        while not stream.ends.is_set():
            turns.append(len(stream.acked))
            await asyncio.sleep(0)

    await asyncio.gather(take(stream, 3 * TURN_AFTER), count_turns())
    assert len(turns) >= 3


async def test_a_stream_that_is_told_to_end_while_it_waits_ends_without_an_error(stream: Stream) -> None:
    taking = asyncio.create_task(take(stream, 1))
    await asyncio.sleep(0)
    await stream.queue.throw(StopAsyncIteration())
    assert await taking == []


async def test_an_error_thrown_at_the_stream_ends_it(stream: Stream) -> None:
    await stream.queue.throw(RuntimeError("the partition is gone"))
    with pytest.raises(RuntimeError, match="is gone"):
        await take(stream, 1)
