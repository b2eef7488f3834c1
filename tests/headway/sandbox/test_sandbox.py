"""A sandbox's clock: the same steps give the same answers to the byte."""

from pathlib import Path

import httpx
import msgspec
import pytest

from headway.sandbox.control import build_control
from headway.sandbox.sandbox import Sandbox
from headway.sandbox.scene import Scene, make_timetable
from headway.sandbox.script import Closure, Script
from runtime.errors import UserError
from runtime.settings import Settings
from transit.timetable.compiled import Timetable

SCRIPT = msgspec.structs.replace(
    msgspec.toml.decode(
        """
what = "a short outage in a town of four lines"
start_at = 2026-11-24T08:00:00+08:00
lines = 4
warm_up_s = 120
scenarios = ["cancelled"]
[[outages]]
from_s = 60
to_s = 90
""",
        type=Script,
    ),
    name="short",
)
PATHS = (
    "/v1/feeds",
    "/v1/lines/city%3Abus-1/conditions",
    "/v1/alerts",
    "/v1/gtfs-realtime/trip-updates.pb?timetable=city",
)


@pytest.fixture(scope="module")
def timetable() -> Timetable:
    return make_timetable(SCRIPT)


@pytest.fixture
def sandbox(timetable: Timetable, tmp_path: Path) -> Sandbox:
    settings = Settings(data_folder=tmp_path, database=f"sqlite+aiosqlite:///{tmp_path / 'ledger.db'}")
    return Sandbox(SCRIPT, timetable, settings)


async def answers(sandbox: Sandbox) -> list[tuple[bytes, str]]:
    transport = httpx.ASGITransport(app=sandbox.api.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.test") as client:
        got = [await client.get(path) for path in PATHS]
    assert [each.status_code for each in got] == [200] * len(PATHS)
    return [(each.content, each.headers["etag"]) for each in got]


async def test_equal_steps_from_a_reset_give_equal_answers_to_the_byte(sandbox: Sandbox) -> None:
    told = []
    for _ in range(2):
        await sandbox.reset()
        told.append([await answers(sandbox)])
        for _ in range(3):
            await sandbox.step(40)
            told[-1].append(await answers(sandbox))
    assert told[0] == told[1]
    assert told[0][0] != told[0][1]


async def test_a_moment_is_the_same_however_it_is_reached(sandbox: Sandbox) -> None:
    await sandbox.reset()
    for _ in range(12):
        await sandbox.step(5)
    stepped = await answers(sandbox)
    await sandbox.step(60)
    await sandbox.go_to(60)
    assert await answers(sandbox) == stepped


async def test_an_outage_is_told_from_its_first_poll_to_its_last(sandbox: Sandbox) -> None:
    await sandbox.reset()
    feeds = sandbox.api.view.feeds
    states = []
    for elapsed_s in (59, 60, 89, 90):
        await sandbox.go_to(elapsed_s)
        feeds = sandbox.api.view.feeds
        states.append(feeds["city"].down_since is not None)
    assert states == [False, True, True, False]


async def test_time_stands_still_between_steps(sandbox: Sandbox) -> None:
    await sandbox.reset()
    first = await answers(sandbox)
    sandbox.api.view.rendered.drop_all()
    assert await answers(sandbox) == first


async def test_the_control_address_says_how_to_mend_what_it_does_not_take(sandbox: Sandbox) -> None:
    transport = httpx.ASGITransport(app=build_control(sandbox))
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.test") as client:
        stood = (await client.get("/sandbox")).json()
        wrong = [
            await client.post("/sandbox/step", content=body)
            for body in (b"", b'{"s": -1}', b'{"s": 1e9}', b'{"seconds": 3}', b"x" * 1000)
        ]
        wrong += [
            await client.post("/sandbox/at", content=body)
            for body in (b"{}", b'{"s": 1, "time": "2026-11-24T08:00:00Z"}', b'{"time": "2026-11-23T08:00:00Z"}')
        ]
        endless = await client.post("/sandbox/step", content=b"x" * 5000)
    assert (stood["script"], stood["elapsed_s"], stood["now"]) == ("short", 0.0, "2026-11-24T08:00:00+08:00")
    assert {each.status_code for each in wrong} == {422}
    assert endless.status_code == 413
    assert {each.headers["content-type"] for each in (*wrong, endless)} == {"application/problem+json"}


def test_a_script_of_what_the_city_does_not_have_is_refused(timetable: Timetable) -> None:
    closure = Closure(from_s=0, to_s=9, stop="nowhere", lines=("bus-1",))
    closed = msgspec.structs.replace(SCRIPT, closures=(closure,))
    with pytest.raises(UserError, match="no stop 'nowhere'"):
        make_timetable(closed)
    with pytest.raises(UserError, match="no scenario 'flood'"):
        Scene(msgspec.structs.replace(SCRIPT, scenarios=("flood",)), timetable)
