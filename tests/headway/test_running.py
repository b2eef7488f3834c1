"""Commands beside a running ``headway up`` find its servers in its folder."""

import json
from pathlib import Path

import pytest

from headway.up.run_lock import hold_run_lock
from headway.up.running import load_running_settings, note_running
from runtime.settings import Settings


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HEADWAY_DATA_FOLDER", str(tmp_path))
    for name in ("BROKER", "DATABASE", "STORE"):
        monkeypatch.delenv(f"HEADWAY_{name}", raising=False)
    return tmp_path


def _note(folder: Path) -> None:
    note_running(Settings(data_folder=folder, broker="127.0.0.1:4711", line_partitions=4))


def test_a_runs_broker_is_found_in_its_folder(folder: Path) -> None:
    with hold_run_lock(folder):
        _note(folder)
        found = load_running_settings()
    assert (found.broker, found.line_partitions) == ("127.0.0.1:4711", 4)


def test_a_runs_database_and_store_are_found_too_and_read_by_their_owner_alone(folder: Path) -> None:
    with hold_run_lock(folder):
        note_running(Settings(data_folder=folder, database="sqlite:////elsewhere/l.db", store="redis://:word@h:1/0"))
        found = load_running_settings()
    assert (found.database, found.store) == ("sqlite:////elsewhere/l.db", "redis://:word@h:1/0")
    assert (folder / "up.servers").stat().st_mode & 0o077 == 0


def test_a_run_that_has_ended_is_not_asked(folder: Path) -> None:
    with hold_run_lock(folder):
        _note(folder)
    assert load_running_settings().broker == Settings().broker


def test_a_broker_given_by_hand_comes_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWAY_BROKER", "10.0.0.1:9092")
    with hold_run_lock(folder):
        _note(folder)
        assert load_running_settings().broker == "10.0.0.1:9092"


@pytest.mark.parametrize("noted", [None, "", "[", json.dumps({"unknown": 1})])
def test_a_note_that_cannot_be_read_changes_nothing(folder: Path, noted: str | None) -> None:
    with hold_run_lock(folder):
        if noted is not None:
            (folder / "up.servers").write_text(noted)
        assert load_running_settings().broker == Settings().broker
