"""Calls about `me`. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal

from headway_client import models
from headway_client.transport import AsyncTransport, Transport, path_of


class MeCalls(Transport):
    """Calls about `me`."""

    def get_me(self) -> Any:
        """Who asks, under which plan, and what is open."""
        found: Any = self.fetch("GET", path_of("/v1/me"), {})
        return found

    def get_grants(self) -> Any:
        """Grants, those that are over too."""
        found: Any = self.fetch("GET", path_of("/v1/me/grants"), {})
        return found

    def post_grant(self, body: models.GrantAsked) -> Any:
        """Ask for a grant."""
        found: Any = self.fetch("POST", path_of("/v1/me/grants"), {}, body)
        return found

    def get_requests(self) -> Any:
        """Requests for grants."""
        found: Any = self.fetch("GET", path_of("/v1/me/requests"), {})
        return found

    def get_needs(self) -> Any:
        """Needs."""
        found: Any = self.fetch("GET", path_of("/v1/me/needs"), {})
        return found

    def post_a_need(self, body: models.NeedPosted) -> Any:
        """Post a need."""
        found: Any = self.fetch("POST", path_of("/v1/me/needs"), {}, body)
        return found

    def get_keys(self) -> Any:
        """Keys."""
        found: Any = self.fetch("GET", path_of("/v1/me/keys"), {})
        return found

    def rotate(self, body: models.KeyRotated) -> Any:
        """Change the key without a gap."""
        found: Any = self.fetch("POST", path_of("/v1/me/keys/rotate"), {}, body)
        return found

    def restrict(self, key_id: str, body: models.KeyRestricted) -> Any:
        """Limit a key to networks, or to signed requests."""
        found: Any = self.fetch("PATCH", path_of("/v1/me/keys/{key_id}", key_id=key_id), {}, body)
        return found

    def revoke(self, key_id: str) -> Any:
        """End a key."""
        found: Any = self.fetch("DELETE", path_of("/v1/me/keys/{key_id}", key_id=key_id), {})
        return found


class AsyncMeCalls(AsyncTransport):
    """Calls about `me`."""

    async def get_me(self) -> Any:
        """Who asks, under which plan, and what is open."""
        found: Any = await self.fetch("GET", path_of("/v1/me"), {})
        return found

    async def get_grants(self) -> Any:
        """Grants, those that are over too."""
        found: Any = await self.fetch("GET", path_of("/v1/me/grants"), {})
        return found

    async def post_grant(self, body: models.GrantAsked) -> Any:
        """Ask for a grant."""
        found: Any = await self.fetch("POST", path_of("/v1/me/grants"), {}, body)
        return found

    async def get_requests(self) -> Any:
        """Requests for grants."""
        found: Any = await self.fetch("GET", path_of("/v1/me/requests"), {})
        return found

    async def get_needs(self) -> Any:
        """Needs."""
        found: Any = await self.fetch("GET", path_of("/v1/me/needs"), {})
        return found

    async def post_a_need(self, body: models.NeedPosted) -> Any:
        """Post a need."""
        found: Any = await self.fetch("POST", path_of("/v1/me/needs"), {}, body)
        return found

    async def get_keys(self) -> Any:
        """Keys."""
        found: Any = await self.fetch("GET", path_of("/v1/me/keys"), {})
        return found

    async def rotate(self, body: models.KeyRotated) -> Any:
        """Change the key without a gap."""
        found: Any = await self.fetch("POST", path_of("/v1/me/keys/rotate"), {}, body)
        return found

    async def restrict(self, key_id: str, body: models.KeyRestricted) -> Any:
        """Limit a key to networks, or to signed requests."""
        found: Any = await self.fetch("PATCH", path_of("/v1/me/keys/{key_id}", key_id=key_id), {}, body)
        return found

    async def revoke(self, key_id: str) -> Any:
        """End a key."""
        found: Any = await self.fetch("DELETE", path_of("/v1/me/keys/{key_id}", key_id=key_id), {})
        return found
