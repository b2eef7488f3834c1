"""Real servers for every test that asks for one, started once a session, and a namespace of its own for each test.

A server that cannot be had leaves its tests out and says how to get it; with ``CI=true`` that is a failure.
"""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest

from runtime.embedded import kafka_jars, postgres
from runtime.embedded.kafka import KafkaCluster
from runtime.embedded.postgres import Postgres
from runtime.embedded.tansu import Tansu
from runtime.embedded.valkey import Valkey
from runtime.settings import Settings

BROKERS = ("tansu", "kafka")
DATABASES = ("sqlite", "postgres")
RECORDINGS = Path(__file__).resolve().parents[2] / "shared" / "data"


def leave_out(why: str) -> NoReturn:
    """Skip the test for want of a part; where everything must be there, fail it."""
    if os.environ.get("CI") == "true":
        pytest.fail(why, pytrace=False)
    pytest.skip(why)


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
