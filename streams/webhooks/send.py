"""Sends what is due to partners' webhooks, signed, and notes how it went."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

import httpx
import msgspec
import prometheus_client
import structlog
from sqlalchemy.orm.exc import StaleDataError

from runtime.deployment_secret import read_secret
from runtime.errors import ServiceError
from runtime.ledger.database import Ledger
from runtime.ledger.webhook_deliveries import (
    CLAIM_MS,
    claim_deliveries,
    forget_deliveries,
    mask_delivery,
    note_outcome,
    put_off_delivery,
    refuse_delivery,
)
from runtime.settings import Settings
from runtime.webhook_signing import signed_headers
from schemas.webhooks import Delivery, Webhook
from streams.webhooks.address import AddressRefusedError, IpNetwork, find_target, read_networks
from streams.webhooks.covering import NOTHING
from streams.webhooks.places import AT_ONCE, AT_ONCE_SLOW, Places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

_log = structlog.get_logger(__name__)

LOOK_S: Final = 0.3
RETRY_S: Final = 1.0
SLOW_S: Final = 2.0
"""An endpoint that takes longer than this to answer is slow: it waits among its like."""

ATTEMPT_S: Final = 15.0
FORGET_EVERY_S: Final = 3600.0
TIMEOUT: Final = httpx.Timeout(10.0, connect=5.0)
NOT_COVERED: Final = "no grant covers it any more: it was not sent"
PUT_OFF_MS: Final = 2000
"""What waits for timetables or grants to be read after a start is looked at again after this."""

_OK: Final = range(200, 300)

SENT: Final = prometheus_client.Counter(
    "headway_webhooks_sent", "Attempts to deliver to webhooks, by how they went.", ["outcome"]
)


class Outcome(NamedTuple):
    """How an attempt went: HTTP's status if one came, and what was wrong, empty where nothing was."""

    status: int | None
    error: str


def make_client() -> httpx.AsyncClient:
    """The client that webhooks are sent with."""
    # places bound what is under way; what has lagged leaves its place to others, and still holds its connection
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=AT_ONCE + AT_ONCE_SLOW)
    return httpx.AsyncClient(timeout=TIMEOUT, limits=limits, follow_redirects=False, trust_env=False)


