"""What is asked of a replay over the operations API is refused at once where the replay could not do it."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from api.failures import write_failures_as_problems
from api.operations.replays import ReplayOperations
from api.replays.list_replays import ReplayList
from runtime.settings import Settings
from schemas.replays import ReplayCommand, ReplayPlan, ReplayStage, ReplayState

PLAN = ReplayPlan(recording="town.zip", timetable="town", feed="town")


def state(stage: ReplayStage, error: str | None = None) -> ReplayState:
    return ReplayState(
        replay="r1", plan=PLAN, stage=stage, namespace="r-r1-1", round=1, speed=1.0, first_s=1_000, last_s=2_000,
        position_s=1_500, shift_s=0, updated_at=0, error=error,
    )  # fmt: skip


@pytest.fixture
def replays() -> ReplayList:
    return ReplayList(Settings())


@pytest.fixture
async def client(replays: ReplayList, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    async def send(_self: ReplayOperations, _command: ReplayCommand) -> None:
        """There is no broker here."""

    monkeypatch.setattr(ReplayOperations, "_send", send)
    app = FastAPI()
    write_failures_as_problems(app)
    operations = ReplayOperations(Settings(), replays)
    app.add_route("/operations/replays/{replay}/{action}", operations.change, methods=["POST"])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://headway.test") as opened:
        yield opened


async def ask(client: httpx.AsyncClient, action: str, body: bytes = b"") -> tuple[int, str]:
    answer = await client.post(f"/operations/replays/r1/{action}", content=body)
    return answer.status_code, answer.json().get("detail", "")


async def test_a_seek_outside_the_recording_is_refused_with_its_bounds(
    client: httpx.AsyncClient, replays: ReplayList
) -> None:
    replays.states = {"r1": state(ReplayStage.RUNNING)}
    assert await ask(client, "seek", b'{"to_s": 1700}') == (202, "")
    for outside in (b'{"to_s": 999}', b'{"to_s": 2001}'):
        status, detail = await ask(client, "seek", outside)
        assert status == 422
        assert "1970-01-01T00:16:40+00:00 to 1970-01-01T00:33:20+00:00 (1000 to 2000)" in detail


async def test_a_replay_at_its_end_can_be_sought_back_in_or_stopped_and_nothing_else(
    client: httpx.AsyncClient, replays: ReplayList
) -> None:
    replays.states = {"r1": state(ReplayStage.FINISHED)}
    refused = [await ask(client, *asked) for asked in (("pause",), ("resume",), ("speed", b'{"speed": 2}'))]
    assert [status for status, _ in refused] == [422, 422, 422]
    assert "has come to its end; seek back, or stop it" in refused[0][1]
    assert [(await ask(client, *asked))[0] for asked in (("seek", b'{"to_s": 1000}'), ("stop",))] == [202, 202]


async def test_a_replay_that_failed_says_why_to_whoever_steers_it(
    client: httpx.AsyncClient, replays: ReplayList
) -> None:
    replays.states = {"r1": state(ReplayStage.FAILED, "no timetable town is in force")}
    status, detail = await ask(client, "resume")
    assert status == 422
    assert "no timetable town is in force" in detail
    assert (await ask(client, "stop"))[0] == 202
