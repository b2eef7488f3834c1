"""A replay's processes outlive the store: it may be away and comes back."""

from pathlib import Path
from typing import Any

import pytest
from redis.exceptions import ConnectionError as StoreAway

from headway.replays import replay_tree
from headway.replays.replay_tree import ReplayTree, TreePlan
from runtime.settings import FeedSettings, ReplaySettings, Settings


class NoStore:
    """A store that is away."""

    async def hget(self, *_asked: object) -> None:
        raise StoreAway("connection refused")


@pytest.fixture
def tree(tmp_path: Path) -> ReplayTree:
    settings = Settings(data_folder=tmp_path)
    timetable: Any = None  # nothing is started here
    feed = FeedSettings(id="town", timetable="town", source="town.zip")
    plan = TreePlan(
        settings=settings, namespace="r-r1-1", feed=feed, timetable=timetable, replay=ReplaySettings(id="r1")
    )
    return ReplayTree(plan)


async def test_where_a_replay_is_stays_unknown_while_the_store_is_away(tree: ReplayTree) -> None:
    store: Any = NoStore()
    assert await tree.find_position(store) is None


async def test_a_replay_ends_while_the_store_is_away_and_its_files_with_it(
    tree: ReplayTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def clear(*_asked: object) -> None:
        raise StoreAway("connection refused")

    monkeypatch.setattr(replay_tree, "clear_namespaces", clear)
    left = tmp_path / "replays" / "r-r1-1" / "logs"
    left.mkdir(parents=True)
    store: Any = NoStore()
    await tree.stop(store)
    assert not left.exists()
