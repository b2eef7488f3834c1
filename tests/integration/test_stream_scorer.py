"""The scorer as processes: equal to its rule whatever becomes of a process, and in the store a moment later."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
from redis.asyncio import Redis

from runtime.settings import Settings
from runtime.topics.reading import read_records
from schemas import store_keys
from schemas.line_forecasts import decode_public
from schemas.line_value import Watermark
from schemas.scores import LineScores, decode_score_day, decode_scores
from schemas.topics import FORECAST_SCORES
from transit.accuracy.line_accuracy import LineAccuracy

pytestmark = [pytest.mark.recording, pytest.mark.timeout(500)]

POLLS = 150
_COUNTS = [name for name in LineScores.__struct_fields__ if name not in ("through", "line_group")]
Records = dict[tuple[str, int], LineScores]


def _by_rule(public: dict[bytes, list[bytes]]) -> dict[tuple[str, int], object]:
    found: Records = {}
    for key, parts in public.items():
        line = LineAccuracy(key.decode())
        taken = [line.take(Watermark(1, 0, offset), decode_public(part)) for offset, part in enumerate(parts)]
        for scores in (*taken, line.publish()):
            found |= {(each.line_group, each.hour_starts_at): each for each in scores}
    return _counts(found)


def _counts(records: Records) -> dict[tuple[str, int], object]:
    return {key: [getattr(record, name) for name in _COUNTS] for key, record in records.items()}


def _counts_only(figures: dict[tuple[str, int], object]) -> list[tuple[int, ...]]:
    """Forecasts scored by bin, of each record."""
    return [record[_COUNTS.index("count")] for record in figures.values() if isinstance(record, list)]


async def _read_scores(settings: Settings) -> Records:
    found: Records = {}
    async for record in read_records(settings, FORECAST_SCORES):
        assert record.value is not None
        scores = decode_scores(record.value)
        key = (scores.line_group, scores.hour_starts_at)
        if key not in found or scores.through >= found[key].through:
            found[key] = scores
    return found


async def _wait(holds: Callable[[], Any], *, within_s: float) -> None:
    until = time.monotonic() + within_s
    while not await holds():
        assert time.monotonic() < until
        await asyncio.sleep(0.5)


async def test_records_are_the_rules_own_though_a_scorer_is_killed_and_the_store_lost(
    settings: Settings, replay: Any, stages: Any
) -> None:
    chosen = await replay.lay_out(settings, polls=POLLS, speed=100)
    by_rule = _by_rule(replay.answer_by_rule(POLLS))
    assert sum(count[0] for count in _counts_only(by_rule)) > 100
    stages.start("serving", settings=chosen)
    stages.start("tracker", settings=chosen)
    first = stages.start("scorer", settings=chosen)
    door = stages.start("door", settings=chosen)

    async def has_begun() -> bool:
        return bool(await _read_scores(chosen))

    await _wait(has_begun, within_s=120)
    first.kill()
    second = stages.start("scorer", settings=chosen)
    assert await asyncio.to_thread(door.wait, 90) == 0
    await replay.wait_for_values(chosen)

    async def is_scored() -> bool:
        return _counts(await _read_scores(chosen)) == by_rule

    await _wait(is_scored, within_s=120)
    await stages.flush_store(chosen)

    async def is_stored() -> bool:
        async with Redis.from_url(chosen.store) as store:
            packed = [await store.get(store_keys.line_scores(key, chosen.namespace)) for key, _ in by_rule]
        hours = [hour for value in packed if isinstance(value, bytes) for hour in decode_score_day(value).hours]
        return _counts({(hour.line_group, hour.hour_starts_at): hour for hour in hours}) == by_rule

    await _wait(is_stored, within_s=60)
    second.terminate()
    assert await asyncio.to_thread(second.wait, 5) == 0
