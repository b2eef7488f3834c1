"""Real servers for every test that asks for one, started once a session, and a namespace of its own for each test.

A server that cannot be had leaves its tests out and says how to get it; with ``CI=true`` that is a failure.
"""

import asyncio
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn
from zipfile import ZipFile

import msgspec
import psycopg
import pytest
import structlog
from hypothesis import settings as hypothesis_settings
from redis.asyncio import Redis

from runtime.embedded import kafka_jars, postgres
from runtime.embedded.kafka import KafkaCluster
from runtime.embedded.postgres import Postgres
from runtime.embedded.tansu import Tansu
from runtime.embedded.valkey import Valkey
from runtime.own_machine import ask_it_without_proxy
from runtime.settings import FeedSettings, Settings
from runtime.timetables import read_gtfs, save_timetable
from runtime.timetables.publish import publish_versions
from runtime.topics.ensure import ensure_topics
from runtime.topics.reading import read_records
from schemas import store_keys
from schemas.headers import FeedHeaders
from schemas.line_forecasts import encode_public
from schemas.line_key import make_line_key
from schemas.line_value import Watermark, decode_line_value
from schemas.timetable_versions import TimetableVersion, TimetableVersions
from schemas.topics import FEED_BUS, LINE_FORECASTS
from transit.assignment.feed_sorter import FeedSorter
from transit.timetable.compile import compile_timetable
from transit.tracking.line_tracker import LineTracker

BROKERS = ("tansu", "kafka")
DATABASES = ("sqlite", "postgres")
REPOSITORY = Path(__file__).resolve().parents[1]
RECORDINGS = REPOSITORY.parent / "shared" / "data"

# a property holds or does not, however busy the machine: an example may be the first to compile a kernel
hypothesis_settings.register_profile("headway", deadline=None)
if not os.access(REPOSITORY, os.W_OK):
    # failing examples are kept in the repository, where it can be written
    hypothesis_settings.register_profile("headway", deadline=None, database=None)
hypothesis_settings.load_profile("headway")

ask_it_without_proxy()


