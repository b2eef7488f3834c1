"""What is due is sent to real endpoints, and nothing that goes wrong with one ends the process or holds up others."""

import asyncio
import http.server
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from runtime.ledger.database import Ledger
from runtime.ledger.migrate import migrate
from runtime.ledger.partners import add_partner
from runtime.ledger.plans import ensure_built_in_plans
from runtime.ledger.webhook_deliveries import list_deliveries, note_deliveries
from runtime.ledger.webhook_models import DeliveryRow
from runtime.ledger.webhooks import add_webhook, now_ms
from runtime.settings import Settings
from schemas.webhooks import TEST, Delivery, Webhook, WebhookEvent
from streams.webhooks import address
from streams.webhooks.covering import NOTHING
from streams.webhooks.places import AT_ONCE
from streams.webhooks.send import NOT_COVERED, PUT_OFF_MS, Sender, make_client


class Endpoint:
    """A partner's endpoint that takes everything."""

    def __init__(self) -> None:
        self.hosts: list[str] = []
        heard = self.hosts

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                heard.append(self.headers["Host"])
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    made = Endpoint()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


class Desk:
    """A sender over a ledger with one partner."""

    def __init__(self, settings: Settings, ledger: Ledger, partner: str) -> None:
        self.ledger, self.partner = ledger, partner
        self.covered: dict[str, str | None] = {}
        self.sender = Sender(settings, ledger, self.cover)

    def cover(self, delivery: Delivery, webhook: Webhook) -> str | None:
        """The body, or what a test chose."""
        return self.covered.get(webhook.id, delivery.body)

    async def send(self) -> None:
        """Send what is due, a round of it, to its end."""
        async with make_client() as client, asyncio.TaskGroup() as attempts:
            await self.sender.begin_due(client, attempts)

    async def due(self, url: str, count: int = 1) -> Webhook:
        """A webhook with events that are due."""
        wanted = Webhook(id="", partner_id=self.partner, url=url, event=WebhookEvent.LINE_DISRUPTED, line="town:1")
        now = now_ms()
        async with self.ledger.write() as session:
            made = await add_webhook(session, wanted, actor="test")
            events = [
                Delivery(
                    id=f"evt_{made.id}_{number}", webhook_id=made.id, type=TEST, subject="", body='{"data":{}}',
                    made_at_ms=now, gives_up_at_ms=now + 60_000, next_at_ms=now - 1,
                )
                for number in range(count)
            ]  # fmt: skip
            await note_deliveries(session, events)
        return made

    async def told(self, webhook: Webhook) -> list[Delivery]:
        async with self.ledger.read() as session:
            return await list_deliveries(session, self.partner, webhook.id, state="", limit=99)


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    settings = Settings(
        database=f"sqlite+aiosqlite:///{tmp_path / 'l.db'}", data_folder=tmp_path, webhook_networks=("127.0.0.0/8",)
    )
    ledger = Ledger(settings.database)
    await migrate(ledger)
    async with ledger.write() as session:
        await ensure_built_in_plans(session, actor="test")
        partner = await add_partner(session, name="Maps", plan="standard", actor="test")
    yield Desk(settings, ledger, partner.id)
    await ledger.close()


