"""The simulated city's files, kept from one start to the next: a large city takes minutes to make and to compile."""

import hashlib
import os
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import simulators.network
import transit.timetable
from headway.up.options import UpOptions
from runtime.timetables.timetable_file import SUFFIX, DamagedTimetableError, file_name, load_timetable
from simulators.network.generate import SMALL_CITY_LINES
from transit.timetable.compiled import Timetable

CITY_SEED: Final = 7


@dataclass(frozen=True, slots=True)
class CityFiles:
    """Where the city's GTFS and its compiled timetable lie, or will; their names tell lines, seed, zone and version."""

    gtfs: Path
    compiled: Path
    stem: str

    def find_compiled(self, folder: Path) -> Timetable | None:
        """The compiled timetable of an earlier start, put into ``folder`` of timetables; ``None`` where there is none.

        One that is damaged counts for nothing: it is compiled again.
        """
        try:
            timetable = load_timetable(self.compiled) if self.compiled.is_file() else None
        except DamagedTimetableError:
            return None
        if timetable is not None:
            _share(self.compiled, folder / file_name(timetable.name, timetable.hash))
        return timetable

    def keep_compiled(self, timetable: Timetable, folder: Path) -> None:
        """Keep what was compiled into ``folder`` for the next start, in place of other versions of the same city.

        One that lies in another time zone is another version.
        """
        for other in self.compiled.parent.glob(f"{self.stem}-*"):
            if other not in (self.gtfs, self.compiled):
                other.unlink()
        _share(folder / file_name(timetable.name, timetable.hash), self.compiled, replace=True)


def city_files(options: UpOptions) -> CityFiles:
    """The files of the city that ``options`` ask for."""
    lines = SMALL_CITY_LINES if options.city_lines is None else options.city_lines
    stem = f"city-{lines}-{CITY_SEED}"
    name = f"{stem}-{options.zone.replace('/', '-')}-{_version()}"
    return CityFiles(options.folder / f"{name}.zip", options.folder / f"{name}{SUFFIX}", stem)


@cache
def _version() -> str:
    """A digest of what makes and compiles a city: another version of either makes its files anew."""
    digest = hashlib.sha256()
    for package in (simulators.network, transit.timetable):
        for path in sorted(Path(package.__path__[0]).glob("*.py")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def _share(source: Path, target: Path, *, replace: bool = False) -> None:
    """Have the same file under another name, without a copy where the disk allows that."""
    if target.exists() and not replace:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        os.link(source, part)
    except OSError:
        shutil.copyfile(source, part)
    part.replace(target)
