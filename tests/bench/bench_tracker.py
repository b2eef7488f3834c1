"""Positions a second of one tracker worker, beside a Faust agent that does next to nothing with the same messages.

``python -m tests.bench.bench_tracker [--copies 60] [--polls 60] [--rounds 3]``; needs the Washington recording.
Its vehicles report every half minute and were asked every 15 seconds; every second poll is taken, so that nearly all
positions are new ones.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, NamedTuple

from aiokafka.admin import NewTopic
from rich.console import Console
from rich.table import Table

from runtime.embedded.kafka import KafkaCluster
from runtime.errors import UserError
from runtime.kafka_clients import make_producer
from runtime.settings import Settings
from runtime.timetables import read_gtfs, save_timetable
from runtime.topics.connection import administer
from runtime.topics.ensure import ensure_topics
from schemas.namespace import topic_name
from schemas.topics import FEED_BUS, LINE_FORECASTS
from tests.bench.feed_of_copies import TIMETABLE, FeedRecord, list_records, list_trips, read_polls
from tests.bench.line_copies import copy_line, list_blocks
from tests.bench.load_average import say_load
from tests.bench.worker_cost import Cost, LostMessagesError, measure
from tests.bench.workers import started
from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Timetable

RECORDINGS: Final = Path(__file__).parents[3] / "shared" / "data" / "dc-bus"
ROUTE: Final = "C53"
FIRST_POLL: Final = 500
"""In a busy hour, with 15 vehicles on the line."""

POLL_STEP: Final = 2
WARM_UP_POLLS: Final = 8
VALUE_BYTES: Final = 8_000
READY: Final = b"Worker ready"
READY_WITHIN_S: Final = 180.0
PARTITIONS: Final = 4
YARDSTICK: Final = "agent that does nothing"
ATTEMPTS_MAX: Final = 3
"""So often the yardstick is measured in a round, where it loses messages."""


def main() -> None:
    """Measure both workers in turn and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--copies", type=int, default=60, help="lines: copies of Washington's C53")
    parser.add_argument("--polls", type=int, default=60, help="polls half a minute apart, after the warm-up")
    parser.add_argument("--vehicles", type=int, default=12, help="vehicles of a line")
    parser.add_argument("--rounds", type=int, default=3, help="how often the two are measured in turn")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="headway-bench-") as folder:
        show(asyncio.run(run(Path(folder), chosen)))


async def run(folder: Path, chosen: argparse.Namespace) -> dict[str, list[tuple[Cost, float]]]:
    """Costs of each worker, round by round, with the vehicles a message."""
    timetable = make_timetable(folder, chosen.copies)
    span = slice(FIRST_POLL, FIRST_POLL + POLL_STEP * (WARM_UP_POLLS + chosen.polls), POLL_STEP)
    polls = read_polls(RECORDINGS / "vehicle_positions.zip", ROUTE, polls=span, vehicles=chosen.vehicles)
    found: dict[str, list[tuple[Cost, float]]] = {"tracker": [], YARDSTICK: []}
    warm_up = WARM_UP_POLLS * chosen.copies
    with KafkaCluster(folder / "kafka") as kafka:
        for number in range(chosen.rounds):
            settings = Settings(
                broker=kafka.address,
                namespace=f"bench-{number}",
                data_folder=folder,
                timetable_folder=folder / "timetables",
                line_partitions=PARTITIONS,
            )
            epoch = await ensure_topics(settings)
            records = list(list_records(polls, ROUTE, copies=chosen.copies, timetable_hash=timetable.hash, epoch=epoch))
            vehicles = statistics.mean(record.vehicles for record in records)
            tracked, idled = await measure_round(settings, records, warm_up)
            found["tracker"].append((tracked, vehicles))
            found[YARDSTICK].append((idled, vehicles))
    return found


async def measure_round(settings: Settings, records: list[FeedRecord], warm_up: int) -> tuple[Cost, Cost]:
    """What the tracker and the yardstick spend on the same records."""
    tracked = await measure_worker(tracker(settings), settings, records, warm_up)
    return tracked, await again_where_lost(
        lambda attempt: measure_worker(yardstick(settings, attempt), settings, records, warm_up)
    )


async def again_where_lost(measure_yardstick: Callable[[int], Awaitable[Cost]]) -> Cost:
    """The yardstick's cost: Faust as it comes may lose messages, and is then measured anew, on topics of its own.

    Raises:
        LostMessagesError: it lost some each time.
    """
    say = Console(stderr=True, highlight=False, soft_wrap=True)
    for attempt in range(1, ATTEMPTS_MAX):
        try:
            return await measure_yardstick(attempt)
        except LostMessagesError as lost:
            say.print(f"the {YARDSTICK} lost messages ({lost}): measured again")
    return await measure_yardstick(ATTEMPTS_MAX)


