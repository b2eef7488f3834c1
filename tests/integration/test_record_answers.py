"""The recorder on the laptop's broker, which begins anew with every run of `headway up` and with every renewal."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import polars as pl
import pytest

from runtime.embedded.tansu import Tansu
from runtime.kafka_clients import make_producer
from runtime.recordings.kept_values import LINES, read_kept
from runtime.settings import Settings
from runtime.topics.ensure import ensure_topics
from runtime.topics.epoch import raise_epoch
from schemas.line_forecasts import LineConditions, LineForecasts, Passage, encode_passage, encode_public
from schemas.line_value import LineValue, Watermark, encode_line_value
from schemas.namespace import topic_name
from schemas.topics import LINE_FORECASTS, LINE_PASSAGES
from streams.health_port import Health
from streams.recorder import record_answers

KEY = "town:7"
NOON = 1_773_660_000


@pytest.fixture
def own_tansu(tmp_path: Path) -> Iterator[Tansu]:
    """A broker that this test may end and begin anew."""
    with Tansu(tmp_path / "tansu") as server:
        yield server


async def send(settings: Settings, moments: range) -> None:
    async with make_producer(settings) as producer:
        for at in moments:
            passage = Passage(
                line_id="7", trip_id="t", service_date=20260316, start_time_s=0, vehicle_id="101",
                stop_id="A", stop_sequence=1, position=0, kind="arrival", at=at, earliest_at=at, latest_at=at,
            )  # fmt: skip
            line = LineForecasts(KEY, "none", at, "bus", None, (), b"", (), LineConditions(0, 0, 0, 0, {}))
            value = encode_line_value(LineValue(Watermark(1, 0, at), at, encode_public(line), b""))
            for topic, packed in ((LINE_PASSAGES, encode_passage(passage)), (LINE_FORECASTS, value)):
                name = topic_name(topic, settings.namespace)
                await producer.send_and_wait(name, packed, key=KEY.encode(), timestamp_ms=at * 1000)


def list_kept(archive: Path) -> tuple[list[int], list[int]]:
    """The moments of passages and of values in the archive."""
    files = sorted((archive / "passages").glob("*.parquet"))
    passages = pl.read_parquet(files)["at"].to_list() if files else []
    values = [at for at in range(NOON, NOON + 10) if any(each.at == at for each in read_kept(archive / LINES, at))]
    return passages, values


async def record_until(settings: Settings, archive: Path, moments: list[int]) -> None:
    """Record until these are kept, or for as long as a test may wait."""
    recording = asyncio.create_task(
        record_answers.record_answers(settings, archive, Health(), forecasts_every_s=1, values_every_s=1)
    )
    async with asyncio.timeout(60):
        while list_kept(archive) != (moments, moments):  # noqa: ASYNC110 - files tell nobody that they changed
            await asyncio.sleep(0.05)
    recording.cancel()
    with suppress(asyncio.CancelledError):
        await recording


async def test_topics_that_begin_anew_are_kept_from_their_first_record_on(
    own_tansu: Tansu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_answers, "FLUSH_EVERY_S", 0.1)
    settings = Settings(broker=own_tansu.address, broker_idempotence=False)
    epoch = await ensure_topics(settings)
    await send(settings, range(NOON, NOON + 5))
    await record_until(settings, tmp_path / "archive", list(range(NOON, NOON + 5)))
    own_tansu.stop()
    own_tansu.launch()
    await asyncio.to_thread(own_tansu.wait_ready)
    await ensure_topics(settings)
    await raise_epoch(settings, above=epoch)
    await send(settings, range(NOON + 5, NOON + 7))
    await record_until(settings, tmp_path / "archive", list(range(NOON, NOON + 7)))