class Sender:
    """Claims deliveries, sends them, notes the outcome. Several may run: a claim is one's for a minute."""

    def __init__(self, settings: Settings, ledger: Ledger, cover: Callable[[Delivery, Webhook], str | None]) -> None:
        self._ledger = ledger
        self._cover = cover
        self._secret = read_secret(settings)
        self._dead_after_s = settings.webhook_dead_after_s
        self._allowed: Sequence[IpNetwork] = read_networks(settings.webhook_networks)
        self._places = Places()
        self._freed = asyncio.Event()
        self._noting = asyncio.Lock()

    async def run(self, on_move: Callable[[], None] = lambda: None) -> None:
        """Send until cancelled; a ledger that is away is asked again. ``on_move`` is told of each turn."""
        forget_at = 0.0
        async with make_client() as client, asyncio.TaskGroup() as attempts:
            while True:
                on_move()
                self._freed.clear()
                try:
                    if time.monotonic() >= forget_at:
                        async with self._ledger.write() as session:
                            await forget_deliveries(session)
                        forget_at = time.monotonic() + FORGET_EVERY_S
                    if not await self.begin_due(client, attempts):
                        await self._wait_for_place()
                except ServiceError as lost:
                    _log.warning("webhook_ledger_lost", error=str(lost))
                    await asyncio.sleep(RETRY_S)

    async def begin_due(self, client: httpx.AsyncClient, attempts: asyncio.TaskGroup) -> int:
        """Begin to send what is due, as much as there are free places; how many were begun.

        Raises:
            ServiceError: the ledger is away.
        """
        begun = []
        async with self._ledger.write() as session:
            for delivery, webhook in await self._claim(session):
                body = self._cover(delivery, webhook)
                if body is None:
                    await put_off_delivery(session, delivery, PUT_OFF_MS)
                elif body == NOTHING:
                    _log.info("webhook_not_covered", webhook=webhook.id, delivery=delivery.id)
                    await refuse_delivery(session, delivery, NOT_COVERED)
                else:
                    if body != delivery.body:
                        await mask_delivery(session, delivery, body)
                    begun.append((msgspec.structs.replace(delivery, body=body), webhook))
        for delivery, webhook in begun:
            self._places.take(webhook.id)
            attempts.create_task(self._attempt(client, delivery, webhook))
        return len(begun)

    async def _claim(self, session: "AsyncSession") -> list[tuple[Delivery, Webhook]]:
        """Take what is due: of endpoints that answer as many as have a place, of slow ones as many of theirs."""
        places, slow = self._places, self._places.slow()
        found = []
        if places.free > 0:
            found += await claim_deliveries(session, places.free, places.under_way, apart=slow)
        if slow and places.free_slow > 0:
            found += await claim_deliveries(session, places.free_slow, places.under_way, among=slow)
        return found

    async def _wait_for_place(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_S):
                await self._freed.wait()

    async def _attempt(self, client: httpx.AsyncClient, delivery: Delivery, webhook: Webhook) -> None:
        """Send one delivery and note how that went as soon as it is known."""
        begun = time.monotonic()
        lagging = asyncio.get_running_loop().call_later(SLOW_S, self._lag, webhook.id)
        try:
            outcome = await self._send(client, delivery, webhook)
            lagging.cancel()
            await self._note(delivery, outcome, begun + CLAIM_MS / 1000)
        finally:
            lagging.cancel()
            self._places.give_back(webhook.id, was_quick=time.monotonic() - begun < SLOW_S)
            self._freed.set()

    def _lag(self, webhook_id: str) -> None:
        self._places.lag(webhook_id)
        self._freed.set()

    async def _note(self, delivery: Delivery, outcome: Outcome, until: float) -> None:
        """Note how an attempt went while the claim holds; if the ledger is away for longer, it is sent again."""
        while True:
            try:
                async with self._noting, self._ledger.write() as session:
                    await note_outcome(session, delivery, *outcome, dead_after_s=self._dead_after_s)
            except ServiceError as lost:
                _log.warning("webhook_outcome_not_noted", delivery=delivery.id, error=str(lost))
                if time.monotonic() >= until:
                    return
            except StaleDataError:
                # its webhook was removed in this moment, and the delivery with it
                return
            else:
                return
            await asyncio.sleep(RETRY_S)

    async def _send(self, client: httpx.AsyncClient, delivery: Delivery, webhook: Webhook) -> Outcome:
        try:
            async with asyncio.timeout(ATTEMPT_S):
                outcome = await self._post(client, delivery, webhook)
        except AddressRefusedError as refused:
            _log.info("webhook_address_refused", webhook=webhook.id, why=refused.why)
            outcome = Outcome(None, str(refused))
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as failed:
            outcome = Outcome(None, f"{type(failed).__name__}: {failed}")
        except Exception as failed:  # noqa: BLE001 - one address that nobody foresaw must not stop the others
            _log.exception("webhook_attempt_broke", webhook=webhook.id, delivery=delivery.id)
            outcome = Outcome(None, type(failed).__name__)
        SENT.labels("delivered" if not outcome.error else "failed").inc()
        if outcome.error:
            _log.info("webhook_failed", webhook=webhook.id, delivery=delivery.id, error=outcome.error)
        return outcome

    async def _post(self, client: httpx.AsyncClient, delivery: Delivery, webhook: Webhook) -> Outcome:
        target = await find_target(webhook.url, self._allowed)
        body = delivery.body.encode()
        headers = signed_headers(self._secret, webhook, delivery.id, int(time.time()), body)
        headers |= {"host": target.authority, "content-type": "application/json", "user-agent": "Headway-Webhooks"}
        extensions = {"sni_hostname": target.host}
        async with client.stream("POST", target.url, content=body, headers=headers, extensions=extensions) as answer:
            # nothing of the answer is read: an endpoint cannot fill our memory
            status = answer.status_code
        if status in _OK:
            return Outcome(status, "")
        return Outcome(status, f"the endpoint answers {status} {answer.reason_phrase}")
