"""Two replicas before one city, and a partner whose stops are uploaded."""

from collections.abc import AsyncIterator
from types import SimpleNamespace

import pytest_asyncio

from api.app import build_api
from api.lane.build import LaneRuntime
from api.view.freshness import ViewState
from runtime.ledger.database import Ledger
from runtime.settings import Settings
from tests.api.conftest import moment
from tests.api.lane.crosswalks.uploads import AddKey, InProcess, Replica, put, read_json
from transit.timetable.compiled import Timetable


@pytest_asyncio.fixture
async def replicas(
    lane_settings: Settings, ledger: Ledger, timetable: Timetable
) -> AsyncIterator[tuple[Replica, Replica]]:
    assert isinstance(ledger, Ledger)
    started = []
    for _ in range(2):
        api = build_api(lane_settings, load=lambda _: timetable)
        api.view._now = lambda: float(moment("2026-02-16 08:00:00"))
        api.view.shelf.keep(api.view.shelf.read(timetable.hash))
        api.view.freshness.turn(ViewState.WHOLE, 0.0)
        api.application.state.matching = InProcess(timetable)
        runtime = LaneRuntime(api.app, settings=lane_settings, rendered=api.view.rendered)
        await runtime.start()
        started.append(SimpleNamespace(api=api, runtime=runtime, lane=runtime.lane, view=api.view))
    yield started[0], started[1]
    for each in started:
        await each.runtime.stop()
        await each.api.application.state.affairs.close()


@pytest_asyncio.fixture
async def uploaded(replicas: tuple[Replica, Replica], add_key: AddKey) -> tuple[Replica, str]:
    """A replica, and the key of a partner who has uploaded its stops there."""
    key = await add_key()
    read_json(await put(replicas[0], key))
    return replicas[0], key
