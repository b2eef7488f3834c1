"""``GET /v1/replays``."""

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from api.health.endpoints import NO_STORE
from api.replays.list_replays import ReplayList, replay_fields

router = APIRouter(tags=["replays"])


@router.get("/v1/replays", include_in_schema=False)
async def list_replays(request: Request) -> Response:
    """Each answers below ``/v1/replays/{id}/`` as the live service does below ``/v1/``: same paths, its own time."""
    listed: ReplayList = request.app.state.replays
    fields = {"replays": [replay_fields(state) for _, state in sorted(listed.states.items())]}
    return Response(orjson.dumps(fields), media_type="application/json", headers=NO_STORE)
