"""A recording through door, tracker, splitter and serving as processes on Apache Kafka, watched while it runs."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

from aiokafka import TopicPartition

from runtime.errors import UserError
from runtime.kafka_clients import make_consumer
from runtime.settings import Settings
from runtime.timetables import save_timetable
from runtime.timetables.publish import publish_versions
from runtime.topics.ensure import ensure_topics
from runtime.topics.groups import list_lags
from runtime.topics.reading import read_records
from schemas.line_forecasts import decode_passage
from schemas.line_value import Watermark, decode_line_value
from schemas.namespace import topic_name
from schemas.timetable_versions import TimetableVersion, TimetableVersions
from schemas.topics import ALL, LINE_FORECASTS, LINE_PASSAGES
from tests.bench.worker_cost import read_cost
from tests.endurance.rule_run import ByRule, digest
from transit.timetable.compiled import Timetable

STAGES: Final = ("tracker", "splitter", "serving")
LOOK_EVERY_S: Final = 1.0
STALLED_AFTER_S: Final = 300.0
SETTLES_S: Final = 60.0


class Look(NamedTuple):
    """How things stood: values read so far; memory (MB), processor time (s) by process; the broker's bytes by topic."""

    after_s: float
    values: int
    memory_mb: dict[str, float]
    cpu_s: dict[str, float]
    disk_bytes: dict[str, int]


class Found(NamedTuple):
    """What came out: each line's digests in the order of its messages, passages by id, and looks on the way."""

    digests: dict[bytes, list[bytes]]
    passages: dict[str, bytes]
    written_twice: int
    took_s: float
    looks: list[Look]
    unread: dict[str, int]
    """Records that a group had not read a while after the last value came, by group and topic."""


async def lay_out(settings: Settings, timetable: Timetable) -> None:
    """Make the topics and put the timetable in force."""
    settings.timetables.mkdir(parents=True, exist_ok=True)
    save_timetable(timetable, settings.timetables)
    await ensure_topics(settings)
    version = TimetableVersion(hash=timetable.hash, from_service_date=None, activated_at=0, source=timetable.source)
    await publish_versions(settings, TimetableVersions(name=timetable.name, versions=(version,)))


async def run_stream(settings: Settings, expected: ByRule, folder: Path) -> Found:
    """Run until every message has its value and every passage is on its topic.

    Raises:
        UserError: nothing came out for five minutes, or a process ended.
    """
    with _running(settings, folder) as start:
        running = {name: start(name) for name in STAGES}
        began = time.monotonic()
        running["door"] = start("door")
        reader = _Values(expected)
        looks = await _watch(settings, reader, running, began, folder)
        took_s = looks[-1].after_s
        passages = await _read_passages(settings, expected)
        unread = await _settle(settings)
    return Found(reader.in_order(), passages, reader.twice, took_s, looks, unread)


async def _settle(settings: Settings) -> dict[str, int]:
    """What groups have not read of the topics once they have had a minute to."""
    until = time.monotonic() + SETTLES_S
    while True:
        lags = await list_lags(settings, ALL)
        if time.monotonic() > until or not any(lag.records for lag in lags):
            return {f"{lag.group} of {lag.topic.name}": lag.records for lag in lags}
        await asyncio.sleep(1.0)


class _Values:
    """Values by line and watermark, as digests."""

    def __init__(self, expected: ByRule) -> None:
        self._wanted = expected.values
        self._found: dict[bytes, dict[Watermark, bytes]] = {}
        self.count = 0
        self.twice = 0

    @property
    def complete(self) -> bool:
        return self.count >= self._wanted

    def take(self, key: bytes, packed: bytes) -> None:
        value = decode_line_value(packed)
        of_line = self._found.setdefault(key, {})
        if value.watermark in of_line:
            self.twice += 1
            return
        of_line[value.watermark] = digest(value.public)
        self.count += 1

    def in_order(self) -> dict[bytes, list[bytes]]:
        return {key: [marks[mark] for mark in sorted(marks)] for key, marks in self._found.items()}


async def _watch(
    settings: Settings, reader: _Values, running: "dict[str, subprocess.Popen[bytes]]", began: float, folder: Path
) -> list[Look]:
    name = topic_name(LINE_FORECASTS, settings.namespace)
    consumer = make_consumer(settings)
    await consumer.start()
    looks: list[Look] = []
    moved_at = look_at = time.monotonic()
    try:
        assigned = [TopicPartition(name, number) for number in range(settings.line_partitions)]
        consumer.assign(assigned)
        await consumer.seek_to_beginning(*assigned)
        while not reader.complete:
            for records in (await consumer.getmany(timeout_ms=200)).values():
                moved_at = time.monotonic()
                for record in records:
                    if record.value is not None:
                        reader.take(record.key, record.value)
            if time.monotonic() >= look_at:
                looks.append(_look(reader, running, began, folder))
                look_at = time.monotonic() + LOOK_EVERY_S
            if time.monotonic() - moved_at > STALLED_AFTER_S:
                raise UserError(f"{reader.count} values came, then none for {STALLED_AFTER_S:.0f} s; logs: {folder}")
    finally:
        await consumer.stop()
    looks.append(_look(reader, running, began, folder))
    return looks


def _look(reader: _Values, running: "dict[str, subprocess.Popen[bytes]]", began: float, folder: Path) -> Look:
    costs = {name: read_cost(process.pid, 0) for name, process in running.items() if process.poll() is None}
    dead = [name for name, process in running.items() if process.poll()]
    if dead:
        raise UserError(f"{dead[0]} ended: {(folder / f'{dead[0]}.log').read_text(errors='replace')[-800:]}")
    memory_mb = {name: cost.memory_mb for name, cost in costs.items()}
    cpu_s = {name: cost.cpu_s for name, cost in costs.items()}
    return Look(time.monotonic() - began, reader.count, memory_mb, cpu_s, _disk_by_topic(folder / "kafka"))


def _disk_by_topic(broker: Path) -> dict[str, int]:
    """Bytes of each topic's segments; a partition's folder is named after both."""
    found: dict[str, int] = {}
    for file in broker.rglob("*.log"):
        with suppress(FileNotFoundError):  # retention and compaction take segments away while we look
            topic, _, partition = file.parent.name.rpartition("-")
            if partition.isdigit():
                found[topic] = found.get(topic, 0) + file.stat().st_size
    return found


async def _read_passages(settings: Settings, expected: ByRule) -> dict[str, bytes]:
    """Passages on their topic, once the splitter has written as many as there are; values by id."""
    until = time.monotonic() + 60
    while True:
        found: dict[str, bytes] = {}
        async for record in read_records(settings, LINE_PASSAGES):
            if record.value:
                found[decode_passage(record.value).id] = record.value
        if len(found) >= len(expected.passages) or time.monotonic() > until:
            return found
        await asyncio.sleep(1.0)


@contextmanager
def _running(settings: Settings, folder: Path) -> Iterator[Any]:
    """Starts ``headway`` commands, and ends them after the block."""
    said = settings.model_dump(mode="json", exclude_unset=True)
    words = {
        f"HEADWAY_{name.upper()}": value if isinstance(value, str) else json.dumps(value)
        for name, value in said.items()
    }
    started: list[subprocess.Popen[bytes]] = []

    def start(name: str) -> "subprocess.Popen[bytes]":
        with (folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "headway", name], env={**os.environ, **words}, stdout=log, stderr=log
            )
        started.append(process)
        return process

    try:
        yield start
    finally:
        for process in started:
            process.terminate()
        for process in started:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
