"""Calls about `city`. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal

from headway_client import models
from headway_client.transport import AsyncTransport, Transport, path_of


class CityCalls(Transport):
    """Calls about `city`."""

    def get_city_file(self, timetable: str) -> models.CityAnswer:
        """A whole city's forecasts as one file."""
        found: models.CityAnswer = self.fetch("GET", path_of("/v1/city/{timetable}/arrivals", timetable=timetable), {})
        return found


class AsyncCityCalls(AsyncTransport):
    """Calls about `city`."""

    async def get_city_file(self, timetable: str) -> models.CityAnswer:
        """A whole city's forecasts as one file."""
        found: models.CityAnswer = await self.fetch("GET", path_of("/v1/city/{timetable}/arrivals", timetable=timetable), {})
        return found
