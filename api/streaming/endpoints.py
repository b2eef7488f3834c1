"""``GET /v1/stream``, the same as a WebSocket, and ``GET /v1/stream-ticket``."""

import time
from collections.abc import MutableMapping
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from fastapi import APIRouter, Header, Query, Request, WebSocket
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response

from api.lane.tickets import issue_ticket
from api.negotiation import accepts_gzip
from api.problems import MISSING_KEY, NOT_GRANTED, NOT_READY
from api.reached.view_for import STATE, reached
from api.refusal import Refusal
from api.streaming.build import Streams
from api.streaming.handover import GoOn, hand_over
from api.streaming.parse_wanted import Asked, parse_wanted
from api.streaming.position import ID_CHARACTERS_MAX, parse_position
from api.streaming.schemas import TicketAnswer
from api.streaming.serve import OpenStream, Receive, Send, serve_events, serve_socket
from api.streaming.stream import Stream
from transit.coordinates.datum import Datum
from transit.grants.reach import EVERYTHING, Reach

if TYPE_CHECKING:
    from api.lane.stream_pass import StreamPass
    from runtime.ledger.keys import Credential

router = APIRouter(tags=["streams"])

_IDS_CHARACTERS_MAX: Final = 64_000
Ids = Annotated[str, Query(max_length=_IDS_CHARACTERS_MAX, description="Ids, comma-separated")]


class _StreamResponse(Response):
    """Stands for the stream until all that opened it has been let go; what serves it is given to the handover."""

    def __init__(self, go_on: GoOn) -> None:
        super().__init__()
        self._go_on = go_on

    async def __call__(self, scope: Any, _receive: Any, _send: Any) -> None:
        hand_over(scope, self._go_on)


@router.get("/v1/stream", response_model=None, response_class=Response, summary="News of stops, lines and vehicles")
async def open_stream(
    request: Request,
    *,
    stops: Ids = "",
    lines: Ids = "",
    vehicles: Ids = "",
    box: Annotated[str, Query(max_length=100, description="Stops in `south,west,north,east` (degrees)")] = "",
    every: Annotated[bool, Query(alias="all", description="Everything")] = False,
    datum: Annotated[
        Datum | None, Query(description="Of all coordinates told: GCJ-02 and BD-09 in mainland China alone")
    ] = None,
    times: Annotated[Literal["local", "utc"], Query(description="Times with the city's offset, or in UTC")] = "local",
    last_event_id: Annotated[
        str, Query(max_length=ID_CHARACTERS_MAX, description="As the header, where none can be sent")
    ] = "",
    last_event_id_header: Annotated[
        str, Header(alias="Last-Event-ID", max_length=ID_CHARACTERS_MAX, description="Go on after this event")
    ] = "",
) -> Response:
    """Server-sent events: what is known now, then each poll's changes; `static` where a timetable has another version.

    The same over a WebSocket at this path.
    """
    opened = await _open(
        request.app.state.streams,
        Asked(stops, lines, vehicles, box, every, datum or "", times),
        last_event_id_header or last_event_id,
        request.scope,
    )
    packed = accepts_gzip(request.headers.get("accept-encoding", ""))
    return _StreamResponse(partial(_serve, opened, packed=packed))


@router.websocket("/v1/stream")
async def open_socket(socket: WebSocket) -> None:
    """The same events as text messages, each a JSON object with ``event``, ``id`` and ``data``."""
    query = socket.query_params
    stops, lines, vehicles, box, datum, times = (
        query.get(name, "")[:_IDS_CHARACTERS_MAX] for name in ("stops", "lines", "vehicles", "box", "datum", "times")
    )
    everything = query.get("all", "").lower() in ("1", "true")
    asked = Asked(stops, lines, vehicles, box, everything=everything, datum=datum, times=times)
    last_id = query.get("last_event_id", "") or socket.headers.get("last-event-id", "")
    opened = await _open(socket.app.state.streams, asked, last_id, socket.scope)
    await socket.accept()
    hand_over(socket.scope, partial(_serve_socket, opened))


async def _serve(opened: OpenStream, receive: Receive, send: Send, *, packed: bool) -> None:
    with opened as stream:
        await serve_events(stream, receive, send, packed=packed)


async def _serve_socket(opened: OpenStream, receive: Receive, send: Send) -> None:
    with opened as stream:
        await serve_socket(stream, receive, send)


async def _open(streams: Streams, asked: Asked, last_id: str, scope: MutableMapping[str, Any]) -> OpenStream:
    """A stream from where the client was.

    Raises:
        Refusal: the process is not ready, the request is wrong, or the plan's streams are all open.
    """
    if not streams.view.shelf.names():
        raise Refusal(NOT_READY, "No timetable is known yet; ask again in a few seconds.")
    if not streams.hub.ready.is_set():
        raise Refusal(NOT_READY, "The last minutes of the log are not read yet; ask again in a few seconds.")
    state = scope.get("state", {})
    right: StreamPass | None = state.get("pass")
    if right is None and state.get("partner") is not None:
        raise Refusal(NOT_GRANTED, NOT_GRANTED.mending)
    reach: Reach = state.get(STATE, EVERYTHING) if right is None else right.reach
    if reach.delay_s:
        raise Refusal(NOT_GRANTED, "A stream tells what is new; your grant tells nothing so young. Ask for arrivals.")
    language = streams.view.shelf.languages.choose(Headers(scope=scope).get("accept-language", "").encode("latin-1"))
    wanted = parse_wanted(reached(streams.view, reach, language.tag), asked)
    position = parse_position(last_id, partitions=streams.hub.partitions) if last_id else None
    problem = None if right is None else await right.open()
    if problem is not None:
        raise Refusal(problem, problem.mending)
    return OpenStream(Stream(streams.hub, wanted, position, reach), streams.keeper, right)


@router.get("/v1/stream-ticket", response_model=TicketAnswer, summary="A ticket that opens streams")
async def get_ticket(request: Request) -> Response:
    """For browsers, whose EventSource cannot send a key: opens streams for an hour, as `?ticket=`, and nothing else."""
    partner: Credential | None = request.scope.get("state", {}).get("partner")
    if partner is None:
        raise Refusal(MISSING_KEY, MISSING_KEY.mending)
    ticket, expires_at = issue_ticket(partner, time.time())
    told = {"ticket": ticket, "expires_at": datetime.fromtimestamp(expires_at, UTC).isoformat()}
    return JSONResponse(told, headers={"cache-control": "no-store"})
