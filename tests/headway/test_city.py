"""What ``headway city`` and ``headway feed`` refuse, and with which words."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from headway.__main__ import make_app
from runtime.errors import UserError
from simulators.city.device_profile import SHARES
from tests.headway.test_shadow import write_recordings


def refusal(*asked: str) -> str:
    """The one line that a command ends with."""
    result = CliRunner().invoke(make_app(), list(asked))
    assert isinstance(result.exception, UserError)
    return str(result.exception)


@pytest.mark.parametrize(
    "asked",
    [["city", "run", "--to", "feed", "--polls", "1"], ["feed", "serve", "--port", "0"], ["city", "record", "out.zip"]],
)
def test_a_city_in_which_nobody_would_ever_drive_names_the_days_of_service(
    asked: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gtfs, _, _ = write_recordings(tmp_path)
    monkeypatch.chdir(tmp_path)
    said = refusal(*asked, "--gtfs", str(gtfs), "--start-at", "2031-03-05T08:00:00+08:00")
    assert said.startswith(f"{gtfs}: nobody drives on 2031-03-0")
    assert said.endswith(": set --start-at so")


def test_a_fault_that_the_devices_profile_stands_for_is_refused_and_not_forgotten(
    tmp_path: Path, timetable_profile: Path
) -> None:
    asked = ["city", "run", "--gtfs", "none.zip", "--to", str(tmp_path), "--devices", str(timetable_profile)]
    assert refusal(*asked, "--scenario", "silent") == (
        "--devices: silent_ratio is what the profile of devices says; leave out one of the two"
    )


@pytest.fixture
def timetable_profile(tmp_path: Path) -> Path:
    """A profile of devices that report each 30 s, on the spot."""
    place = tmp_path / "devices.json"
    place.write_text(json.dumps({"gap_s": [30.0] * len(SHARES), "beside_m": [0.0] * len(SHARES)}))
    return place
