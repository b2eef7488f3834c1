"""Streams of a whole city: from a value on the broker to the delta in a client's hands, and what a quiet stream takes.

``python -m tests.bench.bench_streams [--lines 1258] [--vehicles 18] [--streams 500] [--city 33] [--polls 6]``: one API
process as it runs in service, on Apache Kafka and Valkey; every line's value once each ten seconds, spread evenly, at
stops that eight lines share. Clients of the whole city take compressed streams in a process of their own; one looks
through what it is told, the others drain it. The others, of a stop and a line each, are read. Before that the memory
of ``--quiet`` streams that are told nothing is measured.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from rich.console import Console
from rich.table import Table

from runtime.embedded.kafka import KafkaCluster
from runtime.embedded.ports import find_free_port
from runtime.embedded.valkey import Valkey
from runtime.kafka_clients import make_producer
from runtime.ledger.database import Ledger
from runtime.ledger.plans import Plan, set_plan
from runtime.ledger.trial import ensure_trial_partner
from runtime.settings import Settings
from runtime.timetables import save_timetable, write_versions
from runtime.topics.ensure import ensure_topics
from schemas.namespace import topic_name
from schemas.timetable_versions import TimetableVersion, TimetableVersions
from schemas.topics import LINE_FORECASTS
from tests.bench.city_values import packed_value
from tests.bench.load_average import say_load
from tests.bench.mexico_city import compile_copies
from tests.bench.worker_cost import read_cost
from tests.bench.workers import started
from tests.load.stream_reader import StreamReader
from transit.timetable.compiled import Timetable

POLL_S: Final = 10
PARTITIONS: Final = 4
LINES_A_STOP: Final = 8
WARM_UP_STREAMS: Final = 50
HOST: Final = "127.0.0.1"
PLAN: Final = Plan(name="trial", burst_per_s=10_000, burst_size=10_000, per_day=10**8, per_month=10**9, streams=10_000)


class Found(NamedTuple):
    """Delays (s) from the broker to clients of stops and of the city, KB a quiet stream, MB to the city's clients, the
    process's share of a core and its memory (MB)."""

    delays_s: list[float]
    city_delays_s: list[float]
    quiet_kb: float
    city_mb: float
    cpu_share: float
    memory_mb: float


class Bench:
    """One API process and its clients."""

    def __init__(self, settings: Settings, timetable: Timetable, key: str, chosen: argparse.Namespace) -> None:
        self.settings, self.timetable, self.key, self.chosen = settings, timetable, key, chosen
        self.sent_at: dict[tuple[str, int], float] = {}
        self.delays_s: list[float] = []
        self.city_delays_s: list[float] = []
        self.city_bytes: list[int] = []
        self.counted_from = 0.0
        self.clients: list[asyncio.Task[None]] = []

    def note(self, line: dict[str, Any]) -> None:
        """Note how late a line's news is."""
        sent = self.sent_at.get((line["line_group"], line["sequence"]))
        if sent is not None and sent >= self.counted_from and not line["full"]:
            self.delays_s.append(time.time() - sent)

    def open_stop(self, number: int) -> None:
        """A client of one stop."""
        stops = self.timetable.stop_id
        path = f"/v1/stream?stops={self.timetable.name}:{stops[int(self.timetable.call_stop[number * 7])]}"
        path += f"&lines={self.timetable.name}:{self.timetable.line_id[number % len(self.timetable.line_id)]}"
        reader = StreamReader(path, self.key, on_line=self.note)
        self.clients.append(asyncio.create_task(reader.follow(HOST, self.settings.api_port)))

    async def open_quiet(self, number: int) -> asyncio.StreamWriter:
        """A client that takes nothing but the beginning."""
        stops = self.timetable.stop_id
        reader, writer = await asyncio.open_connection(HOST, self.settings.api_port)
        path = f"/v1/stream?stops={self.timetable.name}:{stops[number % len(stops)]}"
        writer.write(f"GET {path} HTTP/1.1\r\nHost: b\r\nX-API-Key: {self.key}\r\n\r\n".encode())
        await reader.readuntil(b"event: ready")
        return writer

    def note_city(self, heard: Path) -> None:
        """Take in what the city's clients heard."""
        *lines, counts = heard.read_text().splitlines()
        self.city_bytes = [int(count) for count in counts.split()]
        for line in lines:
            key, sequence, at = line.rsplit(" ", 2)
            sent = self.sent_at.get((key, int(sequence)))
            if sent is not None and sent >= self.counted_from:
                self.city_delays_s.append(float(at) - sent)

    async def send(self, polls: range) -> None:
        """Send every line's value at its moment."""
        producer = make_producer(self.settings, linger_ms=5)
        topic = topic_name(LINE_FORECASTS, self.settings.namespace)
        lines = len(self.timetable.line_id)
        async with producer:
            start = time.time() + 0.2
            for poll in polls:
                for line in range(lines):
                    due = start + ((poll - polls[0]) + line / lines) * POLL_S
                    if (early_s := due - time.time()) > 0:
                        await asyncio.sleep(early_s)
                    await self._send_one(producer, topic, line, poll)

    async def _send_one(self, producer: Any, topic: str, line: int, poll: int) -> None:
        value = packed_value(self.timetable, line, poll, vehicles=self.chosen.vehicles, every_s=POLL_S)
        key = f"{self.timetable.name}:{self.timetable.group_id[int(self.timetable.line_group[line])]}"
        sent_at = time.time()
        sent = await producer.send(topic, value, key=key.encode())
        sent.add_done_callback(lambda done: self.sent_at.setdefault((key, done.result().offset), sent_at))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (
        ("lines", 1258),
        ("vehicles", 18),
        ("streams", 500),
        ("city", 33),
        ("polls", 6),
        ("quiet", 1000),
    ):
        parser.add_argument(f"--{name}", type=int, default=default)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="headway-bench-") as folder:
        show(asyncio.run(run(Path(folder), chosen)), chosen)


