"""The sandbox's control address: where its clock stands, a step, a moment, and back to the start."""

from collections.abc import Awaitable, MutableMapping
from datetime import UTC, datetime
from typing import Annotated, Any, Final, TypeVar

import msgspec
import orjson
from fastapi import FastAPI, Request
from starlette.responses import Response

from api.body_limit import BodyLimit
from api.failures import write_failures_as_problems
from api.problems import INVALID_PARAMETER
from api.raw_paths import App
from api.refusal import Refusal
from headway.sandbox.sandbox import STEP_MAX_S, Sandbox
from runtime.ledger.sandbox_partner import SANDBOX_KEY

_DAY_S: Final = 86_400

_Body = TypeVar("_Body", bound=msgspec.Struct)


class _Step(msgspec.Struct, forbid_unknown_fields=True):
    s: Annotated[float, msgspec.Meta(gt=0, le=STEP_MAX_S)]


class _At(msgspec.Struct, forbid_unknown_fields=True):
    s: Annotated[float, msgspec.Meta(ge=0, le=_DAY_S)] | None = None
    time: datetime | None = None


def build_control(sandbox: Sandbox) -> BodyLimit:
    """The application under ``/sandbox``. It needs no key: a sandbox is its partner's own."""
    app = FastAPI(title="Headway sandbox", openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    write_failures_as_problems(app)

    async def show(_: Request) -> Response:
        return _told(sandbox)

    async def step(request: Request) -> Response:
        await sandbox.step((await _read(request, _Step)).s)
        return _told(sandbox)

    async def reset(_: Request) -> Response:
        await sandbox.reset()
        return _told(sandbox)

    async def go_to(request: Request) -> Response:
        await sandbox.go_to(_elapsed_s(sandbox, await _read(request, _At)))
        return _told(sandbox)

    app.add_api_route("/sandbox", show, methods=["GET"], response_model=None)
    for path, work in (("step", step), ("reset", reset), ("at", go_to)):
        app.add_api_route(f"/sandbox/{path}", work, methods=["POST"], response_model=None)
    return BodyLimit(app)


def in_front_of(api: App, sandbox: Sandbox) -> App:
    """The API with the control address beside it; the server starts and stops what it starts and stops with the API."""
    control = build_control(sandbox)

    def choose(scope: MutableMapping[str, Any], receive: Any, send: Any) -> Awaitable[None]:
        path = scope.get("path", "")
        if path == "/sandbox" or path.startswith("/sandbox/"):
            return control(scope, receive, send)
        return api(scope, receive, send)

    return choose


def _told(sandbox: Sandbox) -> Response:
    """Where the sandbox stands."""
    script = sandbox.script
    told = {
        "script": script.name,
        "what": script.what,
        "seed": script.seed,
        "starts_at": script.start_at.isoformat(),
        "now": datetime.fromtimestamp(sandbox.at, UTC).astimezone(script.start_at.tzinfo).isoformat(),
        "elapsed_s": sandbox.elapsed_s,
        "key": SANDBOX_KEY,
    }
    return Response(orjson.dumps(told), media_type="application/json", headers={"cache-control": "no-store"})


async def _read(request: Request, form: type[_Body]) -> _Body:
    body = await request.body()
    try:
        return msgspec.json.decode(body, type=form)
    except msgspec.DecodeError as wrong:
        raise Refusal(INVALID_PARAMETER, f'The body is not what this takes, such as {{"s": 30}}: {wrong}') from None


def _elapsed_s(sandbox: Sandbox, asked: _At) -> float:
    if (asked.s is None) == (asked.time is None):
        raise Refusal(
            INVALID_PARAMETER, 'Say when: {"s": 600} from the start, or {"time": "2026-11-24T08:10:00+08:00"}'
        )
    if asked.s is not None:
        return asked.s
    assert asked.time is not None  # noqa: S101 - one of the two is there
    if asked.time.tzinfo is None:
        raise Refusal(INVALID_PARAMETER, f"{asked.time.isoformat()} lacks its offset, such as +08:00.")
    elapsed_s = asked.time.timestamp() - sandbox.script.starts_at
    if not 0 <= elapsed_s <= _DAY_S:
        raise Refusal(INVALID_PARAMETER, f"The script starts at {sandbox.script.start_at.isoformat()} and lasts a day.")
    return elapsed_s
