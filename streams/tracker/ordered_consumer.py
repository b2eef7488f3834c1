"""Faust's consumer, made to lose no message when lines change hands, and to hand each over without a task.

Faust moves the place it reads from while a fetch is under way, empties its streams' queues when it resumes a flow that
runs, commits what its producer has not sent, and starts four asyncio tasks for each message. Here a message is handed
over in the order of its partition or not at all, what is fetched in vain is fetched again, and a partition's place is
committed once the broker has confirmed the values that its messages led to.
"""

import asyncio
from collections.abc import Callable, Coroutine, Generator, Iterator, Mapping
from itertools import zip_longest
from types import coroutine
from typing import Any, Final

from aiokafka import TopicPartition
from aiokafka.errors import ConsumerStoppedError
from faust.transport.drivers.aiokafka import Consumer, Transport
from faust.types import TP
from mode.utils.queues import FlowControlEvent

from runtime.errors import ServiceError

FETCH_WAIT_S: Final = 1.0
IDLE_S: Final = 0.02
TURN_AFTER: Final = 32
"""Messages handed over before their stream gets its turn: a fetch may hold thousands."""

Records = Mapping[TP, list[Any]]


class SteadyFlow(FlowControlEvent):
    """A flow that, told to resume while it runs, throws nothing away."""

    def resume(self) -> None:
        """Let the queues fill; they were emptied when the flow was suspended."""
        if not self.is_active():
            super().resume()


