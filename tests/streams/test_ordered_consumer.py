"""Handing messages over: in the order of their partition, or not at all."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from aiokafka import TopicPartition
from faust.types import TP
from hypothesis import given
from hypothesis import strategies as st

from runtime.errors import ServiceError
from streams.tracker.ordered_consumer import OrderedConsumer, SteadyFlow

BUS, OTHER, LOG = TP("feed.bus", 0), TP("feed.bus", 1), TP("line.forecasts", 0)


class Broker:
    """What the consumer's thread does: two partitions of a feed, each a list of offsets, and one of the log."""

    def __init__(self, offsets: Mapping[TP, list[int]]) -> None:
        self.offsets = dict(offsets)
        self.place = dict.fromkeys(offsets, 0)
        self.committed: dict[TP, int] = {}
        self.during_fetch: Callable[[], Awaitable[None]] | None = None
        self.at_once = 100

    async def call_thread(self, called: Any, *arguments: Any) -> Any:
        await asyncio.sleep(0)
        return await called(*arguments)

    def _ensure_consumer(self) -> "Broker":
        return self

    def assignment(self) -> set[TP]:
        return set(self.offsets)

    async def position(self, partition: TopicPartition) -> int:
        return self.place[TP(*partition)]

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self.place[TP(*partition)] = offset

    async def seek_to_committed(self, *partitions: TopicPartition) -> dict[TopicPartition, int | None]:
        found = {partition: self.committed.get(TP(*partition)) for partition in partitions}
        for partition, offset in found.items():
            if offset:
                self.seek(partition, offset)
        return found

    async def seek_to_beginning(self, *partitions: TopicPartition) -> None:
        for partition in partitions:
            self.seek(partition, 0)

    async def getmany(self, active: set[TP]) -> dict[TP, list[Any]]:
        found: dict[TP, list[Any]] = {}
        for tp in sorted(active):
            offsets = [offset for offset in self.offsets[tp] if offset >= self.place[tp]][: self.at_once]
            if offsets:
                found[tp] = [SimpleNamespace(offset=offset) for offset in offsets]
                self.place[tp] = offsets[-1] + 1
        if self.during_fetch is not None:
            during, self.during_fetch = self.during_fetch, None
            await during()
        return found


def iterate(records: Mapping[TP, list[Any]]) -> Iterator[tuple[TP, Any]]:
    return ((tp, record) for tp, found in records.items() for record in found)


class Consumer(OrderedConsumer):
    """The consumer without Faust's services around it."""

    def __init__(self, broker: Broker) -> None:
        self.handed_over: list[tuple[TP, int]] = []
        self.room = asyncio.Event()
        self.room.set()
        self._broker = broker
        topics = SimpleNamespace(acks_enabled_for=lambda topic: topic == BUS.topic)
        self.app: Any = SimpleNamespace(consumer_generation_id=1, topics=topics, tables={})
        self.app.should_stop = self.app.rebalancing = False
        self._thread: Any = broker
        self.scheduler: Any = SimpleNamespace(iterate=iterate)
        self.callback: Any = self._take
        self._next, self._seeks, self._waiting = {}, 0, None
        self._committed_offset = defaultdict(lambda: None)
        self.gaps: list[tuple[TP, int, int]] = []
        self.moves: list[int] = []
        self.transport: Any = SimpleNamespace(on_move=lambda: self.moves.append(len(self.handed_over)))
        self._unacked_messages: Any = []
        self.flow_active = True
        self.can_resume_flow, self.suspend_flow = asyncio.Event(), asyncio.Event()

    def _get_active_partitions(self) -> set[TP]:
        return set(self._broker.offsets)

    def _is_changelog_tp(self, tp: TP) -> bool:
        return tp == LOG

    def assignment(self) -> set[TP]:
        return set(self._broker.offsets)

    def _to_message(self, tp: TP, record: Any) -> Any:
        return tp, record.offset

    async def _getmany(self, active_partitions: set[TP] | None, timeout: float) -> Any:  # noqa: ASYNC109 - Faust's name
        del timeout
        return await self._broker.getmany(active_partitions or set())

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        self.gaps.append((tp, offset_from, offset_to))

    async def _take(self, message: tuple[TP, int]) -> None:
        if not self.room.is_set():
            await self.room.wait()
        self.handed_over.append(message)

    def offsets_of(self, tp: TP) -> list[int]:
        return [offset for place, offset in self.handed_over if place == tp]