async def measure_worker(worker: "Worker", settings: Settings, records: list[FeedRecord], warm_up: int) -> Cost:
    """What a worker spends on all records but those of the warm-up."""
    await make_topics(settings, worker.in_topic, worker.out_topic)
    log = settings.data_folder / f"{worker.out_topic}.log"
    with started(worker.command, settings, log) as pid:
        await wait_ready(log)
        await write(settings, records, worker.in_topic)
        return await measure(pid, settings.broker, worker.out_topic, warm_up=warm_up, messages=len(records) - warm_up)


def make_timetable(folder: Path, copies: int) -> Timetable:
    """The copied line's timetable, compiled and put where a worker looks for it."""
    tables = read_gtfs(RECORDINGS / "gtfs.zip")
    blocks = list_blocks(tables, list_trips(RECORDINGS / "vehicle_positions.zip", ROUTE))
    tables = copy_line(tables, ROUTE, copies=copies, blocks=blocks)
    timetable = compile_timetable(tables, name=TIMETABLE, source="bench")
    save_timetable(timetable, folder / "timetables")
    return timetable


async def wait_ready(log: Path) -> None:
    """Until a worker has its partitions: Faust as it comes loses what it fetches before.

    Raises:
        UserError: it has none after a long time.
    """
    until = time.monotonic() + READY_WITHIN_S
    while READY not in await asyncio.to_thread(log.read_bytes):
        if time.monotonic() > until:
            raise UserError(f"the worker was not ready within {READY_WITHIN_S:.0f} s: see {log}")
        await asyncio.sleep(0.2)


async def write(settings: Settings, records: list[FeedRecord], topic: str) -> None:
    """Put all records on a topic."""
    async with make_producer(settings) as producer:
        sent = [
            await producer.send(topic, r.value, key=r.key, headers=r.headers, timestamp_ms=r.timestamp_ms)
            for r in records
        ]
        await asyncio.gather(*sent)


async def make_topics(settings: Settings, *names: str) -> None:
    """Those of the topics that are not there: no other process knows of the idle agent's."""
    async with administer(settings) as admin:
        there = await admin.list_topics()
        await admin.create_topics([NewTopic(name, settings.line_partitions, 1) for name in names if name not in there])


class Worker(NamedTuple):
    """A worker's command, the topic it reads and the one it answers on."""

    command: list[str]
    in_topic: str
    out_topic: str


def tracker(settings: Settings) -> Worker:
    """Headway's."""
    feed, forecasts = (topic_name(topic, settings.namespace) for topic in (FEED_BUS, LINE_FORECASTS))
    return Worker(["-m", "headway", "tracker"], feed, forecasts)


def yardstick(settings: Settings, attempt: int) -> Worker:
    """The agent that does nothing, on topics of this attempt."""
    feed, out = (f"{settings.namespace}.{attempt}.{name}" for name in ("something", "nothing"))
    command = ["-m", "tests.bench.null_agent", settings.broker, feed, out, str(VALUE_BYTES), str(PARTITIONS)]
    return Worker(command, feed, out)


def show(found: dict[str, list[tuple[Cost, float]]]) -> None:
    """Print best and median of each figure, and the ratio of the two workers."""
    table = Table(title="One worker, raw topic to forecasts")
    figures = ("µs CPU a message", "messages/s CPU", "positions/s CPU", "positions/s clock", "answered", "MB")
    for heading in ("worker", *figures):
        table.add_column(heading, justify="left" if heading == "worker" else "right")
    best, middle = {}, {}
    for name, costs in found.items():
        per_message = [cost.cpu_s / cost.messages for cost, _ in costs]
        best[name], middle[name] = min(per_message), statistics.median(per_message)
        vehicles = costs[0][1]
        table.add_row(
            name,
            f"{best[name] * 1e6:.0f} (median {middle[name] * 1e6:.0f})",
            f"{1 / min(per_message):,.0f}",
            f"{vehicles / min(per_message):,.0f}",
            f"{max(vehicles * cost.messages / cost.wall_s for cost, _ in costs):,.0f}",
            f"{sum(cost.messages for cost, _ in costs):,}",
            f"{max(cost.memory_mb for cost, _ in costs):.0f}",
        )
    console = Console(width=120)
    console.print(table)
    ratios = [each[YARDSTICK] / each["tracker"] for each in (best, middle)]
    told = f"{ratios[0]:.2f} of the best rounds, {ratios[1]:.2f} of the medians (goal 0.35)"
    console.print(f"vehicles a message {costs[0][1]:.1f}; tracker / agent that does nothing: {told}")
    console.print(say_load())


if __name__ == "__main__":
    main()
