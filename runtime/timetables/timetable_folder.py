"""The folder of compiled timetables that all processes of a deployment share."""

import re
from pathlib import Path
from typing import Final

from runtime.errors import UserError
from runtime.timetables.timetable_file import SUFFIX, DamagedTimetableError, load_timetable
from transit.timetable.compiled import Timetable

_HASH: Final = re.compile(r"[0-9a-f]{16}")


def find_timetable(folder: Path, content_hash: str) -> Timetable | None:
    """Map the timetable with this hash, or ``None`` where ``folder`` has none such.

    Raises:
        DamagedTimetableError: it is there and cannot be used.
    """
    path = find_file(folder, content_hash)
    return load_timetable(path) if path else None


def find_file(folder: Path, content_hash: str) -> Path | None:
    """The file of the timetable with this hash; ``None`` also for what is no hash."""
    if not _HASH.fullmatch(content_hash):
        return None
    return next(iter(sorted(folder.glob(f"*-{content_hash}{SUFFIX}"))), None)


def list_files(folder: Path) -> list[Path]:
    """Every compiled timetable's file, by name."""
    return sorted(folder.glob(f"*{SUFFIX}"))


class TimetableFolder:
    """A process's view of the folder: each timetable is mapped once and stays mapped, whatever replaces it.

    State and messages name their timetable by hash, and runs under way finish on theirs, so none is ever let go: a
    mapped file costs memory only where it is looked at.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._mapped: dict[str, Timetable] = {}
        self._damaged: dict[Path, tuple[int, str]] = {}

    def find(self, content_hash: str) -> Timetable | None:
        """The timetable with this hash, ``None`` while the folder has none such.

        Raises:
            DamagedTimetableError: it is there and cannot be used.
        """
        timetable = self._mapped.get(content_hash)
        if timetable is None:
            path = find_file(self.folder, content_hash)
            if path is not None:
                timetable = self._mapped[content_hash] = self._map(path)
        return timetable

    def _map(self, path: Path) -> Timetable:
        """Map ``path``; a damaged file is read once, and again only when another has taken its place."""
        written_at = path.stat().st_mtime_ns
        if path in self._damaged and self._damaged[path][0] == written_at:
            raise DamagedTimetableError(self._damaged[path][1])
        try:
            return load_timetable(path)
        except DamagedTimetableError as damage:
            self._damaged[path] = (written_at, str(damage))
            raise

    def get(self, content_hash: str) -> Timetable:
        """The timetable with this hash.

        Raises:
            UserError: the folder has none such.
            DamagedTimetableError: it is there and cannot be used.
        """
        timetable = self.find(content_hash)
        if timetable is None:
            raise UserError(f"{self.folder}: holds no timetable {content_hash}; copy it here or compile its GTFS")
        return timetable
