"""How long a city's lines wait when a tracker worker is killed, with an hour of values in its log.

``python -m tests.bench.bench_takeover [--lines 1258] [--hours 1]``: one worker answers two polls of every line; each
value is then written again as often as an hour has polls, which is what a worker reads back at most (the broker may not
have compacted any of it). Two workers start on that, every line's message comes each ten seconds, spread evenly, and
after half a minute one worker is killed with SIGKILL. Apache Kafka; needs some 6 GB of disk for an hour.
"""

import argparse
import asyncio
import os
import signal
import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from rich.console import Console
from rich.table import Table

from runtime.embedded.kafka import KafkaCluster
from runtime.errors import UserError
from runtime.kafka_clients import make_producer
from runtime.settings import Settings
from runtime.timetables import save_timetable
from runtime.topics.ensure import ensure_topics
from runtime.topics.reading import read_records
from schemas.line_value import read_watermark
from schemas.namespace import topic_name
from schemas.topics import FEED_BUS, LINE_FORECASTS
from tests.bench.feed_of_copies import FeedRecord, list_records
from tests.bench.load_average import say_load
from tests.bench.mexico_city import ROUTE, compile_copies, drive_polls
from tests.bench.workers import started

POLL_S: Final = 10
FIRST_POLLS: Final = 2
POLLS: Final = 8
KILLED_AFTER_S: Final = 30
PARTITIONS: Final = 12
PATIENCE_S: Final = 300.0
GOAL_S: Final = 10.0
LATE_S: Final = 2.0

Place = tuple[int, int]
"""Partition and offset of a feed message."""


class Found(NamedTuple):
    """Seconds and sizes, as they were; ``waits_s`` is each message's wait for its answer, by when it was sent."""

    log_mb: float
    started_s: float
    killed_at: float
    sent_at: dict[Place, float]
    answered_at: dict[Place, list[float]]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=1258)
    parser.add_argument("--vehicles", type=int, default=12, help="vehicles of a line")
    parser.add_argument("--hours", type=float, default=1.0, help="how long the log has been written")
    parser.add_argument("--folder", type=Path, help="where the log is put")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="headway-bench-", dir=chosen.folder) as folder:
        show(asyncio.run(run(Path(folder), chosen)), chosen)


async def run(folder: Path, chosen: argparse.Namespace) -> Found:
    """Fill the log, start two workers, kill one."""
    timetable = compile_copies(chosen.lines)
    save_timetable(timetable, folder / "timetables")
    polls = drive_polls(FIRST_POLLS + POLLS, every_s=POLL_S, vehicles=chosen.vehicles)
    with KafkaCluster(folder / "kafka") as kafka:
        settings = Settings(
            broker=kafka.address,
            namespace="bench-takeover",
            data_folder=folder,
            timetable_folder=folder / "timetables",
            line_partitions=PARTITIONS,
            broker_idempotence=True,
        )
        epoch = await ensure_topics(settings)
        records = list(list_records(polls, ROUTE, copies=chosen.lines, timetable_hash=timetable.hash, epoch=epoch))
        first = FIRST_POLLS * chosen.lines
        with started(["-m", "headway", "tracker"], settings, folder / "first.log"):
            async with Watch(settings) as watch:
                await watch.wait_for((await send(settings, records[:first])).keys())
        log_mb = await fill_log(settings, int(chosen.hours * 3600 / POLL_S) - FIRST_POLLS)
        return await kill_one(settings, records[first:], chosen.lines, folder, log_mb)


