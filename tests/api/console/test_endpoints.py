import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api.console.assets import STATIC, load_assets
from api.console.endpoints import mount_console, read_trial_key
from api.failures import write_failures_as_problems

PACKED_BYTES_MAX = 60_000


@pytest.fixture
async def page() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    write_failures_as_problems(app)
    mount_console(app, lambda: "the-key")
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 4000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        yield client


async def test_the_page_and_its_files_are_served_with_tags(page: httpx.AsyncClient) -> None:
    for path in ("/", *(f"/console/static/{name}" for name in load_assets())):
        answer = await page.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["x-content-type-options"] == "nosniff"
        again = await page.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


async def test_a_client_that_cannot_unpack_gets_plain_files(page: httpx.AsyncClient) -> None:
    answer = await page.get("/console/static/main.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert answer.content == (STATIC / "main.js").read_bytes()


async def test_a_file_outside_the_page_is_not_found(page: httpx.AsyncClient) -> None:
    assert (await page.get("/console/static/endpoints.py")).status_code == 404
    assert (await page.get("/console/static/..%2Fassets.py")).status_code == 404


async def test_the_session_lends_the_key_and_is_never_kept(page: httpx.AsyncClient) -> None:
    answer = await page.get("/console/session")
    assert answer.json() == {"key": "the-key"}
    assert answer.headers["cache-control"] == "no-store"
    refused = await page.get("/console/session", headers={"Origin": "https://evil.example"})
    assert refused.status_code == 404
    assert refused.headers["content-type"] == "application/problem+json"


def test_the_page_is_small_and_asks_nothing_of_other_hosts() -> None:
    assets = load_assets()
    assert sum(len(asset.packed) for asset in assets.values()) < PACKED_BYTES_MAX
    for name, asset in assets.items():
        assert gzip.decompress(asset.packed) == asset.plain
        outside = asset.plain.replace(b"http://www.w3.org/2000/svg", b"")
        assert b"http://" not in outside, name
        assert b"https://" not in outside, name


def test_no_key_is_lent_where_none_lies(tmp_path: Path) -> None:
    assert read_trial_key(tmp_path) is None
    (tmp_path / "trial.key").write_text("abc\n")
    assert read_trial_key(tmp_path) == "abc"
