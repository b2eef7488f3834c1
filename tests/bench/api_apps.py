"""Applications the API bench serves: constant bytes from FastAPI, and the same answer from the lane."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import FastAPI
from starlette.responses import Response

from api.lane.build import build_lane
from api.rendered import Rendered, RenderedCache, etag_of
from runtime.settings import load_settings
from transit.grants.agreements import AreaTerms, Product, area_of
from transit.grants.fields import ALL
from transit.grants.reach import Reach

TARGET = "/v1/stops/bench/arrivals"
_ARRIVALS = (b'{"line":"C%03d","expected_at":"2026-02-16T08:00:00Z"}' % number for number in range(40))
BODY = b'{"arrivals":[' + b",".join(_ARRIVALS) + b"]}"


STOPS: Final = 1258
PRODUCT: Final = Product(
    id="bench",
    version=0,
    name="Bench",
    description="Times of the buses",
    supply="granted",
    fields=("distance", "expected", "occupancy", "verdict"),
    area=AreaTerms(modes=("bus",)),
    count_classes=(5, 20),
)
OWNER_GIVES: Final = ("distance", "expected", "verdict")
NETWORKS: Final = ("127.0.0.0/8", "10.0.0.0/8")


def granted_reach() -> Reach:
    """What the bench's granted partner may be told: a mask, an area, an owner who gives less, classes of counts."""
    return Reach(
        fields=frozenset(PRODUCT.fields),
        areas=(area_of(PRODUCT.area),),
        withheld={"bench": ALL - frozenset(OWNER_GIVES)},
        count_classes=PRODUCT.count_classes,
    )


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
    for target in (TARGET.encode(), granted_reach().target(TARGET.encode())):
        rendered.put(target, Rendered(BODY, None, etag_of(BODY), float("inf")), [])
    return build_lane(_constant(), settings=load_settings(), rendered=rendered)


def make_stops() -> object:
    """Answers about a stop of each of ``STOPS`` lines, behind the lane."""
    rendered = RenderedCache()
    for number in range(STOPS):
        body = BODY.replace(b"C000", b"%04d" % number)
        rendered.put(stop_target(number).encode(), Rendered(body, None, etag_of(body), float("inf")), [])
    return build_lane(_constant(), settings=load_settings(), rendered=rendered)


def stop_target(number: int) -> str:
    """The path of a stop's arrivals."""
    return f"/v1/stops/bench:{number}/arrivals"


def make_constant() -> FastAPI:
    """FastAPI answering constant bytes, with neither key nor quota: the yardstick."""
    return _constant()


def make_lane() -> object:
    """The same answer behind key, quota and ETag."""
    return _lane()