class Watch:
    """Notes when each answer comes."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.answered_at: dict[Place, list[float]] = {}

    async def __aenter__(self) -> Self:
        self._consumer = AIOKafkaConsumer(bootstrap_servers=self._settings.broker, enable_auto_commit=False)
        await self._consumer.start()
        topic = topic_name(LINE_FORECASTS, self._settings.namespace)
        self._consumer.assign([TopicPartition(topic, partition) for partition in range(PARTITIONS)])
        await self._consumer.seek_to_end()
        self._task = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._consumer.stop()

    async def _read(self) -> None:
        async for record in self._consumer:
            mark = read_watermark(record.value)
            self.answered_at.setdefault((mark.partition, mark.offset), []).append(time.time())

    async def wait_for(self, places: Any) -> None:
        """Until all of ``places`` are answered.

        Raises:
            UserError: some are not, after a long time.
        """
        until = time.monotonic() + PATIENCE_S
        while missing := places - self.answered_at.keys():
            if time.monotonic() > until:
                raise UserError(f"{len(missing):,} messages were not answered in {PATIENCE_S:.0f} s")
            await asyncio.sleep(0.2)


async def send(settings: Settings, records: list[FeedRecord], per_s: float | None = None) -> dict[Place, float]:
    """Send records, all at once or evenly; when each was sent, by its place."""
    topic, sent = topic_name(FEED_BUS, settings.namespace), []
    async with make_producer(settings, linger_ms=5) as producer:
        start = time.time()
        for number, record in enumerate(records):
            if per_s is not None and (early_s := start + number / per_s - time.time()) > 0:
                await asyncio.sleep(early_s)
            sent.append((time.time(), await producer.send(topic, record.value, key=record.key, headers=record.headers)))
        return {((told := await future).partition, told.offset): at for at, future in sent}


async def fill_log(settings: Settings, times: int) -> float:
    """Write every line's last value again so many ``times``; the megabytes written, before they are packed."""
    last = {
        record.key: (record.partition, record.value)
        async for record in read_records(settings, LINE_FORECASTS)
        if record.value
    }
    topic, written = topic_name(LINE_FORECASTS, settings.namespace), 0
    async with make_producer(settings) as producer:
        for _ in range(times):
            sent = [
                await producer.send(topic, value, key=key, partition=partition)
                for key, (partition, value) in last.items()
            ]
            await asyncio.gather(*sent)
            written += sum(len(value) for _, value in last.values())
    return written / 1e6


async def kill_one(settings: Settings, records: list[FeedRecord], lines: int, folder: Path, log_mb: float) -> Found:
    """Let two workers read the log back, send on, and kill one of them."""
    command = ["-m", "headway", "tracker"]
    with ExitStack() as workers:
        began = time.monotonic()
        pids = [workers.enter_context(started(command, settings, folder / f"worker-{n}.log")) for n in range(2)]
        async with Watch(settings) as watch:
            await watch.wait_for((await send(settings, records[:lines])).keys())
            started_s = time.monotonic() - began
            # both have lines now; a standby reads what it missed
            await asyncio.sleep(POLL_S)
            killing = asyncio.create_task(kill_later(pids[0]))
            sent_at = await send(settings, records[lines:], lines / POLL_S)
            await watch.wait_for(sent_at.keys())
            return Found(log_mb, started_s, await killing, sent_at, watch.answered_at)


async def kill_later(pid: int) -> float:
    """Kill a worker in a while; when that was."""
    await asyncio.sleep(KILLED_AFTER_S)
    os.kill(pid, signal.SIGKILL)
    return time.time()


def show(found: Found, chosen: argparse.Namespace) -> None:
    """Print the waits before and after the kill."""
    waits = {place: min(found.answered_at[place]) - at for place, at in found.sent_at.items()}
    before = [wait for place, wait in waits.items() if found.sent_at[place] < found.killed_at - 1.0]
    after = {place: wait for place, wait in waits.items() if found.sent_at[place] >= found.killed_at - 1.0}
    late_until = [found.sent_at[place] + wait for place, wait in after.items() if wait > LATE_S]
    took_s = max(late_until, default=found.killed_at) - found.killed_at
    table = Table(title=f"A worker killed, {chosen.lines:,} lines, {chosen.hours:g} h of log")
    for heading in ("what", "figure", "goal"):
        table.add_column(heading)
    table.add_row("log read back, before packing", f"{found.log_mb:,.0f} MB", "")
    table.add_row("both workers started and every line answered", f"{found.started_s:.1f} s", "")
    table.add_row("wait for an answer before, p99", f"{statistics.quantiles(before, n=100)[98]:.2f} s", "")
    table.add_row("longest wait after the kill", f"{max(after.values()):.1f} s", f"{GOAL_S:.0f} s")
    table.add_row("from the kill until none waited 2 s", f"{took_s:.1f} s", "")
    doubled = sum(len(times) > 1 for place, times in found.answered_at.items() if place in waits)
    table.add_row("messages / answered twice", f"{len(waits):,} / {doubled:,}", "")
    console = Console(width=110)
    console.print(table)
    console.print(say_load())


if __name__ == "__main__":
    main()
