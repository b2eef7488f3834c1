"""Calls about `archive`. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal

from headway_client import models
from headway_client.transport import AsyncTransport, Transport, path_of


class ArchiveCalls(Transport):
    """Calls about `archive`."""

    def get_output(self, product_id: str) -> Any:
        """A derived product's output."""
        found: Any = self.fetch("GET", path_of("/v1/archive/{product_id}", product_id=product_id), {})
        return found


class AsyncArchiveCalls(AsyncTransport):
    """Calls about `archive`."""

    async def get_output(self, product_id: str) -> Any:
        """A derived product's output."""
        found: Any = await self.fetch("GET", path_of("/v1/archive/{product_id}", product_id=product_id), {})
        return found
