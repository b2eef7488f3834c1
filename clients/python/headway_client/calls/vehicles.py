"""Calls about `vehicles`. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal

from headway_client import models
from headway_client.transport import AsyncTransport, Transport, path_of


class VehiclesCalls(Transport):
    """Calls about `vehicles`."""

    def get_vehicle(self, vehicle_id: str, *, as_of: str | None = None, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.VehicleAnswer:
        """One vehicle."""
        found: models.VehicleAnswer = self.fetch("GET", path_of("/v1/vehicles/{vehicle_id}", vehicle_id=vehicle_id), {"as_of": as_of, "datum": datum, "ids": ids, "times": times})
        return found


class AsyncVehiclesCalls(AsyncTransport):
    """Calls about `vehicles`."""

    async def get_vehicle(self, vehicle_id: str, *, as_of: str | None = None, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.VehicleAnswer:
        """One vehicle."""
        found: models.VehicleAnswer = await self.fetch("GET", path_of("/v1/vehicles/{vehicle_id}", vehicle_id=vehicle_id), {"as_of": as_of, "datum": datum, "ids": ids, "times": times})
        return found
