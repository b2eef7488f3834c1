"""Settings of a file, as another deployment would have them."""

from pathlib import Path

import pytest

from runtime.errors import UserError
from runtime.settings_file import read_settings_file

FEED = """HEADWAY_FEEDS='[{"id": "bus", "timetable": "dc", "source": "http://a.example/v.pb", "poll_s": 30}]'\n"""


def write(folder: Path, content: str) -> Path:
    place = folder / "night.env"
    place.write_text(content)
    return place


def test_a_file_says_what_variables_would(tmp_path: Path) -> None:
    settings = read_settings_file(write(tmp_path, "# ours\nHEADWAY_HISTORY=past/a.history\n" + FEED))
    assert settings.history == Path("past/a.history")
    assert [(feed.id, feed.poll_s, feed.predictions) for feed in settings.feeds] == [("bus", 30.0, "own")]


def test_what_this_process_was_started_with_says_nothing_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWAY_HISTORY", "live.history")
    monkeypatch.setenv("HEADWAY_STORE", "unix:///live.sock")
    settings = read_settings_file(write(tmp_path, "HEADWAY_STORE=redis://store:6379/1\n"))
    assert settings.history is None
    assert settings.store == "redis://store:6379/1"


def test_variables_of_others_harm_nothing(tmp_path: Path) -> None:
    assert read_settings_file(write(tmp_path, "POSTGRES_PASSWORD=secret\nKAFKA_VOTERS=1@k:9093\n")).feeds == ()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("HEADWAY_FEED=[]\n", "HEADWAY_FEED is no setting; is HEADWAY_FEEDS meant"),
        ("HEADWAY_FEEDS=[\n", "HEADWAY_FEEDS is no JSON"),
        ("HEADWAY_LINE_PARTITIONS=0\n", "HEADWAY_LINE_PARTITIONS: Input should be greater than or equal to 1"),
        (FEED.replace("30", "0"), "HEADWAY_FEEDS_0_POLL_S: Input should be greater than 0"),
    ],
)
def test_what_is_wrong_in_it_is_one_line_that_names_file_and_variable(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(UserError) as refused:
        read_settings_file(write(tmp_path, content))
    assert str(refused.value).startswith(f"{tmp_path / 'night.env'}: {said}")
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_or_no_text_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"missing\.env cannot be read: .*No such file"):
        read_settings_file(tmp_path / "missing.env")
    (tmp_path / "odd.env").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserError, match=r"odd\.env cannot be read"):
        read_settings_file(tmp_path / "odd.env")