async def run(folder: Path, chosen: argparse.Namespace) -> Found:
    """Start the servers, one API process and its clients."""
    timetable = compile_copies(chosen.lines, lines_a_stop=LINES_A_STOP)
    save_timetable(timetable, folder / "timetables")
    version = TimetableVersion(hash=timetable.hash, from_service_date=None, activated_at=1, source="bench")
    write_versions(folder / "timetables", TimetableVersions(name=timetable.name, versions=(version,)))
    with ExitStack() as servers:
        store = servers.enter_context(Valkey(folder / "valkey"))
        kafka = servers.enter_context(KafkaCluster(folder / "kafka"))
        settings = Settings(
            broker=kafka.address,
            store=store.url,
            namespace="bench-streams",
            data_folder=folder,
            database=f"sqlite+aiosqlite:///{folder}/worker/ledger.db",
            timetable_folder=folder / "timetables",
            line_partitions=PARTITIONS,
            api_port=find_free_port(),
        )
        await ensure_topics(settings)
        (folder / "worker").mkdir()
        ledger = Ledger(settings.database)
        key = await ensure_trial_partner(ledger, folder)
        async with ledger.write() as session:
            await set_plan(session, PLAN, actor="bench")
        await ledger.close()
        command = ["-m", "headway", "api", "--port", str(settings.api_port), "--operations-port", "0"]
        with_database = settings.model_copy(update={"data_folder": folder})
        os.environ["HEADWAY_DATABASE"] = settings.database
        pid = servers.enter_context(started(command, with_database, folder / "api.log"))
        return await measure(Bench(settings, timetable, key, chosen), pid)


async def measure(bench: Bench, pid: int) -> Found:
    """Quiet streams first, then a city's polls."""
    chosen = bench.chosen
    await _await_ready(bench)
    quiet_kb = await _weigh_quiet(bench, pid)
    for number in range(chosen.streams - chosen.city):
        bench.open_stop(number)
    await bench.send(range(1))
    with _city_clients(bench, chosen.city) as folder:
        await asyncio.to_thread(_wait_for, folder / "ready")
        bench.counted_from = time.time()
        start = read_cost(pid, 0)
        await bench.send(range(1, 1 + chosen.polls))
        await asyncio.sleep(2)
        cost = read_cost(pid, 0).since(start)
    bench.note_city(folder / "heard")
    for task in bench.clients:
        task.cancel()
    await asyncio.gather(*bench.clients, return_exceptions=True)
    return Found(
        bench.delays_s,
        bench.city_delays_s,
        quiet_kb,
        sum(bench.city_bytes) / 1e6,
        cost.cpu_s / cost.wall_s,
        cost.memory_mb,
    )


def _wait_for(file: Path) -> None:
    until = time.monotonic() + 120
    while not file.exists() and time.monotonic() < until:
        time.sleep(0.1)


@contextmanager
def _city_clients(bench: Bench, count: int) -> Iterator[Path]:
    """Clients of the whole city, in a process of their own; where they leave what they heard."""
    folder = bench.settings.data_folder
    command = [sys.executable, "-m", "tests.bench.city_clients", str(bench.settings.api_port), bench.key]
    with subprocess.Popen([*command, str(count), str(folder)]) as clients:
        try:
            yield folder
        finally:
            clients.terminate()
            clients.wait(timeout=20)


async def _weigh_quiet(bench: Bench, pid: int) -> float:
    """KB that a stream takes of the process, after some that were opened to warm it up."""
    first = [await bench.open_quiet(number) for number in range(WARM_UP_STREAMS)]
    await asyncio.sleep(2)
    before = read_cost(pid, 0)
    opened = [await bench.open_quiet(number) for number in range(bench.chosen.quiet)]
    await asyncio.sleep(3)
    after = read_cost(pid, 0)
    for writer in first + opened:
        writer.close()
    streams: int = bench.chosen.quiet
    return (after.memory_mb - before.memory_mb) * 1000 / streams


async def _await_ready(bench: Bench) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        probe = StreamReader("/v1/stream?all=true", bench.key)
        task = asyncio.create_task(probe.follow(HOST, bench.settings.api_port))
        await asyncio.wait((task,), timeout=2)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        if probe.began:
            return


def show(found: Found, chosen: argparse.Namespace) -> None:
    """Print delays, memory and load."""
    table = Table(title=f"{chosen.lines:,} lines, {chosen.streams} streams, {chosen.city} of them the whole city")
    for heading in ("what", "figure", "goal"):
        table.add_column(heading)
    for whom, delays in (("a stop's client", found.delays_s), ("a city's client", found.city_delays_s)):
        cut = statistics.quantiles(delays, n=100) if len(delays) > 1 else [0.0] * 99
        table.add_row(f"broker to {whom}, p50", f"{cut[49]:.2f} s", "")
        table.add_row(f"broker to {whom}, p99", f"{cut[98]:.2f} s", "1 s")
        table.add_row("deltas read", f"{len(delays):,}", "")
    table.add_row("a quiet stream", f"{found.quiet_kb:.0f} KB", "40 KB")
    table.add_row("sent to the city's clients", f"{found.city_mb:,.0f} MB", "")
    table.add_row("API: share of a core, memory", f"{found.cpu_share:.2f}, {found.memory_mb:,.0f} MB", "")
    console = Console(width=110)
    console.print(table)
    console.print(say_load())


if __name__ == "__main__":
    main()
