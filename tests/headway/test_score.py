"""What `headway score` prints, on a recording of a bus that drives for five minutes."""

from pathlib import Path
from zipfile import ZipFile

import msgspec
import pytest
from google.transit.gtfs_realtime_pb2 import FeedMessage
from typer.testing import CliRunner

from headway.__main__ import make_app
from runtime.errors import UserError
from tests.ablation.without_trips import take_out_trips
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


@pytest.mark.parametrize("asked", [["score"], ["compare", "--a", "none", "--b", "none"]])
def test_a_recording_on_which_nobody_drives_is_one_clear_line(tmp_path: Path, asked: list[str]) -> None:
    gtfs, _, _ = map(str, write_recordings(tmp_path))
    empty = tmp_path / "night.zip"
    with ZipFile(empty, "w") as recording:
        recording.writestr("1700000000.pb", _nobody())

    result = CliRunner().invoke(make_app(), [*asked, "--gtfs", gtfs, "--positions", str(empty)])

    assert isinstance(result.exception, UserError)
    assert str(result.exception).endswith(
        "no vehicle was reported on a run: do timetable and recording belong together?"
    )


def test_nothing_is_learned_from_a_recording_on_which_nobody_drives(tmp_path: Path) -> None:
    gtfs, _, _ = map(str, write_recordings(tmp_path))
    empty = tmp_path / "night.zip"
    with ZipFile(empty, "w") as recording:
        recording.writestr("1700000000.pb", _nobody())

    result = CliRunner().invoke(make_app(), ["learn", str(empty), "--gtfs", gtfs, "--to", str(tmp_path / "histories")])

    assert isinstance(result.exception, UserError)
    assert not (tmp_path / "histories").exists()


def test_a_recording_without_trips_is_judged_by_one_that_has_them(tmp_path: Path) -> None:
    gtfs, positions, _ = map(str, write_recordings(tmp_path))
    nameless = tmp_path / "nameless.zip"
    with ZipFile(positions) as source, ZipFile(nameless, "w") as copy:
        for name in source.namelist():
            copy.writestr(name, take_out_trips(source.read(name), keeps_direction=False))
    asked = ["score", "--gtfs", gtfs, "--positions", str(nameless)]

    alone = CliRunner().invoke(make_app(), asked)
    judged = CliRunner().invoke(make_app(), [*asked, "--truth", positions, "--report", str(tmp_path / "card.json")])

    assert isinstance(alone.exception, UserError)
    assert judged.exit_code == 0, judged.output
    card = msgspec.json.decode((tmp_path / "card.json").read_bytes())
    assert card["own"]["rows"] > 0


def _nobody() -> bytes:
    message = FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    message.header.timestamp = 1_700_000_000
    written: bytes = message.SerializeToString()
    return written
