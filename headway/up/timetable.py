"""The timetable that ``headway up`` runs on: made or taken, compiled, put in force."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from headway.up.city_files import CITY_SEED, city_files
from headway.up.commands import run_command
from headway.up.deployment import timetable_name
from headway.up.options import UpOptions
from runtime.settings import Settings
from runtime.timetables import TimetableFolder, list_version_files, read_versions
from runtime.timetables.publish import publish_versions, read_published_versions
from schemas.timetable_versions import TimetableVersion, TimetableVersions
from simulators.network.generate import SMALL_CITY_LINES
from transit.timetable.compiled import Timetable
from transit.timetable.difference import compare_timetables
from transit.timetable.succession import activate


def gtfs_of(options: UpOptions) -> str:
    """What the city runs on: the GTFS given, else the simulated city's timetable, once it is compiled."""
    return options.gtfs or str(city_files(options).compiled)


async def make_timetable(
    options: UpOptions, folder: Path, environment: Mapping[str, str], tell: Callable[[str], None]
) -> Timetable:
    """Compile the GTFS into ``folder``; the simulated city's is made, or taken from an earlier start.

    Raises:
        UserError: the GTFS cannot be used.
    """
    if options.gtfs is not None:
        tell(f"compiling {options.gtfs}")
        return await _compile(options, options.gtfs, folder, environment)
    files = city_files(options)
    found = files.find_compiled(folder)
    if found is not None:
        return found
    lines = SMALL_CITY_LINES if options.city_lines is None else options.city_lines
    if not files.gtfs.is_file():
        tell(f"making a city of {lines:,} lines; the next start finds it made")
        making = ("--lines", str(lines), "--seed", str(CITY_SEED), "--zone", options.zone, str(files.gtfs))
        await run_command(environment, "city", "generate", *making)
    tell(f"compiling the timetable of {lines:,} lines; the next start finds it compiled")
    timetable = await _compile(options, str(files.gtfs), folder, environment)
    files.keep_compiled(timetable, folder)
    return timetable


async def _compile(options: UpOptions, gtfs: str, folder: Path, environment: Mapping[str, str]) -> Timetable:
    printed = await run_command(environment, "timetable", "compile", gtfs, "--name", timetable_name(options))
    return TimetableFolder(folder).get(printed.split()[0])


async def put_in_force(settings: Settings, timetable: Timetable) -> None:
    """Publish the versions of ``timetable``, with it as the newest: what is in force is left as it is."""
    name = timetable.name
    published = (await read_published_versions(settings)).get(name)
    versions = published or read_versions(settings.timetables, name)
    if versions is None or versions.versions[-1].hash != timetable.hash:
        versions = _succeed(settings, versions, timetable)
    elif published is not None:
        return
    await publish_versions(settings, versions)


async def publish_again(settings: Settings) -> None:
    """Put on record what the version files say, for a broker that lost it."""
    for name in list_version_files(settings.timetables):
        versions = read_versions(settings.timetables, name)
        if versions is not None:
            await publish_versions(settings, versions)


def _succeed(settings: Settings, versions: TimetableVersions | None, timetable: Timetable) -> TimetableVersions:
    before = TimetableFolder(settings.timetables).find(versions.versions[-1].hash) if versions else None
    version = TimetableVersion(
        hash=timetable.hash, from_service_date=None, activated_at=int(time.time()), source=timetable.source
    )
    return activate(versions, timetable.name, version, compare_timetables(before, timetable) if before else None)