@pytest.fixture
def broker() -> Broker:
    return Broker({BUS: list(range(6)), OTHER: list(range(4)), LOG: [0, 3, 7]})


@pytest_asyncio.fixture
async def consumer(broker: Broker) -> Consumer:
    return Consumer(broker)


async def drain(consumer: Consumer, fetches: int = 4) -> None:
    for _ in range(fetches):
        await consumer._fetch_and_hand_over()


async def test_each_partition_is_handed_over_in_order(consumer: Consumer) -> None:
    await drain(consumer)
    assert consumer.offsets_of(BUS) == [0, 1, 2, 3, 4, 5]
    assert consumer.offsets_of(OTHER) == [0, 1, 2, 3]
    assert consumer.offsets_of(LOG) == [0, 3, 7]


async def test_what_a_fetch_brings_after_its_place_was_moved_is_fetched_again(
    consumer: Consumer, broker: Broker
) -> None:
    broker.at_once = 3
    await drain(consumer, 1)
    broker.committed = {BUS: 1}
    broker.during_fetch = consumer.perform_seek
    await drain(consumer, 1)
    assert consumer.offsets_of(BUS) == [0, 1, 2]
    await drain(consumer)
    assert consumer.offsets_of(BUS) == [0, 1, 2, 1, 2, 3, 4, 5]


async def test_a_partition_of_which_nothing_is_committed_is_read_from_its_beginning_again(consumer: Consumer) -> None:
    await drain(consumer, 1)
    await consumer.perform_seek()
    await drain(consumer, 1)
    assert consumer.offsets_of(OTHER) == [0, 1, 2, 3, 0, 1, 2, 3]


async def test_the_log_is_read_on_where_recovery_left_it(consumer: Consumer) -> None:
    await drain(consumer, 1)
    await consumer.perform_seek()
    await drain(consumer, 1)
    assert consumer.offsets_of(LOG) == [0, 3, 7]


async def test_a_hand_over_that_waits_when_the_flow_stops_is_none(consumer: Consumer) -> None:
    consumer.room.clear()
    handing_over = asyncio.ensure_future(consumer._fetch_and_hand_over())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    consumer.room.set()  # there is room at the same moment, which must not matter
    consumer.stop_flow()
    await handing_over
    assert consumer.handed_over == []
    consumer.resume_flow()
    await drain(consumer)
    assert consumer.offsets_of(BUS) == [0, 1, 2, 3, 4, 5]


async def test_a_hand_over_that_waits_for_room_goes_on(consumer: Consumer) -> None:
    consumer.room.clear()
    handing_over = asyncio.ensure_future(consumer._fetch_and_hand_over())
    await asyncio.sleep(0)
    assert not handing_over.done()
    consumer.room.set()
    await handing_over
    assert consumer.offsets_of(BUS) == [0, 1, 2, 3, 4, 5]


async def test_what_the_broker_let_go_of_does_not_hold_up_the_place_committed(
    consumer: Consumer, broker: Broker
) -> None:
    consumer._next[BUS] = 0
    broker.offsets[BUS] = [4, 5]
    await drain(consumer, 1)
    assert consumer.offsets_of(BUS) == [4, 5]
    assert consumer.gaps == [(BUS, 0, 3)]


async def test_a_failed_hand_over_fails_the_consumer(consumer: Consumer) -> None:
    async def fail(_message: Any) -> None:
        raise ValueError("no stream takes it")

    consumer.callback = fail
    with pytest.raises(ValueError, match="no stream takes it"):
        await drain(consumer)


async def test_a_fetch_that_returns_is_a_move_with_or_without_messages(consumer: Consumer) -> None:
    await drain(consumer, 3)
    assert consumer.moves == [0, 13, 13]


