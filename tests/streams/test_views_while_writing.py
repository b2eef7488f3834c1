"""What changes while the store is being written is written too, and what the store refused is not forgotten."""

from collections.abc import Callable
from typing import Any, Self

import pytest
from redis.exceptions import RedisError

from schemas import store_keys
from schemas.scores import decode_score_day
from streams.serving.fact_view import FactView
from streams.serving.score_view import ScoreView
from tests.streams.test_scores import HOUR, scores


class Pipeline:
    """Notes what is written; ``meanwhile`` happens while the store works, once."""

    def __init__(self, meanwhile: Callable[[], Any]) -> None:
        self.written: dict[str, bytes] = {}
        self._meanwhile: Callable[[], Any] | None = meanwhile

    def pipeline(self, *, transaction: bool) -> "Pipeline":
        assert not transaction
        return self

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    def hset(self, _key: str, field: str, value: bytes) -> None:
        self.written[field] = value

    def set(self, key: str, value: bytes, *, ex: int) -> None:
        assert ex > 0
        self.written[key] = value

    def zadd(self, *_: object) -> None:
        return None

    def zremrangebyscore(self, *_: object) -> None:
        return None

    async def execute(self) -> None:
        if self._meanwhile is not None:
            meanwhile, self._meanwhile = self._meanwhile, None
            meanwhile()


def fail() -> None:
    raise RedisError


async def test_alerts_that_change_while_their_feeds_are_written_are_written_next() -> None:
    view, key = FactView(""), store_keys.service_alerts("")
    view.take(key, "bus", b"old")
    store: Any = Pipeline(lambda: view.take(key, "bus", b"new"))
    await view.write_changed(store)
    await view.write_changed(store)
    assert store.written == {"bus": b"new"}
    assert not view.changed


async def test_scores_that_change_while_their_line_is_written_are_written_next() -> None:
    view = ScoreView("")
    view.take("t:L", scores(HOUR, 1, arrivals=1))
    store: Any = Pipeline(lambda: view.take("t:L", scores(HOUR, 2, arrivals=9)))
    await view.write_changed(store)
    (written,) = store.written.values()
    assert [hour.arrivals for hour in decode_score_day(written).hours] == [9]
    assert not view.changed


@pytest.mark.parametrize("kind", ["facts", "scores"])
async def test_what_the_store_refused_counts_as_changed(kind: str) -> None:
    facts, days = FactView(""), ScoreView("")
    facts.take(store_keys.service_alerts(""), "bus", b"said")
    days.take("t:L", scores(HOUR, 1))
    view: Any = facts if kind == "facts" else days
    store: Any = Pipeline(fail)
    with pytest.raises(RedisError):
        await view.write_changed(store)
    assert view.changed
    await view.write_changed(store)
    assert len(store.written) == 1
