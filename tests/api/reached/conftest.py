from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from runtime.ledger.keys import Credential
from runtime.ledger.migrate import migrate
from runtime.ledger.plans import TRIAL
from runtime.settings import Settings
from schemas.line_forecasts import RunState
from schemas.overrides import Override, OverrideKind
from tests.api.reached.kept_city import keep_city
from transit.grants.reach import EVERYTHING, Reach

City = Any
_PLACED = {"bearing_deg": 123.4, "speed_mps": 7.77, "latitude": 40.005321}
"""Of every vehicle of the whole city: by these figures it is known again in any form."""

_HOLDER = Credential(
    key_id="k1", hash=b"0" * 32, expires_at=None, revoked_at=None, partner_id="p1", partner_name="Maps",
    suspended_at=None, plan=TRIAL,
)  # fmt: skip


@pytest.fixture
def asked(city: City) -> Callable[..., Any]:
    """Asks the application as the lane hands a request on: with a reach in its state."""

    async def ask(
        path: str, reach: Reach = EVERYTHING, body: str = "", headers: dict[str, str] | None = None
    ) -> httpx.Response:
        state: dict[str, Any] = {"reach": reach}
        if path == "/v1/stream-ticket":
            state["partner"] = _HOLDER

        async def app(scope: Any, receive: Any, send: Any) -> None:
            await city.api.app({**scope, "state": state}, receive, send)

        transport = httpx.ASGITransport(app=app)
        sent = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        async with httpx.AsyncClient(transport=transport, base_url="http://api", headers=sent) as client:
            return await (client.post(path, content=body) if body else client.get(path))

    return ask


@pytest.fixture
async def whole(city: City, tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[City]:
    """Vehicles on three lines, words about two of them and about a stop, scores, a feed; and all of it kept."""
    one = city.run("t1-12", 1, 3, vehicle_id="v-one", vehicle_label="L-one", state=RunState.AT_STOP, **_PLACED)
    two = city.run("t2-0", 1, 4, vehicle_id="v-two", vehicle_label="L-two", **_PLACED)
    city.tell("1", one, loads=[(40, 8)] * 3)
    city.tell("2", two)
    city.tell("5", city.run("n6", 1, 1, vehicle_id="v-metro", **_PLACED))
    city.view.take_feeds({"town": city.feed()}, city.now)
    for group in "125":
        city.view.scores._lines[f"town:{group}"] = city.scores(group, 7)
    now = int(city.now)
    said: dict[str, Any] = {"starts_at": now - 60, "ends_at": now + 600, "actor": "Li", "made_at_ms": 0}
    two_says = Override(id="o2", kind=OverrideKind.DELAYS, line="town:2", text_en="words of two", **said)
    closed = Override(id="o3", kind=OverrideKind.CLOSE_STOP, stops=("town:B",), text_en="words of bridge", **said)
    city.api.streams.overrides.take([two_says, closed], city.now)
    affairs = city.api.application.state.affairs
    affairs.settings = Settings(database=sqlite_url)
    await migrate(affairs.ledger)
    await keep_city(city, tmp_path, [two_says, closed], monkeypatch)
    yield city
    await affairs.ledger.close()
