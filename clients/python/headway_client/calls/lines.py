"""Calls about `lines`. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal

from headway_client import models
from headway_client.transport import AsyncTransport, Transport, path_of


class LinesCalls(Transport):
    """Calls about `lines`."""

    def list_lines(self, *, timetable: str | None = None, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.LinesAnswer:
        """All lines."""
        found: models.LinesAnswer = self.fetch("GET", path_of("/v1/lines"), {"timetable": timetable, "datum": datum, "ids": ids, "times": times})
        return found

    def get_line(self, line_id: str, *, shapes: bool | None = None, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.LineDetail:
        """One line, its patterns and stops."""
        found: models.LineDetail = self.fetch("GET", path_of("/v1/lines/{line_id}", line_id=line_id), {"shapes": shapes, "datum": datum, "ids": ids, "times": times})
        return found

    def list_vehicles(self, line_id: str, *, as_of: str | None = None, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.VehiclesAnswer:
        """A line's vehicles."""
        found: models.VehiclesAnswer = self.fetch("GET", path_of("/v1/lines/{line_id}/vehicles", line_id=line_id), {"as_of": as_of, "datum": datum, "ids": ids, "times": times})
        return found

    def get_conditions(self, line_id: str, *, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.ConditionsAnswer:
        """How a line runs now."""
        found: models.ConditionsAnswer = self.fetch("GET", path_of("/v1/lines/{line_id}/conditions", line_id=line_id), {"datum": datum, "ids": ids, "times": times})
        return found


class AsyncLinesCalls(AsyncTransport):
    """Calls about `lines`."""

    async def list_lines(self, *, timetable: str | None = None, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.LinesAnswer:
        """All lines."""
        found: models.LinesAnswer = await self.fetch("GET", path_of("/v1/lines"), {"timetable": timetable, "datum": datum, "ids": ids, "times": times})
        return found

    async def get_line(self, line_id: str, *, shapes: bool | None = None, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.LineDetail:
        """One line, its patterns and stops."""
        found: models.LineDetail = await self.fetch("GET", path_of("/v1/lines/{line_id}", line_id=line_id), {"shapes": shapes, "datum": datum, "ids": ids, "times": times})
        return found

    async def list_vehicles(self, line_id: str, *, as_of: str | None = None, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.VehiclesAnswer:
        """A line's vehicles."""
        found: models.VehiclesAnswer = await self.fetch("GET", path_of("/v1/lines/{line_id}/vehicles", line_id=line_id), {"as_of": as_of, "datum": datum, "ids": ids, "times": times})
        return found

    async def get_conditions(self, line_id: str, *, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.ConditionsAnswer:
        """How a line runs now."""
        found: models.ConditionsAnswer = await self.fetch("GET", path_of("/v1/lines/{line_id}/conditions", line_id=line_id), {"datum": datum, "ids": ids, "times": times})
        return found
