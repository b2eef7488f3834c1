from collections.abc import Callable
from typing import Any

import httpx
import pytest

from transit.grants.reach import EVERYTHING, Reach


@pytest.fixture
def asked(city: Any) -> Callable[..., Any]:
    """Asks the application as the lane hands a request on: with a reach in its state."""

    async def ask(path: str, reach: Reach = EVERYTHING) -> httpx.Response:
        async def app(scope: Any, receive: Any, send: Any) -> None:
            await city.api.app({**scope, "state": {"reach": reach}}, receive, send)

        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            return await client.get(path)

    return ask
