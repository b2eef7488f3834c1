"""Which versions of each timetable are in force, in files beside the compiled ones.

The topic ``timetable.versions`` is the record, and wins. The file is a copy that a process starts from before the
broker holds anything, or while it cannot be reached; whoever reads the topic overwrites it.
"""

from pathlib import Path

import msgspec

from runtime.errors import UserError
from runtime.timetables.whole_file import write_whole
from schemas.timetable_versions import TimetableVersions


def _path(folder: Path, name: str) -> Path:
    return folder / "versions" / f"{name}.json"


def read_versions(folder: Path, name: str) -> TimetableVersions | None:
    """The versions of timetable ``name``, ``None`` where none was ever activated here.

    Raises:
        UserError: the file cannot be read.
    """
    path = _path(folder, name)
    if not path.is_file():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=TimetableVersions)
    except (msgspec.DecodeError, OSError) as damaged:
        raise UserError(f"{path}: cannot be read: {damaged}; activate the timetable again") from None


def write_versions(folder: Path, versions: TimetableVersions) -> Path:
    """Replace the versions of a timetable, whole or not at all.

    Raises:
        UserError: the folder cannot be written.
    """
    path = _path(folder, versions.name)
    try:
        with write_whole(path) as opened:
            opened.write(msgspec.json.format(msgspec.json.encode(versions), indent=2))
    except OSError as failed:
        raise UserError(f"{path}: cannot be written: {failed.strerror}") from None
    return path


def list_version_files(folder: Path) -> list[str]:
    """The names of timetables that have versions here."""
    return sorted(path.stem for path in (folder / "versions").glob("*.json"))
