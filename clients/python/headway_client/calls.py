"""Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal

from headway_client import models
from headway_client.transport import AsyncTransport, Transport, path_of


class Headway(Transport):
    """Every call of the API; see `Transport` for keys, retries and what is raised."""

    def list_arrivals(self, stop_id: str, *, limit: int | None = None, per_line: int | None = None, horizon_s: int | None = None, minutes: int | None = None, lines: str | None = None, direction_id: int | None = None, include: Literal['alight_only'] | None = None, datum: models.Datum | None = None, times: Literal['local', 'utc'] | None = None) -> models.ArrivalsAnswer:
        """The next vehicles at a stop."""
        found: models.ArrivalsAnswer = self.fetch("GET", path_of("/v1/stops/{stop_id}/arrivals", stop_id=stop_id), {"limit": limit, "per_line": per_line, "horizon_s": horizon_s, "minutes": minutes, "lines": lines, "direction_id": direction_id, "include": include, "datum": datum, "times": times})
        return found

    def list_lines(self, *, timetable: str | None = None, datum: models.Datum | None = None, times: Literal['local', 'utc'] | None = None) -> models.LinesAnswer:
        """All lines."""
        found: models.LinesAnswer = self.fetch("GET", path_of("/v1/lines"), {"timetable": timetable, "datum": datum, "times": times})
        return found

    def get_line(self, line_id: str, *, shapes: bool | None = None, datum: models.Datum | None = None, times: Literal['local', 'utc'] | None = None) -> models.LineDetail:
        """One line, its patterns and stops."""
        found: models.LineDetail = self.fetch("GET", path_of("/v1/lines/{line_id}", line_id=line_id), {"shapes": shapes, "datum": datum, "times": times})
        return found

    def list_vehicles(self, line_id: str, *, datum: models.Datum | None = None, times: Literal['local', 'utc'] | None = None) -> models.VehiclesAnswer:
        """A line's vehicles."""
        found: models.VehiclesAnswer = self.fetch("GET", path_of("/v1/lines/{line_id}/vehicles", line_id=line_id), {"datum": datum, "times": times})
        return found

    def get_vehicle(self, vehicle_id: str, *, datum: models.Datum | None = None, times: Literal['local', 'utc'] | None = None) -> models.VehicleAnswer:
        """One vehicle."""
        found: models.VehicleAnswer = self.fetch("GET", path_of("/v1/vehicles/{vehicle_id}", vehicle_id=vehicle_id), {"datum": datum, "times": times})
        return found

    def list_stops(self, *, near: str | None = None, radius_m: int | None = None, query: str | None = None, limit: int | None = None, datum: models.Datum | None = None, times: Literal['local', 'utc'] | None = None) -> models.StopsAnswer:
        """Stops near a place, or by name."""
        found: models.StopsAnswer = self.fetch("GET", path_of("/v1/stops"), {"near": near, "radius_m": radius_m, "query": query, "limit": limit, "datum": datum, "times": times})
        return found

    def get_stop(self, stop_id: str, *, datum: models.Datum | None = None, times: Literal['local', 'utc'] | None = None) -> models.StopDetail:
        """One stop or station."""
        found: models.StopDetail = self.fetch("GET", path_of("/v1/stops/{stop_id}", stop_id=stop_id), {"datum": datum, "times": times})
        return found

    def get_run(self, run_id: str, *, datum: models.Datum | None = None, times: Literal['local', 'utc'] | None = None) -> models.RunAnswer:
        """One run with all its calls."""
        found: models.RunAnswer = self.fetch("GET", path_of("/v1/runs/{run_id}", run_id=run_id), {"datum": datum, "times": times})
        return found

    def get_why(self, run_id: str, *, stop_sequence: int, event: Literal['arrival', 'departure'] | None = None) -> models.WhyAnswer:
        """Why a run is told to come when it is."""
        found: models.WhyAnswer = self.fetch("GET", path_of("/v1/runs/{run_id}/why", run_id=run_id), {"stop_sequence": stop_sequence, "event": event})
        return found

    def list_feeds(self) -> models.FeedsAnswer:
        """All feeds and timetables."""
        found: models.FeedsAnswer = self.fetch("GET", path_of("/v1/feeds"), {})
        return found

    def list_coverage(self) -> models.CoverageAnswer:
        """Which runs are due, which are tracked."""
        found: models.CoverageAnswer = self.fetch("GET", path_of("/v1/coverage"), {})
        return found

    def get_conditions(self, line_id: str) -> models.ConditionsAnswer:
        """How a line runs now."""
        found: models.ConditionsAnswer = self.fetch("GET", path_of("/v1/lines/{line_id}/conditions", line_id=line_id), {})
        return found

    def get_first_last(self, stop_id: str, *, service_date: str | None = None) -> models.FirstLastAnswer:
        """First and last departures."""
        found: models.FirstLastAnswer = self.fetch("GET", path_of("/v1/stops/{stop_id}/first-last", stop_id=stop_id), {"service_date": service_date})
        return found

    def get_accuracy(self, *, line: str | None = None, timetable: str | None = None, hours: int | None = None) -> models.AccuracyAnswer:
        """How right the arrival times were."""
        found: models.AccuracyAnswer = self.fetch("GET", path_of("/v1/accuracy"), {"line": line, "timetable": timetable, "hours": hours})
        return found

    def get_feed(self, kind: models.FeedKind, form: Literal['pb', 'json'], *, timetable: str | None = None, line: str | None = None, next_runs: bool | None = None) -> bytes:
        """A GTFS-realtime feed."""
        found: bytes = self.fetch_bytes("GET", path_of("/v1/gtfs-realtime/{kind}.{form}", kind=kind, form=form), {"timetable": timetable, "line": line, "next_runs": next_runs})
        return found

    def list_alerts(self, *, timetable: str | None = None, line: str | None = None) -> models.AlertsAnswer:
        """What is said to riders."""
        found: models.AlertsAnswer = self.fetch("GET", path_of("/v1/alerts"), {"timetable": timetable, "line": line})
        return found

    def list_batch(self, *, stops: str | None = None, lines: str | None = None, vehicles: str | None = None, limit: int | None = None, per_line: int | None = None, horizon_s: int | None = None, fields: str | None = None, page_size: int | None = None, cursor: str | None = None, datum: models.Datum | None = None, times: Literal['local', 'utc'] | None = None) -> models.BatchAnswer:
        """Many stops, lines or vehicles at once."""
        found: models.BatchAnswer = self.fetch("GET", path_of("/v1/arrivals"), {"stops": stops, "lines": lines, "vehicles": vehicles, "limit": limit, "per_line": per_line, "horizon_s": horizon_s, "fields": fields, "page_size": page_size, "cursor": cursor, "datum": datum, "times": times})
        return found

    def post_batch(self, body: models.BatchRequest, *, datum: models.Datum | None = None, times: Literal['local', 'utc'] | None = None) -> models.BatchAnswer:
        """Up to 1,000 stops, lines or vehicles at once."""
        found: models.BatchAnswer = self.fetch("POST", path_of("/v1/arrivals"), {"datum": datum, "times": times}, body)
        return found

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

    def get_nearby(self, *, near: str | None = None, box: str | None = None, radius_m: int | None = None, limit: int | None = None, per_line: int | None = None, walk_mps: float | None = None, datum: models.Datum | None = None, times: Literal['local', 'utc'] | None = None) -> models.NearbyAnswer:
        """Stops nearby with what comes next."""
        found: models.NearbyAnswer = self.fetch("GET", path_of("/v1/nearby"), {"near": near, "box": box, "radius_m": radius_m, "limit": limit, "per_line": per_line, "walk_mps": walk_mps, "datum": datum, "times": times})
        return found

    def get_city_file(self, timetable: str) -> models.CityAnswer:
        """A whole city's forecasts as one file."""
        found: models.CityAnswer = self.fetch("GET", path_of("/v1/city/{timetable}/arrivals", timetable=timetable), {})
        return found

    def get_me(self) -> Any:
        """Who asks, under which plan, and what is open."""
        found: Any = self.fetch("GET", path_of("/v1/me"), {})
        return found

    def get_grants(self) -> Any:
        """Grants, those that are over too."""
        found: Any = self.fetch("GET", path_of("/v1/me/grants"), {})
        return found

    def post_grant(self, body: models.GrantAsked) -> Any:
        """Ask for a grant."""
        found: Any = self.fetch("POST", path_of("/v1/me/grants"), {}, body)
        return found

    def get_requests(self) -> Any:
        """Requests for grants."""
        found: Any = self.fetch("GET", path_of("/v1/me/requests"), {})
        return found

    def get_needs(self) -> Any:
        """Needs."""
        found: Any = self.fetch("GET", path_of("/v1/me/needs"), {})
        return found

    def post_a_need(self, body: models.NeedPosted) -> Any:
        """Post a need."""
        found: Any = self.fetch("POST", path_of("/v1/me/needs"), {}, body)
        return found

    def get_keys(self) -> Any:
        """Keys."""
        found: Any = self.fetch("GET", path_of("/v1/me/keys"), {})
        return found

    def rotate(self, body: models.KeyRotated) -> Any:
        """Change the key without a gap."""
        found: Any = self.fetch("POST", path_of("/v1/me/keys/rotate"), {}, body)
        return found

    def restrict(self, key_id: str, body: models.KeyRestricted) -> Any:
        """Limit a key to networks, or to signed requests."""
        found: Any = self.fetch("PATCH", path_of("/v1/me/keys/{key_id}", key_id=key_id), {}, body)
        return found

    def revoke(self, key_id: str) -> Any:
        """End a key."""
        found: Any = self.fetch("DELETE", path_of("/v1/me/keys/{key_id}", key_id=key_id), {})
        return found

    def get_products(self) -> Any:
        """What is on the shelf."""
        found: Any = self.fetch("GET", path_of("/v1/products"), {})
        return found

    def get_product(self, product_id: str) -> Any:
        """One product, with a sample."""
        found: Any = self.fetch("GET", path_of("/v1/products/{product_id}", product_id=product_id), {})
        return found

    def get_usage(self) -> Any:
        """What was used, and when the quota ends."""
        found: Any = self.fetch("GET", path_of("/v1/usage"), {})
        return found

    def get_statement(self, name: str) -> Any:
        """A month's statement."""
        found: Any = self.fetch("GET", path_of("/v1/usage/statements/{name}", name=name), {})
        return found

    def get_head(self) -> Any:
        """The audit's signed head."""
        found: Any = self.fetch("GET", path_of("/v1/audit/head"), {})
        return found

    def get_extract(self, *, month: str | None = None) -> Any:
        """A month of the audit, to check offline."""
        found: Any = self.fetch("GET", path_of("/v1/audit/extract"), {"month": month})
        return found

    def get_output(self, product_id: str) -> Any:
        """A derived product's output."""
        found: Any = self.fetch("GET", path_of("/v1/archive/{product_id}", product_id=product_id), {})
        return found

    def get_ticket(self) -> models.TicketAnswer:
        """A ticket that opens streams."""
        found: models.TicketAnswer = self.fetch("GET", path_of("/v1/stream-ticket"), {})
        return found

    def list_passages(self, *, stop: str | None = None, line: str | None = None, run: str | None = None, from_: str | None = None, to: str | None = None, limit: int | None = None) -> models.PassagesAnswer:
        """When vehicles came and left."""
        found: models.PassagesAnswer = self.fetch("GET", path_of("/v1/passages"), {"stop": stop, "line": line, "run": run, "from": from_, "to": to, "limit": limit})
        return found


