"""Sends what is due to partners' webhooks, signed, and notes how it went."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

import httpx
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
    note_outcome,
    put_off_delivery,
    refuse_delivery,
)
from runtime.settings import Settings
from runtime.webhook_signing import signed_headers
from schemas.webhooks import Delivery, Webhook
from streams.webhooks.address import AddressRefusedError, IpNetwork, find_target, read_networks

if TYPE_CHECKING:
    from collections.abc import Sequence

_log = structlog.get_logger(__name__)

AT_ONCE: Final = 64
"""Requests under way at once."""

LOOK_S: Final = 0.3
RETRY_S: Final = 1.0
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
    limits = httpx.Limits(max_connections=AT_ONCE)
    return httpx.AsyncClient(timeout=TIMEOUT, limits=limits, follow_redirects=False, trust_env=False)


class Sender:
    """Claims deliveries, sends them, notes the outcome. Several may run: a claim is one's for a minute."""

    def __init__(
        self, settings: Settings, ledger: Ledger, is_covered: Callable[[Delivery, Webhook], bool | None]
    ) -> None:
        self._ledger = ledger
        self._is_covered = is_covered
        self._secret = read_secret(settings)
        self._dead_after_s = settings.webhook_dead_after_s
        self._allowed: Sequence[IpNetwork] = read_networks(settings.webhook_networks)
        self._under_way: Counter[str] = Counter()
        self._freed = asyncio.Event()
        self._noting = asyncio.Lock()

    async def run(self) -> None:
        """Send until cancelled; a ledger that is away is asked again."""
        forget_at = 0.0
        async with make_client() as client, asyncio.TaskGroup() as attempts:
            while True:
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
        free = AT_ONCE - self._under_way.total()
        if free <= 0:
            return 0
        begun = []
        async with self._ledger.write() as session:
            for delivery, webhook in await claim_deliveries(session, free, self._under_way):
                is_covered = self._is_covered(delivery, webhook)
                if is_covered is None:
                    await put_off_delivery(session, delivery, PUT_OFF_MS)
                elif not is_covered:
                    _log.info("webhook_not_covered", webhook=webhook.id, delivery=delivery.id)
                    await refuse_delivery(session, delivery, NOT_COVERED)
                else:
                    begun.append((delivery, webhook))
        for delivery, webhook in begun:
            self._under_way[webhook.id] += 1
            attempts.create_task(self._attempt(client, delivery, webhook))
        return len(begun)

    async def _wait_for_place(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_S):
                await self._freed.wait()

    async def _attempt(self, client: httpx.AsyncClient, delivery: Delivery, webhook: Webhook) -> None:
        """Send one delivery and note how that went as soon as it is known."""
        until = time.monotonic() + CLAIM_MS / 1000
        try:
            outcome = await self._send(client, delivery, webhook)
            await self._note(delivery, outcome, until)
        finally:
            self._under_way[webhook.id] -= 1
            if not self._under_way[webhook.id]:
                del self._under_way[webhook.id]
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
