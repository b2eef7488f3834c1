"""The timetable that ``headway up`` runs on: made or taken, compiled, put in force."""

import time
from collections.abc import Mapping
from pathlib import Path

from headway.up.commands import run_command
from headway.up.deployment import timetable_name
from headway.up.options import UpOptions
from runtime.settings import Settings
from runtime.timetables import TimetableFolder, list_version_files, read_versions
from runtime.timetables.publish import publish_versions, read_published_versions
from schemas.timetable_versions import TimetableVersion, TimetableVersions
from transit.timetable.compiled import Timetable
from transit.timetable.difference import compare_timetables
from transit.timetable.succession import activate


def gtfs_of(options: UpOptions) -> str:
    """Where the GTFS is, or will be once the small city's is made."""
    return options.gtfs or str(options.folder / "city.zip")


async def make_gtfs(options: UpOptions, environment: Mapping[str, str]) -> None:
    """Make the small city's GTFS where no other was given."""
    if options.gtfs is None:
        lines = () if options.city_lines is None else ("--lines", str(options.city_lines))
        await run_command(environment, "city", "generate", *lines, gtfs_of(options))


async def compile_gtfs(options: UpOptions, folder: Path, environment: Mapping[str, str]) -> Timetable:
    """Compile the GTFS into ``folder``.

    Raises:
        UserError: the GTFS cannot be used.
    """
    printed = await run_command(
        environment, "timetable", "compile", gtfs_of(options), "--name", timetable_name(options)
    )
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
