"""Sends what is due to partners' webhooks, signed, and notes how it went."""

import asyncio
import time
from typing import TYPE_CHECKING, Final, NamedTuple

import httpx
import structlog
from prometheus_client import Counter

from runtime.deployment_secret import read_secret
from runtime.errors import ServiceError
from runtime.ledger.database import Ledger
from runtime.ledger.webhook_deliveries import claim_deliveries, forget_deliveries, note_outcome
from runtime.settings import Settings
from runtime.webhook_signing import signed_headers
from schemas.webhooks import Delivery, Webhook
from streams.webhooks.address import AddressRefusedError, IpNetwork, find_target, read_networks

if TYPE_CHECKING:
    from collections.abc import Sequence

_log = structlog.get_logger(__name__)

AT_ONCE: Final = 32
AT_ONCE_EACH: Final = 4
"""Requests under way to one webhook: a slow endpoint does not hold up the others."""

LOOK_S: Final = 0.3
RETRY_S: Final = 1.0
ATTEMPT_S: Final = 15.0
FORGET_EVERY_S: Final = 3600.0
TIMEOUT: Final = httpx.Timeout(10.0, connect=5.0)
_OK: Final = range(200, 300)

SENT: Final = Counter("headway_webhooks_sent", "Attempts to deliver to webhooks, by how they went.", ["outcome"])


class Outcome(NamedTuple):
    """How an attempt went: HTTP's status if one came, and what was wrong, empty where nothing was."""

    status: int | None
    error: str


class Sender:
    """Claims deliveries, sends them, notes the outcome. Several may run: a claim is one's for a minute."""

    def __init__(self, settings: Settings, ledger: Ledger) -> None:
        self._ledger = ledger
        self._secret = read_secret(settings)
        self._dead_after_s = settings.webhook_dead_after_s
        self._allowed: Sequence[IpNetwork] = read_networks(settings.webhook_networks)
        self._places: dict[str, asyncio.Semaphore] = {}

    async def run(self) -> None:
        """Send until cancelled; a ledger that is away is asked again."""
        forget_at = 0.0
        async with httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client:
            while True:
                try:
                    if time.monotonic() >= forget_at:
                        async with self._ledger.write() as session:
                            await forget_deliveries(session)
                        forget_at = time.monotonic() + FORGET_EVERY_S
                    if not await self.send_due(client):
                        await asyncio.sleep(LOOK_S)
                except ServiceError as lost:
                    _log.warning("webhook_ledger_lost", error=str(lost))
                    await asyncio.sleep(RETRY_S)

    async def send_due(self, client: httpx.AsyncClient) -> int:
        """Send what is due now, a batch of it; how many were tried.

        Raises:
            ServiceError: the ledger is away.
        """
        async with self._ledger.write() as session:
            claimed = await claim_deliveries(session, AT_ONCE)
        if not claimed:
            return 0
        self._places = {webhook.id: asyncio.Semaphore(AT_ONCE_EACH) for _, webhook in claimed}
        outcomes = await asyncio.gather(*(self._send(client, *each) for each in claimed))
        async with self._ledger.write() as session:
            for (delivery, _), outcome in zip(claimed, outcomes, strict=True):
                await note_outcome(session, delivery, *outcome, dead_after_s=self._dead_after_s)
        return len(claimed)

    async def _send(self, client: httpx.AsyncClient, delivery: Delivery, webhook: Webhook) -> Outcome:
        async with self._places[webhook.id]:
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