async def test_a_host_that_is_not_ascii_is_called_by_its_idna_name(
    desk: Desk, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = []
    look_up = asyncio.BaseEventLoop.getaddrinfo

    async def resolve(loop: Any, host: str, port: int, **more: Any) -> Any:
        looked.append(host)
        return await look_up(loop, "127.0.0.1", port, **more)

    monkeypatch.setattr("asyncio.BaseEventLoop.getaddrinfo", resolve)
    webhook = await desk.due(f"http://bücher.example:{endpoint.port}/hook")
    await desk.send()
    assert looked[0] == "xn--bcher-kva.example"
    assert endpoint.hosts == [f"xn--bcher-kva.example:{endpoint.port}"]
    assert [each.state for each in await desk.told(webhook)] == ["delivered"]


async def test_an_attempt_that_breaks_as_nobody_foresaw_is_a_failed_attempt_of_that_delivery_alone(
    desk: Desk, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = address.find_target

    async def break_on_one(url: str, allowed: tuple[address.IpNetwork, ...]) -> address.Target:
        if "broken" in url:
            raise KeyError(url)
        return await find(url, allowed)

    monkeypatch.setattr("streams.webhooks.send.find_target", break_on_one)
    broken = await desk.due("https://broken.example/hook")
    whole = await desk.due(f"http://127.0.0.1:{endpoint.port}/hook")
    await desk.send()
    (failed,) = await desk.told(broken)
    assert (failed.state, failed.attempts, failed.last_error) == ("pending", 1, "KeyError")
    assert [each.state for each in await desk.told(whole)] == ["delivered"]


async def test_a_partner_reads_the_same_of_a_name_inside_as_of_a_name_that_there_is_not(desk: Desk) -> None:
    errors = set()
    for host in ("10.0.0.1", "no-such-name.invalid", "-ü"):
        webhook = await desk.due(f"https://{host}/hook")
        await desk.send()
        errors |= {each.last_error for each in await desk.told(webhook)}
    assert errors == {address.REFUSED}


async def test_what_no_grant_covers_any_more_is_given_up_unsent_and_what_is_not_known_yet_waits(
    desk: Desk, endpoint: Endpoint
) -> None:
    url = f"http://127.0.0.1:{endpoint.port}/hook"
    ended, unknown = await desk.due(url), await desk.due(url)
    desk.covered = {ended.id: NOTHING, unknown.id: None}
    await desk.send()
    assert endpoint.hosts == []
    (given_up,) = await desk.told(ended)
    assert (given_up.state, given_up.last_error, given_up.attempts) == ("failed", NOT_COVERED, 0)
    async with desk.ledger.read() as session:
        row = await session.get(DeliveryRow, f"evt_{unknown.id}_0")
        assert row is not None
        assert (row.state, row.claimed_until_ms) == ("pending", 0)
        assert row.next_at_ms > now_ms() + PUT_OFF_MS // 2


async def test_a_slow_endpoint_holds_up_no_other_and_each_outcome_is_noted_when_it_comes(
    desk: Desk, endpoint: Endpoint
) -> None:
    held = asyncio.Event()

    async def hold(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await held.wait()
        writer.close()

    silent = await asyncio.start_server(hold, "127.0.0.1", 0)
    slow = await desk.due(f"http://127.0.0.1:{silent.sockets[0].getsockname()[1]}/hook", count=50)
    quick = await desk.due(f"http://127.0.0.1:{endpoint.port}/hook", count=20)
    running = asyncio.create_task(desk.sender.run())
    try:
        for _ in range(500):
            if {each.state for each in await desk.told(quick)} == {"delivered"}:
                break
            await asyncio.sleep(0.02)
        assert {each.state for each in await desk.told(quick)} == {"delivered"}
        assert {each.attempts for each in await desk.told(slow)} == {0}
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        held.set()
        silent.close()
        await silent.wait_closed()


async def test_more_slow_endpoints_than_there_are_places_do_not_keep_one_that_answers_waiting(
    desk: Desk, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    # long enough that an endpoint that answers at once is not taken for a slow one on a busy machine
    monkeypatch.setattr("streams.webhooks.send.SLOW_S", 0.2)
    held = asyncio.Event()

    async def hold(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await held.wait()
        writer.close()

    silent = await asyncio.start_server(hold, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    slow = [await desk.due(f"http://127.0.0.1:{port}/{number}", count=9) for number in range(AT_ONCE // 4 + 4)]
    running = asyncio.create_task(desk.sender.run())
    try:
        quick = await desk.due(f"http://127.0.0.1:{endpoint.port}/hook", count=20)
        for _ in range(1500):
            if {each.state for each in await desk.told(quick)} == {"delivered"}:
                break
            await asyncio.sleep(0.02)
        assert {each.state for each in await desk.told(quick)} == {"delivered"}
        assert {each.state for one in slow for each in await desk.told(one)} == {"pending"}
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        held.set()
        silent.close()
        await silent.wait_closed()


async def test_what_a_grant_covers_no_more_of_an_event_is_neither_sent_nor_kept(desk: Desk, endpoint: Endpoint) -> None:
    webhook = await desk.due(f"http://127.0.0.1:{endpoint.port}/hook")
    desk.covered = {webhook.id: '{"data":{"less":1}}'}
    await desk.send()
    (sent,) = await desk.told(webhook)
    assert (sent.state, sent.body) == ("delivered", '{"data":{"less":1}}')
