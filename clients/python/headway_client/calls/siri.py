"""Calls about `siri`. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal

from headway_client import models
from headway_client.transport import AsyncTransport, Transport, path_of


class SiriCalls(Transport):
    """Calls about `siri`."""

    def get_stop_monitoring(self, form: Literal['xml', 'json'], *, monitoring_ref: str, line_ref: str | None = None, direction_ref: Literal['', '0', '1'] | None = None, maximum_stop_visits: int | None = None, preview_interval: str | None = None) -> bytes:
        """SIRI Stop Monitoring."""
        found: bytes = self.fetch_bytes("GET", path_of("/v1/siri/stop-monitoring.{form}", form=form), {"MonitoringRef": monitoring_ref, "LineRef": line_ref, "DirectionRef": direction_ref, "MaximumStopVisits": maximum_stop_visits, "PreviewInterval": preview_interval})
        return found

    def get_vehicle_monitoring(self, form: Literal['xml', 'json'], *, line_ref: str) -> bytes:
        """SIRI Vehicle Monitoring."""
        found: bytes = self.fetch_bytes("GET", path_of("/v1/siri/vehicle-monitoring.{form}", form=form), {"LineRef": line_ref})
        return found

    def get_estimated_timetable(self, form: Literal['xml', 'json'], *, line_ref: str) -> bytes:
        """SIRI Estimated Timetable."""
        found: bytes = self.fetch_bytes("GET", path_of("/v1/siri/estimated-timetable.{form}", form=form), {"LineRef": line_ref})
        return found

    def get_situation_exchange(self, form: Literal['xml', 'json'], *, line_ref: str | None = None) -> bytes:
        """SIRI Situation Exchange."""
        found: bytes = self.fetch_bytes("GET", path_of("/v1/siri/situation-exchange.{form}", form=form), {"LineRef": line_ref})
        return found


class AsyncSiriCalls(AsyncTransport):
    """Calls about `siri`."""

    async def get_stop_monitoring(self, form: Literal['xml', 'json'], *, monitoring_ref: str, line_ref: str | None = None, direction_ref: Literal['', '0', '1'] | None = None, maximum_stop_visits: int | None = None, preview_interval: str | None = None) -> bytes:
        """SIRI Stop Monitoring."""
        found: bytes = await self.fetch_bytes("GET", path_of("/v1/siri/stop-monitoring.{form}", form=form), {"MonitoringRef": monitoring_ref, "LineRef": line_ref, "DirectionRef": direction_ref, "MaximumStopVisits": maximum_stop_visits, "PreviewInterval": preview_interval})
        return found

    async def get_vehicle_monitoring(self, form: Literal['xml', 'json'], *, line_ref: str) -> bytes:
        """SIRI Vehicle Monitoring."""
        found: bytes = await self.fetch_bytes("GET", path_of("/v1/siri/vehicle-monitoring.{form}", form=form), {"LineRef": line_ref})
        return found

    async def get_estimated_timetable(self, form: Literal['xml', 'json'], *, line_ref: str) -> bytes:
        """SIRI Estimated Timetable."""
        found: bytes = await self.fetch_bytes("GET", path_of("/v1/siri/estimated-timetable.{form}", form=form), {"LineRef": line_ref})
        return found

    async def get_situation_exchange(self, form: Literal['xml', 'json'], *, line_ref: str | None = None) -> bytes:
        """SIRI Situation Exchange."""
        found: bytes = await self.fetch_bytes("GET", path_of("/v1/siri/situation-exchange.{form}", form=form), {"LineRef": line_ref})
        return found
