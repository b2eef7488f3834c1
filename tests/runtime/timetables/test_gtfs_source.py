import io
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

import pytest

from runtime.errors import ServiceError, UserError
from runtime.timetables import gtfs_source, read_gtfs
from tests.runtime.http_server import serving

Tables = dict[str, bytes]


def _zip(path: Path, files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the one overridden
        """Say nothing."""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    with serving(partial(_QuietHandler, directory=str(tmp_path))) as url:
        yield url


def test_a_zip_a_folder_and_a_url_give_the_same_files(tables: Tables, tmp_path: Path, served: str) -> None:
    archive = _zip(tmp_path / "gtfs.zip", tables)
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, content in tables.items():
        (folder / name).write_bytes(content)
    assert read_gtfs(archive) == read_gtfs(str(archive)) == read_gtfs(folder) == tables
    assert read_gtfs(f"{served}/gtfs.zip") == tables


def test_junk_in_the_zip_is_left_unread(tables: Tables, tmp_path: Path) -> None:
    junk = {"desktop.ini": b"x", "__MACOSX/._stops.txt": b"x", "notes/stops.txt": b"x", "fares.txt": b"x"}
    assert read_gtfs(_zip(tmp_path / "gtfs.zip", {**junk, **tables})) == tables


def test_a_feed_in_a_folder_inside_the_zip_is_found(tables: Tables, tmp_path: Path) -> None:
    files = {f"export/2026/{name.upper()}": content for name, content in tables.items()}
    assert read_gtfs(_zip(tmp_path / "gtfs.zip", files)) == tables


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut short", b"<html>moved</html>"])
def test_what_is_no_zip_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "gtfs.zip"
    path.write_bytes(content)
    with pytest.raises(UserError, match="not a readable zip"):
        read_gtfs(path)


def test_a_zip_without_gtfs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds no GTFS file"):
        read_gtfs(_zip(tmp_path / "gtfs.zip", {"readme.md": b"x"}))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tables: Tables, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"shapes\.txt unpacks to more than"):
        read_gtfs(_zip(tmp_path / "gtfs.zip", {**tables, "shapes.txt": bytes(50_000_000)}))


def test_a_damaged_member_is_refused(tables: Tables, tmp_path: Path) -> None:
    path = _zip(tmp_path / "gtfs.zip", tables, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"Beta", b"Beat", 1))
    with pytest.raises(UserError, match="not a readable zip: Bad CRC-32"):
        read_gtfs(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"nowhere\.zip: no such GTFS zip or folder"):
        read_gtfs(tmp_path / "nowhere.zip")


def test_a_server_that_refuses_and_one_that_is_not_there_are_told_apart(served: str) -> None:
    with pytest.raises(UserError, match="the server answers 404"):
        read_gtfs(f"{served}/gone.zip")
    with pytest.raises(ServiceError, match="cannot be fetched"):
        read_gtfs("http://127.0.0.1:1/gtfs.zip")


def test_a_download_larger_than_any_feed_is_broken_off(
    tmp_path: Path, served: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gtfs_source, "DOWNLOAD_BYTES_MAX", 1_000_000)
    _zip(tmp_path / "gtfs.zip", {"stops.txt": io.BytesIO(bytes(3_000_000)).getvalue()}, zipfile.ZIP_STORED)
    with pytest.raises(UserError, match="larger than any GTFS zip"):
        read_gtfs(f"{served}/gtfs.zip")
