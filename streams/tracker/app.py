"""The tracker's Faust app: reads both feed topics, writes ``line.forecasts``, which is its table's own log."""

import time
from typing import Any, Final

import faust
import structlog
from mode.utils.objects import cached_property
from mode.utils.queues import FlowControlEvent

from runtime.kafka_clients import COMPRESSION
from runtime.settings import Settings
from runtime.timetables import TimetableFolder
from runtime.timetables.history_file import load_history
from schemas.namespace import scoped, topic_name
from schemas.topics import FEEDS, LINE_FORECASTS, MESSAGE_BYTES_MAX
from streams.health_port import Health
from streams.tracker.counts import TrackerCounts
from streams.tracker.line_stage import LineStage, read_message
from streams.tracker.line_store import LineTable
from streams.tracker.line_worker import LineWorker
from streams.tracker.log_tail import LogTail
from streams.tracker.ordered_consumer import OrderedTransport, SteadyFlow
from streams.tracker.ordered_stream import OrderedStream
from streams.tracker.raw_schema import RawSchema

_log = structlog.get_logger(__name__)

SESSION_TIMEOUT_S: Final = 6.0
"""A dead worker's lines are handed on after this long: Kafka's floor."""

HEARTBEAT_S: Final = 1.0
LINGER_S: Final = 0.02
BATCH_BYTES: Final = 1_000_000
FRAME_BYTES: Final = MESSAGE_BYTES_MAX + 64 * 1024
FETCH_BYTES: Final = 4 * 1024 * 1024
COMMIT_EVERY_S: Final = 2.8


class QuietMonitor(faust.Monitor):
    """Faust's figures without those of each message: the tracker counts its own."""

    def on_stream_event_in(self, tp: Any, offset: int, stream: Any, event: Any) -> None:
        """A stream began with a message: by this Faust's consumer sees that one is not stuck."""
        del offset, stream, event
        self.stream_inbound_time[tp] = time.monotonic()


class TrackerApp(faust.App):
    """A Faust app whose flow keeps what is in its queues."""

    @cached_property
    def flow_control(self) -> FlowControlEvent:
        """What stops and resumes the flow into streams' queues."""
        return SteadyFlow(loop=self.loop)


def make_tracker(settings: Settings, health: Health, *, standby: bool = True) -> faust.App:
    """Build the app of one worker. Its topics must exist; ``standby`` keeps a copy of other workers' lines."""
    folder = settings.data_folder / "tracker"
    folder.mkdir(parents=True, exist_ok=True)  # Faust makes the last folder of a path alone
    app = TrackerApp(
        scoped("tracker", settings.namespace),
        broker=[f"kafka://{address.strip()}" for address in settings.broker.split(",")],
        store="memory://",
        datadir=str(folder),
        key_serializer="raw",
        value_serializer="raw",
        Stream=OrderedStream,
        Table=LineTable,
        Monitor=QuietMonitor,
        topic_partitions=settings.line_partitions,
        topic_allow_declare=False,
        topic_disable_leader=True,
        reply_create_topic=False,
        table_standby_replicas=1 if standby else 0,
        broker_session_timeout=SESSION_TIMEOUT_S,
        broker_heartbeat_interval=HEARTBEAT_S,
        broker_request_timeout=30.0,
        broker_commit_interval=COMMIT_EVERY_S,
        broker_max_poll_interval=300.0,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=FETCH_BYTES,
        producer_linger=LINGER_S,
        producer_max_batch_size=BATCH_BYTES,
        producer_max_request_size=FRAME_BYTES,
        producer_compression_type=COMPRESSION,
        producer_acks=-1,
        web_enabled=False,
        worker_redirect_stdouts=False,
    )
    app.transport = OrderedTransport(app.conf.broker_consumer, app)
    app.transport.on_move = health.move
    counts = TrackerCounts()
    history = None if settings.history is None else load_history(settings.history)
    if history is not None:
        _log.info("history_loaded", hash=history.hash, days=history.days, file=str(settings.history))
    worker = LineWorker(
        TimetableFolder(settings.timetables), line_partitions=settings.line_partitions, counts=counts, history=history
    )
    _track_lines(app, settings, LineStage(settings, worker, counts), health)
    return app


def _track_lines(app: faust.App, settings: Settings, stage: LineStage, health: Health) -> None:
    """Hang the one agent on ``app``."""
    feeds = app.topic(
        *(topic_name(topic, settings.namespace) for topic in FEEDS),
        schema=RawSchema(key_type=bytes, value_type=bytes),
    )
    forecasts = app.topic(
        topic_name(LINE_FORECASTS, settings.namespace),
        key_type=bytes,
        value_type=bytes,
        partitions=settings.line_partitions,
        compacting=True,
    )
    lines: Any = app.Table(
        "lines",
        key_type=bytes,
        value_type=bytes,
        partitions=settings.line_partitions,
        changelog_topic=forecasts,
        options={"read_tail": None if settings.broker_idempotence else LogTail(settings).read},
    )

    @app.on_partitions_revoked.connect
    async def forget(*_args: Any, **_kwargs: Any) -> None:
        stage.worker.forget()

    @app.on_rebalance_complete.connect
    async def get_on(*_args: Any, **_kwargs: Any) -> None:
        health.progress()

    @app.agent(feeds, name="track")
    async def track(stream: Any) -> None:
        try:
            async for event in stream.events():
                value = await stage.answer(read_message(event), lines.find(event.key))
                if value is not None:
                    await lines.put(event.key, value, event.message.partition)
                health.progress()
        except Exception as failure:
            # Faust would begin a new agent behind the message whose value was not written
            await app.crash(failure)
            raise
