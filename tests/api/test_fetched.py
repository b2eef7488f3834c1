"""Documents fetched in the background: whatever a source answers, it is asked again."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from api.app import build_view
from api.bikes.shelf import BikeShelf
from api.bikes.watch import BikeWatch
from api.operations.metrics import ViewCollector
from api.station_crowding.shelf import StationShelf
from api.station_crowding.watch import CountWatch
from runtime.settings import BikeShareSettings, Settings, StationCountSettings

BIKES = BikeShareSettings(id="bikes", url="https://bikes.example/gbfs.json")
GATES = StationCountSettings(id="gates", timetable="town", url="https://gates.example/counts.json")
FAILURES = (KeyError("stations"), RecursionError("too deep"), httpx.ConnectError("away"), RuntimeError("closed"))


def _watch(kind: str) -> tuple[BikeWatch | CountWatch, BikeShelf | StationShelf, str]:
    if kind == "bikes":
        bikes = BikeShelf()
        return BikeWatch(BIKES, bikes, None), bikes, "bike_share_failed"
    stations = StationShelf()
    return CountWatch(GATES, stations, None), stations, "station_counts_failed"


@pytest.mark.parametrize("kind", ["bikes", "gates"])
async def test_a_source_that_fails_in_any_way_is_logged_counted_and_asked_again(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch, shelf, event = _watch(kind)
    asked: list[float] = []
    come = asyncio.Event()

    async def fetch(_: httpx.AsyncClient) -> None:
        if len(asked) < len(FAILURES):
            raise FAILURES[len(asked)]
        come.set()

    async def sleep(seconds: float) -> None:
        asked.append(seconds)
        await asyncio.Event().wait() if come.is_set() else await real(0)

    real = asyncio.sleep
    monkeypatch.setattr(watch, "fetch", fetch)
    monkeypatch.setattr("api.fetched.asyncio.sleep", sleep)
    with capture_logs() as logged:
        running = asyncio.create_task(watch.run())
        waiting = asyncio.create_task(come.wait())
        await asyncio.wait((running, waiting), return_when=asyncio.FIRST_COMPLETED)
        assert come.is_set(), running
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert [each["event"] for each in logged] == [event] * len(FAILURES)
    assert "KeyError('stations')" in logged[0]["error"]
    assert shelf.failures == {kind: len(FAILURES)}


async def test_a_failure_that_stays_the_same_is_logged_once_and_counted_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shelf = StationShelf()
    watch = CountWatch(GATES, shelf, httpx.MockTransport(lambda _: httpx.Response(200, content=b"[]")))
    rounds = asyncio.Event()
    slept: list[float] = []
    real = asyncio.sleep

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            rounds.set()
        await real(0)

    monkeypatch.setattr("api.fetched.asyncio.sleep", sleep)
    with capture_logs() as logged:
        running = asyncio.create_task(watch.run())
        await rounds.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert [each["event"] for each in logged] == ["station_counts_failed"]
    assert shelf.failures["gates"] >= 3


@pytest.mark.parametrize("sources", [{"bike_shares": (BIKES,)}, {"station_counts": (GATES,)}])
async def test_an_application_that_ends_has_ended_what_fetches_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sources: dict[str, Any]
) -> None:
    ended: list[bool] = []

    async def run(_: BikeWatch | CountWatch) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            for _again in range(1000):
                await asyncio.sleep(0)
            ended.append(True)

    monkeypatch.setattr(BikeWatch, "run", run)
    monkeypatch.setattr(CountWatch, "run", run)
    api = build_view(Settings(data_folder=tmp_path, store="redis://127.0.0.1:1", **sources))
    async with api.application.router.lifespan_context(api.application):
        assert ended == []
    assert ended == [True]


def test_failures_of_sources_are_there_to_be_scraped(tmp_path: Path) -> None:
    api = build_view(Settings(data_folder=tmp_path))
    api.view.bikes.failures["bikes"] += 2
    api.view.stations.failures["gates"] += 3
    (told,) = (each for each in ViewCollector(api.view, api.streams).collect() if "source_failures" in each.name)
    samples = {(sample.labels["of"], sample.labels["source"]): sample.value for sample in told.samples}
    assert samples == {("bike_share", "bikes"): 2, ("counts", "gates"): 3}
