from pathlib import Path

import pytest

from runtime.errors import UserError
from runtime.settings import Settings, load_settings


def test_a_copy_with_another_folder_has_another_folder_whatever_was_asked_before() -> None:
    settings = Settings(data_folder=Path("live"))
    assert settings.timetables == Path("live/timetables")
    copy = settings.model_copy(update={"timetable_folder": Path("replay")})
    assert copy.timetables == Path("replay")


def test_a_list_that_is_no_json_is_one_line_that_names_its_variable_and_tells_no_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HEADWAY_FEEDS", '[{"id": "bus", "headers": {"key": "secret"}')
    with pytest.raises(UserError) as refused:
        load_settings()
    assert str(refused.value).startswith("HEADWAY_FEEDS is no JSON: ")
    assert "secret" not in str(refused.value)
