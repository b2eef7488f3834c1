"""Send whole minutes of usage to the metering topic, and forget each once the broker has it."""

import asyncio
import contextlib
from typing import Final

import msgspec
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from api.fate import Fate
from api.lane.count_file import CountFile
from api.lane.metering import UsageMeter, list_reports
from runtime.kafka_clients import make_producer
from runtime.settings import Settings
from schemas.namespace import topic_name
from schemas.topics import PARTNER_USAGE

REPORT_EVERY_S: Final = 5.0
CLOSE_WITHIN_S: Final = 2.0
_ALL_MINUTES: Final = float("inf")
_log = structlog.get_logger(__name__)


class UsageReporter:
    """Reports this process's usage, and on request that of a process that is gone. Sending twice counts once."""

    def __init__(self, settings: Settings, meter: UsageMeter, fate: Fate | None = None) -> None:
        self._fate = fate or Fate()
        self._settings = settings
        self._meter = meter
        self._topic = topic_name(PARTNER_USAGE, settings.namespace)
        self._producer: AIOKafkaProducer | None = None
        self._task: asyncio.Task[None] | None = None
        self._connecting = asyncio.Lock()
        self._down = False

    async def start(self) -> None:
        """Begin to report minute after minute."""
        self._task = asyncio.create_task(self._run(), name="usage reports")
        self._fate.hang_on(self._task)

    async def stop(self) -> bool:
        """Report what is left, the running minute too; ``False`` when the broker did not take it all."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        reported = False
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_WITHIN_S):
                reported = await self.report_all(self._meter.file)
        await self._close()
        return reported

    async def report_all(self, file: CountFile) -> bool:
        """Report every minute of a file that nobody counts in any more; ``False`` when the broker is away."""
        return await self._report(file, before_s=_ALL_MINUTES)

    async def _run(self) -> None:
        while True:
            await self._report(self._meter.file, before_s=self._meter.begin_of_minute())
            await asyncio.sleep(REPORT_EVERY_S)

    async def _report(self, file: CountFile, *, before_s: float) -> bool:
        reports = list(list_reports(file, before_s=before_s))
        if not reports:
            return True
        try:
            producer = await self._connected()
            sent = [
                await producer.send(self._topic, msgspec.msgpack.encode(report), key=report.partner.encode())
                for _, report in reports
            ]
            await asyncio.gather(*sent)
        except (KafkaError, OSError) as failed:
            if not self._down:
                _log.warning("usage_reports_failed", error=str(failed) or type(failed).__name__, held=len(reports))
            self._down = True
            await self._close()
            return False
        self._down = False
        for name, _ in reports:
            file.free(name)
        return True

    async def _connected(self) -> AIOKafkaProducer:
        # reports of this process and of one that is gone are sent by two tasks
        async with self._connecting:
            if self._producer is None:
                producer = make_producer(self._settings)
                try:
                    await producer.start()
                except BaseException:
                    await producer.stop()
                    raise
                self._producer = producer
            return self._producer

    async def _close(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            with contextlib.suppress(KafkaError, OSError, TimeoutError):
                async with asyncio.timeout(CLOSE_WITHIN_S):
                    await producer.stop()
