"""Kafka producers and consumers with Headway's settings: durable writes, 8 MB records, small batches' delay.

Every process builds its clients here, so that a limit or a timeout is set once. Topics are given as contract records
and named under the process's namespace. The clients must be started and stopped by whoever makes them.
"""

from typing import Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from runtime.settings import Settings
from schemas.namespace import scoped, topic_name
from schemas.topics import MESSAGE_BYTES_MAX, Topic

LINGER_MS: Final = 20
"""A record waits this long for others to share its batch: a poll's lines leave together."""

BATCH_BYTES: Final = 1_000_000
"""A poll's messages to one partition fit in one batch."""

COMPRESSION: Final = "snappy"
"""Smaller in a broker that keeps everything in memory. aiokafka packs lz4 at its slowest level: on line values 126 µs
a message against snappy's 22 for little gain, a fifth of a tracker's time."""

FRAME_BYTES_MAX: Final = MESSAGE_BYTES_MAX + 64 * 1024
"""A record of the largest size with its batch's and request's framing."""

SESSION_TIMEOUT_MS: Final = 6_000
"""A dead consumer's partitions are handed on after this long: the least that Kafka allows."""

HEARTBEAT_MS: Final = 1_500
"""Four beats fit in a session, so that one lost beat costs nothing."""

REQUEST_TIMEOUT_MS: Final = 30_000
"""Longer than a broker needs to hand over a partition's leadership when another broker dies."""


def make_producer(settings: Settings, *, linger_ms: int = LINGER_MS) -> AIOKafkaProducer:
    """A producer whose writes are on every in-sync replica before they count.

    Keys go to partitions by murmur2, as Java's clients do.
    """
    return AIOKafkaProducer(
        bootstrap_servers=settings.broker,
        acks="all",
        enable_idempotence=settings.broker_idempotence,
        linger_ms=linger_ms,
        max_batch_size=BATCH_BYTES,
        max_request_size=FRAME_BYTES_MAX,
        compression_type=COMPRESSION,
        request_timeout_ms=REQUEST_TIMEOUT_MS,
    )


def make_consumer(
    settings: Settings,
    *topics: Topic,
    group: str | None = None,
    from_start: bool = True,
    max_poll_records: int | None = None,
) -> AIOKafkaConsumer:
    """A consumer of ``topics``; with a ``group`` it shares their partitions with the group's other members.

    Offsets are never committed behind the caller's back: call ``commit()`` once the records are dealt with.
    ``from_start`` is where reading begins without a committed offset: at the topic's first record, or at its end.
    Without topics, ``assign()`` partitions by hand.
    """
    return AIOKafkaConsumer(
        *(topic_name(topic, settings.namespace) for topic in topics),
        bootstrap_servers=settings.broker,
        group_id=None if group is None else scoped(group, settings.namespace),
        auto_offset_reset="earliest" if from_start else "latest",
        enable_auto_commit=False,
        max_partition_fetch_bytes=FRAME_BYTES_MAX,
        session_timeout_ms=SESSION_TIMEOUT_MS,
        heartbeat_interval_ms=HEARTBEAT_MS,
        request_timeout_ms=REQUEST_TIMEOUT_MS,
        max_poll_records=max_poll_records,
    )


def make_admin(settings: Settings) -> AIOKafkaAdminClient:
    """A client for topics and groups."""
    return AIOKafkaAdminClient(bootstrap_servers=settings.broker, request_timeout_ms=REQUEST_TIMEOUT_MS)
