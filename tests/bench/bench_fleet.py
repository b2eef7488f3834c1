"""A whole city live: from a message on the broker to the API's view holding the answer, and what memory it takes.

``python -m tests.bench.bench_fleet [--lines 1258] [--vehicles 18] [--polls 6]``: one line of Mexico City under many
names, every line's message once each ten seconds and spread evenly over them; one tracker worker and one serving
process as they run in service, on Apache Kafka and Valkey, and the API's own view in this process.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Final, NamedTuple

from rich.console import Console
from rich.table import Table

from api.rendered import RenderedCache
from api.view.memory import View
from api.view.store_watch import StoreWatch
from runtime.embedded.kafka import KafkaCluster
from runtime.embedded.valkey import Valkey
from runtime.errors import UserError
from runtime.kafka_clients import make_producer
from runtime.settings import Settings
from runtime.timetables import TimetableFolder, save_timetable
from runtime.topics.ensure import ensure_topics
from schemas.line_forecasts import LineForecasts
from schemas.line_value import Watermark
from schemas.namespace import topic_name
from schemas.topics import FEED_BUS
from tests.bench.feed_of_copies import FeedRecord, list_records
from tests.bench.load_average import say_load
from tests.bench.mexico_city import ROUTE, compile_copies, drive_polls
from tests.bench.worker_cost import read_cost
from tests.bench.workers import started

POLL_S: Final = 10
WARM_UP_POLLS: Final = 3
PARTITIONS: Final = 4
PATIENCE_S: Final = 60.0


class Found(NamedTuple):
    """Delays (s) of the answers, how many messages were sent late or never answered, and the processes' costs."""

    delays_s: list[float]
    unanswered: int
    late_s: float
    memory_mb: dict[str, float]
    cpu_share: dict[str, float]


class TimedView(View):
    """The API's view, noting when it took each answer in."""

    taken_at: dict[tuple[int, int], float]

    def take_line(self, watermark: Watermark, forecasts: LineForecasts) -> bool:
        """Take a line in as the API does."""
        taken = super().take_line(watermark, forecasts)
        self.taken_at.setdefault((watermark.partition, watermark.offset), time.time())
        return taken


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=1258)
    parser.add_argument("--vehicles", type=int, default=18, help="vehicles of a line")
    parser.add_argument("--polls", type=int, default=6, help="polls measured, ten seconds each")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="headway-bench-") as folder:
        show(asyncio.run(run(Path(folder), chosen)), chosen)


async def run(folder: Path, chosen: argparse.Namespace) -> Found:
    """Start what a city needs and send its messages at their time."""
    timetable = compile_copies(chosen.lines)
    save_timetable(timetable, folder / "timetables")
    polls = drive_polls(WARM_UP_POLLS + chosen.polls, every_s=POLL_S, vehicles=chosen.vehicles)
    with ExitStack() as servers:
        store = servers.enter_context(Valkey(folder / "valkey"))
        kafka = servers.enter_context(KafkaCluster(folder / "kafka"))
        settings = Settings(
            broker=kafka.address,
            store=store.url,
            namespace="bench-fleet",
            data_folder=folder,
            timetable_folder=folder / "timetables",
            line_partitions=PARTITIONS,
        )
        epoch = await ensure_topics(settings)
        records = list(list_records(polls, ROUTE, copies=chosen.lines, timetable_hash=timetable.hash, epoch=epoch))
        pids = {
            name: servers.enter_context(started(["-m", "headway", name], settings, folder / f"{name}.log"))
            for name in ("tracker", "serving")
        }
        return await send_and_watch(settings, records, pids, chosen.lines)


