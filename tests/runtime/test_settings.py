from pathlib import Path

from runtime.settings import Settings


def test_a_copy_with_another_folder_has_another_folder_whatever_was_asked_before() -> None:
    settings = Settings(data_folder=Path("live"))
    assert settings.timetables == Path("live/timetables")
    copy = settings.model_copy(update={"timetable_folder": Path("replay")})
    assert copy.timetables == Path("replay")
