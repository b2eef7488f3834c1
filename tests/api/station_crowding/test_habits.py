"""The history that stations' crowding is estimated from: read once, beside the answers, and missed by nobody."""

import threading
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from api.app import Api, build_api, build_view
from api.body_limit import BodyLimit
from api.replays.replay_views import ReplayViews, replay_settings
from runtime.settings import Settings
from runtime.timetables.history_file import load_history, save_history
from transit.history.history import History
from transit.history.learn import learn_history
from transit.history.loads_seen import LoadSeen


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """A history's file that knows of one line's riders."""
    seen = [LoadSeen("1", "B", "C", 0, 8, 600 * i, 0.4, 0.2, 600, 2) for i in range(20)]
    return save_history(learn_history([], [], [], 1, seen), tmp_path / "town.history")


def _settings(tmp_path: Path, history: Path) -> Settings:
    return Settings(data_folder=tmp_path, history=history)


async def _start(api: Api) -> list[Any]:
    """Start the application and end it; what it logged of histories."""
    with capture_logs() as logged:
        async with api.application.router.lifespan_context(api.application):
            pass
    return [each for each in logged if each["event"].startswith("history")]


async def test_a_history_is_read_in_a_thread_when_the_application_starts(
    tmp_path: Path, history: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []

    def load(file: Path) -> History:
        threads.append(threading.current_thread())
        return load_history(file)

    monkeypatch.setattr("api.station_crowding.habits.load_history", load)
    api = build_view(_settings(tmp_path, history), is_watched=False)
    assert (threads, api.view.stations.habits) == ([], None)
    assert await _start(api) == []
    assert api.view.stations.habits is not None
    assert len(threads) == 1
    assert threads[0] is not threading.main_thread()


@pytest.mark.parametrize("content", [None, b"no history"])
async def test_without_the_history_that_is_named_the_api_starts_and_says_so_once(
    tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "lost.history"
    if content is not None:
        file.write_bytes(content)
    api = build_view(_settings(tmp_path, file), is_watched=False)
    (said,) = await _start(api)
    assert (said["event"], said["log_level"], said["file"]) == ("history_not_loaded", "warning", str(file))
    assert api.view.stations.habits is None


async def test_a_replays_view_shares_what_the_live_one_knows(tmp_path: Path, history: Path) -> None:
    settings = _settings(tmp_path, history)
    live = build_view(settings, is_watched=False)
    await _start(live)
    api = build_api(settings)
    api.view.stations.habits = live.view.stations.habits
    assert isinstance(api.app, BodyLimit)
    views: Any = api.app._app
    assert isinstance(views, ReplayViews)
    asked = replay_settings(settings, "monday")
    replayed: Any = views._make(asked)
    assert replayed.view.stations.habits is live.view.stations.habits is not None
    assert asked.history is None
