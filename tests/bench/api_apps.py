"""Applications the API bench serves: constant bytes from FastAPI, and the same answer from the lane."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.responses import Response

from api.lane.build import build_lane
from api.rendered import Rendered, RenderedCache, etag_of
from runtime.settings import load_settings

TARGET = "/v1/stops/bench/arrivals"
_ARRIVALS = (b'{"line":"C%03d","expected_at":"2026-02-16T08:00:00Z"}' % number for number in range(40))
BODY = b'{"arrivals":[' + b",".join(_ARRIVALS) + b"]}"


@asynccontextmanager
async def _lives(_app: FastAPI) -> AsyncIterator[None]:
    yield


def _constant() -> FastAPI:
    app = FastAPI(lifespan=_lives)

    @app.get(TARGET)
    async def arrivals() -> Response:
        return Response(BODY, media_type="application/json")

    return app


def _lane() -> object:
    rendered = RenderedCache()
    rendered.put(TARGET.encode(), Rendered(BODY, None, etag_of(BODY), float("inf")), [])
    return build_lane(_constant(), settings=load_settings(), rendered=rendered)


def make_constant() -> FastAPI:
    """FastAPI answering constant bytes, with neither key nor quota: the yardstick."""
    return _constant()


def make_lane() -> object:
    """The same answer behind key, quota and ETag."""
    return _lane()
