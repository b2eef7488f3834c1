"""A GTFS feed's files, from a zip, a folder or a URL, however untidy the archive."""

import io
import zipfile
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

import httpx

from runtime.errors import ServiceError, UserError

FILES: Final = frozenset(
    {
        "agency.txt",
        "calendar.txt",
        "calendar_dates.txt",
        "feed_info.txt",
        "frequencies.txt",
        "routes.txt",
        "shapes.txt",
        "stop_times.txt",
        "stops.txt",
        "transfers.txt",
        "translations.txt",
        "trips.txt",
    }
)
"""The files a timetable is made of; whatever else a feed holds is left unread."""

DOWNLOAD_BYTES_MAX: Final = 1024**3
FILE_BYTES_MAX: Final = 4 * 1024**3
"""Unpacked. The largest national feeds have stop_times of some 3 GB."""
TOTAL_BYTES_MAX: Final = 6 * 1024**3
RATIO_MAX: Final = 200
"""GTFS packs 5 to 20 times smaller; a file that unpacks to more than this is no timetable but an attack."""
_SMALL_BYTES: Final = 1024**2
"""Files no larger are not held to the ratio."""
_TIMEOUT_S: Final = 60.0
_CHUNK_BYTES: Final = 1024**2


def read_gtfs(source: str | Path) -> dict[str, bytes]:
    """The feed's files by name, wherever in the archive its folder lies.

    Raises:
        UserError: there is no such feed, or it is no GTFS, or larger than a feed can be.
        ServiceError: the URL cannot be reached.
    """
    if isinstance(source, str) and source.startswith(("http://", "https://")):
        return _read_zip(_download(source), source)
    path = Path(source)
    if path.is_dir():
        return _read_folder(path)
    if not path.is_file():
        raise UserError(f"{source}: no such GTFS zip or folder")
    with path.open("rb") as opened:
        return _read_zip(opened, str(source))


def _read_folder(folder: Path) -> dict[str, bytes]:
    found = {path.name.lower(): path for path in sorted(folder.iterdir()) if path.name.lower() in FILES}
    _check_whole(found.keys(), str(folder))
    return {name: path.read_bytes() for name, path in found.items()}


def _download(url: str) -> io.BytesIO:
    content = io.BytesIO()
    try:
        with httpx.stream("GET", url, follow_redirects=True, timeout=_TIMEOUT_S) as response:
            response.raise_for_status()
            for chunk in response.iter_bytes(_CHUNK_BYTES):
                content.write(chunk)
                if content.tell() > DOWNLOAD_BYTES_MAX:
                    raise UserError(f"{url}: more than {DOWNLOAD_BYTES_MAX >> 20} MiB, larger than any GTFS zip")
    except httpx.HTTPStatusError as refused:
        raise UserError(f"{url}: the server answers {refused.response.status_code}; check the address") from None
    except (httpx.HTTPError, httpx.InvalidURL) as failed:
        raise ServiceError(f"{url}: cannot be fetched: {failed}") from None
    return content


def _read_zip(opened: BinaryIO, source: str) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(opened) as archive:
            members = _members(archive)
            _check_whole(members.keys(), source)
            return dict(_unpacked(archive, members, source))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as damaged:
        raise UserError(f"{source}: not a readable zip: {damaged}") from None


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The feed's files, in the archive's outermost folder that holds any."""
    found: dict[str, tuple[int, zipfile.ZipInfo]] = {}
    for member in archive.infolist():
        path = PurePosixPath(member.filename.replace("\\", "/"))
        name, depth = path.name.lower(), len(path.parts)
        if name in FILES and "__MACOSX" not in path.parts and (name not in found or depth < found[name][0]):
            found[name] = (depth, member)
    outermost = min((depth for depth, _ in found.values()), default=0)
    return {name: member for name, (depth, member) in sorted(found.items()) if depth == outermost}


def _unpacked(
    archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], source: str
) -> Iterator[tuple[str, bytes]]:
    left = TOTAL_BYTES_MAX
    for name, member in members.items():
        allowed = min(left, FILE_BYTES_MAX, max(RATIO_MAX * member.compress_size, _SMALL_BYTES))
        with archive.open(member) as packed:
            # what the archive claims of a file's size is not believed: it is read to one byte past what is allowed
            content = packed.read(allowed + 1)
        if len(content) > allowed:
            raise UserError(f"{source}: {name} unpacks to more than {allowed:,} bytes, which no GTFS file does")
        left -= len(content)
        yield name, content


def _check_whole(names: Collection[str], source: str) -> None:
    if not names:
        raise UserError(f"{source}: holds no GTFS file such as routes.txt or stop_times.txt")