def leave_out(why: str) -> NoReturn:
    """Skip the test for want of a part; where everything must be there, fail it."""
    if os.environ.get("CI") == "true":
        pytest.fail(why, pytrace=False)
    pytest.skip(why)


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """A command that a test runs within this process sets its logs up: the next test's are its own again."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """A folder for servers' data that every user may enter: PostgreSQL does not run as root."""
    folder = Path(tempfile.mkdtemp(prefix="headway-tests-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def tansu(server_folder: Path) -> Iterator[Tansu]:
    """The laptop's broker."""
    with Tansu(server_folder / "tansu") as server:
        yield server


@pytest.fixture(scope="session")
def kafka(server_folder: Path) -> Iterator[KafkaCluster]:
    """One broker of Apache Kafka."""
    if not kafka_jars.has_kafka():
        leave_out(f"Apache Kafka is not on this machine: {kafka_jars.HOW_TO_GET}")
    with KafkaCluster(server_folder / "kafka") as cluster:
        yield cluster


@pytest.fixture
def three_kafkas(server_folder: Path) -> Iterator[KafkaCluster]:
    """Three brokers of Apache Kafka, new for each test, so that it may kill one."""
    if not kafka_jars.has_kafka():
        leave_out(f"Apache Kafka is not on this machine: {kafka_jars.HOW_TO_GET}")
    folder = server_folder / f"three-{uuid.uuid4().hex[:8]}"
    with KafkaCluster(folder, brokers=3) as cluster:
        yield cluster
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def valkey(server_folder: Path) -> Iterator[Valkey]:
    """The store."""
    with Valkey(server_folder / "valkey") as server:
        yield server


@pytest.fixture(scope="session")
def postgres_server(server_folder: Path) -> Iterator[Postgres]:
    """The database server; tests ask for ``postgres_url``, a database of their own."""
    if postgres.find_postgres() is None:
        leave_out(f"PostgreSQL is not on this machine: {postgres.HOW_TO_GET}")
    with Postgres(server_folder / "postgres") as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: Postgres) -> Iterator[str]:
    """SQLAlchemy's URL of an empty PostgreSQL database, dropped after the test."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    administrator = postgres_server.url(driver="postgresql")
    with psycopg.connect(administrator, autocommit=True) as connection:
        connection.execute(f'create database "{name}"'.encode())
    yield postgres_server.url(name)
    with psycopg.connect(administrator, autocommit=True) as connection:
        connection.execute(f'drop database "{name}" with (force)'.encode())


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """SQLAlchemy's URL of an empty SQLite database."""
    return f"sqlite+aiosqlite:///{tmp_path / 'ledger.db'}"


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    """An empty database's URL; a test that asks for it runs on SQLite and on PostgreSQL."""
    url = request.getfixturevalue(f"{request.param}_url")
    assert isinstance(url, str)
    return url


@pytest.fixture(params=BROKERS)
def broker(request: pytest.FixtureRequest) -> Tansu | KafkaCluster:
    """A broker; a test that asks for it runs on Tansu and on Apache Kafka."""
    server = request.getfixturevalue(request.param)
    assert isinstance(server, Tansu | KafkaCluster)
    return server


@pytest.fixture
def namespace() -> str:
    """A prefix that keeps this test's topics, groups and keys apart from all others'."""
    return f"t{uuid.uuid4().hex[:12]}"


@pytest.fixture
def settings(broker: Tansu | KafkaCluster, valkey: Valkey, sqlite_url: str, namespace: str, tmp_path: Path) -> Settings:
    """Settings of a deployment of this test's own on real servers: the test runs on both brokers.

    The database is an empty SQLite file; a test about the database asks for ``database`` and copies these with it.
    """
    return Settings(
        broker=broker.address,
        broker_idempotence=isinstance(broker, KafkaCluster),
        store=valkey.url,
        database=sqlite_url,
        namespace=namespace,
        data_folder=tmp_path / "headway",
    )


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of recorded feeds; its tests are left out where it is absent, and belong to no build."""
    if not RECORDINGS.is_dir():
        pytest.skip(f"the shared recordings are not at {RECORDINGS}")
    return RECORDINGS


class Stages:
    """Stages of the stream as the processes they are in service, each started by its own command."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings = settings
        self.folder = folder
        self.running: list[subprocess.Popen[bytes]] = []

    def environment(self, settings: Settings | None = None) -> dict[str, str]:
        """This process's variables with the settings that differ from their defaults."""
        chosen = (settings or self.settings).model_dump(mode="json", exclude_unset=True)
        words = {
            f"HEADWAY_{name.upper()}": value if isinstance(value, str) else json.dumps(value)
            for name, value in chosen.items()
        }
        return {**os.environ, **words}

    def start(self, *command: str, settings: Settings | None = None) -> "subprocess.Popen[bytes]":
        """Run ``headway`` with ``command``; what it logs goes to a file of its own."""
        log = self.folder / f"{len(self.running)}-{command[0]}.log"
        with log.open("wb") as opened:
            process = subprocess.Popen(
                [sys.executable, "-m", "headway", *command],
                env=self.environment(settings),
                stdout=opened,
                stderr=subprocess.STDOUT,
                cwd=REPOSITORY,
            )
        self.running.append(process)
        return process

    async def wait_logged(self, process: "subprocess.Popen[bytes]", words: str, *, within_s: float = 120) -> None:
        """Until a stage has logged ``words``."""
        number = self.running.index(process)
        (log,) = self.folder.glob(f"{number}-*.log")
        until = time.monotonic() + within_s
        while words.encode() not in log.read_bytes():
            assert process.poll() is None, log.read_text(errors="replace")[-2000:]
            assert time.monotonic() < until, f"{words!r} was not logged in {within_s:.0f} s"
            await asyncio.sleep(0.1)

    async def expect_in_store(self, settings: Settings, public: dict[bytes, bytes], *, within_s: float = 60) -> None:
        """The store holds a whole view with these public parts, by line, within the time given."""
        keys = [store_keys.line_forecasts(key.decode(), settings.namespace) for key in public]
        until = time.monotonic() + within_s
        async with Redis.from_url(settings.store) as store:
            while True:
                held = [decode_line_value(value).public for value in await store.mget(keys) if isinstance(value, bytes)]
                whole = await store.exists(store_keys.view_generation(settings.namespace))
                if whole and held == list(public.values()):
                    return
                assert time.monotonic() < until, f"{len(held)} of {len(public)} lines are in the store, whole: {whole}"
                await asyncio.sleep(0.1)

    async def flush_store(self, settings: Settings) -> None:
        """Lose all that the store holds."""
        async with Redis.from_url(settings.store) as store:
            await store.flushall()

    def stop(self) -> None:
        """End all of them by force."""
        for process in self.running:
            if process.poll() is None:
                process.kill()
            process.wait()


@pytest.fixture
def stages(settings: Settings, tmp_path: Path) -> Iterator[Stages]:
    """Starts stages of the stream against this test's own broker and store, and ends them after the test."""
    running = Stages(settings, tmp_path)
    yield running
    running.stop()


class Replay:
    """Washington's recording, or the beginning of it, as the one feed of a deployment."""

    def __init__(self, recordings: Path, folder: Path) -> None:
        self.gtfs = str(recordings / "dc-bus" / "gtfs.zip")
        self.whole = recordings / "dc-bus" / "vehicle_positions.zip"
        self.folder = folder
        self.timetable = compile_timetable(read_gtfs(self.gtfs), name="dc", source=self.gtfs)

    async def lay_out(self, settings: Settings, *, polls: int, speed: float = 0, namespace: str = "") -> Settings:
        """Make the topics, put the timetable in force and set the feed; return the settings that say so."""
        short = self.folder / f"washington-{polls}.zip"
        if not short.exists():
            with ZipFile(self.whole) as whole, ZipFile(short, "w") as part:
                for name in sorted(whole.namelist())[:polls]:
                    part.writestr(name, whole.read(name))
        feed = FeedSettings(id="dc", timetable="dc", source=str(short), speed=speed)
        chosen = settings.model_copy(update={"feeds": (feed,), "namespace": f"{settings.namespace}{namespace}"})
        chosen.timetables.mkdir(parents=True, exist_ok=True)
        save_timetable(self.timetable, chosen.timetables)
        await ensure_topics(chosen)
        version = TimetableVersion(hash=self.timetable.hash, from_service_date=None, activated_at=0, source=self.gtfs)
        await publish_versions(chosen, TimetableVersions(name="dc", versions=(version,)))
        return chosen

    def answer_by_rule(self, polls: int) -> dict[bytes, list[bytes]]:
        """Each line's public parts as the rules alone give them, without a process or a broker."""
        sorter = FeedSorter(self.timetable, "dc")
        trackers: dict[int, LineTracker] = {}
        found: dict[bytes, list[bytes]] = {}
        with ZipFile(self.whole) as whole:
            for name in sorted(whole.namelist())[:polls]:
                second = int(name.removesuffix(".pb"))
                for message in sorter.sort(whole.read(name), second).messages:
                    group = sorter.lookup.group_ids[message.group]
                    if message.group not in trackers:
                        trackers[message.group] = LineTracker(self.timetable, group)
                    headers = FeedHeaders(
                        self.timetable.hash,
                        second,
                        "dc",
                        0,
                        due=message.due,
                        assigned=message.assigned,
                        gone=message.gone,
                    )
                    public = trackers[message.group].apply(message.content, headers).public
                    key = make_line_key("dc", group)
                    packed = encode_public(msgspec.structs.replace(public, line_group=key))
                    found.setdefault(key.encode(), []).append(packed)
        return found

    async def wait_for_values(self, settings: Settings, *, within_s: float = 180) -> None:
        """Until every message of the feed has its value on ``line.forecasts``."""
        sent = {(record.partition, record.offset) async for record in read_records(settings, FEED_BUS)}
        assert sent
        until = time.monotonic() + within_s
        answered: set[tuple[int, int]] = set()
        while answered != sent:
            answered = {
                decode_line_value(record.value).watermark[1:]
                async for record in read_records(settings, LINE_FORECASTS)
                if record.value
            }
            missing = sorted(sent - answered)
            assert time.monotonic() < until, f"{len(missing)} of {len(sent)} messages have no value: {missing}"
            await asyncio.sleep(0.3)

    async def read_public(self, settings: Settings) -> dict[bytes, list[bytes]]:
        """Each line's public parts in the order of its messages; values written twice must be equal."""
        found: dict[bytes, dict[Watermark, bytes]] = {}
        async for record in read_records(settings, LINE_FORECASTS):
            assert record.key is not None
            assert record.value is not None
            value = decode_line_value(record.value)
            assert found.setdefault(record.key, {}).setdefault(value.watermark, value.public) == value.public
        return {key: [parts[mark] for mark in sorted(parts)] for key, parts in found.items()}


@pytest.fixture(scope="session")
def replay(recordings: Path, tmp_path_factory: pytest.TempPathFactory) -> Replay:
    """Lays out replays of Washington's recording."""
    return Replay(recordings, tmp_path_factory.mktemp("recordings"))