async def send_and_watch(settings: Settings, records: list[FeedRecord], pids: dict[str, int], lines: int) -> Found:
    """Send each record when it is due and wait for its answer in the view."""
    view = TimedView(TimetableFolder(settings.timetables).get, RenderedCache())
    view.taken_at = {}
    watching = asyncio.create_task(StoreWatch(view, settings).run())
    warm_up = WARM_UP_POLLS * lines
    async with make_producer(settings, linger_ms=5) as producer:
        topic = topic_name(FEED_BUS, settings.namespace)
        # the first polls compile, load and create: all at once, and until the last is answered
        warm = [await producer.send(topic, r.value, key=r.key, headers=r.headers) for r in records[:warm_up]]
        await _answered(view, {_place(await sent): 0.0 for sent in warm})
        before = {name: read_cost(pid, 0) for name, pid in pids.items()}
        sent_at, late_s = await _send_paced(producer, topic, records[warm_up:], lines / POLL_S)
    unanswered = await _answered(view, sent_at)
    costs = {name: read_cost(pid, 0).since(before[name]) for name, pid in pids.items()}
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    return Found(
        delays_s=[view.taken_at[place] - at for place, at in sent_at.items() if place in view.taken_at],
        unanswered=unanswered,
        late_s=late_s,
        memory_mb={name: cost.memory_mb for name, cost in costs.items()},
        cpu_share={name: cost.cpu_s / cost.wall_s for name, cost in costs.items()},
    )


async def _send_paced(
    producer: object, topic: str, records: list[FeedRecord], per_s: float
) -> tuple[dict[tuple[int, int], float], float]:
    """When each record was handed to the producer, by its place; and the longest that one was late."""
    start = time.time() + 0.5
    sent = []
    late_s = 0.0
    for number, record in enumerate(records):
        due = start + number / per_s
        if (early_s := due - time.time()) > 0:
            await asyncio.sleep(early_s)
        at = time.time()
        late_s = max(late_s, at - due)
        sent.append((at, await producer.send(topic, record.value, key=record.key, headers=record.headers)))  # type: ignore[attr-defined] # aiokafka has no types
    return {_place(await future): at for at, future in sent}, late_s


def _place(metadata: object) -> tuple[int, int]:
    return metadata.partition, metadata.offset  # type: ignore[attr-defined] # aiokafka has no types


async def _answered(view: TimedView, sent_at: dict[tuple[int, int], float]) -> int:
    """Wait until the view holds each partition's last answer; returns how many answers never showed.

    Serving writes a line's newest value only: an answer overtaken by the line's next one never shows.
    """
    last: dict[int, int] = {}
    for partition, offset in sent_at:
        last[partition] = max(offset, last.get(partition, 0))
    until = time.monotonic() + PATIENCE_S
    while not view.taken_at.keys() >= set(last.items()) and time.monotonic() < until:  # noqa: ASYNC110 - of another task
        await asyncio.sleep(0.2)
    return len(sent_at.keys() - view.taken_at.keys())


def show(found: Found, chosen: argparse.Namespace) -> None:
    """Print delays, memory and load."""
    table = Table(title=f"{chosen.lines:,} lines, {chosen.lines * chosen.vehicles:,} vehicles each {POLL_S} s")
    for heading in ("what", "figure", "goal"):
        table.add_column(heading)
    if len(found.delays_s) < 2:
        raise UserError(f"of {found.unanswered:,} messages hardly any was answered in {PATIENCE_S:.0f} s")
    cut = statistics.quantiles(found.delays_s, n=100)
    table.add_row("broker to API view, p50", f"{cut[49]:.2f} s", "")
    table.add_row("broker to API view, p99", f"{cut[98]:.2f} s", "1 s")
    table.add_row("longest", f"{max(found.delays_s):.2f} s", "")
    table.add_row("answers / overtaken or missing", f"{len(found.delays_s):,} / {found.unanswered:,}", "")
    table.add_row("longest that the bench itself sent late", f"{found.late_s:.2f} s", "")
    for name, memory_mb in found.memory_mb.items():
        goal = "1,000 MB" if name == "tracker" else ""
        table.add_row(f"{name}: memory, share of a core", f"{memory_mb:,.0f} MB, {found.cpu_share[name]:.2f}", goal)
    console = Console(width=110)
    console.print(table)
    console.print(say_load())


if __name__ == "__main__":
    main()
