"""Calls about `accuracy`. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal

from headway_client import models
from headway_client.transport import AsyncTransport, Transport, path_of


class AccuracyCalls(Transport):
    """Calls about `accuracy`."""

    def get_accuracy(self, *, line: str | None = None, timetable: str | None = None, hours: int | None = None, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.AccuracyAnswer:
        """How right the arrival times were."""
        found: models.AccuracyAnswer = self.fetch("GET", path_of("/v1/accuracy"), {"line": line, "timetable": timetable, "hours": hours, "datum": datum, "ids": ids, "times": times})
        return found


class AsyncAccuracyCalls(AsyncTransport):
    """Calls about `accuracy`."""

    async def get_accuracy(self, *, line: str | None = None, timetable: str | None = None, hours: int | None = None, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.AccuracyAnswer:
        """How right the arrival times were."""
        found: models.AccuracyAnswer = await self.fetch("GET", path_of("/v1/accuracy"), {"line": line, "timetable": timetable, "hours": hours, "datum": datum, "ids": ids, "times": times})
        return found
