"""Streams over real API processes and a real broker: replicas killed, keys revoked, a browser's ticket."""

import asyncio
import os
import random
import socket
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from aiohttp import ClientSession

from runtime.embedded.tansu import Tansu
from runtime.embedded.valkey import Valkey
from runtime.kafka_clients import make_producer
from runtime.ledger.database import Ledger
from runtime.ledger.key_format import find_key_id
from runtime.ledger.keys import revoke_key
from runtime.ledger.plans import Plan, set_plan
from runtime.ledger.trial import ensure_trial_partner
from runtime.settings import Settings
from runtime.timetables import save_timetable, write_versions
from runtime.topics.ensure import ensure_topics
from runtime.topics.reading import read_records
from schemas.line_forecasts import encode_public
from schemas.line_value import LineValue, Watermark, encode_line_value
from schemas.namespace import topic_name
from schemas.timetable_versions import TimetableVersion, TimetableVersions
from schemas.topics import LINE_FORECASTS
from tests.load.stream_reader import StreamReader, follow_for_ever
from transit.timetable.compiled import Timetable

pytestmark = [pytest.mark.integration, pytest.mark.timeout(280)]
City = Any
STREAMS = int(os.environ.get("HEADWAY_TEST_STREAMS", "20"))
"""How many streams are held while replicas are killed; a thousand for the full run."""
TRIPS = {"1": "t1-12", "2": "t2-0", "3": "t3-0", "4": "t4-0", "5": "n6", "6": "t6-0"}
PATHS = ("all=true", "lines=town:1", "stops=town:B,town:A", "lines=town:2,town:5", "box=39.9,-75.1,40.1,-74.9")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Town:
    """Replicas over one log, and whoever writes to it."""

    def __init__(self, settings: Settings, city: City, key: str) -> None:
        self.settings = settings
        self.city = city
        self.key = key
        self.ports: list[int] = []
        self.running: dict[int, asyncio.subprocess.Process] = {}
        self.written = 0
        self._producer = make_producer(settings, linger_ms=0)

    async def start(self, port: int) -> None:
        words = self.settings.model_dump(mode="json", exclude_unset=True)
        environment = {f"HEADWAY_{name.upper()}": str(value) for name, value in words.items()}
        self.running[port] = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "headway", "api", "--port", str(port), "--operations-port", "0"),
            env={**os.environ, **environment},
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )

    async def await_ready(self, port: int) -> None:
        async with asyncio.timeout(180), httpx.AsyncClient() as client:
            while True:
                try:
                    asked = {"headers": {"X-API-Key": self.key}}
                    async with client.stream("GET", f"http://127.0.0.1:{port}/v1/stream?all=true", **asked) as answer:  # type: ignore[arg-type]
                        if answer.status_code == 200:
                            return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.1)

    async def write(self, group: str) -> None:
        self.written += 1
        forecasts = self.city.forecasts(group, [self.city.run(TRIPS[group], 1, 1)], first_s=60 + self.written % 7)
        value = LineValue(Watermark(1, 0, self.written), forecasts.computed_at, encode_public(forecasts), b"own")
        topic = topic_name(LINE_FORECASTS, self.settings.namespace)
        await self._producer.send(topic, encode_line_value(value), key=forecasts.line_group.encode())

    async def open(self, replicas: int) -> None:
        self.ports = [_free_port() for _ in range(replicas)]
        await self._producer.start()
        await asyncio.gather(*(self.start(port) for port in self.ports))
        await asyncio.gather(*(self.await_ready(port) for port in self.ports))

    async def close(self) -> None:
        await self._producer.stop()
        for process in self.running.values():
            if process.returncode is None:
                process.kill()
            await process.wait()


@pytest.fixture
async def town(
    tansu: Tansu, valkey: Valkey, sqlite_url: str, namespace: str, tmp_path: Path, city: City, timetable: Timetable
) -> AsyncIterator[Town]:
    settings = Settings(
        broker=tansu.address, store=valkey.url, database=sqlite_url, namespace=namespace, data_folder=tmp_path / "data"
    )
    save_timetable(timetable, settings.timetables)
    version = TimetableVersion(hash=timetable.hash, from_service_date=None, activated_at=1, source="test")
    write_versions(settings.timetables, TimetableVersions(name="town", versions=(version,)))
    await ensure_topics(settings)
    ledger = Ledger(settings.database)
    key = await ensure_trial_partner(ledger, settings.data_folder)
    async with ledger.write() as session:
        await set_plan(
            session,
            Plan(name="trial", burst_per_s=1000, burst_size=1000, per_day=10**6, per_month=10**7, streams=STREAMS + 2),
            actor="test",
        )
    await ledger.close()
    found = Town(settings, city, key)
    try:
        yield found
    finally:
        await found.close()


