"""The API's own description: OpenAPI 3.1, with examples that real answers are tested against."""

from collections.abc import Mapping
from importlib import resources
from typing import Any, Final

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.deprecations.declared import DEPRECATIONS, EVERY_PATH, Deprecated
from api.problems import MEDIA_TYPE
from api.shared_schemas import Problem
from api.streaming.schemas import StaticEvent, StreamEvent

EXAMPLES: Final = {
    "/v1/stops/{stop_id}/arrivals": "arrivals",
    "/v1/arrivals": "batch",
    "/v1/nearby": "nearby",
    "/v1/city/{timetable}/arrivals": "city_file",
    "/v1/stops/{stop_id}": "stop",
    "/v1/stops": "stops",
    "/v1/lines": "lines",
    "/v1/lines/{line_id}": "line",
    "/v1/lines/{line_id}/vehicles": "vehicles",
    "/v1/vehicles/{vehicle_id}": "vehicle",
    "/v1/runs/{run_id}": "run",
    "/v1/runs/{run_id}/why": "why",
    "/v1/feeds": "feeds",
    "/v1/coverage": "coverage",
    "/v1/lines/{line_id}/conditions": "conditions",
    "/v1/stops/{stop_id}/first-last": "first_last",
    "/v1/accuracy": "accuracy",
    "/v1/gtfs-realtime/{kind}.{form}": "gtfs_realtime",
    "/v1/replays": "replays",
    "/v1/siri/stop-monitoring.{form}": "siri_stop_monitoring",
    "/v1/siri/vehicle-monitoring.{form}": "siri_vehicle_monitoring",
    "/v1/siri/estimated-timetable.{form}": "siri_estimated_timetable",
    "/v1/siri/situation-exchange.{form}": "siri_situation_exchange",
    "/v1/stops/{stop_id}/crowding": "station_crowding",
    "/v1/alerts": "alerts",
    "/v1/static": "static",
    "/v1/static/{version}": "static_file",
    "/v1/static/{version}/changes": "static_changes",
}
"""Which file of ``api/examples`` shows which path's answer. What is not here is about a partner's own affairs."""

STREAM: Final = "/v1/stream"
STREAMED: Final = frozenset({STREAM, "/v1/stream-ticket", "/v1/passages", "/v1/answers/{answer_id}", "/v1/siri"})
"""Paths whose answers are no kept JSON: a stream's events, a ticket that differs each time, the past."""

_DESCRIPTION: Final = """Real-time arrival times, distances and crowding of a city's buses and trains.

Ids read `<timetable>:<GTFS id>` (vehicles: `<feed>:<vehicle id>`) and are percent-encoded in paths. Times are RFC 3339
with the city's offset; numbers carry their unit in their name (`_s` seconds, `_m` metres, `_mps` metres a second,
`_deg` degrees). Send `If-None-Match` with the last `ETag`: an unchanged answer is 304 and costs nothing."""

_KEYED: Final[list[dict[str, list[str]]]] = [{"key": []}, {"bearer": []}]
_SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "bearer": {"type": "http", "scheme": "bearer"},
}
_PROBLEMS: Final = {
    "400": "Two different keys",
    "401": "No key, or one that is not valid",
    "403": "A key that has expired or was revoked, a suspended partner, or no grant that holds what was asked for",
    "404": "There is no such thing",
    "422": "A parameter is not valid",
    "429": "The plan's quota is used up; see Retry-After",
    "503": "Not ready, or keys or quotas cannot be checked",
}


def describe(app: FastAPI) -> None:
    """Give the application its description, written once when it is first asked for."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _describe(app)
        return app.openapi_schema

    # FastAPI's documented way to bring one's own description
    app.openapi = openapi  # type: ignore[method-assign]


def read_example(name: str) -> object:
    """One example answer."""
    return orjson.loads(resources.files("api").joinpath("examples", f"{name}.json").read_bytes())


def _describe(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(
        title=app.title, version=app.version, openapi_version="3.1.0", description=_DESCRIPTION, routes=app.routes
    )
    components = schema["components"]
    components["securitySchemes"] = _SCHEMES
    components["schemas"]["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    for unused in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(unused, None)
    event = StreamEvent.model_json_schema(ref_template="#/components/schemas/{model}")
    components["schemas"] |= event.pop("$defs")
    components["schemas"] |= {"StreamEvent": event, "StaticEvent": StaticEvent.model_json_schema()}
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            _describe_operation(path, operation)
    for deprecated in DEPRECATIONS:
        _mark_deprecated(schema, deprecated)
    return schema


def _mark_deprecated(schema: dict[str, Any], deprecated: Deprecated) -> None:
    """Say of an operation, a parameter or every operation that it is to go."""
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            if deprecated.path == EVERY_PATH or (deprecated.path, deprecated.method) == (path, method):
                parameters = [each for each in operation.get("parameters", ()) if each["name"] == deprecated.parameter]
                for marked in parameters if deprecated.parameter else [operation]:
                    marked["deprecated"] = True


def _describe_operation(path: str, operation: dict[str, Any]) -> None:
    operation["responses"].pop("422", None)
    if not path.startswith("/v1/"):
        return
    operation["security"] = _KEYED
    if path in STREAMED:
        _describe_stream(path, operation)
        return
    if path not in EXAMPLES:
        _describe_own(operation)
        return
    answered = operation["responses"]["200"]
    answered["headers"] = {"ETag": {"schema": {"type": "string"}, "description": "Validator of this answer"}}
    answered["content"]["application/json"]["example"] = read_example(EXAMPLES[path])
    if path.startswith("/v1/gtfs-realtime/"):
        answered["content"]["application/x-protobuf"] = {"schema": {"type": "string", "format": "binary"}}
    if path.startswith("/v1/siri/"):
        answered["content"]["application/xml"] = {"schema": {"type": "string"}}
    operation["responses"]["304"] = {"description": "Unchanged since the `ETag` sent in `If-None-Match`"}
    parameters = {parameter["name"] for parameter in operation.get("parameters", ())}
    takes = {"404": "{" in path or "line" in parameters, "422": bool(parameters)}
    for status, description in _PROBLEMS.items():
        if takes.get(status, True):
            operation["responses"][status] = {"description": description, "content": _problem_content()}


def _describe_stream(path: str, operation: dict[str, Any]) -> None:
    if path == STREAM:
        told = [{"$ref": f"#/components/schemas/{name}"} for name in ("StreamEvent", "StaticEvent")]
        operation["responses"]["200"]["content"] = {"text/event-stream": {"schema": {"anyOf": told}}}
    for status, description in _PROBLEMS.items():
        operation["responses"][status] = {"description": description, "content": _problem_content()}


def _describe_own(operation: dict[str, Any]) -> None:
    """A partner's own affairs: never cached, so without validators; 409 where things stand against it."""
    for status, description in (_PROBLEMS | {"409": "It cannot be done as things stand"}).items():
        operation["responses"][status] = {"description": description, "content": _problem_content()}


def _problem_content() -> Mapping[str, object]:
    return {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
