"""Calls about `me`. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal

from headway_client import models
from headway_client.transport import AsyncTransport, Transport, path_of


class MeCalls(Transport):
    """Calls about `me`."""

    def get_me(self) -> models.MeAnswer:
        """Who asks, under which plan, and what is open."""
        found: models.MeAnswer = self.fetch("GET", path_of("/v1/me"), {})
        return found

    def get_grants(self) -> models.GrantsAnswer:
        """Grants, those that are over too."""
        found: models.GrantsAnswer = self.fetch("GET", path_of("/v1/me/grants"), {})
        return found

    def post_grant(self, body: models.GrantAsked) -> models.GrantRequest:
        """Ask for a grant."""
        found: models.GrantRequest = self.fetch("POST", path_of("/v1/me/grants"), {}, body)
        return found

    def get_requests(self) -> models.RequestsAnswer:
        """Requests for grants."""
        found: models.RequestsAnswer = self.fetch("GET", path_of("/v1/me/requests"), {})
        return found

    def get_needs(self) -> models.NeedsAnswer:
        """Needs."""
        found: models.NeedsAnswer = self.fetch("GET", path_of("/v1/me/needs"), {})
        return found

    def post_a_need(self, body: models.NeedPosted) -> models.Need:
        """Post a need."""
        found: models.Need = self.fetch("POST", path_of("/v1/me/needs"), {}, body)
        return found

    def get_keys(self) -> models.KeysAnswer:
        """Keys."""
        found: models.KeysAnswer = self.fetch("GET", path_of("/v1/me/keys"), {})
        return found

    def rotate(self, body: models.KeyRotated) -> models.NewKey:
        """Change the key without a gap."""
        found: models.NewKey = self.fetch("POST", path_of("/v1/me/keys/rotate"), {}, body)
        return found

    def restrict(self, key_id: str, body: models.KeyRestricted) -> models.RestrictedKey:
        """Limit a key to networks, or to signed requests."""
        found: models.RestrictedKey = self.fetch("PATCH", path_of("/v1/me/keys/{key_id}", key_id=key_id), {}, body)
        return found

    def revoke(self, key_id: str) -> models.Key:
        """End a key."""
        found: models.Key = self.fetch("DELETE", path_of("/v1/me/keys/{key_id}", key_id=key_id), {})
        return found

    def get_crosswalks(self) -> models.CrosswalksAnswer:
        """Crosswalks of own ids."""
        found: models.CrosswalksAnswer = self.fetch("GET", path_of("/v1/me/crosswalks"), {})
        return found

    def put_own_ids(self, timetable: str, kind: Literal['stops', 'lines'], body: list[dict[str, Any]], *, limit: int | None = None, datum: models.Datum | None = None) -> models.CrosswalkReport:
        """Upload own ids of stops or lines."""
        found: models.CrosswalkReport = self.fetch("PUT", path_of("/v1/me/crosswalks/{timetable}/{kind}", timetable=timetable, kind=kind), {"limit": limit, "datum": datum}, body)
        return found

    def get_own_ids(self, timetable: str, kind: Literal['stops', 'lines'], *, verdict: Literal['matched', 'doubtful', 'missing'] | None = None, limit: int | None = None, cursor: str | None = None, after: str | None = None) -> models.CrosswalkReport:
        """What own ids are taken for."""
        found: models.CrosswalkReport = self.fetch("GET", path_of("/v1/me/crosswalks/{timetable}/{kind}", timetable=timetable, kind=kind), {"verdict": verdict, "limit": limit, "cursor": cursor, "after": after})
        return found

    def post_decisions(self, timetable: str, kind: Literal['stops', 'lines'], body: models.CrosswalkDecisions, *, limit: int | None = None) -> models.CrosswalkReport:
        """Decide what own ids are."""
        found: models.CrosswalkReport = self.fetch("POST", path_of("/v1/me/crosswalks/{timetable}/{kind}/decisions", timetable=timetable, kind=kind), {"limit": limit}, body)
        return found


class AsyncMeCalls(AsyncTransport):
    """Calls about `me`."""

    async def get_me(self) -> models.MeAnswer:
        """Who asks, under which plan, and what is open."""
        found: models.MeAnswer = await self.fetch("GET", path_of("/v1/me"), {})
        return found

    async def get_grants(self) -> models.GrantsAnswer:
        """Grants, those that are over too."""
        found: models.GrantsAnswer = await self.fetch("GET", path_of("/v1/me/grants"), {})
        return found

    async def post_grant(self, body: models.GrantAsked) -> models.GrantRequest:
        """Ask for a grant."""
        found: models.GrantRequest = await self.fetch("POST", path_of("/v1/me/grants"), {}, body)
        return found

    async def get_requests(self) -> models.RequestsAnswer:
        """Requests for grants."""
        found: models.RequestsAnswer = await self.fetch("GET", path_of("/v1/me/requests"), {})
        return found

    async def get_needs(self) -> models.NeedsAnswer:
        """Needs."""
        found: models.NeedsAnswer = await self.fetch("GET", path_of("/v1/me/needs"), {})
        return found

    async def post_a_need(self, body: models.NeedPosted) -> models.Need:
        """Post a need."""
        found: models.Need = await self.fetch("POST", path_of("/v1/me/needs"), {}, body)
        return found

    async def get_keys(self) -> models.KeysAnswer:
        """Keys."""
        found: models.KeysAnswer = await self.fetch("GET", path_of("/v1/me/keys"), {})
        return found

    async def rotate(self, body: models.KeyRotated) -> models.NewKey:
        """Change the key without a gap."""
        found: models.NewKey = await self.fetch("POST", path_of("/v1/me/keys/rotate"), {}, body)
        return found

    async def restrict(self, key_id: str, body: models.KeyRestricted) -> models.RestrictedKey:
        """Limit a key to networks, or to signed requests."""
        found: models.RestrictedKey = await self.fetch("PATCH", path_of("/v1/me/keys/{key_id}", key_id=key_id), {}, body)
        return found

    async def revoke(self, key_id: str) -> models.Key:
        """End a key."""
        found: models.Key = await self.fetch("DELETE", path_of("/v1/me/keys/{key_id}", key_id=key_id), {})
        return found

    async def get_crosswalks(self) -> models.CrosswalksAnswer:
        """Crosswalks of own ids."""
        found: models.CrosswalksAnswer = await self.fetch("GET", path_of("/v1/me/crosswalks"), {})
        return found

    async def put_own_ids(self, timetable: str, kind: Literal['stops', 'lines'], body: list[dict[str, Any]], *, limit: int | None = None, datum: models.Datum | None = None) -> models.CrosswalkReport:
        """Upload own ids of stops or lines."""
        found: models.CrosswalkReport = await self.fetch("PUT", path_of("/v1/me/crosswalks/{timetable}/{kind}", timetable=timetable, kind=kind), {"limit": limit, "datum": datum}, body)
        return found

    async def get_own_ids(self, timetable: str, kind: Literal['stops', 'lines'], *, verdict: Literal['matched', 'doubtful', 'missing'] | None = None, limit: int | None = None, cursor: str | None = None, after: str | None = None) -> models.CrosswalkReport:
        """What own ids are taken for."""
        found: models.CrosswalkReport = await self.fetch("GET", path_of("/v1/me/crosswalks/{timetable}/{kind}", timetable=timetable, kind=kind), {"verdict": verdict, "limit": limit, "cursor": cursor, "after": after})
        return found

    async def post_decisions(self, timetable: str, kind: Literal['stops', 'lines'], body: models.CrosswalkDecisions, *, limit: int | None = None) -> models.CrosswalkReport:
        """Decide what own ids are."""
        found: models.CrosswalkReport = await self.fetch("POST", path_of("/v1/me/crosswalks/{timetable}/{kind}/decisions", timetable=timetable, kind=kind), {"limit": limit}, body)
        return found