class AsyncHeadway(AsyncTransport):
    """Every call of the API; see `AsyncTransport` for keys, retries and what is raised."""

    async def list_arrivals(self, stop_id: str, *, limit: int | None = None, per_line: int | None = None, horizon_s: int | None = None, minutes: int | None = None, lines: str | None = None, direction_id: int | None = None, include: Literal['alight_only'] | None = None, datum: models.Datum | None = None, times: Literal['local', 'utc'] | None = None) -> models.ArrivalsAnswer:
        """The next vehicles at a stop."""
        found: models.ArrivalsAnswer = await self.fetch("GET", path_of("/v1/stops/{stop_id}/arrivals", stop_id=stop_id), {"limit": limit, "per_line": per_line, "horizon_s": horizon_s, "minutes": minutes, "lines": lines, "direction_id": direction_id, "include": include, "datum": datum, "times": times})
        return found

    async def list_lines(self, *, timetable: str | None = None, datum: models.Datum | None = None, times: Literal['local', 'utc'] | None = None) -> models.LinesAnswer:
        """All lines."""
        found: models.LinesAnswer = await self.fetch("GET", path_of("/v1/lines"), {"timetable": timetable, "datum": datum, "times": times})
        return found

    async def get_line(self, line_id: str, *, shapes: bool | None = None, datum: models.Datum | None = None, times: Literal['local', 'utc'] | None = None) -> models.LineDetail:
        """One line, its patterns and stops."""
        found: models.LineDetail = await self.fetch("GET", path_of("/v1/lines/{line_id}", line_id=line_id), {"shapes": shapes, "datum": datum, "times": times})
        return found

    async def list_vehicles(self, line_id: str, *, datum: models.Datum | None = None, times: Literal['local', 'utc'] | None = None) -> models.VehiclesAnswer:
        """A line's vehicles."""
        found: models.VehiclesAnswer = await self.fetch("GET", path_of("/v1/lines/{line_id}/vehicles", line_id=line_id), {"datum": datum, "times": times})
        return found

    async def get_vehicle(self, vehicle_id: str, *, datum: models.Datum | None = None, times: Literal['local', 'utc'] | None = None) -> models.VehicleAnswer:
        """One vehicle."""
        found: models.VehicleAnswer = await self.fetch("GET", path_of("/v1/vehicles/{vehicle_id}", vehicle_id=vehicle_id), {"datum": datum, "times": times})
        return found

    async def list_stops(self, *, near: str | None = None, radius_m: int | None = None, query: str | None = None, limit: int | None = None, datum: models.Datum | None = None, times: Literal['local', 'utc'] | None = None) -> models.StopsAnswer:
        """Stops near a place, or by name."""
        found: models.StopsAnswer = await self.fetch("GET", path_of("/v1/stops"), {"near": near, "radius_m": radius_m, "query": query, "limit": limit, "datum": datum, "times": times})
        return found

    async def get_stop(self, stop_id: str, *, datum: models.Datum | None = None, times: Literal['local', 'utc'] | None = None) -> models.StopDetail:
        """One stop or station."""
        found: models.StopDetail = await self.fetch("GET", path_of("/v1/stops/{stop_id}", stop_id=stop_id), {"datum": datum, "times": times})
        return found

    async def get_run(self, run_id: str, *, datum: models.Datum | None = None, times: Literal['local', 'utc'] | None = None) -> models.RunAnswer:
        """One run with all its calls."""
        found: models.RunAnswer = await self.fetch("GET", path_of("/v1/runs/{run_id}", run_id=run_id), {"datum": datum, "times": times})
        return found

    async def get_why(self, run_id: str, *, stop_sequence: int, event: Literal['arrival', 'departure'] | None = None) -> models.WhyAnswer:
        """Why a run is told to come when it is."""
        found: models.WhyAnswer = await self.fetch("GET", path_of("/v1/runs/{run_id}/why", run_id=run_id), {"stop_sequence": stop_sequence, "event": event})
        return found

    async def list_feeds(self) -> models.FeedsAnswer:
        """All feeds and timetables."""
        found: models.FeedsAnswer = await self.fetch("GET", path_of("/v1/feeds"), {})
        return found

    async def list_coverage(self) -> models.CoverageAnswer:
        """Which runs are due, which are tracked."""
        found: models.CoverageAnswer = await self.fetch("GET", path_of("/v1/coverage"), {})
        return found

    async def get_conditions(self, line_id: str) -> models.ConditionsAnswer:
        """How a line runs now."""
        found: models.ConditionsAnswer = await self.fetch("GET", path_of("/v1/lines/{line_id}/conditions", line_id=line_id), {})
        return found

    async def get_first_last(self, stop_id: str, *, service_date: str | None = None) -> models.FirstLastAnswer:
        """First and last departures."""
        found: models.FirstLastAnswer = await self.fetch("GET", path_of("/v1/stops/{stop_id}/first-last", stop_id=stop_id), {"service_date": service_date})
        return found

    async def get_accuracy(self, *, line: str | None = None, timetable: str | None = None, hours: int | None = None) -> models.AccuracyAnswer:
        """How right the arrival times were."""
        found: models.AccuracyAnswer = await self.fetch("GET", path_of("/v1/accuracy"), {"line": line, "timetable": timetable, "hours": hours})
        return found

    async def get_feed(self, kind: models.FeedKind, form: Literal['pb', 'json'], *, timetable: str | None = None, line: str | None = None, next_runs: bool | None = None) -> bytes:
        """A GTFS-realtime feed."""
        found: bytes = await self.fetch_bytes("GET", path_of("/v1/gtfs-realtime/{kind}.{form}", kind=kind, form=form), {"timetable": timetable, "line": line, "next_runs": next_runs})
        return found

    async def list_alerts(self, *, timetable: str | None = None, line: str | None = None) -> models.AlertsAnswer:
        """What is said to riders."""
        found: models.AlertsAnswer = await self.fetch("GET", path_of("/v1/alerts"), {"timetable": timetable, "line": line})
        return found

    async def list_batch(self, *, stops: str | None = None, lines: str | None = None, vehicles: str | None = None, limit: int | None = None, per_line: int | None = None, horizon_s: int | None = None, fields: str | None = None, page_size: int | None = None, cursor: str | None = None, datum: models.Datum | None = None, times: Literal['local', 'utc'] | None = None) -> models.BatchAnswer:
        """Many stops, lines or vehicles at once."""
        found: models.BatchAnswer = await self.fetch("GET", path_of("/v1/arrivals"), {"stops": stops, "lines": lines, "vehicles": vehicles, "limit": limit, "per_line": per_line, "horizon_s": horizon_s, "fields": fields, "page_size": page_size, "cursor": cursor, "datum": datum, "times": times})
        return found

    async def post_batch(self, body: models.BatchRequest, *, datum: models.Datum | None = None, times: Literal['local', 'utc'] | None = None) -> models.BatchAnswer:
        """Up to 1,000 stops, lines or vehicles at once."""
        found: models.BatchAnswer = await self.fetch("POST", path_of("/v1/arrivals"), {"datum": datum, "times": times}, body)
        return found

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

    async def get_nearby(self, *, near: str | None = None, box: str | None = None, radius_m: int | None = None, limit: int | None = None, per_line: int | None = None, walk_mps: float | None = None, datum: models.Datum | None = None, times: Literal['local', 'utc'] | None = None) -> models.NearbyAnswer:
        """Stops nearby with what comes next."""
        found: models.NearbyAnswer = await self.fetch("GET", path_of("/v1/nearby"), {"near": near, "box": box, "radius_m": radius_m, "limit": limit, "per_line": per_line, "walk_mps": walk_mps, "datum": datum, "times": times})
        return found

    async def get_city_file(self, timetable: str) -> models.CityAnswer:
        """A whole city's forecasts as one file."""
        found: models.CityAnswer = await self.fetch("GET", path_of("/v1/city/{timetable}/arrivals", timetable=timetable), {})
        return found

    async def get_me(self) -> Any:
        """Who asks, under which plan, and what is open."""
        found: Any = await self.fetch("GET", path_of("/v1/me"), {})
        return found

    async def get_grants(self) -> Any:
        """Grants, those that are over too."""
        found: Any = await self.fetch("GET", path_of("/v1/me/grants"), {})
        return found

    async def post_grant(self, body: models.GrantAsked) -> Any:
        """Ask for a grant."""
        found: Any = await self.fetch("POST", path_of("/v1/me/grants"), {}, body)
        return found

    async def get_requests(self) -> Any:
        """Requests for grants."""
        found: Any = await self.fetch("GET", path_of("/v1/me/requests"), {})
        return found

    async def get_needs(self) -> Any:
        """Needs."""
        found: Any = await self.fetch("GET", path_of("/v1/me/needs"), {})
        return found

    async def post_a_need(self, body: models.NeedPosted) -> Any:
        """Post a need."""
        found: Any = await self.fetch("POST", path_of("/v1/me/needs"), {}, body)
        return found

    async def get_keys(self) -> Any:
        """Keys."""
        found: Any = await self.fetch("GET", path_of("/v1/me/keys"), {})
        return found

    async def rotate(self, body: models.KeyRotated) -> Any:
        """Change the key without a gap."""
        found: Any = await self.fetch("POST", path_of("/v1/me/keys/rotate"), {}, body)
        return found

    async def restrict(self, key_id: str, body: models.KeyRestricted) -> Any:
        """Limit a key to networks, or to signed requests."""
        found: Any = await self.fetch("PATCH", path_of("/v1/me/keys/{key_id}", key_id=key_id), {}, body)
        return found

    async def revoke(self, key_id: str) -> Any:
        """End a key."""
        found: Any = await self.fetch("DELETE", path_of("/v1/me/keys/{key_id}", key_id=key_id), {})
        return found

    async def get_products(self) -> Any:
        """What is on the shelf."""
        found: Any = await self.fetch("GET", path_of("/v1/products"), {})
        return found

    async def get_product(self, product_id: str) -> Any:
        """One product, with a sample."""
        found: Any = await self.fetch("GET", path_of("/v1/products/{product_id}", product_id=product_id), {})
        return found

    async def get_usage(self) -> Any:
        """What was used, and when the quota ends."""
        found: Any = await self.fetch("GET", path_of("/v1/usage"), {})
        return found

    async def get_statement(self, name: str) -> Any:
        """A month's statement."""
        found: Any = await self.fetch("GET", path_of("/v1/usage/statements/{name}", name=name), {})
        return found

    async def get_head(self) -> Any:
        """The audit's signed head."""
        found: Any = await self.fetch("GET", path_of("/v1/audit/head"), {})
        return found

    async def get_extract(self, *, month: str | None = None) -> Any:
        """A month of the audit, to check offline."""
        found: Any = await self.fetch("GET", path_of("/v1/audit/extract"), {"month": month})
        return found

    async def get_output(self, product_id: str) -> Any:
        """A derived product's output."""
        found: Any = await self.fetch("GET", path_of("/v1/archive/{product_id}", product_id=product_id), {})
        return found

    async def get_ticket(self) -> models.TicketAnswer:
        """A ticket that opens streams."""
        found: models.TicketAnswer = await self.fetch("GET", path_of("/v1/stream-ticket"), {})
        return found

    async def list_passages(self, *, stop: str | None = None, line: str | None = None, run: str | None = None, from_: str | None = None, to: str | None = None, limit: int | None = None) -> models.PassagesAnswer:
        """When vehicles came and left."""
        found: models.PassagesAnswer = await self.fetch("GET", path_of("/v1/passages"), {"stop": stop, "line": line, "run": run, "from": from_, "to": to, "limit": limit})
        return found
