"""``GET /health/live`` and ``/health/ready``: for whoever starts, watches and balances this process."""

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from api.health.schemas import Liveness, Readiness
from api.view.freshness import ViewState
from api.view.memory import View
from api.view.utc_times import utc_times

NO_STORE = {"cache-control": "no-store"}

router = APIRouter(tags=["health"])


@router.get("/health/live", response_model=Liveness, summary="Does this process answer at all?")
async def is_live() -> Response:
    """Answers as long as the process does."""
    return Response(b'{"status":"live"}', media_type="application/json", headers=NO_STORE)


@router.get(
    "/health/ready",
    response_model=Readiness,
    responses={503: {"model": Readiness, "description": "It cannot answer: no timetable yet, or it is going down"}},
    summary="Can this process answer, and from a whole view?",
)
async def is_ready(request: Request) -> Response:
    """``ready``, ``degraded`` while it answers from an old or incomplete view, or 503 while it cannot answer."""
    view: View = request.app.state.view
    fields = readiness_fields(view, is_draining=request.app.state.draining.is_set())
    status = 200 if fields["status"] in ("ready", "degraded") else 503
    return Response(orjson.dumps(fields), status_code=status, media_type="application/json", headers=NO_STORE)


def readiness_fields(view: View, *, is_draining: bool) -> dict[str, object]:
    """How this process stands."""
    freshness = view.freshness
    newest = max((line.forecasts.computed_at for line in view.lines.values()), default=None)
    return {
        "status": _status(view, is_draining=is_draining),
        "view": freshness.state,
        "since": utc_times().find(freshness.since or None),
        "detail": freshness.detail or None,
        "lines": len(view.lines),
        "timetables": view.shelf.names(),
        "newest_computed_at": utc_times().find(newest),
    }


def _status(view: View, *, is_draining: bool) -> str:
    if is_draining:
        return "draining"
    if view.freshness.state is ViewState.LOADING or not view.shelf.names():
        return "starting"
    return "ready" if view.freshness.state is ViewState.WHOLE else "degraded"
