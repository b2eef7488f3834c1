"""The partner that asks, and its questions to the ledger and changes of it."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

import orjson
from fastapi import FastAPI, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api.problems import LEDGER_UNAVAILABLE, MISSING_KEY, REFUSED_ACT
from api.refusal import Refusal
from runtime.errors import ServiceError, UserError
from runtime.ledger.announce import announce_change
from runtime.ledger.database import Ledger
from runtime.ledger.keys import Credential
from runtime.settings import Settings

_Answer = TypeVar("_Answer")
Work = Callable[[AsyncSession], Awaitable[_Answer]]

NO_STORE: Final = {"cache-control": "no-store"}


class Affairs:
    """The ledger as endpoints use it; opened when first asked."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._ledger: Ledger | None = None

    @property
    def ledger(self) -> Ledger:
        """The open ledger."""
        if self._ledger is None:
            self._ledger = Ledger(self.settings.database)
        return self._ledger

    async def ask(self, question: Work[_Answer]) -> _Answer:
        """Read.

        Raises:
            Refusal: what was asked for is not there, or the ledger is away.
        """
        try:
            async with self.ledger.read() as session:
                return await question(session)
        except UserError as wrong:
            raise Refusal(REFUSED_ACT, str(wrong)) from None
        except ServiceError:
            raise Refusal(LEDGER_UNAVAILABLE, LEDGER_UNAVAILABLE.mending) from None

    async def change(self, partner_id: str | None, change: Work[_Answer]) -> _Answer:
        """Carry out a change about a partner (``None``: about all) and tell every replica.

        Raises:
            Refusal: it is not possible as things stand, or the ledger is away.
        """
        done = await self.change_quietly(change)
        # where the store does not answer, replicas read the ledger's record of changes
        await announce_change(self.settings, partner_id)
        return done

    async def change_quietly(self, change: Work[_Answer]) -> _Answer:
        """Carry out a change that no replica need hear of: a login.

        Raises:
            Refusal: it is not possible, or the ledger is away.
        """
        try:
            async with self.ledger.write() as session:
                return await change(session)
        except UserError as wrong:
            raise Refusal(REFUSED_ACT, str(wrong)) from None
        except ServiceError:
            raise Refusal(LEDGER_UNAVAILABLE, LEDGER_UNAVAILABLE.mending) from None

    async def change_told(self, change: Work[_Answer]) -> _Answer:
        """Carry out a change that may touch anybody, and have every replica read anew.

        Raises:
            Refusal: it is not possible as things stand, or the ledger is away.
        """
        return await self.change(None, change)

    async def close(self) -> None:
        """Let go of the ledger."""
        if self._ledger is not None:
            await self._ledger.close()


def give_affairs(app: FastAPI, settings: Settings) -> Affairs:
    """Let the application's endpoints ask the ledger."""
    affairs: Affairs = Affairs(settings)
    app.state.affairs = affairs
    return affairs


def affairs_of(request: Request) -> Affairs:
    """The ledger behind a request."""
    affairs: Affairs = request.app.state.affairs
    return affairs


def partner_of(request: Request) -> Credential:
    """Who asks: the lane has looked the key up.

    Raises:
        Refusal: nobody is known, for no lane stands in front.
    """
    partner: Credential | None = request.scope.get("state", {}).get("partner")
    if partner is None:
        raise Refusal(MISSING_KEY, MISSING_KEY.mending)
    return partner


def actor_of(partner: Credential) -> str:
    """Who a change is noted as made by: the partner, with this key."""
    return f"partner {partner.partner_id} key {partner.key_id}"


def told(value: Any, status: int = 200) -> Response:  # type: ignore[explicit-any, unused-ignore]  # any JSON
    """An answer that nobody keeps."""
    return Response(orjson.dumps(value), status_code=status, media_type="application/json", headers=NO_STORE)
