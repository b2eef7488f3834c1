"""What an answer of the past may tell, to whom, and what its failures say."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from api.answers.endpoints import happened_until
from api.answers.explain_process import refusal_of
from api.problems import NOT_FOUND, NOT_READY
from api.reached.view_for import STATE
from runtime.timetables import write_versions
from schemas.timetable_versions import TimetableVersions
from transit.grants.reach import Reach

City = Any
FOLDERS = (Path("/srv/archive"), Path("kept/timetables"))


@pytest.fixture
def archive(city: City, tmp_path: Path) -> Path:
    city.api.application.state.archive = tmp_path / "archive"
    return tmp_path


@pytest.mark.usefixtures("archive")
async def test_what_nobody_recorded_is_not_found_in_words_that_name_no_folder(client: Any, archive: Path) -> None:
    answered = await client.get("/v1/answers/town%3At1-12%3A20260216@20@1771246800")
    assert answered.status_code == 404
    assert "town" in answered.json()["detail"]
    assert str(archive) not in answered.text


async def test_a_failure_of_the_server_is_its_own_and_tells_nothing(city: City, client: Any, archive: Path) -> None:
    write_versions(archive, TimetableVersions(name="town", versions=())).write_bytes(b"damaged")
    city.api.application.state.timetables = archive
    answered = await client.get("/v1/answers/town%3At1-12%3A20260216@20@1771246800")
    assert answered.status_code == 503
    assert str(archive) not in answered.text


@pytest.mark.parametrize(
    ("code", "said", "problem"),
    [
        (2, "headway: the run makes no call 9", NOT_FOUND),
        (2, "headway: no run of 'a/b'", NOT_FOUND),
        (2, "headway: /srv/archive/x.zip: Permission denied", NOT_READY),
        (2, "headway: no timetable in kept/timetables", NOT_READY),
        (2, "headway: see ~/archive", NOT_READY),
        (2, "Traceback", NOT_READY),
        (1, "headway: the broker is away", NOT_READY),
        (-9, "", NOT_READY),
    ],
)
def test_only_words_about_the_answer_are_passed_on(code: int, said: str, problem: object) -> None:
    refusal = refusal_of(code, said, FOLDERS)
    assert refusal.problem is problem
    assert "/srv" not in refusal.detail


@pytest.mark.usefixtures("archive")
async def test_a_grant_with_a_delay_is_told_no_answer_younger_than_it(city: City) -> None:
    async def delayed(scope: Any, receive: Any, send: Any) -> None:
        scope.setdefault("state", {})[STATE] = Reach(delay_s=300)
        await city.api.app(scope, receive, send)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=delayed), base_url="http://headway.test") as client:
        said = {}
        for age in (299, 301):
            path = f"/v1/answers/town%3At1-12%3A20260216@20@{int(city.now) - age}"
            said[age] = (await client.get(path)).json()["detail"]
    assert "delay" in said[299]
    assert "delay" not in said[301]


def test_what_happened_within_the_delay_is_left_out() -> None:
    happened = [{"latest_at": f"2026-02-16T08:00:{second:02d}-05:00"} for second in (0, 10, 20)]
    assert happened_until(happened, 1_771_246_810.0) == happened[:2]
