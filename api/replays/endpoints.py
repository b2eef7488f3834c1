"""``GET /v1/replays``: which replays run; asked of one, the same paths as below ``/v1/``."""

import time

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from api.answering import respond
from api.reached.view_for import reach_of
from api.rendered import rendered
from api.replays.list_replays import ReplayList, replay_fields
from api.replays.schemas import ReplaysAnswer

router = APIRouter(tags=["replays"])


@router.get("/v1/replays", response_model=ReplaysAnswer, summary="Replays that run")
async def list_replays(request: Request) -> Response:
    """Recordings replayed beside the live service.

    Each answers below `/v1/replays/{id}/` as the live service does below `/v1/`: same paths, same grants, its own time.
    """
    listed: ReplayList = request.app.state.replays
    reach = reach_of(request)
    told = [
        replay_fields(state)
        for _, state in sorted(listed.states.items())
        if reach.has_timetable(state.plan.timetable) and reach.has_feed(state.plan.feed)
    ]
    return respond(rendered(orjson.dumps({"replays": told}), time.monotonic()), request.headers)
