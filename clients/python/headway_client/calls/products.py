"""Calls about `products`. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal

from headway_client import models
from headway_client.transport import AsyncTransport, Transport, path_of


class ProductsCalls(Transport):
    """Calls about `products`."""

    def get_products(self) -> Any:
        """What is on the shelf."""
        found: Any = self.fetch("GET", path_of("/v1/products"), {})
        return found

    def get_product(self, product_id: str) -> Any:
        """One product, with a sample."""
        found: Any = self.fetch("GET", path_of("/v1/products/{product_id}", product_id=product_id), {})
        return found


class AsyncProductsCalls(AsyncTransport):
    """Calls about `products`."""

    async def get_products(self) -> Any:
        """What is on the shelf."""
        found: Any = await self.fetch("GET", path_of("/v1/products"), {})
        return found

    async def get_product(self, product_id: str) -> Any:
        """One product, with a sample."""
        found: Any = await self.fetch("GET", path_of("/v1/products/{product_id}", product_id=product_id), {})
        return found
