"""What `headway score` prints, on a recording of a bus that drives for five minutes."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from headway.__main__ import make_app
from tests.headway.test_shadow import write_recordings


def test_tables_in_a_file_or_a_pipe_are_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gtfs, positions, updates = map(str, write_recordings(tmp_path))
    monkeypatch.delenv("COLUMNS", raising=False)

    result = CliRunner().invoke(
        make_app(), ["score", "--gtfs", gtfs, "--positions", positions, "--trip-updates", updates]
    )

    assert result.exit_code == 0, result.output
    assert "…" not in result.output
    for heading in ("predictor", "rows", "15-30", "bias to 10", "Benchmark %", "early 0-3, 3-6 %", "MBTA %"):
        assert heading in result.output


def test_columns_that_the_user_has_set_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gtfs, positions, _ = map(str, write_recordings(tmp_path))
    monkeypatch.setenv("COLUMNS", "60")

    result = CliRunner().invoke(make_app(), ["score", "--gtfs", gtfs, "--positions", positions])

    assert result.exit_code == 0, result.output
    assert max(map(len, result.output.splitlines())) <= 60
