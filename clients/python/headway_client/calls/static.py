"""Calls about `static`. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal

from headway_client import models
from headway_client.transport import AsyncTransport, Transport, path_of


class StaticCalls(Transport):
    """Calls about `static`."""

    def list_static(self) -> models.StaticVersions:
        """The versions of each timetable."""
        found: models.StaticVersions = self.fetch("GET", path_of("/v1/static"), {})
        return found

    def get_static(self, version: str) -> models.StaticFile:
        """A timetable as one compressed file."""
        found: models.StaticFile = self.fetch("GET", path_of("/v1/static/{version}", version=version), {})
        return found

    def get_changes(self, version: str, *, from_: str) -> models.StaticChanges:
        """What a version changed."""
        found: models.StaticChanges = self.fetch("GET", path_of("/v1/static/{version}/changes", version=version), {"from": from_})
        return found


class AsyncStaticCalls(AsyncTransport):
    """Calls about `static`."""

    async def list_static(self) -> models.StaticVersions:
        """The versions of each timetable."""
        found: models.StaticVersions = await self.fetch("GET", path_of("/v1/static"), {})
        return found

    async def get_static(self, version: str) -> models.StaticFile:
        """A timetable as one compressed file."""
        found: models.StaticFile = await self.fetch("GET", path_of("/v1/static/{version}", version=version), {})
        return found

    async def get_changes(self, version: str, *, from_: str) -> models.StaticChanges:
        """What a version changed."""
        found: models.StaticChanges = await self.fetch("GET", path_of("/v1/static/{version}/changes", version=version), {"from": from_})
        return found
