"""Calls about `stops`. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal

from headway_client import models
from headway_client.transport import AsyncTransport, Transport, path_of


class StopsCalls(Transport):
    """Calls about `stops`."""

    def list_arrivals(self, stop_id: str, *, limit: int | None = None, per_line: int | None = None, horizon_s: int | None = None, minutes: int | None = None, lines: str | None = None, direction_id: int | None = None, include: Literal['alight_only'] | None = None, as_of: str | None = None, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.ArrivalsAnswer:
        """The next vehicles at a stop."""
        found: models.ArrivalsAnswer = self.fetch("GET", path_of("/v1/stops/{stop_id}/arrivals", stop_id=stop_id), {"limit": limit, "per_line": per_line, "horizon_s": horizon_s, "minutes": minutes, "lines": lines, "direction_id": direction_id, "include": include, "as_of": as_of, "datum": datum, "ids": ids, "times": times})
        return found

    def list_stops(self, *, near: str | None = None, radius_m: int | None = None, query: str | None = None, limit: int | None = None, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.StopsAnswer:
        """Stops near a place, or by name."""
        found: models.StopsAnswer = self.fetch("GET", path_of("/v1/stops"), {"near": near, "radius_m": radius_m, "query": query, "limit": limit, "datum": datum, "ids": ids, "times": times})
        return found

    def get_stop(self, stop_id: str, *, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.StopDetail:
        """One stop or station."""
        found: models.StopDetail = self.fetch("GET", path_of("/v1/stops/{stop_id}", stop_id=stop_id), {"datum": datum, "ids": ids, "times": times})
        return found

    def get_station_crowding(self, stop_id: str, *, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.StationCrowdingAnswer:
        """How crowded a stop or station is."""
        found: models.StationCrowdingAnswer = self.fetch("GET", path_of("/v1/stops/{stop_id}/crowding", stop_id=stop_id), {"datum": datum, "ids": ids, "times": times})
        return found

    def get_first_last(self, stop_id: str, *, service_date: str | None = None, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.FirstLastAnswer:
        """First and last departures."""
        found: models.FirstLastAnswer = self.fetch("GET", path_of("/v1/stops/{stop_id}/first-last", stop_id=stop_id), {"service_date": service_date, "datum": datum, "ids": ids, "times": times})
        return found


class AsyncStopsCalls(AsyncTransport):
    """Calls about `stops`."""

    async def list_arrivals(self, stop_id: str, *, limit: int | None = None, per_line: int | None = None, horizon_s: int | None = None, minutes: int | None = None, lines: str | None = None, direction_id: int | None = None, include: Literal['alight_only'] | None = None, as_of: str | None = None, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.ArrivalsAnswer:
        """The next vehicles at a stop."""
        found: models.ArrivalsAnswer = await self.fetch("GET", path_of("/v1/stops/{stop_id}/arrivals", stop_id=stop_id), {"limit": limit, "per_line": per_line, "horizon_s": horizon_s, "minutes": minutes, "lines": lines, "direction_id": direction_id, "include": include, "as_of": as_of, "datum": datum, "ids": ids, "times": times})
        return found

    async def list_stops(self, *, near: str | None = None, radius_m: int | None = None, query: str | None = None, limit: int | None = None, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.StopsAnswer:
        """Stops near a place, or by name."""
        found: models.StopsAnswer = await self.fetch("GET", path_of("/v1/stops"), {"near": near, "radius_m": radius_m, "query": query, "limit": limit, "datum": datum, "ids": ids, "times": times})
        return found

    async def get_stop(self, stop_id: str, *, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.StopDetail:
        """One stop or station."""
        found: models.StopDetail = await self.fetch("GET", path_of("/v1/stops/{stop_id}", stop_id=stop_id), {"datum": datum, "ids": ids, "times": times})
        return found

    async def get_station_crowding(self, stop_id: str, *, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.StationCrowdingAnswer:
        """How crowded a stop or station is."""
        found: models.StationCrowdingAnswer = await self.fetch("GET", path_of("/v1/stops/{stop_id}/crowding", stop_id=stop_id), {"datum": datum, "ids": ids, "times": times})
        return found

    async def get_first_last(self, stop_id: str, *, service_date: str | None = None, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.FirstLastAnswer:
        """First and last departures."""
        found: models.FirstLastAnswer = await self.fetch("GET", path_of("/v1/stops/{stop_id}/first-last", stop_id=stop_id), {"service_date": service_date, "datum": datum, "ids": ids, "times": times})
        return found
