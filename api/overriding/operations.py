"""Overrides over the operations API: put in force, list, end."""

import asyncio
import time
from typing import Annotated, Final

import msgspec
import orjson
from starlette.requests import Request
from starlette.responses import Response

from api.health.endpoints import NO_STORE
from api.problems import INVALID_PARAMETER, NOT_FOUND
from api.refusal import Refusal
from runtime.errors import UserError
from runtime.ledger.database import Ledger
from runtime.ledger.overrides import STOPS_MAX, TEXT_MAX, add_override, check_override, end_override, list_overrides
from runtime.settings import Settings
from runtime.timetables.named_in_folder import check_named
from schemas.overrides import Override, OverrideKind

ACTOR: Final = "operations API"

_Id = Annotated[str, msgspec.Meta(max_length=400)]
_Text = Annotated[str, msgspec.Meta(max_length=TEXT_MAX)]


class _Asked(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    kind: OverrideKind
    line: _Id = ""
    run: _Id = ""
    stops: Annotated[tuple[_Id, ...], msgspec.Meta(max_length=STOPS_MAX)] = ()
    vehicle: _Id = ""
    starts_at: int | None = None
    ends_at: int
    text_en: _Text = ""
    text_zh: _Text = ""


class OverrideOperations:
    """The endpoints. Times are POSIX seconds; every API process applies what is written here within a second."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def list_all(self, _request: Request) -> Response:
        """Overrides that hold or are to come."""
        now = time.time()
        ledger = Ledger(self._settings.database)
        try:
            async with ledger.read() as session:
                found = await list_overrides(session, ended_after=now)
        finally:
            await ledger.close()
        return _json({"overrides": [msgspec.to_builtins(each) for each in found if each.ended_at_ms is None]}, 200)

    async def add(self, request: Request) -> Response:
        """Put an override in force."""
        body = await request.body()
        try:
            asked = msgspec.json.decode(body, type=_Asked)
        except msgspec.DecodeError as wrong:
            raise Refusal(INVALID_PARAMETER, f"The body is no override: {wrong}") from None
        said = msgspec.structs.asdict(asked)
        said["starts_at"] = int(time.time()) if asked.starts_at is None else asked.starts_at
        wanted = Override(id="", **said)
        ledger = Ledger(self._settings.database)
        try:
            await asyncio.to_thread(check_named, self._settings.timetables, check_override(wanted))
            async with ledger.write() as session:
                made = await add_override(session, wanted, actor=ACTOR)
        except UserError as wrong:
            raise Refusal(INVALID_PARAMETER, str(wrong)) from None
        finally:
            await ledger.close()
        return _json(msgspec.to_builtins(made), 201)

    async def end(self, request: Request) -> Response:
        """End an override before its time."""
        ledger = Ledger(self._settings.database)
        try:
            async with ledger.write() as session:
                ended = await end_override(session, request.path_params["override"], actor=ACTOR)
        except UserError as wrong:
            raise Refusal(NOT_FOUND, str(wrong)) from None
        finally:
            await ledger.close()
        return _json(msgspec.to_builtins(ended), 200)


def _json(body: object, status: int) -> Response:
    return Response(orjson.dumps(body), status_code=status, media_type="application/json", headers=NO_STORE)