async def test_while_messages_wait_for_an_answer_no_fetch_is_a_move(consumer: Consumer) -> None:
    message = SimpleNamespace(generation_id=1)
    consumer._unacked_messages = [message]
    await drain(consumer, 3)
    assert not consumer.moves
    consumer._unacked_messages = []
    await drain(consumer, 1)
    assert len(consumer.moves) == 1


async def test_a_message_that_another_worker_has_taken_over_waits_for_no_answer(consumer: Consumer) -> None:
    consumer._unacked_messages = [SimpleNamespace(generation_id=0)]
    await drain(consumer, 1)
    assert len(consumer.moves) == 1


async def test_a_recovery_moves_only_while_it_reads(consumer: Consumer) -> None:
    consumer.app.rebalancing = True
    await drain(consumer, 3)
    assert consumer.moves == [0]


async def test_a_fetch_that_the_clients_thread_gives_up_fails_the_consumer(consumer: Consumer, broker: Broker) -> None:
    async def give_up() -> None:
        raise asyncio.CancelledError

    broker.during_fetch = give_up
    with pytest.raises(ServiceError, match="gave up a fetch"):
        await drain(consumer, 1)


async def test_a_fetch_given_up_because_we_end_is_no_failure(consumer: Consumer, broker: Broker) -> None:
    fetching = asyncio.Event()

    async def hang() -> None:
        fetching.set()
        await asyncio.Event().wait()

    broker.during_fetch = hang
    fetch = asyncio.create_task(drain(consumer, 1))
    await fetching.wait()
    fetch.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fetch


async def test_a_place_is_committed_once_the_values_before_it_are_confirmed(
    consumer: Consumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []

    class Table:
        is_taken = True

        async def wait_confirmed(self) -> bool:
            await asyncio.sleep(0)
            order.append("confirmed" if self.is_taken else "refused")
            return self.is_taken

    async def commit(*_: Any) -> bool:
        order.append("committed")
        return True

    consumer.app.tables = {"lines": Table()}
    monkeypatch.setattr("faust.transport.consumer.Consumer._commit_offsets", commit)
    assert await consumer._commit_offsets({BUS: 3})
    assert order == ["confirmed", "committed"]
    Table.is_taken = False
    assert not await consumer._commit_offsets({BUS: 4})
    assert order == ["confirmed", "committed", "refused"]


def test_a_flow_that_runs_keeps_its_queues_when_told_to_resume() -> None:
    cleared: list[str] = []

    class Flow(SteadyFlow):
        def clear(self) -> None:
            cleared.append("cleared")

    flow = Flow(initially_suspended=True)
    flow.resume()
    assert flow.is_active()
    cleared.clear()
    flow.resume()
    assert cleared == []


@given(steps=st.lists(st.sampled_from(["fetch", "seek", "seek_during", "stop", "commit"]), max_size=30))
def test_whatever_moves_the_place_nothing_uncommitted_is_skipped(steps: list[str]) -> None:
    asyncio.run(_move_about(steps))


async def _move_about(steps: list[str]) -> None:
    broker = Broker({BUS: list(range(12))})
    broker.at_once = 2
    consumer = Consumer(broker)
    for step in steps:
        match step:
            case "fetch":
                await drain(consumer, 1)
            case "seek":
                await consumer.perform_seek()
            case "seek_during":
                broker.during_fetch = consumer.perform_seek
                await drain(consumer, 1)
            case "stop":
                consumer.stop_flow()
                await drain(consumer, 1)
                consumer.resume_flow()
            case "commit" if consumer.handed_over:
                broker.committed = {BUS: consumer.offsets_of(BUS)[-1] + 1}
    await drain(consumer, 8)
    seen = 0
    for offset in consumer.offsets_of(BUS):
        assert offset <= seen
        seen = max(seen, offset + 1)
    assert seen == 12


async def test_no_stream_is_missed_for_the_log_which_none_reads(consumer: Consumer, broker: Broker) -> None:
    verified: list[TP] = []
    broker.verify_event_path = lambda _now, tp: verified.append(tp)  # type: ignore[attr-defined]
    for tp in (BUS, LOG):
        consumer.verify_event_path(0.0, tp)
    assert verified == [BUS]
