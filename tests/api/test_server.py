"""Real processes of ``headway api`` on a real store."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from runtime.embedded.valkey import Valkey
from runtime.ledger.database import Ledger
from runtime.ledger.trial import ensure_trial_partner
from runtime.settings import Settings
from runtime.timetables import save_timetable
from schemas import store_keys
from schemas.line_forecasts import encode_public
from schemas.line_value import LineValue, Watermark, encode_line_value
from schemas.timetable_versions import TimetableVersion, TimetableVersions, encode_timetable_versions
from transit.timetable.compiled import Timetable

pytestmark = pytest.mark.integration

City = Any
TOKEN = "an-operator's-token"
PATIENCE_S = 60.0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Deployment:
    """API processes that share a port."""

    settings: Settings
    key: str
    processes: list[asyncio.subprocess.Process] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.settings.api_port}"

    async def start(self, **environment: str) -> asyncio.subprocess.Process:
        settings = self.settings
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "headway", "api", "--operations-port", "0"),
            env={
                **{name: value for name, value in os.environ.items() if not name.startswith("HEADWAY_")},
                "HEADWAY_STORE": settings.store,
                "HEADWAY_DATABASE": settings.database,
                "HEADWAY_DATA_FOLDER": str(settings.data_folder),
                "HEADWAY_NAMESPACE": settings.namespace,
                "HEADWAY_API_PORT": str(settings.api_port),
                "HEADWAY_OPERATOR_TOKEN": TOKEN,
                **environment,
            },
            stderr=asyncio.subprocess.PIPE,
        )
        self.processes.append(process)
        return process

    async def operations_port(self, process: asyncio.subprocess.Process) -> int:
        """The port the process chose, once it serves."""
        path = self.settings.data_folder / f"api-{process.pid}.operations"
        async with asyncio.timeout(PATIENCE_S), httpx.AsyncClient() as client:
            while True:
                assert process.returncode is None, await process.stderr.read() if process.stderr else b""
                if path.exists() and (text := path.read_text().strip()):
                    try:
                        await client.get(f"http://127.0.0.1:{text}/metrics")
                        await client.get(f"{self.url}/health/live")
                    except httpx.TransportError:
                        await asyncio.sleep(0.05)
                    else:
                        return int(text)
                await asyncio.sleep(0.05)


@pytest.fixture
async def deployment(
    valkey: Valkey, namespace: str, tmp_path: Path, timetable: Timetable, city: City
) -> AsyncIterator[Deployment]:
    settings = Settings(
        store=valkey.url,
        namespace=namespace,
        database=f"sqlite+aiosqlite:///{tmp_path / 'ledger.db'}",
        data_folder=tmp_path,
        api_port=_free_port(),
    )
    save_timetable(timetable, settings.timetables)
    await _fill(settings, city)
    ledger = Ledger(settings.database)
    key = await ensure_trial_partner(ledger, settings.data_folder)
    await ledger.close()
    found = Deployment(settings, key)
    yield found
    for process in found.processes:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _fill(settings: Settings, city: City) -> None:
    namespace, forecasts = settings.namespace, city.forecasts("1", [city.run("t1-12", 1, 3)])
    value = LineValue(Watermark(1, 0, 1), forecasts.computed_at, encode_public(forecasts), b"")
    version = TimetableVersion(hash=city.timetable.hash, from_service_date=None, activated_at=1, source="test")
    versions = TimetableVersions(name="town", versions=(version,))
    redis = Redis.from_url(settings.store)
    await redis.hset(store_keys.timetable_versions(namespace), "town", encode_timetable_versions(versions))
    await redis.set(store_keys.line_forecasts("town:1", namespace), encode_line_value(value))
    await redis.zadd(store_keys.line_index(namespace), {"town:1": 1})
    await redis.set(store_keys.view_generation(namespace), b"g")
    await redis.aclose()


async def _poll(url: str, seen: list[int | str], until: asyncio.Event) -> None:
    """Ask again and again over a kept-alive connection; what went wrong is kept beside what was answered."""
    async with httpx.AsyncClient() as client:
        while not until.is_set():
            try:
                answered = await client.get(f"{url}/health/live")
                seen.append(answered.status_code)
            except httpx.TransportError as failed:
                seen.append(type(failed).__name__)
            await asyncio.sleep(0.002)


async def _answered(seen: list[int | str], count: int) -> None:
    """Wait until so many requests more were answered, or went wrong."""
    wanted = len(seen) + count
    async with asyncio.timeout(PATIENCE_S):
        while len(seen) < wanted:  # noqa: ASYNC110 - it is other tasks' doing
            await asyncio.sleep(0.02)


async def test_a_process_that_is_told_to_end_fails_no_request_and_ends(deployment: Deployment) -> None:
    ending, staying = await deployment.start(), await deployment.start()
    await asyncio.gather(deployment.operations_port(ending), deployment.operations_port(staying))
    seen: list[int | str] = []
    over = asyncio.Event()
    pollers = [asyncio.create_task(_poll(deployment.url, seen, over)) for _ in range(8)]
    await _answered(seen, 100)
    ending.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(ending.wait(), PATIENCE_S) == 0
    await _answered(seen, 100)
    over.set()
    await asyncio.gather(*pollers)
    assert set(seen) == {200}


async def test_what_a_partner_asks_is_answered_with_key_quota_and_validator(deployment: Deployment) -> None:
    process = await deployment.start()
    operations_port = await deployment.operations_port(process)
    async with httpx.AsyncClient(base_url=deployment.url) as client:
        headers = {"X-API-Key": deployment.key}
        first = await client.get("/v1/stops/town%3AQ%2F1", headers=headers)
        assert first.json()["id"] == "town:Q/1"
        again = await client.get("/v1/stops/town%3AQ%2F1", headers=headers | {"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert (await client.get("/v1/lines")).status_code == 401
        assert (await client.get("/")).status_code == 200
        assert (await client.head("/v1/lines", headers=headers)).content == b""
    await _check_operations(operations_port)


async def _check_operations(port: int) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        refused = await client.get("/operations/status")
        assert (refused.status_code, refused.json()["type"]) == (401, "/problems/operator-only")
        headers = {"Authorization": f"Bearer {TOKEN}"}
        status = (await client.get("/operations/status", headers=headers)).json()
        assert (status["status"], status["lines"], status["vehicles"]) == ("ready", 1, 1)
        assert "headway_api_view_is_whole 1.0" in (await client.get("/metrics", headers=headers)).text
        assert (await client.get("/v1/lines", headers=headers)).status_code == 404


@pytest.mark.parametrize("taken", ["HEADWAY_API_PORT"])
async def test_a_port_that_another_program_has_is_one_clear_line(deployment: Deployment, taken: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        process = await deployment.start(**{taken: str(other.getsockname()[1])})
        _, said = await asyncio.wait_for(process.communicate(), PATIENCE_S)
    assert process.returncode == 2
    lines: Sequence[bytes] = said.splitlines()
    assert lines[-1].startswith(b"headway: public port 127.0.0.1:")
    assert b"Traceback" not in said


async def test_a_flushed_store_is_said_and_answers_go_on(deployment: Deployment, tmp_path: Path, city: City) -> None:
    with Valkey(tmp_path / "own") as own:
        deployment.settings = deployment.settings.model_copy(update={"store": own.url})
        await _fill(deployment.settings, city)
        process = await deployment.start()
        await deployment.operations_port(process)
        path, headers = "/v1/stops/town%3AB/arrivals", {"X-API-Key": deployment.key}
        async with httpx.AsyncClient(base_url=deployment.url) as client:
            assert (await client.get("/health/ready")).json()["status"] == "ready"
            assert (await client.get(path, headers=headers)).json()["warnings"] == []
            redis = Redis.from_url(own.url)
            await redis.flushall()
            assert (await _until(client, "degraded"))["view"] == "store_incomplete"
            answered = await client.get(path, headers=headers)
            assert answered.status_code == 200, answered.text
            assert [warning["code"] for warning in answered.json()["warnings"]] == ["view_incomplete"]
            await _fill(deployment.settings, city)
            await _until(client, "ready")
            await redis.aclose()


async def _until(client: httpx.AsyncClient, status: str) -> Any:
    """What readiness says once it has come to this status."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            said = (await client.get("/health/ready")).json()
            if said["status"] == status:
                return said
            await asyncio.sleep(0.02)
