"""``GET /v1/feeds``."""

from pathlib import PurePath
from typing import TYPE_CHECKING

import orjson
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.answering import Answer, answer
from api.expression import read_expression
from api.feeds.schemas import FeedsAnswer
from api.view.compiled_view import CompiledView, write_date
from api.view.memory import View
from api.view.recorded_clock import is_recorded
from api.view.utc_times import utc_times
from api.warnings import list_warnings
from schemas.feed_status import FeedStatus
from transit.timetable.service_day import service_date as written_date

if TYPE_CHECKING:
    from api.view.local_times import LocalTimes

Fields = dict[str, object]

SILENT_AFTER_S = 60
"""A door that has not spoken for so long is not there: it polls at least every few ten seconds."""

router = APIRouter(tags=["feeds"], dependencies=[Depends(read_expression)])


@router.get("/v1/feeds", response_model=FeedsAnswer, summary="All feeds and timetables")
async def list_feeds(request: Request) -> Response:
    """How each feed fares: its age and lag, what was accepted and refused, and how long its timetable is good."""
    return answer(request, _render_feeds)


def _render_feeds(view: View) -> Answer:
    in_force = [compiled for name in view.shelf.names() if (compiled := view.find_in_force(name)) is not None]
    fields = {
        "feeds": [feed_fields(view, status) for _, status in sorted(view.feeds.items())],
        "timetables": [timetable_fields(view, compiled) for compiled in in_force],
        "warnings": [warning for compiled in in_force for warning in list_warnings(view, compiled)],
    }
    return Answer(orjson.dumps(fields), ())


def feed_fields(view: View, status: FeedStatus) -> Fields:
    """A feed's state as partners and operators read it."""
    compiled = view.find_in_force(status.timetable)
    times: LocalTimes = compiled.times if compiled else utc_times()
    last_date = _last_date(status, compiled)
    return {
        "id": status.feed,
        "timetable": status.timetable,
        "timetable_hash": status.timetable_hash,
        "state": feed_state(status, view.now(status.timetable)),
        "since": times.find(status.since),
        "polled_at": times.find(status.polled_at),
        "header_at": times.find(status.header_at),
        "down_since": times.find(status.down_since),
        "last_error": status.last_error,
        "last_error_at": times.find(status.last_error_at),
        "lag_s": status.lag_s,
        "recorded": is_recorded(status),
        "vehicles": status.vehicles,
        "lines": status.lines,
        "polls": status.polls,
        "failed_polls": status.failed_polls,
        "unchanged_polls": status.unchanged_polls,
        "accepted": status.accepted,
        "repeated": status.repeated,
        "refused": status.refused,
        "timetable_expires_on": None if last_date is None else write_date(last_date),
        "timetable_expired": compiled is not None and _is_expired(view, compiled),
    }


def feed_state(status: FeedStatus, now: float) -> str:
    """``silent``: its door speaks no more; ``down``: fetches fail; ``stale``: its time stands still; else ``up``."""
    if now - status.polled_at > SILENT_AFTER_S:
        return "silent"
    if status.down_since is not None:
        return "down"
    return "stale" if status.is_stale else "up"


def _last_date(status: FeedStatus, compiled: CompiledView | None) -> int | None:
    if compiled is not None:
        return written_date(compiled.timetable.last_service_day)
    return status.timetable_expires_on


def _is_expired(view: View, compiled: CompiledView) -> bool:
    return compiled.is_expired(view.today(compiled))


def _public_source(source: str) -> str:
    """Where the GTFS is published; of a file of the operator's own only its name."""
    return source if "://" in source else PurePath(source).name


def timetable_fields(view: View, compiled: CompiledView) -> Fields:
    """The timetable in force: what it holds and until when it is good."""
    table = compiled.timetable
    return {
        "name": table.name,
        "hash": table.hash,
        "source": _public_source(table.source),
        "timezone": table.timezone,
        "first_service_date": write_date(written_date(table.first_service_day)),
        "last_service_date": write_date(written_date(table.last_service_day)),
        "expired": _is_expired(view, compiled),
        "lines": len(table.line_id),
        "stops": len(table.stop_id),
        "trips": len(table.trip_id),
        "faults": len(table.faults),
    }