async def test_streams_lose_nothing_and_hear_nothing_twice_while_replicas_are_killed(town: Town) -> None:
    await town.open(2)
    over = asyncio.Event()
    chance = random.Random(7)  # noqa: S311 - chooses whom to kill
    clients = [StreamReader(f"/v1/stream?{PATHS[at % len(PATHS)]}", town.key) for at in range(STREAMS)]
    following = [asyncio.create_task(follow_for_ever(client, town.ports, over)) for client in clients]
    for port in chance.sample(town.ports, 2):
        await _write_some(town, chance, 10)
        town.running[port].kill()
        await town.running[port].wait()
        await town.start(port)
        back = asyncio.create_task(town.await_ready(port))
        while not back.done():
            await _write_some(town, chance, 1)
        await back
        await _write_some(town, chance, 10)
    for group in TRIPS:
        await town.write(group)
    last = await _read_log(town.settings)
    whole = [client for client in clients if "all=true" in client.path]

    def is_told() -> bool:
        return all(client.held.get(key) == offsets[-1] for client in whole for key, offsets in last.items())

    await _until(is_told, within_s=60)
    over.set()
    for task in following:
        task.cancel()
    await asyncio.gather(*following, return_exceptions=True)
    resumed = sum(client.resumed for client in clients)
    told = sum(len(sequences) for client in clients for sequences in client.told.values())
    print(f"{len(clients)} streams resumed {resumed} times and were told {told} values")  # noqa: T201 - the bench shows it
    assert resumed >= 5
    for client in clients:
        assert (client.gaps, client.repeats) == ([], [])
        # each line was told whole once, at its beginning, and never again
        assert client.full == len(client.told), client.path
        assert client.told
        for key, sequences in client.told.items():
            assert sequences == last[key][last[key].index(sequences[0]) :][: len(sequences)]
    for client in whole:
        assert client.told.keys() == last.keys()
        assert all(client.held[key] == offsets[-1] for key, offsets in last.items())


async def _write_some(town: Town, chance: random.Random, turns: int) -> None:
    for _ in range(turns):
        for group in chance.sample(sorted(TRIPS), 3):
            await town.write(group)
        await asyncio.sleep(0.1)


async def _until(is_so: Callable[[], bool], *, within_s: float) -> None:
    async with asyncio.timeout(within_s):
        while not is_so():  # noqa: ASYNC110 - it is other tasks' doing
            await asyncio.sleep(0.05)


async def _read_log(settings: Settings) -> dict[str, list[int]]:
    """The offsets of each line's values, as they lie on the topic."""
    found: dict[str, list[int]] = {}
    async for record in read_records(settings, LINE_FORECASTS):
        assert record.key is not None
        found.setdefault(record.key.decode(), []).append(record.offset)
    return found


async def _follow_socket(port: int, key: str, told: list[dict[str, Any]]) -> None:
    """Note what a WebSocket is told until it is closed."""
    address = f"http://127.0.0.1:{port}/v1/stream?all=true"
    async with ClientSession() as client, client.ws_connect(address, headers={"X-API-Key": key}) as opened:
        async for message in opened:
            told += [orjson.loads(message.data)]


async def _ask_for_socket(port: int, key: str) -> tuple[int, str]:
    """The status and problem that a WebSocket is refused with, as a client reads them that looks at the answer."""
    wanted = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    wanted |= {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "X-API-Key": key}
    async with ClientSession() as client, client.get(f"http://127.0.0.1:{port}/v1/stream", headers=wanted) as answered:
        return answered.status, (await answered.json(content_type="application/problem+json"))["type"]


async def test_a_revoked_key_cuts_its_streams_and_sockets_and_says_why(town: Town) -> None:
    await town.open(1)
    (port,) = town.ports
    client, told = StreamReader("/v1/stream?all=true", town.key), list[dict[str, Any]]()
    assert await _ask_for_socket(port, town.key) == (422, "/problems/invalid-parameter")
    following = [
        asyncio.create_task(client.follow("127.0.0.1", port)),
        asyncio.create_task(_follow_socket(port, town.key, told)),
    ]
    await town.write("1")
    await _until(lambda: bool(client.told) and any("lines" in each["data"] for each in told), within_s=60)
    ledger = Ledger(town.settings.database)
    async with ledger.write() as session:
        await revoke_key(session, find_key_id(town.key.encode()) or "", actor="test")
    async with asyncio.timeout(60):
        await asyncio.gather(*following)
    await ledger.close()
    assert client.end["type"] == told[-1]["data"]["type"] == "/problems/key-revoked"
    assert told[-1]["event"] == "end"
    assert await _ask_for_socket(port, town.key) == (403, "/problems/key-revoked")
