"""What a side of a comparison names, and what of a deployment's settings forecasts rest on."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from headway.__main__ import make_app
from headway.score_compare.version import Version, read_version, refuse_equals
from runtime.errors import UserError
from tests.headway.test_shadow import write_recordings


def write(folder: Path, name: str, *feeds: Mapping[str, object]) -> str:
    """A file of settings with these feeds."""
    filled = [{"timetable": "dc", "source": "http://a.example/v.pb", **feed} for feed in feeds]
    (folder / name).write_text(f"HEADWAY_FEEDS='{json.dumps(filled)}'\n")
    return str(folder / name)


def test_the_timetable_alone_takes_every_poll_and_nothing_of_the_agencys() -> None:
    version = read_version("none", None)
    assert version == Version()
    polls = [(at, b"") for at in (0, 3, 4)]
    assert list(version.polls_of(polls)) == polls
    assert version.describe() == "no history, every recorded poll, predictions own, trip updates not heard"


def test_of_a_feed_count_whose_times_are_told_how_often_it_is_polled_and_whether_updates_are_fetched(
    tmp_path: Path,
) -> None:
    bus = {"id": "bus", "poll_s": 20, "beside": ["http://a.example/t.pb"]}
    rail = {"id": "rail", "predictions": "measured"}
    settings = write(tmp_path, "now.env", bus, rail)
    assert read_version(settings, "bus") == Version(None, "own", 20.0, hears_updates=True)
    assert read_version(settings, "rail") == Version(None, "measured", 10.0, hears_updates=True)


def test_of_several_feeds_one_must_be_named_and_of_one_none(tmp_path: Path) -> None:
    settings = write(tmp_path, "now.env", {"id": "bus"}, {"id": "rail"})
    with pytest.raises(UserError, match="say of which the recording is, --feed bus or rail"):
        read_version(settings, None)
    with pytest.raises(UserError, match=r"--feed tram: HEADWAY_FEEDS of .*now.env has bus, rail"):
        read_version(settings, "tram")
    assert read_version(write(tmp_path, "one.env", {"id": "bus"}), None).poll_s == 10.0


def test_settings_that_differ_in_nothing_forecasts_rest_on_are_refused(tmp_path: Path) -> None:
    one, other = (
        write(tmp_path, name, {"id": "bus", "max_bytes": size}) for name, size in (("a.env", 9), ("b.env", 8))
    )
    with pytest.raises(UserError, match="differ in nothing that forecasts rest on: HEADWAY_HISTORY"):
        refuse_equals(read_version(one, None), read_version(other, None), (one, other))
    refuse_equals(Version(), Version(), ("none", "none"))


@given(st.lists(st.integers(1, 40), min_size=1, max_size=60), st.floats(0.2, 120))
def test_no_poll_comes_sooner_than_the_settings_have_it_on_average_and_the_first_comes(
    gaps: list[int], poll_s: float
) -> None:
    times = [sum(gaps[: each + 1]) for each in range(len(gaps))]
    heard = [at for at, _ in Version(poll_s=poll_s).polls_of((at, b"") for at in times)]
    assert heard[0] == times[0]
    assert set(heard) <= set(times)
    assert (len(heard) - 2) * poll_s <= times[-1] - times[0] + max(gaps)
    if poll_s <= min(gaps):
        assert heard == times


def test_two_settings_are_scored_side_by_side(tmp_path: Path) -> None:
    gtfs, positions, updates = map(str, write_recordings(tmp_path))
    own = write(tmp_path, "own.env", {"id": "bus"})
    agency = write(tmp_path, "agency.env", {"id": "bus", "predictions": "agency"})
    asked = ["compare", "--gtfs", gtfs, "--positions", positions, "--a", own, "--b", agency]

    told = CliRunner().invoke(make_app(), [*asked, "--trip-updates", updates, "--html", str(tmp_path / "page.html")])

    assert told.exit_code == 0, told.output
    assert "agency: no history, a poll in 10 s, predictions agency, trip updates heard" in told.output
    assert "own: no history, a poll in 10 s, predictions own, trip updates not heard" in told.output
    assert "predictions agency" in (tmp_path / "page.html").read_text()
    rows = [line.split("│") for line in told.output.splitlines() if line.startswith("│ all")]
    assert rows
    assert rows[0][4] != rows[0][5], "the agency's times are not Headway's"


def test_the_agencys_times_cannot_be_told_of_a_recording_without_them(tmp_path: Path) -> None:
    gtfs, positions, _ = map(str, write_recordings(tmp_path))
    agency = write(tmp_path, "agency.env", {"id": "bus", "predictions": "agency"})
    result = CliRunner().invoke(
        make_app(), ["compare", "--gtfs", gtfs, "--positions", positions, "--a", "none", "--b", agency]
    )
    assert isinstance(result.exception, UserError)
    assert str(result.exception).endswith("say where they are recorded, --trip-updates PLACE")
