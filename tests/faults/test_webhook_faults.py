"""The process that tells webhooks, killed while it sends: every event arrives, under one id each, signed."""

import asyncio
import base64
import hmac
import http.server
import threading
import time
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import msgspec
import orjson
import pytest
from sqlalchemy import select

from runtime.deployment_secret import read_secret
from runtime.kafka_clients import make_producer
from runtime.ledger.database import Ledger
from runtime.ledger.models import PartnerRow
from runtime.ledger.plans import Plan
from runtime.ledger.webhook_models import DeliveryRow
from runtime.ledger.webhooks import add_webhook, list_webhooks
from runtime.settings import Settings
from runtime.topics.ensure import ensure_topics
from runtime.webhook_signing import secret_text
from schemas.line_forecasts import decode_public, encode_public
from schemas.line_value import Watermark, decode_line_value, encode_line_value
from schemas.namespace import topic_name
from schemas.topics import LINE_FORECASTS
from schemas.webhooks import Webhook, WebhookEvent
from tests.faults.town import NAME, Town

RUNS = 40


class Receiver:
    """A partner's endpoint: answers slowly, and with 500 to the first request of every third event."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, int, dict[str, str], bytes]] = []
        received = self.heard

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                event = self.headers["webhook-id"]
                is_first = event not in {each[0] for each in received}
                status = 500 if is_first and int(event[-1], 16) % 3 == 0 else 204
                received.append((event, status, {k.lower(): v for k, v in self.headers.items()}, body))
                time.sleep(0.05)
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        self._thread = threading.Thread(target=self._server.serve_forever)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def delivered(self) -> set[str]:
        return {event for event, status, _, _ in list(self.heard) if status == 204}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    found.start()
    yield found
    found.stop()


def value_of(town: Town, number: int) -> bytes:
    """The line's value with its bus on another run."""
    value = decode_line_value(town.value())
    public = decode_public(value.public)
    runs = tuple(msgspec.structs.replace(run, trip_id=f"t{600 * number}") for run in public.runs)
    packed = encode_public(msgspec.structs.replace(public, runs=runs))
    return encode_line_value(value._replace(watermark=Watermark(1, 0, number), public=packed))


async def produce(settings: Settings, values: list[bytes]) -> None:
    producer = make_producer(settings)
    await producer.start()
    for value in values:
        await producer.send_and_wait(topic_name(LINE_FORECASTS, settings.namespace), value, key=f"{NAME}:1".encode())
    await producer.stop()


async def wait_for(receiver: Receiver, count: int) -> None:
    until = time.monotonic() + 90
    while len(receiver.delivered()) < count:
        assert time.monotonic() < until, f"{len(receiver.delivered())} of {count} events arrived"
        await asyncio.sleep(0.05)


async def lay_out(settings: Settings, town: Town, receiver: Receiver) -> Webhook:
    await town.lay_out(settings, Plan(name="p", burst_per_s=10, burst_size=10, per_day=1000, per_month=1000, streams=1))
    await ensure_topics(settings)
    ledger = Ledger(settings.database)
    async with ledger.write() as session:
        partner = (await session.scalars(select(PartnerRow.id))).one()
        wanted = Webhook(
            id="",
            partner_id=partner,
            url=receiver.url,
            event=WebhookEvent.RUN_APPROACHING,
            line=f"{NAME}:1",
            stop=f"{NAME}:b",
            minutes=15,
        )
        made = await add_webhook(session, wanted, actor="test")
    await ledger.close()
    return made


async def test_a_killed_process_loses_no_event_and_notes_none_twice(
    settings: Settings, stages: Any, receiver: Receiver
) -> None:
    town = Town()
    chosen = settings.model_copy(update={"webhook_networks": ("127.0.0.0/8",)})
    webhook = await lay_out(chosen, town, receiver)
    first = stages.start("webhooks", settings=chosen)
    await produce(chosen, [value_of(town, number) for number in range(RUNS // 2)])
    await wait_for(receiver, 3)
    first.kill()
    await produce(chosen, [value_of(town, number) for number in range(RUNS // 2, RUNS)])
    stages.start("webhooks", settings=chosen)
    # what the killed process had claimed is left to others after a minute: here the ledger is told so at once
    ledger = Ledger(chosen.database)
    async with ledger.write() as session:
        for row in await session.scalars(select(DeliveryRow)):
            row.claimed_until_ms = 0
    await wait_for(receiver, RUNS)
    async with ledger.read() as session:
        noted = [row.subject for row in await session.scalars(select(DeliveryRow))]
        assert [each.failing_since_ms for each in await list_webhooks(session)] == [None]
    await ledger.close()
    assert Counter(subject.split(":")[1] for subject in noted) == Counter(f"t{600 * n}" for n in range(RUNS))
    bodies = {event: body for event, _, _, body in receiver.heard}
    assert len(bodies) == RUNS, "each event has one id, however often it is sent"
    told = orjson.loads(next(iter(bodies.values())))
    assert told["type"] == "run.approaching"
    assert told["data"]["stop_id"] == f"{NAME}:b"
    secret = secret_text(read_secret(chosen), webhook.id, 1).removeprefix("whsec_")
    for event, _, headers, body in receiver.heard:
        signed = f"{event}.{headers['webhook-timestamp']}.".encode() + body
        expected = base64.b64encode(hmac.new(base64.b64decode(secret), signed, sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{expected}"
