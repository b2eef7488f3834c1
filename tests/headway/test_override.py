"""``headway override add``: what would change nothing is refused, and taken where it is meant so."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from headway.ledger import app as ledger_app
from headway.override import app as override_app
from runtime.errors import UserError
from runtime.timetables.timetable_file import save_timetable
from tests.one_trip import TABLES
from transit.timetable.compile import compile_timetable


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """A command line beside a ledger and one timetable; the store is away."""
    monkeypatch.setenv("HEADWAY_DATABASE", f"sqlite:///{tmp_path / 'ledger.db'}")
    monkeypatch.setenv("HEADWAY_STORE", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("HEADWAY_DATA_FOLDER", str(tmp_path))
    save_timetable(compile_timetable(TABLES, name="small", source="memory"), tmp_path / "timetables")
    found = CliRunner()
    assert found.invoke(ledger_app, ["migrate"]).exit_code == 0
    return found


def test_a_stop_that_no_timetable_has_is_refused_unless_it_is_meant(runner: CliRunner) -> None:
    refused = runner.invoke(override_app, ["add", "close_stop", "--stop", "small:z"])
    assert isinstance(refused.exception, UserError)
    assert "has the stop small:z" in str(refused.exception)
    assert "--anyway" in str(refused.exception)
    for arguments in (["--stop", "small:a"], ["--stop", "small:z", "--anyway"]):
        taken = runner.invoke(override_app, ["add", "close_stop", *arguments, "--json"], catch_exceptions=False)
        assert (taken.exit_code, json.loads(taken.stdout)["stops"]) == (0, [arguments[1]])


def test_an_id_that_is_none_is_told_first(runner: CliRunner) -> None:
    refused = runner.invoke(override_app, ["add", "close_stop", "--stop", "101"])
    assert "is no public id" in str(refused.exception)
