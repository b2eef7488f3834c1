"""Calls about `alerts`. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal

from headway_client import models
from headway_client.transport import AsyncTransport, Transport, path_of


class AlertsCalls(Transport):
    """Calls about `alerts`."""

    def list_alerts(self, *, timetable: str | None = None, line: str | None = None) -> models.AlertsAnswer:
        """What is said to riders."""
        found: models.AlertsAnswer = self.fetch("GET", path_of("/v1/alerts"), {"timetable": timetable, "line": line})
        return found


class AsyncAlertsCalls(AsyncTransport):
    """Calls about `alerts`."""

    async def list_alerts(self, *, timetable: str | None = None, line: str | None = None) -> models.AlertsAnswer:
        """What is said to riders."""
        found: models.AlertsAnswer = await self.fetch("GET", path_of("/v1/alerts"), {"timetable": timetable, "line": line})
        return found
