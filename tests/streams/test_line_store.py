"""The table's store: what the log says, never more."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import faust
import pytest
from faust.types import TP

from schemas.line_value import LineValue, Watermark, encode_line_value
from streams.tracker.line_store import NOTHING_READ, LineStore, LineTable, is_newer

LOG = "line.forecasts.v1"


class Assignor:
    """What a worker was given: partitions to work on and partitions to stand by for."""

    def __init__(self) -> None:
        self.actives: set[TP] = set()
        self.standbys: set[TP] = set()

    def assigned_actives(self) -> set[TP]:
        return self.actives

    def assigned_standbys(self) -> set[TP]:
        return self.standbys


def value(offset: int, *, epoch: int = 1) -> bytes:
    return encode_line_value(LineValue(Watermark(epoch, 0, offset), 0, b"", b""))


def event(partition: int, log_offset: int, key: bytes, packed: bytes | None) -> Any:
    message = SimpleNamespace(topic=LOG, partition=partition, offset=log_offset, key=key, value=packed)
    return SimpleNamespace(message=message)


@pytest.fixture
def assignor() -> Assignor:
    return Assignor()


@pytest.fixture
def store(assignor: Assignor) -> LineStore:
    app: Any = SimpleNamespace(assignor=assignor, conf=SimpleNamespace())
    table: Any = SimpleNamespace(name="lines")
    return LineStore("memory://", app, table, table_name="lines")


def read(store: LineStore, events: Iterable[Any]) -> None:
    store.apply_changelog_batch(list(events), lambda key: key, lambda packed: packed)


def rebalance(store: LineStore, assignor: Assignor, *, actives: Iterable[int], standbys: Iterable[int] = ()) -> None:
    assignor.actives = {TP(LOG, partition) for partition in actives}
    assignor.standbys = {TP(LOG, partition) for partition in standbys}
    asyncio.run(store.on_rebalance(set(), set(), set()))


def test_of_two_values_the_one_with_the_higher_watermark_stays(store: LineStore) -> None:
    read(store, [event(0, 10, b"a", value(7)), event(0, 11, b"a", value(6)), event(0, 12, b"b", value(1))])
    assert store[b"a"] == value(7)
    assert store.persisted_offset(TP(LOG, 0)) == 12


def test_a_deleted_line_is_gone(store: LineStore) -> None:
    read(store, [event(0, 1, b"a", value(1)), event(0, 2, b"a", None)])
    assert b"a" not in store


def test_a_standby_that_takes_over_reads_only_what_is_new(store: LineStore, assignor: Assignor) -> None:
    rebalance(store, assignor, actives=(), standbys=(0,))
    read(store, [event(0, 41, b"a", value(3))])
    rebalance(store, assignor, actives=(0,))
    assert store.persisted_offset(TP(LOG, 0)) == 41
    assert store[b"a"] == value(3)


def test_a_partition_that_went_is_forgotten(store: LineStore, assignor: Assignor) -> None:
    rebalance(store, assignor, actives=(0, 1))
    read(store, [event(0, 5, b"a", value(1)), event(1, 6, b"b", value(1))])
    rebalance(store, assignor, actives=(1,))
    assert b"a" not in store
    assert b"b" in store
    assert store.persisted_offset(TP(LOG, 0)) == NOTHING_READ


def test_confirmed_values_count_as_read(store: LineStore, assignor: Assignor) -> None:
    rebalance(store, assignor, actives=(0,))
    store[b"a"] = value(1)
    store.note_sent(b"a", 0)
    store.set_persisted_offset(TP(LOG, 0), 17)
    rebalance(store, assignor, actives=(0,))
    assert store.persisted_offset(TP(LOG, 0)) == 17
    assert store[b"a"] == value(1)


def test_a_value_not_confirmed_when_partitions_move_is_read_anew(store: LineStore, assignor: Assignor) -> None:
    rebalance(store, assignor, actives=(0,))
    store[b"a"] = value(1)
    store.note_sent(b"a", 0)
    rebalance(store, assignor, actives=(0,))
    assert b"a" not in store
    assert store.persisted_offset(TP(LOG, 0)) == NOTHING_READ
    store.set_persisted_offset(TP(LOG, 0), 17)
    assert store.persisted_offset(TP(LOG, 0)) == NOTHING_READ


def test_what_is_no_value_is_never_newer() -> None:
    assert not is_newer(b"rubbish", None)
    assert is_newer(value(1), b"rubbish")
    assert is_newer(value(0, epoch=2), value(900, epoch=1))


class Broker:
    """A producer whose records the broker takes, or refuses, when it is told to."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, bytes, bytes, int]] = []
        self.answers: list[asyncio.Future[Any]] = []

    def _ensure_producer(self) -> "Broker":
        return self

    async def send(self, topic: str, packed: bytes, key: bytes, partition: int) -> asyncio.Future[Any]:
        self.sent.append((topic, key, packed, partition))
        self.answers.append(asyncio.get_running_loop().create_future())
        return self.answers[-1]


@pytest.fixture
def table(tmp_path: Path) -> Any:
    app: Any = faust.App("tracker-of-a-test", broker="kafka://127.0.0.1:1", datadir=str(tmp_path), store="memory://")
    app.producer = Broker()
    lines: Any = LineTable(app, name="lines", key_type=bytes, value_type=bytes, changelog_topic=app.topic(LOG))
    lines.data._read_to[TP(LOG, 0)] = NOTHING_READ
    return lines


async def test_a_value_is_in_memory_at_once_and_counts_as_read_once_the_broker_has_it(table: Any) -> None:
    await table.put(b"a", value(3), 0)
    assert table.find(b"a") == table.data[b"a"] == value(3)
    assert table.find(b"b") is None
    assert table.app.producer.sent == [(LOG, b"a", value(3), 0)]
    assert table.data.persisted_offset(TP(LOG, 0)) == NOTHING_READ
    table.app.producer.answers[0].set_result(SimpleNamespace(topic=LOG, partition=0, offset=17))
    assert await table.wait_confirmed()
    await asyncio.sleep(0)
    assert table.data.persisted_offset(TP(LOG, 0)) == 17


async def test_a_refused_value_stops_the_worker_and_no_place_is_committed_any_more(
    table: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    crashed: list[BaseException] = []

    async def crash(_app: Any, reason: BaseException) -> None:
        crashed.append(reason)

    monkeypatch.setattr(faust.App, "crash", crash)
    table.app.loop = asyncio.get_running_loop()
    await table.put(b"a", value(3), 0)
    table.app.producer.answers[0].set_exception(RuntimeError("the broker refused it"))
    assert not await table.wait_confirmed()
    await asyncio.sleep(0)
    assert [str(reason) for reason in crashed] == ["the broker refused it"]
    await table.put(b"a", value(4), 0)
    table.app.producer.answers[1].set_result(SimpleNamespace(topic=LOG, partition=0, offset=18))
    assert not await table.wait_confirmed()


def test_a_value_written_past_the_log_is_refused(table: Any) -> None:
    with pytest.raises(TypeError, match="put"):
        table[b"a"] = value(3)
