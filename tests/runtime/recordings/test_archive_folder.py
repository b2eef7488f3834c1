from pathlib import Path

import pytest

from runtime.errors import UserError
from runtime.recordings.archive_folder import make_archive_folder


def test_a_folder_is_made_once_and_what_is_in_it_stays(tmp_path: Path) -> None:
    archive = tmp_path / "deep" / "archive"
    make_archive_folder(archive, option="--to")
    (archive / "kept").touch()
    make_archive_folder(archive, option="--to")
    assert (archive / "kept").exists()


@pytest.mark.parametrize("name", ["file", "file/archive"])
def test_a_file_in_its_place_is_one_clear_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match=rf"^--to {tmp_path / name}: no folder can be made there: "):
        make_archive_folder(tmp_path / name, option="--to")


def test_a_folder_without_rights_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # who runs the tests as root may write anywhere
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(UserError, match=f"^--record {tmp_path}: nothing can be written there"):
        make_archive_folder(tmp_path, option="--record")
