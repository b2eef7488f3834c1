"""Calls about `webhooks`. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal

from headway_client import models
from headway_client.transport import AsyncTransport, Transport, path_of


class WebhooksCalls(Transport):
    """Calls about `webhooks`."""

    def get_webhooks(self) -> Any:
        """Webhooks."""
        found: Any = self.fetch("GET", path_of("/v1/webhooks"), {})
        return found

    def post_webhook(self, body: models.WebhookWanted) -> Any:
        """Add a webhook."""
        found: Any = self.fetch("POST", path_of("/v1/webhooks"), {}, body)
        return found

    def post_secret(self, webhook_id: str) -> Any:
        """Rotate a webhook's secret."""
        found: Any = self.fetch("POST", path_of("/v1/webhooks/{webhook_id}/secret", webhook_id=webhook_id), {})
        return found

    def post_enable(self, webhook_id: str) -> Any:
        """Enable a webhook again."""
        found: Any = self.fetch("POST", path_of("/v1/webhooks/{webhook_id}/enable", webhook_id=webhook_id), {})
        return found

    def get_deliveries(self, webhook_id: str, *, state: Literal['', 'pending', 'delivered', 'failed'] | None = None, limit: int | None = None, cursor: str | None = None) -> Any:
        """What was sent to a webhook, and how it went."""
        found: Any = self.fetch("GET", path_of("/v1/webhooks/{webhook_id}/deliveries", webhook_id=webhook_id), {"state": state, "limit": limit, "cursor": cursor})
        return found


class AsyncWebhooksCalls(AsyncTransport):
    """Calls about `webhooks`."""

    async def get_webhooks(self) -> Any:
        """Webhooks."""
        found: Any = await self.fetch("GET", path_of("/v1/webhooks"), {})
        return found

    async def post_webhook(self, body: models.WebhookWanted) -> Any:
        """Add a webhook."""
        found: Any = await self.fetch("POST", path_of("/v1/webhooks"), {}, body)
        return found

    async def post_secret(self, webhook_id: str) -> Any:
        """Rotate a webhook's secret."""
        found: Any = await self.fetch("POST", path_of("/v1/webhooks/{webhook_id}/secret", webhook_id=webhook_id), {})
        return found

    async def post_enable(self, webhook_id: str) -> Any:
        """Enable a webhook again."""
        found: Any = await self.fetch("POST", path_of("/v1/webhooks/{webhook_id}/enable", webhook_id=webhook_id), {})
        return found

    async def get_deliveries(self, webhook_id: str, *, state: Literal['', 'pending', 'delivered', 'failed'] | None = None, limit: int | None = None, cursor: str | None = None) -> Any:
        """What was sent to a webhook, and how it went."""
        found: Any = await self.fetch("GET", path_of("/v1/webhooks/{webhook_id}/deliveries", webhook_id=webhook_id), {"state": state, "limit": limit, "cursor": cursor})
        return found
