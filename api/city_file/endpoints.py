"""``GET /v1/city/{timetable}/arrivals``."""

import asyncio
import gzip
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Path, Request
from redis.exceptions import RedisError
from starlette.responses import Response

from api.charging import charge
from api.city_file.schemas import CityAnswer
from api.negotiation import accepts_gzip, holds
from api.problems import INVALID_PARAMETER, NOT_GRANTED, NOT_READY
from api.reached.view_for import reach_of
from api.refusal import Refusal

if TYPE_CHECKING:
    from api.city_file.store_files import StoreFiles

TOKENS: Final = 20
"""What the file costs of the quota, unless it is unchanged."""

CACHE_CONTROL: Final = "private, max-age=2"

TOO_OLD_S: Final = 20
"""A file that was made longer ago is not given: it is renewed every two seconds where all is well."""

router = APIRouter(tags=["arrivals"])


@router.get("/v1/city/{timetable}/arrivals", response_model=CityAnswer, summary="A whole city's forecasts as one file")
async def get_city_file(
    request: Request, timetable: Annotated[str, Path(max_length=64, description="The timetable's name")]
) -> Response:
    """Every tracked run with its calls ahead; renewed every two seconds, gzip, with an ETag."""
    if not reach_of(request).is_everything:
        raise Refusal(NOT_GRANTED, "The city's file is for grants of everything; ask in batches for what yours hold.")
    if request.app.state.view.shelf.find_newest(timetable) is None:
        names = ", ".join(request.app.state.view.shelf.names()) or "none yet"
        raise Refusal(INVALID_PARAMETER, f"timetable: {timetable!r} is not in use; there are: {names}.")
    files: StoreFiles = request.app.state.city_files
    try:
        file = await files.read(timetable)
    except (RedisError, OSError):
        file = None
    if file is None or request.app.state.view.wall_clock() - file.built_at > TOO_OLD_S:
        raise Refusal(NOT_READY, "The city's file is not made at present; ask again, or ask for stops in batches.")
    await charge(request, TOKENS - 1)
    etag = file.etag.decode()
    sent = {"etag": etag, "cache-control": CACHE_CONTROL, "vary": "Accept-Encoding"}
    if holds(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=sent)
    if accepts_gzip(request.headers.get("accept-encoding", "")):
        return Response(file.body, headers=sent | {"content-encoding": "gzip"}, media_type="application/json")
    plain = await asyncio.to_thread(gzip.decompress, file.body)
    return Response(plain, headers=sent, media_type="application/json")
