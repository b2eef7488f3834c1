from types import SimpleNamespace
from typing import Any

from streams.reading_lag import BEHIND, LATE, ReadingLag


class Consumer:
    """Two partitions that end at offsets 10 and 5."""

    def __init__(self) -> None:
        self.ends = {"a": 10, "b": 5}

    def assignment(self) -> set[str]:
        return set(self.ends)

    def highwater(self, partition: str) -> int:
        return self.ends[partition]


def upto(offset: int, written_at: int) -> list[Any]:
    return [SimpleNamespace(offset=offset, timestamp=written_at * 1000)]


def told(reader: str) -> tuple[float, float]:
    return BEHIND.labels(reader)._value.get(), LATE.labels(reader)._value.get()


def test_operators_see_how_many_records_wait_and_how_old_the_last_one_read_is() -> None:
    lag, consumer = ReadingLag("one"), Consumer()
    lag.note(consumer, {"a": upto(3, 1000), "b": upto(4, 500)}, now=1600)
    assert told("one") == (6, 600)
    lag.note(consumer, {"a": upto(9, 1590)}, now=1601)
    assert told("one") == (0, 0)


def test_partitions_that_another_process_reads_count_no_more() -> None:
    lag, consumer = ReadingLag("two"), Consumer()
    lag.note(consumer, {"a": upto(3, 1000)}, now=1600)
    del consumer.ends["a"]
    lag.note(consumer, {}, now=1601)
    assert told("two") == (0, 0)
