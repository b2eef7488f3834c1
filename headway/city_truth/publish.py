"""Write a running city's truth to the broker, beside what its devices tell the doors."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from runtime.errors import ServiceError
from runtime.kafka_clients import make_producer
from runtime.settings import Settings
from runtime.topics.connection import administer
from runtime.topics.ensure import create_topics
from schemas.namespace import topic_name
from schemas.truth import TRUTH_TOPICS
from simulators.city.city import City
from simulators.city.truth_told import Told, tell_truth


class TruthPublisher:
    """Sends what has happened since it was last asked to: nothing twice, nothing left out."""

    def __init__(
        self, settings: Settings, city: City, loop: asyncio.AbstractEventLoop, producer: AIOKafkaProducer
    ) -> None:
        self._settings, self._city, self._loop, self._producer = settings, city, loop, producer
        self._since: int | None = None

    def publish(self, at: int) -> None:
        """Send what was so at the POSIX second ``at``, of which the city was asked last.

        Raises:
            ServiceError: the broker cannot be reached or refused it.
        """
        since = at - 1 if self._since is None else self._since
        if at <= since:
            return
        told = list(tell_truth(self._city.timetable, self._city.drives(), since, at))
        try:
            asyncio.run_coroutine_threadsafe(self._send(told, at), self._loop).result()
        except KafkaError as refused:
            raise ServiceError(f"the broker at {self._settings.broker} did not take the truth: {refused}") from None
        self._since = at

    async def _send(self, told: list[Told], at: int) -> None:
        sent = [
            await self._producer.send(
                topic_name(each.topic, self._settings.namespace), each.value, key=each.key, timestamp_ms=at * 1000
            )
            for each in told
        ]
        await asyncio.gather(*sent)


@contextmanager
def publishing(settings: Settings, city: City) -> Iterator[TruthPublisher]:
    """A publisher on the broker of ``settings``, its topics made.

    Raises:
        ServiceError: the broker cannot be reached or refused.
    """
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="truth", daemon=True)
    thread.start()
    try:
        producer = asyncio.run_coroutine_threadsafe(_start(settings), loop).result()
        try:
            yield TruthPublisher(settings, city, loop, producer)
        finally:
            asyncio.run_coroutine_threadsafe(producer.stop(), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _start(settings: Settings) -> AIOKafkaProducer:
    async with administer(settings) as admin:
        await create_topics(admin, settings, TRUTH_TOPICS)
    producer = make_producer(settings)
    await producer.start()
    return producer
