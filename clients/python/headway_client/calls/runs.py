"""Calls about `runs`. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal

from headway_client import models
from headway_client.transport import AsyncTransport, Transport, path_of


class RunsCalls(Transport):
    """Calls about `runs`."""

    def get_run(self, run_id: str, *, as_of: str | None = None, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.RunAnswer:
        """One run with all its calls."""
        found: models.RunAnswer = self.fetch("GET", path_of("/v1/runs/{run_id}", run_id=run_id), {"as_of": as_of, "datum": datum, "ids": ids, "times": times})
        return found

    def get_why(self, run_id: str, *, stop_sequence: int, event: Literal['arrival', 'departure'] | None = None, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.WhyAnswer:
        """Why a run is told to come when it is."""
        found: models.WhyAnswer = self.fetch("GET", path_of("/v1/runs/{run_id}/why", run_id=run_id), {"stop_sequence": stop_sequence, "event": event, "datum": datum, "ids": ids, "times": times})
        return found


class AsyncRunsCalls(AsyncTransport):
    """Calls about `runs`."""

    async def get_run(self, run_id: str, *, as_of: str | None = None, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.RunAnswer:
        """One run with all its calls."""
        found: models.RunAnswer = await self.fetch("GET", path_of("/v1/runs/{run_id}", run_id=run_id), {"as_of": as_of, "datum": datum, "ids": ids, "times": times})
        return found

    async def get_why(self, run_id: str, *, stop_sequence: int, event: Literal['arrival', 'departure'] | None = None, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.WhyAnswer:
        """Why a run is told to come when it is."""
        found: models.WhyAnswer = await self.fetch("GET", path_of("/v1/runs/{run_id}/why", run_id=run_id), {"stop_sequence": stop_sequence, "event": event, "datum": datum, "ids": ids, "times": times})
        return found
