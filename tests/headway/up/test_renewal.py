"""What a renewed broker begins with."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from headway.up.renewal import CARRIED, name_hour
from runtime.settings import Settings
from runtime.topics import carry
from runtime.topics.carry import read_carried, write_carried
from runtime.topics.reading import Record
from schemas.scores import HOURS_KEPT, LineScores, decode_scores, encode_scores
from schemas.topics import FORECAST_SCORES

HOUR_S = 3600


def scores(line: str, hour: int, arrivals: int) -> Record:
    none = (0,)
    value = LineScores(
        line_group=line, hour_starts_at=hour * HOUR_S, horizon_edges_s=(0, 60), count=none, mean_absolute_error_s=none,
        mean_error_s=none, inside_ratio=none, early_ratio=none, arrivals=arrivals,
    )  # fmt: skip
    return Record(0, 0, 0, line.encode(), encode_scores(value), ())


async def test_the_accuracy_of_the_day_is_carried_and_no_more_than_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert FORECAST_SCORES in CARRIED
    written = [scores("1", 100, 1), scores("2", 100, 2), scores("1", 100, 3), scores("1", 101, 4)]
    written += [scores("2", 100 + HOURS_KEPT, 5), Record(0, 0, 0, b"1", b"torn", ())]

    async def read(*_where: Any, **_which: Any) -> AsyncIterator[Record]:
        for record in written:
            yield record

    monkeypatch.setattr(carry, "read_records", read)
    file = tmp_path / "carried"
    last_of = {FORECAST_SCORES: name_hour}
    assert await write_carried(Settings(), file, (FORECAST_SCORES,), last_of=last_of) == 4
    found = []
    for record in read_carried(file):
        try:
            found.append(decode_scores(record.value or b"").arrivals)
        except msgspec.DecodeError:
            found.append(-1)
    assert sorted(found) == [-1, 3, 4, 5]
