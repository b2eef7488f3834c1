"""Whether a position costs the same however many lines a worker has.

``python -m tests.bench.bench_lines [--lines 1258] [--polls 6] [--rounds 2]``: the same messages of the same lines, each
line's in their order, but once with 10 lines in turn, once with 100 and once with all. Only the memory that the
work goes over between two messages of a line differs. No broker: the rules, the value's packing and a worker's checks.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from aiokafka.partitioner import murmur2
from prometheus_client import CollectorRegistry
from rich.console import Console
from rich.table import Table

from runtime.timetables import TimetableFolder, save_timetable
from streams.tracker.counts import TrackerCounts
from streams.tracker.line_worker import LineWorker, RawMessage
from tests.bench.feed_of_copies import FeedRecord, list_records
from tests.bench.load_average import say_load
from tests.bench.mexico_city import ROUTE, compile_copies, drive_polls

AT_ONCE: Final = (10, 100)
PARTITIONS: Final = 4
POLL_S: Final = 30
FLAT_RATIO: Final = 1.10


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=1258)
    parser.add_argument("--vehicles", type=int, default=12, help="vehicles of a line")
    parser.add_argument("--polls", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=2)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="headway-bench-") as folder:
        show(run(Path(folder), chosen))


def run(folder: Path, chosen: argparse.Namespace) -> dict[int, list[float]]:
    """CPU seconds a position, by how many lines were in turn, round by round."""
    timetable = compile_copies(chosen.lines)
    save_timetable(timetable, folder)
    polls = drive_polls(chosen.polls + 1, every_s=POLL_S, vehicles=chosen.vehicles)
    records = list(list_records(polls, ROUTE, copies=chosen.lines, timetable_hash=timetable.hash, epoch=1))
    found: dict[int, list[float]] = {}
    for _ in range(chosen.rounds):
        for at_once in (*AT_ONCE, chosen.lines):
            worker = LineWorker(
                TimetableFolder(folder), line_partitions=PARTITIONS, counts=TrackerCounts(CollectorRegistry())
            )
            found.setdefault(at_once, []).append(_spend(worker, records, chosen.lines, at_once))
    return found


def _spend(worker: LineWorker, records: Sequence[FeedRecord], lines: int, at_once: int) -> float:
    """CPU seconds a position, the first poll of each line left out."""
    for record, message in _messages(records[:lines], lines, lines):
        assert worker.advance(message, None).value is not None, record.key
    messages = list(_messages(records[lines:], lines, at_once))
    started = time.process_time()
    for _, message in messages:
        worker.advance(message, None)
    return (time.process_time() - started) / sum(record.vehicles for record, _ in messages)


def _messages(records: Sequence[FeedRecord], lines: int, at_once: int) -> Iterator[tuple[FeedRecord, RawMessage]]:
    """Records as read from the broker: all polls of the first ``at_once`` lines, then those of the next."""
    for first in range(0, lines, at_once):
        for poll in range(0, len(records), lines):
            for number in range(poll + first, poll + min(first + at_once, lines)):
                record = records[number]
                partition = (murmur2(record.key) & 0x7FFFFFFF) % PARTITIONS
                offset = record.timestamp_ms
                yield record, RawMessage(record.key, record.value, dict(record.headers), "bench", partition, offset)


def show(found: dict[int, list[float]]) -> None:
    """Print the cost of a position and its ratio to that with the fewest lines."""
    table = Table(title="A position's cost by lines in turn")
    for heading in ("lines", "µs CPU a position, best", "median of rounds", "ratio"):
        table.add_column(heading, justify="right")
    least = min(found[AT_ONCE[0]])
    for lines, costs in found.items():
        middle = sorted(costs)[len(costs) // 2]
        table.add_row(f"{lines:,}", f"{min(costs) * 1e6:.1f}", f"{middle * 1e6:.1f}", f"{min(costs) / least:.2f}")
    console = Console(width=100)
    console.print(table)
    console.print(f"goal: at most {FLAT_RATIO:.2f}; {say_load()}")


if __name__ == "__main__":
    main()
