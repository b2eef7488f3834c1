"""The operations application: a port of its own, loopback, for whoever holds the operator's token."""

import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Final

import orjson
from fastapi import FastAPI, Request
from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import Response

from api.app import Api
from api.body_limit import BodyLimit
from api.failures import write_failures_as_problems
from api.health.endpoints import NO_STORE
from api.operations.figures import figures
from api.operations.metrics import ViewCollector
from api.operations.replays import ReplayOperations
from api.overriding.operations import OverrideOperations
from api.problems import OPERATOR_ONLY
from api.refusal import Refusal
from runtime.settings import Settings

_BEARER: Final = "bearer "

Work = Callable[[Request], Awaitable[Response]]


def build_operations(api: Api, token: str, settings: Settings) -> BodyLimit:
    """The application for the operations port; without a token set it opens nothing."""
    app = FastAPI(title="Headway operations", openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    write_failures_as_problems(app)
    registry = CollectorRegistry()
    for collector in (ProcessCollector, PlatformCollector):
        collector(registry=registry)
    registry.register(ViewCollector(api.view, api.streams))
    started_at = time.monotonic()

    async def status(request: Request) -> Response:
        _check(request, token)
        body = orjson.dumps(figures(api.view, started_at=started_at, is_draining=api.draining.is_set()))
        return Response(body, media_type="application/json", headers=NO_STORE)

    async def metrics(request: Request) -> Response:
        _check(request, token)
        return Response(generate_latest(registry), headers={**NO_STORE, "content-type": CONTENT_TYPE_LATEST})

    replays = ReplayOperations(settings, api.replays)
    overrides = OverrideOperations(settings)
    for path, work, method in (
        ("/operations/overrides", overrides.list_all, "GET"),
        ("/operations/overrides", overrides.add, "POST"),
        ("/operations/overrides/{override}/end", overrides.end, "POST"),
        ("/operations/replays", replays.list_all, "GET"),
        ("/operations/replays", replays.start, "POST"),
        ("/operations/replays/{replay}/{action}", replays.change, "POST"),
    ):
        app.add_api_route(path, _guarded(work, token), methods=[method], response_model=None)
    app.add_api_route("/operations/status", status, methods=["GET"], response_model=None)
    app.add_api_route("/metrics", metrics, methods=["GET"], response_model=None)
    return BodyLimit(app)


def _guarded(work: Work, token: str) -> Work:
    """``work`` for the operator alone."""

    async def guarded(request: Request) -> Response:
        _check(request, token)
        return await work(request)

    return guarded


def _check(request: Request, token: str) -> None:
    """Let only the operator in.

    Raises:
        Refusal: the request bears no token, or another one.
    """
    if not token:
        raise Refusal(OPERATOR_ONLY, "No operator's token is set; set HEADWAY_OPERATOR_TOKEN and start again.")
    sent = request.headers.get("authorization", "")
    given = sent[len(_BEARER) :].strip() if sent[: len(_BEARER)].lower() == _BEARER else ""
    if not secrets.compare_digest(given.encode(), token.encode()):
        raise Refusal(OPERATOR_ONLY, "Send the operator's token as Authorization: Bearer TOKEN.")