class OrderedConsumer(Consumer):
    """Hands messages to their streams, each partition's without a hole."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._next: dict[TP, int] = {}
        self._seeks = 0
        self._waiting: asyncio.Task[Any] | None = None

    # Where to read

    async def perform_seek(self) -> None:
        """Go back to what is committed, or to the beginning where nothing is."""
        self._seeks += 1
        sources = [tp for tp in self.assignment() if not self._is_changelog_tp(tp)]
        committed, begin = await self._thread.call_thread(self._seek_sources, sources)
        self._next.update({**committed, **begin})
        self._committed_offset.update(committed)
        self._seeks += 1

    def _client(self) -> Any:
        """The client itself, which its own thread alone may use."""
        return self._thread._ensure_consumer()  # noqa: SLF001 - Faust shows it in no other way

    async def _seek_sources(self, sources: list[TP]) -> tuple[dict[TP, int], dict[TP, int]]:
        consumer = self._client()
        partitions = [TopicPartition(*tp) for tp in sources]
        if not partitions:
            return {}, {}
        found = await consumer.seek_to_committed(*partitions)
        committed = {TP(*partition): offset for partition, offset in found.items() if offset is not None and offset > 0}
        begin: dict[TP, int] = {}
        anew = [partition for partition in partitions if TP(*partition) not in committed]
        if anew:
            await consumer.seek_to_beginning(*anew)
            begin = {TP(*partition): await consumer.position(partition) for partition in anew}
        return committed, begin

    async def seek_wait(self, partitions: Mapping[TP, int]) -> None:
        """Read these partitions from these offsets on."""
        self._seeks += 1
        self._next.update({TP(*tp): offset for tp, offset in partitions.items()})
        await super().seek_wait(partitions)
        self._seeks += 1

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Tell of a partition whose messages no stream works on.

        The log's own are read by no stream, which Faust takes for one that is stuck: four errors every seven seconds.
        """
        if not self._is_changelog_tp(tp):
            super().verify_event_path(now, tp)

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Let go of partitions."""
        for tp in revoked:
            self._next.pop(TP(*tp), None)
        await super().on_partitions_revoked(revoked)

    async def _put_back(self, records: Records) -> None:
        """Fetch again what was fetched and not handed over."""
        if records:
            await self._thread.call_thread(self._seek_back, {tp: got[0].offset for tp, got in records.items() if got})

    async def _seek_back(self, fetched: Mapping[TP, int]) -> None:
        consumer = self._client()
        assigned = consumer.assignment()
        for tp, offset in fetched.items():
            partition = TopicPartition(*tp)
            if partition in assigned:
                consumer.seek(partition, self._next.get(TP(*tp), offset))

    # Handing over

    def stop_flow(self) -> None:
        """Hand nothing over until the flow resumes, not even what waits at a queue."""
        super().stop_flow()
        if self._waiting is not None:
            self._waiting.cancel()

    async def _drain_messages(self, fetcher: Any) -> None:
        try:
            while not (self.should_stop or fetcher.should_stop):
                if not self.flow_active:
                    await self.wait(self.can_resume_flow.wait())
                elif self._get_active_partitions():
                    await self._fetch_and_hand_over()
                else:
                    await self.sleep(IDLE_S)
                    self._tell_move({})
        except (ConsumerStoppedError, asyncio.CancelledError):
            if not self.app.should_stop:
                raise

    async def _fetch_and_hand_over(self) -> None:
        seeks, generation = self._seeks, self.app.consumer_generation_id
        records = await self._fetch(set(self._get_active_partitions()))
        self._tell_move(records)
        if not records:
            await asyncio.sleep(0)
            return
        handed_over = 0
        for tp, record in _by_turns(records):
            if not self.flow_active or seeks != self._seeks or generation != self.app.consumer_generation_id:
                await self._put_back(records)
                return
            if await self._hand_over(TP(*tp), record):
                handed_over += 1
                if handed_over % TURN_AFTER == 0:
                    await asyncio.sleep(0)

    async def _fetch(self, active: set[TP]) -> Records:
        try:
            fetched: Records = await self._getmany(active_partitions=active, timeout=FETCH_WAIT_S)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling() or self.app.should_stop:
                raise
            # it was the client's own thread that gave the fetch up: Faust would take it for an end that we wished for
            raise ServiceError("the broker's client gave up a fetch") from None
        return fetched

    def _tell_move(self, fetched: Records) -> None:
        """A fetch that returns is a move, unless messages wait for an answer: then only answers are.

        While lines change hands only a fetch that brings something is: a recovery that never ends reads nothing more.
        """
        if not fetched and self.app.rebalancing:
            return
        generation = self.app.consumer_generation_id
        if not any(message.generation_id == generation for message in self._unacked_messages):
            transport: Any = self.transport
            transport.on_move()

    async def _hand_over(self, tp: TP, record: Any) -> bool:
        following = self._next.get(tp)
        if following is not None:
            if record.offset < following:
                return False
            if record.offset > following and self.app.topics.acks_enabled_for(tp.topic):
                await self._add_gap(tp, following, record.offset - 1)  # the broker let go of them: too old
        hand_over: Any = self.callback(self._to_message(tp, record))
        try:
            awaited = hand_over.send(None)
        except StopIteration:
            pass
        else:
            if not await self._wait_for(_go_on(hand_over, awaited)):
                return False
        self._next[tp] = record.offset + 1
        return True

    async def _wait_for(self, hand_over: Coroutine[Any, Any, Any]) -> bool:
        """Wait for a place in a queue; whether there was one before the flow stopped."""
        self._waiting = asyncio.ensure_future(hand_over)
        try:
            await asyncio.wait({self._waiting})
            return not self._waiting.cancelled() and self._waiting.result() is None
        finally:
            self._waiting.cancel()
            self._waiting = None

    # Committing

    async def _commit_offsets(self, offsets: Mapping[TP, int], start_new_transaction: bool = True) -> bool:
        """Commit once the log has the values of all messages before these offsets; never if it refused one."""
        for table in self.app.tables.values():
            if not await table.wait_confirmed():
                return False
        return await super()._commit_offsets(offsets, start_new_transaction)


@coroutine
def _go_on(begun: Coroutine[Any, Any, Any], awaited: Any) -> Generator[Any, Any, Any]:
    """Carry a coroutine on from where it first waits, for ``awaited``."""
    while True:
        ended_by: BaseException | None = None
        try:
            yield awaited
        except BaseException as thrown:  # noqa: BLE001 - whatever ends the waiting is the coroutine's to answer
            ended_by = thrown
        try:
            awaited = begun.send(None) if ended_by is None else begun.throw(ended_by)
        except StopIteration as ended:
            return ended.value


def _by_turns(records: Records) -> Iterator[tuple[TP, Any]]:
    """Records of all partitions, each partition's in their order, none waiting for the whole of another."""
    for turn in zip_longest(*([(tp, record) for record in got] for tp, got in records.items())):
        for told in turn:
            if told is not None:
                yield told


class OrderedTransport(Transport):
    """Faust's transport with ``OrderedConsumer``."""

    Consumer = OrderedConsumer

    on_move: Callable[[], None] = staticmethod(lambda: None)
    """Told whenever the consumer has moved."""
