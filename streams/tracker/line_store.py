"""The tracker's table: each line's last value in memory, as the log has it.

Unlike Faust's own memory store it keeps what a standby has read, knows how far it has read, and never lets an older
value replace a newer one.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, Final

import faust
from faust.stores.memory import Store
from faust.types import TP, EventT

from schemas.line_value import LineValueError, Watermark, read_watermark

NOTHING_READ: Final = -1


class LineStore(Store[bytes, bytes]):
    """Values by line key, and for each partition of the log the offset up to which they hold what it says.

    A value is in memory before the broker confirms it. When partitions move, those with unconfirmed values are read
    anew: memory must never know more than the log, or a message would be skipped whose value nobody has.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        self._read_to: dict[TP, int] = {}
        self._unconfirmed: Counter[int] = Counter()
        self._disowned: Counter[int] = Counter()

    def note_sent(self, key: bytes, partition: int) -> None:
        """A value of ``partition`` was handed to the producer."""
        self._unconfirmed[partition] += 1
        self._key_partition[key] = partition

    def set_persisted_offset(self, tp: TP, offset: int) -> None:
        """The broker has confirmed a value; confirmations of one partition come in the order of its values."""
        if self._disowned[tp.partition]:
            self._disowned[tp.partition] -= 1
            return
        self._unconfirmed[tp.partition] -= 1
        if tp in self._read_to:
            self._read_to[tp] = max(self._read_to[tp], offset)

    def persisted_offset(self, tp: TP) -> int:
        """How far memory holds what the log says."""
        return self._read_to.get(tp, NOTHING_READ)

    def apply_changelog_batch(
        self,
        batch: Iterable[EventT[Any]],
        to_key: Callable[[Any], Any],
        to_value: Callable[[Any], Any],
    ) -> None:
        """Take values from the log; of two for one line the one with the higher watermark stays."""
        del to_key, to_value  # keys and values are bytes as they are
        for event in batch:
            message = event.message
            self._take(TP(message.topic, message.partition), message.offset, message.key or b"", message.value)

    async def on_rebalance(
        self, assigned: set[TP], revoked: set[TP], newly_assigned: set[TP], generation_id: int = 0
    ) -> None:
        """Forget partitions that are no longer ours, active or standby, and those ahead of the log."""
        del assigned, revoked, newly_assigned, generation_id
        assignor = self.app.assignor
        held = {TP(tp.topic, tp.partition) for tp in (*assignor.assigned_actives(), *assignor.assigned_standbys())}
        ahead = {partition for partition, count in self._unconfirmed.items() if count > 0}
        for partition in ahead:
            self._disowned[partition] += self._unconfirmed.pop(partition)
        kept = {tp: offset for tp, offset in self._read_to.items() if tp in held and tp.partition not in ahead}
        self._read_to = {tp: kept.get(tp, NOTHING_READ) for tp in held}
        kept_partitions = {tp.partition for tp in kept}
        for key in [key for key, partition in self._key_partition.items() if partition not in kept_partitions]:
            self.data.pop(key, None)
            del self._key_partition[key]

    async def on_recovery_completed(self, active_tps: set[TP], standby_tps: set[TP]) -> None:
        """Keep standbys' values, which make a takeover quick; read what the broker's word on the log's end left out."""
        del standby_tps
        read_tail = (self.options or {}).get("read_tail")
        if read_tail is None:
            return
        positions = {tp: self.persisted_offset(tp) + 1 for tp in active_tps}
        for record in await read_tail(positions):
            self._take(TP(record.topic, record.partition), record.offset, record.key, record.value)

    def _take(self, tp: TP, offset: int, key: bytes, value: bytes | None) -> None:
        self._read_to[tp] = max(self._read_to.get(tp, NOTHING_READ), offset)
        self._key_partition[key] = tp.partition
        if value is None:
            self.data.pop(key, None)
        elif is_newer(value, self.data.get(key)):
            self.data[key] = value


class LineTable(faust.Table[bytes, bytes]):
    """A table of raw bytes on a ``LineStore`` that stops the worker when a value cannot be written."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._sent: set[asyncio.Future[Any]] = set()
        self._is_refused = False

    def _new_store(self) -> LineStore:
        return LineStore(
            "memory://",
            self.app,
            self,
            table_name=self.name,
            key_type=self.key_type,
            key_serializer=self.key_serializer,
            value_type=self.value_type,
            value_serializer=self.value_serializer,
            options=self.options,
        )

    def find(self, key: bytes) -> bytes | None:
        """A line's last value, read past Faust's layers of mappings."""
        store: Any = self.data
        value: bytes | None = store.data.get(key)
        return value

    async def put(self, key: bytes, value: bytes, partition: int) -> None:
        """Set a line's new value and hand it to the producer, for the log's partition that its message came from.

        Waits while the producer's batch is full. Faust's own way, a buffer and two futures a value, costs a tenth of
        all that a message does.
        """
        store: Any = self.data
        store.data[key] = value
        store.note_sent(key, partition)
        producer: Any = self.app.producer
        client = producer._ensure_producer()  # noqa: SLF001 - Faust shows it in no other way
        sent = await client.send(self.changelog_topic_name, value, key, partition)
        self._sent.add(sent)
        sent.add_done_callback(self._check_sent)

    def on_key_set(self, key: bytes, value: bytes) -> None:
        """Refuse Faust's way of writing: it would wait in a buffer that nobody asks about.

        Raises:
            TypeError: always.
        """
        del key, value
        raise TypeError("a line's value is written by put()")

    async def wait_confirmed(self) -> bool:
        """Wait until the broker has answered for all values sent so far; whether it took every one there ever was."""
        if self._sent:
            await asyncio.wait(set(self._sent))
        return not self._is_refused

    def _check_sent(self, sent: Any) -> None:
        self._sent.discard(sent)
        if sent.cancelled():
            return
        if sent.exception() is None:
            taken = sent.result()
            self.data.set_persisted_offset(TP(taken.topic, taken.partition), taken.offset)
            return
        if not self._is_refused:
            self._is_refused = True
            self.app.loop.create_task(self.app.crash(sent.exception()))


def is_newer(value: bytes, than: bytes | None) -> bool:
    """Whether a line's value answers a later message than another; one that cannot be read never does."""
    mark = find_watermark(value)
    if mark is None:
        return False
    other = None if than is None else find_watermark(than)
    return other is None or mark >= other


def find_watermark(value: bytes) -> Watermark | None:
    """A value's watermark; ``None`` where it is no value of ours."""
    try:
        return read_watermark(value)
    except LineValueError:
        return None
