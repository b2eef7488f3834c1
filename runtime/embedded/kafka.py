"""Apache Kafka as local child processes: KRaft brokers that are their own controllers, one or several."""

import base64
import shutil
import subprocess
import time
import uuid
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from runtime.embedded.child import STOP_WITHIN_S, ChildPlan
from runtime.embedded.kafka_jars import get_jars
from runtime.embedded.kafka_probe import count_brokers
from runtime.embedded.ports import LOOPBACK, find_free_port
from runtime.embedded.server import EmbeddedServer
from runtime.errors import ServiceError
from schemas.topics import MESSAGE_BYTES_MAX

_FORMAT_WITHIN_S: Final = 120
_LOG_TAIL_CHARS: Final = 500
_REPLICATION_MAX: Final = 3


class KafkaBroker(EmbeddedServer):
    """One broker of a cluster. Its data stays in its folder, so it may be killed and started again."""

    ready_within_s = 90.0

    def __init__(self, folder: Path, *, cluster: "KafkaCluster", node_id: int, port: int | None = None) -> None:
        super().__init__(folder, port=port)
        self.name = f"kafka-{node_id}"
        self.cluster = cluster
        self.node_id = node_id
        self.controller_port = find_free_port()

    @property
    def _properties(self) -> Path:
        return self.folder / "server.properties"

    def prepare(self) -> None:
        """Write the broker's settings and format its log folder the first time."""
        super().prepare()
        lines = [f"{key}={value}" for key, value in self.properties().items()]
        self._properties.write_text("\n".join(lines) + "\n")
        if (self.folder / "log" / "meta.properties").exists():
            return
        words = ["kafka.tools.StorageTool", "format", f"--cluster-id={self.cluster.id}", "-c", str(self._properties)]
        run = subprocess.run(  # noqa: S603 - the command is ours, no shell is involved
            [*_java("128m"), *words], capture_output=True, text=True, timeout=_FORMAT_WITHIN_S, check=False
        )
        if run.returncode != 0:
            tail = (run.stdout + run.stderr)[-_LOG_TAIL_CHARS:]
            raise ServiceError(f"{self.name}: its folder {self.folder} cannot be formatted: {tail}")

    def properties(self) -> dict[str, str]:
        """The broker's settings."""
        replication = str(min(_REPLICATION_MAX, self.cluster.size))
        in_sync = str(self.cluster.min_insync_replicas)
        voters = ",".join(f"{b.node_id}@{LOOPBACK}:{b.controller_port}" for b in self.cluster.brokers)
        return {
            "process.roles": "broker,controller",
            "node.id": str(self.node_id),
            "controller.quorum.voters": voters,
            "listeners": f"PLAINTEXT://{LOOPBACK}:{self.port},CONTROLLER://{LOOPBACK}:{self.controller_port}",
            "advertised.listeners": f"PLAINTEXT://{LOOPBACK}:{self.port}",
            "controller.listener.names": "CONTROLLER",
            "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
            "log.dirs": str((self.folder / "log").absolute()),
            "auto.create.topics.enable": "false",
            "message.max.bytes": str(MESSAGE_BYTES_MAX),
            "replica.fetch.max.bytes": str(MESSAGE_BYTES_MAX),
            "default.replication.factor": replication,
            "min.insync.replicas": in_sync,
            "offsets.topic.replication.factor": replication,
            "offsets.topic.num.partitions": "4",
            "transaction.state.log.replication.factor": replication,
            "transaction.state.log.min.isr": in_sync,
            # one machine, few members: nobody else is about to join
            "group.initial.rebalance.delay.ms": "0",
            # an empty segment takes its index files' full size at once; hundreds of partitions on a laptop's disk
            "log.index.size.max.bytes": "1048576",
        }

    def plan(self) -> ChildPlan:
        """How the broker is run."""
        command = [*_java("512m"), "kafka.Kafka", str(self._properties)]
        return ChildPlan(name=self.name, command=command, log=self.log, folder=self.folder)

    def is_ready(self) -> bool:
        """Whether it answers and sees every broker of the cluster that we started."""
        return count_brokers(LOOPBACK, self.port) >= self.cluster.alive_count()


class KafkaCluster:
    """Brokers on this machine: one for a laptop, three to show what happens when one dies."""

    name = "kafka"

    def __init__(self, folder: Path, *, brokers: int = 1, port: int | None = None) -> None:
        self.folder = folder
        self.size = brokers
        self.id = _cluster_id(folder)
        self.brokers: list[KafkaBroker] = []
        for node_id in range(1, brokers + 1):
            first_port = port if node_id == 1 else None
            broker = KafkaBroker(folder / f"broker-{node_id}", cluster=self, node_id=node_id, port=first_port)
            self.brokers.append(broker)

    @property
    def address(self) -> str:
        """The bootstrap servers, as clients take them."""
        return ",".join(broker.address for broker in self.brokers)

    @property
    def min_insync_replicas(self) -> int:
        """How many replicas must have a record before it counts: one may be missing where there are three."""
        return max(1, min(_REPLICATION_MAX, self.size) - 1)

    def alive_count(self) -> int:
        """How many of its brokers run."""
        return sum(broker.is_alive() for broker in self.brokers)

    def is_alive(self) -> bool:
        """Whether every broker runs."""
        return self.alive_count() == self.size

    def launch(self) -> None:
        """Start every broker and return at once."""
        for broker in self.brokers:
            broker.launch()

    def wait_ready(self) -> None:
        """Wait until every broker answers and sees the others.

        Raises:
            ServiceError: one ended or does not answer in time.
        """
        for broker in self.brokers:
            broker.wait_ready()

    def start(self) -> Self:
        """Start every broker and wait until all serve."""
        self.launch()
        self.wait_ready()
        return self

    def ask_to_stop(self) -> None:
        """Ask every broker to end and return at once."""
        for broker in self.brokers:
            broker.ask_to_stop()

    def stop(self, within_s: float = STOP_WITHIN_S) -> None:
        """End every broker, all at the same time."""
        self.ask_to_stop()
        until = time.monotonic() + within_s
        for broker in self.brokers:
            broker.stop(within_s=max(0.0, until - time.monotonic()))

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _java(heap: str) -> list[str]:
    # the default log configuration prints errors alone; warnings name a misbehaving client
    quiet = "-Dorg.apache.logging.log4j.level=WARN"
    return [shutil.which("java") or "java", f"-Xmx{heap}", quiet, "-cp", f"{get_jars()}/*"]


def _cluster_id(folder: Path) -> str:
    """An id that stays the same for a data folder, as its formatted logs demand."""
    digest = uuid.uuid5(uuid.NAMESPACE_URL, str(folder.absolute())).bytes
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
